// What threads of training tell each other: the best weights and the proven bound of all. One listener hears of both.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "train/exact.hpp"
#include "train/incumbent.hpp"

namespace sinew::train {

/// Safe to be called from any thread. The listener is called from the thread that found something, one at a time.
class Exchange : public ExactListener {
  public:
    Exchange(const Problem& problem, ExactListener* listener) : problem_(problem), listener_(listener) {}

    void improved(const Weights& weights, const std::vector<std::int64_t>& values) override;
    void bounded(std::int64_t bound) override;

    /// Gives a thread what the others have found.
    void share_with(Incumbent& best);

    bool has_weights() const { return !values_.empty(); }
    const Weights& weights() const { return weights_; }
    const std::vector<std::int64_t>& values() const { return values_; }

  private:
    const Problem& problem_;
    ExactListener* listener_;
    std::mutex mutex_;
    Weights weights_;
    std::vector<std::int64_t> values_;
    std::optional<std::int64_t> bound_;
};

}  // namespace sinew::train
