// SPDX-License-Identifier: Apache-2.0
// Binarized networks as arrays: NPZ files and CSV folders. docs/bnn.md says which names are understood.
#pragma once

#include <string>
#include <string_view>

#include "model/binarized.hpp"

namespace sinew::read {

/// Reads a binarized network from an NPZ file, or from a folder of CSV files. Throws InputError, naming the array, for
/// missing arrays, shapes that do not fit, weights that are none of -1, 0, 1 (in arrays of int8: beyond -127 … 127; in
/// arrays of bool False is -1, which is noted) and variances that are not above zero.
model::BinarizedNetwork read_binarized(const std::string& path);

/// The same from the bytes of an NPZ file; `name` is for errors.
model::BinarizedNetwork parse_npz_network(std::string_view bytes, const std::string& name);

}  // namespace sinew::read
