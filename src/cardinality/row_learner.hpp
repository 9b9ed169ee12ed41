// SPDX-License-Identifier: Apache-2.0
// Learning beside a RowTheory: a linear row by cutting planes where that is worth more than a clause, and a clause over
// the gates beside the usual one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cardinality/cutting_planes.hpp"
#include "cardinality/row_theory.hpp"
#include "cardinality/worth.hpp"
#include "sat/conflict_learner.hpp"

namespace sinew::cardinality {

/// Sets itself as the solver's learner. Learned rows become fewer now and then, as learned clauses do.
class RowLearner : public sat::ConflictLearner {
  public:
    /// `choice`: 0 always clauses, 1 always rows, 2 by measure (Worth).
    RowLearner(sat::Solver& solver, RowTheory& rows, std::int64_t choice);
    RowLearner(const RowLearner&) = delete;
    RowLearner& operator=(const RowLearner&) = delete;

    /// Variables through which the ones that cost something act on the rest: they are decided before all others, and
    /// from each conflict a clause over them alone is learned beside the usual one.
    void set_gates(std::span<const BoolVar> gates);

    bool analyze(const sat::Conflict& conflict) override;
    std::uint32_t backjump_level() const override { return cutting_.backjump_level(); }
    std::uint32_t glue() const override { return cutting_.glue(); }
    void learn() override;
    std::span<const Literal> second_clause() override;
    sat::ClauseId second_id() const override { return projected_id_; }
    void restarted(std::uint64_t effort) override;
    bool wants_to_forget(std::uint64_t conflicts) const override { return conflicts >= forget_at_; }
    void forget() override;

    std::uint64_t rows_learned() const { return rows_learned_; }
    std::uint64_t reductions() const { return reductions_; }

  private:
    static constexpr std::uint32_t gate_priority = ~std::uint32_t{0};
    static constexpr std::size_t longest_projection = 30;

    void project(const sat::Conflict& conflict);
    bool is_free(BoolVar variable) const;

    sat::Solver& solver_;
    RowTheory& rows_;
    CuttingPlanes cutting_;
    Worth worth_;
    std::vector<Literal> clause_;
    bool has_gates_ = false;
    std::vector<std::uint8_t> in_projection_;  ///< by variable
    std::vector<Literal> projected_;
    sat::ClauseId projected_id_ = 0;
    std::uint64_t rows_learned_ = 0;
    std::uint64_t forget_at_ = 2000;
    std::uint64_t reductions_ = 0;
};

}  // namespace sinew::cardinality
