// SPDX-License-Identifier: Apache-2.0
#include "check/box_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/infinity.hpp"
#include "base/limit_scope.hpp"

namespace sinew::check {

namespace {
using model::ActivationLayer;
using model::AffineLayer;
using model::AffineTerm;
using model::MaxPoolLayer;
/// What products below the normal doubles may lose, by far.
constexpr double underflow = 0x1p-900;

/// A little above a sum of doubles that are not negative, however it was added up (of less than 2^30 terms).
double raised(double sum) {
    return sum * (1 + 0x1p-20);
}
}  // namespace

std::string BoxBounds::obstacle(const model::Network& network) {
    for (const model::Layer& layer : network.layers()) {
        if (std::holds_alternative<model::ProductLayer>(layer.operation)) return "products of components";
        if (const auto* neurons = std::get_if<ActivationLayer>(&layer.operation))
            if (!ActivationLines::knows(neurons->activation)) return model::to_string(neurons->activation);
    }
    return "";
}

BoxBounds::BoxBounds(const model::Network& network) : network_(network), inputs_(network.input_variables()) {
    plans_.resize(network.layer_count());
    for (std::size_t l = 0; l < plans_.size(); ++l) {
        const model::Layer& layer = network.layers()[l];
        plans_[l].first = layer.first.index();
        plans_[l].size = layer.size;
        plans_[l].all.resize(layer.size);
        std::iota(plans_[l].all.begin(), plans_[l].all.end(), 0U);
        if (const auto* neurons = std::get_if<ActivationLayer>(&layer.operation)) {
            plans_[l].lines = static_cast<int>(activations_.size());
            activations_.emplace_back(neurons->activation);
            plans_[l].chosen.resize(layer.size);
            plans_[neurons->source.index()].neurons_of.push_back(l);
        } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layer.operation)) {
            plans_[pool->source.index()].pool_reads = true;
            plans_[l].member.resize(layer.size);
            plans_[l].is_member.resize(layer.size);
        }
    }
    for (const Plan& plan : plans_)
        if (!plan.neurons_of.empty())
            for (std::size_t i = 0; i < plan.size; ++i) neurons_.push_back(static_cast<std::uint32_t>(plan.first + i));
    // No coefficient and no constant is the sum of more products than this, each of a weight that may be rounded.
    std::vector<std::size_t> added(plans_.size(), 1);
    for (const model::Layer& layer : network.layers()) {
        if (const auto* affine = std::get_if<AffineLayer>(&layer.operation)) {
            for (const AffineTerm& term : affine->terms) added[term.source.index()] += layer.size;
        } else if (const auto* neurons = std::get_if<ActivationLayer>(&layer.operation)) {
            added[neurons->source.index()] += 1;
        } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layer.operation)) {
            added[pool->source.index()] += layer.size;
        }
    }
    const std::size_t most = std::max(*std::max_element(added.begin(), added.end()), network.variable_count());
    gamma_ = (2 * static_cast<double>(most) + 64) * 0x1p-53 * (1 + 0x1p-10);
    magnitude_.assign(network.variable_count(), 0.0);
    products_.assign(network.variable_count(), 0.0);
    coefficients_.resize(network.variable_count() * most_lanes);
    for (std::vector<double>* lanes : {&constant_, &error_, &least_}) lanes->assign(most_lanes, 0.0);
}

bool BoxBounds::is_open(const BoxState& state, const Plan& plan, std::size_t component) const {
    const Interval at = state.at(plan.first + component);
    if (plan.pool_reads && at.lower < at.upper) return true;
    return std::any_of(plan.neurons_of.begin(), plan.neurons_of.end(), [&](std::size_t reader) {
        return activations_[static_cast<std::size_t>(plans_[reader].lines)].is_open(at);
    });
}

bool BoxBounds::is_open(const BoxState& state, std::uint32_t neuron) const {
    const model::Component component = network_.component(Variable(neuron));
    return is_open(state, plans_[component.layer.index()], component.index);
}

