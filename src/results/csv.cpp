// SPDX-License-Identifier: Apache-2.0
#include "results/csv.hpp"

#include <fmt/core.h>

namespace sinew::results {

namespace {
std::string cell(std::string_view text) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char character : text) quoted += character == '"' ? std::string("\"\"") : std::string(1, character);
    return quoted + "\"";
}

std::string category_of(const std::string& network) {
    std::string folder =
        network.substr(0, network.find_last_of('/') == std::string::npos ? 0 : network.find_last_of('/'));
    for (const char* format : {"/onnx", "/nets", "/networks"})
        if (folder.ends_with(format)) folder.resize(folder.size() - std::string_view(format).size());
    return folder.substr(folder.find_last_of('/') + 1);
}
}  // namespace

std::string csv_text(const std::vector<Row>& rows) {
    std::string text = "network,property,row,epsilon,status,decided_by,seconds,value,bound,reason\n";
    for (const Row& row : rows) {
        const Question& asked = row.question;
        text += fmt::format("{},{},{},{},{},{},{:.6f},{},{},{}\n", cell(asked.network), cell(asked.property),
                            asked.row == Question::no_row ? "" : std::to_string(asked.row), cell(asked.epsilon),
                            row.status, cell(row.decided_by), row.seconds, cell(row.value.value_or("")),
                            cell(row.bound.value_or("")), cell(row.reason));
    }
    return text;
}

std::string competition_csv_text(const std::vector<Row>& rows) {
    std::string text;
    for (const Row& row : rows)
        text += fmt::format("{},{},{},0,{},{:.6f}\n", cell(category_of(row.question.network)),
                            cell(row.question.network), cell(row.question.property), row.status, row.seconds);
    return text;
}

}  // namespace sinew::results
