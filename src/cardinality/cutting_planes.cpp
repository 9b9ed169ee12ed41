// SPDX-License-Identifier: Apache-2.0
#include "cardinality/cutting_planes.hpp"

#include <algorithm>

namespace sinew::cardinality {

namespace {

template <class Integer>
Integer divided_up(Integer value, std::int64_t divisor) {
    return value > 0 ? (value + divisor - 1) / divisor : value / divisor;
}

}  // namespace

void CuttingPlanes::bump(RowId id) {
    RowDatabase::Row& row = rows_.row(id);
    if (row.kind == RowKind::learned) row.activity += increment_;
}

void CuttingPlanes::decay(double decay) {
    increment_ /= static_cast<float>(decay);
    if (increment_ <= 1e20F) return;
    for (std::size_t i = 0; i < rows_.rows().size(); ++i) rows_.row(RowId(i)).activity *= 1e-20F;
    increment_ *= 1e-20F;
}

void CuttingPlanes::clear() {
    for (const BoolVar variable : variables_) {
        coefficient_[variable.index()] = 0;
        listed_[variable.index()] = 0;
    }
    variables_.clear();
    coefficient_.resize(core_.trail.variable_count());
    literal_.resize(core_.trail.variable_count());
    listed_.resize(core_.trail.variable_count());
    steps_.clear();
    degree_ = 0;
    most_ = 0;
    effort_ = 0;
}

/// Adds coefficient·literal to the sum; with the opposite literal there already a constant comes out.
void CuttingPlanes::add_term(std::int64_t coefficient, Literal literal) {
    const BoolVar variable = literal.variable();
    const std::size_t v = variable.index();
    const sat::Trail& trail = core_.trail;
    if (!trail.is_undefined(literal) && trail.level(variable) == 0) {
        if (trail.is_true(literal)) degree_ -= coefficient;
        return;
    }
    if (listed_[v] == 0) {
        listed_[v] = 1;
        variables_.push_back(variable);
        if (trail.is_false(literal)) core_.queue.bump(variable);
    }
    std::int64_t& sum = coefficient_[v];
    if (sum == 0 || literal_[v] == literal) {
        literal_[v] = literal;
        sum += coefficient;
    } else if (sum >= coefficient) {
        sum -= coefficient;
        degree_ -= coefficient;
    } else {
        degree_ -= sum;
        sum = coefficient - sum;
        literal_[v] = literal;
    }
    most_ = std::max(most_, sum);
}

/// The row or clause on the proof's stack (without coefficients: all are 1), without facts.
void CuttingPlanes::load_proof(std::span<const Literal> literals, std::span<const std::int64_t> coefficients,
                               RowProof::Id id) {
    const sat::Trail& trail = core_.trail;
    steps_.row(id);
    for (std::size_t i = 0; i < literals.size(); ++i) {
        if (trail.is_undefined(literals[i]) || trail.level(literals[i]) > 0) continue;
        if (trail.is_true(literals[i]))
            steps_.weaken(literals[i]);
        else
            steps_.add(core_.fact_ids[literals[i].variable().index()], coefficients.empty() ? 1 : coefficients[i]);
    }
}

void CuttingPlanes::load_clause(std::span<const Literal> clause, RowProof::Id id) {
    if (rows_.proof() != nullptr) load_proof(clause, {}, id);
    degree_ = 1;
    for (const Literal literal : clause) add_term(1, literal);
}

void CuttingPlanes::load_row(RowId row) {
    bump(row);
    const auto literals = rows_.rows().literals(row);
    const auto coefficients = rows_.rows().coefficients(row);
    if (rows_.proof() != nullptr) load_proof(literals, coefficients, rows_.row(row).proof);
    degree_ = rows_.row(row).degree;
    for (std::size_t i = 0; i < literals.size(); ++i) add_term(coefficients[i], literals[i]);
    effort_ += literals.size();
}

/// The row or clause that implied the variable; of other theories their reason as a clause.
void CuttingPlanes::load_reason(BoolVar variable) {
    reason_.clear();
    const sat::Trail& trail = core_.trail;
    const RowId row = rows_.reason(variable);
    if (!row.valid()) {
        const sat::ClauseRef clause = sat::reason_clause(core_, variable);
        if (rows_.proof() != nullptr) load_proof(core_.clauses[clause].literals(), {}, core_.clauses.id(clause));
        for (const Literal literal : core_.clauses[clause].literals()) reason_.push_back({1, literal});
        reason_degree_ = 1;
        return;
    }
    bump(row);
    const auto literals = rows_.rows().literals(row);
    const auto coefficients = rows_.rows().coefficients(row);
    if (rows_.proof() != nullptr) load_proof(literals, coefficients, rows_.row(row).proof);
    reason_degree_ = rows_.row(row).degree;
    for (std::size_t i = 0; i < literals.size(); ++i) {
        if (core_.trail.is_undefined(literals[i]) || trail.level(literals[i]) > 0)
            reason_.push_back({coefficients[i], literals[i]});
        else if (trail.is_true(literals[i]))
            reason_degree_ -= coefficients[i];
    }
}

/// Makes the coefficient of `implied` 1, in a way that the reason still implies it from what was false before the
/// trail position. What is false and not needed for that goes first, the latest first. False: too large a coefficient.
bool CuttingPlanes::round_reason(Literal implied, std::uint32_t before) {
    std::int64_t divisor = 0;
    Wide slack = -reason_degree_;
    later_.clear();
    for (std::uint32_t i = 0; i < reason_.size(); ++i) {
        const Term& term = reason_[i];
        if (term.literal == implied) divisor = term.coefficient;
        if (is_false_before(term.literal, before))
            later_.push_back({rows_.position(term.literal.variable()), i});
        else
            slack += term.coefficient;
    }
    Wide spare = divisor - 1 - slack;
    if (divisor > 1 && spare > 0) {
        std::sort(later_.begin(), later_.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
        for (const auto& [position, i] : later_) {
            if (reason_[i].coefficient > spare) continue;
            spare -= reason_[i].coefficient;
            reason_degree_ -= reason_[i].coefficient;
            reason_[i].coefficient = 0;
            if (rows_.proof() != nullptr) steps_.weaken(reason_[i].literal);
        }
    }
    reason_most_ = 0;
    for (Term& term : reason_) {
        if (divisor > 1) {
            const std::int64_t rest = term.coefficient % divisor;
            if (rest != 0 && !is_false_before(term.literal, before)) {
                reason_degree_ -= rest;
                term.coefficient -= rest;
                if (rows_.proof() != nullptr) steps_.weaken(term.literal, rest);
            }
            term.coefficient = divided_up(term.coefficient, divisor);
        }
        reason_most_ = std::max(reason_most_, term.coefficient);
    }
    reason_degree_ = divided_up(reason_degree_, divisor);
    if (rows_.proof() != nullptr) {
        steps_.divide(divisor);
        if (reason_most_ > reason_degree_) steps_.saturate();
    }
    if (reason_most_ > reason_degree_) {
        reason_most_ = static_cast<std::int64_t>(reason_degree_);
        for (Term& term : reason_) term.coefficient = std::min(term.coefficient, reason_most_);
    }
    effort_ += 2 * reason_.size();
    return reason_degree_ > 0 && reason_most_ <= largest_coefficient;
}

void CuttingPlanes::add_reason(std::int64_t factor) {
    degree_ += reason_degree_ * factor;
    if (rows_.proof() != nullptr) {
        steps_.multiply(factor);
        steps_.add();
    }
    for (const Term& term : reason_)
        if (term.coefficient != 0) add_term(factor * term.coefficient, term.literal);
}

void CuttingPlanes::saturate() {
    if (degree_ <= 0 || most_ <= degree_) return;
    if (rows_.proof() != nullptr) steps_.saturate();
    most_ = static_cast<std::int64_t>(degree_);
    for (const BoolVar variable : variables_) {
        std::int64_t& coefficient = coefficient_[variable.index()];
        coefficient = std::min(coefficient, most_);
    }
}

/// Divides when coefficients have grown too large: rounding up what is false, down (by weakening) what is not, so that
/// the sum stays broken.
void CuttingPlanes::shrink(std::uint32_t before) {
    if (most_ <= largest_coefficient) return;
    const std::int64_t divisor = divided_up(most_, small_coefficient);
    for (const BoolVar variable : variables_) {
        std::int64_t& coefficient = coefficient_[variable.index()];
        const std::int64_t rest = coefficient % divisor;
        if (rest != 0 && !is_false_before(literal_[variable.index()], before)) {
            coefficient -= rest;
            degree_ -= rest;
            if (rows_.proof() != nullptr) steps_.weaken(literal_[variable.index()], rest);
        }
        coefficient = divided_up(coefficient, divisor);
    }
    degree_ = divided_up(degree_, divisor);
    if (rows_.proof() != nullptr) steps_.divide(divisor);
    most_ = divided_up(most_, divisor);
    saturate();
}

/// Whether the sum implies something (or is broken) at the end of the level below.
bool CuttingPlanes::implies_before(std::uint32_t level) {
    const sat::Trail& trail = core_.trail;
    Wide slack = -degree_;
    std::int64_t most_open = 0;
    for (const BoolVar variable : variables_) {
        const std::int64_t coefficient = coefficient_[variable.index()];
        if (coefficient == 0) continue;
        const Literal literal = literal_[variable.index()];
        const bool open = trail.is_undefined(literal) || trail.level(variable) >= level;
        if (open) most_open = std::max(most_open, coefficient);
        if (open || trail.is_true(literal)) slack += coefficient;
    }
    effort_ += variables_.size();
    return most_open > slack;
}

bool CuttingPlanes::analyze(std::span<const Literal> clause, RowId row, RowProof::Id id) {
    rows_.place_positions();
    clear();
    if (row.valid())
        load_row(row);
    else
        load_clause(clause, id);
    const bool learned = resolve();
    if (learned && rows_.proof() != nullptr) proof_id_ = rows_.proof()->derived(steps_);
    rows_.add_effort(effort_);
    return learned;
}

bool CuttingPlanes::resolve() {
    const sat::Trail& trail = core_.trail;
    const std::uint32_t level = trail.level();
    saturate();
    shrink(static_cast<std::uint32_t>(trail.size()));
    std::size_t position = trail.size();
    while (!implies_before(level)) {
        if (effort_ > most_effort_a_conflict) return false;
        Literal implied;
        do {
            if (position == trail.level_begin(level)) return false;
            implied = trail[--position];
        } while (coefficient_[implied.variable().index()] == 0 || literal_[implied.variable().index()] != ~implied);
        const BoolVar variable = implied.variable();
        if (trail.reason(variable).is_decision()) return false;
        load_reason(variable);
        const auto before = static_cast<std::uint32_t>(position);
        if (!round_reason(implied, before)) return false;
        if (coefficient_[variable.index()] > small_coefficient && reason_most_ > small_coefficient) return false;
        add_reason(coefficient_[variable.index()]);
        if (degree_ <= 0) return false;
        saturate();
        shrink(before);
    }
    return finish();
}

/// The sum as a row, and the first level at which it implies something.
bool CuttingPlanes::finish() {
    const sat::Trail& trail = core_.trail;
    learned_.terms.clear();
    if (degree_ > largest_sum || degree_ <= 0) return false;
    learned_.degree = static_cast<std::int64_t>(degree_);
    for (const BoolVar variable : variables_)
        if (coefficient_[variable.index()] > 0)
            learned_.terms.push_back({coefficient_[variable.index()], literal_[variable.index()]});
    const std::int64_t most = learned_.largest();
    const std::int64_t degree = learned_.degree;
    tidy(learned_);
    if (rows_.proof() != nullptr) steps_.tidy(most, degree, learned_);
    by_level_.clear();
    std::int64_t slack = -learned_.degree;
    for (const Term& term : learned_.terms) {
        slack += term.coefficient;
        if (trail.is_false(term.literal)) by_level_.push_back({trail.level(term.literal), term.coefficient});
    }
    std::sort(by_level_.begin(), by_level_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    glue_ = 0;
    for (std::size_t i = 0; i < by_level_.size(); ++i)
        glue_ += i == 0 || by_level_[i].first != by_level_[i - 1].first ? 1 : 0;
    std::size_t open = 0;
    std::size_t next = 0;
    for (backjump_level_ = 0; backjump_level_ < trail.level(); ++backjump_level_) {
        for (; next < by_level_.size() && by_level_[next].first == backjump_level_; ++next)
            slack -= by_level_[next].second;
        const auto is_open = [&](Literal l) { return trail.is_undefined(l) || trail.level(l) > backjump_level_; };
        while (open < learned_.terms.size() && !is_open(learned_.terms[open].literal)) ++open;
        if (slack < 0 || (open < learned_.terms.size() && learned_.terms[open].coefficient > slack)) return true;
        // Nothing changes until the next level with a false literal (or one that closes an open literal).
    }
    return false;
}

}  // namespace sinew::cardinality
