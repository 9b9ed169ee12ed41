// SPDX-License-Identifier: Apache-2.0
// What minimisations of one problem side by side know together: the best solution and the proven bound.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

namespace sinew {

/// `Solution` is a container, empty where there is none.
template <class Number, class Solution>
class SharedBest {
  public:
    struct Known {
        std::optional<Number> best;  ///< the value of `solution`
        Solution solution;           ///< only where it is better than what was known
        Number bound;
        bool infeasible = false;
    };

    /// `bound`: what all know at the beginning.
    explicit SharedBest(Number bound) : bound_(std::move(bound)) {}

    /// Tells what one knows and returns what all know. `better` and `higher` are called for what is new to all, one at
    /// a time.
    template <class Better, class Higher>
    Known exchange(Known mine, const Better& better, const Higher& higher) {
        const std::lock_guard lock(mutex_);
        if (mine.best && (!best_ || *mine.best < *best_)) {
            best_ = mine.best;
            solution_ = std::move(mine.solution);
            better(*best_, solution_);
        }
        if (mine.bound > bound_) {
            bound_ = mine.bound;
            higher(bound_);
        }
        infeasible_ = infeasible_ || mine.infeasible;
        if (infeasible_ || (best_ && bound_ >= *best_)) finished_ = true;
        Known all{best_, {}, bound_, infeasible_};
        if (best_ && (!mine.best || *best_ < *mine.best)) all.solution = solution_;
        return all;
    }

    /// The best is proven, or there is nothing.
    const std::atomic<bool>& finished() const { return finished_; }

    /// One of them was ended by an exception: the others need not go on.
    void give_up() { finished_ = true; }

  private:
    std::mutex mutex_;
    std::optional<Number> best_;
    Solution solution_;
    Number bound_;
    bool infeasible_ = false;
    std::atomic<bool> finished_{false};
};

}  // namespace sinew