BoxState BoxBounds::start(std::span<const Interval> inputs) {
    BoxState state;
    state.lower.assign(network_.variable_count(), -infinity);
    state.upper.assign(network_.variable_count(), infinity);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        state.lower[inputs_[i].index()] = inputs[i].lower;
        state.upper[inputs_[i].index()] = inputs[i].upper;
    }
    tiny_ = underflow;
    for (std::size_t l = 0; l < plans_.size(); ++l) {
        if (std::holds_alternative<AffineLayer>(network_.layers()[l].operation))
            interval_affine(state, l);
        else
            require(image(state, l), "intervals of a box are not empty");
        for (std::size_t i = plans_[l].first; i < plans_[l].first + plans_[l].size; ++i) {
            magnitude_[i] = state.at(i).magnitude();
            tiny_ += underflow * magnitude_[i];
        }
    }
    return state;
}

void BoxBounds::interval_affine(BoxState& state, std::size_t layer) {
    const auto& affine = std::get<AffineLayer>(network_.layers()[layer].operation);
    for (std::size_t i = 0; i < plans_[layer].size; ++i) {
        if ((i & 15U) == 15U) check_limits();
        double lower = affine.bias.nearest()[i];
        double upper = lower;
        double products = std::fabs(lower);
        for (const AffineTerm& term : affine.terms) {
            const std::size_t source = plans_[term.source.index()].first;
            const model::NearestNumbers weights = model::weights(term.map).nearest();
            model::for_each_entry(term.map, i, [&](std::size_t column, std::size_t at) {
                const double weight = weights[at];
                if (weight == 0) return;
                lower += weight * (weight > 0 ? state.lower : state.upper)[source + column];
                upper += weight * (weight > 0 ? state.upper : state.lower)[source + column];
                products += std::fabs(weight) * magnitude_[source + column];
            });
        }
        const std::size_t variable = plans_[layer].first + i;
        products_[variable] = raised(products);
        const double slack = raised(gamma_ * products_[variable]) + tiny_;
        const Interval known = Interval::around(lower - slack, upper + slack);
        state.lower[variable] = std::max(state.lower[variable], known.lower);
        state.upper[variable] = std::min(state.upper[variable], known.upper);
    }
}

/// Of an activation, a pool or inputs: what it makes of the layer below. False: nothing.
bool BoxBounds::image(BoxState& state, std::size_t layer) const {
    const Plan& plan = plans_[layer];
    const auto keep = [&](std::size_t component, Interval made) {
        double& lower = state.lower[plan.first + component];
        double& upper = state.upper[plan.first + component];
        lower = std::max(lower, made.lower);
        upper = std::min(upper, made.upper);
        return lower <= upper;
    };
    if (const auto* neurons = std::get_if<ActivationLayer>(&network_.layers()[layer].operation)) {
        const std::size_t source = plans_[neurons->source.index()].first;
        const ActivationLines& activation = activations_[static_cast<std::size_t>(plan.lines)];
        for (std::size_t i = 0; i < plan.size; ++i)
            if (!keep(i, activation.image(state.at(source + i)))) return false;
    } else if (const auto* pool = std::get_if<MaxPoolLayer>(&network_.layers()[layer].operation)) {
        const std::size_t source = plans_[pool->source.index()].first;
        for (std::size_t w = 0; w < plan.size; ++w) {
            Interval greatest{-infinity, -infinity};
            for (std::size_t k = pool->begin[w]; k < pool->begin[w + 1]; ++k) {
                greatest.lower = std::max(greatest.lower, state.lower[source + pool->member[k]]);
                greatest.upper = std::max(greatest.upper, state.upper[source + pool->member[k]]);
            }
            if (!keep(w, greatest)) return false;
        }
    }
    return true;
}

void BoxBounds::relax(const BoxState& state, std::size_t layer) {
    Plan& plan = plans_[layer];
    if (const auto* neurons = std::get_if<ActivationLayer>(&network_.layers()[layer].operation)) {
        const std::size_t source = plans_[neurons->source.index()].first;
        const ActivationLines& activation = activations_[static_cast<std::size_t>(plan.lines)];
        plan.alive.clear();
        for (std::size_t i = 0; i < plan.size; ++i) {
            const Lines& lines = plan.chosen[i] = activation.lines(state.at(source + i));
            if (lines.lower_slope != 0 || lines.upper_slope != 0 || lines.lower_intercept != 0 ||
                lines.upper_intercept != 0)
                plan.alive.push_back(static_cast<std::uint32_t>(i));
        }
    } else if (const auto* pool = std::get_if<MaxPoolLayer>(&network_.layers()[layer].operation)) {
        const std::size_t source = plans_[pool->source.index()].first;
        for (std::size_t w = 0; w < plan.size; ++w) {
            std::uint32_t best = pool->member[pool->begin[w]];
            for (std::size_t k = pool->begin[w]; k < pool->begin[w + 1]; ++k)
                if (state.lower[source + pool->member[k]] > state.lower[source + best]) best = pool->member[k];
            plan.member[w] = best;
            bool is_greatest = true;
            for (std::size_t k = pool->begin[w]; k < pool->begin[w + 1]; ++k)
                is_greatest = is_greatest && (pool->member[k] == best ||
                                              state.upper[source + pool->member[k]] <= state.lower[source + best]);
            plan.is_member[w] = is_greatest ? 1 : 0;
        }
    }
}

