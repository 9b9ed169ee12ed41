// SPDX-License-Identifier: Apache-2.0
// Neuron constraints in the integer engine: bounds, explanations and networks against enumeration.
#include "integer/neuron_propagator.hpp"

#include <algorithm>
#include <optional>

#include <gtest/gtest.h>

#include "integer/dispatcher.hpp"
#include "neuron/narrow.hpp"
#include "unit/integer/random_neurons.hpp"

namespace sinew::integer {
namespace {

std::vector<IntVar> first_variables(std::size_t count) {
    std::vector<IntVar> variables;
    for (std::size_t i = 0; i < count; ++i) variables.emplace_back(i);
    return variables;
}

/// One neuron over domains with bounds of its own, in an engine without search.
struct NeuronFixture {
    Domains domains;
    Dispatcher dispatcher{domains};
    Propagator* propagator = nullptr;
    IntVar output;

    NeuronFixture(const neuron::Neuron& neuron, const std::vector<Range>& boxes, Range range) {
        for (const Range& box : boxes) add(box);
        output = add(range);
        const auto variables = first_variables(boxes.size());
        propagator = &dispatcher.add(make_neuron_propagator(neuron, variables, boxes, output));
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

neuron::IntegerInterval interval(const Domains& domains, IntVar variable) {
    return {domains.lower(variable), domains.upper(variable)};
}

TEST(NeuronPropagator, BoundsAreThoseOfNarrow) {
    Random random(11);
    for (std::size_t i = 0; i < neuron::case_count(10'000); ++i) {
        const RandomNeuron c = random_neuron(random);
        NeuronFixture fixture(c.neuron, c.boxes, c.output);
        std::vector<neuron::IntegerInterval> boxes;
        for (const Range& box : c.boxes) boxes.push_back({box.lower, box.upper});
        neuron::IntegerInterval output{c.output.lower, c.output.upper};
        const bool consistent = neuron::narrow(c.neuron, boxes, output) == neuron::Narrowing::consistent;
        ASSERT_EQ(fixture.propagate(), consistent);
        if (!consistent) continue;
        ASSERT_EQ(interval(fixture.domains, fixture.output), output);
        for (const neuron::Term& term : c.neuron.terms)
            ASSERT_EQ(interval(fixture.domains, IntVar(term.argument)), boxes[term.argument]);
    }
}

/// Do `reason` (with the root's boxes) and the negation of `implied` contradict the constraint?
bool reason_implies(const RandomNeuron& c, const NeuronFixture& fixture, const std::vector<Bound>& reason,
                    Bound implied) {
    std::vector<neuron::IntegerInterval> boxes;
    for (std::size_t v = 0; v <= c.boxes.size(); ++v) {
        const View view{IntVar(v)};
        boxes.push_back({fixture.domains.root_lower(view), fixture.domains.root_upper(view)});
    }
    const auto restrict = [&](Bound bound) {
        neuron::IntegerInterval& box = boxes[bound.view.variable().index()];
        if (bound.view.negative())
            box.upper = std::min(box.upper, neuron::ExtendedInteger(-bound.value));
        else
            box.lower = std::max(box.lower, neuron::ExtendedInteger(bound.value));
    };
    for (const Bound& bound : reason) restrict(bound);
    restrict(~implied);
    neuron::IntegerInterval output = boxes.back();
    return neuron::narrow(c.neuron, std::span(boxes).first(c.boxes.size()), output) == neuron::Narrowing::empty;
}

TEST(NeuronPropagator, ReasonsHeldBeforeAndAreEnough) {
    Random random(12);
    std::size_t explained = 0;
    for (std::size_t i = 0; i < neuron::case_count(10'000); ++i) {
        const RandomNeuron c = random_neuron(random);
        NeuronFixture fixture(c.neuron, c.boxes, c.output);
        Domains& domains = fixture.domains;
        if (!fixture.propagate()) continue;
        domains.commit_root();
        for (int level = 0; level < 4; ++level) {
            const View view(IntVar(random.below(c.boxes.size() + 1)), random.chance(0.5));
            if (domains.is_fixed(view)) continue;
            domains.new_level();
            const Position decided = domains.size();
            ASSERT_TRUE(domains.raise({view, random.integer(domains.lower(view) + 1, domains.upper(view))}, Reason()));
            const bool consistent = fixture.propagate();
            for (Position at = decided + 1; at < domains.size(); ++at) {
                Bound implied{domains.entry(at).view, domains.entry(at).value};
                // Also a weaker one.
                const Value before = domains.value_before(domains.entry(at));
                if (random.chance(0.5)) implied.value = random.integer(before + 1, implied.value);
                std::vector<Bound> reason;
                fixture.propagator->explain(domains, implied, at, reason);
                for (const Bound& bound : reason)
                    ASSERT_GE(domains.lower_before(bound.view, at), bound.value) << "did not hold";
                ASSERT_TRUE(reason_implies(c, fixture, reason, implied));
                ++explained;
            }
            if (!consistent) {
                std::vector<Bound> reason;
                fixture.propagator->explain(domains, domains.refused(), domains.size(), reason);
                for (const Bound& bound : reason) ASSERT_TRUE(domains.holds(bound));
                ASSERT_TRUE(reason_implies(c, fixture, reason, domains.refused()));
                ++explained;
                break;
            }
        }
    }
    EXPECT_GT(explained, neuron::case_count(10'000) / 2);
}

TEST(NeuronPropagator, NetworksAgreeWithEnumeration) {
    Random random(13);
    std::size_t satisfiable = 0;
    const std::size_t cases = neuron::case_count(2'000);
    for (std::size_t i = 0; i < cases; ++i) {
        const RandomNetwork network = random_network(random);
        Model model;
        const auto variables = network.add_to(model);
        model.maximize(network.objective);
        const Result result = model.solve();
        const std::optional<Integer> expected = network.best();
        ASSERT_EQ(result.outcome, expected ? Outcome::optimum : Outcome::unsat) << i;
        if (!expected) continue;
        ++satisfiable;
        ASSERT_EQ(result.value, *expected) << i;
        ASSERT_TRUE(network.holds(result.values));
    }
    EXPECT_GT(satisfiable, cases / 4);
    EXPECT_LT(satisfiable, cases * 49 / 50);
}

TEST(NeuronPropagator, NumbersBeyondAnyMachineWord) {
    // Weights of 10^40 against each other: 128 bits do not hold the sum.
    Integer huge;
    mpz_ui_pow_ui(huge.get_mpz_t(), 10, 40);
    const std::vector<neuron::Weight> weights = {{0, Rational(huge)}, {1, Rational(Integer(-huge - 1))}};
    const model::Activation hardlim{model::ActivationKind::hardlim, 0, {}, {}};
    const auto neuron = neuron::make_neuron(hardlim, weights, 0, {1, model::PrecisionReading::literal});
    Model model;
    const IntVar x = model.add_variable(-1000, 1000);
    const IntVar y = model.add_variable(1, 1000);
    const std::vector<IntVar> variables = {x, y};
    const IntVar output = add_neuron(model, neuron, variables);
    model.add_linear({{output, 1}}, Relation::equal, 1);
    model.minimize({{x, 1}, {y, -1}});
    const Result result = model.solve();
    ASSERT_EQ(result.outcome, Outcome::optimum);
    EXPECT_EQ(result.value, 1);  // x > y, though by a part in 10^40
}

TEST(NeuronPropagator, AnOutputThatIsAnArgument) {
    // X = round(10·tanh(2·X/10)) has exactly the solutions -10…10 that satisfy it.
    const std::vector<neuron::Weight> weights = {{0, 2}};
    const model::Activation tansig{model::ActivationKind::tanh, 0, {}, {}};
    const auto neuron = neuron::make_neuron(tansig, weights, 0, {10, model::PrecisionReading::scaled});
    for (const bool maximum : {false, true}) {
        Model model;
        const std::vector<IntVar> variables = {model.add_variable(-10, 10)};
        add_neuron(model, neuron, variables, variables[0]);
        if (maximum)
            model.maximize({{variables[0], 1}});
        else
            model.minimize({{variables[0], 1}});
        std::optional<Integer> best;
        for (long x = -10; x <= 10; ++x)
            if (neuron.step.value(Integer(x)) == x && (!best || maximum)) best = x;
        const Result result = model.solve();
        ASSERT_EQ(result.outcome, Outcome::optimum);
        EXPECT_EQ(result.value, *best);
    }
}

}  // namespace
}  // namespace sinew::integer
