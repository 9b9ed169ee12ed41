// SPDX-License-Identifier: Apache-2.0
#include "cli/solve_opb.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "cli/answer.hpp"
#include "cli/common_options.hpp"
#include "cli/competition_text.hpp"
#include "cli/json_answer.hpp"
#include "cli/print.hpp"
#include "cli/proof_end.hpp"
#include "cli/settings.hpp"
#include "cli/within_limits.hpp"
#include "read/opb/read_opb.hpp"
#include "verify/solve_pb.hpp"

namespace sinew::cli {

namespace {

/// Improvements are told at once, also into a pipe.
class PbLinesListener : public verify::PbListener {
  public:
    PbLinesListener(bool prints, ProgressLines& lines) : prints_(prints), lines_(lines) {}
    void improved(std::int64_t value) override {
        lines_.tell("better", {{"value", value}});
        if (!prints_) return;
        print_out("o {}\n", value);
        flush_output();
    }
    void bound_raised(std::int64_t bound) override {
        lines_.tell("bound", {{"bound", bound}});
        if (!prints_) return;
        print_out("c bound {}\n", bound);
        flush_output();
    }

  private:
    bool prints_;
    ProgressLines& lines_;
};

std::string_view status_text(const verify::PbAnswer& answer) {
    if (answer.status == model::Status::sat) return answer.optimal ? "OPTIMUM FOUND" : "SATISFIABLE";
    return answer.status == model::Status::unsat ? "UNSATISFIABLE" : "UNKNOWN";
}

void print_text(const verify::PbAnswer& answer, bool quiet, bool statistics) {
    write_output(comment_lines(statistics ? &answer.statistics : nullptr, answer.reason));
    if (!answer.optimal && answer.bound) print_out("c bound {}\n", *answer.bound);
    print_out("s {}\n", status_text(answer));
    if (answer.status == model::Status::sat && !quiet) write_output(value_lines(answer.values, answer.names, "x", ""));
}

nlohmann::ordered_json json_of(const verify::PbAnswer& answer, const std::vector<std::string>& files) {
    std::vector<std::pair<std::string_view, std::int64_t>> extra;
    if (answer.value) extra.emplace_back("value", *answer.value);
    if (answer.bound) extra.emplace_back("bound", *answer.bound);
    const std::string_view status = answer.optimal ? "optimum" : model::to_string(answer.status);
    return formula_json(status, answer, files, extra);
}

}  // namespace

ExitStatus solve_opb(const Arguments& arguments) {
    if (arguments.has("proof")) refuse_threads(arguments, "solve --proof");
    const int threads = arguments.has("proof") ? 1 : threads_of(arguments);
    const cardinality::Options options = settings_of(arguments).options(cardinality::option_table());
    const std::optional<std::string> expected = expectation_of(arguments);
    JsonAnswer json("solve", arguments);
    const bool prints = json.leaves_text();
    const Limits limits = limits_of(arguments);
    PbLinesListener listener(prints && !quiet(arguments), json.progress());
    std::optional<proof::VeripbWriter> proof;
    if (arguments.has("proof")) proof.emplace(arguments.get<std::string>("proof"));
    ProofEnd proof_end;
    const auto solve = [&] {
        const std::string& file = arguments.files[0];
        verify::PbAnswer answer = naming_file(file, [&] {
            return verify::solve_pb(read::read_opb(file), options, limits, &listener, threads,
                                    proof ? &*proof : nullptr);
        });
        if (proof) proof_end.write([&] { proof->finish(); });
        return answer;
    };
    const auto tell = [&](const verify::PbAnswer& answer) {
        if (json.is_wanted()) json.give(json_of(answer, arguments.files));
        if (prints) print_text(answer, quiet(arguments), arguments.has("statistics"));
        // A solution that is not proven optimal answers half of the question.
        if (answer.status == model::Status::sat && answer.value && !answer.optimal && !expected)
            return proof_end.after(no_answer);
        return proof_end.after(exit_status_of(answer.status, expected));
    };
    return within_limits(limits, solve, stopped_answer<verify::PbAnswer>, tell, threads);
}

}  // namespace sinew::cli
