// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "read/bnn/array.hpp"
#include "read/file.hpp"

namespace sinew::read::bnn {

namespace {
namespace fs = std::filesystem;
constexpr std::size_t most_files = 4096;

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Appends the numbers of a line; returns how many.
std::size_t add_line(std::string_view line, const SourceLocation& place, std::vector<double>& numbers) {
    std::size_t count = 0;
    std::size_t begin = 0;
    while (begin <= line.size()) {
        const std::size_t end = std::min(line.find(',', begin), line.size());
        const std::string_view cell = trimmed(line.substr(begin, end - begin));
        const std::optional<double> value = parse_double(cell);
        if (!value)
            throw InputError({place.file, place.line, begin + 1}, "'" + printable(cell) + "' is no number", "a number");
        numbers.push_back(*value);
        ++count;
        begin = end + 1;
    }
    return count;
}

Array read_csv(const std::string& path, const std::string& name) {
    const FileContent content = read_text(path);
    const std::string_view text = content;
    Array array{name, path, {}, {}};
    std::vector<double> numbers;
    std::size_t rows = 0;
    std::size_t columns = 0;
    SourceLocation place{path, 0, 0};
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = trimmed(text.substr(begin, end - begin));
        begin = end + 1;
        ++place.line;
        if (line.empty()) continue;
        const std::size_t count = add_line(line, place, numbers);
        if (rows != 0 && count != columns)
            throw InputError(place, fmt::format("this row has {} numbers", count),
                             fmt::format("{} as in the first row", columns));
        columns = count;
        ++rows;
    }
    array.shape = {rows, columns};
    array.numbers = std::move(numbers);
    return array;
}
}  // namespace

std::vector<Array> read_csv_folder(const std::string& folder) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (auto at = fs::recursive_directory_iterator(folder, error); !error && at != fs::recursive_directory_iterator();
         at.increment(error)) {
        if (at.depth() > 4) at.disable_recursion_pending();
        if (at->path().extension() == ".csv") paths.push_back(at->path());
        if (paths.size() > most_files) throw InputError({folder, 0, 0}, "the folder has too many files");
    }
    if (error) throw InputError({folder, 0, 0}, "the folder cannot be read: " + error.message());
    std::ranges::sort(paths);
    std::vector<Array> arrays;
    for (const fs::path& path : paths) {
        fs::path name = fs::relative(path, folder);
        arrays.push_back(read_csv(path.string(), name.replace_extension().generic_string()));
    }
    return arrays;
}

}  // namespace sinew::read::bnn
