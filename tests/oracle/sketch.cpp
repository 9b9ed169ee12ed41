// SPDX-License-Identifier: Apache-2.0
#include "oracle/sketch.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::oracle {

std::vector<Place> input_places(const Sketch& sketch) {
    std::vector<Place> places;
    for (std::size_t l = 0; l < sketch.layers.size(); ++l)
        if (sketch.layers[l].kind == LayerKind::input)
            for (std::size_t i = 0; i < sketch.layers[l].size; ++i) places.push_back({l, i});
    return places;
}

Rational activate(const model::Activation& activation, const Rational& s) {
    using model::ActivationKind;
    switch (activation.kind) {
        case ActivationKind::identity:
            return s;
        case ActivationKind::relu:
            return s < 0 ? Rational(0) : s;
        case ActivationKind::leaky_relu:
            return s < 0 ? Rational(activation.slope * s) : s;
        case ActivationKind::clip: {
            Rational clipped = s;
            if (activation.lower && clipped < *activation.lower) clipped = *activation.lower;
            if (activation.upper && clipped > *activation.upper) clipped = *activation.upper;
            return clipped;
        }
        case ActivationKind::sign:
            return s < 0 ? Rational(-1) : Rational(1);
        case ActivationKind::signum:
            return s < 0 ? Rational(-1) : s == 0 ? Rational(0) : Rational(1);
        case ActivationKind::hardlim:
            return s < 0 ? Rational(0) : Rational(1);
        default:
            throw ContractBreach("the oracle knows piecewise-linear activations only");
    }
}

std::vector<std::vector<Rational>> convolution_matrix(const model::ConvolutionMap& g,
                                                      const std::vector<Rational>& kernel) {
    std::vector<std::vector<Rational>> matrix(g.rows(), std::vector<Rational>(g.columns(), 0));
    const long in_group = static_cast<long>(g.in_channels / g.groups);
    const long out_group = static_cast<long>(g.out_channels / g.groups);
    std::size_t at = 0;  // walks the kernel in its own order: out channel, in channel of the group, row, column
    for (long out = 0; out < static_cast<long>(g.out_channels); ++out)
        for (long in = 0; in < in_group; ++in)
            for (long ky = 0; ky < static_cast<long>(g.kernel_height); ++ky)
                for (long kx = 0; kx < static_cast<long>(g.kernel_width); ++kx, ++at)
                    for (long y = 0; y < static_cast<long>(g.out_height); ++y)
                        for (long x = 0; x < static_cast<long>(g.out_width); ++x) {
                            const long in_y = y * static_cast<long>(g.stride_height) +
                                              ky * static_cast<long>(g.dilation_height) - static_cast<long>(g.pad_top);
                            const long in_x = x * static_cast<long>(g.stride_width) +
                                              kx * static_cast<long>(g.dilation_width) - static_cast<long>(g.pad_left);
                            if (in_y < 0 || in_x < 0 || in_y >= static_cast<long>(g.in_height) ||
                                in_x >= static_cast<long>(g.in_width))
                                continue;
                            const long channel = out / out_group * in_group + in;
                            const long row =
                                (out * static_cast<long>(g.out_height) + y) * static_cast<long>(g.out_width) + x;
                            const long column =
                                (channel * static_cast<long>(g.in_height) + in_y) * static_cast<long>(g.in_width) +
                                in_x;
                            matrix[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] += kernel[at];
                        }
    return matrix;
}

namespace {
std::vector<Rational> affine_values(const LayerSketch& layer, const Values& values) {
    std::vector<Rational> result = layer.bias;
    for (const Source& source : layer.sources)
        for (std::size_t row = 0; row < layer.size; ++row)
            for (std::size_t column = 0; column < values[source.layer].size(); ++column)
                result[row] += source.weights[row][column] * values[source.layer][column];
    return result;
}
}  // namespace

