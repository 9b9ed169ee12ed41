// SPDX-License-Identifier: Apache-2.0
#include "integer/clauses.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace sinew::integer {

namespace {
constexpr std::uint32_t core_glue = 2;  // clauses that are kept for ever
}

Clauses::Ref Clauses::add(std::span<const Bound> literals, Kind kind, std::uint32_t glue) {
    require(literals.size() >= 2 && arena_.size() + literals.size() < Reason::max_index, "clauses fit the arena");
    const Ref ref = static_cast<Ref>(arena_.size());
    arena_.push_back({View::from_index(2 * literals.size() + (kind == Kind::learned ? 1 : 0)), 0});
    set_header(ref, glue, kind == Kind::learned ? increment_ : 0.0F);
    arena_.insert(arena_.end(), literals.begin(), literals.end());
    (kind == Kind::learned ? learned_ : problem_).push_back(ref);
    watch(literals[0], literals[1], ref);
    watch(literals[1], literals[0], ref);
    return ref;
}

// HOT: the inner loop of the search.
bool Clauses::propagate(Domains& domains, const Domains::Entry& entry, Value before) {
    const View view = entry.view;
    const Value now = entry.value;
    std::vector<Watch>& watches = watches_[view.index()];
    std::size_t kept = 0;
    for (std::size_t i = 0; i < watches.size(); ++i) {
        Watch& here = watches[i];
        // Not false yet, or false for so long that it has been seen to.
        if (here.threshold > now || here.threshold <= before ||
            domains.holds({here.blocker_view, here.blocker_value})) {
            watches[kept++] = here;
            continue;
        }
        Bound* const literals = literals_of(here.clause);
        if (literals[0].view == -view) std::swap(literals[0], literals[1]);
        if (domains.holds(literals[0])) {
            here.blocker_view = literals[0].view;
            here.blocker_value = literals[0].value;
            watches[kept++] = here;
            continue;
        }
        const std::uint32_t size = size_of(here.clause);
        std::uint32_t k = 2;
        while (k < size && domains.fails(literals[k])) ++k;
        if (k < size) {
            std::swap(literals[1], literals[k]);
            watch(literals[1], literals[0], here.clause);  // of another view: this list stays where it is
            continue;
        }
        const Ref ref = here.clause;
        watches[kept++] = here;
        if (domains.raise(literals[0], Reason(ReasonKind::clause, ref))) continue;
        for (++i; i < watches.size(); ++i) watches[kept++] = watches[i];
        watches.resize(kept);
        return false;
    }
    watches.resize(kept);
    return true;
}

void Clauses::bump(Ref ref) {
    if (!is_learned(ref)) return;
    set_header(ref, glue(ref), activity(ref) + increment_);
    if (activity(ref) < 1e20F) return;
    for (const Ref other : learned_) set_header(other, glue(other), activity(other) * 1e-20F);
    increment_ *= 1e-20F;
}

/// Copies a clause to the new arena, without what is always false; not at all if it holds always.
void Clauses::keep(Ref ref, const Domains& domains, std::vector<Bound>& arena, std::vector<Ref>& refs) const {
    const std::span<const Bound> all = literals(ref);
    if (std::any_of(all.begin(), all.end(), [&](Bound literal) { return domains.holds_always(literal); })) return;
    const Ref begin = static_cast<Ref>(arena.size());
    arena.push_back(arena_[ref]);
    for (const Bound literal : all)
        if (domains.root_upper(literal.view) >= literal.value) arena.push_back(literal);
    const std::size_t size = arena.size() - begin - 1;
    require(size >= 2, "propagation has seen to shorter clauses");
    arena[begin].view = View::from_index(2 * size + (arena_[ref].view.index() & 1U));
    refs.push_back(begin);
}

void Clauses::reduce(const Domains& domains) {
    require(domains.level() == 0 && domains.size() == 0, "no clause is a reason at the root");
    std::stable_sort(learned_.begin(), learned_.end(), [&](Ref a, Ref b) {
        const bool core_a = glue(a) <= core_glue;
        const bool core_b = glue(b) <= core_glue;
        return core_a != core_b ? core_a : activity(a) > activity(b);
    });
    std::size_t wanted = learned_.size() / 2;
    while (wanted < learned_.size() && glue(learned_[wanted]) <= core_glue) ++wanted;
    learned_.resize(wanted);
    std::vector<Bound> arena;
    std::vector<Ref> problem;
    std::vector<Ref> learned;
    for (const Ref ref : problem_) keep(ref, domains, arena, problem);
    for (const Ref ref : learned_) keep(ref, domains, arena, learned);
    arena_ = std::move(arena);
    problem_ = std::move(problem);
    learned_ = std::move(learned);
    for (std::vector<Watch>& watches : watches_) watches.clear();
    for (const std::vector<Ref>* refs : {&problem_, &learned_}) {
        for (const Ref ref : *refs) {
            const Bound* const literals = literals_of(ref);
            watch(literals[0], literals[1], ref);
            watch(literals[1], literals[0], ref);
        }
    }
}

}  // namespace sinew::integer
