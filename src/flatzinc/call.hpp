// SPDX-License-Identifier: Apache-2.0
// One constraint being posted: its arguments as the engine knows them, and errors with its place.
#pragma once

#include <string>
#include <vector>

#include "flatzinc/poster.hpp"

namespace sinew::flatzinc {

/// Whether the constraint holds always, or its last argument, a Boolean, is equivalent to it or implies it.
enum class Mode : std::uint8_t { always, reified, implied };

class Call {
  public:
    Call(Poster& poster, const model::ProgramConstraint& constraint, Mode mode)
        : poster_(poster), constraint_(constraint), mode_(mode) {}

    Poster& poster() { return poster_; }
    integer::Model& model() { return poster_.model(); }
    Mode mode() const { return mode_; }

    // Argument i, counted from 0. InputError where it is something else.
    Bound literal(std::size_t i) const;
    IntVar variable(std::size_t i) const;
    std::int64_t constant(std::size_t i) const;
    bool is_constant(std::size_t i) const { return argument(i).kind == model::TermKind::integer; }
    bool flag(std::size_t i) const;
    std::span<const model::IntegerRange> set(std::size_t i) const;
    std::vector<Bound> literals(std::size_t i) const;
    std::vector<IntVar> variables(std::size_t i) const;
    std::vector<std::int64_t> constants(std::size_t i) const;
    /// The entries of an array of integers, constants and variables alike, as they stand.
    std::span<const model::Term> integers(std::size_t i) const;
    std::span<const model::Term> booleans(std::size_t i) const;

    /// Σ coefficients[i]·variables[j], which are arguments i and j.
    std::vector<integer::Term> sum(std::size_t coefficients, std::size_t variables) const;
    /// Posts Σ terms ⋈ right in the call's mode.
    void linear(std::span<const integer::Term> terms, integer::Relation relation, const Integer& right) const;
    /// Posts "all of these clauses" in the call's mode; `negation` are clauses that say the contrary (asked for when
    /// the constraint is reified).
    void clauses(const std::vector<std::vector<Bound>>& all, const std::vector<std::vector<Bound>>& negation) const;

    [[noreturn]] void fail(const std::string& message, std::string_view expected) const;

  private:
    const model::Term& argument(std::size_t i) const;
    [[noreturn]] void wrong(std::size_t i, std::string_view expected) const;
    const model::Term& array(std::size_t i, std::string_view expected) const;
    Bound condition() const;

    Poster& poster_;
    const model::ProgramConstraint& constraint_;
    Mode mode_;
};

/// Which names a predicate has: its own; also name_reif and name_imp, with a Boolean more; or its own is the reified
/// form (bool_and), beside name_imp.
enum class Forms : std::uint8_t { plain, modes, reifies };

/// A predicate of FlatZinc: its name, how many arguments it has without that Boolean, how it is posted.
struct Predicate {
    std::string_view name;
    std::size_t arguments;
    void (*post)(Call& call);
    Forms forms = Forms::plain;
};

std::span<const Predicate> comparison_predicates();
std::span<const Predicate> boolean_predicates();
std::span<const Predicate> arithmetic_predicates();
std::span<const Predicate> array_predicates();
std::span<const Predicate> neuron_predicates();

}  // namespace sinew::flatzinc
