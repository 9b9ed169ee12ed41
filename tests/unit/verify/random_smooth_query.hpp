// SPDX-License-Identifier: Apache-2.0
// Random queries over random networks of tanh, sigmoid and other layers, with thresholds near what the networks reach.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "model/evaluate.hpp"
#include "model/query.hpp"

namespace sinew::test {

class RandomSmoothQuery {
  public:
    explicit RandomSmoothQuery(std::uint64_t seed) : random_(seed) {
        add_network();
        sample();
        add_conditions();
    }
    model::Query query;
    bool bounded = true;

    /// A point of the domains (of [-4, 4] where they are unbounded).
    std::vector<double> point() {
        std::vector<double> x;
        for (const auto& [variable, domain] : query.domains) {
            const double lower = domain.lower ? domain.lower->get_d() : -4;
            const double upper = domain.upper ? domain.upper->get_d() : 4;
            const double at =
                random_.chance(0.1) ? (random_.chance(0.5) ? lower : upper) : random_.uniform(lower, upper);
            x.push_back(domain.kind == model::DomainKind::integer ? std::round(at) : at);
        }
        return x;
    }

  private:
    Rational weight(double scale) {
        Rational value(random_.integer(-100, 100), 50);
        value.canonicalize();
        if (random_.chance(0.3))
            return Rational(static_cast<double>(static_cast<float>(random_.uniform(-2, 2)))) * Rational(scale);
        return random_.chance(0.1) ? Rational(0) : Rational(value * Rational(scale));
    }
    model::AffineLayer affine(const std::vector<model::LayerId>& sources, std::size_t rows) {
        model::AffineLayer layer;
        const double scale = random_.chance(0.2) ? 4 : 1;
        for (const model::LayerId source : sources) {
            model::DenseMap map{rows, query.network.layer(source).size, {}};
            for (std::size_t i = 0; i < rows * map.columns; ++i) map.weights.push_back(weight(scale));
            layer.terms.push_back({source, std::move(map)});
        }
        for (std::size_t i = 0; i < rows; ++i) layer.bias.push_back(random_.chance(0.2) ? Rational(0) : weight(1));
        return layer;
    }
    model::Activation activation() {
        using model::ActivationKind;
        const double at = random_.uniform();
        if (at < 0.45) return {ActivationKind::tanh, 0, {}, {}};
        if (at < 0.8) return {ActivationKind::sigmoid, 0, {}, {}};
        if (at < 0.92) return {ActivationKind::relu, 0, {}, {}};
        if (at < 0.96) return {ActivationKind::hardlim, 0, {}, {}};
        return {ActivationKind::clip, 0, Rational(-1), Rational(1)};
    }
    void add_network() {
        const std::size_t inputs = 1 + random_.below(3);
        std::vector<model::LayerId> sources = {query.network.add_input("x", {inputs})};
        bounded = !random_.chance(0.1);
        for (std::size_t i = 0; i < inputs; ++i) {
            model::Domain domain;
            const long reach = 1 + static_cast<long>(random_.below(3));
            if (bounded || random_.chance(0.5)) domain.lower = -reach;
            if (bounded || random_.chance(0.3)) domain.upper = reach;
            if (random_.chance(0.1)) domain.kind = model::DomainKind::integer;
            query.domains.emplace_back(Variable(i), std::move(domain));
        }
        const std::size_t depth = 1 + random_.below(3);
        for (std::size_t l = 0; l < depth; ++l) {
            const std::size_t width = 1 + random_.below(5);
            const model::LayerId before = query.network.add_affine("a", {width}, affine(sources, width));
            model::Activation chosen = activation();
            if (l == 0)
                chosen.kind = random_.chance(0.6) ? model::ActivationKind::tanh : model::ActivationKind::sigmoid;
            const model::LayerId after = query.network.add_activation("n", before, chosen);
            if (random_.chance(0.15))
                sources.push_back(after);
            else
                sources = {after};
        }
        const model::LayerId output = query.network.add_affine("y", {2}, affine(sources, 2));
        query.outputs = {query.network.variable(output, 0), query.network.variable(output, 1)};
    }
    void sample() {
        for (int i = 0; i < 200; ++i) samples_.push_back(model::evaluate_double(query.network, point()));
    }
    LinearForm row() {
        std::vector<LinearTerm> terms;
        const std::size_t count = query.network.variable_count();
        for (std::size_t t = 0; t < 1 + random_.below(2); ++t)
            terms.push_back({Variable(random_.chance(0.7) ? count - 1 - random_.below(2) : random_.below(count)),
                             Rational(random_.chance(0.5) ? 1 : -1)});
        return LinearForm(std::move(terms), 0);
    }
    /// row >= threshold, where the threshold is about the largest value seen.
    model::FormulaId atom() {
        const LinearForm form = row();
        double largest = -1e300;
        double least = 1e300;
        for (const std::vector<double>& values : samples_) {
            double value = 0;
            for (const LinearTerm& term : form.terms())
                value += term.coefficient.get_d() * values[term.variable.index()];
            largest = std::max(largest, value);
            least = std::min(least, value);
        }
        const double range = largest - least;
        const double shares[] = {-0.5, -0.1, -0.02, -1e-3, 1e-4, 1e-3, 0.02, 0.1, 0.3};
        double threshold = largest + shares[random_.below(9)] * range;
        if (random_.chance(0.1)) threshold = static_cast<double>(random_.integer(-2, 2));  // on a boundary, perhaps
        LinearForm difference = form;
        difference.scale(-1);
        difference.add_constant(Rational(threshold));
        const model::Relation relation = random_.chance(0.5)    ? model::Relation::less
                                         : random_.chance(0.95) ? model::Relation::less_equal
                                                                : model::Relation::equal;
        return query.formulas.atom(std::move(difference), relation);
    }
    void add_conditions() {
        std::vector<model::FormulaId> parts;
        for (std::size_t i = 0; i < 1 + random_.below(2); ++i) {
            std::vector<model::FormulaId> choices;
            for (std::size_t k = 0; k < 1 + random_.below(2); ++k)
                choices.push_back(random_.chance(0.1) ? query.formulas.negation(atom()) : atom());
            parts.push_back(query.formulas.disjunction(std::move(choices)));
        }
        if (random_.chance(0.08)) {
            query.boolean_names = {"b"};
            const model::FormulaId b = query.formulas.boolean(model::BooleanVariable(0));
            parts.push_back(query.formulas.disjunction({query.formulas.negation(b), atom()}));
            if (random_.chance(0.5)) parts.push_back(b);
        }
        query.output_condition = query.formulas.conjunction(std::move(parts));
    }

    Random random_;
    std::vector<std::vector<double>> samples_;
};

}  // namespace sinew::test
