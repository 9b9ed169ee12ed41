// SPDX-License-Identifier: Apache-2.0
// Certification of small random networks against exact optima, enumeration and sampling.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "random_classifier.hpp"

using namespace sinew;
using namespace sinew::certify;
using sinew::test::boxes;
using sinew::test::least_distance;
using sinew::test::outputs_at;
using sinew::test::random_classifier;
using sinew::test::RandomClassifier;

namespace {
std::vector<std::size_t> others(std::size_t classes, std::size_t label) {
    std::vector<std::size_t> all;
    for (std::size_t c = 0; c < classes; ++c)
        if (c != label) all.push_back(c);
    return all;
}

Question in_unit_box(std::size_t inputs, Norm norm) {
    Question question;
    question.norm = norm;
    question.domains = boxes(inputs, 0, 1);
    return question;
}

std::size_t beaten_by(const std::vector<Rational>& outputs, std::size_t label) {
    std::size_t count = 0;
    for (std::size_t c = 0; c < outputs.size(); ++c) count += c != label && outputs[c] >= outputs[label] ? 1 : 0;
    return count;
}
}  // namespace

class AgainstOptima : public testing::TestWithParam<Norm> {};

TEST_P(AgainstOptima, ladders_and_critical_values_enclose_the_exact_least_distance) {
    const Norm norm = GetParam();
    const std::size_t inputs = 3;
    std::size_t near = 0;
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        const RandomClassifier made = random_classifier(seed, inputs, 3);
        const std::size_t label = made.ranking[0];
        const std::optional<Rational> least = least_distance(made, label, others(3, label), norm);
        const auto certifier = certify::certifier(made.query, in_unit_box(inputs, norm));
        Asked asked;
        asked.epsilons = {Rational(1, 2), Rational(1, 50), Rational(1, 10), Rational(1, 5), Rational(1, 25)};
        if (least) asked.epsilons.push_back(*least);  // a tie is reached there, exactly
        asked.minimal = true;
        asked.precision = Rational(1, 1000);
        const Certificate found = certifier->certify({made.example, label}, asked, {});
        if (least && *least == 0) {
            EXPECT_EQ(found.status, Status::wrong) << seed;
            continue;
        }
        for (const AtEpsilon& answer : found.answers) {
            const bool expected = least && *least <= *answer.epsilon;
            EXPECT_EQ(answer.status, expected ? Status::falsified : Status::certified)
                << seed << " at " << *answer.epsilon << " " << answer.reason;
            near += answer.decided_by.starts_with("ε") ? 1 : 0;
        }
        ASSERT_TRUE(found.critical) << seed;
        EXPECT_TRUE(found.critical->is_proven) << seed << " " << found.critical->reason;
        if (!least) {
            EXPECT_FALSE(found.critical->distance) << seed;
            EXPECT_EQ(found.status, Status::certified) << seed;
            continue;
        }
        EXPECT_EQ(found.status, Status::falsified) << seed;
        ASSERT_TRUE(found.critical->distance && found.adversarial) << seed;
        EXPECT_LE(found.critical->bound, *least) << seed;
        EXPECT_GE(*found.critical->distance, *least) << seed;
        EXPECT_LE(*found.critical->distance - found.critical->bound, *found.critical->distance / 1000) << seed;
        EXPECT_GE(beaten_by(outputs_at(made.query, found.adversarial->input), label), 1U) << seed;
        EXPECT_EQ(found.adversarial->distance, *found.critical->distance) << seed;
    }
    EXPECT_GT(near, 20U);  // answers that others gave
}

INSTANTIATE_TEST_SUITE_P(Norms, AgainstOptima, testing::Values(Norm::infinity, Norm::one),
                         [](const auto& norm) { return norm.param == Norm::one ? "one" : "infinity"; });

