// Everyone who is asked beside Z3's library.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "oracle/compare.hpp"

namespace sinew::oracle {

/// The plainest search, made of the same parts (reference_search.hpp).
std::vector<Asker> reference_askers(double seconds);

/// Those of a list such as "verify,formats,programs,reference". Every answer may take `seconds`. UsageError for a name
/// that is none.
std::vector<Asker> askers_named(std::string_view list, std::uint64_t seed, double seconds);

}  // namespace sinew::oracle
