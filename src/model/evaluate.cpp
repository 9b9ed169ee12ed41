// SPDX-License-Identifier: Apache-2.0
#include "model/evaluate.hpp"

#include <algorithm>

#include "model/forward.hpp"

namespace sinew::model {

namespace {
template <class Float>
struct Rounded {
    using Number = Float;
    static constexpr Float zero = 0;
    static Float number(const NumberArray& numbers, std::size_t index) {
        return static_cast<Float>(numbers.nearest()[index]);
    }
    static void add_product(Float& sum, const NumberArray& numbers, std::size_t index, Float value) {
        if (value != 0) sum += number(numbers, index) * value;
    }
    static auto function(const Activation& activation) {
        return [&activation](Float s) {
            if constexpr (std::is_same_v<Float, float>)
                return apply_float32(activation, s);
            else
                return apply(activation, s);
        };
    }
    static Float larger(Float a, Float b) { return std::max(a, b); }
};
}  // namespace

std::vector<float> replay_float32(const Network& network, std::span<const float> inputs) {
    return Forward<Rounded<float>>::values(network, inputs);
}

std::vector<double> evaluate_double(const Network& network, std::span<const double> inputs) {
    return Forward<Rounded<double>>::values(network, inputs);
}

bool satisfies(const Query& query, std::span<const Rational> values, const std::vector<bool>& booleans) {
    for (const auto& [variable, domain] : query.domains)
        if (!contains(domain, values[variable.index()])) return false;
    return query.formulas.holds(query.input_condition, values, booleans) &&
           query.formulas.holds(query.output_condition, values, booleans);
}

}  // namespace sinew::model
