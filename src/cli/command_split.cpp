// SPDX-License-Identifier: Apache-2.0
// sinew split: one hard question cut into units of work that many machines can take.
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/json_answer.hpp"
#include "cli/print.hpp"
#include "cli/question_options.hpp"
#include "cli/settings.hpp"
#include "cli/terminal_observer.hpp"
#include "cli/within_limits.hpp"
#include "units/folder.hpp"
#include "units/question.hpp"
#include "write/json.hpp"
#include "write/verdict_text.hpp"

namespace sinew::cli {

extern const Command split_command;

namespace {
/// So many units a unit that is split again: who has many units that ran out splits many.
constexpr std::uint64_t again_into = 8;

void describe_split(OptionGroups& options) {
    OptionGroup cut("cut");
    // clang-format off
    cut.options = {
        {"into", takes_text("N"), "how many units (64; of each unit that is split again 8)"},
        {"out", takes_text("FOLDER"), "the folder of units to make"},
        {"search", takes_text("SECONDS"), "how long to search before the cut: an easy question is answered then, and what is proved all units know (10)"}};
    // clang-format on
    options.push_back(cut);
    describe_question(options, Objectives::none, OtherFormats::none, out_condition);
    describe_limits(options);
    OptionGroup output("output");
    // clang-format off
    output.options = {
        {"json", takes_optional_text("[=FILE]"), "the units as JSON (docs/json.md) into FILE, or on standard output in place of the text"},
        {"quiet,q", "print one line alone, no progress"}};
    // clang-format on
    options.push_back(output);
}

std::string status_word(const units::SplitSummary& summary, const Stopped* stopped) {
    if (stopped != nullptr) return std::string(model::to_string(model::stopped(stopped->reason).status));
    const model::Status status = summary.verdict.status;
    const bool is_answered = status == model::Status::sat || status == model::Status::unsat;
    return is_answered ? std::string(model::to_string(status)) : "split";
}

std::string summary_text(const units::SplitSummary& summary, const std::string& folder) {
    if (summary.was_there) return fmt::format("{} is there already, and is this question's\n", folder);
    std::string text =
        fmt::format("{} unit{} in {}", summary.units.size(), summary.units.size() == 1 ? "" : "s", folder);
    if (summary.refuted > 0)
        text +=
            fmt::format("; {} part{} refuted on the way", summary.refuted, summary.refuted == 1 ? " was" : "s were");
    text += "\n";
    if (!summary.stuck.empty()) text += fmt::format("{} units cannot be split further\n", summary.stuck.size());
    return text;
}

/// The command's work and what it tells.
class Split {
  public:
    explicit Split(const Arguments& arguments)
        : arguments_(arguments),
          is_again_(arguments.files.size() == 1 && units::is_folder_of_units(arguments.files[0])),
          json_("split", arguments) {
        if (arguments.files.empty()) throw UsageError("split wants a question, or a folder of units to split again");
        if (is_again_) {
            for (const std::string_view option :
                 {std::string_view("in"), out_condition, std::string_view("format"), std::string_view("output"),
                  std::string_view("out"), std::string_view("search")})
                if (arguments.has(option))
                    throw UsageError(fmt::format("--{}: {} is a folder of units, which is split where it is", option,
                                                 arguments.files[0]));
            folder_ = arguments.files[0];
        } else {
            if (!arguments.has("out")) throw UsageError("split wants --out FOLDER: where the units are to be");
            folder_ = arguments.get<std::string>("out");
            if (folder_.empty() || folder_ == "-" || folder_.find_first_of("<>") != std::string::npos)
                throw UsageError(
                    fmt::format("--out {}: this names the folder to make (--out-condition says what has "
                                "to hold of the outputs)",
                                folder_));
        }
        options_.into = is_again_ ? again_into : options_.into;
        if (arguments.has("into"))
            options_.into = whole_number("into", arguments.get<std::string>("into"), 2, 1'000'000);
        if (arguments.has("search")) options_.seconds = parse_seconds("search", arguments.get<std::string>("search"));
        options_.verify.settings = settings_of(arguments);
        options_.verify.threads = threads_of(arguments);
        options_.verify.limits = limits_of(arguments);
    }

