// SPDX-License-Identifier: Apache-2.0
// Looks for a counterexample by gradients, in double arithmetic, sixteen points at a time. It proposes; witness.hpp
// confirms exactly. attack_search.hpp gives it turns; the search calls it with promising open boxes.
//
// Descents are projected gradient descents (Madry et al., ICLR 2018) whose steps shrink. With many inputs a step goes
// along the signs of the derivatives, first through the whole box; most descents begin where a random combination of
// outputs is large (output diversified initialisation: Tashiro et al., NeurIPS 2020). With few inputs steps are
// shorter, every other one is proportional to the derivative, and half of the descents begin near the best points of
// those before, for what they look for is thin.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "base/options.hpp"
#include "base/random.hpp"
#include "base/statistics.hpp"
#include "model/query.hpp"
#include "search/lane_condition.hpp"
#include "search/lane_network.hpp"

namespace sinew::search {

struct AttackOptions {
    std::size_t groups = 1;    ///< descents of sixteen points each
    std::size_t steps = 20;    ///< gradient steps of each
    double first_step = 0.25;  ///< in widths of the box; with many inputs both steps are four times as long
    double last_step = 0.004;
    std::size_t refinements = 8;  ///< steps of linear programming at the best point found
    double enough = 0;            ///< stop as soon as a margin is above this
    Limits limits{};  ///< looked at in every step of a descent, and between exact evaluations of what they found
};

const OptionTable<AttackOptions>& attack_option_table();

/// A point that may be a counterexample.
struct Candidate {
    std::vector<double> inputs;  ///< in input_variables() order, inside the box
    double margin =
        -std::numeric_limits<double>::infinity();  ///< of the condition, by lane_condition.hpp; >= 0: promising
};

/// A box and what is to hold there, for one lane; borrowed. Without a condition it is the query's.
struct AttackTarget {
    std::span<const double> lower;  ///< by input, finite
    std::span<const double> upper;
    LaneCondition* condition = nullptr;
};

/// Borrows the query, which must outlive it. Keeps its buffers between calls; successive calls draw different points,
/// and those over the same box go on with what the ones before have found.
class Attack {
  public:
    explicit Attack(const model::Query& query, std::uint64_t seed = 0, std::vector<bool> booleans = {});

    /// Descends inside the box (finite bounds, by input, in input_variables() order). `starts` are tried first, then
    /// the centre, corners and uniform points. The result holds the best points, best first, at most `lanes`. Integer
    /// inputs come back rounded. One step costs two multiplications per weight and lane: 20 steps of an ACAS Xu network
    /// take about 0.4 ms.
    std::vector<Candidate> run(std::span<const double> lower, std::span<const double> upper,
                               const AttackOptions& options, std::span<const std::vector<double>> starts = {});

    /// One descent of a lane for each of at most `lanes` targets; their best points, in the order of the targets.
    std::vector<Candidate> run(std::span<const AttackTarget> targets, const AttackOptions& options);

    /// Margins of up to `lanes` points at once, without descending.
    void score(std::span<const std::vector<double>> points, std::span<double> margins);

    const std::vector<bool>& booleans() const { return booleans_; }
    std::size_t input_count() const { return inputs_.size(); }
    Statistics statistics() const;

  private:
    using Starts = std::span<const std::vector<double>>;
    bool is_wide() const;
    void enter(std::span<const double> lower, std::span<const double> upper);
    double begin_descent(Starts starts, const Limits& limits);
    void place(Starts starts);
    void place_near_best();
    void diversify(const Limits& limits);
    void choose_targets();
    void descend(const AttackOptions& options, double scale);
    void step(double size, double momentum, bool signs_alone);
    void record_best(const double* margin);
    void keep_best(std::vector<Candidate>& found) const;
    void remember(const std::vector<Candidate>& found);
    void round_integers(std::vector<Candidate>& found);
    void refine(Candidate& candidate, std::size_t steps);
    void differentiate(const Descent* descent);
    Candidate best_of(std::size_t lane) const;
    double* point(std::size_t input) { return network_.values().row(inputs_[input]); }
    void load(std::span<const double> inputs);
    void evaluate(double* margin);

    const model::Query* query_;
    std::vector<bool> booleans_;
    std::vector<std::size_t> inputs_;  ///< variable of each input
    std::vector<const model::Domain*> domains_;
    bool integers_ = false;
    LaneNetwork network_;
    LaneCondition condition_;
    Random random_;
    bounds::LaneMatrix lower_;  ///< of the lanes' boxes, by input
    bounds::LaneMatrix upper_;
    bounds::LaneMatrix momentum_;    ///< by input
    bounds::LaneMatrix best_point_;  ///< by input
    double best_margin_[bounds::lanes] = {};
    std::uint32_t choice_[bounds::lanes] = {};  ///< of disjuncts, as LaneCondition::seed takes it
    std::vector<LaneCondition*> conditions_;    ///< by lane, of targets that have their own
    std::vector<std::uint32_t> outputs_;        ///< variables that the condition reads, but for inputs
    // Of the box of the runs before:
    std::vector<double> ends_;
    std::uint64_t descents_ = 0;
    std::size_t offset_ = 0;                ///< of the first one's targets
    std::vector<Candidate> elite_;          ///< the best points, best first
    std::vector<double> disjunct_margins_;  ///< the best of each disjunct that was looked at
    std::uint64_t evaluations_ = 0;
    std::uint64_t gradients_ = 0;
};

}  // namespace sinew::search
