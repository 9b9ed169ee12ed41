// SPDX-License-Identifier: Apache-2.0
#include "model/float32_radius.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/limit_scope.hpp"

namespace sinew::model {

namespace {
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double unit = 0x1p-24;    // of a float32 rounding, relatively
constexpr double least = 0x1p-125;  // of an operation that underflows or is flushed to zero, more than enough
constexpr double folded = 2;        // what a reader has folded: see the header
constexpr double transcendental = 0x1p-18;
constexpr double widest = 0x1p120;                    // sums beyond are not proven to stay in range
constexpr std::size_t most_products = 1'000'000'000;  // of walks back

/// A smooth function near a point: its derivative there, and a bound of the second one's magnitude within a radius.
/// Infinite where the function is not defined all over there.
struct Curve {
    double slope = infinite;
    double bend = infinite;
};

/// The function has the value y at s.
Curve curve_at(const Activation& activation, double s, double y, double radius) {
    const double nearest_to_0 = std::abs(s) - radius;
    switch (activation.kind) {
        case ActivationKind::tanh:
            return {1 - y * y, 0.78};
        case ActivationKind::sigmoid:
            return {y * (1 - y), 0.1};
        case ActivationKind::exp:
            return {y, 1.01 * y * std::exp(radius)};
        case ActivationKind::log:
            return s > radius ? Curve{1 / s, 1.01 / (nearest_to_0 * nearest_to_0)} : Curve{};
        case ActivationKind::sqrt:
            return s > radius ? Curve{0.5 / y, 0.26 / (nearest_to_0 * std::sqrt(nearest_to_0))} : Curve{};
        case ActivationKind::sin:
            return {std::cos(s), 1.01};
        case ActivationKind::cos:
            return {-std::sin(s), 1.01};
        case ActivationKind::erf:
            return {1.1283791670955126 * std::exp(-s * s), 0.98};
        case ActivationKind::softplus:
            return {1 / (1 + std::exp(-s)), 0.26};
        case ActivationKind::power: {
            const double exponent = to_nearest(activation.slope);
            if (exponent < 0 && !(nearest_to_0 > 0)) return {};
            const double where = exponent >= 2 ? std::abs(s) + radius : nearest_to_0;
            return {exponent * std::pow(s, exponent - 1),
                    1.01 * std::abs(exponent * (exponent - 1)) * std::pow(where, exponent - 2)};
        }
        default:
            return {};
    }
}

bool is_float(double number) {
    return std::abs(number) < widest && static_cast<double>(static_cast<float>(number)) == number;
}

/// The value of the lowest bit that is set in a number other than 0.
double value_of_last_bit(double value) {
    int exponent = 0;
    auto digits = static_cast<std::uint64_t>(std::abs(std::frexp(value, &exponent)) * 0x1p53);
    return std::ldexp(static_cast<double>(digits & (~digits + 1)), exponent - 53);
}

class ErrorAnalysis {
  public:
    ErrorAnalysis(const Network& network, std::span<const Rational> values, std::span<const double> radii)
        : network_(network),
          value_(values.size()),
          source_(values.size(), 0),
          slope_(values.size(), 0),
          winner_(values.size(), none),
          radius_(values.size(), 0),
          chain_(values.size(), 0) {
        for (std::size_t v = 0; v < values.size(); ++v) value_[v] = to_nearest(values[v]);
        if (!radii.empty()) known_.assign(radii.begin(), radii.end());
        for (const Layer& layer : network.layers()) slack_ += 2 * static_cast<double>(layer.size) + 2;
        slack_ *= 0x1p-52;
    }

    Float32Radii radii(std::span<const LinearForm> wanted) {
        for (std::size_t k = 0; k < network_.layer_count(); ++k) {
            const Layer& layer = network_.layers()[k];
            std::visit([&](const auto& operation) { run(layer, operation); }, layer.operation);
            for (std::size_t i = 0; i < layer.size; ++i) {
                const std::size_t v = layer.first.index() + i;
                if (!known_.empty()) add_error(v, 4 * known_[v]);
                if (!(std::abs(value_[v]) + radius_[v] < widest)) radius_[v] = chain_[v] = source_[v] = infinite;
            }
        }
        Float32Radii result;
        for (const LinearForm& form : wanted) {
            double plain = 0;
            double chain = 0;
            for (const LinearTerm& term : form.terms()) {
                const double coefficient = std::abs(to_nearest(term.coefficient)) * (1 + 0x1p-50);
                plain += coefficient * radius_[term.variable.index()];
                chain += coefficient * chain_[term.variable.index()];
            }
            if (plain > 0 && std::isfinite(chain)) plain = std::min(plain, walk(form.terms(), chain));
            result.forms.push_back(plain * (1 + 0x1p-40));
        }
        result.variables = std::move(radius_);
        return result;
    }

