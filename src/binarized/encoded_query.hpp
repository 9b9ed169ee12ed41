// SPDX-License-Identifier: Apache-2.0
// A query over real inputs of a binarized network as a pseudo-Boolean problem: everything above the first neurons is
// whole-number thresholds, and the first neurons' phases, like the atoms over inputs, are linear atoms.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/statistics.hpp"
#include "binarized/encode.hpp"
#include "binarized/score_formula.hpp"
#include "model/query.hpp"
#include "phase/real_front.hpp"
#include "threshold/reduced_network.hpp"

namespace sinew::binarized {

class EncodedQuery {
  public:
    /// `query` must outlive this.
    explicit EncodedQuery(const model::Query& query) : query_(query) {}
    EncodedQuery(const EncodedQuery&) = delete;
    EncodedQuery& operator=(const EncodedQuery&) = delete;

    /// Whether the query is one for this: real inputs, sign, signum or hardlim neurons over inputs alone or over
    /// neurons alone, conditions over inputs alone, over neurons alone and over free Booleans; else `reason` says why
    /// not (or that a limit was reached).
    bool understand(const Limits& limits, std::string& reason);

    const model::Query& query() const { return query_; }
    const phase::RealFront& front() const { return front_; }
    /// The network above the first neurons; digit f is the phase of unit(f).
    const threshold::ReducedNetwork& reduced() const { return reduced_; }
    const phase::FrontUnit& unit(std::size_t f) const { return front_.units()[unit_[f]]; }
    /// The target cannot win: not encoded, where encode() is still to come.
    void exclude(std::size_t target) { reduced_.targets[target].wins = threshold::Signal::truth(false); }
    bool some_target_can_win() const;

    /// The query's problem, and literal by literal what it says of inputs.
    struct Problem {
        cardinality::Problem rows;
        std::vector<cardinality::Literal> digit;   ///< of each free digit
        std::vector<cardinality::Literal> target;  ///< not valid: a constant
        std::vector<phase::FrontAtom> atoms;
        std::vector<cardinality::Literal> atom;  ///< atom holds ⇔ literal
        std::vector<cardinality::BoolVar> booleans;
    };
    Problem encode() const;

    void add_statistics(Statistics& statistics) const;

  private:
    bool fold(const Limits& limits, std::string& reason);
    bool read_graph(const Limits& limits, std::string& reason);
    threshold::Ball ball_of(const threshold::ThresholdNetwork& folded);
    void add_front(Problem& problem) const;
    LeafLiteral input_atom(Problem& problem, const InputAtom& atom) const;

    const model::Query& query_;
    phase::RealFront front_;
    std::vector<std::uint32_t> unit_;  ///< by digit
    std::optional<QueryFormula> formula_;
    threshold::ReducedNetwork reduced_;
};

}  // namespace sinew::binarized
