#include "verify/smooth.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.hpp"
#include "search/attack.hpp"
#include "search/boolean_inputs.hpp"
#include "search/branch_and_bound.hpp"
#include "search/certain_atoms.hpp"
#include "search/smooth_refinement.hpp"
#include "search/witness.hpp"
#include "verify/portfolio.hpp"

namespace sinew::verify {

namespace {
/// Neurons up to which refinement has its turns beside branch and bound.
constexpr std::size_t few_neurons = 40;
/// Seconds of the first turns.
constexpr double first_slice = 1;
/// Where witnesses of unbounded queries are looked for first.
constexpr std::array<double, 4> reaches = {1, 10, 1000, 1e6};

std::size_t nonlinear_components(const model::Network& network) {
    std::size_t sum = 0;
    for (const model::Layer& layer : network.layers())
        if (std::holds_alternative<model::ActivationLayer>(layer.operation)) sum += layer.size;
    return sum;
}

/// A witness found by gradients near the origin, where inputs are unbounded.
std::optional<model::Verdict> attack_around_origin(const model::Query& query, const Options& options) {
    const std::vector<model::Domain> domains = search::input_domains(query);
    search::Attack attack(query, options.settings.seed());
    for (const double reach : reaches) {
        std::vector<double> lower;
        std::vector<double> upper;
        for (const model::Domain& domain : domains) {
            lower.push_back(domain.lower ? to_nearest(*domain.lower) : -reach);
            upper.push_back(domain.upper ? to_nearest(*domain.upper) : reach);
            if (lower.back() > upper.back() && !domain.lower) lower.back() = upper.back() - reach;
            if (lower.back() > upper.back() && !domain.upper) upper.back() = lower.back() + reach;
            if (!(lower.back() <= upper.back())) return std::nullopt;
        }
        search::AttackOptions attack_options;
        attack_options.limits = options.limits;
        attack_options.groups = 2;
        if (auto found = search::find_witness(query, attack, lower, upper, attack_options, {}, domains)) {
            model::Verdict verdict;
            verdict.status = model::Status::sat;
            verdict.witness = std::move(found->witness);
            return verdict;
        }
    }
    return std::nullopt;
}

/// Boxes, and refinement beside them until the boxes have come to an end: what they leave undecided gets one more turn
/// of refinement, which is exact about what is strict.
template <class Boxes, class Refine>
model::Verdict take_turns_while_open(Boxes&& boxes, Refine&& refine, const Options& options) {
    for (double slice = first_slice;; slice *= 4) {
        const Limits turn = options.limits.within(slice);
        model::Verdict verdict = boxes(turn, options.threads);
        if (is_answer(verdict) || options.limits.exceeded()) return verdict;
        const bool ended = !turn.exceeded();
        model::Verdict other = refine(options.limits.within(slice), 1);
        if (is_answer(other)) return other;
        if (ended) return verdict;
        if (options.limits.exceeded()) return other;
    }
}

model::Verdict choose(const model::Query& query, const Options& options, Observer& observer) {
    const auto refine = [&](const Limits& limits, int) {
        return search::refine_smooth(query, options.settings, limits, observer);
    };
    const auto boxes = [&](const Limits& limits, int threads) {
        search::BranchAndBoundOptions search_options;
        search_options.limits = limits;
        search_options.threads = threads;
        search_options.settings = options.settings;
        return search::branch_and_bound(query, search_options, observer);
    };
    if (options.strategy == Strategy::lazy) return refine(options.limits, 1);
    std::string reason;
    const bool bounded = search::branch_and_bound_applies(query, &reason);
    if (options.strategy == Strategy::branch_and_bound) {
        if (!bounded) throw UsageError("branch_and_bound: " + reason);
        return boxes(options.limits, options.threads);
    }
    if (!bounded) {
        if (auto found = attack_around_origin(query, options)) return std::move(*found);
        return refine(options.limits, 1);
    }
    if (nonlinear_components(query.network) > few_neurons) return boxes(options.limits, options.threads);
    return take_turns_while_open(boxes, refine, options);
}
}  // namespace

model::Verdict decide_smooth(const model::Query& query, const Options& options, Observer& observer) {
    if (options.strategy == Strategy::textbook)
        throw UsageError("the textbook strategy knows no tanh or sigmoid neurons");
    const model::Query simpler = search::without_certain_atoms(search::with_boolean_inputs(query));
    SharedObserver shared(observer);
    model::Verdict verdict = choose(simpler, options, shared);
    if (verdict.witness) verdict.witness = search::without_boolean_inputs(query, std::move(*verdict.witness));
    return verdict;
}

}  // namespace sinew::verify
