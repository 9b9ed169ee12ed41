// SPDX-License-Identifier: Apache-2.0
// The knobs of the pseudo-Boolean engine, with their ranges.
#pragma once

#include <cstdint>
#include <span>

#include "base/options.hpp"

namespace sinew::cardinality {

class RowProof;

struct Options {
    std::uint64_t seed = 0;
    std::int64_t conflict_limit = -1;      ///< of one solve(); -1 for none
    std::int64_t learning = 2;             ///< 0 clauses, 1 rows by cutting planes, 2 whichever measures better
    std::int64_t restart = 2;              ///< 0 Luby, 1 glucose, 2 both in turn
    double decay = 0.95;                   ///< of variables' activities
    std::int64_t rephase_interval = 1000;  ///< conflicts to the first change of all phases, 0 for never
    bool strengthen = true;                ///< rows are added up with budget rows that share their variables
    bool residues = true;                  ///< equalities are solved modulo small primes before the search
    bool gates = true;                     ///< trials decide first on what the costs act through
    RowProof* proof = nullptr;             ///< where every step is written; nullptr for nowhere. One thread then
    std::int64_t bound_share = 70;         ///< per cent of the effort of an optimisation that goes into lower bounds
};

const OptionTable<Options>& option_table();

}  // namespace sinew::cardinality
