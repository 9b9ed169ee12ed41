// SPDX-License-Identifier: Apache-2.0
#include "support/random_binarized.hpp"

namespace support {

using namespace sinew;
using namespace sinew::model;

namespace {
class Generator {
  public:
    Generator(Random& random, const BinarizedLimits& limits) : random_(random), limits_(limits) {}

    BinarizedNetwork make(InputKind kind) {
        network_.input = kind;
        const bool image = limits_.convolutions && limits_.most_inputs >= 9 && random_.chance(0.25);
        size_ = image ? 9 : 1 + random_.below(limits_.most_inputs);
        network_.input_shape = image ? std::vector<std::size_t>{1, 3, 3} : std::vector<std::size_t>{size_};
        low_ = random_.chance(0.7) ? BinaryActivation::sign : BinaryActivation::step;
        add_input_stage(kind);
        const std::size_t hidden = random_.below(limits_.most_hidden + 1);
        for (std::size_t h = 0; h < hidden; ++h) {
            if (h == 0 && image)
                add_convolution();
            else
                add_dense(1 + random_.below(limits_.most_units));
            add_lines();
            if (limits_.pools && size_ > 1 && random_.chance(0.25)) {
                add_pool();
                if (random_.chance(0.5)) add_lines();
            }
            network_.operations.emplace_back(low_);
        }
        const bool one = random_.chance(0.15);
        add_dense(one ? 1 : 2 + random_.below(3));
        if (random_.chance(0.3)) add_lines();
        if (one && random_.chance(0.5)) network_.operations.emplace_back(BinaryActivation::sign);
        return std::move(network_);
    }

  private:
    void add_input_stage(InputKind kind) {
        if (kind == InputKind::unit && random_.chance(0.5)) {
            network_.operations.emplace_back(Quantisation{Rational(static_cast<long>(1 + random_.below(9)), 10)});
            return;
        }
        if (kind == InputKind::pixels && random_.chance(0.5)) add_line(1, Rational(1, 255));
        if (kind == InputKind::unit || random_.chance(0.4)) {
            if (random_.chance(0.8)) add_lines();
            network_.operations.emplace_back(low_);
        }
    }

    std::vector<std::int8_t> weights(std::size_t count) {
        std::vector<std::int8_t> result(count);
        const bool ternary = random_.chance(0.5);
        const bool wide = random_.chance(0.1);
        for (std::int8_t& weight : result)
            weight = static_cast<std::int8_t>(wide      ? random_.integer(-7, 7)
                                              : ternary ? random_.integer(-1, 1)
                                                        : (random_.chance(0.5) ? 1 : -1));
        return result;
    }

    void finish(BinarizedLinear linear) {
        if (random_.chance(0.5)) linear.bias = numbers(linear.channels());
        if (random_.chance(0.1)) {
            linear.scale = NumberArray(linear.channels());
            for (std::size_t c = 0; c < linear.channels(); ++c)
                linear.scale.set_double(c, static_cast<double>(random_.integer(1, 8)) / 4);
        }
        channels_ = linear.channels();
        size_ = linear.rows();
        network_.operations.emplace_back(std::move(linear));
    }

    void add_dense(std::size_t rows) {
        BinarizedLinear linear;
        linear.geometry = DenseShape{rows, size_};
        linear.weights = weights(rows * size_);
        finish(std::move(linear));
    }

    void add_convolution() {
        ConvolutionMap map;
        map.in_channels = 1;
        map.in_height = map.in_width = 3;
        map.out_channels = 1 + random_.below(3);
        map.kernel_height = map.kernel_width = 2;
        map.pad_top = map.pad_left = random_.below(2);
        map.out_height = map.out_width = 2 + 2 * map.pad_top;
        BinarizedLinear linear;
        linear.weights = weights(map.out_channels * 4);
        linear.geometry = std::move(map);
        finish(std::move(linear));
    }

    NumberArray numbers(std::size_t count) {
        NumberArray result(count);
        for (std::size_t i = 0; i < count; ++i) {
            if (random_.chance(0.5))
                result.set(i, Rational(random_.integer(-4, 4)));
            else
                result.set_double(i, static_cast<double>(static_cast<float>(random_.uniform(-3, 3))));
        }
        return result;
    }

    void add_line(std::size_t channels, const Rational& factor) {
        ChannelLine line{NumberArray(channels), NumberArray(channels)};
        for (std::size_t c = 0; c < channels; ++c) line.factor.set(c, factor);
        network_.operations.emplace_back(std::move(line));
    }

    void add_lines() {
        if (random_.chance(0.3)) return;
        const std::size_t channels = channels_ != 0 && size_ % channels_ == 0 ? channels_ : size_;
        ChannelLine line{numbers(channels), numbers(channels)};
        network_.operations.emplace_back(std::move(line));
    }

    /// Windows within a channel, some of them overlapping.
    void add_pool() {
        const std::size_t each = size_ / channels_;
        WindowMaximum pool;
        for (std::size_t c = 0; c < channels_; ++c) {
            for (std::size_t w = 0; w + 1 < std::max<std::size_t>(each, 2); w += 1 + random_.below(2)) {
                pool.member.push_back(static_cast<std::uint32_t>(c * each + w));
                if (w + 1 < each) pool.member.push_back(static_cast<std::uint32_t>(c * each + w + 1));
                pool.begin.push_back(pool.member.size());
            }
        }
        size_ = pool.begin.size() - 1;
        if (size_ % channels_ != 0) channels_ = size_;
        network_.operations.emplace_back(std::move(pool));
    }

    Random& random_;
    BinarizedLimits limits_;
    BinarizedNetwork network_;
    BinaryActivation low_ = BinaryActivation::sign;
    std::size_t size_ = 0;
    std::size_t channels_ = 0;
};
}  // namespace

BinarizedNetwork random_binarized(Random& random, InputKind kind, const BinarizedLimits& limits) {
    return Generator(random, limits).make(kind);
}

std::vector<Rational> random_input(Random& random, const BinarizedNetwork& network) {
    std::vector<Rational> values(network.input_size());
    for (Rational& value : values) {
        switch (network.input) {
            case InputKind::bits:
                value = random.integer(0, 1);
                break;
            case InputKind::signs:
                value = random.chance(0.5) ? 1 : -1;
                break;
            case InputKind::pixels:
                value = random.integer(0, 255);
                break;
            case InputKind::unit:
                value = Rational(random.integer(0, 64), 64);
                value.canonicalize();
                break;
            case InputKind::integers:
                value = random.integer(-300, 300);
                break;
        }
    }
    return values;
}

}  // namespace support
