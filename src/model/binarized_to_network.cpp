// SPDX-License-Identifier: Apache-2.0
// A binarized network in the terms of the general model.
#include "base/error.hpp"
#include "model/binarized.hpp"

namespace sinew::model {

namespace {
class Conversion {
  public:
    explicit Conversion(const BinarizedNetwork& binarized) : sizes_(binarized.sizes()), input_(binarized.input) {
        last_ = network_.add_input("x", {binarized.input_size()});
        for (std::size_t i = 0; i < binarized.operations.size(); ++i) {
            name_ = "layer" + std::to_string(i + 1);
            size_ = sizes_[i];
            std::visit([&](const auto& operation) { add(operation); }, binarized.operations[i]);
        }
    }
    Network take() { return std::move(network_); }

  private:
    void add_affine(LinearMap map, NumberArray bias) {
        const std::size_t rows = model::rows(map);
        AffineLayer affine;
        affine.terms.push_back({last_, std::move(map)});
        affine.bias = std::move(bias);
        last_ = network_.add_affine(name_, {rows}, std::move(affine));
    }

    void add(const BinarizedLinear& linear) {
        const std::size_t per_channel = linear.weights.size() / linear.channels();
        NumberArray weights(linear.weights.size());
        for (std::size_t i = 0; i < linear.weights.size(); ++i) {
            if (linear.scale.size() == 0)
                weights.set_double(i, linear.weights[i]);
            else
                weights.set(i, Rational(linear.scale.exact(i / per_channel) * int{linear.weights[i]}));
        }
        NumberArray bias(linear.rows());
        if (linear.bias.size() != 0)
            for (std::size_t r = 0; r < bias.size(); ++r) bias.set(r, linear.bias.exact(r / linear.rows_per_channel()));
        if (const auto* dense = std::get_if<DenseShape>(&linear.geometry)) {
            add_affine(DenseMap{dense->rows, dense->columns, std::move(weights)}, std::move(bias));
        } else {
            ConvolutionMap map = std::get<ConvolutionMap>(linear.geometry);
            map.kernel = std::move(weights);
            add_affine(std::move(map), std::move(bias));
        }
    }

    void add(const ChannelLine& line) {
        const std::size_t each = size_ / line.factor.size();
        SparseMap map = identity_map(size_);
        NumberArray bias(size_);
        for (std::size_t i = 0; i < size_; ++i) {
            map.weight.set(i, line.factor.exact(i / each));
            bias.set(i, line.shift.exact(i / each));
        }
        add_affine(std::move(map), std::move(bias));
    }

    void add(const WindowMaximum& pool) {
        last_ = network_.add_max_pool(name_, {pool.begin.size() - 1}, MaxPoolLayer{last_, pool.begin, pool.member});
    }

    void add(const Selection& selection) {
        add_affine(selection_map(size_, selection.source), NumberArray(selection.source.size()));
    }

    void add(BinaryActivation activation) {
        const auto kind = activation == BinaryActivation::sign ? ActivationKind::sign : ActivationKind::hardlim;
        last_ = network_.add_activation(name_, last_, Activation{kind, 0, {}, {}});
    }

    void add(const Quantisation& quantisation) {
        require(input_ == InputKind::unit, "a quantisation is of inputs from 0 to 1");
        const Integer quanta = floor(Rational(1 / quantisation.step + Rational(1, 2)));
        require(quanta.fits_sint_p() && quanta <= 256, "at most 256 quanta");
        const auto steps = static_cast<std::size_t>(quanta.get_si());
        SparseMap spread;
        spread.columns = size_;
        NumberArray shift(size_ * steps);
        SparseMap sum;
        sum.columns = size_ * steps;
        for (std::size_t i = 0; i < size_; ++i) {
            for (std::size_t k = 0; k < steps; ++k) {
                spread.column.push_back(static_cast<std::uint32_t>(i));
                spread.weight.push_back(1);
                spread.row_begin.push_back(spread.column.size());
                shift.set(i * steps + k, Rational(-(2 * Rational(k) + 1) / 2 * quantisation.step));
                sum.column.push_back(static_cast<std::uint32_t>(i * steps + k));
                sum.weight.push_back(1);
            }
            sum.row_begin.push_back(sum.column.size());
        }
        const std::string name = name_;
        name_ = name + "_difference";
        add_affine(std::move(spread), std::move(shift));
        last_ = network_.add_activation(name + "_step", last_, Activation{ActivationKind::hardlim, 0, {}, {}});
        name_ = name;
        add_affine(std::move(sum), NumberArray(size_));
    }

    Network network_;
    LayerId last_;
    std::string name_;
    std::vector<std::size_t> sizes_;
    std::size_t size_ = 0;
    InputKind input_;
};
}  // namespace

Network to_network(const BinarizedNetwork& network) {
    return Conversion(network).take();
}

}  // namespace sinew::model
