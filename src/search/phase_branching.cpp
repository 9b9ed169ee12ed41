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

/// What refutes a disjunct: one of these objectives is above 0 (or at 0, if the row is strict) everywhere.
struct Goal {
    Objective objective;
    bool strict = false;
};

std::vector<Goal> goals(const Disjunct& disjunct) {
    std::vector<Goal> result;
    for (const model::Atom& row : disjunct.rows) {
        result.push_back({Objective(row.form), row.relation == model::Relation::less});
        if (row.relation == model::Relation::equal) result.push_back({Objective(row.form, -1), false});
    }
    return result;
}

/// Bounds of all goals with slopes optimised; the best bound of each.
std::vector<double> root_bounds(const bounds::ReluNetwork& network, std::span<const Goal> all, std::size_t steps) {
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

bool refuted(const Goal& goal, double bound) {
    return goal.strict ? bound >= 0 : bound > 0;
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
        for (const std::size_t d : open) {
            const PhaseOutcome outcome = search(network, (*all)[d]);
            if (outcome == PhaseOutcome::satisfied) return result_;
            if (outcome == PhaseOutcome::open) return finish(result_.reason);
        }
        return refute();
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

    std::vector<std::size_t> open_disjuncts(const bounds::ReluNetwork& network, const std::vector<Disjunct>& all,
                                            std::size_t steps) {
        std::vector<Goal> table;
        std::vector<std::size_t> owner;
        for (std::size_t d = 0; d < all.size(); ++d) {
            for (Goal& goal : goals(all[d])) {
                table.push_back(std::move(goal));
                owner.push_back(d);
            }
        }
        const std::vector<double> bounds = root_bounds(network, table, steps);
        std::vector<bool> done(all.size(), false);
        best_row_.assign(all.size(), {0, -std::numeric_limits<double>::infinity()});
        for (std::size_t g = 0; g < table.size(); ++g) {
            const std::size_t d = owner[g];
            const std::size_t first =
                static_cast<std::size_t>(std::find(owner.begin(), owner.end(), d) - owner.begin());
            if (refuted(table[g], bounds[g])) done[d] = true;
            if (bounds[g] > best_row_[d].second) best_row_[d] = {g - first, bounds[g]};
        }
        std::vector<std::size_t> open;
        for (std::size_t d = 0; d < all.size(); ++d)
            if (!done[d]) open.push_back(d);
        // Hardest last: a limit that is reached then leaves the least undone, and a witness hides where the bound is
        // low.
        std::sort(open.begin(), open.end(),
                  [&](std::size_t a, std::size_t b) { return best_row_[a].second < best_row_[b].second; });
        index_ = &all;
        return open;
    }

    PhaseOutcome search(const bounds::ReluNetwork& network, const Disjunct& disjunct) {
        const auto position = static_cast<std::size_t>(&disjunct - index_->data());
        const std::vector<Goal> rows = goals(disjunct);
        if (rows.empty()) {
            result_.reason = "a disjunct has no row";
            return PhaseOutcome::open;
        }
        const Goal& goal = rows[best_row_[position].first];
        PhaseTree tree(query_, network, attack_, goal.objective, goal.strict, options_.steps);
        const PhaseOutcome outcome = tree.run(options_.limits, observer_);
        result_.statistics.add(tree.statistics());
        if (outcome == PhaseOutcome::satisfied) {
            result_.outcome = outcome;
            result_.confirmation = tree.take_confirmation();
            result_.statistics.add(attack_.statistics());
        }
        if (outcome == PhaseOutcome::open) result_.reason = tree.reason();
        return outcome;
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
    std::vector<std::pair<std::size_t, double>> best_row_;  ///< of each disjunct: its best goal and that goal's bound
    const std::vector<Disjunct>* index_ = nullptr;
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
