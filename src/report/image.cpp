// SPDX-License-Identifier: Apache-2.0
#include "report/image.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include <fmt/core.h>

#include "report/html.hpp"
#include "report/words.hpp"
#include "write/png.hpp"

namespace sinew::report {

namespace {
/// Larger pictures do not belong into a page of text.
constexpr std::size_t most_pixels = 65536;

bool is_drawable(const ImageShape& shape) {
    const bool is_small = shape.height <= most_pixels && shape.width <= most_pixels;
    return is_small && shape.height * shape.width >= 16 && shape.height * shape.width <= most_pixels &&
           (shape.channels == 1 || shape.channels == 3);
}

/// Where a channel of a pixel is among the network's inputs.
std::size_t place_of(const ImageShape& shape, std::size_t pixel, std::size_t channel) {
    return shape.channels_first ? channel * shape.height * shape.width + pixel : pixel * shape.channels + channel;
}

std::uint8_t byte_of(double share) {
    return static_cast<std::uint8_t>(std::lround(255 * std::clamp(share, 0.0, 1.0)));
}
}  // namespace

std::optional<ImageShape> image_shape_of(const Json& image) {
    const auto height = count_of(image, "height");
    const auto width = count_of(image, "width");
    if (!height || !width) return std::nullopt;
    ImageShape shape{*height, *width, count_of(image, "channels").value_or(1), text_of(image, "layout") != "hwc"};
    return is_drawable(shape) ? std::optional(shape) : std::nullopt;
}

std::optional<ImageShape> image_shape_of_layer(const Json& shape) {
    std::vector<std::size_t> extents;
    std::size_t size = 1;
    for (const Json& extent : items(shape)) {
        extents.push_back(std::min(count_of(extent).value_or(0), most_pixels));
        size = std::min(size * extents.back(), 4 * most_pixels);
    }
    // 784 in a row, or in a column of a matrix, is how MNIST's images are fed to dense layers.
    if (size == 784) return ImageShape{28, 28, 1, true};
    while (extents.size() > 3 && extents.front() == 1) extents.erase(extents.begin());
    ImageShape found;
    if (extents.size() == 3 && (extents[0] == 1 || extents[0] == 3))
        found = {extents[1], extents[2], extents[0], true};
    else if (extents.size() == 3 && (extents[2] == 1 || extents[2] == 3))
        found = {extents[0], extents[1], extents[2], false};
    else
        return std::nullopt;
    return is_drawable(found) && found.height >= 4 && found.width >= 4 ? std::optional(found) : std::nullopt;
}

PixelRange pixel_range(const std::vector<double>& values) {
    if (values.empty()) return {};
    const auto [least, greatest] = std::ranges::minmax_element(values);
    if (*least >= -1e-6 && *greatest <= 1 + 1e-6) return {0, 1};
    if (*least >= 0 && *greatest <= 255) return {0, 255};
    return {*least, *greatest > *least ? *greatest : *least + 1};
}

std::vector<double> values_of(const Json& array) {
    std::vector<double> values;
    for (const Json& item : items(array)) {
        const Json& exact = member(item, "exact");
        std::optional<double> value = number_of(item.is_object() ? exact : item);
        if (!value && item.is_object()) value = number_of(item, "decimal");
        if (!value) return {};
        values.push_back(*value);
    }
    return values;
}

std::string picture_uri(const ImageShape& shape, const std::vector<double>& values, PixelRange range) {
    if (values.size() != shape.size()) return {};
    std::vector<std::uint8_t> pixels;
    pixels.reserve(values.size());
    for (std::size_t pixel = 0; pixel < shape.height * shape.width; ++pixel)
        for (std::size_t channel = 0; channel < shape.channels; ++channel) {
            const double value = values[place_of(shape, pixel, channel)];
            pixels.push_back(byte_of((value - range.black) / (range.white - range.black)));
        }
    return png_uri(write::png(shape.height, shape.width, shape.channels, pixels));
}

Difference difference_of(const ImageShape& shape, const std::vector<double>& original, const std::vector<double>& other,
                         PixelRange range) {
    Difference difference;
    if (original.size() != shape.size() || other.size() != shape.size()) return difference;
    std::vector<double> changes(shape.height * shape.width, 0);
    for (std::size_t pixel = 0; pixel < changes.size(); ++pixel)
        for (std::size_t channel = 0; channel < shape.channels; ++channel) {
            const std::size_t place = place_of(shape, pixel, channel);
            const double change = other[place] - original[place];
            if (change != 0) ++difference.changed;
            if (std::abs(change) > std::abs(changes[pixel])) changes[pixel] = change;
            difference.largest = std::max(difference.largest, std::abs(change));
        }
    if (difference.largest > 0) difference.factor = (range.white - range.black) / difference.largest;
    constexpr std::array<double, 3> neutral{226, 223, 217};
    constexpr std::array<double, 3> rises{214, 72, 16};
    constexpr std::array<double, 3> falls{30, 92, 190};
    std::vector<std::uint8_t> pixels;
    for (const double change : changes) {
        const double strength = difference.largest > 0 ? std::abs(change) / difference.largest : 0;
        const std::array<double, 3>& colour = change > 0 ? rises : falls;
        for (std::size_t c = 0; c < 3; ++c)
            pixels.push_back(byte_of((neutral[c] + strength * (colour[c] - neutral[c])) / 255));
    }
    difference.uri = png_uri(write::png(shape.height, shape.width, 3, pixels));
    return difference;
}

std::string trio_html(const ImageShape& shape, const std::vector<double>& original, const std::vector<double>& other,
                      PixelRange range, const Trio& trio) {
    const std::string first = picture_uri(shape, original, range);
    const std::string second = picture_uri(shape, other, range);
    if (first.empty() || second.empty()) return {};
    const Difference difference = difference_of(shape, original, other, range);
    const auto picture = [](const std::string& uri, const std::string& alt, const std::string& below) {
        return fmt::format("<div><img src=\"{}\" alt=\"{}\"><small>{}</small></div>", uri, escaped(alt), below);
    };
    const std::string times = difference.factor > 0
                                  ? fmt::format("difference ×{}", shown(std::round(difference.factor)))
                                  : std::string("no difference");
    return fmt::format("<figure><div class=\"row\">{}{}{}</div><figcaption>{}</figcaption></figure>",
                       picture(first, trio.original_name + " image", escaped(trio.original_name)),
                       picture(second, trio.other_name + " image", escaped(trio.other_name)),
                       picture(difference.uri,
                               fmt::format("difference, at most {}, {} of {} values changed", shown(difference.largest),
                                           difference.changed, shape.size()),
                               times),
                       trio.caption);
}

}  // namespace sinew::report
