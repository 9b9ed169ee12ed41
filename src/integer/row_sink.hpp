// SPDX-License-Identifier: Apache-2.0
// Linear inequalities that propagators say of themselves, for reasoning over many constraints at once.
#pragma once

#include <optional>
#include <span>

#include "exact/rational.hpp"
#include "integer/domains.hpp"

namespace sinew::integer {

/// coefficient·view, of any size and sign.
struct SinkTerm {
    View view;
    Integer coefficient;
};

/// Hears of Σ terms <= right, which holds wherever the bounds in `because` do (all of them do now).
class RowSink {
  public:
    virtual ~RowSink() = default;
    virtual void at_most(std::span<const SinkTerm> terms, const Integer& right, std::span<const Bound> because) = 0;
    /// Both ways.
    void equal(std::span<const SinkTerm> terms, const Integer& right, std::span<const Bound> because);

    /// A lower bound that is in force and worth to build rows from: absent where it is far out, where everything that
    /// needs it says little. Reasons may name no other bounds than these.
    virtual std::optional<Value> lower(View view) const = 0;
    std::optional<Value> upper(View view) const {
        const std::optional<Value> negated = lower(-view);
        return negated ? std::optional<Value>(-*negated) : std::nullopt;
    }

    /// What `product` = left·right says linearly between the bounds of its factors (McCormick 1976): the four corners'
    /// planes. The product is a sum of its own.
    void product(View left, View right, std::span<const SinkTerm> product);
};

}  // namespace sinew::integer
