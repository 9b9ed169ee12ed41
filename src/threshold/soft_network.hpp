// SPDX-License-Identifier: Apache-2.0
// A folded network in single precision, with gradients: sums are exact there (whole numbers below 2^24), and a neuron
// passes on gradients as if its step were a ramp (straight-through estimator; Hubara et al., Binarized neural networks,
// NIPS 2016), the more the nearer its sum is to the threshold. Only attacks use it; what they find is checked
// elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/effort.hpp"
#include "threshold/threshold_network.hpp"

namespace sinew::threshold {

class SoftNetwork {
  public:
    /// Absent where the network has a convolution in groups, or sums may be too large for single precision.
    static std::optional<SoftNetwork> make(const ThresholdNetwork& network);

    /// Evaluates at what enters the first layer, one number a column. Whole numbers are evaluated exactly.
    void evaluate(std::span<const float> entering);
    /// Of the last evaluate().
    std::span<const float> scores() const { return scores_; }
    /// Half of each layer's ramp, so that this share of its neurons (after the last evaluate()) lies on it.
    void set_widths(double share);
    /// The gradient by what enters, after evaluate(), where `by_score` is the gradient by each score.
    std::span<const float> gradient(std::span<const float> by_score);

  private:
    /// A dense matrix, or a convolution over channel-last images.
    struct Linear {
        const model::ConvolutionMap* map = nullptr;  ///< the network's; nullptr: dense
        std::size_t rows = 0;
        std::size_t columns = 0;
        std::vector<float> weight;  ///< dense: by rows; else [kernel row][kernel column][in channel][out channel]
        std::vector<float> turned;  ///< of a convolution: [out channel][kernel row][kernel column][in channel]
    };
    struct Layer {
        Linear linear;
        std::vector<float> sums;         ///< of rows
        std::vector<float> distance;     ///< of units: > 0 where the bit is true
        std::vector<std::uint32_t> row;  ///< of units: the row that decides
        std::vector<float> slope;        ///< of units: 1 or -1, how the distance follows that row's sum
        std::vector<float> value;        ///< of units: what enters the next layer
        float width = 1;
    };

    static Effort products(const Linear& linear);
    static std::optional<Linear> linear_of(const model::BinarizedLinear& source);
    static void apply(const Linear& linear, std::span<const float> in, std::vector<float>& out);
    static void apply_transposed(const Linear& linear, std::span<const float> in, std::vector<float>& out);
    void settle(std::size_t layer);

    const ThresholdNetwork* network_ = nullptr;
    Effort cost_ = 0;  ///< of one evaluation
    std::vector<Layer> layers_;
    Linear last_;
    std::vector<float> scores_;
    std::vector<float> gradient_;
    std::vector<float> by_sum_;
};

}  // namespace sinew::threshold
