#include "search/phase_branching.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "bounds/relu_lanes.hpp"
#include "bounds/tighten_relu_network.hpp"
#include "search/phase_tree.hpp"

namespace sinew::search {

namespace {
using bounds::lanes;
using bounds::Objective;

/// What refutes a disjunct: any one of these.
std::vector<PhaseGoal> goals(const Disjunct& disjunct) {
    std::vector<PhaseGoal> result;
    for (const model::Atom& row : disjunct.rows) {
        result.push_back({Objective(row.form), row.relation == model::Relation::less});
        if (row.relation == model::Relation::equal) result.push_back({Objective(row.form, -1), false});
    }
    return result;
}

/// Bounds of all goals with slopes optimised; the best bound of each.
std::vector<double> root_bounds(const bounds::ReluNetwork& network, std::span<const PhaseGoal> all, std::size_t steps) {
    bounds::ReluLanes problem(network);
    std::vector<double> result;
    const std::vector<double> target(lanes, 0.0);
    for (std::size_t begin = 0; begin < all.size(); begin += lanes) {
        const std::size_t count = std::min(lanes, all.size() - begin);
        problem.clear();
        for (std::size_t j = 0; j < count; ++j) problem.set(j, all[begin + j].objective);
        problem.optimise(steps, 0.2, 0.97, target);
        result.insert(result.end(), problem.best().begin(),
                      problem.best().begin() + static_cast<std::ptrdiff_t>(count));
    }
    return result;
}

class PhaseBranching {
  public:
    PhaseBranching(const model::Query& query, const PhaseOptions& options, Observer& observer)
        : query_(query), options_(options), observer_(observer), attack_(query, options.seed), box_(input_box(query)) {}

    PhaseResult run() {
        const auto all = disjuncts(query_);
        if (!all || !box_.finite()) return finish("the condition or the box is out of this engine's reach");
        if (attack_root()) return result_;
        bounds::ReluNetwork network(query_.network, box_.lower, box_.upper);
        bounds::TightenOptions tighten;
        tighten.steps = 0;
        bounds::tighten_layers(network, tighten, options_.limits);
        std::vector<std::size_t> open = open_disjuncts(network, *all, 0);
        if (open.empty()) return refute();
        tighten.steps = options_.root_steps;
        bounds::tighten_layers(network, tighten, options_.limits);
        result_.statistics.add("unstable_neurons", static_cast<double>(network.unstable().size()));
        open = open_disjuncts(network, *all, 30);
        result_.statistics.add("open_disjuncts", static_cast<double>(open.size()));
        return open.empty() ? refute() : search(network, *all, open);
    }

  private:
    bool attack_root() {
        AttackOptions attack;
        attack.groups = 8;
        attack.steps = 40;
        result_.confirmation = find_witness(query_, attack_, box_.lower, box_.upper, attack);
        if (!result_.confirmation) return false;
        result_.outcome = PhaseOutcome::satisfied;
        result_.statistics.add(attack_.statistics());
        return true;
    }

    /// The disjuncts that no goal's root bound refutes; notes each one's best goal.
    std::vector<std::size_t> open_disjuncts(const bounds::ReluNetwork& network, const std::vector<Disjunct>& all,
                                            std::size_t steps) {
        std::vector<PhaseGoal> table;
        std::vector<std::size_t> owner;
        for (std::size_t d = 0; d < all.size(); ++d) {
            for (PhaseGoal& goal : goals(all[d])) {
                table.push_back(std::move(goal));
                owner.push_back(d);
            }
        }
        const std::vector<double> bounds = root_bounds(network, table, steps);
        std::vector<bool> done(all.size(), false);
        std::vector<double> best(all.size(), -std::numeric_limits<double>::infinity());
        best_goal_.assign(all.size(), std::nullopt);
        for (std::size_t g = 0; g < table.size(); ++g) {
            if (table[g].refuted(bounds[g])) done[owner[g]] = true;
            if (best_goal_[owner[g]] && !(bounds[g] > best[owner[g]])) continue;
            best[owner[g]] = bounds[g];
            best_goal_[owner[g]] = table[g];
        }
        std::vector<std::size_t> open;
        for (std::size_t d = 0; d < all.size(); ++d)
            if (!done[d]) open.push_back(d);
        return open;
    }

    PhaseResult search(const bounds::ReluNetwork& network, const std::vector<Disjunct>& all,
                       const std::vector<std::size_t>& open) {
        std::vector<PhaseGoal> chosen;
        for (const std::size_t d : open) {
            if (all[d].rows.empty()) return finish("a disjunct has no row");
            chosen.push_back(*best_goal_[d]);
        }
        PhaseTree tree(query_, network, attack_, std::move(chosen), options_.steps);
        result_.outcome = tree.run(options_.limits, observer_);
        result_.statistics.add(tree.statistics());
        result_.confirmation = tree.take_confirmation();
        return finish(tree.reason());
    }

    PhaseResult finish(std::string reason) {
        result_.reason = std::move(reason);
        result_.statistics.add(attack_.statistics());
        return result_;
    }
    PhaseResult refute() {
        result_.outcome = PhaseOutcome::refuted;
        return finish("");
    }

    const model::Query& query_;
    PhaseOptions options_;
    Observer& observer_;
    Attack attack_;
    InputBox box_;
    PhaseResult result_;
    std::vector<std::optional<PhaseGoal>> best_goal_;  ///< by disjunct
};
}  // namespace

bool phase_branching_applies(const model::Query& query) {
    return query.boolean_names.empty() && bounds::ReluNetwork::fits(query.network) && input_box(query).finite() &&
           disjuncts(query).has_value();
}

PhaseResult phase_branching(const model::Query& query, const PhaseOptions& options, Observer& observer) {
    return PhaseBranching(query, options, observer).run();
}

}  // namespace sinew::search
