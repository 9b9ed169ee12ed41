// SPDX-License-Identifier: Apache-2.0
// Queries, put to verify/, and what is left out of the next answers.
#include <algorithm>
#include <new>

#include <sinew/query.hpp>

#include "api/condition.hpp"
#include "api/query_state.hpp"
#include "api/settings.hpp"
#include "api/solution_data.hpp"
#include "base/error.hpp"
#include "base/processors.hpp"
#include "verify/optimize.hpp"
#include "verify/verify.hpp"

namespace sinew {

namespace {
class Listening : public verify::OptimizeListener {
  public:
    explicit Listening(const SolveOptions& options) : options_(options) {}
    void progress(const Progress& progress) override {
        if (options_.on_progress)
            options_.on_progress({progress.nodes, progress.open, progress.conflicts, progress.depth});
    }
    void improved(const Rational& value, const model::Witness& /*witness*/) override {
        if (options_.on_improvement) options_.on_improvement(value);
    }
    void bound_moved(const Rational& bound) override {
        if (options_.on_bound) options_.on_bound(bound);
    }

  private:
    const SolveOptions& options_;
};

void take(Solution::Data& solution, std::optional<model::Witness> witness) {
    if (!witness) return;
    solution.values = std::move(witness->values);
    solution.errors = std::move(witness->radii);
    solution.booleans = std::move(witness->booleans);
}

verify::Strategy strategy_of(Strategy strategy) {
    switch (strategy) {
        case Strategy::automatic:
            return verify::Strategy::automatic;
        case Strategy::branch_and_bound:
            return verify::Strategy::branch_and_bound;
        case Strategy::lazy:
            return verify::Strategy::lazy;
        case Strategy::textbook:
            return verify::Strategy::textbook;
        case Strategy::binarized:
            return verify::Strategy::binarized;
    }
    throw UsageError("there is no such strategy");
}

Solution optimized(const model::Query& query, const SolveOptions& options, const Limits& limits) {
    Listening listener(options);
    verify::Optimum optimum = verify::optimize(query, {limits, settings_of(options)}, listener);
    Solution::Data solution;
    switch (optimum.outcome) {
        case Outcome::optimum:
            solution.status = Status::optimal;
            break;
        case Outcome::feasible:
            solution.status = Status::feasible;
            break;
        case Outcome::unsat:
            solution.status = Status::unsatisfiable;
            break;
        case Outcome::unbounded:
            solution.status = Status::unbounded;
            break;
        case Outcome::unknown:
        case Outcome::sat:
            break;
    }
    take(solution, std::move(optimum.witness));
    solution.objective = optimum.value;
    solution.bound = optimum.bound;
    solution.reason = std::move(optimum.reason);
    solution.seconds = optimum.seconds;
    solution.statistics = std::move(optimum.statistics);
    return Solution(std::move(solution));
}

Solution decided(const model::Query& query, const SolveOptions& options, const Limits& limits) {
    verify::Options how;
    how.limits = limits;
    how.threads = thread_count(options.threads);
    how.settings = settings_of(options);
    how.strategy = strategy_of(options.strategy);
    Listening listener(options);
    model::Verdict verdict = verify::verify(query, how, listener);
    Solution::Data solution;
    if (verdict.status == model::Status::sat) solution.status = Status::satisfied;
    if (verdict.status == model::Status::unsat) solution.status = Status::unsatisfiable;
    take(solution, std::move(verdict.witness));
    solution.reason = std::move(verdict.reason);
    solution.decided_by = verdict.decided_by;
    solution.seconds = verdict.seconds;
    solution.statistics = std::move(verdict.statistics);
    return Solution(std::move(solution));
}
}  // namespace

Settings settings_of(const SolveOptions& options) {
    Settings settings(options.seed);
    for (const std::string& text : options.settings) read_setting("settings", text, settings);
    return settings;
}

Limits limits_of(const SolveOptions& options) {
    thread_count(options.threads);
    return Limits(options.seconds, options.bytes, options.interrupt);
}

Solution solved(const model::Query& query, const SolveOptions& options, const Limits& limits) {
    try {
        return query.objective ? optimized(query, options, limits) : decided(query, options, limits);
    } catch (const std::bad_alloc&) {
        Solution::Data solution;
        solution.reason = to_string(StopReason::memory);
        return Solution(std::move(solution));
    }
}

Solution Query::solve(const SolveOptions& options) const {
    return solved(state_->query, options, limits_of(options));
}

Condition outside(const Solution& solution, const std::vector<Expression>& expressions,
                  const std::vector<bool>& is_discrete, const Rational& distance) {
    if (distance < 0) throw UsageError("a distance is not below 0");
    std::vector<Condition> parts;
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        const Expression& expression = expressions[i];
        const Rational value = solution.value(expression);
        if (solution.error(expression) != 0)
            throw UsageError("what a sigmoid or tansig neuron gives has no exact value to be excluded");
        if (distance == 0 && !is_discrete[i])
            throw UsageError("a real quantity is excluded with a distance above 0: it has values without end");
        // One clause of bounds, which the integer engine takes as it is.
        if (distance == 0) {
            parts.push_back(expression < value);
            parts.push_back(expression > value);
        } else {
            parts.push_back(expression <= value - lowest(distance));
            parts.push_back(expression >= value + lowest(distance));
        }
    }
    return any_of(parts);
}

