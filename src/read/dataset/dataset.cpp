// SPDX-License-Identifier: Apache-2.0
#include "read/dataset/dataset.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "read/file.hpp"
#include "read/utf8_text.hpp"

namespace sinew::read {

namespace {
constexpr std::size_t largest_label = 1000000;
constexpr std::string_view known_data = "an idx file, a PNG image, or a table";
}  // namespace

Rational DataSet::at(std::size_t row, std::size_t column) const {
    const std::size_t index = row * columns + column;
    if (const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&numbers)) return Rational((*bytes)[index]);
    return std::get<model::NumberArray>(numbers).exact(index);
}

DataSet read_dataset(const std::string& path) {
    return parse_dataset(read_file(path), shown_name(path));
}

DataSet parse_dataset(std::string_view bytes, const std::string& name, Header header) {
    if (bytes.empty()) throw InputError({name, 0, 0}, "the file is empty", known_data);
    if (dataset::is_png(bytes)) return dataset::parse_png(bytes, name);
    if (dataset::is_idx(bytes)) return dataset::parse_idx(bytes, name);
    bytes.remove_prefix(byte_order_mark(bytes, name));
    require_utf8(bytes, name, known_data);
    return dataset::parse_table(bytes, name, header);
}

std::vector<std::size_t> read_labels(const std::string& path) {
    return parse_labels(read_file(path), shown_name(path));
}

std::vector<std::size_t> parse_labels(std::string_view bytes, const std::string& name) {
    if (dataset::is_idx(bytes)) return dataset::parse_idx_labels(bytes, name);
    bytes.remove_prefix(byte_order_mark(bytes, name));
    std::vector<std::size_t> labels;
    std::size_t line = 1;
    constexpr std::string_view blanks = " \t\r\n,;";
    for (std::size_t begin = 0; begin < bytes.size();) {
        if (blanks.find(bytes[begin]) != std::string_view::npos) {
            line += bytes[begin] == '\n' ? 1 : 0;
            ++begin;
            continue;
        }
        const std::size_t end = std::min(bytes.find_first_of(blanks, begin), bytes.size());
        const std::optional<std::uint64_t> label = parse_count(bytes.substr(begin, end - begin), largest_label);
        if (!label)
            throw InputError({name, line, 0}, "'" + printable(bytes.substr(begin, end - begin)) + "' is no label",
                             "a class: 0, 1, 2, …");
        labels.push_back(*label);
        begin = end;
    }
    return labels;
}

std::vector<std::size_t> take_label_column(DataSet& data, std::size_t column) {
    auto* table = std::get_if<model::NumberArray>(&data.numbers);
    if (table == nullptr || column >= data.columns)
        throw InputError({data.row_places.front(), 0, 0}, "the data set has no column of labels");
    std::vector<std::size_t> labels;
    model::NumberArray rest;
    for (std::size_t r = 0; r < data.rows(); ++r) {
        for (std::size_t c = 0; c < data.columns; ++c) {
            const Rational value = data.at(r, c);
            if (c != column) {
                rest.push_back(value);
                continue;
            }
            if (value.get_den() != 1 || value < 0 || value > Rational(largest_label))
                throw InputError({data.row_places[r], 0, 0}, "the label is " + sinew::to_string(value),
                                 "a class: 0, 1, 2, …");
            labels.push_back(value.get_num().get_ui());
        }
    }
    *table = std::move(rest);
    --data.columns;
    if (!data.column_names.empty())
        data.column_names.erase(data.column_names.begin() + static_cast<std::ptrdiff_t>(column));
    return labels;
}

}  // namespace sinew::read
