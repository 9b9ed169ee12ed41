// SPDX-License-Identifier: Apache-2.0
// The one question every reader ends in: networks, typed variables, a Boolean formula over linear atoms, an objective.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "exact/interval.hpp"
#include "model/formula.hpp"
#include "model/network.hpp"

namespace sinew::model {

enum class DomainKind { real, integer };

/// What an input may be. Absent bounds are infinite; bounds are inclusive (strict ones are conditions).
/// `int {-1, 1}` is an integer domain with `values`, sorted.
struct Domain {
    DomainKind kind = DomainKind::real;
    std::optional<Rational> lower;
    std::optional<Rational> upper;
    std::vector<Rational> values;  ///< non-empty: exactly these

    /// Tighten the bounds.
    void at_least(const Rational& bound);
    void at_most(const Rational& bound);
};

enum class Sense { minimize, maximize };
struct Objective {
    Sense sense = Sense::minimize;
    LinearForm form;
};

/// Integer neuron constraints with `steps` steps a unit (docs/neuron_constraints.md): with a precision all of a query's
/// neurons are such constraints, and it is one over integers.
enum class PrecisionReading { scaled, literal };
struct Precision {
    Integer steps;
    PrecisionReading reading = PrecisionReading::scaled;
};

/// Is there a value of the inputs (and of the free Booleans) with input_condition ∧ output_condition, the networks'
/// neurons following from the inputs? Both conditions may speak of any variable; they are two so that a text can be
/// written back.
struct Query {
    Network network;
    FormulaStore formulas;
    FormulaId input_condition;
    FormulaId output_condition;
    std::vector<std::pair<Variable, Domain>> domains;  ///< inputs without an entry are real and unbounded
    std::vector<std::string> boolean_names;            ///< one for each free Boolean
    std::optional<Objective> objective;
    std::optional<Precision> precision;

    /// Names that the input gave to variables; the rest are called by their layer and index.
    std::unordered_map<Variable, std::string> names;
    /// The order in which a report lists outputs (y0, y1, … or Y_0, …); may be empty.
    std::vector<Variable> outputs;
    /// Phase literals of the `dnn` format: number of the pre-activation's phase, by the pre-activation's variable.
    std::unordered_map<Variable, std::int64_t> phase_numbers;

    Query() : input_condition(formulas.constant(true)), output_condition(formulas.constant(true)) {}

    std::string name(Variable variable) const;
};

/// The same, and its objective (which it must have) better than `value`, strictly.
Query better_than(const Query& query, const Rational& value);

/// True iff the domain has `value` in it.
bool contains(const Domain& domain, const Rational& value);

/// The narrowest interval of doubles around a domain.
Interval enclosing(const Domain& domain);

/// Narrows the domain of the one variable that `row` speaks of; a strict bound counts as a closed one.
void narrow(Domain& domain, const Atom& row);

/// By input (input_variables() order): its domain; and the same with the bounds that conjuncts of the conditions put on
/// single inputs (strict ones as closed ones), and the least and greatest of listed values.
std::vector<Domain> input_domains(const Query& query);
std::vector<Domain> demanded_domains(const Query& query);

}  // namespace sinew::model
