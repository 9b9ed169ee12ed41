// SPDX-License-Identifier: Apache-2.0
#include "report/embedded.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "report/html.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {

/// A part of every example that can go.
bool drop_from_examples(Json& json, const char* key) {
    if (!json.contains("examples") || !json["examples"].is_array()) return false;
    bool some = false;
    for (Json& example : json["examples"])
        if (example.is_object()) some = example.erase(key) > 0 || some;
    return some;
}

bool drop(Json& object, const char* key) {
    return object.is_object() && object.erase(key) > 0;
}

/// Keeps the first examples, as many as `room` has place for beside the rest. False where there are none.
bool cut_examples(Json& json, std::size_t room, std::string& left_out) {
    if (!json.contains("examples") || !json["examples"].is_array() || json["examples"].empty()) return false;
    Json examples = std::exchange(json["examples"], Json::array());
    const std::size_t rest = script_json(json).size();
    std::size_t size = rest;
    for (Json& example : examples) {
        size += script_json(example).size() + 1;
        if (size > room) break;
        json["examples"].push_back(std::move(example));
    }
    left_out += fmt::format("{}all but the first {} of {} examples", left_out.empty() ? "" : ", ",
                            shown_count(json["examples"].size()), shown_count(examples.size()));
    return true;
}
}  // namespace

Json cut_to(const Json& json, std::size_t room, std::string& left_out) {
    const auto fits = [&](const Json& some) { return script_json(some).size() <= room; };
    if (fits(json)) return json;
    Json some = json;
    const auto tell = [&](const char* what) { left_out += (left_out.empty() ? "" : ", ") + std::string(what); };
    for (const auto& [key, what] :
         {std::pair("statistics", "the examples' statistics"), std::pair("adversarial", "adversarial inputs"),
          std::pair("inputs", "the examples' inputs"), std::pair("changes", "changes of inputs")}) {
        if (!drop_from_examples(some, key)) continue;
        tell(what);
        if (fits(some)) return some;
    }
    if (some.contains("search") && drop(some["search"], "history")) tell("the history of the search");
    if (drop(some, "history")) tell("the history");
    if (fits(some)) return some;
    if (some.contains("asked") && drop(some["asked"], "inputs")) tell("the bounds of the inputs");
    if (fits(some)) return some;
    if (drop(some, "questions")) tell("the questions");
    if (drop(some, "model")) tell("the model");
    if (drop(some, "witness")) tell("the witness");
    if (fits(some)) return some;
    if (cut_examples(some, room, left_out) && fits(some)) return some;
    return nullptr;
}

std::string embedded_html(const std::vector<Document>& documents, std::size_t room) {
    std::string scripts;
    std::string told;
    // What a small document leaves, the next ones may have.
    for (std::size_t d = 0; d < documents.size(); ++d) {
        const std::size_t share = (room - std::min(room, scripts.size())) / (documents.size() - d);
        std::string left_out;
        const std::size_t frame = 120;
        const Json json = cut_to(documents[d].json, share > frame ? share - frame : 0, left_out);
        const std::string id = documents.size() == 1 ? "document" : fmt::format("document-{}", d + 1);
        const std::string name = documents.size() == 1 ? "the document" : fmt::format("document {}", d + 1);
        if (json.is_null()) {
            if (told.size() < 4000) told += fmt::format("<p class=\"note\">There is no room for {} here.</p>", name);
            continue;
        }
        scripts += fmt::format("<script type=\"application/json\" id=\"{}\">{}</script>\n", id, script_json(json));
        if (!left_out.empty() && told.size() < 4000)
            told += fmt::format("<p class=\"note\">Left out of {}, so that this page stays small: {}.</p>", name,
                                escaped(left_out));
    }
    return fmt::format(
        "<section id=\"json\" aria-labelledby=\"json-title\"><h2 id=\"json-title\">The JSON inside</h2><p "
        "class=\"note\">This page "
        "carries what it was made from, for programs: elements <code>&lt;script type=\"application/json\"&gt;</code> "
        "with the id "
        "<code>{}</code>.</p>{}{}</section>\n",
        documents.size() == 1 ? "document" : "document-1, document-2, …", told, scripts);
}

}  // namespace sinew::report
