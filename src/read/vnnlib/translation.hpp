// SPDX-License-Identifier: Apache-2.0
// What a text asserts, over the variables of the question's network: products are folded where all factors but one have
// a value, or are integers of few values; others become layers of products.
#pragma once

#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/query.hpp"
#include "read/vnnlib/assertions.hpp"
#include "read/vnnlib/equal_inputs.hpp"

namespace sinew::read::vnnlib {

class Translation {
  public:
    /// `variables`: by element, of representatives among the inputs and of all hidden nodes and outputs. All must
    /// outlive it.
    Translation(const SexprReader& reader, const Declarations& declarations, const Assertions& assertions,
                EqualInputs& inputs, const std::vector<Variable>& variables, model::Query& query)
        : reader_(reader),
          declarations_(declarations),
          assertions_(assertions),
          inputs_(inputs),
          variables_(variables),
          query_(query) {}

    /// The formula over the query's variables, to whose network products may be added. InputError for too many values.
    model::FormulaId translate(model::FormulaId part);

  private:
    using Products = std::map<std::vector<Variable>, Rational>;  ///< over elements that are representatives or no input

    /// A sum whose products are over elements that have no value.
    struct Sum {
        LinearForm linear;  ///< likewise
        Products products;
        std::size_t offset = 0;  ///< of a product, in the text
    };
    model::FormulaId atom(const model::Atom& atom);
    Sum expanded(const LinearForm& form);
    void add_product(const Product& product, const Rational& coefficient, Sum& sum);
    model::FormulaId enumerated(const Sum& sum, model::Relation relation, std::size_t& left);
    static Sum with_value(const Sum& sum, Variable element, const Rational& value);
    LinearForm over_variables(const LinearForm& form) const;
    /// The sum over the query's variables, with a variable for each product.
    LinearForm with_layers(const Sum& sum);
    Variable product_of(Variable left, Variable right);

    const SexprReader& reader_;
    const Declarations& declarations_;
    const Assertions& assertions_;
    EqualInputs& inputs_;
    const std::vector<Variable>& variables_;
    model::Query& query_;
    std::unordered_map<model::FormulaId, model::FormulaId> done_;
    std::map<std::pair<Variable, Variable>, Variable> layers_;  ///< products by their factors, of the query's variables
};

}  // namespace sinew::read::vnnlib
