// SPDX-License-Identifier: Apache-2.0
// What the units of a folder say together: do they cover the question, and what is the answer to it?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::units {

struct OpenUnit {
    std::string path;
    model::Status status = model::Status::unknown;  ///< of its last run; unknown without one
    std::uint64_t runs = 0;
    double seconds = 0;  ///< of processors
    double hardness = 0;
    std::string reason;
};

struct Merged {
    /// sat: a unit has a witness, which was evaluated again over the whole question. unsat: the parts that are refuted
    /// cover the question, and nothing is wrong with a file. Else unknown.
    model::Status status = model::Status::unknown;
    std::optional<model::Witness> witness;
    std::string decided_by;      ///< sat: of the unit with the witness; unsat: all that had a part in it
    std::string witness_unit;    ///< the least unit in the order of the tree that has one
    std::vector<OpenUnit> open;  ///< in the order of the tree
    /// Parts that were called refuted, and in which the witness lies: a bug of who refuted them.
    std::vector<std::string> contradictions;
    std::vector<std::string> wrong;  ///< what is missing, changed, or of another question, each with its file
    std::size_t units = 0;           ///< leaves that are units, those that were split again left out
    std::size_t refuted = 0;         ///< of them
    std::size_t refuted_while_splitting = 0;
    std::size_t splits = 0;        ///< folders of units
    double splitting_seconds = 0;  ///< of processors
    double searching_seconds = 0;
    std::uint64_t runs = 0;
    std::vector<double> unit_seconds;  ///< of every unit that was run, in the order of the tree
};

/// Reads all of `folder`. Throws InputError where the question itself cannot be read.
Merged merge(const std::string& folder, const model::Query& query, const std::string& question);

}  // namespace sinew::units
