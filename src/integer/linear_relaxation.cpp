// SPDX-License-Identifier: Apache-2.0
#include "integer/linear_relaxation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/infinity.hpp"

namespace sinew::integer {

namespace {
using Wide = LinearRows::Wide;
using linear::LpEntry;
using linear::LpStatus;

constexpr std::size_t no_column = std::numeric_limits<std::size_t>::max();
/// Larger programs cost more than they give.
constexpr std::size_t most_relaxed_entries = 200'000;
constexpr std::size_t most_rows = 5'000;
/// A constant beyond this makes a conditional row say nothing, and floats fail.
constexpr double largest_idle = 1e7;
/// Sums of a cut stay below 2^this.
constexpr int cut_bits = 110;
constexpr int most_root_runs = 20;

double root_magnitude(const Domains& domains, View view) {
    return std::max(std::fabs(static_cast<double>(domains.root_lower(view))),
                    std::fabs(static_cast<double>(domains.root_upper(view))));
}
}  // namespace

std::unique_ptr<LinearRelaxation> LinearRelaxation::make(const Domains& domains, const LinearRows& rows,
                                                         const Clauses& clauses, View objective) {
    std::unique_ptr<LinearRelaxation> relaxation(new LinearRelaxation());
    relaxation->objective_ = objective;
    std::size_t entries = 0;
    for (std::uint32_t r = 0; r < rows.row_count(); ++r) {
        const Bound condition = rows.condition(r);
        if (!condition.view.valid() || domains.holds_always(condition))
            relaxation->add_row(domains, {rows.terms(r).begin(), rows.terms(r).end()}, rows.bound(r));
        else if (domains.root_upper(condition.view) >= condition.value)
            relaxation->add_conditional(domains, rows.terms(r), rows.bound(r), condition);
        entries += rows.terms(r).size();
        if (entries > most_relaxed_entries) return nullptr;
    }
    clauses.for_each_problem_clause([&](std::span<const Bound> literals) {
        if (entries <= most_relaxed_entries) relaxation->add_clause(domains, literals);
        entries += literals.size();
    });
    if (entries > most_relaxed_entries || relaxation->rows_.empty() || relaxation->rows_.size() > most_rows)
        return nullptr;
    relaxation->build(domains);
    if (relaxation->column_of_[objective.variable().index()] == no_column) return nullptr;
    return relaxation;
}

void LinearRelaxation::add_row(const Domains& domains, std::vector<RowTerm> terms, Wide bound) {
    double size = std::fabs(static_cast<double>(bound));
    for (const RowTerm& term : terms)
        size += static_cast<double>(term.coefficient) * root_magnitude(domains, term.view);
    rows_.push_back({std::move(terms), bound, size});
}

void LinearRelaxation::add_conditional(const Domains& domains, std::span<const RowTerm> terms, Wide bound,
                                       Bound condition) {
    const View view = condition.view;
    if (domains.root_upper(view) - domains.root_lower(view) != 1) return;
    Wide most = 0;
    for (const RowTerm& term : terms) {
        if (term.view.variable() == view.variable()) return;
        most += static_cast<Wide>(term.coefficient) * domains.root_upper(term.view);
    }
    // Σ + (most - bound)·[condition] <= most, where [condition] = view - (value - 1).
    const Wide idle = most - bound;
    if (idle <= 0 || static_cast<double>(idle) > largest_idle) return;
    std::vector<RowTerm> row(terms.begin(), terms.end());
    row.push_back({view, static_cast<Value>(idle)});
    add_row(domains, std::move(row), most + idle * (condition.value - 1));
}

void LinearRelaxation::add_clause(const Domains& domains, std::span<const Bound> literals) {
    // Some literal holds: Σ (value - 1 - view) <= -1.
    std::vector<RowTerm> row;
    Wide bound = -1;
    for (const Bound literal : literals) {
        if (domains.holds_always(literal)) return;
        if (domains.root_upper(literal.view) < literal.value) continue;
        if (domains.root_upper(literal.view) - domains.root_lower(literal.view) != 1) return;
        row.push_back({-literal.view, 1});
        bound -= literal.value - 1;
    }
    add_row(domains, std::move(row), bound);
}

void LinearRelaxation::build(const Domains& domains) {
    column_of_.assign(domains.variable_count(), no_column);
    std::vector<LpEntry> entries;
    for (const Row& row : rows_) {
        entries.clear();
        for (const RowTerm& term : row.terms) {
            std::size_t& column = column_of_[term.view.variable().index()];
            if (column == no_column) {
                column = variables_.size();
                variables_.push_back(term.view.variable());
                lp_.add_column(static_cast<double>(domains.lower(term.view.variable())),
                               static_cast<double>(domains.upper(term.view.variable())));
            }
            entries.push_back({column, (term.view.negative() ? -1.0 : 1.0) * static_cast<double>(term.coefficient)});
        }
        lp_.add_row(entries, -infinity, static_cast<double>(row.bound));
    }
    coefficients_.assign(variables_.size(), 0);
}

void LinearRelaxation::subscribe(Subscriptions& to) {
    for (const IntVar variable : variables_) {
        to.add(View(variable), 0);
        to.add(View(variable, true), 0);
    }
}

std::optional<double> LinearRelaxation::hint(IntVar variable) const {
    if (solution_.empty() || variable.index() >= column_of_.size()) return std::nullopt;
    const std::size_t column = column_of_[variable.index()];
    if (column == no_column) return std::nullopt;
    return solution_[column];
}

bool LinearRelaxation::propagate(Domains& domains) {
    while (!cuts_.empty() && cuts_.back().position >= domains.size()) cuts_.pop_back();
    if (domains.level() == 0) cuts_.clear();
    if (broken_ || (domains.level() == 0 && root_runs_++ >= most_root_runs)) return true;
    std::optional<Cut> cut = solve(domains, objective_);
    return !cut || apply(domains, std::move(*cut));
}

std::optional<Value> LinearRelaxation::least(const Domains& domains, View view) {
    const std::size_t variable = view.variable().index();
    if (broken_ || variable >= column_of_.size() || column_of_[variable] == no_column) return std::nullopt;
    const std::optional<Cut> cut = solve(domains, view);
    if (!cut) return std::nullopt;
    Wide slack = cut->bound;
    Wide own = 0;
    for (const auto& [term, coefficient] : cut->terms) {
        slack -= coefficient * domains.lower(term);
        if (term == -view) own = coefficient;
    }
    if (own == 0 || slack < 0) return std::nullopt;
    // own·(-view) <= own·lower(-view) + slack
    const Wide room = slack / own;
    if (room >= static_cast<Wide>(domains.upper(view)) - domains.lower(view)) return std::nullopt;
    return domains.upper(view) - static_cast<Value>(room);
}

std::optional<LinearRelaxation::Cut> LinearRelaxation::solve(const Domains& domains, View objective) {
    for (std::size_t c = 0; c < variables_.size(); ++c)
        lp_.set_column_bounds(c, static_cast<double>(domains.lower(variables_[c])),
                              static_cast<double>(domains.upper(variables_[c])));
    linear::LpLimits limits;
    limits.limits = limits_;
    limits.iterations = domains.level() == 0 ? 20'000 : 500;
    const LpEntry entry{column_of_[objective.variable().index()], objective.negative() ? -1.0 : 1.0};
    const LpStatus status = lp_.minimize({&entry, 1}, limits);
    if (status == LpStatus::stopped && limits_.exceeded()) return std::nullopt;
    if (status == LpStatus::failed || (status == LpStatus::stopped && domains.level() == 0)) broken_ = true;
    std::vector<std::pair<std::size_t, double>> multipliers;
    if (status == LpStatus::optimal) {
        for (std::size_t r = 0; r < rows_.size(); ++r)
            if (const double dual = lp_.row_dual(r); dual < 0) multipliers.emplace_back(r, -dual);
        solution_.resize(variables_.size());
        for (std::size_t c = 0; c < variables_.size(); ++c) solution_[c] = lp_.column_value(c);
    } else if (status == LpStatus::infeasible) {
        for (const linear::LpMultiplier& m : lp_.ray())
            if (m.is_row && m.multiplier < 0) multipliers.emplace_back(m.index, -m.multiplier);
    }
    return sum_up(multipliers);
}

/// Σ multiplier·row in integers.
std::optional<LinearRelaxation::Cut> LinearRelaxation::sum_up(
    std::span<const std::pair<std::size_t, double>> multipliers) {
    double total = 0;
    double largest = 0;
    for (const auto& [row, multiplier] : multipliers) {
        total += multiplier * rows_[row].size;
        largest += rows_[row].size;
    }
    if (!(total > 0) || !std::isfinite(total)) return std::nullopt;
    // Rounding a multiplier adds up to half of its row.
    if (largest > std::ldexp(1.0, cut_bits - 4)) return std::nullopt;
    const int bits = std::min(cut_bits - 4 - std::ilogb(total), 60);
    Cut cut;
    std::fill(coefficients_.begin(), coefficients_.end(), 0);
    for (const auto& [index, multiplier] : multipliers) {
        const auto factor = static_cast<Wide>(std::nearbyint(std::ldexp(multiplier, bits)));
        if (factor <= 0) continue;
        const Row& row = rows_[index];
        for (const RowTerm& term : row.terms) {
            const Wide coefficient = factor * term.coefficient;
            coefficients_[column_of_[term.view.variable().index()]] +=
                term.view.negative() ? -coefficient : coefficient;
        }
        cut.bound += factor * row.bound;
    }
    for (std::size_t c = 0; c < coefficients_.size(); ++c)
        if (const Wide coefficient = coefficients_[c]; coefficient != 0)
            cut.terms.push_back({View(variables_[c], coefficient < 0), coefficient < 0 ? -coefficient : coefficient});
    return cut;
}

bool LinearRelaxation::apply(Domains& domains, Cut cut) {
    Wide slack = cut.bound;
    for (const auto& [view, coefficient] : cut.terms) slack -= coefficient * domains.lower(view);
    if (slack < 0) {
        std::vector<Bound> reason;
        weaken_terms(domains, cut.terms, View(), domains.size(), -slack - 1, reason);
        return domains.fail(reason);
    }
    const Position position = domains.size();
    cut.position = position;
    cuts_.push_back(std::move(cut));
    // Explanations may be asked for as soon as a bound has risen.
    const std::vector<CutTerm>& terms = cuts_.back().terms;
    for (const auto& [view, coefficient] : terms) {
        const Value lower = domains.lower(view);
        if (coefficient * (static_cast<Wide>(domains.upper(view)) - lower) <= slack) continue;
        const auto room = static_cast<Value>(slack / coefficient);
        if (!domains.raise({-view, -(lower + room)}, *this)) return false;
    }
    if (domains.size() == position) cuts_.pop_back();
    return true;
}

/// By how much the cut gives more than `implied` at `before`; absent if it does not give it.
std::optional<Wide> LinearRelaxation::surplus_of(const Domains& domains, const Cut& cut, Bound implied,
                                                 Position before) const {
    const View view = -implied.view;
    Wide surplus = -cut.bound - 1;
    bool has_view = false;
    for (const auto& term : cut.terms) {
        if (term.view == view) {
            has_view = true;
            surplus += term.coefficient * (1 - static_cast<Wide>(implied.value));
        } else {
            surplus += term.coefficient * domains.lower_before(term.view, before);
        }
    }
    if (!has_view || surplus < 0) return std::nullopt;
    return surplus;
}

void LinearRelaxation::explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) {
    for (std::size_t i = cuts_.size(); i-- > 0;) {
        if (cuts_[i].position > before) continue;
        const std::optional<Wide> surplus = surplus_of(domains, cuts_[i], implied, before);
        if (!surplus) continue;
        weaken_terms(domains, cuts_[i].terms, -implied.view, before, *surplus, reason);
        return;
    }
    require(false, "what is explained follows from a cut");
}

}  // namespace sinew::integer
