// SPDX-License-Identifier: Apache-2.0
#include "model/evaluate_enclosed.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <utility>

#include "base/effort.hpp"
#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "exact/transcendental.hpp"
#include "model/evaluate.hpp"
#include "model/evaluate_exact.hpp"

namespace sinew::model {

namespace {
constexpr long first_bits = 64;
constexpr long most_bits = 2048;

/// A sum of non-negative doubles, made an upper bound: fewer than 2^32 terms, each rounded once or twice.
double upper_bound_of(double sum) {
    return sum == 0 ? 0 : sum * (1 + 0x1p-20) + 0x1p-1060;
}

/// radius · factor where one of them may be 0 or infinite.
double widened(double radius, double factor) {
    return radius == 0 ? 0 : factor == 0 && std::isinf(radius) ? radius : radius * factor;
}

/// Longer exact products are rounded.
constexpr std::size_t most_exact_bits = std::size_t{1} << 13;

/// A rational that is not exact anyway, or has grown too long, is rounded to `bits` bits.
void shorten(Rational& middle, double& radius, long bits) {
    if (middle == 0 || !std::isfinite(radius)) return;
    const std::size_t numerator = mpz_sizeinbase(middle.get_num_mpz_t(), 2);
    const std::size_t denominator = mpz_sizeinbase(middle.get_den_mpz_t(), 2);
    if (radius == 0 && numerator + denominator <= most_exact_bits) return;
    const long shift = bits + 4 - static_cast<long>(numerator) + static_cast<long>(denominator);
    if (static_cast<long>(denominator) <= shift || std::abs(shift) > (1L << 20)) return;
    const auto scale = [](Rational& value, long power) {
        if (power >= 0)
            mpq_mul_2exp(value.get_mpq_t(), value.get_mpq_t(), static_cast<mp_bitcnt_t>(power));
        else
            mpq_div_2exp(value.get_mpq_t(), value.get_mpq_t(), static_cast<mp_bitcnt_t>(-power));
    };
    scale(middle, shift);
    middle = Rational(floor(middle));
    scale(middle, -shift);
    radius = upper_bound_of(radius + std::max(std::ldexp(1.0, static_cast<int>(-shift)), 0x1p-1060));
}

/// Of a power between two rationals; absent where 0 is among them and the exponent is negative.
std::optional<Enclosure> enclose_power(const Rational& lower, const Rational& upper, long exponent) {
    const auto power = [&](const Rational& s) {
        return apply(Activation{ActivationKind::power, Rational(std::abs(exponent)), {}, {}}, s);
    };
    const bool spans = lower <= 0 && upper >= 0;
    if (exponent < 0 && spans) return std::nullopt;
    Enclosure result{power(lower), power(upper)};
    if (exponent < 0) result = {1 / result.lower, 1 / result.upper};
    if (result.lower > result.upper) std::swap(result.lower, result.upper);
    if (spans && exponent % 2 == 0) result.lower = 0;
    return result;
}

Curve curve_of(ActivationKind kind) {
    switch (kind) {
        case ActivationKind::exp:
            return Curve::exp;
        case ActivationKind::log:
            return Curve::log;
        case ActivationKind::sqrt:
            return Curve::sqrt;
        case ActivationKind::sin:
            return Curve::sin;
        case ActivationKind::cos:
            return Curve::cos;
        case ActivationKind::erf:
            return Curve::erf;
        default:
            require(kind == ActivationKind::softplus, "a function that is no power");
            return Curve::softplus;
    }
}

/// Middles come from exact evaluation; this keeps the radii beside them, layer by layer, as far as they are needed.
class Radii final : public SmoothLayers {
  public:
    /// `inputs`: radii in input_variables() order, or empty: all 0.
    Radii(const Network& network, long bits, std::span<const double> inputs)
        : network_(network), bits_(bits), radius_(network.variable_count(), 0.0) {
        std::size_t next = 0;
        if (!inputs.empty())
            for (const Variable input : network.input_variables()) radius_[input.index()] = inputs[next++];
    }

    void fill(const Layer& layer, const ActivationLayer& operation, std::span<Rational> values) override {
        advance(layer.first.index(), values);
        const std::size_t source = network_.layer(operation.source).first.index();
        if (is_curved(operation.activation)) {
            for (std::size_t i = 0; i < layer.size; ++i)
                fill_curve(operation.activation, source + i, layer.first.index() + i, values);
            ++next_layer_;
            return;
        }
        const bool tanh = operation.activation.kind == ActivationKind::tanh;
        for (std::size_t i = 0; i < layer.size; ++i) {
            const Rational& s = values[source + i];
            const Enclosure value = tanh ? enclose_tanh(s, bits_) : enclose_sigmoid(s, bits_);
            Rational& middle = values[layer.first.index() + i];
            middle = (value.lower + value.upper) / 2;
            const double half = to_double_above(value.upper - middle);
            const double carried = radius_[source + i] * (tanh ? 1.0 : 0.25);  // the steepest slope
            radius_[layer.first.index() + i] = upper_bound_of(half + carried);
        }
        ++next_layer_;
    }

