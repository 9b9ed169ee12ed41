// What a query goes through before any search: passes one after the other, each with its way back for witnesses; run
// once, the result kept for all engines.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::verify {

/// A pass that has changed the query.
struct Pass {
    std::string_view name;
    /// From a witness of the query after it to one of the query before it.
    std::function<model::Witness(model::Witness)> undo;
};

class Preparation {
  public:
    /// `query` must outlive it.
    explicit Preparation(const model::Query& query);
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;

    /// For the engines: an equivalent query.
    const model::Query& query() const { return passes_.empty() ? given_ : prepared_; }
    /// From a witness of query() to one of the query that was given.
    model::Witness undo(model::Witness witness) const;
    const std::vector<Pass>& passes() const { return passes_; }

  private:
    void run(Pass pass, model::Query after);

    const model::Query& given_;
    model::Query prepared_;
    std::vector<Pass> passes_;
};

}  // namespace sinew::verify
