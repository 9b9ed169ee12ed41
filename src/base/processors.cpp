// SPDX-License-Identifier: Apache-2.0
#include "base/processors.hpp"

#include <algorithm>
#include <limits>
#include <thread>

#include <sched.h>

#include "base/control_groups.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"

namespace sinew {

namespace {
constexpr int most_processors = 1 << 16;

/// Those that the system's scheduler may run this thread on; 0 where it does not say.
int processors_of_affinity() {
    for (int room = 1024; room <= most_processors; room *= 2) {
        cpu_set_t* const set = CPU_ALLOC(static_cast<std::size_t>(room));
        if (set == nullptr) return 0;
        const std::size_t size = CPU_ALLOC_SIZE(static_cast<std::size_t>(room));
        const bool is_told = sched_getaffinity(0, size, set) == 0;
        const int count = is_told ? CPU_COUNT_S(size, set) : 0;
        CPU_FREE(set);
        if (is_told) return count;
    }
    return 0;
}

/// Microseconds of processor time in each period, rounded up to whole processors.
std::optional<int> processors_of(std::string_view quota, std::string_view period) {
    const std::optional<std::uint64_t> microseconds = parse_count(quota);  // "max" and "-1" are no limits
    const std::optional<std::uint64_t> each = parse_count(period);
    if (!microseconds || !each || *microseconds == 0 || *each == 0) return std::nullopt;
    const std::uint64_t whole = *microseconds / *each + (*microseconds % *each == 0 ? 0 : 1);
    return static_cast<int>(std::min<std::uint64_t>(whole, most_processors));
}
}  // namespace

std::optional<int> processors_of_quota(const std::vector<std::string>& folders) {
    std::optional<int> least;
    for (const std::string& folder : folders) {
        const std::string line = system_line(folder + "/cpu.max");  // "150000 100000"
        const std::size_t blank = std::min(line.find(' '), line.size());
        std::optional<int> here = processors_of(line.substr(0, blank), line.substr(std::min(blank + 1, line.size())));
        if (!here)
            here = processors_of(system_line(folder + "/cpu.cfs_quota_us"), system_line(folder + "/cpu.cfs_period_us"));
        if (here) least = std::min(*here, least.value_or(*here));
    }
    return least;
}

int usable_processors() {
    int count = processors_of_affinity();
    if (count == 0) count = static_cast<int>(std::thread::hardware_concurrency());
    const std::optional<int> quota = processors_of_quota(control_group_folders("cpu"));
    if (quota) count = std::min(count, *quota);
    return std::max(count, 1);
}

int thread_count(int asked) {
    if (asked < 0) throw UsageError("a search has no fewer than 0 threads (0: all usable processors)");
    return asked == 0 ? usable_processors() : asked;
}

}  // namespace sinew
