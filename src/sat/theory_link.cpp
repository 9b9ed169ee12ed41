// SPDX-License-Identifier: Apache-2.0
#include "sat/theory_link.hpp"

#include <algorithm>

namespace sinew::sat {

void TheoryLink::watch(BoolVar variable, const Trail& trail) {
    if (hears_ == Hears::everything || is_watched(variable)) return;
    if (watched_.size() <= variable.index()) watched_.resize(trail.variable_count());
    watched_[variable.index()] = 1;
    Literal literal(variable);
    if (trail.is_undefined(literal)) return;
    if (trail.is_false(literal)) literal = ~literal;
    const auto rest = trail.literals().subspan(told_);
    if (std::find(rest.begin(), rest.end(), literal) == rest.end()) late_.push_back({literal, untold});
}

void TheoryLink::tell(const Trail& trail) {
    if (hears_ == Hears::everything) {
        for (; told_ < trail.size(); ++told_) theory_->assigned(trail[told_]);
        return;
    }
    for (Late& late : late_) {
        if (late.told_level != untold) continue;
        theory_->assigned(late.literal);
        late.told_level = trail.level();
    }
    // Told at its own level it is undone with that level, as if it had never been late.
    std::erase_if(late_, [&](const Late& late) { return late.told_level == trail.level(late.literal); });
    for (; told_ < trail.size(); ++told_)
        if (is_watched(trail[told_].variable())) theory_->assigned(trail[told_]);
}

void TheoryLink::backtrack(const Trail& trail) {
    told_ = std::min(told_, trail.size());
    theory_->backtrack(trail.level());
    std::erase_if(late_, [&](const Late& late) { return !trail.is_true(late.literal); });
    for (Late& late : late_)
        if (late.told_level > trail.level()) late.told_level = untold;
}

}  // namespace sinew::sat
