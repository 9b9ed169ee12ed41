// SPDX-License-Identifier: Apache-2.0
// Exact evaluation by scaled integers against the definition over rationals, on random networks of every kind of layer
// and number: dyadic, decimal, tiny and huge weights, inputs with small and with many different denominators.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "model/evaluate.hpp"

namespace sinew::model {
namespace {

/// The definition, layer by layer.
std::vector<Rational> by_definition(const Network& network, const std::vector<Rational>& inputs) {
    std::vector<Rational> values = inputs;
    for (const Layer& layer : network.layers()) {
        for (std::size_t i = 0; i < layer.size; ++i) {
            if (const auto* affine = std::get_if<AffineLayer>(&layer.operation)) {
                Rational sum = affine->bias.exact(i);
                for (const AffineTerm& term : affine->terms)
                    for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                        sum += weights(term.map).exact(weight) * values[network.variable(term.source, column).index()];
                    });
                values.push_back(sum);
            } else if (const auto* activation = std::get_if<ActivationLayer>(&layer.operation)) {
                values.push_back(
                    apply(activation->activation, values[network.variable(activation->source, i).index()]));
            } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layer.operation)) {
                Rational best = values[network.variable(pool->source, pool->member[pool->begin[i]]).index()];
                for (std::size_t k = pool->begin[i]; k < pool->begin[i + 1]; ++k)
                    best = std::max(best, values[network.variable(pool->source, pool->member[k]).index()]);
                values.push_back(best);
            }
        }
    }
    return values;
}

class Generator {
  public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    Rational number() {
        switch (random_.below(8)) {
            case 0:
                return 0;
            case 1:
                return Rational(static_cast<long>(random_.integer(-5, 5)));
            case 2:
                return to_rational(static_cast<double>(static_cast<float>(random_.uniform(-1, 1))));
            case 3:
                return to_rational(random_.uniform(-1, 1));
            case 4:
                return to_rational(random_.uniform(-1, 1) * 0x1p-300);
            case 5:
                return to_rational(random_.uniform(-1, 1) * 0x1p200);
            case 6: {
                Rational tenth(static_cast<long>(random_.integer(-1000, 1000)), 10);
                tenth.canonicalize();
                return tenth;
            }
            default: {
                Rational any(static_cast<long>(random_.integer(-1000, 1000)),
                             static_cast<unsigned long>(random_.integer(1, 1000)));
                any.canonicalize();
                return any;
            }
        }
    }
    /// Numbers of one character a layer, so that each of the ways to sum is taken.
    NumberArray numbers(std::size_t count) {
        const std::uint64_t kind = random_.below(4);
        NumberArray result;
        for (std::size_t i = 0; i < count; ++i) {
            if (kind == 0)
                result.push_back(Rational(random_.chance(0.5) ? 1 : -1));
            else if (kind == 1)
                result.push_back(to_rational(static_cast<double>(static_cast<float>(random_.uniform(-1, 1)))));
            else if (kind == 2)
                result.push_back(Rational(static_cast<long>(random_.integer(-8, 8)) * 64));
            else
                result.push_back(number());
        }
        return result;
    }

    Network network() {
        Network result;
        std::vector<LayerId> layers;
        const auto any = [&] { return layers[random_.below(layers.size())]; };
        const std::size_t inputs = 1 + random_.below(2);
        for (std::size_t i = 0; i < inputs; ++i) layers.push_back(result.add_input("x", {1 + random_.below(4)}));
        const std::size_t count = 1 + random_.below(8);
        for (std::size_t l = 0; l < count; ++l) {
            const std::uint64_t kind = random_.below(5);
            if (kind <= 2) {
                AffineLayer affine;
                const std::size_t rows = 1 + random_.below(4);
                affine.bias = numbers(rows);
                const std::size_t terms = 1 + random_.below(2);
                for (std::size_t t = 0; t < terms; ++t) {
                    const LayerId source = any();
                    const std::size_t columns = result.layer(source).size;
                    affine.terms.emplace_back(source, DenseMap{rows, columns, numbers(rows * columns)});
                }
                layers.push_back(result.add_affine("a", {rows}, std::move(affine)));
            } else if (kind == 3) {
                static constexpr ActivationKind kinds[] = {
                    ActivationKind::identity, ActivationKind::relu,   ActivationKind::leaky_relu, ActivationKind::clip,
                    ActivationKind::sign,     ActivationKind::signum, ActivationKind::hardlim};
                Activation activation;
                activation.kind = kinds[random_.below(7)];
                activation.slope = number();
                activation.lower = -abs(number());
                activation.upper = abs(number());
                layers.push_back(result.add_activation("n", any(), activation));
            } else {
                MaxPoolLayer pool;
                pool.source = any();
                for (std::size_t w = 0; w < 2; ++w) {
                    for (std::size_t k = 0; k < 2; ++k)
                        pool.member.push_back(
                            static_cast<std::uint32_t>(random_.below(result.layer(pool.source).size)));
                    pool.begin.push_back(pool.member.size());
                }
                layers.push_back(result.add_max_pool("m", {2}, std::move(pool)));
            }
        }
        return result;
    }

  private:
    Random random_;
};

TEST(ExactEvaluation, agrees_with_the_definition) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        Generator generator(seed);
        const Network network = generator.network();
        std::vector<Rational> inputs;
        std::vector<Rational> all;
        for (std::size_t i = 0; i < network.input_variables().size(); ++i) inputs.push_back(generator.number());
        const std::vector<Rational> expected = by_definition(network, inputs);
        ASSERT_EQ(evaluate(network, inputs), expected) << "seed " << seed;
    }
}

/// Inputs whose common denominator is too large to be worth it.
TEST(ExactEvaluation, many_denominators_fall_back_to_rationals) {
    Network network;
    constexpr std::size_t width = 500;
    const LayerId in = network.add_input("x", {width});
    AffineLayer affine;
    affine.bias = NumberArray(std::vector<double>{0.25, -1});
    affine.terms.emplace_back(in, DenseMap{2, width, NumberArray(std::vector<double>(2 * width, 0.5))});
    const LayerId middle = network.add_affine("a", {2}, std::move(affine));
    network.add_activation("n", middle, {});
    std::vector<Rational> inputs;
    for (std::size_t i = 0; i < width; ++i) inputs.emplace_back(1, 100003UL + 2 * i * i);
    EXPECT_EQ(evaluate(network, inputs), by_definition(network, inputs));
}

}  // namespace
}  // namespace sinew::model
