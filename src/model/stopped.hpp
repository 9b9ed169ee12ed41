// The verdict of a search that a limit ended.
#pragma once

#include "base/limits.hpp"
#include "model/verdict.hpp"

namespace sinew::model {

inline Verdict stopped(StopReason reason) {
    Verdict verdict;
    verdict.status = reason == StopReason::timeout ? Status::timeout : Status::unknown;
    verdict.reason = to_string(reason);
    return verdict;
}

}  // namespace sinew::model
