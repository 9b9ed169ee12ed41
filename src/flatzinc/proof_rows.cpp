// SPDX-License-Identifier: Apache-2.0
#include "flatzinc/proof_rows.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "base/error.hpp"

namespace sinew::flatzinc {

namespace {
using model::Term;
using model::TermKind;

enum class Link : std::uint8_t { at_most, equal, differs };

/// One constraint at a time.
class RowMaker {
  public:
    RowMaker(const model::ConstraintProgram& program, std::vector<ProofRow>& rows) : program_(program), rows_(rows) {}

    void make(std::size_t number);

  private:
    using Sum = std::vector<std::pair<std::int64_t, Term>>;

    [[noreturn]] void refuse() const {
        throw InputError({program_.file, constraint_->line, constraint_->column},
                         fmt::format("{} with {} arguments has no steps in proofs yet",
                                     program_.predicates[constraint_->predicate], arguments_.size()));
    }
    std::span<const Term> array(std::size_t i) const { return program_.elements_of(arguments_[i]); }
    static bool is_constant(const Term& term) {
        return term.kind == TermKind::integer || term.kind == TermKind::boolean;
    }
    static std::uint32_t view(const Term& term, bool negative = false) {
        return static_cast<std::uint32_t>(2 * term.value) + (negative ? 1U : 0U);
    }
    /// Adds term >= value or term <= value to the conditions; false: it never holds.
    static bool demand(std::vector<ProofLiteral>& conditions, const Term& term, std::int64_t value, bool upper) {
        if (is_constant(term)) return upper ? term.value <= value : term.value >= value;
        conditions.push_back({view(term, upper), upper ? -value : value});
        return true;
    }
    void add(std::vector<ProofLiteral> conditions, const Sum& sum, Link link, Wide right);
    void add_one(std::vector<ProofLiteral> conditions, const Sum& sum, ProofRowKind kind, Wide right);
    void post(const Sum& sum, Link link, Wide right);
    void equivalent(const Term& literal, const Sum& sum, Link link, Wide right);
    void in_set();
    void element();
    void greatest(const Term& result, std::span<const Term> members, bool negative);
    void never(std::vector<ProofLiteral> conditions) { add_one(std::move(conditions), {}, ProofRowKind::at_most, -1); }

    const model::ConstraintProgram& program_;
    std::vector<ProofRow>& rows_;
    const model::ProgramConstraint* constraint_ = nullptr;
    std::span<const Term> arguments_;
    std::uint64_t tag_ = 0;
    std::string_view mode_;
};

void RowMaker::add_one(std::vector<ProofLiteral> conditions, const Sum& sum, ProofRowKind kind, Wide right) {
    std::map<std::int64_t, Wide> factors;
    for (const auto& [factor, term] : sum) {
        if (is_constant(term))
            right -= Wide{factor} * term.value;
        else
            factors[term.value] += factor;
    }
    ProofRow row{std::move(conditions), {}, kind, right, tag_};
    // All sums must fit: slacks are differences of two.
    constexpr Wide most = Wide{1} << 124;
    Wide size_of_all = right < 0 ? -right : right;
    for (const auto& [variable, factor] : factors) {
        if (factor == 0) continue;
        Wide value = 1;
        for (const model::IntegerRange& range :
             program_.ranges_of(program_.variables[static_cast<std::size_t>(variable)].domain))
            value = std::max({value, -Wide{range.lower}, Wide{range.upper}});
        size_of_all += (factor < 0 ? -factor : factor) * value;
        if (size_of_all > most) refuse();
        const Wide size = factor < 0 ? -factor : factor;
        if (size > model::largest_program_integer) refuse();
        row.terms.push_back(
            {static_cast<std::uint32_t>(2 * variable) + (factor < 0 ? 1U : 0U), static_cast<std::int64_t>(size)});
    }
    rows_.push_back(std::move(row));
}

void RowMaker::add(std::vector<ProofLiteral> conditions, const Sum& sum, Link link, Wide right) {
    if (link == Link::differs) return add_one(std::move(conditions), sum, ProofRowKind::differs, right);
    add_one(conditions, sum, ProofRowKind::at_most, right);
    if (link == Link::at_most) return;
    Sum negated = sum;
    for (auto& [factor, term] : negated) factor = -factor;
    add_one(std::move(conditions), negated, ProofRowKind::at_most, -right);
}

void RowMaker::equivalent(const Term& literal, const Sum& sum, Link link, Wide right) {
    std::vector<ProofLiteral> conditions;
    if (demand(conditions, literal, 1, false)) add(conditions, sum, link, right);
    conditions.clear();
    if (mode_ == "_imp" || !demand(conditions, literal, 0, true)) return;
    if (link != Link::at_most) return add(conditions, sum, link == Link::equal ? Link::differs : Link::equal, right);
    Sum negated = sum;
    for (auto& [factor, term] : negated) factor = -factor;
    add(conditions, negated, Link::at_most, -right - 1);
}

void RowMaker::post(const Sum& sum, Link link, Wide right) {
    if (mode_.empty()) return add({}, sum, link, right);
    equivalent(arguments_.back(), sum, link, right);
}

void RowMaker::in_set() {
    const std::span<const model::IntegerRange> ranges = program_.ranges_of(arguments_[1]);
    const auto exclude = [&](bool known, std::int64_t least, std::int64_t greatest, bool member) {
        std::vector<ProofLiteral> conditions;
        if (least > greatest || (!mode_.empty() && !demand(conditions, arguments_[2], member ? 1 : 0, !member))) return;
        if (known && demand(conditions, arguments_[0], least, false) &&
            demand(conditions, arguments_[0], greatest, true))
            never(conditions);
    };
    std::int64_t next = -model::largest_program_integer;
    for (const model::IntegerRange& range : ranges) {
        exclude(true, next, range.lower - 1, true);
        if (mode_ == "_reif") exclude(true, range.lower, range.upper, false);
        next = range.upper + 1;
    }
    exclude(true, next, model::largest_program_integer, true);
}

void RowMaker::element() {
    const std::span<const Term> entries = array(1);
    std::vector<ProofLiteral> conditions;
    if (demand(conditions, arguments_[0], 0, true)) never(conditions);
    conditions.clear();
    if (demand(conditions, arguments_[0], static_cast<std::int64_t>(entries.size()) + 1, false)) never(conditions);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i) + 1;
        conditions.clear();
        if (demand(conditions, arguments_[0], at, false) && demand(conditions, arguments_[0], at, true))
            add(conditions, {{1, entries[i]}, {-1, arguments_[2]}}, Link::equal, 0);
    }
}

