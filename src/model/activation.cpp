// SPDX-License-Identifier: Apache-2.0
#include "model/activation.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "base/error.hpp"

namespace sinew::model {

std::vector<Piece> pieces(const Activation& activation) {
    const Rational zero = 0;
    switch (activation.kind) {
        case ActivationKind::identity:
            return {{std::nullopt, false, 1, 0}};
        case ActivationKind::relu:
            return {{std::nullopt, false, 0, 0}, {zero, false, 1, 0}};
        case ActivationKind::leaky_relu:
            return {{std::nullopt, false, activation.slope, 0}, {zero, false, 1, 0}};
        case ActivationKind::clip: {
            std::vector<Piece> result;
            if (activation.lower) result.push_back({std::nullopt, false, 0, *activation.lower});
            result.push_back({activation.lower, false, 1, 0});
            if (activation.upper) result.push_back({activation.upper, true, 0, *activation.upper});
            // lower >= upper leaves no sloped piece: ONNX computes min(max(s, lower), upper), the constant upper.
            if (activation.lower && activation.upper && *activation.lower >= *activation.upper)
                return {{std::nullopt, false, 0, *activation.upper}};
            return result;
        }
        case ActivationKind::sign:
            return {{std::nullopt, false, 0, -1}, {zero, true, 0, 1}};
        case ActivationKind::signum:
            return {{std::nullopt, false, 0, -1}, {zero, true, 0, 0}, {zero, false, 0, 1}};
        case ActivationKind::hardlim:
            return {{std::nullopt, false, 0, 0}, {zero, true, 0, 1}};
        default:
            return {};
    }
}

bool is_curved(const Activation& activation) {
    switch (activation.kind) {
        case ActivationKind::power:
        case ActivationKind::exp:
        case ActivationKind::log:
        case ActivationKind::sqrt:
        case ActivationKind::sin:
        case ActivationKind::cos:
        case ActivationKind::erf:
        case ActivationKind::softplus:
            return true;
        default:
            return false;
    }
}

bool is_piecewise_linear(const Activation& activation) {
    return activation.kind != ActivationKind::sigmoid && activation.kind != ActivationKind::tanh &&
           !is_curved(activation);
}

bool is_monotone(const Activation& activation) {
    switch (activation.kind) {
        case ActivationKind::leaky_relu:
            return activation.slope >= 0;
        case ActivationKind::power:
        case ActivationKind::sin:
        case ActivationKind::cos:
            return false;
        default:
            return true;
    }
}

std::size_t piece_at(std::span<const Piece> pieces, const Rational& s) {
    std::size_t at = pieces.size() - 1;
    while (at > 0) {
        const int side = cmp(s, *pieces[at].begin);
        if (side > 0 || (side == 0 && pieces[at].begin_closed)) break;
        --at;
    }
    return at;
}

Rational apply(const Activation& activation, const Rational& s) {
    switch (activation.kind) {  // the common ones without building their pieces
        case ActivationKind::identity:
            return s;
        case ActivationKind::relu:
            return sgn(s) > 0 ? s : Rational(0);
        case ActivationKind::power: {
            require(activation.slope > 0, "apply() knows no quotients");
            const unsigned long exponent = activation.slope.get_num().get_ui();
            Rational result;  // numerator and denominator stay coprime
            mpz_pow_ui(result.get_num_mpz_t(), s.get_num_mpz_t(), exponent);
            mpz_pow_ui(result.get_den_mpz_t(), s.get_den_mpz_t(), exponent);
            return result;
        }
        default:
            break;
    }
    const std::vector<Piece> all = pieces(activation);
    require(!all.empty(), "apply() is exact only for piecewise-linear activations");
    const Piece& piece = all[piece_at(all, s)];
    return piece.slope * s + piece.intercept;
}

namespace {
/// s^exponent by squaring.
template <class Float>
Float power(Float s, long exponent) {
    Float result = 1;
    Float square = s;
    for (unsigned long rest = static_cast<unsigned long>(exponent < 0 ? -exponent : exponent); rest != 0; rest >>= 1U) {
        if ((rest & 1U) != 0) result *= square;
        square *= square;
    }
    return exponent < 0 ? Float(1) / result : result;
}

template <class Float>
Float apply_rounded(const Activation& activation, Float s) {
    const auto number = [](const Rational& value) { return static_cast<Float>(to_nearest(value)); };
    switch (activation.kind) {
        case ActivationKind::identity:
            return s;
        case ActivationKind::relu:
            return s > 0 ? s : Float(0);
        case ActivationKind::leaky_relu:
            return s > 0 ? s : number(activation.slope) * s;
        case ActivationKind::clip:
            if (activation.lower) s = std::max(s, number(*activation.lower));
            if (activation.upper) s = std::min(s, number(*activation.upper));
            return s;
        case ActivationKind::sign:
            return s >= 0 ? Float(1) : Float(-1);
        case ActivationKind::signum:
            return s > 0 ? Float(1) : s < 0 ? Float(-1) : Float(0);
        case ActivationKind::hardlim:
            return s >= 0 ? Float(1) : Float(0);
        case ActivationKind::sigmoid:
            return Float(1) / (Float(1) + std::exp(-s));
        case ActivationKind::tanh:
            return std::tanh(s);
        case ActivationKind::power:
            return power(s, activation.slope.get_num().get_si());
        case ActivationKind::exp:
            return std::exp(s);
        case ActivationKind::log:
            return std::log(s);
        case ActivationKind::sqrt:
            return std::sqrt(s);
        case ActivationKind::sin:
            return std::sin(s);
        case ActivationKind::cos:
            return std::cos(s);
        case ActivationKind::erf:
            return std::erf(s);
        case ActivationKind::softplus:
            return std::max(s, Float(0)) + std::log1p(std::exp(-std::fabs(s)));
    }
    return s;
}

Activation clip_between(long lower, long upper) {
    return {ActivationKind::clip, 0, Rational(lower), Rational(upper)};
}

/// Names of the `dnn` format; the first name of an activation is the one that is written.
const std::array<std::pair<std::string_view, Activation>, 15>& names() {
    static const std::array<std::pair<std::string_view, Activation>, 15> table = {{
        {"relu", {ActivationKind::relu, 0, {}, {}}},
        {"poslin", {ActivationKind::relu, 0, {}, {}}},
        {"purelin", {ActivationKind::identity, 0, {}, {}}},
        {"identity", {ActivationKind::identity, 0, {}, {}}},
        {"linear", {ActivationKind::identity, 0, {}, {}}},
        {"hardlim", {ActivationKind::hardlim, 0, {}, {}}},
        {"sign", {ActivationKind::sign, 0, {}, {}}},
        {"hardlims", {ActivationKind::sign, 0, {}, {}}},
        {"signum", {ActivationKind::signum, 0, {}, {}}},
        {"satlin", clip_between(0, 1)},
        {"satlins", clip_between(-1, 1)},
        {"tansig", {ActivationKind::tanh, 0, {}, {}}},
        {"tanh", {ActivationKind::tanh, 0, {}, {}}},
        {"sigmoid", {ActivationKind::sigmoid, 0, {}, {}}},
        {"logsig", {ActivationKind::sigmoid, 0, {}, {}}},
    }};
    return table;
}
}  // namespace

double apply(const Activation& activation, double s) {
    return apply_rounded<double>(activation, s);
}

double derivative(const Activation& activation, double s) {
    switch (activation.kind) {
        case ActivationKind::power: {
            const long exponent = activation.slope.get_num().get_si();
            return static_cast<double>(exponent) * power(s, exponent - 1);
        }
        case ActivationKind::exp:
            return std::exp(s);
        case ActivationKind::log:
            return 1 / s;
        case ActivationKind::sqrt:
            return 0.5 / std::sqrt(s);
        case ActivationKind::sin:
            return std::cos(s);
        case ActivationKind::cos:
            return -std::sin(s);
        case ActivationKind::erf:
            return 1.1283791670955126 * std::exp(-s * s);
        case ActivationKind::softplus:
            return 1 / (1 + std::exp(-s));
        default:
            require(false, "the derivative of a curved activation");
            return 0;
    }
}

float apply_float32(const Activation& activation, float s) {
    return apply_rounded<float>(activation, s);
}

std::string to_string(const Activation& activation) {
    for (const auto& [name, known] : names())
        if (known == activation) return std::string(name);
    switch (activation.kind) {
        case ActivationKind::leaky_relu:
            return "leaky_relu(" + sinew::to_string(activation.slope) + ")";
        case ActivationKind::power:
            return "power(" + sinew::to_string(activation.slope) + ")";
        case ActivationKind::exp:
            return "exp";
        case ActivationKind::log:
            return "log";
        case ActivationKind::sqrt:
            return "sqrt";
        case ActivationKind::sin:
            return "sin";
        case ActivationKind::cos:
            return "cos";
        case ActivationKind::erf:
            return "erf";
        case ActivationKind::softplus:
            return "softplus";
        default:
            break;
    }
    const auto bound = [](const std::optional<Rational>& value, const char* absent) {
        return value ? sinew::to_string(*value) : std::string(absent);
    };
    // Where they cross, which only ONNX allows, it is the constant `upper`: clip(upper, upper), as dnn text takes it.
    const bool crossed = activation.lower && activation.upper && *activation.lower > *activation.upper;
    return "clip(" + bound(crossed ? activation.upper : activation.lower, "-inf") + ", " +
           bound(activation.upper, "inf") + ")";
}

std::optional<Activation> activation_named(std::string_view name) {
    for (const auto& [known, activation] : names())
        if (known == name) return activation;
    return std::nullopt;
}

}  // namespace sinew::model
