// SPDX-License-Identifier: Apache-2.0
#include "certify/ball_attack.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace sinew::certify {

using bounds::lanes;

namespace {
/// Points are kept a little inside, so that they are in the ball when they are rounded.
constexpr double inside = 1 - 1e-9;

double centre_of(const BallShape& shape, std::size_t input) {
    return 0.5 * (shape.centre[input].lower + shape.centre[input].upper);
}
}  // namespace

BallAttack::BallAttack(const model::Network& network, std::uint64_t seed) : network_(network), random_(seed) {
    for (const Variable input : network.input_variables()) inputs_.push_back(static_cast<std::uint32_t>(input.index()));
    goal_.resize(inputs_.size());
}

void BallAttack::take(std::span<const Rival> rivals, std::size_t count) {
    leads_.clear();
    for (const Rival& rival : rivals) leads_.push_back(bounds::to_row(rival.lead));
    count_ = count;
    lead_.resize(leads_.size() * lanes);
    chosen_.resize(lanes * count_);
}

void BallAttack::evaluate() {
    network_.forward();
    for (std::size_t r = 0; r < leads_.size(); ++r) {
        double* lead = lead_.data() + r * lanes;
        std::fill_n(lead, lanes, leads_[r].constant);
        for (const auto& [variable, coefficient] : leads_[r].terms) {
            const double* value = network_.values().row(variable);
            for (std::size_t j = 0; j < lanes; ++j) lead[j] += coefficient * value[j];
        }
    }
    std::vector<std::uint32_t> order(leads_.size());
    for (std::size_t j = 0; j < lanes; ++j) {
        std::iota(order.begin(), order.end(), 0U);
        std::partial_sort(
            order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count_), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return lead_[a * lanes + j] < lead_[b * lanes + j]; });
        margin_[j] = -lead_[order[count_ - 1] * lanes + j];
        // A single rival: every second lane follows one of its own, so that all are tried.
        if (count_ == 1 && j % 2 == 1) order[0] = static_cast<std::uint32_t>(j / 2 % leads_.size());
        std::copy_n(order.begin(), count_, chosen_.begin() + static_cast<std::ptrdiff_t>(j * count_));
    }
}

void BallAttack::seed_adjoints(std::size_t lane) {
    for (std::size_t k = 0; k < count_; ++k)
        for (const auto& [variable, coefficient] : leads_[chosen_[lane * count_ + k]].terms)
            network_.adjoints().row(variable)[lane] += coefficient;
}

void BallAttack::place(std::span<const Interval> box, const BallShape& shape) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const double centre = centre_of(shape, i);
        double* at = network_.values().row(inputs_[i]);
        const double share = shape.weight[i].upper > 0 ? 1.0 / static_cast<double>(inputs_.size()) : 1.0;
        for (std::size_t j = 0; j < lanes; ++j) {
            const double away = j < lanes / 2 ? 0 : share * (2 * random_.uniform() - 1);
            at[j] = centre + (away < 0 ? -away * (box[i].lower - centre) : away * (box[i].upper - centre));
        }
    }
}

