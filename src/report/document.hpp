// SPDX-License-Identifier: Apache-2.0
// The commands' JSON documents (docs/json.md) as a page reads them: whatever a file holds, missing keys and wrong types
// are "not told", never an error.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace sinew::report {

using Json = nlohmann::json;

/// One command's answer.
struct Document {
    std::string name;  ///< the file that it was read from; empty where the command itself makes the page
    Json json;
};

enum class Kind { verify, optimize, solve, certify, train, evaluate, other };

/// By the key `kind`; documents of before that key by the keys that they have.
Kind kind_of(const Json& json);
std::string_view word_of(Kind kind);

/// The answers in `text`: a JSON object, or an array of them. Throws InputError naming the file, the line and the
/// column.
std::vector<Document> parse_documents(std::string_view text, const std::string& file);

/// A member; null where there is none or `object` is no object.
const Json& member(const Json& object, std::string_view key);
/// The array itself, or an empty one.
const Json& items(const Json& value);
inline const Json& items(const Json& object, std::string_view key) {
    return items(member(object, key));
}
/// The object itself, or an empty one.
const Json& fields(const Json& value);

/// A string (its middle left out where it is longer than anybody reads), a number as a person writes it, "yes" and
/// "no";
/// "" for null, arrays and objects.
std::string text_of(const Json& value);
inline std::string text_of(const Json& object, std::string_view key) {
    return text_of(member(object, key));
}
/// A finite number, or the double nearest to an exact one in a string ("1/100").
std::optional<double> number_of(const Json& value);
inline std::optional<double> number_of(const Json& object, std::string_view key) {
    return number_of(member(object, key));
}
/// A whole number that is not negative.
std::optional<std::size_t> count_of(const Json& value);
inline std::optional<std::size_t> count_of(const Json& object, std::string_view key) {
    return count_of(member(object, key));
}
/// True only of `true`.
bool is_true(const Json& value);

/// The texts of an array of strings, as many as a page has place for.
std::vector<std::string> texts_of(const Json& value);

}  // namespace sinew::report
