// SPDX-License-Identifier: Apache-2.0
#include "train/gradient.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>
#include <tuple>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/random.hpp"
#include "train/latent_network.hpp"

namespace sinew::train {

namespace {
/// Features in single precision, row-major.
std::vector<float> to_floats(const Examples& examples) {
    return {examples.values.begin(), examples.values.end()};
}

class GradientTraining {
  public:
    GradientTraining(const Problem& problem, const Examples* validation, const GradientOptions& options,
                     const Limits& limits, GradientListener* listener)
        : problem_(problem),
          validation_(validation),
          options_(options),
          limits_(limits),
          listener_(listener),
          features_(to_floats(problem.examples)),
          random_(options.seed) {
        const Examples& examples = problem.examples;
        if (examples.rows() == 0) throw UsageError("there are no examples to train on");
        if (!options.class_weights.empty() && options.class_weights.size() != examples.classes)
            throw UsageError("there must be a weight for each class");
        for (const Arrangement& arrangement : options.arrangements)
            if (arrangement.size() != examples.features) throw UsageError("an arrangement is of other features");
        if (options.batch == 0) throw UsageError("a batch has an example at least");
        if (validation != nullptr) validation_features_ = to_floats(*validation);
        order_.resize(examples.rows());
        std::iota(order_.begin(), order_.end(), std::size_t{0});
    }

    Weights run() {
        for (run_ = 0; run_ < std::max<std::size_t>(options_.restarts, 1); ++run_) {
            LatentNetwork network(problem_, options_, random_);
            if (run_ == 0 && options_.warm_start) network.set(*options_.warm_start);
            consider(network, 0);
            train(network);
            if (is_perfect() || limits_.exceeded() || time_is_short()) break;
        }
        return std::move(best_);
    }

  private:
    /// What networks are compared by; greater is better.
    struct Merit {
        std::size_t enough = 0;  ///< right training examples, up to least_right
        std::size_t validation = 0;
        std::size_t right = 0;
        double loss = std::numeric_limits<double>::infinity();

        bool is_better_than(const Merit& other) const {
            return std::tuple(enough, validation, right, -loss) >
                   std::tuple(other.enough, other.validation, other.right, -other.loss);
        }
    };

    void train(LatentNetwork& network) {
        std::size_t since_better = 0;
        Merit best_of_run;
        for (std::size_t epoch = 1; epoch <= options_.epochs && since_better < options_.patience; ++epoch) {
            const double rate = rate_of(epoch);
            for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random_.below(i)]);
            for (std::size_t begin = 0; begin < order_.size(); begin += options_.batch) {
                const std::size_t end = std::min(begin + options_.batch, order_.size());
                for (std::size_t k = begin; k < end; ++k) {
                    if (limits_.exceeded()) return;
                    learn(network, order_[k]);
                }
                network.step(end - begin, rate);
                if (time_is_short()) {
                    consider(network, epoch);
                    return;
                }
            }
            const Merit merit = consider(network, epoch);
            since_better = merit.is_better_than(best_of_run) ? 0 : since_better + 1;
            if (since_better == 0) best_of_run = merit;
            if (options_.until_right && is_perfect()) return;
        }
    }

    /// Falling along half a cosine to a hundredth: late steps move few weights over a threshold.
    double rate_of(std::size_t epoch) const {
        constexpr double least = 0.01;
        const double passed = static_cast<double>(epoch - 1) / static_cast<double>(options_.epochs);
        return options_.rate * (least + (1 - least) * 0.5 * (1 + std::cos(std::numbers::pi * passed)));
    }

    std::span<const float> row(const std::vector<float>& features, std::size_t k) const {
        return std::span<const float>(features).subspan(k * problem_.examples.features, problem_.examples.features);
    }

    double class_weight(std::uint32_t label) const {
        return options_.class_weights.empty() ? 1 : options_.class_weights[label];
    }

    void learn(LatentNetwork& network, std::size_t k) {
        const std::uint32_t label = problem_.examples.labels[k];
        network.learn(arranged(row(features_, k)), label, class_weight(label));
    }

    std::span<const float> arranged(std::span<const float> own) {
        if (options_.arrangements.empty()) return own;
        const std::uint64_t choice = random_.below(options_.arrangements.size() + 1);
        if (choice == options_.arrangements.size()) return own;
        const Arrangement& arrangement = options_.arrangements[choice];
        arranged_.resize(own.size());
        for (std::size_t i = 0; i < own.size(); ++i)
            arranged_[i] = arrangement[i] == blank ? 0.0F : own[arrangement[i]];
        return arranged_;
    }

