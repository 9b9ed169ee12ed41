// SPDX-License-Identifier: Apache-2.0
#include "base/share_out.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <vector>

#include "base/limit_scope.hpp"
#include "base/run_together.hpp"

namespace sinew {

namespace {
class Sharing {
  public:
    Sharing(std::size_t count, const SharedWork& work, std::atomic<bool>& ended)
        : work_(work), ended_(ended), end_(count), answered_(count), errors_(count) {}

    void run(std::size_t worker) {
        while (const std::optional<std::size_t> item = begin_next()) {
            std::exception_ptr error;
            try {
                work_.answer(*item, worker);
            } catch (...) {
                error = std::current_exception();
            }
            end(*item, std::move(error));
        }
    }

  private:
    std::optional<std::size_t> begin_next() {
        const std::lock_guard lock(mutex_);
        if (ended_ || next_ >= end_ || !work_.goes_on()) return std::nullopt;
        return next_++;
    }

    /// Tells all that can be told now.
    void end(std::size_t item, std::exception_ptr error) {
        const std::lock_guard lock(mutex_);
        answered_[item] = true;
        if (error) end_ = std::min(end_, item);  // nothing behind it is begun
        errors_[item] = std::move(error);
        if (ended_) return;
        try {
            for (; told_ < next_ && answered_[told_]; ++told_) {
                if (errors_[told_]) std::rethrow_exception(errors_[told_]);
                work_.tell(told_);
            }
        } catch (...) {
            ended_ = true;
            throw;
        }
    }

    const SharedWork& work_;
    std::atomic<bool>& ended_;
    std::mutex mutex_;
    std::size_t end_;
    std::size_t next_ = 0;
    std::size_t told_ = 0;
    std::vector<bool> answered_;
    std::vector<std::exception_ptr> errors_;
};
}  // namespace

void share_out(std::size_t count, std::size_t threads, const SharedWork& work, std::atomic<bool>& ended) {
    Sharing sharing(count, work, ended);
    const Limits outer = current_limits();
    run_together(std::min(threads, count), [&](std::size_t worker, std::size_t) {
        const LimitScope scope(outer);
        sharing.run(worker);
    });
}

std::size_t work_off(std::size_t next, std::size_t count, std::size_t threads, const Limits& limits,
                     const std::function<void(std::size_t piece, std::size_t worker)>& work) {
    const std::size_t workers = std::min(threads, count - std::min(next, count));
    if (workers <= 1) {
        for (; next < count && !limits.exceeded(); ++next) work(next, 0);
        return next;
    }
    std::atomic<bool> stopped{false};
    std::mutex mutex;
    const auto work_on = [&](std::size_t worker, std::size_t, const Limits& own) {
        const auto begin_next = [&]() -> std::optional<std::size_t> {
            const std::lock_guard lock(mutex);
            if (stopped || next >= count) return std::nullopt;
            return next++;
        };
        while (!stopped) {
            if (own.exceeded()) {
                stopped = true;
                break;
            }
            const std::optional<std::size_t> piece = begin_next();
            if (!piece) break;
            work(*piece, worker);
        }
    };
    run_together(workers, limits, work_on, [&] { stopped = true; });
    return next;
}

}  // namespace sinew
