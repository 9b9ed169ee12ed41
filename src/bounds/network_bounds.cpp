// SPDX-License-Identifier: Apache-2.0
#include "bounds/network_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/infinity.hpp"
#include "base/limit_scope.hpp"
#include "bounds/forward_bounds.hpp"

namespace sinew::bounds {

using model::ActivationLayer;
using model::AffineLayer;
using model::AffineTerm;
using model::InputLayer;
using model::Layer;
using model::MaxPoolLayer;
using model::ProductLayer;

namespace {
/// Lanes of a block at most, and the memory that coefficients may take.
constexpr std::size_t most_lanes = 64;
constexpr std::size_t arena_doubles = std::size_t{1} << 23;
}  // namespace

namespace {
/// Of curved networks: what inputs that are fixed settle (a mask, a one-hot word) is not carried further back.
bool is_nearly_fixed(Interval input) {
    const double width = input.upper - input.lower;
    return std::isfinite(width) && width <= 0x1p-30 * input.magnitude();
}
}  // namespace

Row to_row(const LinearForm& form) {
    Row row;
    row.constant = to_nearest(form.constant());
    for (const LinearTerm& term : form.terms())
        row.terms.emplace_back(static_cast<std::uint32_t>(term.variable.index()), to_nearest(term.coefficient));
    return row;
}

NetworkBounds::NetworkBounds(const model::Network& network, std::span<const Variable> asked, bool couples)
    : network_(&network), kernels_(&kernels()), inputs_(network.input_variables()), reach_map_(network) {
    if (!asked.empty()) needed_ = reach_map_.needed(network, asked);
    renews_budgets_ = model::is_curved(network);
    plan_layers();
    const std::size_t components = network.variable_count();
    gamma_ = (2.0 * static_cast<double>(components) + 64.0 + 8.0 * static_cast<double>(network.layer_count())) *
             0x1p-53 * (1 + 0x1p-10);
    capacity_ = std::clamp(arena_doubles / std::max<std::size_t>(components, 1) / lane_multiple * lane_multiple,
                           lane_multiple, most_lanes);
    arena_.resize((components * capacity_ + lanes - 1) / lanes);
    place_.resize(plans_.size());
    touched_.assign(plans_.size(), 0);
    mentioned_.assign(plans_.size(), 0);
    boxes_ = reach_map_.none();
    partial_.assign(plans_.size(), 0);
    live_there_.resize(plans_.size());
    for (std::vector<double>* values : {&constant_, &absolute_, &concrete_, &concrete_absolute_})
        values->assign(capacity_, 0.0);
    magnitude_.assign(components, 0.0);
    budget_.assign(components, 0.0);
    if (couples && !renews_budgets_) plan_pairs();
}

void NetworkBounds::plan_layers() {
    const std::vector<Layer>& layers = network_->layers();
    plans_.resize(layers.size());
    std::size_t widest_row = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        Plan& plan = plans_[l];
        plan.first = layers[l].first.index();
        plan.size = layers[l].size;
        plan.all.resize(plan.size);
        std::iota(plan.all.begin(), plan.all.end(), 0U);
        widest_row = std::max(widest_row, plan.size);
        if (const auto* affine = std::get_if<AffineLayer>(&layers[l].operation)) {
            for (const AffineTerm& term : affine->terms) {
                ++plans_[term.source.index()].readers;
                looks_at_reach_ = looks_at_reach_ || !std::holds_alternative<model::DenseMap>(term.map);
            }
        } else if (const auto* activation = std::get_if<ActivationLayer>(&layers[l].operation)) {
            Plan& source = plans_[activation->source.index()];
            ++source.readers;
            source.relaxation_readers.push_back(l);
            source.needs_bounds = std::holds_alternative<AffineLayer>(layers[activation->source.index()].operation);
            plan.relaxation = static_cast<int>(relaxations_.size());
            relaxations_.emplace_back(activation->activation);
            plan.alive.reserve(plan.size);
            for (std::vector<double>* lines :
                 {&plan.lower_slope, &plan.lower_intercept, &plan.upper_slope, &plan.upper_intercept})
                lines->resize(plan.size);
        } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layers[l].operation)) {
            Plan& source = plans_[pool->source.index()];
            ++source.readers;
            source.pool_reads = true;
            source.needs_bounds = std::holds_alternative<AffineLayer>(layers[pool->source.index()].operation);
            plan.pool_member.resize(plan.size);
            plan.pool_fixed.resize(plan.size);
        } else if (const auto* product = std::get_if<ProductLayer>(&layers[l].operation)) {
            Plan& source = plans_[product->source.index()];
            ++source.readers;
            source.product_reads = true;
            source.needs_bounds = std::holds_alternative<AffineLayer>(layers[product->source.index()].operation);
            plan.planes.resize(plan.size);
        }
    }
    for (std::size_t l = 0; l < layers.size(); ++l) {
        Plan& plan = plans_[l];
        plan.alias = plan.readers == 1 && plan.relaxation_readers.size() == 1 &&
                     std::holds_alternative<AffineLayer>(layers[l].operation);
        plan.relu_only = !plan.pool_reads && !plan.product_reads && !plan.relaxation_readers.empty();
        for (const std::size_t reader : plan.relaxation_readers)
            plan.relu_only =
                plan.relu_only && relaxations_[static_cast<std::size_t>(plans_[reader].relaxation)].activation().kind ==
                                      model::ActivationKind::relu;
        if (plan.alias) plan.sole_activation = plan.relaxation_readers.front();
        if (plan.relaxation_readers.empty()) continue;
        for (std::size_t i = 0; i < plan.size; ++i)
            if (needed(plan.first + i)) phase_variables_.push_back(static_cast<std::uint32_t>(plan.first + i));
    }
    entry_column_.resize(widest_row);
    entry_weight_.resize(widest_row);
    pending_.reserve(widest_row);
}

