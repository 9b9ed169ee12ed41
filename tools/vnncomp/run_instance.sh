#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# VNN-COMP's run_instance.sh: asks sinew, and writes the results file: a verdict on its first line (sat, unsat, unknown,
# timeout), then the witness. A witness is one that every float32 run confirms, whatever the order of its sums.
#     run_instance.sh v1 CATEGORY ONNX VNNLIB RESULTS SECONDS
# ONNX is a file, or a list of networks: [('f', 'path'), ('g', 'path')]. Files may be there with .gz.
set -uo pipefail
self=$(readlink -f -- "${BASH_SOURCE[0]}")
. "${self%/*}/instance.sh"
[[ ${1-} == v1 && $# == 6 ]] || fail "usage: run_instance.sh v1 CATEGORY ONNX VNNLIB RESULTS SECONDS"
results=$5 seconds=$6
sinew=${SINEW-${SINEW_BUILD_DIR-${self%/tools/*}/build}/release/src/sinew}
[[ -x $sinew ]] || sinew=$(command -v sinew) || fail "no program: call install_tool.sh, or name it by SINEW"
read_instance "$3" "$4"

# Starting, reading and writing are within the limit, too.
whole=${seconds%.*}
limit=$seconds
((whole > 10)) && limit=$((whole - 1 - whole / 100))
question=("${networks[@]}" "$property")
if [[ ${networks[0]} == *=* ]]; then
    # A network that the property declares as equal-to another is that one's file, and is not named again.
    text=$(zcat -f -- "$property") || exit 1
    question=("$property")
    for network in "${networks[@]}"; do
        copy="declare-network[[:space:]]+${network%%=*}[[:space:]]*\\([[:space:]]*equal-to"
        [[ $text =~ $copy ]] || question+=(--network "$network")
    done
fi
rm -f -- "$results"
echo unknown >"$results.part" || fail "$results cannot be written"
timeout --kill-after=5 "$((whole + 5))" "$sinew" verify --quiet --threads 0 --timeout "$limit" --witness float32 \
    --vnncomp "$results.sinew" "${question[@]}" >/dev/null
status=$?
if [[ -s $results.sinew ]]; then
    mv -f -- "$results.sinew" "$results.part"
elif ((status == 124 || status == 137)); then
    echo timeout >"$results.part"
elif ((status == 2)); then
    echo error >"$results.part"
fi
mv -f -- "$results.part" "$results"
head -n 1 -- "$results"
