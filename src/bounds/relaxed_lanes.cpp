// SPDX-License-Identifier: Apache-2.0
#include "bounds/relaxed_lanes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/infinity.hpp"
#include "model/activation.hpp"

namespace sinew::bounds {

Objective::Objective(const LinearForm& form, double sign) {
    for (const LinearTerm& term : form.terms()) {
        terms.emplace_back(static_cast<std::uint32_t>(term.variable.index()), sign * to_nearest(term.coefficient));
        exact = exact && is_double(term.coefficient);
    }
    constant = sign * to_nearest(form.constant());
    exact = exact && is_double(form.constant());
}

Objective Objective::of_variable(std::size_t variable, double sign) {
    Objective objective;
    objective.terms.emplace_back(static_cast<std::uint32_t>(variable), sign);
    return objective;
}

LocalBounds::LocalBounds(const RelaxedNetwork& network) {
    for (const std::uint32_t relu : network.unstable()) {
        lower.push_back(network.lower(network.pre_variable(relu)));
        upper.push_back(network.upper(network.pre_variable(relu)));
    }
}

LocalBounds LocalBounds::under(const RelaxedNetwork& network, std::span<const NeuronSplit> splits) const {
    LocalBounds result = *this;
    const std::vector<std::uint32_t>& open = network.unstable();
    for (const NeuronSplit& split : splits) {
        const auto place = std::lower_bound(open.begin(), open.end(), split.neuron);
        if (place == open.end() || *place != split.neuron) continue;
        const auto u = static_cast<std::size_t>(place - open.begin());
        if (split.above)
            result.lower[u] = std::max(result.lower[u], split.point);
        else
            result.upper[u] = std::min(result.upper[u], split.point);
    }
    return result;
}

RelaxedLanes::RelaxedLanes(const RelaxedNetwork& network)
    : network_(&network),
      pencils_(network),
      neurons_of_layer_(network.network().layer_count(), nullptr),
      pool_of_layer_(network.network().layer_count(), nullptr),
      reach_(network) {
    for (const NeuronLayer& layer : network.neuron_layers()) neurons_of_layer_[layer.layer] = &layer;
    for (const PoolLayer& layer : network.pool_layers()) pool_of_layer_[layer.layer] = &layer;
    for (LaneMatrix* matrix : {&coefficients_, &values_}) matrix->resize(network.network().variable_count());
    for (LaneMatrix* matrix : {&slope_, &upper_slope_, &upper_intercept_, &shift_, &role_, &mean_, &square_})
        matrix->resize(network.neuron_count());
    for (const Variable input : network.network().input_variables())
        std::fill_n(values_.row(input.index()), lanes, network.lower(input.index()));
    sparse_reads_.assign(network.network().layer_count(), 0);
    for (const model::Layer& layer : network.network().layers())
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation))
            for (const model::AffineTerm& term : affine->terms)
                if (std::holds_alternative<model::SparseMap>(term.map)) sparse_reads_[term.source.index()] = 1;
    clear();
}

std::size_t RelaxedLanes::memory(const model::Network& network) {
    std::size_t rows = 2 * network.variable_count();
    for (const model::Layer& layer : network.layers()) {
        const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation);
        if (operation == nullptr || operation->activation.kind == model::ActivationKind::identity) continue;
        rows += layer.size * (operation->activation.kind == model::ActivationKind::relu ? 7 : 34);
    }
    return rows * lanes * sizeof(double);
}

void RelaxedLanes::clear() {
    // Slopes of lanes that are not set, and of neurons that a lane does not reach, may stay as they are: coefficients
    // are 0 there. Multipliers are not, and a role makes them.
    for (const std::uint32_t neuron : split_neurons_) {
        std::fill_n(shift_.row(neuron), lanes, 0.0);
        std::fill_n(role_.row(neuron), lanes, 0.0);
    }
    split_neurons_.clear();
    if (reach_.is_listed()) {
        for (std::size_t l = 0; l < top_; ++l) {
            double* first = coefficients_.row(network_->network().layers()[l].first.index());
            for (const std::uint32_t i : reach_.rows(l)) std::fill_n(first + i * lanes, lanes, 0.0);
        }
    }
    reach_.clear();
    pencils_.clear();
    objectives_.fill(Objective());
    conditions_.fill(nullptr);
    used_.fill(false);
    best_.fill(-infinity);
    top_ = 0;
    steps_ = 0;
}