TEST(Certify, targets_and_safe_ties) {
    for (std::uint64_t seed = 30; seed <= 42; ++seed) {
        const RandomClassifier made = random_classifier(seed, 2, 4);
        const std::size_t label = made.ranking[0];
        const std::vector<std::size_t> targets{made.ranking[2], made.ranking[3]};
        const std::optional<Rational> least = least_distance(made, label, targets, Norm::infinity);
        Question question = in_unit_box(2, Norm::infinity);
        question.targets = targets;
        for (const Ties ties : {Ties::count, Ties::do_not_count}) {
            question.ties = ties;
            const auto certifier = certify::certifier(made.query, question);
            for (const Rational& epsilon : {Rational(1, 20), Rational(1, 5), Rational(1)}) {
                Asked asked;
                asked.epsilons = {epsilon};
                const Certificate found = certifier->certify({made.example, label}, asked, {});
                if (least && *least == 0) continue;
                const bool expected = least && *least <= epsilon;
                EXPECT_EQ(found.status, expected ? Status::falsified : Status::certified) << seed;
                if (found.adversarial) {
                    EXPECT_TRUE(std::ranges::count(targets, found.adversarial->class_index)) << seed;
                }
            }
            if (!least || *least == 0 || *least == 1 || ties == Ties::count) continue;
            // At the least distance itself there is a tie, and nothing better in the general case.
            Asked asked;
            asked.epsilons = {*least};
            EXPECT_EQ(certifier->certify({made.example, label}, asked, {}).status, Status::certified) << seed;
        }
    }
}

TEST(Certify, the_best_k_classes) {
    for (std::uint64_t seed = 50; seed <= 62; ++seed) {
        const RandomClassifier made = random_classifier(seed, 2, 4);
        const std::size_t label = made.ranking[0];
        // Pairs of rivals: both win in one of them.
        for (const std::size_t k : {std::size_t{2}, std::size_t{3}}) {
            Question question = in_unit_box(2, Norm::infinity);
            question.top_k = k;
            const auto certifier = certify::certifier(made.query, question);
            const Rational epsilon(1, 4);
            Asked asked;
            asked.epsilons = {epsilon};
            const Certificate found = certifier->certify({made.example, label}, asked, {});
            if (found.status == Status::wrong) continue;
            bool sampled = false;
            for (int a = -20; a <= 20 && !sampled; ++a)
                for (int b = -20; b <= 20 && !sampled; ++b) {
                    std::vector<Rational> at{made.example[0] + epsilon * a / 20, made.example[1] + epsilon * b / 20};
                    for (Rational& value : at) value = std::min(std::max(value, Rational(0)), Rational(1));
                    sampled = beaten_by(outputs_at(made.query, at), label) >= k;
                }
            if (sampled) {
                EXPECT_EQ(found.status, Status::falsified) << seed;
            }
            ASSERT_NE(found.status, Status::unknown) << seed;
            if (found.status == Status::falsified) {
                EXPECT_GE(beaten_by(outputs_at(made.query, found.adversarial->input), label), k) << seed;
            }
        }
    }
}

TEST(Certify, norm_two_is_sound_on_both_sides) {
    std::size_t decided = 0;
    std::size_t asked_in_all = 0;
    for (std::uint64_t seed = 70; seed <= 90; ++seed) {
        const RandomClassifier made = random_classifier(seed, 2, 3);
        const std::size_t label = made.ranking[0];
        const auto certifier = certify::certifier(made.query, in_unit_box(2, Norm::two));
        Asked asked;
        asked.epsilons = {Rational(1, 20), Rational(1, 10), Rational(1, 4), Rational(1, 2)};
        const Certificate found = certifier->certify({made.example, label}, asked, {});
        if (found.status == Status::wrong) continue;
        std::optional<Rational> sampled;  // the least square of a violation on a grid
        for (int a = 0; a <= 60; ++a)
            for (int b = 0; b <= 60; ++b) {
                const std::vector<Rational> at{Rational(a) / 60, Rational(b) / 60};
                if (beaten_by(outputs_at(made.query, at), label) == 0) continue;
                const Rational square = (at[0] - made.example[0]) * (at[0] - made.example[0]) +
                                        (at[1] - made.example[1]) * (at[1] - made.example[1]);
                if (!sampled || square < *sampled) sampled = square;
            }
        for (const AtEpsilon& answer : found.answers) {
            ++asked_in_all;
            decided += answer.status != Status::unknown ? 1 : 0;
            if (answer.status == Status::certified && sampled) {
                EXPECT_GT(*sampled, *answer.epsilon * *answer.epsilon) << seed;
            }
            if (answer.status == Status::unknown) {
                EXPECT_NE(answer.reason.find("norm 2 by bounds"), std::string::npos) << answer.reason;
            }
        }
        if (!found.adversarial) continue;
        EXPECT_GE(beaten_by(outputs_at(made.query, found.adversarial->input), label), 1U) << seed;
        const Rational dx = found.adversarial->input[0] - made.example[0];
        const Rational dy = found.adversarial->input[1] - made.example[1];
        EXPECT_EQ(found.adversarial->distance, dx * dx + dy * dy) << seed;
    }
    EXPECT_GT(decided, asked_in_all * 9 / 10);
}

