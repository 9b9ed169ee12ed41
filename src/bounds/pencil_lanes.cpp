// SPDX-License-Identifier: Apache-2.0
#include "bounds/pencil_lanes.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sinew::bounds {

namespace {
constexpr std::size_t place_rows = 6;

struct Line {
    double slope;
    double intercept;
};

/// The line of a choice, as pencil_ascend computes it, its slack included (lane_kernel_table.hpp, PencilLines).
Line line_of(const Pencil& pencil, double magnitude, bool below) {
    const double distance = std::fabs(pencil.choice - 1);
    const double weight[3] = {pencil.choice < 1 ? distance : 0, 1 - distance, pencil.choice < 1 ? 0 : distance};
    Line line{0, 0};
    double extent = 0;
    for (int i = 0; i < 3; ++i) {
        line.slope += weight[i] * pencil.slope[i];
        line.intercept += weight[i] * pencil.intercept[i];
        extent += weight[i] * (std::fabs(pencil.slope[i]) * magnitude + std::fabs(pencil.intercept[i]));
    }
    line.intercept += (below ? -1 : 1) * PencilLines::rounding * extent;
    return line;
}

bool same(std::span<const float> a, std::span<const float> b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}
}  // namespace

PencilLanes::PencilLanes(const RelaxedNetwork& network) : network_(&network) {
    const std::size_t count = network.pencil_count();
    line_.resize(PencilLines::line_rows * count);
    pencil_.resize(PencilLines::pencil_rows * count);
    state_.resize(PencilLines::state_rows * count);
    place_.resize(place_rows * count);
    shift_.resize(count);
}

void PencilLanes::clear() {
    for (const auto& [row, lane] : shifted_) shift_.row(row)[lane] = 0;
    shifted_.clear();
    for (auto& sides : sides_) sides.clear();
    requests_.fill(nullptr);
    empty_.fill(false);
    is_prepared_ = false;
}

void PencilLanes::set(std::size_t lane, std::span<const float> places, const std::vector<double>* lower,
                      const std::vector<double>* upper, std::span<const NeuronSplit> splits,
                      std::span<const float> multipliers) {
    is_prepared_ = false;
    for (const auto& request : requests_)
        if (request && request->lower == lower && request->upper == upper && same(request->places, places))
            requests_[lane] = request;
    if (!requests_[lane])
        requests_[lane] = std::make_shared<Request>(Request{{places.begin(), places.end()}, lower, upper});
    std::vector<Sides>& all = sides_[lane];
    for (const Sides& sides : all) shift_.row(row_of(sides.neuron))[lane] = 0;
    all.clear();
    const auto sides_of = [&](std::uint32_t neuron) {
        return std::find_if(all.begin(), all.end(), [&](const Sides& sides) { return sides.neuron == neuron; });
    };
    for (const NeuronSplit& split : splits) {
        auto place = sides_of(split.neuron);
        if (place == all.end()) place = all.insert(all.end(), {split.neuron});
        if (split.above)
            place->lower = std::max(place->lower, split.point);
        else
            place->upper = std::min(place->upper, split.point);
    }
    for (const Sides& sides : all) {
        shift_.row(row_of(sides.neuron))[lane] = 0;
        shifted_.emplace_back(row_of(sides.neuron), lane);
    }
    for (std::size_t s = 0; s < splits.size(); ++s) {
        const Sides& sides = *sides_of(splits[s].neuron);
        if (splits[s].point != (splits[s].above ? sides.lower : sides.upper)) continue;  // another one is in force
        const double multiplier = std::max(static_cast<double>(multipliers[s]), 0.0);
        if (multiplier > 0) shift_.row(row_of(splits[s].neuron))[lane] = splits[s].above ? -multiplier : multiplier;
    }
}

/// `open`: the neuron's position in network.unstable() if it is open; `input` is narrowed by the lane's bounds.
Pencils PencilLanes::pencils(const Request& request, const NeuronLayer& layer, std::size_t i, std::size_t open,
                             Interval& input) const {
    const Relaxation& relaxation = network_->relaxation(layer);
    const bool is_open = open < network_->unstable().size() && network_->unstable()[open] == layer.first + i;
    if (!is_open) return relaxation.pencils(input);
    if (request.lower != nullptr)
        input = {std::max(input.lower, (*request.lower)[open]), std::min(input.upper, (*request.upper)[open])};
    PencilPlaces start;
    if (open < request.places.size()) {
        const auto place = static_cast<double>(request.places[open]);
        if (place < 0) start.lower = place;
        if (place > 0) start.upper = place;
    }
    return relaxation.pencils(input, start);
}

void PencilLanes::store(std::size_t row, std::span<const std::size_t> to, const Pencils& pencils, double magnitude) {
    const Line below = line_of(pencils.lower, magnitude, true);
    const Line above = line_of(pencils.upper, magnitude, false);
    const double line[] = {below.slope, below.intercept, above.slope, above.intercept};
    const auto put = [&](LaneMatrix& matrix, std::size_t at, double value) {
        double* values = matrix.row(at);
        for (const std::size_t lane : to) values[lane] = value;
    };
    for (std::size_t r = 0; r < PencilLines::line_rows; ++r) put(line_, PencilLines::line_rows * row + r, line[r]);
    for (std::size_t side = 0; side < 2; ++side) {
        const Pencil& pencil = side == 0 ? pencils.lower : pencils.upper;
        for (std::size_t i = 0; i < 3; ++i) {
            put(pencil_, PencilLines::pencil_rows * row + 6 * side + i, pencil.slope[i]);
            put(pencil_, PencilLines::pencil_rows * row + 6 * side + 3 + i, pencil.intercept[i]);
            put(place_, place_rows * row + 3 * side + i, pencil.place[i]);
        }
        put(state_, PencilLines::state_rows * row + side, pencil.choice);
    }
}

