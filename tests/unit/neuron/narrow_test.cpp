// SPDX-License-Identifier: Apache-2.0
// Bounds consistency of single neurons against enumeration by definition.
#include "neuron/narrow.hpp"

#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "reference.hpp"

namespace sinew::neuron {
namespace {

/// A neuron constraint as a user writes it, with boxes small enough to enumerate.
struct Case {
    model::Activation activation;
    model::Precision precision;
    std::vector<Weight> weights;
    Rational bias;
    std::vector<std::pair<long, long>> boxes;
    std::pair<long, long> output;

    Rational argument(std::span<const long> x) const {
        const bool scaled = precision.reading == model::PrecisionReading::scaled;
        Rational s = scaled ? bias : Rational(bias * precision.steps);
        for (const Weight& weight : weights) {
            const Rational product = weight.weight * x[weight.argument];
            s += scaled ? Rational(product / precision.steps) : Rational(product * precision.steps);
        }
        return s;
    }
    Integer height() const {
        return precision.reading == model::PrecisionReading::scaled ? precision.steps : Integer(1);
    }
    long output_at(const Rational& s) const { return rounded_activation(activation, height(), s).get_si(); }
};

Case random_case(Random& random) {
    static const std::vector<long> precisions = {1, 2, 3, 5, 10, 30, 97, 1000, 10'007, 1'000'000};
    Case c;
    c.activation = random_activation(random);
    const long p = random.chance(0.7) ? precisions[random.below(precisions.size())] : random.integer(1, 1'000'000);
    c.precision = {p, random.chance(0.5) ? model::PrecisionReading::scaled : model::PrecisionReading::literal};
    const bool scaled = c.precision.reading == model::PrecisionReading::scaled;
    const std::size_t arguments = random.below(4);
    // Weights are small multiples of a unit that makes sums move the output: about 1/5 of the activation a step.
    Rational unit = scaled ? Rational(p, random.integer(3, 12)) : Rational(1, p * random.integer(1, 6));
    if (random.chance(0.3)) unit = scaled ? Rational(random.integer(1, 3), 2) : Rational(1, p);
    unit.canonicalize();
    for (std::size_t i = 0; i < arguments; ++i) {
        const long low = random.integer(-4, 4);
        const long size = random.chance(0.1) ? random.integer(-1, 0) : random.integer(0, 5);
        c.boxes.emplace_back(low, low + size);
        const std::size_t uses = random.chance(0.2) ? 2 : 1;
        for (std::size_t k = 0; k < uses; ++k) c.weights.push_back({i, unit * random.integer(-5, 5)});
    }
    c.bias = Rational(random.integer(-12, 12), random.integer(1, 8));
    c.bias.canonicalize();
    if (!scaled) c.bias /= p;
    // An output box around a value that occurs, often cutting through what is possible.
    std::vector<long> x;
    for (const auto& [low, high] : c.boxes) x.push_back(low + (high > low ? random.integer(0, high - low) : 0));
    const long y = c.output_at(c.argument(x));
    const long spread = random.chance(0.5) ? 2 : 2 + p / 2;
    c.output = {y + random.integer(-spread, spread / 2), y + random.integer(-spread / 2, spread)};
    return c;
}

/// The greatest fixpoint by definition, value by value. False: empty.
class Enumeration {
  public:
    explicit Enumeration(const Case& c) : c_(c), boxes(c.boxes), output(c.output) {
        std::map<std::size_t, Rational> merged;
        for (const auto& [argument, weight] : c.weights) merged[argument] += weight;
        Rational unit = 0;
        for (const auto& [argument, weight] : merged) unit = gcd(unit, weight);
        for (const auto& [argument, weight] : merged)
            if (weight != 0) coefficients_[argument] = Rational(weight / unit).get_num().get_si();
        // The argument at a sum: linear, through the sum at x = 0 and one unit more.
        base_ = c.argument(std::vector<long>(c.boxes.size(), 0));
        const bool scaled = c.precision.reading == model::PrecisionReading::scaled;
        unit_ = scaled ? Rational(unit / c.precision.steps) : Rational(unit * c.precision.steps);
    }

    bool run() {
        for (bool changed = true; changed;) {
            if (output.first > output.second) return false;
            for (const auto& [argument, coefficient] : coefficients_)
                if (boxes[argument].first > boxes[argument].second) return false;
            const auto before = std::pair(boxes, output);
            if (!shrink_output()) return false;
            for (const auto& [argument, coefficient] : coefficients_) {
                const std::size_t i = argument;
                if (!shrink(boxes[i], [&](long v) { return argument_has_support(i, v); })) return false;
            }
            changed = before != std::pair(boxes, output);
        }
        return true;
    }

  private:
    static Rational gcd(const Rational& a, const Rational& b) {
        if (a == 0) return abs(b);
        if (b == 0) return abs(a);
        Integer numerator;
        Integer denominator;
        const Integer left = a.get_num() * b.get_den();
        const Integer right = b.get_num() * a.get_den();
        mpz_gcd(numerator.get_mpz_t(), left.get_mpz_t(), right.get_mpz_t());
        denominator = a.get_den() * b.get_den();
        Rational result(numerator, denominator);
        result.canonicalize();
        return result;
    }
    long value_at(long sum) {
        const auto [at, is_new] = values_.try_emplace(sum, 0);
        if (is_new) at->second = c_.output_at(base_ + unit_ * sum);
        return at->second;
    }
    /// The sums of the terms but `without`.
    std::pair<long, long> sums(std::size_t without) const {
        std::pair<long, long> range{0, 0};
        for (const auto& [argument, coefficient] : coefficients_) {
            if (argument == without) continue;
            const long a = coefficient * boxes[argument].first;
            const long b = coefficient * boxes[argument].second;
            range.first += std::min(a, b);
            range.second += std::max(a, b);
        }
        return range;
    }
    /// The output's values are those at sums.
    bool shrink_output() {
        const auto [low, high] = sums(boxes.size());
        std::optional<std::pair<long, long>> found;
        for (long s = low; s <= high; ++s) {
            const long y = value_at(s);
            if (y < output.first || y > output.second) continue;
            found = found ? std::pair(std::min(found->first, y), std::max(found->second, y)) : std::pair(y, y);
        }
        if (found) output = *found;
        return found.has_value();
    }
    bool argument_has_support(std::size_t i, long v) {
        const auto [low, high] = sums(i);
        const long own = coefficients_.at(i) * v;
        for (long s = low + own; s <= high + own; ++s)
            if (output.first <= value_at(s) && value_at(s) <= output.second) return true;
        return false;
    }
    template <class Supported>
    static bool shrink(std::pair<long, long>& box, Supported&& supported) {
        while (box.first <= box.second && !supported(box.first)) ++box.first;
        while (box.first <= box.second && !supported(box.second)) --box.second;
        return box.first <= box.second;
    }

    const Case& c_;
    std::map<std::size_t, long> coefficients_;
    std::map<long, long> values_;
    Rational base_, unit_;

  public:
    std::vector<std::pair<long, long>> boxes;
    std::pair<long, long> output;
};

std::string text(const Case& c) {
    std::string out = model::to_string(c.activation) + " p " + c.precision.steps.get_str() +
                      (c.precision.reading == model::PrecisionReading::scaled ? " scaled" : " literal") + " bias " +
                      c.bias.get_str();
    for (const Weight& w : c.weights) out += " " + w.weight.get_str() + "·x" + std::to_string(w.argument);
    for (const auto& [low, high] : c.boxes) out += " [" + std::to_string(low) + "," + std::to_string(high) + "]";
    return out + " y [" + std::to_string(c.output.first) + "," + std::to_string(c.output.second) + "]";
}

IntegerInterval interval(const std::pair<long, long>& box) {
    return {box.first, box.second};
}

TEST(Narrow, BoundsEqualEnumeration) {
    Random random(2026);
    std::size_t empty = 0;
    std::size_t narrowed = 0;
    const std::size_t cases = case_count(100'000);
    for (std::size_t i = 0; i < cases; ++i) {
        const Case c = random_case(random);
        SCOPED_TRACE(text(c));
        const Neuron neuron = make_neuron(c.activation, c.weights, c.bias, c.precision);
        std::vector<IntegerInterval> boxes;
        for (const auto& box : c.boxes) boxes.push_back(interval(box));
        IntegerInterval output = interval(c.output);
        const Narrowing found = narrow(neuron, boxes, output);
        Enumeration expected(c);
        if (!expected.run()) {
            ASSERT_EQ(found, Narrowing::empty);
            ++empty;
            continue;
        }
        ASSERT_EQ(found, Narrowing::consistent);
        ASSERT_EQ(output, interval(expected.output));
        for (std::size_t k = 0; k < boxes.size(); ++k) ASSERT_EQ(boxes[k], interval(expected.boxes[k])) << k;
        narrowed += expected.boxes != c.boxes || expected.output != c.output ? 1 : 0;
    }
    // The cases must be worth something.
    EXPECT_GT(empty, cases / 50);
    EXPECT_GT(narrowed, cases / 4);
}

TEST(Narrow, NoSolutionIsLost) {
    Random random(7);
    for (std::size_t i = 0; i < case_count(5'000); ++i) {
        const Case c = random_case(random);
        SCOPED_TRACE(text(c));
        std::vector<IntegerInterval> boxes;
        bool has_empty = false;
        for (const auto& box : c.boxes) {
            boxes.push_back(interval(box));
            has_empty |= box.first > box.second;
        }
        if (has_empty) continue;
        IntegerInterval output = interval(c.output);
        const Narrowing found = narrow(make_neuron(c.activation, c.weights, c.bias, c.precision), boxes, output);
        std::vector<long> x;
        for (const auto& box : c.boxes) x.push_back(box.first);
        for (bool more = true; more;) {
            const long y = c.output_at(c.argument(x));
            if (c.output.first <= y && y <= c.output.second) {
                ASSERT_NE(found, Narrowing::empty);
                ASSERT_TRUE(output.contains(y));
                for (std::size_t k = 0; k < x.size(); ++k) ASSERT_TRUE(boxes[k].contains(x[k]));
            }
            std::size_t k = 0;
            for (; k < x.size(); ++k) {
                if (++x[k] <= c.boxes[k].second) break;
                x[k] = c.boxes[k].first;
            }
            more = k < x.size();
        }
    }
}

TEST(Narrow, UnboundedBoxes) {
    const model::Activation tansig{model::ActivationKind::tanh, 0, {}, {}};
    const std::vector<Weight> weights = {{0, 1}, {1, -2}};
    const Neuron neuron = make_neuron(tansig, weights, 0, {1000, model::PrecisionReading::scaled});
    std::vector<IntegerInterval> boxes(2);
    IntegerInterval output;
    EXPECT_EQ(narrow(neuron, boxes, output), Narrowing::consistent);
    EXPECT_EQ(output, (IntegerInterval{-1000, 1000}));
    EXPECT_EQ(boxes, std::vector<IntegerInterval>(2));
    // x0 - 2·x1 >= atanh(0.4995)·1000 = 548.64…
    boxes[1] = {0, ExtendedInteger::plus_infinity()};
    output = {500, 2000};
    EXPECT_EQ(narrow(neuron, boxes, output), Narrowing::consistent);
    EXPECT_EQ(boxes[0], (IntegerInterval{549, ExtendedInteger::plus_infinity()}));
    EXPECT_EQ(output, (IntegerInterval{500, 1000}));
}

TEST(Narrow, NumbersBeyondAnyMachineWord) {
    Integer huge;
    mpz_ui_pow_ui(huge.get_mpz_t(), 10, 40);
    const model::Activation relu{model::ActivationKind::relu, 0, {}, {}};
    const std::vector<Weight> weights = {{0, 3}, {1, -1}};
    const Neuron neuron = make_neuron(relu, weights, 0, {1, model::PrecisionReading::scaled});
    std::vector<IntegerInterval> boxes = {{Integer(-huge), huge}, {0, 5}};
    IntegerInterval output = {Integer(huge - 1), Integer(huge * 10)};
    ASSERT_EQ(narrow(neuron, boxes, output), Narrowing::consistent);
    EXPECT_EQ(output, (IntegerInterval{Integer(huge - 1), Integer(huge * 3)}));
    EXPECT_EQ(boxes[0], (IntegerInterval{Integer((huge + 1) / 3), huge}));
}

TEST(Narrow, RoundsAreLimited) {
    // 1000003·x0 - 1000000·x1 = 1 over the integers: rounding walks along the line.
    const model::Activation purelin{model::ActivationKind::identity, 0, {}, {}};
    const std::vector<Weight> weights = {{0, 1'000'003}, {1, -1'000'000}};
    const Neuron neuron = make_neuron(purelin, weights, 0, {1, model::PrecisionReading::scaled});
    std::vector<IntegerInterval> boxes = {{1, 10'000'000}, {1, 10'000'000}};
    IntegerInterval output = {1, 1};
    EXPECT_EQ(narrow(neuron, boxes, output, 3), Narrowing::unfinished);
    EXPECT_TRUE(boxes[0].contains(666'667));
    EXPECT_TRUE(boxes[1].contains(666'669));
}

}  // namespace
}  // namespace sinew::neuron
