#include "read/onnx/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace sinew::read::onnx {

namespace {
/// Products and quotients this large in magnitude have residuals that are doubles themselves, so that fma shows them.
constexpr double smallest_checked = 0x1p-900;

std::optional<double> exact_sum(double a, double b) {
    const double sum = a + b;
    if (!std::isfinite(sum)) return std::nullopt;
    const double b_part = sum - a;  // TwoSum (Knuth): the rounding error of a + b is itself a double
    const double error = (a - (sum - b_part)) + (b - b_part);
    if (error != 0) return std::nullopt;
    return sum;
}

std::optional<double> exact_product(double a, double b) {
    if (a == 0 || b == 0) return 0.0;
    const double product = a * b;
    if (!std::isfinite(product) || std::fabs(product) < smallest_checked || std::fma(a, b, -product) != 0)
        return std::nullopt;
    return product;
}

std::optional<double> exact_quotient(double a, double b) {
    if (a == 0) return 0.0;
    const double quotient = a / b;
    if (!std::isfinite(quotient) || std::fabs(quotient) < smallest_checked || std::fabs(a) < smallest_checked ||
        std::fma(quotient, b, -a) != 0)
        return std::nullopt;
    return quotient;
}

std::optional<double> in_doubles(Arithmetic operation, double a, double b) {
    switch (operation) {
        case Arithmetic::add:
            return exact_sum(a, b);
        case Arithmetic::subtract:
            return exact_sum(a, -b);
        case Arithmetic::multiply:
            return exact_product(a, b);
        case Arithmetic::divide:
            return exact_quotient(a, b);
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
        const std::optional<double> product = exact_product(left.nearest()[i], right.nearest()[j]);
        const std::optional<double> sum = product ? exact_sum(out.nearest()[k], *product) : std::nullopt;
        if (sum) {
            out.set_double(k, *sum);
            return;
        }
    }
    out.set(k, out.exact(k) + left.exact(i) * right.exact(j));
}

bool all_equal(const model::NumberArray& numbers, int value) {
    return numbers.all_doubles() && std::all_of(numbers.nearest().begin(), numbers.nearest().end(),
                                                [&](double number) { return number == static_cast<double>(value); });
}

}  // namespace sinew::read::onnx