    void fill(const Layer& layer, const ProductLayer& product, std::span<Rational> values) override {
        advance(layer.first.index(), values);
        const std::size_t source = network_.layer(product.source).first.index();
        for (std::size_t i = 0; i < layer.size; ++i) {
            check_limits();
            const std::size_t left = source + product.left[i];
            const std::size_t right = source + product.right[i];
            const std::size_t at = layer.first.index() + i;
            values[at] = values[left] * values[right];
            const double of_left = radius_[left];
            const double of_right = radius_[right];
            double& radius = radius_[at];
            if (of_left != 0 || of_right != 0) {
                radius =
                    upper_bound_of(widened(of_left, to_double_above(abs(values[right]))) +
                                   widened(of_right, to_double_above(abs(values[left]))) + widened(of_left, of_right));
                if (std::isnan(radius)) radius = std::numeric_limits<double>::infinity();
            }
            shorten(values[at], radius, bits_);
        }
        ++next_layer_;
    }

    EnclosedValues finish(std::vector<Rational> values) {
        advance(network_.variable_count(), values);
        return {std::move(values), std::move(radius_)};
    }

  private:
    void fill_curve(const Activation& activation, std::size_t source, std::size_t at, std::span<Rational> values) {
        check_limits();
        spend(ticks_per_rational);
        double& radius = radius_[at];
        std::optional<Enclosure> value;
        if (std::isfinite(radius_[source])) {
            const Rational width(radius_[source]);
            const Rational lower = values[source] - width;
            const Rational upper = values[source] + width;
            value = activation.kind == ActivationKind::power
                        ? enclose_power(lower, upper, activation.slope.get_num().get_si())
                        : enclose_curve(curve_of(activation.kind), lower, upper, bits_);
        }
        if (!value) {
            values[at] = 0;
            radius = std::numeric_limits<double>::infinity();
            return;
        }
        values[at] = (value->lower + value->upper) / 2;
        const Rational half = value->upper - values[at];
        radius = half == 0 ? 0 : upper_bound_of(to_double_above(half));
        shorten(values[at], radius, bits_);
    }
    /// The radii of the layers whose variables come before `end`.
    void advance(std::size_t end, std::span<const Rational> values) {
        for (; next_layer_ < network_.layer_count(); ++next_layer_) {
            const Layer& layer = network_.layers()[next_layer_];
            if (layer.first.index() >= end) return;
            if (std::holds_alternative<InputLayer>(layer.operation)) continue;
            for (std::size_t i = 0; i < layer.size; ++i)
                radius_[layer.first.index() + i] =
                    std::visit([&](const auto& operation) { return radius(operation, i, values); }, layer.operation);
        }
    }
    static double radius(const InputLayer&, std::size_t, std::span<const Rational>) { return 0; }  // never asked
    double radius(const AffineLayer& affine, std::size_t row, std::span<const Rational>) const {
        double sum = 0;
        for (const AffineTerm& term : affine.terms) {
            const double* below = radius_.data() + network_.layer(term.source).first.index();
            const NearestNumbers numbers = weights(term.map).nearest();
            for_each_entry(term.map, row, [&](std::size_t column, std::size_t weight) {
                if (below[column] != 0) sum += widened(below[column], std::fabs(numbers[weight]));
            });
        }
        return upper_bound_of(sum);
    }
    double radius(const ActivationLayer& operation, std::size_t i, std::span<const Rational> values) const {
        const std::size_t source = network_.layer(operation.source).first.index() + i;
        const double below = radius_[source];
        if (below == 0 || std::isinf(below)) return below;  // a value that nobody knows, or that there is not
        const Activation& activation = operation.activation;
        switch (activation.kind) {
            case ActivationKind::sign:
            case ActivationKind::signum:
            case ActivationKind::hardlim:  // certain, or anything it can take
                return std::isfinite(below) && abs(values[source]) > Rational(below) ? 0 : 2;
            case ActivationKind::leaky_relu:
                return upper_bound_of(below * std::max(1.0, std::fabs(to_nearest(activation.slope))));
            case ActivationKind::relu:
                return std::isfinite(below) && values[source] <= -Rational(below) ? 0 : below;
            default:
                break;
        }
        return below;
    }
    static double radius(const ProductLayer&, std::size_t, std::span<const Rational>) { return 0; }  // never asked
    double radius(const MaxPoolLayer& pool, std::size_t window, std::span<const Rational>) const {
        const std::size_t source = network_.layer(pool.source).first.index();
        double largest = 0;
        for (std::size_t k = pool.begin[window]; k < pool.begin[window + 1]; ++k)
            largest = std::max(largest, radius_[source + pool.member[k]]);
        return largest;
    }