  private:
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    void add_error(std::size_t v, double error) {
        source_[v] += error;
        radius_[v] += error;
        chain_[v] += error;
    }

    void run(const Layer&, const InputLayer&) {}

    /// Kinds of layers that nothing is known of here.
    template <class Other>
    void run(const Layer& layer, const Other&) {
        for (std::size_t i = 0; i < layer.size; ++i) {
            const std::size_t v = layer.first.index() + i;
            source_[v] = radius_[v] = chain_[v] = infinite;
        }
    }

    void run(const Layer& layer, const AffineLayer& affine) {
        for (std::size_t i = 0; i < layer.size; ++i) {
            if ((i & 15U) == 15U) check_limits();
            const double bias = std::abs(affine.bias.nearest()[i]);
            double magnitude = bias;
            double sides[2] = {0, 0};  // what is added to the sum, by its sign
            sides[affine.bias.nearest()[i] < 0 ? 1 : 0] = bias;
            bool is_folded = !is_float(affine.bias.nearest()[i]) || !affine.bias.holds_double(i);
            double weights_in_all = 0;
            double carried = 0;
            double chained = 0;
            double terms = 1;
            bool is_exact = true;
            ExactSum sum;
            sum.add(affine.bias.nearest()[i]);
            if (!affine.bias.holds_double(i)) sum.add(0.1);
            for (const AffineTerm& term : affine.terms) {
                const NumberArray& stored = weights(term.map);
                const NearestNumbers numbers = stored.nearest();
                const std::size_t first = network_.layer(term.source).first.index();
                for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                    const double w = std::abs(numbers[weight]);
                    if (w == 0) return;
                    const std::size_t from = first + column;
                    magnitude += w * (std::abs(value_[from]) + radius_[from]);
                    sides[(numbers[weight] < 0) == (value_[from] < 0) ? 0 : 1] += w * std::abs(value_[from]);
                    sides[0] += w * radius_[from];
                    sides[1] += w * radius_[from];
                    is_folded = is_folded || !is_float(w) || !stored.holds_double(weight);
                    carried += w * radius_[from];
                    chained += w * chain_[from];
                    weights_in_all += w;
                    if (is_exact) is_exact = radius_[from] == 0 && stored.holds_double(weight);
                    if (is_exact) sum.add(w, value_[from]);
                    terms += 1;
                });
            }
            // The products are rounded, and their weights; each of the additions rounds what is no larger than one
            // side.
            const double roundings = (terms + 2) * unit;
            const double reach = 2 * magnitude + terms * std::max(sides[0], sides[1]);
            const bool is_in_range = roundings < 0.25 && magnitude < widest && weights_in_all < widest;
            const double own = is_exact && sum.is_exact() ? 0
                               : is_in_range
                                   ? (is_folded ? folded : 1) * unit / (1 - roundings) * reach * (1 + terms * 0x1p-50) +
                                         (terms + weights_in_all) * least
                                   : infinite;
            const double rounded = 1 + terms * 0x1p-51;
            const std::size_t v = layer.first.index() + i;
            source_[v] = own;
            radius_[v] = own + carried * rounded;
            chain_[v] = own + chained * rounded;
        }
    }

    void run(const Layer& layer, const ActivationLayer& operation) {
        const std::size_t first = network_.layer(operation.source).first.index();
        const Activation& activation = operation.activation;
        const std::vector<Piece> parts = pieces(activation);
        for (std::size_t i = 0; i < layer.size; ++i) {
            if ((i & 15U) == 15U) check_limits();
            const std::size_t v = layer.first.index() + i;
            if (parts.empty()) {
                follow_curve(v, first + i, activation);
                continue;
            }
            if (!follow_piece(v, first + i, parts)) {
                refine(first + i);
                if (!follow_piece(v, first + i, parts)) cut(v, first + i, activation, parts);
            }
        }
    }

    /// The error of a sum, and that its value is rounded here.
    double around(std::size_t v) const { return radius_[v] * (1 + 0x1p-50) + std::abs(value_[v]) * 0x1p-51; }

