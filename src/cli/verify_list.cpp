#include "cli/verify_list.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/naming_file.hpp"
#include "base/utf8.hpp"
#include "cli/common_options.hpp"
#include "cli/json_answer.hpp"
#include "cli/print.hpp"
#include "cli/process.hpp"
#include "cli/question_options.hpp"
#include "cli/terminal_observer.hpp"
#include "cli/verify_table.hpp"
#include "cli/within_limits.hpp"
#include "read/file.hpp"
#include "read/query/question_list.hpp"
#include "write/json.hpp"

namespace sinew::cli {

namespace {
constexpr std::size_t widest_name = 60;

class ListRun {
  public:
    ListRun(const Arguments& arguments, verify::Options options, read::QuestionList list)
        : arguments_(arguments),
          options_(std::move(options)),
          list_(std::move(list)),
          memory_(memory_of(arguments, static_cast<std::size_t>(options_.threads))),
          expected_(expectation_of(arguments)),
          json_("verify", arguments),
          prints_(json_.leaves_text()) {
        if (list_.of_instances) json_.log().are_instances();
        for (const read::ListedQuestion& question : list_.questions)
            width_ = std::clamp(question.name.size(), width_, widest_name);
    }

    ExitStatus run() {
        tell_left_out();
        if (prints_ && !quiet(arguments_)) write_output(verify_table_head(width_));
        for (const read::ListedQuestion& question : list_.questions) {
            if (interrupt_flag()->load()) break;
            ask(question);
        }
        return finish();
    }

  private:
    using Clock = std::chrono::steady_clock;

    void tell_left_out() const {
        if (list_.left_out.empty() || quiet(arguments_)) return;
        constexpr std::size_t most_named = 5;
        std::vector<std::string> named(
            list_.left_out.begin(),
            list_.left_out.begin() + static_cast<std::ptrdiff_t>(std::min(most_named, list_.left_out.size())));
        for (std::string& name : named) name = printable(name.substr(name.rfind('/') + 1));
        print_error("note: {} file{} left out, no part of a question: {}{}\n", list_.left_out.size(),
                    list_.left_out.size() == 1 ? "" : "s", joined(named, ", "),
                    named.size() < list_.left_out.size() ? ", …" : "");
    }

    /// The watchdog may end a question, and then the run, from its own thread: it reads nothing that this one changes.
    void ask(const read::ListedQuestion& question) {
        VerifyRow row;
        row.question = question.name;
        row.files = question.files;
        row.expected = expected_.value_or(question.expected);
        const Clock::time_point begin = Clock::now();
        if (!question.problem.empty()) return add(std::move(row), "error", question.problem, begin);
        verify::Options options = options_;
        options.limits = limits_for(question);
        model::Query query;
        TerminalObserver observer(quiet(arguments_) ? Verbosity::quiet : Verbosity::normal, false, json_.progress());
        std::string problem;
        const auto work = [&] {
            try {
                query = load(question);
                return naming_file(read::shown_name(question.files.front()),
                                   [&] { return verify::verify(query, options, observer); });
            } catch (const InputError& error) {
                problem = error.what();
            } catch (const UsageError& error) {
                problem = error.what();
            }
            return model::Verdict{};
        };
        const auto last_words = [&](Stopped why) {
            VerifyRow stopped;
            stopped.question = question.name;
            stopped.files = question.files;
            stopped.expected = expected_.value_or(question.expected);
            const model::Verdict verdict = stopped_verdict(std::move(why));
            add(std::move(stopped), std::string(model::to_string(verdict.status)), verdict.reason, begin);
            return finish();
        };
        Watchdog watchdog(options.limits, options.threads, last_words);
        const model::Verdict verdict =
            watchdog.guard([&] { return within_limits(options.limits, work, stopped_verdict); });
        observer.erase();
        if (!problem.empty()) return add(std::move(row), "error", problem, begin);
        row.decided_by = verdict.decided_by;
        if (json_.is_wanted()) row.answer = write::verdict_json(query, verdict, question.files);
        add(std::move(row), std::string(model::to_string(verdict.status)), verdict.reason, begin);
    }

    Limits limits_for(const read::ListedQuestion& question) const {
        std::optional<double> seconds = question.seconds;
        if (arguments_.has("timeout")) seconds = parse_seconds("timeout", arguments_.get<std::string>("timeout"));
        return Limits(seconds, memory_, interrupt_flag());
    }

    model::Query load(const read::ListedQuestion& question) const {
        read::QueryOptions asked = question_of(arguments_);
        asked.formats = question.formats;
        std::vector<std::string> notes;
        asked.notes = &notes;
        model::Query query = read::load_query(question.files, asked);
        if (!quiet(arguments_))
            for (const std::string& note : notes) print_error("note: {}\n", note);
        return query;
    }

    void add(VerifyRow row, std::string verdict, std::string reason, Clock::time_point begin) {
        row.verdict = std::move(verdict);
        row.reason = std::move(reason);
        row.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        if (prints_) {
            write_output(verify_table_line(row, width_));
            flush_output();
        }
        if (json_.log().is_wanted()) log(row);
        json_.progress().tell("answer", {{"row", rows_.size()},
                                         {"question", row.question},
                                         {"status", row.verdict},
                                         {"done", rows_.size() + 1},
                                         {"count", list_.questions.size()}});
        rows_.push_back(std::move(row));
    }

    /// The row for machines: its question is what its own files hold.
    void log(const VerifyRow& row) {
        Arguments asked = arguments_;
        asked.files = row.files;
        for (const std::string& file : row.files) {
            if (digested_.contains(file)) continue;
            Arguments one;
            one.files = {file};
            digested_.emplace(file, digested_files(one));
        }
        std::vector<DigestedFile> files;
        for (const std::string& file : row.files)
            files.insert(files.end(), digested_[file].begin(), digested_[file].end());
        results::Row kept = row_of(answer_json(row), question_about("verify", asked, files));
        if (!row.expected.empty()) kept.expected = row.expected;
        json_.log().add(std::move(kept));
    }

    ExitStatus finish() {
        const VerifySummary summary = summarize(rows_, list_.questions.size() - rows_.size());
        if (prints_ && !quiet(arguments_)) write_output(summary_text(summary));
        json_.give(verify_table_json(rows_, summary), summary.not_asked == 0);
        if (summary.errors != 0) return input_error;
        if (std::ranges::any_of(rows_, [](const VerifyRow& row) { return row.is_unexpected(); }))
            return not_as_expected;
        if (expected_) {
            const bool all =
                std::ranges::all_of(rows_, [&](const VerifyRow& row) { return row.verdict == *expected_; });
            return all && summary.not_asked == 0 ? answered : not_as_expected;
        }
        return summary.unknown + summary.timeout + summary.not_asked == 0 ? answered : no_answer;
    }

    const Arguments& arguments_;
    verify::Options options_;
    read::QuestionList list_;
    std::size_t memory_;
    std::optional<std::string> expected_;
    JsonAnswer json_;
    bool prints_;
    std::size_t width_ = std::string_view("question").size();
    std::vector<VerifyRow> rows_;
    std::map<std::string, std::vector<DigestedFile>> digested_;
};
}  // namespace

bool asks_several(const Arguments& arguments) {
    return read::are_several_questions(arguments.files, question_of(arguments));
}

ExitStatus verify_list(const Arguments& arguments, verify::Options options) {
    ListRun run(arguments, std::move(options), read::list_questions(arguments.files, question_of(arguments)));
    return run.run();
}

}  // namespace sinew::cli
