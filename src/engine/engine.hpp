// SPDX-License-Identifier: Apache-2.0
// A search that can pause: it goes on where it stopped, and tells what it knows to the others.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "base/statistics.hpp"
#include "engine/knowledge.hpp"

namespace sinew::engine {

enum class Progress : std::uint8_t {
    paused,     ///< the turn is over, the search is not
    answered,   ///< Knowledge has the answer
    exhausted,  ///< more turns would not help; reason() says why
};

/// What an engine has for one turn.
struct Turn {
    /// The run's limits and the turn's effort (Limits::within_effort): an engine that meets their end pauses.
    Limits limits;
    int threads = 1;
};

class Engine {
  public:
    Engine() = default;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    virtual ~Engine() = default;

    /// A word for statistics and `decided_by`. Lives as long as the program.
    virtual std::string_view name() const = 0;
    /// Searches until the turn's limits are reached. Nothing learned is lost between turns; what a turn would build is
    /// built in the first. Always the same `knowledge`.
    virtual Progress advance(const Turn& turn, Knowledge& knowledge) = 0;
    virtual Statistics statistics() const = 0;
    /// Whether advance() has work for all of Turn::threads. Engines that have take their turns with all threads, as one
    /// thread would; others are run side by side.
    virtual bool uses_threads() const { return false; }
    /// After an exhausted turn: why more would not help. After a paused one: what is known so far, if that is
    /// something; which limit ended the search is the scheduler's to say.
    virtual std::string reason() const { return {}; }
};

}  // namespace sinew::engine
