#include "bnn/grid_attack.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "bnn/attack.hpp"
#include "bnn/fold.hpp"
#include "bnn/recognise.hpp"
#include "bnn/score_formula.hpp"

namespace sinew::bnn {

namespace {
constexpr std::uint64_t attack_ticks = 300'000'000;

/// The whole numbers of the domains around their middle; absent if a domain has none, or is unbounded.
std::optional<Ball> grid_of(const model::Query& query, const ThresholdNetwork& folded) {
    const std::vector<Variable> inputs = query.network.input_variables();
    std::vector<const model::Domain*> domains(query.network.variable_count(), nullptr);
    for (const auto& [variable, domain] : query.domains) domains[variable.index()] = &domain;
    std::vector<Rational> lower;
    std::vector<Rational> upper;
    Ball ball;
    for (const Variable input : inputs) {
        const model::Domain* domain = domains[input.index()];
        if (domain == nullptr || !domain->lower || !domain->upper || !domain->values.empty()) return std::nullopt;
        const Integer low = ceil(*domain->lower);
        const Integer high = floor(*domain->upper);
        if (low > high || low < 0 || high > 255) return std::nullopt;
        lower.emplace_back(low);
        upper.emplace_back(high);
        ball.input.emplace_back(floor(Rational(lower.back() + upper.back()) / 2));
    }
    ball.centre = folded.digits_of(ball.input);
    for (std::uint32_t d = 0; d < folded.digits.size(); ++d) {
        const Digit& digit = folded.digits[d];
        FreeDigit free;
        free.digit = d;
        free.centre = ball.centre[d];
        free.low = digit.value_at(lower[digit.input], folded.range.lower);
        free.high = digit.value_at(upper[digit.input], folded.range.lower);
        if (free.low == free.high) continue;
        free.cost.assign(free.high - free.low + 1, 0);
        ball.free.push_back(std::move(free));
    }
    return ball;
}

std::optional<std::vector<Rational>> attack_grid(const model::Query& query, const Limits& limits) {
    const model::BinarizedNetwork network = recognise(query.network, model::InputKind::pixels);
    const ThresholdNetwork folded = fold(network);
    const std::optional<Ball> ball = grid_of(query, folded);
    if (!ball) return std::nullopt;
    const ScoreFormula formula(query, folded);
    if (!formula.one_condition_is_enough()) return std::nullopt;
    ReducedNetwork reduced = reduce(folded, *ball, formula.conditions());
    std::erase_if(reduced.targets, [](const Target& target) { return target.wins.is_false(); });
    AttackOptions options;
    options.ticks = attack_ticks;
    const auto found = attack(reduced, *ball, options, limits);
    if (!found) return std::nullopt;
    std::vector<std::uint32_t> digits = ball->centre;
    for (std::size_t f = 0; f < found->size(); ++f) digits[ball->free[f].digit] = ball->free[f].low + (*found)[f];
    return input_with(folded, *ball, digits);
}
}  // namespace

std::optional<std::vector<Rational>> grid_attack(const model::Query& query, const Limits& limits) {
    try {
        return attack_grid(query, limits);
    } catch (const UsageError&) {  // of another form
        return std::nullopt;
    }
}

}  // namespace sinew::bnn
