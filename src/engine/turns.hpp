// The one scheduler: engines take turns of ever more effort; with threads there are lanes of them side by side.
#pragma once

#include <memory>
#include <vector>

#include "base/effort.hpp"
#include "base/limits.hpp"
#include "engine/engine.hpp"

namespace sinew::engine {

/// An engine in the line.
struct Seat {
    std::unique_ptr<Engine> engine;
    Effort effort = effort_per_second;  ///< of its first turn
    Effort growth = 2;                  ///< how much longer each next turn is
};

class Turns {
  public:
    explicit Turns(std::vector<Seat> seats) : seats_(std::move(seats)) {}

    /// Each engine in turn until one has answered, all are exhausted or a limit is reached; the last one left goes on
    /// without turns. With several threads each engine has a lane; where threads are fewer the last ones take turns in
    /// the last lane, and where there are more the last engine has the rest. One thread: the same run each time.
    void run(Knowledge& knowledge, const Limits& limits, int threads);

    /// Of all engines.
    Statistics statistics() const;
    /// Why there is no answer, by the engine that ran last.
    const std::string& reason() const { return reason_; }

  private:
    void run_lane(std::vector<Seat*> lane, Knowledge& knowledge, const Limits& limits, int threads,
                  std::string& reason);
    void race(std::vector<Seat*> seats, Knowledge& knowledge, const Limits& limits, int threads);

    std::vector<Seat> seats_;
    std::string reason_;
};

}  // namespace sinew::engine
