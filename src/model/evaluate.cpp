#include "model/evaluate.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/limit_scope.hpp"

namespace sinew::model {

namespace {
/// One evaluation for both kinds of rounded numbers: `Number` is the arithmetic, the overloads read the weights.
double read(const NumberArray& numbers, std::size_t index, double) {
    return numbers.nearest()[index];
}
float read(const NumberArray& numbers, std::size_t index, float) {
    return static_cast<float>(numbers.nearest()[index]);
}
double activate(const Activation& activation, double s) {
    return apply(activation, s);
}
float activate(const Activation& activation, float s) {
    return apply_float32(activation, s);
}

template <class Number>
class Evaluation {
  public:
    Evaluation(const Network& network, std::span<const Number> inputs) : network_(network), inputs_(inputs) {
        values_.resize(network.variable_count());
        for (const Layer& layer : network.layers())
            std::visit([&](const auto& operation) { run(layer, operation); }, layer.operation);
    }
    std::vector<Number> take() { return std::move(values_); }

  private:
    Number& at(const Layer& layer, std::size_t index) { return values_[layer.first.index() + index]; }

    void run(const Layer& layer, const InputLayer&) {
        require(next_input_ + layer.size <= inputs_.size(), "every input has a value");
        for (std::size_t i = 0; i < layer.size; ++i) at(layer, i) = inputs_[next_input_++];
    }
    void run(const Layer& layer, const AffineLayer& affine) {
        for (std::size_t i = 0; i < layer.size; ++i) {
            if ((i & 15U) == 15U) check_limits();
            Number sum = 0;
            for (const AffineTerm& term : affine.terms) {
                const NumberArray& numbers = weights(term.map);
                const std::size_t source = network_.layer(term.source).first.index();
                for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                    const Number& value = values_[source + column];
                    if (value != 0) sum += read(numbers, weight, Number{}) * value;
                });
            }
            sum += read(affine.bias, i, Number{});
            at(layer, i) = sum;
        }
    }
    void run(const Layer& layer, const ActivationLayer& operation) {
        const Layer& source = network_.layer(operation.source);
        for (std::size_t i = 0; i < layer.size; ++i) at(layer, i) = activate(operation.activation, at(source, i));
    }
    void run(const Layer& layer, const MaxPoolLayer& pool) {
        const Layer& source = network_.layer(pool.source);
        for (std::size_t w = 0; w < layer.size; ++w) {
            Number best = at(source, pool.member[pool.begin[w]]);
            for (std::size_t k = pool.begin[w] + 1; k < pool.begin[w + 1]; ++k)
                best = std::max(best, at(source, pool.member[k]));
            at(layer, w) = best;
        }
    }

    const Network& network_;
    std::span<const Number> inputs_;
    std::vector<Number> values_;
    std::size_t next_input_ = 0;
};
}  // namespace

std::vector<double> evaluate_double(const Network& network, std::span<const double> inputs) {
    return Evaluation<double>(network, inputs).take();
}

std::vector<float> replay_float32(const Network& network, std::span<const float> inputs) {
    return Evaluation<float>(network, inputs).take();
}

bool satisfies(const Query& query, std::span<const Rational> values, const std::vector<bool>& booleans) {
    for (const auto& [variable, domain] : query.domains)
        if (!contains(domain, values[variable.index()])) return false;
    return query.formulas.holds(query.input_condition, values, booleans) &&
           query.formulas.holds(query.output_condition, values, booleans);
}

}  // namespace sinew::model
