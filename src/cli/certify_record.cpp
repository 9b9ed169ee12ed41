#include "cli/certify_record.hpp"

#include <nlohmann/json.hpp>

namespace sinew::cli {

namespace {
template <class Value>
nlohmann::json or_null(const std::optional<Value>& value) {
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
    nlohmann::json statistics = nlohmann::json::object();
    for (const auto& [name, value] : record.statistics) statistics[name] = value;
    return {{"row", record.row},
            {"label", record.label},
            {"predicted", record.predicted},
            {"status", record.status},
            {"decided_by", record.decided_by},
            {"adversarial_class", or_null(record.adversarial_class)},
            {"distance", or_null(record.distance)},
            {"bound", or_null(record.bound)},
            {"changes", std::move(changes)},
            {"statistics", std::move(statistics)},
            {"seconds", record.seconds}};
}

CertifyRecord record_from(const nlohmann::json& json) {
    CertifyRecord record;
    record.row = json.at("row").get<std::size_t>();
    record.label = json.at("label").get<std::size_t>();
    record.predicted = json.at("predicted").get<std::size_t>();
    record.status = json.at("status").get<std::string>();
    record.decided_by = json.at("decided_by").get<std::string>();
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
