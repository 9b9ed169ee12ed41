#include "cli/json_answer.hpp"

#include <nlohmann/json.hpp>

#include "cli/common_options.hpp"
#include "write/json_text.hpp"

namespace sinew::cli {

JsonAnswer::JsonAnswer(std::string_view kind, const Arguments& arguments) : kind_(kind) {
    const std::optional<std::string> path = json_path_of(arguments);
    if (!path) return;
    file_.emplace(*path);
    provenance_.emplace(arguments);
}

void JsonAnswer::give(const nlohmann::ordered_json& answer) {
    if (!file_) return;
    nlohmann::ordered_json whole;
    whole["kind"] = kind_;
    whole.update(answer);
    whole["provenance"] = provenance_->json();
    file_->write(write::json_document(whole));
}

}  // namespace sinew::cli
