// SPDX-License-Identifier: Apache-2.0
// Why a ReLU network's program has no solution, step by step: bounds of pre-activations from exact linear programs,
// layer by layer, then a tree over phases whose leaves have no solution over the rationals.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "linear/feasibility.hpp"
#include "search/relu_program.hpp"

namespace sinew::search {

/// A phase of a neuron of ReluProgram::neurons.
struct AssumedPhase {
    std::uint32_t neuron = 0;
    bool active = false;
};

/// A leaf of the tree of a disjunct: nothing is in it, as row `proof` says.
struct RefutedLeaf {
    std::uint32_t disjunct = 0;
    std::vector<AssumedPhase> phases;
    std::uint32_t proof = 0;
};

class ReluRefutation {
  public:
    /// Adds its steps to the program's proof. The program must outlive it.
    explicit ReluRefutation(ReluProgram& program, const model::Query& query);

    /// True: there is a conclusion(). False: some leaf has a solution of the rows (strict ones closed where
    /// there is no slack). Throws LimitReached.
    bool run(const Limits& limits);

    /// The row that says that there is no solution.
    std::uint32_t conclusion() const { return conclusion_; }
    /// Linear ones that were solved.
    std::uint64_t programs() const { return programs_; }
    const std::vector<RefutedLeaf>& leaves() const { return leaves_; }
    /// The row of an assumption: that the neuron is inactive, or active; that a disjunct holds.
    std::uint32_t assumption(const AssumedPhase& phase) const { return phase_rows_[2 * phase.neuron + phase.active]; }
    std::uint32_t disjunct_assumption(std::uint32_t disjunct) const { return disjunct_rows_[2 * disjunct + 1]; }

  private:
    /// Σ multiplier · row, written as form >= bound.
    using Source = std::vector<std::pair<std::uint32_t, Rational>>;
    struct Change {
        std::size_t slot;
        linear::Bound bound;
        Source source;
    };
    /// A falsehood (or what is said of the slack), and the assumptions that it needs, sorted.
    struct Refuted {
        std::uint32_t row;
        std::vector<std::uint32_t> assumptions;
    };

    std::uint32_t add_step(proof::ViprStep step);
    std::uint32_t add_sum(proof::ViprRow row, const Source& source);
    std::uint32_t add_split(proof::ViprRow row, std::uint32_t below, std::uint32_t below_assumption,
                            std::uint32_t above, std::uint32_t above_assumption);
    static proof::ViprRow bound_row(Variable variable, proof::ViprSense sense, const Rational& bound);
    std::uint32_t assume(std::uint32_t binary, bool is_one);

    void add_column(Variable variable);
    /// form >= bound (> if strict) as a bound of the linear program, if it is tighter than the one there.
    void add_bound(const LinearForm& form, const Rational& bound, bool strict, Source source);
    void bound_column(Variable variable, std::uint32_t lower_row, std::uint32_t upper_row);
    void tell_lp(SimplexVariable variable);
    void undo(std::size_t changes);

    void affine_bounds(Variable variable);
    void interval_row(Variable variable, bool upper);
    void tighten(const ProgramNeuron& neuron);
    void tighten(Variable variable, bool upper);
    void settle(std::uint32_t index);
    void assume_phase(std::uint32_t index, bool active);

    std::optional<BoundCertificate> contradiction(bool& has_solution);
    std::optional<BoundCertificate> prove(const std::vector<linear::LpMultiplier>& ray);
    Refuted refuted_by(const BoundCertificate& certificate);
    proof::ViprRow falsehood() const;
    std::optional<std::uint32_t> choose() const;
    std::optional<Refuted> refute_node(std::vector<AssumedPhase>& path);
    void forget_split(std::uint32_t index, std::size_t first, std::size_t kept);
    std::optional<Refuted> refute_disjunct(std::uint32_t index);

    ReluProgram& program_;
    const model::Query& query_;
    Limits limits_;
    linear::LinearSystem system_;
    linear::Lp lp_;
    std::unordered_map<Variable, SimplexVariable> columns_;
    std::vector<std::size_t> lp_index_;        ///< by variable of the system
    std::vector<SimplexVariable> lp_columns_;  ///< and back
    std::vector<SimplexVariable> lp_rows_;
    std::vector<Source> sources_;  ///< by slot
    std::vector<Change> changes_;
    linear::Feasibility feasibility_;
    std::vector<linear::LpEntry> objective_;

    std::vector<std::uint32_t> lower_row_;  ///< by variable of the network: the row that says its bound
    std::vector<std::uint32_t> upper_row_;
    std::vector<std::uint32_t> phase_rows_;
    std::vector<std::uint32_t> disjunct_rows_;
    enum class State : std::uint8_t { open, settled, active, inactive };
    std::vector<State> states_;  ///< by neuron
    std::vector<RefutedLeaf> leaves_;
    std::uint32_t disjunct_ = 0;
    std::uint32_t conclusion_ = 0;
    std::uint64_t programs_ = 0;
};

}  // namespace sinew::search