TEST(Certify, a_normalisation_leaves_distances_in_the_units_of_examples) {
    for (std::uint64_t seed = 100; seed <= 106; ++seed) {
        const RandomClassifier made = random_classifier(seed, 2, 3);
        const std::size_t label = made.ranking[0];
        const std::optional<Rational> least = least_distance(made, label, others(3, label), Norm::infinity);
        if (!least || *least == 0) continue;
        // The same network on inputs that were stretched: x = (u - 3/10) / (1/7).
        Question question;
        question.normalisation.assign(2, {Rational(3, 10), Rational(1, 7)});
        question.domains = boxes(2, Rational(3, 10), Rational(3, 10) + Rational(1, 7));
        std::vector<Rational> example;
        for (const Rational& value : made.example) example.push_back(value / 7 + Rational(3, 10));
        const auto certifier = certify::certifier(made.query, question);
        EXPECT_EQ(certifier->predict(example), label);
        Asked asked;
        asked.minimal = true;
        const Certificate found = certifier->certify({example, label}, asked, {});
        ASSERT_TRUE(found.critical && found.critical->distance) << seed;
        EXPECT_LE(found.critical->bound, *least / 7) << seed;
        EXPECT_GE(*found.critical->distance, *least / 7) << seed;
    }
}

TEST(Certify, whole_numbers_end_with_the_exact_distance) {
    for (std::uint64_t seed = 110; seed <= 120; ++seed) {
        RandomClassifier made = random_classifier(seed, 2, 3);
        std::vector<Rational> example{Rational(seed % 5), Rational(seed % 3)};
        model::Domain domain{model::DomainKind::integer, Rational(-4), Rational(6), {}};
        Question question;
        question.domains = {domain, domain};
        const auto certifier = certify::certifier(made.query, question);
        const std::size_t label = certifier->predict(example);
        std::optional<Rational> least;
        for (int a = -4; a <= 6; ++a)
            for (int b = -4; b <= 6; ++b) {
                const std::vector<Rational> at{Rational(a), Rational(b)};
                if (beaten_by(outputs_at(made.query, at), label) == 0) continue;
                const Rational far = std::max(Rational(abs(at[0] - example[0])), Rational(abs(at[1] - example[1])));
                if (!least || far < *least) least = far;
            }
        Asked asked;
        asked.minimal = true;
        asked.epsilons = {Rational(2), Rational(7, 2)};
        const Certificate found = certifier->certify({example, label}, asked, {});
        if (least && *least == 0) {
            EXPECT_EQ(found.status, Status::wrong) << seed;
            continue;
        }
        ASSERT_TRUE(found.critical) << seed;
        EXPECT_EQ(found.critical->distance, least) << seed;
        if (least) {
            EXPECT_EQ(found.critical->bound, *least) << seed;
        }
        for (const AtEpsilon& answer : found.answers)
            EXPECT_EQ(answer.status, least && *least <= *answer.epsilon ? Status::falsified : Status::certified);
    }
}

TEST(Certify, tanh_networks_are_enclosed) {
    for (std::uint64_t seed = 130; seed <= 136; ++seed) {
        const RandomClassifier made = random_classifier(seed, 2, 3, model::ActivationKind::tanh);
        const std::size_t label = made.ranking[0];
        const auto certifier = certify::certifier(made.query, in_unit_box(2, Norm::infinity));
        EXPECT_EQ(certifier->predict(made.example), label);
        Asked asked;
        asked.epsilons = {Rational(1, 50), Rational(1, 10), Rational(1, 2)};
        asked.minimal = true;
        asked.precision = Rational(1, 20);
        const Certificate found = certifier->certify({made.example, label}, asked, {});
        double sampled = 2;
        for (int a = 0; a <= 50; ++a)
            for (int b = 0; b <= 50; ++b) {
                const std::vector<double> at{a / 50.0, b / 50.0};
                const std::vector<double> all = model::evaluate_double(made.query.network, at);
                for (std::size_t c = 0; c < 3; ++c)
                    if (c != label && all[made.query.outputs[c].index()] > all[made.query.outputs[label].index()])
                        sampled = std::min(sampled, std::max(std::fabs(at[0] - made.example[0].get_d()),
                                                             std::fabs(at[1] - made.example[1].get_d())));
            }
        EXPECT_LE(found.critical->bound.get_d(), sampled + 1e-9) << seed;
        EXPECT_TRUE(found.critical->is_proven) << seed << found.critical->reason;
        if (sampled <= 1) {
            EXPECT_TRUE(found.critical->distance) << seed;
        }
        for (const AtEpsilon& answer : found.answers)
            if (answer.status == Status::certified) {
                EXPECT_GT(sampled + 1e-9, answer.epsilon->get_d()) << seed;
            }
    }
}

