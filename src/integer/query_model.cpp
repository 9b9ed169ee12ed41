// SPDX-License-Identifier: Apache-2.0
#include "integer/query_model.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/core.h>

#include "base/error.hpp"
#include "integer/formula_literals.hpp"
#include "integer/neuron_propagator.hpp"
#include "integer/piecewise.hpp"
#include "integer/query_bounds.hpp"
#include "model/evaluate.hpp"
#include "neuron/narrow.hpp"
#include "neuron/network_neurons.hpp"

namespace sinew::integer {

using neuron::IntegerInterval;

bool QueryModel::is_over_integers(const model::Query& query) {
    if (query.precision) return true;
    std::vector<std::uint8_t> is_integer(query.network.variable_count(), 0);
    for (const auto& [variable, domain] : query.domains)
        if (domain.kind == model::DomainKind::integer) is_integer[variable.index()] = 1;
    const std::vector<Variable> inputs = query.network.input_variables();
    return std::all_of(inputs.begin(), inputs.end(),
                       [&](Variable variable) { return is_integer[variable.index()] != 0; });
}

/// One use: build() fills a QueryModel.
class QueryModelBuilder {
  public:
    QueryModelBuilder(const model::Query& query, QueryModel& result, std::string& reason)
        : query_(query),
          network_(query.network),
          result_(result),
          reason_(reason),
          forms_(*result.model_),
          boxes_(network_.variable_count()),
          needed_(network_.variable_count(), 0),
          variables_(network_.variable_count()),
          form_of_(network_.variable_count()) {}

    bool build();

  private:
    void mark_needed();
    void mark_sources(Variable variable);
    bool bound_inputs();
    bool fits(Variable variable);
    bool add_inputs();
    bool add_layers();
    bool add_layer(model::LayerId id);
    bool add_neuron_of(Variable output);
    bool has_box(Variable variable) const;
    std::vector<AssertedAtom> asserted_atoms();
    void add_rows();
    LinearForm substituted(const LinearForm& form) const;
    bool fail(std::string reason) {
        reason_ = std::move(reason);
        return false;
    }

    const model::Query& query_;
    const model::Network& network_;
    QueryModel& result_;
    std::string& reason_;
    Forms forms_;
    std::vector<IntegerInterval> boxes_;  ///< by the query's variable; of inputs and, with a precision, of neurons
    std::vector<std::uint8_t> needed_;    ///< by the query's variable
    std::vector<IntVar> variables_;       ///< by the query's variable, where it is one of the model's
    std::vector<LinearForm> form_of_;     ///< by the query's variable: over the model's
    std::vector<neuron::NetworkNeuron> neurons_;
    std::vector<std::size_t> neuron_of_;  ///< by the query's variable: index in neurons_
};

void QueryModelBuilder::mark_sources(Variable variable) {
    const model::Component component = network_.component(variable);
    const model::LayerOperation& operation = network_.layer(component.layer).operation;
    if (const auto* activation = std::get_if<model::ActivationLayer>(&operation)) {
        needed_[network_.variable(activation->source, component.index).index()] = 1;
    } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&operation)) {
        for (std::size_t k = pool->begin[component.index]; k < pool->begin[component.index + 1]; ++k)
            needed_[network_.variable(pool->source, pool->member[k]).index()] = 1;
    } else if (std::holds_alternative<model::AffineLayer>(operation)) {
        const LinearForm form = network_.affine_form(component.layer, component.index);
        for (const LinearTerm& term : form.terms()) needed_[term.variable.index()] = 1;
    }
}

void QueryModelBuilder::mark_needed() {
    const auto mark = [&](const LinearForm& form) {
        for (const LinearTerm& term : form.terms()) needed_[term.variable.index()] = 1;
    };
    std::vector<model::FormulaId> open{query_.input_condition, query_.output_condition};
    std::vector<std::uint8_t> seen(query_.formulas.size(), 0);
    while (!open.empty()) {
        const model::FormulaNode& node = query_.formulas.node(open.back());
        open.pop_back();
        mark(node.atom.form);
        for (const model::FormulaId child : node.children)
            if (std::exchange(seen[child.index()], 1) == 0) open.push_back(child);
    }
    if (query_.objective) mark(query_.objective->form);
    for (std::size_t v = network_.variable_count(); v-- > 0;)
        if (needed_[v] != 0) mark_sources(Variable(v));
}