void RelaxedLanes::set_lines(std::size_t lane, std::size_t relu, double slope, double upper_slope,
                             double upper_intercept, double role) {
    slope_.row(relu)[lane] = slope;
    upper_slope_.row(relu)[lane] = upper_slope;
    upper_intercept_.row(relu)[lane] = upper_intercept;
    role_.row(relu)[lane] = role;
}

void RelaxedLanes::set(std::size_t lane, const Objective& objective, std::span<const NeuronSplit> splits,
                       const Slopes* start, const LocalBounds* local, const Condition* condition) {
    objectives_[lane] = objective;
    conditions_[lane] = condition;
    used_[lane] = true;
    std::size_t highest = 0;
    const auto reach = [&](const Objective& some) {
        for (const auto& [variable, coefficient] : some.terms) {
            highest = std::max(highest, network_->network().component(Variable(variable)).layer.index() + 1);
            reach_.add(lane, variable);
        }
    };
    reach(objective);
    rows_[lane].clear();
    splits_[lane].clear();
    if (keeps_best_) {
        given_splits_[lane].assign(splits.begin(), splits.end());
        kept_[lane] = {};
    }
    for (std::size_t r = 0; condition != nullptr && r < condition->rows.size(); ++r) {
        reach(condition->rows[r]);
        const bool given = start != nullptr && r < start->row_multiplier.size();
        rows_[lane].push_back({given ? static_cast<double>(start->row_multiplier[r]) : 0.0});
    }
    top_ = std::max(top_, highest);
    reach_.close(lane, highest);
    set_relus(lane, start, local, condition, highest);
    if (network_->pencil_count() > 0) set_pencils(lane, splits, start, local, highest);
    for (std::size_t s = 0; s < splits.size(); ++s) {
        const NeuronLayer& layer = network_->layer_of(splits[s].neuron);
        if (!layer.is_relu || !has_multiplier(lane, splits[s], highest)) continue;
        split_neurons_.push_back(splits[s].neuron);
        const double role = splits[s].above ? 2 : -2;
        const double line = splits[s].above ? 1 : 0;
        set_lines(lane, splits[s].neuron, line, line, 0, role);
        const double multiplier =
            start != nullptr && s < start->multiplier.size() ? static_cast<double>(start->multiplier[s]) : 0;
        shift_.row(splits[s].neuron)[lane] = -0.5 * role * multiplier;
        if (condition != nullptr && s < condition->split_multiplier.size()) {
            const double with_row = static_cast<double>(condition->split_multiplier[s]);
            splits_[lane].emplace_back(splits[s].neuron, -0.5 * role * with_row);
        }
    }
}

/// A multiplier of a neuron that the lane does not reach would have nothing to join.
bool RelaxedLanes::has_multiplier(std::size_t lane, const NeuronSplit& split, std::size_t highest) {
    const NeuronLayer& layer = network_->layer_of(split.neuron);
    const auto component = static_cast<std::uint32_t>(split.neuron - layer.first);
    return layer.layer < highest && network_->has_multiplier(split) &&
           !reach_.of_lane(lane, layer.layer, {&component, 1}).empty();
}

void RelaxedLanes::set_pencils(std::size_t lane, std::span<const NeuronSplit> splits, const Slopes* start,
                               const LocalBounds* local, std::size_t highest) {
    std::vector<NeuronSplit> own;
    std::vector<float> multipliers;
    for (std::size_t s = 0; s < splits.size(); ++s) {
        if (network_->layer_of(splits[s].neuron).is_relu || !has_multiplier(lane, splits[s], highest)) continue;
        own.push_back(splits[s]);
        multipliers.push_back(start != nullptr && s < start->multiplier.size() ? start->multiplier[s] : 0);
    }
    pencils_.set(lane, start != nullptr ? std::span<const float>(start->slope) : std::span<const float>(),
                 local != nullptr ? &local->lower : nullptr, local != nullptr ? &local->upper : nullptr, own,
                 multipliers);
}

