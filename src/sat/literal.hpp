// SPDX-License-Identifier: Apache-2.0
// Boolean variables, literals and truth values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/strong_id.hpp"

namespace sinew::sat {

using BoolVar = StrongId<struct BoolVarTag>;

/// A variable or its negation; index() = 2·variable + (1 if negated), dense for tables.
class Literal {
  public:
    constexpr Literal() = default;
    constexpr explicit Literal(BoolVar variable, bool negated = false)
        : code_(static_cast<std::uint32_t>(2 * variable.index() + (negated ? 1 : 0))) {}

    static constexpr Literal from_index(std::size_t index) {
        Literal literal;
        literal.code_ = static_cast<std::uint32_t>(index);
        return literal;
    }
    constexpr std::size_t index() const { return code_; }
    constexpr BoolVar variable() const { return BoolVar(code_ >> 1); }
    constexpr bool negated() const { return (code_ & 1) != 0; }
    constexpr bool valid() const { return code_ != 0xffffffffU; }
    constexpr Literal operator~() const { return from_index(code_ ^ 1U); }
    friend constexpr auto operator<=>(Literal, Literal) = default;

  private:
    std::uint32_t code_ = 0xffffffffU;
};

enum class Truth : std::uint8_t { false_value, true_value, undefined };

}  // namespace sinew::sat

template <>
struct std::hash<sinew::sat::Literal> {
    std::size_t operator()(sinew::sat::Literal literal) const noexcept {
        return literal.index() * 0x9e3779b97f4a7c15ULL;
    }
};
