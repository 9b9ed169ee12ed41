// SPDX-License-Identifier: Apache-2.0
// The idx format of MNIST: two zero bytes, the element type, the number of dimensions, the sizes, the elements.
#include <fmt/core.h>

#include "base/error.hpp"
#include "read/dataset/dataset.hpp"
#include "read/file.hpp"

namespace sinew::read::dataset {

namespace {
constexpr unsigned char unsigned_byte = 0x08;

struct IdxHeader {
    std::vector<std::size_t> sizes;
    std::string_view elements;
};

IdxHeader read_header(std::string_view bytes, const std::string& name) {
    if (static_cast<unsigned char>(bytes[2]) != unsigned_byte)
        throw InputError({name, 0, 0},
                         fmt::format("the elements have type {:#04x}", static_cast<unsigned char>(bytes[2])),
                         "idx elements of type 0x08, bytes");
    const auto dimensions = static_cast<std::size_t>(bytes[3]);
    IdxHeader header;
    std::size_t total = 1;
    for (std::size_t d = 0; d < dimensions; ++d) {
        if (bytes.size() < 8 + 4 * d) throw InputError({name, 0, 0}, "the idx file ends in its header");
        std::size_t size = 0;
        for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(bytes[4 + 4 * d + i]);
        header.sizes.push_back(size);
        total = size != 0 && total > largest_file / size ? largest_file + 1 : total * size;
    }
    if (total == 0 && dimensions > 1)
        throw InputError({name, 0, 0}, "a dimension of the idx file is 0", "images of one pixel at least");
    header.elements = bytes.substr(4 + 4 * dimensions);
    if (header.elements.size() != total)
        throw InputError({name, 0, 0}, fmt::format("the idx file has {} elements", header.elements.size()),
                         fmt::format("{} as its header says", total));
    return header;
}
}  // namespace

bool is_idx(std::string_view bytes) {
    return bytes.size() >= 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[3] >= 1 && bytes[3] <= 4;
}

DataSet parse_idx(std::string_view bytes, const std::string& name) {
    const IdxHeader header = read_header(bytes, name);
    if (header.sizes.size() < 2)
        throw InputError({name, 0, 0}, "the idx file has one dimension, as labels do",
                         "images: two to four dimensions");
    DataSet data;
    data.columns = 1;
    for (std::size_t d = 1; d < header.sizes.size(); ++d) data.columns *= header.sizes[d];
    if (header.sizes.size() >= 3)
        data.image_shape = {header.sizes[1], header.sizes[2], header.sizes.size() == 4 ? header.sizes[3] : 1};
    data.numbers = std::vector<std::uint8_t>(header.elements.begin(), header.elements.end());
    for (std::size_t r = 0; r < header.sizes[0]; ++r) data.row_places.push_back(fmt::format("{}, image {}", name, r));
    return data;
}

std::vector<std::size_t> parse_idx_labels(std::string_view bytes, const std::string& name) {
    const IdxHeader header = read_header(bytes, name);
    if (header.sizes.size() != 1)
        throw InputError({name, 0, 0}, fmt::format("the idx file has {} dimensions", header.sizes.size()),
                         "labels: one dimension");
    std::vector<std::size_t> labels;
    for (const char label : header.elements) labels.push_back(static_cast<unsigned char>(label));
    return labels;
}

}  // namespace sinew::read::dataset
