// SPDX-License-Identifier: Apache-2.0
// One SQLite file of results that several runs write to at once. A row that append() has written is there whatever ends
// the process afterwards, also SIGKILL; docs/results_files.md says what a power cut can take, and on what file systems.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "results/database.hpp"
#include "results/rows.hpp"

namespace sinew::results {

/// The schema that this version writes; files of a later one are refused.
inline constexpr int schema_version = 1;

/// Where those are who read or write a file while it is written to.
enum class Sharing {
    one_machine,   ///< but for file systems that are known to be a network's
    many_machines  ///< whatever the file system: slower, some milliseconds a row
};

/// A file that is written to.
class ResultsFile {
  public:
    /// Opens the file, or makes it. Throws InputError for what is no results file, or is one of a later schema (it is
    /// not touched), OutputError where it cannot be written.
    explicit ResultsFile(const std::string& path, Sharing sharing = Sharing::one_machine);
    /// A file that is made in memory, for whoever writes its content() as a whole; `path` is for messages.
    static std::unique_ptr<ResultsFile> in_memory(const std::string& path);
    ResultsFile(const ResultsFile&) = delete;
    ResultsFile& operator=(const ResultsFile&) = delete;
    ~ResultsFile();

    const std::string& path() const { return database_.path(); }
    /// The bytes of the file.
    std::string content() { return database_.content(); }

    /// A new run, whose id is given to it, with its part; it is this process's.
    void begin(Run& run);
    /// The runs of a kind, the latest first.
    std::vector<Run> runs(const std::string& kind);
    /// Whether the process that writes this run is alive on this machine, and is not this one. Of a process on another
    /// machine nobody here knows: it counts as ended. Two that write one run do no harm, they do work twice.
    bool is_being_written(const Run& run);
    /// From now on the run is this process's, and running again; it is what `part` says of many questions.
    void take_over(const Run& run, const std::optional<Part>& part = std::nullopt);
    /// Of a run that is this process's: it has `run.limits` from now on, and rows that are to be answered again are
    /// taken away; both or neither.
    void begin_again(const Run& run, std::span<const Row> forgotten);
    /// Of a run that has begun.
    void set_part(const Run& run, const Part& part);
    /// All rows of a run, in the order in which they were answered.
    std::vector<Row> rows(const Run& run);

    /// Rows of the run, all or none of them. Where another process has answered such a question of this run meanwhile,
    /// its answer stays.
    void append(const Run& run, std::span<const Row> rows);
    void append(const Run& run, const Row& row) { append(run, std::span(&row, 1)); }
    /// `state` "finished" or "stopped"; `seconds` are added to those of earlier parts.
    void end(const Run& run, const std::string& state, const std::string& ended, double seconds);

  private:
    ResultsFile(const std::string& path, Database::Access access);
    std::int64_t subject_of(const Question& question);
    std::int64_t question_of(const Question& question, std::int64_t subject);
    void insert(const Run& run, const Row& row, std::int64_t question);
    void keep_part(const Run& run, const Part& part);
    void prepare();
    void keep_a_log(Sharing sharing);

    Database database_;
    std::map<std::string, std::int64_t> subjects_;
    struct Statements;
    std::unique_ptr<Statements> statements_;
};

/// A file that is read. It may be written to meanwhile, and its folder may be read-only.
class ResultsReader {
  public:
    /// Throws InputError for what is no results file.
    explicit ResultsReader(const std::string& path);

    const std::string& path() const { return database_->path(); }
    /// All runs, the first first.
    std::vector<Run> runs();
    std::vector<Row> rows(const Run& run);
    /// How many rows of a run have which status.
    std::map<std::string, std::int64_t> statuses(const Run& run);

  private:
    std::unique_ptr<Database> database_;
};

/// Whether a file begins as a results file of sinew does; false for what is not there.
bool is_results_file(const std::string& path);

}  // namespace sinew::results
