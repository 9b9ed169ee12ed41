// SPDX-License-Identifier: Apache-2.0
#include "verify/line_up.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "binarized/proposer.hpp"
#include "binarized/search.hpp"
#include "bounds/forward_bounds.hpp"
#include "integer/query_model.hpp"
#include "model/evaluate_enclosed.hpp"
#include "search/attack_search.hpp"
#include "search/branch_and_bound.hpp"
#include "search/cell_sweep.hpp"
#include "search/disjunct_search.hpp"
#include "search/forward_sweep.hpp"
#include "search/lane_network.hpp"
#include "search/lazy_search.hpp"
#include "search/phase_branching.hpp"
#include "search/projective.hpp"
#include "search/smooth_refinement.hpp"
#include "verify/integer_search.hpp"
#include "verify/origin_attack.hpp"
#include "verify/projected_search.hpp"

namespace sinew::verify {

namespace {

using engine::Seat;
using engine::Standing;
using Seats = std::vector<Seat>;

/// First turns, in ticks.
constexpr Effort seconds(double count) {
    return static_cast<Effort>(count * static_cast<double>(effort_per_second));
}

/// Inputs from which on phases are split first (bisection needs 2^n boxes to halve n inputs), and from which on
/// bisection is hardly worth a try.
constexpr std::size_t wide = 16;
constexpr std::size_t very_wide = 100;
/// Variables from which on boxes come before phases all the same, for their root, whose bounds by plain
/// back-substitution are far cheaper than those with slopes: they decide much, and phases begin with them.
constexpr std::size_t very_large = std::size_t{1} << 17;
/// Neurons up to which the linear theory alone often answers at once.
constexpr std::size_t few_neurons = 40;
/// Neurons and multiplications up to which it is worth a turn now and then.
constexpr std::size_t some_neurons = 1000;
constexpr std::size_t some_multiplications = 50000;
/// What the bounded engines get before, by the multiplications of an evaluation; and how many times as much in all.
constexpr Effort ticks_per_multiplication = 10'000;
constexpr Effort bounded_share = 25;
/// Weights a neuron up to which a conflict of the linear theory concerns few neurons, so that clauses learned from it
/// prune much, and bounds see little (networks that encode formulas): the engines get equal shares.
constexpr std::size_t few_weights = 8;

std::size_t nonlinear_components(const model::Network& network) {
    std::size_t sum = 0;
    for (const model::Layer& layer : network.layers())
        if (std::holds_alternative<model::ActivationLayer>(layer.operation) ||
            std::holds_alternative<model::MaxPoolLayer>(layer.operation))
            sum += layer.size;
    return sum;
}

/// Products of weights and components that one evaluation takes.
std::size_t multiplications(const model::Network& network) {
    std::size_t sum = 0;
    for (const model::Layer& layer : network.layers())
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation))
            for (const model::AffineTerm& term : affine->terms) sum += model::multiplications(term.map);
    return sum;
}

Seat lazily(const model::Query& query, const Options& options, Observer& observer, Effort effort, Standing standing) {
    return {std::make_unique<search::LazySearch>(query, options.settings, observer), effort, standing};
}

search::BranchAndBoundOptions box_options(const Options& options) {
    return {.settings = options.settings, .part = options.part, .learned = options.learned, .proof = options.proof};
}

/// The attack of all engines, which then need none of their own. Of a part of a question its inputs have been attacked
/// before.
bool add_attack(const model::Query& query, const Options& options, Seats& seats, Effort effort) {
    if (options.part != nullptr && !(options.part->splits.empty() && options.part->rounds == 0)) return false;
    auto attack = search::AttackSearch::make(query, options.settings);
    if (!attack) return false;
    seats.insert(seats.begin(), {std::move(attack), effort, Standing::helper});
    return true;
}

/// The first engine behind the attack.
Seats::iterator first_bounding(Seats& seats) {
    return std::find_if(seats.begin(), seats.end(), [](const Seat& seat) { return seat.standing != Standing::helper; });
}

