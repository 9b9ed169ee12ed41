// SPDX-License-Identifier: Apache-2.0
#include "write/json_text.hpp"

#include <nlohmann/json.hpp>

namespace sinew::write {

namespace {
constexpr int one_line = -1;

template <class AnyJson>
std::string text_of(const AnyJson& json, int indent) {
    return json.dump(indent, ' ', false, AnyJson::error_handler_t::replace);
}
}  // namespace

std::string json_document(const nlohmann::json& json) {
    return text_of(json, 2) + "\n";
}

std::string json_document(const nlohmann::ordered_json& json) {
    return text_of(json, 2) + "\n";
}

std::string json_line(const nlohmann::json& json) {
    return text_of(json, one_line);
}

std::string json_line(const nlohmann::ordered_json& json) {
    return text_of(json, one_line);
}

std::string text_at(const nlohmann::ordered_json& object, const char* key) {
    if (!object.is_object() || !object.contains(key) || !object.at(key).is_string()) return "";
    return object.at(key).get<std::string>();
}

}  // namespace sinew::write
