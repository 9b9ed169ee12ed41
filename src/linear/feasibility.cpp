// SPDX-License-Identifier: Apache-2.0
#include "linear/feasibility.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/infinity.hpp"
#include "linear/exact_vertex.hpp"

namespace sinew::linear {

const OptionTable<FeasibilityOptions>& option_table() {
    static const OptionRow<FeasibilityOptions> rows[] = {
        {"lp_rows", &FeasibilityOptions::lp_rows, 0, 1e9,
         "rows from which on floats are asked before exact arithmetic"},
        {"quick_iterations", &FeasibilityOptions::quick_iterations, 1, 1e9,
         "simplex iterations of a check that may fail"},
    };
    static const OptionTable<FeasibilityOptions> table{"linear", "linear arithmetic: the simplex methods", rows};
    return table;
}

namespace {
/// How far inside strict bounds GLPK is kept: well above its tolerance, so that its vertices satisfy them strictly.
constexpr double strict_margin = 0x1p-20;

double as_double(const Bound& bound, Side side) {
    if (!bound.present) return side == Side::lower ? -infinity : infinity;
    return to_nearest(bound.value.value) + strict_margin * sgn(bound.value.delta);
}
}  // namespace

Feasibility::Feasibility(const LinearSystem& system, std::function<bool(SimplexVariable, Side)> costs_nothing,
                         const FeasibilityOptions& options)
    : system_(system), costs_nothing_(std::move(costs_nothing)), options_(options) {}

bool Feasibility::uses_lp() const {
    return row_count_ >= static_cast<std::size_t>(options_.lp_rows);
}

void Feasibility::forward_changes() {
    for (; counted_ < system_.variable_count(); ++counted_)
        if (system_.is_row(SimplexVariable(counted_))) ++row_count_;
    for (const std::size_t slot : changes_.slots()) {
        exact_changes_.insert(slot);
        lp_changes_.insert(slot);
    }
    changes_.clear();
}

void Feasibility::update_exact() {
    while (exact_.variable_count() < system_.variable_count()) {
        const SimplexVariable variable(exact_.variable_count());
        if (system_.is_row(variable))
            exact_.add_row(system_.terms(variable));
        else
            exact_.add_column();
    }
    for (const std::size_t slot : exact_changes_.slots()) {
        const SimplexVariable variable = LinearSystem::slot_variable(slot);
        const Side side = LinearSystem::slot_side(slot);
        const Bound& bound = system_.bound(variable, side);
        if (bound.present)
            exact_.set_bound(variable, side, bound.value.value,
                             sgn(bound.value.delta) == 0 ? Strictness::closed : Strictness::strict);
        else
            exact_.relax_bound(variable, side);
    }
    exact_changes_.clear();
}

void Feasibility::update_lp() {
    std::vector<LpEntry> entries;
    while (lp_index_.size() < system_.variable_count()) {
        const SimplexVariable variable(lp_index_.size());
        const double lower = as_double(system_.bound(variable, Side::lower), Side::lower);
        const double upper = as_double(system_.bound(variable, Side::upper), Side::upper);
        if (!system_.is_row(variable)) {
            lp_index_.push_back(lp_.add_column(lower, upper));
            lp_columns_.push_back(variable);
            continue;
        }
        entries.clear();
        for (const SimplexTerm& term : system_.terms(variable))
            entries.push_back({lp_index_[term.variable.index()], to_nearest(term.coefficient)});
        lp_index_.push_back(lp_.add_row(entries, lower, upper));
        lp_rows_.push_back(variable);
    }
    for (const std::size_t slot : lp_changes_.slots()) {
        const SimplexVariable variable = LinearSystem::slot_variable(slot);
        const std::size_t index = lp_index_[variable.index()];
        const double lower = as_double(system_.bound(variable, Side::lower), Side::lower);
        const double upper = as_double(system_.bound(variable, Side::upper), Side::upper);
        if (system_.is_row(variable))
            lp_.set_row_bounds(index, lower, upper);
        else
            lp_.set_column_bounds(index, lower, upper);
    }
    lp_changes_.clear();
}

double Feasibility::lp_value(SimplexVariable variable) const {
    const std::size_t index = lp_index_[variable.index()];
    return system_.is_row(variable) ? lp_.row_value(index) : lp_.column_value(index);
}

/// Does the point of the last solve satisfy the bounds that changed since? Then solving again would say so.
bool Feasibility::last_point_holds() const {
    if (!lp_point_ || !lp_.has_answer() || lp_index_.size() < system_.variable_count()) return false;
    return std::all_of(lp_changes_.slots().begin(), lp_changes_.slots().end(), [this](std::size_t slot) {
        const SimplexVariable variable = LinearSystem::slot_variable(slot);
        const Side side = LinearSystem::slot_side(slot);
        const double bound = as_double(system_.bound(variable, side), side);
        const double value = lp_value(variable);
        const double margin = 1e-9 * (1 + std::abs(bound));
        return std::isinf(bound) || (side == Side::lower ? value >= bound - margin : value <= bound + margin);
    });
}

Feasible Feasibility::check(Thoroughness thoroughness, const Limits& limits) {
    forward_changes();
    certificate_.clear();
    vertex_.reset();
    if (uses_lp()) {
        const std::optional<Feasible> answer = check_floats(thoroughness, limits);
        if (answer) return *answer;
    }
    return check_exactly(limits);
}

Feasible Feasibility::check_exactly(const Limits& limits) {
    const auto begin = std::chrono::steady_clock::now();
    update_exact();
    ++exact_checks_;
    const ExactSimplex::Result result = exact_.check({limits});
    exact_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (result == ExactSimplex::Result::stopped) return Feasible::stopped;
    if (result == ExactSimplex::Result::feasible) return Feasible::consistent;
    certificate_ = exact_.certificate();
    return Feasible::contradiction;
}

/// Absent: exact arithmetic is to decide.
std::optional<Feasible> Feasibility::check_floats(Thoroughness thoroughness, const Limits& limits) {
    if (thoroughness == Thoroughness::quick && last_point_holds()) {
        ++skipped_;
        return Feasible::consistent;
    }
    update_lp();
    LpLimits lp_limits{limits};
    if (thoroughness == Thoroughness::quick) lp_limits.iterations = static_cast<int>(options_.quick_iterations);
    const LpStatus status = lp_.solve(lp_limits);
    lp_point_ = status == LpStatus::feasible;
    if (status == LpStatus::infeasible && prove_ray(limits)) return Feasible::contradiction;
    if (thoroughness == Thoroughness::quick) return limits.exceeded() ? Feasible::stopped : Feasible::consistent;
    if (status == LpStatus::feasible && confirm_vertex(limits)) return Feasible::consistent;
    return std::nullopt;
}

/// GLPK's basis in exact numbers; where its vertex is not feasible, the exact simplex starts from it.
bool Feasibility::confirm_vertex(const Limits& limits) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<BasisPlace> places(system_.variable_count());
    const std::vector<BasisPlace> basis = lp_.basis();
    for (std::size_t i = 0; i < lp_columns_.size(); ++i) places[lp_columns_[i].index()] = basis[i];
    for (std::size_t i = 0; i < lp_rows_.size(); ++i) places[lp_rows_[i].index()] = basis[lp_columns_.size() + i];
    vertex_ = feasible_vertex(system_, places, to_rational(strict_margin), limits);
    if (vertex_) {
        ++vertices_;
    } else {
        update_exact();
        exact_.install_basis(places, {limits});
    }
    exact_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return vertex_.has_value();
}

