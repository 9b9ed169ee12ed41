// Real inputs: the search made for binarized networks against the general one.
#include "bnn/verify_binarized.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "model/evaluate.hpp"
#include "read/marabou/read_ipq.hpp"
#include "read/vnnlib/vnnlib.hpp"
#include "support/random_binarized.hpp"
#include "verify/verify.hpp"

using namespace sinew;
using model::Status;

namespace {
/// A random network over reals in a box, and a random comparison of its scores.
model::Query random_query(Random& random) {
    support::BinarizedLimits limits;
    limits.most_inputs = 9;
    limits.most_units = 5;
    limits.most_hidden = 2;
    const model::BinarizedNetwork network = support::random_binarized(random, model::InputKind::pixels, limits);
    model::Query query;
    query.network = model::to_network(network);
    const model::Layer& last = query.network.layers().back();
    for (const Variable input : query.network.input_variables()) {
        const Rational centre = Rational(random.integer(0, 8)) / 2;
        const Rational radius = Rational(random.integer(0, 4)) / 3;
        model::Domain domain;
        domain.lower = Rational(centre - radius);
        domain.upper = Rational(centre + radius);
        query.domains.emplace_back(input, domain);
    }
    const auto score = [&]() { return Variable(last.first.index() + random.below(last.size)); };
    std::vector<model::FormulaId> atoms;
    for (int i = 0; i < 2; ++i) {
        LinearForm form(score(), 1);
        form.add(LinearForm(score(), -1));
        if (random.chance(0.5)) form.add_constant(Rational(random.integer(-3, 3)));
        const model::FormulaId atom = query.formulas.atom(form, random.chance(0.2)   ? model::Relation::equal
                                                                : random.chance(0.5) ? model::Relation::less
                                                                                     : model::Relation::less_equal);
        atoms.push_back(random.chance(0.3) ? query.formulas.negation(atom) : atom);
    }
    query.output_condition = random.chance(0.5) ? query.formulas.conjunction(atoms) : query.formulas.disjunction(atoms);
    return query;
}
}  // namespace

TEST(VerifyBinarized, agrees_with_the_general_search) {
    int answered = 0;
    int sat = 0;
    for (std::uint64_t seed = 0; seed < 600; ++seed) {
        Random random(seed);
        const model::Query query = random_query(random);
        Observer observer;
        std::string reason;
        const std::optional<model::Verdict> verdict = bnn::verify_binarized(query, Limits{}, observer, reason);
        if (!verdict) continue;
        verify::Options options;
        options.strategy = verify::Strategy::lazy;
        const model::Verdict expected = verify::verify(query, options, observer);
        ASSERT_EQ(verdict->status, expected.status) << "seed " << seed;
        if (verdict->status == Status::sat) {
            EXPECT_TRUE(model::satisfies(query, verdict->witness->values, {}));
        }
        ++answered;
        sat += verdict->status == Status::sat ? 1 : 0;
    }
    EXPECT_GT(answered, 200);
    EXPECT_GT(sat, 50);
    EXPECT_GT(answered - sat, 50);
}

TEST(VerifyBinarized, marabou_queries_are_answered_as_their_names_say) {
    const auto folder = std::filesystem::path(SINEW_SOURCE_DIR) / "../shared/benchmarks/bnn_marabou_mnist";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: no ../shared";
    int queries = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(".ipq.gz")) continue;
        SCOPED_TRACE(name);
        const model::Query query = read::read_ipq(entry.path().string());
        Observer observer;
        std::string reason;
        const auto verdict = bnn::verify_binarized(query, Limits(20.0, std::nullopt, nullptr), observer, reason);
        ASSERT_TRUE(verdict) << reason;
        EXPECT_EQ(verdict->status, name.find("unsat") != std::string::npos ? Status::unsat : Status::sat);
        ++queries;
    }
    EXPECT_EQ(queries, 20);
}

TEST(VerifyBinarized, traffic_signs_that_no_tool_had_answered) {
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
        Observer observer;
        std::string reason;
        const auto verdict = bnn::verify_binarized(query, Limits(100.0, std::nullopt, nullptr), observer, reason);
        ASSERT_TRUE(verdict) << reason;
        EXPECT_EQ(verdict->status, expected);
    }
}
