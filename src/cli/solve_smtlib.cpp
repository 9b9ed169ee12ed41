// SPDX-License-Identifier: Apache-2.0
#include "cli/solve_smtlib.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "cli/answer.hpp"
#include "cli/common_options.hpp"
#include "cli/json_answer.hpp"
#include "cli/print.hpp"
#include "cli/settings.hpp"
#include "cli/terminal_observer.hpp"
#include "cli/within_limits.hpp"
#include "read/smtlib/script.hpp"
#include "verify/verify.hpp"
#include "write/smtlib.hpp"

namespace sinew::cli {

namespace {
/// A value as SMT-LIB writes it: of Int 3 and (- 7), of Real 3.0, (- 7.0), (- (/ 1.0 2.0)).
std::string value_text(const Rational& value, bool integer) {
    if (integer) return write::smtlib_number(value);
    const Rational size = abs(value);
    const std::string numerator = size.get_num().get_str() + ".0";
    const std::string text =
        size.get_den() == 1 ? numerator : fmt::format("(/ {} {}.0)", numerator, size.get_den().get_str());
    return sgn(value) < 0 ? "(- " + text + ")" : text;
}

class ScriptRun {
  public:
    explicit ScriptRun(const Arguments& arguments)
        : arguments_(arguments), expected_(expectation_of(arguments)), json_("solve", arguments) {
        if (!json_.leaves_text())
            throw UsageError("a script and --json both want standard output; give a file: --json=FILE");
        options_.threads = threads_of(arguments);
        options_.settings = settings_of(arguments);
        options_.limits = limits_of(arguments);
    }

    ExitStatus run() {
        read::SmtScript script;
        const auto read = [&] {
            script = read::read_smtlib(arguments_.files[0]);
            return true;
        };
        const auto give_up = [&](Stopped why) {
            verdict_ = stopped_verdict(std::move(why));
            return false;
        };
        ExitStatus status = answered;
        Watchdog watchdog(options_.limits, 1, [&](Stopped why) { return end_in_the_midst(std::move(why)); });
        if (!watchdog.guard([&] { return within_limits(options_.limits, read, give_up); })) status = tell();
        for (const read::SmtCommand& command : script.commands()) {
            switch (command.kind) {
                case read::SmtCommandKind::check_sat:
                    status = check(script, command.check);
                    break;
                case read::SmtCommandKind::get_model:
                    model();
                    break;
                case read::SmtCommandKind::get_value:
                    values(command);
                    break;
                case read::SmtCommandKind::echo:
                    print_out("{}\n", command.text);
                    break;
                case read::SmtCommandKind::exit:
                    break;
            }
        }
        json_.give({{"status", answers_.empty() ? nlohmann::ordered_json(nullptr) : answers_.back().at("status")},
                    {"files", arguments_.files},
                    {"answers", answers_}});
        return status;
    }

  private:
    ExitStatus check(const read::SmtScript& script, std::size_t number) {
        TerminalObserver observer(quiet(arguments_) ? Verbosity::quiet : Verbosity::normal, false, json_.progress());
        const auto decide = [&] {
            asked_ = script.query(number);
            return naming_file(arguments_.files[0], [&] { return verify::verify(asked_.query, options_, observer); });
        };
        Watchdog watchdog(options_.limits, options_.threads,
                          [&](Stopped why) { return end_in_the_midst(std::move(why)); });
        verdict_ = watchdog.guard([&] { return within_limits(options_.limits, decide, stopped_verdict); });
        observer.erase();
        return tell();
    }

    /// What the last check_sat came to.
    ExitStatus tell() {
        next_values_ = 0;
        const bool decided = verdict_.status == model::Status::sat || verdict_.status == model::Status::unsat;
        // SMT-LIB knows sat, unsat and unknown; why it is unknown goes where no tool reads it as an answer.
        print_out("{}\n", decided ? model::to_string(verdict_.status) : "unknown");
        flush_output();
        if (!decided && !quiet(arguments_)) print_error("sinew: {}\n", verdict_.reason);
        answers_.push_back({{"status", model::to_string(verdict_.status)}, {"seconds", verdict_.seconds}});
        json_.progress().tell("answer", {{"row", answers_.size() - 1}, {"status", model::to_string(verdict_.status)}});
        if (json_.log().is_wanted()) {
            results::Question question = question_about("solve", arguments_, json_.provenance().files());
            question.row = static_cast<std::int64_t>(answers_.size()) - 1;
            json_.log().add(row_of(answers_.back(), std::move(question)));
        }
        return exit_status_of(verdict_.status, expected_);
    }

    /// The watchdog's: what else the script asks has no answer either.
    ExitStatus end_in_the_midst(Stopped why) const {
        print_out("unknown\n");
        if (!quiet(arguments_)) print_error("sinew: {}\n", why.text);
        return exit_status_of(stopped_verdict(std::move(why)).status, expected_);
    }

    bool has_model() const {
        if (verdict_.status == model::Status::sat && verdict_.witness) return true;
        print_out("(error \"there is no model: the last check-sat was not sat\")\n");
        return false;
    }

    void model() const {
        if (!has_model()) return;
        print_out("(\n");
        for (const read::SmtConstant& constant : asked_.constants) {
            if (constant.sort == read::SmtConstant::Sort::boolean) {
                print_out("  (define-fun {} () Bool {})\n", constant.symbol,
                          verdict_.witness->booleans[constant.boolean.index()]);
                continue;
            }
            const bool integer = constant.sort == read::SmtConstant::Sort::integer;
            print_out("  (define-fun {} () {} {})\n", constant.symbol, integer ? "Int" : "Real",
                      value_text(verdict_.witness->values[constant.variable.index()], integer));
        }
        print_out(")\n");
    }

    void values(const read::SmtCommand& command) {
        const std::size_t number = next_values_++;
        if (!has_model()) return;
        const std::vector<read::SmtTerm>& terms = asked_.values[number];
        print_out("(");
        for (std::size_t i = 0; i < terms.size(); ++i) {
            const std::string value =
                terms[i].is_number
                    ? value_text(terms[i].form.value(verdict_.witness->values), terms[i].is_integer)
                    : fmt::format("{}", asked_.query.formulas.holds(terms[i].truth, verdict_.witness->values,
                                                                    verdict_.witness->booleans));
            print_out("{}({} {})", i == 0 ? "" : "\n ", command.terms[i], value);
        }
        print_out(")\n");
    }

    const Arguments& arguments_;
    verify::Options options_;
    std::optional<std::string> expected_;
    JsonAnswer json_;
    read::SmtQuery asked_;
    model::Verdict verdict_;
    std::size_t next_values_ = 0;
    nlohmann::ordered_json answers_ = nlohmann::ordered_json::array();
};
}  // namespace

ExitStatus solve_smtlib(const Arguments& arguments) {
    return ScriptRun(arguments).run();
}

}  // namespace sinew::cli
