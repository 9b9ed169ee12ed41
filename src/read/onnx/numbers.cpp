// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "exact/interval.hpp"

namespace sinew::read::onnx {

namespace {
/// Where rounding down and rounding up agree, the result is a double.
std::optional<double> exact(double down, double up) {
    if (down != up || !std::isfinite(down)) return std::nullopt;
    return down;
}

std::optional<double> in_doubles(Arithmetic operation, double a, double b) {
    switch (operation) {
        case Arithmetic::add:
            return exact(add_down(a, b), add_up(a, b));
        case Arithmetic::subtract:
            return exact(sub_down(a, b), sub_up(a, b));
        case Arithmetic::multiply:
            return exact(mul_down(a, b), mul_up(a, b));
        case Arithmetic::divide:
            return exact(div_down(a, b), div_up(a, b));
    }
    return std::nullopt;
}

Rational in_rationals(Arithmetic operation, const Rational& a, const Rational& b) {
    switch (operation) {
        case Arithmetic::add:
            return a + b;
        case Arithmetic::subtract:
            return a - b;
        case Arithmetic::multiply:
            return a * b;
        case Arithmetic::divide:
            return a / b;
    }
    return a;
}
}  // namespace

void combine(Arithmetic operation, const model::NumberArray& left, std::size_t i, const model::NumberArray& right,
             std::size_t j, model::NumberArray& out, std::size_t k) {
    if (left.holds_double(i) && right.holds_double(j)) {
        const std::optional<double> exact = in_doubles(operation, left.nearest()[i], right.nearest()[j]);
        if (exact) {
            out.set_double(k, *exact);
            return;
        }
    }
    out.set(k, in_rationals(operation, left.exact(i), right.exact(j)));
}

void add_product(const model::NumberArray& left, std::size_t i, const model::NumberArray& right, std::size_t j,
                 model::NumberArray& out, std::size_t k) {
    if (left.holds_double(i) && right.holds_double(j) && out.holds_double(k)) {
        const std::optional<double> product = in_doubles(Arithmetic::multiply, left.nearest()[i], right.nearest()[j]);
        const std::optional<double> sum =
            product ? in_doubles(Arithmetic::add, out.nearest()[k], *product) : std::nullopt;
        if (sum) {
            out.set_double(k, *sum);
            return;
        }
    }
    out.set(k, out.exact(k) + left.exact(i) * right.exact(j));
}

bool all_equal(const model::NumberArray& numbers, int value) {
    return numbers.all_doubles() &&
           std::ranges::all_of(numbers.nearest(), [&](double number) { return number == static_cast<double>(value); });
}

}  // namespace sinew::read::onnx
