// SPDX-License-Identifier: Apache-2.0
// The answer to a query.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/statistics.hpp"
#include "exact/rational.hpp"

namespace sinew::model {

enum class Status { sat, unsat, unknown, timeout };

inline std::string_view to_string(Status status) {
    switch (status) {
        case Status::sat:
            return "sat";
        case Status::unsat:
            return "unsat";
        case Status::unknown:
            return "unknown";
        case Status::timeout:
            return "timeout";
    }
    return "?";
}

/// An exact solution: values of all variables of the network (inputs and everything that follows from them) and of the
/// free Booleans. It has been checked by exact evaluation before anyone sees it.
struct Witness {
    std::vector<Rational> values;
    std::vector<bool> booleans;
    /// Networks with tanh or sigmoid neurons: the value of variable v is within radii[v] of values[v] (certified), and
    /// equal to it where that is 0, as for all inputs. Empty for other networks: all values are exact.
    std::vector<double> radii{};
};

struct Verdict {
    Status status = Status::unknown;
    std::optional<Witness> witness;  ///< with sat
    std::string reason;              ///< with unknown and timeout: why there is no answer
    std::string_view decided_by;     ///< the engine that found the answer; empty without one
    double seconds = 0;
    Statistics statistics;
};

}  // namespace sinew::model
