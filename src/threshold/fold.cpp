// SPDX-License-Identifier: Apache-2.0
#include "threshold/fold.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"

namespace sinew::threshold {

namespace {
using model::BinarizedNetwork;
using model::BinaryActivation;

constexpr std::int64_t never = std::int64_t{1} << 50;  // beyond every sum

/// factor · v + shift
struct Line {
    Rational factor = 1;
    Rational shift = 0;

    /// The line of `outer` after this one.
    void then(const Rational& outer_factor, const Rational& outer_shift) {
        factor *= outer_factor;
        shift = outer_factor * shift + outer_shift;
    }
};

std::int64_t threshold(const Integer& value) {
    if (value > Integer(never)) return never;
    if (value < Integer(-never)) return -never;
    return value.get_si();
}

/// s >= threshold, or s < threshold if negated.
struct Condition {
    std::int64_t threshold = 0;
    bool negated = false;
};

/// line(s) >= bound (> bound if strict) for whole s.
Condition whole_condition(const Line& line, const Rational& bound, bool strict) {
    const Rational rest = bound - line.shift;
    if (line.factor == 0) return {strict ? (rest < 0 ? -never : never) : (rest <= 0 ? -never : never), false};
    const Rational quotient = rest / line.factor;
    const bool up = line.factor > 0;
    // s >= q: ceil(q); s > q and s <= q: floor(q) + 1; s < q: ceil(q).
    const Integer whole = up != strict ? ceil(quotient) : Integer(floor(quotient) + 1);
    return {threshold(whole), !up};
}

/// One line a channel; channel = component / (components / lines).
class Lines {
  public:
    Lines() : lines_(1) {}
    explicit Lines(std::vector<Line> lines) : lines_(std::move(lines)) {}

    void then(const model::ChannelLine& line, std::size_t size) {
        const std::size_t channels = line.factor.size();
        if (lines_.size() != channels) spread(channels == 1 ? lines_.size() : std::max(lines_.size(), channels), size);
        if (channels != 1 && lines_.size() != channels) spread(size, size);
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const std::size_t channel = i / (lines_.size() / channels);
            lines_[i].then(line.factor.exact(channel), line.shift.exact(channel));
        }
    }
    const Line& at(std::size_t component, std::size_t size) const { return lines_[component / (size / lines_.size())]; }
    const Line& first() const { return lines_[0]; }
    bool is_uniform() const {
        return std::ranges::all_of(
            lines_, [&](const Line& line) { return line.factor == lines_[0].factor && line.shift == lines_[0].shift; });
    }

  private:
    /// Repeats lines so that there are `count`, a multiple or (via all components) not of what there is.
    void spread(std::size_t count, std::size_t size) {
        if (count == lines_.size()) return;
        if (count % lines_.size() != 0) count = size;
        std::vector<Line> more;
        more.reserve(count);
        for (std::size_t i = 0; i < count; ++i) more.push_back(lines_[i / (count / lines_.size())]);
        lines_ = std::move(more);
    }

    std::vector<Line> lines_;
};

class Folding {
  public:
    explicit Folding(const BinarizedNetwork& network) : network_(network), sizes_(network.sizes()) {
        result_.input_count = network.input_size();
        result_.range = model::range_of(network.input);
    }

    ThresholdNetwork fold() {
        std::size_t next = fold_inputs();
        const std::vector<model::BinarizedOperation>& operations = network_.operations;
        while (next < operations.size()) {
            if (std::holds_alternative<model::BinarizedLinear>(operations[next]))
                next = fold_block(next);
            else
                next = fold_again(next);
        }
        if (result_.last == nullptr) throw UsageError("the network does not end in scores of classes");
        for (std::size_t c = 1; c < result_.class_count(); ++c)  // refuses what cannot be compared
            for (std::size_t other = 0; other < c; ++other)
                static_cast<void>(result_.comparison(c, other, Ties::count));
        return std::move(result_);
    }

