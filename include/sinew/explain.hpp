// SPDX-License-Identifier: Apache-2.0
// Why does a network answer as it does? A minimal set of features that fixes the answer: whatever the others are, it
// stays. Found by exact questions, feature by feature (an abductive explanation: Ignatiev, Narodytska, Marques-Silva,
// AAAI 2019; in a ball of ε as VeriX has it: Wu, Wu, Barrett, NeurIPS 2023).
//
//   sinew::ExplainOptions options;
//   options.domain = {Range{0, 1}};                                    // of every feature
//   const Explanation why = explain(load_network("loan.onnx"), applicant, options);
//   for (const KeptFeature& kept : why.kept) … kept.group, kept.counterexample …
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sinew/binarized.hpp>
#include <sinew/network.hpp>
#include <sinew/number.hpp>
#include <sinew/query.hpp>

namespace sinew {

/// What may change, and in what order features are tried.
struct ExplainOptions {
    /// What features may be: one range an input, or one for all; empty: anything. A binarized network has its own where
    /// this is empty: the values of its kind of input, or those of training.
    std::vector<Range> domain{};
    /// Which inputs are whole numbers: one an input, or one for all; empty: none.
    std::vector<bool> whole_numbers{};
    /// Freed features change by at most this, within the domain; absent: to any value of it.
    std::optional<Rational> epsilon{};
    /// Inputs that are kept or freed together: a word's one-hot inputs, a patch of pixels. Each input in one group;
    /// those in none are always kept as they are. Empty: each input is a group (of a binarized network that sinew
    /// trained: the inputs of each column).
    std::vector<std::vector<std::size_t>> groups{};
    /// The groups, each once, in the order in which they are tried to be freed. Empty: those first to which the answer
    /// is least sensitive, by evaluations in floating point. Every order gives a minimal set, perhaps another.
    std::vector<std::size_t> order{};
    /// Absent: the answer is the class, the greatest output, the lowest of several (of one output: whether it is >= 0,
    /// of a sigmoid >= 1/2). Else: every output stays within so much of its value at the input.
    std::optional<Rational> tolerance{};

    std::optional<double> seconds{};               ///< of all
    std::optional<double> question_seconds{};      ///< of each question; absent: as long as it takes
    std::optional<std::size_t> bytes{};            ///< of resident memory of the whole process
    const std::atomic<bool>* interrupt = nullptr;  ///< when it becomes true: what is open stays kept
    int threads = 1;                               ///< 0: all processors that this process may use
    std::uint64_t seed = 0;                        ///< of all that is random: the same seed, the same run
    std::vector<std::string> settings{};           ///< "ENGINE.NAME=VALUE", as SolveOptions has them
    /// Called when a group's fate is known: freed, or kept.
    std::function<void(std::size_t group, bool is_freed)> on_group{};
};

/// A group that is kept, and why.
struct KeptFeature {
    std::size_t group = 0;  ///< its number in Explanation::groups
    /// An input with another answer that differs from the explained one in this group and in freed ones alone: without
    /// this group, the others that are kept do not fix the answer. Empty: not known, a limit was reached before.
    std::vector<Rational> counterexample{};
    std::size_t class_index = 0;  ///< there, without a tolerance
};

/// One exact question: may these groups change as well, beside those that were freed before, with the answer fixed?
struct ExplainStep {
    std::vector<std::size_t> groups;  ///< by number
    Status status = Status::unknown;  ///< unsatisfiable: proven, so they are freed; satisfied: no; unknown: a limit
    std::string decided_by;           ///< the engine; empty without an answer
    double seconds = 0;               ///< of wall time
};

/// A set of groups that fixes the answer, and why each is in it.
struct Explanation {
    std::size_t class_index = 0;                   ///< the answer, without a tolerance
    std::vector<KeptFeature> kept;                 ///< in the order of groups
    std::vector<std::size_t> freed;                ///< groups, in this order too
    std::vector<std::vector<std::size_t>> groups;  ///< what the numbers mean: their inputs
    /// Every kept group has its counterexample: no smaller part of the kept ones fixes the answer.
    bool is_minimal = false;
    std::string reason;              ///< where it is not
    std::vector<ExplainStep> steps;  ///< all questions that were asked, in order
    double seconds = 0;              ///< of wall time
};

/// The kept groups fix the answer, proven, whatever limits were reached; that they are a minimal set is known where
/// is_minimal says so. Takes one question a group, less where many are freed at once. UsageError for an input, a domain
/// or groups that do not fit the network, and an input that is not in its domain.
Explanation explain(const Network& network, const std::vector<Rational>& input, const ExplainOptions& options = {});
/// The same of a binarized network.
Explanation explain(const BinarizedNetwork& network, const std::vector<Rational>& input,
                    const ExplainOptions& options = {});

/// What an explanation claims, as one question for any solver (Query::export_as): is there an input that agrees with
/// this one on all groups but the freed ones, and has another answer? Unsatisfiable.
Query explanation_query(const Network& network, const std::vector<Rational>& input, const Explanation& explanation,
                        const ExplainOptions& options = {});

}  // namespace sinew
