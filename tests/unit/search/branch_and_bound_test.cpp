// SPDX-License-Identifier: Apache-2.0
#include "search/branch_and_bound.hpp"

#include <gtest/gtest.h>

#include "model/evaluate.hpp"
#include "read/dnn/read_dnn.hpp"
#include "search/exact_leaf.hpp"
#include "search/lazy_search.hpp"
#include "unit/search/random_query.hpp"

namespace sinew::search {
namespace {

using model::LayerId;
using model::Query;
using model::Relation;
using model::Status;
using test::between;
using test::random_query;

model::Verdict solve(const Query& query, int threads = 1) {
    Observer observer;
    return branch_and_bound(query, {.settings = 1}, Limits(20.0, std::nullopt, nullptr), threads, observer);
}

/// y = act(x) on [-1, 1], with the condition form(y) relation 0.
Query one_neuron(model::ActivationKind kind, const Rational& sign, const Rational& constant, Relation relation) {
    Query query;
    const LayerId x = query.network.add_input("x", {1});
    model::AffineLayer affine;
    affine.terms.push_back({x, model::DenseMap{1, 1, model::NumberArray(std::vector<double>{1})}});
    affine.bias = model::NumberArray(1);
    const LayerId z = query.network.add_affine("z", {1}, std::move(affine));
    const LayerId y = query.network.add_activation("y", z, {kind, 0, {}, {}});
    query.domains.emplace_back(query.network.variable(x, 0), between(-1, 1));
    LinearForm form(query.network.variable(y, 0), sign);
    form.add_constant(constant);
    query.output_condition = query.formulas.atom(std::move(form), relation);
    return query;
}

TEST(BranchAndBound, BoundariesHitExactlyAreDecidedExactly) {
    using model::ActivationKind;
    // relu(x) <= 0 holds (x <= 0), relu(x) < 0 never; relu(x) >= 1 holds at x = 1 alone, relu(x) > 1 never.
    EXPECT_EQ(solve(one_neuron(ActivationKind::relu, 1, 0, Relation::less_equal)).status, Status::sat);
    EXPECT_EQ(solve(one_neuron(ActivationKind::relu, 1, 0, Relation::less)).status, Status::unsat);
    EXPECT_EQ(solve(one_neuron(ActivationKind::relu, -1, 1, Relation::less_equal)).status, Status::sat);
    EXPECT_EQ(solve(one_neuron(ActivationKind::relu, -1, 1, Relation::less)).status, Status::unsat);
    EXPECT_EQ(solve(one_neuron(ActivationKind::relu, 1, test::canonical(Rational(-1, 3)), Relation::equal)).status,
              Status::sat);
    // signum(x) = 0 at 0 alone; sign has no value 0.
    EXPECT_EQ(solve(one_neuron(ActivationKind::signum, 1, 0, Relation::equal)).status, Status::sat);
    EXPECT_EQ(solve(one_neuron(ActivationKind::sign, 1, 0, Relation::equal)).status, Status::unsat);
}

TEST(ExactLeaves, ALeafThatIsABreakpointHasASolution) {
    // z >= 0 and z <= 0 leave z = 0, where either phase will do, and both would be none.
    const Query query = one_neuron(model::ActivationKind::relu, 1, 0, Relation::less_equal);
    const auto z = static_cast<std::uint32_t>(query.network.variable(model::LayerId(1), 0).index());
    ExactLeaves leaves(query, 0);
    const Decision at_zero[] = {{z, false, 0}, {z, true, 0}};
    EXPECT_EQ(leaves.decide(at_zero, {}, {}), Answer::sat);
    // What was assumed of one leaf is none of the next one's business, and cores name what they need alone.
    const Decision nowhere[] = {{0, false, 0.5}, {z, true, 0}};
    LeafCore core;
    EXPECT_EQ(leaves.decide(nowhere, {}, {}, &core), Answer::unsat);
    EXPECT_GE(core.bounds.size(), 1U);
    const Decision above[] = {{0, false, 0.5}};
    EXPECT_EQ(leaves.decide(above, {}, {}, &core), Answer::unsat);
    EXPECT_EQ(core.bounds.size(), 1U);
    EXPECT_EQ(leaves.decide({}, {}, {}), Answer::sat);
}

TEST(BranchAndBound, AgreesWithTheLinearTheoryAlone) {
    std::size_t sat = 0;
    std::size_t unsat = 0;
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        Random random(seed);
        const Query query = random_query(random, seed % 2 == 0 ? test::Weights::integers : test::Weights::decimals);
        const model::Verdict verdict = solve(query, seed % 10 == 0 ? 2 : 1);
        Observer observer;
        const model::Verdict expected = solve_lazily(query, 0, Limits(20.0, std::nullopt, nullptr), observer);
        if (expected.status != Status::sat && expected.status != Status::unsat) continue;
        ASSERT_EQ(verdict.status, expected.status) << "seed " << seed << " " << verdict.reason;
        if (verdict.status == Status::sat) {
            ASSERT_TRUE(model::satisfies(query, verdict.witness->values, verdict.witness->booleans));
        }
        (verdict.status == Status::sat ? sat : unsat) += 1;
    }
    EXPECT_GT(sat, 20U);
    EXPECT_GT(unsat, 20U);
}

TEST(BranchAndBound, SmoothNeuronsThatAreCutAgainAndAgainKeepTheirFirstLayersBounded) {
    // Two layers whose neurons hang together: 350 nodes with all layers bounded in each, without end where those below
    // a cut neuron keep the bounds of its parent.
    const Query query = read::parse_dnn(
        "dnn = { 'a0_0': [1, '2x0 - x1', 'tansig'], 'a0_1': [2, '2x0 - x1 + 0.1', 'tansig'],\n"
        "        'a1_0': [3, '3n0_0 - 3n0_1', 'tansig'], 'y0': 'n1_0' }\n"
        "domains = { 'x0': 'real [-1, 1]', 'x1': 'real [-1, 1]' }\n"
        "conditions = { 'out': '(or (y0 >= 0.0001) (y0 <= -0.31))' }\n",
        "chain.dnn");
    Observer observer;
    for (const std::uint64_t seed : {0, 1, 2}) {
        const model::Verdict verdict =
            branch_and_bound(query, {.settings = seed}, Limits(20.0, std::nullopt, nullptr), 1, observer);
        EXPECT_EQ(verdict.status, Status::unsat);
        for (const auto& [name, value] : verdict.statistics.figures())
            EXPECT_TRUE(name != "nodes" || value < 2000) << value;
    }
}

TEST(BranchAndBound, SaysWhatItCannotDo) {
    Query query = one_neuron(model::ActivationKind::relu, 1, 0, Relation::less);
    query.domains.clear();
    EXPECT_EQ(solve(query).reason, "an input is not bounded");
    // Bounds may also come from the condition.
    const Variable x = query.network.input_variables()[0];
    query.input_condition =
        query.formulas.conjunction({query.formulas.atom(LinearForm({{x, 1}}, -1), Relation::less),
                                    query.formulas.atom(LinearForm({{x, -1}}, -1), Relation::less_equal)});
    EXPECT_EQ(solve(query).status, Status::unsat);
}

TEST(BranchAndBound, AReachedLimitIsAResult) {
    const Query query = one_neuron(model::ActivationKind::relu, 1, test::canonical(Rational(-1, 3)), Relation::equal);
    Observer observer;
    const std::atomic<bool> interrupted = true;
    const model::Verdict verdict =
        branch_and_bound(query, {}, Limits(std::nullopt, std::nullopt, &interrupted), 1, observer);
    EXPECT_TRUE(verdict.status == Status::sat || verdict.status == Status::unknown);
}

}  // namespace
}  // namespace sinew::search
