# Sourced by the benchmark scripts of binarized networks: builds sinew and finds the data.
# prepare_certify FOLDER-OF-../shared/benchmarks: sets sinew, data, mnist and digits (the test images, with their labels);
# says that it is skipped and fails where the folder is absent.
prepare_certify() {
    local self root
    self=$(readlink -f -- "${BASH_SOURCE[0]}")
    root=${self%/bench/*}
    data=$root/../shared/benchmarks/$1
    mnist=$root/../shared/data/mnist
    digits=("$mnist/t10k-images-idx3-ubyte.gz" --labels "$mnist/t10k-labels-idx1-ubyte.gz")
    if ! [[ -e $data && -e $mnist ]]; then
        echo "skipped: no ../shared/benchmarks/$1"
        return 1
    fi
    . "$root/tools/setup.sh"
    local folder=$build_root/release
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
