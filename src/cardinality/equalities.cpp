// SPDX-License-Identifier: Apache-2.0
#include "cardinality/equalities.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "cardinality/plain_rows.hpp"

namespace sinew::cardinality {

namespace {

std::int64_t divided_up(std::int64_t value, std::int64_t divisor) {
    return value > 0 ? (value + divisor - 1) / divisor : value / divisor;
}

class Search {
  public:
    Search(const Problem& problem, const Engine& engine, const Limits& limits)
        : problem_(problem), engine_(engine), limits_(limits), rows_(problem, engine) {}

    Equalities run() {
        for (std::size_t i = 0; i < problem_.linear_count(); ++i) {
            if (i % 1024 == 1023 && limits_.exceeded()) return {};
            enter(i);
        }
        if (bounds_.empty()) return {};
        if (problem_.clause_count() == 0) drop_one_sided();
        std::sort(bounds_.begin(), bounds_.end(), [](const Bound& a, const Bound& b) { return a.form < b.form; });
        for (std::size_t c = 0; c < problem_.clause_count(); ++c) {
            if (c % 1024 == 1023 && limits_.exceeded()) return {};
            enter_clause(c);
        }
        merge_clauses();
        std::size_t forms = 0;
        for (std::size_t i = 0; i < bounds_.size();) {
            std::size_t end = i + 1;
            while (end < bounds_.size() && bounds_[end].form == bounds_[i].form) ++end;
            if (end - i > 1) meet(i, end);
            if (++forms % 1024 == 0 && limits_.exceeded()) return {};
            i = end;
        }
        exclusive_clauses();
        return std::move(result_);
    }

  private:
    /// One row as a bound of a form: a sum divided by its common divisor, whose sign is such that rows from above and
    /// from below come together. Forms are compared by a number that is linear in the coefficients, so that neither
    /// order nor polarity matters; those that meet are compared in full.
    struct Bound {
        std::uint64_t form = 0;
        std::int64_t bound = 0;  ///< form ≥ bound, or form ≤ -bound
        std::uint32_t row = 0;   ///< of the problem; clauses come after the linear rows
        bool from_above = false;
    };

    /// The row as a bound of its form; false for none.
    bool bound_of(const PlainRow& row, std::uint32_t number, Bound& bound) {
        std::int64_t divisor = 0;
        std::size_t size = 0;
        std::uint64_t form = 0;
        std::int64_t right = row.bound;
        std::int64_t least = 0;  // value of the sum
        std::int64_t smallest = std::numeric_limits<std::int64_t>::max();
        for (const Term& term : row.terms) {
            const int value = engine_.fact(term.literal);
            std::int64_t coefficient = row.sign * term.coefficient;
            if (value > 0) right -= coefficient;
            if (value != 0 || coefficient == 0) continue;
            if (term.literal.negated()) {
                right -= coefficient;
                coefficient = -coefficient;
            }
            divisor = std::gcd(divisor, coefficient);
            smallest = std::min(smallest, coefficient < 0 ? -coefficient : coefficient);
            least += std::min<std::int64_t>(coefficient, 0);
            ++size;
        }
        if (size < 2) return false;
        for (const Term& term : row.terms) {
            if (engine_.fact(term.literal) != 0) continue;
            const std::int64_t coefficient = (term.literal.negated() ? -row.sign : row.sign) * term.coefficient;
            form += static_cast<std::uint64_t>(coefficient / divisor) * PlainRows::weight(term.literal.variable());
        }
        bound = {form, divided_up(right, divisor), number, form > 0 - form};
        if (bound.from_above) bound.form = 0 - form;
        if (right > least && right - least <= smallest) note_clause(row, number, size);
        return true;
    }

    void enter(std::size_t i) {
        const auto number = static_cast<std::uint32_t>(i);
        Bound bound;
        const PlainRow row = rows_[number];
        if (!row.terms.empty() && bound_of(row, number, bound)) bounds_.push_back(bound);
    }

