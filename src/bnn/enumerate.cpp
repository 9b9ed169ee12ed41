#include "bnn/enumerate.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "bnn/change_enumeration.hpp"
#include "bnn/gate_evaluation.hpp"

namespace sinew::bnn {

namespace {
constexpr std::int64_t widest_count = 4096;  // budgets that are counted exactly, larger ones from above

/// The ball's changes as the first layer's gates see them.
struct FirstLayer {
    std::vector<std::int64_t> distance;  ///< of each gate from its bound, at the centre
    std::vector<Change> changes;
    std::vector<std::uint32_t> value;  ///< what a change makes of its digit, from the least one

    FirstLayer(const ReducedNetwork& network, const GateEvaluation& evaluation, bool by_cost) {
        const std::vector<std::uint32_t>& gates = evaluation.first_layer();
        const std::vector<std::uint32_t>& bits = evaluation.digit_bits();
        std::vector<std::vector<std::int32_t>> weight(network.digit_count(),
                                                      std::vector<std::int32_t>(gates.size() + bits.size(), 0));
        for (std::size_t j = 0; j < gates.size(); ++j) {
            const Gate& gate = network.gates[gates[j]];
            distance.push_back(-gate.bound);
            for (const VariableTerm& term : network.terms_of(gate)) {
                const FreeDigit& digit = network.digits[term.variable];
                distance[j] += term.coefficient * (digit.centre - digit.low);
                weight[term.variable][j] += static_cast<std::int32_t>(term.coefficient);
            }
        }
        for (const std::uint32_t d : bits) {
            weight[d][distance.size()] = 1;
            distance.push_back(std::int64_t{network.digits[d].centre - network.digits[d].low} - 1);
        }
        for (std::uint32_t d = 0; d < network.digit_count(); ++d) {
            const FreeDigit& digit = network.digits[d];
            for (std::uint32_t v = digit.low; v <= digit.high; ++v) {
                if (v == digit.centre) continue;
                Change change{d, by_cost ? digit.cost[v - digit.low] : 1, {}};
                const auto moved = static_cast<std::int32_t>(v) - static_cast<std::int32_t>(digit.centre);
                for (const std::int32_t w : weight[d]) change.movement.push_back(w * moved);
                changes.push_back(std::move(change));
                value.push_back(v - digit.low);
            }
        }
    }
};
}  // namespace

double combinations(const Ball& ball) {
    double product = 1;
    for (const FreeDigit& digit : ball.free) product *= static_cast<double>(digit.cost.size());
    if (!ball.budget) return product;
    // ways[c]: combinations that cost c altogether; costs of a larger budget are divided and rounded down.
    const std::int64_t divisor = *ball.budget / widest_count + 1;
    std::vector<double> ways(static_cast<std::size_t>(*ball.budget / divisor) + 1, 0.0);
    ways[0] = 1;
    for (const FreeDigit& digit : ball.free) {
        std::vector<double> next = ways;
        for (std::uint32_t v = 0; v < digit.cost.size(); ++v) {
            if (v + digit.low == digit.centre) continue;
            const auto cost = static_cast<std::size_t>(digit.cost[v] / divisor);
            for (std::size_t c = cost; c < ways.size(); ++c) next[c] += ways[c - cost];
        }
        ways = std::move(next);
    }
    double sum = 0;
    for (const double count : ways) sum += count;
    return std::min(sum, product);
}

Enumeration enumerate(const ReducedNetwork& network, const Ball& ball, const Limits& limits,
                      std::optional<std::int64_t> budget) {
    Enumeration result;
    std::int64_t most = ball.budget.value_or(static_cast<std::int64_t>(network.digit_count()));
    if (budget) most = std::min(most, *budget);
    GateEvaluation evaluation(network);
    const FirstLayer first(network, evaluation, ball.budget.has_value());
    for (const FreeDigit& digit : network.digits) result.values.push_back(digit.centre - digit.low);
    std::vector<std::uint64_t> centre((first.distance.size() + 63) / 64, 0);
    for (std::size_t j = 0; j < first.distance.size(); ++j)
        if (first.distance[j] >= 0) centre[j / 64] |= std::uint64_t{1} << (j % 64);
    if (evaluation.wins(centre)) {
        result.outcome = EnumerationOutcome::found;
        return result;
    }
    ChangeEnumeration enumeration(first.distance, first.changes, most);
    if (!enumeration.fits()) return result;
    const auto ended = enumeration.run(
        [&](std::span<const std::uint64_t> states, std::int64_t cost) {
            ++result.evaluated;
            result.cost = cost;
            return evaluation.wins(states);
        },
        limits);
    if (ended == ChangeEnumeration::Result::exhausted) result.outcome = EnumerationOutcome::none;
    if (ended != ChangeEnumeration::Result::stopped) return result;
    result.outcome = EnumerationOutcome::found;
    for (const std::uint32_t i : enumeration.chosen()) result.values[first.changes[i].input] = first.value[i];
    return result;
}

}  // namespace sinew::bnn
