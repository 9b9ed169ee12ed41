// SPDX-License-Identifier: Apache-2.0
#include "bounds/forward_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/effort.hpp"
#include "base/error.hpp"
#include "base/infinity.hpp"
#include "base/limit_scope.hpp"
#include "bounds/relaxed_network.hpp"

namespace sinew::bounds {

using model::ActivationLayer;
using model::AffineLayer;
using model::AffineTerm;
using model::InputLayer;
using model::Layer;
using model::MaxPoolLayer;

namespace {
constexpr double unit = 0x1p-53;
/// What a slope and a shift are off by, as a share of what goes in.
constexpr double step_share = 16 * unit;
/// An error that is a smaller share of a neuron's width is hardly worth a back-substitution.
constexpr double loose_share = 0.05;

/// |W|, in the map's own form.
model::LinearMap absolute(const model::LinearMap& map) {
    const auto magnitudes = [](const model::NumberArray& numbers) {
        if (const float* floats = numbers.nearest().floats()) {
            std::vector<float> result(numbers.size());
            for (std::size_t i = 0; i < result.size(); ++i) result[i] = std::fabs(floats[i]);
            return model::NumberArray(std::move(result));
        }
        std::vector<double> result(numbers.size());
        for (std::size_t i = 0; i < result.size(); ++i) result[i] = std::fabs(numbers.nearest()[i]);
        return model::NumberArray(std::move(result));
    };
    model::LinearMap result = map;
    model::weights(result) = magnitudes(model::weights(map));
    return result;
}

/// Entries of the longest row, at most.
std::size_t longest_row(const model::LinearMap& map) {
    if (const auto* convolution = std::get_if<model::ConvolutionMap>(&map))
        return convolution->in_channels / convolution->groups * convolution->kernel_height * convolution->kernel_width;
    if (const auto* transposed = std::get_if<model::TransposedConvolutionMap>(&map)) {
        const model::ConvolutionMap& of = transposed->convolution;
        return of.out_channels / of.groups * of.kernel_height * of.kernel_width;
    }
    if (const auto* sparse = std::get_if<model::SparseMap>(&map)) {
        std::size_t longest = 0;
        for (std::size_t r = 0; r < sparse->rows(); ++r)
            longest = std::max(longest, sparse->row_begin[r + 1] - sparse->row_begin[r]);
        return longest;
    }
    return model::columns(map);
}
}  // namespace

bool ForwardBounds::fits(const model::Network& network) {
    if (model::is_curved(network)) return false;
    for (const Layer& layer : network.layers()) {
        const auto* affine = std::get_if<AffineLayer>(&layer.operation);
        if (affine == nullptr) continue;
        for (const AffineTerm& term : affine->terms) {
            const model::NumberArray& numbers = model::weights(term.map);
            if (numbers.all_doubles()) continue;
            for (std::size_t i = 0; i < numbers.size(); ++i)
                if (std::fabs(numbers.nearest()[i]) < underflow_reserve && !numbers.holds_double(i)) return false;
        }
    }
    return true;
}

ForwardBounds::ForwardBounds(const model::Network& network, std::span<const std::size_t> kept)
    : network_(&network), inputs_(network.input_variables().size()) {
    const std::vector<Layer>& layers = network.layers();
    plans_.resize(layers.size());
    std::size_t first_input = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        Plan& plan = plans_[l];
        plan.last_reader = l;
        const auto reads = [&](model::LayerId source, bool by_pieces) {
            plans_[source.index()].last_reader = l;
            if (by_pieces) plans_[source.index()].read_by_pieces = true;
        };
        if (std::holds_alternative<InputLayer>(layers[l].operation)) {
            plan.first_input = first_input;
            first_input += layers[l].size;
        } else if (const auto* affine = std::get_if<AffineLayer>(&layers[l].operation)) {
            std::size_t row = 0;
            for (const AffineTerm& term : affine->terms) {
                reads(term.source, false);
                row += longest_row(term.map);
                plan.absolute.push_back(absolute(term.map));
            }
            plan.longest = row;
            for (const AffineTerm& term : affine->terms)
                plans_[term.source.index()].longest = std::max(plans_[term.source.index()].longest, row);
        } else if (const auto* activation = std::get_if<ActivationLayer>(&layers[l].operation)) {
            reads(activation->source, true);
            plan.relaxation = static_cast<int>(relaxations_.size());
            relaxations_.emplace_back(activation->activation);
        } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layers[l].operation)) {
            reads(pool->source, true);
        }
    }
    std::size_t bounds = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        plans_[l].bounds = bounds;
        if (plans_[l].read_by_pieces) bounds += layers[l].size;
    }
    bounds_.resize(bounds);
    for (const std::size_t layer : kept) plans_[layer].kept = true;
    for (Plan& plan : plans_)
        plan.gamma = (6.0 * static_cast<double>(plan.longest) + 4.0 * static_cast<double>(inputs_) + 64.0) * unit *
                     (1 + 0x1p-10);
}

