// SPDX-License-Identifier: Apache-2.0
// One PNG image, through libpng's simplified interface: grey or colour, eight bits.
#include <cstring>

#include <fmt/core.h>
#include <png.h>

#include "base/error.hpp"
#include "read/dataset/dataset.hpp"

namespace sinew::read::dataset {

namespace {
constexpr std::size_t most_pixels = std::size_t{1} << 26;

/// Frees what libpng holds on every path.
struct Image {
    png_image image;
    Image() {
        std::memset(&image, 0, sizeof image);
        image.version = PNG_IMAGE_VERSION;
    }
    ~Image() { png_image_free(&image); }
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;
};
}  // namespace

bool is_png(std::string_view bytes) {
    return bytes.starts_with("\x89PNG\r\n\x1a\n");
}

DataSet parse_png(std::string_view bytes, const std::string& name) {
    Image png;
    const auto fail = [&]() {
        throw InputError({name, 0, 0}, fmt::format("the PNG image is damaged: {}", png.image.message));
    };
    if (png_image_begin_read_from_memory(&png.image, bytes.data(), bytes.size()) == 0) fail();
    if (std::size_t{png.image.width} * png.image.height > most_pixels)
        throw InputError({name, 0, 0}, "the PNG image is too large", fmt::format("at most {} pixels", most_pixels));
    // Deflate packs 1032 bytes into one at most, and a byte holds 8 pixels at most: sizes beyond take no memory.
    constexpr std::size_t most_pixels_a_byte = 8 * 1032;
    if (std::size_t{png.image.width} * png.image.height > most_pixels_a_byte * bytes.size())
        throw InputError({name, 0, 0}, "the PNG image is damaged: it is not as large as it says");
    const bool colour = (png.image.format & PNG_FORMAT_FLAG_COLOR) != 0;
    png.image.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    DataSet data;
    data.image_shape = {png.image.height, png.image.width, std::size_t{colour ? 3U : 1U}};
    data.columns = data.image_shape[0] * data.image_shape[1] * data.image_shape[2];
    std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(png.image));
    if (png_image_finish_read(&png.image, nullptr, pixels.data(), 0, nullptr) == 0) fail();
    pixels.resize(data.columns);
    data.numbers = std::move(pixels);
    data.row_places = {name};
    return data;
}

}  // namespace sinew::read::dataset
