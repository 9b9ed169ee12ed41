// SPDX-License-Identifier: Apache-2.0
// Models of one problem, one a thread: several share the work (integer/engine_team.hpp, base/shared_best.hpp).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "integer/engine_team.hpp"
#include "integer/model.hpp"

namespace sinew::integer {

class ModelGroup {
  public:
    /// Made alike, each with the same variables in the same order. They must outlive this. `alone`: what the first one
    /// does before the others are called.
    explicit ModelGroup(std::span<Model* const> models, Effort alone = 0,
                        Effort shortest_slice = Cubes<Bound>::usual_slice);

    /// Decides the problem; called again it goes on, also with what was added to all models since. Never throws for a
    /// limit. Of models without an objective.
    Result solve(const Limits& limits);
    /// After sat: whose solution it is.
    std::size_t winner() const { return team_.winner(); }

    /// The best value of their objective. Ways are shared out, what is found is told.
    static Result optimise(std::span<Model* const> models, const Limits& limits, Listener* listener);

    /// Of all models, and of the cubes.
    Statistics statistics() const;

  private:
    static std::vector<Engine*> engines_of(std::span<Model* const> models);

    std::vector<Model*> models_;
    EngineTeam team_;
};

}  // namespace sinew::integer