std::size_t ForwardBounds::products(const model::Network& network, std::size_t boxes) {
    std::size_t once = 0;
    for (const Layer& layer : network.layers())
        if (const auto* affine = std::get_if<AffineLayer>(&layer.operation))
            for (const AffineTerm& term : affine->terms) once += model::multiplications(term.map);
    if (boxes == 0) return once;
    std::size_t width = 1;
    while (width < boxes) width *= 2;
    const std::size_t numbers = network.input_variables().size() + 1;
    return once * ((numbers * width + lanes - 1) / lanes + 1) * lanes;
}

bool pays_forward(const model::Network& network, std::size_t open) {
    constexpr std::size_t least_gain = 16;
    return ForwardBounds::fits(network) &&
           least_gain * ForwardBounds::products(network, 1) <= open * ForwardBounds::products(network);
}

void tighten_forward(RelaxedNetwork& network) {
    if (!pays_forward(network.network(), network.unstable().size())) return;
    ForwardBounds forward(network.network(), {});
    const std::size_t variables = network.network().variable_count();
    State state{{network.lower_bounds(), network.lower_bounds() + variables},
                {network.upper_bounds(), network.upper_bounds() + variables}};
    std::vector<double> lower;
    std::vector<double> upper;
    for (const Variable input : network.network().input_variables()) {
        lower.push_back(state.lower[input.index()]);
        upper.push_back(state.upper[input.index()]);
    }
    const ForwardBox box{lower, upper, &state};
    forward.run({&box, 1});
    if (forward.result(0).empty) return;  // whoever bounds them next finds the same
    for (const NeuronLayer& layer : network.neuron_layers())
        for (std::size_t v = layer.pre; v < layer.pre + layer.size; ++v)
            network.tighten(v, state.lower[v], state.upper[v]);
    network.refresh();
}

int ForwardBounds::take(std::size_t rows) {
    std::size_t found = 0;
    while (found < pool_.size() && pool_[found].in_use) ++found;
    if (found == pool_.size()) pool_.emplace_back();
    Forms& forms = pool_[found];
    forms.in_use = true;
    if (forms.value.size() < matrices_) forms.value.resize(matrices_);
    for (std::size_t m = 0; m < matrices_; ++m) {
        forms.value[m].resize(rows);
        forms.value[m].fill(0);
    }
    forms.error.resize(rows);
    forms.error.fill(0);
    return static_cast<int>(found);
}

/// Frees what nobody reads after `layer`.
void ForwardBounds::release_after(std::size_t layer) {
    for (std::size_t l = 0; l <= layer; ++l) {
        Plan& plan = plans_[l];
        if (plan.forms < 0 || plan.kept || plan.last_reader > layer) continue;
        pool_[static_cast<std::size_t>(plan.forms)].in_use = false;
        plan.forms = -1;
    }
}

void ForwardBounds::run(std::span<const ForwardBox> boxes) {
    begin(boxes);
    for (std::size_t l = 0; l < plans_.size(); ++l) advance(l);
}

