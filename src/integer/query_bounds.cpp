// SPDX-License-Identifier: Apache-2.0
#include "integer/query_bounds.hpp"

#include <algorithm>

#include "integer/forms.hpp"
#include "neuron/narrow.hpp"

namespace sinew::integer {

namespace {
using neuron::ExtendedInteger;
using neuron::IntegerInterval;

constexpr int most_query_rounds = 100;

Integer rounded_down(const Integer& a, const Integer& b) {
    Integer result;
    mpz_fdiv_q(result.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
    return result;
}

/// Σ terms <= right: each variable by what the others leave it.
void tighten_row(std::span<IntegerInterval> boxes, std::span<const Term> terms, const Integer& right) {
    Integer least = 0;
    std::size_t infinite = 0;  // terms whose least value is not finite
    const auto least_end = [&](const Term& term) -> const ExtendedInteger& {
        const IntegerInterval& box = boxes[term.variable.index()];
        return term.coefficient > 0 ? box.lower : box.upper;
    };
    for (const Term& term : terms) {
        if (least_end(term).finite())
            least += term.coefficient * least_end(term).value();
        else
            ++infinite;
    }
    if (infinite > 1) return;
    for (const Term& term : terms) {
        if (infinite == 1 && least_end(term).finite()) continue;
        Integer rest = right - least;
        if (infinite == 0) rest += term.coefficient * least_end(term).value();
        IntegerInterval& box = boxes[term.variable.index()];
        // coefficient·x <= rest
        if (term.coefficient > 0)
            box.upper = std::min(box.upper, ExtendedInteger(rounded_down(rest, term.coefficient)));
        else
            box.lower = std::max(box.lower, ExtendedInteger(-rounded_down(rest, -term.coefficient)));
    }
}

void tighten_atom(std::span<IntegerInterval> boxes, const AssertedAtom& atom) {
    ScaledForm form = scaled(atom.form);
    tighten_row(boxes, form.terms, -form.constant - (atom.relation == model::Relation::less ? 1 : 0));
    if (atom.relation != model::Relation::equal) return;
    for (Term& term : form.terms) term.coefficient = -term.coefficient;
    tighten_row(boxes, form.terms, form.constant);
}

}  // namespace

IntegerInterval integers_of(const model::Domain& domain) {
    IntegerInterval box;
    if (domain.lower) box.lower = ceil(*domain.lower);
    if (domain.upper) box.upper = floor(*domain.upper);
    if (!domain.values.empty()) {
        box.lower = std::max(box.lower, ExtendedInteger(ceil(domain.values.front())));
        box.upper = std::min(box.upper, ExtendedInteger(floor(domain.values.back())));
    }
    return box;
}

bool tighten(std::span<IntegerInterval> boxes, std::span<const AssertedAtom> atoms,
             std::span<const neuron::NetworkNeuron> neurons) {
    const auto any_empty = [&] {
        return std::any_of(boxes.begin(), boxes.end(), [](const IntegerInterval& box) { return box.empty(); });
    };
    for (int round = 0; round < most_query_rounds; ++round) {
        const std::vector<IntegerInterval> before(boxes.begin(), boxes.end());
        for (const AssertedAtom& atom : atoms) {
            if (any_empty()) return false;
            tighten_atom(boxes, atom);
        }
        if (any_empty()) return false;
        for (const neuron::NetworkNeuron& neuron : neurons)
            if (neuron::narrow(neuron.neuron, boxes, boxes[neuron.output.index()]) == neuron::Narrowing::empty)
                return false;
        if (any_empty()) return false;
        if (std::equal(before.begin(), before.end(), boxes.begin())) break;
    }
    return true;
}

}  // namespace sinew::integer