TEST(Certify, some_inputs_only_and_limits_of_their_own) {
    const RandomClassifier made = random_classifier(3, 3, 3);
    const std::size_t label = made.ranking[0];
    Question question = in_unit_box(3, Norm::infinity);
    question.only = {1};
    question.own_limits = {{2, Rational(1, 100)}};
    Asked asked;
    asked.epsilons = {Rational(1, 2), Rational(1)};
    const auto certifier = certify::certifier(made.query, question);
    const Certificate found = certifier->certify({made.example, label}, asked, {});
    bool sampled = false;
    for (int a = 0; a <= 1000 && !sampled; ++a)
        for (int b = -2; b <= 2; ++b) {
            const Rational last =
                std::min(Rational(1), std::max(Rational(0), Rational(made.example[2] + Rational(b, 200))));
            sampled =
                sampled || beaten_by(outputs_at(made.query, {made.example[0], Rational(a) / 1000, last}), label) > 0;
        }
    EXPECT_EQ(found.status, sampled ? Status::falsified : Status::certified);
    if (found.adversarial) {
        EXPECT_EQ(found.adversarial->input[0], made.example[0]);
        EXPECT_LE(abs(found.adversarial->input[2] - made.example[2]), Rational(1, 100));
    }
}

namespace {
/// y0 = x0 + x1 - 1, y1 = 0.
model::Query sum_against_zero() {
    model::Query query;
    const model::LayerId in = query.network.add_input("x", {2});
    model::AffineLayer layer;
    layer.terms.push_back({in, model::DenseMap{2, 2, model::NumberArray(std::vector<double>{1, 1, 0, 0})}});
    layer.bias = model::NumberArray(std::vector<double>{-1, 0});
    const model::LayerId out = query.network.add_affine("y", {2}, std::move(layer));
    query.outputs = {query.network.variable(out, 0), query.network.variable(out, 1)};
    return query;
}
}  // namespace

TEST(Certify, limits_of_their_own_alone_may_be_a_violation_at_distance_zero) {
    for (const bool whole : {false, true}) {
        Question question = in_unit_box(2, Norm::infinity);
        if (whole) question.domains.assign(2, {model::DomainKind::integer, Rational(0), Rational(5), {}});
        question.own_limits = {{1, std::nullopt}};
        const auto certifier = certify::certifier(sum_against_zero(), question);
        Asked asked;
        asked.epsilons = {Rational(0), whole ? Rational(1) : Rational(1, 2)};
        asked.minimal = true;
        const Certificate found = certifier->certify({{Rational(1), Rational(1)}, 0}, asked, {});
        EXPECT_EQ(found.answers[0].status, Status::falsified) << whole;
        EXPECT_EQ(found.answers[1].status, Status::falsified) << whole;
        ASSERT_TRUE(found.critical && found.critical->distance) << whole;
        EXPECT_EQ(*found.critical->distance, 0) << whole;
        EXPECT_EQ(found.critical->bound, 0) << whole;
    }
}

TEST(Certify, violations_as_near_as_one_likes_end_the_search) {
    Question question = in_unit_box(2, Norm::infinity);
    question.ties = Ties::do_not_count;
    const auto certifier = certify::certifier(sum_against_zero(), question);
    Asked asked;
    asked.minimal = true;
    const Certificate found = certifier->certify({{Rational(1, 2), Rational(1, 2)}, 0}, asked, {});
    ASSERT_TRUE(found.critical && found.critical->distance);
    EXPECT_EQ(found.critical->bound, 0);
    EXPECT_LT(*found.critical->distance, Rational(1, 1000000));
    EXPECT_FALSE(found.critical->is_proven);
    EXPECT_NE(found.critical->reason.find("as near"), std::string::npos);
}

TEST(Certify, norm_one_where_nothing_can_change) {
    Question question;
    question.norm = Norm::one;
    question.ties = Ties::do_not_count;
    question.domains = boxes(2, Rational(1, 2), Rational(1, 2));
    const auto certifier = certify::certifier(sum_against_zero(), question);
    Asked asked;
    asked.epsilons = {Rational(1)};
    EXPECT_EQ(certifier->certify({{Rational(1, 2), Rational(1, 2)}, 0}, asked, {}).status, Status::certified);
}