  private:
    [[noreturn]] static void fail(std::size_t operation, const std::string& why) {
        throw UsageError(fmt::format("operation {} of the network cannot be folded: {}", operation + 1, why));
    }

    /// Everything before the first linear operation.
    std::size_t fold_inputs() {
        const std::size_t size = network_.input_size();
        Lines lines;
        std::vector<std::uint32_t> source(size);
        for (std::size_t i = 0; i < size; ++i) source[i] = static_cast<std::uint32_t>(i);
        std::size_t next = 0;
        bool has_digits = false;
        for (; next < network_.operations.size(); ++next) {
            const model::BinarizedOperation& operation = network_.operations[next];
            if (std::holds_alternative<model::BinarizedLinear>(operation)) break;
            if (has_digits && !std::holds_alternative<model::Selection>(operation))
                fail(next, "nothing may stand between the activation of the inputs and the first linear operation");
            if (const auto* line = std::get_if<model::ChannelLine>(&operation))
                lines.then(*line, size);
            else if (const auto* selection = std::get_if<model::Selection>(&operation))
                select(*selection, next, source, lines);
            else if (const auto* activation = std::get_if<BinaryActivation>(&operation))
                has_digits = activate(*activation, lines, source);
            else if (const auto* quantisation = std::get_if<model::Quantisation>(&operation))
                has_digits = quantise(*quantisation, next, lines, source);
            else
                fail(next, "inputs cannot be pooled");
        }
        if (!has_digits) take_raw(next, lines, source);
        return next;
    }

    void select(const model::Selection& selection, std::size_t operation, std::vector<std::uint32_t>& source,
                Lines& lines) {
        if (!lines.is_uniform() ||
            std::set<std::uint32_t>(selection.source.begin(), selection.source.end()).size() != selection.source.size())
            fail(operation, "inputs may be reordered, once each, and before they are normalised");
        lines = Lines({lines.first()});
        if (!result_.digits.empty()) {
            std::vector<Digit> digits;
            for (const std::uint32_t index : selection.source) digits.push_back(result_.digits[index]);
            result_.digits = std::move(digits);
            return;
        }
        std::vector<std::uint32_t> selected;
        for (const std::uint32_t index : selection.source) selected.push_back(source[index]);
        source = std::move(selected);
    }

    bool activate(BinaryActivation activation, const Lines& lines, const std::vector<std::uint32_t>& source) {
        const std::int32_t low = activation == BinaryActivation::sign ? -1 : 0;
        for (std::size_t i = 0; i < source.size(); ++i) {
            const Line& line = lines.at(i, source.size());
            Digit digit;
            digit.input = source[i];
            if (line.factor == 0) {
                digit.base = line.shift >= 0 ? 1 : low;
            } else {
                const bool up = line.factor > 0;
                digit.base = up ? low : 1;
                digit.gain = up ? 1 - low : low - 1;
                add_step(digit, {Rational(-line.shift / line.factor), !up});
            }
            result_.digits.push_back(std::move(digit));
        }
        return true;
    }

    /// Adds a step above the steps so far, unless all inputs are on one side of it.
    void add_step(Digit& digit, Step step) const {
        const model::InputRange& range = result_.range;
        if (range.whole) {  // whole numbers: all steps closed
            const Integer at = step.strict ? Integer(floor(step.at) + 1) : ceil(step.at);
            step = {Rational(at), false};
        }
        if (step.reached(range.lower))
            digit.base += digit.gain;
        else if (step.reached(range.upper))
            digit.steps.push_back(std::move(step));
    }

