// SPDX-License-Identifier: Apache-2.0
#include "neuron/neuron.hpp"

#include <map>

#include "base/error.hpp"

namespace sinew::neuron {

namespace {
/// The largest g > 0 such that all weights are integer multiples of it, their integers being coprime; 1 if there are
/// none.
Rational common_unit(const std::map<std::size_t, Rational>& weights) {
    Integer numerator = 0;
    Integer denominator = 1;
    for (const auto& [argument, weight] : weights) {
        mpz_gcd(numerator.get_mpz_t(), numerator.get_mpz_t(), weight.get_num_mpz_t());
        mpz_lcm(denominator.get_mpz_t(), denominator.get_mpz_t(), weight.get_den_mpz_t());
    }
    if (numerator == 0) return 1;
    Rational unit(numerator, denominator);
    unit.canonicalize();
    return unit;
}
}  // namespace

Integer Neuron::sum(std::span<const Integer> values) const {
    Integer result;
    for (const Term& term : terms) result += term.coefficient * values[term.argument];
    return result;
}

Neuron make_neuron(const model::Activation& activation, std::span<const Weight> weights, const Rational& bias,
                   const model::Precision& precision) {
    if (!model::is_monotone(activation))
        throw UsageError("a neuron constraint needs a monotone activation, not " + model::to_string(activation));
    if (precision.steps < 1) throw UsageError("the precision of a neuron constraint is at least 1");
    const bool scaled = precision.reading == model::PrecisionReading::scaled;
    std::map<std::size_t, Rational> merged;
    for (const auto& [argument, weight] : weights) merged[argument] += weight;
    std::erase_if(merged, [](const auto& entry) { return entry.second == 0; });

    const Rational unit = common_unit(merged);
    std::vector<Term> terms;
    for (const auto& [argument, weight] : merged) {
        const Rational coefficient = weight / unit;
        require(coefficient.get_den() == 1, "a weight is a multiple of the common unit");
        terms.push_back({argument, coefficient.get_num()});
    }
    const Integer& p = precision.steps;
    return scaled ? Neuron{std::move(terms), StepFunction(activation, p, unit / p, bias)}
                  : Neuron{std::move(terms), StepFunction(activation, 1, unit * p, bias * p)};
}

}  // namespace sinew::neuron