void RowMaker::greatest(const Term& result, std::span<const Term> members, bool negative) {
    if (members.empty() || is_constant(result)) refuse();
    ProofRow row{{}, {{view(result, negative), 1}}, ProofRowKind::covered, 0, tag_};
    for (const Term& member : members) {
        if (is_constant(member)) refuse();
        add({}, {{negative ? -1 : 1, member}, {negative ? 1 : -1, result}}, Link::at_most, 0);
        row.terms.push_back({view(member, negative), 1});
    }
    rows_.push_back(std::move(row));
}

void RowMaker::make(std::size_t number) {
    constraint_ = &program_.constraints[number];
    arguments_ = program_.arguments_of(*constraint_);
    tag_ = number + 1;
    std::string_view name = program_.predicates[constraint_->predicate];
    mode_ = {};
    for (const std::string_view suffix : {"_reif", "_imp"}) {
        if (!name.ends_with(suffix)) continue;
        mode_ = suffix;
        name.remove_suffix(suffix.size());
    }
    const std::size_t count = arguments_.size() - (mode_.empty() || arguments_.empty() ? 0 : 1);
    const auto is = [&](std::string_view wanted, std::size_t wanted_count) {
        return name == wanted && count == wanted_count;
    };
    const auto pair = [&] { return Sum{{1, arguments_[0]}, {-1, arguments_[1]}}; };
    const auto all = [&](std::span<const Term> terms, std::int64_t factor, Sum sum = {}) {
        for (const Term& term : terms) sum.emplace_back(factor, term);
        return sum;
    };
    if (is("int_le", 2) || is("bool_le", 2)) return post(pair(), Link::at_most, 0);
    if (is("int_lt", 2) || is("bool_lt", 2)) return post(pair(), Link::at_most, -1);
    if (is("int_eq", 2) || is("bool_eq", 2) || is("bool2int", 2)) return post(pair(), Link::equal, 0);
    if (is("int_ne", 2) || is("bool_not", 2) || is("bool_xor", 2) || is("bool_ne", 2))
        return post(pair(), Link::differs, 0);
    const bool is_sum = is("int_lin_le", 3) || is("int_lin_eq", 3) || is("int_lin_ne", 3) || is("bool_lin_le", 3) ||
                        is("bool_lin_eq", 3);
    if (is_sum) {
        const std::span<const Term> factors = array(0);
        const std::span<const Term> terms = array(1);
        if (factors.size() != terms.size()) refuse();
        Sum sum{{-1, arguments_[2]}};
        for (std::size_t i = 0; i < terms.size(); ++i) {
            if (!is_constant(factors[i])) refuse();
            sum.emplace_back(factors[i].value, terms[i]);
        }
        return post(sum, name.ends_with("le") ? Link::at_most : name.ends_with("eq") ? Link::equal : Link::differs, 0);
    }
    if (is("set_in", 2) && arguments_[1].kind == TermKind::set) return in_set();
    if (is("bool_clause", 2)) {
        const Sum sum = all(array(1), 1, all(array(0), -1));
        return post(sum, Link::at_most, static_cast<std::int64_t>(array(1).size()) - 1);
    }
    if (!mode_.empty()) refuse();
    if (is("int_plus", 3)) return post({{1, arguments_[0]}, {1, arguments_[1]}, {-1, arguments_[2]}}, Link::equal, 0);
    if (is("bool_xor", 3)) return equivalent(arguments_[2], pair(), Link::differs, 0);
    if (is("bool_or", 3)) return equivalent(arguments_[2], all(arguments_.first(2), -1), Link::at_most, -1);
    if (is("bool_and", 3)) return equivalent(arguments_[2], all(arguments_.first(2), -1), Link::at_most, -2);
    if (is("array_bool_or", 2)) return equivalent(arguments_[1], all(array(0), -1), Link::at_most, -1);
    if (is("array_bool_and", 2))
        return equivalent(arguments_[1], all(array(0), -1), Link::at_most, -static_cast<std::int64_t>(array(0).size()));
    if (is("array_int_element", 3) || is("array_var_int_element", 3) || is("array_bool_element", 3) ||
        is("array_var_bool_element", 3))
        return element();
    if (is("int_max", 3)) return greatest(arguments_[2], arguments_.first(2), false);
    if (is("int_min", 3)) return greatest(arguments_[2], arguments_.first(2), true);
    if (is("array_int_maximum", 2)) return greatest(arguments_[0], array(1), false);
    if (is("array_int_minimum", 2)) return greatest(arguments_[0], array(1), true);
    if (is("int_abs", 2)) {
        if (is_constant(arguments_[0]) || is_constant(arguments_[1])) refuse();
        add({}, {{1, arguments_[0]}, {-1, arguments_[1]}}, Link::at_most, 0);
        add({}, {{-1, arguments_[0]}, {-1, arguments_[1]}}, Link::at_most, 0);
        rows_.push_back({{},
                         {{view(arguments_[1]), 1}, {view(arguments_[0]), 1}, {view(arguments_[0], true), 1}},
                         ProofRowKind::covered,
                         0,
                         tag_});
        return;
    }
    if (is("fzn_all_different_int", 1)) {
        const std::span<const Term> terms = array(0);
        for (std::size_t i = 0; i < terms.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) add({}, {{1, terms[i]}, {-1, terms[j]}}, Link::differs, 0);
        return;
    }
    refuse();
}
}  // namespace

