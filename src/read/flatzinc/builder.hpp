// SPDX-License-Identifier: Apache-2.0
// The program as the parser meets it: values wait on stacks, names are looked up, declarations and the search's
// annotations are checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/constraint_program.hpp"
#include "read/text_scanner.hpp"

namespace sinew::read::flatzinc {

/// A token's value (an integer; a name), or how many entries of a stack belong to what was read.
struct Value {
    std::int64_t integer = 0;
    std::string_view text;
    std::uint32_t count = 0;
};

enum class Type : std::uint8_t { boolean, integer, number, set };
enum class Elements : std::uint8_t { constants, variables };

class Builder {
  public:
    Builder(std::string_view text, const std::string& file);

    std::string_view text() const { return text_; }
    [[noreturn]] void fail(Span span, const std::string& message, std::string_view expected) const;
    model::ConstraintProgram take() { return std::move(program_); }

    // What the rules of grammar/flatzinc.y call, in the order of the text.
    // Types, and integers between braces.
    void set_type(Type type);
    void set_domain(const Value& lower, const Value& upper);
    void set_domain(std::uint32_t count);
    [[noreturn]] void refuse_type(const char* type, Span span) const;
    void set_indices(const Value& lower, const Value& upper, Span span);
    void add_integer(std::int64_t integer) { integers_.push_back(integer); }
    void drop_integers() { integers_.clear(); }

    // Values: each leaves one term on the stack.
    void push(model::TermKind kind, std::int64_t value) { terms_.push_back({kind, 0, value}); }
    void push_range(std::int64_t lower, std::int64_t upper);
    void push_set(std::uint32_t count);
    void push_name(const Value& name, Span span);
    void push_element(const Value& name, const Value& index, Span span);
    void push_array(std::uint32_t count);
    /// The term on top is to become an element of an array.
    void check_element(Span span) const;

    // Items.
    void declare_constant(const Value& name, Span name_span, Span value_span);
    void declare_variable(const Value& name, Span span);
    /// The variable declared last is the term on top.
    void set_equal(Span span);
    void declare_array(const Value& name, Span name_span, Span value_span, Elements elements);
    void constrain(const Value& predicate, Span span, std::uint32_t arguments);
    void solve(model::Goal goal, Span span);
    void end_item();
    void finish();

    // Annotations: each leaves one note on the stack.
    void begin_annotations();
    void note_name(const Value& name, Span span);
    void note_call(const Value& name, std::uint32_t count, Span span);
    void note_list(std::uint32_t count);
    void note_element(const Value& name, const Value& index, Span span);
    void note_integer(std::int64_t integer);
    void note_range(std::int64_t lower, std::int64_t upper);
    void note_other();

  private:
    /// A piece of an annotation, or a whole one; calls and lists have their arguments in notes_.
    struct Note {
        enum class Kind : std::uint8_t { name, call, list, term, range, other } kind = Kind::other;
        std::string_view text;
        model::Term term;  ///< of a name too, where it is declared
        model::IntegerRange range;
        std::size_t begin = 0;
        std::size_t size = 0;
        Span span;
        bool is_declared = false;
    };

    std::uint32_t predicate(std::string_view name);
    void locate(Span span, std::uint32_t& line, std::uint32_t& column);
    void declare(const Value& name, Span span, model::Term term);
    const model::Term& look_up(const Value& name, Span span) const;
    const model::Term& element(const Value& name, const Value& index, Span span) const;
    void check_type(const model::Term& term, Elements elements, Span span) const;
    bool is_boolean(const model::Term& term) const;
    void restrict_elements(const model::Term& array, Span span);
    model::Term take_set(std::uint32_t count);
    void constrain(std::string_view name, const model::Term& first, const model::Term& second, Span span);

    bool has_note(std::string_view name) const;
    void take_outputs(std::string_view name, const model::Term& term, Span span);
    std::vector<model::IntegerRange> dimensions(const Note& note, const model::Term& array) const;
    void take_search();
    void take_search_call(const Note& call);
    bool take_search_variables(const Note& note, model::Term& variables);

    std::string_view text_;
    model::ConstraintProgram program_;
    std::unordered_map<std::string_view, model::Term> names_;
    std::unordered_map<std::string_view, std::uint32_t> predicates_;
    std::vector<model::Term> terms_;
    std::vector<std::int64_t> integers_;
    std::vector<Note> stack_;  ///< notes that belong to no call or list yet
    std::vector<Note> notes_;  ///< the arguments of those that do
    Type type_ = Type::integer;
    bool is_bounded_ = false;
    model::Term domain_;
    std::int64_t indices_ = 0;
    bool is_solved_ = false;
    std::size_t located_ = 0;     ///< how far lines have been counted
    std::uint32_t line_ = 1;      ///< there
    std::size_t line_begin_ = 0;  ///< of that line
};

}  // namespace sinew::read::flatzinc
