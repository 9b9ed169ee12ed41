// SPDX-License-Identifier: Apache-2.0
// The one scheduler: engines take turns of ever more effort; with threads there are lanes of them side by side.
#pragma once

#include <memory>
#include <vector>

#include "base/effort.hpp"
#include "base/limits.hpp"
#include "engine/engine.hpp"

namespace sinew::engine {

/// Which turns an engine gets.
enum class Standing : std::uint8_t {
    equal,     ///< a lane of its own, as far as threads go
    side,      ///< a lane of its own only where there are more than two threads
    fallback,  ///< runs when the others in its lane are exhausted
    helper,    ///< takes turns as long as there are others in its lane; why there is no answer is theirs to say
};

/// An engine in the line. A turn's effort doubles from one to the next, so that engines keep their shares.
struct Seat {
    std::unique_ptr<Engine> engine;
    Effort effort = effort_per_second;  ///< of its first turn
    Standing standing = Standing::equal;
    std::uint64_t turns = 0;  ///< that it has had, and the time that they took
    double seconds = 0;
};

class Turns {
  public:
    explicit Turns(std::vector<Seat> seats) : seats_(std::move(seats)) {}

    /// Each engine in turn until one has answered, all are exhausted or a limit is reached; the last one left goes on
    /// without turns. With several threads engines that can use them (Engine::uses_threads) take their turns with all
    /// of them. Where no engine can, there are lanes side by side, the last of which has all engines and threads that
    /// are left over. One thread: the same run each time.
    void run(Knowledge& knowledge, const Limits& limits, int threads);

    /// Of all engines; of each its turns and their time.
    Statistics statistics() const;
    /// Why there is no answer, by the engine that ran last.
    const std::string& reason() const { return reason_; }

  private:
    using Lane = std::vector<Seat*>;
    std::vector<Lane> lanes(int threads);
    static void run_lane(Lane lane, Knowledge& knowledge, const Limits& limits, int threads, std::string& reason);
    void race(const std::vector<Lane>& lanes, Knowledge& knowledge, const Limits& limits, int threads);

    std::vector<Seat> seats_;
    std::string reason_;
};

/// What `seats` find out about the query of `knowledge`, by turns or in lanes.
model::Verdict decide(std::vector<Seat> seats, Knowledge& knowledge, const Limits& limits, int threads);
/// The same where nothing is known before.
model::Verdict decide(std::vector<Seat> seats, const model::Query& query, const Limits& limits, int threads);
/// The same of one engine.
model::Verdict decide_alone(std::unique_ptr<Engine> engine, const model::Query& query, const Limits& limits,
                            int threads = 1);

}  // namespace sinew::engine
