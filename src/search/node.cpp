// SPDX-License-Identifier: Apache-2.0
#include "search/node.hpp"

#include <utility>

namespace sinew::search {

void NodePool::push(Node node) {
    const double bound = node.bound;
    const std::lock_guard lock(mutex_);
    open_.emplace(bound, std::move(node));
    if (waiting_ > 0) changed_.notify_one();
}

std::optional<Node> NodePool::pop(std::size_t workers) {
    std::unique_lock lock(mutex_);
    ++waiting_;
    while (open_.empty() && !stopped_) {
        if (waiting_ == workers) {  // nobody is left who could add one
            stopped_ = true;
            changed_.notify_all();
            return std::nullopt;
        }
        changed_.wait(lock);
    }
    if (stopped_) return std::nullopt;
    --waiting_;
    const auto at = open_.size() > crowded ? std::prev(open_.end()) : open_.begin();
    Node node = std::move(at->second);
    open_.erase(at);
    return node;
}

void NodePool::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
}

void NodePool::reopen() {
    const std::lock_guard lock(mutex_);
    stopped_ = false;
    waiting_ = 0;
}

bool NodePool::stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
}

std::size_t NodePool::size() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
}

double NodePool::best_bound() const {
    const std::lock_guard lock(mutex_);
    return open_.empty() ? std::numeric_limits<double>::infinity() : open_.begin()->first;
}

}  // namespace sinew::search
