// SPDX-License-Identifier: Apache-2.0
#include "cli/verify_unit.hpp"

#include <atomic>

#include <fmt/core.h>

#include "base/error.hpp"
#include "cli/answer.hpp"
#include "cli/common_options.hpp"
#include "cli/print.hpp"
#include "cli/terminal_observer.hpp"
#include "cli/within_limits.hpp"
#include "units/folder.hpp"
#include "units/question.hpp"
#include "units/unit_search.hpp"

namespace sinew::cli {

bool asks_unit(const Arguments& arguments) {
    return arguments.files.size() == 1 && units::is_unit(arguments.files[0]);
}

ExitStatus verify_unit(const Arguments& arguments, const verify::Options& options) {
    const std::string& file = arguments.files[0];
    for (const char* option : {"in", "out", "format", "output", "trace"})
        if (arguments.has(option))
            throw UsageError(fmt::format("--{}: {} is a unit, which says by itself what is asked", option, file));
    Answer answer(arguments);
    units::UnitSearch search(file);
    TerminalObserver observer(quiet(arguments) ? Verbosity::quiet : Verbosity::normal, false, answer.progress());
    std::atomic<bool> has_ended{false};
    const auto work = [&] {
        search.read(observer);
        answer.know(search.query());
        model::Verdict verdict = search.run(options, observer);
        has_ended = true;
        return verdict;
    };
    const auto tell = [&](const model::Verdict& verdict) {
        observer.erase();
        search.keep(verdict, units::processor_seconds(), has_ended);
        if (!quiet(arguments) && verdict.status == model::Status::unsat)
            print_error("note: this is the verdict of a part; sinew merge {} says what all parts answer\n",
                        units::folder_of_units(file));
        return answer.give(search.query(), verdict);
    };
    return within_limits(options.limits, work, stopped_verdict, tell, options.threads);
}

}  // namespace sinew::cli