State NetworkBounds::start(std::span<const Interval> inputs) {
    require(inputs.size() == inputs_.size(), "every input has an interval");
    State state;
    state.lower.assign(network_->variable_count(), -infinity);
    state.upper.assign(network_->variable_count(), infinity);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        state.lower[inputs_[i].index()] = inputs[i].lower;
        state.upper[inputs_[i].index()] = inputs[i].upper;
        magnitude_[inputs_[i].index()] = inputs[i].magnitude();
    }
    for (std::size_t l = 0; l < plans_.size(); ++l) {
        const auto& operation = network_->layers()[l].operation;
        if (std::holds_alternative<AffineLayer>(operation)) interval_affine(state, l);
        if (std::holds_alternative<ActivationLayer>(operation)) image_activation(state, l);
        if (std::holds_alternative<MaxPoolLayer>(operation)) image_pool(state, l);
        if (std::holds_alternative<ProductLayer>(operation)) image_product(state, l);
        for (std::size_t i = plans_[l].first; i < plans_[l].first + plans_[l].size; ++i)
            magnitude_[i] = state.at(i).magnitude();
    }
    state.difference.assign(difference_count_, Interval{});
    underflow_ = underflow_reserve;
    for (const double magnitude : magnitude_) underflow_ += underflow_reserve * magnitude;
    relax(state);
    if (renews_budgets_) tighten(state);
    return state;
}

void NetworkBounds::renew_magnitudes(const State& state, std::size_t layer) {
    for (std::size_t i = plans_[layer].first; i < plans_[layer].first + plans_[layer].size; ++i) {
        magnitude_[i] = state.at(i).magnitude();
        if (needed(i)) underflow_ += underflow_reserve * magnitude_[i];
    }
}

void NetworkBounds::interval_affine(State& state, std::size_t layer) {
    const auto& affine = std::get<AffineLayer>(network_->layers()[layer].operation);
    double below = 1;
    for (std::size_t i = 0; i < plans_[layer].first; ++i) below += magnitude_[i];
    for (std::size_t i = 0; i < plans_[layer].size; ++i) {
        if ((i & 15U) == 15U) check_limits();
        double lower = affine.bias.nearest()[i];
        double upper = lower;
        double absolute = std::fabs(lower);
        for (const AffineTerm& term : affine.terms) {
            const std::size_t source = plans_[term.source.index()].first;
            const model::NearestNumbers numbers = model::weights(term.map).nearest();
            model::for_each_entry(term.map, i, [&](std::size_t column, std::size_t at) {
                const double weight = numbers[at];
                const double low = state.lower[source + column];
                const double high = state.upper[source + column];
                if (weight == 0) return;  // also where the component is unbounded
                lower += weight * (weight > 0 ? low : high);
                upper += weight * (weight > 0 ? high : low);
                absolute += std::fabs(weight) * magnitude_[source + column];
            });
        }
        const std::size_t variable = plans_[layer].first + i;
        budget_[variable] = absolute * (1 + 0x1p-20) + underflow_reserve * below;
        const double slack = gamma_ * budget_[variable] + underflow_reserve;
        const Interval known = Interval::around(lower - slack, upper + slack);
        state.lower[variable] = std::max(state.lower[variable], known.lower);
        state.upper[variable] = std::min(state.upper[variable], known.upper);
    }
}

