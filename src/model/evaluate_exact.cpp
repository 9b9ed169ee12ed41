// SPDX-License-Identifier: Apache-2.0
// Exact evaluation, fast where numbers are dyadic: weights are doubles, so that from dyadic inputs everything is
// dyadic.
//
// The values of a layer are integers over one common denominator odd · 2^shift. An affine row is then a sum of products
// of integers: in 128 bits where that provably suffices (first layers, binarised layers), with GMP integers where not.
// One mpq operation a weight, with its gcd, costs 10 to 100 times as much. Layers whose common denominator would grow
// too large (inputs with many different denominators) fall back to rationals.
#include "model/evaluate_exact.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "model/evaluate.hpp"

namespace sinew::model {

namespace {
__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

/// Larger common denominators are not worth it.
constexpr std::size_t most_denominator_bits = 4096;

/// Integers that stand for integer[i] / (odd · 2^shift), odd > 0.
struct Scaled {
    std::vector<Integer> integer;
    Integer odd = 1;
    long shift = 0;
};

/// Weights as integers: weight[i] = integer[i] · 2^exponent / odd; `small` instead of `large` where 63 bits suffice.
/// Of a large matrix neither is stored: its doubles are scaled as they are read.
struct ScaledWeights {
    std::vector<std::int64_t> small;
    std::vector<Integer> large;
    NearestNumbers read;     ///< numbers of a large matrix
    double read_factor = 0;  ///< 2^-exponent, where they are read
    Integer odd = 1;
    long exponent = 0;
    std::size_t bits = 0;  ///< of the largest magnitude

    bool is_small() const { return large.empty() && bits < 63; }
    std::int64_t small_at(std::size_t i) const {
        return read.empty() ? small[i] : static_cast<std::int64_t>(read[i] * read_factor);
    }
    /// `room` may be written to.
    const Integer& large_at(std::size_t i, Integer& room) const {
        if (read.empty()) return large[i];
        room = read[i] * read_factor;
        return room;
    }
};

std::size_t bits_of(const Integer& value) {
    return value == 0 ? 0 : mpz_sizeinbase(value.get_mpz_t(), 2);
}

/// The exponent of the lowest one bit of a finite non-zero double.
long lowest_bit(double value) {
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(value) & (~std::uint64_t{0} >> 1);
    const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
    const std::uint64_t exponent = bits >> 52;
    if (exponent == 0) return -1074 + __builtin_ctzll(fraction);  // subnormal
    return static_cast<long>(exponent) - 1075 + __builtin_ctzll(fraction | (std::uint64_t{1} << 52));
}

/// Splits a positive denominator into its odd part and a power of two.
std::pair<Integer, long> split_denominator(const Integer& denominator) {
    const auto twos = static_cast<long>(mpz_scan1(denominator.get_mpz_t(), 0));
    return {denominator >> static_cast<unsigned long>(twos), twos};
}

/// value · 2^power, which must be an integer.
Integer shifted(const Integer& value, long power) {
    return power >= 0 ? Integer(value << static_cast<unsigned long>(power))
                      : Integer(value >> static_cast<unsigned long>(-power));
}

/// value · odd · 2^shift, which must be an integer.
Integer scaled_integer(const Rational& value, const Integer& odd, long shift) {
    const auto [own_odd, own_shift] = split_denominator(value.get_den());
    return shifted(Integer(value.get_num() * (odd / own_odd)), shift - own_shift);
}

/// The common denominator of numbers; absent where its odd part is too large.
template <class ForEach>
std::optional<std::pair<Integer, long>> common_denominator(ForEach&& for_each, long shift) {
    Integer odd = 1;
    bool fits = true;
    for_each([&](const Rational& value) {
        if (!fits) return;
        const auto [own_odd, own_shift] = split_denominator(value.get_den());
        shift = std::max(shift, own_shift);
        if (own_odd != 1 && odd % own_odd != 0) {
            mpz_lcm(odd.get_mpz_t(), odd.get_mpz_t(), own_odd.get_mpz_t());
            fits = bits_of(odd) <= most_denominator_bits;
        }
    });
    if (!fits || static_cast<std::size_t>(std::max(shift, 0L)) > most_denominator_bits) return std::nullopt;
    return std::pair(odd, shift);
}

std::optional<Scaled> scaled(std::span<const Rational> values) {
    const auto denominator = common_denominator(
        [&](auto&& visit) {
            for (const Rational& value : values) visit(value);
        },
        0);
    if (!denominator) return std::nullopt;
    Scaled result;
    std::tie(result.odd, result.shift) = *denominator;
    result.integer.reserve(values.size());
    for (const Rational& value : values) result.integer.push_back(scaled_integer(value, result.odd, result.shift));
    return result;
}

/// The exponent that makes all doubles of an array integers; absent if the array is all zeros.
std::optional<long> common_exponent(const NumberArray& numbers) {
    std::optional<long> exponent;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if ((i & 1023U) == 1023U) check_limits();
        const double value = numbers.nearest()[i];
        if (value == 0 || !numbers.holds_double(i)) continue;
        const long own = lowest_bit(value);
        if (!exponent || own < *exponent) exponent = own;
    }
    return exponent;
}

std::optional<ScaledWeights> scaled_weights(const NumberArray& numbers) {
    const long exponent = common_exponent(numbers).value_or(0);
    ScaledWeights result;
    result.exponent = exponent;
    if (numbers.all_doubles()) {
        double largest = 0;
        for (const double value : numbers.nearest()) largest = std::max(largest, std::fabs(value));
        result.bits = largest == 0 ? 0 : static_cast<std::size_t>(std::ilogb(largest) + 1 - exponent);
        if (result.bits > most_denominator_bits) return std::nullopt;
        constexpr std::size_t large_matrix = std::size_t{1} << 20;
        constexpr std::size_t most_power = 500;  // far from where products with it would not be exact
        const bool is_near = static_cast<std::size_t>(std::abs(exponent)) < most_power && result.bits < most_power;
        if (numbers.size() >= large_matrix && is_near) {
            result.read = numbers.nearest();
            result.read_factor = std::ldexp(1.0, static_cast<int>(-exponent));
            return result;
        }
        if (result.bits < 63) {
            result.small.reserve(numbers.size());
            for (const double value : numbers.nearest()) {
                if ((result.small.size() & 1023U) == 1023U) check_limits();
                result.small.push_back(static_cast<std::int64_t>(std::ldexp(value, static_cast<int>(-exponent))));
            }
            return result;
        }
    }
    spend(5 * ticks_per_rational * numbers.size());  // each becomes a rational twice, and an integer
    const auto denominator = common_denominator(
        [&](auto&& visit) {
            if (numbers.all_doubles()) return;
            for (std::size_t i = 0; i < numbers.size(); ++i)
                if (!numbers.holds_double(i)) {
                    check_limits();
                    visit(numbers.exact(i));
                }
        },
        -exponent);
    if (!denominator) return std::nullopt;
    result.odd = denominator->first;
    result.exponent = -denominator->second;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if ((i & 63U) == 63U) check_limits();
        result.large.push_back(scaled_integer(numbers.exact(i), result.odd, denominator->second));
        result.bits = std::max(result.bits, bits_of(result.large.back()));
    }
    return result;
}