TEST(Certify, one_output_is_a_class_by_its_sign) {
    // y = x - 1/2: class 1 from 1/2 on.
    model::Query query;
    const model::LayerId in = query.network.add_input("x", {1});
    model::AffineLayer layer;
    layer.terms.push_back({in, model::DenseMap{1, 1, model::NumberArray(std::vector<double>{1})}});
    layer.bias.push_back(Rational(-1, 2));
    query.outputs = {query.network.variable(query.network.add_affine("y", {1}, std::move(layer)), 0)};
    const auto certifier = certify::certifier(query, in_unit_box(1, Norm::infinity));
    EXPECT_EQ(certifier->class_count(), 2U);
    EXPECT_EQ(certifier->predict(std::vector<Rational>{Rational(1, 2)}), 1U);
    const auto at = [&](const Rational& x, std::size_t label, const Rational& epsilon) {
        Asked asked;
        asked.epsilons = {epsilon};
        return certifier->certify({{x}, label}, asked, {}).status;
    };
    EXPECT_EQ(at(Rational(1, 4), 0, Rational(1, 4)), Status::falsified);
    EXPECT_EQ(at(Rational(1, 4), 0, Rational(249, 1000)), Status::certified);
    EXPECT_EQ(at(Rational(3, 4), 1, Rational(1, 4)), Status::certified);
    EXPECT_EQ(at(Rational(3, 4), 1, Rational(251, 1000)), Status::falsified);
    EXPECT_EQ(at(Rational(3, 4), 0, Rational(0)), Status::wrong);
}

TEST(Certify, what_does_not_fit_is_refused) {
    const RandomClassifier made = random_classifier(1, 2, 3);
    const auto refused = [&](auto&& change) {
        Question question = in_unit_box(2, Norm::infinity);
        Example example{made.example, made.ranking[0]};
        Asked asked;
        asked.epsilons = {Rational(1, 10)};
        change(question, example, asked);
        EXPECT_THROW(certify::certifier(made.query, question)->certify(example, asked, {}), UsageError);
    };
    refused([](Question& question, Example&, Asked&) { question.norm = Norm::zero; });
    refused([](Question& question, Example&, Asked&) { question.domains.pop_back(); });
    refused([](Question& question, Example&, Asked&) { question.targets = {3}; });
    refused([](Question& question, Example&, Asked&) { question.top_k = 3; });
    refused([](Question& question, Example&, Asked&) { question.top_k = 0; });
    refused([](Question& question, Example&, Asked&) { question.only = {2}; });
    refused([](Question& question, Example&, Asked&) { question.own_limits = {{0, Rational(-1)}}; });
    refused([](Question& question, Example&, Asked&) { question.normalisation = {{0, 1}, {0, 0}}; });
    refused([](Question&, Example& example, Asked&) { example.label = 3; });
    refused([](Question&, Example& example, Asked&) { example.input.pop_back(); });
    refused([](Question&, Example& example, Asked&) { example.input[0] = 2; });
    refused([](Question&, Example&, Asked& asked) { asked.epsilons = {Rational(-1)}; });
    refused([](Question&, Example&, Asked& asked) {
        asked.precision = 0;
        asked.minimal = true;
    });
    refused([](Question& question, Example&, Asked& asked) {
        question.domains.clear();
        asked.minimal = true;
    });
}

TEST(Certify, no_time_leaves_what_is_known) {
    const RandomClassifier made = random_classifier(2, 3, 3);
    const auto certifier = certify::certifier(made.query, in_unit_box(3, Norm::infinity));
    Asked asked;
    asked.epsilons = {Rational(1, 10), Rational(1, 2)};
    asked.minimal = true;
    asked.seconds = 1e-9;
    const Certificate found = certifier->certify({made.example, made.ranking[0]}, asked, {});
    EXPECT_EQ(found.status, Status::unknown);
    EXPECT_EQ(found.reason, "time limit reached");
    ASSERT_TRUE(found.critical);
    EXPECT_GE(found.critical->bound, 0);
}

