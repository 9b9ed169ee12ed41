// SPDX-License-Identifier: Apache-2.0
#include "integer/network_start.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/random.hpp"

namespace sinew::integer {

namespace {
/// Evaluations of the network, in all; fewer of large ones.
constexpr std::size_t most_evaluations = 20'000;
constexpr std::size_t most_products = 20'000'000;
constexpr std::size_t starts = 6;

class Start {
  public:
    Start(const StartProblem& problem, std::span<const Range> bounds) : problem_(problem), values_(bounds.size(), 0.0) {
        std::vector<std::uint8_t> is_known(bounds.size(), 0);
        std::size_t products = 1;
        for (const RelaxedNeuron* neuron : problem.neurons) is_known[neuron->output.index()] = 1;
        const auto note = [&](const std::vector<RowTerm>& terms) {
            products += terms.size() + 4;
            for (const RowTerm& term : terms) {
                const std::size_t v = term.view.variable().index();
                if (std::exchange(is_known[v], 1) == 0)
                    free_.push_back({v, static_cast<double>(bounds[v].lower), static_cast<double>(bounds[v].upper)});
            }
        };
        for (const RelaxedNeuron* neuron : problem.neurons) note(neuron->terms);
        for (const StartProblem::Row& row : problem.rows) note(row.terms);
        note(problem.goal);
        budget_ = std::min(most_evaluations, most_products / products);
    }

    std::vector<StartValue> run() {
        if (free_.empty() || budget_ == 0) return {};
        std::optional<Score> best;
        std::vector<double> best_values;
        const std::size_t all = budget_;
        for (std::size_t start = 0; start < starts; ++start) {
            budget_ = all / starts;
            for (const Free& free : free_)
                values_[free.variable] = std::round(start == 0 ? std::clamp(0.0, free.lower, free.upper)
                                                               : random_.uniform(free.lower, free.upper));
            const Score found = improve();
            if (best && !(found < *best)) continue;
            best = found;
            best_values = values_;
        }
        values_ = best_values;
        std::vector<StartValue> result;
        for (const Free& free : free_) add(result, free.variable);
        for (const RelaxedNeuron* neuron : problem_.neurons) add(result, neuron->output.index());
        return result;
    }

  private:
    struct Free {
        std::size_t variable;
        double lower;
        double upper;
    };
    struct Score {
        double violation;
        double goal;
        bool operator<(const Score& other) const {
            return violation != other.violation ? violation < other.violation : goal < other.goal;
        }
    };

    void add(std::vector<StartValue>& result, std::size_t variable) const {
        result.push_back({IntVar(variable), static_cast<Value>(values_[variable])});
    }
    double sum(const std::vector<RowTerm>& terms) const {
        double result = 0;
        for (const RowTerm& term : terms) {
            const double value = values_[term.view.variable().index()];
            result += static_cast<double>(term.coefficient) * (term.view.negative() ? -value : value);
        }
        return result;
    }
    Score evaluate() {
        if (budget_ > 0) --budget_;
        for (const RelaxedNeuron* neuron : problem_.neurons)
            values_[neuron->output.index()] = std::round(neuron->lines.approximate(sum(neuron->terms)));
        Score score{0, sum(problem_.goal)};
        for (const StartProblem::Row& row : problem_.rows)
            score.violation += std::max(0.0, sum(row.terms) - static_cast<double>(row.right));
        return score;
    }

    /// Moves one input, or two at once (along a row that binds, one alone cannot move), by steps that halve.
    Score improve() {
        Score score = evaluate();
        double widest = 1;
        for (const Free& free : free_) widest = std::max(widest, free.upper - free.lower);
        for (double step = std::exp2(std::floor(std::log2(widest)) - 1); step >= 1 && budget_ > 0; step /= 2) {
            for (bool moved = true; moved && budget_ > 0;) {
                moved = false;
                for (std::size_t i = 0; i < free_.size() && budget_ > 0; ++i) {
                    const std::size_t other = random_.below(free_.size());
                    for (const double move : {step, -step}) {
                        moved |= attempt(free_[i], move, free_[i], 0, score);
                        if (other != i)
                            moved |= attempt(free_[i], move, free_[other], random_.chance(0.5) ? step : -step, score);
                    }
                }
            }
        }
        evaluate();
        return score;
    }
    bool attempt(const Free& first, double move, const Free& second, double other_move, Score& score) {
        const double before = values_[first.variable];
        const double other_before = values_[second.variable];
        const auto shift = [&](const Free& free, double by) {
            double& value = values_[free.variable];
            value = std::clamp(value + by, free.lower, free.upper);
        };
        shift(first, move);
        if (other_move != 0) shift(second, other_move);
        if (values_[first.variable] == before && values_[second.variable] == other_before) return false;
        const Score found = evaluate();
        if (found < score) {
            score = found;
            return true;
        }
        values_[second.variable] = other_before;
        values_[first.variable] = before;
        return false;
    }

    const StartProblem& problem_;
    std::vector<double> values_;  ///< by variable
    std::vector<Free> free_;
    std::size_t budget_ = 0;
    Random random_{1};
};
}  // namespace

std::vector<StartValue> find_start(const StartProblem& problem, std::span<const Range> bounds) {
    return Start(problem, bounds).run();
}

}  // namespace sinew::integer
