// SPDX-License-Identifier: Apache-2.0
#include "write/query_json.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "bounds/forward_intervals.hpp"
#include "bounds/network_bounds.hpp"
#include "model/normal_form.hpp"
#include "write/formula_parts.hpp"
#include "write/formula_text.hpp"

namespace sinew::write {

namespace {
using Json = nlohmann::ordered_json;

constexpr std::size_t most_listed_inputs = 4096;
constexpr std::size_t most_parts_written = 120;  // parts that are still written out
/// Products that a tightening may take: some tenths of a second.
constexpr double most_products = 1e9;
/// Beyond it one evaluation by intervals takes longer than anybody waits for a figure.
constexpr double most_evaluated = 5e7;

Json rational_or_null(const std::optional<Rational>& value) {
    return value ? Json(to_string(*value)) : Json(nullptr);
}

Json input_bounds_json(const model::Query& query) {
    const std::vector<Variable> inputs = query.network.input_variables();
    if (inputs.size() > most_listed_inputs) return nullptr;
    const std::vector<model::Domain> own = input_domains(query);
    const std::vector<model::Domain> demanded = demanded_domains(query);
    Json array = Json::array();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        Json row{{"name", query.name(inputs[i])},
                 {"kind", own[i].kind == model::DomainKind::integer ? "integer" : "real"},
                 {"lower", rational_or_null(demanded[i].lower)},
                 {"upper", rational_or_null(demanded[i].upper)}};
        if (!own[i].values.empty() && own[i].values.size() <= 64) {
            row["values"] = Json::array();
            for (const Rational& value : own[i].values) row["values"].push_back(to_string(value));
        }
        array.push_back(std::move(row));
    }
    return array;
}

void add_condition(Json& json, const char* name, const model::Query& query, model::FormulaId root) {
    std::size_t comparisons = 0;
    const std::vector<std::uint8_t> uses = model::uses(query.formulas, {root});
    for (std::size_t i = 0; i < uses.size(); ++i)
        comparisons +=
            uses[i] != 0 && query.formulas.node(model::FormulaId(i)).kind == model::FormulaKind::atom ? 1 : 0;
    const bool is_short = tree_size(query.formulas, root, most_parts_written) < most_parts_written;
    json[name] = is_short ? Json(formula_text(query, root)) : Json(nullptr);
    json[std::string(name) + "_comparisons"] = comparisons;
}

std::string layer_kind(const model::Layer& layer) {
    struct Kind {
        std::string operator()(const model::InputLayer&) const { return "input"; }
        std::string operator()(const model::AffineLayer& affine) const {
            const bool convolves = std::ranges::any_of(affine.terms, [](const model::AffineTerm& term) {
                return std::holds_alternative<model::ConvolutionMap>(term.map) ||
                       std::holds_alternative<model::TransposedConvolutionMap>(term.map);
            });
            return convolves ? "convolution" : "affine";
        }
        std::string operator()(const model::ActivationLayer& neurons) const {
            return model::to_string(neurons.activation);
        }
        std::string operator()(const model::MaxPoolLayer&) const { return "maximum"; }
        std::string operator()(const model::ProductLayer&) const { return "product"; }
    };
    return std::visit(Kind{}, layer.operation);
}

std::size_t parameter_count(const model::Layer& layer) {
    const auto* affine = std::get_if<model::AffineLayer>(&layer.operation);
    if (affine == nullptr) return 0;
    std::size_t count = affine->bias.size();
    for (const model::AffineTerm& term : affine->terms) count += weights(term.map).size();
    return count;
}

/// Bounds of all variables over the box of the inputs, and what made them. Absent where no input is in the box, or the
/// network is too large.
struct KnownBounds {
    bounds::State state;
    const char* how = "";
};
std::optional<KnownBounds> known_bounds(const model::Query& query) {
    std::vector<sinew::Interval> sides;
    bool is_bounded = true;
    for (const model::Domain& domain : demanded_domains(query)) {
        sides.push_back(enclosing(domain));
        if (!(sides.back().lower <= sides.back().upper)) return std::nullopt;
        is_bounded = is_bounded && std::isfinite(sides.back().lower) && std::isfinite(sides.back().upper);
    }
    double products = 0;
    double neurons = 0;
    for (const model::Layer& layer : query.network.layers()) {
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation))
            for (const model::AffineTerm& term : affine->terms)
                products += static_cast<double>(model::multiplications(term.map));
        if (std::holds_alternative<model::ActivationLayer>(layer.operation)) neurons += static_cast<double>(layer.size);
    }
    if (products > most_evaluated) return std::nullopt;
    if (!is_bounded || products * neurons > most_products)
        return KnownBounds{bounds::forward_intervals(query.network, sides), "interval arithmetic"};
    bounds::NetworkBounds workspace(query.network);
    bounds::State state = workspace.start(sides);
    if (!workspace.tighten(state)) return std::nullopt;
    return KnownBounds{std::move(state), "back-substitution of linear bounds"};
}

/// How many neurons stay left of their first threshold, and how many on one piece right of it.
Json fixed_neurons_json(const model::ActivationLayer& neurons, const model::Network& network,
                        const bounds::State& state) {
    const bounds::Relaxation relaxation(neurons.activation);
    if (relaxation.pieces().size() < 2) return nullptr;
    const double threshold = relaxation.pieces()[1].begin.lower;
    std::size_t active = 0;
    std::size_t inactive = 0;
    for (std::size_t i = 0; i < network.layer(neurons.source).size; ++i) {
        const sinew::Interval range = state.at(network.variable(neurons.source, i));
        if (!relaxation.fixed(range)) continue;
        ++(range.upper <= threshold ? inactive : active);
    }
    return {{"active", active}, {"inactive", inactive}};
}
}  // namespace

nlohmann::ordered_json asked_json(const model::Query& query) {
    Json json;
    json["input_count"] = query.network.input_variables().size();
    json["output_count"] = query.outputs.size();
    json["inputs"] = input_bounds_json(query);
    add_condition(json, "input_condition", query, query.input_condition);
    add_condition(json, "output_condition", query, query.output_condition);
    json["objective"] = nullptr;
    if (query.objective && query.objective->form.terms().size() <= most_parts_written)
        json["objective"] = (query.objective->sense == model::Sense::minimize ? "minimize " : "maximize ") +
                            form_text(query, query.objective->form);
    json["precision"] = query.precision ? Json(query.precision->steps.get_str()) : Json(nullptr);
    return json;
}

nlohmann::ordered_json network_json(const model::Query& query) {
    const std::optional<KnownBounds> known = query.precision ? std::nullopt : known_bounds(query);
    Json layers = Json::array();
    std::size_t parameters = 0;
    std::size_t neurons = 0;
    for (const model::Layer& layer : query.network.layers()) {
        Json row{{"name", layer.name}, {"kind", layer_kind(layer)}, {"shape", layer.shape}, {"size", layer.size}};
        row["parameters"] = parameter_count(layer);
        row["fixed"] = nullptr;
        if (const auto* activation = std::get_if<model::ActivationLayer>(&layer.operation)) {
            neurons += layer.size;
            if (known) row["fixed"] = fixed_neurons_json(*activation, query.network, known->state);
        }
        parameters += parameter_count(layer);
        layers.push_back(std::move(row));
    }
    return {{"neurons", neurons},
            {"parameters", parameters},
            {"bounds", known ? Json(known->how) : Json(nullptr)},
            {"layers", std::move(layers)}};
}

}  // namespace sinew::write
