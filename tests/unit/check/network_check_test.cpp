// SPDX-License-Identifier: Apache-2.0
// Proofs about networks: those that the search writes are verified; what is damaged, or of another query, or of one
// that has a solution, is not.
#include "check/network_check.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "model/evaluate_enclosed.hpp"
#include "model/query_digest.hpp"
#include "search/branch_and_bound.hpp"
#include "search/phase_branching.hpp"
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
    /// The same by the tree over phases, which does little at the root.
    model::Status prove_by_phases(const Query& query, std::uint64_t seed) const {
        proof::NetworkProofWriter writer(path_, model::query_digest(query), query.network.input_variables().size());
        Observer observer;
        search::PhaseOptions options;
        options.settings = seed;
        options.root_steps = seed % 3;
        options.steps = 1 + seed % 3;
        options.first_passes = 1 + seed % 4;
        options.first_splits = 1 + seed % 5;
        options.proof = &writer;
        const model::Verdict verdict =
            search::phase_branching(query, options, Limits(20.0, std::nullopt, nullptr), observer);
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
    for (int n = 0; n < 1000; ++n) {
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

TEST_F(NetworkCheck, ProofsOfTheTreeOverPhasesAreVerified) {
    Random random(29);
    int unsat = 0;
    std::uint64_t facts = 0;
    std::uint64_t rows = 0;
    for (int n = 0; n < 300; ++n) {
        const Query query = test::random_query(random, n % 2 == 0 ? test::Weights::ordinary : test::Weights::decimals);
        if (prove_by_phases(query, static_cast<std::uint64_t>(n)) != model::Status::unsat) continue;
        ++unsat;
        const NetworkReport report = check(query);
        EXPECT_EQ(report.status, Status::verified) << n << ": " << report.reason;
        facts += report.facts;
        rows += report.rows;
    }
    EXPECT_GT(unsat, 60);
    EXPECT_GT(facts, 100U);
    EXPECT_GT(rows, 30U);
}

TEST_F(NetworkCheck, DamageIsRejected) {
    Random random(5);
    int damaged = 0;
    for (int n = 0; damaged < 600; ++n) {
        const Query query = test::random_query(random, test::Weights::ordinary);
        if (!BoxBounds::obstacle(query.network).empty()) continue;
        if ((n % 2 == 0 ? prove(query) : prove_by_phases(query, static_cast<std::uint64_t>(n))) != model::Status::unsat)
            continue;
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

/// As if it had been written for this query: its digest, and that of the whole.
std::string sealed_for(const Query& query, std::string proof) {
    const std::size_t begin = proof.find('\n') + 1;
    const std::string digest = model::query_digest(query);
    proof.replace(begin, digest.size(), digest);
    proof.resize(proof.size() - digest.size());
    Sha256 sha;
    sha.add(proof);
    return proof + sha.text();
}

/// Another query over the same network that has a solution gets the proof of one that has none, with a byte here and
/// there that is another.
TEST_F(NetworkCheck, NoProofThatLiesIsTaken) {
    Random random(37);
    int lies = 0;
    for (int n = 0; lies < 1000; ++n) {
        const Query query = test::random_query(random, test::Weights::ordinary);
        if (!BoxBounds::obstacle(query.network).empty()) continue;
        if ((n % 3 == 0 ? prove(query) : prove_by_phases(query, static_cast<std::uint64_t>(n))) != model::Status::unsat)
            continue;
        const std::string proof = content();
        Query other = with_output_above(query, to_rational(random.uniform(-2, 0)));
        other.input_condition = query.input_condition;
        if (prove(other) != model::Status::sat) continue;
        for (int m = 0; m < 20; ++m, ++lies) {
            std::string lie = proof;
            const std::size_t body = lie.find('\n') + 1 + 64 + 1;
            const std::size_t end = lie.size() - 65;
            if (end <= body) break;
            for (std::size_t changes = m == 0 ? 0 : 1 + random.below(3); changes > 0; --changes) {
                char& byte = lie[body + random.below(end - body)];
                byte = static_cast<char>(byte ^ (1 << random.below(8)));
            }
            replace(sealed_for(other, lie));
            EXPECT_FALSE(accepts(other)) << n << " " << m;
        }
    }
}

proof::ProofLines random_lines(Random& random, const Query& query) {
    proof::ProofLines lines;
    for (std::uint32_t v = 0; v < query.network.variable_count(); ++v) {
        if (random.chance(0.5)) lines.slopes.emplace_back(v, static_cast<float>(random.uniform(-1, 2)));
        if (random.chance(0.01)) lines.sides.emplace_back(v, static_cast<float>(random.uniform(-2, 2)));
    }
    return lines;
}

std::vector<std::uint32_t> pre_activations(const model::Network& network) {
    std::vector<std::uint32_t> result;
    for (const model::Layer& layer : network.layers())
        if (const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation))
            for (std::size_t i = 0; i < layer.size; ++i)
                result.push_back(static_cast<std::uint32_t>(network.variable(neurons->source, i).index()));
    return result;
}

/// Facts of all kinds about a node.
void write_facts(Random& random, const Query& query, proof::NodeId node, proof::NetworkProofWriter& writer) {
    const std::vector<std::uint32_t> neurons = pre_activations(query.network);
    const auto some = [&] { return neurons[random.below(neurons.size())]; };
    for (std::size_t f = random.below(6); f > 0; --f) {
        std::vector<proof::ProofCase> cases;
        if (random.chance(0.5)) cases.push_back({true, random.chance(0.5), some(), 0, random_lines(random, query)});
        for (std::size_t leaf = cases.empty() ? 1 : 2; leaf > 0; --leaf)
            cases.push_back({false, true, 0, 0, random_lines(random, query)});
        writer.fact(node, some(), random.chance(0.5), cases);
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
        if (n % 2 == 0) {
            write_facts(random, query, open[0], writer);
            std::vector<proof::NodeId> parts;
            for (std::size_t f = 0; f < query.formulas.size(); ++f)
                if (query.formulas.node(model::FormulaId(f)).kind == model::FormulaKind::atom && random.chance(0.8))
                    parts.push_back(writer.demand(
                        open[0], {static_cast<std::uint32_t>(f), random.chance(0.8), random.chance(0.1)}));
            for (std::size_t s = parts.empty() ? 0 : random.below(6); s > 0; --s) {
                const std::size_t place = random.below(parts.size());
                const std::vector<std::uint32_t> neurons = pre_activations(query.network);
                const proof::NodeId part = writer.split(parts[place], neurons[random.below(neurons.size())], 0, 0);
                parts[place] = part;
                parts.push_back(part + 1);
                write_facts(random, query, part, writer);
            }
            for (const proof::NodeId part : parts) {
                proof::ProofLines lines = random_lines(random, query);
                lines.sides.clear();
                writer.close(part, lines);
            }
        }
        const std::size_t splits = n % 2 == 0 ? 0 : random.below(12);
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
    EXPECT_EQ(check(always).conclusion, "sat");
    for (const char* value : {"100000", "1/0", "x", "", "-100000"}) {
        std::vector<std::string> other = values;
        other[0] = value;
        write(other);
        EXPECT_FALSE(accepts(always)) << value;
    }
}

/// An objective over a network, of whose solutions some are known; whatever bound is proved, none of these is better.
TEST_F(NetworkCheck, NoBoundIsProvedThatASolutionBeats) {
    Random random(31);
    int refused = 0;
    int proved = 0;
    for (int n = 0; n < 150; ++n) {
        Query query = test::random_query(random, test::Weights::decimals);
        if (!BoxBounds::obstacle(query.network).empty()) continue;
        const std::size_t last = query.network.variable_count() - 1;
        query.objective = {random.chance(0.5) ? model::Sense::minimize : model::Sense::maximize,
                           LinearForm({{Variable(last), 1}, {Variable(0), Rational(1, 3)}}, 0)};
        query.output_condition = query.formulas.constant(true);
        std::vector<Rational> point;
        std::vector<std::string> values;
        for (const auto& [variable, domain] : query.domains) {
            point.push_back(*domain.lower);
            values.push_back(domain.lower->get_str());
        }
        const model::EnclosedValues there = model::evaluate_enclosed(query.network, point, 60);
        const Rational value = query.objective->form.value(there.middle);
        for (const int off : {-1000, -1, 0, 1, 1000}) {
            const Rational bound = value + Rational(off, 100);
            const model::Query better = model::better_than(query, bound);
            proof::NetworkProofWriter writer(path_, model::query_digest(query), query.domains.size());
            writer.bound(bound.get_str(), values, {});
            Observer observer;
            search::BranchAndBoundOptions options{.settings = std::uint64_t{1}};
            options.proof = &writer;
            const model::Verdict verdict =
                search::branch_and_bound(better, options, Limits(5.0, std::nullopt, nullptr), 1, observer);
            if (verdict.status != model::Status::unsat) {  // a proof that lies
                std::vector<double> sides;
                for (const auto& [variable, domain] : query.domains) {
                    sides.push_back(to_double_below(*domain.lower));
                    sides.push_back(to_double_above(*domain.upper));
                }
                const proof::NodeId root = writer.root(sides);
                writer.close(root, off == 0 ? proof::Closing::rationals : proof::Closing::bounds);
            }
            writer.finish();
            const bool is_accepted = accepts(query);
            EXPECT_FALSE(verdict.status == model::Status::sat && is_accepted) << n << " " << off;
            EXPECT_FALSE(verdict.status == model::Status::unsat && !is_accepted) << n << " " << off;
            refused += verdict.status == model::Status::sat ? 1 : 0;
            proved += verdict.status == model::Status::unsat ? 1 : 0;
        }
    }
    EXPECT_GT(refused, 100);
    EXPECT_GT(proved, 100);
}

}  // namespace
}  // namespace sinew::check