/// Where there are many inputs.
bool add_phases(const model::Query& query, const Options& options, Observer& observer, Seats& seats, bool attacks) {
    if (query.network.input_variables().size() < wide) return false;
    const search::PhaseOptions of_phases{.settings = options.settings, .attacks = attacks, .proof = options.proof};
    auto phases = search::PhaseBranching::make(query, of_phases, observer, options.part);
    if (!phases) return false;
    seats.push_back({std::move(phases), seconds(1)});
    return true;
}

/// Behind one turn of the others: all cells in one turn, which is the end of the search.
void add_cells(const model::Query& query, const Options& options, Seats& seats) {
    if (options.part != nullptr || options.strategy != Strategy::automatic) return;
    auto cells = search::CellSweep::make(query);
    if (!cells) return;
    const Effort all = 2 * cells->effort();
    seats.push_back({std::move(cells), std::max(all, seconds(1))});
}

/// Attack, phases and boxes, as far as they take the query; nothing where its inputs are not bounded, and then
/// `obstacle` says so.
Seats bounded_engines(const model::Query& query, const Options& options, Observer& observer, std::string& obstacle) {
    Seats seats;
    search::BranchAndBoundOptions of_boxes = box_options(options);
    const std::size_t inputs = query.network.input_variables().size();
    of_boxes.attacks_roots = !add_attack(query, options, seats, seconds(inputs >= wide ? 0.08 : 0.04));
    auto boxes = search::BranchAndBound::make(query, of_boxes, observer, obstacle);
    if (!boxes) return {};
    // Where bounds forward are cheap beside those of many neurons, halving inputs beats splitting neurons.
    const bool boxes_first = inputs >= wide && inputs < very_wide &&
                             bounds::pays_forward(query.network, nonlinear_components(query.network));
    const bool root_first = inputs >= very_wide && query.network.variable_count() >= very_large;
    const bool has_phases =
        !boxes_first && !root_first && add_phases(query, options, observer, seats, of_boxes.attacks_roots);
    // Few inputs: what bounds forward can refute or find they mostly do at once.
    if (options.part == nullptr)
        if (auto sweep = search::ForwardSweep::make(query)) seats.push_back({std::move(sweep), seconds(0.5)});
    const double first = (has_phases || root_first) && inputs >= very_wide ? 0.05 : 0.5;
    seats.push_back({std::move(boxes), seconds(boxes_first ? 16 : first)});
    if (boxes_first || root_first) add_phases(query, options, observer, seats, of_boxes.attacks_roots);
    add_cells(query, options, seats);
    return seats;
}

Seats for_piecewise_linear(const model::Query& query, const Options& options, Observer& observer) {
    std::string obstacle;
    const std::size_t neurons = nonlinear_components(query.network);
    Seats seats = bounded_engines(query, options, observer, obstacle);
    if (seats.empty()) {
        const bool projects = neurons > 0 && search::projective_applies(query);
        seats.push_back(lazily(query, options, observer, seconds(0.05), projects ? Standing::side : Standing::equal));
        if (projects) seats.push_back({ProjectedSearch::make(query, options.settings, observer), seconds(0.2)});
        return seats;
    }
    // What bounds can do at all they mostly do at once; but no box of doubles isolates x = 1/3.
    if (neurons <= few_neurons) {
        // What the linear theory does not answer in its first pivots boxes mostly do sooner; its witnesses are short.
        for (Seat& seat : seats)
            seat.effort = std::min(seat.effort, seconds(seat.standing == Standing::helper ? 0.002 : 0.02));
        seats.insert(seats.begin(), lazily(query, options, observer, seconds(0.002), Standing::side));
    } else if (const std::size_t products = multiplications(query.network);
               neurons <= some_neurons && products <= some_multiplications) {
        // Both cost the more the larger the network is, and so its size says when: after some hundred thousand nodes.
        const auto bounded = first_bounding(seats);
        bounded->effort = std::clamp(ticks_per_multiplication * products, seconds(0.1), seconds(2));
        const bool is_sparse = products <= few_weights * neurons;
        const Effort first = is_sparse ? bounded->effort : bounded->effort / bounded_share;
        seats.insert(std::next(bounded), lazily(query, options, observer, first, Standing::side));
    } else {
        seats.push_back(lazily(query, options, observer, seconds(1), Standing::fallback));
    }
    return seats;
}

