// What a Query keeps, and how what verify/ answers becomes a Solution.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sinew/query.hpp>

#include "base/settings.hpp"
#include "model/query.hpp"

namespace sinew {

/// The variable that an expression is, if it is one.
std::optional<Variable> single_variable(const Expression& expression);

struct Query::State {
    model::Query query;

    std::vector<Expression> add_inputs(const std::string& name, std::size_t count, bool is_array,
                                       const model::Domain& domain);
    /// The layer of these components: one that is there already, or an affine one.
    model::LayerId layer_of(const std::vector<Expression>& components);
    void set_objective(model::Sense sense, const Expression& objective);
};

/// The seed, and the settings read.
Settings settings_of(const SolveOptions& options);

/// Decided, or its best value found; by verify/.
Solution solved(const model::Query& query, const SolveOptions& options);

/// That at least one of these is not what it is in `solution`, or not as near to it as `distance`. `is_whole` tells of
/// each whether its values are whole numbers. UsageError as Query::exclude() says.
Condition outside(const Solution& solution, const std::vector<Expression>& expressions,
                  const std::vector<bool>& is_whole, const Rational& distance);

}  // namespace sinew