    bool quantise(const model::Quantisation& quantisation, std::size_t operation, const Lines& lines,
                  const std::vector<std::uint32_t>& source) {
        for (std::size_t i = 0; i < source.size(); ++i) {
            const Line& line = lines.at(i, source.size());
            if (line.factor <= 0) fail(operation, "the factor of a quantised input must be above zero");
            const Rational least = (line.factor * result_.range.lower + line.shift) / quantisation.step;
            const Rational most = (line.factor * result_.range.upper + line.shift) / quantisation.step;
            if (abs(least) > 100000 || most - least > 256) fail(operation, "more than 256 quanta");
            Digit digit;
            digit.input = source[i];
            digit.base = static_cast<std::int32_t>(floor(least).get_si());
            // From k to k + 1 at k + 1/2; a tie goes to the even one.
            for (std::int32_t k = digit.base; Rational(k) <= most; ++k) {
                const Rational at = ((Rational(2 * k + 1) / 2) * quantisation.step - line.shift) / line.factor;
                add_step(digit, {at, k % 2 == 0});
            }
            result_.digits.push_back(std::move(digit));
        }
        return true;
    }

    /// The inputs enter the first linear operation as they are.
    void take_raw(std::size_t operation, const Lines& lines, const std::vector<std::uint32_t>& source) {
        if (!result_.range.whole) fail(operation, "real inputs that no activation rounds need the linear theory");
        if (!lines.is_uniform()) fail(operation, "inputs that enter a linear operation must be scaled alike");
        raw_line_ = lines.first();
        const Integer lower = result_.range.lower.get_num();
        for (const std::uint32_t input : source) {
            Digit digit;
            digit.input = input;
            digit.base = static_cast<std::int32_t>(lower.get_si());
            if (result_.range.signs || (!network_.sign_inputs.empty() && network_.sign_inputs[input])) {
                digit.sign = true;
                digit.base = -1;
                digit.gain = 2;
                digit.steps.push_back({Rational(1), false});
            } else {
                digit.whole = static_cast<std::uint32_t>(Integer(result_.range.upper.get_num() - lower).get_ui());
            }
            result_.digits.push_back(std::move(digit));
        }
    }

    /// The line of each channel's sum: scale, bias, and the line of raw inputs under the first operation.
    Lines line_of(const model::BinarizedLinear& linear) {
        const bool has_raw_shift = raw_line_.shift != 0;
        const std::size_t count = has_raw_shift ? linear.rows() : linear.channels();
        std::vector<Line> lines(count);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t channel = has_raw_shift ? i / linear.rows_per_channel() : i;
            Line& line = lines[i];
            line = raw_line_;
            if (has_raw_shift) {
                long sum = 0;
                model::for_each_weight(linear, i, [&](std::size_t, int w) { sum += w; });
                line.shift *= sum;
            }
            line.then(linear.scale.size() == 0 ? Rational(1) : linear.scale.exact(channel),
                      linear.bias.size() == 0 ? Rational(0) : linear.bias.exact(channel));
        }
        raw_line_ = Line{};
        return Lines(std::move(lines));
    }

    /// A linear operation and what follows up to its activation, or to the end.
    std::size_t fold_block(std::size_t next) {
        const auto& linear = std::get<model::BinarizedLinear>(network_.operations[next]);
        const std::size_t rows = linear.rows();
        Lines inner = line_of(linear);
        Lines outer;
        const model::WindowMaximum* pool = nullptr;
        std::size_t pool_at = 0;
        for (++next; next < network_.operations.size(); ++next) {
            const model::BinarizedOperation& operation = network_.operations[next];
            if (const auto* line = std::get_if<model::ChannelLine>(&operation)) {
                pool == nullptr ? inner.then(*line, rows) : outer.then(*line, sizes_[next]);
            } else if (const auto* maximum = std::get_if<model::WindowMaximum>(&operation)) {
                if (pool != nullptr) fail(next, "two poolings before one activation");
                pool = maximum;
                pool_at = next;
            } else if (const auto* activation = std::get_if<BinaryActivation>(&operation)) {
                const bool is_end = next + 1 == network_.operations.size();
                const bool is_one_sign = sizes_[next] == 1 && *activation == BinaryActivation::sign;
                if (is_end && is_one_sign && pool == nullptr) {  // its score decides
                    set_scores(linear, inner);
                    return next + 1;
                }
                if (is_end) fail(next, "the last operation must give scores, or be one sign neuron");
                if (!add_layer(linear, pool, inner, outer, *activation))
                    fail(pool_at, "it pools neurons of different scales or batch normalisations");
                return next + 1;
            } else {
                fail(next, "an activation was expected before this");
            }
        }
        if (pool != nullptr) fail(next - 1, "scores cannot be pooled");
        set_scores(linear, inner);
        return next;
    }

