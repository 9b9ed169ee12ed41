// SPDX-License-Identifier: Apache-2.0
#include "read/smtlib/definitions.hpp"

#include <algorithm>
#include <optional>

namespace sinew::read::smtlib {

namespace {
using model::Activation;
using model::ActivationKind;
using model::FormulaKind;
using model::Relation;

/// k with left = k · right, if there is one; constants count. Needs right ≠ 0.
std::optional<Rational> ratio(const LinearForm& left, const LinearForm& right) {
    if (left.terms().size() != right.terms().size() || right.terms().empty()) return std::nullopt;
    const Rational k = left.terms()[0].coefficient / right.terms()[0].coefficient;
    for (std::size_t i = 0; i < left.terms().size(); ++i) {
        if (left.terms()[i].variable != right.terms()[i].variable) return std::nullopt;
        if (left.terms()[i].coefficient != k * right.terms()[i].coefficient) return std::nullopt;
    }
    if (left.constant() != k * right.constant()) return std::nullopt;
    return k;
}

/// side = k · (base - threshold) for a k > 0.
bool compares(const LinearForm& side, const LinearForm& base, const Rational& threshold) {
    LinearForm shifted = base;
    shifted.add_constant(-threshold);
    const std::optional<Rational> k = ratio(side, shifted);
    return k && *k > 0;
}

/// The variable that a form is, invalid if it is none.
Variable variable_of(const LinearForm& form) {
    const bool plain = form.terms().size() == 1 && form.constant() == 0 && form.terms()[0].coefficient == 1;
    return plain ? form.terms()[0].variable : Variable();
}
}  // namespace

Variable Definitions::add(Definition definition) {
    use(definition.form);
    use(definition.otherwise);
    if (definition.base.valid()) used_[definition.base.index()] = true;
    definitions_.push_back(std::move(definition));
    used_.push_back(false);
    return Variable(definitions_.size() - 1);
}

void Definitions::use(const LinearForm& form) {
    for (const LinearTerm& term : form.terms()) used_[term.variable.index()] = true;
}

Variable Definitions::declare(std::string name, bool integer) {
    Definition definition;
    definition.name = std::move(name);
    definition.integer = integer;
    return add(std::move(definition));
}

Variable Definitions::affine(const LinearForm& form) {
    const Variable known = variable_of(form);
    if (known.valid()) return known;
    Definition definition;
    definition.kind = DefinitionKind::affine;
    definition.form = form;
    return add(std::move(definition));
}

Variable Definitions::if_then_else(model::FormulaId condition, LinearForm then, LinearForm otherwise) {
    Definition definition;
    definition.kind = DefinitionKind::cases;
    definition.condition = condition;
    definition.form = std::move(then);
    definition.otherwise = std::move(otherwise);
    if (recognise(definition)) {
        definition.kind = DefinitionKind::activation;
        definition.form = definition.otherwise = LinearForm();
    } else {
        use(condition);
    }
    return add(std::move(definition));
}

/// The condition may speak of any variable; claim() must not make one of them depend on a definition. What is used once
/// stays used, so that no formula is walked twice, however many conditions share it.
void Definitions::use(model::FormulaId condition) {
    formula_used_.resize(std::max(formula_used_.size(), condition.index() + 1), false);
    std::vector<model::FormulaId> open{condition};
    while (!open.empty()) {
        const model::FormulaId id = open.back();
        open.pop_back();
        if (formula_used_[id.index()]) continue;
        formula_used_[id.index()] = true;
        const model::FormulaNode& node = formulas_.node(id);
        if (node.kind == FormulaKind::atom) use(node.atom.form);
        open.insert(open.end(), node.children.begin(), node.children.end());
    }
}

bool Definitions::claim(Variable variable, const LinearForm& form) {
    const Definition& definition = definitions_[variable.index()];
    if (definition.kind != DefinitionKind::free || definition.integer || used_[variable.index()]) return false;
    if (form.coefficient(variable) != 0) return false;
    used_[variable.index()] = true;
    use(form);
    return true;
}

bool Definitions::recognise(Definition& definition) {
    // Bring the condition to "side > 0" or "side >= 0", negating it where that helps.
    model::FormulaId id = definition.condition;
    bool holds = true;
    if (formulas_.node(id).kind == FormulaKind::negation) {
        id = formulas_.node(id).children[0];
        holds = false;
    }
    const model::FormulaNode& node = formulas_.node(id);
    if (node.kind != FormulaKind::atom || node.atom.relation == Relation::equal) return false;
    const bool strict = node.atom.relation == Relation::less;  // form < 0, or form <= 0
    const LinearForm& form = node.atom.form;
    LinearForm negative = form;
    negative.scale(-1);
    const LinearForm& then = holds ? definition.form : definition.otherwise;
    const LinearForm& otherwise = holds ? definition.otherwise : definition.form;
    // `then` where -form > 0 (or >= 0); `otherwise` where form >= 0 (or > 0).
    return recognise(definition, negative, strict, then, otherwise) ||
           recognise(definition, form, !strict, otherwise, then);
}

/// high where side > 0 (or side >= 0 if not `strict`), else low.
bool Definitions::recognise(Definition& definition, const LinearForm& side, bool strict, const LinearForm& high,
                            const LinearForm& low) {
    Activation activation;
    if (!high.is_constant() && low.is_constant() && compares(side, high, low.constant())) {  // max(high, low)
        activation.kind = low.constant() == 0 ? ActivationKind::relu : ActivationKind::clip;
        if (low.constant() != 0) activation.lower = low.constant();
        return activate(definition, high, activation);
    }
    if (!high.is_constant() && compares(side, high, 0)) {
        const std::optional<Rational> slope = ratio(low, high);
        if (!slope) return false;
        activation.kind = ActivationKind::leaky_relu;
        activation.slope = *slope;
        return activate(definition, high, activation);
    }
    if (high.is_constant() && !low.is_constant()) {
        activation.kind = ActivationKind::clip;
        activation.upper = high.constant();
        if (compares(side, low, high.constant())) return activate(definition, low, activation);  // min(low, high)
        const Variable inner_variable = variable_of(low);
        if (!inner_variable.valid()) return false;
        const Definition inner = definitions_[inner_variable.index()];
        if (inner.kind == DefinitionKind::activation) {
            const bool relu = inner.activation.kind == ActivationKind::relu;
            if (!relu && (inner.activation.kind != ActivationKind::clip || inner.activation.upper)) return false;
            activation.lower = relu ? Rational(0) : *inner.activation.lower;
            if (*activation.lower >= high.constant()) return false;
            const LinearForm base(inner.base);
            if (compares(side, base, high.constant())) return activate(definition, base, activation);
            // The base of the inner one may be a form of its own.
            const Definition& of_base = definitions_[inner.base.index()];
            if (of_base.kind != DefinitionKind::affine || !compares(side, of_base.form, high.constant())) return false;
            return activate(definition, base, activation);
        }
        if (!strict || high.constant() != 1 || inner.kind != DefinitionKind::cases) return false;
        // 1 where side > 0, 0 where side = 0, else -1.
        const model::FormulaNode& node = formulas_.node(inner.condition);
        if (!inner.form.is_constant() || inner.form.constant() != 0 || !inner.otherwise.is_constant() ||
            inner.otherwise.constant() != -1 || node.kind != FormulaKind::atom ||
            node.atom.relation != Relation::less_equal)
            return false;
        const std::optional<Rational> k = ratio(node.atom.form, side);
        if (!k || *k >= 0) return false;
        activation = {ActivationKind::signum, 0, {}, {}};
        return activate(definition, side, activation);
    }
    if (!high.is_constant() || !low.is_constant() || strict || high.constant() != 1) return false;
    if (low.constant() != 0 && low.constant() != -1) return false;
    activation.kind = low.constant() == 0 ? ActivationKind::hardlim : ActivationKind::sign;
    return activate(definition, side, activation);
}

bool Definitions::activate(Definition& definition, const LinearForm& base, Activation activation) {
    definition.base = affine(base);
    definition.activation = std::move(activation);
    return true;
}

}  // namespace sinew::read::smtlib
