// SPDX-License-Identifier: Apache-2.0
#include "train/local_search.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace sinew::train {

LocalSearch::LocalSearch(const Problem& problem, const Columns& columns, std::uint64_t seed)
    : problem_(problem), columns_(columns), random_(seed) {
    for (const std::uint32_t c : columns.example_columns) upper_end_ = std::max<std::size_t>(upper_end_, c + 1);
    find_partners();
    for (std::uint32_t i = 0; i < columns.features; ++i) {
        const auto change = columns.change(i, 1);
        const auto back = columns.change(i, -1);
        const auto zero = [](std::int32_t value) { return value == 0; };
        if (!std::ranges::all_of(change, zero) || !std::ranges::all_of(back, zero)) alive_.push_back(i);
    }
    const std::vector<std::size_t>& layers = problem.architecture.layers;
    if (layers.size() > 1)
        fan_ = static_cast<double>(layers[layers.size() - 2]);
    else
        for (const std::int32_t value : problem.examples.values) fan_ = std::max(fan_, 2 * std::abs(double(value)));
    wants_margin_ = std::ranges::find(problem.objectives, Objective::max_margin) != problem.objectives.end();
    wants_few_ = problem.objectives.front() == Objective::min_weight && problem.architecture.zero_weights;
    if (problem.objectives.front() == Objective::min_weight) {
        shortage_price_ = 4;
        hottest_ = 2;
        coldest_ = 0.2;
    } else if (problem.objectives.front() == Objective::max_margin) {
        shortage_price_ = 4;
        hottest_ = 3;
        coldest_ = 0.3;
    }
}

void LocalSearch::find_partners() {
    for (std::uint32_t c = 0; c < columns_.count; ++c) partner_.push_back(c);
    for (const Columns::Guard& guard : columns_.guards) {
        if (guard.first_layer) continue;
        upper_end_ = columns_.count;
        for (const Columns::Guard::Watch& watch : guard.watches) {
            if (watch.low == Columns::none) continue;
            has_balls_ = true;
            partner_[watch.low] = watch.high;
            partner_[watch.high] = watch.low;
        }
    }
}

/// Adds so many times what a weight on a neuron of the layer below contributes to the sums.
void LocalSearch::add_contribution(std::size_t layer, std::size_t input, std::int32_t times, std::int8_t weight,
                                   std::vector<std::int32_t>& sums) const {
    if (weight == 0) return;
    const std::vector<std::int8_t>& below = neurons_[layer - 1][input].activity;
    const std::int32_t factor = times * weight;
    if (weight > 0 || !has_balls_)
        for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += factor * below[c];
    else
        for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += factor * below[partner_[c]];
}

void LocalSearch::aim_at_margin(std::int64_t margin) {
    aim_ = margin;
    shortage_price_ = 1;
    hottest_ = 2;
    coldest_ = 0.2;
}

Weights LocalSearch::random_weights() {
    Weights weights;
    std::size_t below = columns_.features;
    for (std::size_t l = 0; l < problem_.architecture.layers.size(); ++l) {
        auto& layer = weights.layers.emplace_back(below * problem_.architecture.layers[l], std::int8_t{0});
        for (std::int8_t& weight : layer) {
            const bool zero = problem_.architecture.zero_weights && l == 0 && !random_.chance(0.3);
            if (!zero) weight = static_cast<std::int8_t>(2 * random_.integer(0, 1) - 1);
        }
        below = problem_.architecture.layers[l];
    }
    return weights;
}

void LocalSearch::load(const Weights& weights) {
    weights_ = weights.layers;
    neurons_.assign(weights_.size(), {});
    changed_.resize(weights_.size());
    moved_.resize(weights_.size());
    bad_.clear();
    for (const auto& guard : columns_.guards) bad_.emplace_back(guard.watches.size(), 0);
    used_ = weights_used(weights);
    std::size_t below = columns_.features;
    for (std::size_t l = 0; l < weights_.size(); ++l) {
        neurons_[l].resize(problem_.architecture.layers[l]);
        changed_[l].resize(neurons_[l].size());
        for (std::size_t j = 0; j < neurons_[l].size(); ++j) {
            Neuron& neuron = neurons_[l][j];
            neuron.sums.assign(l == 0 ? columns_.count : upper_end_, 0);
            neuron.activity.assign(neuron.sums.size(), 1);
            for (const auto& guard : columns_.guards) neuron.bad.emplace_back(guard.watches.size(), 0);
            for (std::size_t i = 0; i < below; ++i) {
                const std::int8_t weight = weights_[l][j * below + i];
                if (weight == 0) continue;
                if (l > 0)
                    add_contribution(l, i, 1, weight, neuron.sums);
                else
                    for (std::size_t c = 0; c < neuron.sums.size(); ++c)
                        neuron.sums[c] += columns_.change(i, weight)[c];
            }
            for (std::size_t c = 0; c < neuron.sums.size(); ++c) neuron.activity[c] = neuron.sums[c] >= 0 ? 1 : -1;
            touch(l, j);
        }
        below = neurons_[l].size();
    }
}

