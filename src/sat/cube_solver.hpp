// SPDX-License-Identifier: Apache-2.0
// A solver as one of several that share a question by cubes (base/cubes.hpp).
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/cubes.hpp"
#include "sat/solver.hpp"

namespace sinew::sat {

/// How short a learned clause must be that others are told of, and how many levels it may join. Measured on bench/sat:
/// longer clauses cost as much as they save.
struct Sharing {
    std::size_t most_literals = 8;
    std::uint32_t most_glue = 2;
};

class SolverOfCubes : public CubeSolver<Literal> {
  public:
    /// `solver` must outlive it. Its first `shared` variables mean the same to all; later ones (a theory's own) are
    /// never told of, nor split on.
    SolverOfCubes(Solver& solver, std::size_t shared, Sharing sharing = {});
    ~SolverOfCubes() override;

    Answer solve(std::span<const Literal> cube, const Limits& slice, const Limits&) override {
        return solver_.solve(cube, slice, conflicts_left());
    }
    std::uint64_t conflicts() const override { return solver_.counters().conflicts; }
    std::span<const Literal> failed() const override {
        return solver_.unsat() ? std::span<const Literal>() : solver_.failed_assumptions();
    }
    /// Of the variables that the search would decide first the one that fixes most others, either way.
    std::optional<Literal> split(std::span<const Literal> cube) override;
    void give(Clauses& clauses) override;
    void take(std::span<const Literal> clause) override;

    /// It gives up after so many conflicts from now on.
    void set_budget(std::uint64_t conflicts);

  protected:
    std::uint64_t conflicts_left() const { return budget_end_ - std::min(budget_end_, conflicts()); }

  private:
    std::vector<BoolVar> candidates() const;
    std::size_t fixed_by(Literal literal);

    Solver& solver_;
    std::size_t shared_;
    Exports exports_;
    std::uint64_t budget_end_ = ~std::uint64_t{0};
};

/// Solvers side by side, each of the same question.
class CubesOfSolvers {
  public:
    explicit CubesOfSolvers(std::span<const Literal> assumptions = {},
                            Effort shortest_slice = Cubes<Literal>::usual_slice)
        : cubes_(assumptions, shortest_slice) {}

    /// As SolverOfCubes has it, or one made from that.
    void add(Solver& solver, std::size_t shared) { add(std::make_unique<SolverOfCubes>(solver, shared)); }
    void add(std::unique_ptr<SolverOfCubes> solver);
    /// Goes on until an answer, a limit, or so many conflicts of one of them (unknown).
    Answer run(const Limits& turn, std::uint64_t conflict_budget = ~std::uint64_t{0});
    std::size_t winner() const { return cubes_.winner(); }
    std::vector<Literal> failed_assumptions() const { return cubes_.failed_assumptions(); }
    void report(Statistics& statistics) const { cubes_.report(statistics); }

  private:
    std::vector<std::unique_ptr<SolverOfCubes>> solvers_;
    std::vector<CubeSolver<Literal>*> places_;
    Cubes<Literal> cubes_;
};

}  // namespace sinew::sat
