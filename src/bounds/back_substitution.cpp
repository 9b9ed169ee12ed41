// SPDX-License-Identifier: Apache-2.0
// Carrying a block of rows from where they are stated back to the inputs. The error budget is explained in
// network_bounds.hpp; the loops are in kernels_body.hpp.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/share_out.hpp"
#include "bounds/convolution_walk.hpp"
#include "bounds/network_bounds.hpp"

namespace sinew::bounds {

namespace {
/// Fewer blocks of a layer are not worth threads.
constexpr std::size_t least_shared_blocks = 4;
}  // namespace

using model::ActivationLayer;
using model::AffineLayer;
using model::AffineTerm;
using model::DenseMap;
using model::MaxPoolLayer;
using model::ProductLayer;

void NetworkBounds::begin_block(std::size_t rows) {
    stride_ = (rows + lane_multiple - 1) / lane_multiple * lane_multiple;
    std::fill(touched_.begin(), touched_.end(), std::uint8_t{0});
    std::fill(mentioned_.begin(), mentioned_.end(), std::uint8_t{0});
    std::fill_n(constant_.begin(), stride_, 0.0);
    std::fill_n(absolute_.begin(), stride_, 0.0);
    for (std::size_t l = 0; l < plans_.size(); ++l) place_[l] = plans_[l].first;
    if (looks_at_reach_) boxes_.assign(boxes_.size(), {});
}

/// Once boxes_ holds what the rows mention, of layers up to this one.
void NetworkBounds::reach_from(std::size_t from_layer) {
    if (!looks_at_reach_) return;
    reach_map_.close(boxes_, from_layer + 1);
    for (std::size_t l = 0; l <= from_layer; ++l) partial_[l] = boxes_[l].size() != plans_[l].size ? 1 : 0;
}

/// Once it is known which layers are mentioned.
void NetworkBounds::choose_live(std::size_t from_layer) {
    if (!looks_at_reach_) return;
    for (std::size_t l = 0; l <= from_layer; ++l) {
        if (partial_[l] == 0) continue;
        live_there_[l].clear();
        choose_inside(reach_map_.shape(l), boxes_[l], live_anywhere(l), live_there_[l]);
    }
}

double* NetworkBounds::touched_buffer(std::size_t layer) {
    double* at = buffer(layer);
    if (touched_[layer] == 0)
        over_reach(layer, [&](std::size_t first, std::size_t count) {
            std::fill_n(at + first * stride_, count * stride_, 0.0);
        });
    touched_[layer] = 1;
    return at;
}

std::span<const std::uint32_t> NetworkBounds::live(std::size_t layer) const {
    if (looks_at_reach_ && partial_[layer] != 0) return live_there_[layer];
    return live_anywhere(layer);
}

std::span<const std::uint32_t> NetworkBounds::live_anywhere(std::size_t layer) const {
    const Plan& plan = plans_[layer];
    const auto alive = [&](const Plan& activation) -> std::span<const std::uint32_t> {
        return looks_at_reach_ ? activation.sorted : activation.alive;
    };
    if (plan.relaxation >= 0) return plan.constants.empty() ? alive(plan) : plan.read;
    if (plan.alias && mentioned_[layer] == 0) return alive(plans_[plan.sole_activation]);
    return plan.all;
}

NetworkBounds::LiveLines NetworkBounds::live_lines(std::size_t layer) {
    const Plan& plan = plans_[layer];
    const auto open = std::span(plan.alive).first(plan.open);
    const auto identity = std::span(plan.alive).subspan(plan.open);
    if (!looks_at_reach_ || partial_[layer] == 0)
        return {open,
                identity,
                {plan.lower_slope.data(), plan.lower_intercept.data(), plan.upper_slope.data(),
                 plan.upper_intercept.data()}};
    open_there_.clear();
    identity_there_.clear();
    const ImageShape& shape = reach_map_.shape(layer);
    choose_inside(shape, boxes_[layer], open, open_there_);
    choose_inside(shape, boxes_[layer], identity, identity_there_);
    for (std::vector<double>* lines :
         {&lower_slope_there_, &lower_intercept_there_, &upper_slope_there_, &upper_intercept_there_})
        lines->resize(open_there_.size());
    auto place = open.begin();
    for (std::size_t i = 0; i < open_there_.size(); ++i) {
        place = std::lower_bound(place, open.end(), open_there_[i]);
        const auto n = static_cast<std::size_t>(place - open.begin());
        lower_slope_there_[i] = plan.lower_slope[n];
        lower_intercept_there_[i] = plan.lower_intercept[n];
        upper_slope_there_[i] = plan.upper_slope[n];
        upper_intercept_there_[i] = plan.upper_intercept[n];
    }
    return {open_there_,
            identity_there_,
            {lower_slope_there_.data(), lower_intercept_there_.data(), upper_slope_there_.data(),
             upper_intercept_there_.data()}};
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

/// Each component in a lane of its own, and negated behind them; with `sign` -1 the other way round.
void NetworkBounds::begin_bound_rows(std::size_t layer, std::span<const std::uint32_t> components, double sign) {
    const auto& affine = std::get<AffineLayer>(network_->layers()[layer].operation);
    const std::size_t count = components.size();
    for (std::size_t i = 0; i < count; ++i) {
        const double bias = sign * affine.bias.nearest()[components[i]];
        constant_[i] += bias;
        constant_[count + i] -= bias;
        const double budget = budget_[plans_[layer].first + components[i]];
        absolute_[i] += budget;
        absolute_[count + i] += budget;
    }
    for (const AffineTerm& term : affine.terms) {
        const std::size_t source = term.source.index();
        const model::NearestNumbers numbers = model::weights(term.map).nearest();
        double* to = touched_buffer(source);
        if (const auto* dense = std::get_if<DenseMap>(&term.map)) {
            const std::span<const std::uint32_t> columns = live(source);
            // Column by column: what is written lies side by side.
            for (const std::uint32_t column : columns) {
                double* there = to + column * stride_;
                for (std::size_t i = 0; i < count; ++i) {
                    const double weight = sign * numbers[components[i] * dense->columns + column];
                    there[i] += weight;
                    there[count + i] -= weight;
                }
            }
        } else {
            for (std::size_t i = 0; i < count; ++i)
                model::for_each_entry(term.map, components[i], [&](std::size_t column, std::size_t at) {
                    to[column * stride_ + i] += sign * numbers[at];
                    to[column * stride_ + count + i] -= sign * numbers[at];
                });
        }
    }
}

/// Returns its products, of all lanes.
std::size_t NetworkBounds::carry_convolution(const model::ConvolutionMap& map, bool transposed, std::size_t layer,
                                             std::size_t source) {
    constexpr std::size_t long_work = std::size_t{1} << 22;
    double* to = touched_buffer(source);
    const double* from = buffer(layer);
    const std::span<const std::uint32_t> rows = live(layer);
    const std::span<const std::uint32_t> columns = live(source);
    if (rows.empty() || columns.empty()) return 0;
    ConvolutionWalk walk(map, transposed, {rows.data(), rows.size()}, {columns.data(), columns.size()});
    std::size_t products = 0;
    std::size_t looked = 0;
    while (walk.next()) {
        kernels_->gather(walk.weights(), from + walk.from() * stride_, to + walk.to() * stride_, walk.outputs(),
                         walk.terms(), stride_);
        products += walk.products() * stride_;
        if (products - looked < long_work) continue;
        check_limits();
        looked = products;
    }
    return products;
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
        if (const auto* convolution = std::get_if<model::ConvolutionMap>(&term.map)) {
            products += carry_convolution(*convolution, true, layer, source);
            continue;
        }
        if (const auto* transpose = std::get_if<model::TransposedConvolutionMap>(&term.map)) {
            products += carry_convolution(transpose->convolution, false, layer, source);
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
            spend(3 * count * stride_ / multiplications_per_tick);  // a quarter as fast
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
    const auto open = std::span(plan.alive).first(plan.open);
    const LiveLines live = live_lines(layer);
    for (const std::uint32_t k : live.open) {
        const auto i = static_cast<std::size_t>(std::lower_bound(open.begin(), open.end(), k) - open.begin());
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
        spend(stride_ / multiplications_per_tick + 2);
        losses_.push_back(loss);
        loss_coefficients_.insert(loss_coefficients_.end(), from + k * stride_, from + (k + 1) * stride_);
    }
}

void NetworkBounds::carry_activation(const State& state, std::size_t layer) {
    if (recording_) record_losses(state, layer);
    const auto& operation = std::get<ActivationLayer>(network_->layers()[layer].operation);
    const std::size_t source = operation.source.index();
    if (!plans_[layer].constants.empty()) carry_constants(state, layer);
    const LiveLines live = live_lines(layer);
    const Lanes sums{constant_.data(), absolute_.data(), stride_};
    const double* magnitude = magnitude_.data() + plans_[source].first;
    double* from = buffer(layer);
    spend(4 * live.open.size() * stride_ / multiplications_per_tick);
    if (plans_[source].alias && mentioned_[source] == 0) {  // in place: the budget of the affine layer covers it
        place_[source] = place_[layer];
        touched_[source] = 1;
        kernels_->relax(live.open.data(), live.open.size(), live.lines, magnitude, from, from, sums, false);
        return;
    }
    double* to = touched_buffer(source);
    kernels_->relax(live.open.data(), live.open.size(), live.lines, magnitude, from, to, sums, true);
    kernels_->pass(live.identity.data(), live.identity.size(), magnitude, from, to, sums);
}

void NetworkBounds::carry_pool(const State& state, std::size_t layer) {
    const Plan& plan = plans_[layer];
    const auto& pool = std::get<MaxPoolLayer>(network_->layers()[layer].operation);
    const std::size_t source = pool.source.index();
    const double* from = buffer(layer);
    double* to = touched_buffer(source);
    for (const std::uint32_t w : live(layer)) {
        const std::size_t member = plan.pool_member[w];
        const double upper = state.upper[plan.first + w];
        const double magnitude = std::max(magnitude_[plans_[source].first + member], std::fabs(upper));
        kernels_->pool(from + w * stride_, to + member * stride_, upper, plan.pool_fixed[w] != 0, magnitude,
                       {constant_.data(), absolute_.data(), stride_});
    }
}

/// Of an activation layer: coefficient times the nearer end of what is nearly a point.
void NetworkBounds::carry_constants(const State& state, std::size_t layer) {
    const Plan& plan = plans_[layer];
    const double* from = buffer(layer);
    std::span<const std::uint32_t> there = plan.constants;
    if (looks_at_reach_ && partial_[layer] != 0) {
        open_there_.clear();
        choose_inside(reach_map_.shape(layer), boxes_[layer], there, open_there_);
        there = open_there_;
    }
    for (const std::uint32_t k : there) {
        const Interval image = state.at(plan.first + k);
        for (std::size_t j = 0; j < stride_; ++j) {
            const double coefficient = from[k * stride_ + j];
            if (coefficient == 0) continue;
            const double end = coefficient > 0 ? image.lower : image.upper;
            constant_[j] += coefficient * end;
            absolute_[j] += std::fabs(coefficient * end);
        }
    }
}

/// Coefficient times plane: the lower one where it is positive.
void NetworkBounds::carry_product(std::size_t layer) {
    const Plan& plan = plans_[layer];
    const auto& product = std::get<ProductLayer>(network_->layers()[layer].operation);
    const std::size_t source = product.source.index();
    const double* magnitude = magnitude_.data() + plans_[source].first;
    const double* from = buffer(layer);
    double* to = touched_buffer(source);
    spend(4 * live(layer).size() * stride_ / multiplications_per_tick);
    for (const std::uint32_t i : live(layer)) {
        const ProductPlanes& planes = plan.planes[i];
        const double* coefficients = from + i * stride_;
        double* left = to + product.left[i] * stride_;
        double* right = to + product.right[i] * stride_;
        if (recording_ && planes.lower < planes.upper) {
            product_losses_.push_back({static_cast<std::uint32_t>(layer), i, loss_coefficients_.size()});
            loss_coefficients_.insert(loss_coefficients_.end(), coefficients, coefficients + stride_);
        }
        const double sum =
            std::fabs(planes.left) * magnitude[product.left[i]] + std::fabs(planes.right) * magnitude[product.right[i]];
        for (std::size_t j = 0; j < stride_; ++j) {
            const double coefficient = coefficients[j];
            if (coefficient == 0) continue;  // also where planes are at infinity
            const double intercept = coefficient > 0 ? planes.lower : planes.upper;
            left[j] += coefficient * planes.left;
            right[j] += coefficient * planes.right;
            constant_[j] += coefficient * intercept;
            absolute_[j] += std::fabs(coefficient) * (sum + std::fabs(intercept));
        }
    }
}

void NetworkBounds::carry_back(const State& state, std::size_t from_layer) {
    choose_live(from_layer);
    if (pairs_.empty()) {
        for (std::size_t l = from_layer + 1; l-- > 0;)
            if (touched_[l] != 0) carry_layer(state, l);
        return;
    }
    for (std::size_t i = 0; i < backward_.size(); ++i) {
        const std::size_t l = backward_[i];
        if (pair_of_layer_[l] >= 0 && std::holds_alternative<ActivationLayer>(network_->layers()[l].operation)) {
            carry_pair(state, pairs_[static_cast<std::size_t>(pair_of_layer_[l])]);
            ++i;  // its partner comes next
        } else if (touched_[l] != 0) {
            carry_layer(state, l);
        }
    }
}

void NetworkBounds::carry_layer(const State& state, std::size_t layer) {
    check_limits();
    const auto& operation = network_->layers()[layer].operation;
    if (std::holds_alternative<AffineLayer>(operation)) carry_affine(layer);
    if (std::holds_alternative<ActivationLayer>(operation)) carry_activation(state, layer);
    if (std::holds_alternative<MaxPoolLayer>(operation)) carry_pool(state, layer);
    if (std::holds_alternative<ProductLayer>(operation)) carry_product(layer);
}

void NetworkBounds::concretise(const State& state) {
    std::copy_n(constant_.begin(), stride_, concrete_.begin());
    std::copy_n(absolute_.begin(), stride_, concrete_absolute_.begin());
    for (std::size_t l = 0; l < plans_.size(); ++l) {
        if (touched_[l] == 0 || !std::holds_alternative<model::InputLayer>(network_->layers()[l].operation)) continue;
        const Plan& plan = plans_[l];
        over_reach(l, [&](std::size_t first, std::size_t count) {
            spend(2 * count * stride_ / multiplications_per_tick);
            kernels_->concretise(count, state.lower.data() + plan.first + first,
                                 state.upper.data() + plan.first + first, buffer(l) + first * stride_,
                                 {concrete_.data(), concrete_absolute_.data(), stride_});
        });
    }
}

double NetworkBounds::finished(double constant, double absolute) const {
    const double value = constant - (gamma_ * absolute + underflow_);
    return std::isfinite(value) ? value : -std::numeric_limits<double>::infinity();
}

/// Of pre-activations of a layer, whose lines below are at hand.
void NetworkBounds::bound_block(State& state, std::size_t layer, std::span<const std::uint32_t> components) {
    const std::size_t count = components.size();
    begin_block(2 * count);
    if (looks_at_reach_) {
        for (const std::uint32_t i : components) reach_map_.add(boxes_, layer, i);
        reach_from(layer);
    }
    begin_bound_rows(layer, components);
    carry_back(state, layer == 0 ? 0 : layer - 1);
    concretise(state);
    for (std::size_t i = 0; i < count; ++i) {
        double& lower = state.lower[plans_[layer].first + components[i]];
        double& upper = state.upper[plans_[layer].first + components[i]];
        lower = std::max(lower, finished(concrete_[i], concrete_absolute_[i]));
        upper = std::min(upper, -finished(concrete_[count + i], concrete_absolute_[count + i]));
    }
}

bool NetworkBounds::tighten_affine(State& state, std::size_t layer, ForwardBounds* forward,
                                   std::span<NetworkBounds* const> peers) {
    const Plan& plan = plans_[layer];
    const bool couples = couples_ && !pairs_.empty() && pair_of_layer_[layer] >= 0;
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
        if (open && needed(plan.first + i) && (forward == nullptr || is_loose(*forward, layer, i)) &&
            !(couples && follows(state, layer, i)))
            pending_.push_back(static_cast<std::uint32_t>(i));
    }
    // Neighbours share their receptive fields.
    if (looks_at_reach_) pending_ = along_curve(reach_map_.shape(layer), pending_);
    const std::size_t block = capacity_ / 2;
    const std::size_t blocks = (pending_.size() + block - 1) / block;
    const auto components = [&](std::size_t b) {
        return std::span<const std::uint32_t>(pending_).subspan(b * block,
                                                                std::min(block, pending_.size() - b * block));
    };
    if (!peers.empty() && forward == nullptr && blocks >= least_shared_blocks) {
        std::vector<std::uint8_t> is_ready(peers.size(), 0);
        work_off(0, blocks, peers.size() + 1, current_limits(), [&](std::size_t b, std::size_t worker) {
            if (worker == 0) return bound_block(state, layer, components(b));
            NetworkBounds& peer = *peers[worker - 1];
            if (std::exchange(is_ready[worker - 1], std::uint8_t{1}) == 0)
                for (std::size_t l = 0; l < layer; ++l) peer.relax_layer(state, l);
            peer.bound_block(state, layer, components(b));
        });
        check_limits();
        return std::none_of(pending_.begin(), pending_.end(), contradicts);
    }
    for (std::size_t b = 0; b < blocks; ++b) {
        bound_block(state, layer, components(b));
        for (std::size_t i = 0; i < components(b).size(); ++i) {
            if (contradicts(components(b)[i])) return false;
            if (forward != nullptr) refine_forward(*forward, layer, components(b)[i], i, components(b).size() + i);
        }
    }
    return true;
}

void NetworkBounds::lower_bounds(const State& state, std::span<const Row* const> rows, RowBounds& out) {
    out.input_count = inputs_.size();
    out.value.resize(rows.size());
    out.constant.resize(rows.size());
    out.coefficients.resize(rows.size() * inputs_.size());
    out.apart.resize(pairs_.empty() ? 0 : out.coefficients.size());
    for (std::size_t begin = 0; begin < rows.size(); begin += capacity_) {
        const std::span<const Row* const> block = rows.subspan(begin, std::min(capacity_, rows.size() - begin));
        was_coupled_ = false;
        carry_rows(state, block, begin);
        write_rows(begin, block.size(), false, out);
        if (was_coupled_)
            bound_apart(state, block, begin, out);
        else if (!out.apart.empty())
            write_coefficients(begin, out.apart);
    }
}

/// What phase_losses() tells is of these rows.
void NetworkBounds::carry_rows(const State& state, std::span<const Row* const> rows, std::size_t begin) {
    begin_block(rows.size());
    if (looks_at_reach_) {
        for (const Row* row : rows) {
            for (const auto& [variable, coefficient] : row->terms) {
                const model::Component component = network_->component(Variable(variable));
                reach_map_.add(boxes_, component.layer.index(), component.index);
            }
        }
        reach_from(plans_.size() - 1);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) begin_row(*rows[i], i);
    losses_.clear();
    product_losses_.clear();
    loss_rows_begin_ = begin;
    loss_rows_ = rows.size();
    loss_coefficients_.clear();
    recording_ = true;
    carry_back(state, plans_.size() - 1);
    recording_ = false;
    concretise(state);
}

/// All rows of the block, or those whose bound is larger than what `out` has. Returns how many.
std::size_t NetworkBounds::write_rows(std::size_t begin, std::size_t count, bool only_larger, RowBounds& out) {
    pending_.clear();
    for (std::size_t i = 0; i < count; ++i) {
        const double value = finished(concrete_[i], concrete_absolute_[i]);
        if (only_larger && !(value > out.value[begin + i])) continue;
        pending_.push_back(static_cast<std::uint32_t>(i));
        out.value[begin + i] = value;
        out.constant[begin + i] = finished(constant_[i], concrete_absolute_[i]);
    }
    write_coefficients(begin, out.coefficients);
    return pending_.size();
}

/// Of the rows in pending_.
void NetworkBounds::write_coefficients(std::size_t begin, std::vector<double>& out) {
    std::size_t input = 0;
    for (std::size_t l = 0; l < plans_.size(); ++l) {
        if (!std::holds_alternative<model::InputLayer>(network_->layers()[l].operation)) continue;
        const double* from = buffer(l);
        const auto write = [&](std::size_t k, std::size_t i, double value) {
            out[(begin + i) * inputs_.size() + input + k] = value;
        };
        for (std::size_t k = 0; k < plans_[l].size; ++k)
            for (const std::uint32_t i : pending_) write(k, i, 0.0);
        if (touched_[l] != 0)
            over_reach(l, [&](std::size_t first, std::size_t size) {
                for (std::size_t k = first; k < first + size; ++k)
                    for (const std::uint32_t i : pending_) write(k, i, from[k * stride_ + i]);
            });
        input += plans_[l].size;
    }
}

}  // namespace sinew::bounds
