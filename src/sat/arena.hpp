// SPDX-License-Identifier: Apache-2.0
// All clauses in one block of memory: a reference is 32 bits, neighbours in the block are neighbours in the cache.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>

#include "sat/clause.hpp"

namespace sinew::sat {

/// add() is amortised O(size) and invalidates Clause pointers, never ClauseRefs. A garbage clause keeps its place until
/// the owner copies the living ones into a new arena (see ClauseDatabase::collect).
class ClauseArena {
  public:
    /// Throws std::length_error beyond 8 GB of clauses (31 bits of words).
    ClauseRef add(ClauseKind kind, std::span<const Literal> literals, std::uint32_t glue);
    void reserve_words(std::size_t words);

    Clause& operator[](ClauseRef ref) { return *reinterpret_cast<Clause*>(words_.get() + ref.index()); }
    const Clause& operator[](ClauseRef ref) const {
        return *reinterpret_cast<const Clause*>(words_.get() + ref.index());
    }

    std::uint32_t* begin() { return words_.get(); }
    std::size_t words() const { return used_; }
    std::size_t wasted_words() const { return wasted_; }
    /// The clause keeps its literals, so that watch lists can still be told what it was.
    void mark_garbage(ClauseRef ref);
    /// Cuts a clause to its first `size` literals.
    void shrink(ClauseRef ref, std::uint32_t size);

  private:
    struct Free {
        void operator()(std::uint32_t* block) const { std::free(block); }
    };
    static constexpr std::size_t max_words = std::size_t{1} << 31;

    std::unique_ptr<std::uint32_t, Free> words_;
    std::size_t used_ = 0;
    std::size_t capacity_ = 0;
    std::size_t wasted_ = 0;
};

}  // namespace sinew::sat
