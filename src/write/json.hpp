// A verdict for machines; docs/json.md says what each key means.
#pragma once

#include <string>
#include <vector>

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::write {

/// One JSON object with a newline at its end. `files` are the names of the query's files as they were given.
std::string verdict_json(const model::Query& query, const model::Verdict& verdict,
                         const std::vector<std::string>& files);

}  // namespace sinew::write
