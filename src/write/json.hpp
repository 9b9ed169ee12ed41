// SPDX-License-Identifier: Apache-2.0
// A verdict for machines; docs/json.md says what each key means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::write {

/// One object. `files` are the names of the query's files as they were given.
nlohmann::ordered_json verdict_json(const model::Query& query, const model::Verdict& verdict,
                                    const std::vector<std::string>& files);

/// What `sinew optimize` has to tell (verify::Optimum, which this folder does not see).
struct OptimumFacts {
    std::string_view status;
    const std::optional<model::Witness>& witness;
    const std::optional<Rational>& value;
    const std::optional<Rational>& bound;
    const std::string& reason;
    double seconds = 0;
    const Statistics& statistics;
};
nlohmann::ordered_json optimum_json(const model::Query& query, const OptimumFacts& optimum,
                                    const std::vector<std::string>& files);

}  // namespace sinew::write
