// sinew verify: is there an input with this property?
#include <fmt/core.h>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "bnn/verify_binarized.hpp"
#include "cli/answer.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/load_query.hpp"
#include "cli/suggest.hpp"
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
constexpr std::string_view binarized_strategy = "binarized";  // bnn/ knows it, verify/ does not
constexpr NamedStrategy strategies[] = {{"automatic", verify::Strategy::automatic},
                                        {"branch_and_bound", verify::Strategy::branch_and_bound},
                                        {"lazy", verify::Strategy::lazy},
                                        {"textbook", verify::Strategy::textbook}};

void describe(OptionGroups& options) {
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
}

verify::Strategy strategy_of(const Arguments& arguments) {
    if (!arguments.has("strategy")) return verify::Strategy::automatic;
    const auto& name = arguments.get<std::string>("strategy");
    std::vector<std::string> names;
    for (const NamedStrategy& named : strategies) {
        if (name == named.name) return named.strategy;
        names.emplace_back(named.name);
    }
    if (name == binarized_strategy) return verify::Strategy::automatic;
    names.emplace_back(binarized_strategy);
    throw UsageError(
        fmt::format("no strategy is called '{}'{}; see sinew help verify", name, did_you_mean(name, names)));
}

bool wants_binarized(const Arguments& arguments) {
    return arguments.has("strategy") && arguments.get<std::string>("strategy") == binarized_strategy;
}

/// Whether all neurons are sign or hardlim, and there are some.
bool is_binarized(const model::Query& query) {
    bool some = false;
    for (const model::Layer& layer : query.network.layers()) {
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        if (neurons == nullptr) continue;
        some = true;
        const model::ActivationKind kind = neurons->activation.kind;
        if (kind != model::ActivationKind::sign && kind != model::ActivationKind::hardlim) return false;
    }
    return some;
}

/// A short try of the general ladder, whose attack is good; then the search made for binarized networks, where it
/// applies; else the ladder for all the time there is.
model::Verdict decide_binarized(const model::Query& query, const verify::Options& options, Observer& observer,
                                bool alone) {
    constexpr double first_try_seconds = 0.3;
    constexpr std::size_t largest_first_try = 20000;  // variables: beyond, its bounds alone take too long
    if (!alone && query.network.variable_count() <= largest_first_try) {
        verify::Options first = options;
        first.limits = options.limits.within(first_try_seconds);
        model::Verdict verdict = verify::verify(query, first, observer);
        if (verdict.status == model::Status::sat || verdict.status == model::Status::unsat || options.limits.exceeded())
            return verdict;
    }
    std::string reason;
    if (std::optional<model::Verdict> verdict = bnn::verify_binarized(query, options.limits, observer, reason))
        return std::move(*verdict);
    if (const StopReason stop = options.limits.reached(); stop != StopReason::none) return model::stopped(stop);
    if (alone) throw InputError({}, "--strategy binarized: " + reason);
    return verify::verify(query, options, observer);
}

model::Verdict decide(const Arguments& arguments, const verify::Options& options, Observer& observer,
                      model::Query& query) {
    query = load_query(arguments.files);
    return naming_file(arguments.files[0], [&] {
        if (is_binarized(query) && (wants_binarized(arguments) || options.strategy == verify::Strategy::automatic))
            return decide_binarized(query, options, observer, wants_binarized(arguments));
        if (wants_binarized(arguments))
            throw InputError({}, "--strategy binarized: the network has no sign or hardlim neurons");
        return verify::verify(query, options, observer);
    });
}

ExitStatus run(const Arguments& arguments) {
    if (arguments.has("proof")) throw UsageError("--proof: this version of sinew does not write proofs yet");
    verify::Options options;
    options.strategy = strategy_of(arguments);
    options.threads = threads_of(arguments);
    options.seed = seed_of(arguments);
    const bool trace = arguments.has("trace");
    if (trace && json_path_of(arguments) == "-")
        throw UsageError("--trace and --json both want standard output; give a file: --json=FILE");
    Answer answer(arguments);
    options.limits = limits_of(arguments);
    model::Query query;
    TerminalObserver observer(quiet(arguments) ? Verbosity::quiet : Verbosity::normal, trace);
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