    /// Forms that no row bounds from the other side, where no clause can do so either.
    void drop_one_sided() {
        Marks marks(bounds_.size());
        for (const Bound& bound : bounds_)
            marks[bound.form] = static_cast<std::uint8_t>(marks[bound.form] | (bound.from_above ? 2 : 1));
        std::erase_if(bounds_, [&](const Bound& bound) { return marks[bound.form] != 3; });
    }

    /// Clauses are kept only where a row bounds the same form.
    void enter_clause(std::size_t c) {
        const auto number = static_cast<std::uint32_t>(problem_.linear_count() + c);
        Bound bound;
        if (!bound_of(rows_[number], number, bound)) return;
        const auto place = std::lower_bound(bounds_.begin(), bounds_.end(), bound.form,
                                            [](const Bound& entry, std::uint64_t form) { return entry.form < form; });
        if (place != bounds_.end() && place->form == bound.form) clauses_.push_back(bound);
    }

    void merge_clauses() {
        if (clauses_.empty()) return;
        bounds_.insert(bounds_.end(), clauses_.begin(), clauses_.end());
        std::sort(bounds_.begin(), bounds_.end(), [](const Bound& a, const Bound& b) { return a.form < b.form; });
    }

    LinearSum sum_of(std::uint32_t number) {
        const PlainRow row = rows_[number];
        std::vector<Term> terms(row.terms.begin(), row.terms.end());
        for (Term& term : terms) term.coefficient *= row.sign;
        return linear_sum(engine_, terms, row.bound);
    }

    /// The best bounds of one form, if they meet.
    void meet(std::size_t begin, std::size_t end) {
        const Bound* below = nullptr;
        const Bound* above = nullptr;
        for (std::size_t i = begin; i < end; ++i) {
            const Bound*& best = bounds_[i].from_above ? above : below;
            if (best == nullptr || bounds_[i].bound > best->bound) best = &bounds_[i];
        }
        if (below == nullptr || above == nullptr || below->bound < -above->bound) return;
        LinearSum lower = sum_of(below->row);
        const LinearSum upper = sum_of(above->row);
        const bool same = std::equal(
            lower.terms.begin(), lower.terms.end(), upper.terms.begin(), upper.terms.end(),
            [](const Term& a, const Term& b) { return a.literal == b.literal && a.coefficient == -b.coefficient; });
        if (!same || lower.terms.empty()) return;
        lower.upper = -upper.lower;
        lower.rows = {below->row, above->row};
        if (lower.lower > lower.upper) result_.contradiction = true;
        if (lower.lower == lower.upper) result_.sums.push_back(std::move(lower));
    }

    static std::uint64_t pair_key(Literal a, Literal b) {
        const std::uint64_t low = std::min(a.index(), b.index());
        const std::uint64_t high = std::max(a.index(), b.index());
        return low << 32 | high;
    }

    void note_clause(const PlainRow& row, std::uint32_t number, std::size_t size) {
        if (size > 2 && size <= longest_exclusive) long_clauses_.push_back(number);
        if (size != 2) return;
        const auto [a, b] = first_two(row);
        pairs_.push_back(pair_key(a, b));
        if (in_pair_.empty()) in_pair_.resize(2 * problem_.variable_count());
        in_pair_[a.index()] = in_pair_[b.index()] = true;
    }

    std::pair<Literal, Literal> first_two(const PlainRow& row) const {
        Literal both[2];
        std::size_t place = 0;
        for (const Term& term : row.terms)
            if (place < 2 && term.coefficient != 0 && engine_.fact(term.literal) == 0)
                both[place++] = row.sign * term.coefficient > 0 ? term.literal : ~term.literal;
        return {both[0], both[1]};
    }

    bool exclude_each_other(std::pair<Literal, Literal> both) const {
        return in_pair_[(~both.first).index()] && in_pair_[(~both.second).index()] &&
               std::binary_search(pairs_.begin(), pairs_.end(), pair_key(~both.first, ~both.second));
    }

