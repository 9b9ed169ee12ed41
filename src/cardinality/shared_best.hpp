// SPDX-License-Identifier: Apache-2.0
// What minimisations of one problem side by side know together: the best solution and the proven bound.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace sinew::cardinality {

class SharedBest {
  public:
    struct Known {
        std::optional<std::int64_t> best;  ///< spent by `model`
        std::vector<bool> model;           ///< only where it is better than what was known
        std::int64_t bound = 0;
        bool infeasible = false;
    };

    /// Tells what one knows and returns what all know. `better` and `higher` are called for what is new to all, one at
    /// a time.
    template <class Better, class Higher>
    Known exchange(Known mine, const Better& better, const Higher& higher) {
        const std::lock_guard lock(mutex_);
        if (mine.best && (!best_ || *mine.best < *best_)) {
            best_ = mine.best;
            model_ = std::move(mine.model);
            better(*best_, model_);
        }
        if (mine.bound > bound_) {
            bound_ = mine.bound;
            higher(bound_);
        }
        infeasible_ = infeasible_ || mine.infeasible;
        if (infeasible_ || (best_ && bound_ >= *best_)) finished_ = true;
        Known all{best_, {}, bound_, infeasible_};
        if (best_ && (!mine.best || *best_ < *mine.best)) all.model = model_;
        return all;
    }

    /// The best is proven, or there is nothing.
    const std::atomic<bool>& finished() const { return finished_; }

    /// One of them was ended by an exception: the others need not go on.
    void give_up() { finished_ = true; }

  private:
    std::mutex mutex_;
    std::optional<std::int64_t> best_;
    std::vector<bool> model_;
    std::int64_t bound_ = 0;
    bool infeasible_ = false;
    std::atomic<bool> finished_{false};
};

}  // namespace sinew::cardinality
