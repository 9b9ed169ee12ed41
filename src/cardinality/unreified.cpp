// SPDX-License-Identifier: Apache-2.0
#include "cardinality/unreified.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::cardinality {

namespace {

class Spreading {
  public:
    explicit Spreading(const Problem& problem) : problem_(problem) {
        result_.variable_count = std::max<std::size_t>(problem.variable_count(), 1);  // clasp reads no problem of none
    }

    model::PseudoBoolean run() {
        for (std::size_t c = 0; c < problem_.clause_count(); ++c) {
            for (const Literal literal : problem_.clause(c)) put(1, literal);
            close(1);
        }
        for (std::size_t r = 0; r < problem_.linear_count(); ++r) add(problem_.linear(r));
        if (problem_.has_objective()) {
            result_.has_objective = true;
            result_.objective_constant = problem_.objective_constant();
            for (const Term& term : problem_.objective()) {
                result_.objective_coefficients.push_back(term.coefficient);
                result_.objective_literals.push_back(number(term.literal));
            }
        }
        result_.named_count = result_.variable_count;
        return std::move(result_);
    }

  private:
    static std::int32_t number(Literal literal) {
        const auto variable = static_cast<std::int32_t>(literal.variable().index() + 1);
        return literal.negated() ? -variable : variable;
    }
    void put(std::int64_t coefficient, Literal literal) {
        if (coefficient == 0) return;
        result_.coefficients.push_back(coefficient);
        result_.literals.push_back(number(literal));
    }
    void close(std::int64_t bound) {
        // Some readers want a term in every constraint.
        if (result_.begin.back() == result_.literals.size()) {
            if (bound <= 0) return;
            put(1, Literal(BoolVar(0)));
            close(1);
            put(1, ~Literal(BoolVar(0)));
        }
        std::int64_t sum = bound < 0 ? -bound : bound;
        for (std::size_t i = result_.begin.back(); i < result_.coefficients.size(); ++i)
            sum += result_.coefficients[i] < 0 ? -result_.coefficients[i] : result_.coefficients[i];
        if (sum > model::largest_pb_sum) throw UsageError("the coefficients of a constraint add up to more than 2^60");
        result_.begin.push_back(result_.literals.size());
        result_.relations.push_back(model::PbRelation::at_least);
        result_.bounds.push_back(bound);
    }

    void add(const LinearView& view) {
        std::int64_t least = 0;
        std::int64_t most = 0;
        for (const Term& term : view.terms) (term.coefficient < 0 ? least : most) += term.coefficient;
        if (view.output.valid() && (least >= view.bound || most < view.bound)) {  // the output is a constant
            put(1, least >= view.bound ? view.output : ~view.output);
            close(1);
            return;
        }
        for (const Term& term : view.terms) put(term.coefficient, term.literal);
        if (view.output.valid()) put(view.bound - least, ~view.output);
        close(view.bound);
        if (!view.output.valid()) return;
        for (const Term& term : view.terms) put(-term.coefficient, term.literal);
        put(most - view.bound + 1, view.output);
        close(1 - view.bound);
    }

    const Problem& problem_;
    model::PseudoBoolean result_;
};

}  // namespace

model::PseudoBoolean without_reification(const Problem& problem) {
    return Spreading(problem).run();
}

}  // namespace sinew::cardinality
