// SPDX-License-Identifier: Apache-2.0
// What Z3 says of a query, through its own C++ interface and an encoding that nothing else uses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "oracle/sketch.hpp"

namespace sinew::oracle {

struct Z3Answer {
    model::Status status = model::Status::unknown;
    std::vector<Rational> inputs;  ///< with sat: Z3's model
    std::vector<bool> booleans;    ///< with sat
};

/// Exact: numbers go in and come out as fractions. `unknown` when Z3 gives up or `milliseconds` pass.
Z3Answer ask_z3(const Sketch& sketch, unsigned milliseconds);

/// The infimum of a form under the query, by Z3's optimiser.
struct Z3Infimum {
    bool finite = true;     ///< false: minus infinity
    Rational value;         ///< where it is finite
    bool attained = false;  ///< where it is finite
};
/// Absent where the query is unsatisfiable, or Z3 gives up or `milliseconds` pass.
std::optional<Z3Infimum> z3_infimum(const Sketch& sketch, const std::vector<Term>& form, unsigned milliseconds);

/// The query as Z3 prints it (SMT-LIB 2), for a report where nothing else can write it.
std::string z3_script(const Sketch& sketch);

/// Moves the threshold of an atom of the output condition onto the exact optimum of its form over everything else, so
/// that < and <= part ways. `which` chooses the atom. Does nothing (false) where the optimum is infinite or not
/// found in `milliseconds`.
bool sharpen(Sketch& sketch, std::uint64_t which, unsigned milliseconds);

}  // namespace sinew::oracle
