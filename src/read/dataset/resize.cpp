// SPDX-License-Identifier: Apache-2.0
// Bilinear resizing as the Python Imaging Library does it: networks were trained on images that it had scaled.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "read/dataset/dataset.hpp"

namespace sinew::read {

namespace {
constexpr int fraction_bits = 22;

/// The bytes that one output byte is a weighted mean of.
struct Window {
    std::size_t first = 0;
    std::vector<std::int32_t> weight;
};

std::vector<Window> windows(std::size_t from, std::size_t to) {
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const double reach = std::max(scale, 1.0);
    std::vector<Window> result(to);
    for (std::size_t i = 0; i < to; ++i) {
        const double centre = (static_cast<double>(i) + 0.5) * scale;
        const auto first = static_cast<std::size_t>(std::max(0.0, std::trunc(centre - reach + 0.5)));
        const auto last =
            static_cast<std::size_t>(std::min(static_cast<double>(from), std::trunc(centre + reach + 0.5)));
        std::vector<double> weight;
        double sum = 0;
        for (std::size_t x = first; x < last; ++x) {
            const double distance = std::fabs((static_cast<double>(x) - centre + 0.5) / reach);
            weight.push_back(std::max(0.0, 1.0 - distance));
            sum += weight.back();
        }
        result[i].first = first;
        for (const double w : weight)
            result[i].weight.push_back(static_cast<std::int32_t>(std::trunc(0.5 + w / sum * (1 << fraction_bits))));
    }
    return result;
}

/// One output byte from bytes that stand `stride` apart.
std::uint8_t mean(const Window& window, const std::uint8_t* line, std::size_t stride) {
    std::int64_t sum = std::int64_t{1} << (fraction_bits - 1);
    for (std::size_t k = 0; k < window.weight.size(); ++k)
        sum += std::int64_t{window.weight[k]} * line[(window.first + k) * stride];
    return static_cast<std::uint8_t>(std::clamp<std::int64_t>(sum >> fraction_bits, 0, 255));
}
}  // namespace

void resize_images(DataSet& data, std::size_t height, std::size_t width) {
    auto* bytes = std::get_if<std::vector<std::uint8_t>>(&data.numbers);
    if (bytes == nullptr || data.image_shape.size() != 3 || data.image_shape[2] != 1)
        throw UsageError("only grey images can be resized");
    const std::size_t old_height = data.image_shape[0];
    const std::size_t old_width = data.image_shape[1];
    const std::vector<Window> across = windows(old_width, width);
    const std::vector<Window> down = windows(old_height, height);
    std::vector<std::uint8_t> result(data.rows() * height * width);
    std::vector<std::uint8_t> between(old_height * width);
    for (std::size_t image = 0; image < data.rows(); ++image) {
        const std::uint8_t* source = bytes->data() + image * data.columns;
        for (std::size_t y = 0; y < old_height; ++y)
            for (std::size_t x = 0; x < width; ++x) between[y * width + x] = mean(across[x], source + y * old_width, 1);
        for (std::size_t y = 0; y < height; ++y)
            for (std::size_t x = 0; x < width; ++x)
                result[(image * height + y) * width + x] = mean(down[y], between.data() + x, width);
    }
    *bytes = std::move(result);
    data.columns = height * width;
    data.image_shape = {height, width, 1};
}

}  // namespace sinew::read
