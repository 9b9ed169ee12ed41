#include "verify/portfolio.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/run_together.hpp"
#include "model/stopped.hpp"

namespace sinew::verify {

bool is_answer(const model::Verdict& verdict) {
    return verdict.status == model::Status::sat || verdict.status == model::Status::unsat;
}

model::Verdict take_turns(std::vector<Engine> engines, const Limits& limits, int threads) {
    model::Verdict verdict;
    while (!engines.empty()) {
        for (std::size_t e = 0; e < engines.size();) {
            const bool alone = engines.size() == 1;
            const Limits slice = alone ? limits : limits.within(engines[e].slice);
            verdict = engines[e].run(slice, threads);
            if (is_answer(verdict) || limits.exceeded()) return verdict;
            engines[e].slice *= engines[e].growth;
            if (slice.exceeded())
                ++e;
            else
                engines.erase(engines.begin() + static_cast<std::ptrdiff_t>(e));
        }
    }
    return verdict;
}

namespace {
/// What the lanes of a race share.
class Finish {
  public:
    const std::atomic<bool>& over() const { return over_; }

    void arrive(model::Verdict verdict) {
        const std::lock_guard lock(mutex_);
        if (verdict_ && is_answer(*verdict_)) return;
        if (is_answer(verdict)) over_.store(true, std::memory_order_relaxed);
        verdict_ = std::move(verdict);  // the one that tried longest, where none answers
    }
    void fail(std::exception_ptr error) {
        const std::lock_guard lock(mutex_);
        if (!error_) error_ = std::move(error);
    }
    /// After all lanes have ended.
    model::Verdict verdict() {
        if (error_ && !(verdict_ && is_answer(*verdict_))) std::rethrow_exception(error_);
        return std::move(*verdict_);
    }

  private:
    std::mutex mutex_;
    std::atomic<bool> over_{false};
    std::optional<model::Verdict> verdict_;
    std::exception_ptr error_;
};
}  // namespace

model::Verdict race(std::vector<Engine> engines, const Limits& limits, int threads) {
    require(threads >= 2 && !engines.empty(), "a race has engines and threads");
    Finish finish;
    const Limits until_answered = limits.until(finish.over());
    const Limits outer = current_limits();
    // The last lane has all engines and threads that are left.
    const auto run = [&](std::size_t lane, std::size_t lane_count) {
        const LimitScope scope(outer.until(finish.over()));
        try {
            const bool is_last = lane + 1 == lane_count;
            const auto begin = engines.begin() + static_cast<std::ptrdiff_t>(lane);
            std::vector<Engine> own(std::make_move_iterator(begin),
                                    std::make_move_iterator(is_last ? engines.end() : begin + 1));
            finish.arrive(take_turns(std::move(own), until_answered, is_last ? threads - static_cast<int>(lane) : 1));
        } catch (const LimitReached& limit) {
            finish.arrive(model::stopped(limit.reason()));
        } catch (...) {
            finish.fail(std::current_exception());
        }
    };
    run_together(std::min(engines.size(), static_cast<std::size_t>(threads)), run);
    return finish.verdict();
}

void SharedObserver::progress(const Progress& progress) {
    const std::lock_guard lock(mutex_);
    observer_.progress(progress);
}

void SharedObserver::message(std::string_view text) {
    const std::lock_guard lock(mutex_);
    observer_.message(text);
}

void SharedObserver::trace(std::string_view text) {
    const std::lock_guard lock(mutex_);
    observer_.trace(text);
}

}  // namespace sinew::verify
