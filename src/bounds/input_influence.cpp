// SPDX-License-Identifier: Apache-2.0
#include "bounds/input_influence.hpp"

#include <algorithm>
#include <cmath>

namespace sinew::bounds {

InputInfluence::InputInfluence(const model::Network& network)
    : inputs_(network.input_variables()), row_of_(network.variable_count(), none) {
    const auto place = [&](std::size_t variable) {
        return static_cast<std::uint32_t>(std::lower_bound(inputs_.begin(), inputs_.end(), Variable(variable)) -
                                          inputs_.begin());
    };
    const auto end_row = [&](std::size_t variable) {
        row_of_[variable] = static_cast<std::uint32_t>(begin_.size() - 1);
        begin_.push_back(parts_.size());
    };
    for (const model::Layer& layer : network.layers()) {
        if (std::holds_alternative<model::InputLayer>(layer.operation))
            for (std::size_t i = layer.first.index(); i < layer.first.index() + layer.size; ++i) {
                parts_.push_back({place(i), 1});
                end_row(i);
            }
        const auto* affine = std::get_if<model::AffineLayer>(&layer.operation);
        if (affine == nullptr) continue;
        const auto reads_input = [&](const model::AffineTerm& term) {
            return std::holds_alternative<model::InputLayer>(network.layer(term.source).operation);
        };
        if (!std::all_of(affine->terms.begin(), affine->terms.end(), reads_input)) continue;
        for (std::size_t i = 0; i < layer.size; ++i) {
            for (const model::AffineTerm& term : affine->terms) {
                const std::size_t source = network.layer(term.source).first.index();
                const model::NearestNumbers numbers = model::weights(term.map).nearest();
                model::for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                    if (numbers[weight] != 0) parts_.push_back({place(source + column), std::fabs(numbers[weight])});
                });
            }
            end_row(layer.first.index() + i);
        }
    }
}

bool InputInfluence::score(const NetworkBounds& bounds, const State& state, std::span<const double> row_weight,
                           std::vector<double>& score) const {
    bool any = false;
    for (const PhaseLoss& loss : bounds.phase_losses()) {
        const std::uint32_t row = row_of_[loss.variable];
        if (row == none) continue;
        double sum = 0;
        for (std::size_t r = 0; r < row_weight.size(); ++r)
            if (row_weight[r] != 0) sum += row_weight[r] * loss.loss(bounds.loss_coefficient(loss, r));
        if (!(sum > 0) || !std::isfinite(sum)) continue;
        const auto width = [&](const Part& part) {
            const Interval side = state.at(inputs_[part.input]);
            return part.weight * (side.upper - side.lower);
        };
        double total = 0;
        for (std::size_t p = begin_[row]; p < begin_[row + 1]; ++p) total += width(parts_[p]);
        if (!(total > 0) || !std::isfinite(total)) continue;
        any = true;
        for (std::size_t p = begin_[row]; p < begin_[row + 1]; ++p) {
            const double share = width(parts_[p]) / total;
            score[parts_[p].input] += sum * share * share;
        }
    }
    return any;
}

}  // namespace sinew::bounds
