// SPDX-License-Identifier: Apache-2.0
#include "cardinality/residues.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <unordered_set>

#include <gmpxx.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "cardinality/equalities.hpp"
#include "cardinality/parities.hpp"
#include "cardinality/plain_rows.hpp"
#include "exact/congruences.hpp"

namespace sinew::cardinality {

namespace {

/// The last one is for what no rationals satisfy.
constexpr std::int64_t primes[] = {2, 3, 5, 7, 11, 13, 2147483647};
/// Small systems are looked at modulo these too.
constexpr std::int64_t more_primes[] = {17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97};

class ResidueSearch {
  public:
    ResidueSearch(const Problem& problem, Engine& engine, const Objective* objective, const Limits& limits)
        : problem_(problem), engine_(engine), objective_(objective), limits_(limits) {}

    Residues run() {
        Equalities found = find_equalities(problem_, engine_, limits_);
        result_.contradiction = found.contradiction;
        sums_ = std::move(found.sums);
        if (engine_.proof() != nullptr) {
            result_.contradiction = false;
            std::erase_if(sums_, [&](const LinearSum& sum) {
                return !sum.rows || is_reified((*sum.rows)[0]) || is_reified((*sum.rows)[1]);
            });
            if (sums_.empty()) return std::move(result_);
        }
        if (result_.contradiction) return std::move(result_);
        if (engine_.proof() == nullptr) take_parities();
        std::size_t terms = 0;
        for (const LinearSum& sum : sums_) terms += sum.terms.size();
        if (terms > most_terms_with_loose_ends) drop_loose_ends();
        if (sums_.empty() && parities_.empty()) {
            divide_objective();
            return std::move(result_);
        }
        number_unknowns();
        collect_rows();
        for (const std::int64_t prime : primes) look_modulo(prime);
        if (terms_ <= most_terms_of_more_primes)
            for (const std::int64_t prime : more_primes) look_modulo(prime);
        return std::move(result_);
    }

  private:
    using Unknown = Congruences::Unknown;
    using Sum = std::vector<Congruences::Term>;

    /// An equality with a coefficient of 1 at a variable that no other equality has contradicts nothing, and says
    /// little; without it other variables may be in one equality alone. In large systems only what is left after that
    /// is looked at.
    void drop_loose_ends() {
        std::vector<std::uint32_t> count(problem_.variable_count(), 0);
        std::vector<std::uint32_t> equalities(problem_.variable_count(), 0);  // of a variable: their numbers, xored
        const auto take = [&](std::uint32_t number, int sign) {
            for (const Term& term : sums_[number].terms) {
                const std::size_t v = term.literal.variable().index();
                count[v] += static_cast<std::uint32_t>(sign);
                equalities[v] ^= number;
            }
        };
        for (std::uint32_t i = 0; i < sums_.size(); ++i) take(i, 1);
        const auto is_loose = [&](const Term& term) {
            return count[term.literal.variable().index()] == 1 && (term.coefficient == 1 || term.coefficient == -1);
        };
        std::vector<std::uint32_t> open(sums_.size());
        std::iota(open.begin(), open.end(), 0U);
        while (!open.empty()) {
            const std::uint32_t number = open.back();
            open.pop_back();
            std::vector<Term>& terms = sums_[number].terms;
            if (std::none_of(terms.begin(), terms.end(), is_loose)) continue;
            take(number, -1);
            for (const Term& term : terms)
                if (count[term.literal.variable().index()] == 1)
                    open.push_back(equalities[term.literal.variable().index()]);
            terms.clear();
        }
        std::erase_if(sums_, [](const LinearSum& sum) { return sum.terms.empty(); });
    }

    void take_parities() {
        // The parity of a cardinality is in its equality.
        Supports known;
        for (const LinearSum& sum : sums_) {
            const auto is_one = [](const Term& term) { return term.coefficient == 1 || term.coefficient == -1; };
            std::uint64_t support = 0;
            for (const Term& term : sum.terms) support += PlainRows::weight(term.literal.variable());
            if (std::all_of(sum.terms.begin(), sum.terms.end(), is_one)) known.insert(support);
        }
        for (const Parity& parity : find_parities(problem_, engine_, known, limits_)) {
            LinearSum& sum = parities_.emplace_back();
            for (const BoolVar variable : parity.variables) sum.terms.push_back({half_of_twos, Literal(variable)});
            sum.lower = sum.upper = parity.odd ? half_of_twos : 0;
        }
    }

