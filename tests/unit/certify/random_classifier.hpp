// SPDX-License-Identifier: Apache-2.0
// Small random networks as classifiers, and what the distance of their nearest violations is by other means.
#pragma once

#include <utility>
#include <vector>

#include "base/random.hpp"
#include "certify/certify.hpp"
#include "model/evaluate.hpp"
#include "verify/optimize.hpp"

namespace sinew::test {

struct RandomClassifier {
    model::Query query;
    std::vector<Rational> example;
    std::vector<std::size_t> ranking;  ///< classes, the best first
};

inline model::AffineLayer random_affine(Random& random, model::LayerId source, std::size_t rows, std::size_t columns) {
    model::DenseMap map{rows, columns, {}};
    model::AffineLayer layer;
    for (std::size_t i = 0; i < rows * columns; ++i) map.weights.push_back(Rational(random.integer(-8, 8)) / 4);
    for (std::size_t i = 0; i < rows; ++i) layer.bias.push_back(Rational(random.integer(-4, 4)) / 4);
    layer.terms.push_back({source, std::move(map)});
    return layer;
}

/// Inputs in [0, 1], two hidden layers, no two outputs equal at the example.
inline RandomClassifier random_classifier(std::uint64_t seed, std::size_t inputs, std::size_t classes,
                                          model::ActivationKind kind = model::ActivationKind::relu) {
    Random random(seed);
    RandomClassifier made;
    model::Network& network = made.query.network;
    model::LayerId last = network.add_input("x", {inputs});
    std::size_t size = inputs;
    for (const std::size_t hidden : {std::size_t{5}, std::size_t{4}}) {
        last = network.add_affine("a", {hidden}, random_affine(random, last, hidden, size));
        last = network.add_activation("h", last, {kind, 0, {}, {}});
        size = hidden;
    }
    last = network.add_affine("y", {classes}, random_affine(random, last, classes, size));
    for (std::size_t c = 0; c < classes; ++c) made.query.outputs.push_back(network.variable(last, c));
    for (std::size_t i = 0; i < inputs; ++i) made.example.push_back(Rational(random.integer(0, 255)) / 255);
    for (std::size_t c = 0; c < classes; ++c) made.ranking.push_back(c);
    std::vector<double> values;
    for (const Rational& value : made.example) values.push_back(value.get_d());
    const std::vector<double> all = model::evaluate_double(network, values);
    std::ranges::sort(made.ranking, std::ranges::greater(),
                      [&](std::size_t c) { return all[made.query.outputs[c].index()]; });
    return made;
}

inline std::vector<model::Domain> boxes(std::size_t inputs, const Rational& low, const Rational& high) {
    return std::vector<model::Domain>(inputs, {model::DomainKind::real, low, high, {}});
}

/// The least distance of a violation in [0, 1]^n, by an objective over the network with distances as free reals beside
/// its inputs; absent: there is none. Norms infinity and one.
inline std::optional<Rational> least_distance(const RandomClassifier& made, std::size_t label,
                                              const std::vector<std::size_t>& targets, certify::Norm norm) {
    model::Query query = made.query;
    const std::vector<Variable> inputs = query.network.input_variables();
    const bool is_one = norm == certify::Norm::one;
    const model::LayerId far = query.network.add_input("d", {is_one ? inputs.size() : 1});
    std::vector<model::FormulaId> conditions;
    std::vector<LinearTerm> sum;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        query.domains.push_back({inputs[i], {model::DomainKind::real, Rational(0), Rational(1), {}}});
        const LinearForm distance(query.network.variable(far, is_one ? i : 0));
        for (const int sign : {1, -1}) {
            LinearForm above(inputs[i], sign);
            above.add_constant(-sign * made.example[i]);
            conditions.push_back(query.formulas.atom(above - distance, model::Relation::less_equal));
        }
    }
    for (std::size_t i = 0; i < query.network.layer(far).size; ++i) {
        query.domains.push_back(
            {query.network.variable(far, i), {model::DomainKind::real, Rational(0), Rational(1), {}}});
        sum.push_back({query.network.variable(far, i), 1});
    }
    std::vector<model::FormulaId> some;
    for (const std::size_t c : targets)
        some.push_back(query.formulas.atom(LinearForm(query.outputs[label]) - LinearForm(query.outputs[c]),
                                           model::Relation::less_equal));
    query.input_condition = query.formulas.conjunction(conditions);
    query.output_condition = query.formulas.disjunction(some);
    query.objective = model::Objective{model::Sense::minimize, LinearForm(std::move(sum), 0)};
    verify::OptimizeListener silent;
    const verify::Optimum optimum = verify::optimize(query, {}, silent);
    if (optimum.outcome == Outcome::unsat) return std::nullopt;
    if (optimum.outcome != Outcome::optimum) throw std::runtime_error("no optimum: " + optimum.reason);
    return optimum.value;
}

/// The outputs at an input, exactly.
inline std::vector<Rational> outputs_at(const model::Query& query, const std::vector<Rational>& input) {
    const std::vector<Rational> all = model::evaluate(query.network, input);
    std::vector<Rational> outputs;
    for (const Variable output : query.outputs) outputs.push_back(all[output.index()]);
    return outputs;
}

}  // namespace sinew::test
