// SPDX-License-Identifier: Apache-2.0
// What the options of certification, explanations and training have in common.
#pragma once

#include "search.hpp"

namespace sinew::python {

template <class Options>
void set_limits(const Limits& limits, Options& options) {
    options.seconds = limits.timeout;
    options.bytes = limits.memory;
    options.threads = limits.threads;
    options.seed = limits.seed;
    options.settings = limits.settings;
}

}  // namespace sinew::python
