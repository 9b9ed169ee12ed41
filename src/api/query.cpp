// Queries, put to verify/.
#include <algorithm>

#include <fmt/core.h>
#include <sinew/query.hpp>

#include "api/condition.hpp"
#include "api/network_data.hpp"
#include "api/solution_data.hpp"
#include "base/error.hpp"
#include "model/copy_layer.hpp"
#include "read/affine_rows.hpp"
#include "read/query/load_query.hpp"
#include "verify/optimize.hpp"
#include "verify/verify.hpp"

namespace sinew {

namespace {
/// The variable that an expression is, if it is one.
std::optional<Variable> single(const Expression& expression) {
    const LinearForm& form = expression.form();
    if (form.constant() != 0 || form.terms().size() != 1 || form.terms().front().coefficient != 1) return std::nullopt;
    return form.terms().front().variable;
}
}  // namespace

struct Query::State {
    model::Query query;

    std::vector<Expression> add_inputs(const std::string& name, std::size_t count, bool is_array,
                                       const model::Domain& domain) {
        std::vector<Expression> added;
        const model::LayerId layer = query.network.add_input(name, {count});
        for (std::size_t i = 0; i < count; ++i) {
            const Variable variable = query.network.variable(layer, i);
            if (!name.empty()) query.names[variable] = is_array ? fmt::format("{}_{}", name, i) : name;
            if (domain.kind == model::DomainKind::integer || domain.lower || domain.upper)
                query.domains.emplace_back(variable, domain);
            added.emplace_back(LinearForm(variable));
        }
        return added;
    }

    /// The layer of these components: one that is there already, or an affine one.
    model::LayerId layer_of(const std::vector<Expression>& components) {
        if (const auto first = components.empty() ? std::nullopt : single(components.front())) {
            const model::LayerId layer = query.network.component(*first).layer;
            bool is_layer = query.network.layer(layer).size == components.size();
            for (std::size_t i = 0; i < components.size() && is_layer; ++i)
                is_layer = single(components[i]) == query.network.variable(layer, i);
            if (is_layer) return layer;
        }
        read::AffineRows rows(query.network, components.size());
        for (const Expression& component : components) rows.add(component.form());
        model::AffineLayer affine = rows.take();
        return query.network.add_affine("inputs", {components.size()}, std::move(affine));
    }
};

Query::Query() : state_(std::make_unique<State>()) {}
Query::Query(Query&&) noexcept = default;
Query& Query::operator=(Query&&) noexcept = default;
Query::~Query() = default;

Query Query::from_files(const std::vector<std::string>& files) {
    Query result;
    result.state_->query = read::load_query(files);
    return result;
}

namespace {
model::Domain domain_between(model::DomainKind kind, std::optional<Rational> lower, std::optional<Rational> upper) {
    if (lower) lower = lowest(*lower);
    if (upper) upper = lowest(*upper);
    if (lower && upper && *lower > *upper)
        throw UsageError(fmt::format("no value is between {} and {}", lower->get_str(), upper->get_str()));
    return {kind, std::move(lower), std::move(upper), {}};
}
}  // namespace

Expression Query::add_real(std::string name, const std::optional<Rational>& lower,
                           const std::optional<Rational>& upper) {
    return state_->add_inputs(name, 1, false, domain_between(model::DomainKind::real, lower, upper)).front();
}

std::vector<Expression> Query::add_reals(const std::string& name, std::size_t count,
                                         const std::optional<Rational>& lower, const std::optional<Rational>& upper) {
    return state_->add_inputs(name, count, true, domain_between(model::DomainKind::real, lower, upper));
}

Expression Query::add_integer(std::string name, const Integer& lower, const Integer& upper) {
    const model::Domain domain = domain_between(model::DomainKind::integer, Rational(lower), Rational(upper));
    return state_->add_inputs(name, 1, false, domain).front();
}

Expression Query::add_integer(std::string name, const std::vector<Integer>& values) {
    if (values.empty()) throw UsageError("an integer has one of no values");
    model::Domain domain{model::DomainKind::integer, {}, {}, {}};
    for (const Integer& value : values) domain.values.emplace_back(value);
    std::sort(domain.values.begin(), domain.values.end());
    domain.values.erase(std::unique(domain.values.begin(), domain.values.end()), domain.values.end());
    return state_->add_inputs(name, 1, false, domain).front();
}

AddedNetwork Query::add_network(const Network& added, const std::vector<Expression>& inputs) {
    const NetworkData& data = added.data();
    const model::Network& given = data.network;
    model::Network& network = state_->query.network;
    if (data.inputs.size() != inputs.size())
        throw UsageError(fmt::format("a network with {} inputs is given {}", data.inputs.size(), inputs.size()));
    std::vector<Expression> values(given.variable_count());
    for (std::size_t i = 0; i < inputs.size(); ++i) values[data.inputs[i].index()] = inputs[i];
    std::vector<model::LayerId> copies;
    for (const model::Layer& layer : given.layers()) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(layer.first.index());
        if (std::holds_alternative<model::InputLayer>(layer.operation)) {
            copies.push_back(state_->layer_of({first, first + static_cast<std::ptrdiff_t>(layer.size)}));
            continue;
        }
        copies.push_back(
            model::copy_layer(network, layer, [&](model::LayerId source) { return copies[source.index()]; }));
        for (std::size_t i = 0; i < layer.size; ++i)
            values[layer.first.index() + i] = Expression(LinearForm(network.variable(copies.back(), i)));
    }
    AddedNetwork result = added_network(data, std::move(values));
    for (const Expression& output : result.outputs())
        if (const auto variable = single(output)) state_->query.outputs.push_back(*variable);
    return result;
}

