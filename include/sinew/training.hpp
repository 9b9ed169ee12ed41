// SPDX-License-Identifier: Apache-2.0
// Binarized networks trained from rows, with a proven bound beside the best network: what `sinew train` does.
//
//   sinew::TrainingOptions options;
//   options.columns = {"age", "amount", "purpose"};
//   options.hidden = {2};
//   options.objectives = {TrainingObjective::max_accuracy};
//   options.seconds = 60;
//   const TrainedNetwork trained = train_binarized(rows, labels, options);   // cells of text, as tables have them
//   if (trained.network) trained.network->save("credit.onnx");
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sinew/binarized.hpp>
#include <sinew/number.hpp>
#include <sinew/solution.hpp>

namespace sinew {

/// What the best network is.
enum class TrainingObjective : std::uint8_t {
    min_weight,    ///< least number of weights that are not 0
    max_margin,    ///< greatest sum of the neurons' margins over the training examples
    max_accuracy,  ///< most training examples classified right
};
/// How it is looked for.
enum class TrainingMethod : std::uint8_t {
    exact,     ///< the best network, with a proof, or a bound at any time
    gradient,  ///< as most people train: quick, and nothing proven
};

/// What the rows are, what network is wanted, and how long it is looked for.
struct TrainingOptions {
    std::vector<std::string> columns{};      ///< names of the rows' cells; empty: x0, x1, …
    std::vector<std::string> ignored{};      ///< columns that are no features
    std::vector<std::string> categorical{};  ///< columns whose numbers are names
    /// How numbers become features: auto (whole numbers as they are, decimals of few digits times ten, other numbers
    /// scaled), raw, scale, centre, thermometer, one-hot.
    std::string encoding = "auto";
    std::map<std::string, std::string> column_encodings{};  ///< of single columns, by name: another encoding
    std::size_t levels = 0;        ///< steps of scale and centre (0: 100) and thermometer (0: 8)
    std::string missing = "fill";  ///< cells that are "", "?" or NA: fill, drop (the row) or error

    std::vector<std::size_t> hidden{2};             ///< neurons, by hidden layer; none: the outputs read the features
    bool zero_weights = true;                       ///< weights -1, 0, 1; else -1, 1
    bool sign_outputs = false;                      ///< of several classes: the label's output alone must be >= 0
    TrainingMethod method = TrainingMethod::exact;  ///< with a proof, or quick
    std::vector<TrainingObjective> objectives{TrainingObjective::min_weight};  ///< the first counts most
    /// The share of the training examples that must be right at least (0 to 1). Absent: all; with max_accuracy or by
    /// gradients none must.
    std::optional<Rational> rho{};
    bool rho_of_baseline = false;         ///< in place of rho: as many as the gradient method has right
    bool forbid_perfect = false;          ///< and not all of them
    std::vector<double> class_weights{};  ///< by class, 0.01 to 10000: how much an example counts; empty: 1
    bool balanced = false;                ///< in place of these: as much as its class is rare

    /// Numbers may change by so much (in the units of features) with all first neurons as they were (`end_to_end`: the
    /// class).
    std::optional<std::int32_t> robust_epsilon{};
    std::map<std::string, std::int32_t> robust_columns{};  ///< of single columns, by name: another limit
    std::optional<Rational> robust_fraction{};             ///< of so many examples; absent: all
    bool robust_soft = false;                              ///< of as many as possible, as the last objective
    bool end_to_end = false;          ///< robust and fair: the class stays, whatever first neurons do
    std::vector<std::string> fair{};  ///< columns whose values must not matter: any that occur, in place of each other

    std::size_t epochs = 500;  ///< of a run of the gradient method
    std::size_t restarts = 4;  ///< runs of it, from other random weights, unless one has everything right before
    std::optional<BinarizedNetwork> warm_start{};  ///< of the same features and layers

    std::optional<double> seconds{};               ///< of wall time; absent: until the proof is there
    std::optional<std::size_t> bytes{};            ///< of resident memory of the whole process
    const std::atomic<bool>* interrupt = nullptr;  ///< ends training when it becomes true, with the best so far
    int threads = 1;                               ///< 0: all processors that this process may use
    std::uint64_t seed = 0;                        ///< of all that is random: the same seed, the same run
    std::vector<std::string> settings{};           ///< "ENGINE.NAME=VALUE", as SolveOptions has them
    /// Called with the values of all objectives of each better network.
    std::function<void(const std::vector<std::int64_t>&)> on_improvement{};
    /// Called with each better bound of the first objective.
    std::function<void(std::int64_t)> on_bound{};
};

/// The best network that was found, and what is proven of it.
struct TrainedNetwork {
    /// optimal: of proven best values; feasible: it does what was asked, and a limit was reached (or the method is
    /// gradient); unsatisfiable: proven that no network of these layers does; unknown: neither. Gradients also give a
    /// network with unknown, that does not do what was asked.
    Status status = Status::unknown;
    std::optional<BinarizedNetwork> network;  ///< absent: none was found, or there is none
    std::vector<std::int64_t> values;         ///< of the objectives, of a network that does what was asked
    std::optional<std::int64_t> bound;        ///< no network has a better value of the first objective: proven
    std::string proof;                        ///< the method that proved the bound; empty without one
    std::string stopped;                      ///< the limit that was reached; else empty
    std::size_t right = 0;                    ///< training examples that the network classifies right
    std::size_t examples = 0;                 ///< of training: rows, without those left out
    std::vector<std::string> features;        ///< the network's inputs: "age", "purpose=car"
    std::vector<std::string> notes;  ///< what a person should know of the data: what was dropped, what contradicts
    double seconds = 0;              ///< of wall time
};

/// Trains from rows of cells (all of the same length) and their labels; classes are the labels' values, in the order of
/// numbers, or of texts. UsageError for options or shapes that make no sense; InputError, naming row and column, for
/// cells that cannot be read and labels of one value. Limits are no errors.
TrainedNetwork train_binarized(const std::vector<std::vector<std::string>>& rows,
                               const std::vector<std::string>& labels, const TrainingOptions& options = {});

}  // namespace sinew
