// SPDX-License-Identifier: Apache-2.0
#include "integer/analyze.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::integer {

void Analyzer::explain(Bound implied, Reason reason, Position before, std::vector<Bound>& out) {
    switch (reason.kind()) {
        case ReasonKind::decision:
            require(false, "a decision has no reason");
            break;
        case ReasonKind::clause:
            clauses_.bump(reason.index());
            for (const Bound literal : clauses_.literals(reason.index()))
                if (literal.view != implied.view) out.push_back(~literal);
            break;
        case ReasonKind::row:
            dispatcher_.rows().explain(domains_, reason.index(), implied, before, out);
            break;
        case ReasonKind::propagator:
            dispatcher_.propagators()[reason.index()]->explain(domains_, implied, before, out);
            break;
    }
    ++explanations_;
}

std::uint32_t Analyzer::collect() {
    conflict_.clear();
    if (domains_.refused().view.valid()) {
        const Bound refused = domains_.refused();
        explain(refused, domains_.refused_reason(), domains_.size(), conflict_);
        conflict_.push_back(~refused);
    } else {
        conflict_.assign(domains_.contradiction().begin(), domains_.contradiction().end());
    }
    std::uint32_t latest = 0;
    for (const Bound bound : conflict_) {
        require(domains_.holds(bound), "the bounds of a conflict hold");
        const Position position = domains_.position(domains_.weakest(bound));
        if (position != Domains::none) latest = std::max(latest, domains_.entry(position).level);
    }
    return latest;
}

void Analyzer::need(Bound bound) {
    bound = domains_.weakest(bound);
    if (domains_.holds_always(bound)) return;
    Need& need = needs_[bound.view.index()];
    const bool known = need.position != Domains::none;
    if (known && need.value >= bound.value) return;
    const Position position = domains_.position(bound);
    const std::uint32_t level = domains_.entry(position).level;
    if (level == 0) return;
    if (!known) touched_.push_back(bound.view);
    const bool was_open = known && domains_.entry(need.position).level == domains_.level();
    if (level == domains_.level() && !was_open) ++open_;
    need = {bound.value, position};
    seen_.push_back(bound);
}

void Analyzer::analyze() {
    open_ = 0;
    touched_.clear();
    seen_.clear();
    for (const Bound bound : conflict_) need(bound);
    Position at = domains_.size();
    for (;;) {
        do --at;
        while (needs_[domains_.entry(at).view.index()].position != at);
        if (open_ == 1) break;
        const Domains::Entry& entry = domains_.entry(at);
        Need& met = needs_[entry.view.index()];
        reason_.clear();
        explain({entry.view, met.value}, entry.reason, at, reason_);
        met.position = Domains::none;
        --open_;
        for (const Bound bound : reason_) {
            require(domains_.lower_before(bound.view, at) >= bound.value, "reasons come before what they imply");
            need(bound);
        }
    }
    finish(at);
}

std::vector<std::uint32_t> Analyzer::levels_behind(Bound bound) {
    std::vector<std::uint32_t> levels;
    touched_.clear();
    seen_.clear();
    need(bound);
    for (Position at = domains_.size(); at-- > 0;) {
        const Domains::Entry& entry = domains_.entry(at);
        Need& met = needs_[entry.view.index()];
        if (met.position != at) continue;
        met.position = Domains::none;
        if (entry.reason.kind() == ReasonKind::decision) {
            levels.push_back(entry.level);
            continue;
        }
        reason_.clear();
        explain({entry.view, met.value}, entry.reason, at, reason_);
        for (const Bound cause : reason_) need(cause);
    }
    return levels;
}

/// Whether a needed bound follows by its clause from bounds that are needed anyway and hold before it.
bool Analyzer::is_redundant(View view) {
    const Need& need = needs_[view.index()];
    const Domains::Entry& entry = domains_.entry(need.position);
    if (entry.reason.kind() == ReasonKind::decision || entry.reason.kind() == ReasonKind::propagator) return false;
    reason_.clear();
    if (entry.reason.kind() == ReasonKind::clause) {
        for (const Bound literal : clauses_.literals(entry.reason.index()))
            if (literal.view != view) reason_.push_back(~literal);
    } else {
        dispatcher_.rows().explain(domains_, entry.reason.index(), {view, need.value}, need.position, reason_);
    }
    return std::all_of(reason_.begin(), reason_.end(), [&](Bound bound) {
        const Bound cause = domains_.weakest(bound);
        const Need& other = needs_[cause.view.index()];
        return domains_.holds_always(cause) ||
               (other.position != Domains::none && other.position < need.position && other.value >= cause.value);
    });
}

std::uint32_t Analyzer::count_levels() {
    if (level_stamp_.size() <= domains_.level()) level_stamp_.resize(domains_.level() + 1, 0);
    ++stamp_;
    std::uint32_t count = 0;
    for (const View view : touched_) {
        const Need& need = needs_[view.index()];
        if (need.position == Domains::none) continue;
        std::uint64_t& stamp = level_stamp_[domains_.entry(need.position).level];
        if (stamp != stamp_) ++count;
        stamp = stamp_;
    }
    return count;
}

void Analyzer::finish(Position uip) {
    const View first = domains_.entry(uip).view;
    learned_.assign(1, ~Bound{first, needs_[first.index()].value});
    backjump_level_ = 0;
    std::size_t latest = 0;
    glue_ = count_levels();
    // A view may have been touched twice: what is taken is marked by forgetting it, and needs are read before that.
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
    for (const View view : touched_) {
        const Need& need = needs_[view.index()];
        if (view == first || need.position == Domains::none || is_redundant(view)) continue;
        const std::uint32_t level = domains_.entry(need.position).level;
        if (level > backjump_level_) {
            backjump_level_ = level;
            latest = learned_.size();
        }
        learned_.push_back(~Bound{view, need.value});
    }
    if (learned_.size() > 1) std::swap(learned_[1], learned_[latest]);
    for (const View view : touched_) needs_[view.index()].position = Domains::none;
}

}  // namespace sinew::integer