bool BoxBounds::tighten(BoxState& state, std::size_t first, bool by_intervals) {
    for (std::size_t l = 0; l < plans_.size(); ++l) {
        if (by_intervals && std::holds_alternative<AffineLayer>(network_.layers()[l].operation))
            interval_affine(state, l);
        if (l >= first && std::holds_alternative<AffineLayer>(network_.layers()[l].operation) &&
            !tighten_layer(state, l))
            return false;
        if (!image(state, l)) return false;
        relax(state, l);
    }
    return true;
}

bool BoxBounds::tighten_layer(BoxState& state, std::size_t layer) {
    const Plan& plan = plans_[layer];
    open_.clear();
    for (std::size_t i = 0; i < plan.size; ++i) {
        if (state.lower[plan.first + i] > state.upper[plan.first + i]) return false;
        if (is_open(state, plan, i)) open_.push_back(static_cast<std::uint32_t>(i));
    }
    for (std::size_t at = 0; at < open_.size(); at += most_lanes / 2) {
        check_limits();
        const std::size_t count = std::min(most_lanes / 2, open_.size() - at);
        begin(2 * count);
        touch_only(layer, std::span(open_).subspan(at, count));
        for (std::size_t k = 0; k < count; ++k) {
            double* const row = coefficients(plan.first + open_[at + k]);
            row[2 * k] = 1;
            row[2 * k + 1] = -1;
        }
        carry_back(state, layer);
        for (std::size_t k = 0; k < count; ++k) {
            const std::size_t variable = plan.first + open_[at + k];
            state.lower[variable] = std::max(state.lower[variable], finished(least_[2 * k], 2 * k));
            state.upper[variable] = std::min(state.upper[variable], -finished(least_[2 * k + 1], 2 * k + 1));
            if (state.lower[variable] > state.upper[variable]) return false;
        }
    }
    return true;
}

void BoxBounds::bound(const BoxState& state, std::span<const Row* const> rows, RowBounds& out) {
    out.inputs = inputs_.size();
    out.value.assign(rows.size(), -infinity);
    out.constant.assign(rows.size(), -infinity);
    out.coefficients.assign(rows.size() * inputs_.size(), 0.0);
    for (std::size_t at = 0; at < rows.size(); at += most_lanes) {
        check_limits();
        const std::size_t count = std::min(most_lanes, rows.size() - at);
        begin(count);
        std::size_t from = 0;
        for (std::size_t k = 0; k < count; ++k) seed(*rows[at + k], k, from);
        carry_back(state, from);
        for (std::size_t k = 0; k < count; ++k) {
            const double value = finished(least_[k], k);
            bool is_finite = std::isfinite(value);
            for (std::size_t i = 0; i < inputs_.size(); ++i) {
                const double c = coefficients(inputs_[i].index())[k];
                is_finite = is_finite && std::isfinite(c);
                out.coefficients[(at + k) * inputs_.size() + i] = c;
            }
            if (!is_finite) {
                std::fill_n(out.coefficients.begin() + static_cast<std::ptrdiff_t>((at + k) * inputs_.size()),
                            inputs_.size(), 0.0);
                continue;
            }
            out.value[at + k] = value;
            out.constant[at + k] = finished(constant_[k], k);
        }
    }
}

/// `from`: at least the last layer that the row names.
void BoxBounds::seed(const Row& row, std::size_t lane, std::size_t& from) {
    constant_[lane] = row.constant;
    error_[lane] = std::fabs(row.constant);
    for (const auto& [variable, coefficient] : row.terms) {
        const std::size_t layer = network_.component(Variable(variable)).layer.index();
        touched(layer);
        coefficients(variable)[lane] += coefficient;
        error_[lane] += std::fabs(coefficient) * magnitude_[variable];
        from = std::max(from, layer);
    }
}