    void number_unknowns() {
        unknown_of_.assign(problem_.variable_count(), none);
        for (const std::vector<LinearSum>& sums : {std::cref(sums_), std::cref(parities_)}) {
            for (const LinearSum& sum : sums) {
                terms_ += sum.terms.size();
                for (const Term& term : sum.terms) {
                    Unknown& unknown = unknown_of_[term.literal.variable().index()];
                    if (unknown != none) continue;
                    unknown = static_cast<Unknown>(variables_.size());
                    variables_.push_back(term.literal.variable());
                }
                // Two variables that are equal come out as clauses even where rows over more of them say so.
                if (sum.terms.size() > 2) supports_.insert(support(to_sum(sum.terms)));
            }
        }
    }

    /// Rows over the unknowns that are no equalities: their bounds may be rounded.
    void collect_rows() {
        std::uint64_t effort = 0;
        for (std::size_t i = 0; i < problem_.linear_count() && effort < least_effort && !sums_.empty(); ++i) {
            if (i % 1024 == 1023 && limits_.exceeded()) return;
            const LinearView view = problem_.linear(i);
            effort += view.terms.size();
            const auto is_known = [&](const Term& term) {
                return unknown_of_[term.literal.variable().index()] != none || engine_.fact(term.literal) != 0;
            };
            const bool holds = !view.output.valid() || engine_.fact(view.output) > 0;
            if (!holds || !std::all_of(view.terms.begin(), view.terms.end(), is_known)) continue;
            LinearSum sum = linear_sum(engine_, view.terms, view.bound);
            effort += 10 * sum.terms.size();
            if (!sum.terms.empty() && !supports_.contains(support(to_sum(sum.terms)))) rows_.push_back(std::move(sum));
        }
    }

    /// Variables that are in no equality come after the unknowns.
    Sum to_sum(std::span<const Term> terms) const {
        Sum sum;
        for (const Term& term : terms) {
            const std::size_t v = term.literal.variable().index();
            const Unknown unknown =
                unknown_of_[v] != none ? unknown_of_[v] : static_cast<Unknown>(variables_.size() + v);
            sum.push_back({unknown, term.coefficient});
        }
        return sum;
    }

    Congruences system(std::int64_t prime, Congruences::Multipliers multipliers) const {
        Congruences system(prime, variables_.size(), multipliers);
        for (const LinearSum& sum : sums_) system.add_equation(to_sum(sum.terms), sum.lower);
        if (prime == 2)
            for (const LinearSum& sum : parities_) system.add_equation(to_sum(sum.terms), sum.lower);
        return system;
    }

    void look_modulo(std::int64_t prime) {
        if (result_.contradiction || too_dense_ || limits_.exceeded()) return;
        if (prime != 2 && sums_.empty()) return;
        Congruences congruences = system(prime, Congruences::Multipliers::dropped);
        const Congruences::Answer answer = congruences.eliminate(limits_, least_effort + effort_a_term * terms_);
        if (answer == Congruences::Answer::contradiction) result_.contradiction = confirmed(prime);
        too_dense_ = answer == Congruences::Answer::stopped;
        if (answer != Congruences::Answer::consistent || engine_.proof() != nullptr) return;
        for (const Congruences::Solved& solved : congruences.solved()) short_clauses(solved);
        equal_literals(congruences.solved(), prime);
        round_objective(congruences);
        round_rows(congruences);
    }

