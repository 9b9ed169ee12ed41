// SPDX-License-Identifier: Apache-2.0
// Clause learning for tanh and sigmoid networks: a piecewise-linear relaxation is decided exactly and refined where its
// solution is not one, until it has no solution or the network itself has one. It asks nothing of the query (unbounded
// inputs, free Booleans, integers), but is at home where neurons are few: each relaxation is encoded anew.
// (Clarke et al., Counterexample-guided abstraction refinement, CAV 2000; Cimatti et al., Incremental linearization for
// satisfiability modulo transcendental functions, TOCL 2018.)
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/observer.hpp"
#include "base/settings.hpp"
#include "engine/engine.hpp"
#include "model/query.hpp"

namespace sinew::search {

/// Exhausted where a point meets the conditions up to the distance that reason() names, and no refinement that doubles
/// can express excludes it.
class SmoothRefinement : public engine::Engine {
  public:
    /// The query and the observer must outlive it.
    SmoothRefinement(const model::Query& query, const Settings& settings, Observer& observer);
    ~SmoothRefinement() override;

    std::string_view name() const override { return "refinement"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override;
    bool uses_threads() const override { return true; }
    std::string reason() const override;

  private:
    class Search;
    std::unique_ptr<Search> search_;
};

}  // namespace sinew::search
