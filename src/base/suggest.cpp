// SPDX-License-Identifier: Apache-2.0
#include "base/suggest.hpp"

#include <algorithm>
#include <numeric>

namespace sinew {

namespace {
/// Optimal string alignment distance: insert, delete, replace, swap neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
    std::iota(previous.begin(), previous.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[j] = std::min(current[j], before[j - 2] + 1);
        }
        before.swap(previous);
        previous.swap(current);
    }
    return previous[b.size()];
}
}  // namespace

std::vector<std::string> near_words(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t longest = 64;  // longer words are no typing slips, and the distance is quadratic
    if (word.empty() || word.size() > longest) return {};
    const std::size_t allowed = std::max<std::size_t>(1, word.size() / 3);
    std::vector<std::pair<std::size_t, std::string>> near;
    for (const std::string& candidate : candidates) {
        const std::size_t distance =
            candidate.starts_with(word) ? 0 : edit_distance(word, std::string_view(candidate).substr(0, longest));
        if (distance <= allowed) near.emplace_back(distance, candidate);
    }
    std::ranges::stable_sort(near, {}, [](const auto& entry) { return entry.first; });
    std::vector<std::string> words;
    for (const auto& [distance, candidate] : near)
        if (words.size() < 3) words.push_back(candidate);
    return words;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    std::string text;
    for (const std::string& near : near_words(word, candidates)) text += (text.empty() ? "" : " or ") + near;
    return text.empty() ? text : " (did you mean " + text + "?)";
}

}  // namespace sinew
