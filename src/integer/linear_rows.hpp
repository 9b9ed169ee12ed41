// SPDX-License-Identifier: Apache-2.0
// Linear constraints whose sums fit 128 bits, with incremental slacks. Others are BigRow's.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "exact/rational.hpp"
#include "integer/bound.hpp"
#include "integer/domains.hpp"

namespace sinew::integer {

/// coefficient·view.
struct RowTerm {
    View view;
    Value coefficient = 0;
};

/// Row: condition -> Σ coefficient·view <= bound, coefficients above 0, each variable once; the condition may be
/// absent. slack: bound - Σ coefficient·lower(view), kept by raised() and lowered() in O(rows of the view). propagate()
/// is O(terms), and only called where the slack is small enough that something may follow.
class LinearRows {
  public:
    __extension__ using Wide = __int128;

    /// True iff no sum of such a row can leave 128 bits, whatever the search does.
    static bool fits(const Domains& domains, std::span<const RowTerm> terms, const Integer& bound);

    void add_variable();
    /// `condition` without a view: always. Only for rows that fit(). To be called at level 0.
    std::uint32_t add(const Domains& domains, std::span<const RowTerm> terms, Wide bound, Bound condition);
    /// Makes a row tighter, at level 0.
    void tighten(std::uint32_t row, Wide bound);
    std::size_t row_count() const { return rows_.size(); }

    void raised(View view, Value before, Value after);
    void lowered(View view, Value before, Value after);

    bool has_work() const { return !queue_.empty(); }
    void forget_work();
    void wake_all();
    /// Takes the next row from the queue. False: a conflict.
    bool propagate(Domains& domains);
    /// As Propagator::explain.
    void explain(const Domains& domains, std::uint32_t row, Bound implied, Position before,
                 std::vector<Bound>& reason) const;

    std::span<const RowTerm> terms(std::uint32_t row) const {
        return std::span<const RowTerm>(terms_).subspan(rows_[row].begin, rows_[row].size);
    }
    Wide bound(std::uint32_t row) const { return rows_[row].bound; }
    Bound condition(std::uint32_t row) const { return rows_[row].condition; }
    std::uint64_t propagations() const { return propagations_; }

  private:
    struct Row {
        Wide slack;
        Wide trigger;  ///< with no less slack nothing follows but from the condition
        Wide bound;
        std::uint32_t begin;
        std::uint32_t size;
        Bound condition;
        bool active;  ///< the condition holds, or there is none
        bool queued = false;
    };
    struct Use {
        Value coefficient;
        std::uint32_t row;
    };
    struct Condition {
        Value threshold;
        std::uint32_t row;
    };

    void enqueue(std::uint32_t index);
    void wake_if_due(std::uint32_t index);
    void weaken(const Domains& domains, const Row& row, View skipped, Position before, Wide surplus,
                std::vector<Bound>& reason) const;

    std::vector<Row> rows_;
    std::vector<RowTerm> terms_;
    std::vector<std::vector<Use>> uses_;              // by view
    std::vector<std::vector<Condition>> conditions_;  // by view
    std::vector<std::uint32_t> queue_;                // first in, first out: from next_ on
    std::size_t next_ = 0;
    mutable std::vector<Bound> kept_;  // scratch: view, and what was known
    std::vector<Bound> contradiction_;
    std::uint64_t propagations_ = 0;
};

/// An Integer as 128 bits. It must fit.
LinearRows::Wide to_wide(const Integer& value);
Integer to_integer(LinearRows::Wide value);

}  // namespace sinew::integer
