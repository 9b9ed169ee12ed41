// SPDX-License-Identifier: Apache-2.0
#include "bounds/forward_intervals.hpp"

#include <algorithm>

#include "model/forward.hpp"

namespace sinew::bounds {

namespace {
struct Outward {
    using Number = Interval;
    static constexpr Interval zero{0, 0};
    static Interval number(const model::NumberArray& numbers, std::size_t index) {
        return numbers.holds_double(index) ? Interval::point(numbers.nearest()[index])
                                           : Interval::enclosing(numbers.exact(index));
    }
    static void add_product(Interval& sum, const model::NumberArray& numbers, std::size_t index, Interval value) {
        const Interval factor = number(numbers, index);
        if (factor.lower != 0 || factor.upper != 0) sum = sum + factor * value;
    }
    static auto function(const model::Activation& activation) {
        return [relaxation = Relaxation(activation)](Interval s) { return relaxation.image(s); };
    }
    static Interval larger(Interval a, Interval b) { return {std::max(a.lower, b.lower), std::max(a.upper, b.upper)}; }
};
}  // namespace

State forward_intervals(const model::Network& network, std::span<const Interval> inputs) {
    State state;
    for (const Interval values : model::Forward<Outward>::values(network, inputs)) {
        state.lower.push_back(values.lower);
        state.upper.push_back(values.upper);
    }
    return state;
}

}  // namespace sinew::bounds
