// An output condition over the scores of a folded network, as conditions on whole numbers and clauses over them.
#pragma once

#include <optional>
#include <vector>

#include "cardinality/problem.hpp"
#include "model/query.hpp"
#include "threshold/reduced_network.hpp"

namespace sinew::bnn {

/// A condition's literal; not valid: it is the constant.
struct ConditionLiteral {
    cardinality::Literal literal;
    bool constant = false;
};

class ScoreFormula {
  public:
    /// The output condition of `query`, whose network ends in the scores of `folded`. Throws UsageError where it speaks
    /// of anything but the last layer.
    ScoreFormula(const model::Query& query, const threshold::ThresholdNetwork& folded);

    std::span<const threshold::ScoreCondition> conditions() const { return conditions_; }
    /// Whether the output condition is a disjunction of conditions, or one.
    bool one_condition_is_enough() const;
    /// Adds that the output condition holds; `literals`: one for each condition.
    void add_to(cardinality::Problem& problem, std::span<const ConditionLiteral> literals) const;

  private:
    std::size_t add_atom(const model::Query& query, const threshold::ThresholdNetwork& folded, const LinearForm& form,
                         bool strict);
    void add_node(const model::Query& query, const threshold::ThresholdNetwork& folded, std::size_t node);

    /// A node of the formula: the conjunction or disjunction of earlier ones, or of conditions.
    struct Part {
        bool conjunction = true;
        bool negated = false;
        std::vector<std::size_t> parts;
        std::vector<std::size_t> conditions;
    };
    std::vector<threshold::ScoreCondition> conditions_;
    std::vector<Part> parts_;
    std::vector<std::size_t> part_of_;  ///< by formula node
    std::size_t root_ = 0;
};

}  // namespace sinew::bnn
