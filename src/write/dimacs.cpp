// SPDX-License-Identifier: Apache-2.0
#include "write/dimacs.hpp"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <numeric>
#include <vector>

#include <fmt/core.h>

namespace sinew::write {

namespace {

struct Term {
    std::int64_t coefficient;
    std::int32_t literal;
};

class CnfBuilder {
  public:
    explicit CnfBuilder(std::size_t variables) { cnf_.variable_count = variables; }

    /// Σ terms ≥ bound.
    void add(std::vector<Term> terms, std::int64_t bound) {
        normalise(terms, bound);
        if (bound <= 0) return;
        // Those that are enough alone, and what the others must reach without them.
        std::vector<std::int32_t> enough;
        std::int64_t sum = 0;
        std::erase_if(terms, [&](const Term& term) {
            if (term.coefficient < bound) return false;
            enough.push_back(term.literal);
            return true;
        });
        for (const Term& term : terms) sum += term.coefficient;
        if (sum < bound) {
            clause(enough);
            return;
        }
        const bool equal =
            std::ranges::all_of(terms, [&](const Term& term) { return term.coefficient == terms.front().coefficient; });
        const std::int64_t count = (bound + terms.front().coefficient - 1) / terms.front().coefficient;
        const auto size = static_cast<std::int64_t>(terms.size());
        if (equal && count * (size - count + 1) <= largest_counter)
            count_up(terms, static_cast<std::size_t>(count), enough);
        else
            add_up(terms, bound, enough);
    }
    model::Cnf take() { return std::move(cnf_); }

  private:
    static constexpr std::int64_t largest_counter = 5000;

    std::int32_t fresh() { return static_cast<std::int32_t>(++cnf_.variable_count); }
    void clause(const std::vector<std::int32_t>& literals) {
        cnf_.literals.insert(cnf_.literals.end(), literals.begin(), literals.end());
        cnf_.begin.push_back(cnf_.literals.size());
    }

    static void normalise(std::vector<Term>& terms, std::int64_t& bound) {
        std::ranges::sort(terms,
                          [](const Term& a, const Term& b) { return std::abs(a.literal) < std::abs(b.literal); });
        std::size_t kept = 0;
        for (std::size_t i = 0; i < terms.size();) {
            const std::int32_t variable = std::abs(terms[i].literal);
            std::int64_t sum = 0;
            for (; i < terms.size() && std::abs(terms[i].literal) == variable; ++i) {
                sum += terms[i].literal < 0 ? -terms[i].coefficient : terms[i].coefficient;
                if (terms[i].literal < 0) bound -= terms[i].coefficient;
            }
            if (sum < 0) bound -= sum;
            if (sum != 0) terms[kept++] = {std::abs(sum), sum < 0 ? -variable : variable};
        }
        terms.resize(kept);
        std::int64_t divisor = 0;
        for (Term& term : terms) {
            term.coefficient = std::min(term.coefficient, std::max<std::int64_t>(bound, 1));
            divisor = std::gcd(divisor, term.coefficient);
        }
        if (divisor < 2 || bound <= 0) return;
        for (Term& term : terms) term.coefficient /= divisor;
        bound = (bound + divisor - 1) / divisor;
    }

    /// at_least[j]: of the literals so far j or more are true (it need not be true then). The last one must be, or one
    /// of `otherwise`.
    void count_up(const std::vector<Term>& terms, std::size_t count, std::vector<std::int32_t> otherwise) {
        std::vector<std::int32_t> at_least(count + 1, 0);  // 0: known, true for none and false for more
        for (std::size_t i = 0; i < terms.size(); ++i) {
            const std::size_t rest = terms.size() - i - 1;
            for (std::size_t j = std::min(count, i + 1); j > 0 && j + rest >= count; --j) {
                const std::int32_t now = fresh();
                std::vector<std::int32_t> before{-now};
                if (at_least[j] != 0) before.push_back(at_least[j]);
                before.push_back(terms[i].literal);
                clause(before);
                if (j > 1) {
                    before.back() = at_least[j - 1];
                    clause(before);
                }
                at_least[j] = now;
            }
        }
        otherwise.push_back(at_least[count]);
        clause(otherwise);
    }

