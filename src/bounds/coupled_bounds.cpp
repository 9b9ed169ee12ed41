// SPDX-License-Identifier: Apache-2.0
// Matching neurons of two networks bounded together, so that a network and its copy are not two unrelated ones. With
// a, b the outputs of two matching neurons and z, w their pre-activations, ζ = w - z has bounds of its own (a row W·b -
// V·a carried back like any other, in which what the two have in common cancels), and b - a lies between two lines over
// ζ, whatever z is: an activation with slopes in [s, t] moves by ζ times something in [s, t]. Differences of matching
// neurons: Paulsen, Wang and Wang, ReluDiff, ICSE 2020; with lines, NeuroDiff, ASE 2020.
//
// A row with coefficients g on a and h on b that have opposite signs contains m·(b - a) or m·(a - b), m = min(|g|,
// |h|): that part goes to z and w by the line of the difference where it is the better one, the rest by the lines of
// the neuron that is left. So rows over one network are bounded as if there were no other, and rows over differences
// lose what the difference's lines are off by, which is little where the copy is near.
//
// The error budget (network_bounds.hpp): what is added to a coefficient or a constant is added to A with the magnitudes
// that it multiplies, and so are the coefficients that change.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/effort.hpp"
#include "base/infinity.hpp"
#include "bounds/network_bounds.hpp"

