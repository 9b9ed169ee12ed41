// SPDX-License-Identifier: Apache-2.0
// The numbers of a script: declared constants, and the ones that a reader gives a name of its own: sums that are used
// again, and if-then-elses. Those that are activations of a linear form are recognised, so that a network written as
// SMT-LIB is a network again.
#pragma once

#include <string>
#include <vector>

#include "model/formula.hpp"
#include "model/network.hpp"

namespace sinew::read::smtlib {

enum class DefinitionKind : std::uint8_t {
    free,        ///< a declared constant
    affine,      ///< = form
    activation,  ///< = activation(base)
    cases,       ///< = form if condition, else otherwise
};

/// What a variable of the script is. Definitions only speak of variables that were made before.
struct Definition {
    DefinitionKind kind = DefinitionKind::free;
    std::string name;  ///< declared ones only
    bool integer = false;
    LinearForm form;
    LinearForm otherwise;
    model::FormulaId condition;
    Variable base;
    model::Activation activation;
};

class Definitions {
  public:
    explicit Definitions(const model::FormulaStore& formulas) : formulas_(formulas) {}

    std::size_t size() const { return definitions_.size(); }
    const Definition& operator[](Variable variable) const { return definitions_[variable.index()]; }

    Variable declare(std::string name, bool integer);
    /// A variable equal to `form`: the variable that it is, or a new one.
    Variable affine(const LinearForm& form);
    /// A variable equal to `then` where `condition` holds, else to `otherwise`.
    Variable if_then_else(model::FormulaId condition, LinearForm then, LinearForm otherwise);

    /// True iff an equation `variable = form` may be taken as the definition of a declared real: no definition made so
    /// far, and not the form, depends on it. Taken, it counts as one; so definitions never form a cycle.
    bool claim(Variable variable, const LinearForm& form);

  private:
    Variable add(Definition definition);
    void use(const LinearForm& form);
    void use(model::FormulaId condition);
    bool recognise(Definition& definition);
    bool recognise(Definition& definition, const LinearForm& side, bool strict, const LinearForm& high,
                   const LinearForm& low);
    bool activate(Definition& definition, const LinearForm& base, model::Activation activation);

    const model::FormulaStore& formulas_;
    std::vector<Definition> definitions_;
    std::vector<bool> used_;          ///< a definition speaks of it, or it has been claimed
    std::vector<bool> formula_used_;  ///< by formula: all its variables are used
};

}  // namespace sinew::read::smtlib
