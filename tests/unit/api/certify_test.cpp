// SPDX-License-Identifier: Apache-2.0
// Robustness by the library: distances that are known, the answers of enumeration, rows that are shared out.
#include <cmath>
#include <filesystem>
#include <mutex>
#include <set>

#include <gtest/gtest.h>
#include <sinew/certify.hpp>

#include "base/random.hpp"

namespace sinew {
namespace {

/// Two scores that are the inputs: the class changes where x0 = x1.
Network compared() {
    Network network(2);
    return network.add_dense({{1, 0}, {0, 1}}, {0, 0});
}
const std::vector<Rational> example{Rational(3, 4), Rational(1, 4)};

TEST(ApiCertify, distances_in_all_norms) {
    const std::vector<std::pair<Norm, Rational>> critical = {
        {Norm::infinity, Rational(1, 4)}, {Norm::one, Rational(1, 2)}, {Norm::two, Rational(1, 8)}};
    for (const auto& [norm, distance] : critical) {
        CertifyOptions options;
        options.norm = norm;
        options.domain = {Range{0, 1}};
        options.epsilons = {Rational(1, 5), Rational(9, 10)};
        Certifier certifier(compared(), options);
        EXPECT_EQ(certifier.class_count(), 2U);
        EXPECT_EQ(certifier.predict(example), 0U);
        const Certificate certificate = certifier.certify(example, 0);
        ASSERT_EQ(certificate.answers.size(), 2U);
        EXPECT_EQ(certificate.answers[0].status, CertifyStatus::certified);
        EXPECT_EQ(certificate.answers[1].status, CertifyStatus::falsified);
        EXPECT_EQ(certificate.status, CertifyStatus::falsified);
        ASSERT_TRUE(certificate.adversarial);
        EXPECT_LE(certificate.adversarial->input[0], certificate.adversarial->input[1]);
        EXPECT_EQ(certificate.adversarial->class_index, 1U);
        EXPECT_GE(certificate.adversarial->distance, distance);
        const CriticalEpsilon found = critical_epsilon(compared(), example, 0, options);
        EXPECT_TRUE(found.is_proven || norm == Norm::two) << found.reason;
        EXPECT_LE(found.bound, distance);
        ASSERT_TRUE(found.distance);
        EXPECT_GE(*found.distance, distance);
        EXPECT_LE(*found.distance, distance * Rational(11, 10));
    }
}

TEST(ApiCertify, a_wrong_example_says_so) {
    CertifyOptions options;
    options.epsilons = {0};
    const Certificate certificate = Certifier(compared(), options).certify(example, 1);
    EXPECT_EQ(certificate.status, CertifyStatus::wrong);
    EXPECT_EQ(certificate.wrong_class, 0U);
    EXPECT_EQ(to_string(certificate.status), "wrong");
}

TEST(ApiCertify, units_and_limits_are_those_of_examples) {
    CertifyOptions options;
    options.domain = {Range{0, 255}};
    options.mean = {100};
    options.deviation = {50, 25};
    options.epsilons = {10};
    Certifier certifier(compared(), options);
    EXPECT_EQ(certifier.predict({150, 110}), 0U);                                  // 1 and 2/5
    EXPECT_EQ(certifier.certify({150, 109}, 0).status, CertifyStatus::certified);  // 4/5 and 19/25 at worst
    EXPECT_EQ(certifier.certify({150, 115}, 0).status, CertifyStatus::falsified);
    options.own_limits = {{0, Rational(0)}};  // x0 stays at 1: x1 would have to move by 15
    EXPECT_EQ(Certifier(compared(), options).certify({150, 114}, 0).status, CertifyStatus::certified);
    options.own_limits.clear();
    options.only = {0};
    EXPECT_EQ(Certifier(compared(), options).certify({150, 121}, 0).status, CertifyStatus::falsified);
}

TEST(ApiCertify, many_examples_by_many_threads) {
    Random random(3);
    std::vector<std::vector<Rational>> inputs;
    std::vector<std::size_t> labels;
    for (int i = 0; i < 40; ++i) {
        inputs.push_back(
            {Rational(random.integer(0, 20)) / 20, Rational(random.integer(0, 19)) / 20 + Rational(1, 40)});
        labels.push_back(random.below(2));
    }
    for (const int threads : {1, 3}) {
        CertifyOptions options;
        options.domain = {Range{0, 1}};
        options.epsilons = {Rational(1, 10)};
        options.threads = threads;
        std::set<std::size_t> told;
        const std::vector<Certificate> all =
            Certifier(compared(), options).certify_all(inputs, labels, [&](std::size_t row, const Certificate&) {
                EXPECT_TRUE(told.insert(row).second);
            });
        EXPECT_EQ(told.size(), 40U);
        for (std::size_t i = 0; i < 40; ++i) {
            const Rational lead =
                labels[i] == 0 ? Rational(inputs[i][0] - inputs[i][1]) : Rational(inputs[i][1] - inputs[i][0]);
            const CertifyStatus expected = lead < 0                ? CertifyStatus::wrong
                                           : lead > Rational(1, 5) ? CertifyStatus::certified
                                                                   : CertifyStatus::falsified;
            EXPECT_EQ(all[i].status, expected) << inputs[i][0] << " " << inputs[i][1] << " " << labels[i];
        }
    }
}

TEST(ApiCertify, what_does_not_fit_is_refused) {
    CertifyOptions options;
    options.domain = {Range{0, 1}, Range{0, 1}, Range{0, 1}};
    EXPECT_THROW(Certifier(compared(), options), UsageError);
    options.domain = {Range{1, 0}};
    EXPECT_THROW(Certifier(compared(), options), UsageError);
    options.domain = {Range{0, 1}};
    options.deviation = {0};
    EXPECT_THROW(Certifier(compared(), options), UsageError);
    options.deviation = {};
    options.only = {2};
    EXPECT_THROW(Certifier(compared(), options), UsageError);
    options.only = {};
    options.norm = Norm::zero;
    EXPECT_THROW(Certifier(compared(), options), UsageError);
    options.norm = Norm::infinity;
    options.settings = {"nothing.at_all=1"};
    EXPECT_THROW(Certifier(compared(), options), UsageError);
    options.settings = {};
    options.epsilons = {-1};
    Certifier certifier(compared(), options);
    EXPECT_THROW(certifier.certify(example, 0), UsageError);
    EXPECT_THROW(certifier.certify({0}, 0), UsageError);
    EXPECT_THROW(certifier.certify(example, 2), UsageError);
    EXPECT_THROW(certifier.predict({0}), UsageError);
    EXPECT_THROW(certifier.certify_all({example}, {}), UsageError);
    options.epsilons = {};
    options.domain = {};
    EXPECT_THROW(critical_epsilon(compared(), example, 0, options), UsageError);
}

TEST(ApiCertify, no_time_is_unknown) {
    CertifyOptions options;
    options.seconds = 0;
    options.epsilons = {Rational(1, 10)};
    EXPECT_NE(Certifier(compared(), options).certify(example, 0).status, CertifyStatus::falsified);
    const std::atomic<bool> stop(true);
    options.seconds.reset();
    options.interrupt = &stop;
    const std::vector<Certificate> all = Certifier(compared(), options).certify_all({example, example}, {0, 0});
    EXPECT_EQ(all.size(), 2U);
}

TEST(ApiCertify, binarized_networks_by_their_own_engines) {
    const BinarizedNetwork network = load_binarized_network(SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn");
    EXPECT_EQ(network.network().input_count(), network.input_count());
    std::vector<Rational> zero(network.input_count(), 0);
    const std::size_t label = network.predict(zero);
    EXPECT_LT(label, network.class_count());
    EXPECT_EQ(network.scores(zero), network.network().evaluate_outputs(zero));
    CertifyOptions options;
    options.norm = Norm::zero;
    options.epsilons = {0};
    options.minimal = true;
    const Certificate certificate = Certifier(network, options).certify(zero, label);
    ASSERT_TRUE(certificate.critical);
    EXPECT_TRUE(certificate.critical->is_proven);
    ASSERT_TRUE(certificate.adversarial);
    EXPECT_NE(network.predict(certificate.adversarial->input), label);
    const std::filesystem::path path = std::filesystem::temp_directory_path() / "sinew_api_certify_test.bnn";
    network.save(path.string());
    EXPECT_EQ(load_binarized_network(path.string(), network.input_kind()).scores(zero), network.scores(zero));
    std::filesystem::remove(path);
    EXPECT_NE(network.encode("bnn").find("input"), std::string::npos);
    EXPECT_THROW(network.encode("csv"), UsageError);
    EXPECT_THROW(network.encode("npz"), UsageError);  // has no convolutions
    EXPECT_THROW(network.inputs_of({"1"}), UsageError);
    EXPECT_THROW(network.predict({1}), UsageError);
    EXPECT_THROW(load_binarized_network("there_is_none.npz"), InputError);
    EXPECT_THROW(load_binarized_network(SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn", "words"), UsageError);
}

TEST(ApiCertify, files_say_what_they_are) {
    EXPECT_TRUE(std::holds_alternative<BinarizedNetwork>(load_classifier(SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn")));
    EXPECT_TRUE(
        std::holds_alternative<BinarizedNetwork>(load_classifier(SINEW_SOURCE_DIR "/inputs/dnn/binarized.dnn")));
    EXPECT_TRUE(std::holds_alternative<Network>(load_classifier(SINEW_SOURCE_DIR "/inputs/onnx/distance.onnx")));
    EXPECT_TRUE(std::holds_alternative<Network>(load_classifier(SINEW_SOURCE_DIR "/inputs/dnn/loan.dnn")));
    EXPECT_THROW(load_classifier(SINEW_SOURCE_DIR "/inputs/dnn/loan.dnn", "bits"), InputError);
    EXPECT_THROW(load_classifier(SINEW_SOURCE_DIR "/inputs/dnn/loan.dnn", "words"), UsageError);
    EXPECT_THROW(load_classifier("there_is_none.onnx"), InputError);
}

}  // namespace
}  // namespace sinew