namespace sinew::bounds {

using model::ActivationLayer;

namespace {

/// A difference that is a smaller share of the second neuron's width says all that its own row would.
constexpr double narrow_share = 0.05;

/// Between which slopes the activation's difference quotients lie on `input`.
std::optional<Interval> difference_slopes(const Relaxation& relaxation, Interval input) {
    if (relaxation.activation().kind == model::ActivationKind::relu) return Interval{0, 1};
    if (!relaxation.continuous() || relaxation.pieces().empty()) return std::nullopt;
    std::optional<Interval> result;
    const std::vector<PieceEnclosure>& pieces = relaxation.pieces();
    for (std::size_t p = 0; p < pieces.size(); ++p) {
        if (pieces[p].begin.lower > input.upper) break;
        if (p + 1 < pieces.size() && pieces[p + 1].begin.upper < input.lower) continue;
        result = result ? hull(*result, pieces[p].slope) : pieces[p].slope;
    }
    return result;
}

/// The lines below and above b - a: corners of what lies between s·ζ and t·ζ, joined; checked at both ends, as the
/// lower side is concave and the upper one convex.
struct DifferenceLines {
    double below_slope, below_shift, above_slope, above_shift;
};
DifferenceLines lines_over(Interval difference, Interval slope) {
    const double low = difference.lower;
    const double high = difference.upper;
    if (low >= 0) return {slope.lower, 0, slope.upper, 0};
    if (high <= 0) return {slope.upper, 0, slope.lower, 0};
    DifferenceLines lines{};
    const double width = high - low;
    lines.below_slope = (slope.lower * high - slope.upper * low) / width;
    lines.above_slope = (slope.upper * high - slope.lower * low) / width;
    lines.below_shift = std::min(sub_down(mul_down(slope.upper, low), mul_up(lines.below_slope, low)),
                                 sub_down(mul_down(slope.lower, high), mul_up(lines.below_slope, high)));
    lines.above_shift = std::max(sub_up(mul_up(slope.lower, low), mul_down(lines.above_slope, low)),
                                 sub_up(mul_up(slope.upper, high), mul_down(lines.above_slope, high)));
    return lines;
}

/// The mean distance of a neuron's own lines.
double mean_distance(const Lines& lines, Interval input) {
    const auto at = [&](double s) {
        return (lines.upper_slope - lines.lower_slope) * s + lines.upper_intercept - lines.lower_intercept;
    };
    return (at(input.lower) + at(input.upper)) / 2;
}

}  // namespace

void NetworkBounds::plan_pairs() {
    NeuronPairs found = find_pairs(*network_);
    if (found.layers.empty()) return;
    pair_of_layer_.assign(plans_.size(), -1);
    std::size_t widest = 0;
    for (const LayerPair& layers : found.layers) {
        const auto is_taken = [&](std::size_t layer) { return pair_of_layer_[layer] >= 0; };
        if (is_taken(layers.first_source) || is_taken(layers.second_source)) continue;
        for (const std::size_t layer : {layers.first, layers.second, layers.first_source, layers.second_source})
            pair_of_layer_[layer] = static_cast<int>(pairs_.size());
        pairs_.push_back({layers, difference_count_, {}, {}});
        difference_count_ += plans_[layers.first].size;
        widest = std::max(widest, plans_[layers.first].size);
    }
    // Layers of pairs that are left out stay next to each other, which does no harm.
    backward_ = std::move(found.backward);
    moved_.resize(widest * capacity_);
}

bool NetworkBounds::follows(const State& state, std::size_t layer, std::size_t component) const {
    const PairPlan& pair = pairs_[static_cast<std::size_t>(pair_of_layer_[layer])];
    if (layer != pair.layers.second_source) return false;
    const Interval difference = state.difference[pair.begin + component];
    const Interval known = state.at(plans_[layer].first + component);
    return difference.upper - difference.lower <= narrow_share * (known.upper - known.lower);
}

double NetworkBounds::difference_share(const State& state) const {
    double differences = 0;
    double neurons = 0;
    for (const PairPlan& pair : pairs_) {
        const std::size_t first = plans_[pair.layers.first_source].first;
        for (std::size_t i = 0; i < plans_[pair.layers.first_source].size; ++i) {
            const Interval known = state.at(first + i);
            const Interval difference = state.difference[pair.begin + i];
            if (known.lower >= 0 || known.upper <= 0) continue;
            differences += difference.upper - difference.lower;
            neurons += known.upper - known.lower;
        }
    }
    return neurons > 0 && differences <= neurons ? differences / neurons : neurons > 0 ? 1 : 0;
}

bool NetworkBounds::tighten_differences(State& state, PairPlan& pair) {
    const std::size_t first = pair.layers.first_source;
    const std::size_t second = pair.layers.second_source;
    const std::size_t size = plans_[first].size;
    const std::size_t first_variable = plans_[first].first;
    const std::size_t second_variable = plans_[second].first;
    pending_.clear();
    for (std::size_t i = 0; i < size; ++i) {
        Interval& difference = state.difference[pair.begin + i];
        difference = intersect(difference, state.at(second_variable + i) - state.at(first_variable + i));
        if (!needed(first_variable + i) || !needed(second_variable + i)) continue;
        if (is_open(state, first, i) && is_open(state, second, i)) pending_.push_back(static_cast<std::uint32_t>(i));
    }
    if (looks_at_reach_) pending_ = along_curve(reach_map_.shape(first), pending_);
    const std::size_t block = capacity_ / 2;
    for (std::size_t begin = 0; begin < pending_.size(); begin += block) {
        const std::size_t count = std::min(block, pending_.size() - begin);
        begin_block(2 * count);
        const std::span<const std::uint32_t> components(pending_.data() + begin, count);
        if (looks_at_reach_) {
            for (const std::uint32_t i : components) {
                reach_map_.add(boxes_, first, i);
                reach_map_.add(boxes_, second, i);
            }
            reach_from(plans_.size() - 1);
        }
        begin_bound_rows(second, components);
        begin_bound_rows(first, components, -1);
        carry_back(state, plans_.size() - 1);
        concretise(state);
        for (std::size_t i = 0; i < count; ++i) {
            Interval& difference = state.difference[pair.begin + components[i]];
            difference.lower = std::max(difference.lower, finished(concrete_[i], concrete_absolute_[i]));
            difference.upper =
                std::min(difference.upper, -finished(concrete_[count + i], concrete_absolute_[count + i]));
        }
    }
    for (std::size_t i = 0; i < size; ++i) {
        const Interval difference = state.difference[pair.begin + i];
        contradiction_ = static_cast<std::uint32_t>(second_variable + i);
        if (difference.empty()) return false;
        const Interval known = state.at(first_variable + i) + difference;
        state.lower[second_variable + i] = std::max(state.lower[second_variable + i], known.lower);
        state.upper[second_variable + i] = std::min(state.upper[second_variable + i], known.upper);
    }
    contradiction_.reset();
    return true;
}

void NetworkBounds::relax_pair(const State& state, std::size_t layer) {
    if (pair_of_layer_[layer] < 0) return;
    PairPlan& pair = pairs_[static_cast<std::size_t>(pair_of_layer_[layer])];
    if (layer != std::max(pair.layers.first, pair.layers.second)) return;
    pair.coupled.clear();
    pair.lines.clear();
    if (!couples_ || state.difference.empty()) return;
    const Plan& first = plans_[pair.layers.first];
    const Plan& second = plans_[pair.layers.second];
    const Relaxation& relaxation = relaxations_[static_cast<std::size_t>(second.relaxation)];
    std::size_t b = 0;
    for (std::size_t a = 0; a < first.open; ++a) {
        const std::uint32_t k = first.alive[a];
        while (b < second.open && second.alive[b] < k) ++b;
        if (b == second.open || second.alive[b] != k) continue;
        const Interval of_first = state.at(plans_[pair.layers.first_source].first + k);
        const Interval of_second = state.at(plans_[pair.layers.second_source].first + k);
        const Interval difference = state.difference[pair.begin + k];
        const std::optional<Interval> slope = difference_slopes(relaxation, hull(of_first, of_second));
        if (!slope || !std::isfinite(difference.lower) || !std::isfinite(difference.upper)) continue;
        const DifferenceLines lines = lines_over(difference, *slope);
        const auto own = [&](const Plan& plan, std::size_t i, Interval input) {
            return mean_distance(
                {plan.lower_slope[i], plan.lower_intercept[i], plan.upper_slope[i], plan.upper_intercept[i]}, input);
        };
        const double apart = (own(first, a, of_first) + own(second, b, of_second)) / 2;
        const double middle = difference.lower + (difference.upper - difference.lower) / 2;
        const double share = std::clamp(of_first.upper / (of_first.upper - of_first.lower), 0.0, 1.0);
        const double usual = (slope->lower + share * (slope->upper - slope->lower)) * middle;
        const double gap_below = usual - (lines.below_slope * middle + lines.below_shift);
        const double gap_above = lines.above_slope * middle + lines.above_shift - usual;
        if (!(gap_below < apart) && !(gap_above < apart)) continue;
        pair.coupled.push_back(k);
        pair.lines.push_back({lines.below_slope, lines.below_shift, lines.above_slope, lines.above_shift,
                              gap_below < apart, gap_above < apart, 2 * gap_below, 2 * gap_above});
    }
}

/// The same rows by the neurons' own lines alone: which is the better way over all layers is not known layer by layer.
void NetworkBounds::bound_apart(const State& state, std::span<const Row* const> rows, std::size_t begin,
                                RowBounds& out) {
    apart_losses_.swap(losses_);
    apart_coefficients_.swap(loss_coefficients_);
    apart_ = true;
    carry_rows(state, rows, begin);
    apart_ = false;
    pending_.resize(rows.size());
    std::iota(pending_.begin(), pending_.end(), 0U);
    write_coefficients(begin, out.apart);
    if (2 * write_rows(begin, rows.size(), true, out) > rows.size()) return;
    apart_losses_.swap(losses_);
    apart_coefficients_.swap(loss_coefficients_);
}

void NetworkBounds::carry_pair(const State& state, PairPlan& pair) {
    const std::size_t first = pair.layers.first;
    const std::size_t second = pair.layers.second;
    std::span<const std::uint32_t> coupled = pair.coupled;
    if (apart_ || touched_[first] == 0 || touched_[second] == 0) coupled = {};
    was_coupled_ = was_coupled_ || !coupled.empty();
    if (!coupled.empty() && looks_at_reach_ && (partial_[first] != 0 || partial_[second] != 0)) {
        inside_first_.clear();
        coupled_there_.clear();
        choose_inside(reach_map_.shape(first), boxes_[first], coupled, inside_first_);
        choose_inside(reach_map_.shape(second), boxes_[second], inside_first_, coupled_there_);
        coupled = coupled_there_;
    }
    const double* magnitude_before[] = {magnitude_.data() + plans_[pair.layers.first_source].first,
                                        magnitude_.data() + plans_[pair.layers.second_source].first};
    const double* magnitude_after[] = {magnitude_.data() + plans_[first].first,
                                       magnitude_.data() + plans_[second].first};
    std::size_t n = 0;
    for (std::size_t i = 0; i < coupled.size(); ++i) {
        const std::uint32_t k = coupled[i];
        while (pair.coupled[n] != k) ++n;
        const CoupledNeuron lines = pair.lines[n];
        double* from_first = buffer(first) + k * stride_;
        double* from_second = buffer(second) + k * stride_;
        double* moved = moved_.data() + i * stride_;
        const double before = magnitude_before[0][k] + magnitude_before[1][k];
        const double after = std::max(magnitude_after[0][k], magnitude_after[1][k]);
        if (recording_) {
            losses_.push_back({static_cast<std::uint32_t>(plans_[pair.layers.first_source].first + k), lines.gap_above,
                               lines.gap_below, loss_coefficients_.size()});
            loss_coefficients_.resize(loss_coefficients_.size() + stride_);
        }
        double* lost = recording_ ? loss_coefficients_.data() + loss_coefficients_.size() - stride_ : nullptr;
        const double below = lines.uses_below ? 1 : 0;
        const double above = lines.uses_above ? 1 : 0;
        for (std::size_t lane = 0; lane < stride_; ++lane) {
            const double g = from_first[lane];
            const double h = from_second[lane];
            // The part of b - a in the row, if it has one: positive above its lower line, negative below its upper one.
            const double rising = below * std::max(std::min(-g, h), 0.0);
            const double falling = above * std::max(std::min(g, -h), 0.0);
            const double part = rising - falling;
            const double shift = rising * lines.below_shift - falling * lines.above_shift;
            moved[lane] = rising * lines.below_slope - falling * lines.above_slope;
            from_first[lane] = g + part;
            from_second[lane] = h - part;
            constant_[lane] += shift;
            absolute_[lane] +=
                std::fabs(shift) + std::fabs(moved[lane]) * before + (std::fabs(g) + std::fabs(h)) * after;
            if (lost != nullptr) lost[lane] = part;
        }
    }
    spend(2 * coupled.size() * stride_ / multiplications_per_tick);
    if (touched_[second] != 0) carry_layer(state, second);
    if (touched_[first] != 0) carry_layer(state, first);
    for (std::size_t i = 0; i < coupled.size(); ++i) {
        double* to_first = buffer(pair.layers.first_source) + coupled[i] * stride_;
        double* to_second = buffer(pair.layers.second_source) + coupled[i] * stride_;
        const double* moved = moved_.data() + i * stride_;
        for (std::size_t lane = 0; lane < stride_; ++lane) {
            to_first[lane] -= moved[lane];
            to_second[lane] += moved[lane];
        }
    }
}

}  // namespace sinew::bounds
