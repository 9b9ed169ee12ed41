// SPDX-License-Identifier: Apache-2.0
#include "threshold/reduced_network.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "base/error.hpp"
#include "base/limit_scope.hpp"

namespace sinew::threshold {

namespace {
std::int64_t ceil_divided(std::int64_t value, std::int64_t divisor) {
    return value >= 0 ? (value + divisor - 1) / divisor : -(-value / divisor);
}

/// What a column of a linear operation carries: base + slope · variable.
struct Column {
    std::int64_t base = 0;
    std::int64_t slope = 0;
    std::uint32_t variable = Signal::constant;
};

/// A sum under construction: a constant and terms, each variable once.
class Sum {
  public:
    void clear() {
        for (const std::uint32_t variable : touched_) {
            coefficient_[variable] = 0;
            seen_[variable] = 0;
        }
        touched_.clear();
        constant_ = 0;
    }
    void add_constant(std::int64_t value) { constant_ += value; }
    void add(std::uint32_t variable, std::int64_t coefficient) {
        if (variable >= coefficient_.size()) {
            coefficient_.resize(2 * std::size_t{variable} + 64, 0);
            seen_.resize(coefficient_.size(), 0);
        }
        if (seen_[variable] == 0) {
            seen_[variable] = 1;
            touched_.push_back(variable);
        }
        coefficient_[variable] += coefficient;
    }
    /// The terms in order of variables; the sum is as after clear() but for the constant.
    void take(std::vector<VariableTerm>& terms) {
        std::ranges::sort(touched_);
        terms.clear();
        for (const std::uint32_t variable : touched_) {
            if (coefficient_[variable] != 0) terms.push_back({variable, coefficient_[variable]});
            coefficient_[variable] = 0;
            seen_[variable] = 0;
        }
        touched_.clear();
    }
    std::int64_t constant() const { return constant_; }

  private:
    std::vector<std::int64_t> coefficient_;
    std::vector<std::uint8_t> seen_;
    std::vector<std::uint32_t> touched_;
    std::int64_t constant_ = 0;
};

class Reduction {
  public:
    Reduction(const ThresholdNetwork& network, const Ball& ball) : network_(network), ball_(ball) {
        result_.digits = ball.free;
    }

    ReducedNetwork run(std::size_t label, std::span<const std::size_t> targets, Ties ties) {
        first_columns();
        for (const ThresholdLayer& layer : network_.layers) add_layer(layer);
        for (const std::size_t target : targets) {
            const Signal wins = target_signal(target, label, ties);
            if (!wins.is_false()) result_.targets.push_back({target, wins});
        }
        return std::move(result_);
    }

    ReducedNetwork run(std::span<const ScoreCondition> conditions) {
        first_columns();
        for (const ThresholdLayer& layer : network_.layers) add_layer(layer);
        for (std::size_t c = 0; c < conditions.size(); ++c) {
            sum_.clear();
            for (const auto& [score, factor] : conditions[c].factors) add_row(*network_.last, score, factor);
            result_.targets.push_back({c, condition(conditions[c].bound)});
        }
        return std::move(result_);
    }

  private:
    void first_columns() {
        columns_.resize(network_.digits.size());
        for (std::size_t c = 0; c < columns_.size(); ++c)
            columns_[c] = {network_.digits[c].entering(ball_.centre[c]), 0, Signal::constant};
        for (std::uint32_t f = 0; f < ball_.free.size(); ++f) {
            const FreeDigit& free = ball_.free[f];
            const Digit& digit = network_.digits[free.digit];
            columns_[free.digit] = {digit.entering(free.low), digit.gain, f};
        }
    }

    void add_layer(const ThresholdLayer& layer) {
        std::vector<Signal> bits;
        bits.reserve(layer.units.size());
        std::vector<RowSignal> row_signal(layer.pool == nullptr ? 0 : layer.linear->rows());
        for (std::size_t u = 0; u < layer.units.size(); ++u) {
            const Unit& unit = layer.units[u];
            Signal signal;
            if (layer.pool == nullptr) {
                signal = row_condition(*layer.linear, u, unit.threshold);
                if (unit.inner_negated) signal = ~signal;
            } else {
                signal = window_signal(layer, u, row_signal);
            }
            bits.push_back(unit.outer_negated ? ~signal : signal);
            result_.constant_units += signal.is_constant() ? 1 : 0;
        }
        columns_.resize(bits.size());
        for (std::size_t u = 0; u < bits.size(); ++u) columns_[u] = column_of(bits[u], layer.low);
    }

    static Column column_of(Signal bit, std::int32_t low) {
        if (bit.is_constant()) return {bit.is_true() ? 1 : low, 0, Signal::constant};
        if (bit.negated) return {1, low - 1, bit.variable};
        return {low, 1 - low, bit.variable};
    }

    void add_row(const model::BinarizedLinear& linear, std::size_t row, std::int64_t factor) {
        model::for_each_weight(linear, row, [&](std::size_t c, int w) {
            if (w == 0) return;
            const Column& column = columns_[c];
            sum_.add_constant(factor * w * column.base);
            if (column.variable != Signal::constant) sum_.add(column.variable, factor * w * column.slope);
        });
    }

    /// w · v >= threshold
    Signal row_condition(const model::BinarizedLinear& linear, std::size_t row, std::int64_t threshold) {
        sum_.clear();
        add_row(linear, row, 1);
        return condition(threshold);
    }

    /// A row's condition, for the windows that overlap there and ask for the same threshold.
    struct RowSignal {
        std::optional<Signal> signal;
        std::int64_t threshold = 0;
    };

