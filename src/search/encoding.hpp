// SPDX-License-Identifier: Apache-2.0
// A query as clauses over Booleans plus linear constraints that Booleans switch on: what DPLL(T) works with. Pure data,
// so that it can be tested, traced and given to any theory.
//
//   phase literal    of a piecewise-linear neuron: true iff its pre-activation lies right of a breakpoint
//   selector         of a max-pooling: true only if that member is the maximum
//   atom literal     of the condition: true iff the linear atom holds
//
// Columns of the linear theory are the inputs and the outputs of activations and poolings; affine layers are
// substituted.
#pragma once

#include <vector>

#include "model/query.hpp"
#include "sat/literal.hpp"

namespace sinew::search {

using LinearConstraint = model::Atom;  ///< over columns

/// `literal` true implies `constraint`.
struct ConditionalConstraint {
    sat::Literal literal;
    LinearConstraint constraint;
};

/// What a Boolean variable stands for, for traces and reports.
enum class MeaningKind { auxiliary, phase, selector, atom, boolean };
struct Meaning {
    MeaningKind kind = MeaningKind::auxiliary;
    std::int64_t number = 0;        ///< phase: its number in traces and clauses
    Variable neuron{};              ///< phase: the pre-activation; selector: the member
    Rational threshold{};           ///< phase: the breakpoint
    bool threshold_inside = false;  ///< phase: true at the breakpoint itself (z >= t rather than z > t)
    model::FormulaId atom{};        ///< atom
};

/// The breakpoint of a continuous two-piece neuron, output = value + slope·distance with one slope on each side.
/// `phase` may have either value where `distance` is 0, must be true where it is positive and false where it is
/// negative.
struct Breakpoint {
    sat::Literal phase;
    LinearForm distance;
    Variable output;
    Rational value;
    Rational slope_below;
    Rational slope_above;
};

struct Encoding {
    std::vector<Meaning> meanings;  ///< by Boolean variable
    std::vector<std::vector<sat::Literal>> clauses;
    std::vector<std::vector<sat::Literal>> output_clauses;  ///< what asserts the output condition
    std::vector<ConditionalConstraint> conditional;
    std::vector<LinearConstraint> permanent;
    std::vector<Variable> columns;        ///< every variable that occurs in a constraint, inputs included
    std::vector<Variable> integers;       ///< those of them that must be integers
    std::vector<sat::Literal> phases;     ///< phase literals in the order of their numbers
    std::vector<Breakpoint> breakpoints;  ///< for search: those of continuous two-piece neurons, in layer order
    std::vector<sat::Literal> booleans;   ///< of the query's free Booleans
    bool contradiction = false;           ///< the query is false before any search
    bool output_contradiction = false;    ///< the output condition is

    std::size_t variable_count() const { return meanings.size(); }
};

enum class Purpose {
    search,    ///< only neurons that the conditions depend on, with their relaxations
    textbook,  ///< every neuron, unconstrained until its phase is decided, phases exclusive at their breakpoint
};

/// Encodes the whole query: domains, both conditions, neurons. Piecewise-linear networks only. Linear in the size of
/// the network's matrices, but for affine layers that read affine layers, which are multiplied out row by row.
Encoding encode(const model::Query& query, Purpose purpose = Purpose::search);

}  // namespace sinew::search
