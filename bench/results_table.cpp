// SPDX-License-Identifier: Apache-2.0
#include "results_table.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <set>
#include <stdexcept>

#include <fmt/core.h>

namespace sinew::bench {

namespace {
constexpr const char* header = "instance,verdict,expected,solved,seconds,processor_seconds,memory_mb,complaint";

/// In quotation marks where it holds what would end it.
std::string field(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c == '\n' || c == '\r' ? ' ' : c;
    }
    return quoted + '"';
}

std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields{""};
    bool is_quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (is_quoted) {
            if (c != '"')
                fields.back() += c;
            else if (i + 1 < line.size() && line[i + 1] == '"')
                fields.back() += line[++i];
            else
                is_quoted = false;
        } else if (c == '"') {
            is_quoted = true;
        } else if (c == ',') {
            fields.emplace_back();
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    return fields;
}

double number_of(const std::string& text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !(number >= 0))
        throw std::runtime_error("'" + text + "' is no number of at least 0");
    return number;
}

using Setter = std::function<void(Result&, const std::string&)>;

const std::map<std::string, Setter>& setters() {
    static const std::map<std::string, Setter> table{
        {"instance", [](Result& row, const std::string& text) { row.instance = text; }},
        {"verdict", [](Result& row, const std::string& text) { row.verdict = text; }},
        {"expected", [](Result& row, const std::string& text) { row.expected = text; }},
        {"solved", [](Result& row, const std::string& text) { row.is_solved = text == "1"; }},
        {"seconds", [](Result& row, const std::string& text) { row.seconds = number_of(text); }},
        {"processor_seconds", [](Result& row, const std::string& text) { row.processor_seconds = number_of(text); }},
        {"memory_mb", [](Result& row, const std::string& text) { row.memory_megabytes = number_of(text); }},
        {"complaint", [](Result& row, const std::string& text) { row.complaint = text; }}};
    return table;
}
}  // namespace

std::string ResultTable::fact(const std::string& name) const {
    const auto found = facts.find(name);
    return found == facts.end() ? "" : found->second;
}

std::string results_text(const ResultTable& table) {
    std::string text;
    for (const auto& [name, value] : table.facts) text += fmt::format("# {}: {}\n", name, value);
    text += header;
    text += '\n';
    for (const Result& row : table.rows)
        text += fmt::format("{},{},{},{},{:.4f},{:.4f},{:.1f},{}\n", field(row.instance), field(row.verdict),
                            field(row.expected), row.is_solved ? 1 : 0, row.seconds, row.processor_seconds,
                            row.memory_megabytes, field(row.complaint));
    return text;
}

ResultTable read_results(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + ": cannot be read");
    ResultTable table;
    std::vector<std::string> columns;
    std::set<std::string> seen;
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        const auto wrong = [&](const std::string& why) {
            return std::runtime_error(fmt::format("{}:{}: {}", path, number, why));
        };
        if (line.empty()) continue;
        if (line.starts_with("# ") && columns.empty()) {
            const std::size_t colon = line.find(": ");
            if (colon == std::string::npos) throw wrong("not '# name: value'");
            table.facts[line.substr(2, colon - 2)] = line.substr(colon + 2);
            continue;
        }
        const std::vector<std::string> fields = fields_of(line);
        if (columns.empty()) {
            columns = fields;
            for (const char* needed : {"instance", "verdict", "solved"})
                if (std::ranges::find(columns, needed) == columns.end())
                    throw wrong(std::string("the header has no column ") + needed);
            continue;
        }
        if (fields.size() != columns.size())
            throw wrong(fmt::format("{} fields, the header has {}", fields.size(), columns.size()));
        Result row;
        try {
            for (std::size_t i = 0; i < fields.size(); ++i)
                if (const auto setter = setters().find(columns[i]); setter != setters().end())
                    setter->second(row, fields[i]);
        } catch (const std::runtime_error& error) {
            throw wrong(error.what());
        }
        if (!seen.insert(row.instance).second) throw wrong("instance '" + row.instance + "' for the second time");
        table.rows.push_back(std::move(row));
    }
    if (columns.empty()) throw std::runtime_error(path + ": no header");
    return table;
}

std::vector<std::vector<std::string>> read_csv(const std::string& path, std::size_t fields) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + ": cannot be read");
    std::vector<std::vector<std::string>> rows;
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
        if (++number == 1 || line.empty()) continue;
        rows.push_back(fields_of(line));
        if (rows.back().size() != fields)
            throw std::runtime_error(fmt::format("{}:{}: {} fields, not {}", path, number, rows.back().size(), fields));
    }
    return rows;
}

}  // namespace sinew::bench