/// What depends on one neuron's sums alone.
void LocalSearch::touch(std::size_t layer, std::size_t j) {
    Neuron& neuron = neurons_[layer][j];
    if (wants_margin_) {
        std::int32_t least = std::numeric_limits<std::int32_t>::max();
        for (const std::uint32_t c : columns_.example_columns) least = std::min(least, std::abs(neuron.sums[c]));
        neuron.short_of_aim = 0;
        for (const std::uint32_t c : columns_.example_columns)
            neuron.short_of_aim += std::abs(neuron.sums[c]) < aim_ ? 1 : 0;
        std::size_t at_least = 0;
        for (const std::uint32_t c : columns_.example_columns) at_least += std::abs(neuron.sums[c]) == least ? 1 : 0;
        neuron.margin =
            least + 1 - static_cast<double>(at_least) / static_cast<double>(columns_.example_columns.size());
    }
    if (layer > 0) return;
    for (std::size_t g = 0; g < columns_.guards.size(); ++g) {
        if (!columns_.guards[g].first_layer) continue;
        for (std::size_t w = 0; w < columns_.guards[g].watches.size(); ++w) {
            const auto& watch = columns_.guards[g].watches[w];
            const auto differs = [&](std::uint32_t c) { return neuron.activity[c] != neuron.activity[watch.own]; };
            const std::uint8_t bad = std::ranges::any_of(watch.same, differs) ? 1 : 0;
            bad_[g][w] += std::uint32_t{bad} - neuron.bad[g][w];
            neuron.bad[g][w] = bad;
        }
    }
}

/// Brings the activities up to date; into changed_ the columns at which they changed, of those that layers above know.
void LocalSearch::refresh(std::size_t layer, std::size_t j) {
    std::vector<std::uint32_t>& changed = changed_[layer][j];
    changed.clear();
    Neuron& neuron = neurons_[layer][j];
    const std::size_t count = neuron.sums.size();
    const std::int32_t* sum = neuron.sums.data();
    std::int8_t* activity = neuron.activity.data();
    constexpr std::size_t block = 64;  // most of them have no change
    for (std::size_t begin = 0; begin < count; begin += block) {
        const std::size_t end = std::min(begin + block, count);
        std::int32_t differs = 0;
        for (std::size_t c = begin; c < end; ++c) differs |= sum[c] ^ activity[c];  // negative: of other signs
        if (differs >= 0) continue;
        for (std::size_t c = begin; c < end; ++c) {
            const std::int8_t now = sum[c] >= 0 ? 1 : -1;
            if (now == activity[c]) continue;
            activity[c] = now;
            if (c < upper_end_) changed.push_back(static_cast<std::uint32_t>(c));
        }
    }
}

/// From the columns in changed_ of one neuron on through the layers above.
void LocalSearch::go_up(std::size_t layer, std::size_t j) {
    moved_[layer].assign(1, j);
    for (std::size_t l = layer + 1; l < neurons_.size() && !moved_[l - 1].empty(); ++l) {
        const std::size_t below = neurons_[l - 1].size();
        moved_[l].clear();
        for (std::size_t u = 0; u < neurons_[l].size(); ++u) {
            Neuron& upper = neurons_[l][u];
            bool moved = false;
            for (const std::size_t from : moved_[l - 1]) {
                const std::int32_t twice = 2 * weights_[l][u * below + from];
                if (twice == 0) continue;
                moved = true;
                const std::vector<std::int8_t>& activity = neurons_[l - 1][from].activity;
                for (const std::uint32_t c : changed_[l - 1][from])
                    upper.sums[twice > 0 ? c : partner_[c]] += twice * activity[c];
            }
            if (!moved) continue;
            refresh(l, u);
            touch(l, u);
            if (!changed_[l][u].empty()) moved_[l].push_back(u);
        }
    }
}

/// The weight it had.
std::int8_t LocalSearch::set(std::size_t layer, std::size_t j, std::size_t input, std::int8_t value) {
    Neuron& neuron = neurons_[layer][j];
    const std::size_t inputs = layer == 0 ? columns_.features : neurons_[layer - 1].size();
    std::int8_t& weight = weights_[layer][j * inputs + input];
    const std::int8_t before = weight;
    used_ += std::abs(int{value}) - std::abs(int{weight});
    if (layer == 0) {
        if (weight != 0) {
            const auto old = columns_.change(input, weight);
            for (std::size_t c = 0; c < neuron.sums.size(); ++c) neuron.sums[c] -= old[c];
        }
        if (value != 0) {
            const auto now = columns_.change(input, value);
            for (std::size_t c = 0; c < neuron.sums.size(); ++c) neuron.sums[c] += now[c];
        }
    } else {
        add_contribution(layer, input, -1, weight, neuron.sums);
        add_contribution(layer, input, 1, value, neuron.sums);
    }
    weight = value;
    refresh(layer, j);
    touch(layer, j);
    if (!changed_[layer][j].empty()) go_up(layer, j);
    return before;
}

