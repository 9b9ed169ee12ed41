// SPDX-License-Identifier: Apache-2.0
// One minimisation: searches from above (better than the best so far) and from below (as good as the bound) by turns,
// so that a run stopped early has a solution and a proven bound. Several side by side, each with an engine of its own,
// share the ways and what they know.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "integer/box_turns.hpp"
#include "integer/engine.hpp"
#include "integer/model.hpp"
#include "integer/shared_search.hpp"

namespace sinew::integer {

/// Σ terms as a variable of the engine: `variable` is at least the sum, and the least that it can be is the sum's least
/// value. Absent (no view) where the sum has values beyond ±largest_value.
struct Target {
    std::vector<Term> terms;
    View variable;
};

class Minimizer {
  public:
    struct Calls {
        /// Called with every solution that is better than all before, and its sum.
        std::function<void(const Integer& sum, const std::vector<Value>& values)> solution;
        std::function<void(const Integer& bound)> bound;
        /// Throws for values that are no solution; before anyone hears of them.
        std::function<void(const std::vector<Value>& values)> check;
        /// Adds literal -> Σ terms <= bound: only used where the target has no variable.
        std::function<void(Bound literal, const Integer& bound)> add_cut;
    };
    enum class Ways : std::uint8_t { all, boxes };

    Minimizer(Engine& engine, const Target& target, std::span<const Bound> assumptions, Calls calls);
    ~Minimizer() { engine_.set_exports(nullptr); }
    Minimizer(const Minimizer&) = delete;
    Minimizer& operator=(const Minimizer&) = delete;

    /// Boxes of a network take turns with the engine. The problem's objective is the target's variable. False: they
    /// are of no use here.
    bool search_boxes_of(BoxProblem problem);
    /// There are others beside it: all know what one of them finds, and the calls are made one at a time.
    void share(SharedSearch& shared, std::size_t place, Ways ways);

    /// Runs until the least sum is proven or a limit is reached.
    void run(const Limits& limits);
    /// What is known, also of others, when all have ended.
    void finish() {
        takes_proofs_ = true;
        exchange();
    }

    bool infeasible() const { return infeasible_; }
    bool has_solution() const { return best_.has_value(); }
    bool proven() const { return best_ && bound_ >= *best_; }
    const Integer& best() const { return *best_; }
    const Integer& bound() const { return bound_; }
    const std::vector<Value>& values() const { return values_; }
    Statistics statistics() const { return boxes_ ? boxes_->statistics() : Statistics(); }

  private:
    void run_boxes(const Limits& limits);
    Answer search(std::span<const Bound> assumptions, const Limits& limits, std::uint64_t budget,
                  const std::optional<Integer>& limit = std::nullopt);
    Answer search_up_to(const Integer& limit, const Limits& limits, std::uint64_t budget);
    void search_above(const Limits& limits, std::uint64_t budget);
    void search_below(const Limits& limits);
    void search_boxes(const Limits& limits);
    void refuted_up_to(const Integer& limit);
    void take_solution();
    void accept(const Integer& sum, std::vector<Value> values);
    void raise_bound(const Integer& bound);
    void require_more_than(const Integer& limit);
    void exchange();
    Integer least_sum() const;

    Engine& engine_;
    const Target& target_;
    std::vector<Bound> assumptions_;
    Calls calls_;
    SharedSearch* shared_ = nullptr;
    std::size_t place_ = 0;
    /// The first goes the way that it would go alone, but for better solutions: several are then hardly slower than
    /// one.
    bool takes_proofs_ = false;
    Ways ways_ = Ways::all;
    Exports exports_;
    std::optional<Integer> best_;
    Integer bound_;
    std::vector<Value> values_;
    Integer step_ = 1;  ///< how far above the bound the next search from below may go
    Integer gain_ = 1;  ///< by how much the next search from above wants to better the best
    std::uint64_t budget_;
    std::optional<BoxTurns> boxes_;
    static constexpr Effort first_box_effort = effort_per_second / 5;
    Effort box_effort_ = first_box_effort;  ///< of the boxes' next turn
    Effort effort_after_boxes_ = 0;         ///< this thread's, when their last turn ended
    bool boxes_gained_ = true;              ///< that turn raised the bound
    bool infeasible_ = false;
};

}  // namespace sinew::integer