bool BoxBounds::complete(BoxState& state, bool by_intervals) {
    for (std::size_t l = 0; l < plans_.size(); ++l) {
        if (by_intervals && std::holds_alternative<AffineLayer>(network_.layers()[l].operation))
            interval_affine(state, l);
        if (!image(state, l)) return false;
    }
    return true;
}

void BoxBounds::bound_lanes(std::span<const LaneRow> rows, std::span<double> values) {
    begin(rows.size());
    lane_lines_.resize(4 * network_.variable_count() * most_lanes);
    for (std::size_t l = 0; l < plans_.size(); ++l)
        if (plans_[l].lines >= 0) relax_lanes(rows, l);
    std::size_t from = 0;
    for (std::size_t k = 0; k < rows.size(); ++k) seed(rows[k].row, k, from);
    has_lane_lines_ = true;
    for (std::size_t l = from + 1; l-- > 0;) {
        if (!plans_[l].is_touched) continue;
        const auto& operation = network_.layers()[l].operation;
        if (std::holds_alternative<AffineLayer>(operation)) carry_affine(l);
        if (std::holds_alternative<ActivationLayer>(operation)) carry_activation(l);
        if (std::holds_alternative<MaxPoolLayer>(operation)) carry_pool_lanes(rows, l);
    }
    has_lane_lines_ = false;
    std::copy(constant_.begin(), constant_.end(), least_.begin());
    for (const Variable input : inputs_) {
        const double* const coefficient = coefficients(input.index());
        for (std::size_t k = 0; k < rows.size(); ++k) {
            const BoxState& state = *rows[k].state;
            least_[k] += coefficient[k] * (coefficient[k] > 0 ? state.lower : state.upper)[input.index()];
        }
        add_magnitude(magnitude_[input.index()], coefficient, error_.data(), stride_);
    }
    for (std::size_t k = 0; k < rows.size(); ++k) values[k] = finished(least_[k], k);
}

void BoxBounds::relax_lanes(std::span<const LaneRow> rows, std::size_t layer) {
    Plan& plan = plans_[layer];
    const auto& operation = std::get<ActivationLayer>(network_.layers()[layer].operation);
    const std::size_t source = plans_[operation.source.index()].first;
    const ActivationLines& activation = activations_[static_cast<std::size_t>(plan.lines)];
    const bool is_relu = operation.activation.kind == model::ActivationKind::relu;
    plan.alive.clear();
    for (std::size_t i = 0; i < plan.size; ++i) {
        double* const own = &lane_lines_[4 * (plan.first + i) * most_lanes];
        std::fill_n(own, 4 * stride_, 0.0);
        bool is_alive = false;
        for (std::size_t k = 0; k < rows.size(); ++k) {
            const Interval at = rows[k].state->at(source + i);
            Lines lines = activation.lines(at);
            if (is_relu && activation.is_open(at)) {
                const auto variable = static_cast<std::uint32_t>(source + i);
                const auto slope = std::lower_bound(rows[k].slopes.begin(), rows[k].slopes.end(), variable,
                                                    [](const auto& entry, std::uint32_t v) { return entry.first < v; });
                // Below relu lies slope·s for slopes from 0 to 1.
                if (slope != rows[k].slopes.end() && slope->first == variable)
                    lines.lower_slope = std::clamp(static_cast<double>(slope->second), 0.0, 1.0);
            }
            own[k] = lines.lower_slope;
            own[stride_ + k] = lines.lower_intercept;
            own[2 * stride_ + k] = lines.upper_slope;
            own[3 * stride_ + k] = lines.upper_intercept;
            is_alive = is_alive || lines.lower_slope != 0 || lines.upper_slope != 0 || lines.lower_intercept != 0 ||
                       lines.upper_intercept != 0;
        }
        if (is_alive) plan.alive.push_back(static_cast<std::uint32_t>(i));
    }
}

