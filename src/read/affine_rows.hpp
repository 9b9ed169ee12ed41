// SPDX-License-Identifier: Apache-2.0
// An affine layer made row by row from linear forms, as textual formats give it.
#pragma once

#include <map>

#include "model/network.hpp"

namespace sinew::read {

/// Collects the rows of one affine layer over the layers that `network` already has. A map with at least half of its
/// entries becomes dense, others stay sparse.
class AffineRows {
  public:
    AffineRows(const model::Network& network, std::size_t rows) : network_(network), rows_(rows) {}

    /// The next row. O(terms · log layers).
    void add(const LinearForm& row);
    /// The layer, when all rows have been added.
    model::AffineLayer take();

  private:
    model::DenseMap made_dense(const model::SparseMap& map) const;

    const model::Network& network_;
    std::size_t rows_;
    std::size_t added_ = 0;
    std::map<model::LayerId, model::SparseMap> maps_;
    model::NumberArray bias_;
};

}  // namespace sinew::read
