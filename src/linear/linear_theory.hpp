// SPDX-License-Identifier: Apache-2.0
// Linear real arithmetic as a theory beside the Boolean core (Dutertre & de Moura, CAV 2006): literals assert bounds of
// columns and rows; conflicts are minimal contradictions with exact proofs; models are exact.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "linear/bound_trail.hpp"
#include "linear/feasibility.hpp"
#include "linear/linear_system.hpp"
#include "linear/mixed_integer.hpp"
#include "model/formula.hpp"
#include "theory/theory.hpp"

namespace sinew::linear {

struct LinearTheoryOptions {
    FeasibilityOptions feasibility;
    /// Check feasibility in every propagate(), not only in final_check().
    bool early_checks = true;
    /// Move models to simpler numbers where that is easy.
    bool simplify_models = true;
};

/// Constraints may be added at any time, in any level, for ever. The caller sees to it that assigned() is called for
/// the literals of all constraints (sat::Solver::watch_theory_variable). Columns are free reals until bounded.
class LinearTheory : public theory::Theory {
  public:
    /// `limits` bound each check; see stopped().
    explicit LinearTheory(const LinearTheoryOptions& options = {}, const Limits& limits = {});
    LinearTheory(const LinearTheory&) = delete;
    LinearTheory& operator=(const LinearTheory&) = delete;

    /// Bound each check from now on; see stopped().
    void set_limits(const Limits& limits) { limits_ = limits; }

    /// The column of a query variable. A second call for the same variable does nothing.
    void add_column(Variable variable);
    bool has_column(Variable variable) const { return columns_.contains(variable); }
    /// Demands integers of a column: models have them, and of constraints over integer columns alone the constants are
    /// rounded inward, strict ones to closed ones. To be called before there are constraints over it, and after
    /// set_atoms().
    void set_integer(Variable column);
    /// Where literals of new variables of the core come from, which this theory hears of: where integers take long to
    /// find, a final check splits on a form that is at most 0 or at least 1, and the core decides which.
    void set_atoms(std::function<sat::Literal()> new_atom) { new_atom_ = std::move(new_atom); }
    std::uint64_t integer_splits() const { return splits_; }
    /// form ⋈ 0 always. Forms are over columns that exist (ContractBreach otherwise).
    void add_permanent(const LinearForm& form, model::Relation relation) { add_conditional({}, form, relation); }
    /// form ⋈ 0 where all `premises` are true.
    void add_conditional(std::span<const sat::Literal> premises, const LinearForm& form, model::Relation relation);
    /// literal ⇔ form ⋈ 0. Of an equality only the direction from left to right is known here: a clause must say that
    /// it is equal, less or greater.
    void add_atom(sat::Literal literal, const LinearForm& form, model::Relation relation);

    /// The bound of a column in force now; absent if there is none. Strict bounds are given as closed ones.
    std::optional<Rational> bound(Variable column, Side side) const;

    void assigned(sat::Literal literal) override;
    void new_level() override { trail_.new_level(); }
    void backtrack(std::size_t level) override;
    /// Contradictory bounds, literals that follow from bounds of the same column or row, then feasibility.
    void propagate(sat::Inferences& out) override;
    void explain(sat::Literal implied, std::vector<sat::Literal>& reason) override;
    /// Says nothing if there is a model, or if it was stopped().
    void final_check(sat::Inferences& out) override;
    Statistics statistics() const override;

    /// A limit was reached in the last check: that it said nothing means nothing.
    bool stopped() const { return stopped_; }
    /// Was the last check a final one that found a model? The model stays readable when the core goes back to level 0.
    bool has_model() const { return has_model_; }
    /// The exact value of a column in the model.
    const Rational& value(Variable variable) const;

    /// The last conflict's proof as its bounds' premises and multipliers, for proofs and tests.
    const BoundCertificate& last_certificate() const { return certificate_; }
    const LinearSystem& system() const { return system_; }

  private:
    bool has_permanent_bound(SimplexVariable variable, Side side) const;
    void check(Thoroughness thoroughness, sat::Inferences& out);
    void report_crossing(SimplexVariable variable, sat::Inferences& out);
    void report_contradiction(const BoundCertificate& certificate, sat::Inferences& out);
    void find_integers(sat::Inferences& out);
    void propose_split(const IntegerSplit& split);
    std::optional<Rational> step_of(SimplexVariable variable) const;
    DeltaRational rounded(SimplexVariable variable, Side side, DeltaRational value) const;
    void conflict_of_chosen(sat::Inferences& out);
    void choose_weakest(const BoundCertificate& certificate, std::vector<BoundId>& chosen) const;
    void imply_from(BoundId bound, sat::Inferences& out);

    LinearTheoryOptions options_;
    Limits limits_;
    LinearSystem system_;
    BoundTrail trail_{system_};
    Feasibility feasibility_;
    std::unordered_map<Variable, SimplexVariable> columns_;
    std::unordered_map<SimplexVariable, Variable> variable_of_;  // of integer columns
    MixedInteger mixed_{system_};
    std::function<sat::Literal()> new_atom_;
    std::uint64_t splits_ = 0;
    std::vector<BoundId> reasons_;  // by implied literal
    std::vector<BoundId> chosen_;
    std::vector<sat::Literal> clause_;
    BoundCertificate certificate_;
    std::vector<Rational> model_;
    bool has_model_ = false;
    bool stopped_ = false;
    std::uint64_t checks_ = 0;
    std::uint64_t conflicts_ = 0;
    std::uint64_t conflict_literals_ = 0;
    std::uint64_t implied_ = 0;
    std::uint64_t weakened_ = 0;
};

}  // namespace sinew::linear