Values evaluate(const Sketch& sketch, const std::vector<Rational>& inputs) {
    Values values;
    std::size_t next = 0;
    for (const LayerSketch& layer : sketch.layers) {
        std::vector<Rational> result;
        switch (layer.kind) {
            case LayerKind::input:
                for (std::size_t i = 0; i < layer.size; ++i) result.push_back(inputs.at(next++));
                break;
            case LayerKind::affine:
                result = affine_values(layer, values);
                break;
            case LayerKind::activation:
                for (const Rational& s : values[layer.source]) result.push_back(activate(layer.activation, s));
                break;
            case LayerKind::max_pool:
                for (const auto& window : layer.windows) {
                    Rational best = values[layer.source][window.front()];
                    for (const std::size_t member : window)
                        if (values[layer.source][member] > best) best = values[layer.source][member];
                    result.push_back(best);
                }
                break;
        }
        values.push_back(std::move(result));
    }
    return values;
}

Rational value_of(const std::vector<Term>& terms, const Values& values) {
    Rational sum = 0;
    for (const Term& term : terms) sum += term.coefficient * values[term.place.layer][term.place.index];
    return sum;
}

bool holds(const FormulaSketch& formula, const Values& values, const std::vector<bool>& booleans) {
    const auto child = [&](std::size_t i) { return holds(formula.children[i], values, booleans); };
    switch (formula.kind) {
        case Connective::constant:
            return formula.value;
        case Connective::boolean:
            return booleans.at(formula.boolean);
        case Connective::atom: {
            const int side = cmp(value_of(formula.terms, values), formula.right);
            switch (formula.comparison) {
                case Comparison::less:
                    return side < 0;
                case Comparison::less_equal:
                    return side <= 0;
                case Comparison::equal:
                    return side == 0;
                case Comparison::greater_equal:
                    return side >= 0;
                case Comparison::greater:
                    return side > 0;
                case Comparison::distinct:
                    return side != 0;
            }
            return false;
        }
        case Connective::negation:
            return !child(0);
        case Connective::conjunction:
            for (std::size_t i = 0; i < formula.children.size(); ++i)
                if (!child(i)) return false;
            return true;
        case Connective::disjunction:
            for (std::size_t i = 0; i < formula.children.size(); ++i)
                if (child(i)) return true;
            return false;
        case Connective::implication:
            return !child(0) || child(1);
        case Connective::equivalence:
            return child(0) == child(1);
        case Connective::exclusive_or:
            return child(0) != child(1);
        case Connective::choice:
            return child(0) ? child(1) : child(2);
    }
    return false;
}

bool in_domain(const DomainSketch& domain, const Rational& value) {
    if (domain.integer && value.get_den() != 1) return false;
    if (domain.lower && value < *domain.lower) return false;
    if (domain.upper && value > *domain.upper) return false;
    return domain.values.empty() || std::count(domain.values.begin(), domain.values.end(), value) > 0;
}

bool is_witness(const Sketch& sketch, const std::vector<Rational>& inputs, const std::vector<bool>& booleans) {
    for (std::size_t i = 0; i < inputs.size(); ++i)
        if (!in_domain(sketch.domains[i], inputs[i])) return false;
    const Values values = evaluate(sketch, inputs);
    return holds(sketch.input_condition, values, booleans) && holds(sketch.output_condition, values, booleans);
}

namespace {
std::size_t measure(const FormulaSketch& formula) {
    std::size_t sum = 1 + formula.terms.size();
    for (const FormulaSketch& child : formula.children) sum += measure(child);
    return sum;
}
}  // namespace

std::size_t measure(const Sketch& sketch) {
    std::size_t sum = measure(sketch.input_condition) + measure(sketch.output_condition) + sketch.booleans;
    for (const LayerSketch& layer : sketch.layers) {
        sum += layer.size;
        for (const Source& source : layer.sources)
            for (const auto& row : source.weights)
                sum += static_cast<std::size_t>(
                    std::count_if(row.begin(), row.end(), [](const Rational& w) { return w != 0; }));
    }
    return sum;
}

}  // namespace sinew::oracle