    /// Whether one piece holds all that may have been computed at `from`; then the error is passed on by its slope.
    bool follow_piece(std::size_t v, std::size_t from, const std::vector<Piece>& parts) {
        const double radius = around(from);
        if (!std::isfinite(radius)) return false;
        const Rational s = to_rational(value_[from]);
        std::size_t part = 0;
        if (radius_[from] == 0) {  // exactly this, if doubles hold it: the exact value says which piece it is
            part = piece_at(parts, s);
            const bool near = std::ranges::any_of(parts, [&](const Piece& piece) {
                return piece.begin && std::abs(to_nearest(*piece.begin) - value_[from]) <= radius && *piece.begin != s;
            });
            if (near) return false;
        } else {
            part = piece_at(parts, to_rational(value_[from] - 2 * radius));
            if (part != piece_at(parts, to_rational(value_[from] + 2 * radius))) return false;
        }
        const double slope = to_nearest(parts[part].slope);
        const double intercept = to_nearest(parts[part].intercept);
        const bool is_exact = (slope == 1 && intercept == 0) ||
                              (slope == 0 && static_cast<double>(static_cast<float>(intercept)) == intercept);
        source_[v] = is_exact
                         ? 0
                         : folded * 4 * unit *
                                   (std::abs(slope * value_[from]) + std::abs(slope) * radius + std::abs(intercept)) +
                               least;
        slope_[v] = slope;
        const double factor = std::abs(slope) * (1 + 0x1p-50);
        radius_[v] = factor * radius_[from] + source_[v];
        chain_[v] = factor * chain_[from] + source_[v];
        return true;
    }

    /// Several pieces: all that the function may make of what may have been computed, as an error of its own.
    void cut(std::size_t v, std::size_t from, const Activation& activation, const std::vector<Piece>& parts) {
        const double radius = 2 * around(from);
        double spread = infinite;
        if (std::isfinite(radius)) {
            const double here = value_[v];
            if (is_monotone(activation)) {
                spread = std::max(std::abs(apply(activation, value_[from] + radius) - here),
                                  std::abs(apply(activation, value_[from] - radius) - here));
            } else {
                double steepest = 0;
                for (const Piece& piece : parts) steepest = std::max(steepest, std::abs(to_nearest(piece.slope)));
                spread = steepest * radius;
            }
            spread = spread * (1 + 0x1p-40) + folded * 4 * unit * (std::abs(here) + spread) + least;
        }
        source_[v] = radius_[v] = chain_[v] = spread;
        slope_[v] = 0;
    }

    /// A smooth function: by its derivative, and half of the second one's maximum nearby times the error's square.
    void follow_curve(std::size_t v, std::size_t from, const Activation& activation) {
        refine(from);
        const double radius = around(from);
        const Curve curve = curve_at(activation, value_[from], value_[v], radius);
        const double rounded = transcendental * std::max(1.0, std::abs(value_[v]));
        source_[v] = rounded + 0.5 * curve.bend * radius * radius + 0x1p-40 * radius;
        if (!std::isfinite(curve.slope) || !std::isfinite(source_[v])) {
            source_[v] = radius_[v] = chain_[v] = infinite;
            return;
        }
        slope_[v] = curve.slope;
        const double factor = std::abs(curve.slope) * (1 + 0x1p-40);
        radius_[v] = factor * radius + source_[v];
        chain_[v] = factor * chain_[from] + source_[v];
    }

    /// Products pass on each factor's error times the other factor, and have the errors' product as their own.
    void run(const Layer& layer, const ProductLayer& product) {
        const std::size_t first = network_.layer(product.source).first.index();
        for (std::size_t i = 0; i < layer.size; ++i) {
            if ((i & 15U) == 15U) check_limits();
            const std::size_t v = layer.first.index() + i;
            const std::size_t x = first + product.left[i];
            const std::size_t y = first + product.right[i];
            refine(x);
            refine(y);
            const double left = std::abs(value_[x]);
            const double right = std::abs(value_[y]);
            const double of_left = around(x);
            const double of_right = around(y);
            ExactSum alone;
            alone.add(value_[x], value_[y]);
            const bool is_exact = radius_[x] == 0 && radius_[y] == 0 && alone.is_exact();
            source_[v] =
                is_exact
                    ? 0
                    : (of_left * of_right + 2 * unit * (left + of_left) * (right + of_right)) * (1 + 0x1p-40) + least;
            radius_[v] = (left * of_right + right * of_left) * (1 + 0x1p-40) + source_[v];
            chain_[v] = (left * chain_[y] + right * chain_[x]) * (1 + 0x1p-40) + source_[v];
            if (is_exact) radius_[v] = chain_[v] = 0;
            if (!std::isfinite(chain_[v])) source_[v] = radius_[v] = chain_[v] = infinite;
        }
    }