/// 0 where the group is right; else 1 and a little more the farther it is from that.
double LocalSearch::wrongness(const Columns::Group& group) const {
    const std::vector<Neuron>& outputs = neurons_.back();
    if (problem_.architecture.sign_outputs()) {
        double wrong = 0;
        for (std::size_t c = 0; c < outputs.size(); ++c) {
            const std::int64_t sum = outputs[c].sums[group.column];
            const bool wanted = problem_.architecture.wants_active(c, group.label);
            if ((sum >= 0) != wanted)
                wrong += 1 + std::min(1.0, 0.5 * static_cast<double>(wanted ? -sum : sum + 1) / fan_);
        }
        return group.examples * wrong;
    }
    std::int64_t gap = 0;
    {
        std::int64_t other = std::numeric_limits<std::int64_t>::min();
        for (std::size_t c = 0; c < outputs.size(); ++c)
            if (c != group.label) other = std::max<std::int64_t>(other, outputs[c].sums[group.column]);
        gap = outputs[group.label].sums[group.column] - other - 1;
    }
    if (gap >= 0) return 0;
    return group.examples * (1 + std::min(1.0, 0.5 * static_cast<double>(-gap) / fan_));
}

std::uint32_t LocalSearch::class_at(std::uint32_t column) const {
    const std::vector<Neuron>& outputs = neurons_.back();
    if (outputs.size() == 1) return outputs[0].activity[column] > 0 ? 1 : 0;
    std::uint32_t best = 0;
    for (std::uint32_t c = 1; c < outputs.size(); ++c)
        if (outputs[c].sums[column] > outputs[best].sums[column]) best = c;
    return best;
}

/// As demands.hpp has it: at the points the same class, and on the ball by the ranges of the sums.
bool LocalSearch::keeps_class(const Columns::Guard::Watch& watch) const {
    const std::vector<Neuron>& outputs = neurons_.back();
    const bool has_ball = watch.low != Columns::none;
    if (problem_.architecture.sign_outputs())
        return std::ranges::all_of(outputs, [&](const Neuron& output) {
            const auto same = [&](std::uint32_t c) { return output.activity[c] == output.activity[watch.own]; };
            return (!has_ball || output.activity[watch.low] == output.activity[watch.high]) &&
                   std::ranges::all_of(watch.same, same);
        });
    const std::uint32_t own = class_at(watch.own);
    if (!std::ranges::all_of(watch.same, [&](std::uint32_t c) { return class_at(c) == own; })) return false;
    for (std::uint32_t c = 0; has_ball && c < outputs.size(); ++c)
        if (c != own && outputs[c].sums[watch.high] >= outputs[own].sums[watch.low]) return false;
    return true;
}

/// How many of the examples that a guard watches are robust.
std::int64_t LocalSearch::robust_count(std::size_t guard) const {
    const Columns::Guard& own = columns_.guards[guard];
    std::int64_t robust = 0;
    for (std::size_t w = 0; w < own.watches.size(); ++w) {
        const bool holds = own.first_layer ? bad_[guard][w] == 0 : keeps_class(own.watches[w]);
        robust += holds ? own.watches[w].weight : 0;
    }
    return robust;
}

