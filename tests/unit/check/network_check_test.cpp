// SPDX-License-Identifier: Apache-2.0
// Proofs about networks: those that the search writes are verified; what is damaged, or of another query, or of one
// that has a solution, is not.
#include "check/network_check.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/query_digest.hpp"
#include "search/branch_and_bound.hpp"
#include "unit/search/random_query.hpp"

namespace sinew::check {
namespace {

using model::Query;
using Status = NetworkReport::Status;

class NetworkCheck : public ::testing::Test {
  protected:
    void TearDown() override { std::filesystem::remove(path_); }

    /// The verdict, and a proof of it in the file where it is unsat.
    model::Status prove(const Query& query, std::uint64_t seed = 1, int threads = 1) const {
        proof::NetworkProofWriter writer(path_, model::query_digest(query), query.network.input_variables().size());
        Observer observer;
        search::BranchAndBoundOptions options{.settings = seed};
        options.proof = &writer;
        const model::Verdict verdict =
            search::branch_and_bound(query, options, Limits(20.0, std::nullopt, nullptr), threads, observer);
        if (verdict.status == model::Status::unsat) writer.finish();
        return verdict.status;
    }
    NetworkReport check(const Query& query) const {
        proof::NetworkProofReader reader(path_);
        return check_network(query, reader);
    }
    std::string content() const {
        std::ifstream file(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void replace(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
    /// Whether a proof is taken: neither rejected nor no proof at all.
    bool accepts(const Query& query) const {
        try {
            return check(query).status == Status::verified;
        } catch (const InputError&) {
            return false;
        }
    }

    std::string path_ = ::testing::TempDir() + "/sinew_network_check_test.proof";
};

Query with_output_above(const Query& query, const Rational& shift) {
    Query other = query;
    const std::size_t last = query.network.variable_count() - 1;
    LinearForm form(Variable(last), -1);
    form.add_constant(shift);
    other.output_condition = other.formulas.atom(std::move(form), model::Relation::less_equal);
    return other;
}

TEST_F(NetworkCheck, ProofsOfRandomQueriesAreVerified) {
    Random random(11);
    int unsat = 0;
    for (int n = 0; n < 1500; ++n) {
        const auto weights = n % 3 == 0   ? test::Weights::ordinary
                             : n % 3 == 1 ? test::Weights::decimals
                                          : test::Weights::integers;
        const Query query = test::random_query(random, weights);
        if (!BoxBounds::obstacle(query.network).empty()) continue;
        const int threads = n % 5 == 0 ? 2 : 1;
        if (prove(query, static_cast<std::uint64_t>(n), threads) != model::Status::unsat) continue;
        ++unsat;
        const NetworkReport report = check(query);
        EXPECT_EQ(report.status, Status::verified) << n << ": " << report.reason;
    }
    EXPECT_GT(unsat, 100);
}

TEST_F(NetworkCheck, DamageIsRejected) {
    Random random(5);
    int damaged = 0;
    for (int n = 0; damaged < 600; ++n) {
        const Query query = test::random_query(random, test::Weights::ordinary);
        if (!BoxBounds::obstacle(query.network).empty() || prove(query) != model::Status::unsat) continue;
        const std::string good = content();
        ASSERT_TRUE(accepts(query));
        for (int m = 0; m < 20; ++m, ++damaged) {
            std::string bad = good;
            const std::size_t at = random.below(bad.size());
            switch (random.below(4)) {
                case 0:
                    bad[at] = static_cast<char>(bad[at] ^ (1 << random.below(8)));
                    break;
                case 1:
                    bad.resize(at);
                    break;
                case 2:
                    bad.erase(at, 1 + random.below(12));
                    break;
                default:
                    bad.insert(at, 1, static_cast<char>(random.below(256)));
                    break;
            }
            if (bad == good) continue;
            replace(bad);
            EXPECT_FALSE(accepts(query)) << n << " " << m;
        }
    }
}

TEST_F(NetworkCheck, NoProofOfAnotherQueryIsTaken) {
    Random random(3);
    int tried = 0;
    for (int n = 0; tried < 40; ++n) {
        const Query query = test::random_query(random, test::Weights::ordinary);
        if (!BoxBounds::obstacle(query.network).empty() || prove(query) != model::Status::unsat) continue;
        ++tried;
        EXPECT_FALSE(accepts(with_output_above(query, -1000)));
    }
}

/// Whatever steps are written for it, under its own name.
TEST_F(NetworkCheck, NothingProvesAwayASolution) {
    Random random(17);
    int tried = 0;
    for (int n = 0; tried < 300; ++n) {
        const Query query = test::random_query(random, test::Weights::ordinary);
        if (!BoxBounds::obstacle(query.network).empty() || prove(query) != model::Status::sat) continue;
        ++tried;
        const std::vector<Variable> inputs = query.network.input_variables();
        proof::NetworkProofWriter writer(path_, model::query_digest(query), inputs.size());
        std::vector<double> sides;
        for (const auto& [variable, domain] : query.domains) {
            sides.push_back(to_double_below(*domain.lower));
            sides.push_back(to_double_above(*domain.upper));
        }
        std::vector<proof::NodeId> open{writer.root(sides)};
        const std::size_t splits = random.below(12);
        for (std::size_t s = 0; s < splits; ++s) {
            const std::size_t at = random.below(open.size());
            const bool is_input = random.chance(0.7);
            const auto variable = static_cast<std::uint32_t>(is_input ? inputs[random.below(inputs.size())].index()
                                                                      : random.below(query.network.variable_count()));
            const double point = random.uniform(-2, 2);
            const double gap = random.chance(0.2) ? random.uniform(0, 1) : 0;
            const proof::NodeId left = writer.split(open[at], variable, point, point + gap);
            open[at] = left;
            open.push_back(left + 1);
        }
        for (const proof::NodeId node : open)
            if (!random.chance(0.05))
                writer.close(node, random.chance(0.5) ? proof::Closing::bounds : proof::Closing::rationals);
        writer.finish();
        EXPECT_FALSE(accepts(query)) << n;
    }
}

TEST_F(NetworkCheck, AWitnessIsEvaluated) {
    Random random(23);
    const Query query = test::random_query(random, test::Weights::ordinary);
    const Query always = with_output_above(query, -1000000);
    const std::size_t inputs = query.network.input_variables().size();
    const auto write = [&](const std::vector<std::string>& values) {
        proof::NetworkProofWriter writer(path_, model::query_digest(always), inputs);
        writer.witness(values, {});
        writer.finish();
    };
    std::vector<std::string> values;
    for (const auto& [variable, domain] : always.domains) values.push_back(domain.lower->get_str());
    write(values);
    EXPECT_EQ(check(always).status, Status::verified) << check(always).reason;
    EXPECT_TRUE(check(always).is_sat);
    for (const char* value : {"100000", "1/0", "x", "", "-100000"}) {
        std::vector<std::string> other = values;
        other[0] = value;
        write(other);
        EXPECT_FALSE(accepts(always)) << value;
    }
}

}  // namespace
}  // namespace sinew::check
