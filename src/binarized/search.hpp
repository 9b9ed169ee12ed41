// SPDX-License-Identifier: Apache-2.0
// Queries over binarized networks with real inputs as an engine: everything above the first neurons is a pseudo-Boolean
// problem, and whether their phases can be had together a linear one.
#pragma once

#include <cstdint>
#include <memory>

#include "base/observer.hpp"
#include "base/settings.hpp"
#include "engine/engine.hpp"

namespace sinew::binarized {

/// Excludes conditions by the phases that first neurons can have together (phase/bounds.hpp), and by turns searches by
/// DPLL(T): clauses, rows and the linear arithmetic of phases (phase/phase_theory.hpp) on one trail, with conflicts at
/// partial assignments. Complete where the query is one for it (encoded_query.hpp), else exhausted at once, with the
/// reason.
class Search : public engine::Engine {
  public:
    /// All must outlive this.
    Search(const model::Query& query, const Settings& settings, Observer& observer);
    ~Search() override;

    std::string_view name() const override { return "binarized"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override;
    bool uses_threads() const override { return true; }
    std::string reason() const override;

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace sinew::binarized