void ForwardBounds::begin(std::span<const ForwardBox> boxes) {
    require(!boxes.empty() && boxes.size() <= lanes, "one to sixteen boxes");
    count_ = boxes.size();
    width_ = 1;
    while (width_ < count_) width_ *= 2;
    matrices_ = ((inputs_ + 1) * width_ + lanes - 1) / lanes;
    for (Forms& forms : pool_) forms.in_use = false;
    for (Plan& plan : plans_) plan.forms = -1;
    results_.fill({});
    std::copy(boxes.begin(), boxes.end(), boxes_.begin());
}

void ForwardBounds::advance(std::size_t layer) {
    check_limits();
    const auto& operation = network_->layers()[layer].operation;
    if (std::holds_alternative<InputLayer>(operation)) begin_inputs(layer);
    if (std::holds_alternative<AffineLayer>(operation)) affine(layer);
    if (std::holds_alternative<ActivationLayer>(operation)) activation(layer);
    if (std::holds_alternative<MaxPoolLayer>(operation)) pool(layer);
    spend(network_->layers()[layer].size * (inputs_ + 2) * width_ / multiplications_per_tick + 1);
    release_after(layer);
}

bool ForwardBounds::is_loose(std::size_t layer, std::size_t component) const {
    const Plan& plan = plans_[layer];
    if (results_[0].failed || !plan.read_by_pieces) return true;
    const Bounds& bounds = bounds_[plan.bounds + component];
    const double error = pool_[static_cast<std::size_t>(plan.forms)].error.row(component)[0];
    return error > loose_share * (bounds.upper[0] - bounds.lower[0]) / 2;
}

void ForwardBounds::refine(std::size_t layer, std::size_t component, std::span<const double> below,
                           double below_constant, std::span<const double> above, double above_constant) {
    const Plan& plan = plans_[layer];
    Forms& forms = pool_[static_cast<std::size_t>(plan.forms)];
    double constant = (below_constant + above_constant) / 2;
    double apart = (above_constant - below_constant) / 2;  // half the distance of the lines, in the middle of the box
    double spread = 0;                                     // by how much that grows to the corners
    double mass = std::fabs(below_constant) + std::fabs(above_constant);
    std::vector<double>& numbers = numbers_;
    numbers.resize(inputs_);
    for (std::size_t i = 0; i < inputs_; ++i) {
        const double low = boxes_[0].lower[i];
        const double high = boxes_[0].upper[i];
        const double middle = low + (high - low) / 2;
        const double radius = std::max(sub_up(middle, low), sub_up(high, middle));
        const double mean = (below[i] + above[i]) / 2;
        const double half = (above[i] - below[i]) / 2;
        numbers[i] = mean * radius;
        constant += mean * middle;
        apart += half * middle;
        spread += std::fabs(half * radius);
        mass += (std::fabs(below[i]) + std::fabs(above[i])) * (std::fabs(middle) + radius);
    }
    const double error = apart + spread + plan.gamma * mass + underflow_reserve;
    Bounds& known = bounds_[plan.bounds + component];
    if (error < forms.error.row(component)[0] && error >= 0) {
        for (std::size_t i = 0; i < inputs_; ++i) number(forms, width_, component, i)[0] = numbers[i];
        number(forms, width_, component, inputs_)[0] = constant;
        forms.error.row(component)[0] = error;
        finish(plan.gamma, forms, component, known);
    }
    meet(network_->layers()[layer].first.index() + component, known);
}

