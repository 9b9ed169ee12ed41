// SPDX-License-Identifier: Apache-2.0
#include "support/certify_oracle.hpp"

#include <algorithm>
#include <functional>

#include <fmt/core.h>

#include "base/error.hpp"
#include "bnn/certify.hpp"
#include "support/random_binarized.hpp"
#include "threshold/fold.hpp"

namespace support {

using namespace sinew;
using namespace sinew::bnn;
using model::InputKind;

namespace {
const Rational a_little(1, Integer(1) << 80);

threshold::Perturbation random_perturbation(Random& random, InputKind kind, std::size_t inputs) {
    threshold::Perturbation perturbation;
    perturbation.norm = static_cast<threshold::Norm>(random.below(4));
    const bool unit = kind == InputKind::unit;
    // A pixel of any of 256 values would make too many points.
    if (kind == InputKind::pixels && perturbation.norm == threshold::Norm::zero)
        perturbation.norm = threshold::Norm::one;
    perturbation.radius = Rational(static_cast<long>(random.below(unit ? 70 : kind == InputKind::pixels ? 4 : 12)));
    // Multiples of what examples and steps are multiples of: radii that are reached exactly.
    if (unit) *perturbation.radius /= random.chance(0.5) ? 64 : 40;
    if (unit && perturbation.norm == threshold::Norm::zero) perturbation.radius = Rational(random.integer(0, 3));
    if (kind != InputKind::pixels && random.chance(0.15)) perturbation.radius.reset();
    if (random.chance(0.2))
        for (std::uint32_t i = 0; i < inputs; ++i)
            if (random.chance(0.5)) perturbation.only.push_back(i);
    return perturbation;
}
}  // namespace

CertifyCase::CertifyCase(std::uint64_t seed, std::size_t most_inputs) {
    Random random(seed);
    const std::uint64_t choice = random.below(10);
    kind = choice < 4   ? InputKind::bits
           : choice < 7 ? InputKind::signs
           : choice < 9 ? InputKind::pixels
                        : InputKind::unit;
    BinarizedLimits limits;
    const bool wide = kind == InputKind::pixels || kind == InputKind::unit;
    const std::size_t few = kind == InputKind::unit ? 3 : 4;
    limits.most_inputs = wide ? std::min(most_inputs, few) : most_inputs;
    network = random_binarized(random, kind, limits);
    input = random_input(random, network);
    label = model::class_of(model::evaluate(network, input));
    const std::size_t classes = network.output_size() == 1 ? 2 : network.output_size();
    if (random.chance(0.1)) label = random.below(classes);
    options.ties = random.chance(0.5) ? threshold::Ties::count : threshold::Ties::do_not_count;
    if (random.chance(0.2)) options.target = random.below(classes);
    if (options.target == label) options.target.reset();
    options.settings = seed;
    options.route = seed % 8 == 7 ? Route::cones : seed % 8 == 5 ? Route::gradients : static_cast<Route>(seed % 3);
    perturbation = random_perturbation(random, kind, input.size());
}

OracleCase CertifyCase::ask() {
    const threshold::ThresholdNetwork folded = threshold::fold(network);
    const Subject subject{network, folded};
    OracleCase result;
    const Certificate answer = certify(subject, input, label, perturbation, options, {});
    result.verdict = fmt::format("{} by {}", to_string(answer.status), answer.decided_by);
    const bool wrong = violates(input);
    const bool reachable = wrong || nearest(perturbation).has_value();
    const Status expected = wrong ? Status::wrong : reachable ? Status::falsified : Status::certified;
    if (answer.status != expected) {
        result.disagreement = fmt::format("{}: sinew says {}", to_string(expected), result.verdict);
        return result;
    }
    if (answer.status == Status::falsified && !violates(answer.adversarial))
        result.disagreement = "the adversarial input is none";
    if (!result.disagreement) result.disagreement = ask_minimal(subject);
    return result;
}

/// The same for bits and signs, each point evaluated once.
bool CertifyCase::violates_again(const std::vector<Rational>& point) {
    if (kind != InputKind::bits && kind != InputKind::signs) return violates(point);
    std::size_t key = 0;
    for (const Rational& value : point) key = 2 * key + (value == 1 ? 1 : 0);
    known_.resize(std::size_t{1} << point.size());
    if (!known_[key]) known_[key] = violates(point);
    return *known_[key];
}

bool CertifyCase::violates(const std::vector<Rational>& point) const {
    const std::vector<Rational> scores = model::evaluate(network, point);
    if (scores.size() == 1) return model::class_of(scores) != label;
    for (std::size_t c = 0; c < scores.size(); ++c) {
        if (c == label || (options.target && c != *options.target)) continue;
        if (scores[c] > scores[label] || (scores[c] == scores[label] && options.ties == threshold::Ties::count))
            return true;
    }
    return false;
}

/// Values of input i that stand for all values within `reach` of the example: whole numbers, or of each piece of the
/// reals on which the first layer is constant the nearest, or one so near to an open end that it makes no difference.
std::vector<Rational> CertifyCase::values_of(std::size_t i, const std::optional<Rational>& reach) const {
    const model::InputRange range = model::range_of(kind);
    const Rational lower = reach ? std::max(range.lower, Rational(input[i] - *reach)) : range.lower;
    const Rational upper = reach ? std::min(range.upper, Rational(input[i] + *reach)) : range.upper;
    std::vector<Rational> values;
    if (range.whole) {
        for (Rational v = lower; v <= upper; v += 1)
            if (kind != InputKind::signs || v != 0) values.push_back(v);
        return values;
    }
    const threshold::ThresholdNetwork folded = threshold::fold(network);
    values.push_back(input[i]);
    for (const threshold::Digit& digit : folded.digits)
        for (const threshold::Step& step : digit.steps) {
            if (digit.input != i) continue;
            for (const int side : {-1, 0, 1}) {
                if (side * (step.at - input[i]) < 0) continue;  // nearer ones are as good
                const Rational value = step.at + side * a_little;
                if (value >= lower && value <= upper) values.push_back(value);
            }
        }
    return values;
}

/// The least distance of a violation within the perturbation.
std::optional<Rational> CertifyCase::nearest(const threshold::Perturbation& within) {
    std::optional<Rational> reach = within.radius;
    if (within.norm == threshold::Norm::zero) reach.reset();
    std::vector<std::vector<Rational>> values;
    for (std::size_t i = 0; i < input.size(); ++i) {
        const bool fixed =
            !within.only.empty() && std::find(within.only.begin(), within.only.end(), i) == within.only.end();
        values.push_back(fixed ? std::vector<Rational>{input[i]} : values_of(i, reach));
    }
    std::optional<Rational> best;
    std::vector<std::size_t> at(input.size(), 0);
    std::vector<Rational> point(input.size());
    while (true) {
        for (std::size_t i = 0; i < at.size(); ++i) point[i] = values[i][at[i]];
        const Rational moved = threshold::distance(within.norm, input, point);
        const bool inside =
            !within.radius ||
            moved <= (within.norm == threshold::Norm::two ? Rational(*within.radius * *within.radius) : *within.radius);
        if (inside && (!best || moved < *best) && violates_again(point)) best = moved;
        std::size_t i = 0;
        while (i < at.size() && ++at[i] == values[i].size()) at[i++] = 0;
        if (i == at.size()) return best;
    }
}

std::optional<std::string> CertifyCase::ask_minimal(const Subject& subject) {
    for (const threshold::Norm norm :
         {threshold::Norm::zero, threshold::Norm::one, threshold::Norm::two, threshold::Norm::infinity}) {
        threshold::Perturbation within;
        within.norm = norm;
        if (kind == InputKind::pixels) {
            if (norm == threshold::Norm::zero) continue;
            within.radius = 2;
        }
        const MinimalPerturbation answer = minimal_perturbation(subject, input, label, within, options, {});
        const std::optional<Rational> expected = violates(input) ? Rational(0) : nearest(within);
        const auto is_least = [&](const Rational& length) {
            const Rational more = *expected - answer.unit * static_cast<long>(*answer.distance);
            return more >= 0 && more <= (kind == InputKind::unit ? Rational(a_little * 64) : Rational(0)) &&
                   length >= *expected - a_little * 64 &&
                   length < answer.unit * static_cast<long>(*answer.distance + 1);
        };
        const bool agrees = expected
                                ? answer.distance && is_least(threshold::distance(norm, input, answer.adversarial)) &&
                                      answer.status != Status::unknown && violates(answer.adversarial)
                                : answer.status == Status::certified;
        if (!agrees)
            return fmt::format("norm {}: least distance {}, sinew says {} {}", static_cast<int>(norm),
                               expected ? to_string(*expected) : "none", to_string(answer.status),
                               answer.distance.value_or(-1));
    }
    return std::nullopt;
}

OracleCase ask_certification(std::uint64_t seed, std::size_t most_inputs) {
    try {
        return CertifyCase(seed, most_inputs).ask();
    } catch (const UsageError& error) {
        const bool is_limit = std::string(error.what()).find("too fine") != std::string::npos;
        if (is_limit) return {std::nullopt, "refused as too fine"};
        return {error.what(), "exception"};
    } catch (const std::exception& error) {
        return {error.what(), "exception"};
    }
}

}  // namespace support
