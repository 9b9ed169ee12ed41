// SPDX-License-Identifier: Apache-2.0
// Answers in the form of the SAT and pseudo-Boolean competitions, and the same as JSON: what both kinds of formulas
// share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/watchdog.hpp"
#include "model/stopped.hpp"
#include "verify/solve_cnf.hpp"

namespace sinew::cli {

/// `v` lines of at most 78 characters: literals such as "x1" and "-x2", by `prefix`, and `end` behind the last one.
/// Variable v is called names[v - 1]; without names it is v.
std::string value_lines(const std::vector<bool>& values, const std::vector<std::int32_t>& names,
                        std::string_view prefix, std::string_view end);

/// What the search counted, as comments, and what stopped it.
std::string comment_lines(const Statistics* statistics, const std::string& reason);

/// The JSON of both kinds; `extra` stands before the model.
nlohmann::ordered_json formula_json(std::string_view status, const verify::FormulaAnswer& answer,
                                    const std::vector<std::string>& files,
                                    const std::vector<std::pair<std::string_view, std::int64_t>>& extra = {});

/// The answer of a search that ended in the midst.
template <class FormulaAnswer>
FormulaAnswer stopped_answer(Stopped why) {
    FormulaAnswer answer;
    answer.status = model::status_of(why.reason);
    answer.reason = std::move(why.text);
    return answer;
}

}  // namespace sinew::cli
