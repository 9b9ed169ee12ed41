// SPDX-License-Identifier: Apache-2.0
#include "base/memory_ceiling.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "base/control_groups.hpp"
#include "base/limits.hpp"
#include "base/number_text.hpp"

namespace sinew {

namespace {
#ifdef __SANITIZE_ADDRESS__
constexpr bool shadowed = true;  // the sanitizer's shadow, many terabytes, counts as private memory
#else
constexpr bool shadowed = false;
#endif

/// Private memory that this process has mapped writable: what RLIMIT_DATA counts. 0 where the system does not say.
std::size_t data_memory() {
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr) return 0;
    unsigned long data = 0;
    const int read = std::fscanf(file, "%*u %*u %*u %*u %*u %lu", &data);
    std::fclose(file);
    return read == 1 ? data * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

/// What this process's control groups allow: the least of them.
std::size_t control_group_memory() {
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const std::string& folder : control_group_folders("memory"))
        for (const char* file : {"memory.max", "memory.limit_in_bytes"})
            if (const auto limit = parse_count(system_line(folder + "/" + file)))  // "max" is none
                least = std::min<std::size_t>(least, *limit);
    return least;
}
}  // namespace

std::size_t default_memory() {
    const auto pages = static_cast<std::size_t>(std::max(sysconf(_SC_PHYS_PAGES), 1L));
    const std::size_t machine = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return std::min(machine, control_group_memory()) / 4 * 3;
}

void set_memory_ceiling(std::size_t bytes, std::size_t threads) {
    if (shadowed) return;
    // Every further thread, the watch over limits too, maps a stack of 8 MiB before it uses it.
    constexpr std::size_t room = std::size_t{2} << 20;
    constexpr std::size_t room_of_thread = std::size_t{9} << 20;
    rlimit limit{};
    if (getrlimit(RLIMIT_DATA, &limit) != 0) return;
    const std::size_t used = resident_memory();
    const rlim_t left = bytes > used ? bytes - used : 0;
    const rlim_t wanted = data_memory() + left + bytes / 8 + room + threads * room_of_thread;
    if (limit.rlim_max != RLIM_INFINITY && wanted > limit.rlim_max) return;
    limit.rlim_cur = wanted;
    setrlimit(RLIMIT_DATA, &limit);
}

}  // namespace sinew
