// sinew verify: is there an input with this property?
#include <fmt/core.h>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "base/suggest.hpp"
#include "cli/answer.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/progress_lines.hpp"
#include "cli/question_options.hpp"
#include "cli/result_log.hpp"
#include "cli/settings.hpp"
#include "cli/terminal_observer.hpp"
#include "cli/within_limits.hpp"
#include "model/stopped.hpp"
#include "verify/verify.hpp"

namespace sinew::cli {

extern const Command verify_command;

namespace {

struct NamedStrategy {
    const char* name;
    verify::Strategy strategy;
};
constexpr NamedStrategy strategies[] = {{"automatic", verify::Strategy::automatic},
                                        {"branch_and_bound", verify::Strategy::branch_and_bound},
                                        {"lazy", verify::Strategy::lazy},
                                        {"textbook", verify::Strategy::textbook},
                                        {"binarized", verify::Strategy::binarized}};

void describe(OptionGroups& options) {
    describe_question(options, Objectives::none);
    OptionGroup search("strategy");
    // clang-format off
    search.options = {
        {"strategy", takes_text("NAME"),
         "automatic (default); branch_and_bound: bounds, attack, input and phase splits; lazy: clause learning over the linear "
         "theory; textbook: plain DPLL over phases in number order; binarized: sign and hardlim networks over reals as a "
         "pseudo-Boolean problem over the linear theory"},
        {"trace", "tell the search step by step on standard output: as it goes on a terminal, else after the answer"},
        {"proof", takes_text("FILE"), "not there yet: proofs are not written by this version"}};
    // clang-format on
    options.push_back(search);
    describe_limits(options);
    describe_output(options);
    describe_database(options);
    describe_progress(options);
    describe_row_files(options);
}

verify::Strategy strategy_of(const Arguments& arguments) {
    if (!arguments.has("strategy")) return verify::Strategy::automatic;
    const auto& name = arguments.get<std::string>("strategy");
    std::vector<std::string> names;
    for (const NamedStrategy& named : strategies) {
        if (name == named.name) return named.strategy;
        names.emplace_back(named.name);
    }
    throw UsageError(
        fmt::format("no strategy is called '{}'{}; see sinew help verify", name, did_you_mean(name, names)));
}

model::Verdict decide(const Arguments& arguments, const verify::Options& options, Observer& observer,
                      model::Query& query) {
    query = load_question(arguments);
    return naming_file(arguments.files[0], [&] { return verify::verify(query, options, observer); });
}

ExitStatus run(const Arguments& arguments) {
    if (arguments.has("proof")) throw UsageError("--proof: this version of sinew does not write proofs yet");
    verify::Options options;
    options.strategy = strategy_of(arguments);
    options.threads = threads_of(arguments);
    options.settings = settings_of(arguments);
    const bool trace = arguments.has("trace");
    if (trace && json_path_of(arguments) == "-")
        throw UsageError("--trace and --json both want standard output; give a file: --json=FILE");
    Answer answer(arguments);
    options.limits = limits_of(arguments);
    model::Query query;
    TerminalObserver observer(quiet(arguments) ? Verbosity::quiet : Verbosity::normal, trace, answer.progress());
    const auto work = [&] { return decide(arguments, options, observer, query); };
    const auto tell = [&](const model::Verdict& verdict) {
        observer.erase();
        return answer.give(query, verdict);
    };
    const ExitStatus status = within_limits(options.limits, work, stopped_verdict, tell, options.threads);
    observer.tell_story();
    return status;
}
}  // namespace

const Command verify_command{
    "verify",
    "is there an input with this property? sat with an exact witness, or unsat",
    "verify [OPTION...] QUERY.dnn|QUERY.ipq\nverify [OPTION...] NETWORK.onnx PROPERTY.vnnlib",
    "The query describes a counterexample: sat means that one exists, and the answer shows it; unsat means\n"
    "that none does. Arithmetic is exact: 0.1 is 1/10, < is strict.\n"
    "Ctrl-C ends the search with the best answer so far; a second Ctrl-C ends the program.",
    "sinew verify inputs/dnn/two_by_two.dnn\n"
    "sinew verify --timeout 20 --json=answer.json net.onnx property.vnnlib\n"
    "sinew verify --strategy textbook --trace inputs/dnn/two_by_two.dnn",
    describe,
    run,
    json_option,
    json_suffix,
};

}  // namespace sinew::cli
