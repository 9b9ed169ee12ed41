// SPDX-License-Identifier: Apache-2.0
// Carrying a block of rows from where they are stated back to the inputs. The error budget is explained in
// network_bounds.hpp; the loops are in kernels_body.hpp.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "bounds/network_bounds.hpp"

namespace sinew::bounds {

using model::ActivationLayer;
using model::AffineLayer;
using model::AffineTerm;
using model::DenseMap;
using model::MaxPoolLayer;

void NetworkBounds::begin_block(std::size_t lanes) {
    stride_ = (lanes + lane_multiple - 1) / lane_multiple * lane_multiple;
    std::fill(touched_.begin(), touched_.end(), std::uint8_t{0});
    std::fill(mentioned_.begin(), mentioned_.end(), std::uint8_t{0});
    std::fill_n(constant_.begin(), stride_, 0.0);
    std::fill_n(absolute_.begin(), stride_, 0.0);
    for (std::size_t l = 0; l < plans_.size(); ++l) place_[l] = plans_[l].first;
}

double* NetworkBounds::touched_buffer(std::size_t layer) {
    double* at = buffer(layer);
    if (touched_[layer] == 0) std::fill_n(at, plans_[layer].size * stride_, 0.0);
    touched_[layer] = 1;
    return at;
}

std::span<const std::uint32_t> NetworkBounds::live(std::size_t layer) const {
    const Plan& plan = plans_[layer];
    if (plan.relaxation >= 0) return plan.alive;
    if (plan.alias && mentioned_[layer] == 0) return plans_[plan.sole_activation].alive;
    return plan.all;
}

void NetworkBounds::begin_row(const Row& row, std::size_t lane) {
    constant_[lane] = row.constant;
    absolute_[lane] = std::fabs(row.constant);
    for (const auto& [variable, coefficient] : row.terms) {
        const model::Component component = network_->component(Variable(variable));
        const std::size_t layer = component.layer.index();
        mentioned_[layer] = 1;
        touched_buffer(layer)[component.index * stride_ + lane] += coefficient;
        absolute_[lane] += std::fabs(coefficient) * magnitude_[variable];
    }
}

void NetworkBounds::begin_bound_rows(std::size_t layer, std::span<const std::uint32_t> components) {
    const auto& affine = std::get<AffineLayer>(network_->layers()[layer].operation);
    const std::size_t count = components.size();
    for (std::size_t i = 0; i < count; ++i) {
        const double bias = affine.bias.nearest()[components[i]];
        constant_[i] = bias;
        constant_[count + i] = -bias;
        absolute_[i] = absolute_[count + i] = budget_[plans_[layer].first + components[i]];
    }
    for (const AffineTerm& term : affine.terms) {
        const std::size_t source = term.source.index();
        const model::NearestNumbers numbers = model::weights(term.map).nearest();
        double* to = touched_buffer(source);
        if (const auto* dense = std::get_if<DenseMap>(&term.map)) {
            const std::span<const std::uint32_t> columns = live(source);
            // Column by column: what is written lies side by side.
            for (const std::uint32_t column : columns) {
                double* lanes = to + column * stride_;
                for (std::size_t i = 0; i < count; ++i) {
                    const double weight = numbers[components[i] * dense->columns + column];
                    lanes[i] += weight;
                    lanes[count + i] -= weight;
                }
            }
        } else {
            for (std::size_t i = 0; i < count; ++i)
                model::for_each_entry(term.map, components[i], [&](std::size_t column, std::size_t at) {
                    to[column * stride_ + i] += numbers[at];
                    to[column * stride_ + count + i] -= numbers[at];
                });
        }
    }
}

void NetworkBounds::carry_affine(std::size_t layer) {
    const auto& affine = std::get<AffineLayer>(network_->layers()[layer].operation);
    const std::span<const std::uint32_t> rows = live(layer);
    const double* from = buffer(layer);
    std::size_t products = 0;
    kernels_->bias(rows.data(), rows.size(), affine.bias.nearest().data(), budget_.data() + plans_[layer].first, from,
                   {constant_.data(), absolute_.data(), stride_});
    for (const AffineTerm& term : affine.terms) {
        const std::size_t source = term.source.index();
        const model::NearestNumbers numbers = model::weights(term.map).nearest();
        if (const auto* dense = std::get_if<DenseMap>(&term.map)) {
            const std::span<const std::uint32_t> columns = live(source);
            // So many rows at once that limits are looked at every few milliseconds. Each further block costs one
            // addition, a 64th of those that the error budget has to spare for its rows.
            constexpr std::size_t most_products = std::size_t{1} << 25;
            const std::size_t block =
                std::max<std::size_t>(64, most_products / std::max<std::size_t>(1, columns.size() * stride_));
            for (std::size_t begin = 0; begin < rows.size() || begin == 0; begin += block) {
                if (begin != 0) check_limits();
                const std::span<const std::uint32_t> some = rows.subspan(begin, std::min(block, rows.size() - begin));
                const auto carry = [&](const auto kernel, const auto* weights) {
                    kernel(weights, dense->columns, some.data(), some.size(), columns.data(), columns.size(), from,
                           buffer(source), stride_, touched_[source] != 0);
                };
                if (numbers.floats() != nullptr)
                    carry(kernels_->dense_floats, numbers.floats());
                else
                    carry(kernels_->dense, numbers.data());
                touched_[source] = 1;
            }
            products += rows.size() * columns.size() * stride_;
            continue;
        }
        double* to = touched_buffer(source);
        for (const std::uint32_t row : rows) {
            if ((row & 63U) == 63U) check_limits();
            std::size_t count = 0;
            model::for_each_entry(term.map, row, [&](std::size_t column, std::size_t at) {
                entry_column_[count] = static_cast<std::uint32_t>(column);
                entry_weight_[count] = numbers[at];
                ++count;
            });
            kernels_->scatter(entry_column_.data(), entry_weight_.data(), count, from + row * stride_, to, stride_);
            products += count * stride_;
        }
    }
    multiply_adds_ += products;
    spend(products / multiplications_per_tick + 1);
}

void NetworkBounds::record_losses(const State& state, std::size_t layer) {
    const Plan& plan = plans_[layer];
    const auto& operation = std::get<ActivationLayer>(network_->layers()[layer].operation);
    const std::size_t source = plans_[operation.source.index()].first;
    const double* from = buffer(layer);
    const bool smooth = !model::is_piecewise_linear(operation.activation);
    for (std::size_t i = 0; i < plan.open; ++i) {
        const std::size_t k = plan.alive[i];
        const Interval input = state.at(source + k);
        const Interval image = state.at(plan.first + k);
        PhaseLoss loss;
        loss.variable = static_cast<std::uint32_t>(source + k);
        loss.first_coefficient = loss_coefficients_.size();
        if (smooth) {  // half of the distance of the lines where it is larger: no need to evaluate the function
            const auto distance = [&](double s) {
                return (plan.upper_slope[i] - plan.lower_slope[i]) * s + plan.upper_intercept[i] -
                       plan.lower_intercept[i];
            };
            loss.gap_above = loss.gap_below = 0.5 * std::max(distance(input.lower), distance(input.upper));
        } else {
            const double middle = operation.activation.kind == model::ActivationKind::relu
                                      ? 0.0
                                      : input.lower + (input.upper - input.lower) / 2;
            loss.gap_above =
                plan.upper_slope[i] * middle + plan.upper_intercept[i] - model::apply(operation.activation, middle);
            loss.gap_below = std::max(image.lower - plan.lower_slope[i] * input.lower - plan.lower_intercept[i],
                                      image.upper - plan.lower_slope[i] * input.upper - plan.lower_intercept[i]);
        }
        losses_.push_back(loss);
        loss_coefficients_.insert(loss_coefficients_.end(), from + k * stride_, from + (k + 1) * stride_);
    }
}

void NetworkBounds::carry_activation(const State& state, std::size_t layer) {
    if (recording_) record_losses(state, layer);
    const Plan& plan = plans_[layer];
    const auto& operation = std::get<ActivationLayer>(network_->layers()[layer].operation);
    const std::size_t source = operation.source.index();
    const LineArrays lines{plan.lower_slope.data(), plan.lower_intercept.data(), plan.upper_slope.data(),
                           plan.upper_intercept.data()};
    const Lanes lanes{constant_.data(), absolute_.data(), stride_};
    const double* magnitude = magnitude_.data() + plans_[source].first;
    double* from = buffer(layer);
    if (plans_[source].alias && mentioned_[source] == 0) {  // in place: the budget of the affine layer covers it
        place_[source] = place_[layer];
        touched_[source] = 1;
        kernels_->relax(plan.alive.data(), plan.open, lines, magnitude, from, from, lanes, false);
        return;
    }
    double* to = touched_buffer(source);
    kernels_->relax(plan.alive.data(), plan.open, lines, magnitude, from, to, lanes, true);
    kernels_->pass(plan.alive.data() + plan.open, plan.alive.size() - plan.open, magnitude, from, to, lanes);
}

void NetworkBounds::carry_pool(const State& state, std::size_t layer) {
    const Plan& plan = plans_[layer];
    const auto& pool = std::get<MaxPoolLayer>(network_->layers()[layer].operation);
    const std::size_t source = pool.source.index();
    const double* from = buffer(layer);
    double* to = touched_buffer(source);
    for (std::size_t w = 0; w < plan.size; ++w) {
        const std::size_t member = plan.pool_member[w];
        const double upper = state.upper[plan.first + w];
        const double magnitude = std::max(magnitude_[plans_[source].first + member], std::fabs(upper));
        kernels_->pool(from + w * stride_, to + member * stride_, upper, plan.pool_fixed[w] != 0, magnitude,
                       {constant_.data(), absolute_.data(), stride_});
    }
}

void NetworkBounds::carry_back(const State& state, std::size_t from_layer) {
    for (std::size_t l = from_layer + 1; l-- > 0;) {
        if (touched_[l] == 0) continue;
        check_limits();
        const auto& operation = network_->layers()[l].operation;
        if (std::holds_alternative<AffineLayer>(operation)) carry_affine(l);
        if (std::holds_alternative<ActivationLayer>(operation)) carry_activation(state, l);
        if (std::holds_alternative<MaxPoolLayer>(operation)) carry_pool(state, l);
    }
}

void NetworkBounds::concretise(const State& state) {
    std::copy_n(constant_.begin(), stride_, concrete_.begin());
    std::copy_n(absolute_.begin(), stride_, concrete_absolute_.begin());
    for (std::size_t l = 0; l < plans_.size(); ++l) {
        if (touched_[l] == 0 || !std::holds_alternative<model::InputLayer>(network_->layers()[l].operation)) continue;
        const Plan& plan = plans_[l];
        kernels_->concretise(plan.size, state.lower.data() + plan.first, state.upper.data() + plan.first, buffer(l),
                             {concrete_.data(), concrete_absolute_.data(), stride_});
    }
}

double NetworkBounds::finished(double constant, double absolute) const {
    const double value = constant - (gamma_ * absolute + underflow_);
    return std::isfinite(value) ? value : -std::numeric_limits<double>::infinity();
}

bool NetworkBounds::tighten_affine(State& state, std::size_t layer, ForwardBounds* forward) {
    const Plan& plan = plans_[layer];
    pending_.clear();
    const auto contradicts = [&](std::size_t i) {
        if (!(state.lower[plan.first + i] > state.upper[plan.first + i])) return false;
        contradiction_ = static_cast<std::uint32_t>(plan.first + i);
        return true;
    };
    for (std::size_t i = 0; i < plan.size; ++i) {
        if (contradicts(i)) return false;
        // What nearly every layer is, without a call.
        const bool open = plan.relu_only ? state.lower[plan.first + i] < 0 && state.upper[plan.first + i] > 0
                                         : is_open(state, layer, i);
        if (open && (forward == nullptr || is_loose(*forward, layer, i)))
            pending_.push_back(static_cast<std::uint32_t>(i));
    }
    const std::size_t block = capacity_ / 2;
    for (std::size_t begin = 0; begin < pending_.size(); begin += block) {
        const std::size_t count = std::min(block, pending_.size() - begin);
        begin_block(2 * count);
        const std::span<const std::uint32_t> components(pending_.data() + begin, count);
        begin_bound_rows(layer, components);
        carry_back(state, layer == 0 ? 0 : layer - 1);
        concretise(state);
        for (std::size_t i = 0; i < count; ++i) {
            double& lower = state.lower[plan.first + components[i]];
            double& upper = state.upper[plan.first + components[i]];
            lower = std::max(lower, finished(concrete_[i], concrete_absolute_[i]));
            upper = std::min(upper, -finished(concrete_[count + i], concrete_absolute_[count + i]));
            if (contradicts(components[i])) return false;
            if (forward != nullptr) refine_forward(*forward, layer, components[i], i, count + i);
        }
    }
    return true;
}

void NetworkBounds::lower_bounds(const State& state, std::span<const Row* const> rows, RowBounds& out) {
    out.input_count = inputs_.size();
    out.value.resize(rows.size());
    out.constant.resize(rows.size());
    out.coefficients.resize(rows.size() * inputs_.size());
    for (std::size_t begin = 0; begin < rows.size(); begin += capacity_) {
        const std::size_t count = std::min(capacity_, rows.size() - begin);
        begin_block(count);
        for (std::size_t i = 0; i < count; ++i) begin_row(*rows[begin + i], i);
        losses_.clear();
        loss_coefficients_.clear();
        recording_ = true;
        carry_back(state, plans_.size() - 1);
        recording_ = false;
        concretise(state);
        for (std::size_t i = 0; i < count; ++i) {
            out.value[begin + i] = finished(concrete_[i], concrete_absolute_[i]);
            out.constant[begin + i] = finished(constant_[i], concrete_absolute_[i]);
        }
        std::size_t input = 0;
        for (std::size_t l = 0; l < plans_.size(); ++l) {
            if (!std::holds_alternative<model::InputLayer>(network_->layers()[l].operation)) continue;
            const double* from = buffer(l);
            for (std::size_t k = 0; k < plans_[l].size; ++k, ++input)
                for (std::size_t i = 0; i < count; ++i)
                    out.coefficients[(begin + i) * inputs_.size() + input] =
                        touched_[l] != 0 ? from[k * stride_ + i] : 0.0;
        }
    }
}

}  // namespace sinew::bounds
