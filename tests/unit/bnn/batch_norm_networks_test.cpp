// SPDX-License-Identifier: Apache-2.0
// Networks with batch normalisations whose factors are irrational, on the edge: every sign and every comparison of
// scores must be that of the exact formula, told here by thousands of digits.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "read/bnn_text/read_bnn_text.hpp"
#include "support/certify_oracle.hpp"
#include "threshold/fold.hpp"
#include "write/bnn_text.hpp"

namespace sinew::bnn {
namespace {

constexpr unsigned precision = 8192;  // bits
/// What is not 0 is larger than this, by far.
const mpf_class nothing = [] {
    mpf_class value(1, precision);
    mpf_div_2exp(value.get_mpf_t(), value.get_mpf_t(), 6000);
    return value;
}();

int sign_of(const mpf_class& value) {
    return abs(value) < nothing ? 0 : sgn(value);
}

struct Channel {
    Rational gamma = 1;
    Rational beta = 0;
    Rational mean = 0;
    Rational variance = 1;

    mpf_class at(long sum) const {
        mpf_class root(variance, precision);
        root = sqrt(root);
        return mpf_class(Rational(gamma * (sum - mean)), precision) / root + mpf_class(beta, precision);
    }
};

struct Layer {
    std::vector<std::vector<int>> weights;
    std::vector<Channel> channels;
};

class EdgeNetwork {
  public:
    explicit EdgeNetwork(std::uint64_t seed) : random_(seed) {
        inputs_ = static_cast<std::size_t>(random_.integer(1, 5));
        std::size_t width = inputs_;
        for (std::int64_t l = random_.integer(0, 2); l > 0; --l) {
            layers_.push_back(draw(width, static_cast<std::size_t>(random_.integer(1, 3)), false));
            width = layers_.back().weights.size();
        }
        layers_.push_back(draw(width, static_cast<std::size_t>(random_.integer(1, 4)), true));
    }

    std::size_t input_count() const { return inputs_; }

    std::string text() const {
        std::string text = fmt::format("input signs {}\n", inputs_);
        for (const Layer& layer : layers_) {
            text += fmt::format("dense {} {{\n", layer.weights.size());
            for (const auto& row : layer.weights) {
                for (const int weight : row) text += weight > 0 ? '+' : weight < 0 ? '-' : '0';
                text += '\n';
            }
            const auto list = [&](const char* name, Rational Channel::*member) {
                text += fmt::format(" {} [", name);
                for (const Channel& channel : layer.channels)
                    text += (channel.*member).get_str() + (&channel == &layer.channels.back() ? "]" : ", ");
            };
            text += "}\nnormalise";
            list("mean", &Channel::mean);
            list("variance", &Channel::variance);
            list("gamma", &Channel::gamma);
            list("beta", &Channel::beta);
            text += " epsilon [0]\n";
            if (&layer != &layers_.back()) text += "sign\n";
        }
        return text;
    }

    /// The greatest score's class, of several the first; with one score whether it is at least 0.
    std::size_t class_at(std::vector<int> values) const {
        std::vector<mpf_class> scores;
        for (const Layer& layer : layers_) {
            scores.clear();
            for (std::size_t r = 0; r < layer.weights.size(); ++r) {
                long sum = 0;
                for (std::size_t c = 0; c < values.size(); ++c) sum += layer.weights[r][c] * values[c];
                scores.push_back(layer.channels[r].at(sum));
            }
            values.clear();
            for (const mpf_class& score : scores) values.push_back(sign_of(score) >= 0 ? 1 : -1);
        }
        if (scores.size() == 1) return sign_of(scores[0]) >= 0 ? 1 : 0;
        std::size_t best = 0;
        for (std::size_t c = 1; c < scores.size(); ++c)
            if (sign_of(scores[c] - scores[best]) > 0) best = c;
        return best;
    }

  private:
    Layer draw(std::size_t columns, std::size_t rows, bool last) {
        Layer layer;
        for (std::size_t r = 0; r < rows; ++r) {
            layer.weights.emplace_back();
            for (std::size_t c = 0; c < columns; ++c)
                layer.weights.back().push_back(static_cast<int>(random_.integer(-1, 1)));
            layer.channels.push_back(draw_channel(static_cast<std::int64_t>(columns)));
        }
        // Scores that other classes reach exactly, or nearly.
        for (std::size_t r = 1; last && r < rows; ++r) {
            if (random_.chance(0.4)) {  // gamma / sqrt(variance) stays
                const Rational times(random_.integer(1, 3));
                layer.channels[r].gamma = layer.channels[0].gamma * times;
                layer.channels[r].variance = layer.channels[0].variance * times * times;
            }
            if (random_.chance(0.3)) layer.channels[r].beta = layer.channels[0].beta;
            if (random_.chance(0.3)) {
                const mpf_class target = layer.channels[0].at(random_.integer(-2, 2));
                layer.channels[r].beta = 0;
                layer.channels[r].beta = rounded(target - layer.channels[r].at(random_.integer(-2, 2)));
            }
        }
        return layer;
    }

