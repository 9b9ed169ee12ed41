// SPDX-License-Identifier: Apache-2.0
// What a Query keeps, and how what verify/ answers becomes a Solution.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sinew/query.hpp>

#include "api/network_data.hpp"
#include "base/limits.hpp"
#include "base/settings.hpp"
#include "model/query.hpp"

namespace sinew {

/// The variable that an expression is, if it is one.
std::optional<Variable> single_variable(const Expression& expression);

/// What Query and Model add to a query of the model, by expressions.
struct BuiltQuery {
    model::Query query;

    /// An input layer of `count` components; an array's are called name_0, name_1, ….
    std::vector<Expression> add_inputs(const std::string& name, std::size_t count, bool is_array,
                                       const model::Domain& domain);
    /// The layer of these components: one that is there already, or an affine one.
    model::LayerId layer_of(const std::vector<Expression>& components);
    /// All components of a copy of the network on these inputs (UsageError for another number), by its variables.
    std::vector<Expression> copy(const NetworkData& data, const std::vector<Expression>& inputs);
    /// UsageError where it speaks of variables that are not there; so in the next two.
    void check(const Expression& expression) const;
    model::FormulaId formula(const Condition& condition);
    void set_objective(model::Sense sense, const Expression& objective);
    /// By expression: only integers are in it.
    std::vector<bool> discrete(const std::vector<Expression>& expressions) const;
};

/// UsageError where the bounds cross.
model::Domain domain_between(model::DomainKind kind, std::optional<Rational> lower, std::optional<Rational> upper);
/// UsageError without any.
model::Domain domain_of(const std::vector<Integer>& values);

struct Query::State : BuiltQuery {};

/// The seed, and the settings read.
Settings settings_of(const SolveOptions& options);

/// The clock begins. UsageError for less than one thread.
Limits limits_of(const SolveOptions& options);

/// Decided, or its best value found; by verify/.
Solution solved(const model::Query& query, const SolveOptions& options, const Limits& limits);

/// As Query::export_as() says.
std::string text_of(const model::Query& query, const std::string& format);

/// That at least one of these is not what it is in `solution`, or not as near to it as `distance`. `is_discrete`
/// tells of each whether it has finitely many values near any. UsageError as Query::exclude() says.
Condition outside(const Solution& solution, const std::vector<Expression>& expressions,
                  const std::vector<bool>& is_discrete, const Rational& distance);

}  // namespace sinew