/// A step of Frank and Wolfe: towards the point of the ball that the linear model likes best.
void BallAttack::move(std::size_t lane, std::span<const Interval> box, const BallShape& shape, double share) {
    const auto slope = [&](std::size_t i) { return network_.adjoints().row(inputs_[i])[lane]; };
    double left = shape.radius.upper * inside;
    order_.clear();
    double square = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const double weight = shape.weight[i].upper;
        const double g = slope(i);
        const double centre = centre_of(shape, i);
        goal_[i] = centre;
        if (g == 0) continue;
        const double end = g > 0 ? box[i].lower : box[i].upper;
        if (!(weight > 0)) {
            goal_[i] = end;
            continue;
        }
        order_.emplace_back(std::fabs(g) / weight, static_cast<std::uint32_t>(i));
        square += g * g / (weight * weight);
    }
    if (shape.norm == Norm::one) {
        std::sort(order_.begin(), order_.end(), std::greater<>());
        for (const auto& [gain, i] : order_) {
            const double centre = goal_[i];
            const double end = slope(i) > 0 ? box[i].lower : box[i].upper;
            const double room = std::min(std::fabs(end - centre), left / shape.weight[i].upper);
            goal_[i] = centre + (end > centre ? room : -room);
            left -= room * shape.weight[i].upper;
            if (!(left > 0)) break;
        }
    } else if (square > 0) {
        // What sides of the box cut off is given to the others, three times over: near enough to the best point.
        double factor = left / std::sqrt(square);
        for (int round = 0; round < 3; ++round) {
            double taken = 0;
            double open = 0;
            for (const auto& [gain, i] : order_) {
                const double weight = shape.weight[i].upper;
                const double end = slope(i) > 0 ? box[i].lower : box[i].upper;
                const double room = std::fabs(end - centre_of(shape, i)) * weight;
                const double wanted = factor * gain;
                const double change = std::min(room, wanted);
                goal_[i] = centre_of(shape, i) + (end > centre_of(shape, i) ? change : -change) / weight;
                if (wanted < room)
                    open += gain * gain;
                else
                    taken += change * change;
            }
            if (!(open > 0) || taken >= left * left) break;
            factor = std::sqrt((left * left - taken) / open);
        }
        double length = 0;
        for (const auto& [gain, i] : order_) {
            const double change = (goal_[i] - centre_of(shape, i)) * shape.weight[i].upper;
            length += change * change;
        }
        if (length > left * left)
            for (const auto& [gain, i] : order_)
                goal_[i] = centre_of(shape, i) + (goal_[i] - centre_of(shape, i)) * (left / std::sqrt(length));
    }
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        double& at = network_.values().row(inputs_[i])[lane];
        at += share * (goal_[i] - at);
        at = std::min(std::max(at, box[i].lower), box[i].upper);
    }
}

std::vector<std::vector<double>> BallAttack::run(std::span<const Interval> box, const BallShape& shape,
                                                 std::span<const Rival> rivals, std::size_t count, std::size_t steps,
                                                 const Limits& limits) {
    std::vector<std::pair<double, std::vector<double>>> found;
    if (rivals.size() < count) return {};
    take(rivals, count);
    place(box, shape);
    std::vector<double> best(lanes, 0.0);
    std::vector<std::vector<double>> point(lanes);
    for (std::size_t step = 0; step <= steps; ++step) {
        evaluate();
        for (std::size_t j = 0; j < lanes; ++j) {
            if (!(margin_[j] >= best[j])) continue;
            best[j] = margin_[j];
            point[j].resize(inputs_.size());
            for (std::size_t i = 0; i < inputs_.size(); ++i) point[j][i] = network_.values().row(inputs_[i])[j];
        }
        if (step == steps || limits.exceeded()) break;
        network_.clear_adjoints();
        for (std::size_t j = 0; j < lanes; ++j) seed_adjoints(j);
        network_.backward();
        for (std::size_t j = 0; j < lanes; ++j) move(j, box, shape, 2.0 / (static_cast<double>(step) + 2.0));
    }
    for (std::size_t j = 0; j < lanes; ++j)
        if (!point[j].empty()) found.emplace_back(best[j], std::move(point[j]));
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::vector<double>> points;
    for (auto& [margin, at] : found) points.push_back(std::move(at));
    return points;
}

double BallAttack::nearest_on_line(std::span<const double> from, std::span<const double> to,
                                   std::span<const Rival> rivals, std::size_t count) {
    if (rivals.size() < count) return 1;
    take(rivals, count);
    double low = 0;
    double high = 1;
    for (int round = 0; round < 2; ++round) {
        const double width = (high - low) / lanes;
        for (std::size_t i = 0; i < inputs_.size(); ++i)
            for (std::size_t j = 0; j < lanes; ++j)
                network_.values().row(inputs_[i])[j] =
                    from[i] + (low + width * static_cast<double>(j + 1)) * (to[i] - from[i]);
        evaluate();
        std::size_t first = 0;
        while (first + 1 < lanes && !(margin_[first] > 0)) ++first;
        high = low + width * static_cast<double>(first + 1);
        low = high - width;
    }
    return high;
}

}  // namespace sinew::certify
