// SPDX-License-Identifier: Apache-2.0
#include "integer/dispatcher.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::integer {

namespace {
constexpr std::uint32_t longest_period = 256;
constexpr std::size_t patience = 10'000;
}  // namespace

std::uint32_t Dispatcher::Queue::pop() {
    const std::uint32_t first = waiting[next++];
    if (empty()) clear();
    return first;
}

void Dispatcher::Queue::clear() {
    waiting.clear();
    next = 0;
}

void Dispatcher::add_variable() {
    rows_.add_variable();
    subscribers_.resize(subscribers_.size() + 2);
}

Propagator& Dispatcher::add(std::unique_ptr<Propagator> propagator) {
    require(domains_.level() == 0, "constraints are added at level 0");
    const auto id = static_cast<std::uint32_t>(propagators_.size());
    propagator->id_ = id;
    Subscriptions subscriptions;
    propagator->subscribe(subscriptions);
    for (const auto& [view, tag] : subscriptions.entries()) subscribers_[view.index()].push_back({id, tag});
    cost_.push_back(propagator->cost());
    pace_.emplace_back();
    queued_.push_back(0);
    propagators_.push_back(std::move(propagator));
    wake(id);
    return *propagators_.back();
}

void Dispatcher::wake(std::uint32_t propagator) {
    if (queued_[propagator] != 0) return;
    queued_[propagator] = 1;
    (cost_[propagator] == Cost::cheap ? cheap_ : expensive_).waiting.push_back(propagator);
}

void Dispatcher::raised(View view, Value before, Value after) {
    rows_.raised(view, before, after);
    for (const Subscriber& subscriber : subscribers_[view.index()]) {
        propagators_[subscriber.propagator]->bound_changed(subscriber.tag, before, after);
        wake(subscriber.propagator);
    }
}

void Dispatcher::lowered(View view, Value before, Value after) {
    rows_.lowered(view, before, after);
    for (const Subscriber& subscriber : subscribers_[view.index()])
        propagators_[subscriber.propagator]->bound_changed(subscriber.tag, before, after);
}

bool Dispatcher::run_next() {
    const bool is_turn_of_expensive =
        !expensive_.empty() && ++cheap_in_a_row_ > patience + 16 * (rows_.row_count() + propagators_.size());
    if (rows_.has_work() && !is_turn_of_expensive) return rows_.propagate(domains_);
    const bool takes_cheap = !cheap_.empty() && !is_turn_of_expensive;
    if (!takes_cheap) cheap_in_a_row_ = 0;
    const std::uint32_t id = takes_cheap ? cheap_.pop() : expensive_.pop();
    queued_[id] = 0;
    if (cost_[id] == Cost::optional && domains_.level() > 0) return run_optional(id);
    ++runs_;
    return propagators_[id]->propagate(domains_);
}

bool Dispatcher::run_optional(std::uint32_t id) {
    Pace& pace = pace_[id];
    if (!optional_allowed_) return true;
    if (pace.wait > 0) {
        --pace.wait;
        return true;
    }
    ++runs_;
    const Position before = domains_.size();
    const bool consistent = propagators_[id]->propagate(domains_);
    // A conflict is what it is run for; bounds that rise may be worth it.
    if (!consistent)
        pace.period = std::max<std::uint32_t>(1, pace.period / 2);
    else if (domains_.size() == before)
        pace.period = std::min(longest_period, 2 * pace.period);
    pace.wait = pace.period - 1;
    return consistent;
}

void Dispatcher::wake_all() {
    rows_.wake_all();
    for (std::uint32_t id = 0; id < propagators_.size(); ++id) wake(id);
}

void Dispatcher::forget_work() {
    rows_.forget_work();
    for (Queue* queue : {&cheap_, &expensive_}) {
        for (std::size_t i = queue->next; i < queue->waiting.size(); ++i) queued_[queue->waiting[i]] = 0;
        queue->clear();
    }
}

}  // namespace sinew::integer
