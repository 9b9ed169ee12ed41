// SPDX-License-Identifier: Apache-2.0
// A unit of work: a part of a question in a file of its own, with what is known of it; and its result beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/part.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"
#include "units/path.hpp"

namespace sinew::units {

/// What verifying a unit has taken so far, with what its ancestors took.
struct Spent {
    double seconds = 0;  ///< of processors
    std::uint64_t runs = 0;
};

struct Unit {
    std::string question;  ///< its digest
    Path path;             ///< from the question to the part
    engine::Part part;     ///< bounds and learned clauses; its splits follow from the path
    double hardness = 0;   ///< how far bounds are from refuting it, in the measure of the engine that split it
    Spent spent;           ///< on the units that it comes from
    std::string sha256;    ///< of its file
};

/// unit_0007.json -> unit_0007.result.json, and unit_0007: the folder of the units that it was split into.
std::string result_path(const std::string& unit_path);
std::string children_path(const std::string& unit_path);

bool is_unit(const std::string& path);
std::string unit_text(const model::Query& query, const Unit& unit);
/// Throws InputError. `query`: the question's.
Unit read_unit(const std::string& path, const model::Query& query);

/// What a run has found out.
struct Result {
    std::string unit;      ///< the digest of its file
    std::string question;  ///< of its question
    model::Status status = model::Status::unknown;
    std::string decided_by;
    std::string reason;                           ///< where there is no answer
    std::string refuted_by;                       ///< sat: who had called the unit refuted before
    std::optional<std::vector<Rational>> inputs;  ///< of the witness
    std::vector<bool> booleans;
    Spent spent;           ///< on this unit, all runs together
    engine::Part learned;  ///< where there is no answer: bounds and clauses

    bool is_decided() const { return status == model::Status::sat || status == model::Status::unsat; }
};

std::string result_text(const model::Query& query, const Result& result);
/// Absent where the unit has none. Throws InputError for one that is damaged, or that of another unit.
std::optional<Result> read_result(const std::string& unit_path, const Unit& unit, const model::Query& query);

/// Writes the result beside its unit, unless an answer is there already: the first one stays, and runs side by side
/// add up. Gives what is there then. A file that is damaged is replaced. Throws OutputError.
Result keep_result(const std::string& unit_path, const Unit& unit, const model::Query& query, Result result);

/// Says the unit's path of `query`, and gives what engines are to know of the part. Throws InputError, with the unit's
/// name, where the path does not fit.
engine::Part restrict(const std::string& unit_path, const Unit& unit, model::Query& query);

}  // namespace sinew::units
