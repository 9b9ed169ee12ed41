// SPDX-License-Identifier: Apache-2.0
// The linear relaxation of a model's rows: a linear program in floating point proposes multipliers, the rows are summed
// exactly with them (Neumaier and Shcherbina 2004), and the sum is one more row that bounds the objective, fixes
// variables or contradicts the bounds; which of the bounds it needs is what is learned from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "integer/clauses.hpp"
#include "integer/cut.hpp"
#include "integer/linear_rows.hpp"
#include "integer/propagator.hpp"
#include "linear/lp.hpp"

namespace sinew::integer {

/// A redundant constraint. Rows with a condition over two values take part with the smallest constant that makes them
/// idle while it fails; clauses over variables of two values as rows. It runs at the root, and below it as often as
/// that pays.
class LinearRelaxation : public Propagator {
  public:
    using Wide = LinearRows::Wide;

    /// `objective` is bounded from below. Absent where there is nothing to relax, or too much.
    static std::unique_ptr<LinearRelaxation> make(const Domains& domains, const LinearRows& rows,
                                                  const Clauses& clauses, View objective);

    void subscribe(Subscriptions& to) override;
    void set_limits(const Limits& limits) override { limits_ = limits; }
    Cost cost() const override { return Cost::optional; }
    bool propagate(Domains& domains) override;
    void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) override;
    /// The rows' own constraints say so.
    bool holds(std::span<const Value>) const override { return true; }

    /// A lower bound of another view, by the same program. Absent where there is none better than the view's own.
    std::optional<Value> least(const Domains& domains, View view);

    /// The relaxation's last solution, for a variable that it knows: a hint where to look for good solutions.
    std::optional<double> hint(IntVar variable) const;

  private:
    struct Row {
        std::vector<RowTerm> terms;
        Wide bound = 0;
        double size = 0;  ///< the largest that a part of it can be
    };
    /// Σ coefficient·view <= bound, coefficients above 0.
    struct Cut {
        Position position = 0;  ///< the trail's size when it was applied
        std::vector<CutTerm> terms;
        Wide bound = 0;
    };

    LinearRelaxation() = default;
    void add_row(const Domains& domains, std::vector<RowTerm> terms, Wide bound);
    void add_conditional(const Domains& domains, std::span<const RowTerm> terms, Wide bound, Bound condition);
    void add_clause(const Domains& domains, std::span<const Bound> literals);
    void build(const Domains& domains);
    std::optional<Cut> solve(const Domains& domains, View objective);
    std::optional<Cut> sum_up(std::span<const std::pair<std::size_t, double>> multipliers);
    bool apply(Domains& domains, Cut cut);
    std::optional<Wide> surplus_of(const Domains& domains, const Cut& cut, Bound implied, Position before) const;

    View objective_;
    std::vector<Row> rows_;
    std::vector<IntVar> variables_;       // by column
    std::vector<std::size_t> column_of_;  // by variable; none: not in the relaxation
    std::vector<double> solution_;        // by column, of the last optimum
    linear::Lp lp_;
    std::vector<Cut> cuts_;
    std::vector<Wide> coefficients_;  // scratch, by column
    int root_runs_ = 0;
    Limits limits_;
    bool broken_ = false;  ///< floating point gave up
};

}  // namespace sinew::integer
