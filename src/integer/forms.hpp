// SPDX-License-Identifier: Apache-2.0
// Linear forms with rational coefficients over integer variables: what formulas and neurons are written in.
#pragma once

#include "exact/linear_form.hpp"
#include "integer/model.hpp"
#include "model/formula.hpp"

namespace sinew::integer {

/// (Σ terms + constant)/denominator, denominator > 0: a form over common denominators.
struct ScaledForm {
    std::vector<Term> terms;
    Integer constant;
    Integer denominator;
};
ScaledForm scaled(const LinearForm& form);

/// Constraints over forms whose Variable(i) stands for the model's IntVar(i).
class Forms {
  public:
    explicit Forms(Model& model) : model_(model) {}

    Model& model() { return model_; }
    static LinearForm of(IntVar variable) { return LinearForm(Variable(variable.index())); }

    /// form ⋈ 0.
    void demand(const LinearForm& form, model::Relation relation);
    /// literal -> form ⋈ 0.
    void demand_if(Bound literal, const LinearForm& form, model::Relation relation);
    /// A literal that is true iff form ⋈ 0.
    Bound literal(const LinearForm& form, model::Relation relation);
    /// The least and greatest values that the variables' bounds allow.
    std::pair<Rational, Rational> range(const LinearForm& form) const;
    /// A new quantity that is a multiple of 1/denominator within [lower, upper]. Absent if it has values beyond
    /// ±largest_value/denominator.
    std::optional<LinearForm> quantity(const Rational& lower, const Rational& upper, const Integer& denominator);

  private:
    Model& model_;
};

}  // namespace sinew::integer
