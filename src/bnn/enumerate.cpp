// SPDX-License-Identifier: Apache-2.0
#include "bnn/enumerate.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "threshold/change_enumeration.hpp"
#include "threshold/gate_evaluation.hpp"

namespace sinew::bnn {

namespace {
/// The ball's changes as the first layer's gates see them.
struct FirstLayer {
    std::vector<std::int64_t> distance;  ///< of each gate from its bound, at the centre
    std::vector<threshold::Change> changes;
    std::vector<std::uint32_t> value;  ///< what a change makes of its digit, from the least one

    FirstLayer(const threshold::ReducedNetwork& network, const threshold::GateEvaluation& evaluation, bool by_cost) {
        const std::vector<std::uint32_t>& gates = evaluation.first_layer();
        const std::vector<std::uint32_t>& bits = evaluation.digit_bits();
        std::vector<std::vector<std::int32_t>> weight(network.digit_count(),
                                                      std::vector<std::int32_t>(gates.size() + bits.size(), 0));
        for (std::size_t j = 0; j < gates.size(); ++j) {
            const threshold::Gate& gate = network.gates[gates[j]];
            distance.push_back(-gate.bound);
            for (const threshold::VariableTerm& term : network.terms_of(gate)) {
                const threshold::FreeDigit& digit = network.digits[term.variable];
                distance[j] += term.coefficient * (digit.centre - digit.low);
                weight[term.variable][j] += static_cast<std::int32_t>(term.coefficient);
            }
        }
        for (const std::uint32_t d : bits) {
            weight[d][distance.size()] = 1;
            distance.push_back(std::int64_t{network.digits[d].centre - network.digits[d].low} - 1);
        }
        for (std::uint32_t d = 0; d < network.digit_count(); ++d) {
            const threshold::FreeDigit& digit = network.digits[d];
            for (std::uint32_t v = digit.low; v <= digit.high; ++v) {
                if (v == digit.centre) continue;
                threshold::Change change{d, by_cost ? digit.cost[v - digit.low] : 1, {}};
                const auto moved = static_cast<std::int32_t>(v) - static_cast<std::int32_t>(digit.centre);
                for (const std::int32_t w : weight[d]) change.movement.push_back(w * moved);
                changes.push_back(std::move(change));
                value.push_back(v - digit.low);
            }
        }
    }
};
}  // namespace

double combinations(const threshold::Ball& ball) {
    std::vector<std::vector<std::int64_t>> costs;
    for (const threshold::FreeDigit& digit : ball.free) {
        costs.push_back(digit.cost);
        costs.back().erase(costs.back().begin() + (digit.centre - digit.low));
    }
    return threshold::count_choices(costs, ball.budget);
}

Enumeration enumerate(const threshold::ReducedNetwork& network, const threshold::Ball& ball, const Limits& limits,
                      std::optional<std::int64_t> budget) {
    Enumeration result;
    std::int64_t most = ball.budget.value_or(static_cast<std::int64_t>(network.digit_count()));
    if (budget) most = std::min(most, *budget);
    threshold::GateEvaluation evaluation(network);
    const FirstLayer first(network, evaluation, ball.budget.has_value());
    for (const threshold::FreeDigit& digit : network.digits) result.values.push_back(digit.centre - digit.low);
    std::vector<std::uint64_t> centre((first.distance.size() + 63) / 64, 0);
    for (std::size_t j = 0; j < first.distance.size(); ++j)
        if (first.distance[j] >= 0) centre[j / 64] |= std::uint64_t{1} << (j % 64);
    if (evaluation.wins(centre)) {
        result.answer = Answer::sat;
        return result;
    }
    threshold::ChangeEnumeration enumeration(first.distance, first.changes, most);
    if (!enumeration.fits()) return result;
    const auto ended = enumeration.run(
        [&](std::span<const std::uint64_t> states, std::int64_t cost) {
            ++result.evaluated;
            result.cost = cost;
            return evaluation.wins(states);
        },
        limits);
    if (ended == threshold::ChangeEnumeration::Result::exhausted) result.answer = Answer::unsat;
    if (ended != threshold::ChangeEnumeration::Result::stopped) return result;
    result.answer = Answer::sat;
    for (const std::uint32_t i : enumeration.chosen()) result.values[first.changes[i].input] = first.value[i];
    return result;
}

}  // namespace sinew::bnn
