// SPDX-License-Identifier: Apache-2.0
#include "search/lazy_cubes.hpp"

#include <utility>

namespace sinew::search {

namespace {
/// Conflicts are dear, but counted well: looks at the others cost little beside them.
constexpr Effort shortest_slice = effort_per_second / 200;
/// A clause costs linear programs to find, and next to nothing to know.
constexpr sat::Sharing shared_clauses{.most_literals = 32, .most_glue = 12};

class LazySolverOfCubes : public sat::SolverOfCubes {
  public:
    explicit LazySolverOfCubes(LazySolver& solver)
        : SolverOfCubes(solver.core(), solver.encoded_variables(), shared_clauses), solver_(solver) {}
    Answer solve(std::span<const sat::Literal> cube, const Limits& slice, const Limits& turn) override {
        return solver_.solve(cube, slice, turn);
    }

  private:
    LazySolver& solver_;
};
}  // namespace

LazyCubes::LazyCubes(LazySolver& first, const Encoding& encoding, const Settings& settings, std::size_t threads)
    : others_(
          made_together(threads - 1, [&](std::size_t) { return std::make_unique<LazySolver>(encoding, settings); })),
      cubes_({}, shortest_slice) {
    solvers_.push_back(&first);
    for (const auto& other : others_) solvers_.push_back(other.get());
    for (LazySolver* solver : solvers_) cubes_.add(std::make_unique<LazySolverOfCubes>(*solver));
}

Answer LazyCubes::solve(const Limits& limits) {
    for (const auto& other : others_) other->agree_with(*solvers_.front());
    return cubes_.run(limits);
}

void LazyCubes::report(Statistics& statistics) const {
    for (const auto& other : others_) statistics.add(other->statistics());
    cubes_.report(statistics);
}

}  // namespace sinew::search
