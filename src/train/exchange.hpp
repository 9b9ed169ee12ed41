// SPDX-License-Identifier: Apache-2.0
// What the engines of a training tell each other: the best weights, and what is proven of the first objective. What is
// found goes to the listener and, of the objective that is asked for, to Knowledge.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/knowledge.hpp"
#include "train/exact.hpp"
#include "train/incumbent.hpp"
#include "train/shared_folder.hpp"

namespace sinew::train {

/// The weights as a query: whole numbers from -1 to 1, layer by layer. Its objective is the `stage`-th of the problem's
/// (soft demands last), which is no linear form.
model::Query weights_query(const Problem& problem, std::size_t stage);

/// Safe to be called from any thread. The listener is called from the thread that found something, one at a time.
class Exchange {
  public:
    /// `bound`: known without a search.
    Exchange(const Problem& problem, ExactListener* listener, std::int64_t bound)
        : problem_(problem), listener_(listener), bound_(bound) {}

    /// From now on `knowledge`, of weights_query(problem, stage), is told; first of what is known already.
    void begin(std::size_t stage, engine::Knowledge& knowledge);

    /// Weights that were confirmed.
    void improved(const Weights& weights, const std::vector<std::int64_t>& values, std::string_view by);
    void bounded(std::int64_t bound, std::string_view by);
    /// The stage's objective has no better value than the best so far.
    void proven(std::string_view by);

    /// From now on what is found is told to other processes, too, and look() hears of theirs. It must outlive this.
    void share_by(SharedFolder& folder) { folder_ = &folder; }
    /// What other processes have found: weights are confirmed here, bounds are taken as they are. Any thread.
    void look();
    /// No weights satisfy the demands.
    void infeasible();

    /// Gives an engine what the others have found.
    void share_with(Incumbent& best) const;
    /// Something that the reader of the result should know of.
    void note(std::string text);
    /// A thread at work; true when it is seen for the first time.
    bool count_thread();

    // After all engines have ended.
    bool has_weights() const { return !values_.empty(); }
    const Weights& weights() const { return weights_; }
    const std::vector<std::int64_t>& values() const { return values_; }
    std::int64_t bound() const { return bound_; }
    std::vector<std::string>& notes() { return notes_; }
    std::size_t threads() const { return threads_.size(); }

  private:
    void tell(std::string_view by);
    void conclude(std::string_view by);
    void share(const SharedFolder::State& found);

    const Problem& problem_;
    ExactListener* listener_;
    mutable std::mutex mutex_;
    std::size_t stage_ = 0;
    engine::Knowledge* knowledge_ = nullptr;
    Weights weights_;
    std::vector<std::int64_t> values_;
    std::int64_t bound_;
    std::vector<std::string> notes_;
    std::set<std::thread::id> threads_;
    bool is_infeasible_ = false;  ///< another process has proved it
    SharedFolder* folder_ = nullptr;
    std::mutex folder_mutex_;  ///< taken before the other
};

}  // namespace sinew::train
