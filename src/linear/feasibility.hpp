// SPDX-License-Identifier: Apache-2.0
// Are the current bounds of a LinearSystem consistent? The float solver proposes where problems are large, exact
// arithmetic decides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "base/options.hpp"
#include "base/statistics.hpp"
#include "exact/exact_simplex.hpp"
#include "linear/farkas.hpp"
#include "linear/linear_system.hpp"
#include "linear/lp.hpp"
#include "linear/slot_set.hpp"

namespace sinew::linear {

struct FeasibilityOptions {
    /// Rows from which on GLPK is asked before the exact simplex (bench/linear_bench.cpp measures where that pays).
    std::int64_t lp_rows = 30;
    /// Simplex iterations of GLPK a call of Thoroughness::quick.
    std::int64_t quick_iterations = 2000;
};

const OptionTable<FeasibilityOptions>& option_table();

enum class Thoroughness : std::uint8_t {
    quick,  ///< consistent only means that no contradiction was found
    full,   ///< consistent is proved, and a model is there
};

enum class Feasible : std::uint8_t { consistent, contradiction, stopped };

/// Follows one LinearSystem, which must outlive it. Rows and columns may be added between calls.
class Feasibility {
  public:
    /// `costs_nothing`: has this side of a variable a bound that holds always? A proof may use such bounds freely; of
    /// others it uses none that the contradiction does not need.
    Feasibility(const LinearSystem& system, std::function<bool(SimplexVariable, Side)> costs_nothing,
                const FeasibilityOptions& options = {});

    /// To be told of every slot whose bound changes, before the next check.
    SlotSet& changes() { return changes_; }

    Feasible check(Thoroughness thoroughness, const Limits& limits);
    /// After a contradiction: a proof from the current bounds, verified exactly.
    const BoundCertificate& certificate() const { return certificate_; }
    /// After Thoroughness::full said consistent: exact values of all columns, valid until the next change.
    std::vector<Rational> solution() const;
    /// Moves the solution to simple numbers where the exact simplex found it (see ExactSimplex::simplify_solution);
    /// elsewhere, on large problems, it stays.
    void simplify_solution(const Limits& limits);

    /// A copy of the exact simplex at a solution of the current bounds, for those who search on from there; absent
    /// where there is none or a limit was met.
    std::optional<ExactSimplex> exact_copy(const Limits& limits);

    void add_statistics(Statistics& statistics) const;

  private:
    bool uses_lp() const;
    void forward_changes();
    void update_exact();
    void update_lp();
    bool last_point_holds() const;
    double lp_value(SimplexVariable variable) const;
    Feasible check_exactly(const Limits& limits);
    std::optional<Feasible> check_floats(Thoroughness thoroughness, const Limits& limits);
    bool prove_ray(const Limits& limits);
    bool confirm_vertex(const Limits& limits);
    bool pays_outside(std::span<const FloatMultiplier> core) const;

    const LinearSystem& system_;
    std::function<bool(SimplexVariable, Side)> costs_nothing_;
    FeasibilityOptions options_;
    SlotSet changes_;
    SlotSet exact_changes_;
    SlotSet lp_changes_;
    ExactSimplex exact_;
    std::size_t row_count_ = 0;
    std::size_t counted_ = 0;  // variables that row_count_ has seen
    Lp lp_;
    std::vector<std::size_t> lp_index_;  // by variable: of the column or the row
    std::vector<SimplexVariable> lp_columns_;
    std::vector<SimplexVariable> lp_rows_;
    bool lp_point_ = false;  // lp_ holds a feasible point of the bounds it was told last
    BoundCertificate certificate_;
    std::optional<std::vector<Rational>> vertex_;  // the solution, if it came from GLPK's basis
    std::uint64_t vertices_ = 0;
    std::uint64_t exact_checks_ = 0;
    std::uint64_t skipped_ = 0;
    std::uint64_t float_proofs_ = 0;
    std::uint64_t core_proofs_ = 0;
    std::uint64_t unproved_rays_ = 0;
    double exact_seconds_ = 0;
};

}  // namespace sinew::linear
