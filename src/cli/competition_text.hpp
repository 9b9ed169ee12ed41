// Answers in the form of the SAT and pseudo-Boolean competitions, and the same as JSON: what both kinds of formulas
// share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/statistics.hpp"

namespace sinew::cli {

/// `v` lines of at most 78 characters: literals such as "x1" and "-x2", by `prefix`, and `end` behind the last one.
/// Variable v is called names[v - 1]; without names it is v.
std::string value_lines(const std::vector<bool>& values, const std::vector<std::int32_t>& names,
                        std::string_view prefix, std::string_view end);

/// What the search counted, as comments, and what stopped it.
std::string comment_lines(const Statistics* statistics, const std::string& reason);

/// What the JSON of both kinds has, in this order but for `extra` before the model.
struct FormulaAnswer {
    std::string_view status;
    const std::vector<std::string>& files;
    const std::string& reason;
    double seconds = 0;
    std::vector<std::pair<std::string_view, std::int64_t>> extra;
    const std::vector<bool>* model = nullptr;
    const std::vector<std::int32_t>& names;
    const Statistics& statistics;
};
std::string json_text(const FormulaAnswer& answer);

}  // namespace sinew::cli
