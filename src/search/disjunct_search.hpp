// SPDX-License-Identifier: Apache-2.0
// Boxes for curved networks whose condition is a long list of disjuncts with inputs of their own (what fixes a factor
// in one leaves it open in the hull of all): one question after the other.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "search/branch_and_bound.hpp"
#include "search/disjuncts.hpp"

namespace sinew::search {

class DisjunctSearch : public engine::Engine {
  public:
    /// Absent where branch and bound has a root box for each disjunct anyway, or an input is not bounded.
    static std::unique_ptr<DisjunctSearch> make(const model::Query& query, const BranchAndBoundOptions& options,
                                                Observer& observer);
    ~DisjunctSearch() override;

    std::string_view name() const override { return "boxes"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override;
    std::string reason() const override { return reason_; }

  private:
    DisjunctSearch(const model::Query& query, BranchAndBoundOptions options, Observer& observer,
                   std::vector<Disjunct> disjuncts);
    /// The next question: a box, and what the disjuncts that have it ask.
    void begin();

    struct Question;
    const model::Query& query_;
    BranchAndBoundOptions options_;
    Observer& observer_;
    std::vector<Disjunct> disjuncts_;
    std::vector<model::Domain> domains_;
    std::size_t next_ = 0;
    std::unique_ptr<Question> question_;
    Statistics done_;
    std::size_t questions_ = 0;
    std::string reason_;
};

}  // namespace sinew::search