void RelaxedLanes::set_relus(std::size_t lane, const Slopes* start, const LocalBounds* local,
                             const Condition* condition, std::size_t highest) {
    std::size_t open_below = 0;
    for (const NeuronLayer& layer : network_->neuron_layers()) {
        if (layer.layer >= highest) break;
        if (!layer.is_relu) {
            open_below += layer.unstable.size();
            continue;
        }
        auto next = layer.unstable.begin();
        for (const std::uint32_t i : reach_.of_lane(lane, layer.layer, layer.live)) {
            const std::size_t relu = layer.first + i;
            double low = network_->lower(layer.pre + i);
            double high = network_->upper(layer.pre + i);
            if (low >= 0) {
                set_lines(lane, relu, 1, 1, 0, 0);
                continue;
            }
            while (*next < i) ++next;
            const std::size_t open = open_below + static_cast<std::size_t>(next - layer.unstable.begin());
            if (local != nullptr) {
                low = local->lower[open];
                high = local->upper[open];
            }
            if (low >= 0 || high <= 0) {
                set_lines(lane, relu, low >= 0 ? 1 : 0, low >= 0 ? 1 : 0, 0, 0);
                continue;
            }
            double slope = high > -low ? 1.0 : 0.0;
            if (start != nullptr && open < start->slope.size())
                slope = static_cast<double>(start->slope[open]);
            else if (condition != nullptr && !condition->slope.empty())
                slope = static_cast<double>(condition->slope[relu]);
            // Any slope will do if the intercept puts the line above both ends; 2^-50 covers the three roundings.
            const double upper_slope = std::min(high / (high - low), 1.0);
            const double intercept = std::max(-upper_slope * low, (1 - upper_slope) * high) * (1 + 0x1p-50) + 1e-290;
            set_lines(lane, relu, slope, upper_slope, intercept, 1);
        }
        open_below += layer.unstable.size();
    }
}

ReluLines RelaxedLanes::lines(const NeuronLayer& layer) {
    return {slope_.row(layer.first), upper_slope_.row(layer.first), upper_intercept_.row(layer.first),
            shift_.row(layer.first)};
}

/// All lanes of a problem are set.
void RelaxedLanes::begin() {
    reach_.list();
    for (std::size_t l = 0; l < top_; ++l) {
        if (sparse_reads_[l] == 0) continue;
        double* first = values_.row(network_->network().layers()[l].first.index());
        reach_.over_runs(
            l, [&](std::size_t begin, std::size_t count) { std::fill_n(first + begin * lanes, count * lanes, 0.0); });
    }
}

void RelaxedLanes::seed_objectives() {
    if (!reach_.is_listed()) begin();
    for (std::size_t l = 0; l < top_; ++l) {
        double* first = coefficients_.row(network_->network().layers()[l].first.index());
        for (const std::uint32_t i : reach_.rows(l)) std::fill_n(first + i * lanes, lanes, 0.0);
    }
    // The start of `absolute` is far above every underflow there can be.
    absolute_.fill(1e-150);
    constant_.fill(0);
    for (std::size_t j = 0; j < lanes; ++j) {
        seed(j, objectives_[j], 1);
        // What is added is at most 0 wherever the condition holds, rounded or not.
        for (std::size_t r = 0; r < rows_[j].size() && conditions_[j] != nullptr; ++r)
            if (rows_[j][r].multiplier > 0) seed(j, conditions_[j]->rows[r], rows_[j][r].multiplier);
    }
    pencils_.add_constants(constant_.data(), absolute_.data());
}

void RelaxedLanes::seed(std::size_t j, const Objective& objective, double factor) {
    const bool exact = objective.exact && factor == 1;
    const double constant = factor * objective.constant;
    constant_[j] += constant;
    absolute_[j] += (exact ? 1 : 2) * std::fabs(constant);
    for (const auto& [v, given] : objective.terms) {
        const double coefficient = factor * given;
        if (!exact) absolute_[j] += 2 * std::fabs(coefficient) * network_->magnitudes()[v];
        if (network_->live(v)) {
            coefficients_.row(v)[j] += coefficient;
            continue;
        }
        const double least = coefficient * (coefficient > 0 ? network_->lower(v) : network_->upper(v));
        constant_[j] += least;
        absolute_[j] += std::fabs(least);
    }
}

void RelaxedLanes::backward_affine(std::size_t index) {
    const model::Layer& layer = network_->network().layers()[index];
    const auto& affine = std::get<model::AffineLayer>(layer.operation);
    const double* coefficient = coefficients_.row(layer.first.index());
    add_bias(reach_.rows(index), coefficient, affine.bias.nearest().data(), network_->budget(index).data(),
             constant_.data(), absolute_.data());
    for (std::size_t t = 0; t < affine.terms.size(); ++t)
        multiply_transposed(affine.terms[t].map, coefficient,
                            coefficients_.row(network_->network().layer(affine.terms[t].source).first.index()),
                            reach_.selection(index, t));
}

