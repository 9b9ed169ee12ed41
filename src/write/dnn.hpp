// SPDX-License-Identifier: Apache-2.0
// A query as text of the `dnn` / `conditions` format.
#pragma once

#include <string>

#include "model/query.hpp"

namespace sinew::write {

/// `query` in a text that read::parse_dnn reads back to the same question. Names of that format are kept if all are of
/// it; else inputs become x…, neurons a…/n… by layer, outputs y…. Max-pooling is told with ReLU neurons (max(a, b) = a
/// + relu(b - a)), free Booleans as inputs in {0, 1}; layers without an activation are purelin neurons. Shared parts of
/// conditions are written out: UsageError if that makes more than ten million parts.
std::string dnn_text(const model::Query& query);

}  // namespace sinew::write
