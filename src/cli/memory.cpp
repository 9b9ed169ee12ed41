#include "cli/memory.hpp"

#include <cstdlib>
#include <new>

#include <gmp.h>
#include <sys/resource.h>

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

void set_memory_ceiling(std::size_t bytes) {
#ifdef __SANITIZE_ADDRESS__
    static_cast<void>(bytes);  // the sanitizer's shadow, many terabytes, counts as private memory
#else
    // Thread stacks and allocator arenas count as private memory before they are used: leave room for them.
    constexpr std::size_t room = std::size_t{512} << 20;
    rlimit limit{};
    if (getrlimit(RLIMIT_DATA, &limit) != 0) return;
    const rlim_t wanted = bytes + bytes / 4 + room;
    if (limit.rlim_max != RLIM_INFINITY && wanted > limit.rlim_max) return;
    limit.rlim_cur = wanted;
    setrlimit(RLIMIT_DATA, &limit);
#endif
}

}  // namespace sinew::cli
