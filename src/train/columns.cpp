// SPDX-License-Identifier: Apache-2.0
#include "train/columns.hpp"

#include <algorithm>
#include <map>

#include "train/demands.hpp"

namespace sinew::train {

namespace {
/// Columns by what they are; written out once all are known.
class Collector {
  public:
    Collector(const Problem& problem, const Limits& limits) : problem_(problem), limits_(limits) {}

    /// Looks at the limits; whether one was reached, now or before.
    bool stop() {
        stopped_ = stopped_ || limits_.exceeded();
        return stopped_;
    }

    std::uint32_t point(std::span<const std::int32_t> row) { return end(row, nullptr, 0); }
    /// The end of a ball: side -1 the low one, 1 the high one.
    std::uint32_t end(std::span<const std::int32_t> row, const Robustness* robustness, int side) {
        std::vector<std::int32_t> both(2 * row.size());
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::int32_t move = robustness ? side * epsilon_of(*robustness, i) : 0;
            both[i] = row[i] + move;
            both[row.size() + i] = -row[i] + move;
        }
        return index_.try_emplace(std::move(both), static_cast<std::uint32_t>(index_.size())).first->second;
    }
    bool has_ball(const Robustness& robustness) const {
        for (std::size_t i = 0; i < problem_.examples.features; ++i)
            if (epsilon_of(robustness, i) != 0) return true;
        return false;
    }
    void write(Columns& columns) {
        columns.features = problem_.examples.features;
        columns.count = index_.size();
        columns.plus.resize(columns.features * columns.count);
        columns.minus.resize(columns.features * columns.count);
        for (const auto& [both, c] : index_) {
            if (stop()) return;
            for (std::size_t i = 0; i < columns.features; ++i) {
                columns.plus[i * columns.count + c] = both[i];
                columns.minus[i * columns.count + c] = both[columns.features + i];
            }
        }
    }

  private:
    const Problem& problem_;
    const Limits& limits_;
    bool stopped_ = false;
    std::map<std::vector<std::int32_t>, std::uint32_t> index_;
};

Columns::Guard guard_of(const Problem& problem, const Robustness& robustness, const Columns& columns,
                        Collector& collector) {
    const std::size_t rows = problem.examples.rows();
    Columns::Guard guard;
    guard.first_layer = robustness.place == Robustness::Place::first_layer;
    guard.soft = robustness.demand == Robustness::Demand::soft;
    const bool ball = collector.has_ball(robustness);
    const Surroundings surroundings(problem.examples, robustness);
    std::map<Columns::Guard::Watch, std::uint32_t> merged;
    for (std::size_t k = 0; k < rows && !collector.stop(); ++k) {
        Columns::Guard::Watch watch;
        watch.own = columns.of_example[k];
        const auto row = problem.examples.row(k);
        for (const auto& point : surroundings.points(k)) watch.same.push_back(collector.point(point));
        if (ball) {
            watch.low = collector.end(row, &robustness, -1);
            watch.high = collector.end(row, &robustness, 1);
            if (guard.first_layer) {
                watch.same.insert(watch.same.end(), {watch.low, watch.high});
                watch.low = watch.high = Columns::none;
            }
        }
        std::sort(watch.same.begin(), watch.same.end());
        if (watch.same.empty() && watch.low == Columns::none)
            ++guard.always;
        else
            ++merged[watch];
    }
    for (const auto& [watch, count] : merged) {
        guard.watches.push_back(watch);
        guard.watches.back().weight = count;
    }
    const std::size_t needed = robust_needed(robustness, rows);
    guard.needed = needed - std::min(needed, guard.always);
    return guard;
}
}  // namespace

Columns columns_of(const Problem& problem, const Limits& limits) {
    Columns columns;
    Collector collector(problem, limits);
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> groups;
    for (std::size_t k = 0; k < problem.examples.rows() && !collector.stop(); ++k) {
        columns.of_example.push_back(collector.point(problem.examples.row(k)));
        ++groups[{columns.of_example[k], problem.examples.labels[k]}];
    }
    for (const auto& [place, examples] : groups) {
        columns.groups.push_back({place.first, place.second, examples});
        if (columns.example_columns.empty() || columns.example_columns.back() != place.first)
            columns.example_columns.push_back(place.first);
    }
    if (collector.stop()) {
        columns.is_complete = false;
        return columns;
    }
    if (problem.robustness) columns.guards.push_back(guard_of(problem, *problem.robustness, columns, collector));
    for (const Robustness& fairness : problem.fairness)
        columns.guards.push_back(guard_of(problem, fairness, columns, collector));
    collector.write(columns);
    columns.is_complete = !collector.stop();
    return columns;
}

}  // namespace sinew::train
