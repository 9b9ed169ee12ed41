// SPDX-License-Identifier: Apache-2.0
// Engines of one problem, one a thread: alone it is the engine, several share a decision by cubes (base/cubes.hpp).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cardinality/engine.hpp"
#include "sat/cube_solver.hpp"

namespace sinew::cardinality {

/// Theories beside the rows of each engine, whose checks a limit can cut short.
class TheoriesBeside {
  public:
    virtual ~TheoriesBeside() = default;
    /// Before engine `place` searches, from its thread.
    virtual void set_limits(std::size_t place, const Limits& limits) = 0;
    /// Whether an answer sat of it is one.
    virtual bool has_model(std::size_t place) const = 0;
};

class EngineGroup {
  public:
    EngineGroup(const Options& options, std::size_t threads, TheoriesBeside* theories = nullptr);

    std::size_t size() const { return engines_.size(); }
    Engine& first() { return *engines_.front(); }
    const Engine& first() const { return *engines_.front(); }
    Engine& at(std::size_t place) { return *engines_[place]; }

    /// Does the same with each, in a thread of its own, the first in this one; false where one returned false.
    bool for_each(const std::function<bool(Engine& engine, std::size_t place)>& work);

    /// All engines have the same problem, whose variables are the first `shared` ones. Otherwise as Engine::solve();
    /// a sat without a model of the theories is unknown.
    Answer solve(std::span<const Literal> assumptions, std::size_t shared, const Limits& limits,
                 std::uint64_t conflicts);
    /// After sat: who has the model.
    std::size_t winner() const { return winner_; }
    const std::vector<bool>& model() const { return engines_[winner_]->model(); }
    /// After unsat: the assumptions that fail together.
    std::span<const Literal> failed_assumptions() const { return failed_; }

    std::uint64_t conflicts() const;
    std::uint64_t effort() const;
    Statistics statistics() const;

  private:
    std::unique_ptr<sat::CubesOfSolvers> cubes_of(std::span<const Literal> assumptions, std::size_t shared);

    std::vector<std::unique_ptr<Engine>> engines_;
    TheoriesBeside* theories_;
    std::unique_ptr<sat::CubesOfSolvers> open_;  ///< of a decision without assumptions that goes on
    std::size_t winner_ = 0;
    std::vector<Literal> failed_;
    Statistics ended_;  ///< of cubes
};

}  // namespace sinew::cardinality
