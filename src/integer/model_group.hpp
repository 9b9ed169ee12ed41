// SPDX-License-Identifier: Apache-2.0
// Models of one problem, one a thread: several share the decision by cubes (base/cubes.hpp).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/cubes.hpp"
#include "integer/model.hpp"

namespace sinew::integer {

class ModelGroup {
  public:
    /// Made alike, each with the same variables in the same order, without an objective. They must outlive this.
    explicit ModelGroup(std::span<Model* const> models, Effort shortest_slice = Cubes<Bound>::usual_slice);
    ~ModelGroup();

    /// Decides the problem; called again it goes on. Never throws for a limit.
    Result solve(const Limits& limits);
    /// After sat: whose solution it is.
    std::size_t winner() const { return cubes_.winner(); }
    /// Of all models, and of the cubes.
    Statistics statistics() const;

  private:
    class Part;

    std::vector<Model*> models_;
    std::vector<std::unique_ptr<Part>> parts_;
    std::vector<CubeSolver<Bound>*> places_;
    Cubes<Bound> cubes_;
};

}  // namespace sinew::integer
