// SPDX-License-Identifier: Apache-2.0
#include "binarized/grid_attack.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "binarized/attack.hpp"
#include "binarized/gradient_attack.hpp"
#include "binarized/score_formula.hpp"
#include "phase/real_front.hpp"
#include "threshold/fold.hpp"
#include "threshold/recognise.hpp"

namespace sinew::binarized {

namespace {
/// The whole numbers of the domains around their middle; absent if a domain has none, or is unbounded.
std::optional<threshold::Ball> grid_of(const model::Query& query, const threshold::ThresholdNetwork& folded) {
    const auto ranges = phase::input_ranges(query);
    if (!ranges) return std::nullopt;
    std::vector<Rational> lower;
    std::vector<Rational> upper;
    threshold::Ball ball;
    for (const auto& [input, range] : *ranges) {
        if (!range.lower || !range.upper) return std::nullopt;
        const Integer low = ceil(*range.lower);
        const Integer high = floor(*range.upper);
        if (low > high || low < 0 || high > 255) return std::nullopt;
        lower.emplace_back(low);
        upper.emplace_back(high);
        ball.input.emplace_back(floor(Rational(lower.back() + upper.back()) / 2));
    }
    ball.centre = folded.digits_of(ball.input);
    for (std::uint32_t d = 0; d < folded.digits.size(); ++d) {
        const threshold::Digit& digit = folded.digits[d];
        threshold::FreeDigit free;
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

}  // namespace

struct GridAttack::State {
    State(const model::Query& query, std::uint64_t first_seed)
        : network(threshold::recognise(query.network, model::InputKind::pixels)),
          folded(threshold::fold(network)),
          ball(grid_of(query, folded)),
          formula(ScoreFormula::read(query, std::array{query.output_condition}, folded)),
          soft(threshold::SoftNetwork::make(folded)),
          seed(first_seed) {}

    bool applies() const { return ball && formula.formula.one_condition_is_enough(); }
    std::vector<Rational> inputs_of(const std::vector<std::uint32_t>& values) const {
        std::vector<std::uint32_t> digits = ball->centre;
        for (std::size_t f = 0; f < values.size(); ++f) digits[ball->free[f].digit] = ball->free[f].low + values[f];
        return threshold::input_with(folded, *ball, digits);
    }

    model::BinarizedNetwork network;
    threshold::ThresholdNetwork folded;
    std::optional<threshold::Ball> ball;
    ScoreFormula formula;
    std::optional<threshold::SoftNetwork> soft;
    std::optional<GradientAttack> gradients;
    std::optional<threshold::ReducedNetwork> reduced;
    std::uint64_t seed;  ///< of the next local search
};

GridAttack::GridAttack(const model::Query& query, std::uint64_t seed) {
    try {
        state_ = std::make_unique<State>(query, seed);
        if (!state_->applies()) state_.reset();
    } catch (const UsageError&) {  // of another form
        state_.reset();
    }
}
GridAttack::~GridAttack() = default;

std::optional<std::vector<Rational>> GridAttack::follow_gradients(std::size_t evaluations, const Limits& limits) {
    if (!state_ || !state_->soft) return std::nullopt;
    State& state = *state_;
    if (!state.gradients)
        state.gradients.emplace(*state.soft, state.folded, *state.ball, state.formula.conditions,
                                GradientAttackOptions{state.seed, 60});
    const auto found = state.gradients->run(evaluations, limits);
    if (!found) return std::nullopt;
    return state.inputs_of(*found);
}

std::optional<std::vector<Rational>> GridAttack::search_locally(std::uint64_t ticks, const Limits& limits) {
    if (!state_) return std::nullopt;
    State& state = *state_;
    if (!state.reduced) {
        state.reduced = threshold::reduce(state.folded, *state.ball, state.formula.conditions);
        std::erase_if(state.reduced->targets, [](const threshold::Target& target) { return target.wins.is_false(); });
    }
    AttackOptions options;
    options.seed = state.seed++;
    options.ticks = ticks;
    const auto found = attack(*state.reduced, *state.ball, options, limits);
    if (!found) return std::nullopt;
    return state.inputs_of(*found);
}

}  // namespace sinew::binarized