    /// The contradiction once more, with its multipliers: their sum of the equalities must have coefficients that the
    /// divisor divides and a right side that it does not. False only where a limit comes first.
    bool confirmed(std::int64_t prime) {
        Congruences congruences = system(prime, Congruences::Multipliers::kept);
        if (congruences.eliminate(limits_) != Congruences::Answer::contradiction) return false;
        const Congruences::Contradiction& contradiction = congruences.contradiction();
        std::vector<mpz_class> sum(variables_.size());
        mpz_class right = 0;
        for (const auto& [number, multiplier] : contradiction.multipliers) {
            const LinearSum& added = number < sums_.size() ? sums_[number] : parities_[number - sums_.size()];
            for (const Term& term : added.terms)
                sum[unknown_of_[term.literal.variable().index()]] += mpz_class(term.coefficient) * multiplier;
            right += mpz_class(added.lower) * multiplier;
        }
        const mpz_class divisor(contradiction.divisor);
        require(prime != 2 || contradiction.divisor <= 2 * half_of_twos, "parities hold modulo the divisor");
        require(std::all_of(sum.begin(), sum.end(), [&](const mpz_class& c) { return c % divisor == 0; }) &&
                    right % divisor != 0,
                "the sum of equalities has no integer solution");
        if (engine_.proof() != nullptr) result_.contradiction_id = write_contradiction(contradiction);
        return true;
    }

    /// The sum of the equalities from below and from above, each divided and rounded up: together 0 ≥ 1.
    RowProof::Id write_contradiction(const Congruences::Contradiction& contradiction) {
        CuttingSteps steps;
        for (const bool from_above : {false, true}) {
            bool first = true;
            for (const auto& [number, multiplier] : contradiction.multipliers) {
                push_side(steps, (*sums_[number].rows)[(multiplier < 0) != from_above ? 1 : 0]);
                steps.multiply(multiplier < 0 ? -multiplier : multiplier);
                if (!first) steps.add();
                first = false;
            }
            steps.divide(contradiction.divisor);
        }
        steps.add();
        return engine_.proof()->derived(steps);
    }

    bool is_reified(std::size_t row) const {
        return row < problem_.linear_count() && problem_.linear(row).output.valid();
    }

    /// A row of the problem without its facts, divided by the common divisor, as in its equality.
    void push_side(CuttingSteps& steps, std::size_t number) {
        PlainRows rows(problem_, engine_);
        const PlainRow plain = rows[number];
        std::vector<Term> terms(plain.terms.begin(), plain.terms.end());
        for (Term& term : terms) term.coefficient *= plain.sign;
        const bool is_clause = number >= rows.linear_count();
        std::uint64_t place = is_clause ? number - rows.linear_count() : problem_.clause_count();
        for (std::size_t i = 0; !is_clause && i < number; ++i) place += problem_.linear(i).output.valid() ? 2 : 1;
        std::int64_t divisor = 0;
        steps.row(engine_.proof()->proof().given(place));
        for (const Term& term : merged(terms, plain.bound).terms) {
            const int value = engine_.fact(term.literal);
            if (value > 0) steps.weaken(term.literal);
            if (value < 0) steps.add(engine_.fact_id(term.literal.variable()), term.coefficient);
            if (value == 0) divisor = std::gcd(divisor, term.coefficient);
        }
        steps.divide(divisor);
    }

    /// Of the unknowns alone.
    static std::uint64_t support(const Sum& sum) {
        std::uint64_t number = 0;
        for (const Congruences::Term& term : sum) number += Random(term.unknown).next();
        return number;
    }

    /// Σ sum ≡ right: every assignment of its few variables that breaks it becomes a clause.
    void forbid(const Sum& sum, std::int64_t right, std::int64_t modulus) {
        for (std::uint32_t bits = 0; bits < 1U << sum.size(); ++bits) {
            std::int64_t value = -right;
            for (std::size_t i = 0; i < sum.size(); ++i)
                if ((bits >> i & 1U) != 0) value += sum[i].coefficient;
            if (value % modulus == 0) continue;
            std::vector<Literal> clause;
            std::uint64_t number = 0;
            for (std::size_t i = 0; i < sum.size(); ++i) {
                clause.emplace_back(variables_[sum[i].unknown], (bits >> i & 1U) != 0);
                number += Random(clause.back().index()).next();
            }
            if (forbidden_.insert(number).second) result_.clauses.push_back(std::move(clause));
        }
    }

    void short_clauses(const Congruences::Solved& solved) {
        if (solved.terms.size() >= longest_clause) return;
        Sum sum = solved.terms;
        sum.push_back({solved.pivot, 1});
        // What one equality alone says is known.
        if (sum.size() == 1 || !supports_.contains(support(sum))) forbid(sum, solved.right, solved.modulus);
    }