void assign(Integer& target, Wide value) {
    const bool negative = value < 0;
    const auto magnitude = negative ? -static_cast<UnsignedWide>(value) : static_cast<UnsignedWide>(value);
    const std::uint64_t words[2] = {static_cast<std::uint64_t>(magnitude), static_cast<std::uint64_t>(magnitude >> 64)};
    mpz_import(target.get_mpz_t(), 2, -1, sizeof(std::uint64_t), 0, 0, words);
    if (negative) mpz_neg(target.get_mpz_t(), target.get_mpz_t());
}

/// Row sums Σ weight · value of one term, as integers over the product of both denominators.
std::vector<Integer> row_sums(const LinearMap& map, const ScaledWeights& weights, const std::vector<Integer>& values) {
    const std::size_t row_count = rows(map);
    std::vector<Integer> sums(row_count);
    std::size_t value_bits = 0;
    for (const Integer& value : values) value_bits = std::max(value_bits, bits_of(value));
    const std::size_t count_bits = bits_of(Integer(static_cast<unsigned long>(values.size())));
    if (weights.is_small() && value_bits < 63 && weights.bits + value_bits + count_bits < 126) {
        std::vector<std::int64_t> small;
        small.reserve(values.size());
        for (const Integer& value : values) small.push_back(value.get_si());
        for (std::size_t r = 0; r < row_count; ++r) {
            if ((r & 15U) == 15U) check_limits();
            Wide sum = 0;
            for_each_entry(map, r, [&](std::size_t column, std::size_t weight) {
                sum += static_cast<Wide>(weights.small_at(weight)) * small[column];
            });
            assign(sums[r], sum);
        }
    } else if (weights.is_small()) {
        for (std::size_t r = 0; r < row_count; ++r) {
            check_limits();
            mpz_ptr sum = sums[r].get_mpz_t();
            for_each_entry(map, r, [&](std::size_t column, std::size_t weight) {
                const std::int64_t factor = weights.small_at(weight);
                if (factor >= 0)
                    mpz_addmul_ui(sum, values[column].get_mpz_t(), static_cast<unsigned long>(factor));
                else
                    mpz_submul_ui(sum, values[column].get_mpz_t(), static_cast<unsigned long>(-factor));
            });
        }
    } else {
        Integer room;
        for (std::size_t r = 0; r < row_count; ++r) {
            check_limits();
            for_each_entry(map, r, [&](std::size_t column, std::size_t weight) {
                mpz_addmul(sums[r].get_mpz_t(), weights.large_at(weight, room).get_mpz_t(), values[column].get_mpz_t());
            });
        }
    }
    return sums;
}

