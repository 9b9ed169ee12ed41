// SPDX-License-Identifier: Apache-2.0
// Clauses over bounds, of the problem and learned, with two watched literals each.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "integer/bound.hpp"
#include "integer/domains.hpp"

namespace sinew::integer {

/// A clause is a place in the arena: a slot of header (size, kind, glue, activity), then its literals. Its views are
/// different. A watched literal v >= k waits in the list of -v for the lower bound to reach 1 - k, when it is false.
class Clauses {
  public:
    using Ref = std::uint32_t;
    enum class Kind : std::uint8_t { problem, learned };

    void add_variable() { watches_.resize(watches_.size() + 2); }
    /// Two literals or more, the first two not false; or, for a learned clause, the first one about to be implied and
    /// the second one of the latest level among the others.
    Ref add(std::span<const Bound> literals, Kind kind, std::uint32_t glue);

    /// The clauses that wait for this entry. False: the domains have a conflict.
    bool propagate(Domains& domains, const Domains::Entry& entry, Value before);

    std::span<const Bound> literals(Ref ref) const {
        return std::span<const Bound>(arena_).subspan(ref + 1, arena_[ref].view.index() >> 1U);
    }
    template <class Visit>
    void for_each_problem_clause(const Visit& visit) const {
        for (const Ref ref : problem_) visit(literals(ref));
    }
    /// A learned clause took part in a conflict.
    void bump(Ref ref);
    void decay() { increment_ /= 0.999F; }
    bool is_learned(Ref ref) const { return (arena_[ref].view.index() & 1U) != 0; }
    std::size_t learned_count() const { return learned_.size(); }

    /// Forgets the less useful half of the learned clauses, and what holds always. To be called at level 0, where no
    /// clause is a reason.
    void reduce(const Domains& domains);

  private:
    struct Watch {
        Value threshold;
        Value blocker_value;
        View blocker_view;
        Ref clause;
    };
    Bound* literals_of(Ref ref) { return arena_.data() + ref + 1; }
    std::uint32_t size_of(Ref ref) const { return static_cast<std::uint32_t>(arena_[ref].view.index() >> 1U); }
    float activity(Ref ref) const {
        return std::bit_cast<float>(static_cast<std::uint32_t>(static_cast<std::uint64_t>(arena_[ref].value)));
    }
    std::uint32_t glue(Ref ref) const {
        return static_cast<std::uint32_t>(static_cast<std::uint64_t>(arena_[ref].value) >> 32U);
    }
    void set_header(Ref ref, std::uint32_t glue, float activity) {
        arena_[ref].value =
            static_cast<Value>((static_cast<std::uint64_t>(glue) << 32U) | std::bit_cast<std::uint32_t>(activity));
    }
    void watch(Bound literal, Bound blocker, Ref ref) {
        watches_[(-literal.view).index()].push_back({1 - literal.value, blocker.value, blocker.view, ref});
    }
    void keep(Ref ref, const Domains& domains, std::vector<Bound>& arena, std::vector<Ref>& learned) const;

    std::vector<Bound> arena_;
    std::vector<std::vector<Watch>> watches_;  // by view
    std::vector<Ref> problem_;
    std::vector<Ref> learned_;
    float increment_ = 1;
};

}  // namespace sinew::integer