void Query::add(const Condition& condition) {
    model::Query& query = state_->query;
    const model::FormulaId more = to_formula(query.formulas, condition);
    query.output_condition = query.formulas.conjunction({query.output_condition, more});
}

void Query::minimize(const Expression& objective) {
    state_->query.objective = model::Objective{model::Sense::minimize, objective.form()};
}
void Query::maximize(const Expression& objective) {
    state_->query.objective = model::Objective{model::Sense::maximize, objective.form()};
}

std::vector<Expression> Query::inputs() const {
    std::vector<Expression> result;
    for (const Variable variable : state_->query.network.input_variables()) result.emplace_back(LinearForm(variable));
    return result;
}
std::vector<Expression> Query::outputs() const {
    std::vector<Expression> result;
    for (const Variable variable : state_->query.outputs) result.emplace_back(LinearForm(variable));
    return result;
}
std::string Query::name(const Expression& variable) const {
    const std::optional<Variable> one = single(variable);
    return one ? state_->query.name(*one) : std::string();
}

namespace {
class QueryImprovements : public verify::OptimizeListener {
  public:
    explicit QueryImprovements(const SolveOptions& options) : options_(options) {}
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
}

Solution optimized(const model::Query& query, const SolveOptions& options, const Limits& limits) {
    QueryImprovements listener(options);
    verify::Optimum optimum = verify::optimize(query, {limits, options.seed}, listener);
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
    solution.statistics = std::move(optimum.statistics);
    return Solution(std::move(solution));
}

Solution decided(const model::Query& query, const SolveOptions& options, const Limits& limits) {
    verify::Options how;
    how.limits = limits;
    how.threads = options.threads;
    how.settings = Settings(options.seed);
    Observer silent;
    model::Verdict verdict = verify::verify(query, how, silent);
    Solution::Data solution;
    if (verdict.status == model::Status::sat) solution.status = Status::satisfied;
    if (verdict.status == model::Status::unsat) solution.status = Status::unsatisfiable;
    take(solution, std::move(verdict.witness));
    solution.reason = std::move(verdict.reason);
    solution.decided_by = verdict.decided_by;
    solution.statistics = std::move(verdict.statistics);
    return Solution(std::move(solution));
}
}  // namespace

Solution Query::solve(const SolveOptions& options) const {
    if (options.threads < 1) throw UsageError("a search has one thread at least");
    const Limits limits(options.seconds, options.bytes, options.interrupt);
    const model::Query& query = state_->query;
    return query.objective ? optimized(query, options, limits) : decided(query, options, limits);
}

}  // namespace sinew
