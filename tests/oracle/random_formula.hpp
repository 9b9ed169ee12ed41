// SPDX-License-Identifier: Apache-2.0
// Random conditions around one point of the network: an atom's threshold is often exactly its form's value there.
#pragma once

#include <set>
#include <string>

#include "base/random.hpp"
#include "oracle/random_number.hpp"
#include "oracle/sketch.hpp"

namespace sinew::oracle {

class RandomFormula {
  public:
    /// `values` are those of `sketch` at the point.
    RandomFormula(Random& random, RandomNumber& numbers, const Sketch& sketch, const Values& values,
                  std::set<std::string>& features);

    FormulaSketch input_condition();
    FormulaSketch output_condition();

  private:
    enum class Scope { inputs, outputs, anything };

    FormulaSketch tree(int depth, Scope scope);
    FormulaSketch leaf(Scope scope);
    FormulaSketch atom(Scope scope);
    FormulaSketch node(Connective kind, std::size_t children, int depth, Scope scope);
    Place place(Scope scope);

    Random& random_;
    RandomNumber& numbers_;
    const Sketch& sketch_;
    Values values_;
    std::set<std::string>& features_;
    std::vector<bool> booleans_;  ///< their truth at the point
};

}  // namespace sinew::oracle
