// SPDX-License-Identifier: Apache-2.0
// What the symbols of expressions are in one question or model: variables are added, networks put on their inputs, as
// they occur.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "terms.hpp"

namespace sinew::python {

/// How one question or model adds what it meets.
struct Adding {
    std::function<std::vector<Expression>(const Block&)> variables;
    std::function<AddedNetwork(const Application&, const std::vector<Expression>&)> network;
};

/// Not copied: what it knows is of one question.
class Scope {
  public:
    explicit Scope(Adding adding) : adding_(std::move(adding)) {}

    /// Adds what they speak of, where that is new. UsageError for variables of another model.
    void add(const Owners& owners);
    /// What was known when there were so many blocks: the answer of a search can say it. UsageError for what the
    /// question did not speak of then.
    Expression known(const Term& term, std::size_t blocks) const;
    Condition known(const Truth& truth, std::size_t blocks) const;
    Expression resolved(const Term& term);
    Condition resolved(const Truth& truth);
    /// A block whose variables the question itself has.
    void set(const std::shared_ptr<const Block>& block, std::vector<Expression> values);

    /// In the order in which they came.
    const Owners& blocks() const { return order_; }

  private:
    struct Known {
        std::vector<Expression> values;
        std::size_t place = 0;  ///< in order_
    };
    const AddedNetwork& network(const Application& application);
    Expression of_symbol(const Owners& owners, std::size_t symbol, std::size_t blocks) const;

    Adding adding_;
    std::map<const Block*, Known> known_;
    std::map<const Application*, AddedNetwork> networks_;
    Owners order_;
};

/// The scope of a query: real and integer inputs, networks over reals. The query must outlive it.
Adding adding_to(Query& query);
Adding adding_to(Model& model);

}  // namespace sinew::python
