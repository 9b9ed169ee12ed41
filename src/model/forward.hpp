// SPDX-License-Identifier: Apache-2.0
// A network's values from its inputs, layer by layer, in an arithmetic that rounds: one walk for all of them.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "model/network.hpp"

namespace sinew::model {

/// By variable, from the values of the inputs (in input_variables() order). `Arithmetic` has
///   Number;  number(numbers, i), a stored one;  add_product(sum, numbers, i, value), with zeros left out;
///   function(activation), which is called on numbers;  larger(a, b).
/// Sums are in index order, the bias last.
template <class Arithmetic>
class Forward {
  public:
    using Number = typename Arithmetic::Number;

    static std::vector<Number> values(const Network& network, std::span<const Number> inputs) {
        Forward walk(network, inputs);
        for (const Layer& layer : network.layers())
            std::visit([&](const auto& operation) { walk.run(layer, operation); }, layer.operation);
        return std::move(walk.values_);
    }

  private:
    Forward(const Network& network, std::span<const Number> inputs)
        : network_(network), inputs_(inputs), values_(network.variable_count()) {}

    Number& at(const Layer& layer, std::size_t index) { return values_[layer.first.index() + index]; }

    void run(const Layer& layer, const InputLayer&) {
        require(next_input_ + layer.size <= inputs_.size(), "every input has a value");
        for (std::size_t i = 0; i < layer.size; ++i) at(layer, i) = inputs_[next_input_++];
    }
    void run(const Layer& layer, const AffineLayer& affine) {
        for (std::size_t i = 0; i < layer.size; ++i) {
            if ((i & 15U) == 15U) check_limits();
            Number sum = Arithmetic::zero;
            for (const AffineTerm& term : affine.terms) {
                const NumberArray& numbers = weights(term.map);
                const std::size_t source = network_.layer(term.source).first.index();
                for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                    Arithmetic::add_product(sum, numbers, weight, values_[source + column]);
                });
            }
            at(layer, i) = sum + Arithmetic::number(affine.bias, i);
        }
    }
    void run(const Layer& layer, const ActivationLayer& operation) {
        const Layer& source = network_.layer(operation.source);
        const auto& function = Arithmetic::function(operation.activation);
        for (std::size_t i = 0; i < layer.size; ++i) at(layer, i) = function(at(source, i));
    }
    void run(const Layer& layer, const ProductLayer& product) {
        const Layer& source = network_.layer(product.source);
        for (std::size_t i = 0; i < layer.size; ++i) {
            if constexpr (requires(Number value) { value* value; })
                at(layer, i) = at(source, product.left[i]) * at(source, product.right[i]);
            else
                require(false, "an arithmetic that has products");
        }
    }
    void run(const Layer& layer, const MaxPoolLayer& pool) {
        const Layer& source = network_.layer(pool.source);
        for (std::size_t w = 0; w < layer.size; ++w) {
            Number best = at(source, pool.member[pool.begin[w]]);
            for (std::size_t k = pool.begin[w] + 1; k < pool.begin[w + 1]; ++k)
                best = Arithmetic::larger(best, at(source, pool.member[k]));
            at(layer, w) = best;
        }
    }

    const Network& network_;
    std::span<const Number> inputs_;
    std::vector<Number> values_;
    std::size_t next_input_ = 0;
};

}  // namespace sinew::model
