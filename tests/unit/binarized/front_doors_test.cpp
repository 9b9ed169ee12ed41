// SPDX-License-Identifier: Apache-2.0
// The same query through every door: as it is, as dnn text, as SMT-LIB, and as an objective's.
#include <gtest/gtest.h>

#include "model/binarized.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/smtlib/script.hpp"
#include "support/random_binarized.hpp"
#include "verify/optimize.hpp"
#include "verify/verify.hpp"
#include "write/dnn.hpp"
#include "write/smtlib.hpp"

using namespace sinew;
using model::Status;

namespace {
/// Real inputs in a box with a condition on them, two classes compared.
model::Query random_query(Random& random) {
    support::BinarizedLimits limits;
    limits.most_inputs = 4;
    limits.most_units = 4;
    limits.most_hidden = 2;
    model::Query query;
    query.network = model::to_network(support::random_binarized(random, model::InputKind::pixels, limits));
    const std::vector<Variable> inputs = query.network.input_variables();
    for (const Variable input : inputs) {
        const Rational low = Rational(random.integer(0, 8)) / 2;
        query.domains.emplace_back(input, model::Domain{model::DomainKind::real, low, Rational(low + 2), {}});
    }
    LinearForm sum;
    for (const Variable input : inputs) sum.add(LinearForm(input, random.integer(-2, 2)));
    sum.add_constant(random.integer(-9, 3));
    query.input_condition = query.formulas.atom(sum, model::Relation::less_equal);
    const model::Layer& last = query.network.layers().back();
    LinearForm difference(query.network.variable(model::LayerId(query.network.layer_count() - 1), 0), 1);
    if (last.size > 1)
        difference.add(LinearForm(query.network.variable(model::LayerId(query.network.layer_count() - 1), 1), -1));
    query.output_condition = query.formulas.atom(difference, model::Relation::less);
    return query;
}

model::Verdict decide(const model::Query& query, verify::Strategy strategy = verify::Strategy::automatic) {
    verify::Options options;
    options.strategy = strategy;
    Observer observer;
    return verify::verify(query, options, observer);
}
}  // namespace

TEST(BinarizedFrontDoors, all_give_the_same_answer) {
    int sat = 0;
    int unsat = 0;
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const model::Query query = random_query(random);
        const Status expected = decide(query, verify::Strategy::lazy).status;
        EXPECT_EQ(decide(query).status, expected);
        const model::Query from_dnn = read::parse_dnn(write::dnn_text(query), "query.dnn");
        const model::Query from_smtlib = read::parse_smtlib(write::smtlib_text(query), "query.smt2").query(0).query;
        for (const model::Query* each : {&from_dnn, &from_smtlib}) {
            EXPECT_EQ(decide(*each).status, expected);
            EXPECT_EQ(decide(*each, verify::Strategy::binarized).status, expected);
        }
        (expected == Status::sat ? sat : unsat) += 1;
    }
    EXPECT_GT(sat, 40);
    EXPECT_GT(unsat, 40);
}

TEST(BinarizedFrontDoors, an_optimum_is_what_no_question_betters) {
    int optima = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        model::Query query = random_query(random);
        const LinearForm form(query.network.variable(model::LayerId(query.network.layer_count() - 1), 0), 1);
        query.objective = model::Objective{model::Sense::minimize, form};
        verify::OptimizeListener listener;
        const verify::Optimum optimum = verify::optimize(query, {}, listener);
        query.objective.reset();
        if (optimum.outcome == Outcome::unsat) {
            EXPECT_EQ(decide(query, verify::Strategy::lazy).status, Status::unsat);
            continue;
        }
        ASSERT_EQ(optimum.outcome, Outcome::optimum);
        LinearForm better = form;
        better.add_constant(-*optimum.value);
        query.output_condition =
            query.formulas.conjunction({query.output_condition, query.formulas.atom(better, model::Relation::less)});
        EXPECT_EQ(decide(query, verify::Strategy::lazy).status, Status::unsat);
        ++optima;
    }
    EXPECT_GT(optima, 15);
}
