// SPDX-License-Identifier: Apache-2.0
// A query over bounded inputs cut into parts that are about as hard: branch and bound that splits the hardest leaf
// until there are as many leaves as are wanted, and says by which splits.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/settings.hpp"
#include "engine/knowledge.hpp"
#include "engine/part.hpp"
#include "engine/split_tree.hpp"
#include "search/node_evaluation.hpp"
#include "search/split_choice.hpp"

namespace sinew::search {

class BoxSplitting {
  public:
    /// `part` of `query`, of which `knowledge` says what is known besides. Absent where the query is none for branch
    /// and bound: `obstacle` says why. The query must outlive it.
    static std::unique_ptr<BoxSplitting> make(const model::Query& query, const engine::Part& part,
                                              const engine::Knowledge& knowledge, const Settings& settings,
                                              std::string& obstacle);

    /// Splits until `wanted` leaves are open, no open one can be split, or a limit is reached: what is open is larger
    /// then.
    void run(std::size_t wanted, const Limits& limits);
    /// All of it, with the bounds of pre-activations in each open leaf.
    engine::SplitTree take_tree() { return std::move(tree_); }

  private:
    BoxSplitting(Problem problem, const engine::Part& part, const Settings& settings);
    bool split_hardest();
    bool may_split_phase(const Node& node) const;
    void add(Node node, const bounds::State& state, bool is_refuted);

    Problem problem_;
    NodeEvaluation evaluation_;
    SplitChoice choice_;
    std::vector<bool> continuous_;  ///< by variable: read by activations without a jump alone
    engine::SplitTree tree_;
    std::multimap<double, std::pair<std::uint32_t, Node>> open_;  ///< by bound; with the place in the tree
    std::size_t leaves_ = 0;                                      ///< that cannot be split
    bool has_roots_ = false;
};

}  // namespace sinew::search
