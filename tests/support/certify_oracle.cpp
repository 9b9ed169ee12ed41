#include "support/certify_oracle.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "bnn/certify.hpp"
#include "bnn/fold.hpp"
#include "support/random_binarized.hpp"

namespace support {

using namespace sinew;
using namespace sinew::bnn;
using model::InputKind;

namespace {

/// A random question, and the answer by looking at every input that matters.
class Question {
  public:
    Question(std::uint64_t seed, std::size_t most_inputs) : random_(seed) {
        const std::uint64_t choice = random_.below(10);
        kind_ = choice < 4   ? InputKind::bits
                : choice < 7 ? InputKind::signs
                : choice < 9 ? InputKind::pixels
                             : InputKind::unit;
        BinarizedLimits limits;
        const bool wide = kind_ == InputKind::pixels || kind_ == InputKind::unit;
        limits.most_inputs = wide ? std::min<std::size_t>(most_inputs, 4) : most_inputs;
        network_ = random_binarized(random_, kind_, limits);
        input_ = random_input(random_, network_);
        label_ = model::class_of(model::evaluate(network_, input_));
        classes_ = network_.output_size() == 1 ? 2 : network_.output_size();
        if (random_.chance(0.1)) label_ = random_.below(classes_);
        options_.ties = random_.chance(0.5) ? Ties::count : Ties::do_not_count;
        if (random_.chance(0.2)) options_.target = random_.below(classes_);
        if (options_.target == label_) options_.target.reset();
        options_.seed = seed;
        options_.route = static_cast<Route>(seed % 3);
    }

    OracleCase ask() {
        const ThresholdNetwork folded = fold(network_);
        const Subject subject{network_, folded};
        OracleCase result;
        const Perturbation perturbation = random_perturbation();
        const Certificate answer = certify(subject, input_, label_, perturbation, options_, {});
        result.verdict = fmt::format("{} by {}", to_string(answer.status), answer.decided_by);
        const bool wrong = violates(input_);
        const bool reachable = wrong || nearest(perturbation).has_value();
        const Status expected = wrong ? Status::wrong : reachable ? Status::falsified : Status::certified;
        if (answer.status != expected) {
            result.disagreement = fmt::format("{}: sinew says {}", to_string(expected), result.verdict);
            return result;
        }
        if (answer.status == Status::falsified && !violates(answer.adversarial))
            result.disagreement = "the adversarial input is none";
        if (!result.disagreement && kind_ != InputKind::unit) result.disagreement = ask_minimal(subject);
        return result;
    }

  private:
    /// The same for bits and signs, each point evaluated once.
    bool violates_again(const std::vector<Rational>& input) {
        if (kind_ != InputKind::bits && kind_ != InputKind::signs) return violates(input);
        std::size_t key = 0;
        for (const Rational& value : input) key = 2 * key + (value == 1 ? 1 : 0);
        known_.resize(std::size_t{1} << input.size());
        if (!known_[key]) known_[key] = violates(input);
        return *known_[key];
    }

    bool violates(const std::vector<Rational>& input) const {
        const std::vector<Rational> scores = model::evaluate(network_, input);
        if (scores.size() == 1) return model::class_of(scores) != label_;
        for (std::size_t c = 0; c < scores.size(); ++c) {
            if (c == label_ || (options_.target && c != *options_.target)) continue;
            if (scores[c] > scores[label_] || (scores[c] == scores[label_] && options_.ties == Ties::count))
                return true;
        }
        return false;
    }

    Perturbation random_perturbation() {
        Perturbation perturbation;
        perturbation.norm = static_cast<Norm>(random_.below(4));
        const bool unit = kind_ == InputKind::unit;
        // A pixel of any of 256 values would make too many points.
        if (kind_ == InputKind::pixels && perturbation.norm == Norm::zero) perturbation.norm = Norm::one;
        if (unit) perturbation.norm = random_.chance(0.7) ? Norm::infinity : Norm::zero;
        perturbation.radius = Rational(static_cast<long>(random_.below(unit                         ? 70
                                                                       : kind_ == InputKind::pixels ? 4
                                                                                                    : 12)));
        if (unit && perturbation.norm == Norm::infinity) *perturbation.radius /= 64;
        if (unit && perturbation.norm == Norm::zero) perturbation.radius = Rational(random_.integer(0, 3));
        if (kind_ != InputKind::pixels && random_.chance(0.15)) perturbation.radius.reset();
        if (random_.chance(0.2))
            for (std::uint32_t i = 0; i < input_.size(); ++i)
                if (random_.chance(0.5)) perturbation.only.push_back(i);
        if (!perturbation.radius && unit) perturbation.norm = Norm::infinity;
        return perturbation;
    }

