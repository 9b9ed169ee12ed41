// SPDX-License-Identifier: Apache-2.0
// Images as rows of raw cells, so that everything that prepares tables prepares images.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/text_table.hpp"
#include "read/dataset/dataset.hpp"

namespace sinew::cli {

/// Whether the file is MNIST's idx format, compressed or not.
bool is_idx_file(const std::string& path);

/// What stands before the number of a pixel in the name of its column.
inline constexpr std::string_view image_column = "pixel";

/// The images at these rows as cells pixel0, pixel1, …, with their labels in the column `label_name` unless that is
/// empty. Throws InputError where there are fewer labels than images.
model::TextTable image_table(const read::DataSet& images, const std::vector<std::size_t>& labels,
                             const std::string& label_name, const std::vector<std::size_t>& rows);

}  // namespace sinew::cli
