#include <sinew/model.hpp>

#include "api/condition.hpp"
#include "api/solution_data.hpp"
#include "api/state.hpp"
#include "base/error.hpp"
#include "integer/network_propagator.hpp"

namespace sinew {

using integer::IntVar;

Model::Model(std::uint64_t seed) : state_(std::make_unique<State>(seed)) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

Expression Model::State::named(IntVar variable, std::string name) {
    names.resize(variable.index() + 1);
    names.back() = std::move(name);
    return Expression(integer::Forms::of(variable));
}

std::optional<IntVar> Model::State::single(const Expression& expression) const {
    const LinearForm& form = expression.form();
    if (form.constant() != 0 || form.terms().size() != 1 || form.terms().front().coefficient != 1) return std::nullopt;
    return IntVar(form.terms().front().variable.index());
}

Expression Model::add_variable(std::string name, const Integer& lower, const Integer& upper) {
    return state_->named(state_->engine.add_variable(lower, upper), std::move(name));
}

Expression Model::add_variable(std::string name, const std::vector<Integer>& values) {
    return state_->named(state_->engine.add_variable(std::span<const Integer>(values)), std::move(name));
}

const std::string& Model::name(const Expression& variable) const {
    static const std::string none;
    const std::optional<IntVar> single = state_->single(variable);
    return single && single->index() < state_->names.size() ? state_->names[single->index()] : none;
}

void Model::add(const Condition& condition) {
    state_->demand(condition);
}

void Model::add_linear(const Condition& comparison) {
    if (!comparison.is_linear()) throw UsageError("a linear constraint is one comparison by <=, <, >=, > or ==");
    state_->demand(comparison);
}

Expression Model::indicator(const Condition& condition) {
    integer::Model& engine = state_->engine;
    const integer::Bound literal = state_->literal(condition);
    const IntVar indicator = engine.add_boolean();
    engine.add_clause({~literal, integer::is_true(indicator)});
    engine.add_clause({literal, ~integer::is_true(indicator)});
    return Expression(integer::Forms::of(indicator));
}

void Model::minimize(const Expression& objective) {
    state_->objective = objective;
    state_->maximizes = false;
    state_->objective_is_told = false;
}
void Model::maximize(const Expression& objective) {
    state_->objective = objective;
    state_->maximizes = true;
    state_->objective_is_told = false;
}

std::optional<IntVar> Model::State::objective_variable(const integer::ScaledForm& form) {
    Integer lower = form.constant;
    Integer upper = form.constant;
    for (const integer::Term& term : form.terms) {
        const Integer low = term.coefficient * engine.lower(term.variable);
        const Integer high = term.coefficient * engine.upper(term.variable);
        lower += std::min(low, high);
        upper += std::max(low, high);
    }
    if (abs(lower) > integer::largest_value || abs(upper) > integer::largest_value) return std::nullopt;
    const IntVar variable = engine.add_variable(lower, upper);
    std::vector<integer::Term> terms = form.terms;
    terms.push_back({variable, -1});
    engine.add_linear(terms, integer::Relation::equal, -form.constant);
    rows.push_back({terms, -form.constant});
    for (integer::Term& term : terms) term.coefficient = -term.coefficient;
    rows.push_back({terms, form.constant});
    return variable;
}

void Model::State::tell_objective(bool with_variable) {
    objective_is_told = true;
    const integer::ScaledForm form = integer::scaled(objective->form());
    factor = form.denominator;
    const std::optional<IntVar> variable = with_variable ? objective_variable(form) : std::nullopt;
    to_be_bounded.reset();
    if (variable) to_be_bounded = integer::View(*variable, maximizes);
    const std::vector<integer::Term> terms = variable ? std::vector<integer::Term>{{*variable, 1}} : form.terms;
    const Integer constant = variable ? Integer(0) : form.constant;
    if (maximizes)
        engine.maximize(terms, constant);
    else
        engine.minimize(terms, constant);
}

void Model::State::bound_networks() {
    integer::NetworkConstraint network;
    for (const AddedNeuron& added : neurons)
        (void)network.add_neuron(engine, added.neuron, added.variables, added.output);
    for (const AddedRow& row : rows) (void)network.add_at_most(row.terms, row.right);
    if (to_be_bounded) network.set_objective(*to_be_bounded);
    std::move(network).post(engine);
    bounded_neurons = neurons.size();
    bounded_rows = rows.size();
}

namespace {
/// Tells values of the engine's objective, which is `factor` times the user's.
class Improvements : public integer::Listener {
  public:
    Improvements(const SolveOptions& options, const Integer& factor) : options_(options), factor_(factor) {}
    void improved(const Integer& value, std::span<const integer::Value> /*values*/) override {
        if (options_.on_improvement) options_.on_improvement(Rational(value) / factor_);
    }
    void bound_moved(const Integer& bound) override {
        if (options_.on_bound) options_.on_bound(Rational(bound) / factor_);
    }

  private:
    const SolveOptions& options_;
    const Integer& factor_;
};

Status status_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::sat:
            return Status::satisfied;
        case Outcome::unsat:
            return Status::unsatisfiable;
        case Outcome::optimum:
            return Status::optimal;
        case Outcome::feasible:
            return Status::feasible;
        case Outcome::unknown:
        case Outcome::unbounded:  // its variables have bounds
            break;
    }
    return Status::unknown;
}
}  // namespace

Solution Model::solve(const SolveOptions& options) {
    const Limits limits(options.seconds, options.bytes, options.interrupt);
    State& state = *state_;
    const bool bounds_networks = options.network_bounds && state.neurons.size() >= 2;
    const bool is_new = !state.objective_is_told;
    if (is_new) state.tell_objective(bounds_networks);
    if (bounds_networks &&
        (is_new || state.bounded_neurons != state.neurons.size() || state.bounded_rows != state.rows.size()))
        state.bound_networks();
    const Integer& factor = state.factor;
    Improvements improvements(options, factor);
    const integer::Result result = state.engine.solve(limits, &improvements);
    Solution::Data solution;
    solution.status = status_of(result.outcome);
    for (const integer::Value value : result.values) solution.values.emplace_back(Integer(value));
    const bool is_feasible = solution.status == Status::feasible;
    if (is_feasible || solution.status == Status::unknown) solution.reason = to_string(limits.reached());
    if (solution.status != Status::unknown) solution.decided_by = "integer";
    if (state.objective && !solution.values.empty()) solution.objective = Rational(result.value) / factor;
    if (state.objective && solution.status != Status::unsatisfiable) solution.bound = Rational(result.bound) / factor;
    solution.statistics = state.engine.statistics();
    return Solution(std::move(solution));
}

}  // namespace sinew