bool QueryModelBuilder::has_box(Variable variable) const {
    return network_.is_input(variable) || (query_.precision && neuron_of_[variable.index()] < neurons_.size());
}

/// Atoms that must hold, over integers whose boxes are known.
std::vector<AssertedAtom> QueryModelBuilder::asserted_atoms() {
    std::vector<AssertedAtom> atoms;
    for (const model::FormulaId root : {query_.input_condition, query_.output_condition}) {
        for (const model::FormulaId id : conjuncts(query_.formulas, root)) {
            const model::FormulaNode& node = query_.formulas.node(id);
            if (node.kind != model::FormulaKind::atom) continue;
            LinearForm form(node.atom.form.constant());
            for (const LinearTerm& term : node.atom.form.terms())
                form.add(neuron::integer_form(network_, term.variable), term.coefficient);
            if (std::all_of(form.terms().begin(), form.terms().end(),
                            [&](const LinearTerm& term) { return has_box(term.variable); }))
                atoms.push_back({std::move(form), node.atom.relation});
        }
    }
    return atoms;
}

bool QueryModelBuilder::bound_inputs() {
    for (const auto& [variable, domain] : query_.domains) {
        boxes_[variable.index()] = integers_of(domain);
        if (boxes_[variable.index()].empty()) result_.consistent_ = false;
    }
    neuron_of_.assign(network_.variable_count(), network_.variable_count());
    if (query_.precision) {
        for (neuron::NetworkNeuron& neuron : neuron::network_neurons(query_)) {
            if (needed_[neuron.output.index()] == 0) continue;
            neuron_of_[neuron.output.index()] = neurons_.size();
            neurons_.push_back(std::move(neuron));
        }
    }
    if (result_.consistent_) result_.consistent_ = tighten(boxes_, asserted_atoms(), neurons_);
    return true;
}

bool QueryModelBuilder::fits(Variable variable) {
    const IntegerInterval& box = boxes_[variable.index()];
    if (!box.lower.finite() || !box.upper.finite())
        return fail(
            fmt::format("{} has no {} bound, and the integer search needs one: give it a domain such as "
                        "'int [0, 255]'",
                        query_.name(variable), box.lower.finite() ? "upper" : "lower"));
    if (abs(box.lower.value()) <= largest_value && abs(box.upper.value()) <= largest_value) return true;
    return fail(fmt::format("{} has values beyond {}, which is more than the integer search takes",
                            query_.name(variable), largest_value));
}

bool QueryModelBuilder::add_inputs() {
    std::vector<const model::Domain*> domains(network_.variable_count(), nullptr);
    for (const auto& [variable, domain] : query_.domains) domains[variable.index()] = &domain;
    for (const Variable input : network_.input_variables()) {
        IntegerInterval& box = boxes_[input.index()];
        // What nothing depends on may have any value.
        if (needed_[input.index()] == 0) {
            if (!box.lower.finite()) box.lower = box.upper.finite() ? box.upper : neuron::ExtendedInteger(0);
            if (!box.upper.finite()) box.upper = box.lower;
        }
        if (!fits(input)) return false;
        std::vector<Integer> values;
        if (const model::Domain* domain = domains[input.index()]; domain != nullptr)
            for (const Rational& value : domain->values)
                if (value.get_den() == 1 && box.contains(value.get_num())) values.push_back(value.get_num());
        const bool has_list = domains[input.index()] != nullptr && !domains[input.index()]->values.empty();
        if (has_list && values.empty()) {
            result_.consistent_ = false;
            return true;
        }
        const IntVar variable = has_list ? result_.model_->add_variable(values)
                                         : result_.model_->add_variable(box.lower.value(), box.upper.value());
        variables_[input.index()] = variable;
        form_of_[input.index()] = Forms::of(variable);
        result_.inputs_.push_back(variable);
    }
    return true;
}

