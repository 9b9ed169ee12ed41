// SPDX-License-Identifier: Apache-2.0
#include "search/forward_sweep.hpp"

#include <gtest/gtest.h>

#include "engine/turns.hpp"
#include "model/evaluate.hpp"
#include "search/branch_and_bound.hpp"
#include "unit/search/random_query.hpp"

namespace sinew::search {
namespace {

using model::Relation;
using model::Status;

model::Verdict sweep(const model::Query& query) {
    auto engine = ForwardSweep::make(query);
    if (!engine) return {};
    return engine::decide_alone(std::move(engine), query,
                                Limits(20.0, std::nullopt, nullptr).within_effort(effort_per_second / 20), 1);
}

TEST(ForwardSweep, AgreesWithBranchAndBound) {
    std::size_t sat = 0;
    std::size_t unsat = 0;
    for (std::uint64_t seed = 0; seed < 1500; ++seed) {
        Random random(seed);
        const model::Query query =
            test::random_query(random, seed % 2 == 0 ? test::Weights::ordinary : test::Weights::integers);
        const model::Verdict verdict = sweep(query);
        if (verdict.status != Status::sat && verdict.status != Status::unsat) continue;
        Observer observer;
        const model::Verdict other =
            branch_and_bound(query, {.settings = 1}, Limits(20.0, std::nullopt, nullptr), 1, observer);
        if (other.status == Status::sat || other.status == Status::unsat) {
            ASSERT_EQ(verdict.status, other.status) << "seed " << seed;
        }
        ++(verdict.status == Status::sat ? sat : unsat);
    }
    EXPECT_GT(sat, 100U);
    EXPECT_GT(unsat, 100U);
}

/// One input, three layers of ten neurons; a disjunct for each of many small boxes, y above what it is there, but for
/// one where a point of the box is planted.
class ManyBoxes : public testing::TestWithParam<bool> {};

TEST_P(ManyBoxes, APlantedPointIsFoundAndNothingElseIs) {
    const bool planted = GetParam();
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Random random(seed);
        model::Query query;
        model::LayerId at = query.network.add_input("x", {1});
        for (int l = 0; l < 3; ++l) {
            const std::size_t columns = query.network.layer(at).size;
            model::AffineLayer affine;
            affine.terms.push_back(
                {at,
                 model::DenseMap{10, columns, test::random_numbers(random, test::Weights::ordinary, 10 * columns)}});
            affine.bias = test::random_numbers(random, test::Weights::ordinary, 10);
            at = query.network.add_activation("r", query.network.add_affine("a", {10}, std::move(affine)),
                                              {model::ActivationKind::relu, 0, {}, {}});
        }
        const Variable x = query.network.input_variables()[0];
        const Variable y = query.network.variable(at, 0);
        const std::size_t boxes = 500;
        const std::size_t chosen = random.below(boxes);
        std::vector<model::FormulaId> any;
        for (std::size_t b = 0; b < boxes; ++b) {
            const Rational low = test::canonical(Rational(static_cast<long>(b), 250)) - 1;
            const Rational high = low + test::canonical(Rational(1, 1000));
            Rational most = 0;
            for (int p = 0; p <= 8; ++p) {
                const std::vector<Rational> point = {low + (high - low) * p / 8};
                most = std::max(most, model::evaluate(query.network, point)[y.index()]);
            }
            // Weights are at most 2: between two points y changes by less than 2·20·20 = 800 times their distance.
            const Rational bound = planted && b == chosen ? most : most + test::canonical(Rational(1, 5));
            LinearForm not_below(x, -1);
            not_below.add_constant(low);
            LinearForm not_above(x, 1);
            not_above.add_constant(-high);
            LinearForm large(y, -1);
            large.add_constant(bound);
            any.push_back(query.formulas.conjunction({query.formulas.atom(std::move(not_below), Relation::less_equal),
                                                      query.formulas.atom(std::move(not_above), Relation::less_equal),
                                                      query.formulas.atom(std::move(large), Relation::less_equal)}));
        }
        query.output_condition = query.formulas.disjunction(any);
        const model::Verdict verdict = sweep(query);
        EXPECT_EQ(verdict.status, planted ? Status::sat : Status::unsat) << "seed " << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(Planted, ManyBoxes, testing::Bool());

/// A ramp from 0 to 1 that is so steep, right of 1/3, that no double lies on it; and the same of its value beyond 1/2.
model::Query two_ramps(const Rational& steepness) {
    model::Query query;
    const auto numbers = [](std::initializer_list<Rational> values) {
        model::NumberArray result;
        for (const Rational& value : values) result.push_back(value);
        return result;
    };
    const auto layer = [&](model::LayerId source, std::size_t rows, model::NumberArray weights,
                           model::NumberArray bias) {
        model::AffineLayer affine;
        affine.terms.push_back({source, model::DenseMap{rows, query.network.layer(source).size, std::move(weights)}});
        affine.bias = std::move(bias);
        return query.network.add_affine("a", {rows}, std::move(affine));
    };
    model::LayerId at = query.network.add_input("x", {1});
    for (const Rational& begin : {test::canonical(Rational(1, 3)), test::canonical(Rational(1, 2))}) {
        const Rational bias = -begin * steepness;
        at = layer(at, 2, numbers({steepness, steepness}), numbers({bias, bias - 1}));
        at = query.network.add_activation("r", at, {model::ActivationKind::relu, 0, {}, {}});
        at = layer(at, 1, numbers({1, -1}), numbers({0}));
    }
    query.outputs = {query.network.variable(at, 0)};
    query.domains.emplace_back(query.network.variable(model::LayerId(0), 0), test::between(-1, 1));
    return query;
}

TEST(ForwardSweep, RampsThatNoDoubleLiesOnAreWalkedOverRationals) {
    Rational steepness = 1;
    for (int i = 0; i < 40; ++i) steepness *= 10;
    for (const Relation relation : {Relation::equal, Relation::less, Relation::less_equal})
        for (const int quarters : {-1, 0, 1, 4, 5}) {
            // -y + quarters/4 <relation> 0: y is between 0 and 1, and takes all that lies there.
            model::Query query = two_ramps(steepness);
            LinearForm form(query.outputs[0], -1);
            form.add_constant(test::canonical(Rational(quarters, 4)));
            query.output_condition = query.formulas.atom(std::move(form), relation);
            bool possible = quarters < 4;
            if (relation == Relation::equal) possible = quarters >= 0 && quarters <= 4;
            if (relation == Relation::less_equal) possible = quarters <= 4;
            EXPECT_EQ(sweep(query).status, possible ? Status::sat : Status::unsat)
                << quarters << " quarters, relation " << static_cast<int>(relation);
        }
}

TEST(ForwardSweep, IsForFewBoundedRealInputs) {
    model::Query query;
    const model::LayerId x = query.network.add_input("x", {1});
    query.output_condition = query.formulas.atom(LinearForm(query.network.variable(x, 0), 1), Relation::less_equal);
    EXPECT_EQ(ForwardSweep::make(query), nullptr);  // not bounded
    query.domains.emplace_back(query.network.variable(x, 0), test::between(-1, 1));
    EXPECT_NE(ForwardSweep::make(query), nullptr);
    query.domains[0].second.kind = model::DomainKind::integer;
    EXPECT_EQ(ForwardSweep::make(query), nullptr);
}

}  // namespace
}  // namespace sinew::search