bool NetworkBounds::image_activation(State& state, std::size_t layer) const {
    const Plan& plan = plans_[layer];
    const auto& operation = std::get<ActivationLayer>(network_->layers()[layer].operation);
    const std::size_t source = plans_[operation.source.index()].first;
    const Relaxation& relaxation = relaxations_[static_cast<std::size_t>(plan.relaxation)];
    if (operation.activation.kind == model::ActivationKind::relu) {
        for (std::size_t i = 0; i < plan.size; ++i) {
            state.lower[plan.first + i] = std::max(state.lower[source + i], 0.0);
            state.upper[plan.first + i] = std::max(state.upper[source + i], 0.0);
        }
        return true;
    }
    for (std::size_t i = 0; i < plan.size; ++i) {
        const Interval image = intersect(relaxation.image(state.at(source + i)), state.at(plan.first + i));
        state.lower[plan.first + i] = image.lower;
        state.upper[plan.first + i] = image.upper;
        if (image.empty()) return false;
    }
    return true;
}

bool NetworkBounds::image_pool(State& state, std::size_t layer) const {
    const Plan& plan = plans_[layer];
    const auto& pool = std::get<MaxPoolLayer>(network_->layers()[layer].operation);
    const std::size_t source = plans_[pool.source.index()].first;
    for (std::size_t w = 0; w < plan.size; ++w) {
        double lower = -infinity;
        double upper = -infinity;
        for (std::size_t k = pool.begin[w]; k < pool.begin[w + 1]; ++k) {
            lower = std::max(lower, state.lower[source + pool.member[k]]);
            upper = std::max(upper, state.upper[source + pool.member[k]]);
        }
        state.lower[plan.first + w] = std::max(lower, state.lower[plan.first + w]);
        state.upper[plan.first + w] = std::min(upper, state.upper[plan.first + w]);
        if (state.lower[plan.first + w] > state.upper[plan.first + w]) return false;
    }
    return true;
}

bool NetworkBounds::image_product(State& state, std::size_t layer) const {
    const Plan& plan = plans_[layer];
    const auto& product = std::get<ProductLayer>(network_->layers()[layer].operation);
    const std::size_t source = plans_[product.source.index()].first;
    for (std::size_t i = 0; i < plan.size; ++i) {
        const Interval left = state.at(source + product.left[i]);
        const bool is_square = product.left[i] == product.right[i];
        const Interval image =
            intersect(is_square ? square(left) : left * state.at(source + product.right[i]), state.at(plan.first + i));
        state.lower[plan.first + i] = image.lower;
        state.upper[plan.first + i] = image.upper;
        if (image.empty()) return false;
    }
    return true;
}

bool NetworkBounds::is_open(const State& state, std::size_t layer, std::size_t component) const {
    const Plan& plan = plans_[layer];
    const Interval known = state.at(plan.first + component);
    if (plan.relu_only) return known.lower < 0 && known.upper > 0;
    if ((plan.pool_reads || plan.product_reads) && known.lower < known.upper) return true;
    for (const std::size_t reader : plan.relaxation_readers) {
        const Relaxation& relaxation = relaxations_[static_cast<std::size_t>(plans_[reader].relaxation)];
        if (relaxation.activation().kind == model::ActivationKind::relu) {
            if (known.lower < 0 && known.upper > 0) return true;
        } else if (!relaxation.fixed(known)) {
            return true;
        }
    }
    return false;
}

