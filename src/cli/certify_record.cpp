// SPDX-License-Identifier: Apache-2.0
#include "cli/certify_record.hpp"

#include <nlohmann/json.hpp>

#include "exact/decimal.hpp"

namespace sinew::cli {

namespace {
template <class Value>
nlohmann::json known_or_null(const std::optional<Value>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}
template <class Value>
std::optional<Value> optional_at(const nlohmann::json& json, const char* key) {
    const nlohmann::json& value = json.at(key);
    if (value.is_null()) return std::nullopt;
    return value.get<Value>();
}
}  // namespace

nlohmann::json to_json(const CertifyRecord& record) {
    nlohmann::json changes = nlohmann::json::array();
    for (const ChangedInput& change : record.changes)
        changes.push_back({{"input", change.input}, {"value", change.value}});
    nlohmann::json epsilons = nlohmann::json::array();
    for (const EpsilonRecord& at : record.epsilons)
        epsilons.push_back({{"epsilon", at.epsilon},
                            {"status", at.status},
                            {"decided_by", at.decided_by},
                            {"reason", at.reason.empty() ? nlohmann::json(nullptr) : nlohmann::json(at.reason)},
                            {"seconds", at.seconds}});
    nlohmann::json statistics = nlohmann::json::object();
    for (const auto& [name, value] : record.statistics) statistics[name] = value;
    return {{"row", record.row},
            {"place", record.place},
            {"reason", record.reason.empty() ? nlohmann::json(nullptr) : nlohmann::json(record.reason)},
            {"epsilons", std::move(epsilons)},
            {"label", record.label},
            {"predicted", record.predicted},
            {"status", record.status},
            {"decided_by", record.decided_by},
            {"adversarial_class", known_or_null(record.adversarial_class)},
            {"distance", known_or_null(record.distance)},
            {"bound", known_or_null(record.bound)},
            {"changes", std::move(changes)},
            {"statistics", std::move(statistics)},
            {"seconds", record.seconds}};
}

CertifyRecord record_of(const certify::Certificate& certificate, const certify::Example& example,
                        const certify::Asked& asked) {
    CertifyRecord record;
    record.label = example.label;
    record.predicted = certificate.predicted;
    record.status = bnn::to_string(certificate.status);
    record.decided_by = certificate.decided_by;
    record.reason = certificate.reason;
    record.statistics = certificate.statistics.figures();
    record.seconds = certificate.seconds;
    if (certificate.status == certify::Status::wrong) record.adversarial_class = certificate.wrong_class;
    if (certificate.critical) {
        record.bound = to_string(certificate.critical->bound);
        if (certificate.critical->distance) record.distance = to_string(*certificate.critical->distance);
    }
    const bool is_ladder = asked.epsilons.size() > 1 || (asked.minimal && !asked.epsilons.empty());
    for (const certify::AtEpsilon& at : certificate.answers)
        if (is_ladder && at.epsilon)
            record.epsilons.push_back(
                {to_string(*at.epsilon), std::string(bnn::to_string(at.status)), at.decided_by, at.reason, at.seconds});
    if (!certificate.adversarial) return record;
    const certify::Adversarial& adversarial = *certificate.adversarial;
    record.adversarial_class = adversarial.class_index;
    record.distance = to_string(adversarial.distance);
    for (std::size_t j = 0; j < example.input.size(); ++j)
        if (adversarial.input[j] != example.input[j]) record.changes.push_back({j, to_string(adversarial.input[j])});
    return record;
}

std::vector<Rational> adversarial_input(const CertifyRecord& record, std::vector<Rational> input) {
    for (const ChangedInput& change : record.changes)
        if (change.input < input.size()) input[change.input] = parse_number(change.value).value_or(input[change.input]);
    return input;
}

CertifyRecord record_from(const nlohmann::json& json) {
    CertifyRecord record;
    record.row = json.at("row").get<std::size_t>();
    record.label = json.at("label").get<std::size_t>();
    record.predicted = json.at("predicted").get<std::size_t>();
    record.status = json.at("status").get<std::string>();
    record.decided_by = json.at("decided_by").get<std::string>();
    record.place = json.at("place").get<std::string>();
    record.reason = optional_at<std::string>(json, "reason").value_or("");
    for (const nlohmann::json& at : json.at("epsilons"))
        record.epsilons.push_back({at.at("epsilon").get<std::string>(), at.at("status").get<std::string>(),
                                   at.at("decided_by").get<std::string>(),
                                   optional_at<std::string>(at, "reason").value_or(""),
                                   at.at("seconds").get<double>()});
    record.adversarial_class = optional_at<std::size_t>(json, "adversarial_class");
    record.distance = optional_at<std::string>(json, "distance");
    record.bound = optional_at<std::string>(json, "bound");
    for (const nlohmann::json& change : json.at("changes"))
        record.changes.push_back({change.at("input").get<std::size_t>(), change.at("value").get<std::string>()});
    for (const auto& [name, value] : json.at("statistics").items())
        record.statistics.emplace_back(name, value.get<double>());
    record.seconds = json.at("seconds").get<double>();
    return record;
}

}  // namespace sinew::cli