bool Feasibility::prove_ray(const Limits& limits) {
    std::vector<FloatMultiplier> proposal;
    for (const LpMultiplier& part : lp_.ray())
        proposal.push_back({part.is_row ? lp_rows_[part.index] : lp_columns_[part.index], part.multiplier});
    std::optional<BoundCertificate> certificate = prove_contradiction(system_, proposal);
    if (certificate) certificate_ = std::move(*certificate);
    // Rounded multipliers may have brought in bounds that the contradiction does not need; its core, solved exactly,
    // has none of them.
    if (certificate && !pays_outside(proposal)) {
        ++float_proofs_;
        return true;
    }
    const bool has_certificate = certificate.has_value();
    certificate = prove_core(system_, proposal, limits);
    if (certificate) {
        certificate_ = std::move(*certificate);
        ++core_proofs_;
        return true;
    }
    if (!has_certificate) ++unproved_rays_;
    return has_certificate;
}

bool Feasibility::pays_outside(std::span<const FloatMultiplier> core) const {
    return std::any_of(certificate_.begin(), certificate_.end(), [&](const BoundMultiplier& part) {
        if (system_.is_row(part.variable) || costs_nothing_(part.variable, part.side)) return false;
        return std::none_of(core.begin(), core.end(),
                            [&](const FloatMultiplier& known) { return known.variable == part.variable; });
    });
}

std::vector<Rational> Feasibility::solution() const {
    return vertex_ ? *vertex_ : exact_.solution();
}

void Feasibility::simplify_solution(const Limits& limits) {
    if (!vertex_) exact_.simplify_solution({limits});
}

std::optional<ExactSimplex> Feasibility::exact_copy(const Limits& limits) {
    forward_changes();
    update_exact();
    if (exact_.check({limits}) != ExactSimplex::Result::feasible) return std::nullopt;
    return exact_;
}

void Feasibility::add_statistics(Statistics& statistics) const {
    const LpCounters& lp = lp_.counters();
    statistics.add("lp_solves", static_cast<double>(lp.solves));
    statistics.add("lp_solves_spared", static_cast<double>(skipped_));
    statistics.add("lp_iterations", static_cast<double>(lp.iterations));
    statistics.add("lp_rebuilds", static_cast<double>(lp.rebuilds));
    statistics.add("lp_seconds", lp.seconds);
    statistics.add("farkas_proofs_from_floats", static_cast<double>(float_proofs_));
    statistics.add("farkas_proofs_from_cores", static_cast<double>(core_proofs_));
    statistics.add("farkas_rays_unproved", static_cast<double>(unproved_rays_));
    statistics.add("exact_vertices", static_cast<double>(vertices_));
    statistics.add("exact_checks", static_cast<double>(exact_checks_));
    statistics.add("exact_pivots", static_cast<double>(exact_.pivots()));
    statistics.add("exact_seconds", exact_seconds_);
}

}  // namespace sinew::linear
