// SPDX-License-Identifier: Apache-2.0
#include "binarized/encode.hpp"

#include "base/error.hpp"
#include "base/limit_scope.hpp"

namespace sinew::binarized {

namespace {
using cardinality::BoolVar;
using cardinality::Literal;
using cardinality::Term;

class Encoder {
  public:
    Encoder(const threshold::ReducedNetwork& network, const threshold::Ball& ball) : network_(network), ball_(ball) {}

    Encoding encode() {
        mark_needed();
        add_digits();
        add_gates();
        for (const threshold::Target& target : network_.targets) {
            require(!target.wins.is_constant(), "a target that always wins needs no search");
            result_.target.push_back(literal(target.wins));
        }
        if (ball_.budget) add_budget();
        return std::move(result_);
    }

  private:
    void mark_needed() {
        const std::size_t digits = network_.digit_count();
        needed_.assign(network_.gates.size(), false);
        for (const threshold::Target& target : network_.targets)
            if (target.wins.variable >= digits) needed_[target.wins.variable - digits] = true;
        for (std::size_t g = network_.gates.size(); g-- > 0;) {
            if (!needed_[g]) continue;
            for (const threshold::VariableTerm& term : network_.terms_of(network_.gates[g]))
                if (term.variable >= digits) needed_[term.variable - digits] = true;
        }
    }

    void add_digits() {
        for (const threshold::FreeDigit& digit : network_.digits) {
            const std::uint32_t span = digit.high - digit.low;
            const BoolVar first = result_.problem.new_variables(span);
            result_.order_begin.push_back(static_cast<std::uint32_t>(first.index()));
            for (std::uint32_t k = 1; k < span; ++k)
                result_.problem.add_clause({~order(first.index(), k + 1), order(first.index(), k)});
        }
        result_.order_begin.push_back(static_cast<std::uint32_t>(result_.problem.variable_count()));
    }

    static Literal order(std::size_t first, std::uint32_t k) { return Literal(BoolVar(first + k - 1)); }

    void add_gates() {
        for (std::size_t g = 0; g < network_.gates.size(); ++g) {
            check_limits();
            const threshold::Gate& gate = network_.gates[g];
            const std::span<const threshold::VariableTerm> terms = network_.terms_of(gate);
            if (!needed_[g]) {
                result_.gate.emplace_back();
            } else if (gate.kind == threshold::GateKind::any) {
                add_any(terms);
            } else if (terms.size() == 1 && terms[0].variable < network_.digit_count()) {
                // coefficient 1 after division: the digit is at least the bound
                result_.gate.push_back(
                    order(result_.order_begin[terms[0].variable], static_cast<std::uint32_t>(gate.bound)));
            } else {
                const Literal output(result_.problem.new_variable());
                result_.problem.add_reified(output, spread(terms), gate.bound);
                result_.gate.push_back(output);
            }
        }
    }

    void add_any(std::span<const threshold::VariableTerm> terms) {
        const Literal output(result_.problem.new_variable());
        std::vector<Literal> clause{~output};
        for (const threshold::VariableTerm& term : terms) {
            const Literal member = literal({term.variable, term.coefficient < 0});
            clause.push_back(member);
            result_.problem.add_clause({~member, output});
        }
        result_.problem.add_clause(clause);
        result_.gate.push_back(output);
    }

    Literal literal(threshold::Signal signal) const {
        const std::size_t digits = network_.digit_count();
        const Literal positive = signal.variable < digits ? order(result_.order_begin[signal.variable], 1)
                                                          : result_.gate[signal.variable - digits];
        return signal.negated ? ~positive : positive;
    }

    std::span<const Term> spread(std::span<const threshold::VariableTerm> terms) {
        terms_.clear();
        for (const threshold::VariableTerm& term : terms) {
            if (term.variable >= network_.digit_count()) {
                terms_.push_back({term.coefficient, result_.gate[term.variable - network_.digit_count()]});
                continue;
            }
            const std::uint32_t first = result_.order_begin[term.variable];
            for (std::uint32_t v = first; v < result_.order_begin[term.variable + 1]; ++v)
                terms_.push_back({term.coefficient, Literal(BoolVar(v))});
        }
        return terms_;
    }

    /// Each step away from the centre costs what it adds to the cost.
    void add_budget() {
        terms_.clear();
        for (std::size_t f = 0; f < network_.digits.size(); ++f) {
            const threshold::FreeDigit& digit = network_.digits[f];
            const std::uint32_t centre = digit.centre - digit.low;
            for (std::uint32_t k = 1; k < digit.cost.size(); ++k) {
                const std::int64_t step = digit.cost[k] - digit.cost[k - 1];
                const Literal reached = order(result_.order_begin[f], k);
                if (step != 0) terms_.push_back({k > centre ? step : -step, k > centre ? reached : ~reached});
            }
        }
        result_.problem.add_at_most(terms_, *ball_.budget);
    }

    const threshold::ReducedNetwork& network_;
    const threshold::Ball& ball_;
    Encoding result_;
    std::vector<bool> needed_;
    std::vector<Term> terms_;
};
}  // namespace

std::vector<std::uint32_t> Encoding::digits_of(const std::vector<bool>& model) const {
    std::vector<std::uint32_t> values;
    for (std::size_t f = 0; f + 1 < order_begin.size(); ++f) {
        std::uint32_t value = 0;
        for (std::uint32_t v = order_begin[f]; v < order_begin[f + 1]; ++v) value += model[v] ? 1 : 0;
        values.push_back(value);
    }
    return values;
}

Encoding encode(const threshold::ReducedNetwork& network, const threshold::Ball& ball) {
    return Encoder(network, ball).encode();
}

}  // namespace sinew::binarized
