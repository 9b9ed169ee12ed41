// SPDX-License-Identifier: Apache-2.0
// Training as a pseudo-Boolean problem: two literals a weight (one of {-1, 1}), a reified row a neuron and column of
// the first layer, products of weights and activities above it. Hidden neurons that can change places stand in
// lexicographic order (a change of all signs of a neuron is no symmetry: its sum may be 0).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "cardinality/problem.hpp"
#include "model/pseudo_boolean.hpp"
#include "train/columns.hpp"
#include "train/problem.hpp"
#include "train/weights.hpp"

namespace sinew::train {

using cardinality::Literal;
using cardinality::Term;

/// One objective of a training problem, the ones before it held at given values.
class TrainingFormula {
  public:
    /// `fixed`: values of the objectives before the one that is encoded, number fixed.size(). An objective beyond the
    /// problem's own is the soft demands'. `columns` must be the problem's and outlive the encoding.
    /// `bound`: no weights have a better value of the encoded objective (proven elsewhere). Building stops where a
    /// limit is reached: then the formula lacks rows and is_complete() says so.
    TrainingFormula(const Problem& problem, const Columns& columns, std::span<const std::int64_t> fixed,
                    std::optional<std::int64_t> bound = {}, const Limits& limits = {});

    bool is_complete() const { return !stopped_; }

    const cardinality::Problem& formula() const { return formula_; }
    Weights weights_of(const std::vector<bool>& model) const;
    /// The assignment of all variables that the weights imply. They are put into order first (see canonical()).
    std::vector<bool> assignment_of(Weights weights) const;
    /// The objective's value for a value of the formula's objective, and a bound for a bound.
    std::int64_t value(std::int64_t of_formula) const { return maximised_ ? -of_formula : of_formula; }
    /// w = 1 ⇔ first, w = -1 ⇔ second.
    std::pair<Literal, Literal> weight(std::size_t layer, std::size_t neuron, std::size_t input) const {
        return weights_[layer][neuron * inputs_of_[layer] + input];
    }

  private:
    /// A pass through the network: the activities that a neuron surely has (low) and may have (high).
    struct Track {
        std::vector<std::vector<Literal>> low;
        std::vector<std::vector<Literal>> high;
        std::uint32_t low_column = 0;
        std::uint32_t high_column = 0;
    };
    struct Sum {
        std::vector<Term> terms;
        std::int64_t constant = 0;
    };
    struct Gate {
        enum class Kind : std::uint8_t { conjunction, same, equal_pairs, row };
        Kind kind;
        Literal output;
        std::vector<Literal> inputs;
        std::size_t row = 0;
    };

    void encode(std::span<const std::int64_t> fixed, std::optional<std::int64_t> bound);
    bool stop();
    Literal fresh() { return Literal(formula_.new_variable(), false); }
    Literal conjunction(std::vector<Literal> literals);
    Literal product(Literal a, Literal b);
    Literal same(Literal a, Literal b);
    Literal at_least(const Sum& sum, std::int64_t bound);
    void add_weights();
    void order_neurons();
    Literal first_activity(std::size_t neuron, std::uint32_t column);
    Sum first_sum(std::size_t neuron, std::uint32_t column) const;
    Sum sum_above(std::size_t layer, std::size_t neuron, const Track& track, bool high);
    std::size_t track(std::uint32_t low, std::uint32_t high);
    Literal beats(std::size_t track, std::uint32_t winner, std::uint32_t loser, std::int64_t by, bool surely);
    Literal right(const Columns::Group& group);
    Literal has_class(std::size_t track, std::uint32_t label);
    void add_accuracy();
    void add_guard(const Columns::Guard& guard);
    Literal watch_literal(const Columns::Guard& guard, const Columns::Guard::Watch& watch);
    Literal class_kept(const Columns::Guard::Watch& watch);
    void add_margins();
    void add_margin(std::size_t layer, std::size_t neuron);
    std::vector<Term> objective_terms(std::size_t number, std::int64_t& constant) const;
    void set_margins(const Weights& weights, std::vector<bool>& values) const;

    const Problem& problem_;
    const Columns& columns_;
    const Limits limits_;
    bool stopped_ = false;
    cardinality::Problem formula_;
    bool maximised_ = false;
    std::vector<std::size_t> inputs_of_;
    std::vector<std::vector<std::pair<Literal, Literal>>> weights_;
    std::vector<Gate> gates_;  ///< in an order in which they can be evaluated
    std::map<std::pair<Literal, Literal>, Literal> products_;
    std::map<std::pair<Literal, Literal>, Literal> equalities_;
    std::vector<std::vector<Literal>> first_;  ///< by neuron and column; invalid until it is needed
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> track_of_;
    std::vector<Track> tracks_;
    std::map<std::pair<std::size_t, std::uint32_t>, Literal> classes_;
    std::vector<Literal> rights_;                          ///< by group
    std::vector<std::pair<Literal, std::uint32_t>> soft_;  ///< robust literals of soft demands, and their weights
    std::int64_t soft_always_ = 0;
    struct Margin {
        std::size_t layer;
        std::size_t neuron;
        std::vector<Literal> bits;
    };
    std::vector<Margin> margins_;
};

/// About how many terms the problem's rows have, all together: what building a TrainingFormula costs is in proportion
/// to it.
double encoded_terms(const Problem& problem, const Columns& columns);

/// The problem's first objective under all its demands, for other solvers: OPB, LP. A maximum is minimised negated.
model::PseudoBoolean formula_of(const Problem& problem);

/// The same network with the neurons of each hidden layer in descending lexicographic order of their weights.
Weights canonical(const Problem& problem, Weights weights);

}  // namespace sinew::train
