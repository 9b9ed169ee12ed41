# Sourced by the benchmark scripts: builds what is missing and runs a list of ../shared/benchmarks.
# run_benchmark NAME LIMIT-SECONDS [OPTION...]
run_benchmark() {
    local self root data program
    self=$(readlink -f -- "${BASH_SOURCE[0]}")
    root=${self%/bench/*}
    data=$root/../shared/benchmarks/$1/instances.csv
    if ! [[ -e $data ]]; then
        echo "skipped: no ../shared/benchmarks/$1"
        return 0
    fi
    . "$root/tools/setup.sh"
    local folder=$build_root/release
    make_build_folder "$folder"
    install_packages build
    configured "$folder" || configure "$folder" release SINEW_TESTS=OFF SINEW_BENCH=ON
    configure "$folder" release SINEW_BENCH=ON
    build "$folder" sinew run_instances
    exec 9>&-
    echo "$1: $(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(date -u +%F)"
    nice "$folder/bench/run_instances" --sinew "$folder/src/sinew" --instances "$data" --limit-seconds "$2" "${@:3}"
}
