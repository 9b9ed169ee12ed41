// SPDX-License-Identifier: Apache-2.0
// NetworkBoxes: small boxes point by point, by the neurons' exact steps.
#include <algorithm>
#include <cmath>

#include "base/effort.hpp"
#include "integer/network_boxes.hpp"

namespace sinew::integer {

namespace {
constexpr Value near_by = 8;
}  // namespace

/// Moves the neuron's output to the one that it gives at `sum`. False: that is not in the node's box.
bool NetworkBoxes::follow(std::size_t neuron, double sum) {
    Current& now = current_[neuron];
    if (sum >= now.from && sum < now.to) return true;
    NeuronLines& lines = source_[real_.neurons()[neuron].source].lines;
    const auto s = static_cast<Value>(sum);
    // Near by it is found step by step; steps far off would have to be computed first.
    if (now.last - now.first > near_by)
        now.output = std::clamp(static_cast<Value>(std::llround(lines.approximate(sum))), now.first, now.last);
    while (s < lines.step(now.output))
        if (--now.output < now.first) {
            now.output = now.first;
            now.to = now.from;  // nothing is known of it
            return false;
        }
    while (s >= lines.step(now.output + 1))
        if (++now.output > now.last) {
            now.output = now.last;
            now.to = now.from;
            return false;
        }
    now.from = static_cast<double>(lines.step(now.output));
    now.to = static_cast<double>(lines.step(now.output + 1));
    return true;
}

/// Whether the node's box, the target and the rows allow what the neurons give at the point, whose part of their sums
/// is known. If so, that is written to the box.
bool NetworkBoxes::evaluate_point() {
    for (std::size_t j = 0; j < current_.size(); ++j) {
        double sum = sums_[j];
        for (const BoxRows::Entry& entry : outputs_read_[j])
            sum += entry.coefficient * static_cast<double>(current_[entry.slot - integer_count_].output);
        if (!follow(j, sum)) return false;
    }
    box_ = whole_;
    for (std::size_t i = 0; i < integer_count_; ++i) lower()[i] = upper()[i] = point_[i];
    for (std::size_t j = 0; j < current_.size(); ++j)
        lower()[integer_count_ + j] = upper()[integer_count_ + j] = static_cast<double>(current_[j].output);
    return aim() && rows_.propagate(lower(), upper());
}

/// All points of the node's box. Those that the oracle does not know are unsettled; sat: it has found a solution.
Answer NetworkBoxes::decide_points(const Oracle& oracle) {
    whole_ = box_;
    point_.assign(whole_.begin(), whole_.begin() + static_cast<std::ptrdiff_t>(integer_count_));
    sums_.assign(real_.neurons().size(), 0.0);
    current_.clear();
    for (std::size_t j = 0; j < real_.neurons().size(); ++j) {
        const auto first = static_cast<Value>(lower()[integer_count_ + j]);
        const auto last = static_cast<Value>(upper()[integer_count_ + j]);
        current_.push_back({first, last, first, 0, 0});
    }
    const auto move = [&](std::size_t integer, double by) {
        for (const BoxRows::Entry& reader : readers_[integer]) sums_[reader.slot] += reader.coefficient * by;
    };
    for (std::size_t i = 0; i < integer_count_; ++i) move(i, point_[i]);
    std::uint64_t count = 0;
    for (bool more = true; more; ++count) {
        if (evaluate_point()) {
            const Answer answer = ask(oracle);
            if (answer == Answer::sat) return Answer::sat;
            if (answer == Answer::unknown) unsettled_.insert(unsettled_.end(), box_.begin(), box_.end());
        }
        more = false;
        for (std::size_t i = 0; i < integer_count_ && !more; ++i) {
            more = point_[i] < whole_[slots_.size() + i];
            const double by = more ? 1 : whole_[i] - point_[i];
            point_[i] += by;
            if (by != 0) move(i, by);
        }
    }
    points_ += count;
    spend(count * (2 + current_.size() / 2));
    return Answer::unknown;
}

}  // namespace sinew::integer