/// Products and functions that attacks, bounds and boxes alone know.
Seats for_curved(const model::Query& query, const Options& options, Observer& observer) {
    if (options.strategy == Strategy::lazy) model::require_not_curved(query.network, "lazy");
    Seats seats;
    std::string obstacle;
    search::BranchAndBoundOptions of_boxes = box_options(options);
    of_boxes.attacks_roots = !add_attack(query, options, seats, seconds(0.08));
    if (auto each = search::DisjunctSearch::make(query, of_boxes, observer)) {
        seats.push_back({std::move(each), seconds(1)});
        return seats;
    }
    auto boxes = search::BranchAndBound::make(query, of_boxes, observer, obstacle);
    if (!boxes)
        throw UsageError("a network with " + model::curved_operation(query.network) +
                         " is searched by boxes alone: " + obstacle);
    seats.push_back({std::move(boxes), seconds(1)});
    add_cells(query, options, seats);
    return seats;
}

Seats for_smooth(const model::Query& query, const Options& options, Observer& observer) {
    Seats seats;
    const auto refinement = [&](Standing standing) -> Seat {
        return {std::make_unique<search::SmoothRefinement>(query, options.settings, observer), seconds(1), standing};
    };
    std::string obstacle;
    search::BranchAndBoundOptions of_boxes = box_options(options);
    if (options.strategy != Strategy::lazy) of_boxes.attacks_roots = !add_attack(query, options, seats, seconds(0.08));
    auto boxes = options.strategy == Strategy::lazy ? nullptr
                                                    : search::BranchAndBound::make(query, of_boxes, observer, obstacle);
    if (options.strategy == Strategy::branch_and_bound && !boxes) throw UsageError("branch_and_bound: " + obstacle);
    if (!boxes) {
        seats.clear();
        if (options.strategy == Strategy::automatic)
            seats.push_back({std::make_unique<OriginAttack>(query, options.settings.seed()), seconds(60)});
        seats.push_back(refinement(Standing::equal));
        return seats;
    }
    const bool has_phases = add_phases(query, options, observer, seats, of_boxes.attacks_roots);
    const bool is_very_wide = query.network.input_variables().size() >= very_wide;
    seats.push_back({std::move(boxes), seconds(has_phases && is_very_wide ? 0.05 : 1)});
    // What boxes leave undecided gets a turn of refinement, which is exact about what is strict.
    if (options.strategy == Strategy::automatic)
        seats.push_back(
            refinement(nonlinear_components(query.network) <= few_neurons ? Standing::side : Standing::fallback));
    return seats;
}

/// Whether all neurons are sign, signum or hardlim (or identities), and there are some.
bool is_binarized(const model::Network& network) {
    bool some = false;
    for (const model::Layer& layer : network.layers()) {
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        if (neurons == nullptr || neurons->activation.kind == model::ActivationKind::identity) continue;
        if (!search::is_step(neurons->activation.kind)) return false;
        some = true;
    }
    return some;
}

/// Variables beyond which the general engines' bounds alone take too long to be first.
constexpr std::size_t largest_first_try = 20000;

