// SPDX-License-Identifier: Apache-2.0
// Queries over whole-number inputs as pseudo-Boolean problems, against all their inputs.
#include "bnn/query_problem.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/evaluate.hpp"
#include "support/random_binarized.hpp"
#include "verify/solve_pb.hpp"

using namespace sinew;
using model::InputKind;

namespace {
model::Domain random_domain(Random& random, InputKind kind) {
    model::Domain domain;
    domain.kind = model::DomainKind::integer;
    if (kind == InputKind::signs) {
        domain.values = {-1, 1};
        if (random.chance(0.2)) domain.values.pop_back();
        return domain;
    }
    const std::int64_t low = kind == InputKind::bits ? 0 : random.integer(0, 250);
    const std::int64_t high = kind == InputKind::bits ? 1 : low + random.integer(0, 3);
    if (kind == InputKind::pixels && random.chance(0.3)) {
        domain.values = {Rational(low), Rational(low + 2), Rational(low + 5)};
    } else {
        domain.lower = Rational(low);
        domain.upper = Rational(high);
    }
    return domain;
}

model::Query random_query(Random& random) {
    const InputKind kinds[] = {InputKind::bits, InputKind::signs, InputKind::pixels};
    const InputKind kind = kinds[random.below(3)];
    support::BinarizedLimits limits;
    limits.most_inputs = kind == InputKind::pixels ? 4 : 9;
    limits.most_units = 5;
    model::Query query;
    query.network = model::to_network(support::random_binarized(random, kind, limits));
    for (const Variable input : query.network.input_variables())
        query.domains.emplace_back(input, random_domain(random, kind));
    const model::Layer& last = query.network.layers().back();
    const auto score = [&]() { return Variable(last.first.index() + random.below(last.size)); };
    std::vector<model::FormulaId> atoms;
    for (int i = 0; i < 2; ++i) {
        LinearForm form(score(), 1);
        form.add(LinearForm(score(), -1));
        form.add_constant(Rational(random.integer(-3, 3)));
        const model::FormulaId atom = query.formulas.atom(form, random.chance(0.2)   ? model::Relation::equal
                                                                : random.chance(0.5) ? model::Relation::less
                                                                                     : model::Relation::less_equal);
        atoms.push_back(random.chance(0.3) ? query.formulas.negation(atom) : atom);
    }
    query.output_condition = random.chance(0.5) ? query.formulas.conjunction(atoms) : query.formulas.disjunction(atoms);
    return query;
}

bool some_input_satisfies(const model::Query& query) {
    std::vector<std::vector<Rational>> values;
    for (const auto& [input, domain] : query.domains) {
        values.push_back(domain.values);
        if (values.back().empty())
            for (Rational v = *domain.lower; v <= *domain.upper; v += 1) values.back().push_back(v);
    }
    std::vector<std::size_t> at(values.size(), 0);
    std::vector<Rational> point(values.size());
    while (true) {
        for (std::size_t i = 0; i < at.size(); ++i) point[i] = values[i][at[i]];
        if (model::satisfies(query, model::evaluate(query.network, point), {})) return true;
        std::size_t i = 0;
        while (i < at.size() && ++at[i] == values[i].size()) at[i++] = 0;
        if (i == at.size()) return false;
    }
}

/// Why the query is none; empty if it is one.
std::string refusal(const model::Query& query) {
    try {
        (void)bnn::query_problem(query);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}
}  // namespace

TEST(QueryProblem, is_satisfiable_iff_some_input_satisfies_the_query) {
    int sat = 0;
    int unsat = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        Random random(seed);
        const model::Query query = random_query(random);
        const bool ends_in_neurons =
            std::holds_alternative<model::ActivationLayer>(query.network.layers().back().operation);
        if (ends_in_neurons) {
            EXPECT_NE(refusal(query).find("ends in neurons"), std::string::npos);
            continue;
        }
        const bool expected = some_input_satisfies(query);
        const verify::PbAnswer answer = verify::solve_pb(bnn::query_problem(query).problem, {}, {});
        ASSERT_EQ(answer.status, expected ? model::Status::sat : model::Status::unsat) << "seed " << seed;
        ++(expected ? sat : unsat);
    }
    EXPECT_GT(sat, 100);
    EXPECT_GT(unsat, 50);
}

TEST(QueryProblem, says_why_a_query_is_none) {
    Random random(1);
    model::Query query = random_query(random);
    query.domains[0].second = {};
    EXPECT_NE(refusal(query).find("no finite bounds"), std::string::npos) << refusal(query);
    query.domains[0].second.lower = Rational(0);
    query.domains[0].second.upper = Rational(1);
    EXPECT_NE(refusal(query).find("is real"), std::string::npos) << refusal(query);
    query.domains[0].second.kind = model::DomainKind::integer;
    query.domains[0].second.upper = Rational(1000);
    EXPECT_NE(refusal(query).find("its inputs are neither"), std::string::npos) << refusal(query);
}
