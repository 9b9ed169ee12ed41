// SPDX-License-Identifier: Apache-2.0
// Which bounds changed since someone last looked: a set with the order of first insertion.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sinew::linear {

/// Slots as numbered by LinearSystem::slot. All operations O(1) a slot.
class SlotSet {
  public:
    void insert(std::size_t slot) {
        if (slot >= inside_.size()) inside_.resize(slot + 1);
        if (inside_[slot]) return;
        inside_[slot] = true;
        slots_.push_back(slot);
    }
    std::span<const std::size_t> slots() const { return slots_; }
    bool empty() const { return slots_.empty(); }
    void clear() {
        for (const std::size_t slot : slots_) inside_[slot] = false;
        slots_.clear();
    }

  private:
    std::vector<std::size_t> slots_;
    std::vector<bool> inside_;
};

}  // namespace sinew::linear