void ForwardBounds::begin_inputs(std::size_t layer) {
    Plan& plan = plans_[layer];
    const Layer& inputs = network_->layers()[layer];
    plan.forms = take(inputs.size);
    Forms& forms = pool_[static_cast<std::size_t>(plan.forms)];
    for (std::size_t k = 0; k < inputs.size; ++k) {
        const std::size_t input = plan.first_input + k;
        for (std::size_t b = 0; b < count_; ++b) {
            const double low = boxes_[b].lower[input];
            const double high = boxes_[b].upper[input];
            const double middle = low + (high - low) / 2;
            number(forms, width_, k, input)[b] = std::max(sub_up(middle, low), sub_up(high, middle));
            number(forms, width_, k, inputs_)[b] = middle;
        }
        Bounds bounds;
        finish(plan.gamma, forms, k, bounds);
        for (std::size_t b = 0; b < count_; ++b) {
            bounds.lower[b] = boxes_[b].lower[input];
            bounds.upper[b] = boxes_[b].upper[input];
        }
        if (plan.read_by_pieces) bounds_[plan.bounds + k] = bounds;
    }
}

void ForwardBounds::finish(double gamma, Forms& forms, std::size_t row, Bounds& bounds) {
    double spread[lanes] = {};
    for (std::size_t i = 0; i < inputs_; ++i) {
        const double* coefficient = number(forms, width_, row, i);
        for (std::size_t b = 0; b < width_; ++b) spread[b] += std::fabs(coefficient[b]);
    }
    const double* constant = number(forms, width_, row, inputs_);
    double* error = forms.error.row(row);
    for (std::size_t b = 0; b < width_; ++b) {
        error[b] += gamma * (std::fabs(constant[b]) + spread[b] + error[b]) + underflow_reserve;
        bounds.lower[b] = constant[b] - (spread[b] + error[b]);
        bounds.upper[b] = constant[b] + (spread[b] + error[b]);
    }
    for (std::size_t b = 0; b < count_; ++b)
        if (!std::isfinite(bounds.lower[b]) || !std::isfinite(bounds.upper[b])) {
            results_[b].failed = true;
            bounds.lower[b] = -infinity;
            bounds.upper[b] = infinity;
        }
}

void ForwardBounds::meet(std::size_t variable, Bounds& bounds) {
    for (std::size_t b = 0; b < count_; ++b) {
        if (boxes_[b].state == nullptr) continue;
        double& lower = boxes_[b].state->lower[variable];
        double& upper = boxes_[b].state->upper[variable];
        lower = std::max(lower, bounds.lower[b]);
        upper = std::min(upper, bounds.upper[b]);
        if (lower > upper) {
            if (!results_[b].empty) results_[b].crossed = static_cast<std::uint32_t>(variable);
            results_[b].empty = true;
            continue;
        }
        bounds.lower[b] = lower;
        bounds.upper[b] = upper;
    }
}

void ForwardBounds::affine(std::size_t layer) {
    Plan& plan = plans_[layer];
    const Layer& at = network_->layers()[layer];
    const auto& affine = std::get<AffineLayer>(at.operation);
    plan.forms = take(at.size);
    Forms& forms = pool_[static_cast<std::size_t>(plan.forms)];
    for (std::size_t t = 0; t < affine.terms.size(); ++t) {
        const AffineTerm& term = affine.terms[t];
        const Forms& source = pool_[static_cast<std::size_t>(plans_[term.source.index()].forms)];
        if (model::rows(term.map) == 0 || model::columns(term.map) == 0) continue;
        for (std::size_t m = 0; m < matrices_; ++m) multiply(term.map, source.value[m].row(0), forms.value[m].row(0));
        multiply(plan.absolute[t], source.error.row(0), forms.error.row(0));
    }
    const std::size_t first = at.first.index();
    for (std::size_t k = 0; k < at.size; ++k) {
        const double bias = affine.bias.nearest()[k];
        double* constant = number(forms, width_, k, inputs_);
        double* error = forms.error.row(k);
        for (std::size_t b = 0; b < width_; ++b) {
            constant[b] += bias;
            error[b] += 2 * unit * std::fabs(bias);
        }
        Bounds bounds;
        finish(plan.gamma, forms, k, bounds);
        meet(first + k, bounds);
        if (plan.read_by_pieces) bounds_[plan.bounds + k] = bounds;
    }
}