    Signal window_signal(const ThresholdLayer& layer, std::size_t unit, std::vector<RowSignal>& known) {
        std::vector<Signal> members;
        const std::int64_t threshold = layer.units[unit].threshold;
        for (const std::uint32_t row : layer.window(unit)) {
            if (!known[row].signal || known[row].threshold != threshold)
                known[row] = {row_condition(*layer.linear, row, threshold), threshold};
            const Signal member = layer.units[unit].inner_negated ? ~*known[row].signal : *known[row].signal;
            if (member.is_true()) return Signal::truth(true);
            if (!member.is_false()) members.push_back(member);
        }
        return any_of(std::move(members));
    }

    Signal any_of(std::vector<Signal> members) {
        std::ranges::sort(members);
        members.erase(std::unique(members.begin(), members.end()), members.end());
        if (members.empty()) return Signal::truth(false);
        if (members.size() == 1) return members[0];
        terms_.clear();
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i != 0 && members[i].variable == members[i - 1].variable) return Signal::truth(true);
            terms_.push_back({members[i].variable, members[i].negated ? -1 : 1});
        }
        return gate(GateKind::any, 0);
    }

    Signal target_signal(std::size_t target, std::size_t label, Ties ties) {
        const Comparison comparison = network_.comparison(target, label, ties);
        const bool one = network_.score_factor.size() == 1;
        sum_.clear();
        if (comparison.left_factor != 0) add_row(*network_.last, one ? 0 : target, comparison.left_factor);
        if (comparison.right_factor != 0) add_row(*network_.last, one ? 0 : label, -comparison.right_factor);
        return condition(comparison.bound);
    }

    SumRange range_of_terms() const {
        if (!terms_.empty() && terms_.front().variable < ball_.free.size()) return digit_range(terms_, ball_);
        SumRange range;
        for (const VariableTerm& term : terms_) (term.coefficient < 0 ? range.low : range.high) += term.coefficient;
        return range;
    }

    /// sum_ >= bound as a signal. Terms are all digits (first layer) or all gates.
    Signal condition(std::int64_t bound) {
        check_limits();
        bound -= sum_.constant();
        sum_.take(terms_);
        const SumRange range = range_of_terms();
        if (range.low >= bound) return Signal::truth(true);
        if (range.high < bound) return Signal::truth(false);
        std::int64_t divisor = 0;
        for (const VariableTerm& term : terms_) divisor = std::gcd(divisor, term.coefficient);
        for (VariableTerm& term : terms_) term.coefficient /= divisor;
        bound = ceil_divided(bound, divisor);
        const bool complement = terms_.front().coefficient < 0;
        if (complement) {  // Σ c · v >= b is not Σ -c · v >= 1 - b
            for (VariableTerm& term : terms_) term.coefficient = -term.coefficient;
            bound = 1 - bound;
        }
        const bool is_gate = terms_.front().variable >= ball_.free.size();
        const Signal signal =
            terms_.size() == 1 && is_gate ? Signal{terms_.front().variable, false} : gate(GateKind::threshold, bound);
        return complement ? ~signal : signal;
    }

    /// The gate of this kind over terms_, which may be there already.
    Signal gate(GateKind kind, std::int64_t bound) {
        std::uint64_t hash = static_cast<std::uint64_t>(bound) * 3 + static_cast<std::uint64_t>(kind);
        for (const VariableTerm& term : terms_) {
            hash = (hash ^ term.variable) * 0x9e3779b97f4a7c15ULL;
            hash = (hash ^ static_cast<std::uint64_t>(term.coefficient) ^ (hash >> 29)) * 0xbf58476d1ce4e5b9ULL;
        }
        const auto [first, last] = by_hash_.equal_range(hash);
        for (auto at = first; at != last; ++at) {
            const Gate& known = result_.gates[at->second];
            const std::span<const VariableTerm> terms = result_.terms_of(known);
            if (known.kind != kind || known.bound != bound ||
                !std::equal(terms.begin(), terms.end(), terms_.begin(), terms_.end()))
                continue;
            ++result_.shared_units;
            return {static_cast<std::uint32_t>(result_.digits.size() + at->second), false};
        }
        by_hash_.emplace(hash, result_.gates.size());
        const std::size_t begin = result_.terms.size();
        result_.terms.insert(result_.terms.end(), terms_.begin(), terms_.end());
        result_.gates.push_back({kind, begin, result_.terms.size(), bound});
        return {static_cast<std::uint32_t>(result_.digits.size() + result_.gates.size() - 1), false};
    }

    const ThresholdNetwork& network_;
    const Ball& ball_;
    ReducedNetwork result_;
    std::vector<Column> columns_;
    Sum sum_;
    std::vector<VariableTerm> terms_;
    std::unordered_multimap<std::uint64_t, std::size_t> by_hash_;
};
}  // namespace

std::vector<std::int64_t> ReducedNetwork::evaluate(std::span<const std::uint32_t> digit_values) const {
    std::vector<std::int64_t> values(digit_values.begin(), digit_values.end());
    values.reserve(digits.size() + gates.size());
    for (const Gate& gate : gates) {
        std::int64_t sum = 0;
        bool any = false;
        for (const VariableTerm& term : terms_of(gate)) {
            sum += term.coefficient * values[term.variable];
            any = any || (values[term.variable] != 0) == (term.coefficient > 0);
        }
        values.push_back((gate.kind == GateKind::any ? any : sum >= gate.bound) ? 1 : 0);
    }
    return values;
}

ReducedNetwork reduce(const ThresholdNetwork& network, const Ball& ball, std::size_t label,
                      std::span<const std::size_t> targets, Ties ties) {
    return Reduction(network, ball).run(label, targets, ties);
}

ReducedNetwork reduce(const ThresholdNetwork& network, const Ball& ball, std::span<const ScoreCondition> conditions) {
    return Reduction(network, ball).run(conditions);
}

}  // namespace sinew::threshold
