// SPDX-License-Identifier: Apache-2.0
#include "integer/model.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/run_together.hpp"
#include "integer/constraint_list.hpp"
#include "integer/linear_posting.hpp"
#include "integer/linear_relaxation.hpp"
#include "integer/minimize.hpp"
#include "integer/network_boxes.hpp"

namespace sinew::integer {

namespace {

Value checked(const Integer& value) {
    if (abs(value) > largest_value)
        throw UsageError(fmt::format("an integer variable's bound {} is beyond ±{}", value.get_str(), largest_value));
    return value.get_si();
}

/// Sorted, with gaps between them.
std::vector<Range> in_order(std::vector<Range> ranges) {
    std::erase_if(ranges, [](const Range& range) { return range.lower > range.upper; });
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.lower < b.lower; });
    std::vector<Range> result;
    for (const Range& range : ranges) {
        if (!result.empty() && range.lower <= result.back().upper + 1)
            result.back().upper = std::max(result.back().upper, range.upper);
        else
            result.push_back(range);
    }
    return result;
}

}  // namespace

struct Model::State {
    explicit State(const Settings& settings) : engine(settings), wants_relaxation(engine.options().relax) {}

    Engine engine;
    LinearPosting posting{engine};
    ConstraintList constraints;
    std::optional<Target> target;  ///< what is minimised
    bool is_maximum = false;
    Integer constant;
    Integer divisor = 1;  ///< the objective is divisor·target + constant, negated for a maximum
    bool wants_relaxation;
    bool is_relaxed = false;
    std::optional<BoxProblem> network;  ///< its boxes are searched too
    Statistics box_statistics;

    std::vector<std::uint8_t> is_suggested;  ///< by variable: from outside, which our own hints do not replace

    bool was_suggested(std::size_t variable) const {
        return variable < is_suggested.size() && is_suggested[variable] != 0;
    }
    Integer objective(const Integer& sum) const {
        const Integer value = divisor * sum;
        return (is_maximum ? Integer(-value) : value) + constant;
    }
    void set_objective(std::span<const Term> terms, const Integer& added, bool maximum);
    void relax(const Limits& limits);
    bool holds(std::span<const Value> values) const;
    BoxProblem network_with_target() const;
    bool begin(const Limits& limits);
    Result solve_objective(std::span<const Bound> assumptions, const Limits& limits, Listener* listener);
    static Result solve_together(std::span<State* const> states, std::span<const Bound> assumptions,
                                 const Limits& limits, Listener* listener);
};

Model::Model(const Settings& settings) : state_(std::make_unique<State>(settings)) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

IntVar Model::add_variable(const Integer& lower, const Integer& upper) {
    const Range range{checked(lower), checked(upper)};
    return add_variable({&range, 1});
}

IntVar Model::add_variable(std::span<const Integer> values) {
    std::vector<Range> ranges;
    for (const Integer& value : values) ranges.push_back({checked(value), checked(value)});
    return add_variable(std::span<const Range>(ranges));
}

IntVar Model::add_variable(std::span<const Range> ranges) {
    for (const Range& range : ranges) {
        checked(range.lower);
        checked(range.upper);
    }
    const std::vector<Range> domain = in_order({ranges.begin(), ranges.end()});
    if (domain.empty()) throw UsageError("an integer variable has no value: its domain is empty");
    return state_->engine.add_variable(domain);
}

std::size_t Model::variable_count() const {
    return state_->engine.domains().variable_count();
}
Value Model::lower(IntVar variable) const {
    return state_->engine.domains().lower(variable);
}
Value Model::upper(IntVar variable) const {
    return state_->engine.domains().upper(variable);
}
Bound Model::constant(bool value) {
    return state_->posting.constant(value);
}
Bound Model::equal(IntVar variable, const Integer& value) {
    return state_->posting.equal(variable, value);
}

Bound Model::literal_of(std::span<const Term> terms, Relation relation, const Integer& right) {
    if (const std::optional<Bound> bound = state_->posting.as_bound(terms, relation, right)) return *bound;
    const Bound literal = is_true(add_boolean());
    add_linear_iff(literal, terms, relation, right);
    return literal;
}

void Model::add_clause(std::span<const Bound> literals) {
    state_->constraints.add_clause(literals);
    state_->engine.add_clause(literals);
}

void Model::add_linear(std::span<const Term> terms, Relation relation, const Integer& right) {
    state_->constraints.add_linear(Strength::always, {}, terms, relation, right);
    state_->posting.post(terms, relation, right);
}

void Model::add_linear_if(Bound literal, std::span<const Term> terms, Relation relation, const Integer& right) {
    state_->constraints.add_linear(Strength::implied, literal, terms, relation, right);
    state_->posting.post_if(literal, terms, relation, right);
}

void Model::add_linear_iff(Bound literal, std::span<const Term> terms, Relation relation, const Integer& right) {
    state_->constraints.add_linear(Strength::equivalent, literal, terms, relation, right);
    state_->posting.post_iff(literal, terms, relation, right);
}

