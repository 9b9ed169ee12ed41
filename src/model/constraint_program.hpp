// SPDX-License-Identifier: Apache-2.0
// A constraint program over integers and Booleans as FlatZinc tells it: variables, constraints by the names of their
// predicates, what to optimise, what to print. Flat tables: such programs have millions of rows and no depth.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sinew::model {

/// No integer of a program lies beyond ±this; a variable declared without bounds ranges over all of it.
inline constexpr std::int64_t largest_program_integer = (std::int64_t{1} << 62) - 1;

/// Closed.
struct IntegerRange {
    std::int64_t lower = 0;
    std::int64_t upper = 0;
    friend bool operator==(const IntegerRange&, const IntegerRange&) = default;
};

enum class TermKind : std::uint8_t { boolean, integer, variable, array, set, number, text };

/// What may stand as an argument. value: a Boolean (0, 1), an integer, the number of a variable; or where the elements
/// of an array and the ranges of a set begin in the program's tables, of which there are `size`. Numbers with a point
/// and texts are told apart, but not kept: no predicate takes them.
struct Term {
    TermKind kind = TermKind::integer;
    std::uint32_t size = 0;
    std::int64_t value = 0;
    friend bool operator==(const Term&, const Term&) = default;
};

struct ProgramVariable {
    std::string name;
    bool is_boolean = false;
    /// Defined by a constraint, so that a search has no need to branch on it.
    bool is_defined = false;
    /// A set; without bounds it is all of ±largest_program_integer. It may be empty.
    Term domain{TermKind::set, 0, 0};
};

struct ProgramConstraint {
    std::uint32_t predicate = 0;  ///< in ConstraintProgram::predicates
    std::uint32_t begin = 0;      ///< of its arguments in ConstraintProgram::arguments
    std::uint32_t size = 0;
    std::uint32_t line = 0;  ///< where it stands in the file
    std::uint32_t column = 0;
};

/// int_search or bool_search: branch on these variables in the way that these words tell.
struct SearchStep {
    Term variables{TermKind::array, 0, 0};
    std::string variable_choice;
    std::string value_choice;
};

/// A variable (or array, with the index sets of its dimensions) whose values are printed.
struct ProgramOutput {
    std::string name;
    Term term;
    bool is_boolean = false;
    std::vector<IntegerRange> dimensions;  ///< empty for one variable
};

enum class Goal : std::uint8_t { satisfy, minimize, maximize };

struct ConstraintProgram {
    std::string file;  ///< for errors
    std::vector<ProgramVariable> variables;
    std::vector<Term> elements;        ///< of arrays: never arrays themselves
    std::vector<IntegerRange> ranges;  ///< of sets: ascending, with gaps between those of one set
    std::vector<std::string> predicates;
    std::vector<Term> arguments;
    std::vector<ProgramConstraint> constraints;
    Goal goal = Goal::satisfy;
    Term objective;  ///< an integer or a variable
    std::vector<SearchStep> search;
    std::vector<ProgramOutput> outputs;

    std::span<const Term> elements_of(const Term& array) const {
        return std::span(elements).subspan(static_cast<std::size_t>(array.value), array.size);
    }
    std::span<const IntegerRange> ranges_of(const Term& set) const {
        return std::span(ranges).subspan(static_cast<std::size_t>(set.value), set.size);
    }
    std::span<const Term> arguments_of(const ProgramConstraint& constraint) const {
        return std::span(arguments).subspan(constraint.begin, constraint.size);
    }
};

}  // namespace sinew::model
