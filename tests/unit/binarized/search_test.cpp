// SPDX-License-Identifier: Apache-2.0
// Real inputs: the search made for binarized networks against the general one.
#include "binarized/search.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/evaluate.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/marabou/read_ipq.hpp"
#include "read/vnnlib/vnnlib.hpp"
#include "support/random_binarized.hpp"
#include "verify/optimize.hpp"
#include "verify/verify.hpp"

using namespace sinew;
using model::Status;

namespace {
/// A random network over reals, most inputs in a box, and a random comparison of its scores.
model::Query random_query(Random& random, bool with_conditions) {
    support::BinarizedLimits limits;
    limits.most_inputs = 9;
    limits.most_units = 5;
    limits.most_hidden = 2;
    const model::BinarizedNetwork network = support::random_binarized(random, model::InputKind::pixels, limits);
    model::Query query;
    query.network = model::to_network(network);
    const model::Layer& last = query.network.layers().back();
    const std::vector<Variable> inputs = query.network.input_variables();
    std::vector<model::FormulaId> on_inputs;
    for (const Variable input : inputs) {
        const Rational centre = Rational(random.integer(0, 8)) / 2;
        const Rational radius = Rational(random.integer(0, 4)) / 3;
        model::Domain domain;
        if (!with_conditions || !random.chance(0.2)) domain.lower = Rational(centre - radius);
        if (!with_conditions || !random.chance(0.2)) domain.upper = Rational(centre + radius);
        query.domains.emplace_back(input, domain);
        if (domain.upper || !random.chance(0.5)) continue;
        LinearForm form(input, 1);
        form.add_constant(-centre - radius);
        on_inputs.push_back(
            query.formulas.atom(form, random.chance(0.5) ? model::Relation::less : model::Relation::less_equal));
    }
    const auto random_atom = [&](LinearForm form) {
        if (random.chance(0.5)) form.add_constant(Rational(random.integer(-3, 3)));
        const model::FormulaId atom = query.formulas.atom(form, random.chance(0.2)   ? model::Relation::equal
                                                                : random.chance(0.5) ? model::Relation::less
                                                                                     : model::Relation::less_equal);
        return random.chance(0.3) ? query.formulas.negation(atom) : atom;
    };
    const auto difference = [&](Variable a, Variable b) {
        LinearForm form(a, 1);
        form.add(LinearForm(b, -1));
        return form;
    };
    const auto score = [&]() { return Variable(last.first.index() + random.below(last.size)); };
    std::vector<model::FormulaId> atoms;
    for (int i = 0; i < 2; ++i) atoms.push_back(random_atom(difference(score(), score())));
    if (with_conditions) {
        query.boolean_names = {"b"};
        const model::FormulaId free = query.formulas.boolean(model::BooleanVariable(0));
        const auto input = [&]() { return inputs[random.below(inputs.size())]; };
        for (int i = 0; i < 2; ++i) {
            const model::FormulaId atom = random_atom(difference(input(), input()));
            on_inputs.push_back(random.chance(0.5) ? query.formulas.disjunction({atom, free}) : atom);
        }
        if (random.chance(0.5)) atoms.push_back(query.formulas.negation(free));
    }
    query.input_condition = query.formulas.conjunction(on_inputs);
    query.output_condition = random.chance(0.5) ? query.formulas.conjunction(atoms) : query.formulas.disjunction(atoms);
    return query;
}

model::Verdict decide(const model::Query& query, verify::Strategy strategy, std::uint64_t seed = 0, int threads = 1,
                      double seconds = 1000) {
    verify::Options options;
    options.strategy = strategy;
    options.settings = seed;
    options.threads = threads;
    options.limits = Limits(seconds, std::nullopt, nullptr);
    Observer observer;
    return verify::verify(query, options, observer);
}

/// By the binarized search alone; absent where the query is none for it.
std::optional<model::Verdict> decide_alone(const model::Query& query, std::uint64_t seed) {
    try {
        return decide(query, verify::Strategy::binarized, seed);
    } catch (const UsageError&) {
        return std::nullopt;
    }
}

void agree(bool with_conditions, std::uint64_t seeds, int least) {
    int answered = 0;
    int sat = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        Random random(seed);
        const model::Query query = random_query(random, with_conditions);
        const std::optional<model::Verdict> verdict = decide_alone(query, seed);
        if (!verdict) continue;
        ASSERT_EQ(verdict->decided_by, "binarized");
        ASSERT_EQ(verdict->status, decide(query, verify::Strategy::lazy).status) << "seed " << seed;
        if (seed % 10 == 0) {
            EXPECT_EQ(verdict->status, decide(query, verify::Strategy::automatic, seed, 2).status) << "seed " << seed;
        }
        ++answered;
        sat += verdict->status == Status::sat ? 1 : 0;
    }
    EXPECT_GT(answered, least);
    EXPECT_GT(sat, least / 4);
    EXPECT_GT(answered - sat, least / 4);
}
}  // namespace