    ExitStatus run() {
        TerminalObserver observer(quiet(arguments_) ? Verbosity::quiet : Verbosity::normal, false, json_.progress());
        const auto work = [&] {
            work_on(observer);
            return std::optional<Stopped>();
        };
        const auto give_up = [](Stopped why) { return std::optional(std::move(why)); };
        const auto tell = [&](const std::optional<Stopped>& stopped) {
            observer.erase();
            return give(stopped ? &*stopped : nullptr);
        };
        return within_limits(options_.verify.limits, work, give_up, tell, options_.verify.threads);
    }

  private:
    void work_on(Observer& observer) {
        if (is_again_) {
            const units::Question question = units::Question::of_folder(folder_);
            query_ = question.load();
            summary_ = units::split_again(folder_, query_, question.digest(), options_, observer);
            return;
        }
        // What is searched must be what is copied: the files may be replaced meanwhile.
        const units::Question before(arguments_.files, question_of(arguments_, out_condition));
        query_ = load_question(arguments_, out_condition);
        const units::Question question(arguments_.files, question_of(arguments_, out_condition));
        if (question.digest() != before.digest())
            throw InputError({arguments_.files[0], 0, 0}, "the question's files have changed while they were read",
                             "files that stay as they are; call it again");
        summary_ = naming_file(arguments_.files[0],
                               [&] { return units::split_question(question, query_, folder_, options_, observer); });
    }

    ExitStatus give(const Stopped* stopped) {
        const std::string status = status_word(summary_, stopped);
        if (json_.is_wanted()) give_json(status, stopped);
        if (json_.leaves_text()) {
            if (quiet(arguments_))
                print_out("{}\n", status);
            else if (stopped != nullptr)
                print_out("{}\nreason: {}\n", status, stopped->text);
            else
                write_output((status == "split" ? "" : write::verdict_text(query_, summary_.verdict)) +
                             summary_text(summary_, folder_));
        }
        return stopped != nullptr ? no_answer : answered;
    }

    void give_json(const std::string& status, const Stopped* stopped) {
        nlohmann::ordered_json json;
        json["status"] = status;
        json["files"] = arguments_.files;
        json["folder"] = folder_;
        json["reason"] = stopped != nullptr ? nlohmann::ordered_json(stopped->text) : nlohmann::ordered_json(nullptr);
        const bool is_told = stopped == nullptr;
        json["units"] = is_told ? summary_.units : std::vector<std::string>();
        json["refuted"] = is_told ? summary_.refuted : 0;
        json["stuck"] = is_told ? summary_.stuck : std::vector<std::string>();
        json["was_there"] = is_told && summary_.was_there;
        json_.give(json, is_told);
    }

    const Arguments& arguments_;
    bool is_again_;
    JsonAnswer json_;
    std::string folder_;
    units::SplitOptions options_;
    model::Query query_;
    units::SplitSummary summary_;
};

ExitStatus run_split(const Arguments& arguments) {
    return Split(arguments).run();
}
}  // namespace

const Command split_command{
    "split",
    "cut one hard question into units of work for many machines",
    "split [OPTION...] --out FOLDER QUERY.dnn|QUERY.smt2|QUERY.ipq|-\n"
    "split [OPTION...] --out FOLDER NETWORK CONDITIONS...\n"
    "split [OPTION...] FOLDER",
    "The question is asked as of sinew verify. The hardest part is split until there are as many as --into says; each "
    "is a file in FOLDER, with what is known of it, and the question's files are copied there: the folder can be "
    "moved. A question that is answered on the way is answered at once.\n"
    "\n"
    "Then sinew verify FOLDER/unit_0001.json answers a unit, within its own limits and anywhere the folder can be read "
    "and written, and sinew merge FOLDER says what all of them answer. Units that ran out of their limits are split "
    "further by sinew split FOLDER, with what was learned of them. All of these can be ended at any time and called "
    "again (docs/units.md).",
    "# 64 units; one of them, a minute at most; those that ran out, further; what all of them say\n"
    "sinew split --into 64 --out units net.onnx property.vnnlib\n"
    "sinew verify --timeout 60 units/unit_0001.json\n"
    "sinew split units\n"
    "sinew merge units",
    describe_split,
    run_split,
    json_option,
    json_suffix,
    "dnn onnx nnet smt2 vnnlib ipq",
    "",
    "0 the units are there, or the question was answered on the way",
};

}  // namespace sinew::cli
