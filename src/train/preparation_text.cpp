// SPDX-License-Identifier: Apache-2.0
#include "train/preparation_text.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "exact/decimal.hpp"

namespace sinew::train {

namespace {
using nlohmann::json;
constexpr int version = 1;

Rational rational_of(const json& object, const char* key, int absent) {
    if (!object.contains(key)) return absent;
    const std::optional<Rational> number = parse_number(object.at(key).get<std::string>());
    if (!number) throw std::invalid_argument(fmt::format("'{}' is no number", key));
    return *number;
}

/// A whole number as JSON has it. The library's own conversions wrap and cut: they would read column 4294967296 as 0.
std::int64_t whole_at(const json& object, const char* key, std::int64_t least, std::int64_t most) {
    const json& value = object.at(key);
    const bool fits = value.is_number_unsigned() ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(most)
                                                 : value.is_number_integer() && value.get<std::int64_t>() <= most;
    if (!fits || value.get<std::int64_t>() < least)
        throw std::invalid_argument(
            fmt::format("'{}' is {}, no whole number from {} to {}", key, nlohmann::to_string(value), least, most));
    return value.get<std::int64_t>();
}

json to_json(const Column& column) {
    json object = {{"name", column.name}};
    object["kind"] = column.kind == Column::Kind::number ? "number" : "category";
    if (!column.values.empty()) object["values"] = column.values;
    if (column.kind == Column::Kind::number) object["missing"] = to_string(column.fill);
    return object;
}

json to_json(const Feature& feature) {
    json object = {{"column", feature.column}};
    switch (feature.rule) {
        case Feature::Rule::whole:
            object["lower"] = feature.lower;
            object["upper"] = feature.upper;
            if (feature.factor != 1) object["factor"] = to_string(feature.factor);
            if (feature.offset != 0) object["offset"] = to_string(feature.offset);
            break;
        case Feature::Rule::at_least:
            object["at_least"] = to_string(feature.offset);
            break;
        case Feature::Rule::equals:
            object["equals"] = feature.value;
            break;
    }
    return object;
}

Column column_of(const json& object) {
    Column column;
    column.name = object.at("name").get<std::string>();
    const auto kind = object.at("kind").get<std::string>();
    if (kind != "number" && kind != "category") throw std::invalid_argument("a kind is neither number nor category");
    column.kind = kind == "number" ? Column::Kind::number : Column::Kind::category;
    if (object.contains("values")) column.values = object.at("values").get<std::vector<std::string>>();
    if (column.kind == Column::Kind::number && !column.values.empty() && column.values.size() != 2)
        throw std::invalid_argument("a column of numbers has other than two values");
    column.fill = rational_of(object, "missing", 0);
    return column;
}

Feature feature_of(const json& object, const std::vector<Column>& columns) {
    Feature feature;
    if (columns.empty()) throw std::invalid_argument("a feature has no column");
    const auto last_column = static_cast<std::int64_t>(columns.size()) - 1;
    feature.column = static_cast<std::uint32_t>(whole_at(object, "column", 0, last_column));
    const bool words = columns[feature.column].kind == Column::Kind::category;
    if (words != object.contains("equals")) throw std::invalid_argument("a feature does not fit its column");
    if (object.contains("at_least")) {
        feature.rule = Feature::Rule::at_least;
        feature.offset = rational_of(object, "at_least", 0);
    } else if (words) {
        feature.rule = Feature::Rule::equals;
        feature.value = object.at("equals").get<std::string>();
    } else {
        feature.lower = static_cast<std::int32_t>(whole_at(object, "lower", -largest_feature, largest_feature));
        feature.upper = static_cast<std::int32_t>(whole_at(object, "upper", -largest_feature, largest_feature));
        if (feature.lower > feature.upper) throw std::invalid_argument("a feature has no values");
        feature.factor = rational_of(object, "factor", 1);
        feature.offset = rational_of(object, "offset", 0);
    }
    return feature;
}

/// Preparations written before there was the key "header" tell by the names of their columns.
bool is_numbered(const Preparation& preparation) {
    return std::all_of(preparation.columns.begin(), preparation.columns.end(), [](const Column& column) {
        constexpr std::string_view begin = "column ";
        return column.name.starts_with(begin) && column.name.size() > begin.size() &&
               column.name.find_first_not_of("0123456789", begin.size()) == std::string::npos;
    });
}
}  // namespace

std::string preparation_text(const Preparation& preparation) {
    json object = {{"version", version}, {"label", preparation.label}, {"classes", preparation.classes}};
    object["header"] = preparation.has_header;
    object["columns"] = json::array();
    for (const Column& column : preparation.columns) object["columns"].push_back(to_json(column));
    object["features"] = json::array();
    for (const Feature& feature : preparation.features) object["features"].push_back(to_json(feature));
    return nlohmann::to_string(object);  // tables and options are UTF-8: their readers see to it
}

Preparation parse_preparation(std::string_view text, const std::string& file) {
    try {
        const json object = json::parse(text);
        if (object.at("version") != version) throw std::invalid_argument(fmt::format("its version is not {}", version));
        Preparation preparation;
        preparation.label = object.at("label").get<std::string>();
        preparation.classes = object.at("classes").get<std::vector<std::string>>();
        if (preparation.classes.size() < 2) throw std::invalid_argument("it has fewer than two classes");
        for (const json& column : object.at("columns")) preparation.columns.push_back(column_of(column));
        for (const json& feature : object.at("features"))
            preparation.features.push_back(feature_of(feature, preparation.columns));
        if (preparation.features.empty()) throw std::invalid_argument("it has no features");
        preparation.has_header =
            object.contains("header") ? object.at("header").get<bool>() : !is_numbered(preparation);
        return preparation;
    } catch (const json::exception& error) {
        throw InputError({file, 0, 0}, fmt::format("the preparation of raw rows is damaged: {}", error.what()));
    } catch (const std::invalid_argument& error) {
        throw InputError({file, 0, 0}, fmt::format("the preparation of raw rows is damaged: {}", error.what()));
    }
}

}  // namespace sinew::train
