// Engines side by side: on one thread they take turns, on several they race, and the first verdict wins.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "model/verdict.hpp"

namespace sinew::verify {

/// One way to answer a query. What it needs from outside is read only, so that several may run at the same time.
struct Engine {
    /// Answers within `limits` on `threads` threads (an engine may use fewer).
    std::function<model::Verdict(const Limits& limits, int threads)> run;
    double slice = 1;   ///< seconds of its first turn
    double growth = 2;  ///< how much longer each next turn is
};

/// True for sat and unsat.
bool is_answer(const model::Verdict& verdict);

/// Each engine in turn for its slice of time. One that stops before its slice is over has given up for good; the last
/// one left has all the time there is. Without an answer: what the last one said.
model::Verdict take_turns(std::vector<Engine> engines, const Limits& limits, int threads = 1);

/// All engines at the same time on `threads` >= 2 threads; where threads are fewer, the last ones take turns on the
/// last thread, and where there are more, the last engine has the rest. The first answer stops the others. An exception
/// of one is thrown on unless another answers.
model::Verdict race(std::vector<Engine> engines, const Limits& limits, int threads);

/// Passes on what engines tell from several threads, one at a time.
class SharedObserver : public Observer {
  public:
    explicit SharedObserver(Observer& observer) : observer_(observer) {}
    void progress(const Progress& progress) override;
    void message(std::string_view text) override;
    bool wants_trace() const override { return observer_.wants_trace(); }
    void trace(std::string_view text) override;

  private:
    Observer& observer_;
    std::mutex mutex_;
};

}  // namespace sinew::verify
