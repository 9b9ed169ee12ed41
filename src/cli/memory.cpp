#include "cli/memory.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include <gmp.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "base/number_text.hpp"

namespace sinew::cli {

namespace {
void* allocate(std::size_t size) {
    void* memory = std::malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

void* reallocate(void* old, std::size_t, std::size_t size) {
    void* memory = std::realloc(old, size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

void release(void* memory, std::size_t) {
    std::free(memory);
}
}  // namespace

void exact_numbers_throw_when_memory_ends() {
    mp_set_memory_functions(allocate, reallocate, release);
}

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

/// The number in a file of the system that holds one; absent for "max" and where there is none.
std::optional<std::uint64_t> number_in(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "r"), std::fclose);
    std::array<char, 32> text{};
    if (!file || std::fgets(text.data(), text.size(), file.get()) == nullptr) return std::nullopt;
    const std::string_view line(text.data());
    return parse_count(line.substr(0, line.find('\n')));
}

/// The least limit of the control groups from `group` up to the root. In a container the group's own path may not be
/// there, but the root is its own then.
std::size_t least_limit(const std::string& root, std::string group, const char* file) {
    std::size_t least = std::numeric_limits<std::size_t>::max();
    while (true) {
        if (const auto limit = number_in(root + group + "/" + file)) least = std::min<std::size_t>(least, *limit);
        const std::size_t slash = group.rfind('/');
        if (slash == std::string::npos || group.empty()) return least;
        group.resize(slash);
    }
}

/// What this process's control groups allow, of the one hierarchy (version 2) or of the older one for memory.
std::size_t control_group_memory() {
    std::size_t least = std::numeric_limits<std::size_t>::max();
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> groups(std::fopen("/proc/self/cgroup", "r"), std::fclose);
    if (!groups) return least;
    std::array<char, 4096> text{};
    while (std::fgets(text.data(), text.size(), groups.get()) != nullptr) {
        // 0::/user.slice/…, or 9:memory:/docker/…
        std::string_view line(text.data());
        line = line.substr(0, line.find('\n'));
        const std::size_t first = line.find(':');
        const std::size_t second = first == line.npos ? first : line.find(':', first + 1);
        if (second == line.npos) continue;
        const std::string_view controllers = line.substr(first + 1, second - first - 1);
        const std::string group(line.substr(second + 1));
        if (controllers.empty())
            least = std::min(least, least_limit("/sys/fs/cgroup", group, "memory.max"));
        else if (controllers.find("memory") != controllers.npos)
            least = std::min(least, least_limit("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
    }
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

}  // namespace sinew::cli