/// Divides by the power of two that all integers share.
void reduce(Scaled& layer) {
    auto common = std::numeric_limits<mp_bitcnt_t>::max();
    for (const Integer& value : layer.integer)
        if (value != 0) common = std::min(common, mpz_scan1(value.get_mpz_t(), 0));
    if (common == 0 || common == std::numeric_limits<mp_bitcnt_t>::max()) return;
    for (Integer& value : layer.integer) value >>= common;
    layer.shift -= static_cast<long>(common);
}

Rational rational(const Integer& integer, const Scaled& layer) {
    Rational result(integer);
    if (integer == 0) return result;
    if (layer.odd != 1) {
        result.get_den() = layer.odd;
        result.canonicalize();
    }
    if (layer.shift > 0)
        mpq_div_2exp(result.get_mpq_t(), result.get_mpq_t(), static_cast<mp_bitcnt_t>(layer.shift));
    else
        mpq_mul_2exp(result.get_mpq_t(), result.get_mpq_t(), static_cast<mp_bitcnt_t>(-layer.shift));
    return result;
}

class ExactEvaluation {
  public:
    ExactEvaluation(const Network& network, std::span<const Rational> inputs, SmoothLayers* smooth)
        : network_(network), inputs_(inputs), smooth_(smooth) {
        values_.resize(network.variable_count());
        scaled_.resize(network.layer_count());
        for (std::size_t i = 0; i < network.layer_count(); ++i) {
            const Layer& layer = network.layers()[i];
            std::visit([&](const auto& operation) { scaled_[i] = run(layer, operation); }, layer.operation);
            if (scaled_[i])
                for (std::size_t k = 0; k < layer.size; ++k) {
                    check_limits();
                    at(layer, k) = rational(scaled_[i]->integer[k], *scaled_[i]);
                }
            else
                scaled_[i] = scaled(std::span<const Rational>(values_).subspan(layer.first.index(), layer.size));
        }
    }
    std::vector<Rational> take() { return std::move(values_); }

  private:
    Rational& at(const Layer& layer, std::size_t index) { return values_[layer.first.index() + index]; }

    /// Each run() gives the layer's scaled integers, or writes its rationals and gives nothing.
    std::optional<Scaled> run(const Layer& layer, const InputLayer&) {
        require(next_input_ + layer.size <= inputs_.size(), "every input has a value");
        for (std::size_t i = 0; i < layer.size; ++i) at(layer, i) = inputs_[next_input_++];
        return std::nullopt;
    }

    std::optional<Scaled> run(const Layer& layer, const AffineLayer& affine) {
        std::vector<ScaledWeights> maps;
        const auto bias = scaled_weights(affine.bias);
        Scaled result;
        bool fits = bias.has_value();
        if (fits) {
            result.odd = bias->odd;
            result.shift = -bias->exponent;
        }
        for (const AffineTerm& term : affine.terms) {
            const std::optional<Scaled>& source = scaled_[term.source.index()];
            auto map = fits && source ? scaled_weights(weights(term.map)) : std::nullopt;
            fits = map.has_value();
            if (!fits) break;
            spend(2 * multiplications(term.map));
            const Integer odd = map->odd * source->odd;
            mpz_lcm(result.odd.get_mpz_t(), result.odd.get_mpz_t(), odd.get_mpz_t());
            result.shift = std::max(result.shift, source->shift - map->exponent);
            maps.push_back(std::move(*map));
        }
        if (!fits || bits_of(result.odd) > most_denominator_bits) {
            run_over_rationals(layer, affine);
            return std::nullopt;
        }
        result.integer.reserve(layer.size);
        for (std::size_t i = 0; i < layer.size; ++i)
            result.integer.push_back(scaled_integer(affine.bias.exact(i), result.odd, result.shift));
        for (std::size_t t = 0; t < maps.size(); ++t) {
            const AffineTerm& term = affine.terms[t];
            const Scaled& source = *scaled_[term.source.index()];
            const std::vector<Integer> sums = row_sums(term.map, maps[t], source.integer);
            const Integer factor = result.odd / (maps[t].odd * source.odd);
            const auto power = static_cast<mp_bitcnt_t>(result.shift - (source.shift - maps[t].exponent));
            for (std::size_t i = 0; i < layer.size; ++i) {
                check_limits();
                result.integer[i] += (sums[i] * factor) << power;
            }
        }
        reduce(result);
        return result;
    }

