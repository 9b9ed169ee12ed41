// SPDX-License-Identifier: Apache-2.0
#include "cone/bounds.hpp"

#include <algorithm>

#include "base/effort.hpp"

namespace sinew::cone {

namespace {
/// A cache line or two; and what vectors of short sums take.
constexpr Effort lookup_effort = 4;
constexpr std::size_t sums_a_tick = 64;
}  // namespace

std::optional<ConeBounds> ConeBounds::make(const threshold::ReducedNetwork& network, const threshold::Ball& ball,
                                           std::size_t most_bits, std::size_t bytes,
                                           std::span<const double> importance) {
    std::optional<ConeClusters> clusters = cluster_cones(network, most_bits, importance);
    if (!clusters) return std::nullopt;
    std::size_t leaves = 0;
    for (const ConeCluster& cluster : clusters->clusters) leaves += std::size_t{1} << cluster.bits.size();
    if (leaves * clusters->rows.size() > bytes / 2) return std::nullopt;

    ConeBounds bounds;
    bounds.clusters_ = std::move(*clusters);
    bounds.bytes_ = bytes / 2;
    const ConeClusters& own = bounds.clusters_;
    bounds.places_.resize(own.bits.size());
    bounds.values_.assign(own.bits.size(), -1);
    bounds.sums_.assign(2 * own.rows.size(), 0);
    bounds.pattern_.assign(own.clusters.size(), 0);
    bounds.place_.assign(own.clusters.size(), 0);
    for (std::uint32_t c = 0; c < own.clusters.size(); ++c) {
        bounds.tables_.emplace_back(network, own, c);
        for (std::uint32_t k = 0; k < own.clusters[c].bits.size(); ++k)
            bounds.places_[own.clusters[c].bits[k]].push_back({c, k});
        bounds.place_[c] = bounds.tables_[c].find(0);
        const RowPart* parts = bounds.tables_[c].parts(bounds.place_[c]);
        for (std::size_t r = 0; r < bounds.sums_.size(); ++r)
            bounds.sums_[r] =
                static_cast<std::int16_t>(bounds.sums_[r] + bounds.tables_[c].base()[r % own.rows.size()] + parts[r]);
    }
    bounds.place_rows();
    for (std::size_t t = 0; t < network.targets.size(); ++t) bounds.add_target(network.targets[t], own.target_row[t]);
    bounds.budget_ = ball.budget;
    for (const ConeBit& bit : own.bits) {
        const threshold::FreeDigit& digit = network.digits[bit.digit];
        const bool below = bit.step < digit.centre - digit.low;
        bounds.centre_.push_back(below ? 1 : 0);
        bounds.cost_.push_back(digit.cost[below ? bit.step : bit.step + 1] -
                               digit.cost[below ? bit.step + 1 : bit.step]);
    }
    return bounds;
}

std::optional<bool> ConeBounds::value(std::size_t bit) const {
    if (values_[bit] < 0) return std::nullopt;
    return values_[bit] == 1;
}

void ConeBounds::set(std::size_t bit, std::optional<bool> value) {
    const auto spent = [&] { return values_[bit] >= 0 && values_[bit] != centre_[bit] ? cost_[bit] : 0; };
    spent_ -= spent();
    values_[bit] = static_cast<std::int8_t>(!value ? -1 : *value ? 1 : 0);
    spent_ += spent();
    const auto state = static_cast<ConeTable::Pattern>(values_[bit] + 1);
    spend(places_[bit].size() * (lookup_effort + sums_.size() / sums_a_tick));
    for (const Place& place : places_[bit]) {
        ConeTable& table = tables_[place.cluster];
        ConeTable::Pattern& pattern = pattern_[place.cluster];
        pattern = (pattern & ~(ConeTable::Pattern{3} << (2 * place.slot))) | state << (2 * place.slot);
        const std::size_t now = table.find(pattern);
        const RowPart* before = table.parts(place_[place.cluster]);
        const RowPart* after = table.parts(now);
        place_[place.cluster] = now;
        std::int16_t* __restrict sums = sums_.data();
        const std::size_t count = sums_.size();
        for (std::size_t r = 0; r < count; ++r) sums[r] = static_cast<std::int16_t>(sums[r] + (after[r] - before[r]));
    }
    if (++sets_since_check_ == 1000) forget_patterns();
}

/// Keeps the patterns within their share of memory.
void ConeBounds::forget_patterns() {
    sets_since_check_ = 0;
    std::size_t size = 0;
    for (const ConeTable& table : tables_) size += table.size();
    if (size <= bytes_) return;
    for (std::size_t c = 0; c < tables_.size(); ++c) {
        tables_[c].forget();
        place_[c] = tables_[c].find(pattern_[c]);
    }
}

void ConeBounds::place_rows() {
    for (std::uint32_t r = 0; r < clusters_.inner_rows; ++r) {
        if (!clusters_.rows[r].rows.empty()) deep_rows_.push_back(r);
        row_bound_.push_back(static_cast<std::int16_t>(clusters_.rows[r].bound));
    }
    may_hold_.assign(clusters_.inner_rows, 1);
    holds_.assign(clusters_.inner_rows, 0);
}

/// Not Σ >= bound is Σ negated >= 1 - bound.
void ConeBounds::add_target(const threshold::Target& target, std::uint32_t row) {
    TargetSum sum;
    sum.row = row;
    sum.negated = target.wins.negated;
    sum.bound = sum.negated ? 1 - clusters_.rows[row].bound : clusters_.rows[row].bound;
    sum.positive.assign(clusters_.inner_rows, 0);
    sum.negative.assign(clusters_.inner_rows, 0);
    for (const threshold::VariableTerm& term : clusters_.rows[row].rows) {
        const auto coefficient = static_cast<std::int16_t>(sum.negated ? -term.coefficient : term.coefficient);
        (coefficient > 0 ? sum.positive : sum.negative)[term.variable] = coefficient;
    }
    targets_.push_back(std::move(sum));
}

void ConeBounds::look_at_rows() {
    const std::size_t count = clusters_.inner_rows;
    const std::int16_t* least = sums_.data();
    const std::int16_t* most = sums_.data() + clusters_.rows.size();
    const std::int16_t* bound = row_bound_.data();
    std::int16_t* __restrict may_hold = may_hold_.data();
    std::int16_t* __restrict holds = holds_.data();
    for (std::size_t i = 0; i < count; ++i) {
        may_hold[i] = most[i] >= bound[i] ? 1 : 0;
        holds[i] = least[i] >= bound[i] ? 1 : 0;
    }
    for (const std::uint32_t i : deep_rows_) {
        const ConeRow& row = clusters_.rows[i];
        std::int64_t low = least[i];
        std::int64_t high = most[i];
        for (const threshold::VariableTerm& term : row.rows) {
            low += term.coefficient * (term.coefficient > 0 ? holds_[term.variable] : may_hold_[term.variable]);
            high += term.coefficient * (term.coefficient > 0 ? may_hold_[term.variable] : holds_[term.variable]);
        }
        may_hold_[i] = high >= row.bound ? 1 : 0;
        holds_[i] = low >= row.bound ? 1 : 0;
    }
}

bool ConeBounds::can_win(const TargetSum& target) const {
    std::int32_t most = 0;
    const std::size_t count = clusters_.inner_rows;
    const std::int16_t* may_hold = may_hold_.data();
    const std::int16_t* holds = holds_.data();
    const std::int16_t* positive = target.positive.data();
    const std::int16_t* negative = target.negative.data();
    for (std::size_t i = 0; i < count; ++i) most += positive[i] * may_hold[i] + negative[i] * holds[i];
    most += target.negated ? -sums_[target.row] : sums_[clusters_.rows.size() + target.row];
    return most >= target.bound;
}

bool ConeBounds::excluded() {
    if (budget_ && spent_ > *budget_) return true;
    spend(lookup_effort + sums_.size() / sums_a_tick);
    look_at_rows();
    for (std::size_t i = 0; i < targets_.size(); ++i) {
        if (!can_win(targets_[i])) continue;
        std::swap(targets_[0], targets_[i]);
        return false;
    }
    return true;
}

}  // namespace sinew::cone