TEST(BinarizedSearch, agrees_with_the_general_search) {
    agree(false, 600, 200);
}

TEST(BinarizedSearch, honours_conditions_on_inputs_and_free_Booleans) {
    agree(true, 600, 200);
}

TEST(BinarizedSearch, decides_conditions_on_neurons_at_the_end) {
    for (const bool on : {false, true}) {
        model::Query query;
        const model::LayerId input = query.network.add_input("x", {2});
        model::DenseMap map{2, 2, model::NumberArray(std::vector<double>{1, 1, 1, -1})};
        model::AffineLayer affine;
        affine.terms.push_back({input, std::move(map)});
        affine.bias = model::NumberArray(std::vector<double>{0, 0.5});
        const model::LayerId sums = query.network.add_affine("s", {2}, std::move(affine));
        const model::LayerId signs = query.network.add_activation("y", sums, {model::ActivationKind::sign, 0, {}, {}});
        for (const Variable variable : query.network.input_variables())
            query.domains.emplace_back(variable, model::Domain{model::DomainKind::real, Rational(0), Rational(1), {}});
        // x0 + x1 >= 0 always, so y0 = 1; y1 = -1 is possible, and y0 = -1 is not
        LinearForm form(query.network.variable(signs, on ? 1 : 0), 1);
        form.add_constant(1);
        query.output_condition = query.formulas.atom(form, model::Relation::less_equal);
        const std::optional<model::Verdict> verdict = decide_alone(query, 0);
        ASSERT_TRUE(verdict);
        EXPECT_EQ(verdict->status, on ? Status::sat : Status::unsat);
    }
}

TEST(BinarizedSearch, marabou_queries_are_answered_as_their_names_say) {
    const auto folder = std::filesystem::path(SINEW_SOURCE_DIR) / "../shared/benchmarks/bnn_marabou_mnist";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: no ../shared";
    int queries = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(".ipq.gz")) continue;
        SCOPED_TRACE(name);
        const model::Query query = read::read_ipq(entry.path().string());
        const model::Verdict verdict = decide(query, verify::Strategy::automatic, 0, 1, 20);
        EXPECT_EQ(verdict.status, name.find("unsat") != std::string::npos ? Status::unsat : Status::sat);
        ++queries;
    }
    EXPECT_EQ(queries, 20);
}

TEST(BinarizedSearch, traffic_signs_that_no_tool_had_answered) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "skipped: too slow under the sanitizers";
#endif
    const auto folder = std::filesystem::path(SINEW_SOURCE_DIR) / "../shared/benchmarks/traffic_signs_recognition";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: no ../shared";
    const std::string network = (folder / "onnx/3_30_30_QConv_16_3_QConv_32_2_Dense_43_ep_30.onnx.gz").string();
    const std::pair<const char*, Status> questions[] = {
        {"vnncomp2023/model_30_idx_8258_eps_1.00000.vnnlib.gz", Status::unsat},
        {"vnncomp2023/model_30_idx_8258_eps_3.00000.vnnlib.gz", Status::sat},
        {"vnncomp2025/model_30_idx_12375_eps_1.00000.vnnlib.gz", Status::unsat}};
    for (const auto& [property, expected] : questions) {
        SCOPED_TRACE(property);
        const model::Query query = read::read_verification_query(network, (folder / property).string());
        EXPECT_EQ(decide(query, verify::Strategy::automatic, 0, 1, 100).status, expected);
    }
}
