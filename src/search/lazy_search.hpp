// SPDX-License-Identifier: Apache-2.0
// Clause learning over the linear theory alone, without network bounds: complete for every piecewise-linear query,
// bounded or not, and the engine of choice where the formula rather than the network is what is hard.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/observer.hpp"
#include "base/settings.hpp"
#include "engine/engine.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"
#include "search/lazy_cubes.hpp"
#include "search/lazy_solver.hpp"
#include "search/options.hpp"
#include "search/story.hpp"

namespace sinew::search {

/// Piecewise-linear networks; integer inputs may be unbounded. Steps go to observer.trace() where it wants them.
class LazySearch : public engine::Engine {
  public:
    /// The query and the observer must outlive it.
    LazySearch(const model::Query& query, const Settings& settings, Observer& observer)
        : query_(query),
          settings_(settings),
          observer_(observer),
          strengthened_(!settings.options(lazy_option_table()).strengthen) {}

    std::string_view name() const override { return "lazy"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override;
    bool uses_threads() const override { return true; }

  private:
    void begin();
    Answer solve(const engine::Turn& turn, bool may_share);
    void take_news(const engine::Knowledge& knowledge);

    const model::Query& query_;
    Settings settings_;
    Observer& observer_;
    std::unique_ptr<Encoding> encoding_;
    std::optional<Story> story_;
    std::unique_ptr<LazySolver> solver_;
    std::unique_ptr<LazyCubes> cubes_;                         ///< of turns with several threads
    std::unordered_map<Variable, std::size_t> breakpoint_of_;  ///< by pre-activation
    engine::Revision seen_ = 0;
    bool strengthened_;
};

/// Alone and to its end.
model::Verdict solve_lazily(const model::Query& query, const Settings& settings, const Limits& limits,
                            Observer& observer);

}  // namespace sinew::search
