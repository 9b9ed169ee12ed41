#include "cli/json_answer.hpp"

#include <nlohmann/json.hpp>

#include "cli/common_options.hpp"
#include "report/page.hpp"
#include "write/json_text.hpp"

namespace sinew::cli {

JsonAnswer::JsonAnswer(std::string_view kind, const Arguments& arguments)
    : arguments_(arguments), kind_(kind), log_(kind, arguments), progress_(kind, arguments) {
    if (const std::optional<std::string> path = json_path_of(arguments)) {
        file_.emplace(*path);
        if (*path != "-") name_ = *path;
    }
    if (const std::optional<std::string> path = report_path_of(arguments)) page_.emplace(*path);
    if (!file_ && !page_ && !log_.is_wanted()) return;
    provenance_.emplace(arguments);
    log_.begin(*provenance_);
}

void JsonAnswer::give(const nlohmann::ordered_json& answer, bool is_complete) {
    if (!is_wanted()) return;
    if (provenance_) provenance_->complete();
    if (log_.is_wanted()) {
        if (!log_.has_rows() && answer.contains("status"))
            log_.add(row_of(answer, question_about(kind_, arguments_, provenance_->files())));
        log_.finish(is_complete);
    }
    const auto status = answer.find("status");
    progress_.tell("finished", {{"status", status == answer.end() ? nlohmann::ordered_json(nullptr) : *status}});
    if (!file_ && !page_) return;
    nlohmann::ordered_json whole;
    whole["kind"] = kind_;
    whole.update(answer);
    whole["provenance"] = provenance_->json();
    if (file_) file_->write(write::json_document(whole));
    if (page_) page_->write(report::page({{name_, nlohmann::json(whole)}}));
}

}  // namespace sinew::cli
