// SPDX-License-Identifier: Apache-2.0
// A question about a ReLU network as a mixed-integer linear program in exact numbers (Tjeng, Xiao and Tedrake,
// Evaluating robustness of neural networks with mixed integer programming, ICLR 2019): what a proof in the format VIPR
// speaks of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/query.hpp"
#include "proof/vipr.hpp"
#include "search/disjuncts.hpp"

namespace sinew::search {

/// A ReLU whose phase is open over the box, with bounds of its pre-activation by interval arithmetic. Its binary
/// variable is 1 where the pre-activation is positive.
struct ProgramNeuron {
    Variable pre;
    Variable post;
    std::uint32_t number = 0;  ///< of all ReLUs, in layer order, from 0
    std::uint32_t binary = 0;
    Rational lower;
    Rational upper;
    std::uint32_t least = 0;     ///< post >= 0
    std::uint32_t at_least = 0;  ///< post - pre >= 0
    std::uint32_t active = 0;    ///< post - pre - lower·binary <= -lower
    std::uint32_t inactive = 0;  ///< post - upper·binary <= 0
};

/// A row of the conditions: form + slack <= size·(1 - binary of its disjunct); slack where it is strict.
struct ProgramRow {
    LinearForm form;
    bool strict = false;
    Rational size;  ///< without a binary: 0
    std::uint32_t constraint = 0;
};

struct ProgramDisjunct {
    std::optional<std::uint32_t> binary;
    std::vector<ProgramRow> rows;
};

/// Variable v of the network is variable v of the program; binaries of open neurons follow, then those of disjuncts (if
/// there is but one it has none), then the slack.
struct ReluProgram {
    proof::ViprProof proof;                                    ///< without steps
    std::vector<std::pair<std::uint32_t, std::uint32_t>> box;  ///< by input: the constraints of its two bounds
    std::vector<std::uint32_t> equations;  ///< by variable: of affine layers and of settled neurons; else no_row
    std::vector<ProgramNeuron> neurons;
    std::vector<ProgramDisjunct> disjuncts;
    std::uint32_t some_disjunct = no_row;  ///< their binaries' sum >= 1
    std::optional<std::uint32_t> slack;    ///< what strict rows have; at most 1, and as large as it can be
    std::vector<Rational> lower;           ///< by variable
    std::vector<Rational> upper;
    std::size_t relus = 0;
    static constexpr std::uint32_t no_row = 0xffffffffU;
};

/// Why the query has no such program; empty if it has one.
std::string program_obstacle(const model::Query& query);

/// Strict rows are closed, or, `with_slack`, have the slack. Of all cases of the conditions, or of one.
ReluProgram relu_program(const model::Query& query, bool with_slack, std::optional<std::uint32_t> only = {});

bool has_strict_rows(const model::Query& query);

/// The cases of the conditions, f != 0 as f < 0 or f > 0. Absent if they are too many.
std::optional<std::vector<Disjunct>> program_cases(const model::Query& query);

/// Of one or two dozen bits, not above (not below) the value.
Rational short_below(const Rational& value);
Rational short_above(const Rational& value);

}  // namespace sinew::search