/// Below a maximum lies any of its members; above it its upper bound.
void BoxBounds::carry_pool_lanes(std::span<const LaneRow> rows, std::size_t layer) {
    const auto& pool = std::get<MaxPoolLayer>(network_.layers()[layer].operation);
    const Plan& plan = plans_[layer];
    touched(pool.source.index());
    touched(layer);
    const std::size_t source = plans_[pool.source.index()].first;
    for (std::size_t w = 0; w < plan.size; ++w) {
        const double* const from = coefficients(plan.first + w);
        if (all_zero(from, stride_)) continue;
        for (std::size_t k = 0; k < rows.size(); ++k) {
            const BoxState& state = *rows[k].state;
            std::uint32_t best = pool.member[pool.begin[w]];
            for (std::size_t m = pool.begin[w]; m < pool.begin[w + 1]; ++m)
                if (state.lower[source + pool.member[m]] > state.lower[source + best]) best = pool.member[m];
            const bool is_greatest = std::all_of(
                pool.member.begin() + static_cast<std::ptrdiff_t>(pool.begin[w]),
                pool.member.begin() + static_cast<std::ptrdiff_t>(pool.begin[w + 1]), [&](std::uint32_t member) {
                    return member == best || state.upper[source + member] <= state.lower[source + best];
                });
            error_[k] += std::fabs(from[k]) * (magnitude_[plan.first + w] + magnitude_[source + best]);
            if (from[k] > 0 || is_greatest)
                coefficients(source + best)[k] += from[k];
            else
                constant_[k] += from[k] * state.upper[plan.first + w];
        }
    }
}

void BoxBounds::begin(std::size_t rows) {
    stride_ = (rows + lane_unit - 1) / lane_unit * lane_unit;
    for (Plan& of_layer : plans_) of_layer.is_touched = false;
    for (std::vector<double>* lanes : {&constant_, &error_}) std::fill(lanes->begin(), lanes->end(), 0.0);
    for (std::size_t l = 0; l < plans_.size(); ++l)
        if (std::holds_alternative<model::InputLayer>(network_.layers()[l].operation)) touched(l);
}

double* BoxBounds::touched(std::size_t layer) {
    Plan& plan = plans_[layer];
    if (!plan.is_touched) return touch_only(layer, plan.all);
    double* const place = coefficients(plan.first);
    if (plan.present.size() == plan.size) return place;
    // Components that had none until now.
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < plan.size; ++i) {
        if (next < plan.present.size() && plan.present[next] == i)
            ++next;
        else
            std::fill_n(place + i * stride_, stride_, 0.0);
    }
    plan.present = plan.all;
    return place;
}

/// Only these components, in order, get coefficients, for now 0.
double* BoxBounds::touch_only(std::size_t layer, std::span<const std::uint32_t> components) {
    Plan& plan = plans_[layer];
    double* const place = coefficients(plan.first);
    for (const std::uint32_t i : components) std::fill_n(place + i * stride_, stride_, 0.0);
    plan.present.assign(components.begin(), components.end());
    plan.is_touched = true;
    return place;
}

/// Components whose coefficients matter.
std::span<const std::uint32_t> BoxBounds::wanted(std::size_t layer) const {
    return plans_[layer].lines >= 0 ? plans_[layer].alive : plans_[layer].all;
}

void BoxBounds::carry_back(const BoxState& state, std::size_t from) {
    for (std::size_t l = from + 1; l-- > 0;) {
        if (!plans_[l].is_touched) continue;
        const auto& operation = network_.layers()[l].operation;
        if (std::holds_alternative<AffineLayer>(operation)) carry_affine(l);
        if (std::holds_alternative<ActivationLayer>(operation)) carry_activation(l);
        if (std::holds_alternative<MaxPoolLayer>(operation)) carry_pool(state, l);
    }
    concretise(state);
}

