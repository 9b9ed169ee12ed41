// SPDX-License-Identifier: Apache-2.0
// Everyone who is asked beside Z3's library.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "oracle/compare.hpp"

namespace sinew::oracle {

/// The plainest search, made of the same parts (reference_search.hpp).
std::vector<Asker> reference_askers(double seconds);

/// verify::verify under every strategy, with `seed` and another one.
std::vector<Asker> verify_askers(std::uint64_t seed, double seconds);

/// The engines below verify, asked directly; what does not apply, or is left open by an incomplete one, is
/// inapplicable.
std::vector<Asker> engine_askers(std::uint64_t seed, double seconds);

/// Each text format: written, read back, verified. Where nothing can be written the answer is inapplicable.
std::vector<Asker> format_askers(std::uint64_t seed, double seconds);

/// The exported SMT-LIB, given to the programs z3 and cvc5.
std::vector<Asker> program_askers(double seconds);

/// Those of a list such as "verify,engines,formats,programs,reference". Every answer may take `seconds`. UsageError for
/// a name that is none.
std::vector<Asker> askers_named(std::string_view list, std::uint64_t seed, double seconds);

}  // namespace sinew::oracle