std::optional<double> NetworkBounds::split_point(const State& state, std::uint32_t variable) const {
    const model::Component component = network_->component(Variable(variable));
    for (const std::size_t reader : plans_[component.layer.index()].relaxation_readers) {
        const auto point =
            relaxations_[static_cast<std::size_t>(plans_[reader].relaxation)].split_point(state.at(variable));
        if (point) return point;
    }
    return std::nullopt;
}

bool NetworkBounds::tighten(State& state, std::size_t first, ForwardBounds* forward,
                            std::span<NetworkBounds* const> peers) {
    open_phases_ = 0;
    contradiction_.reset();
    state.difference.resize(difference_count_);
    if (forward != nullptr) {
        box_lower_.clear();
        box_upper_.clear();
        for (const Variable input : inputs_) {
            box_lower_.push_back(state.lower[input.index()]);
            box_upper_.push_back(state.upper[input.index()]);
        }
        const ForwardBox box{box_lower_, box_upper_, &state};
        forward->begin({&box, 1});
    }
    if (renews_budgets_) {
        underflow_ = underflow_reserve;
        peers = {};  // they have budgets of their own
    }
    for (std::size_t l = 0; l < plans_.size(); ++l) {
        const auto& operation = network_->layers()[l].operation;
        if (renews_budgets_ && std::holds_alternative<AffineLayer>(operation)) interval_affine(state, l);
        if (forward != nullptr) {
            forward->advance(l);
            if (forward->result(0).empty) {
                contradiction_ = forward->result(0).crossed;
                return false;
            }
        }
        const int pair = pairs_.empty() || !couples_ ? -1 : pair_of_layer_[l];
        if (pair >= 0 && l >= first && l == pairs_[static_cast<std::size_t>(pair)].layers.second_source &&
            !tighten_differences(state, pairs_[static_cast<std::size_t>(pair)]))
            return false;
        if (l >= first && plans_[l].needs_bounds && !tighten_affine(state, l, forward, peers)) return false;
        if (std::holds_alternative<ActivationLayer>(operation) && !image_activation(state, l)) return false;
        if (std::holds_alternative<MaxPoolLayer>(operation) && !image_pool(state, l)) return false;
        if (std::holds_alternative<ProductLayer>(operation) && !image_product(state, l)) return false;
        relax_layer(state, l);
        if (renews_budgets_) renew_magnitudes(state, l);
    }
    return true;
}

bool NetworkBounds::is_loose(const ForwardBounds& forward, std::size_t layer, std::size_t component) {
    return forward.is_loose(layer, component);
}

/// The neuron's two rows of the block at work, in those lanes, are its lines.
void NetworkBounds::refine_forward(ForwardBounds& forward, std::size_t layer, std::size_t component, std::size_t lane,
                                   std::size_t other) {
    line_below_.clear();
    line_above_.clear();
    for (std::size_t l = 0; l < plans_.size(); ++l) {
        if (!std::holds_alternative<model::InputLayer>(network_->layers()[l].operation)) continue;
        const double* from = buffer(l);
        for (std::size_t k = 0; k < plans_[l].size; ++k) {
            line_below_.push_back(touched_[l] != 0 ? from[k * stride_ + lane] : 0.0);
            line_above_.push_back(touched_[l] != 0 ? -from[k * stride_ + other] : 0.0);
        }
    }
    forward.refine(layer, component, line_below_, finished(constant_[lane], concrete_absolute_[lane]), line_above_,
                   -finished(constant_[other], concrete_absolute_[other]));
}

void NetworkBounds::relax(const State& state) {
    open_phases_ = 0;
    for (std::size_t l = 0; l < plans_.size(); ++l) relax_layer(state, l);
}

void NetworkBounds::relax_layer(const State& state, std::size_t layer) {
    const auto& operation = network_->layers()[layer].operation;
    if (std::holds_alternative<ActivationLayer>(operation)) {
        relax_activation(state, layer);
        if (!pairs_.empty()) relax_pair(state, layer);
    }
    if (std::holds_alternative<MaxPoolLayer>(operation)) relax_pool(state, layer);
    if (std::holds_alternative<ProductLayer>(operation)) relax_products(state, layer);
}

