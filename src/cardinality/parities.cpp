// SPDX-License-Identifier: Apache-2.0
#include "cardinality/parities.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "cardinality/equalities.hpp"
#include "cardinality/plain_rows.hpp"

namespace sinew::cardinality {

namespace {

constexpr std::size_t most_variables = 6;

/// Linear equations modulo 2 over a few variables that all of some points satisfy: what is orthogonal to their
/// differences.
class AffineHull {
  public:
    void add(std::uint32_t point) {
        if (empty_) first_ = point;
        empty_ = false;
        std::uint32_t difference = point ^ first_;
        while (difference != 0) {
            std::uint32_t& row = basis_[static_cast<std::size_t>(std::countr_zero(difference))];
            if (row == 0) {
                row = difference;
                return;
            }
            difference ^= row;
        }
    }

    /// Calls equation(mask, odd) for equations that together say as much as the hull.
    template <class Equation>
    void equations(std::size_t variables, Equation&& equation) const {
        if (empty_) return;
        // Every free position gives one: itself, and the leading positions whose reduced rows have it.
        std::array<std::uint32_t, most_variables> reduced = basis_;
        for (std::size_t i = variables; i-- > 0;)
            for (std::size_t j = 0; j < i; ++j)
                if (reduced[i] != 0 && (reduced[j] >> i & 1U) != 0) reduced[j] ^= reduced[i];
        for (std::size_t free = 0; free < variables; ++free) {
            if (reduced[free] != 0) continue;
            std::uint32_t mask = 1U << free;
            for (std::size_t i = 0; i < variables; ++i)
                if ((reduced[i] >> free & 1U) != 0) mask |= 1U << i;
            equation(mask, (std::popcount(first_ & mask) & 1) != 0);
        }
    }

  private:
    std::array<std::uint32_t, most_variables> basis_{};  ///< by lowest position
    std::uint32_t first_ = 0;
    bool empty_ = true;
};

class ParitySearch {
  public:
    ParitySearch(const Problem& problem, const Engine& engine, const Supports& known, const Limits& limits)
        : engine_(engine), known_(known), limits_(limits), rows_(problem, engine) {}

    std::vector<Parity> run() {
        for (std::uint32_t i = 0; i < rows_.size(); ++i) {
            if (i % 1024 == 1023 && limits_.exceeded()) return {};
            enter(i);
        }
        Marks marks(entries_.size());
        for (const Entry& entry : entries_) {
            std::uint8_t& mark = marks[entry.support];
            mark = mark == 0 ? 1 : 2;
        }
        std::erase_if(entries_, [&](const Entry& entry) { return marks[entry.support] < 2; });
        std::sort(entries_.begin(), entries_.end(),
                  [](const Entry& a, const Entry& b) { return a.support < b.support; });
        for (std::size_t i = 0; i < entries_.size();) {
            std::size_t end = i + 1;
            while (end < entries_.size() && entries_[end].support == entries_[i].support) ++end;
            if (end - i > 1 && !known_.contains(entries_[i].support)) look_at(i, end);
            if (++supports_ % 1024 == 0 && limits_.exceeded()) return {};
            i = end;
        }
        return std::move(result_);
    }

  private:
    struct Entry {
        std::uint64_t support;
        std::uint32_t row;
    };

    void enter(std::uint32_t number) {
        const PlainRow row = rows_[number];
        std::uint64_t support = 0;
        std::size_t size = 0;
        for (const Term& term : row.terms) {
            if (engine_.fact(term.literal) != 0 || term.coefficient == 0) continue;
            if (++size > most_variables) return;
            support += PlainRows::weight(term.literal.variable());
        }
        if (size >= 3) entries_.push_back({support, number});
    }

    void look_at(std::size_t begin, std::size_t end) {
        std::vector<LinearSum> sums;
        for (std::size_t i = begin; i < end; ++i) {
            const PlainRow row = rows_[entries_[i].row];
            terms_.assign(row.terms.begin(), row.terms.end());
            for (Term& term : terms_) term.coefficient *= row.sign;
            LinearSum sum = linear_sum(engine_, terms_, row.bound);
            const bool same = sums.empty() ||
                              std::equal(sum.terms.begin(), sum.terms.end(), sums[0].terms.begin(), sums[0].terms.end(),
                                         [](const Term& a, const Term& b) { return a.literal == b.literal; });
            if (same) sums.push_back(std::move(sum));
        }
        const std::vector<Term>& variables = sums[0].terms;
        AffineHull hull;
        for (std::uint32_t point = 0; point < 1U << variables.size(); ++point)
            if (std::all_of(sums.begin(), sums.end(), [&](const LinearSum& sum) { return holds(sum, point); }))
                hull.add(point);
        hull.equations(variables.size(), [&](std::uint32_t mask, bool odd) {
            Parity& parity = result_.emplace_back();
            parity.odd = odd;
            for (std::size_t v = 0; v < variables.size(); ++v)
                if ((mask >> v & 1U) != 0) parity.variables.push_back(variables[v].literal.variable());
        });
    }

    static bool holds(const LinearSum& sum, std::uint32_t point) {
        std::int64_t value = 0;
        for (std::size_t v = 0; v < sum.terms.size(); ++v)
            if ((point >> v & 1U) != 0) value += sum.terms[v].coefficient;
        return value >= sum.lower;
    }

    const Engine& engine_;
    const Supports& known_;
    const Limits& limits_;
    PlainRows rows_;
    std::vector<Entry> entries_;
    std::vector<Term> terms_;
    std::size_t supports_ = 0;
    std::vector<Parity> result_;
};

}  // namespace

std::vector<Parity> find_parities(const Problem& problem, const Engine& engine, const Supports& known,
                                  const Limits& limits) {
    return ParitySearch(problem, engine, known, limits).run();
}

}  // namespace sinew::cardinality