void BoxBounds::carry_affine(std::size_t layer) {
    const auto& affine = std::get<AffineLayer>(network_.layers()[layer].operation);
    const Plan& plan = plans_[layer];
    const model::NearestNumbers bias = affine.bias.nearest();
    for (const std::uint32_t j : plan.present) {
        const double* const from = coefficients(plan.first + j);
        add_magnitude(products_[plan.first + j], from, error_.data(), stride_);
        if (bias[j] != 0) add_scaled(bias[j], from, constant_.data(), stride_);
    }
    for (const AffineTerm& term : affine.terms) {
        const std::size_t source = term.source.index();
        if (const auto* dense = std::get_if<model::DenseMap>(&term.map)) {
            const bool adds = plans_[source].is_touched;
            if (adds) touched(source);
            const DenseCarry carry{dense->columns,
                                   plan.present,
                                   wanted(source),
                                   coefficients(plan.first),
                                   coefficients(plans_[source].first),
                                   adds};
            const model::NearestNumbers weights = dense->weights.nearest();
            if (weights.floats() != nullptr)
                carry_dense(weights.floats(), carry, stride_);
            else
                carry_dense(weights.data(), carry, stride_);
            if (!adds) plans_[source].present.assign(carry.to.begin(), carry.to.end());
            plans_[source].is_touched = true;
            continue;
        }
        double* const into = touched(source);
        const model::NearestNumbers weights = model::weights(term.map).nearest();
        for (const std::uint32_t j : plan.present) {
            const double* const from = coefficients(plan.first + j);
            if (all_zero(from, stride_)) continue;
            model::for_each_entry(term.map, j, [&](std::size_t column, std::size_t at) {
                add_scaled(weights[at], from, into + column * stride_, stride_);
            });
        }
    }
}

void BoxBounds::carry_activation(std::size_t layer) {
    const auto& operation = std::get<ActivationLayer>(network_.layers()[layer].operation);
    const Plan& plan = plans_[layer];
    if (plans_[operation.source.index()].is_touched)
        touched(operation.source.index());
    else
        touch_only(operation.source.index(), plan.alive);
    const std::size_t source = plans_[operation.source.index()].first;
    for (const std::uint32_t i : plan.alive) {
        const Lines& lines = plan.chosen[i];
        const double* const from = coefficients(plan.first + i);
        if (has_lane_lines_) {
            const double* const own = &lane_lines_[4 * (plan.first + i) * most_lanes];
            double size = 0;
            for (std::size_t k = 0; k < stride_; ++k)
                size = std::max(
                    {size, std::fabs(own[k]) * magnitude_[source + i] + std::fabs(own[stride_ + k]),
                     std::fabs(own[2 * stride_ + k]) * magnitude_[source + i] + std::fabs(own[3 * stride_ + k])});
            add_magnitude(raised(size), from, error_.data(), stride_);
            carry_own_lines(own, from, coefficients(source + i), constant_.data(), stride_);
            continue;
        }
        const double slope = std::max(std::fabs(lines.lower_slope), std::fabs(lines.upper_slope));
        const double intercept = std::max(std::fabs(lines.lower_intercept), std::fabs(lines.upper_intercept));
        if (all_zero(from, stride_)) continue;
        add_magnitude(raised(slope * magnitude_[source + i] + intercept), from, error_.data(), stride_);
        carry_lines(lines.lower_slope, lines.lower_intercept, lines.upper_slope, lines.upper_intercept, from,
                    coefficients(source + i), constant_.data(), stride_);
    }
}

void BoxBounds::carry_pool(const BoxState& state, std::size_t layer) {
    const auto& pool = std::get<MaxPoolLayer>(network_.layers()[layer].operation);
    const Plan& plan = plans_[layer];
    touched(pool.source.index());
    touched(layer);
    const std::size_t source = plans_[pool.source.index()].first;
    for (std::size_t w = 0; w < plan.size; ++w) {
        const double* const from = coefficients(plan.first + w);
        double* const into = coefficients(source + plan.member[w]);
        add_magnitude(magnitude_[plan.first + w], from, error_.data(), stride_);
        add_magnitude(magnitude_[source + plan.member[w]], from, error_.data(), stride_);
        if (plan.is_member[w] != 0)
            add_scaled(1, from, into, stride_);
        else  // above its greatest member there is a number
            carry_lines(1, 0, 0, state.upper[plan.first + w], from, into, constant_.data(), stride_);
    }
}

void BoxBounds::concretise(const BoxState& state) {
    std::copy(constant_.begin(), constant_.end(), least_.begin());
    for (const Variable input : inputs_) {
        const double* const from = coefficients(input.index());
        add_least(state.lower[input.index()], state.upper[input.index()], from, least_.data(), stride_);
        add_magnitude(magnitude_[input.index()], from, error_.data(), stride_);
    }
}

/// A bound that holds although `sum`, and all that it came from, was rounded; -infinity where that is not known.
double BoxBounds::finished(double sum, std::size_t lane) const {
    const double error = raised(raised(gamma_ * error_[lane]) + tiny_);
    const double result = sum - error - 0x1p-52 * std::fabs(sum);
    return std::isfinite(result) ? result : -infinity;
}

}  // namespace sinew::check
