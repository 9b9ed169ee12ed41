// SPDX-License-Identifier: Apache-2.0
#include "search/phase_goals.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/activation.hpp"

namespace sinew::search {

namespace {
using bounds::lanes;
using bounds::Objective;

/// What refutes a disjunct: any one of these.
std::vector<PhaseGoal> goals_of(const Disjunct& disjunct, std::uint32_t index) {
    std::vector<PhaseGoal> result;
    for (std::size_t r = 0; r < disjunct.rows.size(); ++r) {
        const model::Atom& row = disjunct.rows[r];
        proof::AtomName name = r < disjunct.names.size() ? disjunct.names[r] : proof::AtomName();
        result.push_back({Objective(row.form), row.relation == model::Relation::less, index, name});
        name.is_mirror = true;
        if (row.relation == model::Relation::equal) result.push_back({Objective(row.form, -1), false, index, name});
    }
    return result;
}

/// Slopes in the order of unstable(), by neuron.
std::vector<float> by_neuron(const bounds::RelaxedNetwork& network, const bounds::Slopes& slopes) {
    std::vector<float> all(network.neuron_count(), 0);
    if (slopes.slope.empty()) return all;
    for (std::size_t u = 0; u < network.unstable().size(); ++u) all[network.unstable()[u]] = slopes.slope[u];
    return all;
}

/// A goal with the bound and the width over the inputs that it has.
struct Bounded {
    PhaseGoal goal;
    double bound;
    double width;
};

/// With slopes optimised.
std::vector<Bounded> bounded(const bounds::RelaxedNetwork& network, std::vector<PhaseGoal> goals, std::size_t steps,
                             bool keeps_best) {
    bounds::RelaxedLanes problem(network);
    if (keeps_best) problem.keep_best();
    std::vector<Bounded> result;
    const std::vector<double> target(lanes, 0.0);
    for (std::size_t begin = 0; begin < goals.size(); begin += lanes) {
        const std::size_t count = std::min(lanes, goals.size() - begin);
        problem.clear();
        for (std::size_t j = 0; j < count; ++j) problem.set(j, goals[begin + j].objective);
        problem.optimise(steps, 0.2, 0.97, target);
        for (std::size_t j = 0; j < count; ++j) {
            PhaseGoal& goal = goals[begin + j];
            if (steps > 0)
                goal.slope = by_neuron(network, keeps_best ? problem.slopes_of_best(j) : problem.slopes(j, {}));
            result.push_back({std::move(goal), problem.best()[j], problem.input_width(j)});
        }
    }
    return result;
}

/// Of `rows`, which are those of one disjunct, `best` first.
bounds::Condition condition_of(std::span<const Bounded> rows, const Bounded& best) {
    bounds::Condition condition;
    condition.slope = best.goal.slope;
    condition.rows.push_back(best.goal.objective);
    condition.widths.push_back(best.width);
    for (const Bounded& row : rows) {
        if (&row == &best) continue;
        condition.rows.push_back(row.goal.objective);
        condition.widths.push_back(row.width);
    }
    return condition;
}
}  // namespace

std::vector<PhaseGoal> open_goals(const bounds::RelaxedNetwork& network, std::span<const Disjunct> disjuncts,
                                  std::size_t steps, PhaseProof* proof) {
    std::vector<PhaseGoal> table;
    for (std::uint32_t d = 0; d < disjuncts.size(); ++d)
        for (PhaseGoal& goal : goals_of(disjuncts[d], d)) table.push_back(std::move(goal));
    const std::vector<Bounded> all = bounded(network, std::move(table), steps, proof != nullptr);
    // Of ReLUs alone it is known that rows pay.
    const bool has_conditions = network.pencil_count() == 0 && steps > 0 && proof == nullptr;
    std::vector<PhaseGoal> open;
    for (std::size_t begin = 0; begin < all.size();) {
        std::size_t end = begin;
        std::size_t best = begin;
        const Bounded* refuted = nullptr;
        for (; end < all.size() && all[end].goal.disjunct == all[begin].goal.disjunct; ++end) {
            if (all[end].goal.refuted(all[end].bound)) refuted = &all[end];
            if (all[end].bound > all[best].bound) best = end;
        }
        if (refuted != nullptr) {
            if (proof != nullptr) proof->close(proof->demand(refuted->goal.name), refuted->goal.slope);
        } else {
            open.push_back(all[best].goal);
            if (has_conditions)
                open.back().condition = condition_of(std::span(all).subspan(begin, end - begin), all[best]);
        }
        begin = end;
    }
    return open;
}

double split_estimate(const bounds::RelaxedNetwork& network, const bounds::NeuronLayer& layer, double g, double low,
                      double high) {
    if (layer.is_relu) return g < 0 ? -g * high * -low / (high - low) : 0.0;
    const bounds::Relaxation& relaxation = network.relaxation(layer);
    const bounds::Lines lines = relaxation.relax({low, high});
    const double slope = g > 0 ? lines.lower_slope : lines.upper_slope;
    const double intercept = g > 0 ? lines.lower_intercept : lines.upper_intercept;
    double sum = 0;
    for (const double share : {0.0, 0.5, 1.0}) {
        const double s = low + share * (high - low);
        sum += std::fabs(slope * s + intercept - model::apply(relaxation.activation(), s));
    }
    return std::fabs(g) * sum;
}

double relaxation_cost(const bounds::RelaxedNetwork& network, const bounds::RelaxedLanes& problem, std::size_t lane,
                       std::uint32_t neuron, double low, double high) {
    const bounds::NeuronLayer& layer = network.layer_of(neuron);
    const double g = problem.coefficients().row(layer.post + neuron - layer.first)[lane];
    return problem.gap(neuron, lane) + 0.5 * split_estimate(network, layer, g, low, high);
}

std::vector<std::uint32_t> dearest(std::vector<std::pair<double, std::uint32_t>> costs, double share) {
    double sum = 0;
    for (const auto& [cost, item] : costs) sum += cost;
    std::stable_sort(costs.begin(), costs.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::uint32_t> chosen;
    double covered = 0;
    for (const auto& [cost, item] : costs) {
        if (covered >= share * sum) break;
        covered += cost;
        chosen.push_back(item);
    }
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

}  // namespace sinew::search
