#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Shards of a data set or a list by GNU parallel: on the machines of HOSTS (parallel's --sshloginfile: a line each, N/HOST
# for N tasks at a time, ":" for this machine), which see FOLDER and all files by the same names. Called again it goes on.
#     tools/cluster/parallel.sh HOSTS N FOLDER certify NETWORK DATA... OPTION...
set -eu
hosts=${1:?hosts} count=${2:?number of shards} folder=${3:?folder}
shift 3
mkdir -p "$folder"
folder=$(readlink -f -- "$folder")
program=${SINEW:-sinew}
# A shard's status is an answer as well: what is missing the merge tells.
parallel --sshloginfile "$hosts" --workdir "$PWD" --joblog "$folder/jobs.log" --quote \
    "$program" "$@" --quiet --shard={}/"$count" --resume="$folder/{}.sqlite" ::: $(seq "$count") >"$folder/log" 2>&1 || true
shards=()
for ((number = 1; number <= count; ++number)); do
    [[ -f $folder/$number.sqlite ]] && shards+=("$folder/$number.sqlite")
done
"$program" merge "${shards[@]}" --out "$folder/all.sqlite"
exec "$program" "$@" --resume="$folder/all.sqlite"
