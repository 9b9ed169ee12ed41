// SPDX-License-Identifier: Apache-2.0
#include "results/rows.hpp"

#include <limits>

#include <nlohmann/json.hpp>

namespace sinew::results {

double seconds_each(const Run& run) {
    const auto limits = nlohmann::json::parse(run.limits, nullptr, false);
    const bool is_limited = limits.is_object() && limits.contains("timeout") && limits["timeout"].is_number();
    return is_limited ? limits["timeout"].get<double>() : std::numeric_limits<double>::infinity();
}

Standing standing_of(const std::string& status) {
    for (const char* holds : {"unsat", "certified", "optimum", "optimal", "unbounded", "infeasible"})
        if (status == holds) return Standing::holds;
    for (const char* fails : {"sat", "falsified", "wrong"})
        if (status == fails) return Standing::fails;
    return status == "error" ? Standing::error : Standing::open;
}

}  // namespace sinew::results
