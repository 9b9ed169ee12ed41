// SPDX-License-Identifier: Apache-2.0
#include "cli/merge_units.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "cli/answer.hpp"
#include "cli/common_options.hpp"
#include "cli/json_answer.hpp"
#include "cli/print.hpp"
#include "cli/within_limits.hpp"
#include "units/merge.hpp"
#include "units/question.hpp"
#include "write/json.hpp"
#include "write/verdict_text.hpp"

namespace sinew::cli {

namespace {
using Json = nlohmann::ordered_json;

/// Open units that the text names.
constexpr std::size_t most_open_named = 20;

struct Told {
    model::Query query;
    units::Merged merged;
    model::Verdict verdict;
    std::string engines;
};

std::string plural(std::size_t count, std::string_view word) {
    return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string reason_of(const units::Merged& merged) {
    if (!merged.wrong.empty())
        return plural(merged.wrong.size(), "file") + " of the folder cannot be taken as they are";
    return fmt::format("{} of {} open", merged.open.size(),
                       plural(merged.units, "unit") + (merged.units == 1 ? " is" : " are"));
}

std::string summary_text(const units::Merged& merged) {
    std::string text =
        fmt::format("{}: {} refuted, {} open; {} refuted while splitting\n", plural(merged.units, "unit"),
                    merged.refuted, merged.open.size(), plural(merged.refuted_while_splitting, "part"));
    text += fmt::format("processor time: {:.2f} s of searching in {}, {:.2f} s of splitting\n",
                        merged.searching_seconds, plural(merged.runs, "run"), merged.splitting_seconds);
    if (!merged.witness_unit.empty()) text += fmt::format("the witness is that of {}\n", merged.witness_unit);
    for (std::size_t i = 0; i < merged.open.size() && i < most_open_named; ++i) {
        const units::OpenUnit& open = merged.open[i];
        text += open.runs == 0 ? fmt::format("open: {}\n", open.path)
                               : fmt::format("open: {} ({} after {:.2f} s in {})\n", open.path,
                                             model::to_string(open.status), open.seconds, plural(open.runs, "run"));
    }
    if (merged.open.size() > most_open_named)
        text += fmt::format("… and {} more\n", merged.open.size() - most_open_named);
    return text;
}

Json units_json(const std::string& folder, const units::Merged& merged) {
    Json json;
    json["folder"] = folder;
    json["units"] = merged.units;
    json["refuted"] = merged.refuted;
    json["refuted_while_splitting"] = merged.refuted_while_splitting;
    json["splits"] = merged.splits;
    json["runs"] = merged.runs;
    json["splitting_processor_seconds"] = merged.splitting_seconds;
    json["searching_processor_seconds"] = merged.searching_seconds;
    json["unit_processor_seconds"] = merged.unit_seconds;
    json["witness_unit"] = merged.witness_unit.empty() ? Json(nullptr) : Json(merged.witness_unit);
    json["open"] = Json::array();
    for (const units::OpenUnit& open : merged.open)
        json["open"].push_back({{"unit", open.path},
                                {"status", open.runs == 0 ? Json(nullptr) : Json(model::to_string(open.status))},
                                {"runs", open.runs},
                                {"processor_seconds", open.seconds},
                                {"hardness", open.hardness},
                                {"reason", open.reason}});
    json["wrong"] = merged.wrong;
    json["contradictions"] = merged.contradictions;
    return json;
}
}  // namespace

bool merges_units(const Arguments& arguments) {
    return arguments.files.size() == 1 && units::is_folder_of_units(arguments.files[0]);
}

ExitStatus merge_units(const Arguments& arguments) {
    const std::string& folder = arguments.files[0];
    const std::optional<std::string> expected = expectation_of(arguments);
    JsonAnswer json("merge", arguments);
    const Limits limits = limits_of(arguments);
    Told told;
    const auto work = [&] {
        const units::Question question = units::Question::of_folder(folder);
        told.query = question.load();
        std::string path = folder;
        while (path.size() > 1 && path.ends_with('/')) path.pop_back();
        told.merged = units::merge(path, told.query, question.digest());
        model::Verdict verdict;
        verdict.status = told.merged.status;
        verdict.witness = told.merged.witness;
        told.engines = told.merged.decided_by;
        verdict.decided_by = told.engines;
        verdict.seconds = told.merged.searching_seconds + told.merged.splitting_seconds;
        if (verdict.status == model::Status::unknown) verdict.reason = reason_of(told.merged);
        return verdict;
    };
    const auto tell = [&](const model::Verdict& verdict) {
        const bool is_stopped = verdict.status == model::Status::timeout;
        static const model::Query none;
        const model::Query& query = is_stopped ? none : told.query;
        if (json.is_wanted()) {
            Json answer = write::verdict_json(query, verdict, arguments.files);
            answer["units"] = is_stopped ? Json(nullptr) : units_json(folder, told.merged);
            json.give(answer);
        }
        if (json.leaves_text()) {
            if (quiet(arguments))
                print_out("{}\n", model::to_string(verdict.status));
            else
                write_output(write::verdict_text(query, verdict) + (is_stopped ? "" : summary_text(told.merged)));
        }
        if (is_stopped) return exit_status_of(verdict.status, expected);
        for (const std::string& wrong : told.merged.wrong) print_error("{}\n", wrong);
        for (const std::string& alarm : told.merged.contradictions)
            print_error("contradiction: {}: this is a bug of sinew, please report it\n", alarm);
        if (!told.merged.contradictions.empty()) return not_as_expected;
        return told.merged.wrong.empty() ? exit_status_of(verdict.status, expected) : input_error;
    };
    return within_limits(limits, work, stopped_verdict, tell);
}

}  // namespace sinew::cli
