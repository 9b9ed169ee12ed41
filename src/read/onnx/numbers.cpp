// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>

#include "base/limit_scope.hpp"
#include "exact/interval.hpp"
#include "exact/transcendental.hpp"

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

namespace {
/// What an activation gives that chooses between its number and constants.
struct Choices {
    double at_most = std::numeric_limits<double>::infinity();
    double at_least = -std::numeric_limits<double>::infinity();
    bool is_step = false;
    double below = 0, at_zero = 0, above = 0;

    template <class Float>
    Float of(Float number) const {
        if (is_step) return static_cast<Float>(number > 0 ? above : number < 0 ? below : at_zero);
        return std::min(std::max(number, static_cast<Float>(at_least)), static_cast<Float>(at_most));
    }
};

/// Absent for what computes, or has bounds that are no floats.
std::optional<Choices> choices_of(const model::Activation& activation) {
    Choices result;
    const auto step = [&](double below, double at_zero) {
        result.is_step = true;
        result.below = below;
        result.at_zero = at_zero;
        result.above = 1;
        return result;
    };
    const auto is_float = [](const std::optional<Rational>& bound) {
        if (!bound) return true;
        const double nearest = to_nearest(*bound);
        return is_double(*bound) && std::isfinite(nearest) &&
               static_cast<double>(static_cast<float>(nearest)) == nearest;
    };
    switch (activation.kind) {
        case model::ActivationKind::identity:
            return result;
        case model::ActivationKind::relu:
            result.at_least = 0;
            return result;
        case model::ActivationKind::clip:
            if (!is_float(activation.lower) || !is_float(activation.upper)) return std::nullopt;
            if (activation.lower) result.at_least = to_nearest(*activation.lower);
            if (activation.upper) result.at_most = to_nearest(*activation.upper);
            return result;
        case model::ActivationKind::sign:
            return step(-1, 1);
        case model::ActivationKind::signum:
            return step(-1, 0);
        case model::ActivationKind::hardlim:
            return step(0, 1);
        default:
            return std::nullopt;
    }
}

Rational exactly_applied(const model::Activation& activation, const Rational& number) {
    constexpr long bits = 160;
    if (model::is_piecewise_linear(activation)) return model::apply(activation, number);
    const Enclosure value =
        activation.kind == model::ActivationKind::tanh ? enclose_tanh(number, bits) : enclose_sigmoid(number, bits);
    return value.lower == value.upper ? value.lower : to_rational(to_nearest(value.lower));
}
}  // namespace

model::NumberArray applied(const model::Activation& activation, const model::NumberArray& numbers) {
    const std::optional<Choices> choices = choices_of(activation);
    const model::NearestNumbers nearest = numbers.nearest();
    const auto chosen = [&](const auto* number) {
        std::vector<std::remove_const_t<std::remove_pointer_t<decltype(number)>>> result(nearest.size());
        for (std::size_t i = 0; i < result.size(); ++i) {
            if (i % (std::size_t{1} << 16) == 0) check_limits();
            result[i] = choices->of(number[i]);
        }
        return model::NumberArray(std::move(result));
    };
    if (choices && numbers.all_doubles())
        return nearest.floats() != nullptr ? chosen(nearest.floats()) : chosen(nearest.data());
    model::NumberArray result(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) result.set(i, exactly_applied(activation, numbers.exact(i)));
    return result;
}

bool all_equal(const model::NumberArray& numbers, int value) {
    return numbers.all_doubles() &&
           std::ranges::all_of(numbers.nearest(), [&](double number) { return number == static_cast<double>(value); });
}

}  // namespace sinew::read::onnx
