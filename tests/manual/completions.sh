#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# completions.sh SHELL SINEW: the script that sinew writes for the shell completes what it should, run by the shell itself.
shell=$1
sinew=$2
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
command -v "$shell" >/dev/null || {
    echo "skipped: no $shell"
    exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$sinew" completion "$shell" --out "$folder/script" || exit 1
mkdir "$folder/files" "$folder/files/results" "$folder/home"
export HOME=$folder/home XDG_CONFIG_HOME=$folder/home XDG_DATA_HOME=$folder/home
cd "$folder/files" || exit 1
touch net.onnx property.vnnlib query.dnn.gz notes.md answer.json 'two words.dnn'

# The line (| is its end), what the shell offers there and, behind "not", what it does not.
questions=$(
    cat <<'TABLE'
sinew ver| verify version not solve
sinew | verify certify completion help not net.onnx
sinew help opt| optimize not verify
sinew help set| settings
sinew verify --strat| --strategy not --timeout
sinew verify -| --strategy --quiet -q --help
sinew verify --strategy la| lazy not automatic
sinew verify --strategy=la| lazy not automatic
sinew verify --timeout | not net.onnx lazy
sinew verify --timeout 20 n| net.onnx
sinew verify --set sat.lu| sat.luby_unit= not sat.decay=
sinew verify | net.onnx property.vnnlib query.dnn.gz results not notes.md
sinew verify net.onnx --quiet pro| property.vnnlib
sinew verify no| notes.md
sinew verify --json=ans| answer.json
sinew verify --report no| notes.md
sinew certify --norm | inf 1 2 0 not net.onnx
sinew certify --images | results not net.onnx notes.md
sinew results com| compare
sinew completion | bash zsh fish
sinew manual ver| verify
sinew frobnicate | not verify net.onnx
sinew check --timeout=| not net.onnx
TABLE
)
mapfile -t lines < <(sed 's/|.*//' <<<"$questions")
case $shell in
bash) bash --norc --noprofile "$here/complete_bash" "$folder/script" "${lines[@]}" ;;
zsh) zsh -f "$here/complete.zsh" "$folder/script" "${lines[@]}" ;;
fish) fish --no-config "$here/complete.fish" "$folder/script" "${lines[@]}" ;;
esac >"$folder/offered" || {
    echo "$shell ended with an error" >&2
    exit 1
}

failed=0
while IFS='|' read -r line words; do
    # The lines below "== LINE"; fish repeats the option, some shells end folders with a slash.
    offered=$(awk -v head="== $line" '/^== /{here = ($0 == head); next} here' "$folder/offered" |
        sed -e 's/^--[a-z-]*=\(.\)/\1/' -e 's,/$,,')
    wanted=1
    for word in $words; do
        if [[ $word == not ]]; then
            wanted=0
            continue
        fi
        grep -Fxq -e "$word" <<<"$offered"
        [[ $? == $((1 - wanted)) ]] && continue
        [[ $wanted == 1 ]] && is=does || is='should not'
        printf "%s: '%s' %s offer '%s': %s\n" "$shell" "$line" "${is/does/does not}" "$word" "${offered//$'\n'/ }" >&2
        failed=1
    done
done <<<"$questions"
exit $failed
