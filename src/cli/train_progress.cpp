// SPDX-License-Identifier: Apache-2.0
#include "cli/train_progress.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/print.hpp"
#include "cli/train_options.hpp"

namespace sinew::cli {

void TrainProgress::improved(const train::Weights& weights, const std::vector<std::int64_t>& values) {
    objective_ = values.front();
    best_ = Solution{weights, values};
    lines_.tell("better", {{"value", *objective_}, {"bound", bound_ ? nlohmann::ordered_json(*bound_) : nullptr}});
    tell(weights);
    if (keep_best_validation_ && data_.validation) keep(weights);
}

void TrainProgress::bounded(std::int64_t bound) {
    bound_ = bound;
    lines_.tell("bound", {{"bound", bound}});
    if (!quiet_) print_error("{:8.1f} s  bound {}\n", seconds(), bound);
}

void TrainProgress::improved(const train::Weights& weights, const train::GradientProgress& progress) {
    lines_.tell("epoch", {{"run", progress.run + 1}, {"epoch", progress.epoch}});
    if (quiet_) return;
    print_error("{:8.1f} s  run {} epoch {}", seconds(), progress.run + 1, progress.epoch);
    tell_accuracies(weights);
}

void TrainProgress::baseline(const train::Weights& weights, std::size_t right) {
    if (!quiet_)
        print_error("{:8.1f} s  gradient baseline: {} of {} right, {} weights\n", seconds(), right, data_.train.rows(),
                    train::weights_used(weights));
}

void TrainProgress::tell(const train::Weights& weights) {
    if (quiet_) return;
    std::string bound = "-";
    std::string gap = "-";
    if (bound_) {
        bound = std::to_string(*bound_);
        const double difference = static_cast<double>(std::abs(*objective_ - *bound_));
        const double size = static_cast<double>(std::max<std::int64_t>(1, std::abs(*objective_)));
        gap = fmt::format("{:.1f} %", 100 * difference / size);
    }
    print_error("{:8.1f} s  {} {}  bound {}  gap {}", seconds(), objective_name(problem_.objectives.front()),
                *objective_, bound, gap);
    tell_accuracies(weights);
}

void TrainProgress::tell_accuracies(const train::Weights& weights) const {
    const auto percent = [&](const train::Examples& examples) {
        return 100.0 * static_cast<double>(train::count_right(weights, examples)) /
               static_cast<double>(examples.rows());
    };
    print_error("  train {:.2f} %", percent(data_.train));
    if (data_.validation) print_error("  validation {:.2f} %", percent(*data_.validation));
    print_error("\n");
}

void TrainProgress::keep(const train::Weights& weights) {
    const std::size_t right = train::count_right(weights, *data_.validation);
    if (best_on_validation_ && right < best_validation_) return;
    best_on_validation_ = weights;
    best_validation_ = right;
}

}  // namespace sinew::cli
