// SPDX-License-Identifier: Apache-2.0
#include "cli/certify_rows.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "exact/decimal.hpp"
#include "write/json_text.hpp"

namespace sinew::cli {

namespace {
using Json = nlohmann::ordered_json;

constexpr const char* record_key = "record";

/// Words of the command line as the file has them: JSON's replacements for what is no UTF-8 are made.
Json as_written(const Json& value) {
    return Json::parse(write::json_line(value));
}

/// What is proved within one limit holds within every other: a run may go on with another one.
void without_limits(Json& options) {
    for (const char* limit : {"timeout", "memory"}) options.erase(limit);
}

void require_digest(const Json& known, const Json& now, const std::string& what, const SourceLocation& place) {
    if (known != now)
        throw InputError(place, fmt::format("its run is of {}, with SHA-256 {:.16}…", what, known.get<std::string>()),
                         fmt::format("{:.16}…", now.get<std::string>()));
}
}  // namespace

Json to_json(const CertifyIdentity& identity, const nlohmann::json& options) {
    Json json;
    json["network"] = identity.network;
    json["data"] = identity.data;
    json["labels"] = identity.labels ? Json(*identity.labels) : Json(nullptr);
    json["options"] = options;
    without_limits(json["options"]);
    return as_written(json);
}

void require_same(const Json& before, const Json& now, const std::string& file,
                  const std::vector<std::string>& data_files) {
    const SourceLocation place{file, 0, 0};
    try {
        Json known = before;
        without_limits(known.at("options"));
        const Json& options = known.at("options");
        for (const auto& [option, value] : now.at("options").items()) {
            const Json other = options.contains(option) ? options.at(option) : Json(nullptr);
            if (other != value)
                throw InputError(place, fmt::format("its run has another {}: {}", option, write::json_line(other)),
                                 write::json_line(value));
        }
        require_digest(known.at("network"), now.at("network"), "another network", place);
        const Json& data = known.at("data");
        if (data.size() != now.at("data").size())
            throw InputError(place, fmt::format("its run is of other data, in {} files", data.size()),
                             fmt::format("{}", now.at("data").size()));
        for (std::size_t f = 0; f < data.size(); ++f)
            require_digest(data.at(f), now.at("data").at(f), fmt::format("other data than {}", data_files.at(f)),
                           place);
        const Json& labels = known.at("labels");
        if (labels.is_null() != now.at("labels").is_null())
            throw InputError(place, fmt::format("its run is one {} --labels", labels.is_null() ? "without" : "with"),
                             labels.is_null() ? "without it" : "with it");
        if (!labels.is_null()) require_digest(labels, now.at("labels"), "other labels", place);
        if (known != now) throw InputError(place, "its run has other options", "the same command line");
    } catch (const nlohmann::json::exception&) {
        throw InputError(place, "its run does not say what it is about", "a run of sinew certify --resume");
    }
}

std::vector<results::Row> rows_of(const CertifyRecord& record, const results::Question& about,
                                  const certify::Asked& asked) {
    results::Question question = about;
    question.row = static_cast<std::int64_t>(record.row);
    // Whether the critical ε is asked for, too, changes no question at an ε.
    Json options = Json::parse(about.options);
    options.erase("minimal");
    // --flips K is --norm 0 --epsilon K.
    if (options.contains("flips")) options["norm"] = "0";
    options.erase("flips");
    if (!options.contains("norm")) options["norm"] = "inf";
    question.options = write::json_line(options);
    std::vector<results::Row> rows;
    for (const EpsilonRecord& at : record.epsilons) {
        results::Row row;
        row.question = question;
        row.question.epsilon = at.epsilon;
        row.status = at.status;
        row.decided_by = at.decided_by;
        row.reason = at.reason;
        row.seconds = at.seconds;
        row.details = "{}";
        row.statistics = "{}";
        rows.push_back(std::move(row));
    }
    if (rows.empty() || asked.minimal) {
        results::Row row;
        row.question = question;
        if (asked.minimal) {
            options["minimal"] = true;
            if (asked.largest) options["largest"] = to_string(*asked.largest);
            row.question.options = write::json_line(options);
        } else if (asked.epsilons.size() == 1) {
            row.question.epsilon = to_string(asked.epsilons.front());
        }
        row.status = record.status;
        row.decided_by = record.decided_by;
        row.reason = record.reason;
        row.seconds = record.seconds;
        rows.push_back(std::move(row));
    }
    // The last has what is known of the example as a whole.
    results::Row& last = rows.back();
    last.value = record.distance;
    last.bound = record.bound;
    Json whole = to_json(record);
    last.statistics = write::json_line(whole.at("statistics"));
    if (!record.changes.empty()) last.witness = write::json_line(whole.at("changes"));
    for (const char* column : {"statistics", "changes"}) whole.erase(column);
    last.details = write::json_line(Json{{record_key, std::move(whole)}});
    return rows;
}

std::map<std::size_t, CertifyRecord> records_in(const std::vector<results::Row>& rows, const std::string& file) {
    std::map<std::size_t, CertifyRecord> records;
    for (const results::Row& row : rows) {
        try {
            const nlohmann::json details = nlohmann::json::parse(row.details);
            if (!details.contains(record_key)) continue;
            nlohmann::json whole = details.at(record_key);
            whole["statistics"] = nlohmann::json::parse(row.statistics);
            whole["changes"] = row.witness ? nlohmann::json::parse(*row.witness) : nlohmann::json::array();
            const CertifyRecord record = record_from(whole);
            records.insert_or_assign(record.row, record);
        } catch (const nlohmann::json::exception&) {
            throw InputError({file, 0, 0}, fmt::format("the answer to row {} is damaged", row.question.row));
        }
    }
    return records;
}

}  // namespace sinew::cli
