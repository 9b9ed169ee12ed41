// SPDX-License-Identifier: Apache-2.0
// The network that the gradient baseline trains: latent weights, their binarization, one step forward and back.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "train/gradient.hpp"

namespace sinew::train {

/// A layer's latent weights, from input i to neuron j at [i · outputs + j]: rows of neurons side by side, so that sums
/// of all neurons grow together in vector registers.
struct LatentLayer {
    std::size_t inputs = 0;
    std::size_t outputs = 0;
    std::vector<float> latent;
    std::vector<float> quantised;  ///< -1, 0, 1
    std::vector<float> gradient;
    std::vector<float> mean;    ///< Adam's
    std::vector<float> square;  ///< Adam's
    double unit = 1;            ///< the size of a typical sum: gradients see sums in this unit
};

class LatentNetwork {
  public:
    LatentNetwork(const Problem& problem, const GradientOptions& options, Random& random);

    /// Latent weights that binarize to these.
    void set(const Weights& weights);
    Weights weights() const;
    void quantise();
    /// Adds the gradient of the example's loss; returns the loss.
    double learn(std::span<const float> features, std::uint32_t label, double weight);
    /// Moves the latent weights along the gradient of `count` examples (Kingma and Ba, "Adam", 2015).
    void step(std::size_t count, double rate);
    /// Whether the binarized network is right (exact while sums are below 2^24), and its loss.
    struct Judgement {
        bool right = false;  ///< as the problem's outputs mean it
        bool wins = false;   ///< by the greatest score
        double loss = 0;
    };
    Judgement judge(std::span<const float> features, std::uint32_t label, double weight);

  private:
    void forward(std::span<const float> features);
    /// The loss, its derivative by the scores in delta_.back().
    double loss(std::uint32_t label, double weight);

    double sign_loss(std::size_t output, bool active, double weight);

    const GradientOptions& options_;
    const Architecture& architecture_;
    std::vector<LatentLayer> layers_;
    std::vector<std::vector<float>> sums_;      ///< by layer
    std::vector<std::vector<float>> entering_;  ///< what enters each layer; of the first empty
    std::vector<std::vector<float>> delta_;     ///< the loss by sums, by layer
    double steps_ = 0;
};

}  // namespace sinew::train
