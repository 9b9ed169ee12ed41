# Sourced by the benchmark scripts: builds what is missing and runs a list of ../shared/benchmarks.
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/prepare.sh"

# run_benchmark NAME LIMIT-SECONDS [OPTION...]
run_benchmark() {
    local root data folder
    prepare "$1/instances.csv" sinew run_instances || return 0
    nice "$folder/bench/run_instances" --sinew "$folder/src/sinew" --instances "$data" --limit-seconds "$2" "${@:3}"
}