/// The slope whose band around the activation is the narrowest, among those of its two lines, their mean, and 0.
void ForwardBounds::step(const Relaxation& relaxation, Interval input, double error, std::size_t box, Step& out) const {
    if (relaxation.activation().kind == model::ActivationKind::relu) {
        out.shift[box] = out.extra[box] = 0;
        if (input.upper <= 0) {
            out.slope[box] = 0;
        } else if (input.lower >= 0) {
            out.slope[box] = 1;
        } else {  // any slope in [0, 1] is right: the distance from the graph is largest at one of the ends
            double slope = input.upper / (input.upper - input.lower);
            if (!(slope >= 0 && slope <= 1)) slope = 0;
            double most = std::max(-slope * input.lower, (1 - slope) * input.upper);
            if (slope * error + most / 2 >= input.upper / 2) {  // what is known from elsewhere is tighter than the form
                slope = 0;
                most = input.upper;
            }
            out.slope[box] = slope;
            out.shift[box] = out.extra[box] = most / 2;
        }
        return;
    }
    const Interval image = relaxation.image(input);
    const Lines lines = relaxation.relax(input);
    const auto band = [&](double slope) {
        Interval offset = image;
        if (slope == 0) return offset;
        const auto at = [&](double line, double s) { return Interval::point(line - slope) * Interval::point(s); };
        // The difference of slopes is rounded: by a share of both, over the larger end.
        const double slack = 4 * unit *
                             (std::fabs(lines.lower_slope) + std::fabs(lines.upper_slope) + std::fabs(slope)) *
                             input.magnitude();
        offset.lower = std::min(at(lines.lower_slope, input.lower).lower, at(lines.lower_slope, input.upper).lower);
        offset.upper = std::max(at(lines.upper_slope, input.lower).upper, at(lines.upper_slope, input.upper).upper);
        return Interval::around(sub_down(add_down(offset.lower, lines.lower_intercept), slack),
                                add_up(add_up(offset.upper, lines.upper_intercept), slack));
    };
    double best = infinity;
    out.slope[box] = 0;
    out.shift[box] = 0;
    out.extra[box] = infinity;
    for (const double slope :
         {lines.upper_slope, lines.lower_slope, (lines.lower_slope + lines.upper_slope) / 2, 0.0}) {
        const Interval offset = band(slope);
        const double extra = (offset.upper - offset.lower) / 2;
        const double width = std::fabs(slope) * error + extra;
        if (!(width < best)) continue;
        best = width;
        out.slope[box] = slope;
        out.shift[box] = offset.lower + extra;
        out.extra[box] = extra;
    }
}

void ForwardBounds::transform(const Forms& from, Forms& to, std::size_t row, const Step& step) const {
    const double* error = from.error.row(row);
    const double* constant = number(from, width_, row, inputs_);
    double* new_error = to.error.row(row);
    double* new_constant = number(to, width_, row, inputs_);
    for (std::size_t i = 0; i < inputs_; ++i) {
        const double* old_number = number(from, width_, row, i);
        double* new_number = number(to, width_, row, i);
        for (std::size_t b = 0; b < width_; ++b) new_number[b] = step.slope[b] * old_number[b];
    }
    for (std::size_t b = 0; b < width_; ++b) {
        const double product = step.slope[b] * constant[b];
        const double carried = std::fabs(step.slope[b]) * error[b] + step.extra[b];
        new_error[b] = carried + step_share * (carried + std::fabs(product) + std::fabs(step.shift[b]));
        new_constant[b] = product + step.shift[b];
    }
}

