// SPDX-License-Identifier: Apache-2.0
// A reduced network evaluated on machine words: from the states of its first layer to whether another class wins, in
// well under a microsecond, so that millions of states can be tried.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "threshold/reduced_network.hpp"

namespace sinew::threshold {

/// The gates that read nothing but digits are the first layer; the others follow from their bits, and from the bits of
/// digits of two values. Weights of the same size share a mask, so that a sum is a few population counts.
class GateEvaluation {
  public:
    explicit GateEvaluation(const ReducedNetwork& network);

    /// Bit j of the states given to wins() belongs to gate first_layer()[j]; after these come the bits of digits.
    const std::vector<std::uint32_t>& first_layer() const { return first_layer_; }
    /// Digits that others than the first layer read.
    const std::vector<std::uint32_t>& digit_bits() const { return digit_bits_; }
    /// Whether some target wins.
    bool wins(std::span<const std::uint64_t> states);

    /// weight · (ones of bits & plus - ones of bits & minus), of one word.
    struct Part {
        std::uint32_t word = 0;
        std::int64_t weight = 1;
        std::uint64_t plus = 0;
        std::uint64_t minus = 0;
    };

  private:
    struct Sum {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
        std::int64_t bound = 0;
    };

    void find_first_layer(const ReducedNetwork& network);
    void add_gate(const ReducedNetwork& network, const Gate& gate);
    using Total = std::int64_t (*)(const Part* begin, const Part* end, const std::uint64_t* words);
    /// The fastest way of summing that this processor has.
    static Total choose_total();

    std::vector<std::uint32_t> first_layer_, digit_bits_;
    std::vector<std::uint32_t> later_;  ///< the other gates
    std::vector<std::uint32_t> place_;  ///< of a variable's bit
    std::vector<Sum> sums_;             ///< of the other gates, in order
    std::vector<Part> parts_;
    std::vector<Signal> targets_;  ///< their variables are bits here
    std::vector<std::uint64_t> bits_;
    Total total_ = choose_total();
};

}  // namespace sinew::threshold