    Channel draw_channel(std::int64_t most) {
        Channel channel;
        const Rational variances[] = {2, 3, 8, Rational(1, 2), Rational(3, 4), 1, 4, Rational(7, 10), Rational(9, 2)};
        channel.variance = variances[random_.below(std::size(variances))];
        channel.gamma = Rational(random_.integer(-4, 4), 2);
        channel.gamma.canonicalize();
        channel.mean = Rational(random_.integer(-4, 4), random_.chance(0.7) ? 1 : 3);
        channel.mean.canonicalize();
        if (random_.chance(0.8)) channel.beta = rounded(-channel.at(random_.integer(-most, most)));
        return channel;
    }

    /// To so many digits that doubles know it, or just not.
    Rational rounded(const mpf_class& value) {
        constexpr unsigned long digits[] = {3, 16, 17, 18, 30, 60};
        Integer scale;
        mpz_ui_pow_ui(scale.get_mpz_t(), 10, digits[random_.below(std::size(digits))]);
        const mpf_class scaled = value * mpf_class(scale, precision) + 0.5;
        Rational result(Integer(floor(scaled)), scale);
        result.canonicalize();
        return result;
    }

    Random random_;
    std::size_t inputs_ = 0;
    std::vector<Layer> layers_;
};

/// sign(v / sqrt(2) - 0.70710678118654755): at v = 1 it is -2.56e-17 that the sign is taken of, but the double nearest
/// to 1 / sqrt(2) is above it.
TEST(BatchNormNetworks, doubles_would_say_class_0) {
    const model::BinarizedNetwork network = read::parse_bnn_text(
        "input signs 1\ndense 1 {\n+\n}\n"
        "normalise mean [0] variance [2] epsilon [0] gamma [1] beta [-0.70710678118654755]\nsign\n"
        "dense 2 {\n+\n-\n}\n",
        "n.bnn");
    const threshold::ThresholdNetwork folded = threshold::fold(network);
    threshold::Perturbation everything;
    for (const long v : {1, -1}) {
        const std::vector<Rational> input{v};
        EXPECT_EQ(model::class_of(model::evaluate(network, input)), 1);
        EXPECT_EQ(certify({network, folded}, input, 1, everything, {}, {}).status, Status::certified);
    }
}

TEST(BatchNormNetworks, every_engine_decides_as_the_exact_formula) {
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        const EdgeNetwork edge(seed);
        SCOPED_TRACE(fmt::format("seed {}\n{}", seed, edge.text()));
        const model::BinarizedNetwork network = read::parse_bnn_text(edge.text(), "edge.bnn");
        const model::BinarizedNetwork again = read::parse_bnn_text(write::bnn_text(network), "again.bnn");
        const threshold::ThresholdNetwork folded = threshold::fold(network);
        for (std::size_t number = 0; number < std::size_t{1} << edge.input_count(); ++number) {
            std::vector<int> signs;
            std::vector<Rational> point;
            for (std::size_t i = 0; i < edge.input_count(); ++i) {
                signs.push_back((number >> i & 1) != 0 ? 1 : -1);
                point.emplace_back(signs.back());
            }
            const std::size_t expected = edge.class_at(signs);
            ASSERT_EQ(model::class_of(model::evaluate(network, point)), expected);
            ASSERT_EQ(model::class_of(model::evaluate(again, point)), expected);
            const threshold::Activity activity = threshold::evaluate(folded, folded.digits_of(point));
            ASSERT_EQ(threshold::class_of(folded, activity.scores), expected);
        }
        // Certification and least perturbations against enumeration by that evaluation.
        support::CertifyCase question(10 * seed, edge.input_count());
        question.kind = model::InputKind::signs;
        question.network = network;
        question.input.assign(edge.input_count(), Rational(1));
        question.label = model::class_of(model::evaluate(network, question.input));
        question.options.target.reset();
        question.perturbation = {};
        question.perturbation.norm = threshold::Norm::zero;
        question.perturbation.radius = Rational(static_cast<long>(seed % 4));
        ASSERT_EQ(question.ask().disagreement.value_or(""), "");
    }
}

}  // namespace
}  // namespace sinew::bnn
