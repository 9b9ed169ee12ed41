// SPDX-License-Identifier: Apache-2.0
// Few training images of MNIST, drawn at random, beside held-out training images and all test images.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/augment.hpp"
#include "train/problem.hpp"

namespace sinew::bench {

struct Images {
    std::vector<std::uint8_t> pixels;  ///< row-major, rows · 784
    std::vector<std::size_t> labels;

    std::size_t rows() const { return labels.size(); }
};

/// `part`: "train" or "t10k". Throws InputError.
Images read_images(const std::string& folder, const std::string& part);

struct Draw {
    train::Examples training;           ///< so many of each class; pixels as they are, without those that never change
    train::Examples validation;         ///< other training images
    train::Examples test;               ///< all test images
    std::vector<std::uint32_t> pixels;  ///< by feature
    /// Of the training images, moved by one pixel.
    std::vector<train::Arrangement> shifted() const { return train::shifts(pixels, 28, 28, 1); }
};

/// The same for the same seed.
Draw draw_of(const Images& training, const Images& test, std::size_t per_class, std::size_t validation,
             std::uint64_t seed);

}  // namespace sinew::bench
