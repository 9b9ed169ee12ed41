# SPDX-License-Identifier: Apache-2.0
# Sourced by certify_mnistfc: builds sinew, finds the data, measures.
# prepare_certify FOLDER-OF-../shared/benchmarks: sets sinew, data and digits (MNIST's test images, with their labels);
# says that it is skipped and fails where a folder is absent.
prepare_certify() {
    local root folder benchmarks mnist
    root=$(readlink -f -- "${BASH_SOURCE[0]}")
    root=${root%/bench/*}
    benchmarks=${SINEW_BENCH_DATA:-$root/../shared/benchmarks}
    data=$benchmarks/$1
    mnist=$benchmarks/../data/mnist
    digits=("$mnist/t10k-images-idx3-ubyte.gz" --labels "$mnist/t10k-labels-idx1-ubyte.gz")
    for needed in "$data" "$mnist"; do
        [[ -e $needed ]] || { echo "skipped: no $needed" && return 1; }
    done
    . "$root/tools/setup.sh"
    folder=$build_root/release
    make_build_folder "$folder"
    install_packages build
    configured "$folder" || configure "$folder" release SINEW_TESTS=OFF SINEW_BENCH=ON
    build "$folder" sinew
    exec 9>&-
    sinew=$folder/src/sinew
    echo "$1: $(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(date -u +%F)"
}

# user_seconds COMMAND...: its output, then its CPU time in a line of its own.
user_seconds() {
    local TIMEFORMAT='CPU seconds %U'
    time nice "$@"
}
