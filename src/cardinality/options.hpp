// The knobs of the pseudo-Boolean engine, with their ranges.
#pragma once

#include <cstdint>
#include <span>

#include "base/options.hpp"

namespace sinew::cardinality {

struct Options {
    std::int64_t seed = 0;
    std::int64_t conflict_limit = -1;  ///< of one solve(); -1 for none
};

std::span<const OptionRow<Options>> option_table();

}  // namespace sinew::cardinality
