// SPDX-License-Identifier: Apache-2.0
#include "bounds/float32_errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "exact/interval.hpp"

namespace sinew::bounds {

namespace {
constexpr double unproven = std::numeric_limits<double>::infinity();
constexpr double float_unit = 0x1p-24;    // of a float32 rounding, relatively
constexpr double float_least = 0x1p-125;  // of an operation that underflows or is flushed to zero, more than enough
constexpr double folded_factor = 2;       // what a reader has folded into a sum (model/float32_radius.hpp)
constexpr double float_widest = 0x1p120;  // sums beyond are not proven to stay in range
constexpr double own_roundings = 1 + 0x1p-30;  // for this analysis' own arithmetic, of at most 2^20 terms a sum

bool holds_float(double number) {
    return std::abs(number) < float_widest && static_cast<double>(static_cast<float>(number)) == number;
}

bool is_continuous(const std::vector<model::Piece>& parts, std::size_t p) {
    const Rational& at = *parts[p].begin;
    return parts[p - 1].slope * at + parts[p - 1].intercept == parts[p].slope * at + parts[p].intercept;
}

class Errors {
  public:
    Errors(const model::Network& network, const State& state)
        : network_(network),
          state_(state),
          own_(network.variable_count(), 0),
          total_(network.variable_count(), 0),
          slope_(network.variable_count(), {1, 1}) {
        for (std::size_t l = 0; l < network.layer_count(); ++l)
            std::visit([&](const auto& operation) { forward(network.layers()[l], operation); },
                       network.layers()[l].operation);
    }

    Float32Errors of(std::span<const LinearForm> wanted) {
        Float32Errors result;
        for (const LinearForm& form : wanted) {
            double plain = 0;
            for (const LinearTerm& term : form.terms())
                plain += std::abs(to_nearest(term.coefficient)) * total_[term.variable.index()];
            plain *= own_roundings;
            result.forms.push_back(std::isfinite(plain) && plain > 0 ? std::min(plain, walk(form)) : plain);
        }
        result.variables = std::move(total_);
        return result;
    }

  private:
    /// What may be computed.
    Interval around(std::size_t v) const {
        const double error = total_[v] * own_roundings;
        return {sub_down(state_.lower[v], error), add_up(state_.upper[v], error)};
    }
    static double magnitude(Interval values) { return std::max(std::abs(values.lower), std::abs(values.upper)); }

    void set(std::size_t v, double own, double carried) {
        own_[v] = own;
        total_[v] = (own + carried) * own_roundings;
        if (!(magnitude(around(v)) < float_widest)) own_[v] = total_[v] = unproven;
    }

    void forward(const model::Layer&, const model::InputLayer&) {}

    template <class Other>
    void forward(const model::Layer& layer, const Other&) {
        for (std::size_t i = 0; i < layer.size; ++i)
            own_[layer.first.index() + i] = total_[layer.first.index() + i] = unproven;
    }

    void forward(const model::Layer& layer, const model::AffineLayer& affine) {
        for (std::size_t i = 0; i < layer.size; ++i) {
            if ((i & 15U) == 15U) check_limits();
            const double bias = affine.bias.nearest()[i];
            double sides[2] = {std::max(bias, 0.0), std::max(-bias, 0.0)};  // what is added to the sum, by its sign
            double all = std::abs(bias);
            double carried = 0;
            double weights_in_all = 0;
            double terms = 1;
            bool is_folded = !holds_float(bias) || !affine.bias.holds_double(i);
            for (const model::AffineTerm& term : affine.terms) {
                const model::NumberArray& stored = model::weights(term.map);
                const model::NearestNumbers numbers = stored.nearest();
                const std::size_t first = network_.layer(term.source).first.index();
                for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                    const double w = numbers[weight];
                    if (w == 0) return;
                    const Interval values = around(first + column);
                    const double low = w < 0 ? w * values.upper : w * values.lower;
                    const double high = w < 0 ? w * values.lower : w * values.upper;
                    sides[0] += std::max(high, 0.0);
                    sides[1] += std::max(-low, 0.0);
                    all += std::max(std::abs(low), std::abs(high));
                    carried += std::abs(w) * total_[first + column];
                    weights_in_all += std::abs(w);
                    is_folded = is_folded || !holds_float(w) || !stored.holds_double(weight);
                    terms += 1;
                });
            }
            // The products are rounded, and their weights; each of the additions rounds what is no larger than one
            // side.
            const double roundings = (terms + 2) * float_unit;
            const double reach = 2 * all + terms * std::max(sides[0], sides[1]);
            const bool is_in_range =
                roundings < 0.25 && all < float_widest && weights_in_all < float_widest && terms < 0x1p20;
            const double own = !is_in_range               ? unproven
                               : terms == 1 && !is_folded ? 0
                                                          : (is_folded ? folded_factor : 1) * float_unit /
                                                                    (1 - roundings) * reach * own_roundings +
                                                                (terms + weights_in_all) * float_least;
            set(layer.first.index() + i, own, carried);
        }
    }

