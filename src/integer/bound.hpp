// SPDX-License-Identifier: Apache-2.0
// Bounds of integer variables, which are the literals of this engine (order literals, made whenever somebody writes
// one: lazy clause generation after Ohrimenko, Stuckey and Codish, Constraints 2009, without a Boolean variable behind
// them).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/strong_id.hpp"

namespace sinew::integer {

/// A value of a variable. No variable has a bound beyond ±largest_value, so that the negation of a bound and a step
/// past it never wrap; sums and products are taken in 128 bits or by GMP.
using Value = std::int64_t;
inline constexpr Value largest_value = (Value{1} << 62) - 1;

/// An integer variable. Booleans are variables in [0, 1].
using IntVar = StrongId<struct IntVarTag>;

/// A variable or its negative, so that everything is said by lower bounds alone: x <= k is -x >= -k.
/// index() = 2·variable + (1 if negative), dense for tables.
class View {
  public:
    constexpr View() = default;
    constexpr explicit View(IntVar variable, bool negative = false)
        : code_(static_cast<std::uint32_t>(2 * variable.index() + (negative ? 1 : 0))) {}

    static constexpr View from_index(std::size_t index) {
        View view;
        view.code_ = static_cast<std::uint32_t>(index);
        return view;
    }
    constexpr std::size_t index() const { return code_; }
    constexpr IntVar variable() const { return IntVar(code_ >> 1); }
    constexpr bool negative() const { return (code_ & 1U) != 0; }
    constexpr bool valid() const { return code_ != 0xffffffffU; }
    constexpr View operator-() const { return from_index(code_ ^ 1U); }
    friend constexpr auto operator<=>(View, View) = default;

  private:
    std::uint32_t code_ = 0xffffffffU;
};

/// The literal view >= value.
struct Bound {
    View view;
    Value value = 0;
    friend constexpr bool operator==(const Bound&, const Bound&) = default;
};

/// The negation: not (v >= k) is -v >= 1 - k.
constexpr Bound operator~(Bound bound) {
    return {-bound.view, 1 - bound.value};
}

constexpr Bound at_least(IntVar variable, Value value) {
    return {View(variable), value};
}
constexpr Bound at_most(IntVar variable, Value value) {
    return {View(variable, true), -value};
}
/// The literals of a Boolean.
constexpr Bound is_true(IntVar boolean) {
    return at_least(boolean, 1);
}
constexpr Bound is_false(IntVar boolean) {
    return at_most(boolean, 0);
}

}  // namespace sinew::integer
