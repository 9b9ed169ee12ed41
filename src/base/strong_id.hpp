// SPDX-License-Identifier: Apache-2.0
// Indices that the compiler keeps apart: a layer is not a variable, though both are small integers.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

namespace sinew {

/// An index of kind `Tag`. Default-constructed it is invalid. Costs what a uint32_t costs.
template <class Tag>
class StrongId {
  public:
    constexpr StrongId() = default;
    constexpr explicit StrongId(std::size_t index) : index_(static_cast<std::uint32_t>(index)) {}

    constexpr std::size_t index() const { return index_; }
    constexpr bool valid() const { return index_ != invalid; }
    friend constexpr auto operator<=>(StrongId, StrongId) = default;

  private:
    static constexpr std::uint32_t invalid = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t index_ = invalid;
};

}  // namespace sinew

template <class Tag>
struct std::hash<sinew::StrongId<Tag>> {
    std::size_t operator()(sinew::StrongId<Tag> id) const noexcept { return id.index() * 0x9e3779b97f4a7c15ULL; }
};