    struct Count {
        std::size_t right = 0;
        std::size_t wins = 0;
        double loss = 0;
    };
    /// Absent where a limit is reached meanwhile.
    std::optional<Count> count(LatentNetwork& network, const Examples& examples,
                               const std::vector<float>& features) const {
        Count sum;
        for (std::size_t k = 0; k < examples.rows(); ++k) {
            if (limits_.exceeded()) return std::nullopt;
            const std::uint32_t label = examples.labels[k];
            const LatentNetwork::Judgement one = network.judge(row(features, k), label, class_weight(label));
            sum.right += one.right ? 1 : 0;
            sum.wins += one.wins ? 1 : 0;
            sum.loss += one.loss;
        }
        return sum;
    }

    /// Whether what is left is needed to judge the network that there is.
    bool time_is_short() const { return limits_.seconds_left() < 1.3 * judging_seconds_; }

    /// Keeps the network if it is the best so far.
    Merit consider(LatentNetwork& network, std::size_t epoch) {
        const Limits::Clock::time_point begin = Limits::Clock::now();
        const Merit merit = judge(network, epoch);
        judging_seconds_ = std::chrono::duration<double>(Limits::Clock::now() - begin).count();
        return merit;
    }

    Merit judge(LatentNetwork& network, std::size_t epoch) {
        const std::optional<Count> counted = count(network, problem_.examples, features_);
        const std::optional<Count> validated =
            validation_ != nullptr && counted ? count(network, *validation_, validation_features_) : std::nullopt;
        if (!counted || (validation_ != nullptr && !validated)) {
            // No time to judge it: it is kept where there is no other.
            if (!has_best_) best_ = network.weights();
            has_best_ = true;
            return {};
        }
        const Count& train = *counted;
        GradientProgress progress{run_, epoch, train.right, std::nullopt};
        if (validated) progress.validation_right = validated->wins;
        const Merit merit{std::min(train.right, options_.least_right), progress.validation_right.value_or(0),
                          train.right, train.loss};
        if (has_best_ && !merit.is_better_than(merit_)) return merit;
        const bool is_told = !has_best_ || merit.validation != merit_.validation || merit.right != merit_.right;
        best_ = network.weights();
        merit_ = merit;
        has_best_ = true;
        if (listener_ != nullptr && is_told) listener_->improved(best_, progress);
        return merit;
    }

    bool is_perfect() const {
        return merit_.right == problem_.examples.rows() &&
               (validation_ == nullptr || merit_.validation == validation_->rows());
    }

    const Problem& problem_;
    const Examples* validation_;
    const GradientOptions& options_;
    const Limits& limits_;
    GradientListener* listener_;
    std::vector<float> features_;
    std::vector<float> validation_features_;
    std::vector<float> arranged_;
    std::vector<std::size_t> order_;
    Random random_;
    std::size_t run_ = 0;
    double judging_seconds_ = 0;  ///< of the last network
    bool has_best_ = false;
    Merit merit_;
    Weights best_;
};
}  // namespace

const OptionTable<GradientOptions>& gradient_option_table() {
    using Options = GradientOptions;
    static const OptionRow<Options> rows[] = {
        {"rate", &Options::rate, 1e-6, 10, "of Adam, for latent weights in [-1, 1] (also --rate)"},
        {"batch", &Options::batch, 1, 1e6, "examples of a step (also --batch)"},
        {"epochs", &Options::epochs, 1, 1e6, "of a run (also --epochs)"},
        {"patience", &Options::patience, 1, 1e6, "epochs without a better network that end a run"},
        {"restarts", &Options::restarts, 1, 1e6, "runs from other random weights (also --restarts)"},
        {"threshold", &Options::threshold, 0, 10, "ternary: smaller latent weights, over their mean size, are 0"},
    };
    static const OptionTable<Options> table{"gradient", "the gradient baseline of training", rows};
    return table;
}

Weights train_by_gradient(const Problem& problem, const Examples* validation, const GradientOptions& options,
                          const Limits& limits, GradientListener* listener) {
    return GradientTraining(problem, validation, options, limits, listener).run();
}

}  // namespace sinew::train
