// SPDX-License-Identifier: Apache-2.0
// The search over input bits on networks of local gates, against enumeration and against the pseudo-Boolean engine.
#include "cone/search.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "binarized/encode.hpp"
#include "cardinality/optimizer.hpp"

namespace sinew::cone {
namespace {

/// Two layers of gates over few digits each, a layer of wide gates, and targets over these.
class GateMaker {
  public:
    GateMaker(Random& random, std::uint32_t digits) : random_(random) {
        for (std::uint32_t f = 0; f < digits; ++f) {
            const std::uint32_t span = random.chance(0.1) ? 2 : 1;
            network.digits.push_back({f, 0, 0, span, std::vector<std::int64_t>(span + 1, 0)});
        }
    }

    std::uint32_t end() const { return static_cast<std::uint32_t>(network.digits.size() + network.gates.size()); }
    /// A gate over `count` of the variables first … end - 1.
    void add(std::uint32_t first, std::uint32_t end, std::size_t count) {
        std::vector<std::uint32_t> variables;
        for (std::uint32_t v = first; v < end; ++v) variables.push_back(v);
        for (std::size_t i = 0; i < count; ++i)
            std::swap(variables[i], variables[i + random_.below(variables.size() - i)]);
        variables.resize(count);
        std::sort(variables.begin(), variables.end());
        const std::size_t begin = network.terms.size();
        std::int64_t low = 0;
        std::int64_t high = 0;
        for (const std::uint32_t v : variables) {
            const std::int64_t coefficient = random_.chance(0.5) ? 1 : -1;
            network.terms.push_back({v, coefficient});
            (coefficient < 0 ? low : high) += coefficient * (v < network.digits.size() ? network.digits[v].high : 1);
        }
        // In the middle of the range, where gates are open longest.
        const std::int64_t bound = (low + high + 1) / 2 + (low + high <= 0 ? 1 : 0) * (random_.chance(0.5) ? 1 : 0);
        network.gates.push_back({threshold::GateKind::threshold, begin, network.terms.size(), bound});
    }
    /// The last gate is a target that wins when at most `missing` of the terms that help it fail to.
    void make_target(std::int64_t missing) {
        threshold::Gate& gate = network.gates.back();
        gate.bound = -missing;
        for (const threshold::VariableTerm& term : network.terms_of(gate))
            gate.bound += std::max<std::int64_t>(term.coefficient, 0);
        network.targets.push_back({network.targets.size(), {end() - 1, false}});
    }

    threshold::ReducedNetwork network;

  private:
    Random& random_;
};

threshold::ReducedNetwork scattered_gates(Random& random, std::uint32_t digits, std::size_t wide,
                                          std::int64_t missing) {
    GateMaker maker(random, digits);
    for (std::uint32_t f = 0; f < digits; ++f) maker.add(0, digits, 3);
    const std::uint32_t first_end = maker.end();
    for (std::uint32_t f = 0; f < 2 * digits; ++f) maker.add(digits, first_end, 2);
    const std::uint32_t second_end = maker.end();
    for (std::size_t i = 0; i < wide; ++i) maker.add(first_end, second_end, digits);
    const std::uint32_t wide_end = maker.end();
    for (std::size_t t = 0; t < 3; ++t) {
        maker.add(second_end, wide_end, wide);
        maker.make_target(missing);
    }
    return std::move(maker.network);
}

bool wins(const threshold::ReducedNetwork& network, const std::vector<std::uint32_t>& digits) {
    const std::vector<std::int64_t> values = network.evaluate(digits);
    return std::any_of(network.targets.begin(), network.targets.end(), [&](const threshold::Target& target) {
        return threshold::ReducedNetwork::value_of(target.wins, values);
    });
}

bool some_digits_win(const threshold::ReducedNetwork& network) {
    std::vector<std::uint32_t> digits(network.digit_count(), 0);
    while (true) {
        if (wins(network, digits)) return true;
        std::size_t f = 0;
        while (f < digits.size() && digits[f] == network.digits[f].high) digits[f++] = 0;
        if (f == digits.size()) return false;
        ++digits[f];
    }
}

bool engine_finds(const threshold::ReducedNetwork& network, const threshold::Ball& ball) {
    const binarized::Encoding encoding = binarized::encode(network, ball);
    cardinality::Problem problem = encoding.problem;
    problem.add_clause(encoding.target);
    cardinality::Optimizer engine(std::move(problem));
    const cardinality::Result answer = engine.solve();
    const bool found = answer.outcome == Outcome::sat;
    if (found) {
        EXPECT_TRUE(wins(network, encoding.digits_of(answer.model)));
    }
    return found;
}

struct ConesFound {
    bool found = false;
    double conflicts = 0;
};
/// Absent where cones do not apply.
std::optional<ConesFound> cones_find(const threshold::ReducedNetwork& network, const threshold::Ball& ball,
                                     std::size_t threads = 1) {
    std::optional<ConeSearch> search = ConeSearch::make(network, ball, 1, threads);
    if (!search) return std::nullopt;
    Answer answer = Answer::unknown;
    while (answer == Answer::unknown) answer = search->solve({});
    if (answer == Answer::sat) {
        EXPECT_TRUE(wins(network, search->values()));
    }
    double conflicts = 0;
    const Statistics statistics = search->statistics();
    for (const auto& [name, value] : statistics.figures())
        if (name == "cone_conflicts") conflicts = value;
    return ConesFound{answer == Answer::sat, conflicts};
}

TEST(ConeSearch, agrees_with_enumeration_over_scattered_gates) {
    Random random(31);
    int answers[2] = {0, 0};
    for (int round = 0; round < 300; ++round) {
        const threshold::ReducedNetwork network = scattered_gates(random, 11, 6, random.integer(0, 1));
        const std::optional<ConesFound> cones = cones_find(network, {});
        if (!cones) continue;
        ASSERT_EQ(cones->found, some_digits_win(network)) << "round " << round;
        if (round % 10 == 0) {
            for (const std::size_t threads : {2U, 4U}) {
                ASSERT_EQ(cones_find(network, {}, threads)->found, cones->found) << "round " << round;
            }
        }
        ++answers[cones->found ? 1 : 0];
    }
    EXPECT_GT(answers[0], 20);
    EXPECT_GT(answers[1], 20);
}

TEST(ConeSearch, agrees_with_the_engine_where_clusters_grow) {
    Random random(32);
    int answers[2] = {0, 0};
    int long_searches = 0;
    for (int round = 0; round < 16; ++round) {
        const threshold::ReducedNetwork network = scattered_gates(random, 22, 16, random.integer(0, 2));
        const std::optional<ConesFound> cones = cones_find(network, {});
        if (!cones) continue;
        long_searches += cones->conflicts > 1000 ? 1 : 0;
        ASSERT_EQ(cones->found, engine_finds(network, {})) << "round " << round;
        ++answers[cones->found ? 1 : 0];
    }
    EXPECT_GT(answers[0], 1);
    EXPECT_GT(answers[1], 3);
    EXPECT_GT(long_searches, 1);  // with larger clusters from 1000 conflicts on
}

}  // namespace
}  // namespace sinew::cone