namespace {
/// That the argument is beyond the piece that its value is on.
void add_escapes(const model::Activation& activation, const Expression& argument, const Rational& value,
                 std::vector<Condition>& escapes) {
    const std::vector<model::Piece> pieces = model::pieces(activation);
    const std::size_t at = model::piece_at(pieces, value);
    if (pieces[at].begin)
        escapes.push_back(pieces[at].begin_closed ? argument < *pieces[at].begin : argument <= *pieces[at].begin);
    if (at + 1 < pieces.size())
        escapes.push_back(pieces[at + 1].begin_closed ? argument >= *pieces[at + 1].begin
                                                      : argument > *pieces[at + 1].begin);
}

/// That some neuron is on another piece, or some maximum has another member.
Condition outside_region(const model::Network& network, const Solution& solution) {
    model::require_not_curved(network, "linear regions");
    std::vector<Condition> escapes;
    const auto component = [&](model::LayerId layer, std::size_t i) {
        return Expression(LinearForm(network.variable(layer, i)));
    };
    for (const model::Layer& layer : network.layers()) {
        if (const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation)) {
            if (!model::is_piecewise_linear(neurons->activation))
                throw UsageError("sigmoid and tansig neurons have no linear regions");
            for (std::size_t i = 0; i < layer.size; ++i) {
                const Expression argument = component(neurons->source, i);
                add_escapes(neurons->activation, argument, solution.value(argument), escapes);
            }
        } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
            for (std::size_t i = 0; i < layer.size; ++i) {
                std::vector<Expression> members;
                for (std::size_t k = pool->begin[i]; k < pool->begin[i + 1]; ++k)
                    members.push_back(component(pool->source, pool->member[k]));
                const auto greatest = std::max_element(
                    members.begin(), members.end(),
                    [&](const Expression& a, const Expression& b) { return solution.value(a) < solution.value(b); });
                for (auto other = members.begin(); other != members.end(); ++other)
                    if (other != greatest) escapes.push_back(*other > *greatest);
            }
        }
    }
    return any_of(escapes);
}
}  // namespace

void Query::exclude(const Solution& solution, const Exclusion& how) {
    if (!solution.has_values()) throw UsageError("there is no solution to be excluded");
    const model::Query& query = state_->query;
    if (how.region) {
        add(outside_region(query.network, solution));
        return;
    }
    const std::vector<Expression> expressions = how.over.empty() ? inputs() : how.over;
    Condition other = outside(solution, expressions, state_->discrete(expressions), how.distance);
    if (how.over.empty())
        for (std::size_t b = 0; b < query.boolean_names.size(); ++b) {
            auto node = std::make_shared<Condition::Node>();
            node->kind = model::FormulaKind::boolean;
            node->boolean = model::BooleanVariable(b);
            const Condition boolean(std::move(node));
            other = other || (solution.holds(boolean) ? !boolean : boolean);
        }
    add(other);
}

Solution Query::next(const Exclusion& how, const SolveOptions& options) {
    Solution solution = solve(options);
    if (solution.has_values()) exclude(solution, how);
    return solution;
}

}  // namespace sinew
