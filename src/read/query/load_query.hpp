// From file names to a query: the ending says the format.
#pragma once

#include <string>
#include <vector>

#include "model/query.hpp"

namespace sinew::read {

/// One file: .dnn, or .smt2 with one check-sat. Two, in any order: a network .onnx and a property .vnnlib. Any of them
/// may be compressed (.gz). Throws UsageError for other endings and numbers of files, InputError for what the readers
/// refuse.
model::Query load_query(const std::vector<std::string>& files);

/// The ending that says the format, in lower case and without ".gz": "dnn", "onnx", …; "" without one.
std::string format_of(const std::string& file);

}  // namespace sinew::read
