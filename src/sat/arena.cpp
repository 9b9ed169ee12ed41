// SPDX-License-Identifier: Apache-2.0
#include "sat/arena.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>

namespace sinew::sat {

void ClauseArena::reserve_words(std::size_t words) {
    if (words <= capacity_) return;
    if (words > max_words) throw std::length_error("more than 8 GB of clauses");
    const std::size_t capacity = std::min(max_words, std::max(words, capacity_ + capacity_ / 2 + 1024));
    // realloc() can grow a large block without copying it; clauses are trivially copyable.
    void* block = std::realloc(words_.get(), capacity * sizeof(std::uint32_t));
    if (block == nullptr) throw std::bad_alloc();
    static_cast<void>(words_.release());
    words_.reset(static_cast<std::uint32_t*>(block));
    capacity_ = capacity;
}

ClauseRef ClauseArena::add(ClauseKind kind, std::span<const Literal> literals, std::uint32_t glue) {
    const std::size_t words = Clause::header_words + literals.size();
    reserve_words(used_ + words);
    const ClauseRef ref(used_);
    Clause* clause = new (words_.get() + used_) Clause(kind, static_cast<std::uint32_t>(literals.size()), glue);
    std::uninitialized_copy(literals.begin(), literals.end(), clause->begin());
    used_ += words;
    return ref;
}

void ClauseArena::mark_garbage(ClauseRef ref) {
    Clause& clause = (*this)[ref];
    if (clause.garbage()) return;
    wasted_ += Clause::header_words + clause.size();
    clause.mark_garbage();
}

void ClauseArena::shrink(ClauseRef ref, std::uint32_t size) {
    Clause& clause = (*this)[ref];
    wasted_ += clause.size() - size;
    clause.shrink(size);
}

}  // namespace sinew::sat
