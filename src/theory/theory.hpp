// SPDX-License-Identifier: Apache-2.0
// A theory beside the Boolean core: what the core's hook asks for, and a report of what it did.
#pragma once

#include "base/statistics.hpp"
#include "sat/theory_hook.hpp"

namespace sinew::theory {

class Theory : public sat::TheoryHook {
  public:
    virtual Statistics statistics() const = 0;
};

}  // namespace sinew::theory