    void run(const Layer& layer, const MaxPoolLayer& pool) {
        const std::size_t first = network_.layer(pool.source).first.index();
        for (std::size_t w = 0; w < layer.size; ++w) {
            if ((w & 15U) == 15U) check_limits();
            const std::size_t v = layer.first.index() + w;
            const auto members = std::span(pool.member).subspan(pool.begin[w], pool.begin[w + 1] - pool.begin[w]);
            std::size_t best = first + members[0];
            for (const std::uint32_t member : members)
                if (value_[first + member] > value_[best]) best = first + member;
            const auto may_win = [&](std::size_t other) {
                return other != best && !(value_[other] + around(other) < value_[best] - around(best));
            };
            const auto is_open = [&] {
                return std::ranges::any_of(members, [&](std::uint32_t member) { return may_win(first + member); });
            };
            if (is_open()) {
                refine(best);
                for (const std::uint32_t member : members)
                    if (may_win(first + member)) refine(first + member);
            }
            if (!is_open()) {
                winner_[v] = best;
                slope_[v] = 1;
                radius_[v] = radius_[best];
                chain_[v] = chain_[best];
                continue;
            }
            double most = around(best);
            for (const std::uint32_t member : members)
                if (may_win(first + member)) most = std::max(most, around(first + member));
            source_[v] = radius_[v] = chain_[v] = most;
        }
    }

    /// One walk back: what each layer's own errors are multiplied by on their way to a variable, or a form.
    void refine(std::size_t variable) {
        if (radius_[variable] == 0 || !std::isfinite(chain_[variable]) || products_ > most_products) return;
        const LinearTerm term{Variable(variable), 1};
        radius_[variable] = std::min(radius_[variable], walk(std::span(&term, 1), chain_[variable]));
    }

    double walk(std::span<const LinearTerm> terms, double chain) {
        check_limits();
        std::size_t top = 0;
        multiplier_.resize(value_.size(), 0);
        for (const LinearTerm& term : terms) {
            top = std::max(top, network_.component(term.variable).layer.index());
            multiplier_[term.variable.index()] = to_nearest(term.coefficient);
        }
        double bound = 0;
        for (std::size_t k = top + 1; k-- > 0;) {
            const Layer& layer = network_.layers()[k];
            const std::size_t first = layer.first.index();
            for (std::size_t i = 0; i < layer.size; ++i) {
                const double m = multiplier_[first + i];
                if (m == 0) continue;
                multiplier_[first + i] = 0;
                bound += std::abs(m) * source_[first + i];
                if (const auto* affine = std::get_if<AffineLayer>(&layer.operation)) {
                    for (const AffineTerm& term : affine->terms) {
                        const NearestNumbers numbers = weights(term.map).nearest();
                        double* const into = multiplier_.data() + network_.layer(term.source).first.index();
                        for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                            into[column] += m * numbers[weight];
                            ++products_;
                        });
                    }
                } else if (const auto* neurons = std::get_if<ActivationLayer>(&layer.operation)) {
                    multiplier_[network_.layer(neurons->source).first.index() + i] += m * slope_[first + i];
                } else if (const auto* product = std::get_if<ProductLayer>(&layer.operation)) {
                    const std::size_t source = network_.layer(product->source).first.index();
                    const std::size_t x = source + product->left[i];
                    const std::size_t y = source + product->right[i];
                    multiplier_[x] += m * value_[y];
                    multiplier_[y] += m * value_[x];
                } else if (winner_[first + i] != none) {
                    multiplier_[winner_[first + i]] += m;
                }
            }
        }
        // What rounds here is a share of the sum without signs, which is the chain.
        return bound * (1 + 0x1p-30) + slack_ * chain;
    }

    const Network& network_;
    std::vector<double> value_;
    std::vector<double> source_;       ///< the error that a variable's own computation adds
    std::vector<double> slope_;        ///< of neurons: what the error before them is multiplied by
    std::vector<std::size_t> winner_;  ///< of pools: the member whose error is passed on
    std::vector<double> radius_;
    std::vector<double> chain_;  ///< a bound with all weights' magnitudes, by which rounding in walks is bounded
    std::vector<double> known_;  ///< how far the exact values of smooth networks may be from `value_`
    std::vector<double> multiplier_;
    double slack_ = 0;
    std::size_t products_ = 0;
};
}  // namespace

void ExactSum::add(double factor, double value) {
    if (factor == 0 || value == 0 || !is_exact_) return;
    const double quantum = value_of_last_bit(factor) * value_of_last_bit(value);
    is_exact_ = is_float(factor) && is_float(value) && quantum >= 0x1p-126;
    quantum_ = std::min(quantum_, quantum);
    magnitude_ += std::abs(factor * value);
}

Float32Radii float32_radii(const Network& network, std::span<const Rational> values, std::span<const double> radii,
                           std::span<const LinearForm> wanted) {
    return ErrorAnalysis(network, values, radii).radii(wanted);
}

}  // namespace sinew::model
