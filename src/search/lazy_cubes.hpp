// SPDX-License-Identifier: Apache-2.0
// Several lazy solvers that share a question by cubes.
#pragma once

#include <memory>
#include <vector>

#include "sat/cube_solver.hpp"
#include "search/lazy_solver.hpp"

namespace sinew::search {

class LazyCubes {
  public:
    /// `first` and `threads - 1` more of its kind. Both must outlive this.
    LazyCubes(LazySolver& first, const Encoding& encoding, const Settings& settings, std::size_t threads);

    /// Goes on with all of them. unknown: a limit.
    Answer solve(const Limits& limits);
    /// After sat: who has the solution.
    const LazySolver& winner() const { return *solvers_[cubes_.winner()]; }
    /// Of those beside the first, and of the cubes.
    void report(Statistics& statistics) const;

  private:
    std::vector<std::unique_ptr<LazySolver>> others_;
    std::vector<LazySolver*> solvers_;
    sat::CubesOfSolvers cubes_;
};

}  // namespace sinew::search