    /// Two unknowns with the same rest modulo the prime.
    void equal_literals(const std::vector<Congruences::Solved>& solved, std::int64_t prime) {
        struct Rest {
            std::uint64_t number;
            std::size_t index;
        };
        std::vector<Rest> rests;
        for (std::size_t i = 0; i < solved.size(); ++i) {
            std::uint64_t number = 0;
            for (const Congruences::Term& term : solved[i].terms)
                number += static_cast<std::uint64_t>(term.coefficient % prime) * Random(term.unknown).next();
            rests.push_back({number, i});
        }
        std::sort(rests.begin(), rests.end(), [](const Rest& a, const Rest& b) { return a.number < b.number; });
        for (std::size_t i = 1; i < rests.size(); ++i) {
            if (rests[i].number != rests[i - 1].number) continue;
            const Congruences::Solved& a = solved[rests[i - 1].index];
            const Congruences::Solved& b = solved[rests[i].index];
            if (!same_rest(a, b, prime)) continue;
            const Sum sum{{a.pivot, 1}, {b.pivot, prime - 1}};
            if (!supports_.contains(support(sum))) forbid(sum, a.right % prime - b.right % prime, prime);
        }
    }

    static bool same_rest(const Congruences::Solved& a, const Congruences::Solved& b, std::int64_t prime) {
        std::size_t i = 0;
        std::size_t j = 0;
        for (;;) {
            while (i < a.terms.size() && a.terms[i].coefficient % prime == 0) ++i;
            while (j < b.terms.size() && b.terms[j].coefficient % prime == 0) ++j;
            if (i == a.terms.size() || j == b.terms.size()) return i == a.terms.size() && j == b.terms.size();
            if (a.terms[i].unknown != b.terms[j].unknown) return false;
            if ((a.terms[i].coefficient - b.terms[j].coefficient) % prime != 0) return false;
            ++i;
            ++j;
        }
    }

    /// The most that the residue of a sum can cost: each term may bring in all unknowns that nothing determines.
    std::uint64_t cost(std::size_t terms, const Congruences& congruences) const {
        return std::uint64_t{10} * terms * (1 + variables_.size() - congruences.solved().size());
    }

    /// Without equalities: by the common divisor of what is open.
    void divide_objective() {
        if (objective_ == nullptr) return;
        std::int64_t divisor = 0;
        for (const Term& term : objective_->terms)
            if (engine_.fact(term.literal) == 0) divisor = std::gcd(divisor, term.coefficient);
        if (divisor < 2 || divisor > largest_spent_modulus) return;
        result_.spent_modulus = divisor;
        for (const Term& term : objective_->terms)
            if (engine_.fact(term.literal) > 0)
                result_.spent_residue = (result_.spent_residue + term.coefficient) % divisor;
    }

    void round_objective(const Congruences& congruences) {
        if (objective_ == nullptr || cost(objective_->terms.size(), congruences) > least_effort) return;
        // spent is what the objective's literals cost: Σ c·l, with c·¬x = c - c·x.
        std::int64_t fixed = 0;
        std::vector<Term> open;
        for (const Term& term : objective_->terms) {
            const int value = engine_.fact(term.literal);
            if (value > 0 || (value == 0 && term.literal.negated())) fixed += term.coefficient;
            if (value == 0)
                open.push_back(
                    {term.literal.negated() ? -term.coefficient : term.coefficient, Literal(term.literal.variable())});
        }
        const Congruences::Residue residue = congruences.residue(to_sum(open));
        if (residue.modulus <= 1) return;
        combine_spent(((residue.value + fixed) % residue.modulus + residue.modulus) % residue.modulus, residue.modulus);
    }

