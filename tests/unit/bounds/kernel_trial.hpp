// SPDX-License-Identifier: Apache-2.0
// How kernels are compared with plain loops: numbers, arrays at any place, all instruction sets.
#pragma once

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/instruction_set.hpp"
#include "base/random.hpp"
#include "kernel_reference.hpp"

namespace sinew::bounds {

using reference::Arithmetic;
using reference::Indices;

/// Ordinary numbers, or those that arithmetic treats differently among them: nan, infinities, -0, denormals, numbers
/// whose products overflow or underflow.
enum class Numbers { ordinary, special };

inline double number(Numbers kind, Random& random) {
    if (kind == Numbers::special && random.chance(0.2)) {
        using Limits = std::numeric_limits<double>;
        const double special[] = {Limits::quiet_NaN(),
                                  Limits::infinity(),
                                  Limits::denorm_min(),
                                  0.0,
                                  Limits::min() / 3,
                                  Limits::max(),
                                  1e-160,
                                  1e160};
        const double chosen = special[random.below(std::size(special))];
        return random.chance(0.5) ? chosen : -chosen;
    }
    return random.chance(0.1) ? 0.0 : random.uniform(-2, 2);
}

/// Numbers that begin at any multiple of eight bytes, with others before and behind that must not change.
class Array {
  public:
    Array(std::size_t size, Numbers kind, Random& random) : begin_(random.below(9)), numbers_(begin_ + size + 9) {
        for (double& each : numbers_) each = number(kind, random);
    }
    double* data() { return numbers_.data() + begin_; }
    const double* data() const { return numbers_.data() + begin_; }
    double& operator[](std::size_t i) { return data()[i]; }

    /// Every bit is the same, but for those of a nan.
    void expect_same(const Array& expected, const char* what) const {
        for (std::size_t i = 0; i < numbers_.size(); ++i) {
            if (std::isnan(numbers_[i]) && std::isnan(expected.numbers_[i])) continue;
            ASSERT_EQ(std::bit_cast<std::uint64_t>(numbers_[i]), std::bit_cast<std::uint64_t>(expected.numbers_[i]))
                << what << ", place " << i << " - " << begin_ << ": " << numbers_[i] << " for " << expected.numbers_[i];
        }
    }

  private:
    std::size_t begin_;
    std::vector<double> numbers_;
};

/// Some of 0 … size - 1, in order.
inline Indices some_of(std::size_t size, Random& random) {
    Indices chosen;
    const double share = random.uniform(0, 1.2);
    for (std::uint32_t i = 0; i < size; ++i)
        if (random.chance(share)) chosen.push_back(i);
    return chosen;
}

/// Calls body(set, arithmetic, numbers, random) often, for every usable instruction set.
template <class Body>
void for_all(Body body) {
    for (const InstructionSet set : usable_instruction_sets()) {
        SCOPED_TRACE(to_string(set));
        for (const Numbers kind : {Numbers::ordinary, Numbers::special}) {
            Random random(kind == Numbers::ordinary ? 1 : 2);
            for (int trial = 0; trial < 150; ++trial) {
                SCOPED_TRACE(trial);
                body(set, Arithmetic{set != InstructionSet::baseline}, kind, random);
                if (testing::Test::HasFatalFailure()) return;
            }
        }
    }
}

}  // namespace sinew::bounds
