// SPDX-License-Identifier: Apache-2.0
// A query's conditions over the scores of a folded network, over its inputs and over free Booleans, as conditions on
// whole numbers, linear atoms and clauses over them.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "binarized/encode.hpp"
#include "cardinality/problem.hpp"
#include "model/query.hpp"
#include "threshold/reduced_network.hpp"

namespace sinew::binarized {

/// A leaf's literal; not valid: it is the constant.
struct LeafLiteral {
    cardinality::Literal literal;
    bool constant = false;
};

/// Of all targets, where `encoding` is that of the ones that are no constants.
std::vector<LeafLiteral> target_literals(std::span<const threshold::Target> targets, const Encoding& encoding);

/// form >= 0, or form > 0 if strict, over inputs.
struct InputAtom {
    LinearForm form;
    bool strict = false;
};

/// What a formula's atoms become: conditions that someone numbers, or atoms over inputs.
class QueryFormula {
  public:
    /// The number of the condition form >= 0 (form > 0 if strict); absent: it is over inputs alone. Throws UsageError
    /// where it is no condition.
    using AtomReader = std::function<std::optional<std::size_t>(LinearForm& form, bool strict)>;

    /// The conjunction of `roots` in `query`. A reader may rewrite the form of an atom over inputs.
    QueryFormula(const model::Query& query, std::span<const model::FormulaId> roots, const AtomReader& reader);

    std::span<const InputAtom> input_atoms() const { return input_atoms_; }
    /// Whether it all is a disjunction of conditions, or one.
    bool one_condition_is_enough() const;

    /// What stands for the leaves: one for each condition, each input atom, each free Boolean of the query.
    struct Leaves {
        std::vector<LeafLiteral> conditions;
        std::vector<LeafLiteral> input_atoms;
        std::vector<LeafLiteral> booleans;
    };
    /// Adds that the conjunction holds.
    void add_to(cardinality::Problem& problem, const Leaves& leaves) const;

  private:
    enum class LeafKind : std::uint8_t { condition, input_atom, boolean };
    struct Leaf {
        LeafKind kind;
        std::size_t index;
    };
    /// A node of the formula: the conjunction or disjunction of earlier ones and of leaves.
    struct Part {
        bool conjunction = true;
        bool negated = false;
        std::vector<std::size_t> parts;
        std::vector<Leaf> leaves;
    };

    Leaf leaf_of(LinearForm form, bool strict, const AtomReader& reader);
    Part part_of(const model::FormulaNode& node, const AtomReader& reader);

    std::vector<InputAtom> input_atoms_;
    std::vector<Part> parts_;           ///< the last one is the root
    std::vector<std::size_t> part_of_;  ///< by formula node
};

/// A formula over the scores of a folded network and over inputs.
struct ScoreFormula {
    std::vector<threshold::ScoreCondition> conditions;
    QueryFormula formula;

    /// The conjunction of `roots` in `query`, whose network's last layer is the scores of `folded`. Throws UsageError
    /// where an atom is neither over the last layer alone nor over inputs alone.
    static ScoreFormula read(const model::Query& query, std::span<const model::FormulaId> roots,
                             const threshold::ThresholdNetwork& folded);
};

}  // namespace sinew::binarized
