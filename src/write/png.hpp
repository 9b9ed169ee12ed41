// SPDX-License-Identifier: Apache-2.0
// Images as PNG, for adversarial examples.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace sinew::write {

/// The bytes of a PNG file. `pixels`: height · width · channels bytes, row by row; channels 1 (grey) or 3 (colour).
std::string png(std::size_t height, std::size_t width, std::size_t channels, std::span<const std::uint8_t> pixels);

}  // namespace sinew::write
