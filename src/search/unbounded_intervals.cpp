#include "search/unbounded_intervals.hpp"

#include <algorithm>
#include <limits>

namespace sinew::search {

namespace {
class Forward {
  public:
    Forward(const model::Network& network, std::span<const Interval> inputs) : network_(network), inputs_(inputs) {
        state_.lower.resize(network.variable_count());
        state_.upper.resize(network.variable_count());
        for (const model::Layer& layer : network.layers())
            std::visit([&](const auto& operation) { run(layer, operation); }, layer.operation);
    }
    bounds::State take() { return std::move(state_); }

  private:
    void set(const model::Layer& layer, std::size_t index, Interval value) {
        state_.lower[layer.first.index() + index] = value.lower;
        state_.upper[layer.first.index() + index] = value.upper;
    }
    Interval at(model::LayerId layer, std::size_t index) const {
        return state_.at(network_.layer(layer).first.index() + index);
    }

    void run(const model::Layer& layer, const model::InputLayer&) {
        for (std::size_t i = 0; i < layer.size; ++i) set(layer, i, inputs_[next_input_++]);
    }
    void run(const model::Layer& layer, const model::AffineLayer& affine) {
        for (std::size_t i = 0; i < layer.size; ++i) {
            Interval sum = Interval::enclosing(affine.bias.exact(i));
            for (const model::AffineTerm& term : affine.terms) {
                const model::NumberArray& numbers = model::weights(term.map);
                model::for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                    const Interval factor = numbers.holds_double(weight) ? Interval::point(numbers.nearest()[weight])
                                                                         : Interval::enclosing(numbers.exact(weight));
                    if (factor.lower != 0 || factor.upper != 0) sum = sum + factor * at(term.source, column);
                });
            }
            set(layer, i, sum);
        }
    }
    void run(const model::Layer& layer, const model::ActivationLayer& operation) {
        const bounds::Relaxation function(operation.activation);
        for (std::size_t i = 0; i < layer.size; ++i) set(layer, i, function.image(at(operation.source, i)));
    }
    void run(const model::Layer& layer, const model::MaxPoolLayer& pool) {
        for (std::size_t w = 0; w < layer.size; ++w) {
            Interval largest = at(pool.source, pool.member[pool.begin[w]]);
            for (std::size_t k = pool.begin[w] + 1; k < pool.begin[w + 1]; ++k) {
                const Interval member = at(pool.source, pool.member[k]);
                largest = {std::max(largest.lower, member.lower), std::max(largest.upper, member.upper)};
            }
            set(layer, w, largest);
        }
    }

    const model::Network& network_;
    std::span<const Interval> inputs_;
    std::size_t next_input_ = 0;
    bounds::State state_;
};
}  // namespace

bounds::State unbounded_intervals(const model::Network& network, std::span<const Interval> inputs) {
    return Forward(network, inputs).take();
}

}  // namespace sinew::search
