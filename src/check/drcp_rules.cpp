// SPDX-License-Identifier: Apache-2.0
#include "check/drcp_rules.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace sinew::check {

namespace {
using model::Term;
using model::TermKind;
__extension__ using DrcpSum = __int128;

/// An end that is infinite says nothing.
struct TermInterval {
    DrcpSum lower = 0;
    DrcpSum upper = 0;
    bool has_lower = true;
    bool has_upper = true;
    bool may_be_at_most(DrcpSum value) const { return !has_lower || lower <= value; }
    bool may_be_at_least(DrcpSum value) const { return !has_upper || upper >= value; }
    bool may_be(DrcpSum value) const { return may_be_at_most(value) && may_be_at_least(value); }
    bool must_be(DrcpSum value) const { return has_lower && has_upper && lower == value && upper == value; }
};

enum class DrcpMode : std::uint8_t { always, reified, implied };
enum class DrcpLink : std::uint8_t { at_most, equal, differs };

class DrcpRules {
  public:
    DrcpRules(const model::ConstraintProgram& program, const std::vector<DrcpDomain>& domains)
        : program_(program), domains_(domains) {}
    bool allows(std::string_view name, std::span<const Term> given) const;

  private:
    std::span<const Term> list(const Term& array) const { return program_.elements_of(array); }
    TermInterval of(const Term& term) const {
        if (term.kind != TermKind::variable) return {term.value, term.value, true, true};
        const DrcpDomain& domain = domains_[static_cast<std::size_t>(term.value)];
        return {domain.lower, domain.upper, domain.lower != DrcpDomain::least, domain.upper != DrcpDomain::greatest};
    }
    using Parts = std::vector<std::pair<std::int64_t, Term>>;
    /// Σ factor·term, a variable that stands there twice taken together. An end beyond 127 bits counts as infinite.
    TermInterval total(Parts parts) const {
        std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
            return std::pair(a.second.kind, a.second.value) < std::pair(b.second.kind, b.second.value);
        });
        TermInterval sum;
        for (std::size_t i = 0; i < parts.size();) {
            const Term& term = parts[i].second;
            DrcpSum factor = 0;
            for (; i < parts.size() && parts[i].second == term; ++i) factor += parts[i].first;
            if (factor == 0) continue;
            TermInterval value = of(term);
            if (factor < 0) {
                std::swap(value.lower, value.upper);
                std::swap(value.has_lower, value.has_upper);
            }
            sum.has_lower &= value.has_lower && add_product(sum.lower, factor, value.lower);
            sum.has_upper &= value.has_upper && add_product(sum.upper, factor, value.upper);
        }
        return sum;
    }
    static bool add_product(DrcpSum& sum, DrcpSum factor, DrcpSum value) {
        DrcpSum product = 0;
        return !__builtin_mul_overflow(factor, value, &product) && !__builtin_add_overflow(sum, product, &sum);
    }
    TermInterval difference(const Term& a, const Term& b) const { return total({{1, a}, {-1, b}}); }
    TermInterval count(std::span<const Term> terms, std::int64_t factor, Parts parts = {}) const {
        for (const Term& term : terms) parts.emplace_back(factor, term);
        return total(std::move(parts));
    }
    static bool may_hold(const TermInterval& sum, DrcpLink side, DrcpSum right) {
        if (side == DrcpLink::at_most) return sum.may_be_at_most(right);
        return side == DrcpLink::equal ? sum.may_be(right) : !sum.must_be(right);
    }
    static bool may_fail(const TermInterval& sum, DrcpLink side, DrcpSum right) {
        if (side == DrcpLink::at_most) return sum.may_be_at_least(right + 1);
        return side == DrcpLink::equal ? !sum.must_be(right) : sum.may_be(right);
    }
    bool allowed(DrcpMode mode, const Term& literal, bool holds, bool fails) const {
        if (mode == DrcpMode::always) return holds;
        return (of(literal).may_be(1) && holds) || (of(literal).may_be(0) && (mode == DrcpMode::implied || fails));
    }
    bool sum(DrcpMode mode, const Term& literal, const TermInterval& value, DrcpLink side, DrcpSum right) const {
        return allowed(mode, literal, may_hold(value, side, right), may_fail(value, side, right));
    }
    bool element(std::span<const Term> arguments) const;
    bool greatest(const Term& result, std::span<const Term> members, bool negative) const;
    bool different(std::span<const Term> terms) const;
    bool member(DrcpMode mode, std::span<const Term> arguments) const;

    const model::ConstraintProgram& program_;
    const std::vector<DrcpDomain>& domains_;
};

bool DrcpRules::element(std::span<const Term> arguments) const {
    const TermInterval index = of(arguments[0]);
    const std::span<const Term> entries = list(arguments[1]);
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (index.may_be(static_cast<std::int64_t>(i) + 1) && difference(entries[i], arguments[2]).may_be(0))
            return true;
    return false;
}

bool DrcpRules::greatest(const Term& result, std::span<const Term> members, bool negative) const {
    bool reached = false;
    for (const Term& term : members) {
        const TermInterval over =
            negative ? difference(result, term) : difference(term, result);  // never above 0, somewhere 0
        if (!over.may_be_at_most(0)) return false;
        reached |= over.may_be_at_least(0);
    }
    return reached;
}

