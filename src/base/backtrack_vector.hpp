// SPDX-License-Identifier: Apache-2.0
// A vector whose elements return to their old values when the search backtracks.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace sinew {

/// Elements are changed with set(); new_level() opens a level, backtrack(level) undoes every set() made above it.
/// set() is O(1) amortised, backtrack() costs one assignment a set() undone.
template <class T>
class BacktrackVector {
  public:
    BacktrackVector() = default;
    explicit BacktrackVector(std::size_t size, T value = {}) : values_(size, value) {}

    const T& operator[](std::size_t index) const { return values_[index]; }
    std::size_t size() const { return values_.size(); }
    std::size_t level() const { return level_begin_.size(); }

    /// Appends; what is appended stays on backtracking (ids are never reused).
    void push_back(T value) { values_.push_back(std::move(value)); }

    void set(std::size_t index, T value) {
        if (!level_begin_.empty()) undo_.emplace_back(index, std::move(values_[index]));
        values_[index] = std::move(value);
    }
    void new_level() { level_begin_.push_back(undo_.size()); }
    void backtrack(std::size_t level) {
        if (level >= level_begin_.size()) return;
        const std::size_t begin = level_begin_[level];
        while (undo_.size() > begin) {
            values_[undo_.back().first] = std::move(undo_.back().second);
            undo_.pop_back();
        }
        level_begin_.resize(level);
    }

  private:
    std::vector<T> values_;
    std::vector<std::pair<std::size_t, T>> undo_;
    std::vector<std::size_t> level_begin_;
};

}  // namespace sinew
