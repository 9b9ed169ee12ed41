// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "oracle/sketch.hpp"

namespace sinew::oracle {

namespace {
using model::LayerId;

class Builder {
  public:
    explicit Builder(const Sketch& sketch) : sketch_(sketch) {}

    model::Query run() {
        for (std::size_t l = 0; l < sketch_.layers.size(); ++l) ids_.push_back(add_layer(l, sketch_.layers[l]));
        name_variables();
        const std::vector<Place> places = input_places(sketch_);
        for (std::size_t i = 0; i < places.size(); ++i) add_domain(variable(places[i]), sketch_.domains[i]);
        for (std::size_t b = 0; b < sketch_.booleans; ++b) query_.boolean_names.push_back("p" + std::to_string(b));
        query_.input_condition = formula(sketch_.input_condition);
        query_.output_condition = formula(sketch_.output_condition);
        return std::move(query_);
    }

  private:
    Variable variable(Place place) const { return query_.network.variable(ids_[place.layer], place.index); }

    static model::NumberArray numbers(const std::vector<Rational>& values) {
        model::NumberArray array;
        for (const Rational& value : values) array.push_back(value);
        return array;
    }

    static model::LinearMap map_of(const Source& source, std::size_t columns) {
        if (source.storage == Storage::convolution) {
            model::ConvolutionMap map = source.geometry;
            map.kernel = numbers(source.kernel);
            return map;
        }
        if (source.storage == Storage::sparse) {
            model::SparseMap map;
            map.columns = columns;
            for (const auto& row : source.weights) {
                for (std::size_t c = 0; c < row.size(); ++c) {
                    if (row[c] == 0) continue;
                    map.column.push_back(static_cast<std::uint32_t>(c));
                    map.weight.push_back(row[c]);
                }
                map.row_begin.push_back(map.column.size());
            }
            return map;
        }
        model::DenseMap map{source.weights.size(), columns, {}};
        for (const auto& row : source.weights)
            for (const Rational& weight : row) map.weights.push_back(weight);
        return map;
    }

    LayerId add_layer(std::size_t l, const LayerSketch& layer) {
        const std::string number = std::to_string(l);
        switch (layer.kind) {
            case LayerKind::input:
                return query_.network.add_input("in" + number, {layer.size});
            case LayerKind::affine: {
                model::AffineLayer affine;
                for (const Source& source : layer.sources)
                    affine.terms.push_back({ids_[source.layer], map_of(source, sketch_.layers[source.layer].size)});
                affine.bias = numbers(layer.bias);
                return query_.network.add_affine("affine" + number, {layer.size}, std::move(affine));
            }
            case LayerKind::activation:
                return query_.network.add_activation("act" + number, ids_[layer.source], layer.activation);
            case LayerKind::max_pool: {
                model::MaxPoolLayer pool;
                pool.source = ids_[layer.source];
                for (const auto& window : layer.windows) {
                    for (const std::size_t member : window) pool.member.push_back(static_cast<std::uint32_t>(member));
                    pool.begin.push_back(pool.member.size());
                }
                return query_.network.add_max_pool("pool" + number, {layer.size}, std::move(pool));
            }
        }
        throw ContractBreach("a layer has a kind");
    }

    /// Names as the dnn reader gives them: x, a (read by an activation), n, and y for an affine layer nobody reads.
    void name_variables() {
        std::vector<bool> is_read(sketch_.layers.size(), false);
        for (const LayerSketch& layer : sketch_.layers) {
            if (layer.kind == LayerKind::activation || layer.kind == LayerKind::max_pool) is_read[layer.source] = true;
            for (const Source& source : layer.sources) is_read[source.layer] = true;
        }
        std::size_t x = 0;
        std::size_t y = 0;
        std::int64_t phase = 0;
        for (std::size_t l = 0; l < sketch_.layers.size(); ++l) {
            const LayerSketch& layer = sketch_.layers[l];
            for (std::size_t i = 0; i < layer.size; ++i) {
                const Variable v = variable({l, i});
                if (layer.kind == LayerKind::input) query_.names[v] = "x" + std::to_string(x++);
                if (layer.kind == LayerKind::affine && !is_read[l]) {
                    query_.names[v] = "y" + std::to_string(y++);
                    query_.outputs.push_back(v);
                }
                if (layer.kind == LayerKind::activation && layer.activation.kind == model::ActivationKind::relu)
                    query_.phase_numbers.emplace(variable({layer.source, i}), ++phase);
            }
        }
    }

    void add_domain(Variable v, const DomainSketch& sketch) {
        if (!sketch.integer && !sketch.lower && !sketch.upper && sketch.values.empty()) return;
        model::Domain domain;
        domain.kind = sketch.integer ? model::DomainKind::integer : model::DomainKind::real;
        domain.lower = sketch.lower;
        domain.upper = sketch.upper;
        domain.values = sketch.values;
        query_.domains.emplace_back(v, std::move(domain));
    }

    model::FormulaId atom(const FormulaSketch& sketch) {
        std::vector<LinearTerm> terms;
        for (const Term& term : sketch.terms) terms.push_back({variable(term.place), term.coefficient});
        const LinearForm left(std::move(terms), -sketch.right);
        LinearForm right = left;
        right.scale(-1);
        model::FormulaStore& store = query_.formulas;
        switch (sketch.comparison) {
            case Comparison::less:
                return store.atom(left, model::Relation::less);
            case Comparison::less_equal:
                return store.atom(left, model::Relation::less_equal);
            case Comparison::equal:
                return store.atom(left, model::Relation::equal);
            case Comparison::greater_equal:
                return store.atom(right, model::Relation::less_equal);
            case Comparison::greater:
                return store.atom(right, model::Relation::less);
            case Comparison::distinct:
                return store.negation(store.atom(left, model::Relation::equal));
        }
        throw ContractBreach("an atom has a comparison");
    }

    model::FormulaId formula(const FormulaSketch& sketch) {
        model::FormulaStore& store = query_.formulas;
        std::vector<model::FormulaId> children;
        for (const FormulaSketch& child : sketch.children) children.push_back(formula(child));
        switch (sketch.kind) {
            case Connective::constant:
                return store.constant(sketch.value);
            case Connective::boolean:
                return store.boolean(model::BooleanVariable(sketch.boolean));
            case Connective::atom:
                return atom(sketch);
            case Connective::negation:
                return store.negation(children[0]);
            case Connective::conjunction:
                return store.conjunction(std::move(children));
            case Connective::disjunction:
                return store.disjunction(std::move(children));
            case Connective::implication:
                return store.implication(children[0], children[1]);
            case Connective::equivalence:
                return store.equivalence(children[0], children[1]);
            case Connective::exclusive_or:
                return store.exclusive_or(children[0], children[1]);
            case Connective::choice:
                return store.if_then_else(children[0], children[1], children[2]);
        }
        throw ContractBreach("a formula has a connective");
    }

    const Sketch& sketch_;
    model::Query query_;
    std::vector<LayerId> ids_;
};
}  // namespace

model::Query build(const Sketch& sketch) {
    return Builder(sketch).run();
}

}  // namespace sinew::oracle
