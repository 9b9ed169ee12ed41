// SPDX-License-Identifier: Apache-2.0
#include "exact/allocation.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

#include <gmp.h>

namespace sinew {

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

}  // namespace sinew
