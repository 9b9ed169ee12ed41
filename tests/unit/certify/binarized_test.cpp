// SPDX-License-Identifier: Apache-2.0
// Ladders and critical values of binarized networks: the same as each question asked alone.
#include <gtest/gtest.h>

#include "certify/certify.hpp"
#include "support/certify_oracle.hpp"
#include "threshold/fold.hpp"

using namespace sinew;
using namespace sinew::certify;

TEST(CertifyBinarized, a_ladder_with_the_critical_value_says_what_single_questions_say) {
    std::size_t compared = 0;
    std::size_t reused = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        const support::CertifyCase made(seed, 6);
        const threshold::ThresholdNetwork folded = threshold::fold(made.network);
        Question question;
        question.norm = made.perturbation.norm;
        question.ties = made.options.ties;
        if (made.options.target) question.targets = {*made.options.target};
        question.only = made.perturbation.only;
        question.usual = made.perturbation.usual;
        const Rational unit = folded.range.whole ? Rational(1) : Rational(1, 16);
        Asked asked;
        for (const int k : {1, 2, 3, 5}) asked.epsilons.push_back(unit * k);
        asked.minimal = true;
        asked.largest = unit * 6;
        const auto certifier = certify::certifier(made.network, question);
        bnn::CertifyOptions options = made.options;
        options.route = bnn::Route::automatic;
        Certificate found;
        bnn::MinimalPerturbation alone;
        threshold::Perturbation ball = made.perturbation;
        ball.radius = asked.largest;
        try {
            found = certifier->certify({made.input, made.label}, asked, {});
            alone = bnn::minimal_perturbation({made.network, folded}, made.input, made.label, ball, options, {});
        } catch (const std::exception&) {
            continue;  // units too fine
        }
        for (const AtEpsilon& answer : found.answers) {
            ball.radius = answer.epsilon;
            const bnn::Certificate single =
                bnn::certify({made.network, folded}, made.input, made.label, ball, options, {});
            EXPECT_EQ(answer.status, single.status) << seed << " at " << *answer.epsilon;
            reused += answer.decided_by.starts_with("ε") ? 1 : 0;
        }
        ASSERT_TRUE(found.critical) << seed;
        ++compared;
        if (alone.status == Status::wrong) {
            EXPECT_EQ(found.status, Status::wrong) << seed;
            continue;
        }
        EXPECT_EQ(found.status, alone.status) << seed;
        if (alone.distance) {
            EXPECT_EQ(found.critical->bound, Rational(alone.unit * alone.bound)) << seed;
            // Over reals both violations are less than a unit beyond the same bound.
            EXPECT_LT(*found.critical->distance - found.critical->bound, alone.unit) << seed;
            EXPECT_TRUE(made.violates(found.adversarial->input)) << seed;
        }
    }
    EXPECT_GT(compared, 200U);
    EXPECT_GT(reused, 100U);
}

TEST(CertifyBinarized, what_bnn_does_not_know_is_asked_of_the_general_engines) {
    std::size_t compared = 0;
    for (std::uint64_t seed = 0; seed < 120; ++seed) {
        const support::CertifyCase made(seed, 5);
        if (made.kind == model::InputKind::integers || made.perturbation.norm != Norm::infinity) continue;
        Question question;
        question.ties = made.options.ties;
        if (made.options.target) question.targets = {*made.options.target};
        Asked asked;
        asked.epsilons = {Rational(1), Rational(1, 4)};
        const Certificate by_bnn =
            certify::certifier(made.network, question)->certify({made.input, made.label}, asked, {});
        // Domains that say nothing new send it the other way.
        const model::InputRange range = model::range_of(made.network.input);
        question.domains.assign(made.input.size(), {model::DomainKind::real, range.lower, range.upper, {}});
        Certificate other;
        try {
            other = certify::certifier(made.network, question)->certify({made.input, made.label}, asked, {});
        } catch (const std::exception&) {
            continue;  // it rounds its inputs
        }
        for (std::size_t a = 0; a < asked.epsilons.size(); ++a)
            EXPECT_EQ(by_bnn.answers[a].status, other.answers[a].status) << seed << " " << a;
        ++compared;
    }
    EXPECT_GT(compared, 10U);
}
