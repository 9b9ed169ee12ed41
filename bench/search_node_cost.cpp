// SPDX-License-Identifier: Apache-2.0
// Answers one ONNX + VNN-LIB question by branch and bound in this process and says what its nodes cost:
// search_node_cost NETWORK.onnx PROPERTY.vnnlib [SECONDS [THREADS]]. Times are processor time of the whole process.
#include <cstdlib>
#include <ctime>
#include <exception>

#include <fmt/core.h>

#include "base/instruction_set.hpp"
#include "read/vnnlib/vnnlib.hpp"
#include "search/branch_and_bound.hpp"

namespace {
double processor_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double figure(const sinew::Statistics& statistics, std::string_view name) {
    for (const auto& [known, value] : statistics.figures())
        if (known == name) return value;
    return 0;
}

int run(int argc, char** argv) {
    if (argc < 3) {
        fmt::print(stderr, "usage: search_node_cost NETWORK.onnx PROPERTY.vnnlib [SECONDS [THREADS]]\n");
        return 1;
    }
    const double reading_from = processor_seconds();
    const sinew::model::Query query = sinew::read::read_verification_query(argv[1], argv[2]);
    const double searching_from = processor_seconds();
    const sinew::Limits limits(argc > 3 ? std::atof(argv[3]) : 20.0, std::nullopt, nullptr);
    const int threads = argc > 4 ? std::atoi(argv[4]) : 1;
    sinew::Observer observer;
    const sinew::model::Verdict verdict = sinew::search::branch_and_bound(query, {}, limits, threads, observer);
    const double seconds = processor_seconds() - searching_from;
    const double nodes = figure(verdict.statistics, "nodes");
    const double flops = 2 * figure(verdict.statistics, "bound_multiply_adds");
    fmt::print(
        "{} read {:.3f} s search {:.3f} s nodes {:.0f} phase {:.0f} {:.1f} us/node open {:.1f} {:.2f} Gflop/s {} f32 "
        "{} {}\n",
        to_string(verdict.status), searching_from - reading_from, seconds, nodes,
        figure(verdict.statistics, "phase_children"), 1e6 * seconds / nodes,
        figure(verdict.statistics, "open_phases_seen") / nodes, 1e-9 * flops / seconds,
        to_string(sinew::instruction_set()), figure(verdict.statistics, "witness_holds_in_float32"), verdict.reason);
    return 0;
}
}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
