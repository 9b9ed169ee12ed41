// SPDX-License-Identifier: Apache-2.0
// The plainest DPLL(T) there is, from the parts of src/: the encoding, the Boolean core, and an exact simplex built
// anew for every full assignment. Slow and simple: where a clever search disagrees with it, the search is wrong; where
// it disagrees with Z3, one of the parts is.
#pragma once

#include "oracle/compare.hpp"
#include "search/encoding.hpp"

namespace sinew::oracle {

/// Inapplicable to integer domains that are not lists of values (the encoding leaves integrality to the search).
Answer reference_search(const Sketch& sketch, search::Purpose purpose, double seconds);

}  // namespace sinew::oracle
