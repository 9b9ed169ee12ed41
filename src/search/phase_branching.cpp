#include "search/phase_branching.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "bounds/relu_lanes.hpp"
#include "bounds/tighten_relu_network.hpp"
#include "search/neuron_refinement.hpp"
#include "search/phase_tree.hpp"

namespace sinew::search {

namespace {
using bounds::lanes;
using bounds::Objective;

constexpr std::size_t bank_bytes = std::size_t{64} << 20;
constexpr std::uint64_t no_budget = std::numeric_limits<std::uint64_t>::max();

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
        : query_(query),
          options_(options),
          observer_(observer),
          attack_(query, options.settings.seed()),
          box_(input_box(query)) {
        tighten_.steps = options.root_steps;
    }

    PhaseResult run() {
        const auto all = disjuncts(query_);
        if (!all || !box_.finite()) return finish("the condition or the box is out of this engine's reach");
        if (attack(1, 20)) return finish("");
        bounds::ReluNetwork network(query_.network, box_.lower, box_.upper);
        bounds::TightenOptions plain;
        plain.steps = 0;
        bounds::tighten_layers(network, plain, options_.limits);
        if (open_goals(network, *all, 0).empty() && !impossible_) return refute();
        if (attack(8, 40)) return finish("");
        bounds::tighten_layers(network, tighten_, options_.limits);
        result_.statistics.add("unstable_neurons", static_cast<double>(network.unstable().size()));
        return rounds(network, *all);
    }

  private:
    /// Turns of tree search and of refining intermediate bounds, each about as long as the other, ever longer: some
    /// queries need few splits, others need intermediate bounds that no split of the tree can make up for.
    PhaseResult rounds(bounds::ReluNetwork& network, const std::vector<Disjunct>& all) {
        constexpr std::size_t last_round = 12;
        std::uint64_t budget = 600;
        std::size_t splits = 16;
        for (std::size_t round = 0; !options_.limits.exceeded(); ++round) {
            std::vector<PhaseGoal> goals = open_goals(network, all, 30);
            if (impossible_) return finish("a disjunct has no row");
            if (goals.empty()) return refute();
            bounds::fill_bank(network, tighten_, options_.limits, bank_bytes, bank_);
            PhaseTree tree(query_, network, attack_, std::move(goals), bank_, options_.steps);
            result_.outcome = tree.run(options_.limits, round == last_round ? no_budget : budget, observer_);
            result_.statistics.add(tree.statistics());
            result_.confirmation = tree.take_confirmation();
            const bool last = round == last_round || tree.reason() == PhaseTree::undecided_leaf;
            if (result_.outcome != PhaseOutcome::open || last) return finish(tree.reason());
            if (attack(std::size_t{8} << round, 40)) return finish("");
            budget = std::max(2 * budget, refine(network, splits));
            splits *= 4;
        }
        result_.outcome = PhaseOutcome::open;
        return finish(std::string(to_string(options_.limits.reached())));
    }

    /// Refines every open neuron from the second layer on; returns the passes it took.
    std::uint64_t refine(bounds::ReluNetwork& network, std::size_t splits) {
        RefinementOptions options;
        options.splits = splits;
        std::uint64_t passes = 0;
        for (std::size_t l = 1; l < network.relu_layers().size() && !options_.limits.exceeded(); ++l) {
            const bounds::ReluLayer& layer = network.relu_layers()[l];
            std::vector<std::uint32_t> neurons;
            for (const std::uint32_t i : layer.unstable) neurons.push_back(static_cast<std::uint32_t>(layer.first) + i);
            if (neurons.empty()) continue;
            bounds::ReluLanes problem(network);
            refine_neurons(network, problem, bank_, neurons, options, options_.limits);
            passes += problem.passes();
            network.refresh();
            bounds::tighten_layers(network, tighten_, options_.limits);
            bounds::fill_bank(network, tighten_, options_.limits, bank_bytes, bank_);
        }
        return passes;
    }

    bool attack(std::size_t groups, std::size_t steps) {
        AttackOptions attack;
        attack.limits = options_.limits;
        attack.groups = groups;
        attack.steps = steps;
        result_.confirmation = find_witness(query_, attack_, box_.lower, box_.upper, attack);
        if (result_.confirmation) result_.outcome = PhaseOutcome::satisfied;
        return result_.confirmation.has_value();
    }

    /// The best goal of each disjunct that no goal's root bound refutes.
    std::vector<PhaseGoal> open_goals(const bounds::ReluNetwork& network, const std::vector<Disjunct>& all,
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
        std::vector<PhaseGoal> open;
        impossible_ = false;
        std::size_t g = 0;
        for (std::size_t d = 0; d < all.size(); ++d) {
            std::size_t best = g;
            bool done = false;
            impossible_ = impossible_ || all[d].rows.empty();
            for (; g < table.size() && owner[g] == d; ++g) {
                done = done || table[g].refuted(bounds[g]);
                if (bounds[g] > bounds[best]) best = g;
            }
            if (!done && !all[d].rows.empty()) open.push_back(table[best]);
        }
        return open;
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
    bounds::TightenOptions tighten_;
    bounds::SlopeBank bank_;
    bool impossible_ = false;  ///< a disjunct has no row that could refute it
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
