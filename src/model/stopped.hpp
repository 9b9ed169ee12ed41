// SPDX-License-Identifier: Apache-2.0
// From a limit that was reached to what is said of it.
#pragma once

#include "base/limits.hpp"
#include "model/verdict.hpp"

namespace sinew::model {

/// Of a search that has no answer: `none` is one that gave up by itself.
inline Status status_of(StopReason reason) {
    return reason == StopReason::timeout ? Status::timeout : Status::unknown;
}

/// The verdict of a search that a limit ended.
inline Verdict stopped(StopReason reason) {
    Verdict verdict;
    verdict.status = status_of(reason);
    verdict.reason = to_string(reason);
    return verdict;
}

}  // namespace sinew::model
