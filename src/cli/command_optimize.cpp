// SPDX-License-Identifier: Apache-2.0
// sinew optimize: the best value of a query's objective.
#include <mutex>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/json_answer.hpp"
#include "cli/print.hpp"
#include "cli/progress_lines.hpp"
#include "cli/proof_end.hpp"
#include "cli/question_options.hpp"
#include "cli/result_log.hpp"
#include "cli/settings.hpp"
#include "cli/within_limits.hpp"
#include "model/query_digest.hpp"
#include "verify/optimize.hpp"
#include "write/json.hpp"
#include "write/verdict_text.hpp"

namespace sinew::cli {

extern const Command optimize_command;

namespace {

void describe_optimize(OptionGroups& options) {
    describe_question(options, Objectives::allowed);
    describe_limits(options);
    describe_json(options);
    OptionGroup output("answers");
    // clang-format off
    output.options = {
        {"expect", takes_text("ANSWER").among({"optimum", "feasible", "unsat", "unbounded", "unknown", "timeout"}), "exit 5 unless this is the answer: optimum, feasible, unsat, unbounded, unknown or timeout"}};
    // clang-format on
    output.options.emplace_back("proof", takes_text("FILE"),
                                "write why no solution is better, for sinew check and sinew-check (docs/proofs.md), by "
                                "a search of its own after "
                                "the one for the optimum; compressed if the name ends in .gz");
    options.push_back(output);
    describe_database(options);
    describe_progress(options);
}

/// A line on standard error for each better solution; keeps the best.
class OptimumListener : public verify::OptimizeListener {
  public:
    OptimumListener(bool prints, ProgressLines& lines) : prints_(prints && lines.leaves_errors()), lines_(lines) {}
    void improved(const Rational& value, const model::Witness& witness) override {
        const std::lock_guard lock(mutex_);
        best_.value = value;
        best_.witness = witness;
        lines_.tell("better", {{"value", to_string(value)}, {"bound", bound()}});
        if (!prints_) return;
        print_error("value {}{}\n", to_string(value), best_.bound ? " bound " + to_string(*best_.bound) : "");
    }
    void bound_moved(const Rational& bound) override {
        const std::lock_guard lock(mutex_);
        best_.bound = bound;
        lines_.tell("bound", {{"bound", to_string(bound)}});
    }

    /// The answer where the search is ended in the midst, from another thread too.
    verify::Optimum stopped(Stopped why) {
        const std::lock_guard lock(mutex_);
        verify::Optimum optimum = best_;
        optimum.stop(why.reason, std::move(why.text));
        return optimum;
    }

  private:
    nlohmann::ordered_json bound() const {
        return best_.bound ? nlohmann::ordered_json(to_string(*best_.bound)) : nlohmann::ordered_json(nullptr);
    }

