// SPDX-License-Identifier: Apache-2.0
// Feasibility: bounds, repair of the assignment, certificates. Optimisation is in exact_simplex_optimize.cpp.
#include "exact/exact_simplex.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew {

SimplexVariable ExactSimplex::add_column() {
    const SimplexVariable variable = tableau_.add_column();
    value_.emplace_back();
    bounds_.resize(bounds_.size() + 2);
    is_touched_.push_back(false);
    is_queued_.push_back(false);
    is_row_.push_back(false);
    return variable;
}

SimplexVariable ExactSimplex::add_row(std::span<const SimplexTerm> terms) {
    const SimplexVariable variable = tableau_.add_row(terms);
    DeltaRational value;
    for (const SimplexTerm& term : terms) value += value_[term.variable.index()] * term.coefficient;
    value_.push_back(std::move(value));
    bounds_.resize(bounds_.size() + 2);
    is_touched_.push_back(false);
    is_queued_.push_back(false);
    is_row_.push_back(true);
    return variable;
}

void ExactSimplex::set_bound(SimplexVariable variable, Side side, const Rational& value, Strictness strictness) {
    const int infinitesimal = strictness == Strictness::closed ? 0 : side == Side::lower ? 1 : -1;
    change_bound(slot(variable, side), {DeltaRational(value, infinitesimal), true});
    touch(variable);
}

void ExactSimplex::relax_bound(SimplexVariable variable, Side side) {
    change_bound(slot(variable, side), {});
}

void ExactSimplex::change_bound(std::size_t slot, Bound bound) {
    if (!level_begin_.empty()) undo_.emplace_back(slot, std::move(bounds_[slot]));
    bounds_[slot] = std::move(bound);
}

void ExactSimplex::backtrack(std::size_t level) {
    if (level >= level_begin_.size()) return;
    while (undo_.size() > level_begin_[level]) {
        bounds_[undo_.back().first] = std::move(undo_.back().second);
        // Bounds may have been relaxed above the level and come back tighter.
        touch(SimplexVariable(undo_.back().first / 2));
        undo_.pop_back();
    }
    level_begin_.resize(level);
}

void ExactSimplex::touch(SimplexVariable variable) {
    if (is_touched_[variable.index()]) return;
    is_touched_[variable.index()] = true;
    touched_.push_back(variable);
}

bool ExactSimplex::below_lower(SimplexVariable variable) const {
    const Bound& lower = bound(variable, Side::lower);
    return lower.present && value_[variable.index()] < lower.value;
}

bool ExactSimplex::above_upper(SimplexVariable variable) const {
    const Bound& upper = bound(variable, Side::upper);
    return upper.present && value_[variable.index()] > upper.value;
}

bool ExactSimplex::can_move(SimplexVariable variable, Direction direction) const {
    const Bound& limit = bound(variable, direction == Direction::up ? Side::upper : Side::lower);
    if (!limit.present) return true;
    const DeltaRational& value = value_[variable.index()];
    return direction == Direction::up ? value < limit.value : value > limit.value;
}

bool ExactSimplex::settle_touched() {
    bool crossing = false;
    std::size_t kept = 0;
    for (const SimplexVariable variable : touched_) {
        const Bound& lower = bound(variable, Side::lower);
        const Bound& upper = bound(variable, Side::upper);
        if (lower.present && upper.present && lower.value > upper.value) {
            if (!crossing) explain_crossing(variable);
            crossing = true;
            touched_[kept++] = variable;
            continue;
        }
        is_touched_[variable.index()] = false;
        if (tableau_.is_basic(variable))
            queue_if_violated(variable);
        else if (below_lower(variable))
            move_nonbasic(variable, lower.value - value_[variable.index()]);
        else if (above_upper(variable))
            move_nonbasic(variable, upper.value - value_[variable.index()]);
    }
    touched_.resize(kept);
    return !crossing;
}

void ExactSimplex::explain_crossing(SimplexVariable variable) {
    certificate_ = {{variable, Side::lower, 1}, {variable, Side::upper, 1}};
    const bool is_zero = tableau_.is_basic(variable) && tableau_.row(tableau_.row_of(variable)).size() == 1;
    if (is_zero) certificate_.erase(certificate_.begin() + (sgn(bound(variable, Side::lower).value) > 0 ? 1 : 0));
}

void ExactSimplex::queue_if_violated(SimplexVariable variable) {
    if (is_queued_[variable.index()] || !(below_lower(variable) || above_upper(variable))) return;
    is_queued_[variable.index()] = true;
    violated_.push(variable);
}

void ExactSimplex::move_nonbasic(SimplexVariable variable, const DeltaRational& step) {
    value_[variable.index()] += step;
    for (const std::uint32_t row : tableau_.column(variable)) {
        const SimplexVariable basic = tableau_.basic_variable(row);
        value_[basic.index()] += step * tableau_.slope(row, variable);
        queue_if_violated(basic);
    }
}

void ExactSimplex::recompute_basic_values() {
    for (std::size_t row = 0; row < tableau_.row_count(); ++row) {
        const SimplexVariable basic = tableau_.basic_variable(row);
        DeltaRational sum;
        Rational divisor;
        for (const SimplexTableau::Entry& entry : tableau_.row(row)) {
            if (entry.variable == basic)
                divisor = Rational(Integer(-entry.coefficient));
            else if (sgn(value_[entry.variable.index()]) != 0)
                sum += value_[entry.variable.index()] * Rational(entry.coefficient);
        }
        sum *= 1 / divisor;
        value_[basic.index()] = std::move(sum);
        queue_if_violated(basic);
    }
}

