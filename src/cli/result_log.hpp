// SPDX-License-Identifier: Apache-2.0
// The rows of a run for machines: into the results file of --db at once, and as CSV, JUnit and SARIF at the end.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/command.hpp"
#include "cli/output_file.hpp"
#include "cli/provenance.hpp"
#include "cluster/shard.hpp"
#include "results/results_file.hpp"

namespace sinew::cli {

/// --db, as a group of its own or in the last one.
void describe_database(OptionGroups& options);
Option database_option();
/// --csv, --junit, --sarif.
enum class RowsOf { questions, examples };
void describe_row_files(OptionGroups& options, RowsOf what);

/// The digest of what an argument names; of a folder or of several files it is one of their digests. What has none is
/// given a text that no other run has.
std::string digest_of(const std::string& argument, const std::vector<DigestedFile>& files);

/// The options that say what is asked, not how it is searched for or told: JSON, by name. `epsilon` is left out, a row
/// has its own.
nlohmann::ordered_json question_options(std::string_view kind, const Arguments& arguments);

/// A question about the arguments' files: the first is the network, the others are conditions or data.
results::Question question_about(std::string_view kind, const Arguments& arguments,
                                 const std::vector<DigestedFile>& files);

/// What a command has told as JSON, as one row.
results::Row row_of(const nlohmann::ordered_json& answer, results::Question question);

/// Made before the work. Where nothing of it is asked for it does nothing.
class ResultLog {
  public:
    ResultLog(std::string_view kind, const Arguments& arguments);
    ResultLog(const ResultLog&) = delete;
    ResultLog& operator=(const ResultLog&) = delete;
    /// A run that did not come to its end is stopped.
    ~ResultLog();

    bool is_wanted() const { return !path_.empty() || keeps_rows(); }
    bool resumes() const { return resumes_; }
    bool has_file() const { return !path_.empty(); }
    /// Opens the results file and begins the run there; with --resume only opens it. Throws InputError, OutputError.
    void begin(const Provenance& provenance);
    /// Of commands that answer many questions, before the first: what all of them are about (resume()'s identity),
    /// which numbers they have, and which of them this run answers.
    void is_part(const nlohmann::ordered_json& whole, std::int64_t first, std::size_t count,
                 const cluster::Shard& shard);
    /// Of commands with --resume, once it is known what the run is about: the latest run of this kind in the file for
    /// which `is_same` says nothing against it goes on; its rows are returned. Without one a new run begins where the
    /// file has none of the kind, and else what `is_same` threw of the latest is told. Throws InputError also where
    /// another process is writing the run. Of questions without an answer rows are taken away, and not returned, where
    /// this run has more time for each than the one that it goes on with.
    using IsSame = std::function<void(const nlohmann::ordered_json& known, const std::string& file)>;
    std::vector<results::Row> resume(const nlohmann::ordered_json& identity, const IsSame& is_same);
    /// Rows that an earlier part of the run has answered: for the files, not for the database.
    void keep(const std::vector<results::Row>& rows);
    /// The rows are instances of a benchmark: --csv has VNN-COMP's six columns.
    void are_instances() { are_instances_ = true; }
    bool has_rows() const { return count_ != 0; }
    /// Durable in the results file when it returns. Throws OutputError.
    void add(results::Row row) { add(std::vector<results::Row>{std::move(row)}); }
    /// All or none of them.
    void add(std::vector<results::Row> rows);
    /// Writes the other files; the run is over. Throws OutputError.
    void finish(bool is_complete);

  private:
    bool keeps_rows() const { return csv_ || junit_ || sarif_; }
    double seconds() const;
    std::vector<results::Row> go_on_with(const results::Run& known);

    const Arguments& arguments_;
    results::Run run_;
    std::string path_;  ///< of --db or --resume
    bool resumes_ = false;
    std::optional<results::ResultsFile> file_;
    std::optional<OutputFile> csv_;
    std::optional<OutputFile> junit_;
    std::optional<OutputFile> sarif_;
    std::vector<results::Row> rows_;
    std::size_t count_ = 0;
    bool are_instances_ = false;
    bool is_over_ = false;
};

}  // namespace sinew::cli
