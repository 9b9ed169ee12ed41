// SPDX-License-Identifier: Apache-2.0
// The best weights so far, and what is proven of the first objective: every method offers what it finds here, and
// nothing is taken that demands.hpp does not confirm.
#pragma once

#include <cstdint>
#include <vector>

#include "train/demands.hpp"
#include "train/exact.hpp"

namespace sinew::train {

class Incumbent {
  public:
    Incumbent(const Problem& problem, ExactListener* listener);

    /// Takes the weights if they satisfy all demands and are better than the best; whether it did.
    bool offer(const Weights& weights);
    /// No weights that satisfy the demands have a better first objective than `bound`; worse bounds are ignored.
    void raise_bound(std::int64_t bound);

    /// The same for what another one has confirmed; the listener is not told.
    void adopt(const Weights& weights, const std::vector<std::int64_t>& values);
    void adopt(std::int64_t bound);

    bool has_weights() const { return !values_.empty(); }
    const Weights& weights() const { return weights_; }
    const std::vector<std::int64_t>& values() const { return values_; }
    std::int64_t bound() const { return bound_; }
    /// The first objective's best value is proven best.
    bool first_proven() const { return has_weights() && values_.front() == bound_; }
    /// How many offers were taken.
    std::uint64_t improvements() const { return improvements_; }

  private:
    bool is_news(std::int64_t bound) const;

    const Problem& problem_;
    ExactListener* listener_;
    Weights weights_;
    std::vector<std::int64_t> values_;
    std::int64_t bound_ = 0;
    std::uint64_t improvements_ = 0;
};

}  // namespace sinew::train
