// SPDX-License-Identifier: Apache-2.0
// Which parts of the conditions deserve a name of their own in a text: those that are shared, and one on every long
// path, so that texts neither explode nor nest deeply.
#pragma once

#include <vector>

#include "model/query.hpp"

namespace sinew::write {

class FormulaParts {
  public:
    /// Looks at both conditions of `query`. O(size of the formula store).
    explicit FormulaParts(const model::Query& query);

    /// The parts with a name, children before parents. No path between two of them, or from a condition to one, is
    /// longer than deepest.
    const std::vector<model::FormulaId>& named() const { return named_; }

    static constexpr std::size_t deepest = 64;

  private:
    std::vector<model::FormulaId> named_;
};

/// The number of nodes of the tree that `root` is without sharing; saturates at `limit`. O(size of the store).
std::size_t tree_size(const model::FormulaStore& formulas, model::FormulaId root, std::size_t limit);

}  // namespace sinew::write
