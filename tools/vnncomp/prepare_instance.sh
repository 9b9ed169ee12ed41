#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# VNN-COMP's prepare_instance.sh: the files are there, and no run of before is left.
#     prepare_instance.sh v1 CATEGORY ONNX VNNLIB
# ONNX is a file, or a list of networks: [('f', 'path'), ('g', 'path')]. Files may be there with .gz.
set -euo pipefail
self=$(readlink -f -- "${BASH_SOURCE[0]}")
. "${self%/*}/instance.sh"
[[ ${1-} == v1 && $# == 4 ]] || fail "usage: prepare_instance.sh v1 CATEGORY ONNX VNNLIB"
read_instance "$3" "$4"
for file in "$property" "${networks[@]#*=}"; do [[ -r $file ]] || fail "$file cannot be read"; done
echo "category $2: ${networks[*]} $property"
