// SPDX-License-Identifier: Apache-2.0
#include "oracle/random_formula.hpp"

namespace sinew::oracle {

RandomFormula::RandomFormula(Random& random, RandomNumber& numbers, const Sketch& sketch, const Values& values,
                             std::set<std::string>& features)
    : random_(random), numbers_(numbers), sketch_(sketch), values_(values), features_(features) {
    for (std::size_t b = 0; b < sketch.booleans; ++b) booleans_.push_back(random_.chance(0.5));
}

FormulaSketch RandomFormula::input_condition() {
    const double kind = random_.uniform();
    if (kind < 0.35) {
        FormulaSketch formula;
        formula.value = kind > 0.005;
        return formula;
    }
    if (kind < 0.6) return atom(Scope::inputs);
    return tree(2, Scope::inputs);
}

FormulaSketch RandomFormula::output_condition() {
    const double kind = random_.uniform();
    if (kind < 0.25) return atom(Scope::outputs);
    return tree(kind < 0.85 ? 2 : 3, kind < 0.6 ? Scope::outputs : Scope::anything);
}

FormulaSketch RandomFormula::node(Connective kind, std::size_t children, int depth, Scope scope) {
    FormulaSketch formula;
    formula.kind = kind;
    for (std::size_t i = 0; i < children; ++i) formula.children.push_back(tree(depth - 1, scope));
    return formula;
}

FormulaSketch RandomFormula::tree(int depth, Scope scope) {
    if (depth == 0 || random_.chance(0.15)) return leaf(scope);
    const double kind = random_.uniform();
    const auto some = static_cast<std::size_t>(random_.integer(2, 3));
    if (kind < 0.5) return node(Connective::conjunction, some, depth, scope);
    if (kind < 0.8) return node(Connective::disjunction, some, depth, scope);
    if (kind < 0.88) return node(Connective::negation, 1, depth, scope);
    features_.insert("xor, iff, implies or ite");
    if (kind < 0.91) return node(Connective::implication, 2, depth, scope);
    if (kind < 0.94) return node(Connective::equivalence, 2, depth, scope);
    if (kind < 0.97) return node(Connective::exclusive_or, 2, depth, scope);
    return node(Connective::choice, 3, depth, scope);
}

FormulaSketch RandomFormula::leaf(Scope scope) {
    FormulaSketch formula;
    if (random_.chance(0.01)) {
        formula.value = random_.chance(0.5);
        return formula;
    }
    if (sketch_.booleans > 0 && random_.chance(0.3)) {
        formula.kind = Connective::boolean;
        formula.boolean = static_cast<std::size_t>(random_.below(sketch_.booleans));
        return formula;
    }
    return atom(scope);
}

Place RandomFormula::place(Scope scope) {
    if (scope == Scope::inputs) {
        const std::vector<Place> inputs = input_places(sketch_);
        return inputs[random_.below(inputs.size())];
    }
    std::size_t layer = sketch_.layers.size() - 1;
    if (scope == Scope::anything) layer = static_cast<std::size_t>(random_.below(sketch_.layers.size()));
    return {layer, static_cast<std::size_t>(random_.below(sketch_.layers[layer].size))};
}

FormulaSketch RandomFormula::atom(Scope scope) {
    FormulaSketch formula;
    formula.kind = Connective::atom;
    const std::int64_t terms = random_.chance(0.6) ? 1 : random_.integer(2, 3);
    for (std::int64_t t = 0; t < terms; ++t) {
        const Rational coefficient = random_.chance(0.7) ? Rational(random_.chance(0.5) ? 1 : -1) : numbers_.weight();
        formula.terms.push_back({place(scope), coefficient});
    }
    formula.right = value_of(formula.terms, values_);
    if (random_.chance(0.55)) {
        features_.insert("threshold hit exactly");
    } else {
        formula.right +=
            (random_.chance(0.5) ? 1 : -1) * (random_.chance(0.5) ? numbers_.step() : abs(numbers_.bound()));
    }
    constexpr Comparison comparisons[] = {Comparison::less,    Comparison::less_equal,    Comparison::less,
                                          Comparison::greater, Comparison::greater_equal, Comparison::greater_equal,
                                          Comparison::equal,   Comparison::distinct};
    // Most atoms hold at the point, or nearly all queries would be unsatisfiable.
    const bool wanted = random_.chance(0.6);
    for (int attempt = 0; attempt < 3; ++attempt) {
        formula.comparison = comparisons[random_.below(std::size(comparisons))];
        if (holds(formula, values_, booleans_) == wanted) break;
    }
    if (formula.comparison == Comparison::equal || formula.comparison == Comparison::distinct)
        features_.insert("= or !=");
    if (formula.comparison == Comparison::less || formula.comparison == Comparison::greater)
        features_.insert("strict comparison");
    return formula;
}

}  // namespace sinew::oracle