void ForwardBounds::activation(std::size_t layer) {
    Plan& plan = plans_[layer];
    const Layer& at = network_->layers()[layer];
    const std::size_t source = std::get<ActivationLayer>(at.operation).source.index();
    const Relaxation& relaxation = relaxations_[static_cast<std::size_t>(plan.relaxation)];
    Plan& below = plans_[source];
    if (below.last_reader == layer && !below.kept)
        std::swap(plan.forms, below.forms);  // in place
    else
        plan.forms = take(at.size);
    Forms& to = pool_[static_cast<std::size_t>(plan.forms)];
    const Forms& from = below.forms < 0 ? to : pool_[static_cast<std::size_t>(below.forms)];
    const std::size_t first = at.first.index();
    const std::size_t first_source = network_->layers()[source].first.index();
    const bool relu = relaxation.activation().kind == model::ActivationKind::relu;
    Step step{};
    for (std::size_t k = 0; k < at.size; ++k) {
        const Bounds& bounds = bounds_[below.bounds + k];
        for (std::size_t b = 0; b < count_; ++b) {
            const Interval input{bounds.lower[b], bounds.upper[b]};
            const double error = from.error.row(k)[b];
            this->step(relaxation, input, error, b, step);
            if (relu ? !(input.lower < 0 && input.upper > 0) : relaxation.fixed(input)) continue;
            ForwardResult& result = results_[b];
            ++result.open;
            if (!(step.extra[b] > result.loosest_error)) continue;
            result.loosest_error = step.extra[b];
            result.loosest = static_cast<std::uint32_t>(first_source + k);
            result.loosest_constant = number(from, width_, k, inputs_)[b];
            result.loosest_slope = inputs_ == 0 ? 0 : number(from, width_, k, 0)[b];
        }
        transform(from, to, k, step);
        Bounds image;
        finish(plan.gamma, to, k, image);
        bool informed = plan.read_by_pieces;
        for (std::size_t b = 0; b < count_; ++b) informed = informed || boxes_[b].state != nullptr;
        if (!informed) continue;
        for (std::size_t b = 0; b < count_; ++b) {
            const Interval exact = relaxation.image({bounds.lower[b], bounds.upper[b]});
            image.lower[b] = std::max(image.lower[b], exact.lower);
            image.upper[b] = std::min(image.upper[b], exact.upper);
        }
        meet(first + k, image);
        if (plan.read_by_pieces) bounds_[plan.bounds + k] = image;
    }
}

