// SPDX-License-Identifier: Apache-2.0
#include "cli/competition_text.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace sinew::cli {

namespace {
std::int64_t name_of(std::size_t index, const std::vector<std::int32_t>& names) {
    return names.empty() ? static_cast<std::int64_t>(index) + 1 : names[index];
}
}  // namespace

std::string value_lines(const std::vector<bool>& values, const std::vector<std::int32_t>& names,
                        std::string_view prefix, std::string_view end) {
    std::string text;
    std::string line = "v";
    const auto put = [&](const std::string& word) {
        if (line.size() + word.size() > 77) {
            text += line + "\n";
            line = "v";
        }
        line += word;
    };
    for (std::size_t v = 0; v < values.size(); ++v)
        put(fmt::format(" {}{}{}", values[v] ? "" : "-", prefix, name_of(v, names)));
    if (!end.empty()) put(fmt::format(" {}", end));
    return text + line + "\n";
}

std::string comment_lines(const Statistics* statistics, const std::string& reason) {
    std::string text;
    if (statistics != nullptr)
        for (const auto& [name, value] : statistics->figures()) text += fmt::format("c {} {:.0f}\n", name, value);
    if (!reason.empty()) text += fmt::format("c {}\n", reason);
    return text;
}

nlohmann::ordered_json formula_json(std::string_view status, const verify::FormulaAnswer& answer,
                                    const std::vector<std::string>& files,
                                    const std::vector<std::pair<std::string_view, std::int64_t>>& extra) {
    nlohmann::ordered_json json;
    json["status"] = status;
    json["files"] = files;
    if (!answer.reason.empty()) json["reason"] = answer.reason;
    json["seconds"] = answer.seconds;
    for (const auto& [name, value] : extra) json[std::string(name)] = value;
    if (answer.status == model::Status::sat) {
        std::vector<std::int64_t> model;
        for (std::size_t v = 0; v < answer.values.size(); ++v)
            model.push_back(answer.values[v] ? name_of(v, answer.names) : -name_of(v, answer.names));
        json["model"] = model;
    }
    json["statistics"] = nlohmann::ordered_json::object();
    for (const auto& [name, value] : answer.statistics.figures()) json["statistics"][name] = value;
    return json;
}

}  // namespace sinew::cli
