// SPDX-License-Identifier: Apache-2.0
#include "cli/verify_list.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/naming_file.hpp"
#include "base/sha256.hpp"
#include "base/share_out.hpp"
#include "base/utf8.hpp"
#include "cli/common_options.hpp"
#include "cli/json_answer.hpp"
#include "cli/print.hpp"
#include "cli/process.hpp"
#include "cli/question_options.hpp"
#include "cli/terminal_observer.hpp"
#include "cli/verify_table.hpp"
#include "cli/within_limits.hpp"
#include "cluster/merge_results.hpp"
#include "read/file.hpp"
#include "read/query/question_list.hpp"
#include "write/json.hpp"
#include "write/json_text.hpp"

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
        choose_questions();
    }

    ExitStatus run() {
        tell_left_out();
        if (prints_ && !quiet(arguments_)) write_output(verify_table_head(width_));
        const std::map<std::int64_t, results::Row> answered_before = answers_before();
        const std::size_t count = asked_.size();
        std::vector<const results::Row*> known(count, nullptr);
        for (std::size_t i = 0; i < count; ++i) {
            const auto found = answered_before.find(asked_[i].first);
            if (found != answered_before.end() && still_holds(*asked_[i].second, found->second))
                known[i] = &found->second;
        }
        const auto threads = static_cast<std::size_t>(options_.threads);
        const std::size_t workers = std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(count, 1));
        options_.threads = static_cast<int>(threads / workers);
        is_one_by_one_ = workers == 1;
        std::atomic<bool> ended{false};
        SharedWork work;
        work.goes_on = [] { return !interrupt_flag()->load(); };
        work.answer = [&](std::size_t i, std::size_t) {
            if (known[i] != nullptr) return;
            VerifyRow row = ask(i, ended);
            const std::lock_guard lock(adding_);
            untold_.emplace(i, std::move(row));
        };
        work.tell = [&](std::size_t i) {
            const std::lock_guard lock(adding_);
            if (known[i] == nullptr)
                add(std::move(untold_.extract(i).mapped()));
            else
                repeat(*asked_[i].second, *known[i]);
        };
        share_out(count, workers, work, ended);
        return finish();
    }

  private:
    using Clock = std::chrono::steady_clock;

    /// Those of --shard. A question that the list has twice has one place, and is one for the results file.
    void choose_questions() {
        const cluster::Shard shard = shard_of(arguments_);
        std::map<std::vector<std::string>, std::int64_t> places;
        for (const read::ListedQuestion& question : list_.questions) {
            const auto [known, is_new] = places.try_emplace(question.files, static_cast<std::int64_t>(places.size()));
            if (is_new) names_ += question.name + '\n';
            if (shard.holds(static_cast<std::uint64_t>(known->second))) asked_.emplace_back(known->second, &question);
        }
        count_of_all_ = places.size();
    }

    /// What all questions of the list are about; what each of them is has its own row.
    nlohmann::ordered_json whole() const {
        nlohmann::ordered_json options = question_options("verify", arguments_);
        for (const char* option : {"strategy", "seed"})
            if (arguments_.has(option)) options[option] = arguments_.get<std::string>(option);
        if (arguments_.has("set")) options["set"] = arguments_.get<std::vector<std::string>>("set");
        // As the file has it: names that are no UTF-8 are replaced there.
        return nlohmann::ordered_json::parse(
            write::json_line(nlohmann::ordered_json{{"questions", sha256(names_)}, {"options", std::move(options)}}));
    }

    /// Tells the results file what is asked. With --resume: what an earlier part of the run has answered, by place.
    std::map<std::int64_t, results::Row> answers_before() {
        std::map<std::int64_t, results::Row> answers;
        if (!json_.log().has_file()) return answers;
        json_.log().is_part(whole(), 0, count_of_all_, shard_of(arguments_));
        if (!json_.log().resumes()) return answers;
        const auto is_same = [&](const nlohmann::ordered_json& known, const std::string& file) {
            if (known != whole())
                throw InputError({file, 0, 0}, "its runs are of other questions or options",
                                 "the same list and command line");
        };
        for (results::Row& row : json_.log().resume(whole(), is_same))
            answers.insert_or_assign(cluster::number_of(row), std::move(row));
        return answers;
    }

    /// Whether an answer of an earlier part is about the question's files as they are; no where one of them could not
    /// be read then. Throws InputError where they have changed.
    bool still_holds(const read::ListedQuestion& question, const results::Row& known) {
        const results::Question now = content_of(question.files);
        if (known.question.network_digest == now.network_digest &&
            known.question.property_digest == now.property_digest)
            return true;
        if (known.status == "error") return false;
        throw InputError({question.files.front(), 0, 0},
                         fmt::format("{} holds the answer to another content of {}",
                                     arguments_.get<std::string>("resume"), question.name),
                         "the files that the run began with, or another file for the answers");
    }

    /// Tells an answer of an earlier part.
    void repeat(const read::ListedQuestion& question, const results::Row& known) {
        const std::lock_guard lock(adding_);
        VerifyRow row = row_from(known);
        row.question = question.name;
        row.files = question.files;
        row.expected = expected_.value_or(question.expected);
        json_.log().keep({known});
        tell(std::move(row));
    }

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
    VerifyRow ask(std::size_t i, const std::atomic<bool>& ended) {
        const std::int64_t place = asked_[i].first;
        const read::ListedQuestion& question = *asked_[i].second;
        const Clock::time_point begin = Clock::now();
        VerifyRow row = row_about(question, place);
        const auto is_file = [](const std::string& file) { return std::filesystem::is_regular_file(file); };
        if (json_.log().is_wanted() && question.problem.empty() && std::ranges::all_of(question.files, is_file)) {
            // Before it is read: an answer must never be kept under the digest of what the file became afterwards.
            const std::lock_guard lock(adding_);
            content_of(question.files);
        }
        if (!question.problem.empty()) return complete(std::move(row), "error", question.problem, begin);
        verify::Options options = options_;
        options.limits = limits_for(question).until(ended);
        model::Query query;
        TerminalObserver observer(quiet(arguments_) || !is_one_by_one_ ? Verbosity::quiet : Verbosity::normal, false,
                                  json_.progress());
        std::string problem;
        std::optional<InputError> changed;
        const auto work = [&] {
            try {
                query = load(question);
                changed = change_of(question.files);
                if (changed) return model::Verdict{};
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
            adding_.lock();  // for good: the program ends, and no other row may come behind the summary
            const model::Verdict verdict = stopped_verdict(std::move(why));
            untold_.emplace(i, complete(row_about(question, place), std::string(model::to_string(verdict.status)),
                                        verdict.reason, begin));
            for (auto& [_, answered] : untold_) add(std::move(answered));
            return finish();
        };
        Watchdog watchdog(options.limits, threads_of(arguments_), last_words);
        const model::Verdict verdict =
            watchdog.guard([&] { return within_limits(options.limits, work, stopped_verdict); });
        observer.erase();
        if (changed) throw InputError(*changed);
        if (!problem.empty()) return complete(std::move(row), "error", problem, begin);
        row.decided_by = verdict.decided_by;
        if (json_.is_wanted()) row.answer = write::verdict_json(query, verdict, question.files);
        return complete(std::move(row), std::string(model::to_string(verdict.status)), verdict.reason, begin);
    }

    VerifyRow row_about(const read::ListedQuestion& question, std::int64_t place) const {
        VerifyRow row;
        row.place = place;
        row.question = question.name;
        row.files = question.files;
        row.expected = expected_.value_or(question.expected);
        return row;
    }
    static VerifyRow complete(VerifyRow row, std::string verdict, std::string reason, Clock::time_point begin) {
        row.verdict = std::move(verdict);
        row.reason = std::move(reason);
        row.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        return row;
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
        if (!question.networks.empty()) asked.networks = question.networks;
        model::Query query = read::load_query(question.asked(), asked);
        if (!quiet(arguments_))
            for (const std::string& note : notes) print_error("note: {}\n", note);
        return query;
    }

    void add(VerifyRow row) {
        const std::lock_guard lock(adding_);
        // One that Ctrl-C or the end of a job stopped is asked again by whoever goes on.
        const bool is_cut = json_.log().resumes() && interrupt_flag()->load() && row.verdict == "unknown";
        if (json_.log().is_wanted() && !is_cut) log(row);
        tell(std::move(row));
    }

    void tell(VerifyRow row) {
        if (prints_) {
            write_output(verify_table_line(row, width_));
            flush_output();
        }
        json_.progress().tell("answer", {{"row", rows_.size()},
                                         {"question", row.question},
                                         {"status", row.verdict},
                                         {"done", rows_.size() + 1},
                                         {"count", asked_.size()}});
        rows_.push_back(std::move(row));
    }

    /// The row for machines: its question is what its own files hold.
    void log(const VerifyRow& row) {
        nlohmann::ordered_json answer = answer_json(row);
        answer["place"] = row.place;
        results::Row kept = row_of(answer, content_of(row.files));
        if (!row.expected.empty()) kept.expected = row.expected;
        json_.log().add(std::move(kept));
    }

    results::Question content_of(const std::vector<std::string>& of_question) {
        Arguments asked = arguments_;
        asked.files = of_question;
        for (const std::string& file : of_question) {
            if (digested_.contains(file)) continue;
            Arguments one;
            one.files = {file};
            digested_.emplace(file, digested_files(one));
        }
        std::vector<DigestedFile> files;
        for (const std::string& file : of_question)
            files.insert(files.end(), digested_[file].begin(), digested_[file].end());
        return question_about("verify", asked, files);
    }

    /// Whether what was just read has the digests under which the answer will be kept: questions that share a network
    /// read it at other times.
    std::optional<InputError> change_of(const std::vector<std::string>& of_question) {
        for (const std::string& file : of_question) {
            std::vector<DigestedFile> before;
            {
                const std::lock_guard lock(adding_);
                const auto known = digested_.find(file);
                if (known == digested_.end()) continue;
                before = known->second;
            }
            Arguments one;
            one.files = {file};
            try {
                require_unchanged(before, digested_files(one));
            } catch (const InputError& error) {
                return error;
            }
        }
        return std::nullopt;
    }

    ExitStatus finish() {
        const std::lock_guard lock(adding_);
        const VerifySummary summary = summarize(rows_, asked_.size() - rows_.size());
        if (prints_ && !quiet(arguments_)) write_output(summary_text(summary));
        json_.give(verify_table_json(rows_, summary), summary.not_asked == 0 && !interrupt_flag()->load());
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
    /// Of this shard, with their places among those that differ.
    std::vector<std::pair<std::int64_t, const read::ListedQuestion*>> asked_;
    std::size_t count_of_all_ = 0;
    std::string names_;  ///< of all, a line each
    bool is_one_by_one_ = true;
    std::recursive_mutex adding_;  ///< last words come from a watchdog's thread
    std::vector<VerifyRow> rows_;
    std::map<std::size_t, VerifyRow> untold_;  ///< answered, while others before them are not
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
