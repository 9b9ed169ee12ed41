// SPDX-License-Identifier: Apache-2.0
#include "witness_check.hpp"

#include <cmath>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "exact/decimal.hpp"
#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"
#include "read/query/load_query.hpp"

namespace sinew::bench {

namespace {
using Json = nlohmann::json;

std::vector<Rational> inputs_of(const Json& witness) {
    std::vector<Rational> inputs;
    for (const Json& input : witness.at("inputs")) {
        const std::optional<Rational> value = parse_number(input.at("exact").get<std::string>());
        if (!value) throw std::runtime_error("not a number: " + input.dump());
        inputs.push_back(*value);
    }
    return inputs;
}

std::vector<bool> booleans_of(const Json& witness) {
    std::vector<bool> booleans;
    if (witness.contains("booleans"))
        for (const Json& boolean : witness.at("booleans")) booleans.push_back(boolean.at("value").get<bool>());
    return booleans;
}
}  // namespace

WitnessCheck check_witness(const std::string& answer, const std::vector<std::string>& files) {
    const Json witness = Json::parse(answer).at("witness");
    const std::vector<Rational> inputs = inputs_of(witness);
    const std::vector<bool> booleans = booleans_of(witness);
    const model::Query query = read::load_query(files);
    if (inputs.size() != query.network.input_variables().size() || booleans.size() != query.boolean_names.size())
        throw std::runtime_error("the witness has another number of inputs than the query");

    WitnessCheck check;
    check.exact = model::decide_at(query, inputs, booleans) == model::Certainty::yes;
    std::vector<float> rounded;
    for (const Rational& input : inputs) rounded.push_back(static_cast<float>(to_nearest(input)));
    std::vector<Rational> replayed;
    for (const float value : model::replay_float32(query.network, rounded)) {
        if (!std::isfinite(value)) return check;
        replayed.push_back(to_rational(static_cast<double>(value)));
    }
    check.float32 = query.formulas.holds(query.output_condition, replayed, booleans);
    return check;
}

}  // namespace sinew::bench
