// SPDX-License-Identifier: Apache-2.0
// Examples for a network: tables of numbers, MNIST's idx files, single PNG images.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/number_array.hpp"
#include "read/dataset/header.hpp"

namespace sinew::read {

/// Rows of numbers. Images are bytes in row, column, channel order; a table keeps its decimals exactly.
struct DataSet {
    std::size_t columns = 0;
    std::variant<std::vector<std::uint8_t>, model::NumberArray> numbers;
    std::vector<std::size_t> image_shape;   ///< height, width, channels; empty for a table
    std::vector<std::string> column_names;  ///< of a table with a header
    HeaderFacts header;                     ///< of a table
    std::vector<std::string> row_places;    ///< "file:line" or "file, image 3": for errors and reports

    std::size_t rows() const { return row_places.size(); }
    Rational at(std::size_t row, std::size_t column) const;
};

/// Reads a data set, its format found by its content: idx (gzip-compressed or not), PNG, else a table whose cells are
/// separated by commas, tabs, semicolons or blanks. With Header::automatic its first row is a header if none of its
/// cells is a number, an example if all are; else it is an error. Throws InputError naming the row.
DataSet read_dataset(const std::string& path);
DataSet parse_dataset(std::string_view bytes, const std::string& name, Header header = Header::automatic);

/// Class labels: an idx file of one dimension, or whole numbers of a text, in any layout.
std::vector<std::size_t> read_labels(const std::string& path);
std::vector<std::size_t> parse_labels(std::string_view bytes, const std::string& name);

/// Takes the column out of a table: its numbers must be whole and not negative. Throws InputError naming the row.
std::vector<std::size_t> take_label_column(DataSet& data, std::size_t column);

/// The image scaled to other sides as the Python Imaging Library's bilinear filter does it, to the bit: triangles as
/// wide as the reduction, coefficients of 22 binary digits, rows first, bytes between the passes. Needs one channel.
void resize_images(DataSet& data, std::size_t height, std::size_t width);

namespace dataset {
// The formats, one file each.
bool is_idx(std::string_view bytes);
DataSet parse_idx(std::string_view bytes, const std::string& name);
std::vector<std::size_t> parse_idx_labels(std::string_view bytes, const std::string& name);
bool is_png(std::string_view bytes);
DataSet parse_png(std::string_view bytes, const std::string& name);
DataSet parse_table(std::string_view bytes, const std::string& name, Header header);
}  // namespace dataset

}  // namespace sinew::read
