// SPDX-License-Identifier: Apache-2.0
// Bounds of RelaxedNetwork and RelaxedLanes against values at sampled points: in doubles, and exactly where these leave
// it open whether a bound holds. For a test, and for a command that takes longer (bench/sampled_bounds.cpp).
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "bounds/relaxed_lanes.hpp"
#include "bounds/tighten_network.hpp"
#include "model/evaluate_enclosed.hpp"
#include "unit/bounds/random_networks.hpp"

namespace sinew::test {

/// The values of all variables at a point of the box; exact ones are found when they are asked for.
class SampledPoint {
  public:
    SampledPoint(const model::Network& network, std::vector<double> inputs, bool always_exact)
        : network_(&network),
          inputs_(std::move(inputs)),
          values_(model::evaluate_double(network, inputs_)),
          always_exact_(always_exact) {}

    double value(std::size_t variable) const { return values_[variable]; }
    /// form >= bound?
    bool is_at_least(const LinearForm& form, double bound) {
        if (!std::isfinite(bound)) return bound < 0;
        double value = to_nearest(form.constant()) - bound;
        double size = std::fabs(bound) + 1;
        for (const LinearTerm& term : form.terms()) {
            const double product = to_nearest(term.coefficient) * values_[term.variable.index()];
            value += product;
            size += std::fabs(product);
        }
        if (!always_exact_ && value > 1e-6 * size) return true;
        if (!exact_) {
            std::vector<Rational> inputs;
            for (const double input : inputs_) inputs.push_back(to_rational(input));
            exact_ = model::evaluate_enclosed(*network_, inputs, 200);
        }
        if (!std::isfinite(model::radius_of(form, exact_->radius))) return true;  // there is no value
        // The radius is far below what any rounding of a bound costs.
        return form.value(exact_->middle) + to_rational(model::radius_of(form, exact_->radius)) >= to_rational(bound);
    }
    bool is_within(std::size_t variable, double lower, double upper) {
        const double value = values_[variable];
        const double margin = 1e-6 * (1 + std::fabs(value));
        if (!always_exact_ && value - lower > margin && upper - value > margin) return true;
        LinearForm negated;
        negated.add(LinearForm(Variable(variable)), -1);
        return (std::isinf(lower) || is_at_least(LinearForm(Variable(variable)), lower)) &&
               (std::isinf(upper) || is_at_least(negated, -upper));
    }

