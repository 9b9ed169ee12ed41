// SPDX-License-Identifier: Apache-2.0
#include "sat/decision_queue.hpp"

namespace sinew::sat {

void DecisionQueue::add_variable() {
    place_.push_back(absent);
    activity_.push_back(0);
    insert(BoolVar(activity_.size() - 1));
}

void DecisionQueue::insert(BoolVar variable) {
    if (contains(variable)) return;
    const std::size_t place = heap_.size();
    heap_.push_back(static_cast<std::uint32_t>(variable.index()));
    place_[variable.index()] = static_cast<std::uint32_t>(place);
    rise(place);
}

void DecisionQueue::pop() {
    place_[heap_.front()] = absent;
    const std::uint32_t last = heap_.back();
    heap_.pop_back();
    if (heap_.empty()) return;
    heap_.front() = last;
    place_[last] = 0;
    sink(0);
}

void DecisionQueue::bump(BoolVar variable, double factor) {
    double& activity = activity_[variable.index()];
    activity += factor * increment_;
    if (activity > 1e150 || increment_ > 1e150) rescale();
    if (contains(variable)) rise(place_[variable.index()]);
}

void DecisionQueue::rescale() {
    for (double& activity : activity_) activity *= 1e-150;
    increment_ *= 1e-150;
}

void DecisionQueue::rise(std::size_t place) {
    const std::uint32_t variable = heap_[place];
    while (place > 0) {
        const std::size_t parent = (place - 1) / 2;
        if (!before(variable, heap_[parent])) break;
        heap_[place] = heap_[parent];
        place_[heap_[place]] = static_cast<std::uint32_t>(place);
        place = parent;
    }
    heap_[place] = variable;
    place_[variable] = static_cast<std::uint32_t>(place);
}

void DecisionQueue::sink(std::size_t place) {
    const std::uint32_t variable = heap_[place];
    for (;;) {
        std::size_t child = 2 * place + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
        if (!before(heap_[child], variable)) break;
        heap_[place] = heap_[child];
        place_[heap_[place]] = static_cast<std::uint32_t>(place);
        place = child;
    }
    heap_[place] = variable;
    place_[variable] = static_cast<std::uint32_t>(place);
}

}  // namespace sinew::sat
