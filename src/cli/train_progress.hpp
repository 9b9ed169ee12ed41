// SPDX-License-Identifier: Apache-2.0
// What sinew train tells while it searches, and the best that it has found so far.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "cli/progress_lines.hpp"
#include "cli/train_data.hpp"
#include "train/training.hpp"

namespace sinew::cli {

/// The best network so far, and a line on stderr for each improvement.
class TrainProgress : public train::TrainingListener {
  public:
    TrainProgress(const train::Problem& problem, const TrainingData& data, bool quiet, bool keep_best_validation,
                  ProgressLines& lines)
        : problem_(problem),
          data_(data),
          quiet_(quiet || !lines.leaves_errors()),
          keep_best_validation_(keep_best_validation),
          lines_(lines) {}

    void improved(const train::Weights& weights, const std::vector<std::int64_t>& values) override;
    void bounded(std::int64_t bound) override;
    void improved(const train::Weights& weights, const train::GradientProgress& progress) override;
    void baseline(const train::Weights& weights, std::size_t right) override;

    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }
    const std::optional<train::Weights>& best_on_validation() const { return best_on_validation_; }
    struct Solution {
        train::Weights weights;
        std::vector<std::int64_t> values;
    };
    const std::optional<Solution>& best() const { return best_; }
    const std::optional<std::int64_t>& bound() const { return bound_; }

  private:
    void tell(const train::Weights& weights);
    void tell_accuracies(const train::Weights& weights) const;
    void keep(const train::Weights& weights);

    const train::Problem& problem_;
    const TrainingData& data_;
    bool quiet_;
    bool keep_best_validation_;
    ProgressLines& lines_;
    std::optional<std::int64_t> objective_;
    std::optional<std::int64_t> bound_;
    std::optional<Solution> best_;
    std::optional<train::Weights> best_on_validation_;
    std::size_t best_validation_ = 0;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace sinew::cli
