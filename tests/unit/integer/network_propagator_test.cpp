// SPDX-License-Identifier: Apache-2.0
// Relaxations of whole networks: lines and cuts against what they claim, answers against enumeration.
#include "integer/network_propagator.hpp"

#include <algorithm>
#include <optional>

#include <gtest/gtest.h>

#include "integer/dispatcher.hpp"
#include "integer/neuron_lines.hpp"
#include "unit/integer/random_neurons.hpp"

namespace sinew::integer {
namespace {

TEST(NeuronLines, HoldOverTheirWholeRange) {
    Random random(21);
    std::size_t tight = 0;
    std::size_t lines_made = 0;
    for (std::size_t i = 0; i < neuron::case_count(1'500); ++i) {
        const model::Precision precision = random_precision(random);
        const auto activation = neuron::random_activation(random);
        const std::vector<neuron::Weight> weights = {{0, Rational(precision.steps) / random.integer(3, 300)}};
        const auto neuron = neuron::make_neuron(activation, weights, random_bias(random, precision), precision);
        const Range sums{-random.integer(0, 300), random.integer(0, 300)};
        NeuronLines lines(
            neuron.step, sums,
            {neuron.step.value(Integer(sums.lower)).get_si(), neuron.step.value(Integer(sums.upper)).get_si()});
        const auto output = [&](Value s) { return neuron.step.value(Integer(s)).get_si(); };
        const Value a = output(random.integer(sums.lower, sums.upper));
        const Value b = output(random.integer(sums.lower, sums.upper));
        const Range outputs{std::min(a, b), std::max(a, b)};
        const Range range = lines.sums(outputs);
        ASSERT_LE(range.lower, range.upper);
        ASSERT_EQ(output(range.lower), outputs.lower);
        ASSERT_EQ(output(range.upper), outputs.upper);
        ASSERT_TRUE(range.lower == sums.lower || output(range.lower - 1) < outputs.lower);
        ASSERT_TRUE(range.upper == sums.upper || output(range.upper + 1) > outputs.upper);
        for (const auto side : {NeuronLines::Side::above, NeuronLines::Side::below}) {
            const NeuronLines::Line line =
                lines.line(side, outputs, static_cast<double>(random.integer(range.lower, range.upper)));
            ASSERT_EQ(line.output > 0, side == NeuronLines::Side::above);
            std::optional<NeuronLines::Wide> least;
            for (Value s = range.lower; s <= range.upper; ++s) {
                const NeuronLines::Wide slack = line.right - static_cast<NeuronLines::Wide>(line.output) * output(s) -
                                                static_cast<NeuronLines::Wide>(line.sum) * s;
                ASSERT_GE(slack, 0) << model::to_string(activation) << " at " << s;
                least = least ? std::min(*least, slack) : slack;
            }
            ++lines_made;
            // Within a quarter of a step, or a 512th of the range, of touching it.
            const Value multiplier = std::abs(line.output);
            ASSERT_LE(*least, std::max(multiplier / 4, multiplier * (outputs.upper - outputs.lower) / 512));
            tight += *least == 0 ? 1 : 0;
        }
    }
    EXPECT_GT(tight, lines_made / 2);
}

TEST(NetworkPropagator, NetworksAgreeWithEnumeration) {
    Random random(13);
    std::size_t satisfiable = 0;
    const std::size_t cases = neuron::case_count(1'000);
    for (std::size_t i = 0; i < cases; ++i) {
        const RandomNetwork network = random_network(random);
        Model model;
        const IntVar objective = network.add_with_relaxation(model);
        model.maximize({{objective, 1}});
        const Result result = model.solve();
        const std::optional<Integer> expected = network.best();
        ASSERT_EQ(result.outcome, expected ? Outcome::optimum : Outcome::unsat) << i;
        if (!expected) continue;
        ++satisfiable;
        ASSERT_EQ(result.value, *expected) << i;
        ASSERT_TRUE(network.holds(result.values));
    }
    EXPECT_GT(satisfiable, cases / 4);
}

/// A network in an engine without search: its neurons, and the relaxation of it with its rows and objective.
struct NetworkFixture {
    Domains domains;
    Dispatcher dispatcher{domains};
    std::vector<std::vector<Term>> rows;  ///< Σ <= right
    std::vector<Integer> rights;
    IntVar objective;
    std::uint32_t network = 0;  ///< the propagator's number

    explicit NetworkFixture(const RandomNetwork& random) {
        std::vector<Range> bounds = random.inputs;
        std::vector<IntVar> variables;
        for (const Range& range : random.inputs) variables.push_back(add(range));
        NetworkConstraint constraint;
        for (const RandomNetwork::Unit& unit : random.units) {
            const auto neuron = neuron::make_neuron(unit.activation, unit.weights, unit.bias, random.precision);
            Integer least;
            Integer greatest;
            for (const neuron::Term& term : neuron.terms) {
                const Integer a = term.coefficient * bounds[term.argument].lower;
                const Integer b = term.coefficient * bounds[term.argument].upper;
                least += std::min(a, b);
                greatest += std::max(a, b);
            }
            const Range outputs{neuron.step.value(least).get_si(), neuron.step.value(greatest).get_si()};
            const IntVar output = add(outputs);
            dispatcher.add(make_neuron_propagator(neuron, variables, bounds, output));
            constraint.add_neuron(neuron, variables, bounds, output, outputs);
            variables.push_back(output);
            bounds.push_back(outputs);
        }
        objective = add({-1'000'000'000, 1'000'000'000});
        for (const auto& [terms, right] : random.at_most) add_row(constraint, terms, right);
        std::vector<Term> row{{objective, 1}};
        for (const Term& term : random.objective) row.push_back({term.variable, -term.coefficient});
        add_row(constraint, row, 0);
        constraint.set_objective(-View(objective));
        network = dispatcher.add(std::move(constraint).make_propagator()).id();
    }
    void add_row(NetworkConstraint& constraint, const std::vector<Term>& terms, const Integer& right) {
        constraint.add_at_most(terms, right);
        rows.push_back(terms);
        rights.push_back(right);
    }
    IntVar add(Range range) {
        dispatcher.add_variable();
        return domains.add_variable({&range, 1});
    }
    bool propagate() {
        while (dispatcher.has_work())
            if (!dispatcher.run_next()) return false;
        return true;
    }
};

bool holds(Bound bound, std::span<const Value> values) {
    const Value value = values[bound.view.variable().index()];
    return (bound.view.negative() ? -value : value) >= bound.value;
}

/// All solutions of the network and its rows, the objective at its greatest.
std::vector<std::vector<Value>> solutions(const RandomNetwork& network) {
    std::vector<std::vector<Value>> found;
    std::vector<Value> values;
    for (const Range& range : network.inputs) values.push_back(range.lower);
    for (bool more = true; more;) {
        network.complete(values);
        if (network.holds(values)) {
            found.push_back(values);
            found.back().push_back(RandomNetwork::sum(network.objective, values).get_si());
        }
        std::size_t k = 0;
        for (; k < network.inputs.size(); ++k) {
            if (++values[k] <= network.inputs[k].upper) break;
            values[k] = network.inputs[k].lower;
        }
        more = k < network.inputs.size();
    }
    return found;
}

TEST(NetworkPropagator, ReasonsHeldBeforeAndAreEnough) {
    Random random(14);
    std::size_t explained = 0;
    const std::size_t cases = neuron::case_count(400);
    for (std::size_t i = 0; i < cases; ++i) {
        const RandomNetwork network = random_network(random);
        NetworkFixture fixture(network);
        Domains& domains = fixture.domains;
        const auto all = solutions(network);
        if (!fixture.propagate()) {
            ASSERT_TRUE(all.empty());
            continue;
        }
        domains.commit_root();
        for (const auto& solution : all)
            for (std::size_t v = 0; v < solution.size(); ++v)
                ASSERT_TRUE(solution[v] <= domains.upper(IntVar(v)) && solution[v] >= domains.lower(IntVar(v)));
        /// No solution satisfies the reason and not what it is a reason for.
        const auto is_enough = [&](const std::vector<Bound>& reason, std::optional<Bound> implied) {
            return std::none_of(all.begin(), all.end(), [&](const std::vector<Value>& solution) {
                return std::all_of(reason.begin(), reason.end(), [&](Bound b) { return holds(b, solution); }) &&
                       !(implied && holds(*implied, solution));
            });
        };
        for (int level = 0; level < 5; ++level) {
            const View view(IntVar(random.below(domains.variable_count())), random.chance(0.5));
            if (domains.is_fixed(view)) continue;
            domains.new_level();
            const Position decided = domains.size();
            ASSERT_TRUE(domains.raise({view, random.integer(domains.lower(view) + 1, domains.upper(view))}, Reason()));
            const bool consistent = fixture.propagate();
            for (Position at = decided + 1; at < domains.size(); ++at) {
                const Domains::Entry& entry = domains.entry(at);
                if (entry.reason.kind() != ReasonKind::propagator || entry.reason.index() != fixture.network) continue;
                std::vector<Bound> reason;
                const Bound implied{entry.view, entry.value};
                fixture.dispatcher.propagators()[fixture.network]->explain(domains, implied, at, reason);
                for (const Bound& bound : reason) ASSERT_GE(domains.lower_before(bound.view, at), bound.value);
                ASSERT_TRUE(is_enough(reason, implied));
                ++explained;
            }
            if (consistent) continue;
            if (!domains.refused().view.valid()) {
                const std::vector<Bound> reason(domains.contradiction().begin(), domains.contradiction().end());
                for (const Bound& bound : reason) ASSERT_TRUE(domains.holds(bound));
                ASSERT_TRUE(is_enough(reason, std::nullopt));
                ++explained;
            }
            break;
        }
    }
    EXPECT_GT(explained, cases / 5);
}

}  // namespace
}  // namespace sinew::integer
