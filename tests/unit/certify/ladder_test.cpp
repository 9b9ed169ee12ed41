// SPDX-License-Identifier: Apache-2.0
// The order of questions and what follows from answers, over a prober that knows where the nearest violation is.
#include "certify/ladder.hpp"

#include <gtest/gtest.h>

using namespace sinew;
using namespace sinew::certify;

namespace {
/// A violation at `distance` and beyond, if there is one; `dumb` where it never finds out about a ball.
class Oracle : public Prober {
  public:
    explicit Oracle(std::optional<Rational> distance) : distance_(std::move(distance)) {}

    Reply ask(const std::optional<Rational>& epsilon, const Limits&) override {
        asked.push_back(*epsilon);
        if (dumb) return {Status::unknown, "dumb", {}, {}};
        if (!distance_ || *epsilon < *distance_) return {Status::certified, {}, "oracle", {}};
        return {Status::falsified, {}, "oracle", Adversarial{{*distance_}, 1, *distance_}};
    }
    bool bounds_certify(const Rational&) override { return false; }
    std::optional<Adversarial> attack(const Rational&, const Limits&) override { return std::nullopt; }
    std::optional<CriticalEpsilon> critical(const std::optional<Rational>&, const Rational&, const Limits&, Listener*,
                                            std::optional<Adversarial>& nearest) override {
        if (!dumb) return std::nullopt;
        nearest = Adversarial{{*distance_}, 1, *distance_};
        return CriticalEpsilon{*distance_, distance_, true, {}, 0};
    }

    std::vector<Rational> asked;
    bool dumb = false;

  private:
    std::optional<Rational> distance_;
};

Certificate climbed(Oracle& oracle, const Asked& asked, const Distances& distances = {}) {
    Certificate certificate;
    climb(oracle, distances, asked, {}, nullptr, certificate);
    return certificate;
}

Asked ladder(std::size_t rungs) {
    Asked asked;
    for (std::size_t r = 1; r <= rungs; ++r) asked.epsilons.emplace_back(Rational(r) / 100);
    return asked;
}
}  // namespace

TEST(Ladder, rungs_are_found_by_bisection_and_answer_each_other) {
    for (std::size_t first = 1; first <= 16; ++first) {
        Oracle oracle(first <= 15 ? std::optional(Rational(first) / 100) : std::nullopt);
        const Certificate found = climbed(oracle, ladder(15));
        EXPECT_LE(oracle.asked.size(), 4U) << first;
        for (std::size_t r = 1; r <= 15; ++r)
            EXPECT_EQ(found.answers[r - 1].status, r < first ? Status::certified : Status::falsified) << first;
        EXPECT_EQ(found.status, first <= 15 ? Status::falsified : Status::certified);
    }
}

TEST(Ladder, the_critical_value_starts_from_what_rungs_know) {
    Oracle oracle(Rational(7, 100));
    Asked asked = ladder(10);
    asked.minimal = true;
    asked.largest = Rational(1);
    const Certificate found = climbed(oracle, asked);
    EXPECT_EQ(*found.critical->distance, Rational(7, 100));
    EXPECT_LE(found.critical->bound, Rational(7, 100));
    EXPECT_GE(found.critical->bound, Rational(7, 100) * Rational(99, 100));
    for (const Rational& epsilon : oracle.asked) EXPECT_LE(epsilon, Rational(10, 100));  // nothing beyond the rungs
    EXPECT_LE(oracle.asked.size(), 12U);
}

TEST(Ladder, a_bound_that_a_violation_may_reach_certifies_nothing_there) {
    Oracle oracle(Rational(1, 2));
    oracle.dumb = true;
    Asked asked;
    asked.epsilons = {Rational(1, 4), Rational(1, 2), Rational(3, 4)};
    asked.minimal = true;
    asked.largest = Rational(1);
    const Certificate found = climbed(oracle, asked);
    EXPECT_EQ(found.answers[0].status, Status::certified);
    EXPECT_EQ(found.answers[1].status, Status::falsified);
    EXPECT_EQ(found.answers[2].status, Status::falsified);
}

TEST(Ladder, whole_distances_end_exactly) {
    for (int distance = 1; distance <= 9; ++distance) {
        Oracle oracle{Rational(distance)};
        Asked asked;
        asked.minimal = true;
        const Certificate found = climbed(oracle, asked, {Norm::one, true, Rational(9), true});
        EXPECT_EQ(found.critical->bound, distance);
        EXPECT_EQ(*found.critical->distance, distance);
        EXPECT_TRUE(found.critical->is_proven);
    }
}

TEST(Ladder, what_is_not_decided_stays_unknown) {
    Oracle oracle(Rational(1, 2));
    oracle.dumb = true;
    const Certificate found = climbed(oracle, ladder(3));
    for (const AtEpsilon& answer : found.answers) {
        EXPECT_EQ(answer.status, Status::unknown);
        EXPECT_EQ(answer.reason, "dumb");
    }
    EXPECT_EQ(found.status, Status::unknown);
}
