// SPDX-License-Identifier: Apache-2.0
#include "base/work_times.hpp"

#include <ctime>
#include <string>

namespace sinew {

namespace {
constinit thread_local WorkPlace own_place{};
constinit thread_local std::uint64_t counted_until = 0;

std::uint64_t thread_nanoseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

void go_to(WorkPlace next) {
    if (own_place.times != nullptr || next.times != nullptr) {
        const std::uint64_t now = thread_nanoseconds();
        if (own_place.times != nullptr) own_place.times->add(own_place.work, now - counted_until);
        counted_until = now;
    }
    own_place = next;
}
}  // namespace

std::string_view to_string(Work work) {
    constexpr std::string_view names[kinds_of_work] = {"other", "attack", "roots", "tree", "exact"};
    return names[static_cast<std::size_t>(work)];
}

void WorkTimes::report(Statistics& statistics) const {
    for (std::size_t work = 0; work < kinds_of_work; ++work)
        statistics.add(std::string(to_string(static_cast<Work>(work))) + "_seconds",
                       1e-9 * static_cast<double>(nanoseconds_[work].load(std::memory_order_relaxed)));
}

WorkPlace current_work() {
    return own_place;
}

WorkScope::WorkScope(WorkPlace next) : before_(own_place) {
    go_to(next);
}

WorkScope::~WorkScope() {
    go_to(before_);
}

}  // namespace sinew
