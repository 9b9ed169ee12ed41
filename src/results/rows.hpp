// SPDX-License-Identifier: Apache-2.0
// What a results file holds: runs, and of each run its questions with their answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sinew::results {

/// Which of many questions a run answers, and what all of them are about: runs whose `whole`, `first` and `count` are
/// equal are parts of one, and can be merged (merge.hpp).
struct Part {
    std::string whole;       ///< JSON: digests of content, options
    std::int64_t first = 0;  ///< the number of its first question: a row of the data, or a place in a list
    std::int64_t count = 0;  ///< of all questions
    std::string shard;       ///< "3/40"; empty where the run answers all
};

/// One command that was run. Texts that are JSON say so; they are UTF-8.
struct Run {
    std::int64_t id = 0;  ///< 0: not in a file yet
    std::string kind;     ///< "verify", "certify", "train", "optimize" or "solve"
    std::string version;  ///< of sinew
    std::string command;  ///< JSON: array of the words of the command line
    std::string started;  ///< ISO 8601, UTC
    std::string ended;    ///< likewise; empty while it runs
    std::string state;    ///< "running", "finished", "stopped" (a limit, Ctrl-C, an error), and where its process has
                          ///< died "killed"
    double seconds = 0;   ///< wall time of the process, of all its parts where it was resumed
    std::string machine;  ///< JSON: object
    std::string limits;   ///< JSON: object
    std::string files;    ///< JSON: array of {"file", "sha256", "bytes"}
    /// JSON: what must agree where a run is resumed (digests of content, options); empty where none is.
    std::string identity;
    std::int64_t answers = 0;  ///< rows that it has
    std::string process;       ///< that writes it (process_id.hpp)
    std::optional<Part> part;  ///< of commands that answer many questions
};

/// Seconds that a run had for each question, by its limits; infinite where it had no limit, and where they do not say.
double seconds_each(const Run& run);

/// What a question is about, by content. A question of another run is the same where the digests, the options, the row
/// and the epsilon are; names of files do not matter.
struct Question {
    std::string network;          ///< name of the file as it was given
    std::string network_digest;   ///< SHA-256
    std::string property;         ///< the file of conditions or of data; empty without one
    std::string property_digest;  ///< SHA-256; empty without such a file
    std::string options;          ///< JSON: object of the options that belong to the question (norm, target, …)
    std::int64_t row = no_row;    ///< in the data set, from 0
    std::string epsilon;          ///< exact number; empty without one

    static constexpr std::int64_t no_row = -1;
};

struct Proof {
    std::string file;
    std::string digest;  ///< SHA-256 of the file
    std::int64_t bytes = 0;
};

struct Row {
    Question question;
    /// "sat", "unsat", "unknown", "timeout", "error"; "certified", "falsified", "wrong"; "optimum", "feasible",
    /// "unbounded"; "optimal", "infeasible".
    std::string status;
    std::string decided_by;
    double seconds = 0;
    std::string reason;                   ///< why there is no answer
    std::optional<std::string> value;     ///< exact: of the objective, or the distance of an adversarial input
    std::optional<std::string> bound;     ///< exact: no solution is better, no violation nearer
    std::optional<std::string> expected;  ///< the verdict that the question itself names; kept among the details
    std::string details;                  ///< JSON: object of the answer's other keys
    std::string statistics;               ///< JSON: object
    std::optional<std::string> witness;   ///< JSON
    std::optional<Proof> proof;
    std::string answered;  ///< when, ISO 8601; empty: now, where it is written
};

/// What a status means to whoever compares, counts or reports.
enum class Standing {
    holds,  ///< no counterexample exists: unsat, certified; an optimum
    fails,  ///< one does: sat, falsified, wrong
    open,   ///< no answer: unknown, timeout, feasible
    error   ///< the question could not be asked
};
Standing standing_of(const std::string& status);
inline bool is_answer(Standing standing) {
    return standing == Standing::holds || standing == Standing::fails;
}

}  // namespace sinew::results
