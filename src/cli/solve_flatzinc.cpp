// SPDX-License-Identifier: Apache-2.0
#include "cli/solve_flatzinc.hpp"

#include <mutex>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "cli/answer.hpp"
#include "cli/common_options.hpp"
#include "cli/print.hpp"
#include "cli/settings.hpp"
#include "cli/within_limits.hpp"
#include "flatzinc/prove_program.hpp"
#include "flatzinc/solve_program.hpp"
#include "read/flatzinc/read_flatzinc.hpp"

namespace sinew::cli {

namespace {

/// Tells every solution at once, or keeps the last one. A watchdog may ask for it while a search goes on.
class Printer : public flatzinc::Listener {
  public:
    Printer(const model::ConstraintProgram& program, bool prints, bool prints_bounds)
        : program_(program), prints_(prints), prints_bounds_(prints_bounds) {}

    void solution(const flatzinc::Assignment& assignment) override {
        const std::lock_guard lock(mutex_);
        ++count_;
        last_ = flatzinc::solution_text(program_, assignment) + "----------\n";
        if (prints_) print();
    }
    void bound(const Integer& value) override {
        if (!prints_bounds_) return;
        const std::lock_guard lock(mutex_);
        print_out("% bound {}\n", value.get_str());
        flush_output();
    }
    void print_last() {
        const std::lock_guard lock(mutex_);
        print();
    }
    std::uint64_t count() const {
        const std::lock_guard lock(mutex_);
        return count_;
    }

  private:
    void print() {
        write_output(last_);
        flush_output();
        last_.clear();
    }

    const model::ConstraintProgram& program_;
    mutable std::mutex mutex_;
    std::uint64_t count_ = 0;
    bool prints_;
    bool prints_bounds_;
    std::string last_;
};

/// MiniZinc's -p is --threads.
Arguments with_threads(const Arguments& given) {
    Arguments arguments = given;
    if (given.has("parallel")) arguments.options["threads"] = std::to_string(given.get<std::uint64_t>("parallel"));
    return arguments;
}

Limits limits_with_milliseconds(const Arguments& arguments) {
    const Limits limits = limits_of(arguments);
    return arguments.has("time-limit") ? limits.within(arguments.get<double>("time-limit") / 1000) : limits;
}

flatzinc::Options options_of(const Arguments& arguments) {
    flatzinc::Options options;
    if (arguments.has("solutions")) options.solutions = arguments.get<std::uint64_t>("solutions");
    if (arguments.has("all") || options.solutions == std::uint64_t{0}) options.solutions.reset();
    options.is_free = arguments.has("free");
    options.threads = threads_of(arguments);
    options.settings = settings_of(arguments);
    if (arguments.has("random-seed"))
        options.settings = options.settings.with_seed(arguments.get<std::uint64_t>("random-seed"));
    if (arguments.has("time-limit") && !(arguments.get<double>("time-limit") >= 0))
        throw UsageError("--time-limit wants milliseconds, zero or more");
    return options;
}

void print_statistics(const Statistics& statistics) {
    for (const auto& [name, value] : statistics.figures()) print_out("%%%mzn-stat: {}={}\n", name, value);
    print_out("%%%mzn-stat-end\n");
}

}  // namespace

void describe_flatzinc(OptionGroups& options) {
    OptionGroup group("constraint programs in FlatZinc (what MiniZinc passes to solvers)");
    // clang-format off
    group.options = {
        {"all,a", "all solutions; of an optimisation, each that is better than those before"},
        {"intermediate,i", "of an optimisation, each solution that is better than those before"},
        {"solutions,n", takes_count("N"), "so many solutions (0: all; default 1)"},
        {"free,f", "search without regard to the search annotations"},
        {"time-limit,t", takes_number("MS"), "stop after so many milliseconds"},
        {"random-seed,r", takes_count("N"), "as --seed"},
        {"parallel,p", takes_count("N"), "as --threads"},
        {"verbose,v", "print bounds of the objective as comments"},
        {"minizinc", "exit with 0 also without an answer, as MiniZinc expects it"}};
    // clang-format on
    options.push_back(group);
}

ExitStatus solve_flatzinc(const Arguments& given) {
    const Arguments arguments = with_threads(given);
    for (const char* option : {"json", "report"})
        if (arguments.has(option))
            throw UsageError(fmt::format("constraint programs are answered in FlatZinc's form, without --{}", option));
    if (arguments.has("progress")) throw UsageError("--progress: constraint programs tell their solutions themselves");
    if (arguments.has("db")) throw UsageError("--db: solutions of constraint programs are not kept");
    if (arguments.has("proof")) {
        refuse_threads(arguments, "solve --proof");
        for (const char* option : {"all", "solutions"})
            if (arguments.has(option))
                throw UsageError(fmt::format("--proof is of one question, without --{}", option));
    }
    const flatzinc::Options options = options_of(arguments);
    const std::optional<std::string> expected = expectation_of(arguments);
    const Limits limits = limits_with_milliseconds(arguments);
    model::ConstraintProgram program;
    std::optional<Printer> printer;
    bool optimises = false;
    bool keeps_last = false;
    const auto solve = [&] {
        program = read::read_flatzinc(arguments.files[0]);
        optimises = program.goal != model::Goal::satisfy;
        const bool prints_all = !optimises || arguments.has("all") || arguments.has("intermediate");
        keeps_last = !prints_all && !quiet(arguments);
        printer.emplace(program, prints_all && !quiet(arguments), arguments.has("verbose"));
        if (!arguments.has("proof"))
            return naming_file(arguments.files[0], [&] { return flatzinc::solve(program, options, limits, *printer); });
        proof::DrcpWriter proof(arguments.get<std::string>("proof"));
        flatzinc::Outcome outcome =
            naming_file(arguments.files[0], [&] { return flatzinc::prove(program, limits, *printer, proof); });
        if (outcome.is_complete) proof.finish();
        return outcome;
    };
    // What a limit stops in the midst has told its solutions already, or kept the last.
    const auto give_up = [&](const Stopped&) {
        flatzinc::Outcome outcome;
        if (printer) outcome.solutions = printer->count();
        return outcome;
    };
    const auto tell = [&](const flatzinc::Outcome& outcome) {
        if (printer && keeps_last) printer->print_last();
        if (outcome.is_complete)
            print_out("{}\n", outcome.solutions > 0 ? "==========" : "=====UNSATISFIABLE=====");
        else if (outcome.solutions == 0)
            print_out("=====UNKNOWN=====\n");
        if (arguments.has("statistics")) print_statistics(outcome.statistics);
        const model::Status status = outcome.solutions > 0 ? model::Status::sat
                                     : outcome.is_complete ? model::Status::unsat
                                                           : model::Status::unknown;
        const bool is_answered = optimises ? outcome.is_complete : status != model::Status::unknown;
        if (!expected) return is_answered || arguments.has("minizinc") ? answered : no_answer;
        return exit_status_of(status, expected);
    };
    return within_limits(limits, solve, give_up, tell, arguments.has("proof") ? 1 : options.threads);
}

}  // namespace sinew::cli