LocalSearch::Energy LocalSearch::energy() {
    Energy energy;
    double wrong = 0;
    double price_of_wrong = 0;
    std::int64_t errors = 0;
    for (const Columns::Group& group : columns_.groups) {
        const double own = wrongness(group);
        wrong += own;
        price_of_wrong += own * static_cast<double>(problem_.class_weight(group.label));
        errors += own > 0 ? group.examples : 0;
    }
    const auto rows = static_cast<std::int64_t>(problem_.examples.rows());
    const std::int64_t allowed = rows - static_cast<std::int64_t>(problem_.least_right);
    // Where some may be wrong, how far they are does not count.
    if (allowed == 0)
        energy.shortage = wrong;
    else
        energy.shortage = static_cast<double>(std::max<std::int64_t>(0, errors - allowed));
    if (problem_.forbid_perfect && errors == 0) energy.shortage += 1;
    std::int64_t soft = 0;
    for (std::size_t g = 0; g < columns_.guards.size(); ++g) {
        const std::int64_t robust = robust_count(g);
        if (columns_.guards[g].soft)
            soft += robust;
        else
            energy.shortage +=
                static_cast<double>(std::max<std::int64_t>(0, std::int64_t(columns_.guards[g].needed) - robust));
    }
    if (aim_ > 0) {
        for (const auto& layer : neurons_)
            for (const Neuron& neuron : layer) energy.shortage += static_cast<double>(neuron.short_of_aim);
        return energy;
    }
    double price = 1;
    for (const Objective objective : problem_.objectives) {
        if (objective == Objective::min_weight) energy.objective += price * static_cast<double>(used_);
        if (objective == Objective::max_accuracy) energy.objective += price * price_of_wrong;
        if (objective == Objective::max_margin) {
            double margins = 0;
            for (std::size_t l = 0; l < neurons_.size(); ++l)
                if (l + 1 < neurons_.size() || problem_.architecture.sign_outputs())
                    for (const Neuron& neuron : neurons_[l]) margins += neuron.margin;
            energy.objective -= price * margins;
        }
        price *= 1e-3;
    }
    energy.objective -= price * static_cast<double>(soft);
    return energy;
}

/// The next move; false: there is nothing to change.
bool LocalSearch::propose() {
    changes_.clear();
    std::size_t layer = 0;
    if (weights_.size() > 1 && random_.chance(0.2)) layer = 1 + random_.below(weights_.size() - 1);
    if (layer == 0 && alive_.empty()) return false;
    const std::size_t neuron = random_.below(neurons_[layer].size());
    if (layer == 0 && wants_few_ && random_.chance(0.7) && propose_sparse(neuron)) return true;
    const std::size_t input =
        layer == 0 ? alive_[random_.below(alive_.size())] : random_.below(neurons_[layer - 1].size());
    const std::size_t inputs = layer == 0 ? columns_.features : neurons_[layer - 1].size();
    const std::int8_t old = weights_[layer][neuron * inputs + input];
    std::int8_t value = static_cast<std::int8_t>(-old);
    if (problem_.architecture.zero_weights) value = static_cast<std::int8_t>((old + 2 + random_.below(2)) % 3 - 1);
    changes_.push_back({layer, neuron, input, value});
    return true;
}

/// Among few weights and many zeros: a weight goes, or moves to another feature.
bool LocalSearch::propose_sparse(std::size_t neuron) {
    const std::span<const std::int8_t> row =
        std::span(weights_[0]).subspan(neuron * columns_.features, columns_.features);
    support_.clear();
    for (std::size_t i = 0; i < row.size(); ++i)
        if (row[i] != 0) support_.push_back(i);
    if (support_.empty()) return false;
    const std::size_t source = support_[random_.below(support_.size())];
    if (random_.chance(0.6)) {
        const std::size_t target = alive_[random_.below(alive_.size())];
        if (row[target] == 0) changes_.push_back({0, neuron, target, row[source]});
    }
    changes_.push_back({0, neuron, source, 0});
    return true;
}

void LocalSearch::run(std::uint64_t moves, const Weights& start, const Limits& limits, Incumbent& best) {
    load(start.layers.empty() ? random_weights() : start);
    Energy now = energy();
    double offered = std::numeric_limits<double>::infinity();
    const double cooling = std::pow(coldest_ / hottest_, 1.0 / static_cast<double>(std::max<std::uint64_t>(moves, 1)));
    // Known weights are improved from a state that is not hot enough to forget them.
    double heat = start.layers.empty() ? hottest_ : std::sqrt(hottest_ * coldest_);
    for (std::uint64_t move = 0; move < moves; ++move, heat = std::max(coldest_, heat * cooling)) {
        if (move % (columns_.count < 1000 ? 256 : 1) == 0 && limits.exceeded()) return;
        if (!propose()) return;
        for (Change& change : changes_) change.value = set(change.layer, change.neuron, change.input, change.value);
        const Energy next = energy();
        const double worse = total(next) - total(now);
        if (worse > 0 && random_.uniform() >= std::exp(-worse / heat)) {
            for (const Change& change : changes_) set(change.layer, change.neuron, change.input, change.value);
            continue;
        }
        now = next;
        if (now.shortage > 0 || now.objective >= offered) continue;
        offered = now.objective;
        best.offer(weights());
        if (aim_ > 0) return;
    }
    if (aim_ > 0) return;
    // What an example is worth against the objective shows in where the search ends.
    const double change = now.shortage > 0 ? 2.0 : 1 / 1.3;
    if (shortage_price_ * change < 1 || shortage_price_ * change > 1e6) return;
    shortage_price_ *= change;
    hottest_ *= change;
    coldest_ *= std::min(1.0, change);
}

}  // namespace sinew::train
