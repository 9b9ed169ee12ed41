// SPDX-License-Identifier: Apache-2.0
// What a query goes through before any search: passes one after the other, each with its way back for witnesses; run
// once, the result kept for all engines.
#pragma once

#include <functional>
#include <vector>

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::verify {

class Preparation {
  public:
    /// `query` must outlive it.
    /// Unless it `passes` the query is taken as it is.
    explicit Preparation(const model::Query& query, bool passes = true);
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;

    /// For the engines: an equivalent query.
    const model::Query& query() const { return passes_.empty() ? given_ : prepared_; }
    /// From a witness of query() to one of the query that was given.
    model::Witness undo(model::Witness witness) const;

  private:
    /// From a witness of the query after a pass to one of the query before it; empty where it is the same.
    using Undo = std::function<model::Witness(model::Witness)>;
    void take(model::Query after, Undo undo = {});

    const model::Query& given_;
    model::Query prepared_;
    std::vector<Undo> passes_;  ///< that have changed the query
};

}  // namespace sinew::verify
