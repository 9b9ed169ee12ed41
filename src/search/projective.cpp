// SPDX-License-Identifier: Apache-2.0
#include "search/projective.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "model/copy_layer.hpp"
#include "model/evaluate.hpp"
#include "search/witness.hpp"

namespace sinew::search {

using model::FormulaId;
using model::FormulaKind;
using model::Relation;

namespace {
constexpr std::size_t most_inputs = 32;
/// t where |x'| may be anything up to 1: the finite box is [-16, 16], about where small networks have their
/// breakpoints.
const Rational& nearness() {
    static const Rational value(1, 16);
    return value;
}
const Variable t_variable(0);

Variable scaled(Variable variable) {
    return Variable(variable.index() + 1);
}

bool is_homogeneous(const model::Activation& activation) {
    const std::vector<model::Piece> all = model::pieces(activation);
    return !all.empty() && std::all_of(all.begin(), all.end(), [](const model::Piece& piece) {
        return piece.intercept == 0 && (!piece.begin || *piece.begin == 0);
    });
}

/// t · form
LinearForm scaled(const LinearForm& form) {
    std::vector<LinearTerm> terms;
    terms.push_back({t_variable, form.constant()});
    for (const LinearTerm& term : form.terms()) terms.push_back({scaled(term.variable), term.coefficient});
    return LinearForm(std::move(terms), 0);
}

/// The matrix of one column that holds `bias`.
model::SparseMap column_of(const model::NumberArray& bias) {
    model::SparseMap map;
    map.columns = 1;
    for (std::size_t i = 0; i < bias.size(); ++i) {
        if (bias.nearest()[i] != 0 || !bias.holds_double(i)) {
            map.column.push_back(0);
            map.weight.push_back(bias.exact(i));
        }
        map.row_begin.push_back(map.column.size());
    }
    return map;
}

class Projection {
  public:
    explicit Projection(const model::Query& from) : from_(from) {}

    model::Query run() {
        result_.network.add_input("t", {1});
        for (const model::Layer& layer : from_.network.layers()) copy(layer);
        copy_formulas();
        result_.output_condition = formulas_[from_.output_condition.index()];
        std::vector<FormulaId> parts{formulas_[from_.input_condition.index()]};
        add_domains(parts);
        add_faces(parts);
        result_.input_condition = result_.formulas.conjunction(std::move(parts));
        return std::move(result_);
    }

  private:
    static model::LayerId moved(model::LayerId id) { return model::LayerId(id.index() + 1); }

    void copy(const model::Layer& layer) {
        if (std::holds_alternative<model::InputLayer>(layer.operation))
            result_.network.add_input(layer.name, layer.shape);
        else if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation))
            copy_scaled(layer, *affine);
        else
            model::copy_layer(result_.network, layer, moved);
    }
    /// Biases are multiples of t.
    void copy_scaled(const model::Layer& layer, model::AffineLayer operation) {
        for (model::AffineTerm& term : operation.terms) term.source = moved(term.source);
        model::SparseMap bias = column_of(operation.bias);
        if (!bias.column.empty()) operation.terms.push_back({model::LayerId(0), std::move(bias)});
        operation.bias = model::NumberArray(operation.bias.size());
        result_.network.add_affine(layer.name, layer.shape, std::move(operation));
    }

    void copy_formulas() {
        for (std::size_t i = 0; i < from_.formulas.size(); ++i) {
            const model::FormulaNode& node = from_.formulas.node(FormulaId(i));
            std::vector<FormulaId> children;
            for (const FormulaId child : node.children) children.push_back(formulas_[child.index()]);
            formulas_.push_back(copy(node, std::move(children)));
        }
    }
    FormulaId copy(const model::FormulaNode& node, std::vector<FormulaId> children) {
        model::FormulaStore& to = result_.formulas;
        switch (node.kind) {
            case FormulaKind::atom:
                return to.atom(scaled(node.atom.form), node.atom.relation);
            case FormulaKind::negation:
                return to.negation(children[0]);
            case FormulaKind::conjunction:
                return to.conjunction(std::move(children));
            case FormulaKind::disjunction:
                return to.disjunction(std::move(children));
            case FormulaKind::constant:
            case FormulaKind::boolean:
                break;
        }
        require(node.kind == FormulaKind::constant, "a query with free Booleans is not projected");
        return to.constant(node.value);
    }

