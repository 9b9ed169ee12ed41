#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# VNN-COMP's install_tool.sh: builds sinew where this tree is, with what Debian or Ubuntu have.
#     install_tool.sh v1
# SINEW=/path/to/sinew, if it is set, is taken instead: nothing is built.
set -euo pipefail
[[ ${1-} == v1 ]] || { echo "install_tool.sh: the version is v1, not '${1-}'" >&2; exit 1; }
self=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${self%/tools/*}
[[ -z ${SINEW-} ]] || { "$SINEW" --version; exit; }
export DEBIAN_FRONTEND=noninteractive
exec "$root/tools/sinew" --version
