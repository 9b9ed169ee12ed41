// SPDX-License-Identifier: Apache-2.0
#include "search/phase_branching.hpp"

#include <algorithm>
#include <atomic>

#include <gtest/gtest.h>

#include "model/evaluate.hpp"
#include "search/lazy_search.hpp"
#include "search/neuron_refinement.hpp"
#include "search/phase_goals.hpp"

namespace sinew::search {
namespace {

using model::Relation;

model::DenseMap tenths(std::size_t rows, std::size_t columns, Random& random) {
    model::DenseMap map{rows, columns, model::NumberArray(rows * columns)};
    for (std::size_t w = 0; w < rows * columns; ++w)
        map.weights.set(w, Rational(static_cast<long>(random.integer(-20, 20)), 10));
    return map;
}

model::Query random_query(Random& random, std::size_t inputs, std::size_t width, std::size_t depth) {
    model::Query query;
    model::LayerId last = query.network.add_input("x", {inputs});
    std::size_t columns = inputs;
    for (std::size_t l = 0; l <= depth; ++l) {
        const std::size_t rows = l == depth ? 3 : width;
        model::AffineLayer affine;
        affine.terms.push_back({last, tenths(rows, columns, random)});
        for (std::size_t r = 0; r < rows; ++r)
            affine.bias.push_back(Rational(static_cast<long>(random.integer(-10, 10)), 10));
        last = query.network.add_affine("", {rows}, affine);
        if (l < depth) last = query.network.add_activation("", last, model::Activation{});
        columns = rows;
    }
    for (const Variable variable : query.network.input_variables()) {
        model::Domain domain;
        domain.lower = Rational(static_cast<long>(random.integer(-10, 0)), 10);
        domain.upper = Rational(static_cast<long>(random.integer(0, 10)), 10);
        query.domains.emplace_back(variable, domain);
    }
    for (std::size_t i = 0; i < 3; ++i) query.outputs.push_back(query.network.variable(last, i));
    return query;
}

/// (y1 >= y0 + a) or (y2 >= y0 + b and y2 > c), with numbers that make either answer likely.
void add_condition(model::Query& query, Random& random) {
    const auto number = [&] { return Rational(static_cast<long>(random.integer(-15, 60)), 10); };
    const auto at_most = [&](std::size_t small, std::size_t large, Relation relation) {
        LinearForm form(query.outputs[small]);
        form.add(LinearForm(query.outputs[large]), -1);
        form.add_constant(number());
        return query.formulas.atom(form, relation);
    };
    LinearForm third(number());
    third.add(LinearForm(query.outputs[2]), -1);
    query.output_condition =
        query.formulas.disjunction({at_most(0, 1, Relation::less_equal),
                                    query.formulas.conjunction({at_most(0, 2, Relation::less_equal),
                                                                query.formulas.atom(third, Relation::less)})});
}

TEST(PhaseBranching, AgreesWithClauseLearningOverTheLinearTheory) {
    Random random(31);
    Observer silent;
    int refuted = 0;
    int satisfied = 0;
    for (int trial = 0; trial < 60; ++trial) {
        model::Query query = random_query(random, 2 + random.below(4), 2 + random.below(4), 1 + random.below(3));
        add_condition(query, random);
        PhaseOptions options;
        options.settings = static_cast<std::uint64_t>(trial);
        if (trial % 2 == 1) {
            // Many rounds, with bounds that hold where the last open disjunct does.
            options.root_steps = 0;
            options.steps = 1;
            options.first_passes = 1;
            options.first_splits = 1;
        }
        const model::Verdict result = phase_branching(query, options, Limits(2.0, std::nullopt, nullptr), silent);
        if (result.status != model::Status::sat && result.status != model::Status::unsat) continue;
        const model::Verdict truth = solve_lazily(query, 0, Limits(10.0, std::nullopt, nullptr), silent);
        if (result.status == model::Status::unsat) {
            ++refuted;
            EXPECT_EQ(truth.status, model::Status::unsat) << trial;
        } else {
            ++satisfied;
            EXPECT_EQ(truth.status, model::Status::sat) << trial;
            EXPECT_TRUE(model::satisfies(query, result.witness->values, {}));
        }
    }
    EXPECT_GT(refuted, 15);
    EXPECT_GT(satisfied, 15);
}

TEST(PhaseBranching, a_part_that_bounds_a_neuron_elsewhere_than_at_0_assumes_no_phase) {
    Random random(33);
    Observer silent;
    int satisfied = 0;
    for (int trial = 0; trial < 40; ++trial) {
        model::Query query = random_query(random, 3, 4, 2);
        add_condition(query, random);
        const model::Verdict truth = solve_lazily(query, 0, Limits(10.0, std::nullopt, nullptr), silent);
        if (truth.status != model::Status::sat) continue;
        ++satisfied;
        // Bounds that hold anyway: the part is all of the query.
        engine::Part part;
        for (std::size_t v = 0; v < 4; ++v) {
            const engine::Subject neuron{Variable(query.network.input_variables().size() + v)};
            part.splits.push_back(v % 2 == 0 ? engine::at_most(neuron, 1e6) : engine::at_least(neuron, -1e6));
        }
        engine::Knowledge knowledge(query);
        const auto search = PhaseBranching::make(query, {}, silent, &part);
        ASSERT_NE(search, nullptr);
        search->advance({Limits(5.0, std::nullopt, nullptr)}, knowledge);
        EXPECT_NE(knowledge.answer(), Answer::unsat) << trial;
    }
    EXPECT_GT(satisfied, 10);
}

TEST(PhaseBranching, ADisjunctWithoutRowsIsNeverRefuted) {
    Random random(32);
    model::Query query = random_query(random, 2, 3, 1);
    Observer silent;
    PhaseOptions options;
    EXPECT_EQ(phase_branching(query, options, {}, silent).status, model::Status::sat);
    // y0 != y0 + 0 would be constant; a disequality of two outputs leaves a disjunct without rows.
    LinearForm form(query.outputs[0]);
    form.add(LinearForm(query.outputs[0]), Rational(0));
    form.add(LinearForm(query.outputs[1]), -1);
    query.output_condition = query.formulas.negation(query.formulas.atom(form, Relation::equal));
    EXPECT_NE(phase_branching(query, options, {}, silent).status, model::Status::unsat);
}

TEST(PhaseBranching, StopsAtItsLimit) {
    Random random(33);
    Observer silent;
    PhaseOptions options;
    model::Query query = random_query(random, 5, 30, 3);
    LinearForm form(Rational(10));
    form.add(LinearForm(query.outputs[0]), -1);
    query.output_condition = query.formulas.atom(form, Relation::less_equal);
    EXPECT_NE(phase_branching(query, options, Limits(0.0, std::nullopt, nullptr), silent).status, model::Status::unsat);
}

/// A point of the box, with thirds in it, where y0 is as large as some tries make it; its values.
std::vector<Rational> high_point(Random& random, const model::Query& query) {
    std::vector<Rational> best;
    std::vector<long> place(query.domains.size(), 0);
    for (int tries = 0; tries < 400; ++tries) {
        std::vector<long> now = place;
        std::vector<Rational> inputs;
        for (std::size_t i = 0; i < now.size(); ++i) {
            if (random.chance(0.4)) now[i] = static_cast<long>(random.integer(0, 3000));
            const model::Domain& domain = query.domains[i].second;
            inputs.push_back(*domain.lower + Rational(now[i], 3000) * (*domain.upper - *domain.lower));
        }
        std::vector<Rational> values = model::evaluate(query.network, inputs);
        const std::size_t y0 = query.outputs[0].index();
        if (!best.empty() && values[y0] <= best[y0]) continue;
        best = std::move(values);
        place = std::move(now);
    }
    return best;
}

/// The leaf of a point.
const engine::SplitNode& leaf_of(const engine::SplitTree& tree, const std::vector<Rational>& values) {
    std::size_t at = 0;
    while (tree.nodes[at].kind == engine::SplitNode::Kind::bounds) {
        const engine::Literal& first = tree.nodes[at].sides[0];
        const bool is_below = values[first.subject.variable().index()] <= to_rational(first.value);
        at = tree.nodes[at].children[is_below ? 0 : 1];
    }
    return tree.nodes[at];
}

/// Refining ends in the midst of a layer when a cut is wanted at once: the lists of open neurons have to know of the
/// bounds that it has proven, else those of a node are taken for its neighbour's. The witness is one that no search in
/// doubles comes upon.
TEST(PhaseBranching, ACutInTheMidstOfRefiningLosesNoWitness) {
    Random random(36);
    Observer silent;
    int cuts = 0;
    for (int trial = 0; trial < 4; ++trial) {
        model::Query query = random_query(random, 6, 56, 2);
        for (auto& [variable, domain] : query.domains) {
            domain.lower = Rational(-4 - trial % 3, 50);
            domain.upper = Rational(4 + trial % 3, 50);
        }
        const std::vector<Rational> witness = high_point(random, query);
        LinearForm high(witness[query.outputs[0].index()]);
        high.add(LinearForm(query.outputs[0]), -1);
        LinearForm plane;
        Rational place = 0;
        long factor = 1000003;
        for (const Variable input : query.network.input_variables()) {
            plane.add(LinearForm(input), Rational(factor));
            place += Rational(factor) * witness[input.index()];
            factor += 100019;
        }
        plane.add_constant(-place);
        query.output_condition = query.formulas.conjunction(
            {query.formulas.atom(high, Relation::less_equal), query.formulas.atom(plane, Relation::equal)});
        PhaseOptions options;
        options.first_splits = 200;
        engine::Knowledge knowledge(query);
        const auto search = PhaseBranching::make(query, options, silent);
        ASSERT_NE(search, nullptr);
        search->cut_into(8);
        bool had_tree = false;
        int refining = 2;  // turns, each as short as one can be
        engine::Progress progress = engine::Progress::paused;
        while (progress == engine::Progress::paused && refining > 0) {
            progress = search->advance({Limits().within_effort(1)}, knowledge);
            const bool has_tree = search->tree().nodes.size() > 1;
            if (had_tree && !has_tree) --refining;
            had_tree = had_tree || has_tree;
        }
        search->cut_into(200, true);
        if (progress == engine::Progress::paused) search->advance({Limits()}, knowledge);
        EXPECT_NE(knowledge.answer(), Answer::unsat) << trial;
        const engine::SplitTree tree = search->tree();
        cuts += tree.nodes.size() > 1 ? 1 : 0;
        EXPECT_EQ(leaf_of(tree, witness).kind, engine::SplitNode::Kind::open) << trial;
    }
    EXPECT_EQ(cuts, 4);
}

/// Refines all open neurons of a ReLU layer on the region of `assumed`; what the widths of their bounds lost, as
/// shares.
double refine_layer(bounds::RelaxedNetwork& network, std::size_t index, std::span<const bounds::NeuronSplit> assumed,
                    const RefinementOptions& options = {}) {
    const Limits none;
    const bounds::NeuronLayer& layer = network.neuron_layers()[index];
    std::vector<std::uint32_t> neurons;
    for (const std::uint32_t i : layer.unstable) neurons.push_back(static_cast<std::uint32_t>(layer.first) + i);
    bounds::SlopeBank bank(1U << 20);
    bounds::LayerTightening(network, {}, &bank).run(none);
    bounds::RelaxedLanes problem(network);
    std::atomic<std::size_t> next{0};
    const auto width = [&](std::uint32_t neuron) {
        return network.upper(network.pre_variable(neuron)) - network.lower(network.pre_variable(neuron));
    };
    std::vector<double> before;
    for (const std::uint32_t neuron : neurons) before.push_back(width(neuron));
    std::vector<double> proven(2 * neurons.size());
    refine_neurons(network, problem, bank, neurons, next, assumed, options, none, proven);
    take_refined(network, neurons, proven);
    double gain = 0;
    for (std::size_t i = 0; i < neurons.size(); ++i) gain += 1 - width(neurons[i]) / before[i];
    network.refresh();
    return gain;
}

TEST(NeuronRefinement, RefinedBoundsContainExactValuesAndAreTighter) {
    Random random(34);
    double gain = 0;
    for (int trial = 0; trial < 20; ++trial) {
        const model::Query query = random_query(random, 3, 8, 3);
        const std::vector<double> lower(3, -0.5);
        const std::vector<double> upper(3, 0.75);
        bounds::RelaxedNetwork network(query.network, lower, upper);
        const Limits none;
        bounds::tighten_layers(network, {}, none);
        for (std::size_t l = 1; l < network.neuron_layers().size(); ++l) gain += refine_layer(network, l, {});
        for (int sample = 0; sample < 40; ++sample) {
            std::vector<Rational> inputs;
            for (int i = 0; i < 3; ++i)
                inputs.push_back(
                    to_rational(random.chance(0.4) ? (random.chance(0.5) ? -0.5 : 0.75) : random.uniform(-0.5, 0.75)));
            const std::vector<Rational> values = model::evaluate(query.network, inputs);
            for (std::size_t v = 0; v < values.size(); ++v) {
                ASSERT_GE(values[v], to_rational(network.lower(v)));
                ASSERT_LE(values[v], to_rational(network.upper(v)));
            }
        }
    }
    EXPECT_GT(gain, 5);
}

/// Points of the part keep within bounds; some bound is one that only the part has.
TEST(NeuronRefinement, BoundsOfAPartHoldInThePart) {
    Random random(35);
    std::size_t inside = 0;
    std::size_t outside = 0;
    for (int trial = 0; trial < 20; ++trial) {
        const model::Query query = random_query(random, 3, 8, 3);
        const std::vector<double> lower(3, -0.5);
        const std::vector<double> upper(3, 0.75);
        bounds::RelaxedNetwork network(query.network, lower, upper);
        const Limits none;
        bounds::tighten_layers(network, {}, none);
        std::vector<bounds::NeuronSplit> assumed;
        for (const std::uint32_t i : network.neuron_layers()[0].unstable)
            if (assumed.size() < 2) assumed.push_back({i, random.chance(0.5)});
        for (std::size_t l = 1; l < network.neuron_layers().size(); ++l) refine_layer(network, l, assumed);
        for (int sample = 0; sample < 200; ++sample) {
            std::vector<Rational> inputs;
            for (int i = 0; i < 3; ++i) inputs.push_back(to_rational(random.uniform(-0.5, 0.75)));
            const std::vector<Rational> values = model::evaluate(query.network, inputs);
            const bool is_in_part = std::all_of(assumed.begin(), assumed.end(), [&](const bounds::NeuronSplit& split) {
                const Rational& value = values[network.pre_variable(split.neuron)];
                return split.above ? value >= 0 : value <= 0;
            });
            for (std::size_t v = 0; v < values.size(); ++v) {
                const bool holds =
                    values[v] >= to_rational(network.lower(v)) && values[v] <= to_rational(network.upper(v));
                ASSERT_TRUE(holds || !is_in_part);
                ++(holds ? inside : outside);
            }
        }
    }
    EXPECT_GT(inside, outside);
    EXPECT_GT(outside, 0U);
}

/// Points where the condition's rows hold keep within bounds; some bound is one that only these have.
TEST(NeuronRefinement, BoundsUnderAConditionHoldWhereItDoes) {
    Random random(36);
    std::size_t inside = 0;
    std::size_t outside = 0;
    for (int trial = 0; trial < 20; ++trial) {
        const model::Query query = random_query(random, 3, 8, 3);
        const std::vector<double> lower(3, -0.5);
        const std::vector<double> upper(3, 0.75);
        bounds::RelaxedNetwork network(query.network, lower, upper);
        const Limits none;
        bounds::tighten_layers(network, {}, none);
        // An output at most at what it is somewhere.
        const std::vector<Rational> middle = model::evaluate(query.network, std::vector<Rational>(3, Rational(1, 8)));
        LinearForm form(query.outputs[0]);
        form.add_constant(-middle[query.outputs[0].index()]);
        Disjunct disjunct;
        disjunct.rows.push_back({form, Relation::less_equal});
        const std::vector<PhaseGoal> goals = open_goals(network, std::vector{disjunct}, 10);
        ASSERT_EQ(goals.size(), 1U);
        RefinementOptions options;
        options.condition = &goals[0].condition;
        options.least_gain = 0.05;
        for (std::size_t l = 1; l < network.neuron_layers().size(); ++l) refine_layer(network, l, {}, options);
        for (int sample = 0; sample < 200; ++sample) {
            std::vector<Rational> inputs;
            for (int i = 0; i < 3; ++i) inputs.push_back(to_rational(random.uniform(-0.5, 0.75)));
            const std::vector<Rational> values = model::evaluate(query.network, inputs);
            const std::size_t output = query.outputs[0].index();
            for (std::size_t v = 0; v < values.size(); ++v) {
                const bool holds =
                    values[v] >= to_rational(network.lower(v)) && values[v] <= to_rational(network.upper(v));
                ASSERT_TRUE(holds || values[output] > middle[output]);
                ++(holds ? inside : outside);
            }
        }
    }
    EXPECT_GT(inside, outside);
    EXPECT_GT(outside, 0U);
}

TEST(PhaseGoals, AreTheBestOfEachDisjunctThatNoRowRefutes) {
    Random random(37);
    const model::Query query = random_query(random, 2, 4, 1);
    const std::vector<double> lower(2, -0.5);
    const std::vector<double> upper(2, 0.5);
    const bounds::RelaxedNetwork network(query.network, lower, upper);
    const auto row = [&](std::size_t output, long constant) {
        LinearForm form(query.outputs[output]);
        form.add_constant(Rational(constant));
        return model::Atom{form, Relation::less_equal};
    };
    std::vector<Disjunct> disjuncts(3);
    disjuncts[0].rows = {row(0, -1000), row(1, 1000)};   // the second is never true
    disjuncts[1].rows = {row(0, -1000), row(1, -2000)};  // the first is nearer to false
    disjuncts[2].rows = {row(2, -1000)};
    const std::vector<PhaseGoal> goals = open_goals(network, disjuncts, 5);
    ASSERT_EQ(goals.size(), 2U);
    EXPECT_EQ(goals[0].disjunct, 1U);
    EXPECT_EQ(goals[0].objective.constant, -1000);
    ASSERT_EQ(goals[0].condition.rows.size(), 2U);
    EXPECT_EQ(goals[0].condition.rows[1].constant, -2000);
    EXPECT_EQ(goals[1].disjunct, 2U);
}

TEST(PhaseGoals, TheDearestMakeUpTheirShare) {
    EXPECT_EQ(dearest({{1, 0}, {5, 1}, {0, 2}, {4, 3}}, 0.8), (std::vector<std::uint32_t>{1, 3}));
    EXPECT_EQ(dearest({{1, 0}, {5, 1}, {0, 2}, {4, 3}}, 0.95), (std::vector<std::uint32_t>{0, 1, 3}));
    EXPECT_TRUE(dearest({}, 0.8).empty());
}

}  // namespace
}  // namespace sinew::search
