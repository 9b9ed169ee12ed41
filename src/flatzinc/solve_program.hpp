// SPDX-License-Identifier: Apache-2.0
// Solves a constraint program: one solution, all of them, or the best.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/limits.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "exact/rational.hpp"
#include "model/constraint_program.hpp"

namespace sinew::flatzinc {

struct Options {
    /// Of a program without objective: how many solutions that differ in what is printed; absent: all.
    std::optional<std::uint64_t> solutions = 1;
    /// Whether the search annotations are ignored.
    bool is_free = false;
    int threads = 1;
    Settings settings;
};

/// A solution's values, for a variable or constant of the program.
class Assignment {
  public:
    virtual ~Assignment() = default;
    virtual std::int64_t value(const model::Term& term) const = 0;
};

/// Hears of solutions at once: of an optimisation of each that is better than all before.
class Listener {
  public:
    virtual ~Listener() = default;
    virtual void solution(const Assignment& /*assignment*/) {}
    /// No solution has a better objective.
    virtual void bound(const Integer& /*value*/) {}
};

/// What it came to. complete: there are no solutions but those told (none: unsatisfiable), or no better ones.
struct Outcome {
    bool is_complete = false;
    std::uint64_t solutions = 0;
    std::optional<Integer> objective;  ///< of the best solution
    std::optional<Integer> bound;      ///< no solution is better
    Statistics statistics;
};

/// Every solution is checked by exact arithmetic before it is told. Integers without bounds range over
/// ±model::largest_program_integer. InputError for constraints that are not supported; never throws for a limit.
Outcome solve(const model::ConstraintProgram& program, const Options& options, const Limits& limits,
              Listener& listener);

/// A solution as FlatZinc wants it: `x = 3;` and `a = array1d(1..2, [3,5]);`, a line for each output.
std::string solution_text(const model::ConstraintProgram& program, const Assignment& assignment);

}  // namespace sinew::flatzinc
