// SPDX-License-Identifier: Apache-2.0
#include "neuron/narrow.hpp"

#include <algorithm>

namespace sinew::neuron {

namespace {
/// The least (or, by the signs of the bounds given, greatest) value of a sum whose terms may be unbounded: what is
/// finite, and how many terms are not.
struct PartialSum {
    Integer finite;
    std::size_t unbounded = 0;

    void add(const Integer& coefficient, const ExtendedInteger& bound) {
        if (bound.finite())
            finite += coefficient * bound.value();
        else
            ++unbounded;
    }
    /// Without one of the terms that were added; absent (false) if that is unbounded.
    bool without(const Integer& coefficient, const ExtendedInteger& bound, Integer& rest) const {
        if (unbounded > (bound.finite() ? 0U : 1U)) return false;
        rest = finite;
        if (bound.finite()) rest -= coefficient * bound.value();
        return true;
    }
};

Integer floor_quotient(const Integer& a, const Integer& b) {
    Integer result;
    mpz_fdiv_q(result.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
    return result;
}
Integer ceil_quotient(const Integer& a, const Integer& b) {
    Integer result;
    mpz_cdiv_q(result.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
    return result;
}

/// One round over a neuron's variables.
class Round {
  public:
    Round(const Neuron& neuron, std::span<IntegerInterval> arguments, IntegerInterval& output)
        : neuron_(neuron), arguments_(arguments), output_(output) {}

    /// False: empty.
    bool run() {
        if (output_.empty()) return false;
        for (const Term& term : neuron_.terms) {
            if (arguments_[term.argument].empty()) return false;
            least_.add(term.coefficient, end(term, arguments_[term.argument], false));
            greatest_.add(term.coefficient, end(term, arguments_[term.argument], true));
        }
        if (!narrow_sum()) return false;
        return std::all_of(neuron_.terms.begin(), neuron_.terms.end(),
                           [&](const Term& term) { return narrow_argument(term); });
    }
    bool changed() const { return changed_; }

  private:
    /// The bound of a term's argument at which the term is greatest (or least).
    static const ExtendedInteger& end(const Term& term, const IntegerInterval& box, bool greatest) {
        return (term.coefficient > 0) == greatest ? box.upper : box.lower;
    }

    /// The sums that boxes and output allow, and the outputs that these give.
    bool narrow_sum() {
        const auto& step = neuron_.step;
        const ExtendedInteger least = least_.unbounded > 0 ? ExtendedInteger::minus_infinity() : least_.finite;
        const ExtendedInteger greatest = greatest_.unbounded > 0 ? ExtendedInteger::plus_infinity() : greatest_.finite;
        sum_.lower = std::max(least, step.least_sum(output_.lower));
        sum_.upper = std::min(greatest, step.greatest_sum(output_.upper));
        if (sum_.empty()) return false;
        raise(output_, step.value(sum_.lower));
        lower(output_, step.value(sum_.upper));
        return true;
    }

    bool narrow_argument(const Term& term) {
        const Integer& c = term.coefficient;
        IntegerInterval& box = arguments_[term.argument];
        const IntegerInterval before = box;  // as the sums have it
        Integer rest;
        // c·x = sum - others: the most that it can be, and the least.
        if (sum_.upper.finite() && least_.without(c, end(term, before, false), rest)) {
            const Integer most = sum_.upper.value() - rest;
            c > 0 ? lower(box, floor_quotient(most, c)) : raise(box, ceil_quotient(most, c));
        }
        if (sum_.lower.finite() && greatest_.without(c, end(term, before, true), rest)) {
            const Integer least = sum_.lower.value() - rest;
            c > 0 ? raise(box, ceil_quotient(least, c)) : lower(box, floor_quotient(least, c));
        }
        return !box.empty();
    }
    void raise(IntegerInterval& box, const ExtendedInteger& bound) {
        if (bound <= box.lower) return;
        box.lower = bound;
        changed_ = true;
    }
    void lower(IntegerInterval& box, const ExtendedInteger& bound) {
        if (bound >= box.upper) return;
        box.upper = bound;
        changed_ = true;
    }

    const Neuron& neuron_;
    std::span<IntegerInterval> arguments_;
    IntegerInterval& output_;
    PartialSum least_, greatest_;
    IntegerInterval sum_;
    bool changed_ = false;
};
}  // namespace

Narrowing narrow(const Neuron& neuron, std::span<IntegerInterval> arguments, IntegerInterval& output,
                 std::size_t rounds) {
    for (std::size_t i = 0; i < rounds; ++i) {
        Round round(neuron, arguments, output);
        if (!round.run()) return Narrowing::empty;
        if (!round.changed()) return Narrowing::consistent;
    }
    return Narrowing::unfinished;
}

}  // namespace sinew::neuron
