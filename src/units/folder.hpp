// SPDX-License-Identifier: Apache-2.0
// A folder of units: made at once and whole, and split further where units ran out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/observer.hpp"
#include "units/question.hpp"
#include "units/unit.hpp"
#include "verify/verify.hpp"

namespace sinew::units {

struct SplitOptions {
    verify::Options verify;
    std::size_t into = 64;  ///< open units of a question, or of each unit that is split again
    double seconds = 10;    ///< of effort, of a search before the cut
};

struct SplitSummary {
    model::Verdict verdict;          ///< of the question, where splitting it has answered it; else unknown
    std::vector<std::string> units;  ///< new ones, in the order of the tree
    std::size_t refuted = 0;         ///< leaves that were refuted on the way
    std::size_t split = 0;           ///< units that were split
    std::vector<std::string> stuck;  ///< units that nobody knew how to split
    bool was_there = false;          ///< the folder was there before: nothing was done
};

/// Makes `folder`, which must not be there or must be one of this question: then nothing is done. It appears with all
/// that is in it, or not at all. Where splitting answers the question the folder has one unit, with its result.
/// Throws InputError, OutputError.
SplitSummary split_question(const Question& question, const model::Query& query, const std::string& folder,
                            const SplitOptions& options, Observer& observer);

/// Splits each open unit of a folder that has been run without an answer, with what was learned. The units that it is
/// split into appear at once. Called again after it was ended it goes on. Throws InputError, OutputError; UsageError
/// where something is wrong with the folder's files.
SplitSummary split_again(const std::string& folder, const model::Query& query, const std::string& question,
                         const SplitOptions& options, Observer& observer);

/// User and system time of this process, in seconds.
double processor_seconds();

}  // namespace sinew::units
