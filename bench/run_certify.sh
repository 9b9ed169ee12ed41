# Sourced by the benchmark scripts of binarized networks: builds sinew and finds the data.
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/prepare.sh"

# prepare_certify FOLDER-OF-../shared/benchmarks: sets sinew, data, mnist and digits (the test images, with their labels);
# says that it is skipped and fails where the folder is absent.
prepare_certify() {
    local root folder
    prepare "$1" sinew || return 1
    mnist=$root/../shared/data/mnist
    digits=("$mnist/t10k-images-idx3-ubyte.gz" --labels "$mnist/t10k-labels-idx1-ubyte.gz")
    if ! [[ -e $mnist ]]; then
        echo "skipped: no ../shared/data/mnist"
        return 1
    fi
    sinew=$folder/src/sinew
}

# user_seconds COMMAND...: its output, then its CPU time in a line of its own.
user_seconds() {
    local TIMEFORMAT='CPU seconds %U'
    time nice "$@"
}