    const Network& network_;
    long bits_;
    std::vector<double> radius_;
    std::size_t next_layer_ = 0;
};

Certainty truth_of(const Atom& atom, const EnclosedValues& values) {
    return compare(atom.form.value(values.middle), radius_of(atom.form, values.radius), atom.relation);
}

Certainty truth_of(const FormulaStore& formulas, FormulaId root, const EnclosedValues& values,
                   const std::vector<bool>& booleans) {
    return truth_of(formulas, root, [&](const FormulaNode& node) {
        if (node.kind == FormulaKind::atom) return truth_of(node.atom, values);
        return booleans[node.boolean.index()] ? Certainty::yes : Certainty::no;
    });
}
}  // namespace

double radius_of(const LinearForm& form, std::span<const double> radius) {
    if (radius.empty()) return 0;
    double sum = 0;
    for (const LinearTerm& term : form.terms()) {
        const double of_term = radius[term.variable.index()];
        if (of_term != 0) sum += to_double_above(abs(term.coefficient)) * of_term;
    }
    return upper_bound_of(sum);
}

Certainty compare(const Rational& value, double radius, Relation relation) {
    if (radius != 0 && (!std::isfinite(radius) || abs(value) <= Rational(radius))) return Certainty::unknown;
    return holds(sgn(value), relation) ? Certainty::yes : Certainty::no;
}

bool is_smooth(const Network& network) {
    return std::ranges::any_of(network.layers(), [](const Layer& layer) {
        const auto* activation = std::get_if<ActivationLayer>(&layer.operation);
        return std::holds_alternative<ProductLayer>(layer.operation) ||
               (activation != nullptr && !is_piecewise_linear(activation->activation));
    });
}

EnclosedValues evaluate_enclosed(const Network& network, std::span<const Rational> inputs, long bits) {
    Radii radii(network, bits, {});
    return radii.finish(evaluate_with(network, inputs, radii));
}

Certainty certainly_satisfies(const Query& query, const EnclosedValues& values, const std::vector<bool>& booleans) {
    for (const auto& [variable, domain] : query.domains)
        if (!contains(domain, values.middle[variable.index()])) return Certainty::no;
    return std::min(truth_of(query.formulas, query.input_condition, values, booleans),
                    truth_of(query.formulas, query.output_condition, values, booleans));
}

Certainty decide_at(const Query& query, std::span<const Rational> inputs, const std::vector<bool>& booleans,
                    EnclosedValues* values) {
    Certainty certainty = Certainty::unknown;
    for (long bits = first_bits; bits <= most_bits && certainty == Certainty::unknown; bits *= 2) {
        EnclosedValues enclosed = evaluate_enclosed(query.network, inputs, bits);
        certainty = certainly_satisfies(query, enclosed, booleans);
        if (values != nullptr) *values = std::move(enclosed);
    }
    return certainty;
}

bool certainly_fails(const Query& query, std::span<const Rational> lower, std::span<const Rational> upper) {
    require(query.boolean_names.empty(), "the query has no free Booleans");
    std::vector<Rational> middle;
    std::vector<double> radius;
    for (std::size_t i = 0; i < lower.size(); ++i) {
        middle.push_back((lower[i] + upper[i]) / 2);
        radius.push_back(to_double_above((upper[i] - lower[i]) / 2));
    }
    for (const long bits : {64L, 256L, 1024L}) {
        Radii radii(query.network, bits, radius);
        const EnclosedValues values = radii.finish(evaluate_with(query.network, middle, radii));
        const Certainty input = truth_of(query.formulas, query.input_condition, values, {});
        const Certainty output = truth_of(query.formulas, query.output_condition, values, {});
        if (std::min(input, output) != Certainty::unknown) return std::min(input, output) == Certainty::no;
    }
    return false;
}

bool confirms(const Query& query, const Witness& witness) {
    if (witness.radii.empty())
        return (query.precision || !is_smooth(query.network)) && satisfies(query, witness.values, witness.booleans);
    std::vector<Rational> inputs;
    for (const Variable variable : query.network.input_variables()) {
        if (witness.radii[variable.index()] != 0) return false;
        inputs.push_back(witness.values[variable.index()]);
    }
    if (certainly_satisfies(query, {witness.values, witness.radii}, witness.booleans) != Certainty::yes) return false;
    EnclosedValues anew;
    if (decide_at(query, inputs, witness.booleans, &anew) != Certainty::yes) return false;
    for (std::size_t v = 0; v < anew.middle.size(); ++v) {  // both enclose the value, so they meet
        if (!std::isfinite(anew.radius[v]) || !std::isfinite(witness.radii[v])) continue;
        if (abs(anew.middle[v] - witness.values[v]) > Rational(anew.radius[v]) + Rational(witness.radii[v]))
            return false;
    }
    return true;
}

}  // namespace sinew::model