/// Below the pool lies its member, above it that member or a constant.
void RelaxedLanes::backward_pool(const PoolLayer& pool) {
    const std::size_t first = network_->network().layers()[pool.layer].first.index();
    const std::size_t source = network_->network().layers()[pool.source].first.index();
    for (const std::uint32_t w : reach_.rows(pool.layer)) {
        const bool is_live = network_->live(source + pool.member[w]);  // else it is 0
        const double* from = coefficients_.row(first + w);
        double* to = coefficients_.row(source + pool.member[w]);
        const double upper = network_->upper(first + w);
        const double size = network_->magnitudes()[source + pool.member[w]];
        for (std::size_t j = 0; j < lanes; ++j) {
            const bool is_member = from[j] >= 0 || pool.dominates[w];
            const double lift = is_member ? 0 : from[j] * upper;
            to[j] += is_member && is_live ? from[j] : 0;
            constant_[j] += lift;
            absolute_[j] += std::fabs(from[j]) * size + std::fabs(lift);
        }
    }
}

void RelaxedLanes::bound() {
    ++passes_;
    seed_objectives();
    if (network_->pencil_count() > 0) pencils_.prepare(reach_);
    const auto& layers = network_->network().layers();
    for (std::size_t l = top_; l-- > 0;) {
        const model::Layer& layer = layers[l];
        const std::size_t first = layer.first.index();
        if (std::holds_alternative<model::AffineLayer>(layer.operation)) {
            backward_affine(l);
        } else if (const NeuronLayer* neurons = neurons_of_layer_[l]) {
            const double* post = coefficients_.row(neurons->post);
            double* pre = coefficients_.row(neurons->pre);
            const double* magnitudes = network_->magnitudes() + neurons->pre;
            if (neurons->is_relu)
                relax_backward(reach_.live(*neurons), post, pre, lines(*neurons), magnitudes, constant_.data(),
                               absolute_.data());
            else
                pencil_backward(reach_.live(*neurons), post, pre, pencils_.lines(*neurons), magnitudes,
                                constant_.data(), absolute_.data());
        } else if (pool_of_layer_[l] != nullptr) {
            backward_pool(*pool_of_layer_[l]);
        } else if (const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation)) {
            const double* from = coefficients_.row(first);
            double* to = coefficients_.row(network_->network().layer(operation->source).first.index());
            for (const std::size_t k : reach_.rows(l))
                for (std::size_t i = k * lanes; i < (k + 1) * lanes; ++i) to[i] += from[i];
        } else {
            reach_.over_runs(l, [&](std::size_t begin, std::size_t count) {
                const std::size_t at = first + begin;
                concretise_lanes(count, coefficients_.row(at), network_->lower_bounds() + at,
                                 network_->upper_bounds() + at, constant_.data(), absolute_.data(), values_.row(at));
            });
        }
    }
    for (std::size_t j = 0; j < lanes; ++j) {
        bounds_[j] = constant_[j] - network_->gamma() * absolute_[j];
        if (!std::isfinite(bounds_[j])) bounds_[j] = -infinity;
        if (pencils_.empty(j)) bounds_[j] = infinity;
        if (keeps_best_ && used_[j] && bounds_[j] > best_[j]) kept_[j] = slopes(j, given_splits_[j]);
        best_[j] = std::max(best_[j], bounds_[j]);
    }
}

void RelaxedLanes::forward_affine(std::size_t index) {
    const model::Layer& layer = network_->network().layers()[index];
    const auto& affine = std::get<model::AffineLayer>(layer.operation);
    double* out = values_.row(layer.first.index());
    const double* bias = affine.bias.nearest().data();
    for (const std::uint32_t i : reach_.rows(index)) std::fill_n(out + i * lanes, lanes, bias[i]);
    for (std::size_t t = 0; t < affine.terms.size(); ++t)
        multiply(affine.terms[t].map, values_.row(network_->network().layer(affine.terms[t].source).first.index()), out,
                 reach_.selection(index, t));
}

