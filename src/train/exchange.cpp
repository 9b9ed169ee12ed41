#include "train/exchange.hpp"

namespace sinew::train {

void Exchange::improved(const Weights& weights, const std::vector<std::int64_t>& values) {
    const std::scoped_lock lock(mutex_);
    if (has_weights() && !is_better(problem_, values, values_)) return;
    Weights taken = weights;  // whoever runs out of memory here keeps the best so far
    weights_ = std::move(taken);
    values_ = values;
    if (listener_) listener_->improved(weights_, values_);
}

void Exchange::bounded(std::int64_t bound) {
    const std::scoped_lock lock(mutex_);
    const bool rises = problem_.objectives.front() == Objective::min_weight;
    if (bound_ && (rises ? bound <= *bound_ : bound >= *bound_)) return;
    bound_ = bound;
    if (listener_) listener_->bounded(bound);
}

void Exchange::share_with(Incumbent& best) {
    std::optional<std::int64_t> bound;
    Weights weights;
    {
        const std::scoped_lock lock(mutex_);
        bound = bound_;
        const bool is_news = has_weights() && (!best.has_weights() || is_better(problem_, values_, best.values()));
        if (is_news) weights = weights_;
    }
    // Not under the lock: the thread's own news come back here.
    if (bound) best.raise_bound(*bound);
    if (!weights.layers.empty()) best.offer(weights);
}

}  // namespace sinew::train
