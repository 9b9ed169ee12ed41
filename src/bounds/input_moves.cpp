// SPDX-License-Identifier: Apache-2.0
// Which input of a curved network to bisect: a derivative forward, with the slopes of lines and planes, says how far
// each input moves what is multiplied or bent.
#include <cmath>

#include "bounds/network_bounds.hpp"

namespace sinew::bounds {

namespace {
constexpr std::size_t most_inputs = 64;
constexpr std::size_t most_moves = std::size_t{1} << 20;
}  // namespace

void NetworkBounds::find_moves(const State& state) {
    const std::size_t inputs = inputs_.size();
    moves_.assign(network_->variable_count() * inputs, 0.0);
    const auto of = [&](std::size_t variable) { return moves_.data() + variable * inputs; };
    const auto add = [&](double* to, const double* from, double factor) {
        if (factor == 0 || !std::isfinite(factor)) return;
        for (std::size_t i = 0; i < inputs; ++i) to[i] += factor * from[i];
    };
    for (std::size_t i = 0; i < inputs; ++i) {
        const Interval side = state.at(inputs_[i]);
        of(inputs_[i].index())[i] = side.upper - side.lower;
    }
    for (std::size_t l = 0; l < plans_.size(); ++l) {
        const Plan& plan = plans_[l];
        const auto& operation = network_->layers()[l].operation;
        if (const auto* affine = std::get_if<model::AffineLayer>(&operation)) {
            for (const model::AffineTerm& term : affine->terms) {
                const std::size_t source = plans_[term.source.index()].first;
                const model::NearestNumbers numbers = model::weights(term.map).nearest();
                for (std::size_t k = 0; k < plan.size; ++k)
                    model::for_each_entry(term.map, k, [&](std::size_t column, std::size_t at) {
                        add(of(plan.first + k), of(source + column), numbers[at]);
                    });
            }
        } else if (const auto* neurons = std::get_if<model::ActivationLayer>(&operation)) {
            const std::size_t source = plans_[neurons->source.index()].first;
            for (std::size_t a = 0; a < plan.alive.size(); ++a) {
                const std::uint32_t k = plan.alive[a];
                add(of(plan.first + k), of(source + k),
                    a < plan.open ? 0.5 * (plan.lower_slope[a] + plan.upper_slope[a]) : 1.0);
            }
        } else if (const auto* product = std::get_if<model::ProductLayer>(&operation)) {
            const std::size_t source = plans_[product->source.index()].first;
            for (std::size_t k = 0; k < plan.size; ++k) {
                add(of(plan.first + k), of(source + product->left[k]), plan.planes[k].left);
                add(of(plan.first + k), of(source + product->right[k]), plan.planes[k].right);
            }
        } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&operation)) {
            const std::size_t source = plans_[pool->source.index()].first;
            for (std::size_t k = 0; k < plan.size; ++k) add(of(plan.first + k), of(source + plan.pool_member[k]), 1);
        }
    }
}

bool NetworkBounds::score_inputs(const State& state, std::span<const double> row_weight, std::span<double> score) {
    const std::size_t inputs = inputs_.size();
    if (!renews_budgets_ || inputs > most_inputs || network_->variable_count() * inputs > most_moves) return false;
    find_moves(state);
    bool any = false;
    // Halving a share s of what bends takes 1 - (1 - s/2)² of the bend away.
    const auto share_out = [&](std::size_t variable, double loss) {
        const double* move = moves_.data() + variable * inputs;
        double sum = 0;
        for (std::size_t i = 0; i < inputs; ++i) sum += std::fabs(move[i]);
        if (!(sum > 0) || !std::isfinite(sum) || !(loss > 0) || !std::isfinite(loss)) return;
        any = true;
        for (std::size_t i = 0; i < inputs; ++i) {
            const double share = std::fabs(move[i]) / sum;
            score[i] += loss * share * (1 - share / 4);
        }
    };
    for (const PhaseLoss& loss : losses_) {
        double sum = 0;
        for (std::size_t r = 0; r < row_weight.size(); ++r)
            if (row_weight[r] != 0) sum += row_weight[r] * loss.loss(loss_coefficient(loss, r));
        share_out(loss.variable, sum);
    }
    for (const ProductLoss& loss : product_losses_) {
        const auto& product = std::get<model::ProductLayer>(network_->layers()[loss.layer].operation);
        const std::size_t source = plans_[product.source.index()].first;
        const ProductPlanes& planes = plans_[loss.layer].planes[loss.component];
        double sum = 0;
        for (std::size_t r = 0; r < row_weight.size(); ++r)
            if (row_weight[r] != 0) sum += row_weight[r] * std::fabs(coefficient_of_loss(loss.first_coefficient, r));
        sum *= 0.25 * (planes.upper - planes.lower);
        share_out(source + product.left[loss.component], sum);
        share_out(source + product.right[loss.component], sum);
    }
    return any;
}

}  // namespace sinew::bounds