LinearForm QueryModelBuilder::substituted(const LinearForm& form) const {
    if (form.terms().size() == 1) {
        LinearForm single = form_of_[form.terms().front().variable.index()];
        single.scale(form.terms().front().coefficient);
        single.add_constant(form.constant());
        return single;
    }
    std::vector<LinearTerm> terms;
    Rational constant = form.constant();
    for (const LinearTerm& term : form.terms()) {
        const LinearForm& inner = form_of_[term.variable.index()];
        for (const LinearTerm& part : inner.terms())
            terms.push_back({part.variable, part.coefficient * term.coefficient});
        constant += inner.constant() * term.coefficient;
    }
    return {std::move(terms), std::move(constant)};
}

bool QueryModelBuilder::add_neuron_of(Variable output) {
    // Arguments are numbered by themselves: most variables are none.
    neuron::Neuron neuron = neurons_[neuron_of_[output.index()]].neuron;
    std::vector<IntVar> arguments;
    std::vector<IntegerInterval> boxes;
    for (neuron::Term& term : neuron.terms) {
        const IntVar argument = variables_[term.argument];
        term.argument = arguments.size();
        arguments.push_back(argument);
        boxes.push_back({Integer(result_.model_->lower(argument)), Integer(result_.model_->upper(argument))});
    }
    IntegerInterval& box = boxes_[output.index()];
    if (neuron::narrow(neuron, boxes, box) == neuron::Narrowing::empty) {
        result_.consistent_ = false;
        return true;
    }
    if (!fits(output)) return false;
    const IntVar variable = result_.model_->add_variable(box.lower.value(), box.upper.value());
    add_neuron(*result_.model_, neuron, arguments, variable);
    if (result_.network_.add_neuron(*result_.model_, neuron, arguments, variable)) result_.has_neurons_ = true;
    variables_[output.index()] = variable;
    form_of_[output.index()] = Forms::of(variable);
    return true;
}

bool QueryModelBuilder::add_layer(model::LayerId id) {
    const model::Layer& layer = network_.layer(id);
    for (std::size_t i = 0; i < layer.size; ++i) {
        const Variable variable = network_.variable(id, i);
        if (needed_[variable.index()] == 0) continue;
        std::optional<LinearForm> form;
        if (const auto* activation = std::get_if<model::ActivationLayer>(&layer.operation)) {
            if (query_.precision) {
                if (!add_neuron_of(variable)) return false;
                if (!result_.consistent_) return true;
                continue;
            }
            if (!model::is_piecewise_linear(activation->activation))
                return fail("neurons with tanh or sigmoid are over integers only with a precision");
            form = add_activation(forms_, activation->activation,
                                  form_of_[network_.variable(activation->source, i).index()]);
        } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
            std::vector<LinearForm> members;
            for (std::size_t k = pool->begin[i]; k < pool->begin[i + 1]; ++k)
                members.push_back(form_of_[network_.variable(pool->source, pool->member[k]).index()]);
            form = add_maximum(forms_, members);
        } else {
            form = substituted(network_.affine_form(id, i));
        }
        if (!form)
            return fail(
                fmt::format("{} over a common denominator has values beyond {}, which is more than the integer "
                            "search takes",
                            query_.name(variable), largest_value));
        form_of_[variable.index()] = std::move(*form);
        // A pooling's maximum may be a neuron's argument again.
        const LinearForm& made = form_of_[variable.index()];
        if (made.terms().size() == 1 && made.terms().front().coefficient == 1 && made.constant() == 0)
            variables_[variable.index()] = IntVar(made.terms().front().variable.index());
    }
    return true;
}

bool QueryModelBuilder::add_layers() {
    for (std::size_t l = 0; l < network_.layer_count() && result_.consistent_; ++l)
        if (!std::holds_alternative<model::InputLayer>(network_.layers()[l].operation) && !add_layer(model::LayerId(l)))
            return false;
    return true;
}

