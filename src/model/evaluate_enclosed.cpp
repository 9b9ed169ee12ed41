// SPDX-License-Identifier: Apache-2.0
#include "model/evaluate_enclosed.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
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

    EnclosedValues finish(std::vector<Rational> values) {
        advance(network_.variable_count(), values);
        return {std::move(values), std::move(radius_)};
    }

  private:
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
                if (below[column] != 0) sum += std::fabs(numbers[weight]) * below[column];
            });
        }
        return upper_bound_of(sum);
    }
    double radius(const ActivationLayer& operation, std::size_t i, std::span<const Rational> values) const {
        const std::size_t source = network_.layer(operation.source).first.index() + i;
        const double below = radius_[source];
        if (below == 0) return 0;
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
            case ActivationKind::clip:
            case ActivationKind::identity:
            case ActivationKind::sigmoid:
            case ActivationKind::tanh:
                break;
        }
        return below;
    }
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
        return activation != nullptr && !is_piecewise_linear(activation->activation);
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