    /// variable <= value where `sign` is 1, variable >= value where it is -1.
    FormulaId bounded(Variable variable, int sign, const Rational& value) {
        return result_.formulas.atom(LinearForm({{variable, sign}}, value * -sign), Relation::less_equal);
    }

    void add_domains(std::vector<FormulaId>& parts) {
        parts.push_back(result_.formulas.atom(LinearForm({{t_variable, -1}}, 0), Relation::less));
        model::Domain of_t;
        of_t.lower = 0;
        of_t.upper = nearness();
        result_.domains.emplace_back(t_variable, std::move(of_t));
        for (const Variable input : from_.network.input_variables()) {
            model::Domain domain;
            domain.lower = -1;
            domain.upper = 1;
            result_.domains.emplace_back(scaled(input), std::move(domain));
        }
        for (const auto& [variable, domain] : from_.domains) {
            for (const auto& [bound, sign] : {std::pair(&domain.upper, 1), std::pair(&domain.lower, -1)}) {
                if (!*bound) continue;
                LinearForm form({{variable, sign}}, **bound * -sign);
                parts.push_back(result_.formulas.atom(scaled(form), Relation::less_equal));
            }
        }
    }

    /// Where (t, x') lies: far enough out in one coordinate. Faces that the domains exclude are left out.
    void add_faces(std::vector<FormulaId>& parts) {
        std::vector<FormulaId> faces{bounded(t_variable, -1, nearness())};
        const Rational far = 1 / nearness();
        const std::vector<model::Domain> domains = input_domains(from_);
        const std::vector<Variable> inputs = from_.network.input_variables();
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (!domains[i].upper || *domains[i].upper >= far) faces.push_back(bounded(scaled(inputs[i]), -1, 1));
            if (!domains[i].lower || *domains[i].lower <= -far) faces.push_back(bounded(scaled(inputs[i]), 1, -1));
        }
        parts.push_back(result_.formulas.disjunction(std::move(faces)));
    }

    const model::Query& from_;
    model::Query result_;
    std::vector<FormulaId> formulas_;  // by node of from_
};
}  // namespace

bool projective_applies(const model::Query& query) {
    if (!query.boolean_names.empty() || query.network.input_variables().size() > most_inputs) return false;
    for (const auto& [variable, domain] : query.domains)
        if (domain.kind != model::DomainKind::real || !domain.values.empty()) return false;
    for (const model::Layer& layer : query.network.layers()) {
        const auto* activation = std::get_if<model::ActivationLayer>(&layer.operation);
        if (activation != nullptr && !is_homogeneous(activation->activation)) return false;
    }
    const std::vector<model::Domain> domains = input_domains(query);
    return std::any_of(domains.begin(), domains.end(),
                       [](const model::Domain& domain) { return !domain.lower || !domain.upper; });
}

model::Query project(const model::Query& query) {
    require(projective_applies(query), "the query is one that can be projected");
    return Projection(query).run();
}

model::Witness unproject(const model::Query& query, const model::Witness& projected) {
    const Rational& t = projected.values[t_variable.index()];
    require(t > 0, "a witness is no point at infinity");
    std::vector<Rational> inputs;
    std::vector<double> nearest;
    for (const Variable input : query.network.input_variables()) {
        inputs.push_back(projected.values[scaled(input).index()] / t);
        nearest.push_back(to_nearest(inputs.back()));
    }
    if (auto confirmation = confirm(query, nearest, {})) return std::move(confirmation->witness);
    return {model::evaluate(query.network, inputs), {}};
}

}  // namespace sinew::search
