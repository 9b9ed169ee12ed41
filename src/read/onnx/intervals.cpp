// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/intervals.hpp"

#include "base/limit_scope.hpp"

namespace sinew::read::onnx {

namespace {
constexpr double no_bound = std::numeric_limits<double>::infinity();
constexpr Interval anything{-no_bound, no_bound};

/// Neither bound is no number.
Interval proper(Interval interval) {
    if (!(interval.lower >= -no_bound)) interval.lower = -no_bound;
    if (!(interval.upper <= no_bound)) interval.upper = no_bound;
    return interval;
}

Interval of_number(const model::NumberArray& numbers, std::size_t index) {
    if (numbers.holds_double(index)) return {numbers.nearest()[index], numbers.nearest()[index]};
    const Rational exact = numbers.exact(index);
    return {to_double_below(exact), to_double_above(exact)};
}

Interval of_rational(const Rational& number) {
    return {to_double_below(number), to_double_above(number)};
}

Interval times(Interval a, Interval b) {
    return {std::min({mul_down(a.lower, b.lower), mul_down(a.lower, b.upper), mul_down(a.upper, b.lower),
                      mul_down(a.upper, b.upper)}),
            std::max({mul_up(a.lower, b.lower), mul_up(a.lower, b.upper), mul_up(a.upper, b.lower),
                      mul_up(a.upper, b.upper)})};
}

Interval plus(Interval a, Interval b) {
    return {add_down(a.lower, b.lower), add_up(a.upper, b.upper)};
}

Interval either(Interval a, Interval b) {
    return {std::min(a.lower, b.lower), std::max(a.upper, b.upper)};
}

/// Piece by piece over the part of the interval that it has (closed).
Interval image_of_pieces(const model::Activation& activation, Interval of) {
    const std::vector<model::Piece> pieces = model::pieces(activation);
    Interval result{no_bound, -no_bound};
    for (std::size_t p = 0; p < pieces.size(); ++p) {
        Interval part = of;
        if (pieces[p].begin) part.lower = std::max(part.lower, to_double_below(*pieces[p].begin));
        if (p + 1 < pieces.size()) part.upper = std::min(part.upper, to_double_above(*pieces[p + 1].begin));
        if (part.lower > part.upper) continue;
        const Interval line = plus(times(of_rational(pieces[p].slope), part), of_rational(pieces[p].intercept));
        result = either(result, proper(line));
    }
    return result.lower <= result.upper ? result : anything;
}
}  // namespace

Interval image(const model::Activation& activation, Interval of) {
    switch (activation.kind) {
        case model::ActivationKind::sigmoid:
            return {0, 1};
        case model::ActivationKind::tanh:
            return {-1, 1};
        default:
            return model::is_piecewise_linear(activation) ? image_of_pieces(activation, of) : anything;
    }
}

namespace {
bool is_step(const model::LayerOperation& operation) {
    const auto* activation = std::get_if<model::ActivationLayer>(&operation);
    if (activation == nullptr) return false;
    const model::ActivationKind kind = activation->activation.kind;
    return kind == model::ActivationKind::hardlim || kind == model::ActivationKind::sign ||
           kind == model::ActivationKind::signum;
}

/// What the intervals of a layer are computed from.
std::vector<model::LayerId> sources_of(const model::LayerOperation& operation) {
    std::vector<model::LayerId> result;
    if (const auto* affine = std::get_if<model::AffineLayer>(&operation))
        for (const model::AffineTerm& term : affine->terms) result.push_back(term.source);
    if (const auto* pool = std::get_if<model::MaxPoolLayer>(&operation)) result.push_back(pool->source);
    if (const auto* activation = std::get_if<model::ActivationLayer>(&operation))
        if (!is_step(operation)) result.push_back(activation->source);
    return result;
}
}  // namespace

std::vector<Interval> LayerIntervals::computed(const model::Network& network, model::LayerId id,
                                               const std::vector<model::Domain>* domains) const {
    check_limits();
    const model::Layer& layer = network.layer(id);
    const auto source = [&](model::LayerId of) -> const std::vector<Interval>& { return *intervals_[of.index()]; };
    std::vector<Interval> result(layer.size, anything);
    if (std::holds_alternative<model::InputLayer>(layer.operation)) {
        std::size_t input = 0;
        for (std::size_t before = 0; before < id.index(); ++before)
            if (std::holds_alternative<model::InputLayer>(network.layers()[before].operation))
                input += network.layers()[before].size;
        for (Interval& interval : result) {
            if (domains != nullptr && input < domains->size()) interval = enclosing((*domains)[input]);
            ++input;
        }
    } else if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
        for (std::size_t row = 0; row < layer.size; ++row) {
            Interval sum = of_number(affine->bias, row);
            for (const model::AffineTerm& term : affine->terms) {
                const model::NumberArray& weights = model::weights(term.map);
                const std::vector<Interval>& from = source(term.source);
                model::for_each_entry(term.map, row, [&](std::size_t column, std::size_t weight) {
                    sum = plus(sum, times(of_number(weights, weight), from[column]));
                });
            }
            result[row] = proper(sum);
        }
    } else if (is_step(layer.operation)) {
        const auto& activation = std::get<model::ActivationLayer>(layer.operation);
        const Interval ends = image(activation.activation, anything);
        std::fill(result.begin(), result.end(), ends);
    } else if (const auto* activation = std::get_if<model::ActivationLayer>(&layer.operation)) {
        const std::vector<Interval>& from = source(activation->source);
        for (std::size_t i = 0; i < layer.size; ++i) result[i] = image(activation->activation, from[i]);
    } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
        const std::vector<Interval>& from = source(pool->source);
        for (std::size_t w = 0; w < layer.size; ++w) {
            Interval most = from[pool->member[pool->begin[w]]];
            for (std::size_t m = pool->begin[w]; m < pool->begin[w + 1]; ++m) {
                most.lower = std::max(most.lower, from[pool->member[m]].lower);
                most.upper = std::max(most.upper, from[pool->member[m]].upper);
            }
            result[w] = most;
        }
    }
    return result;
}

const std::vector<Interval>& LayerIntervals::of(const model::Network& network, model::LayerId layer,
                                                const std::vector<model::Domain>* domains) {
    intervals_.resize(std::max(intervals_.size(), network.layer_count()));
    std::vector<model::LayerId> open{layer};
    while (!open.empty()) {
        const model::LayerId id = open.back();
        const std::size_t before = open.size();
        if (!intervals_[id.index()])
            for (const model::LayerId from : sources_of(network.layer(id).operation))
                if (!intervals_[from.index()]) open.push_back(from);
        if (open.size() != before) continue;
        open.pop_back();
        if (!intervals_[id.index()]) intervals_[id.index()] = computed(network, id, domains);
    }
    return *intervals_[layer.index()];
}

}  // namespace sinew::read::onnx
