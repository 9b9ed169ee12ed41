// SPDX-License-Identifier: Apache-2.0
#include "report/document.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "base/error.hpp"
#include "exact/decimal.hpp"
#include "report/html.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {
const Json nothing;
const Json no_items = Json::array();
const Json no_fields = Json::object();

/// No document of ours is deeper than a dozen; what follows may recurse.
constexpr int deepest = 64;
constexpr std::size_t longest_text = 4000;
constexpr std::size_t most_texts = 50;
/// Beyond it an exact number is not worth the time of reading it for a picture.
constexpr std::size_t longest_number = 20000;

struct NamedKind {
    std::string_view word;
    Kind kind;
};
constexpr NamedKind kinds[] = {{"verify", Kind::verify},   {"optimize", Kind::optimize}, {"solve", Kind::solve},
                               {"certify", Kind::certify}, {"train", Kind::train},       {"evaluate", Kind::evaluate}};

/// Line and column of a byte, both from 1.
SourceLocation place_of(std::string_view text, std::size_t byte, const std::string& file) {
    SourceLocation place{file, 1, 1};
    for (const char c : text.substr(0, byte)) {
        ++place.column;
        if (c != '\n') continue;
        ++place.line;
        place.column = 1;
    }
    return place;
}

Json parse(std::string_view text, const std::string& file) {
    const auto is_shallow = [&](int depth, Json::parse_event_t, Json&) {
        if (depth > deepest) throw InputError({file, 0, 0}, "this JSON nests deeper than any answer of sinew does");
        return true;
    };
    try {
        return Json::parse(text, is_shallow);
    } catch (const Json::parse_error& error) {
        const std::size_t byte = error.byte == 0 ? 0 : error.byte - 1;
        throw InputError(place_of(text, byte, file),
                         byte >= text.size() ? "the JSON ends too early" : "this is no JSON",
                         "what a command of sinew writes with --json");
    } catch (const Json::exception&) {
        throw InputError({file, 0, 0}, "a number in this JSON is too large for a double");
    }
}
}  // namespace

std::string_view word_of(Kind kind) {
    for (const NamedKind& named : kinds)
        if (named.kind == kind) return named.word;
    return "answer";
}

Kind kind_of(const Json& json) {
    const std::string told = text_of(json, "kind");
    for (const NamedKind& named : kinds)
        if (told == named.word) return named.kind;
    if (member(json, "examples").is_array()) return Kind::certify;
    if (member(json, "method").is_string() && json.contains("objectives")) return Kind::train;
    if (member(json, "confusion").is_object()) return Kind::evaluate;
    if (json.contains("objective") && json.contains("witness")) return Kind::optimize;
    if (json.contains("model")) return Kind::solve;
    if (json.contains("witness") || json.contains("questions")) return Kind::verify;
    if (json.contains("status") && json.contains("files")) return Kind::solve;
    return Kind::other;
}

std::vector<Document> parse_documents(std::string_view text, const std::string& file) {
    Json json = parse(text, file);
    std::vector<Document> documents;
    if (json.is_object()) {
        documents.push_back({file, std::move(json)});
        return documents;
    }
    const bool has_answers = json.is_array() && !json.empty();
    if (!has_answers || !std::all_of(json.begin(), json.end(), [](const Json& one) { return one.is_object(); }))
        throw InputError({file, 1, 1}, "this JSON is no answer",
                         "an object, or an array of them, as a command writes it with --json");
    for (Json& one : json) documents.push_back({fmt::format("{} {}", file, documents.size() + 1), std::move(one)});
    return documents;
}

const Json& member(const Json& object, std::string_view key) {
    if (!object.is_object()) return nothing;
    const auto found = object.find(std::string(key));
    return found == object.end() ? nothing : *found;
}

const Json& items(const Json& value) {
    return value.is_array() ? value : no_items;
}

const Json& fields(const Json& value) {
    return value.is_object() ? value : no_fields;
}

std::string text_of(const Json& value) {
    if (value.is_string()) return shortened(value.get_ref<const std::string&>(), longest_text);
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (value.is_number()) return shown(value.get<double>());
    return {};
}

std::optional<double> number_of(const Json& value) {
    if (value.is_number()) {
        const auto number = value.get<double>();
        return std::isfinite(number) ? std::optional<double>(number) : std::nullopt;
    }
    if (!value.is_string()) return std::nullopt;
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > longest_number) return std::nullopt;
    const std::optional<Rational> exact = parse_number(text);
    if (!exact) return std::nullopt;
    const double number = to_nearest(*exact);
    return std::isfinite(number) ? std::optional<double>(number) : std::nullopt;
}

std::optional<std::size_t> count_of(const Json& value) {
    if (value.is_number_unsigned()) return value.get<std::size_t>();
    if (value.is_number_integer() && value.get<std::int64_t>() >= 0) return value.get<std::size_t>();
    return std::nullopt;
}

bool is_true(const Json& value) {
    return value.is_boolean() && value.get<bool>();
}

std::vector<std::string> texts_of(const Json& value) {
    std::vector<std::string> texts;
    for (const Json& item : items(value)) {
        if (texts.size() == most_texts) break;
        texts.push_back(text_of(item));
    }
    return texts;
}

}  // namespace sinew::report
