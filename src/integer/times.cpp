// SPDX-License-Identifier: Apache-2.0
#include "integer/times.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "integer/big_row.hpp"
#include "integer/row_sink.hpp"

namespace sinew::integer {

namespace {
__extension__ using Product = __int128;

/// Beyond what any variable can be: bounds that are out of reach.
constexpr Value beyond = largest_value + 1;

Value clamp(Product value) {
    return static_cast<Value>(std::clamp<Product>(value, -beyond, beyond));
}
Product product_quotient(Product a, Product b) {
    const Product quotient = a / b;
    return quotient * b != a && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}
Product ceil_quotient(Product a, Product b) {
    return -product_quotient(-a, b);
}
/// The greatest r with r·r <= value, for value >= 0.
Value floor_root(Value value) {
    Value low = 0;
    Value high = Value{1} << 31U;  // its square is above largest_value
    while (high - low > 1) {
        const Value middle = low + (high - low) / 2;
        (middle * middle <= value ? low : high) = middle;
    }
    return low;
}
}  // namespace

void Times::subscribe(Subscriptions& to) {
    for (const View view : views_) {
        to.add(view, 0);
        to.add(-view, 0);
    }
}

Times::Interval Times::derive_product(const Box& box) const {
    const Interval& x = box[0];
    const Interval& y = box[1];
    const std::array<Product, 4> corners = {
        static_cast<Product>(x.lower) * y.lower, static_cast<Product>(x.lower) * y.upper,
        static_cast<Product>(x.upper) * y.lower, static_cast<Product>(x.upper) * y.upper};
    const auto [low, high] = std::minmax_element(corners.begin(), corners.end());
    const bool square = views_[0] == views_[1];
    return {square ? std::max<Value>(clamp(*low), 0) : clamp(*low), clamp(*high)};
}

/// factor·other = product.
Times::Interval Times::derive_factor(const Interval& factor, const Interval& other, const Interval& product) const {
    Interval result{-beyond, beyond};
    if (views_[0] == views_[1]) {
        if (product.upper < 0) return {1, 0};
        result = {-floor_root(product.upper), floor_root(product.upper)};
        if (product.lower > 0) {
            const Value root = floor_root(product.lower - 1) + 1;  // rounded up
            if (factor.lower > -root) result.lower = std::max(result.lower, root);
            if (factor.upper < root) result.upper = std::min(result.upper, -root);
        }
        return result;
    }
    const bool product_has_zero = product.lower <= 0 && product.upper >= 0;
    if (product_has_zero && other.lower <= 0 && other.upper >= 0) return result;
    // The other factor is not zero: what its values below zero, and those above, leave of this one.
    result = {beyond, -beyond};
    for (const Interval part : {Interval{other.lower, std::min<Value>(other.upper, -1)},
                                Interval{std::max<Value>(other.lower, 1), other.upper}}) {
        if (part.lower > part.upper) continue;
        const std::array<Product, 4> up = {
            ceil_quotient(product.lower, part.lower), ceil_quotient(product.lower, part.upper),
            ceil_quotient(product.upper, part.lower), ceil_quotient(product.upper, part.upper)};
        const std::array<Product, 4> down = {
            product_quotient(product.lower, part.lower), product_quotient(product.lower, part.upper),
            product_quotient(product.upper, part.lower), product_quotient(product.upper, part.upper)};
        const Value low = std::max(factor.lower, clamp(*std::min_element(up.begin(), up.end())));
        const Value high = std::min(factor.upper, clamp(*std::max_element(down.begin(), down.end())));
        if (low > high) continue;
        result = {std::min(result.lower, low), std::max(result.upper, high)};
    }
    return result;
}

Times::Interval Times::derive(const Box& box, std::size_t which) const {
    if (which == 2) return derive_product(box);
    return derive_factor(box[which], box[1 - which], box[2]);
}

bool Times::propagate(Domains& domains) {
    const auto box = [&] {
        Box now;
        for (std::size_t i = 0; i < 3; ++i) now[i] = {domains.lower(views_[i]), domains.upper(views_[i])};
        return now;
    };
    for (const std::size_t which : {2U, 0U, 1U}) {
        const Interval derived = derive(box(), which);
        // Bounds that contradict each other are both out of reach of one variable: the second one is refused.
        if (!domains.raise({views_[which], derived.lower}, *this)) return false;
        if (!domains.raise({-views_[which], -derived.upper}, *this)) return false;
    }
    return true;
}

bool Times::implies(const Box& box, Bound implied) const {
    for (std::size_t which = 0; which < 3; ++which) {
        if (views_[which].variable() != implied.view.variable()) continue;
        const Interval derived = derive(box, which);
        if (derived.lower > derived.upper) return true;
        if (implied.view.negative() ? -derived.upper >= implied.value : derived.lower >= implied.value) return true;
    }
    return false;
}

void Times::explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) {
    Box box;
    for (std::size_t i = 0; i < 3; ++i)
        box[i] = {domains.lower_before(views_[i], before), -domains.lower_before(-views_[i], before)};
    require(implies(box, implied), "a product can say why");
    for (std::size_t i = 0; i < 3; ++i) {
        for (const bool upper : {false, true}) {
            const View view = upper ? -views_[i] : views_[i];
            Value& place = upper ? box[i].upper : box[i].lower;
            const Value known = upper ? -place : place;
            // The weakest of `low` (too weak) to `high` (enough) that still implies it.
            Value low = domains.root_lower(view);
            Value high = known;
            const auto enough = [&](Value value) {
                place = upper ? -value : value;
                return implies(box, implied);
            };
            if (enough(low)) continue;
            while (high - low > 1) {
                const Value middle = low + (high - low) / 2;
                (enough(middle) ? high : low) = middle;
            }
            place = upper ? -high : high;
            reason.push_back({view, high});
        }
    }
}

void Times::relax(const Domains&, RowSink& sink) const {
    sink.product(views_[0], views_[1], std::array{SinkTerm{views_[2], 1}});
}

bool Times::holds(std::span<const Value> values) const {
    return static_cast<Product>(value_of(views_[0], values)) * value_of(views_[1], values) ==
           value_of(views_[2], values);
}

}  // namespace sinew::integer
