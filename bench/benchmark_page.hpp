// SPDX-License-Identifier: Apache-2.0
// docs/benchmarks.md and its pictures, from the result files that are kept and from published figures.
#pragma once

#include <string>

namespace sinew::bench {

/// Reads <data>/suites.csv, <data>/published.csv and <results>/*.csv (SUITE.csv is ours, SUITE.TOOL.csv another
/// tool's); writes `page` and a picture benchmark_SUITE.svg a suite into `pictures`. Throws std::runtime_error where a
/// file cannot be read or written.
void write_benchmark_page(const std::string& data, const std::string& results, const std::string& page,
                          const std::string& pictures);

}  // namespace sinew::bench
