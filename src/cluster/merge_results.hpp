// SPDX-License-Identifier: Apache-2.0
// Parts of one run, answered by several processes into several files, put together: what one undisturbed run would have
// written, but for times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "results/compare.hpp"
#include "results/rows.hpp"

namespace sinew::cluster {

/// A run with its rows, which are parts of a whole.
struct MergedPart {
    std::string place;  ///< FILE:RUN, for messages
    results::Run run;
    std::vector<results::Row> rows;
};

struct Merged {
    results::Run run;  ///< the first part's, without its shard; `state` is "stopped" where questions are missing
    std::vector<results::Row> rows;     ///< by the number of their question
    std::vector<std::int64_t> missing;  ///< numbers of questions that no part has answered
    std::size_t questions = 0;          ///< answered
    std::size_t repeated = 0;           ///< that several parts answered, and that agree
    std::vector<results::Difference> contradictions;
    std::vector<std::string> notes;  ///< what differs between parts and does no harm
};

/// The number of the question that a row answers: of a data set its row, of a list its place. -1 where it has none.
std::int64_t number_of(const results::Row& row);

/// Of several answers to a question that agree an open one gives way, and else the first stays. Throws InputError,
/// naming the part and what differs, for parts that are not of one whole; `parts` has at least one.
Merged merge_results(std::vector<MergedPart> parts);

/// Makes the file of a merged run, whole or not at all: one run with its rows. One that is there is replaced if it
/// holds one run of the same whole. Throws InputError for any other, OutputError.
void write_merged(const Merged& merged, const std::string& path);

/// "3, 7-9, 12": at most so many ranges, and then how many more numbers there are.
std::string ranges_text(const std::vector<std::int64_t>& numbers, std::size_t most_ranges = 20);

}  // namespace sinew::cluster
