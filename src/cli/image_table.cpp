// SPDX-License-Identifier: Apache-2.0
#include "cli/image_table.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "read/file.hpp"

namespace sinew::cli {

bool is_idx_file(const std::string& path) {
    return read::dataset::is_idx(read::read_file(path));
}

model::TextTable image_table(const read::DataSet& images, const std::vector<std::size_t>& labels,
                             const std::string& label_name, const std::vector<std::size_t>& rows) {
    const auto& bytes = std::get<std::vector<std::uint8_t>>(images.numbers);
    model::TextTable table;
    table.file = images.row_places.empty() ? "" : images.row_places.front();
    table.file.resize(std::min(table.file.size(), table.file.rfind(", image ")));
    table.has_header = true;
    for (std::size_t c = 0; c < images.columns; ++c) table.names.push_back(fmt::format("{}{}", image_column, c));
    if (!label_name.empty()) {
        if (table.find(label_name))
            throw UsageError(fmt::format("--label cannot be '{}': a pixel is called so", label_name));
        if (labels.size() < images.rows())
            throw InputError({table.file, 0, 0}, fmt::format("there are {} labels", labels.size()),
                             fmt::format("{} as there are images", images.rows()));
        table.names.push_back(label_name);
    }
    const auto words = std::make_shared<model::Words>();
    for (std::uint32_t byte = 0; byte < 256; ++byte) words->number_of(std::to_string(byte));
    table.cells.reserve(rows.size() * table.names.size());
    for (const std::size_t row : rows) {
        check_limits();
        for (std::size_t c = 0; c < images.columns; ++c) table.cells.push_back(bytes[row * images.columns + c]);
        if (!label_name.empty()) table.cells.push_back(words->number_of(std::to_string(labels[row])));
        table.lines.push_back(row + 1);
    }
    table.words = words;
    return table;
}

}  // namespace sinew::cli
