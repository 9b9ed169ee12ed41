// SPDX-License-Identifier: Apache-2.0
#include "cardinality/core_guided.hpp"

#include <algorithm>

namespace sinew::cardinality {

CoreGuided::CoreGuided(Engine& engine, const Objective& objective) : engine_(engine) {
    for (const Term& term : objective.terms) {
        cost_[term.literal] = term.coefficient;
        stratum_ = std::max(stratum_, term.coefficient);
    }
}

/// Facts first: what is paid for certain, and what never is.
void CoreGuided::choose_assumptions() {
    std::vector<Literal> paid;
    for (auto place = cost_.begin(); place != cost_.end();) {
        const int fact = engine_.fact(place->first);
        if (fact > 0) paid.push_back(place->first);
        place = fact < 0 ? cost_.erase(place) : std::next(place);
    }
    // The output above a paid one takes its place.
    while (!paid.empty()) {
        const Literal literal = paid.back();
        paid.pop_back();
        bound_ += cost_[literal];
        if (engine_.proof() != nullptr) paid_.emplace_back(engine_.fact_id(literal.variable()), cost_[literal]);
        charge(literal, cost_[literal]);
    }
    assumptions_.clear();
    std::int64_t below = 0;
    for (const auto& [literal, cost] : cost_) {
        if (cost >= stratum_)
            assumptions_.push_back(~literal);
        else
            below = std::max(below, cost);
    }
    if (assumptions_.empty() && below > 0) {
        stratum_ = below;
        choose_assumptions();
        return;
    }
    complete_ = below == 0;
    // The dearest first: they propagate, and the cores that come out are dear ones.
    std::stable_sort(assumptions_.begin(), assumptions_.end(),
                     [&](Literal a, Literal b) { return cost_.at(~a) > cost_.at(~b); });
}

/// Takes `cost` off the literal; if it is an output, the next output of its sum takes it over.
void CoreGuided::charge(Literal literal, std::int64_t cost) {
    const auto place = cost_.find(literal);
    place->second -= cost;
    if (place->second == 0) cost_.erase(place);
    const auto of = output_of_.find(literal);
    if (of == output_of_.end()) return;
    Output& output = of->second;
    if (!output.next.valid()) {
        const std::size_t sum = output.sum;
        const std::size_t count = output.count + 1;
        if (count > sums_[sum].size()) return;
        // The map may move what it holds.
        const Literal next = new_output(sum, count);
        output_of_.at(literal).next = next;
        cost_[next] += cost;
        if (engine_.proof() != nullptr) tallies_[sum].given.push_back(cost);
        return;
    }
    cost_[output.next] += cost;
    if (engine_.proof() != nullptr) tallies_[output.sum].given[output.count] += cost;
}

Literal CoreGuided::new_output(std::size_t sum, std::size_t count) {
    const Literal literal(engine_.new_variable());
    std::vector<Term> terms;
    for (const Literal member : sums_[sum]) terms.push_back({1, member});
    if (EngineProof* const proof = engine_.proof()) {
        const auto ids = proof->proof().defined(literal, terms, static_cast<std::int64_t>(count));
        // (k - 1)·(Σ + ¬output_2 + … ≥ k - 1) and k·¬output_k + Σ ≥ k, divided by k.
        CuttingSteps steps;
        steps.row(tallies_[sum].rows.back());
        steps.multiply(static_cast<std::int64_t>(count) - 1);
        steps.add(ids[0], 1);
        steps.divide(static_cast<std::int64_t>(count));
        tallies_[sum].rows.push_back(proof->derived(steps));
        engine_.add_reified(literal, terms, static_cast<std::int64_t>(count), &ids);
    } else {
        engine_.add_reified(literal, terms, static_cast<std::int64_t>(count));
    }
    output_of_[literal] = {sum, count, Literal()};
    return literal;
}

void CoreGuided::relax(std::vector<Literal> core, RowProof::Id id) {
    for (Literal& literal : core) literal = ~literal;
    std::int64_t least = cost_.at(core.front());
    for (const Literal literal : core) least = std::min(least, cost_.at(literal));
    bound_ += least;
    engine_.add_clause(core, id);
    for (const Literal literal : core) charge(literal, least);
    if (core.size() == 1) {
        if (engine_.proof() != nullptr) paid_.emplace_back(id, least);
        return;
    }
    sums_.push_back(std::move(core));
    if (engine_.proof() != nullptr) tallies_.push_back({{engine_.proof()->copied(id)}, {least, least}});
    cost_[new_output(sums_.size() - 1, 2)] += least;
}

/// Solves again under the core alone while that makes it shorter.
RowProof::Id CoreGuided::shorten(std::vector<Literal>& core, RowProof::Id id, const Limits& limits) {
    for (int round = 0; round < 4 && core.size() > 1; ++round) {
        std::reverse(core.begin(), core.end());
        if (engine_.solve(core, limits, 500) != Answer::unsat || engine_.unsat()) return id;
        const auto failed = engine_.failed_assumptions();
        const RowProof::Id other = engine_.failed_id();
        const bool shorter = failed.size() < core.size();
        if (engine_.proof() != nullptr) engine_.proof()->forget(shorter ? id : other);
        if (!shorter) return id;
        core.assign(failed.begin(), failed.end());
        id = other;
    }
    return id;
}

Answer CoreGuided::step(const Limits& limits, std::uint64_t conflicts) {
    if (!engine_.propagate_facts()) return Answer::unsat;
    choose_assumptions();
    if (engine_.unsat()) return Answer::unsat;
    const Answer answer = engine_.solve(assumptions_, limits, conflicts);
    if (answer == Answer::unsat && !engine_.unsat()) {
        std::vector<Literal> core(engine_.failed_assumptions().begin(), engine_.failed_assumptions().end());
        const RowProof::Id id = shorten(core, engine_.failed_id(), limits);
        if (!engine_.unsat()) relax(std::move(core), id);
    } else if (answer == Answer::sat && !complete_) {
        std::int64_t below = 0;
        for (const auto& [literal, cost] : cost_)
            if (cost < stratum_) below = std::max(below, cost);
        // Down to the next cost, or further where costs are many.
        stratum_ = std::min(below, stratum_ / 2 + 1);
    }
    return answer;
}

/// What the cores say on the stack of a proof: Σ charged·literal ≥ bound + Σ (given - charged)·output.
void CoreGuided::write_reformulation(CuttingSteps& steps) {
    bool first = true;
    const auto add = [&](RowProof::Id id, std::int64_t factor) {
        if (factor == 0) return;
        steps.row(id);
        steps.multiply(factor);
        if (!first) steps.add();
        first = false;
    };
    for (const auto& [id, cost] : paid_) add(id, cost);
    for (const Tally& tally : tallies_)
        for (std::size_t k = 1; k <= tally.rows.size(); ++k)
            add(tally.rows[k - 1], tally.given[k - 1] - (k < tally.given.size() ? tally.given[k] : 0));
    if (first) steps.row(engine_.proof()->follows_always());
}

RowProof::Id CoreGuided::bound_proof() {
    CuttingSteps steps;
    write_reformulation(steps);
    for (const auto& [literal, output] : output_of_) steps.weaken(literal);
    return engine_.proof()->derived(steps);
}

void CoreGuided::harden(std::int64_t budget, RowProof::Id budget_id) {
    std::vector<Literal> dear;
    for (const auto& [literal, cost] : cost_)
        if (bound_ + cost > budget && engine_.fact(literal) == 0) dear.push_back(~literal);
    RowProof::Id row = 0;
    if (engine_.proof() != nullptr && !dear.empty()) {
        CuttingSteps steps;
        write_reformulation(steps);
        steps.add(budget_id, 1);
        row = engine_.proof()->derived(steps);
    }
    for (const Literal literal : dear)
        if (!engine_.add_clause({&literal, 1}, row == 0 ? 0 : engine_.proof()->follows({&literal, 1}, {&row, 1})))
            return;
    if (row != 0) engine_.proof()->forget(row);
}

}  // namespace sinew::cardinality