    /// l1 ∨ … ∨ ln with ¬li ∨ ¬lj for every pair: exactly one.
    void exclusive_clauses() {
        if (pairs_.empty()) return;
        std::sort(pairs_.begin(), pairs_.end());
        std::vector<Literal> literals;
        for (std::size_t i = 0; i < long_clauses_.size(); ++i) {
            if (i % 1024 == 1023 && limits_.exceeded()) return;
            if (!exclude_each_other(first_two(rows_[long_clauses_[i]]))) continue;
            const LinearSum row = sum_of(long_clauses_[i]);
            LinearSum sum;
            sum.lower = sum.upper = 1;
            literals.clear();
            std::int64_t least = 0;
            std::int64_t smallest = std::numeric_limits<std::int64_t>::max();
            for (const Term& term : row.terms) {
                const bool negative = term.coefficient < 0;
                literals.push_back(negative ? ~term.literal : term.literal);
                sum.terms.push_back({negative ? -1 : 1, term.literal});
                sum.lower = sum.upper -= negative ? 1 : 0;
                least += std::min<std::int64_t>(term.coefficient, 0);
                smallest = std::min(smallest, std::max(term.coefficient, -term.coefficient));
            }
            // With a variable that was there twice it may be no clause, or one that always holds.
            bool exclusive = row.lower > least && row.lower - least <= smallest;
            for (std::size_t a = 1; a < literals.size() && exclusive; ++a)
                for (std::size_t b = 0; b < a && exclusive; ++b)
                    exclusive = exclude_each_other({literals[a], literals[b]});
            if (!exclusive) continue;
            sum.upper = sum.lower;
            result_.sums.push_back(std::move(sum));
        }
    }

    static constexpr std::size_t longest_exclusive = 64;

    const Problem& problem_;
    const Engine& engine_;
    const Limits& limits_;
    PlainRows rows_;
    std::vector<Bound> bounds_;
    std::vector<Bound> clauses_;
    std::vector<std::uint64_t> pairs_;         ///< of clauses of two literals
    std::vector<bool> in_pair_;                ///< by literal
    std::vector<std::uint32_t> long_clauses_;  ///< of more
    Equalities result_;
};

}  // namespace

LinearSum linear_sum(const Engine& engine, std::span<const Term> terms, std::int64_t bound) {
    LinearSum sum;
    sum.lower = bound;
    for (const Term& term : terms) {
        const int value = engine.fact(term.literal);
        if (value > 0) sum.lower -= term.coefficient;
        if (value != 0) continue;
        if (term.literal.negated()) sum.lower -= term.coefficient;
        sum.terms.push_back(
            {term.literal.negated() ? -term.coefficient : term.coefficient, Literal(term.literal.variable())});
    }
    std::sort(sum.terms.begin(), sum.terms.end(), [](const Term& a, const Term& b) { return a.literal < b.literal; });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < sum.terms.size();) {
        Term merged{0, sum.terms[i].literal};
        for (; i < sum.terms.size() && sum.terms[i].literal == merged.literal; ++i)
            merged.coefficient += sum.terms[i].coefficient;
        if (merged.coefficient != 0) sum.terms[kept++] = merged;
    }
    sum.terms.resize(kept);
    std::int64_t divisor = 0;
    for (const Term& term : sum.terms) divisor = std::gcd(divisor, term.coefficient);
    if (divisor > 1) {
        for (Term& term : sum.terms) term.coefficient /= divisor;
        sum.lower = divided_up(sum.lower, divisor);
    }
    for (const Term& term : sum.terms) sum.upper += std::max<std::int64_t>(0, term.coefficient);
    return sum;
}

Equalities find_equalities(const Problem& problem, const Engine& engine, const Limits& limits) {
    return Search(problem, engine, limits).run();
}

}  // namespace sinew::cardinality
