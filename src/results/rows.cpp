// SPDX-License-Identifier: Apache-2.0
#include "results/rows.hpp"

namespace sinew::results {

Standing standing_of(const std::string& status) {
    for (const char* holds : {"unsat", "certified", "optimum", "optimal", "unbounded", "infeasible"})
        if (status == holds) return Standing::holds;
    for (const char* fails : {"sat", "falsified", "wrong"})
        if (status == fails) return Standing::fails;
    return status == "error" ? Standing::error : Standing::open;
}

}  // namespace sinew::results
