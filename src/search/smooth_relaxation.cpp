// SPDX-License-Identifier: Apache-2.0
#include "search/smooth_relaxation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/copy_layer.hpp"

namespace sinew::search {

using model::ActivationLayer;
using model::FormulaId;
using model::Relation;

namespace {
bool is_smooth(const model::Layer& layer) {
    const auto* activation = std::get_if<ActivationLayer>(&layer.operation);
    return activation != nullptr && !model::is_piecewise_linear(activation->activation);
}

/// The network with smooth layers as inputs. Layers keep their places, so variables keep their numbers.
model::Network without_smooth_layers(const model::Network& network) {
    model::Network result;
    for (const model::Layer& layer : network.layers()) {
        if (is_smooth(layer) || std::holds_alternative<model::InputLayer>(layer.operation))
            result.add_input(layer.name, layer.shape);
        else
            model::copy_layer(result, layer, [](model::LayerId source) { return source; });
    }
    return result;
}

/// sign·(output - slope·input - intercept) <= 0
FormulaId line(model::FormulaStore& formulas, const SmoothNeuron& neuron, int sign, double slope, double intercept) {
    LinearForm form({{neuron.output, Rational(sign)}, {neuron.input, -sign * to_rational(slope)}},
                    -sign * to_rational(intercept));
    return formulas.atom(std::move(form), Relation::less_equal);
}

/// variable - bound ⋈ 0
FormulaId below(model::FormulaStore& formulas, Variable variable, double bound, Relation relation) {
    return formulas.atom(LinearForm({{variable, 1}}, -to_rational(bound)), relation);
}

void add_segments(model::FormulaStore& formulas, const SmoothNeuron& neuron, std::vector<FormulaId>& facts) {
    if (std::isfinite(neuron.known.upper))
        facts.push_back(below(formulas, neuron.input, neuron.known.upper, Relation::less_equal));
    if (std::isfinite(neuron.known.lower))
        facts.push_back(formulas.negation(below(formulas, neuron.input, neuron.known.lower, Relation::less)));
    for (std::size_t segment = 0; segment <= neuron.cuts.size(); ++segment) {
        const bool first = segment == 0;
        const bool last = segment == neuron.cuts.size();
        const Interval side{first ? neuron.known.lower : neuron.cuts[segment - 1],
                            last ? neuron.known.upper : neuron.cuts[segment]};
        const bounds::Lines lines = neuron.function->relax(side);
        std::vector<FormulaId> both = {line(formulas, neuron, 1, lines.upper_slope, lines.upper_intercept),
                                       line(formulas, neuron, -1, lines.lower_slope, lines.lower_intercept)};
        std::vector<FormulaId> clause = {formulas.conjunction(std::move(both))};
        if (!first) clause.push_back(below(formulas, neuron.input, side.lower, Relation::less));
        if (!last) clause.push_back(formulas.negation(below(formulas, neuron.input, side.upper, Relation::less)));
        facts.push_back(formulas.disjunction(std::move(clause)));
    }
}
}  // namespace

SmoothRelaxation::SmoothRelaxation(const model::Query& query) : query_(&query) {
    const std::vector<model::Layer>& layers = query.network.layers();
    functions_.reserve(layers.size());
    for (const model::Layer& layer : layers) {
        if (!is_smooth(layer)) continue;
        const auto& operation = std::get<ActivationLayer>(layer.operation);
        functions_.emplace_back(operation.activation);
        const std::size_t source = query.network.layer(operation.source).first.index();
        for (std::size_t i = 0; i < layer.size; ++i)
            neurons_.push_back({Variable(source + i), Variable(layer.first.index() + i), &functions_.back(), {}, {}});
    }
}

void SmoothRelaxation::narrow(const bounds::State& state) {
    for (SmoothNeuron& neuron : neurons_) {
        neuron.known = intersect(neuron.known, state.at(neuron.input));
        std::erase_if(neuron.cuts, [&](double cut) { return !(neuron.known.lower < cut && cut < neuron.known.upper); });
    }
}

bool SmoothRelaxation::cut_at_zero() {
    bool changed = false;
    for (SmoothNeuron& neuron : neurons_) {
        const auto at = std::lower_bound(neuron.cuts.begin(), neuron.cuts.end(), 0.0);
        if (!(neuron.known.lower < 0 && neuron.known.upper > 0) || (at != neuron.cuts.end() && *at == 0)) continue;
        neuron.cuts.insert(at, 0.0);
        changed = true;
    }
    return changed;
}

model::Query SmoothRelaxation::build() const {
    model::Query result;
    result.network = without_smooth_layers(query_->network);
    result.formulas = query_->formulas;
    result.domains = query_->domains;
    result.boolean_names = query_->boolean_names;
    result.output_condition = query_->output_condition;
    std::vector<FormulaId> facts = {query_->input_condition};
    for (const SmoothNeuron& neuron : neurons_) {
        const Interval image = neuron.function->image(neuron.known);
        model::Domain domain;
        domain.lower = to_rational(image.lower);
        domain.upper = to_rational(image.upper);
        result.domains.emplace_back(neuron.output, std::move(domain));
        add_segments(result.formulas, neuron, facts);
    }
    result.input_condition = result.formulas.conjunction(std::move(facts));
    return result;
}

}  // namespace sinew::search
