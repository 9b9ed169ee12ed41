// SPDX-License-Identifier: Apache-2.0
// The questions: draw_query()'s with an objective, and small ones over whole numbers.
#include <algorithm>

#include "base/random.hpp"
#include "oracle/dnn_text.hpp"
#include "oracle/objective.hpp"
#include "oracle/random_query.hpp"
#include "oracle/z3_encoding.hpp"

namespace sinew::oracle {

namespace {
using model::ActivationKind;

/// Small whole numbers everywhere, so that atoms meet in their boundaries.
class SmallQuestion {
  public:
    explicit SmallQuestion(Random& random) : random_(random) {}

    Sketch draw() {
        draw_inputs();
        if (random_.chance(0.6)) {
            add_affine(static_cast<std::size_t>(random_.integer(1, 3)));
            add_activation();
        }
        if (random_.chance(0.7)) add_affine(static_cast<std::size_t>(random_.integer(1, 2)));
        if (random_.chance(0.08)) sketch_.booleans = 1;
        if (random_.chance(0.7)) sketch_.input_condition = tree(random_.chance(0.5) ? 1 : 2);
        sketch_.output_condition = tree(random_.chance(0.6) ? 2 : 3);
        return std::move(sketch_);
    }

  private:
    Rational small() { return Rational(random_.integer(-2, 2)); }

    void draw_inputs() {
        LayerSketch layer;
        layer.size = static_cast<std::size_t>(random_.integer(1, 3));
        for (std::size_t i = 0; i < layer.size; ++i) {
            DomainSketch domain;
            const Rational low(random_.integer(-3, 2));
            const Rational high = low + Rational(random_.integer(random_.chance(0.9) ? 1 : 0, 4));
            if (random_.chance(0.75)) domain.lower = low;
            if (random_.chance(0.75)) domain.upper = high;
            domain.integer = random_.chance(0.08);
            sketch_.domains.push_back(std::move(domain));
        }
        sketch_.layers.push_back(std::move(layer));
    }

    void add_affine(std::size_t size) {
        LayerSketch layer;
        layer.kind = LayerKind::affine;
        layer.size = size;
        Source source;
        source.layer = sketch_.layers.size() - 1;
        for (std::size_t r = 0; r < size; ++r) {
            source.weights.emplace_back();
            for (std::size_t c = 0; c < sketch_.layers.back().size; ++c) source.weights.back().push_back(small());
            layer.bias.push_back(small());
        }
        layer.sources.push_back(std::move(source));
        sketch_.layers.push_back(std::move(layer));
    }

    void add_activation() {
        constexpr ActivationKind kinds[] = {ActivationKind::relu,   ActivationKind::relu, ActivationKind::leaky_relu,
                                            ActivationKind::clip,   ActivationKind::sign, ActivationKind::signum,
                                            ActivationKind::hardlim};
        LayerSketch layer;
        layer.kind = LayerKind::activation;
        layer.source = sketch_.layers.size() - 1;
        layer.size = sketch_.layers.back().size;
        layer.activation.kind = kinds[random_.below(std::size(kinds))];
        if (layer.activation.kind == ActivationKind::leaky_relu) layer.activation.slope = Rational(-1, 2) * small();
        if (layer.activation.kind == ActivationKind::clip) {
            layer.activation.lower = -1;
            layer.activation.upper = 1;
        }
        sketch_.layers.push_back(std::move(layer));
    }

    FormulaSketch tree(int depth) {
        FormulaSketch formula;
        if (depth == 0 || random_.chance(0.1)) return leaf();
        constexpr Connective kinds[] = {Connective::conjunction, Connective::conjunction,  Connective::disjunction,
                                        Connective::disjunction, Connective::negation,     Connective::implication,
                                        Connective::equivalence, Connective::exclusive_or, Connective::choice};
        formula.kind = kinds[random_.below(std::size(kinds))];
        const int children = formula.kind == Connective::negation ? 1 : formula.kind == Connective::choice ? 3 : 2;
        for (int c = 0; c < children; ++c) formula.children.push_back(tree(depth - 1));
        return formula;
    }

    FormulaSketch leaf() {
        FormulaSketch formula;
        if (sketch_.booleans > 0 && random_.chance(0.25)) {
            formula.kind = Connective::boolean;
            return formula;
        }
        formula.kind = Connective::atom;
        const std::int64_t terms = random_.chance(0.65) ? 1 : 2;
        for (std::int64_t t = 0; t < terms; ++t) {
            // Inputs more often than neurons: their thresholds are where regions end.
            const std::size_t layer = random_.chance(0.6) ? 0 : random_.below(sketch_.layers.size());
            const Rational coefficient = random_.chance(0.8) ? Rational(random_.chance(0.5) ? 1 : -1) : small();
            formula.terms.push_back({{layer, random_.below(sketch_.layers[layer].size)}, coefficient});
        }
        formula.right = Rational(random_.integer(-3, 3));
        constexpr Comparison comparisons[] = {Comparison::less,          Comparison::less_equal, Comparison::equal,
                                              Comparison::greater_equal, Comparison::greater,    Comparison::distinct};
        formula.comparison = comparisons[random_.below(std::size(comparisons))];
        return formula;
    }

    Random& random_;
    Sketch sketch_;
};
}  // namespace

ObjectiveSketch draw_objective(std::uint64_t seed, std::uint64_t index) {
    Random random(Random(seed * 0x2545f4914f6cdd1dULL + index).next() ^ 0x6f626a6563746976ULL);
    ObjectiveSketch question;
    question.sketch = random.chance(0.5) ? SmallQuestion(random).draw() : draw_query(seed, index).sketch;
    question.maximize = random.chance(0.5);
    const std::vector<LayerSketch>& layers = question.sketch.layers;
    const std::int64_t terms = random.chance(0.02) ? 0 : random.integer(1, 3);
    for (std::int64_t t = 0; t < terms; ++t) {
        const double kind = random.uniform();
        const std::size_t layer = kind < 0.4 ? 0 : kind < 0.8 ? layers.size() - 1 : random.below(layers.size());
        question.terms.push_back({{layer, random.below(layers[layer].size)}, Rational(random.integer(-2, 2))});
    }
    return question;
}

model::Query build(const ObjectiveSketch& question) {
    model::Query query = build(question.sketch);
    std::vector<std::size_t> first{0};
    for (const LayerSketch& layer : question.sketch.layers) first.push_back(first.back() + layer.size);
    std::vector<LinearTerm> terms;
    for (const Term& term : question.terms)
        terms.push_back({Variable(first[term.place.layer] + term.place.index), term.coefficient});
    query.objective = {question.maximize ? model::Sense::maximize : model::Sense::minimize,
                       LinearForm(std::move(terms), 0)};
    return query;
}

std::string text_of(const ObjectiveSketch& question) {
    std::string text = dnn_text(question.sketch, 0).value_or(z3_script(question.sketch));
    text += question.maximize ? "maximize" : "minimize";
    for (const Term& term : question.terms)
        text += " + " + term.coefficient.get_str() + " * component " + std::to_string(term.place.index) + " of layer " +
                std::to_string(term.place.layer);
    return text + "\n";
}

}  // namespace sinew::oracle