    void run_over_rationals(const Layer& layer, const AffineLayer& affine) {
        for (std::size_t i = 0; i < layer.size; ++i) {
            check_limits();
            Rational sum = affine.bias.exact(i);
            for (const AffineTerm& term : affine.terms) {
                const NumberArray& numbers = weights(term.map);
                const std::size_t source = network_.layer(term.source).first.index();
                for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                    const Rational& value = values_[source + column];
                    if (value != 0) sum += numbers.exact(weight) * value;
                });
            }
            at(layer, i) = sum;
        }
    }

    std::optional<Scaled> run(const Layer& layer, const ActivationLayer& operation) {
        const Layer& source = network_.layer(operation.source);
        const ActivationKind kind = operation.activation.kind;
        if (smooth_ != nullptr && !is_piecewise_linear(operation.activation)) {
            smooth_->fill(layer, operation, values_);
            return std::nullopt;
        }
        const std::optional<Scaled>& below = scaled_[operation.source.index()];
        if (below && (kind == ActivationKind::relu || kind == ActivationKind::identity)) {
            Scaled result = *below;
            if (kind == ActivationKind::relu)
                for (Integer& value : result.integer)
                    if (value < 0) value = 0;
            return result;
        }
        if (below &&
            (kind == ActivationKind::sign || kind == ActivationKind::signum || kind == ActivationKind::hardlim)) {
            Scaled result;
            result.integer.reserve(layer.size);
            for (const Integer& value : below->integer)
                result.integer.emplace_back(apply(operation.activation, Rational(sgn(value))).get_num());
            return result;
        }
        for (std::size_t i = 0; i < layer.size; ++i) at(layer, i) = apply(operation.activation, at(source, i));
        return std::nullopt;
    }

    std::optional<Scaled> run(const Layer& layer, const ProductLayer& product) {
        spend(2 * ticks_per_rational * layer.size);
        if (smooth_ != nullptr) {
            smooth_->fill(layer, product, values_);
            return std::nullopt;
        }
        const Layer& source = network_.layer(product.source);
        for (std::size_t i = 0; i < layer.size; ++i) {
            check_limits();
            at(layer, i) = at(source, product.left[i]) * at(source, product.right[i]);
        }
        return std::nullopt;
    }

    std::optional<Scaled> run(const Layer& layer, const MaxPoolLayer& pool) {
        const Layer& source = network_.layer(pool.source);
        const auto pooled = [&](auto&& value) {
            std::vector<std::size_t> result;
            result.reserve(layer.size);
            for (std::size_t w = 0; w < layer.size; ++w) {
                std::size_t best = pool.member[pool.begin[w]];
                for (std::size_t k = pool.begin[w] + 1; k < pool.begin[w + 1]; ++k)
                    if (value(pool.member[k]) > value(best)) best = pool.member[k];
                result.push_back(best);
            }
            return result;
        };
        if (const std::optional<Scaled>& below = scaled_[pool.source.index()]) {
            Scaled result{{}, below->odd, below->shift};
            for (const std::size_t best : pooled([&](std::size_t i) -> const Integer& { return below->integer[i]; }))
                result.integer.push_back(below->integer[best]);
            return result;
        }
        std::size_t next = 0;
        for (const std::size_t best : pooled([&](std::size_t i) -> const Rational& { return at(source, i); }))
            at(layer, next++) = at(source, best);
        return std::nullopt;
    }

    const Network& network_;
    std::span<const Rational> inputs_;
    SmoothLayers* smooth_;
    std::vector<Rational> values_;
    std::vector<std::optional<Scaled>> scaled_;  ///< by layer; absent where the denominators are too many
    std::size_t next_input_ = 0;
};
}  // namespace

std::vector<Rational> evaluate(const Network& network, std::span<const Rational> inputs) {
    return ExactEvaluation(network, inputs, nullptr).take();
}

std::vector<Rational> evaluate_with(const Network& network, std::span<const Rational> inputs, SmoothLayers& smooth) {
    return ExactEvaluation(network, inputs, &smooth).take();
}

}  // namespace sinew::model