/// max(a, x) = a + relu(x - a), member by member: the difference of two forms knows what both have in common.
void ForwardBounds::pool(std::size_t layer) {
    Plan& plan = plans_[layer];
    const Layer& at = network_->layers()[layer];
    const auto& pool = std::get<MaxPoolLayer>(at.operation);
    const Plan& below = plans_[pool.source.index()];
    plan.forms = take(at.size);
    Forms& to = pool_[static_cast<std::size_t>(plan.forms)];
    const Forms& from = pool_[static_cast<std::size_t>(below.forms)];
    for (std::size_t w = 0; w < at.size; ++w) {
        Bounds known;
        for (std::size_t k = pool.begin[w]; k < pool.begin[w + 1]; ++k) {
            const std::size_t member = pool.member[k];
            const Bounds& of_member = bounds_[below.bounds + member];
            const bool first = k == pool.begin[w];
            double share[lanes];  // of the member; the rest is what was there
            double shift[lanes];
            double spread[lanes] = {};  // of the difference
            double mass[lanes] = {};    // of both
            for (std::size_t i = 0; i < inputs_; ++i) {
                const double* x = number(from, width_, member, i);
                const double* a = number(to, width_, w, i);
                for (std::size_t b = 0; b < width_; ++b) {
                    spread[b] += std::fabs(x[b] - a[b]);
                    mass[b] += std::fabs(x[b]) + std::fabs(a[b]);
                }
            }
            const double* x = number(from, width_, member, inputs_);
            double* a = number(to, width_, w, inputs_);
            const double* x_error = from.error.row(member);
            double* a_error = to.error.row(w);
            for (std::size_t b = 0; b < width_; ++b) {
                share[b] = first ? 1 : 0;
                shift[b] = 0;
                if (first || b >= count_) continue;
                const double middle = x[b] - a[b];
                double reach = spread[b] + x_error[b] + a_error[b];
                reach += plan.gamma * (reach + mass[b] + std::fabs(x[b]) + std::fabs(a[b]));
                const double low = std::max(middle - reach, of_member.lower[b] - known.upper[b]);
                const double high = std::min(middle + reach, of_member.upper[b] - known.lower[b]);
                if (low >= 0) {
                    share[b] = 1;
                } else if (high > 0) {
                    const double slope = std::clamp(high / (high - low), 0.0, 1.0);
                    share[b] = slope;
                    // The differences of known bounds are rounded.
                    shift[b] = std::max(-slope * low, (1 - slope) * high) * (1 + 32 * unit) / 2 +
                               2 * unit * (std::fabs(low) + std::fabs(high));
                    ++results_[b].open;
                }
            }
            for (std::size_t i = 0; i < inputs_; ++i) {
                const double* member_number = number(from, width_, member, i);
                double* sum = number(to, width_, w, i);
                for (std::size_t b = 0; b < width_; ++b) sum[b] = (1 - share[b]) * sum[b] + share[b] * member_number[b];
            }
            for (std::size_t b = 0; b < width_; ++b) {
                const double error = (1 - share[b]) * a_error[b] + share[b] * x_error[b] + shift[b];
                a_error[b] = error + step_share * (error + std::fabs(a[b]) + std::fabs(x[b]) + mass[b]);
                a[b] = (1 - share[b]) * a[b] + share[b] * x[b] + shift[b];
                if (b >= count_) continue;
                known.lower[b] = first ? of_member.lower[b] : std::max(known.lower[b], of_member.lower[b]);
                known.upper[b] = first ? of_member.upper[b] : std::max(known.upper[b], of_member.upper[b]);
            }
        }
        Bounds bounds;
        finish(plan.gamma, to, w, bounds);
        for (std::size_t b = 0; b < count_; ++b) {
            bounds.lower[b] = std::max(bounds.lower[b], known.lower[b]);
            bounds.upper[b] = std::min(bounds.upper[b], known.upper[b]);
        }
        meet(at.first.index() + w, bounds);
        if (plan.read_by_pieces) bounds_[plan.bounds + w] = bounds;
    }
}

void ForwardBounds::lower_bound(const Row& row, std::size_t box, ForwardRow& out) const {
    out.value = out.constant = -infinity;
    out.error = infinity;
    out.coefficients.assign(inputs_, 0.0);
    if (results_[box].failed) return;
    double constant = row.constant;
    double error = 2 * unit * std::fabs(row.constant);
    double magnitude = std::fabs(row.constant);
    double mass = 1;  // of the neurons: a weight that rounds to 0 may meet a large one
    for (const auto& [variable, weight] : row.terms) {
        const model::Component component = network_->component(Variable(variable));
        const Plan& plan = plans_[component.layer.index()];
        require(plan.forms >= 0, "rows are over layers that are kept");
        const Forms& forms = pool_[static_cast<std::size_t>(plan.forms)];
        for (std::size_t i = 0; i < inputs_; ++i) {
            const double product = weight * number(forms, width_, component.index, i)[box];
            out.coefficients[i] += product;
            magnitude += std::fabs(product);
            mass += std::fabs(number(forms, width_, component.index, i)[box]);
        }
        const double product = weight * number(forms, width_, component.index, inputs_)[box];
        constant += product;
        magnitude += std::fabs(product);
        error += std::fabs(weight) * forms.error.row(component.index)[box];
        mass += std::fabs(number(forms, width_, component.index, inputs_)[box]) + forms.error.row(component.index)[box];
    }
    error += underflow_reserve * mass;
    const double terms = static_cast<double>(row.terms.size());
    error += (8 * (terms + static_cast<double>(inputs_) + 8) * unit) * (magnitude + error);
    double spread = 0;
    for (const double coefficient : out.coefficients) spread += std::fabs(coefficient);
    out.constant = constant - error;
    out.error = error;
    out.value = out.constant - spread;
    if (!std::isfinite(out.value)) out.value = out.constant = -infinity;
}

}  // namespace sinew::bounds
