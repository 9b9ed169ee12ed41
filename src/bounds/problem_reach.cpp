// SPDX-License-Identifier: Apache-2.0
#include "bounds/problem_reach.hpp"

namespace sinew::bounds {

namespace {
/// An empty list that is not the one without data, which means all.
constexpr std::uint32_t nothing = 0;
std::span<const std::uint32_t> span_of(const std::vector<std::uint32_t>& list) {
    return {list.empty() ? &nothing : list.data(), list.size()};
}
}  // namespace

ProblemReach::ProblemReach(const RelaxedNetwork& network)
    : network_(&network),
      all_(network.reach_map().none()),
      rows_(network.network().layer_count()),
      live_(network.neuron_layers().size()),
      unstable_(network.neuron_layers().size()) {
    boxes_.fill(all_);
}

void ProblemReach::clear() {
    for (Boxes& boxes : boxes_) boxes.assign(boxes.size(), {});
    all_.assign(all_.size(), {});
    listed_ = false;
}

void ProblemReach::add(std::size_t lane, std::size_t variable) {
    const model::Component component = network_->network().component(Variable(variable));
    network_->reach_map().add(boxes_[lane], component.layer.index(), component.index);
}

void ProblemReach::close(std::size_t lane, std::size_t top) {
    network_->reach_map().close(boxes_[lane], top);
    for (std::size_t l = 0; l < top; ++l) all_[l] = join(all_[l], boxes_[lane][l]);
    listed_ = false;
}

bool ProblemReach::is_whole(const ImageBox& box, std::size_t layer) const {
    return box.size() == network_->network().layers()[layer].size;
}

void ProblemReach::list() {
    const ReachMap& map = network_->reach_map();
    const auto choose = [&](std::size_t layer, const std::vector<std::uint32_t>& from, std::vector<std::uint32_t>& to) {
        to.clear();
        if (!is_whole(all_[layer], layer)) choose_inside(map.shape(layer), all_[layer], from, to);
    };
    for (std::size_t l = 0; l < rows_.size(); ++l) choose(l, network_->live_rows(l), rows_[l]);
    for (std::size_t n = 0; n < live_.size(); ++n) {
        const NeuronLayer& layer = network_->neuron_layers()[n];
        choose(layer.layer, layer.live, live_[n]);
        choose(layer.layer, layer.unstable, unstable_[n]);
    }
    listed_ = true;
}

std::span<const std::uint32_t> ProblemReach::of_lane(std::size_t lane, std::size_t layer,
                                                     std::span<const std::uint32_t> among) {
    const ImageBox& box = boxes_[lane][layer];
    if (is_whole(box, layer)) return among;
    chosen_.clear();
    choose_inside(network_->reach_map().shape(layer), box, among, chosen_);
    return chosen_;
}

std::span<const std::uint32_t> ProblemReach::rows(std::size_t layer) const {
    return span_of(is_whole(all_[layer], layer) ? network_->live_rows(layer) : rows_[layer]);
}

std::span<const std::uint32_t> ProblemReach::live(const NeuronLayer& layer) const {
    const auto n = static_cast<std::size_t>(&layer - network_->neuron_layers().data());
    return span_of(is_whole(all_[layer.layer], layer.layer) ? layer.live : live_[n]);
}

std::span<const std::uint32_t> ProblemReach::unstable(const NeuronLayer& layer) const {
    const auto n = static_cast<std::size_t>(&layer - network_->neuron_layers().data());
    return span_of(is_whole(all_[layer.layer], layer.layer) ? layer.unstable : unstable_[n]);
}

Selection ProblemReach::selection(std::size_t layer, std::size_t term) const {
    const auto& affine = std::get<model::AffineLayer>(network_->network().layers()[layer].operation);
    return {rows(layer), rows(affine.terms[term].source.index())};
}

}  // namespace sinew::bounds
