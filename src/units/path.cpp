// SPDX-License-Identifier: Apache-2.0
#include "units/path.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include <fmt/core.h>

#include "search/disjuncts.hpp"
#include "search/problem.hpp"
#include "units/hex_number.hpp"
#include "write/json_text.hpp"

namespace sinew::units {

namespace {
[[noreturn]] void refuse_path(const std::string& what) {
    throw std::invalid_argument(what);
}

std::uint32_t number_at(const Json& json, const char* key, std::size_t count) {
    const Json& value = json.at(key);
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= count)
        refuse_path(fmt::format("{} is {} (expected a number below {})", key, write::json_line(value), count));
    return value.get<std::uint32_t>();
}

double value_at(const Json& json, const char* key) {
    const auto text = json.at(key).get<std::string>();
    const std::optional<double> value = parse_hex(text);
    if (!value) refuse_path(fmt::format("{} is '{}' (expected a hexadecimal number such as 0x1.8p+1)", key, text));
    return *value;
}

model::Domain& domain_of(model::Query& query, Variable input) {
    for (auto& [variable, domain] : query.domains)
        if (variable == input) return domain;
    return query.domains.emplace_back(input, model::Domain{}).second;
}

void demand(model::Query& query, model::FormulaId condition) {
    query.input_condition = query.formulas.conjunction({query.input_condition, condition});
}

/// Engines for bounded inputs are told phases; the others read conditions.
bool reads_conditions(const model::Query& query) {
    if (query.precision || !query.boolean_names.empty()) return true;
    const std::vector<model::Domain> domains = model::demanded_domains(query);
    return std::any_of(domains.begin(), domains.end(), [](const model::Domain& domain) {
        const Interval side = enclosing(domain);
        return std::isinf(side.lower) || std::isinf(side.upper);
    });
}

void apply_bound(const engine::Literal& bound, model::Query& query, std::vector<engine::Literal>& splits) {
    const bool is_lower = bound.side == engine::Side::at_least;
    if (bound.subject.is_boolean()) {
        model::FormulaId literal = query.formulas.boolean(model::BooleanVariable(bound.subject.boolean().index()));
        if (!is_lower) literal = query.formulas.negation(literal);
        return demand(query, literal);
    }
    const Variable variable = bound.subject.variable();
    const Rational value = to_rational(bound.value);
    if (query.network.is_input(variable)) {
        model::Domain& domain = domain_of(query, variable);
        if (is_lower)
            domain.at_least(value);
        else
            domain.at_most(value);
        return;
    }
    splits.push_back(bound);
    if (!reads_conditions(query)) return;
    LinearForm excess(variable, is_lower ? -1 : 1);
    excess.add_constant(is_lower ? value : Rational(-value));
    demand(query, query.formulas.atom(std::move(excess), model::Relation::less_equal));
}

void apply_box(const Step& step, model::Query& query) {
    std::string obstacle;
    const search::Problem problem = search::Problem::prepare(query, obstacle);
    if (!obstacle.empty()) refuse_path(fmt::format("a part is a box of a question that has none: {}", obstacle));
    if (problem.boxes.size() != step.count || step.number >= step.count)
        refuse_path(fmt::format("a part is box {} of {}, and the question has {}", step.number, step.count,
                                problem.boxes.size()));
    const std::vector<model::Domain>& domains = problem.boxes[step.number].domains;
    query.domains.clear();
    for (std::size_t i = 0; i < domains.size(); ++i) query.domains.emplace_back(problem.inputs[i], domains[i]);
}

void apply_disjunct(const Step& step, model::Query& query) {
    const auto disjuncts = search::disjuncts(query);
    if (!disjuncts || !search::are_exact(query))
        refuse_path("a part is a disjunct of conditions that have no such form");
    if (disjuncts->size() != step.count || step.number >= step.count)
        refuse_path(fmt::format("a part is disjunct {} of {}, and the conditions have {}", step.number, step.count,
                                disjuncts->size()));
    std::vector<model::FormulaId> rows;
    for (const model::Atom& row : (*disjuncts)[step.number].rows)
        rows.push_back(query.formulas.atom(row.form, row.relation));
    query.input_condition = query.formulas.constant(true);
    query.output_condition = query.formulas.conjunction(std::move(rows));
}
}  // namespace

Json bound_json(const model::Network& network, const engine::Literal& bound) {
    Json json;
    if (bound.subject.is_boolean()) {
        json["boolean"] = bound.subject.boolean().index();
        json["is"] = bound.side == engine::Side::at_least;
        return json;
    }
    const Variable variable = bound.subject.variable();
    if (network.is_input(variable)) {
        const std::vector<Variable> inputs = network.input_variables();
        json["input"] = std::lower_bound(inputs.begin(), inputs.end(), variable) - inputs.begin();
    } else {
        json["neuron"] = variable.index();
    }
    json[bound.side == engine::Side::at_least ? "at_least" : "at_most"] = hex_text(bound.value);
    return json;
}

Json step_json(const model::Network& network, const Step& step) {
    if (step.kind == Step::Kind::bound) return bound_json(network, step.bound);
    Json json;
    json[step.kind == Step::Kind::box ? "box" : "disjunct"] = step.number;
    json["of"] = step.count;
    return json;
}

Json path_json(const model::Network& network, const Path& path) {
    Json json = Json::array();
    for (const Step& step : path) json.push_back(step_json(network, step));
    return json;
}

engine::Literal parse_bound(const model::Query& query, const Json& json) {
    if (json.size() != 2) refuse_path(fmt::format("{} is no bound", write::json_line(json)));
    if (json.contains("boolean")) {
        const engine::Subject subject{engine::FreeBoolean(number_at(json, "boolean", query.boolean_names.size()))};
        return json.at("is").get<bool>() ? at_least(subject, 1) : at_most(subject, 0);
    }
    Variable variable(0);
    if (json.contains("input")) {
        const std::vector<Variable> inputs = query.network.input_variables();
        variable = inputs[number_at(json, "input", inputs.size())];
    } else {
        variable = Variable(number_at(json, "neuron", query.network.variable_count()));
        if (query.network.is_input(variable)) refuse_path("a neuron's number is that of an input");
    }
    const bool is_lower = json.contains("at_least");
    const double value = value_at(json, is_lower ? "at_least" : "at_most");
    return is_lower ? at_least(engine::Subject(variable), value) : at_most(engine::Subject(variable), value);
}

Step parse_step(const model::Query& query, const Json& json) {
    Step step;
    for (const auto& [key, kind] : {std::pair("box", Step::Kind::box), std::pair("disjunct", Step::Kind::disjunct)}) {
        if (!json.contains(key)) continue;
        step.kind = kind;
        step.count = json.at("of").get<std::uint32_t>();
        step.number = number_at(json, key, step.count);
        return step;
    }
    step.bound = parse_bound(query, json);
    return step;
}

Path parse_path(const model::Query& query, const Json& json) {
    if (!json.is_array()) refuse_path("a path is no list");
    Path path;
    for (const Json& step : json) path.push_back(parse_step(query, step));
    return path;
}

void apply(const Step& step, model::Query& query, std::vector<engine::Literal>& splits) {
    if (step.kind == Step::Kind::box) return apply_box(step, query);
    if (step.kind == Step::Kind::disjunct) return apply_disjunct(step, query);
    apply_bound(step.bound, query, splits);
}

}  // namespace sinew::units
