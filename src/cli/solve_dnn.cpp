// SPDX-License-Identifier: Apache-2.0
#include "cli/solve_dnn.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "cli/answer.hpp"
#include "cli/common_options.hpp"
#include "cli/json_answer.hpp"
#include "cli/print.hpp"
#include "cli/question_options.hpp"
#include "cli/settings.hpp"
#include "cli/terminal_observer.hpp"
#include "cli/within_limits.hpp"
#include "verify/verify.hpp"
#include "write/json.hpp"
#include "write/verdict_text.hpp"

namespace sinew::cli {

ExitStatus solve_dnn(const Arguments& arguments) {
    const std::optional<std::string> expected = expectation_of(arguments);
    JsonAnswer json("solve", arguments);
    verify::Options options;
    options.threads = threads_of(arguments);
    options.settings = settings_of(arguments);
    options.limits = limits_of(arguments);
    model::Query query;
    TerminalObserver observer(quiet(arguments) ? Verbosity::quiet : Verbosity::normal, false, json.progress());
    const auto decide = [&] {
        query = load_question(arguments);
        json.know(query);
        return naming_file(arguments.files[0], [&] { return verify::verify(query, options, observer); });
    };
    const auto tell = [&](const model::Verdict& verdict) {
        observer.erase();
        if (json.is_wanted()) json.give(write::verdict_json(query, verdict, arguments.files));
        if (json.leaves_text()) {
            print_out("{}\n", model::to_string(verdict.status));
            if (!verdict.reason.empty() && !quiet(arguments)) print_out("reason: {}\n", verdict.reason);
            if (verdict.witness && !quiet(arguments)) write_output(write::assignment_text(query, *verdict.witness));
        }
        return exit_status_of(verdict.status, expected);
    };
    return within_limits(options.limits, decide, stopped_verdict, tell, options.threads);
}

}  // namespace sinew::cli
