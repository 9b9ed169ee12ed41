// SPDX-License-Identifier: Apache-2.0
// A clause as it lies in the arena: three words of header, then its literals.
#pragma once

#include <cstdint>
#include <span>

#include "base/strong_id.hpp"
#include "sat/literal.hpp"

namespace sinew::sat {

/// Where a clause begins in the arena, in words of four bytes.
using ClauseRef = StrongId<struct ClauseTag>;

/// irredundant: part of the problem. learned: implied by it, may be dropped. explanation: a theory's reason written out
/// for analysis, watched by nobody and dropped as soon as it is nobody's reason.
enum class ClauseKind : std::uint8_t { irredundant, learned, explanation };

class Clause {
  public:
    static constexpr std::uint32_t header_words = 3;
    static constexpr std::uint32_t max_glue = (1U << 24) - 1;

    Clause(ClauseKind kind, std::uint32_t size, std::uint32_t glue)
        : size_(size), bits_((static_cast<std::uint32_t>(kind) << kind_shift) | (glue < max_glue ? glue : max_glue)) {}

    std::uint32_t size() const { return size_; }
    void shrink(std::uint32_t size) { size_ = size; }
    ClauseKind kind() const { return static_cast<ClauseKind>((bits_ >> kind_shift) & 3U); }
    /// The number of decision levels among the literals when the clause was last used (Audemard and Simon, IJCAI 2009).
    std::uint32_t glue() const { return bits_ & max_glue; }
    void set_glue(std::uint32_t glue) { bits_ = (bits_ & ~max_glue) | glue; }
    bool garbage() const { return (bits_ & garbage_bit) != 0; }
    void mark_garbage() { bits_ |= garbage_bit; }
    bool moved() const { return (bits_ & moved_bit) != 0; }
    /// How much the learned clause took part in conflicts, lately above all.
    float activity() const { return activity_; }
    void set_activity(float activity) { activity_ = activity; }

    Literal* begin() { return reinterpret_cast<Literal*>(this + 1); }
    Literal* end() { return begin() + size_; }
    const Literal* begin() const { return reinterpret_cast<const Literal*>(this + 1); }
    const Literal* end() const { return begin() + size_; }
    Literal& operator[](std::size_t i) { return begin()[i]; }
    Literal operator[](std::size_t i) const { return begin()[i]; }
    std::span<const Literal> literals() const { return {begin(), size_}; }

    /// The arena's garbage collection leaves the new place of a clause in the old one.
    void move_to(ClauseRef ref) {
        bits_ |= moved_bit;
        size_ = static_cast<std::uint32_t>(ref.index());
    }
    ClauseRef moved_to() const { return ClauseRef(size_); }
    void copy_marks(const Clause& other) {
        bits_ = other.bits_;
        activity_ = other.activity_;
    }

  private:
    static constexpr std::uint32_t kind_shift = 24;
    static constexpr std::uint32_t garbage_bit = 1U << 28;
    static constexpr std::uint32_t moved_bit = 1U << 29;

    std::uint32_t size_;
    std::uint32_t bits_;
    float activity_ = 0;
};

static_assert(sizeof(Clause) == 4 * Clause::header_words && sizeof(Literal) == 4);

}  // namespace sinew::sat
