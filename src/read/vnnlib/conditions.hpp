// SPDX-License-Identifier: Apache-2.0
// Sorts what a text asserts into domains of inputs, a condition on inputs and a condition on the rest.
#pragma once

#include <unordered_map>
#include <vector>

#include "model/query.hpp"

namespace sinew::read::vnnlib {

enum class Bound { lower, upper };

/// Collects assertions and writes them into a query.
class Conditions {
  public:
    explicit Conditions(model::Query& query) : query_(query) {}

    /// `input` is at least (lower) or at most (upper) `value`.
    void bound(Variable input, Bound side, const Rational& value);
    /// A formula that has to hold; conjunctions are taken apart.
    void add(model::FormulaId formula);
    /// Narrows the query's domains (in the inputs' order) and sets both conditions. A disjunction of boxes also bounds
    /// the domains by the smallest box around all of them.
    void finish();

  private:
    struct Interval {
        std::optional<Rational> lower;
        std::optional<Rational> upper;
    };
    using Box = std::unordered_map<Variable, Interval>;

    bool as_bound(const model::Atom& atom, Box& box) const;
    void bound_by_hull(const model::FormulaNode& disjunction);
    void find_inputs();
    void narrow(model::Domain& domain, const Interval& interval);

    model::Query& query_;
    Box domains_;
    bool contradiction_ = false;
    std::vector<model::FormulaId> input_parts_;
    std::vector<model::FormulaId> output_parts_;
    std::vector<bool> inputs_only_;  ///< by formula node, as far as computed
};

/// True iff every atom that speaks of something else than inputs is c·Y_i - c·Y_j ⋈ 0 for two outputs of the query.
bool only_compares_outputs(const model::Query& query);

}  // namespace sinew::read::vnnlib
