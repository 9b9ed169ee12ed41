// SPDX-License-Identifier: Apache-2.0
// Annotations: outputs, variables that a constraint defines, the order of the search. All others are read and dropped.
#include <utility>

#include <fmt/core.h>

#include "read/flatzinc/builder.hpp"

namespace sinew::read::flatzinc {

using model::IntegerRange;
using model::Term;
using model::TermKind;

void Builder::begin_annotations() {
    stack_.clear();
    notes_.clear();
}

void Builder::note_name(const Value& name, Span span) {
    Note note;
    note.kind = Note::Kind::name;
    note.text = name.text;
    note.span = span;
    if (const auto found = names_.find(name.text); found != names_.end()) {
        note.term = found->second;
        note.is_declared = true;
    }
    stack_.push_back(note);
}

void Builder::note_call(const Value& name, std::uint32_t count, Span span) {
    note_list(count);
    stack_.back().kind = Note::Kind::call;
    stack_.back().text = name.text;
    stack_.back().span = span;
}

void Builder::note_list(std::uint32_t count) {
    Note note;
    note.kind = Note::Kind::list;
    note.begin = notes_.size();
    note.size = count;
    notes_.insert(notes_.end(), stack_.end() - count, stack_.end());
    stack_.resize(stack_.size() - count);
    stack_.push_back(note);
}

void Builder::note_element(const Value& name, const Value& index, Span span) {
    Note note;
    note.kind = Note::Kind::term;
    note.term = element(name, index, span);
    stack_.push_back(note);
}

void Builder::note_integer(std::int64_t integer) {
    Note note;
    note.kind = Note::Kind::term;
    note.term = {TermKind::integer, 0, integer};
    stack_.push_back(note);
}

void Builder::note_range(std::int64_t lower, std::int64_t upper) {
    Note note;
    note.kind = Note::Kind::range;
    note.range = {lower, upper};
    stack_.push_back(note);
}

void Builder::note_other() {
    stack_.emplace_back();
}

bool Builder::has_note(std::string_view name) const {
    for (const Note& note : stack_)
        if (note.kind == Note::Kind::name && note.text == name) return true;
    return false;
}

void Builder::take_outputs(std::string_view name, const Term& term, Span span) {
    for (const Note& note : stack_) {
        const bool one = note.kind == Note::Kind::name && note.text == "output_var";
        const bool many = note.kind == Note::Kind::call && note.text == "output_array";
        if (!one && !many) continue;
        if (one == (term.kind == TermKind::array))
            fail(note.span, "this annotation does not belong here",
                 "output_var for a variable, output_array for an array");
        if (type_ != Type::boolean && type_ != Type::integer) fail(span, "only bool and int are printed", "");
        model::ProgramOutput output{std::string(name), term, type_ == Type::boolean, {}};
        if (many) output.dimensions = dimensions(note, term);
        program_.outputs.push_back(std::move(output));
    }
}

std::vector<IntegerRange> Builder::dimensions(const Note& note, const Term& array) const {
    std::vector<IntegerRange> sets;
    constexpr const char* form = "output_array([1..2,1..3]), for instance";
    const bool is_list = note.size == 1 && notes_[note.begin].kind == Note::Kind::list;
    if (!is_list || notes_[note.begin].size == 0) fail(note.span, "the index sets of the array are missing", form);
    const Note& list = notes_[note.begin];
    std::uint64_t count = 1;
    for (std::size_t i = list.begin; i < list.begin + list.size; ++i) {
        if (notes_[i].kind != Note::Kind::range) fail(note.span, "an index set is not a range", form);
        const IntegerRange range = notes_[i].range;
        sets.push_back(range);
        const std::uint64_t extent =
            range.lower > range.upper ? 0 : static_cast<std::uint64_t>(range.upper - range.lower) + 1;
        // Beyond the size of any array the product only has to stay different from it.
        count = extent > 0xffffffffU || count * extent > 0xffffffffU ? 0x100000000U : count * extent;
    }
    if (count != array.size)
        fail(note.span, "the index sets do not fit the array", fmt::format("{} elements", array.size));
    return sets;
}

// The order of the search: seq_search([…]) opens into its parts.

void Builder::take_search() {
    std::vector<Note> open(stack_.rbegin(), stack_.rend());
    while (!open.empty()) {
        const Note note = open.back();
        open.pop_back();
        if (note.kind == Note::Kind::list || (note.kind == Note::Kind::call && note.text == "seq_search"))
            for (std::size_t i = note.begin + note.size; i-- > note.begin;) open.push_back(notes_[i]);
        else if (note.kind == Note::Kind::call && (note.text == "int_search" || note.text == "bool_search"))
            take_search_call(note);
    }
}

void Builder::take_search_call(const Note& call) {
    const auto argument = [&](std::size_t i) -> const Note& { return notes_[call.begin + i]; };
    constexpr const char* form = "int_search(variables, variable choice, value choice, complete)";
    if (call.size < 3) fail(call.span, "this search lacks arguments", form);
    model::SearchStep step;
    if (!take_search_variables(argument(0), step.variables)) fail(call.span, "this search is over no variables", form);
    for (const std::size_t i : {1U, 2U})
        if (argument(i).kind != Note::Kind::name) fail(call.span, "a choice of this search is no name", form);
    step.variable_choice = argument(1).text;
    step.value_choice = argument(2).text;
    program_.search.push_back(std::move(step));
}

bool Builder::take_search_variables(const Note& note, Term& variables) {
    if (note.kind == Note::Kind::name && note.is_declared && note.term.kind == TermKind::array) {
        variables = note.term;
        return true;
    }
    if (note.kind != Note::Kind::list) return false;
    variables = {TermKind::array, 0, static_cast<std::int64_t>(program_.elements.size())};
    for (std::size_t i = note.begin; i < note.begin + note.size; ++i) {
        const Note& one = notes_[i];
        if (one.kind == Note::Kind::other) continue;  // a constant of another type
        const bool is_term = one.kind == Note::Kind::term || (one.kind == Note::Kind::name && one.is_declared);
        if (!is_term || one.term.kind == TermKind::array) return false;
        program_.elements.push_back(one.term);
        ++variables.size;
    }
    return true;
}

}  // namespace sinew::read::flatzinc
