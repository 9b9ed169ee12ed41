// SPDX-License-Identifier: Apache-2.0
// The primal simplex and what a solution looks like: optimum, concrete values, simple values.
#include <algorithm>

#include "exact/exact_simplex.hpp"

namespace sinew {

ExactSimplex::Optimum ExactSimplex::maximize(SimplexVariable objective, const SimplexLimits& limits) {
    return optimize(objective, Direction::up, limits);
}

ExactSimplex::Optimum ExactSimplex::minimize(SimplexVariable objective, const SimplexLimits& limits) {
    return optimize(objective, Direction::down, limits);
}

ExactSimplex::Optimum ExactSimplex::optimize(SimplexVariable objective, Direction direction,
                                             const SimplexLimits& limits) {
    Optimum optimum;
    optimum.result = check(limits);
    if (optimum.result != Result::feasible) return optimum;
    const std::uint64_t begin = pivots_;
    const std::uint64_t patience = 4 * (tableau_.variable_count() + 16);
    while (const auto improving = choose_improving(objective, direction, pivots_ - begin > patience)) {
        const Step step = longest_step(improving->first, improving->second);
        if (!step.bounded) {
            optimum.result = Result::unbounded;
            return optimum;
        }
        if (pivots_ - begin >= limits.pivots || limits.limits.exceeded()) {
            optimum.result = Result::stopped;
            return optimum;
        }
        take_step(improving->first, improving->second, step);
    }
    if (tableau_.is_basic(objective)) {
        explain_row(tableau_.row_of(objective), direction);
        std::erase_if(certificate_, [&](const BoundMultiplier& part) { return part.variable == objective; });
    } else {
        certificate_ = {{objective, direction == Direction::up ? Side::upper : Side::lower, 1}};
    }
    optimum.value = value_[objective.index()].value;
    optimum.attained = sgn(value_[objective.index()].delta) == 0;
    return optimum;
}

std::optional<std::pair<SimplexVariable, ExactSimplex::Direction>> ExactSimplex::choose_improving(
    SimplexVariable objective, Direction direction, bool bland) const {
    if (!tableau_.is_basic(objective)) {
        if (!can_move(objective, direction)) return std::nullopt;
        return std::pair(objective, direction);
    }
    const std::size_t row = tableau_.row_of(objective);
    const std::optional<SimplexVariable> entering = choose_entering(row, direction, bland);
    if (!entering) return std::nullopt;
    const bool along = sgn(*tableau_.find(row, *entering)) > 0;
    return std::pair(*entering, along == (direction == Direction::up) ? Direction::up : Direction::down);
}

ExactSimplex::Step ExactSimplex::longest_step(SimplexVariable nonbasic, Direction direction) const {
    Step best;
    const auto offer = [&](DeltaRational length, std::optional<std::size_t> row) {
        const bool shorter = !best.bounded || length < best.length;
        // Ties by the smallest variable, as Bland's rule wants; a variable's own bound needs no pivot, so it wins.
        const bool tie = best.bounded && length == best.length && best.row && row &&
                         tableau_.basic_variable(*row) < tableau_.basic_variable(*best.row);
        if (!shorter && !tie) return;
        best = {true, std::move(length), row};
    };
    const Bound& own = bound(nonbasic, direction == Direction::up ? Side::upper : Side::lower);
    const DeltaRational& value = value_[nonbasic.index()];
    if (own.present) offer(direction == Direction::up ? own.value - value : value - own.value, std::nullopt);
    for (const std::uint32_t row : tableau_.column(nonbasic)) {
        const SimplexVariable basic = tableau_.basic_variable(row);
        const Rational slope = tableau_.slope(row, nonbasic);
        const bool rises = (sgn(slope) > 0) == (direction == Direction::up);
        const Bound& limit = bound(basic, rises ? Side::upper : Side::lower);
        if (!limit.present) continue;
        const DeltaRational& at = value_[basic.index()];
        offer((rises ? limit.value - at : at - limit.value) * (1 / abs(slope)), row);
    }
    return best;
}

void ExactSimplex::take_step(SimplexVariable entering, Direction direction, const Step& step) {
    if (!step.row) {
        move_nonbasic(entering, direction == Direction::up ? step.length : step.length * Rational(-1));
        return;
    }
    const SimplexVariable leaving = tableau_.basic_variable(*step.row);
    const bool rises = (sgn(tableau_.slope(*step.row, entering)) > 0) == (direction == Direction::up);
    pivot_and_update(*step.row, entering, bound(leaving, rises ? Side::upper : Side::lower).value);
}

std::vector<Rational> ExactSimplex::solution() const {
    DeltaLimit limit;
    for (std::size_t i = 0; i < value_.size(); ++i) {
        const Bound& lower = bounds_[2 * i];
        const Bound& upper = bounds_[2 * i + 1];
        if (lower.present) limit.keep_order(lower.value, value_[i]);
        if (upper.present) limit.keep_order(value_[i], upper.value);
    }
    const Rational delta = limit.simple_delta();
    std::vector<Rational> values;
    values.reserve(value_.size());
    for (const DeltaRational& value : value_) values.push_back(value.value + delta * value.delta);
    return values;
}

void ExactSimplex::simplify_solution(const SimplexLimits& limits) {
    free_columns(limits);
    for (std::size_t i = 0; i < value_.size(); ++i) {
        if (limits.limits.exceeded()) return;
        if (!tableau_.is_basic(SimplexVariable(i))) simplify_value(SimplexVariable(i));
    }
}

void ExactSimplex::free_columns(const SimplexLimits& limits) {
    const std::uint64_t begin = pivots_;
    for (std::size_t row = 0; row < tableau_.row_count(); ++row) {
        if (is_row_[tableau_.basic_variable(row).index()]) continue;
        std::optional<SimplexVariable> slack;
        for (const SimplexTableau::Entry& entry : tableau_.row(row)) {
            if (!is_row_[entry.variable.index()]) continue;
            if (can_move(entry.variable, Direction::up) || can_move(entry.variable, Direction::down))
                slack = entry.variable;
        }
        if (!slack) continue;
        if (pivots_ - begin >= limits.pivots || limits.limits.exceeded()) return;
        pivot(row, *slack);
    }
}

namespace {
/// The decimal with the fewest digits after the point in the interval, among those the one nearest to zero; where
/// no short one exists the simplest rational.
Rational short_number_between(const std::optional<Rational>& lower, bool lower_closed,
                              const std::optional<Rational>& upper, bool upper_closed) {
    const auto inside = [&](const Rational& value) {
        const int above = lower ? cmp(value, *lower) : 1;
        const int below = upper ? cmp(*upper, value) : 1;
        return (above > 0 || (above == 0 && lower_closed)) && (below > 0 || (below == 0 && upper_closed));
    };
    if (inside(0)) return 0;
    const bool positive = lower && sgn(*lower) >= 0;
    const Rational& near = positive ? *lower : *upper;
    Rational scale = 1;
    for (int digits = 0; digits < 20; ++digits, scale *= 10) {
        const Integer whole = positive ? ceil(near * scale) : floor(near * scale);
        const Rational nearest = Rational(whole) / scale;
        if (inside(nearest)) return nearest;
        const Rational next = Rational(whole + (positive ? 1 : -1)) / scale;  // where the interval is open
        if (inside(next)) return next;
    }
    return simplest_between(lower, lower_closed, upper, upper_closed);
}
}  // namespace

void ExactSimplex::simplify_value(SimplexVariable nonbasic) {
    const DeltaRational& value = value_[nonbasic.index()];
    const Step down = longest_step(nonbasic, Direction::down);
    const Step up = longest_step(nonbasic, Direction::up);
    std::optional<Rational> lower;
    std::optional<Rational> upper;
    bool lower_closed = false;
    bool upper_closed = false;
    if (down.bounded) {
        const DeltaRational end = value - down.length;
        lower = end.value;
        lower_closed = sgn(end.delta) <= 0;
    }
    if (up.bounded) {
        DeltaRational end = value;
        end += up.length;
        upper = end.value;
        upper_closed = sgn(end.delta) >= 0;
    }
    if (lower && upper && *lower == *upper && !(lower_closed && upper_closed)) return;  // only δ has room
    const Rational simple = short_number_between(lower, lower_closed, upper, upper_closed);
    move_nonbasic(nonbasic, DeltaRational(simple) - value);
}

}  // namespace sinew
