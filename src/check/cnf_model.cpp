// SPDX-License-Identifier: Apache-2.0
#include "check/cnf_model.hpp"

namespace sinew::check {

std::optional<std::size_t> first_unsatisfied(const model::Cnf& cnf, const std::vector<bool>& values) {
    for (std::size_t c = 0; c < cnf.clause_count(); ++c) {
        bool satisfied = false;
        for (std::size_t i = cnf.begin[c]; i < cnf.begin[c + 1]; ++i) {
            const std::int32_t literal = cnf.literals[i];
            const std::size_t variable = static_cast<std::size_t>(literal < 0 ? -literal : literal) - 1;
            const bool value = variable < values.size() && values[variable];
            satisfied |= value == (literal > 0);
        }
        if (!satisfied) return c;
    }
    return std::nullopt;
}

}  // namespace sinew::check
