// SPDX-License-Identifier: Apache-2.0
#include "read/normalisations.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <optional>

namespace sinew::read {

namespace {
/// Beyond this nothing is gained: the numbers count as reals.
constexpr std::size_t longest_denominator = 4096;

Integer ceiling_of_magnitude(const model::NumberArray& numbers) {
    Rational largest = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) largest = std::max(largest, Rational(abs(numbers.exact(i))));
    return ceil(largest);
}

Integer common_denominator(const model::NumberArray& numbers) {
    Integer common = 1;
    for (std::size_t i = 0; i < numbers.size() && mpz_sizeinbase(common.get_mpz_t(), 2) <= longest_denominator; ++i)
        if (!numbers.holds_double(i) || numbers.nearest()[i] != std::floor(numbers.nearest()[i]))
            common = lcm(common, numbers.exact(i).get_den());
    return common;
}

/// What the numbers between two operations are multiples of, and how large they are.
class Walk {
  public:
    explicit Walk(const model::BinarizedNetwork& network) {
        const model::InputRange range = model::range_of(network.input);
        if (range.whole) set(1, std::max(abs(range.lower.get_num()), abs(range.upper.get_num())));
    }

    const std::optional<BatchNormArguments>& numbers() const { return numbers_; }

    void pass(const model::BinarizedLinear& linear) {
        if (!numbers_) return;
        const int heaviest = std::accumulate(linear.weights.begin(), linear.weights.end(), 0,
                                             [](int most, int weight) { return std::max(most, std::abs(weight)); });
        Integer largest = numbers_->largest * static_cast<unsigned long>(linear.columns()) * heaviest;
        if (linear.scale.size() != 0) largest *= ceiling_of_magnitude(linear.scale);
        if (linear.bias.size() != 0) largest += ceiling_of_magnitude(linear.bias);
        const Integer scaled = numbers_->denominator * common_denominator(linear.scale);
        set(lcm(scaled, common_denominator(linear.bias)), largest);
    }
    void pass(const model::ChannelLine& line) {
        if (!numbers_) return;
        const Integer scaled = numbers_->denominator * common_denominator(line.factor);
        set(lcm(scaled, common_denominator(line.shift)),
            numbers_->largest * ceiling_of_magnitude(line.factor) + ceiling_of_magnitude(line.shift));
    }
    void pass(const model::WindowMaximum&) {}
    void pass(const model::Selection&) {}
    void pass(model::BinaryActivation) { set(1, 1); }
    void pass(const model::Quantisation& quantisation) {
        set(1, 1 + ceil((numbers_ ? Rational(numbers_->largest) : Rational(1)) / quantisation.step));
    }

  private:
    void set(const Integer& denominator, const Integer& largest) {
        numbers_.reset();
        if (mpz_sizeinbase(denominator.get_mpz_t(), 2) <= longest_denominator)
            numbers_ = BatchNormArguments{denominator, largest};
    }

    std::optional<BatchNormArguments> numbers_;
};

BatchNormUse use_of(const std::vector<model::BinarizedOperation>& operations, std::size_t next) {
    for (; next < operations.size(); ++next) {
        if (std::holds_alternative<model::BinaryActivation>(operations[next])) return BatchNormUse::sign;
        if (!std::holds_alternative<model::WindowMaximum>(operations[next]) &&
            !std::holds_alternative<model::Selection>(operations[next]))
            return BatchNormUse::value;
    }
    return BatchNormUse::scores;
}
}  // namespace

void Normalisations::add(model::BinarizedNetwork& network, std::vector<BatchNormChannel> channels) {
    added_.emplace_back(network.operations.size(), std::move(channels));
    network.operations.emplace_back(model::ChannelLine{});
}

void Normalisations::settle(model::BinarizedNetwork& network) const {
    Walk walk(network);
    std::size_t next = 0;
    for (std::size_t i = 0; i < network.operations.size() && next < added_.size(); ++i) {
        if (added_[next].first == i) {
            const std::vector<BatchNormChannel>& channels = added_[next++].second;
            BatchNormUse use = use_of(network.operations, i + 1);
            if (use == BatchNormUse::scores && channels.size() == 1) use = BatchNormUse::sign;
            auto& line = std::get<model::ChannelLine>(network.operations[i]);
            for (const BatchNormLine& one : batch_norm_lines(channels, use, walk.numbers())) {
                line.factor.push_back(one.factor);
                line.shift.push_back(one.shift);
            }
        }
        std::visit([&](const auto& operation) { walk.pass(operation); }, network.operations[i]);
    }
}

}  // namespace sinew::read
