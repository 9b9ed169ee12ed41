// SPDX-License-Identifier: Apache-2.0
#include "search/cell_sweep.hpp"

#include <gtest/gtest.h>

#include "engine/turns.hpp"
#include "model/evaluate.hpp"
#include "unit/search/random_query.hpp"

namespace sinew::search {
namespace {

using model::ActivationKind;
using model::LayerId;
using model::Query;
using model::Status;

/// Two free inputs, steps of them at whole and half numbers, a ReLU network and a product over these.
Query random_steps(Random& random) {
    Query query;
    const LayerId x = query.network.add_input("x", {3});
    model::AffineLayer distances;
    const std::size_t steps = 2 + random.below(5);
    model::SparseMap rows;
    rows.columns = 3;
    for (std::size_t s = 0; s < steps; ++s) {
        rows.column.push_back(static_cast<std::uint32_t>(random.below(3)));
        rows.weight.push_back(Rational(random.chance(0.5) ? 1 : -2));
        rows.row_begin.push_back(rows.column.size());
        distances.bias.push_back(test::canonical(Rational(random.integer(-12, 12), 2)));
    }
    distances.terms.push_back({x, rows});
    const LayerId distance = query.network.add_affine("distance", {steps}, std::move(distances));
    const ActivationKind kinds[] = {ActivationKind::hardlim, ActivationKind::sign, ActivationKind::signum};
    const LayerId step = query.network.add_activation("step", distance, {kinds[random.below(3)], 0, {}, {}});
    const auto dense = [&](const char* name, LayerId source, std::size_t size, std::size_t columns) {
        model::AffineLayer affine;
        affine.bias = test::random_numbers(random, test::Weights::decimals, size);
        affine.terms.push_back(
            {source,
             model::DenseMap{size, columns, test::random_numbers(random, test::Weights::decimals, size * columns)}});
        return query.network.add_affine(name, {size}, std::move(affine));
    };
    const LayerId hidden = query.network.add_activation("hidden", dense("z", step, 4, steps), {});
    const LayerId product = query.network.add_product("product", {2}, {hidden, {0, 1}, {2, 3}});
    const LayerId output = dense("y", product, 1, 2);
    for (std::size_t i = 0; i < 3; ++i) {
        model::Domain domain = test::between(i == 2 ? 1 : -2, i == 2 ? 1 : 3);
        if (i == 1 && random.chance(0.3)) domain.kind = model::DomainKind::integer;
        query.domains.emplace_back(query.network.variable(x, i), std::move(domain));
    }
    LinearForm form(query.network.variable(output, 0), random.chance(0.5) ? 1 : -1);
    form.add_constant(test::canonical(Rational(random.integer(-30, 30), 4)));
    std::vector<model::FormulaId> all{query.formulas.atom(std::move(form), model::Relation::less)};
    if (random.chance(0.5)) {
        LinearForm bound(query.network.variable(x, 0));
        bound.add_constant(test::canonical(Rational(random.integer(-4, 4), 2)));
        all.push_back(query.formulas.atom(std::move(bound), model::Relation::less));
    }
    query.output_condition = query.formulas.conjunction(std::move(all));
    return query;
}

bool has_solution_on_grid(const Query& query) {
    for (int a = -8; a <= 12; ++a)
        for (int b = -8; b <= 12; ++b) {
            const Rational x = test::canonical(Rational(a, 4));
            const Rational y = test::canonical(Rational(b, 4));
            if (!model::contains(query.domains[1].second, y)) continue;
            const std::vector<Rational> values = model::evaluate(query.network, std::vector<Rational>{x, y, 1});
            if (model::satisfies(query, values, {})) return true;
        }
    return false;
}

TEST(CellSweep, DecidesWhatAGridOfAllCellsDecides) {
    Random random(8);
    int sat = 0;
    for (int n = 0; n < 300; ++n) {
        const Query query = random_steps(random);
        auto engine = CellSweep::make(query);
        ASSERT_NE(engine, nullptr);
        const model::Verdict verdict =
            engine::decide_alone(std::move(engine), query, Limits(20.0, std::nullopt, nullptr), n % 2 == 0 ? 1 : 2);
        const bool expected = has_solution_on_grid(query);
        EXPECT_EQ(verdict.status, expected ? Status::sat : Status::unsat) << n;
        sat += expected ? 1 : 0;
    }
    EXPECT_GT(sat, 50);
    EXPECT_LT(sat, 250);
}

TEST(CellSweep, LeavesInputsThatAreReadByMore) {
    Random random(8);
    Query query = random_steps(random);
    LinearForm sum(Variable(0));
    sum.add(LinearForm(Variable(1)));
    query.output_condition = query.formulas.atom(std::move(sum), model::Relation::less);
    EXPECT_EQ(CellSweep::make(query), nullptr);
    const Query relus = test::random_query(random, test::Weights::ordinary);
    EXPECT_EQ(CellSweep::make(relus), nullptr);
}

}  // namespace
}  // namespace sinew::search