void RelaxedLanes::forward_pool(const PoolLayer& pool) {
    const std::size_t first = network_->network().layers()[pool.layer].first.index();
    const std::size_t source = network_->network().layers()[pool.source].first.index();
    for (const std::uint32_t w : reach_.rows(pool.layer)) {
        const bool is_live = network_->live(source + pool.member[w]);
        const double* member = values_.row(source + pool.member[w]);
        const double* coefficient = coefficients_.row(first + w);
        double* out = values_.row(first + w);
        for (std::size_t j = 0; j < lanes; ++j)
            out[j] = coefficient[j] < 0 && !pool.dominates[w] ? network_->upper(first + w) : is_live ? member[j] : 0;
    }
}

void RelaxedLanes::primal() {
    ++passes_;
    const auto& layers = network_->network().layers();
    for (std::size_t l = 0; l < top_; ++l) {
        const model::Layer& layer = layers[l];
        if (std::holds_alternative<model::AffineLayer>(layer.operation)) {
            forward_affine(l);
        } else if (const NeuronLayer* neurons = neurons_of_layer_[l]) {
            const double* post = coefficients_.row(neurons->post);
            const double* in = values_.row(neurons->pre);
            if (neurons->is_relu)
                relax_forward(reach_.live(*neurons), post, in, values_.row(neurons->post), lines(*neurons));
            else
                pencil_forward(reach_.live(*neurons), post, in, values_.row(neurons->post), pencils_.lines(*neurons));
        } else if (pool_of_layer_[l] != nullptr) {
            forward_pool(*pool_of_layer_[l]);
        } else if (const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation)) {
            const double* from = values_.row(network_->network().layer(operation->source).first.index());
            double* to = values_.row(layer.first.index());
            for (const std::uint32_t k : reach_.rows(l)) std::copy_n(from + k * lanes, lanes, to + k * lanes);
        }
    }
}

void RelaxedLanes::ascend(double rate) {
    ++steps_;
    const double steps = static_cast<double>(steps_);
    AscentStep step;
    step.slope_rate = rate / (1 - std::pow(keep_mean, steps));
    step.square_correction = 1 / (1 - std::pow(keep_square, steps));
    if (steps_ == 1) {
        pencils_.begin_ascent(reach_);
        // Multipliers have the unit of the objective's coefficients: their steps follow the mean coefficient.
        std::array<double, lanes> sum{};
        std::array<double, lanes> count{};
        for (const NeuronLayer& layer : network_->neuron_layers()) {
            if (layer.layer >= top_) break;
            for (const std::uint32_t i : reach_.unstable(layer)) {
                std::fill_n(mean_.row(layer.first + i), lanes, 0.0);
                std::fill_n(square_.row(layer.first + i), lanes, 0.0);
                const double* g = coefficients_.row(layer.post + i);
                for (std::size_t j = 0; j < lanes; ++j) {
                    sum[j] += std::fabs(g[j]);
                    count[j] += g[j] != 0 ? 1 : 0;
                }
            }
        }
        for (std::size_t j = 0; j < lanes; ++j) multiplier_scale_[j] = count[j] > 0 ? sum[j] / count[j] : 1;
    }
    ascend_rows(step.slope_rate, step.square_correction);
    std::array<double, lanes> multiplier_rate;
    for (std::size_t j = 0; j < lanes; ++j) multiplier_rate[j] = step.slope_rate * multiplier_scale_[j];
    step.multiplier_rate = multiplier_rate.data();
    for (const NeuronLayer& layer : network_->neuron_layers()) {
        if (layer.layer >= top_) break;
        if (!layer.is_relu) {
            pencil_ascend(reach_.unstable(layer), coefficients_.row(layer.post), values_.row(layer.pre),
                          pencils_.lines(layer), network_->magnitudes() + layer.pre, step);
            continue;
        }
        const AscentState state{role_.row(layer.first), mean_.row(layer.first), square_.row(layer.first)};
        bounds::ascend(reach_.unstable(layer), coefficients_.row(layer.post), values_.row(layer.pre), lines(layer),
                       state, step);
    }
    pencils_.ascend_multipliers(values_, step.slope_rate, step.square_correction, multiplier_scale_);
}

double RelaxedLanes::input_width(std::size_t lane) const {
    double width = 0;
    for (const Variable input : network_->network().input_variables()) {
        const std::size_t v = input.index();
        width += std::fabs(coefficients_.row(v)[lane]) * (network_->upper(v) - network_->lower(v));
    }
    return width;
}

