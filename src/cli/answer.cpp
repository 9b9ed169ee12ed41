// SPDX-License-Identifier: Apache-2.0
#include "cli/answer.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "cli/common_options.hpp"
#include "cli/print.hpp"
#include "write/json.hpp"
#include "write/verdict_text.hpp"

namespace sinew::cli {

Answer::Answer(const Arguments& arguments)
    : files_(arguments.files),
      quiet_(quiet(arguments)),
      has_statistics_(arguments.has("statistics")),
      expected_(expectation_of(arguments)),
      json_("verify", arguments) {}

ExitStatus Answer::give(const model::Query& query, const model::Verdict& verdict) {
    if (json_.is_wanted()) json_.give(write::verdict_json(query, verdict, files_));
    if (json_.leaves_text()) {
        if (quiet_)
            print_out("{}\n", model::to_string(verdict.status));
        else
            write_output(write::verdict_text(query, verdict));
        if (has_statistics_)
            for (const auto& [name, value] : verdict.statistics.figures())
                print_out("{}: {:.{}f}\n", name, value, value == std::floor(value) ? 0 : 3);
    }
    return exit_status_of(verdict.status, expected_);
}

ExitStatus exit_status_of(model::Status status, const std::optional<std::string>& expected) {
    if (expected) return *expected == model::to_string(status) ? answered : not_as_expected;
    return status == model::Status::sat || status == model::Status::unsat ? answered : no_answer;
}

}  // namespace sinew::cli