    bool prints_;
    ProgressLines& lines_;
    std::mutex mutex_;
    verify::Optimum best_;
};

std::optional<std::string> expected_answer(const Arguments& arguments) {
    if (!arguments.has("expect")) return std::nullopt;
    const auto& word = arguments.get<std::string>("expect");
    for (const char* known : {"optimum", "feasible", "unsat", "unbounded", "unknown", "timeout"})
        if (word == known) return word;
    throw UsageError(fmt::format("--expect {}: optimum, feasible, unsat, unbounded, unknown or timeout", word));
}

void print_text(const model::Query& query, const verify::Optimum& optimum, bool quiet) {
    std::string line(optimum.word());
    if (optimum.value) line += " " + to_string(*optimum.value);
    if (optimum.outcome != Outcome::optimum && optimum.bound) line += " bound " + to_string(*optimum.bound);
    print_out("{}\n", line);
    if (quiet) return;
    if (!optimum.reason.empty()) print_out("reason: {}\n", optimum.reason);
    if (optimum.witness) write_output(write::assignment_text(query, *optimum.witness));
}

ExitStatus exit_status(const verify::Optimum& optimum, const std::optional<std::string>& expected) {
    if (expected) return *expected == optimum.word() ? answered : not_as_expected;
    return optimum.outcome == Outcome::feasible || optimum.outcome == Outcome::unknown ? no_answer : answered;
}

ExitStatus run_optimize(const Arguments& arguments) {
    const std::optional<std::string> expected = expected_answer(arguments);
    JsonAnswer json("optimize", arguments);
    verify::OptimizeOptions options;
    options.settings = settings_of(arguments);
    options.limits = limits_of(arguments);
    options.threads = threads_of(arguments);
    model::Query query;
    OptimumListener listener(!quiet(arguments), json.progress());
    ProofEnd proof_end;
    const auto work = [&] {
        query = load_question(arguments);
        if (!query.objective)
            throw InputError({arguments.files[0], 0, 0}, "there is no objective to optimise",
                             "--minimize, --maximize, or an entry such as objective = 'minimize 3x0 + y1'");
        json.know(query);
        std::optional<proof::NetworkProofWriter> proof;
        if (arguments.has("proof")) {
            proof.emplace(arguments.get<std::string>("proof"), model::query_digest(query),
                          query.network.input_variables().size());
            options.proof = &*proof;
        }
        verify::Optimum optimum =
            naming_file(arguments.files[0], [&] { return verify::optimize(query, options, listener); });
        options.proof = nullptr;
        if (optimum.is_proved) proof_end.write([&] { proof->finish(); });
        return optimum;
    };
    const auto give_up = [&](Stopped why) { return listener.stopped(std::move(why)); };
    const auto tell = [&](const verify::Optimum& optimum) {
        if (json.is_wanted())
            json.give(write::optimum_json(query,
                                          {optimum.word(), optimum.witness, optimum.value, optimum.bound,
                                           optimum.reason, optimum.seconds, optimum.statistics},
                                          arguments.files));
        if (json.leaves_text()) print_text(query, optimum, quiet(arguments));
        if (arguments.has("proof") && !optimum.is_proved)
            print_error("sinew: no proof was completed within the limits: {} is not written\n",
                        arguments.get<std::string>("proof"));
        return proof_end.after(exit_status(optimum, expected));
    };
    return within_limits(options.limits, work, give_up, tell, options.threads);
}
}  // namespace

const Command optimize_command{
    "optimize",
    "the best value of an objective over networks and conditions, with a proof",
    "optimize [OPTION...] QUERY.dnn|-\n"
    "optimize [OPTION...] NETWORK [CONDITIONS] --maximize EXPRESSION",
    "The query has `objective = 'minimize 3x0 + y1'` (or maximize), or --minimize or --maximize gives it. Each better "
    "solution is told on standard error as it is found.\n"
    "\n"
    "The answer is `optimum VALUE` with the assignment; `feasible VALUE bound B` where a limit is reached, or where "
    "the best value is approached but never attained: no solution is better than B; or `unsat`, `unbounded`, "
    "`unknown`. Arithmetic is exact. Ctrl-C ends the search with the best solution so far.",
    "# a model with its objective in one file\n"
    "sinew optimize inputs/dnn/best_price.dnn\n"
    "# how far apart can two outputs be over a box?\n"
    "sinew optimize inputs/onnx/distance.onnx --in '0 <= x0 <= 1, 0 <= x1 <= 1' --maximize 'y1 - y0'\n"
    "# why nothing is better, for a checker\n"
    "sinew optimize inputs/dnn/best_price.dnn --proof best.proof\n"
    "# a minute at most, the answer as JSON\n"
    "sinew optimize --timeout 60 --json=answer.json model.dnn",
    describe_optimize,
    run_optimize,
    json_option,
    json_suffix,
    "dnn onnx smt2 vnnlib npz bnn txt",
    "",
    "0 an optimum, or that there is none (unsat, unbounded)\n"
    "3 unknown, or feasible: a limit of time or memory, Ctrl-C\n"
    "5 another answer than --expect names",
};

}  // namespace sinew::cli
