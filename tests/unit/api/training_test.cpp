// SPDX-License-Identifier: Apache-2.0
// Training by the library: what it proves on small tables, what it keeps, what it refuses.
#include <filesystem>

#include <gtest/gtest.h>
#include <sinew/certify.hpp>
#include <sinew/training.hpp>

namespace sinew {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// The label is the first column; the second says nothing.
struct Copied {
    Rows rows;
    std::vector<std::string> labels;
    Copied() {
        for (const char* first : {"0", "1"})
            for (const char* second : {"red", "green", "blue"}) {
                rows.push_back({first, second});
                labels.emplace_back(first[0] == '1' ? "yes" : "no");
            }
    }
};

TEST(ApiTraining, a_column_is_copied_with_least_weight) {
    const Copied data;
    TrainingOptions options;
    options.columns = {"told", "colour"};
    options.hidden = {1};
    std::vector<std::int64_t> last;
    options.on_improvement = [&](const std::vector<std::int64_t>& values) { last = values; };
    const TrainedNetwork trained = train_binarized(data.rows, data.labels, options);
    ASSERT_EQ(trained.status, Status::optimal);
    ASSERT_TRUE(trained.network);
    EXPECT_EQ(trained.bound, trained.values.front());
    EXPECT_EQ(last, trained.values);
    EXPECT_FALSE(trained.proof.empty());
    EXPECT_EQ(trained.right, 6U);
    EXPECT_EQ(trained.examples, 6U);
    EXPECT_EQ(trained.network->class_names(), (std::vector<std::string>{"no", "yes"}));
    const std::vector<std::size_t> classes = trained.network->predict_rows(data.rows);
    for (std::size_t k = 0; k < classes.size(); ++k) {
        EXPECT_EQ(trained.network->class_names()[classes[k]], data.labels[k]);
        EXPECT_EQ(trained.network->predict(trained.network->inputs_of(data.rows[k])), classes[k]);
    }
    EXPECT_EQ(trained.network->input_count(), trained.features.size());
    for (const char* ending : {".onnx", ".npz", ".bnn"}) {
        const std::filesystem::path path =
            std::filesystem::temp_directory_path() / (std::string("sinew_api_training_test") + ending);
        trained.network->save(path.string());
        EXPECT_EQ(load_binarized_network(path.string()).predict_rows(data.rows), classes) << ending;
        std::filesystem::remove(path);
    }
    CertifyOptions certify;
    certify.epsilons = {0};
    Certifier certifier(*trained.network, certify);
    EXPECT_EQ(certifier.certify(trained.network->inputs_of(data.rows[0]), classes[0]).status, CertifyStatus::certified);
    options.warm_start = trained.network;
    EXPECT_EQ(train_binarized(data.rows, data.labels, options).values, trained.values);
    options.hidden = {3};
    EXPECT_THROW(train_binarized(data.rows, data.labels, options), UsageError);
}

TEST(ApiTraining, contradictions_bound_the_accuracy) {
    Copied data;
    data.rows.push_back(data.rows.front());
    data.labels.emplace_back("yes");
    TrainingOptions options;
    options.hidden = {1};
    EXPECT_EQ(train_binarized(data.rows, data.labels, options).status, Status::unsatisfiable);
    options.objectives = {TrainingObjective::max_accuracy};
    const TrainedNetwork best = train_binarized(data.rows, data.labels, options);
    ASSERT_EQ(best.status, Status::optimal);
    EXPECT_EQ(best.values.front(), 6);
    EXPECT_EQ(best.right, 6U);
    EXPECT_NE(best.notes.size(), 0U);
    options.rho = Rational(9, 10);
    options.objectives = {TrainingObjective::min_weight};
    EXPECT_EQ(train_binarized(data.rows, data.labels, options).status, Status::unsatisfiable);
    options.rho = Rational(3, 4);
    EXPECT_EQ(train_binarized(data.rows, data.labels, options).status, Status::optimal);
}

TEST(ApiTraining, fair_networks_do_not_look) {
    Copied data;
    TrainingOptions options;
    options.hidden = {1};
    options.fair = {"x0"};  // the only column that tells
    EXPECT_EQ(train_binarized(data.rows, data.labels, options).status, Status::unsatisfiable);
    options.fair = {"x1"};
    EXPECT_EQ(train_binarized(data.rows, data.labels, options).status, Status::optimal);
}

TEST(ApiTraining, gradients_and_limits_give_what_they_have) {
    const Copied data;
    TrainingOptions options;
    options.method = TrainingMethod::gradient;
    const TrainedNetwork trained = train_binarized(data.rows, data.labels, options);
    EXPECT_TRUE(trained.network);
    EXPECT_FALSE(trained.bound);
    EXPECT_EQ(trained.status, Status::feasible);
    options.seconds = 0;
    EXPECT_NO_THROW(train_binarized(data.rows, data.labels, options));
    options.method = TrainingMethod::exact;
    const TrainedNetwork none = train_binarized(data.rows, data.labels, options);
    EXPECT_NE(none.status, Status::optimal);
    EXPECT_FALSE(none.stopped.empty());
}

TEST(ApiTraining, what_makes_no_sense_is_refused) {
    const Copied data;
    const auto refused = [&](auto change) {
        TrainingOptions options;
        change(options);
        EXPECT_THROW(train_binarized(data.rows, data.labels, options), UsageError);
    };
    refused([](TrainingOptions& options) { options.columns = {"one"}; });
    refused([](TrainingOptions& options) { options.columns = {"a", "a"}; });
    refused([](TrainingOptions& options) { options.fair = {"none"}; });
    refused([](TrainingOptions& options) { options.encoding = "words"; });
    refused([](TrainingOptions& options) { options.missing = "guess"; });
    refused([](TrainingOptions& options) { options.rho = 2; });
    refused([](TrainingOptions& options) { options.objectives = {}; });
    refused([](TrainingOptions& options) { options.hidden = {0}; });
    refused([](TrainingOptions& options) { options.threads = -1; });
    refused([](TrainingOptions& options) { options.robust_epsilon = -1; });
    refused([](TrainingOptions& options) { options.settings = {"no.such=1"}; });
    EXPECT_THROW(train_binarized({}, {}), UsageError);
    EXPECT_THROW(train_binarized(data.rows, {"yes"}), UsageError);
    EXPECT_THROW(train_binarized({{"1"}, {"2", "3"}}, {"a", "b"}), UsageError);
    EXPECT_THROW(train_binarized({{"1"}, {"2"}}, {"a", "a"}), InputError);
    EXPECT_THROW(train_binarized({{"1"}, {"1"}}, {"a", "b"}), InputError);  // no feature
    EXPECT_THROW(train_binarized({{"nan"}, {"1"}}, {"a", "b"}), InputError);
    TrainingOptions words;
    words.robust_epsilon = 1;
    words.ignored = {"x0"};
    EXPECT_THROW(train_binarized(data.rows, data.labels, words), InputError);
}

}  // namespace
}  // namespace sinew
