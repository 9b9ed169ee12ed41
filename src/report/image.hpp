// SPDX-License-Identifier: Apache-2.0
// Inputs of a network as pictures, where the network reads images.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/document.hpp"

namespace sinew::report {

struct ImageShape {
    std::size_t height = 0;
    std::size_t width = 0;
    std::size_t channels = 1;    ///< 1 or 3
    bool channels_first = true;  ///< of values in the network's order

    std::size_t size() const { return height * width * channels; }
};

/// {"height", "width", "channels"} and perhaps "layout" ("chw" or "hwc"). Absent for anything else.
std::optional<ImageShape> image_shape_of(const Json& image);
/// The shape of a network's input layer: three numbers of which the first or the last is 1 or 3, two, or a single one
/// that is MNIST's 784.
std::optional<ImageShape> image_shape_of_layer(const Json& shape);

/// What is black and what is white.
struct PixelRange {
    double black = 0;
    double white = 1;
};
/// 0 to 1 or 0 to 255 where all values are in there, else from the least to the greatest.
PixelRange pixel_range(const std::vector<double>& values);

/// Numbers of an array of exact strings, numbers, or objects with "exact"; empty where one is neither.
std::vector<double> values_of(const Json& array);

/// The src of an <img>.
std::string picture_uri(const ImageShape& shape, const std::vector<double>& values, PixelRange range);

/// How an input was changed: grey where it was not, blue where it fell, orange where it rose (of colour images: by the
/// channel that changed most); the largest change is the strongest colour.
struct Difference {
    std::string uri;
    double largest = 0;  ///< change of a value
    double factor = 0;   ///< by which changes are amplified in the picture
    std::size_t changed = 0;
};
Difference difference_of(const ImageShape& shape, const std::vector<double>& original, const std::vector<double>& other,
                         PixelRange range);

/// Original, changed and difference with a caption below; `caption` is HTML.
struct Trio {
    std::string original_name = "original";
    std::string other_name = "adversarial";
    std::string caption;
};
std::string trio_html(const ImageShape& shape, const std::vector<double>& original, const std::vector<double>& other,
                      PixelRange range, const Trio& trio);

}  // namespace sinew::report