void PencilLanes::prepare(const ProblemReach& reach) {
    if (is_prepared_) return;
    is_prepared_ = true;
    // Lanes with the same request get the same lines.
    std::vector<std::pair<const Request*, std::vector<std::size_t>>> groups;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        if (!requests_[lane]) continue;
        const auto known = std::find_if(groups.begin(), groups.end(),
                                        [&](const auto& group) { return group.first == requests_[lane].get(); });
        if (known == groups.end())
            groups.push_back({requests_[lane].get(), {lane}});
        else
            known->second.push_back(lane);
    }
    const std::vector<std::uint32_t>& open = network_->unstable();
    for (const NeuronLayer& layer : network_->neuron_layers()) {
        if (layer.is_relu) continue;
        auto next = static_cast<std::size_t>(
            std::lower_bound(open.begin(), open.end(), static_cast<std::uint32_t>(layer.first)) - open.begin());
        for (const std::uint32_t i : reach.live(layer)) {
            while (next < open.size() && open[next] < layer.first + i) ++next;
            for (const auto& [request, group] : groups) {
                Interval input{network_->lower(layer.pre + i), network_->upper(layer.pre + i)};
                const Pencils lines = pencils(*request, layer, i, next, input);
                if (input.lower > input.upper)
                    for (const std::size_t lane : group) empty_[lane] = true;
                store(layer.first_pencil + i, group, lines, network_->magnitudes()[layer.pre + i]);
            }
        }
    }
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        for (const Sides& sides : sides_[lane]) {
            const NeuronLayer& layer = network_->layer_of(sides.neuron);
            const std::size_t i = sides.neuron - layer.first;
            Interval input{std::max(network_->lower(layer.pre + i), sides.lower),
                           std::min(network_->upper(layer.pre + i), sides.upper)};
            const auto at =
                static_cast<std::size_t>(std::lower_bound(open.begin(), open.end(), sides.neuron) - open.begin());
            const Pencils lines = pencils(*requests_[lane], layer, i, at, input);
            if (input.lower > input.upper) empty_[lane] = true;
            store(row_of(sides.neuron), std::span(&lane, 1), lines, network_->magnitudes()[layer.pre + i]);
        }
    }
}

PencilLines PencilLanes::lines(const NeuronLayer& layer) {
    const std::size_t row = layer.first_pencil;
    return {line_.row(PencilLines::line_rows * row), pencil_.row(PencilLines::pencil_rows * row),
            state_.row(PencilLines::state_rows * row), shift_.row(row)};
}

void PencilLanes::add_constants(double* constant, double* absolute) const {
    // A multiplier m of s <= p adds m·(s - p), one of s >= p adds -m·(s - p): at most 0 where the split holds.
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        for (const Sides& sides : sides_[lane]) {
            const double shift = shift_.row(row_of(sides.neuron))[lane];
            if (shift == 0) continue;
            const double lift = shift * (shift > 0 ? sides.upper : sides.lower);
            constant[lane] -= lift;
            absolute[lane] += std::fabs(lift);
        }
    }
}

void PencilLanes::begin_ascent(const ProblemReach& reach) {
    for (const NeuronLayer& layer : network_->neuron_layers()) {
        if (layer.is_relu) continue;
        for (const std::uint32_t i : reach.unstable(layer))
            std::fill_n(state_.row(PencilLines::state_rows * (layer.first_pencil + i) + 2), 2 * lanes, 0.0);
    }
}

void PencilLanes::ascend_multipliers(const LaneMatrix& values, double rate, double square_correction,
                                     std::span<const double, lanes> scale) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        for (Sides& sides : sides_[lane]) {
            double& shift = shift_.row(row_of(sides.neuron))[lane];
            const double value = values.row(network_->pre_variable(sides.neuron))[lane];
            const double beyond_upper = value - sides.upper;  // -inf without one
            const double beyond_lower = value - sides.lower;
            double derivative = 0;
            if (shift > 0 || (shift == 0 && beyond_upper > 0)) derivative = beyond_upper;
            if (shift < 0 || (shift == 0 && beyond_lower < 0)) derivative = beyond_lower;
            const double direction = sides.moments.direction(derivative, square_correction);
            const double moved = shift + rate * scale[lane] * direction;
            const double least = sides.lower == -infinity || shift > 0 ? 0 : -infinity;  // signs change at 0
            const double most = sides.upper == infinity || shift < 0 ? 0 : infinity;
            if (std::isfinite(moved)) shift = std::clamp(moved, least, most);
        }
    }
}

float PencilLanes::place(std::size_t lane, std::size_t neuron, bool below) const {
    const std::size_t row = row_of(neuron);
    const double choice = state_.row(PencilLines::state_rows * row + (below ? 0 : 1))[lane];
    const std::size_t left = choice < 1 ? 0 : 1;
    const std::size_t at = place_rows * row + (below ? 0 : 3) + left;
    const double from = place_.row(at)[lane];
    return static_cast<float>(from + (choice - static_cast<double>(left)) * (place_.row(at + 1)[lane] - from));
}

float PencilLanes::multiplier(std::size_t lane, const NeuronSplit& split) const {
    const double shift = shift_.row(row_of(split.neuron))[lane];
    for (const Sides& sides : sides_[lane])
        if (sides.neuron == split.neuron && split.point == (split.above ? sides.lower : sides.upper) &&
            (split.above ? shift < 0 : shift > 0))
            return static_cast<float>(std::fabs(shift));
    return 0;
}

}  // namespace sinew::bounds
