// SPDX-License-Identifier: Apache-2.0
// The training problems of the robust binarized networks project (../shared/data/peer_robust_bnn), and what others have
// reached on them (design: bnn.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "train/problem.hpp"

namespace sinew::bench {

struct TrainRow {
    std::string name;
    train::Problem problem;
    std::string cp_optimizer;            ///< 12 workers, 1800 s, as that project printed it
    std::string others;                  ///< best of CBC, HiGHS, GLPK, Gecode, Chuffed, clasp, Sat4j; one thread, 60 s
    std::int64_t mark = 0;               ///< the objective to reach
    std::optional<double> prove_within;  ///< CPU seconds for the proof of optimality, where anyone has one
};

/// Reads the tables below `folder`; throws InputError.
std::vector<TrainRow> peer_rows(const std::string& folder);
/// Rows of whole numbers with labels in `label_column`.
train::Examples read_examples(const std::string& path, std::size_t label_column);

}  // namespace sinew::bench