    /// The bits of the sum by full and half adders, then bit by bit whether it reaches the bound.
    void add_up(const std::vector<Term>& terms, std::int64_t bound, const std::vector<std::int32_t>& otherwise) {
        std::vector<std::deque<std::int32_t>> columns(1);
        for (const Term& term : terms)
            for (std::size_t bit = 0; (term.coefficient >> bit) != 0; ++bit) {
                if (columns.size() <= bit) columns.resize(bit + 1);
                if (((term.coefficient >> bit) & 1) != 0) columns[bit].push_back(term.literal);
            }
        for (std::size_t bit = 0; bit < columns.size(); ++bit) {
            while (columns[bit].size() > 1) {
                if (columns.size() == bit + 1) columns.emplace_back();
                std::deque<std::int32_t>& column = columns[bit];
                const std::int32_t a = column[0];
                const std::int32_t b = column[1];
                if (column.size() == 2) {
                    column.assign(1, sum_bit(a, b));
                    columns[bit + 1].push_back(carry_bit(a, b));
                    continue;
                }
                const std::int32_t c = column[2];
                column.erase(column.begin(), column.begin() + 3);
                column.push_back(sum_bit(sum_bit(a, b), c));
                columns[bit + 1].push_back(majority(a, b, c));
            }
        }
        std::vector<std::int32_t> reached = otherwise;
        for (std::size_t bit = std::max<std::size_t>(columns.size(), 62); bit-- > 0;) {
            const std::int32_t digit = bit < columns.size() && !columns[bit].empty() ? columns[bit].front() : 0;
            const bool asked = ((bound >> bit) & 1) != 0;
            if (!asked) {
                if (digit != 0) reached.push_back(digit);
                continue;
            }
            std::vector<std::int32_t> literals = reached;
            if (digit != 0) literals.push_back(digit);
            clause(literals);
        }
    }

    std::int32_t sum_bit(std::int32_t a, std::int32_t b) {
        const std::int32_t s = fresh();
        clause({-s, a, b});
        clause({-s, -a, -b});
        clause({s, -a, b});
        clause({s, a, -b});
        return s;
    }
    std::int32_t carry_bit(std::int32_t a, std::int32_t b) {
        const std::int32_t c = fresh();
        clause({-c, a});
        clause({-c, b});
        clause({c, -a, -b});
        return c;
    }
    std::int32_t majority(std::int32_t a, std::int32_t b, std::int32_t c) {
        const std::int32_t m = fresh();
        for (const auto& [x, y] : {std::pair(a, b), std::pair(a, c), std::pair(b, c)}) {
            clause({-m, x, y});
            clause({m, -x, -y});
        }
        return m;
    }

    model::Cnf cnf_;
};

}  // namespace

model::Cnf to_cnf(const model::PseudoBoolean& problem, std::optional<std::int64_t> at_most) {
    CnfBuilder builder(problem.variable_count);
    std::vector<Term> terms;
    const auto add_negated = [&](std::int64_t bound) {
        for (Term& term : terms) term.coefficient = -term.coefficient;
        builder.add(terms, -bound);
    };
    for (std::size_t c = 0; c < problem.constraint_count(); ++c) {
        terms.clear();
        for (std::size_t i = problem.begin[c]; i < problem.begin[c + 1]; ++i)
            terms.push_back({problem.coefficients[i], problem.literals[i]});
        builder.add(terms, problem.bounds[c]);
        if (problem.relations[c] == model::PbRelation::equal) add_negated(problem.bounds[c]);
    }
    if (at_most && problem.has_objective) {
        terms.clear();
        for (std::size_t i = 0; i < problem.objective_literals.size(); ++i)
            terms.push_back({problem.objective_coefficients[i], problem.objective_literals[i]});
        add_negated(*at_most - problem.objective_constant);
    }
    return builder.take();
}

std::string dimacs_text(const model::Cnf& cnf, const model::Legend& legend) {
    std::string text;
    for (const std::string& line : legend.head) text += "c " + line + "\n";
    for (const auto& [literal, meaning] : legend.literals) text += fmt::format("c {}: {}\n", literal, meaning);
    text += fmt::format("p cnf {} {}\n", cnf.variable_count, cnf.clause_count());
    for (std::size_t c = 0; c < cnf.clause_count(); ++c) {
        for (std::size_t i = cnf.begin[c]; i < cnf.begin[c + 1]; ++i)
            fmt::format_to(std::back_inserter(text), "{} ", cnf.literals[i]);
        text += "0\n";
    }
    return text;
}

}  // namespace sinew::write
