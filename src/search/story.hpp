// SPDX-License-Identifier: Apache-2.0
// Tells a clause-learning search as the worked example of the `dnn` format does: Propagate, Deduction, Assign, Check
// SAT, Decide, Analyze, Backtrack; phases by number, atoms as formulas.
#pragma once

#include <string>

#include "base/observer.hpp"
#include "model/query.hpp"
#include "sat/tracer.hpp"
#include "search/encoding.hpp"

namespace sinew::search {

/// Listens to the core and writes its steps to observer.trace(). Auxiliary literals of the encoding stay untold.
class Story : public sat::Tracer {
  public:
    Story(const model::Query& query, const Encoding& encoding, Observer& observer)
        : query_(query), encoding_(encoding), observer_(observer) {}

    void decided(sat::Literal literal, std::size_t level) override;
    void propagated(sat::Literal literal, std::span<const sat::Literal> reason) override;
    void conflict(std::span<const sat::Literal> clause, bool of_theory) override;
    void learned(std::span<const sat::Literal> clause, std::size_t backjump_level) override;
    void backtracked(std::size_t level) override;

  private:
    /// "3", "-4" for phases, "(x0 > 1)" for atoms, "" for what has no meaning outside the encoding.
    std::string text(sat::Literal literal) const;
    /// "3 (a10 > 0)"
    std::string long_text(sat::Literal literal) const;
    /// "[1, -4, (x0 > 1)]"; auxiliary literals are counted, not named.
    std::string clause_text(std::span<const sat::Literal> clause) const;

    const model::Query& query_;
    const Encoding& encoding_;
    Observer& observer_;
    bool propagating_ = false;
};

}  // namespace sinew::search
