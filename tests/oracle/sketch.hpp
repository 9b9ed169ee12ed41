// SPDX-License-Identifier: Apache-2.0
// A query as plain data. The generator draws it, the shrinker cuts it, and the Z3 encoding and the evaluator below read
// it: none of them use what src/ says a network or a formula means, so that a mistake there cannot hide itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::oracle {

/// Component `index` of layer `layer`.
struct Place {
    std::size_t layer = 0;
    std::size_t index = 0;
    friend bool operator==(const Place&, const Place&) = default;
};

enum class LayerKind { input, affine, activation, max_pool };
/// How build() stores a matrix in the model; the meaning is that of the dense weights.
enum class Storage { dense, sparse, convolution };

/// weights[row][column] times the components of `layer`.
struct Source {
    std::size_t layer = 0;
    std::vector<std::vector<Rational>> weights;
    Storage storage = Storage::dense;
    model::ConvolutionMap geometry;  ///< convolution only; its kernel array stays empty
    std::vector<Rational> kernel;    ///< convolution only
};

struct LayerSketch {
    LayerKind kind = LayerKind::input;
    std::size_t size = 0;
    std::vector<Source> sources;                    ///< affine
    std::vector<Rational> bias;                     ///< affine
    std::size_t source = 0;                         ///< activation and max_pool
    model::Activation activation;                   ///< activation
    std::vector<std::vector<std::size_t>> windows;  ///< max_pool
};

struct DomainSketch {
    bool integer = false;
    std::optional<Rational> lower;
    std::optional<Rational> upper;
    std::vector<Rational> values;
};

enum class Connective {
    constant,
    boolean,
    atom,
    negation,
    conjunction,
    disjunction,
    implication,
    equivalence,
    exclusive_or,
    choice
};
enum class Comparison { less, less_equal, equal, greater_equal, greater, distinct };

struct Term {
    Place place;
    Rational coefficient;
};

/// A formula as a tree: an atom is  Σ terms ⋈ right.
struct FormulaSketch {
    Connective kind = Connective::constant;
    bool value = true;
    std::size_t boolean = 0;
    std::vector<Term> terms;
    Comparison comparison = Comparison::less_equal;
    Rational right;
    std::vector<FormulaSketch> children;
};

struct Sketch {
    std::vector<LayerSketch> layers;
    std::vector<DomainSketch> domains;  ///< one for each input component, in order of the layers
    std::size_t booleans = 0;
    FormulaSketch input_condition;
    FormulaSketch output_condition;
};

/// Values of every component, by layer.
using Values = std::vector<std::vector<Rational>>;

std::vector<Place> input_places(const Sketch& sketch);
/// The activation's value, from its definition and not from its pieces.
Rational activate(const model::Activation& activation, const Rational& s);
/// The matrix of a convolution by its definition: every tap of every output position.
std::vector<std::vector<Rational>> convolution_matrix(const model::ConvolutionMap& geometry,
                                                      const std::vector<Rational>& kernel);
Values evaluate(const Sketch& sketch, const std::vector<Rational>& inputs);
Rational value_of(const std::vector<Term>& terms, const Values& values);
bool holds(const FormulaSketch& formula, const Values& values, const std::vector<bool>& booleans);
bool in_domain(const DomainSketch& domain, const Rational& value);
/// Domains and both conditions hold at `inputs`.
bool is_witness(const Sketch& sketch, const std::vector<Rational>& inputs, const std::vector<bool>& booleans);

/// The same question for sinew.
model::Query build(const Sketch& sketch);

/// Nodes of both conditions plus components plus non-zero weights: what shrinking makes small.
std::size_t measure(const Sketch& sketch);

}  // namespace sinew::oracle
