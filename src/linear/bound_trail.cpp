// SPDX-License-Identifier: Apache-2.0
#include "linear/bound_trail.hpp"

#include <algorithm>

namespace sinew::linear {

BoundId BoundTrail::add(SimplexVariable variable, Side side, const DeltaRational& value,
                        std::span<const sat::Literal> premises) {
    const BoundId bound(records_.size());
    const std::size_t slot = LinearSystem::slot(variable, side);
    if (current_.size() < 2 * system_.variable_count()) {
        current_.resize(2 * system_.variable_count());
        by_value_.resize(current_.size());
    }
    Record record{slot, value, static_cast<std::uint32_t>(premises_.size()),
                  static_cast<std::uint32_t>(premises.size()), 0};
    for (const sat::Literal premise : premises) {
        if (asserts_.size() <= premise.index()) asserts_.resize(premise.index() + 1);
        asserts_[premise.index()].push_back(bound);
        premises_.push_back(premise);
        if (!is_true(premise)) ++record.missing;
    }
    const bool holds = record.missing == 0;
    records_.push_back(std::move(record));
    if (premises.size() == 1) by_value_[slot].emplace(value, bound);
    if (!levels_.empty()) late_.push_back(bound);
    if (holds) activate(bound);
    return bound;
}

void BoundTrail::assigned(sat::Literal literal) {
    if (truth_.size() <= literal.index()) truth_.resize(literal.index() + 1);
    if (truth_[literal.index()]) return;
    truth_[literal.index()] = true;
    assigned_.push_back(literal);
    if (literal.index() >= asserts_.size()) return;
    for (const BoundId bound : asserts_[literal.index()])
        if (--records_[bound.index()].missing == 0) activate(bound);
}

bool BoundTrail::tighter(const Record& record, const Bound& than) const {
    if (!than.present) return true;
    return LinearSystem::slot_side(record.slot) == Side::lower ? record.value > than.value : record.value < than.value;
}

void BoundTrail::activate(BoundId bound) {
    Record& record = records_[bound.index()];
    const SimplexVariable variable = LinearSystem::slot_variable(record.slot);
    const Side side = LinearSystem::slot_side(record.slot);
    if (record.active || !tighter(record, system_.bound(variable, side))) return;
    record.active = true;
    record.replaced = current_[record.slot];
    current_[record.slot] = bound;
    record.position = activations_.size();
    activations_.push_back(bound);
    system_.set_bound(variable, side, record.value);
    changed(record.slot);
    const Bound& lower = system_.bound(variable, Side::lower);
    const Bound& upper = system_.bound(variable, Side::upper);
    if (!crossing_.valid() && lower.present && upper.present && lower.value > upper.value) {
        crossing_ = variable;
        crossing_since_ = activations_.size();
    }
}

void BoundTrail::deactivate_last() {
    Record& record = records_[activations_.back().index()];
    activations_.pop_back();
    record.active = false;
    current_[record.slot] = record.replaced;
    const SimplexVariable variable = LinearSystem::slot_variable(record.slot);
    const Side side = LinearSystem::slot_side(record.slot);
    if (record.replaced.valid())
        system_.set_bound(variable, side, records_[record.replaced.index()].value);
    else
        system_.relax_bound(variable, side);
    changed(record.slot);
}

void BoundTrail::changed(std::size_t slot) {
    for (SlotSet* const listener : listeners_) listener->insert(slot);
}

void BoundTrail::backtrack(std::size_t level) {
    if (level >= levels_.size()) return;
    while (activations_.size() > levels_[level].activations) deactivate_last();
    while (assigned_.size() > levels_[level].assigned) {
        const sat::Literal literal = assigned_.back();
        assigned_.pop_back();
        truth_[literal.index()] = false;
        if (literal.index() >= asserts_.size()) continue;
        for (const BoundId bound : asserts_[literal.index()]) ++records_[bound.index()].missing;
    }
    levels_.resize(level);
    fresh_ = std::min(fresh_, activations_.size());
    if (crossing_.valid() && activations_.size() < crossing_since_) crossing_ = SimplexVariable();
    for (const BoundId bound : late_)
        if (records_[bound.index()].missing == 0) activate(bound);
    if (level == 0) late_.clear();
}

BoundId BoundTrail::next_fresh() {
    return fresh_ < activations_.size() ? activations_[fresh_++] : BoundId();
}

}  // namespace sinew::linear