bool DrcpRules::different(std::span<const Term> terms) const {
    std::vector<DrcpSum> fixed;
    for (const Term& term : terms)
        if (const TermInterval value = of(term); value.must_be(value.lower)) fixed.push_back(value.lower);
    std::sort(fixed.begin(), fixed.end());
    return std::adjacent_find(fixed.begin(), fixed.end()) == fixed.end();
}

bool DrcpRules::member(DrcpMode mode, std::span<const Term> arguments) const {
    const TermInterval value = of(arguments[0]);
    bool inside = false;
    bool outside = true;
    for (const model::IntegerRange& range : program_.ranges_of(arguments[1])) {
        inside |= value.may_be_at_least(range.lower) && value.may_be_at_most(range.upper);
        outside &= value.may_be_at_most(DrcpSum{range.lower} - 1) || value.may_be_at_least(DrcpSum{range.upper} + 1);
    }
    return allowed(mode, arguments.back(), inside, outside);
}

bool DrcpRules::allows(std::string_view name, std::span<const Term> given) const {
    DrcpMode mode = DrcpMode::always;
    std::span<const Term> arguments = given;
    if (name.ends_with("_reif") || name.ends_with("_imp")) {
        mode = name.ends_with("_reif") ? DrcpMode::reified : DrcpMode::implied;
        name.remove_suffix(mode == DrcpMode::reified ? 5 : 4);
        if (given.empty()) return true;
        arguments = given.first(given.size() - 1);
    }
    if (arguments.empty()) return true;
    const Term& last = given.back();
    const std::size_t size = arguments.size();
    if (size == 2) {
        const TermInterval two = arguments[0].kind == TermKind::array || arguments[1].kind == TermKind::array ||
                                         arguments[1].kind == TermKind::set
                                     ? TermInterval{}
                                     : difference(arguments[0], arguments[1]);
        if (name == "int_le" || name == "bool_le") return sum(mode, last, two, DrcpLink::at_most, 0);
        if (name == "int_lt" || name == "bool_lt") return sum(mode, last, two, DrcpLink::at_most, -1);
        if (name == "int_eq" || name == "bool_eq" || name == "bool2int")
            return sum(mode, last, two, DrcpLink::equal, 0);
        if (name == "int_ne" || name == "bool_ne" || name == "bool_not" || name == "bool_xor")
            return sum(mode, last, two, DrcpLink::differs, 0);
        if (name == "set_in") return member(mode, given);
        if (name == "bool_clause") {
            Parts parts;
            for (const Term& term : list(arguments[0])) parts.emplace_back(-1, term);
            return sum(mode, last, count(list(arguments[1]), 1, std::move(parts)), DrcpLink::at_most,
                       static_cast<std::int64_t>(arguments[1].size) - 1);
        }
    }
    if (size == 3 && (name == "int_lin_le" || name == "int_lin_eq" || name == "int_lin_ne" || name == "bool_lin_le" ||
                      name == "bool_lin_eq")) {
        const std::span<const Term> factors = list(arguments[0]);
        const std::span<const Term> terms = list(arguments[1]);
        if (factors.size() != terms.size()) return true;
        Parts parts{{-1, arguments[2]}};
        for (std::size_t i = 0; i < terms.size(); ++i) parts.emplace_back(factors[i].value, terms[i]);
        const TermInterval value = total(std::move(parts));
        const DrcpLink side = name.ends_with("le")   ? DrcpLink::at_most
                              : name.ends_with("eq") ? DrcpLink::equal
                                                     : DrcpLink::differs;
        return sum(mode, last, value, side, 0);
    }
    if (mode != DrcpMode::always) return true;
    const auto connective = [&](std::span<const Term> terms, const Term& result, std::int64_t least) {
        return sum(DrcpMode::reified, result, count(terms, -1), DrcpLink::at_most, -least);
    };
    if (size == 2) {
        if (name == "array_bool_or") return connective(list(arguments[0]), last, 1);
        if (name == "array_bool_and") return connective(list(arguments[0]), last, arguments[0].size);
        if (name == "int_abs") {
            const TermInterval over = difference(arguments[0], last);
            const TermInterval under = total({{-1, arguments[0]}, {-1, last}});
            return over.may_be_at_most(0) && under.may_be_at_most(0) &&
                   (over.may_be_at_least(0) || under.may_be_at_least(0));
        }
        if (name == "array_int_maximum") return greatest(arguments[0], list(arguments[1]), false);
        if (name == "array_int_minimum") return greatest(arguments[0], list(arguments[1]), true);
    }
    if (size == 3) {
        if (name == "bool_or") return connective(arguments.first(2), last, 1);
        if (name == "bool_and") return connective(arguments.first(2), last, 2);
        if (name == "bool_xor")
            return sum(DrcpMode::reified, last, difference(arguments[0], arguments[1]), DrcpLink::differs, 0);
        if (name == "int_max") return greatest(last, arguments.first(2), false);
        if (name == "int_min") return greatest(last, arguments.first(2), true);
        if (name == "int_plus") return total({{1, arguments[0]}, {1, arguments[1]}, {-1, last}}).may_be(0);
        if (name.starts_with("array_") && name.ends_with("_element")) return element(arguments);
    }
    if (size == 1 && name == "fzn_all_different_int") return different(list(arguments[0]));
    return true;
}
}  // namespace

bool contradicts(const model::ConstraintProgram& program, const model::ProgramConstraint& constraint,
                 const std::vector<DrcpDomain>& domains) {
    return !DrcpRules(program, domains)
                .allows(program.predicates[constraint.predicate], program.arguments_of(constraint));
}

}  // namespace sinew::check
