// SPDX-License-Identifier: Apache-2.0
#include "results/sarif.hpp"

#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "results/compare.hpp"

namespace sinew::results {

namespace {
using Json = nlohmann::ordered_json;

/// A name of a file as a URI reference (RFC 3986): what is no unreserved character or slash is escaped.
std::string uri_of(const std::string& path) {
    std::string uri;
    for (const char character : path) {
        const auto byte = static_cast<unsigned char>(character);
        const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= '0' && byte <= '9') ||
                           std::string_view("-._~/").find(character) != std::string_view::npos;
        uri += plain ? std::string(1, character) : fmt::format("%{:02X}", byte);
    }
    if (path.starts_with('/')) return "file://" + uri;
    return uri;
}

Json rules(const std::string& rule) {
    const bool robustness = rule == "robustness";
    const char* text = robustness ? "No input near an example is classified otherwise."
                                  : "No input has the property that describes a counterexample.";
    return Json::array({{{"id", rule},
                         {"name", robustness ? "Robustness" : "Property"},
                         {"shortDescription", {{"text", text}}},
                         {"defaultConfiguration", {{"level", "error"}}}}});
}

std::string message_of(const Row& row, const std::optional<std::string>& expected) {
    std::string text = fmt::format("{}: {}", place_text(row.question), row.status);
    if (expected) text += fmt::format(", where {} is expected", *expected);
    if (!row.reason.empty()) text += " (" + row.reason + ")";
    if (row.value) text += fmt::format(", value {}", *row.value);
    return text;
}

/// Artifacts, each once.
class Artifacts {
  public:
    std::size_t index_of(const std::string& file, const std::string& digest) {
        const auto [place, is_new] = places_.try_emplace(file, json_.size());
        if (is_new) {
            Json artifact{{"location", {{"uri", uri_of(file)}}}};
            if (!digest.empty()) artifact["hashes"] = {{"sha-256", digest}};
            json_.push_back(std::move(artifact));
        }
        return place->second;
    }
    Json take() { return std::move(json_); }

  private:
    std::map<std::string, std::size_t> places_;
    Json json_ = Json::array();
};
}  // namespace

Json sarif(const Run& run, const std::vector<Row>& rows, const std::optional<std::string>& expected) {
    const std::string rule = run.kind == "certify" ? "robustness" : "property";
    Artifacts artifacts;
    Json results = Json::array();
    std::map<std::string, std::size_t> counts;
    for (const Row& row : rows) {
        ++counts[row.status];
        const Standing standing = standing_of(row.status);
        const std::optional<std::string>& wanted = expected ? expected : row.expected;
        const bool is_open = standing == Standing::open && row.status != wanted;
        const bool fails =
            standing == Standing::error || (wanted ? !is_open && row.status != *wanted : standing == Standing::fails);
        if (!fails && !is_open) continue;
        const bool has_property = !row.question.property.empty();
        const std::string& file = has_property ? row.question.property : row.question.network;
        const std::string& digest = has_property ? row.question.property_digest : row.question.network_digest;
        Json location{{"uri", uri_of(file)}, {"index", artifacts.index_of(file, digest)}};
        Json properties{{"status", row.status}, {"network", row.question.network}, {"seconds", row.seconds}};
        if (row.question.row != Question::no_row) properties["row"] = row.question.row;
        if (!row.question.epsilon.empty()) properties["epsilon"] = row.question.epsilon;
        if (!row.decided_by.empty()) properties["decided_by"] = row.decided_by;
        results.push_back({{"ruleId", rule},
                           {"ruleIndex", 0},
                           {"kind", fails ? "fail" : "open"},
                           {"level", fails ? "error" : "none"},
                           {"message", {{"text", message_of(row, wanted)}}},
                           {"locations", Json::array({{{"physicalLocation", {{"artifactLocation", location}}}}})},
                           {"properties", std::move(properties)}});
    }
    Json invocation{{"executionSuccessful", true}};
    const Json words = Json::parse(run.command, nullptr, false);
    if (words.is_array() && !words.empty()) invocation["arguments"] = Json(words.begin() + 1, words.end());
    if (!run.started.empty()) invocation["startTimeUtc"] = run.started;
    if (!run.ended.empty()) invocation["endTimeUtc"] = run.ended;
    Json driver{{"name", "sinew"}, {"version", run.version}, {"rules", rules(rule)}};
    Json one{{"tool", {{"driver", std::move(driver)}}},
             {"invocations", Json::array({std::move(invocation)})},
             {"artifacts", artifacts.take()},
             {"results", std::move(results)},
             {"properties", {{"questions", rows.size()}, {"statuses", counts}}}};
    return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs", Json::array({std::move(one)})}};
}

}  // namespace sinew::results
