// SPDX-License-Identifier: Apache-2.0
#include "flatzinc/poster.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "flatzinc/call.hpp"

namespace sinew::flatzinc {

namespace {
using integer::at_least;
using integer::at_most;
using integer::is_true;
using model::Term;
using model::TermKind;

constexpr std::uint32_t none = 0xffffffffU;
static_assert(model::largest_program_integer == integer::largest_value);

struct NamedPredicate {
    const Predicate* predicate;
    Mode mode;
};

/// All predicates by name and number of arguments (bool_xor is known with two and with three).
const std::map<std::pair<std::string, std::size_t>, NamedPredicate>& predicates() {
    static const auto table = [] {
        std::map<std::pair<std::string, std::size_t>, NamedPredicate> result;
        for (const auto group : {comparison_predicates(), boolean_predicates(), arithmetic_predicates(),
                                 array_predicates(), neuron_predicates()})
            for (const Predicate& predicate : group) {
                const std::string name(predicate.name);
                const auto add = [&](const std::string& suffix, std::size_t arguments, Mode mode) {
                    result.insert({{name + suffix, arguments}, {&predicate, mode}});
                };
                if (predicate.forms != Forms::reifies) add("", predicate.arguments, Mode::always);
                if (predicate.forms == Forms::reifies) add("", predicate.arguments + 1, Mode::reified);
                if (predicate.forms == Forms::modes) add("_reif", predicate.arguments + 1, Mode::reified);
                if (predicate.forms != Forms::plain) add("_imp", predicate.arguments + 1, Mode::implied);
            }
        return result;
    }();
    return table;
}

}  // namespace

Poster::Poster(const model::ConstraintProgram& program, integer::Model& model)
    : program_(program),
      model_(model),
      meanings_(program.variables.size()),
      joined_to_(program.variables.size(), none),
      is_posted_(program.constraints.size(), 0) {
    join_integers_with_booleans();
    make_variables();
    define_booleans();
    for (std::size_t i = 0; i < meanings_.size(); ++i)
        if (program_.variables[i].is_boolean && !meanings_[i].literal)
            meanings_[i].literal = is_true(model_.add_boolean());
}

void Poster::join_integers_with_booleans() {
    for (std::size_t c = 0; c < program_.constraints.size(); ++c) {
        const auto& constraint = program_.constraints[c];
        if (constraint.size != 2 || name_of(constraint) != "bool2int") continue;
        const auto arguments = program_.arguments_of(constraint);
        if (arguments[0].kind != TermKind::variable || arguments[1].kind != TermKind::variable) continue;
        if (!declared(arguments[0]).is_boolean || declared(arguments[1]).is_boolean) continue;
        std::uint32_t& partner = joined_to_[static_cast<std::size_t>(arguments[1].value)];
        if (partner != none) continue;
        partner = static_cast<std::uint32_t>(arguments[0].value);
        is_posted_[c] = 1;
    }
}

/// In the order of the program: what is made first is branched on first.
void Poster::make_variables() {
    std::vector<std::uint8_t> is_joined(meanings_.size(), 0);
    for (const std::uint32_t boolean : joined_to_)
        if (boolean != none) is_joined[boolean] = 1;
    std::vector<integer::Range> ranges;
    for (std::size_t i = 0; i < meanings_.size(); ++i) {
        const model::ProgramVariable& variable = program_.variables[i];
        if (variable.is_boolean && is_joined[i] != 0) {
            meanings_[i].variable = model_.add_boolean();
            meanings_[i].literal = is_true(*meanings_[i].variable);
        }
        if (variable.is_boolean || joined_to_[i] != none) continue;
        ranges.clear();
        for (const auto& range : program_.ranges_of(variable.domain)) ranges.push_back({range.lower, range.upper});
        if (ranges.empty()) {
            model_.add_clause({});
            ranges.push_back({0, 0});
        }
        meanings_[i].variable = model_.add_variable(std::span<const integer::Range>(ranges));
    }
    for (std::size_t i = 0; i < meanings_.size(); ++i) {
        if (joined_to_[i] == none) continue;
        meanings_[i].variable = meanings_[joined_to_[i]].variable;
        restrict(*meanings_[i].variable, program_.ranges_of(program_.variables[i].domain));
    }
}

void Poster::restrict(IntVar variable, std::span<const model::IntegerRange> domain) {
    if (domain.empty()) return model_.add_clause({});
    model_.add_clause({at_least(variable, domain.front().lower)});
    model_.add_clause({at_most(variable, domain.back().upper)});
    for (std::size_t i = 0; i + 1 < domain.size(); ++i)
        model_.add_clause({at_most(variable, domain[i].upper), at_least(variable, domain[i + 1].lower)});
}

bool Poster::is_open_boolean(const Term& term) const {
    if (term.kind != TermKind::variable || !declared(term).is_boolean) return false;
    return !meanings_[static_cast<std::size_t>(term.value)].literal;
}

/// Booleans that a constraint over one variable defines become its bound.
void Poster::define_booleans() {
    for (std::size_t c = 0; c < program_.constraints.size(); ++c) {
        const auto& constraint = program_.constraints[c];
        const auto arguments = program_.arguments_of(constraint);
        if (arguments.empty() || !is_open_boolean(arguments.back())) continue;
        const std::optional<Bound> literal = definition(name_of(constraint), arguments);
        if (!literal) continue;
        meaning(arguments.back()).literal = literal;
        is_posted_[c] = 1;
    }
}

std::optional<Bound> Poster::definition(std::string_view predicate, std::span<const Term> arguments) {
    const auto is_known = [&](const Term& term) {
        return term.kind == TermKind::boolean ||
               (term.kind == TermKind::variable && declared(term).is_boolean && !is_open_boolean(term));
    };
    if (arguments.size() == 2 && is_known(arguments[0])) {
        if (predicate == "bool_not") return ~literal(arguments[0]);
        if (predicate == "bool_eq") return literal(arguments[0]);
    }
    if (arguments.size() == 3) return comparison(predicate, arguments[0], arguments[1]);
    return std::nullopt;
}

std::optional<Bound> Poster::comparison(std::string_view predicate, const Term& left, const Term& right) {
    const auto is_integer = [&](const Term& term) {
        return term.kind == TermKind::variable && !declared(term).is_boolean;
    };
    if (is_integer(left) && right.kind == TermKind::integer) {
        if (predicate == "int_le_reif") return at_most(variable(left), right.value);
        if (predicate == "int_lt_reif") return at_most(variable(left), right.value - 1);
        if (predicate == "int_eq_reif") return model_.equal(variable(left), right.value);
        if (predicate == "int_ne_reif") return ~model_.equal(variable(left), right.value);
    }
    if (left.kind == TermKind::integer && is_integer(right)) {
        if (predicate == "int_le_reif") return at_least(variable(right), left.value);
        if (predicate == "int_lt_reif") return at_least(variable(right), left.value + 1);
        if (predicate == "int_eq_reif") return model_.equal(variable(right), left.value);
        if (predicate == "int_ne_reif") return ~model_.equal(variable(right), left.value);
    }
    return std::nullopt;
}

Bound Poster::literal(const Term& term) {
    return term.kind == TermKind::boolean ? model_.constant(term.value != 0) : *meaning(term).literal;
}

IntVar Poster::variable(const Term& term) {
    if (term.kind == TermKind::integer || term.kind == TermKind::boolean) return constant(term.value);
    if (const std::optional<IntVar> known = meaning(term).variable) return *known;
    return variable(literal(term));
}

IntVar Poster::variable(Bound literal) {
    const IntVar owner = literal.view.variable();
    const bool is_boolean = model_.lower(owner) >= 0 && model_.upper(owner) <= 1;
    if (is_boolean && literal == is_true(owner)) return owner;
    const auto [found, is_new] = indicators_.try_emplace({literal.view.index(), literal.value});
    if (is_new) {
        const IntVar indicator = model_.add_boolean();
        found->second = indicator;
        model_.add_clause({~literal, is_true(indicator)});
        model_.add_clause({literal, ~is_true(indicator)});
    }
    return found->second;
}

IntVar Poster::constant(std::int64_t value) {
    const auto [found, is_new] = constants_.try_emplace(value);
    if (is_new) found->second = model_.add_variable(value, value);
    return found->second;
}

bool Poster::post_all(const Limits& limits) {
    has_neurons_ =
        std::ranges::any_of(program_.predicates, [](const std::string& name) { return name.starts_with("sinew_"); });
    for (std::size_t c = 0; c < program_.constraints.size(); ++c) {
        if (limits.exceeded()) return false;
        if (is_posted_[c] != 0) continue;
        const auto& constraint = program_.constraints[c];
        const std::string name(name_of(constraint));
        const auto found = predicates().lower_bound({name, constraint.size});
        if (found != predicates().end() && found->first == std::pair<std::string, std::size_t>(name, constraint.size)) {
            Call call(*this, constraint, found->second.mode);
            found->second.predicate->post(call);
            continue;
        }
        const auto other = predicates().lower_bound({name, 0});
        const model::ProgramConstraint& place = constraint;
        if (other != predicates().end() && other->first.first == name)
            Call(*this, place, Mode::always)
                .fail(fmt::format("{} has {} arguments", name, constraint.size),
                      fmt::format("{}", other->first.second));
        Call(*this, place, Mode::always)
            .fail(fmt::format("the constraint {} is not supported", name), "one that docs/minizinc.md names");
    }
    return true;
}

void Poster::guide() {
    constexpr double worth = 5;  // conflicts, of the first variable
    std::size_t count = 0;
    for (const model::SearchStep& step : program_.search) count += step.variables.size;
    std::size_t at = 0;
    for (const model::SearchStep& step : program_.search) {
        const std::string& choice = step.value_choice;
        for (const Term& term : program_.elements_of(step.variables)) {
            const double rest = 1 - static_cast<double>(at++) / static_cast<double>(count);
            if (term.kind != TermKind::variable) continue;
            const Meaning& known = meaning(term);
            const bool is_least = choice == "indomain_min" || choice == "indomain" || choice == "indomain_split";
            const bool is_greatest = choice == "indomain_max" || choice == "indomain_reverse_split";
            if (known.literal) {
                const Bound tried = is_greatest ? *known.literal : ~*known.literal;
                const integer::Value value = tried.view.negative() ? -tried.value : tried.value;
                if (is_least || is_greatest) model_.suggest(tried.view.variable(), value);
                model_.prefer(tried.view.variable(), worth * rest);
                continue;
            }
            const IntVar variable = *known.variable;
            const integer::Value lower = model_.lower(variable);
            const integer::Value upper = model_.upper(variable);
            if (is_least) model_.suggest(variable, lower);
            if (is_greatest) model_.suggest(variable, upper);
            if (choice == "indomain_median" || choice == "indomain_middle")
                model_.suggest(variable, lower + (upper - lower) / 2);
            model_.prefer(variable, worth * rest);
        }
    }
}

std::int64_t Poster::value(const Term& term, std::span<const integer::Value> values) const {
    if (term.kind != TermKind::variable) return term.value;
    const Meaning& known = meanings_[static_cast<std::size_t>(term.value)];
    if (!known.literal) return values[known.variable->index()];
    const integer::Value value = values[known.literal->view.variable().index()];
    return (known.literal->view.negative() ? -value : value) >= known.literal->value ? 1 : 0;
}

}  // namespace sinew::flatzinc
