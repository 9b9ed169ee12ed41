// SPDX-License-Identifier: Apache-2.0
#include "cli/results_place.hpp"

#include <filesystem>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace sinew::cli {

ResultsPlace results_place(const std::string& word) {
    std::error_code error;
    const std::size_t colon = word.rfind(':');
    if (colon == std::string::npos || std::filesystem::exists(word, error)) return {word, std::nullopt};
    const std::optional<std::uint64_t> run = parse_count(word.substr(colon + 1), std::uint64_t{1} << 62);
    if (!run) return {word, std::nullopt};
    return {word.substr(0, colon), static_cast<std::int64_t>(*run)};
}

results::ResultsReader& ResultsFiles::at(const std::string& file) {
    std::error_code error;
    const std::filesystem::path known = std::filesystem::weakly_canonical(file, error);
    const auto [place, is_new] = readers_.try_emplace(error ? file : known.string());
    if (is_new) place->second = std::make_unique<results::ResultsReader>(file);
    return *place->second;
}

results::Run run_at(results::ResultsReader& reader, const ResultsPlace& place) {
    std::vector<results::Run> runs = reader.runs();
    if (runs.empty()) throw InputError({place.file, 0, 0}, "the file has no runs");
    if (!place.run) return std::move(runs.back());
    for (results::Run& run : runs)
        if (run.id == *place.run) return std::move(run);
    throw InputError({place.file, 0, 0}, fmt::format("there is no run {}", *place.run),
                     fmt::format("1 to {}", runs.back().id));
}

}  // namespace sinew::cli
