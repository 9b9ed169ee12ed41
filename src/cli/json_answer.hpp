// SPDX-License-Identifier: Apache-2.0
// The answer of a command for machines, and the page that is made of it: its own keys, and those that every answer has.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "cli/command.hpp"
#include "cli/output_file.hpp"
#include "cli/progress_lines.hpp"
#include "cli/provenance.hpp"
#include "cli/result_log.hpp"
#include "model/query.hpp"

namespace sinew::cli {

/// Made before the work, so that a file that cannot be written is told at once, and what the digests are of is what the
/// work reads.
class JsonAnswer {
  public:
    /// Reads --json, --report, and --progress, --db, --csv, --junit and --sarif of commands that have them. `kind` is
    /// the command's name. Throws UsageError, OutputError, InputError where --db is no results file.
    JsonAnswer(std::string_view kind, const Arguments& arguments);
    JsonAnswer(const JsonAnswer&) = delete;
    JsonAnswer& operator=(const JsonAnswer&) = delete;
    ~JsonAnswer();

    /// Whether anything is done with what give() gets.
    bool is_wanted() const { return provenance_ || progress_.is_wanted(); }
    /// Whether standard output is left for the text.
    bool leaves_text() const { return !file_ || !file_->is_standard_output(); }
    /// Where a command that answers many questions adds each of them.
    ResultLog& log() { return log_; }
    /// What the command tells while it works.
    ProgressLines& progress() { return progress_; }
    /// What the files of the command line hold; only where log() is wanted.
    const Provenance& provenance() const { return *provenance_; }
    /// A key of the answer that is known before it. Any thread may tell, and only where is_wanted().
    void know(std::string_view key, nlohmann::ordered_json value);
    /// What `query` asks and of which network: the keys `asked` and `network`. Within the limits of the work, before
    /// its search. Throws InputError where answers are kept under digests, and a file was replaced while it was read.
    void know(const model::Query& query);
    /// The answer as an object; `kind` and `provenance` are added. One with a `status` is a row of log(), where that
    /// has none. `is_complete`: neither a limit nor Ctrl-C ended the work. Throws OutputError.
    void give(const nlohmann::ordered_json& answer, bool is_complete = true);

  private:
    const Arguments& arguments_;
    std::string kind_;
    ResultLog log_;
    ProgressLines progress_;
    std::optional<OutputFile> file_;
    std::optional<OutputFile> page_;
    std::string name_;  ///< of the JSON's file, as the page tells it
    std::optional<Provenance> provenance_;
    std::mutex mutex_;
    std::unique_ptr<nlohmann::ordered_json> known_;
};

}  // namespace sinew::cli