/// The engines made for such networks, and the general ones, whose attack is good.
Seats for_binarized(const model::Query& query, const Options& options, Observer& observer) {
    Seats seats;
    const bool are_first = query.network.variable_count() <= largest_first_try;
    // Of large networks, over images, a thousand evaluations are nearly always enough: the proposer's first turn.
    seats.push_back(
        {std::make_unique<binarized::Proposer>(query, options.settings.seed()), seconds(are_first ? 1 : 60)});
    seats.push_back({std::make_unique<binarized::Search>(query, options.settings, observer), seconds(4)});
    Seats general = for_piecewise_linear(query, options, observer);
    for (Seat& seat : general) {
        seat.effort = std::min(seat.effort, seconds(0.1 / static_cast<double>(general.size())));
        if (!are_first && seat.standing != Standing::helper) seat.standing = Standing::fallback;
    }
    seats.insert(are_first ? seats.begin() : seats.end(), std::make_move_iterator(general.begin()),
                 std::make_move_iterator(general.end()));
    return seats;
}

Seats by_strategy(const model::Query& query, const Options& options, Observer& observer) {
    Seats seats;
    if (options.strategy == Strategy::lazy) {
        seats.push_back(lazily(query, options, observer, seconds(1), Standing::equal));
        return seats;
    }
    if (options.strategy == Strategy::binarized) {
        seats.push_back({std::make_unique<binarized::Search>(query, options.settings, observer)});
        return seats;
    }
    std::string obstacle;
    seats = bounded_engines(query, options, observer, obstacle);
    if (seats.empty()) throw UsageError("branch_and_bound: " + obstacle);
    return seats;
}

/// Neurons whose phases a checker can go through by itself.
constexpr std::size_t most_neurons_at_once = 16;

/// Those that say why.
Seats for_proof(const model::Query& query, const Options& options, Observer& observer) {
    if (query.precision) throw UsageError("no proof is written yet of queries with a precision");
    if (model::is_curved(query.network))
        throw UsageError("no proof is written yet of networks with " + model::curved_operation(query.network));
    Seats seats;
    search::BranchAndBoundOptions of_boxes = box_options(options);
    of_boxes.attacks_roots = !add_attack(query, options, seats, seconds(0.04));
    std::string obstacle;
    if (auto boxes = search::BranchAndBound::make(query, of_boxes, observer, obstacle)) {
        const bool has_phases = add_phases(query, options, observer, seats, of_boxes.attacks_roots);
        seats.push_back({std::move(boxes), seconds(has_phases ? 0.05 : 1)});
        return seats;
    }
    if (!is_small_enough_for_rationals(query)) throw UsageError("no proof is written yet of such a query: " + obstacle);
    seats.clear();
    seats.push_back(lazily(query, options, observer, seconds(1), Standing::equal));
    return seats;
}

}  // namespace

bool is_small_enough_for_rationals(const model::Query& query) {
    return !model::is_smooth(query.network) && query.boolean_names.empty() &&
           nonlinear_components(query.network) <= most_neurons_at_once;
}

std::vector<engine::Seat> line_up(const model::Query& query, const Options& options, Observer& observer) {
    if (options.proof != nullptr) return for_proof(query, options, observer);
    Seats seats;
    if (query.precision) {
        model::require_not_curved(query.network, "integer neuron constraints");
        seats.push_back({std::make_unique<IntegerSearch>(query, options.settings)});
        return seats;
    }
    if (model::is_curved(query.network)) return for_curved(query, options, observer);
    if (model::is_smooth(query.network)) return for_smooth(query, options, observer);
    if (options.strategy != Strategy::automatic) return by_strategy(query, options, observer);
    if (observer.wants_trace()) {
        seats.push_back(lazily(query, options, observer, seconds(1), Standing::equal));
        return seats;
    }
    const bool over_integers = !query.network.input_variables().empty() && integer::QueryModel::is_over_integers(query);
    if (is_binarized(query.network) && !over_integers) return for_binarized(query, options, observer);
    seats = for_piecewise_linear(query, options, observer);
    // Where all inputs are integers the integer engine takes turns with those over reals, which split on integers too.
    if (over_integers)
        seats.insert(seats.begin(),
                     {std::make_unique<IntegerSearch>(query, options.settings), seconds(0.5), Standing::equal});
    return seats;
}

}  // namespace sinew::verify
