// SPDX-License-Identifier: Apache-2.0
#include "read/flatzinc/builder.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/core.h>

#include "base/utf8.hpp"
#include "read/file.hpp"

namespace sinew::read::flatzinc {

namespace {
using model::IntegerRange;
using model::Term;
using model::TermKind;

std::string quoted(std::string_view name) {
    return "'" + printable(name) + "'";
}

const char* name_of(Type type) {
    switch (type) {
        case Type::boolean:
            return "a bool";
        case Type::integer:
            return "an int";
        case Type::number:
            return "a float";
        case Type::set:
            return "a set of int";
    }
    return "";
}

/// The table of ranges begins with these.
const IntegerRange all_integers{-model::largest_program_integer, model::largest_program_integer};
const IntegerRange truth_values{0, 1};
const Term all_integers_set{TermKind::set, 1, 0};
const Term truth_values_set{TermKind::set, 1, 1};

bool covers(std::span<const IntegerRange> outer, std::span<const IntegerRange> inner) {
    std::size_t at = 0;
    for (const IntegerRange& range : inner) {
        while (at < outer.size() && outer[at].upper < range.lower) ++at;
        if (at == outer.size() || outer[at].lower > range.lower || outer[at].upper < range.upper) return false;
    }
    return true;
}
}  // namespace

Builder::Builder(std::string_view text, const std::string& file) : text_(text) {
    program_.file = file;
    program_.ranges = {all_integers, truth_values};
}

void Builder::fail(Span span, const std::string& message, std::string_view expected) const {
    throw InputError(location_in(program_.file, text_.data(), text_.data() + span.begin), message, expected);
}

void Builder::locate(Span span, std::uint32_t& line, std::uint32_t& column) {
    while (const void* end = std::memchr(text_.data() + located_, '\n', span.begin - located_)) {
        located_ = static_cast<std::size_t>(static_cast<const char*>(end) - text_.data()) + 1;
        line_begin_ = located_;
        ++line_;
    }
    located_ = span.begin;
    line = line_;
    column = static_cast<std::uint32_t>(span.begin - line_begin_ + 1);
}

// Types.

void Builder::set_type(Type type) {
    type_ = type;
    is_bounded_ = false;
    domain_ = type == Type::boolean ? truth_values_set : all_integers_set;
    integers_.clear();
}

void Builder::set_domain(const Value& lower, const Value& upper) {
    type_ = Type::integer;
    is_bounded_ = true;
    domain_ = {TermKind::set, 0, static_cast<std::int64_t>(program_.ranges.size())};
    if (lower.integer > upper.integer) return;
    program_.ranges.push_back({lower.integer, upper.integer});
    domain_.size = 1;
}

void Builder::set_domain(std::uint32_t count) {
    type_ = Type::integer;
    is_bounded_ = true;
    domain_ = take_set(count);
}

void Builder::refuse_type(const char* type, Span span) const {
    fail(span, fmt::format("{} variables are not supported", type),
         "a variable that is bool, int or of a set of integers");
}

void Builder::set_indices(const Value& lower, const Value& upper, Span span) {
    if (lower.integer != 1) fail(span, "an array begins at another index", "1");
    indices_ = std::max<std::int64_t>(upper.integer, 0);
}

Term Builder::take_set(std::uint32_t count) {
    const auto begin = integers_.end() - count;
    std::sort(begin, integers_.end());
    Term set{TermKind::set, 0, static_cast<std::int64_t>(program_.ranges.size())};
    for (auto integer = begin; integer != integers_.end(); ++integer) {
        if (set.size > 0 && *integer <= program_.ranges.back().upper + 1) {
            program_.ranges.back().upper = *integer;
            continue;
        }
        program_.ranges.push_back({*integer, *integer});
        ++set.size;
    }
    integers_.erase(begin, integers_.end());
    return set;
}

// Values.

void Builder::push_range(std::int64_t lower, std::int64_t upper) {
    terms_.push_back({TermKind::set, lower <= upper ? 1U : 0U, static_cast<std::int64_t>(program_.ranges.size())});
    if (lower <= upper) program_.ranges.push_back({lower, upper});
}

void Builder::push_set(std::uint32_t count) {
    terms_.push_back(take_set(count));
}

const Term& Builder::look_up(const Value& name, Span span) const {
    const auto found = names_.find(name.text);
    if (found == names_.end()) fail(span, quoted(name.text) + " is not declared before this", "a declared name");
    return found->second;
}

const Term& Builder::element(const Value& name, const Value& index, Span span) const {
    const Term& array = look_up(name, span);
    if (array.kind != TermKind::array) fail(span, quoted(name.text) + " is not an array", "the name of an array");
    if (index.integer < 1 || index.integer > array.size)
        fail(span, fmt::format("{} has no element {}", quoted(name.text), index.integer),
             fmt::format("1 to {}", array.size));
    return program_.elements[static_cast<std::size_t>(array.value + index.integer - 1)];
}

void Builder::push_name(const Value& name, Span span) {
    terms_.push_back(look_up(name, span));
}

void Builder::push_element(const Value& name, const Value& index, Span span) {
    terms_.push_back(element(name, index, span));
}

void Builder::push_array(std::uint32_t count) {
    const Term array{TermKind::array, count, static_cast<std::int64_t>(program_.elements.size())};
    program_.elements.insert(program_.elements.end(), terms_.end() - count, terms_.end());
    terms_.resize(terms_.size() - count);
    terms_.push_back(array);
}

void Builder::check_element(Span span) const {
    if (terms_.back().kind == TermKind::array) fail(span, "an array within an array", "an element");
}

// Items.

void Builder::declare(const Value& name, Span span, Term term) {
    if (!names_.emplace(name.text, term).second) fail(span, quoted(name.text) + " is declared twice", "a new name");
}

bool Builder::is_boolean(const Term& term) const {
    if (term.kind == TermKind::variable) return program_.variables[static_cast<std::size_t>(term.value)].is_boolean;
    return term.kind == TermKind::boolean;
}

void Builder::check_type(const Term& term, Elements elements, Span span) const {
    const auto expected = [&] { return std::string(name_of(type_)); };
    switch (term.kind) {
        case TermKind::variable:
            if (elements == Elements::constants) fail(span, "a variable cannot be the value of a constant", expected());
            if (is_boolean(term) != (type_ == Type::boolean)) fail(span, "the value has another type", expected());
            return;
        case TermKind::boolean:
            if (type_ != Type::boolean) fail(span, "a bool has another type", expected());
            return;
        case TermKind::integer:
            if (type_ != Type::integer && type_ != Type::number) fail(span, "an int has another type", expected());
            return;
        case TermKind::number:
            if (type_ != Type::number) fail(span, "a float has another type", expected());
            return;
        case TermKind::set:
            if (type_ != Type::set) fail(span, "a set has another type", expected());
            return;
        case TermKind::array:
        case TermKind::text:
            fail(span, "an array is no single value", expected());
    }
}

void Builder::declare_constant(const Value& name, Span name_span, Span value_span) {
    check_type(terms_.back(), Elements::constants, value_span);
    declare(name, name_span, terms_.back());
}

void Builder::declare_variable(const Value& name, Span span) {
    const Term term{TermKind::variable, 0, static_cast<std::int64_t>(program_.variables.size())};
    declare(name, span, term);
    program_.variables.push_back({std::string(name.text), type_ == Type::boolean, has_note("is_defined_var"), domain_});
    take_outputs(name.text, term, span);
}

void Builder::set_equal(Span span) {
    check_type(terms_.back(), Elements::variables, span);
    const Term variable{TermKind::variable, 0, static_cast<std::int64_t>(program_.variables.size() - 1)};
    constrain(type_ == Type::boolean ? "bool_eq" : "int_eq", variable, terms_.back(), span);
}

void Builder::declare_array(const Value& name, Span name_span, Span value_span, Elements elements) {
    const Term array = terms_.back();
    if (array.size != indices_)
        fail(value_span, fmt::format("the array has {} elements", array.size), fmt::format("{}", indices_));
    for (std::uint32_t i = 0; i < array.size; ++i)
        check_type(program_.elements[static_cast<std::size_t>(array.value) + i], elements, value_span);
    if (elements == Elements::variables && is_bounded_) restrict_elements(array, value_span);
    declare(name, name_span, array);
    take_outputs(name.text, array, name_span);
}

void Builder::restrict_elements(const Term& array, Span span) {
    const Term domain = domain_;
    for (std::uint32_t i = 0; i < array.size; ++i) {
        const Term term = program_.elements[static_cast<std::size_t>(array.value) + i];
        const IntegerRange value{term.value, term.value};
        const std::span<const IntegerRange> known =
            term.kind == TermKind::variable
                ? program_.ranges_of(program_.variables[static_cast<std::size_t>(term.value)].domain)
                : std::span(&value, 1);
        if (!covers(program_.ranges_of(domain), known)) constrain("set_in", term, domain, span);
    }
}

std::uint32_t Builder::predicate(std::string_view name) {
    const auto [found, is_new] = predicates_.emplace(name, static_cast<std::uint32_t>(program_.predicates.size()));
    if (is_new) program_.predicates.emplace_back(name);
    return found->second;
}

void Builder::constrain(std::string_view name, const Term& first, const Term& second, Span span) {
    model::ProgramConstraint constraint;
    constraint.predicate = predicate(name);
    constraint.begin = static_cast<std::uint32_t>(program_.arguments.size());
    constraint.size = 2;
    locate(span, constraint.line, constraint.column);
    program_.arguments.push_back(first);
    program_.arguments.push_back(second);
    program_.constraints.push_back(constraint);
}

void Builder::constrain(const Value& name, Span span, std::uint32_t arguments) {
    model::ProgramConstraint constraint;
    constraint.predicate = predicate(name.text);
    constraint.begin = static_cast<std::uint32_t>(program_.arguments.size());
    constraint.size = arguments;
    locate(span, constraint.line, constraint.column);
    program_.arguments.insert(program_.arguments.end(), terms_.end() - arguments, terms_.end());
    program_.constraints.push_back(constraint);
}

void Builder::solve(model::Goal goal, Span span) {
    if (is_solved_) fail(span, "there is a solve item before this one", "one");
    is_solved_ = true;
    program_.goal = goal;
    take_search();
    if (goal == model::Goal::satisfy) return;
    program_.objective = terms_.back();
    const bool is_integer =
        program_.objective.kind == TermKind::integer || program_.objective.kind == TermKind::variable;
    if (!is_integer || is_boolean(program_.objective))
        fail(span, "the objective is no integer", "an int or a variable");
}

void Builder::end_item() {
    terms_.clear();
    integers_.clear();
    stack_.clear();
    notes_.clear();
}

void Builder::finish() {
    if (is_solved_) return;
    const auto end = static_cast<std::uint32_t>(text_.size());
    fail({end, end}, "there is no solve item", "solve satisfy, solve minimize or solve maximize");
}

}  // namespace sinew::read::flatzinc