bool holds_for(const ProofRow& row, std::span<const std::int64_t> values) {
    for (const ProofLiteral& condition : row.conditions)
        if (values[condition.view] < condition.value) return true;
    if (row.kind == ProofRowKind::covered)
        return std::any_of(row.terms.begin() + 1, row.terms.end(), [&](const ProofRow::Term& term) {
            return values[term.view] >= values[row.terms.front().view];
        });
    Wide sum = 0;
    for (const ProofRow::Term& term : row.terms) sum += Wide{term.factor} * values[term.view];
    return row.kind == ProofRowKind::at_most ? sum <= row.right : sum != row.right;
}

std::vector<ProofRow> proof_rows(const model::ConstraintProgram& program) {
    std::vector<ProofRow> rows;
    for (std::uint32_t v = 0; v < program.variables.size(); ++v) {
        if (program.variables[v].is_boolean) continue;
        const std::span<const model::IntegerRange> ranges = program.ranges_of(program.variables[v].domain);
        for (std::size_t i = 0; i + 1 < ranges.size(); ++i)
            rows.push_back({{{2 * v, ranges[i].upper + 1}, {2 * v + 1, 1 - ranges[i + 1].lower}},
                            {},
                            ProofRowKind::at_most,
                            -1,
                            0});
    }
    RowMaker maker(program, rows);
    for (std::size_t c = 0; c < program.constraints.size(); ++c) maker.make(c);
    return rows;
}

}  // namespace sinew::flatzinc
