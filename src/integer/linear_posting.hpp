// SPDX-License-Identifier: Apache-2.0
// From linear constraints as they are given to what the engine propagates best: a bound, a clause, a row, a big row.
#pragma once

#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "integer/engine.hpp"
#include "integer/model.hpp"

namespace sinew::integer {

/// Terms with each variable once, sorted, without zeros.
std::vector<Term> merged(std::span<const Term> terms);

class LinearPosting {
  public:
    explicit LinearPosting(Engine& engine) : engine_(engine) {}

    Bound constant(bool value);
    Bound equal(IntVar variable, const Integer& value);
    /// The constraint as a literal of one variable, if it is one.
    std::optional<Bound> as_bound(std::span<const Term> terms, Relation relation, const Integer& right);
    void post(std::span<const Term> terms, Relation relation, const Integer& right);
    void post_if(Bound literal, std::span<const Term> terms, Relation relation, const Integer& right);
    void post_iff(Bound literal, std::span<const Term> terms, Relation relation, const Integer& right);

  private:
    /// condition -> terms ⋈ right, for merged terms; `condition` without a view: always.
    void post_merged(Bound condition, std::vector<Term> terms, Relation relation, const Integer& right);
    void post_less_equal(Bound condition, const std::vector<Term>& terms, const Integer& right);
    void post_not_equal(Bound condition, const std::vector<Term>& terms, const Integer& right);
    void add_clause(Bound condition, std::vector<Bound> literals);
    bool post_as_clause(Bound condition, std::span<const Term> terms, const Integer& right);
    Bound bound_of(const Term& term, const Integer& right);
    Bound beside(Bound condition, std::span<const Term> terms);
    Bound new_boolean();

    Engine& engine_;
    Bound one_;  ///< always true; without a view until it is needed
    std::unordered_map<IntVar, std::unordered_map<Value, Bound>> equal_;
};

}  // namespace sinew::integer
