# Sourced by run_benchmark.sh and run_certify.sh: what both need before they measure.
# prepare FOLDER-OR-FILE-OF-../shared/benchmarks TARGET...: builds the targets in the release preset; sets root, data (of
# the first name) and folder (of the build). Says that the benchmark is skipped and fails where the data is absent.
prepare() {
    root=$(readlink -f -- "${BASH_SOURCE[0]}")
    root=${root%/bench/*}
    data=$root/../shared/benchmarks/$1
    local name=${1%%/*}
    if ! [[ -e $data ]]; then
        echo "skipped: no ../shared/benchmarks/$name"
        return 1
    fi
    . "$root/tools/setup.sh"
    folder=$build_root/release
    make_build_folder "$folder"
    install_packages build
    configured "$folder" || configure "$folder" release SINEW_TESTS=OFF SINEW_BENCH=ON
    configure "$folder" release SINEW_BENCH=ON
    build "$folder" "${@:2}"
    exec 9>&-
    echo "$name: $(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(date -u +%F)"
}
