// SPDX-License-Identifier: Apache-2.0
// A small reproducible generator: the same seed gives the same run on every machine and library version
// (the standard's distributions do not promise that).
#pragma once

#include <cstdint>

namespace sinew {

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
class Random {
    __extension__ using Wide = unsigned __int128;

  public:
    explicit Random(std::uint64_t seed = 0) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    /// Uniform in [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    double uniform(double lower, double upper) { return lower + (upper - lower) * uniform(); }
    /// Uniform in {0, …, bound - 1}; bound > 0.
    std::uint64_t below(std::uint64_t bound) {
        return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
    }
    /// Uniform in {lower, …, upper}.
    std::int64_t integer(std::int64_t lower, std::int64_t upper) {
        return lower + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(upper - lower) + 1));
    }
    bool chance(double probability) { return uniform() < probability; }

  private:
    std::uint64_t state_;
};

}  // namespace sinew
