// SPDX-License-Identifier: Apache-2.0
// The one literal of all that engines tell each other: a bound of something that a query speaks of.
#pragma once

#include <cstdint>

#include "base/strong_id.hpp"
#include "model/network.hpp"

namespace sinew::engine {

/// A free Boolean of a query, by its place in Query::boolean_names.
using FreeBoolean = StrongId<struct FreeBooleanTag>;

/// What a literal bounds: a variable of the query's network (a real or integer input, what a neuron takes, what it
/// gives), or a free Boolean, which is 0 or 1.
class Subject {
  public:
    explicit constexpr Subject(Variable variable) : code_(static_cast<std::uint32_t>(2 * variable.index())) {}
    explicit constexpr Subject(FreeBoolean boolean) : code_(static_cast<std::uint32_t>(2 * boolean.index() + 1)) {}

    /// Dense, for tables.
    constexpr std::size_t index() const { return code_; }
    static constexpr Subject from_index(std::size_t index) {
        return index % 2 == 0 ? Subject(Variable(index / 2)) : Subject(FreeBoolean(index / 2));
    }
    constexpr bool is_boolean() const { return (code_ & 1U) != 0; }
    constexpr Variable variable() const { return Variable(code_ >> 1); }
    constexpr FreeBoolean boolean() const { return FreeBoolean(code_ >> 1); }
    friend constexpr auto operator<=>(Subject, Subject) = default;

  private:
    std::uint32_t code_;
};

enum class Side : std::uint8_t { at_least, at_most };

/// subject >= value or subject <= value. A phase of a ReLU is a bound 0 of what it takes. Values are doubles, which are
/// exact numbers: who knows a bound that is none (1/3) says the next one that is true. The two sides of a split share
/// their value, so that together they cover everything.
struct Literal {
    Subject subject;
    Side side = Side::at_least;
    double value = 0;
    friend constexpr bool operator==(const Literal&, const Literal&) = default;
};

constexpr Literal at_least(Subject subject, double value) {
    return {subject, Side::at_least, value};
}
constexpr Literal at_most(Subject subject, double value) {
    return {subject, Side::at_most, value};
}
/// The other side of the split at its value (the value is on both).
constexpr Literal opposite(Literal literal) {
    return {literal.subject, literal.side == Side::at_least ? Side::at_most : Side::at_least, literal.value};
}

}  // namespace sinew::engine
