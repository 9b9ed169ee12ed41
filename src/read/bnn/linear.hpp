// SPDX-License-Identifier: Apache-2.0
// A linear module's arrays as an operation: weights checked and packed, the geometry of convolutions.
#pragma once

#include <string>
#include <vector>

#include "model/binarized.hpp"
#include "read/bnn/modules.hpp"

namespace sinew::read::bnn {

/// The dense matrix (two dimensions) or convolution (four: output channels, input channels, height, width) of `module`.
/// `input` is the shape it reads, channels first; empty where it is the first of `all` and nothing tells: then the
/// smallest square image is taken from which the dense layer after the convolutions gets as many inputs as it has
/// columns. Throws InputError.
model::BinarizedLinear read_linear(const Module& module, const Modules& all, const std::vector<std::size_t>& input,
                                   const std::string& file);

}  // namespace sinew::read::bnn