double RelaxedLanes::value(const Objective& objective, std::size_t lane) const {
    double sum = objective.constant;
    for (const auto& [v, coefficient] : objective.terms) sum += coefficient * values_.row(v)[lane];
    return sum;
}

/// Before the first step: the units of multipliers, and a guess at those that are 0 where the primal point violates the
/// row. One that matters makes the row about as wide over the inputs as the objective is.
void RelaxedLanes::enter_rows(std::size_t lane) {
    const Condition& condition = *conditions_[lane];
    const double own = input_width(lane);
    for (std::size_t r = 0; r < rows_[lane].size(); ++r) {
        RowState& row = rows_[lane][r];
        const double width = condition.widths[r];
        row.scale = width > 0 ? std::max(own / width, row.multiplier) : 0;
        if (row.multiplier > 0 || row.scale == 0 || value(condition.rows[r], lane) <= 0) continue;
        row.multiplier = row.scale;
        if (r > 0) continue;
        for (const auto& [neuron, shift] : splits_[lane]) shift_.row(neuron)[lane] += row.multiplier * shift;
    }
}

/// A step for the multipliers of rows, whose derivatives are the rows' values at the primal point.
void RelaxedLanes::ascend_rows(double rate, double square_correction) {
    for (std::size_t j = 0; j < lanes; ++j) {
        if (conditions_[j] == nullptr) continue;
        if (steps_ == 1) enter_rows(j);
        for (std::size_t r = 0; r < rows_[j].size(); ++r) {
            RowState& row = rows_[j][r];
            const double derivative = value(conditions_[j]->rows[r], j);
            const double direction = row.moments.direction(derivative, square_correction);
            row.multiplier = std::max(row.multiplier + rate * row.scale * direction, 0.0);
        }
    }
}

void RelaxedLanes::optimise(std::size_t steps, double rate, double decay, std::span<const double> target) {
    bound();
    for (std::size_t s = 0; s < steps; ++s) {
        bool open = false;
        for (std::size_t j = 0; j < lanes; ++j) open = open || (used_[j] && !(best_[j] > target[j]));
        if (!open) return;
        primal();
        ascend(rate);
        rate *= decay;
        bound();
    }
}

Slopes RelaxedLanes::slopes(std::size_t lane, std::span<const NeuronSplit> splits) {
    Slopes slopes;
    slopes.slope.reserve(network_->unstable().size());
    for (const NeuronLayer& layer : network_->neuron_layers()) {
        const std::span<const std::uint32_t> reached = reach_.of_lane(lane, layer.layer, layer.unstable);
        auto next = reached.begin();
        for (const std::uint32_t i : layer.unstable) {
            const bool is_reached = next != reached.end() && *next == i;
            if (is_reached) ++next;
            if (!layer.is_relu) {
                const double g = is_reached ? coefficients_.row(layer.post + i)[lane] : 0;
                slopes.slope.push_back(g == 0 ? std::numeric_limits<float>::quiet_NaN()
                                              : pencils_.place(lane, layer.first + i, g > 0));
                continue;
            }
            const bool starts_at_1 = network_->upper(layer.pre + i) > -network_->lower(layer.pre + i);
            slopes.slope.push_back(is_reached ? static_cast<float>(slope_.row(layer.first + i)[lane])
                                              : static_cast<float>(starts_at_1));
        }
    }
    for (const NeuronSplit& split : splits)
        slopes.multiplier.push_back(network_->layer_of(split.neuron).is_relu
                                        ? static_cast<float>(std::fabs(shift_.row(split.neuron)[lane]))
                                        : pencils_.multiplier(lane, split));
    if (conditions_[lane] != nullptr)
        for (const RowState& row : rows_[lane]) slopes.row_multiplier.push_back(static_cast<float>(row.multiplier));
    return slopes;
}

double RelaxedLanes::gap(std::size_t neuron, std::size_t lane) const {
    const NeuronLayer& layer = network_->layer_of(neuron);
    const std::size_t i = neuron - layer.first;
    const double g = coefficients_.row(layer.post + i)[lane];
    const double value = values_.row(layer.post + i)[lane];
    const double input = values_.row(layer.pre + i)[lane];
    const double truth =
        layer.is_relu ? std::max(input, 0.0) : model::apply(network_->relaxation(layer).activation(), input);
    return std::fabs(g * (value - truth));
}

}  // namespace sinew::bounds
