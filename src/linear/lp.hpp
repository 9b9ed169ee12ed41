// SPDX-License-Identifier: Apache-2.0
// A linear program in floating point, solved by GLPK and kept warm between changes. What it says is a hint: farkas.hpp
// or the exact simplex turn it into a proof.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "exact/exact_simplex.hpp"

namespace sinew::linear {

struct LpEntry {
    std::size_t column = 0;
    double coefficient = 0;
};

enum class LpStatus : std::uint8_t {
    feasible,    ///< of solve()
    optimal,     ///< of minimize() and maximize()
    infeasible,  ///< ray() says why
    unbounded,
    stopped,  ///< a limit
    failed,   ///< GLPK gave up twice; nothing is known
};

/// One bound of a proposed contradiction: Σ multiplier·(row or column) is about zero, each positive multiplier weighs
/// the lower bound, each negative one the upper bound, and Σ multiplier·bound is positive.
struct LpMultiplier {
    bool is_row = false;
    std::size_t index = 0;
    double multiplier = 0;
};

struct LpLimits {
    Limits limits;
    int iterations = std::numeric_limits<int>::max();  ///< of the simplex, a call
};

struct LpCounters {
    std::uint64_t solves = 0;
    std::uint64_t iterations = 0;
    std::uint64_t rebuilds = 0;  ///< after an error inside GLPK, or when another thread took over
    double seconds = 0;          ///< in GLPK, wall clock
};

/// Columns and rows with bounds (infinite ones are ±infinity), solved by the dual simplex from the last basis, without
/// presolve. All numbers must be finite but for bounds. Never prints.
///
/// GLPK aborts the process on internal errors unless its error hook leaves by longjmp, after which its whole
/// environment must be freed. An Lp therefore keeps a copy of its data and builds GLPK's object again: after such an
/// error (also one in another Lp of the thread), and when it is used in another thread than before. GLPK's environment
/// is a thread's own (Debian's 5.0 is built with thread-local storage), so any number of threads may each use their own
/// Lp at the same time; one Lp must not be used by two threads at once.
class Lp {
  public:
    Lp();
    ~Lp();
    Lp(Lp&&) noexcept;
    Lp& operator=(Lp&&) noexcept;

    /// Returns its index (columns and rows are counted apart).
    std::size_t add_column(double lower, double upper);
    /// lower <= Σ entries <= upper. Columns must not repeat.
    std::size_t add_row(std::span<const LpEntry> entries, double lower, double upper);
    /// Another row in its place; its place in the basis is kept.
    void set_row(std::size_t row, std::span<const LpEntry> entries, double lower, double upper);
    /// Forgets the rows from `count` on. The basis of the others is kept where it can be.
    void truncate_rows(std::size_t count);
    void set_column_bounds(std::size_t column, double lower, double upper);
    void set_row_bounds(std::size_t row, double lower, double upper);

    std::size_t column_count() const;
    std::size_t row_count() const;

    /// Is there a point within all bounds (to about 1e-9)? feasible, infeasible, stopped or failed.
    LpStatus solve(const LpLimits& limits = {});
    /// The smallest (largest) value of Σ objective: optimal, unbounded, infeasible, stopped or failed. Starts from the
    /// last basis too.
    LpStatus minimize(std::span<const LpEntry> objective, const LpLimits& limits = {});
    LpStatus maximize(std::span<const LpEntry> objective, const LpLimits& limits = {});

    /// Can the last answer still be read? No after changes of rows, and after an error in another Lp of the thread.
    bool has_answer() const;
    /// After feasible or optimal.
    double column_value(std::size_t column) const;
    double row_value(std::size_t row) const;
    double objective_value() const;
    /// After optimal: objective = Σ row_dual·row + Σ column_dual·column. For a minimum, positive duals weigh lower
    /// bounds and negative ones upper bounds (for a maximum the other way), and Σ dual·bound is the objective's bound.
    double row_dual(std::size_t row) const;
    double column_dual(std::size_t column) const;
    /// After infeasible: the contradiction. Its bounds are those of one row of the simplex tableau, thus few.
    const std::vector<LpMultiplier>& ray() const;

    /// The basis after the last solve, columns first, then rows, for ExactSimplex::install_basis.
    std::vector<BasisPlace> basis() const;

    const LpCounters& counters() const;

    /// For tests: the next solve runs into an error inside GLPK `times` times in a row.
    void provoke_errors(int times);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sinew::linear