    /// Values of input i that stand for all values within `reach` of the example: whole numbers, or enough reals to
    /// have one in each piece on which the first layer is constant.
    std::vector<Rational> values_of(std::size_t i, const std::optional<Rational>& reach) const {
        const model::InputRange range = model::range_of(kind_);
        const Rational lower = reach ? std::max(range.lower, Rational(input_[i] - *reach)) : range.lower;
        const Rational upper = reach ? std::min(range.upper, Rational(input_[i] + *reach)) : range.upper;
        std::vector<Rational> values;
        if (range.whole) {
            for (Rational v = lower; v <= upper; v += 1)
                if (kind_ != InputKind::signs || v != 0) values.push_back(v);
            return values;
        }
        const ThresholdNetwork folded = fold(network_);
        std::vector<Rational> points{lower, upper, input_[i]};
        for (const Digit& digit : folded.digits)
            for (const Step& step : digit.steps)
                if (digit.input == i && step.at >= lower && step.at <= upper) points.push_back(step.at);
        std::sort(points.begin(), points.end());
        for (std::size_t k = 0; k < points.size(); ++k) {
            values.push_back(points[k]);
            if (k + 1 < points.size()) values.push_back((points[k] + points[k + 1]) / 2);
        }
        return values;
    }

    /// The least distance of a violation within the perturbation.
    std::optional<Rational> nearest(const Perturbation& perturbation) {
        std::optional<Rational> reach = perturbation.radius;
        if (perturbation.norm == Norm::zero) reach.reset();
        std::vector<std::vector<Rational>> values;
        for (std::size_t i = 0; i < input_.size(); ++i) {
            const bool fixed =
                !perturbation.only.empty() &&
                std::find(perturbation.only.begin(), perturbation.only.end(), i) == perturbation.only.end();
            values.push_back(fixed ? std::vector<Rational>{input_[i]} : values_of(i, reach));
        }
        std::optional<Rational> best;
        std::vector<std::size_t> at(input_.size(), 0);
        std::vector<Rational> point(input_.size());
        while (true) {
            for (std::size_t i = 0; i < at.size(); ++i) point[i] = values[i][at[i]];
            const Rational moved = distance(perturbation.norm, input_, point);
            const bool inside =
                !perturbation.radius ||
                moved <= (perturbation.norm == Norm::two ? Rational(*perturbation.radius * *perturbation.radius)
                                                         : *perturbation.radius);
            if (inside && (!best || moved < *best) && violates_again(point)) best = moved;
            std::size_t i = 0;
            while (i < at.size() && ++at[i] == values[i].size()) at[i++] = 0;
            if (i == at.size()) return best;
        }
    }

    std::optional<std::string> ask_minimal(const Subject& subject) {
        for (const Norm norm : {Norm::zero, Norm::one, Norm::two, Norm::infinity}) {
            Perturbation perturbation;
            perturbation.norm = norm;
            if (kind_ == InputKind::pixels) {
                if (norm == Norm::zero) continue;
                perturbation.radius = 2;
            }
            const MinimalPerturbation answer =
                minimal_perturbation(subject, input_, label_, perturbation, options_, {});
            const std::optional<Rational> expected = violates(input_) ? Rational(0) : nearest(perturbation);
            const bool agrees = expected
                                    ? answer.distance && Rational(static_cast<long>(*answer.distance)) == *expected &&
                                          answer.status != Status::unknown && violates(answer.adversarial)
                                    : answer.status == Status::certified;
            if (!agrees)
                return fmt::format("norm {}: least distance {}, sinew says {} {}", static_cast<int>(norm),
                                   expected ? to_string(*expected) : "none", to_string(answer.status),
                                   answer.distance.value_or(-1));
        }
        return std::nullopt;
    }

    Random random_;
    InputKind kind_ = InputKind::bits;
    model::BinarizedNetwork network_;
    std::vector<Rational> input_;
    std::size_t label_ = 0;
    std::size_t classes_ = 0;
    CertifyOptions options_;
    std::vector<std::optional<bool>> known_;
};
}  // namespace

OracleCase ask_certification(std::uint64_t seed, std::size_t most_inputs) {
    try {
        return Question(seed, most_inputs).ask();
    } catch (const std::exception& error) {
        return {error.what(), "exception"};
    }
}

}  // namespace support
