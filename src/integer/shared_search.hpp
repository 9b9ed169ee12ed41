// SPDX-License-Identifier: Apache-2.0
// What minimisations of one problem side by side know together: the best solution, the bound, short learned clauses.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "base/shared_best.hpp"
#include "exact/rational.hpp"
#include "integer/engine.hpp"

namespace sinew::integer {

/// Clauses that follow from the constraints alone.
class SharedClauses {
  public:
    /// Adds what `worker` has learned; returns what others have since the last time.
    std::vector<std::vector<Bound>> exchange(std::size_t worker, std::vector<std::vector<Bound>>& learned) {
        const std::lock_guard lock(mutex_);
        if (told_.size() <= worker) told_.resize(worker + 1, first_);
        std::vector<std::vector<Bound>> news;
        for (; told_[worker] < first_ + clauses_.size(); ++told_[worker])
            if (const auto& [by, clause] = clauses_[told_[worker] - first_]; by != worker) news.push_back(clause);
        for (std::vector<Bound>& clause : learned) clauses_.emplace_back(worker, std::move(clause));
        learned.clear();
        while (clauses_.size() > most) {  // who comes too late does without
            clauses_.pop_front();
            ++first_;
        }
        for (std::size_t& told : told_) told = std::max(told, first_);
        return news;
    }

  private:
    static constexpr std::size_t most = 10000;

    std::mutex mutex_;
    std::deque<std::pair<std::size_t, std::vector<Bound>>> clauses_;
    std::size_t first_ = 0;  ///< so many are forgotten
    std::vector<std::size_t> told_;
};

struct SharedSearch {
    explicit SharedSearch(const Integer& bound) : best(bound) {}

    SharedBest<Integer, std::vector<Value>> best;
    SharedClauses clauses;
};

}  // namespace sinew::integer
