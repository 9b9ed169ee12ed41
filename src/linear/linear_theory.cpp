// SPDX-License-Identifier: Apache-2.0
#include "linear/linear_theory.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "linear/farkas.hpp"

namespace sinew::linear {

LinearTheory::LinearTheory(const LinearTheoryOptions& options, const Limits& limits)
    : options_(options),
      limits_(limits),
      feasibility_(
          system_, [this](SimplexVariable variable, Side side) { return has_permanent_bound(variable, side); },
          options.feasibility) {
    trail_.listen(&feasibility_.changes());
}

bool LinearTheory::has_permanent_bound(SimplexVariable variable, Side side) const {
    for (BoundId bound = trail_.current(variable, side); bound.valid(); bound = trail_.replaced(bound))
        if (trail_.holds_always(bound)) return true;
    return false;
}

void LinearTheory::add_column(Variable variable) {
    if (!columns_.contains(variable)) columns_.emplace(variable, system_.add_column());
}

void LinearTheory::set_integer(Variable column) {
    require(new_atom_ != nullptr, "there are atoms to split integers on");
    const SimplexVariable variable = columns_.at(column);
    variable_of_.emplace(variable, column);
    mixed_.add_integer(variable);
}

/// Of a column or a row over integer columns alone: all its values are multiples of this.
std::optional<Rational> LinearTheory::step_of(SimplexVariable variable) const {
    if (!system_.is_row(variable)) return mixed_.is_integer(variable) ? std::optional<Rational>(1) : std::nullopt;
    const std::span<const SimplexTerm> terms = system_.terms(variable);
    if (terms.empty()) return std::nullopt;
    Integer denominator = 1;
    for (const SimplexTerm& term : terms) {
        if (!mixed_.is_integer(term.variable)) return std::nullopt;
        mpz_lcm(denominator.get_mpz_t(), denominator.get_mpz_t(), term.coefficient.get_den_mpz_t());
    }
    return Rational(1, denominator);  // the numerators are coprime: LinearSystem::terms
}

/// The tightest closed bound that says the same of integers.
DeltaRational LinearTheory::rounded(SimplexVariable variable, Side side, DeltaRational value) const {
    const std::optional<Rational> step = step_of(variable);
    if (!step) return value;
    const Rational steps = value.value / *step;
    Integer whole = side == Side::upper ? floor(steps) : ceil(steps);
    if (whole == steps) whole += sgn(value.delta);
    return DeltaRational(whole * *step);
}

void LinearTheory::add_conditional(std::span<const sat::Literal> premises, const LinearForm& form,
                                   model::Relation relation) {
    // form = factor · variable + constant ⋈ 0
    const FormBound place = system_.variable_of(form, columns_);
    const Rational value = -form.constant() / place.factor;
    const Side side = sgn(place.factor) > 0 ? Side::upper : Side::lower;
    const int strict = relation == model::Relation::less ? (side == Side::upper ? -1 : 1) : 0;
    trail_.add(place.variable, side, rounded(place.variable, side, DeltaRational(value, strict)), premises);
    if (relation != model::Relation::equal) return;
    const Side other = side == Side::upper ? Side::lower : Side::upper;
    trail_.add(place.variable, other, rounded(place.variable, other, DeltaRational(value)), premises);
}

void LinearTheory::add_atom(sat::Literal literal, const LinearForm& form, model::Relation relation) {
    add_conditional({&literal, 1}, form, relation);
    if (relation == model::Relation::equal) return;
    LinearForm opposite = form;
    opposite.scale(-1);
    const sat::Literal negation = ~literal;
    add_conditional({&negation, 1}, opposite,
                    relation == model::Relation::less ? model::Relation::less_equal : model::Relation::less);
}

std::optional<Rational> LinearTheory::bound(Variable column, Side side) const {
    const auto known = columns_.find(column);
    require(known != columns_.end(), "bounds are asked of columns");
    const Bound& bound = system_.bound(known->second, side);
    return bound.present ? std::optional(bound.value.value) : std::nullopt;
}

void LinearTheory::assigned(sat::Literal literal) {
    trail_.assigned(literal);
}

void LinearTheory::backtrack(std::size_t level) {
    trail_.backtrack(level);
}

void LinearTheory::propagate(sat::Inferences& out) {
    if (trail_.crossing().valid()) return report_crossing(trail_.crossing(), out);
    for (BoundId fresh = trail_.next_fresh(); fresh.valid(); fresh = trail_.next_fresh()) imply_from(fresh, out);
    if (options_.early_checks) check(Thoroughness::quick, out);
}

void LinearTheory::final_check(sat::Inferences& out) {
    if (trail_.crossing().valid()) return report_crossing(trail_.crossing(), out);
    check(Thoroughness::full, out);
}

void LinearTheory::imply_from(BoundId bound, sat::Inferences& out) {
    trail_.visit_contradicted(bound, [&](BoundId contradicted) {
        const sat::Literal implied = ~trail_.premises(contradicted).front();
        if (trail_.is_true(implied)) return;
        if (reasons_.size() <= implied.index()) reasons_.resize(implied.index() + 1);
        reasons_[implied.index()] = bound;
        out.literal(implied);
        ++implied_;
    });
}

void LinearTheory::explain(sat::Literal implied, std::vector<sat::Literal>& reason) {
    const std::span<const sat::Literal> premises = trail_.premises(reasons_[implied.index()]);
    reason.assign(premises.begin(), premises.end());
}

void LinearTheory::check(Thoroughness thoroughness, sat::Inferences& out) {
    ++checks_;
    has_model_ = false;
    const Feasible answer = feasibility_.check(thoroughness, limits_);
    stopped_ = answer == Feasible::stopped;
    if (answer == Feasible::contradiction) return report_contradiction(feasibility_.certificate(), out);
    if (thoroughness == Thoroughness::full && answer == Feasible::consistent) {
        if (options_.simplify_models) feasibility_.simplify_solution(limits_);
        model_ = feasibility_.solution();
        has_model_ = true;
        if (!mixed_.holds(model_)) find_integers(out);
    }
}

namespace {
/// Nodes of a search for integers inside a final check, times a number of Luby's sequence.
constexpr std::uint64_t first_nodes = 64;
/// Variables of a system from which on the first splits go to the core unseen: a search has to copy the simplex.
constexpr std::size_t many_variables = 400;
constexpr std::uint64_t unseen_splits = 16;

/// 1, 1, 2, 1, 1, 2, 4, … (Luby, Sinclair and Zuckerman 1993), from i = 0.
std::uint64_t luby(std::uint64_t i) {
    for (std::uint64_t size = 1;; size = 2 * size + 1) {
        if (i + 1 == size) return (size + 1) / 2;
        if (i + 1 < size) return luby(i - (size - 1) / 2);
    }
}
}  // namespace

/// The bounds have a solution, but integers are none in it.
void LinearTheory::find_integers(sat::Inferences& out) {
    if (system_.variable_count() > many_variables && splits_ < unseen_splits)
        return propose_split(mixed_.column_split(model_));
    std::optional<ExactSimplex> simplex = feasibility_.exact_copy(limits_);
    const Answer answer =
        simplex ? mixed_.check(std::move(*simplex), first_nodes * luby(splits_), limits_) : Answer::unknown;
    switch (answer) {
        case Answer::sat:
            model_ = mixed_.solution();
            break;
        case Answer::unsat:
            has_model_ = false;
            chosen_.clear();
            for (const auto& [variable, side] : mixed_.core()) chosen_.push_back(trail_.current(variable, side));
            conflict_of_chosen(out);
            break;
        case Answer::unknown:
            if (simplex && mixed_.split()) return propose_split(*mixed_.split());
            has_model_ = false;
            stopped_ = true;
            break;
    }
}

/// Two bounds of which every integer point meets one, under the two values of a new atom: the search goes on where it
/// is, and decides the atom.
void LinearTheory::propose_split(const IntegerSplit& split) {
    std::vector<LinearTerm> terms;
    for (const SimplexTerm& term : split.form) terms.push_back({variable_of_.at(term.variable), term.coefficient});
    const LinearForm form(std::move(terms), Rational(-split.bound));
    const sat::Literal at_most = new_atom_();
    const sat::Literal at_least = ~at_most;
    add_conditional({&at_most, 1}, form, model::Relation::less_equal);
    add_conditional({&at_least, 1}, LinearForm(1) - form, model::Relation::less_equal);
    has_model_ = false;
    ++splits_;
}

void LinearTheory::report_crossing(SimplexVariable variable, sat::Inferences& out) {
    report_contradiction({{variable, Side::lower, 1}, {variable, Side::upper, 1}}, out);
}

void LinearTheory::report_contradiction(const BoundCertificate& certificate, sat::Inferences& out) {
    certificate_ = drop_rows(system_, certificate, [this](SimplexVariable variable, Side side) {
        const BoundId bound = trail_.current(variable, side);
        return bound.valid() && trail_.holds_always(bound);
    });
    choose_weakest(certificate_, chosen_);
    weakened_ += static_cast<std::uint64_t>(std::count_if(chosen_.begin(), chosen_.end(), [this](BoundId bound) {
        return bound != trail_.current(trail_.variable(bound), trail_.side(bound));
    }));
    conflict_of_chosen(out);
}

void LinearTheory::conflict_of_chosen(sat::Inferences& out) {
    clause_.clear();
    for (const BoundId bound : chosen_)
        for (const sat::Literal premise : trail_.premises(bound)) clause_.push_back(~premise);
    std::sort(clause_.begin(), clause_.end());
    clause_.erase(std::unique(clause_.begin(), clause_.end()), clause_.end());
    ++conflicts_;
    conflict_literals_ += clause_.size();
    out.conflict(clause_);
}

/// A tight bound may stand where a weaker one, in force since an earlier level, contradicts as well: the clause then
/// jumps back farther. The newest bounds are given up first.
void LinearTheory::choose_weakest(const BoundCertificate& certificate, std::vector<BoundId>& chosen) const {
    std::vector<std::pair<BoundId, const BoundMultiplier*>> parts;
    DeltaRational surplus;
    for (const BoundMultiplier& part : certificate) {
        const BoundId bound = trail_.current(part.variable, part.side);
        parts.emplace_back(bound, &part);
        const DeltaRational share = trail_.value(bound) * part.multiplier;
        if (part.side == Side::lower)
            surplus += share;
        else
            surplus -= share;
    }
    require(sgn(surplus) > 0, "a conflict of the linear theory is a proved contradiction");
    std::sort(parts.begin(), parts.end(), [this](const auto& left, const auto& right) {
        return trail_.position(left.first) > trail_.position(right.first);
    });
    chosen.clear();
    for (const auto& [bound, part] : parts) {
        BoundId best = bound;
        DeltaRational best_loss;
        for (BoundId older = trail_.replaced(bound); older.valid(); older = trail_.replaced(older)) {
            DeltaRational loss = trail_.value(bound) - trail_.value(older);
            loss *= part->side == Side::lower ? part->multiplier : Rational(-part->multiplier);
            if (sgn(surplus - loss) <= 0) break;  // still older ones lose more
            best = older;
            best_loss = std::move(loss);
        }
        surplus -= best_loss;
        chosen.push_back(best);
    }
}

const Rational& LinearTheory::value(Variable variable) const {
    const auto column = columns_.find(variable);
    require(has_model_ && column != columns_.end(), "values of columns are read while there is a model");
    return model_[column->second.index()];
}

Statistics LinearTheory::statistics() const {
    Statistics statistics;
    statistics.add("linear_checks", static_cast<double>(checks_));
    statistics.add("linear_conflicts", static_cast<double>(conflicts_));
    statistics.add("linear_conflict_literals", static_cast<double>(conflict_literals_));
    statistics.add("linear_bounds_weakened", static_cast<double>(weakened_));
    statistics.add("linear_literals_implied", static_cast<double>(implied_));
    statistics.add("integer_splits", static_cast<double>(splits_));
    statistics.add("integer_nodes", static_cast<double>(mixed_.nodes()));
    feasibility_.add_statistics(statistics);
    return statistics;
}

}  // namespace sinew::linear