/// What must hold anyway, for the relaxation of the network too.
void QueryModelBuilder::add_rows() {
    for (const model::FormulaId root : {query_.input_condition, query_.output_condition}) {
        for (const model::FormulaId id : conjuncts(query_.formulas, root)) {
            const model::FormulaNode& node = query_.formulas.node(id);
            if (node.kind != model::FormulaKind::atom) continue;
            ScaledForm row = scaled(substituted(node.atom.form));
            const bool strict = node.atom.relation == model::Relation::less;
            result_.network_.add_at_most(row.terms, -row.constant - (strict ? 1 : 0));
            if (node.atom.relation != model::Relation::equal) continue;
            for (Term& term : row.terms) term.coefficient = -term.coefficient;
            result_.network_.add_at_most(row.terms, row.constant);
        }
    }
}

bool QueryModelBuilder::build() {
    mark_needed();
    if (!bound_inputs()) return false;
    if (!result_.consistent_) return true;
    if (const std::string operation = model::curved_operation(network_); !operation.empty())
        return fail("the integer engine knows no " + operation);
    if (!add_inputs()) return false;
    if (!result_.consistent_) return true;
    for (std::size_t b = 0; b < query_.boolean_names.size(); ++b)
        result_.booleans_.push_back(is_true(result_.model_->add_boolean()));
    if (!add_layers()) return false;
    if (!result_.consistent_) return true;
    const auto form_of = [&](const LinearForm& form) { return substituted(form); };
    FormulaLiterals formulas(forms_, query_.formulas, form_of, result_.booleans_);
    formulas.demand(query_.input_condition);
    formulas.demand(query_.output_condition);
    if (result_.has_neurons_) add_rows();
    if (query_.objective) result_.objective_ = substituted(query_.objective->form);
    return true;
}

std::optional<QueryModel> QueryModel::make(const model::Query& query, const Settings& settings, std::string& reason) {
    if (!is_over_integers(query)) {
        reason = "some inputs are real";
        return std::nullopt;
    }
    QueryModel result(query, settings);
    QueryModelBuilder builder(query, result, reason);
    if (!builder.build()) return std::nullopt;
    return result;
}

void QueryModel::set_objective() {
    require(query_->objective.has_value(), "there is an objective");
    ScaledForm form = scaled(objective_);
    factor_ = form.denominator;
    const bool minimal = query_->objective->sense == model::Sense::minimize;
    if (has_neurons_) {
        // One variable for it, which the relaxation bounds from the side that matters.
        Integer least;
        Integer greatest;
        for (const Term& term : form.terms) {
            const Integer low = term.coefficient * model_->lower(term.variable);
            const Integer high = term.coefficient * model_->upper(term.variable);
            least += std::min(low, high);
            greatest += std::max(low, high);
        }
        if (least >= -largest_value && greatest <= largest_value) {
            std::vector<Term> goal = form.terms;
            if (!minimal)
                for (Term& term : goal) term.coefficient = -term.coefficient;
            network_.suggest_start(*model_, goal);
            const IntVar sum = model_->add_variable(least, greatest);
            std::vector<Term> row = form.terms;
            row.push_back({sum, -1});
            if (!minimal)
                for (Term& term : row) term.coefficient = -term.coefficient;
            model_->add_linear(row, Relation::equal, 0);
            network_.add_at_most(row, 0);
            network_.set_objective(View(sum, !minimal));
            form.terms = {{sum, 1}};
        }
    }
    if (minimal)
        model_->minimize(form.terms, form.constant);
    else
        model_->maximize(form.terms, form.constant);
}

void QueryModel::relax_network() {
    // Programs of more neurons than this take longer than what they find is worth.
    constexpr std::size_t most_neurons = 400;
    if (!std::exchange(has_neurons_, false) || network_.neuron_count() > most_neurons) return;
    std::move(network_).post(*model_);
    model_->set_relaxation(false);  // it knows the rows too
}

model::Witness QueryModel::witness(std::span<const Value> values) const {
    std::vector<Rational> inputs;
    for (const IntVar input : inputs_) inputs.emplace_back(values[input.index()]);
    model::Witness witness;
    witness.values = query_->precision ? neuron::IntegerEvaluation(*query_).values(inputs)
                                       : model::evaluate(query_->network, inputs);
    for (const Bound literal : booleans_) {
        const Value value = values[literal.view.variable().index()];
        witness.booleans.push_back(value != 0);
    }
    return witness;
}

}  // namespace sinew::integer
