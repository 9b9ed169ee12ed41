// SPDX-License-Identifier: Apache-2.0
#include "write/json.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "write/number_text.hpp"
#include "write/witness_facts.hpp"

namespace sinew::write {

namespace {
using Json = nlohmann::ordered_json;

/// JSON has no infinities: they are null.
Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

/// Whole numbers without a fraction.
Json figure(double value) {
    if (std::abs(value) < 0x1p53 && value == std::floor(value)) return Json(static_cast<std::int64_t>(value));
    return number(value);
}

/// "exact", or null there and the ends of an interval where the number is irrational.
void add_exact(Json& row, const Rational& value, double radius) {
    if (radius == 0) {
        row["exact"] = to_string(value);
        return;
    }
    const DecimalInterval interval = decimal_interval(value, radius);
    row["exact"] = nullptr;
    row["lower"] = interval.lower;
    row["upper"] = interval.upper;
}

Json values_json(const std::vector<NamedValue>& values, bool has_float32) {
    Json array = Json::array();
    for (const NamedValue& value : values) {
        Json row{{"name", value.name}};
        add_exact(row, value.exact, value.radius);
        row["decimal"] = number(to_nearest(value.exact));
        row["float32"] = has_float32 ? number(static_cast<double>(value.float32)) : Json(nullptr);
        array.push_back(std::move(row));
    }
    return array;
}

Json witness_json(const model::Query& query, const model::Witness& witness) {
    const WitnessFacts facts = witness_facts(query, witness);
    Json json;
    json["inputs"] = values_json(facts.inputs, facts.has_float32);
    json["outputs"] = values_json(facts.outputs, facts.has_float32);
    if (!facts.booleans.empty()) {
        Json array = Json::array();
        for (const auto& [name, value] : facts.booleans) array.push_back({{"name", name}, {"value", value}});
        json["booleans"] = std::move(array);
    }
    Json margins = Json::array();
    for (const Margin& margin : facts.margins) {
        Json row{{"atom", margin.atom}, {"holds", margin.undecided ? Json(nullptr) : Json(margin.holds)}};
        add_exact(row, margin.exact, margin.radius);
        row["decimal"] = number(to_nearest(margin.exact));
        row["holds_float32"] = facts.has_float32 ? Json(margin.holds_float32) : Json(nullptr);
        row["float32"] = margin.float32 ? number(to_nearest(*margin.float32)) : Json(nullptr);
        margins.push_back(std::move(row));
    }
    json["margins"] = std::move(margins);
    json["float32_replay"] = facts.has_float32 ? Json{{"input_condition", facts.float32_inputs_hold},
                                                      {"output_condition", facts.float32_outputs_hold}}
                                               : Json(nullptr);
    return json;
}
/// Keys that every answer about a query has, in this order.
Json answer_json(std::string_view status, const std::vector<std::string>& files, double seconds,
                 const std::string& reason) {
    Json json;
    json["status"] = status;
    json["files"] = files;
    json["seconds"] = number(seconds);
    json["reason"] = reason.empty() ? Json(nullptr) : Json(reason);
    return json;
}

Json finish(Json json, const model::Query& query, const std::optional<model::Witness>& witness,
            const Statistics& counted) {
    json["witness"] = witness ? witness_json(query, *witness) : Json(nullptr);
    Json statistics = Json::object();
    for (const auto& [name, value] : counted.figures()) statistics[name] = figure(value);
    json["statistics"] = std::move(statistics);
    return json;
}

Json exact_json(const std::optional<Rational>& value) {
    return value ? Json(to_string(*value)) : Json(nullptr);
}
}  // namespace

Json verdict_json(const model::Query& query, const model::Verdict& verdict, const std::vector<std::string>& files) {
    Json json = answer_json(model::to_string(verdict.status), files, verdict.seconds, verdict.reason);
    json["decided_by"] = verdict.decided_by.empty() ? Json(nullptr) : Json(verdict.decided_by);
    return finish(std::move(json), query, verdict.witness, verdict.statistics);
}

Json optimum_json(const model::Query& query, const OptimumFacts& optimum, const std::vector<std::string>& files) {
    Json json = answer_json(optimum.status, files, optimum.seconds, optimum.reason);
    json["objective"] = exact_json(optimum.value);
    json["bound"] = exact_json(optimum.bound);
    return finish(std::move(json), query, optimum.witness, optimum.statistics);
}

}  // namespace sinew::write
