// SPDX-License-Identifier: Apache-2.0
// Linear rows and clauses of a problem under an engine's facts, one after the other: reified rows count where their
// output is decided.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "cardinality/engine.hpp"
#include "cardinality/problem.hpp"

namespace sinew::cardinality {

/// Σ sign·terms ≥ bound; no terms: nothing is known. Facts are among the terms.
struct PlainRow {
    std::span<const Term> terms;
    std::int64_t bound = 0;
    std::int64_t sign = 1;  ///< -1: the negation of a reified row
};

/// A mark for each of `count` random numbers, now and then shared by two of them: most rows have a sum or a support of
/// their own, and are not worth sorting.
class Marks {
  public:
    explicit Marks(std::size_t count) {
        while (std::size_t{1} << (64 - shift_) < 8 * count) --shift_;
        marks_.resize(std::size_t{1} << (64 - shift_));
    }
    std::uint8_t& operator[](std::uint64_t number) { return marks_[number * 0x9e3779b97f4a7c15ULL >> shift_]; }

  private:
    std::uint32_t shift_ = 56;
    std::vector<std::uint8_t> marks_;
};

class PlainRows {
  public:
    PlainRows(const Problem& problem, const Engine& engine) : problem_(problem), engine_(engine) {}

    std::size_t size() const { return problem_.linear_count() + problem_.clause_count(); }
    std::size_t linear_count() const { return problem_.linear_count(); }
    /// Valid until the next call. Clauses come after the linear rows.
    PlainRow operator[](std::size_t number) {
        if (number >= problem_.linear_count()) {
            clause_.clear();
            for (const Literal literal : problem_.clause(number - problem_.linear_count()))
                clause_.push_back({1, literal});
            return {clause_, 1, 1};
        }
        const LinearView view = problem_.linear(number);
        const int value = view.output.valid() ? engine_.fact(view.output) : 1;
        if (value == 0) return {};
        return value > 0 ? PlainRow{view.terms, view.bound, 1} : PlainRow{view.terms, 1 - view.bound, -1};
    }

    /// A number for the variable that looks random: sums of them tell sets apart, whatever the order.
    static std::uint64_t weight(BoolVar variable) { return Random(variable.index()).next() | 1U; }

  private:
    const Problem& problem_;
    const Engine& engine_;
    std::vector<Term> clause_;
};

}  // namespace sinew::cardinality
