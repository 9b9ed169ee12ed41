// SPDX-License-Identifier: Apache-2.0
#include "verdict.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace sinew::bench {

namespace {
using Json = nlohmann::json;

std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return "";
    return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string of_examples(const Json& answer) {
    const Json& examples = answer.at("examples");
    if (examples.empty()) return "unknown";  // interrupted before the first was answered
    if (examples.size() == 1) {
        const Json& example = examples[0];
        const std::string distance = text_of(example, "distance");
        if (distance.empty() || text_of(example, "bound") != distance) return text_of(example, "status");
        return "minimal " + distance;
    }
    const Json& summary = answer.at("summary");
    return fmt::format("certified {} falsified {} wrong {} unknown {}", text_of(summary, "certified"),
                       text_of(summary, "falsified"), text_of(summary, "wrong"), text_of(summary, "unknown"));
}
}  // namespace

std::string verdict_of(const std::string& answer) {
    const Json json = Json::parse(answer, nullptr, false);
    if (!json.is_object()) return "";
    try {
        if (json.value("kind", "") == "certify") return of_examples(json);
        const std::string status = text_of(json, "status");
        const std::string value = text_of(json, "value");
        if (status == "optimum") return "optimum " + value;
        return status == "sat" && !value.empty() ? "best " + value : status;
    } catch (const Json::exception&) {
        return "";
    }
}

bool is_decided(const std::string& verdict) {
    if (verdict.find(" unknown ") != std::string::npos) return verdict.ends_with(" unknown 0");
    return verdict == "sat" || verdict == "unsat" || verdict == "certified" || verdict == "falsified" ||
           verdict == "wrong" || verdict.starts_with("optimum ") || verdict.starts_with("minimal ");
}

bool agrees(const std::string& verdict, const std::string& expected) {
    return verdict == expected || (verdict == "wrong" && expected == "falsified");
}

}  // namespace sinew::bench
