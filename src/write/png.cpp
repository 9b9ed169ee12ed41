// SPDX-License-Identifier: Apache-2.0
#include "write/png.hpp"

#include <cstring>

#include <png.h>

#include "base/error.hpp"

namespace sinew::write {

std::string png(std::size_t height, std::size_t width, std::size_t channels, std::span<const std::uint8_t> pixels) {
    require(channels == 1 || channels == 3, "an image is grey or coloured");
    require(pixels.size() == height * width * channels, "a byte for each pixel and channel");
    png_image image;
    std::memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(width);
    image.height = static_cast<png_uint_32>(height);
    image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::string bytes(size, '\0');
    const int ok = png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr);
    require(ok != 0, "an image of bytes can be written");
    bytes.resize(size);
    return bytes;
}

}  // namespace sinew::write
