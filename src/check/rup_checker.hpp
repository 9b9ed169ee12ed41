// SPDX-License-Identifier: Apache-2.0
// Reverse unit propagation (Goldberg and Novikov, DATE 2003): a clause follows from others if propagating its negation
// through them ends in a contradiction. Written apart from the solver, and simpler: this is what is trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sinew::check {

/// A growing set of clauses over DIMACS literals. Everything ever added by add_checked() follows from what was added by
/// add_given(); therefore facts stay when the clause they came from is removed.
class RupChecker {
  public:
    /// A clause of the problem: believed.
    void add_given(std::span<const std::int32_t> clause);
    /// Adds the clause if it follows by unit propagation; false (and nothing added) if it does not.
    bool add_checked(std::span<const std::int32_t> clause);
    /// Removes one clause with exactly these literals, in any order and any number of times; false if there is none.
    bool remove(std::span<const std::int32_t> given);
    /// Whether unit propagation alone finds a contradiction by now: the clauses given have no model.
    bool refuted() const { return refuted_; }

    std::size_t alive() const { return alive_; }
    std::uint64_t propagations() const { return propagations_; }

  private:
    using Place = std::uint32_t;  ///< of a clause in words_: size, next in its hash chain, literals
    static constexpr Place none = 0xffffffffU;
    static constexpr std::size_t header = 2;

    struct Watch {
        Place clause;
        std::int32_t blocker;
    };

    static std::size_t index(std::int32_t literal) {
        const auto magnitude = static_cast<std::size_t>(literal < 0 ? -static_cast<std::int64_t>(literal) : literal);
        return 2 * magnitude + (literal < 0 ? 1 : 0);
    }
    static std::uint64_t hash(std::span<const std::int32_t> clause);
    std::span<const std::int32_t> sorted(std::span<const std::int32_t> clause);
    std::span<std::int32_t> literals(Place clause);
    void make_room(std::span<const std::int32_t> clause);
    void add(std::span<const std::int32_t> given);
    void enter(Place clause);
    void watch(Place clause);
    bool same(Place clause, std::span<const std::int32_t> sorted_clause);
    void assign(std::int32_t literal);
    bool propagate();
    bool propagate_literal(std::int32_t false_literal);
    bool replace_watch(Place clause, std::span<std::int32_t> literals);
    void undo(std::size_t size);
    void grow_table();
    void compact();

    std::vector<std::int32_t> words_;
    std::vector<Place> table_ = std::vector<Place>(1024, none);  ///< hash chains
    std::vector<std::vector<Watch>> watches_;
    std::vector<std::int8_t> values_;
    std::vector<std::int32_t> trail_;
    std::vector<std::int32_t> scratch_;
    std::vector<std::int32_t> sorted_;
    std::size_t propagated_ = 0;
    std::size_t alive_ = 0;
    std::size_t wasted_ = 0;
    std::uint64_t propagations_ = 0;
    bool refuted_ = false;
};

}  // namespace sinew::check