    /// Both residues of what is spent, which are modulo powers of different primes, as one (Chinese remainders).
    void combine_spent(std::int64_t value, std::int64_t modulus) {
        if (result_.spent_modulus > largest_spent_modulus / modulus) return;
        const mpz_class other(result_.spent_modulus);
        const mpz_class power(modulus);
        mpz_class inverse;
        mpz_invert(inverse.get_mpz_t(), other.get_mpz_t(), power.get_mpz_t());
        mpz_class steps = (mpz_class(value) - result_.spent_residue) * inverse % power;
        if (steps < 0) steps += power;
        result_.spent_residue += result_.spent_modulus * steps.get_si();
        result_.spent_modulus *= modulus;
    }

    /// Bounds of sums whose residue is known.
    void round_rows(const Congruences& congruences) {
        for (std::size_t i = 0; i < rows_.size() && rounding_effort_ < least_effort; ++i) {
            if (i % 64 == 63 && limits_.exceeded()) return;
            const LinearSum& row = rows_[i];
            const Congruences::Residue residue = congruences.residue(to_sum(row.terms));
            rounding_effort_ += cost(row.terms.size(), congruences);
            if (residue.modulus <= 1) continue;
            std::int64_t rest = (residue.value - row.lower) % residue.modulus;
            if (rest < 0) rest += residue.modulus;
            if (rest != 0) result_.rows.push_back(normalized(row.terms, row.lower + rest));
        }
    }

    static constexpr Unknown none = ~Unknown{0};
    static constexpr std::size_t longest_clause = 4;
    static constexpr std::uint64_t least_effort = 10'000'000;
    static constexpr std::uint64_t effort_a_term = 20;
    static constexpr std::int64_t half_of_twos = std::int64_t{1} << 29;
    static constexpr std::size_t most_terms_of_more_primes = 5'000;
    static constexpr std::size_t most_terms_with_loose_ends = 100'000;
    static constexpr std::int64_t largest_spent_modulus = std::int64_t{1} << 40;

    const Problem& problem_;
    Engine& engine_;
    const Objective* objective_;
    const Limits& limits_;
    std::vector<LinearSum> sums_;
    std::vector<LinearSum> parities_;  ///< times half_of_twos, so that they hold modulo all powers of 2 that are used
    std::vector<LinearSum> rows_;
    std::size_t terms_ = 0;
    std::vector<Unknown> unknown_of_;              ///< by variable
    std::vector<BoolVar> variables_;               ///< by unknown
    std::unordered_set<std::uint64_t> supports_;   ///< of the equalities
    std::unordered_set<std::uint64_t> forbidden_;  ///< the clauses so far
    std::uint64_t rounding_effort_ = 0;            ///< modulo all primes
    bool too_dense_ = false;
    Residues result_;
};

}  // namespace

std::int64_t Residues::next_spent(std::int64_t spent) const {
    const std::int64_t rest = (spent_residue - spent) % spent_modulus;
    return spent + (rest < 0 ? rest + spent_modulus : rest);
}

bool Residues::apply(Engine& engine) const {
    if (contradiction) return engine.add_clause({}, contradiction_id);
    for (const std::vector<Literal>& clause : clauses)
        if (!engine.add_clause(clause)) return false;
    for (const Constraint& row : rows)
        if (!engine.add(row)) return false;
    return true;
}

bool strengthen_by_residues(const Problem& problem, Engine& engine, const Objective* objective, const Limits& limits,
                            Residues& all) {
    constexpr int most_rounds = 4;
    if (!engine.propagate_facts()) return false;
    for (int round = 0; round < most_rounds && !limits.exceeded(); ++round) {
        const std::size_t facts = engine.fact_count();
        const Residues found = find_residues(problem, engine, objective, limits);
        all.contradiction = found.contradiction;
        all.clauses.insert(all.clauses.end(), found.clauses.begin(), found.clauses.end());
        all.rows.insert(all.rows.end(), found.rows.begin(), found.rows.end());
        if (found.spent_modulus > all.spent_modulus) {
            all.spent_modulus = found.spent_modulus;
            all.spent_residue = found.spent_residue;
        }
        if (!found.apply(engine) || !engine.propagate_facts()) return false;
        if (engine.fact_count() == facts) break;
    }
    return true;
}

Residues find_residues(const Problem& problem, Engine& engine, const Objective* objective, const Limits& limits) {
    return ResidueSearch(problem, engine, objective, limits).run();
}

}  // namespace sinew::cardinality
