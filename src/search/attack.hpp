// SPDX-License-Identifier: Apache-2.0
// Looks for a counterexample by gradients, in double arithmetic, sixteen points at a time. It proposes; witness.hpp
// confirms exactly. Called at the root and, with the corners and centres of promising open boxes, by the search.
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
    double first_step = 0.25;  ///< in widths of the box
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

/// Borrows the query, which must outlive it. Keeps its buffers between calls; successive calls draw different points.
class Attack {
  public:
    explicit Attack(const model::Query& query, std::uint64_t seed = 0, std::vector<bool> booleans = {});

    /// Descends inside the box (finite bounds, by input, in input_variables() order). `starts` are tried first, then
    /// the centre, corners and uniform points. The result holds the best points, best first, at most `lanes`. Integer
    /// inputs come back rounded. One step costs two multiplications per weight and lane: 20 steps of an ACAS Xu network
    /// take about 0.4 ms.
    std::vector<Candidate> run(std::span<const double> lower, std::span<const double> upper,
                               const AttackOptions& options, std::span<const std::vector<double>> starts = {});

    /// Margins of up to `lanes` points at once, without descending.
    void score(std::span<const std::vector<double>> points, std::span<double> margins);

    const std::vector<bool>& booleans() const { return booleans_; }
    std::size_t input_count() const { return inputs_.size(); }
    Statistics statistics() const;

  private:
    struct Box {
        std::span<const double> lower;
        std::span<const double> upper;
    };
    void place(const Box& box, std::span<const std::vector<double>> starts, std::size_t group);
    void descend(const Box& box, const AttackOptions& options);
    void step(const Box& box, std::size_t index, double size, double momentum);
    void record_best(const double* margin);
    void keep_best(std::vector<Candidate>& found);
    void round_integers(const Box& box, std::vector<Candidate>& found);
    void refine(const Box& box, Candidate& candidate, std::size_t steps);
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
    bounds::LaneMatrix momentum_;    ///< by input
    bounds::LaneMatrix best_point_;  ///< by input
    double best_margin_[bounds::lanes] = {};
    std::uint64_t evaluations_ = 0;
    std::uint64_t gradients_ = 0;
};

}  // namespace sinew::search
