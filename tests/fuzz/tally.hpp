// SPDX-License-Identifier: Apache-2.0
// What a fuzzing run counted, and the line in which a worker tells its parent about one query.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "oracle/compare.hpp"

namespace sinew::fuzz {

/// One query's outcome, short enough for one line of a pipe.
struct QueryReport {
    std::uint64_t index = 0;
    model::Status expected = model::Status::unknown;
    bool z3_gave_up = false;
    std::vector<std::string> features;
    std::vector<std::string> finders;  ///< who disagreed
    std::string saved;                 ///< where the shrunk query is
    /// by asker: 's'at, 'u'nsat, 't'imeout, '?' unknown, 'i'napplicable, 'f'ailure; and seconds
    std::vector<std::tuple<std::string, char, double>> answers;
};

QueryReport report_of(std::uint64_t index, const oracle::ComparedAnswers& outcome,
                      const std::set<std::string>& features);
std::string to_line(const QueryReport& report);
QueryReport from_line(const std::string& line);

/// Sums over queries.
class Tally {
  public:
    void add(const QueryReport& report);
    std::uint64_t queries() const { return queries_; }
    std::uint64_t disagreements() const { return disagreements_; }
    std::uint64_t z3_gave_up() const { return z3_gave_up_; }
    /// One line for a terminal.
    std::string progress(std::uint64_t total, double seconds) const;
    /// The whole account: verdicts, answers by asker, features, slowest queries, disagreements.
    std::string summary() const;

  private:
    struct AskerTally {
        std::map<char, std::uint64_t> answers;
        double seconds = 0;
    };
    struct Slow {
        double seconds;
        std::uint64_t index;
        std::string asker;
    };

    std::uint64_t queries_ = 0;
    std::uint64_t disagreements_ = 0;
    std::uint64_t z3_gave_up_ = 0;
    std::map<model::Status, std::uint64_t> expected_;
    std::map<std::string, AskerTally> askers_;
    std::map<std::string, std::map<model::Status, std::uint64_t>> features_;
    std::vector<Slow> slowest_;
    std::vector<std::string> findings_;
};

}  // namespace sinew::fuzz
