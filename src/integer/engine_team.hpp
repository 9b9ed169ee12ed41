// SPDX-License-Identifier: Apache-2.0
// Engines of one problem, one a thread: alone it is the engine, several share each decision by cubes (base/cubes.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/cubes.hpp"
#include "integer/engine.hpp"

namespace sinew::integer {

class EngineTeam {
  public:
    /// Made alike, each with the same variables in the same order. They must outlive this. `alone`: what the first one
    /// does of a decision before the others are called; `shortest_slice`: as Cubes has it.
    explicit EngineTeam(std::vector<Engine*> engines, Effort alone = 0,
                        Effort shortest_slice = Cubes<Bound>::usual_slice);
    ~EngineTeam();
    EngineTeam(const EngineTeam&) = delete;
    EngineTeam& operator=(const EngineTeam&) = delete;

    Engine& first() { return *engines_.front(); }
    const Engine& first() const { return *engines_.front(); }
    std::span<Engine* const> engines() const { return engines_; }

    /// As Engine::search(), with a budget for each. Asked again under the same assumptions it goes on. Whatever is
    /// added to one of the engines between searches must be added to all.
    Answer search(std::span<const Bound> assumptions, const Limits& limits, std::uint64_t conflict_budget);
    /// After sat: whose solution it is, and the solution.
    std::size_t winner() const { return winner_; }
    const std::vector<Value>& values() const { return engines_[winner_]->values(); }

    void report(Statistics& statistics) const;

  private:
    class Part;

    std::vector<Engine*> engines_;
    Effort alone_;
    Effort shortest_slice_;
    std::vector<std::unique_ptr<Part>> parts_;  ///< none where there is one engine
    std::vector<CubeSolver<Bound>*> places_;
    std::unique_ptr<Cubes<Bound>> open_;  ///< of a decision that goes on
    std::vector<Bound> assumed_;          ///< by it
    std::size_t winner_ = 0;
    Statistics ended_;  ///< of cubes
};

}  // namespace sinew::integer