namespace {
/// Both outputs are tanh(x): no enclosure can tell which one is greater.
model::Query two_equal_tanh_outputs() {
    model::Query query;
    const model::LayerId in = query.network.add_input("x", {1});
    model::AffineLayer layer;
    layer.terms.push_back({in, model::DenseMap{2, 1, model::NumberArray(std::vector<double>{1, 1})}});
    layer.bias = model::NumberArray(std::vector<double>{0, 0});
    const model::LayerId sum = query.network.add_affine("s", {2}, std::move(layer));
    const model::LayerId out = query.network.add_activation("y", sum, {model::ActivationKind::tanh, 0, {}, {}});
    query.outputs = {query.network.variable(out, 0), query.network.variable(out, 1)};
    return query;
}
}  // namespace

TEST(Certify, every_question_has_an_answer_where_the_example_itself_ends_it) {
    const auto open = certify::certifier(two_equal_tanh_outputs(), {});
    Asked asked;
    asked.epsilons = {Rational(1, 10), Rational(1, 5)};
    asked.minimal = true;
    asked.largest = Rational(1);
    const Certificate found = open->certify({{Rational(1, 3)}, 0}, asked, {});
    EXPECT_EQ(found.status, Status::unknown);
    ASSERT_EQ(found.answers.size(), 2U);
    for (std::size_t q = 0; q < 2; ++q) {
        EXPECT_EQ(found.answers[q].epsilon, asked.epsilons[q]);
        EXPECT_EQ(found.answers[q].status, Status::unknown);
        EXPECT_FALSE(found.answers[q].reason.empty());
    }
    ASSERT_TRUE(found.critical);
    EXPECT_EQ(found.critical->bound, 0);
    EXPECT_FALSE(found.critical->is_proven || found.critical->distance);

    // Any change, of an example that is wrong as it is.
    const auto sum = certify::certifier(sum_against_zero(), in_unit_box(2, Norm::infinity));
    const Certificate wrong = sum->certify({{Rational(0), Rational(0)}, 0}, {}, {});
    ASSERT_EQ(wrong.answers.size(), 1U);
    EXPECT_EQ(wrong.answers[0].status, Status::wrong);
    EXPECT_FALSE(wrong.answers[0].epsilon);

    const Certificate none = unanswered(asked, "the time is over");
    ASSERT_EQ(none.answers.size(), 2U);
    EXPECT_EQ(none.answers[1].reason, "the time is over");
    EXPECT_TRUE(none.critical);
}

TEST(Certify, lists_of_values_of_the_network_and_of_the_question_both_hold) {
    const auto values = [](std::vector<Rational> list) {
        model::Domain domain{model::DomainKind::integer, list.front(), list.back(), {}};
        domain.values = std::move(list);
        return domain;
    };
    model::Query query = sum_against_zero();
    const Variable first = query.network.input_variables()[0];
    query.domains.emplace_back(first, values({1, 4, 5}));
    Question question;
    question.domains = {values({0, 4, 5}), {model::DomainKind::real, Rational(0), Rational(0), {}}};
    Asked asked;
    asked.epsilons = {Rational(5)};
    const Example example{{Rational(5), Rational(0)}, 0};
    // 1 would be a violation, and the question's list has not got it.
    EXPECT_EQ(certify::certifier(query, question)->certify(example, asked, {}).status, Status::certified);
    question.domains[0] = values({1, 4, 5});
    EXPECT_EQ(certify::certifier(query, question)->certify(example, asked, {}).status, Status::falsified);
    question.domains[0] = values({2, 3});
    EXPECT_THROW(certify::certifier(query, question), UsageError);
}

TEST(Certify, listed_reals_of_the_network_are_normalised_as_its_bounds_are) {
    model::Query query = sum_against_zero();
    model::Domain listed;
    listed.values = {Rational(0), Rational(1, 2), Rational(2)};
    query.domains.emplace_back(query.network.input_variables()[0], listed);
    Question question;
    question.normalisation = {{Rational(1), Rational(2)}, {Rational(0), Rational(1)}};  // x0 is 1, 2 or 5
    question.domains = {{}, {model::DomainKind::real, Rational(0), Rational(0), {}}};
    const auto certifier = certify::certifier(query, question);
    Asked asked;
    asked.epsilons = {Rational(2), Rational(3)};
    const Certificate found = certifier->certify({{Rational(5), Rational(0)}, 0}, asked, {});
    EXPECT_EQ(found.answers[0].status, Status::certified);
    ASSERT_EQ(found.answers[1].status, Status::falsified);
    EXPECT_EQ(found.adversarial->input[0], 2);
    EXPECT_THROW(certifier->certify({{Rational(2), Rational(1)}, 0}, asked, {}), UsageError);  // outside its domain
}
