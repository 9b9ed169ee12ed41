// SPDX-License-Identifier: Apache-2.0
// Variables whose numbers lie far apart, as x1 and x200000000 in a file of two lines: they get numbers without gaps, so
// that tables over variables are as large as the file and not as large as a number in it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

namespace sinew::model {

/// Whether so many variables are far more than what so many literals can name. Ordinary files never are: tables over
/// all variables of the others are small beside the file or small at all.
constexpr bool are_distant(std::size_t variables, std::size_t literals) {
    constexpr std::size_t always_fits = 65536;
    return variables > always_fits && variables / 4 > literals;
}

/// The variables that literals name, in order, each once: variable number i + 1 of a renumbered file is names()[i].
class DistantNumbers {
  public:
    void add(std::span<const std::int32_t> literals) {
        for (const std::int32_t literal : literals) names_.push_back(std::abs(literal));
    }
    /// After the last add().
    void finish() {
        std::ranges::sort(names_);
        names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
    }
    /// Puts the new numbers in place of the old ones, which add() has seen.
    void renumber(std::span<std::int32_t> literals) const {
        for (std::int32_t& literal : literals) {
            const auto place = std::lower_bound(names_.begin(), names_.end(), std::abs(literal));
            const auto number = static_cast<std::int32_t>(place - names_.begin()) + 1;
            literal = literal < 0 ? -number : number;
        }
    }
    std::vector<std::int32_t> take() { return std::move(names_); }
    std::size_t size() const { return names_.size(); }

  private:
    std::vector<std::int32_t> names_;
};

}  // namespace sinew::model
