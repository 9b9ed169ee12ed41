// SPDX-License-Identifier: Apache-2.0
// What sinew train and sinew evaluate tell of a network: one table, one JSON object.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "train/metrics.hpp"

namespace sinew::cli {

/// What a sensitive column does.
struct Unfairness {
    std::string column;
    std::size_t violations = 0;      ///< examples that change their class with it
    std::size_t right_and_fair = 0;  ///< right ones that do not
};

/// Counts from what unfair_examples() says, and which examples are right.
Unfairness unfairness_of(const std::string& column, const std::vector<bool>& unfair, const std::vector<bool>& right);

/// A network's figures on one part of the data.
struct PartReport {
    std::string name;  ///< "train", "validation", "test"
    train::Confusion confusion;
    /// With --output signs: examples of which every output has the right sign.
    std::optional<std::size_t> signs_right;
    /// Right and robust as --robust asks it of training examples.
    std::optional<std::size_t> robust;
    /// Right, and no change of up to epsilon changes the class: decided example by example; and the undecided ones.
    std::optional<std::size_t> certified;
    std::size_t undecided = 0;
    std::vector<Unfairness> unfair;  ///< by sensitive column
};

struct NetworkReport {
    std::vector<std::string> classes;
    std::vector<PartReport> parts;
    std::size_t weights = 0;
    std::optional<std::int64_t> weights_used;
    std::vector<std::pair<std::size_t, std::size_t>> layer_weights;  ///< by layer: all, and those that are not 0
    std::optional<train::Margins> margins;                           ///< over the training examples
    std::string robust_text;                                         ///< "epsilon 2, first neurons"
    std::string epsilon;                                             ///< of `certified`
};

std::string report_text(const NetworkReport& report);

/// accuracy, balanced_accuracy, confusion, … by part; weights_used and margins.
nlohmann::json report_json(const NetworkReport& report);

}  // namespace sinew::cli
