# SPDX-License-Identifier: Apache-2.0
# Sourced by the lists here. What a list gets: data (the suite's folder), benchmarks, root, scratch (a folder that goes
# away), programs (the build's bench folder). What it prints: lines for `run_instances --commands`.
data=$1 benchmarks=$2 root=$3 scratch=$4 programs=$5

# row LABEL EXPECTED COMMAND ARGUMENT...
row() {
    local IFS=$'\t'
    printf '%s\n' "$*"
}
# MNIST's test images with their labels, as arguments of sinew certify.
digits=("$benchmarks/../data/mnist/t10k-images-idx3-ubyte.gz" --labels "$benchmarks/../data/mnist/t10k-labels-idx1-ubyte.gz")