    /// Lines and an activation of bits: each unit becomes itself, its negation or a constant.
    std::size_t fold_again(std::size_t next) {
        const std::size_t size = sizes_[next];
        Lines lines;
        for (; next < network_.operations.size(); ++next) {
            const model::BinarizedOperation& operation = network_.operations[next];
            if (const auto* line = std::get_if<model::ChannelLine>(&operation)) {
                lines.then(*line, size);
                continue;
            }
            const auto* activation = std::get_if<BinaryActivation>(&operation);
            if (activation == nullptr || result_.layers.empty()) break;
            ThresholdLayer& layer = result_.layers.back();
            for (std::size_t u = 0; u < size; ++u) {
                check_limits();
                const Line& line = lines.at(u, size);
                const bool of_true = line.factor + line.shift >= 0;
                const bool of_false = line.factor * layer.low + line.shift >= 0;
                if (of_true == of_false)
                    layer.units[u] = {-never, !of_true, false};
                else if (of_false)
                    layer.units[u].outer_negated = !layer.units[u].outer_negated;
            }
            layer.low = *activation == BinaryActivation::sign ? -1 : 0;
            return next + 1;
        }
        fail(std::min(next, network_.operations.size() - 1), "a linear operation or an activation was expected here");
    }

    void set_scores(const model::BinarizedLinear& linear, const Lines& lines) {
        result_.last = &linear;
        for (std::size_t c = 0; c < linear.rows(); ++c) {
            const Line& line = lines.at(c, linear.rows());
            result_.score_factor.push_back(line.factor);
            result_.score_shift.push_back(line.shift);
        }
    }

    /// False where a pooling mixes neurons that have no threshold in common.
    bool add_layer(const model::BinarizedLinear& linear, const model::WindowMaximum* pool, const Lines& inner,
                   const Lines& outer, BinaryActivation activation) {
        ThresholdLayer layer;
        layer.linear = &linear;
        layer.pool = pool;
        layer.low = activation == BinaryActivation::sign ? -1 : 0;
        const std::size_t rows = linear.rows();
        const std::size_t count = pool == nullptr ? rows : pool->begin.size() - 1;
        layer.units.reserve(count);
        for (std::size_t u = 0; u < count; ++u) {
            check_limits();
            if (pool == nullptr) {
                const Condition condition = whole_condition(inner.at(u, rows), 0, false);
                layer.units.push_back({condition.threshold, condition.negated, false});
            } else {
                const std::optional<Unit> unit = pooled_unit(layer.window(u), rows, inner, outer.at(u, count));
                if (!unit) return false;
                layer.units.push_back(*unit);
            }
        }
        result_.layers.push_back(std::move(layer));
        return true;
    }

    /// outer(max over the window of inner(s)) >= 0.
    static std::optional<Unit> pooled_unit(std::span<const std::uint32_t> window, std::size_t rows, const Lines& inner,
                                           const Line& outer) {
        if (outer.factor == 0) return Unit{-never, false, outer.shift < 0};
        const Rational bound = -outer.shift / outer.factor;
        const bool up = outer.factor > 0;  // else: no member is above the bound
        const Condition condition = whole_condition(inner.at(window[0], rows), bound, !up);
        for (const std::uint32_t row : window) {
            const Condition other = whole_condition(inner.at(row, rows), bound, !up);
            if (other.threshold != condition.threshold || other.negated != condition.negated) return std::nullopt;
        }
        return Unit{condition.threshold, condition.negated, !up};
    }

    const BinarizedNetwork& network_;
    std::vector<std::size_t> sizes_;
    Line raw_line_;
    ThresholdNetwork result_;
};
}  // namespace

ThresholdNetwork fold(const model::BinarizedNetwork& network) {
    return Folding(network).fold();
}

}  // namespace sinew::threshold
