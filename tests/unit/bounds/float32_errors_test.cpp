// SPDX-License-Identifier: Apache-2.0
// What float32 programs compute, in any order of their sums, is within the bounds of their errors.
#include "bounds/float32_errors.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "model/evaluate.hpp"
#include "unit/bounds/random_networks.hpp"

namespace sinew::bounds {
namespace {

/// A program: how it adds up.
enum class Order : std::uint8_t { forward, backward, pairs, shuffled, fused };

float sum_of(std::vector<std::pair<float, float>> products, float bias, Order order, Random& random) {
    if (order == Order::backward) std::reverse(products.begin(), products.end());
    if (order == Order::shuffled)
        for (std::size_t i = products.size(); i > 1; --i) std::swap(products[i - 1], products[random.below(i)]);
    if (order == Order::fused) {
        float sum = bias;
        for (const auto& [weight, value] : products) sum = std::fma(weight, value, sum);
        return sum;
    }
    std::vector<float> terms;
    for (const auto& [weight, value] : products) terms.push_back(weight * value);
    terms.insert(random.chance(0.5) ? terms.begin() : terms.end(), bias);
    if (order != Order::pairs) {
        float sum = 0;
        for (const float term : terms) sum += term;
        return sum;
    }
    while (terms.size() > 1) {
        std::vector<float> halves;
        for (std::size_t i = 0; i < terms.size(); i += 2)
            halves.push_back(i + 1 < terms.size() ? terms[i] + terms[i + 1] : terms[i]);
        terms = std::move(halves);
    }
    return terms[0];
}

std::vector<float> run(const model::Network& network, const std::vector<float>& inputs, Order order, Random& random) {
    std::vector<float> values(network.variable_count());
    for (const model::Layer& layer : network.layers())
        for (std::size_t i = 0; i < layer.size; ++i) {
            float& value = values[layer.first.index() + i];
            if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
                std::vector<std::pair<float, float>> products;
                for (const model::AffineTerm& term : affine->terms) {
                    const std::size_t first = network.layer(term.source).first.index();
                    for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                        products.emplace_back(static_cast<float>(model::weights(term.map).nearest()[weight]),
                                              values[first + column]);
                    });
                }
                value = sum_of(std::move(products), static_cast<float>(affine->bias.nearest()[i]), order, random);
            } else if (const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation)) {
                const float before = values[network.variable(neurons->source, i).index()];
                const std::vector<model::Piece> parts = pieces(neurons->activation);
                const model::Piece& part = parts[piece_at(parts, to_rational(static_cast<double>(before)))];
                value = static_cast<float>(to_nearest(part.slope)) * before +
                        static_cast<float>(to_nearest(part.intercept));
            } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
                const std::size_t first = network.layer(pool->source).first.index();
                value = values[first + pool->member[pool->begin[i]]];
                for (std::size_t k = pool->begin[i]; k < pool->begin[i + 1]; ++k)
                    value = std::max(value, values[first + pool->member[k]]);
            } else {
                value = inputs[i];
            }
        }
    return values;
}

TEST(Float32Errors, ProgramsStayWithinThem) {
    Random random(3);
    std::size_t comparisons = 0;
    double tightest = 0;
    for (int n = 0; comparisons < 1000000; ++n) {
        test::RandomNetwork made =
            test::random_network(random, n % 2 == 0 ? test::Weights::ordinary : test::Weights::decimals);
        const model::Network& network = made.network;
        if (!float32_obstacle(network).empty()) continue;
        NetworkBounds bounds(network);
        State state = bounds.start(made.box);
        if (!bounds.tighten(state)) continue;
        std::vector<LinearForm> wanted;
        const std::size_t last = network.variable_count() - 1;
        wanted.emplace_back(Variable(last));
        wanted.push_back(LinearForm({{Variable(last), 1}, {Variable(last - 1), -2}}, 1));
        const Float32Errors errors = float32_errors(network, state, wanted);
        for (int p = 0; p < 20; ++p) {
            std::vector<float> inputs;
            std::vector<Rational> exact_inputs;
            bool is_inside = true;
            for (const Interval side : made.box) {
                const auto value = static_cast<float>(random.uniform(side.lower, side.upper));
                is_inside = is_inside && value >= side.lower && value <= side.upper;
                inputs.push_back(value);
                exact_inputs.push_back(to_rational(static_cast<double>(value)));
            }
            if (!is_inside) continue;
            const std::vector<Rational> exact = model::evaluate(network, exact_inputs);
            for (const Order order : {Order::forward, Order::backward, Order::pairs, Order::shuffled, Order::fused}) {
                const std::vector<float> computed = run(network, inputs, order, random);
                for (std::size_t v = 0; v < exact.size(); ++v, ++comparisons)
                    ASSERT_LE(std::abs(to_nearest(to_rational(static_cast<double>(computed[v])) - exact[v])),
                              errors.variables[v])
                        << n << " " << v;
                for (std::size_t f = 0; f < wanted.size(); ++f, ++comparisons) {
                    std::vector<Rational> values;
                    for (const float value : computed) values.push_back(to_rational(static_cast<double>(value)));
                    const double off = std::abs(to_nearest(wanted[f].value(values) - wanted[f].value(exact)));
                    ASSERT_LE(off, errors.forms[f]) << n << " " << f;
                    if (std::isfinite(errors.forms[f]) && errors.forms[f] > 0)
                        tightest = std::max(tightest, off / errors.forms[f]);
                }
            }
        }
    }
    EXPECT_GT(tightest, 0.02);  // they are no fantasy
}

}  // namespace
}  // namespace sinew::bounds