void Model::add_propagator(std::unique_ptr<Propagator> propagator) {
    state_->engine.add_propagator(std::move(propagator));
}

void Model::minimize(std::span<const Term> terms, const Integer& constant) {
    state_->set_objective(terms, constant, false);
}
void Model::maximize(std::span<const Term> terms, const Integer& constant) {
    state_->set_objective(terms, constant, true);
}

void Model::State::set_objective(std::span<const Term> terms, const Integer& added, bool maximum) {
    is_maximum = maximum;
    constant = added;
    divisor = 0;
    target.emplace();
    target->terms = merged(terms);
    for (const Term& term : target->terms) divisor = gcd(divisor, term.coefficient);
    if (divisor == 0) divisor = 1;
    Integer least = 0;
    Integer greatest = 0;
    for (Term& term : target->terms) {
        term.coefficient /= divisor;
        if (maximum) term.coefficient = -term.coefficient;
        const Integer at_lower = term.coefficient * engine.domains().lower(term.variable);
        const Integer at_upper = term.coefficient * engine.domains().upper(term.variable);
        least += std::min(at_lower, at_upper);
        greatest += std::max(at_lower, at_upper);
        engine.branching().suggest(term.variable, term.coefficient > 0 ? engine.domains().lower(term.variable)
                                                                       : engine.domains().upper(term.variable));
    }
    if (least < -largest_value || greatest > largest_value) return;
    const Range range{least.get_si(), greatest.get_si()};
    const IntVar variable = engine.add_variable({&range, 1});
    engine.branching().defer(variable);
    target->variable = View(variable);
    std::vector<Term> row = target->terms;
    row.push_back({variable, -1});
    posting.post(row, Relation::less_equal, 0);
}

void Model::suggest(IntVar variable, Value value) {
    state_->engine.branching().suggest(variable, value);
    auto& suggested = state_->is_suggested;
    suggested.resize(std::max(suggested.size(), variable.index() + 1));
    suggested[variable.index()] = 1;
}
void Model::prefer(IntVar variable, double bumps) {
    state_->engine.branching().bump(variable, bumps);
}

void Model::set_relaxation(bool wanted) {
    state_->wants_relaxation = wanted;
}

/// Once: later rows and objectives are searched without.
void Model::State::relax(const Limits& limits) {
    if (!wants_relaxation || is_relaxed || engine.unsat() || !target->variable.valid()) return;
    is_relaxed = true;
    auto relaxation = LinearRelaxation::make(engine.domains(), engine.rows(), engine.clauses(), target->variable);
    if (relaxation == nullptr) return;
    const LinearRelaxation& hints = *relaxation;
    engine.add_propagator(std::move(relaxation));
    if (!engine.propagate_root(limits)) return;
    for (std::size_t v = 0; v < engine.domains().variable_count(); ++v)
        if (const std::optional<double> value = hints.hint(IntVar(v)); value && !was_suggested(v))
            engine.branching().suggest(IntVar(v), static_cast<Value>(std::nearbyint(*value)));
}

Engine& Model::engine() {
    return state_->engine;
}

bool Model::propagate() {
    return state_->engine.propagate_root();
}

bool Model::holds(std::span<const Value> values) const {
    return state_->holds(values);
}

bool Model::State::holds(std::span<const Value> values) const {
    const Domains& domains = engine.domains();
    for (std::size_t v = 0; v < values.size(); ++v) {
        const std::span<const Range> ranges = domains.ranges(IntVar(v));
        if (std::none_of(ranges.begin(), ranges.end(),
                         [&](const Range& range) { return range.lower <= values[v] && values[v] <= range.upper; }))
            return false;
    }
    const auto& propagators = engine.propagators();
    return constraints.holds(values) &&
           std::all_of(propagators.begin(), propagators.end(),
                       [&](const std::unique_ptr<Propagator>& propagator) { return propagator->holds(values); });
}

void Model::tighten_by_rows(std::span<const IntVar> variables, const Limits& limits) {
    Engine& engine = state_->engine;
    if (variables.empty() || !engine.propagate_root(limits)) return;
    const auto relaxation =
        LinearRelaxation::make(engine.domains(), engine.rows(), engine.clauses(), View(variables.front()));
    if (relaxation == nullptr) return;
    relaxation->set_limits(limits);
    for (const IntVar variable : variables) {
        for (const View view : {View(variable), -View(variable)}) {
            if (limits.exceeded()) return;
            if (const std::optional<Value> least = relaxation->least(engine.domains(), view))
                engine.require_bound({view, *least});
        }
    }
}

void Model::search_boxes(BoxProblem problem) {
    state_->network = std::move(problem);
}

/// The target's variable is at least the target's sum.
BoxProblem Model::State::network_with_target() const {
    BoxProblem problem = *network;
    problem.objective = target->variable;
    BoxProblem::Row row;
    for (const Term& term : target->terms) {
        if (abs(term.coefficient) > largest_value) return problem;
        row.terms.push_back({View(term.variable, term.coefficient < 0), Integer(abs(term.coefficient)).get_si()});
    }
    row.terms.push_back({-target->variable, 1});
    problem.rows.push_back(std::move(row));
    return problem;
}

