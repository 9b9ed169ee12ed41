// SPDX-License-Identifier: Apache-2.0
// A campaign: one command over many questions, as tasks of a scheduler. All that is known of it is in its folder, in
// files that are whole or not there, so that whoever drives it can be killed at any time and called again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/rows.hpp"

namespace sinew::results {
class ResultsReader;
}

namespace sinew::cluster {

/// FOLDER/campaign.json: made once.
struct Plan {
    std::string id;                    ///< that no other campaign has
    std::string scheduler;             ///< "slurm" or "local"
    std::string program;               ///< this one, from /
    std::string place;                 ///< the working folder of the command
    std::vector<std::string> command;  ///< its words as they were given, after "sinew"
    std::vector<std::string> task;     ///< those of a task, without its shard and its file
    std::uint64_t shards = 1;          ///< 0: one question, in units of sinew split
    std::uint64_t units = 0;           ///< of the first round, of such a one
    double seconds = 0;                ///< for each question, by the command's --timeout; 0: no limit
    std::string budget;                ///< seconds of a unit in a round
    std::string asked_budget;          ///< with which those were searched last that nobody could split further
    std::vector<std::string> split;    ///< words that split it, without the folder
    std::uint64_t threads = 1;         ///< of a task
    std::uint64_t at_once = 0;
    std::vector<std::string> for_sbatch;
    friend bool operator==(const Plan&, const Plan&) = default;
};

/// What is known of a task by the files that it writes.
struct TaskFacts {
    bool is_done = false;      ///< it has come to its end
    bool is_written = false;   ///< a process of this machine writes it now
    std::int64_t answers = 0;  ///< rows
};

/// A unit of a round.
struct RoundUnit {
    std::string file;
    std::uint64_t runs = 0;  ///< searches of it before the round
    friend bool operator==(const RoundUnit&, const RoundUnit&) = default;
};

class Campaign {
  public:
    /// The one that is in the folder, if there is one. Throws InputError for files that hold something else.
    static std::optional<Campaign> in(const std::string& folder);
    /// Makes the folder and all that tasks need. Throws OutputError; InputError where the folder has other files.
    static Campaign make(const std::string& folder, Plan plan);
    /// The same campaign with another plan, by which tasks that begin from now on go.
    void change(Plan plan);
    /// Whether tasks have left anything that counts: units, or rows.
    bool has_begun() const;
    /// Takes away all that is known of a campaign that has not begun: another one can be made in its folder.
    void forget() const;

    const Plan& plan() const { return plan_; }
    const std::string& folder() const { return folder_; }  ///< from /
    std::string script() const { return folder_ + "/task.sh"; }
    std::string shard_file(std::uint64_t number) const;
    std::string log_file(std::uint64_t number) const;
    std::string merged_file() const { return folder_ + "/merged.sqlite"; }
    std::string units_folder() const { return folder_ + "/units"; }

    /// Of one question: the units that the tasks of this round are about, the first is number 1.
    std::vector<RoundUnit> round_units() const;
    void begin_round_of_units(const std::vector<RoundUnit>& units) const;

    TaskFacts facts(std::uint64_t number) const;
    /// The exit status of the last task of this number that came to its end; absent where it was killed.
    std::optional<int> exit_status(std::uint64_t number) const;
    void forget_exit_status(std::uint64_t number) const;
    /// The last line that tasks of this number wrote.
    std::string last_words(std::uint64_t number) const;

    /// Number of a new round, which FOLDER/rounds tells from then on, before it is submitted; and what the scheduler
    /// called it.
    std::size_t begin_round(const std::vector<std::uint64_t>& numbers) const;
    void name_round(std::size_t round, const std::string& job) const;

    /// Another process is to end its watch and to submit nothing more.
    void mark_cancelled(bool is_cancelled) const;
    bool is_cancelled() const;

  private:
    Campaign(std::string folder, Plan plan) : folder_(std::move(folder)), plan_(std::move(plan)) {}
    bool wants_more_time(results::ResultsReader& reader, const results::Run& run) const;
    void write_plan() const;
    void write_script() const;

    std::string folder_;
    Plan plan_;
};

/// One process drives a campaign at a time; also what it has started and not waited for (an sbatch) holds the lock, so
/// that no other looks at the queue before that has ended.
class CampaignLock {
  public:
    /// Waits some seconds for another. Throws InputError, which says who has it.
    explicit CampaignLock(const std::string& folder);
    CampaignLock(const CampaignLock&) = delete;
    CampaignLock& operator=(const CampaignLock&) = delete;
    ~CampaignLock();

  private:
    int descriptor_ = -1;
};

}  // namespace sinew::cluster