void NetworkBounds::relax_activation(const State& state, std::size_t layer) {
    Plan& plan = plans_[layer];
    const auto& operation = std::get<ActivationLayer>(network_->layers()[layer].operation);
    const std::size_t source = plans_[operation.source.index()].first;
    const Relaxation& relaxation = relaxations_[static_cast<std::size_t>(plan.relaxation)];
    const bool relu = operation.activation.kind == model::ActivationKind::relu;
    plan.alive.clear();
    plan.constants.clear();
    plan.read.clear();
    plan.open = 0;
    const auto needs_lines = [&](std::size_t i, const Lines& lines) {
        plan.lower_slope[plan.open] = lines.lower_slope;
        plan.lower_intercept[plan.open] = lines.lower_intercept;
        plan.upper_slope[plan.open] = lines.upper_slope;
        plan.upper_intercept[plan.open] = lines.upper_intercept;
        plan.alive.push_back(static_cast<std::uint32_t>(i));
        ++plan.open;
    };
    const auto is_dead = [](const Lines& lines) {
        return lines.lower_slope == 0 && lines.upper_slope == 0 && lines.lower_intercept == 0 &&
               lines.upper_intercept == 0;
    };
    const auto is_identity = [](const Lines& lines) {
        return lines.lower_slope == 1 && lines.upper_slope == 1 && lines.lower_intercept == 0 &&
               lines.upper_intercept == 0;
    };
    pending_.clear();
    for (std::size_t i = 0; i < plan.size; ++i) {
        const Interval input = state.at(source + i);
        if (relu && input.upper <= 0) continue;
        if (renews_budgets_ && is_nearly_fixed(input)) {
            const Interval image = state.at(plan.first + i);
            if (image.lower != 0 || image.upper != 0) plan.constants.push_back(static_cast<std::uint32_t>(i));
            continue;
        }
        if (relu && input.lower >= 0) {
            pending_.push_back(static_cast<std::uint32_t>(i));
            continue;
        }
        const Lines lines = relu ? relax_relu(input) : relaxation.relax(input);
        if (is_dead(lines)) continue;
        if (is_identity(lines)) {
            pending_.push_back(static_cast<std::uint32_t>(i));
            continue;
        }
        needs_lines(i, lines);
        if ((relu || !relaxation.fixed(input)) && needed(plan.first + i)) ++open_phases_;
    }
    const std::size_t open = plan.alive.size();
    plan.alive.insert(plan.alive.end(), pending_.begin(), pending_.end());
    if (!looks_at_reach_ && plan.constants.empty()) return;
    plan.sorted.resize(plan.alive.size());
    const auto middle = plan.alive.begin() + static_cast<std::ptrdiff_t>(open);
    std::merge(plan.alive.begin(), middle, middle, plan.alive.end(), plan.sorted.begin());
    if (plan.constants.empty()) return;
    plan.read.resize(plan.sorted.size() + plan.constants.size());
    std::merge(plan.sorted.begin(), plan.sorted.end(), plan.constants.begin(), plan.constants.end(), plan.read.begin());
}

void NetworkBounds::relax_pool(const State& state, std::size_t layer) {
    Plan& plan = plans_[layer];
    const auto& pool = std::get<MaxPoolLayer>(network_->layers()[layer].operation);
    const std::size_t source = plans_[pool.source.index()].first;
    for (std::size_t w = 0; w < plan.size; ++w) {
        window_.clear();
        for (std::size_t k = pool.begin[w]; k < pool.begin[w + 1]; ++k)
            window_.push_back(state.at(source + pool.member[k]));
        const MaxPoolLines lines = relax_max_pool(window_);
        plan.pool_member[w] = pool.member[pool.begin[w] + lines.lower_member];
        plan.pool_fixed[w] = lines.dominates ? 1 : 0;
    }
}

void NetworkBounds::relax_products(const State& state, std::size_t layer) {
    Plan& plan = plans_[layer];
    const auto& product = std::get<ProductLayer>(network_->layers()[layer].operation);
    const std::size_t source = plans_[product.source.index()].first;
    for (std::size_t i = 0; i < plan.size; ++i) {
        const Interval left = state.at(source + product.left[i]);
        plan.planes[i] = product.left[i] == product.right[i] ? relax_square(left)
                                                             : relax_product(left, state.at(source + product.right[i]));
    }
}

}  // namespace sinew::bounds
