// SPDX-License-Identifier: Apache-2.0
#include "integer/row_sink.hpp"

#include <array>
#include <vector>

namespace sinew::integer {

void RowSink::equal(std::span<const SinkTerm> terms, const Integer& right, std::span<const Bound> because) {
    at_most(terms, right, because);
    std::vector<SinkTerm> negated(terms.begin(), terms.end());
    for (SinkTerm& term : negated) term.coefficient = -term.coefficient;
    at_most(negated, -right, because);
}

void RowSink::product(View left, View right, std::span<const SinkTerm> product) {
    // (left - a)·(right - b) has the sign that the sides of a and b give it: views turn both into lower bounds.
    for (const View x : {left, -left}) {
        for (const View y : {right, -right}) {
            const std::optional<Value> a = lower(x);
            const std::optional<Value> b = lower(y);
            if (!a || !b) continue;
            // x·y >= b·x + a·y - a·b, where x·y is the product or its negative.
            std::vector<SinkTerm> terms(product.begin(), product.end());
            if ((x == left) == (y == right))
                for (SinkTerm& term : terms) term.coefficient = -term.coefficient;
            terms.push_back({x, Integer(*b)});
            terms.push_back({y, Integer(*a)});
            at_most(terms, Integer(*a) * Integer(*b), std::array{Bound{x, *a}, Bound{y, *b}});
        }
    }
}

}  // namespace sinew::integer
