// SPDX-License-Identifier: Apache-2.0
#include "cli/json_answer.hpp"

#include <nlohmann/json.hpp>

#include "cli/common_options.hpp"
#include "report/page.hpp"
#include "write/json_text.hpp"
#include "write/query_json.hpp"

namespace sinew::cli {

JsonAnswer::JsonAnswer(std::string_view kind, const Arguments& arguments)
    : arguments_(arguments), kind_(kind), log_(kind, arguments), progress_(kind, arguments) {
    if (const std::optional<std::string> path = json_path_of(arguments)) {
        file_.emplace(*path);
        if (*path != "-") name_ = *path;
    }
    if (const std::optional<std::string> path = report_path_of(arguments)) page_.emplace(*path);
    // Of one search: a data set has many, one after another.
    if ((file_ || page_) && kind != "certify" && kind != "evaluate") progress_.keep();
    if (!file_ && !page_ && !log_.is_wanted()) return;
    provenance_.emplace(arguments);
    log_.begin(*provenance_);
}

JsonAnswer::~JsonAnswer() = default;

void JsonAnswer::know(std::string_view key, nlohmann::ordered_json value) {
    const std::lock_guard lock(mutex_);
    if (!known_) known_ = std::make_unique<nlohmann::ordered_json>();
    (*known_)[std::string(key)] = std::move(value);
}

void JsonAnswer::know(const model::Query& query) {
    if (provenance_ && log_.has_file()) require_unchanged(provenance_->files(), digested_files(arguments_));
    if (!file_ && !page_) return;
    know("asked", write::asked_json(query));
    know("network", write::network_json(query));
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
    {
        const std::lock_guard lock(mutex_);
        if (known_) whole.update(*known_);
    }
    if (nlohmann::ordered_json history = progress_.history(); !history.empty())
        whole["search"] = {{"history", std::move(history)}};
    whole["provenance"] = provenance_->json();
    if (file_) file_->write(write::json_document(whole));
    if (page_) page_->write(report::page({{name_, nlohmann::json(whole)}}));
}

}  // namespace sinew::cli