std::optional<SimplexVariable> ExactSimplex::next_violated() {
    while (!violated_.empty()) {
        const SimplexVariable variable = violated_.top();
        if (tableau_.is_basic(variable) && (below_lower(variable) || above_upper(variable))) return variable;
        violated_.pop();
        is_queued_[variable.index()] = false;
    }
    return std::nullopt;
}

std::optional<SimplexVariable> ExactSimplex::choose_entering(std::size_t row, Direction basic, bool bland) const {
    std::optional<SimplexVariable> best;
    std::size_t best_length = 0;
    const SimplexVariable own = tableau_.basic_variable(row);
    for (const SimplexTableau::Entry& entry : tableau_.row(row)) {
        if (entry.variable == own) continue;
        const bool along = (sgn(entry.coefficient) > 0) == (basic == Direction::up);
        if (!can_move(entry.variable, along ? Direction::up : Direction::down)) continue;
        if (bland) return entry.variable;
        const std::size_t length = tableau_.column(entry.variable).size();
        if (best && length >= best_length) continue;
        best = entry.variable;
        best_length = length;
    }
    return best;
}

void ExactSimplex::explain_row(std::size_t row, Direction blocked) {
    certificate_.clear();
    const SimplexVariable own = tableau_.basic_variable(row);
    const Rational scale(Integer(-*tableau_.find(row, own)));
    for (const SimplexTableau::Entry& entry : tableau_.row(row)) {
        if (entry.variable == own) {
            certificate_.push_back({own, blocked == Direction::up ? Side::lower : Side::upper, 1});
            continue;
        }
        const bool along = (sgn(entry.coefficient) > 0) == (blocked == Direction::up);
        certificate_.push_back(
            {entry.variable, along ? Side::upper : Side::lower, Rational(abs(Rational(entry.coefficient)) / scale)});
    }
}

ExactSimplex::Result ExactSimplex::check(const SimplexLimits& limits) {
    certificate_.clear();
    if (!settle_touched()) return Result::infeasible;
    const std::uint64_t begin = pivots_;
    const std::uint64_t patience = 4 * (tableau_.variable_count() + 16);
    while (const std::optional<SimplexVariable> leaving = next_violated()) {
        const std::size_t row = tableau_.row_of(*leaving);
        const Direction wanted = below_lower(*leaving) ? Direction::up : Direction::down;
        const std::optional<SimplexVariable> entering = choose_entering(row, wanted, pivots_ - begin > patience);
        if (!entering) {
            explain_row(row, wanted);
            return Result::infeasible;
        }
        if (pivots_ - begin >= limits.pivots || limits.limits.exceeded()) return Result::stopped;
        pivot_and_update(row, *entering, bound(*leaving, wanted == Direction::up ? Side::lower : Side::upper).value);
    }
    return Result::feasible;
}

void ExactSimplex::pivot_and_update(std::size_t row, SimplexVariable entering, const DeltaRational& target) {
    const SimplexVariable leaving = tableau_.basic_variable(row);
    const DeltaRational step = (target - value_[leaving.index()]) * (1 / tableau_.slope(row, entering));
    value_[entering.index()] += step;
    for (const std::uint32_t other : tableau_.column(entering)) {
        if (other == row) continue;
        const SimplexVariable basic = tableau_.basic_variable(other);
        value_[basic.index()] += step * tableau_.slope(other, entering);
        queue_if_violated(basic);
    }
    value_[leaving.index()] = target;
    pivot(row, entering);
    queue_if_violated(entering);
}

void ExactSimplex::pivot(std::size_t row, SimplexVariable entering) {
    tableau_.pivot(row, entering);
    ++pivots_;
}

bool ExactSimplex::install_basis(std::span<const BasisPlace> places, const SimplexLimits& limits) {
    require(places.size() == tableau_.variable_count(), "a basis names every variable of the simplex");
    const bool complete = pivot_to_basis(places, limits);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const SimplexVariable variable(i);
        if (tableau_.is_basic(variable)) continue;
        const Bound& lower = bound(variable, Side::lower);
        const Bound& upper = bound(variable, Side::upper);
        if (places[i] == BasisPlace::at_lower && lower.present)
            value_[i] = lower.value;
        else if (places[i] == BasisPlace::at_upper && upper.present)
            value_[i] = upper.value;
        else if (places[i] == BasisPlace::at_zero)
            value_[i] = DeltaRational();
        touch(variable);
    }
    recompute_basic_values();
    return complete;
}

bool ExactSimplex::pivot_to_basis(std::span<const BasisPlace> places, const SimplexLimits& limits) {
    const std::uint64_t begin = pivots_;
    std::vector<SimplexVariable> wanted;
    for (std::size_t i = 0; i < places.size(); ++i)
        if (places[i] == BasisPlace::basic && !tableau_.is_basic(SimplexVariable(i))) wanted.emplace_back(i);
    // A pivot may bring a variable into a row that can leave, so those that found none are tried again.
    for (bool progress = true; progress && !wanted.empty();) {
        progress = false;
        std::vector<SimplexVariable> later;
        for (const SimplexVariable variable : wanted) {
            std::optional<std::size_t> best;
            for (const std::uint32_t row : tableau_.column(variable)) {
                if (places[tableau_.basic_variable(row).index()] == BasisPlace::basic) continue;
                if (!best || tableau_.row(row).size() < tableau_.row(*best).size()) best = row;
            }
            if (!best) {
                later.push_back(variable);
                continue;
            }
            if (pivots_ - begin >= limits.pivots || limits.limits.exceeded()) return false;
            pivot(*best, variable);
            progress = true;
        }
        wanted = std::move(later);
    }
    return true;
}

}  // namespace sinew