    void forward(const model::Layer& layer, const model::ActivationLayer& operation) {
        const std::size_t first = network_.layer(operation.source).first.index();
        const std::vector<model::Piece> parts = pieces(operation.activation);
        for (std::size_t i = 0; i < layer.size; ++i) {
            const std::size_t v = layer.first.index() + i;
            const std::size_t from = first + i;
            if (parts.empty() || !std::isfinite(total_[from])) {
                own_[v] = total_[v] = unproven;
                continue;
            }
            const Interval values = around(from);
            const std::size_t lowest = piece_at(parts, to_rational(values.lower));
            const std::size_t highest = piece_at(parts, to_rational(values.upper));
            Interval slope{unproven, -unproven};
            double own = 0;
            for (std::size_t p = lowest; p <= highest; ++p) {
                const double factor = to_nearest(parts[p].slope);
                const double constant = to_nearest(parts[p].intercept);
                slope.lower = std::min(slope.lower, factor);
                slope.upper = std::max(slope.upper, factor);
                const bool is_exact = (factor == 1 && constant == 0) || (factor == 0 && holds_float(constant));
                if (!is_exact)
                    own = std::max(own, folded_factor * 4 * float_unit *
                                                (std::abs(factor) * magnitude(values) + std::abs(constant)) +
                                            float_least);
                if (p > lowest && !is_continuous(parts, p)) own = unproven;
            }
            slope_[v] = {slope.lower - std::abs(slope.lower) * 0x1p-50, slope.upper + std::abs(slope.upper) * 0x1p-50};
            set(v, own, magnitude(slope_[v]) * total_[from]);
        }
    }

    void forward(const model::Layer& layer, const model::MaxPoolLayer& pool) {
        const std::size_t first = network_.layer(pool.source).first.index();
        for (std::size_t w = 0; w < layer.size; ++w) {
            double most = 0;
            for (std::size_t k = pool.begin[w]; k < pool.begin[w + 1]; ++k)
                most = std::max(most, total_[first + pool.member[k]]);
            set(layer.first.index() + w, 0, most);
        }
    }

    /// Σ |derivative|·own: the form differs by that much at most when the variables' own errors are put in one by one.
    double walk(const LinearForm& form) {
        std::vector<Interval> derivative(network_.variable_count(), Interval{0, 0});
        for (const LinearTerm& term : form.terms()) {
            const double nearest = to_nearest(term.coefficient);
            derivative[term.variable.index()] = {nearest - std::abs(nearest) * 0x1p-52,
                                                 nearest + std::abs(nearest) * 0x1p-52};
        }
        double sum = 0;
        for (std::size_t l = network_.layer_count(); l-- > 0;) {
            check_limits();
            const model::Layer& layer = network_.layers()[l];
            for (std::size_t i = 0; i < layer.size; ++i) {
                const std::size_t v = layer.first.index() + i;
                const double most = magnitude(derivative[v]);
                if (most == 0) continue;
                sum += most * own_[v];
                std::visit([&](const auto& operation) { pass(operation, v, i, derivative[v], derivative); },
                           layer.operation);
            }
        }
        return sum * own_roundings;
    }

    static void add(Interval& to, double low, double high) {
        to.lower = add_down(to.lower, low);
        to.upper = add_up(to.upper, high);
    }

    void pass(const model::InputLayer&, std::size_t, std::size_t, Interval, std::vector<Interval>&) const {}
    template <class Other>
    void pass(const Other&, std::size_t, std::size_t, Interval, std::vector<Interval>&) const {
        require(false, "a layer without errors is refused before");
    }
    void pass(const model::AffineLayer& affine, std::size_t, std::size_t i, Interval above,
              std::vector<Interval>& derivative) const {
        for (const model::AffineTerm& term : affine.terms) {
            const model::NearestNumbers numbers = model::weights(term.map).nearest();
            const std::size_t first = network_.layer(term.source).first.index();
            for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                const double w = numbers[weight];
                const double slack = std::abs(w) * 0x1p-52 * magnitude(above);  // of a weight that no double holds
                const double low = w < 0 ? mul_down(w, above.upper) : mul_down(w, above.lower);
                const double high = w < 0 ? mul_up(w, above.lower) : mul_up(w, above.upper);
                add(derivative[first + column], sub_down(low, slack), add_up(high, slack));
            });
        }
    }
    void pass(const model::ActivationLayer& operation, std::size_t v, std::size_t i, Interval above,
              std::vector<Interval>& derivative) const {
        const std::size_t from = network_.layer(operation.source).first.index() + i;
        const Interval slope = slope_[v];
        double low = unproven;
        double high = -unproven;
        for (const double a : {above.lower, above.upper})
            for (const double s : {slope.lower, slope.upper}) {
                low = std::min(low, mul_down(a, s));
                high = std::max(high, mul_up(a, s));
            }
        add(derivative[from], low, high);
    }
    void pass(const model::MaxPoolLayer& pool, std::size_t, std::size_t w, Interval above,
              std::vector<Interval>& derivative) const {
        const std::size_t first = network_.layer(pool.source).first.index();
        for (std::size_t k = pool.begin[w]; k < pool.begin[w + 1]; ++k)
            add(derivative[first + pool.member[k]], std::min(above.lower, 0.0), std::max(above.upper, 0.0));
    }

    const model::Network& network_;
    const State& state_;
    std::vector<double> own_, total_;
    std::vector<Interval> slope_;  ///< of a neuron, between what is exact and what may be computed
};
}  // namespace

std::string float32_obstacle(const model::Network& network) {
    for (const model::Layer& layer : network.layers()) {
        if (std::holds_alternative<model::ProductLayer>(layer.operation)) return layer.name;
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        if (neurons != nullptr && !model::is_piecewise_linear(neurons->activation)) return layer.name;
    }
    return {};
}

Float32Errors float32_errors(const model::Network& network, const State& state, std::span<const LinearForm> wanted) {
    return Errors(network, state).of(wanted);
}

}  // namespace sinew::bounds
