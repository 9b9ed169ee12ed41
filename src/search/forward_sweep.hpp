// SPDX-License-Identifier: Apache-2.0
// The search over boxes for few inputs: sixteen boxes at once are bounded forward, refuted or cut in two, and nothing
// else is done to them. On one input the network's pieces are met one by one: a box is cut where the loosest open
// neuron changes its piece, and where none is open bounds are exact; what doubles leave open there is walked over
// rationals (exact_sweep.hpp). So a network of millions of weights, or a
// disjunction of thousands of small boxes, takes a few passes through the weights for sixteen boxes each.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/infinity.hpp"
#include "bounds/forward_bounds.hpp"
#include "engine/engine.hpp"
#include "model/query.hpp"
#include "search/exact_sweep.hpp"

namespace sinew::search {

/// Answers by itself what strict margins decide, and with one input all else; with more a box whose bounds end at 0
/// exactly, or that grows too small, makes it give up (`exhausted`). One thread; a run repeats itself.
class ForwardSweep : public engine::Engine {
  public:
    /// Few real inputs, all bounded in every disjunct, no free Booleans: null where the query is another. With one or
    /// two inputs any, with up to eight where there are many disjuncts over boxes of their own. It must outlive it.
    static std::unique_ptr<ForwardSweep> make(const model::Query& query);

    std::string_view name() const override { return "sweep"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override;
    std::string reason() const override { return reason_; }

  private:
    /// All disjuncts over the same box; `conjunctions` are lists of rows.
    struct Case {
        std::vector<double> lower, upper;
        std::vector<std::vector<std::uint32_t>> conjunctions;
        std::vector<std::uint32_t> disjuncts;  ///< what each is
    };
    struct Item {
        std::uint32_t of_case = 0;
        std::vector<double> lower, upper;
        std::vector<std::uint32_t> open;  ///< conjunctions that no bound has refuted
        double bound = -infinity;         ///< of the box that this was cut from
        int stalled = 0;                  ///< cuts in turn that have hardly raised it
    };
    /// What the bounds of an open box say about its hardest conjunction.
    struct Look {
        double bound = 0;                   ///< of its best row
        std::vector<double> hopeful_point;  ///< where all its rows hold by their forms; empty if there is none
    };

    explicit ForwardSweep(const model::Query& query) : query_(query) {}
    bool prepare();
    bool add_case(std::uint32_t disjunct, std::vector<double> lower, std::vector<double> upper);
    std::uint32_t add_row(const LinearForm& form, bool strict);
    /// False: the box is refuted.
    bool look(Item& item, std::size_t box, Look& out);
    bool holds_at(const std::vector<std::uint32_t>& conjunction, std::span<const double> at) const;
    bool split(const Item& item, std::size_t box);
    /// Whether cuts of the one input do no good: this is left to the walk.
    bool is_leaf(Item& item, std::size_t box, double bound) const;
    /// Walks the leaves, the last one first; answered or exhausted: all of them, or a witness was found.
    engine::Progress walk_leaves(const engine::Turn& turn, engine::Knowledge& knowledge);

    const model::Query& query_;
    std::vector<std::size_t> input_;  ///< by variable of an input: its place
    std::vector<Disjunct> disjuncts_;
    std::vector<Case> cases_;
    std::vector<bounds::Row> rows_;
    std::vector<std::uint8_t> strict_;
    std::unique_ptr<bounds::ForwardBounds> forward_;
    std::vector<Item> stack_, batch_;
    bool walks_ = false;        ///< ExactSweep::fits
    std::vector<Item> leaves_;  ///< what is left to it
    std::unique_ptr<ExactSweep> walk_;
    std::uint64_t pieces_ = 0;
    std::vector<bounds::ForwardRow> row_bounds_;  ///< of the conjunction that is looked at
    std::vector<double> point_;
    std::string reason_;
    bool has_given_up_ = false;
    std::uint64_t boxes_ = 0;
};

}  // namespace sinew::search
