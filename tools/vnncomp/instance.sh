# SPDX-License-Identifier: Apache-2.0
# What both scripts of an instance share: sourced, not run.

fail() { echo "${0##*/}: $*" >&2; exit 1; }

# The file, or the compressed one where only that is there.
present() { if [[ ! -e $1 && -e $1.gz ]]; then printf '%s.gz' "$1"; else printf '%s' "$1"; fi; }

# Sets `property`, `networks` (NAME=FILE where the argument is a list of pairs, else the one FILE).
read_instance() {
    property=$(present "$2")
    networks=()
    local rest=$1 pair="^[][, ]*\(['\"]([^'\"]*)['\"], *['\"]([^'\"]*)['\"]\)"
    if [[ $rest != \[* ]]; then networks=("$(present "$rest")"); return; fi
    while [[ $rest =~ $pair ]]; do
        networks+=("${BASH_REMATCH[1]}=$(present "${BASH_REMATCH[2]}")")
        rest=${rest#*"${BASH_REMATCH[0]}"}
    done
    [[ ${#networks[@]} -gt 0 && $rest =~ ^[],\ ]*$ ]] || fail "cannot read the list of networks: $1"
}
