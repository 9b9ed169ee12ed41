// SPDX-License-Identifier: Apache-2.0
// A network of one input walked piece by piece from the left end of a stretch to its right end, over rationals: where
// the point stands each neuron has a value and a slope to the right, and the piece ends where the next neuron comes to
// a breakpoint. On a piece all conditions are linear in the input. For short stretches that bounds leave open: where
// weights are so steep that doubles cannot tell the pieces apart, or conditions are met exactly.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "search/disjuncts.hpp"
#include "search/witness.hpp"

namespace sinew::search {

class ExactSweep {
  public:
    /// One real input, all activations continuous and piecewise linear.
    static bool fits(const model::Network& network);
    /// Both ends belong to the stretch. `query` must outlive it.
    ExactSweep(const model::Query& query, Rational from, Rational to, std::vector<Disjunct> disjuncts)
        : query_(query), at_(std::move(from)), to_(std::move(to)), disjuncts_(std::move(disjuncts)) {}

    enum class Result : std::uint8_t { paused, refuted, found, open };
    /// `open`: a point satisfies a disjunct, but does not confirm (what disjuncts leave out does not hold there), or
    /// there are more pieces than `most_pieces`.
    Result advance(const Limits& limits);
    /// After `found`.
    Confirmation take() { return std::move(*found_); }
    std::uint64_t pieces() const { return pieces_; }

    static constexpr std::uint64_t most_pieces = 4096;

  private:
    /// A point of [0, length] beyond where the walk stands at which all rows hold; absent if there is none.
    std::optional<Rational> solution(const Disjunct& disjunct, const Rational& length) const;

    const model::Query& query_;
    Rational at_, to_;
    std::vector<Disjunct> disjuncts_;
    std::vector<Rational> value_, slope_;  ///< by variable, at at_ and to its right
    std::optional<Confirmation> found_;
    std::uint64_t pieces_ = 0;
};

}  // namespace sinew::search