  private:
    const model::Network* network_;
    std::vector<double> inputs_;
    std::vector<double> values_;
    bool always_exact_;
    std::optional<model::EnclosedValues> exact_;
};

inline SampledPoint sampled_point(Random& random, const RandomNetwork& example, bool always_exact) {
    std::vector<double> inputs;
    for (const Interval& side : example.box)
        inputs.push_back(random.chance(0.4) ? (random.chance(0.5) ? side.lower : side.upper)
                         : random.chance(0.2)
                             ? side.lower
                             : std::clamp(random.uniform(side.lower, side.upper + 1e-300), side.lower, side.upper));
    return SampledPoint(example.network, std::move(inputs), always_exact);
}

/// Splits of open neurons, each on the side where `point` is, some neurons several times.
inline std::vector<bounds::NeuronSplit> splits_around(Random& random, const bounds::RelaxedNetwork& network,
                                                      const SampledPoint& point, double share) {
    std::vector<bounds::NeuronSplit> splits;
    for (int round = 0; round < 3; ++round) {
        for (const std::uint32_t neuron : network.unstable()) {
            if (!random.chance(share)) continue;
            const std::size_t pre = network.pre_variable(neuron);
            const bool is_relu = network.layer_of(neuron).is_relu;
            const double at = is_relu ? 0 : random.uniform(network.lower(pre), network.upper(pre));
            const double value = point.value(pre);
            if (!(std::fabs(at - value) > 1e-6 * (1 + std::fabs(value)))) continue;  // doubles cannot tell
            splits.push_back({neuron, value > at, at});
        }
    }
    return splits;
}

/// A start that no ascent would have found.
inline bounds::Slopes random_slopes(Random& random, const bounds::RelaxedNetwork& network, std::size_t splits) {
    bounds::Slopes slopes;
    for (const std::uint32_t neuron : network.unstable())
        slopes.slope.push_back(
            static_cast<float>(network.layer_of(neuron).is_relu ? random.uniform(0, 1) : random.uniform(-4, 4)));
    for (std::size_t s = 0; s < splits; ++s) slopes.multiplier.push_back(static_cast<float>(random.uniform(0, 2)));
    return slopes;
}

inline LinearForm random_form(Random& random, const model::Network& network) {
    const std::size_t last = network.variable_count() - 1;
    LinearForm form(Rational(1, 3));
    for (const std::size_t output : {last - 1, last})
        form.add(LinearForm(Variable(output)), canonical(Rational(random.integer(-9, 9), 7)));
    if (random.chance(0.3)) form.add(LinearForm(Variable(random.below(last))), Rational(1, 2));
    return form;
}

struct SampledChecks {
    std::size_t points = 0;    ///< sampled
    std::size_t compared = 0;  ///< bounds with values
    std::size_t finite = 0;    ///< lanes with a finite bound
    std::size_t broken = 0;    ///< bounds that do not hold
};

/// One random network with `count` points: bounds of all variables, before and after tightening, and of sixteen
/// objectives with splits around some of the points, starts of all kinds, and bounds of their regions.
inline void check_network(Random& random, std::size_t count, SampledChecks& checks) {
    const auto weights = static_cast<Weights>(random.below(4));
    const RandomNetwork example = random_network(random, weights, false, true);
    const bool always_exact = weights == Weights::wild;  // doubles are far off there
    if (always_exact) count = std::min<std::size_t>(count, 20);
    std::vector<double> lower;
    std::vector<double> upper;
    for (const Interval& side : example.box) {
        lower.push_back(side.lower);
        upper.push_back(side.upper);
    }
    bounds::RelaxedNetwork network(example.network, lower, upper);
    if (random.chance(0.7)) bounds::tighten_layers(network, {.steps = random.below(8)}, {});
    std::vector<SampledPoint> points;
    for (std::size_t p = 0; p < count; ++p) points.push_back(sampled_point(random, example, always_exact));
    const auto expect = [&](bool holds) {
        ++checks.compared;
        if (!holds) ++checks.broken;
    };
    checks.points += count;
    for (SampledPoint& point : points)
        for (std::size_t v = 0; v < example.network.variable_count(); ++v)
            expect(point.is_within(v, network.lower(v), network.upper(v)));

    constexpr std::size_t lanes = bounds::lanes;
    bounds::RelaxedLanes problem(network);
    bounds::RelaxedLanes other(network);
    std::vector<LinearForm> forms;
    std::vector<std::vector<bounds::NeuronSplit>> splits(lanes);
    std::vector<bounds::Slopes> starts(lanes);
    std::vector<bounds::LocalBounds> local(lanes, bounds::LocalBounds(network));
    std::vector<std::uint32_t> positions;
    for (std::size_t u = 0; u < network.unstable().size(); ++u) positions.push_back(static_cast<std::uint32_t>(u));
    for (std::size_t j = 0; j < lanes; ++j) {
        const bool repeats = j % 4 == 3;  // lanes may share what they start from
        if (!always_exact) splits[j] = repeats ? splits[j - 1] : splits_around(random, network, points[j % 20], 0.15);
        starts[j] = repeats ? starts[j - 1] : random_slopes(random, network, splits[j].size());
        forms.push_back(random_form(random, example.network));
        if (j % 4 < 2)
            expect(bounds::tighten_local(network, other, bounds::SlopeBank(), splits[j], positions, {.steps = 3},
                                         local[j]));
        problem.set(j, bounds::Objective(forms[j]), splits[j], j % 2 == 0 || repeats ? &starts[j] : nullptr,
                    j % 4 < 2 ? &local[j] : nullptr);
    }
    const std::vector<double> never(lanes, 1e300);
    problem.optimise(random.below(12), 0.3, 0.95, never);
    for (std::size_t j = 0; j < lanes; ++j) {
        if (std::isfinite(problem.best()[j])) ++checks.finite;
        for (SampledPoint& point : points) {
            const bool is_inside = std::all_of(splits[j].begin(), splits[j].end(), [&](const auto& split) {
                const double beyond = point.value(network.pre_variable(split.neuron)) - split.point;
                return (split.above ? beyond : -beyond) > 1e-7 * (1 + std::fabs(split.point));
            });
            if (!is_inside) continue;
            expect(std::isinf(problem.best()[j]) ? problem.best()[j] < 0
                                                 : point.is_at_least(forms[j], problem.best()[j]));
            for (std::size_t u = 0; j % 4 < 2 && u < positions.size(); ++u)
                expect(
                    point.is_within(network.pre_variable(network.unstable()[u]), local[j].lower[u], local[j].upper[u]));
        }
    }
}

}  // namespace sinew::test