Result Model::State::solve_objective(std::span<const Bound> assumptions, const Limits& limits, Listener* listener) {
    State* const own[] = {this};
    return solve_together(own, assumptions, limits, listener);
}

/// Before anything is propagated: where bounds rise by ones, only the relaxation sees the end of it. False: there is no
/// solution.
bool Model::State::begin(const Limits& limits) {
    relax(limits);
    engine.propagate_root(limits);
    return !engine.unsat();
}

/// By states of one problem, one a thread.
Result Model::State::solve_together(std::span<State* const> states, std::span<const Bound> assumptions,
                                    const Limits& limits, Listener* listener) {
    Result result;
    const std::vector<int> consistent = made_together(states.size(), [&](std::size_t place) {
        return states[place]->begin(place == 0 ? limits : limits.without_effort()) ? 1 : 0;
    });
    if (std::find(consistent.begin(), consistent.end(), 0) != consistent.end()) {
        result.outcome = Outcome::unsat;
        return result;
    }
    states = states.first(consistent.size());  // the system may give fewer threads
    State& first = *states.front();
    const auto calls_of = [&](State& state) {
        Minimizer::Calls calls;
        calls.solution = [&first, listener](const Integer& sum, const std::vector<Value>& values) {
            if (listener != nullptr) listener->improved(first.objective(sum), values);
        };
        calls.bound = [&first, listener](const Integer& bound) {
            if (listener != nullptr) listener->bound_moved(first.objective(bound));
        };
        calls.check = [&state](const std::vector<Value>& values) {
            require(state.holds(values), "a solution satisfies all constraints");
        };
        calls.add_cut = [&state](Bound literal, const Integer& bound) {
            state.posting.post_if(literal, state.target->terms, Relation::less_equal, bound);
        };
        return calls;
    };
    const bool has_boxes = first.network && first.target->variable.valid();
    // Of several the last one searches the boxes alone, if there are any.
    std::vector<std::unique_ptr<Minimizer>> minimizers;
    bool boxes_apart = false;
    for (State* state : states) {
        auto& made = minimizers.emplace_back(
            std::make_unique<Minimizer>(state->engine, *state->target, assumptions, calls_of(*state)));
        if (has_boxes && (states.size() == 1 || state == states.back()))
            boxes_apart = made->search_boxes_of(state->network_with_target()) && states.size() > 1;
    }
    Minimizer& minimizer = *minimizers.front();
    if (listener != nullptr) listener->bound_moved(first.objective(minimizer.bound()));
    if (states.size() == 1) {
        minimizer.run(limits);
    } else {
        using Ways = Minimizer::Ways;
        SharedSearch shared(minimizer.bound());
        for (std::size_t place = 0; place < states.size(); ++place) {
            const bool is_last = place + 1 == states.size();
            const Ways ways = boxes_apart && is_last ? Ways::boxes : Ways::all;
            minimizers[place]->share(shared, place, ways);
        }
        const Limits until_finished = limits.until(shared.best.finished());
        run_together(
            states.size(), until_finished,
            [&](std::size_t place, std::size_t, const Limits& own_limits) { minimizers[place]->run(own_limits); },
            [&] { shared.best.give_up(); });
        minimizer.finish();
    }
    for (std::size_t place = 0; place < states.size(); ++place)
        states[place]->box_statistics.add(minimizers[place]->statistics());
    result.bound = first.objective(minimizer.bound());
    if (minimizer.infeasible()) {
        result.outcome = Outcome::unsat;
    } else if (minimizer.has_solution()) {
        result.outcome = minimizer.proven() ? Outcome::optimum : Outcome::feasible;
        result.values = minimizer.values();
        result.value = first.objective(minimizer.best());
    }
    return result;
}

Result Model::solve_together(std::span<Model* const> models, const Limits& limits, Listener* listener) {
    std::vector<State*> states;
    for (Model* model : models) states.push_back(model->state_.get());
    return State::solve_together(states, {}, limits, listener);
}

Result Model::solve(std::span<const Bound> assumptions, const Limits& limits, Listener* listener) {
    State& state = *state_;
    Result result;
    if (state.target) {
        result = state.solve_objective(assumptions, limits, listener);
    } else {
        switch (state.engine.search(assumptions, limits, ~std::uint64_t{0})) {
            case Answer::sat:
                require(state.holds(state.engine.values()), "a solution satisfies all constraints");
                result.outcome = Outcome::sat;
                result.values = state.engine.values();
                break;
            case Answer::unsat:
                result.outcome = Outcome::unsat;
                result.core.assign(state.engine.failed_assumptions().begin(), state.engine.failed_assumptions().end());
                break;
            case Answer::unknown:
                break;
        }
    }
    return result;
}

Statistics Model::statistics() const {
    Statistics statistics = state_->engine.statistics();
    statistics.add(state_->box_statistics);
    return statistics;
}

}  // namespace sinew::integer
