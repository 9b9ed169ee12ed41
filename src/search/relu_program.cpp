// SPDX-License-Identifier: Apache-2.0
#include "search/relu_program.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "base/limit_scope.hpp"
#include "search/rewrite_conditions.hpp"

namespace sinew::search {

namespace {
using proof::ViprSense;

constexpr int short_bits = 20;

class ProgramBuilder {
  public:
    ProgramBuilder(const model::Query& query, bool with_slack, std::optional<std::uint32_t> only)
        : query_(query), with_slack_(with_slack), only_(only) {}

    ReluProgram build() {
        const model::Network& network = query_.network;
        const std::size_t count = network.variable_count();
        program_.lower.resize(count);
        program_.upper.resize(count);
        program_.equations.assign(count, ReluProgram::no_row);
        for (std::size_t l = 0; l < network.layer_count(); ++l) {
            for (std::size_t i = 0; i < network.layers()[l].size; ++i)
                program_.proof.variables.push_back(fmt::format("v{}_{}", l, i));
        }
        input_bounds();
        for (std::size_t l = 0; l < network.layer_count(); ++l) values_of(model::LayerId(l));
        conditions();
        binary_bounds();
        program_.proof.bounds = program_.proof.constraints.size();
        for (std::size_t l = 0; l < network.layer_count(); ++l) layer(model::LayerId(l));
        for (ProgramDisjunct& disjunct : program_.disjuncts) demand(disjunct);
        if (program_.disjuncts.size() != 1) {
            proof::ViprTerms sum;
            for (const ProgramDisjunct& disjunct : program_.disjuncts) sum.emplace_back(*disjunct.binary, 1);
            program_.some_disjunct = add({ViprSense::at_least, 1, std::move(sum)});
        }
        return std::move(program_);
    }

  private:
    static std::uint32_t number(Variable variable) { return static_cast<std::uint32_t>(variable.index()); }

    std::uint32_t add(proof::ViprRow row) {
        program_.proof.constraints.push_back(std::move(row));
        return static_cast<std::uint32_t>(program_.proof.constraints.size() - 1);
    }
    std::uint32_t add_variable(std::string name, bool is_integer) {
        const auto variable = static_cast<std::uint32_t>(program_.proof.variables.size());
        program_.proof.variables.push_back(std::move(name));
        if (is_integer) program_.proof.integers.push_back(variable);
        return variable;
    }

    void input_bounds() {
        const std::vector<Variable> inputs = query_.network.input_variables();
        const std::vector<model::Domain> domains = demanded_domains(query_);
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            program_.lower[inputs[i].index()] = *domains[i].lower;
            program_.upper[inputs[i].index()] = *domains[i].upper;
            const std::uint32_t lower = add({ViprSense::at_least, *domains[i].lower, {{number(inputs[i]), 1}}});
            program_.box.emplace_back(lower, add({ViprSense::at_most, *domains[i].upper, {{number(inputs[i]), 1}}}));
        }
    }

    /// Intervals of a layer's components, and the binaries of its open neurons.
    void values_of(model::LayerId id) {
        const model::Layer& layer = query_.network.layer(id);
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        for (std::size_t i = 0; i < layer.size; ++i) {
            check_limits();
            const Variable variable = query_.network.variable(id, i);
            if (std::holds_alternative<model::AffineLayer>(layer.operation)) {
                const auto [low, high] = range(query_.network.affine_form(id, i));
                program_.lower[variable.index()] = short_below(low);
                program_.upper[variable.index()] = short_above(high);
            } else if (neurons != nullptr) {
                const Variable pre = query_.network.variable(neurons->source, i);
                Rational low = program_.lower[pre.index()];
                Rational high = program_.upper[pre.index()];
                if (neurons->activation.kind == model::ActivationKind::relu) {
                    const auto relu = static_cast<std::uint32_t>(program_.relus++);
                    if (sgn(low) < 0 && sgn(high) > 0)
                        program_.neurons.push_back(
                            {pre, variable, relu, add_variable(fmt::format("piece.{}", relu), true), low, high});
                    if (sgn(low) < 0) low = 0;
                    if (sgn(high) < 0) high = 0;
                }
                program_.lower[variable.index()] = low;
                program_.upper[variable.index()] = high;
            }
        }
    }

    std::pair<Rational, Rational> range(const LinearForm& form) const {
        Rational low = form.constant();
        Rational high = form.constant();
        for (const LinearTerm& term : form.terms()) {
            const Rational& lower = program_.lower[term.variable.index()];
            const Rational& upper = program_.upper[term.variable.index()];
            low += term.coefficient * (sgn(term.coefficient) > 0 ? lower : upper);
            high += term.coefficient * (sgn(term.coefficient) > 0 ? upper : lower);
        }
        return {low, high};
    }

    /// Rows that the box implies are left out.
    void conditions() {
        std::vector<Disjunct> found = *program_cases(query_);
        if (only_) found = {found.at(*only_)};
        bool any_strict = false;
        for (const Disjunct& disjunct : found) {
            ProgramDisjunct& demanded = program_.disjuncts.emplace_back();
            for (const model::Atom& atom : disjunct.rows) {
                LinearForm form = atom.form;
                for (int side = 0; side < (atom.relation == model::Relation::equal ? 2 : 1); ++side) {
                    if (side == 1) form.scale(-1);
                    const bool strict = with_slack_ && atom.relation == model::Relation::less;
                    const Rational most = range(form).second;
                    if (!strict && sgn(most) <= 0) continue;
                    any_strict = any_strict || strict;
                    demanded.rows.push_back({form, strict, sgn(most) > 0 ? most : Rational(0), 0});
                }
            }
        }
        if (program_.disjuncts.size() != 1)
            for (std::size_t d = 0; d < program_.disjuncts.size(); ++d)
                program_.disjuncts[d].binary = add_variable(fmt::format("case.{}", d), true);
        if (!any_strict) return;
        program_.slack = add_variable("slack", false);
        program_.proof.objective = {{*program_.slack, -1}};
        for (ProgramDisjunct& disjunct : program_.disjuncts)
            for (ProgramRow& row : disjunct.rows)
                if (row.strict) row.size += 1;
    }

    void binary_bounds() {
        for (const std::uint32_t binary : program_.proof.integers) {
            add({ViprSense::at_least, 0, {{binary, 1}}});
            add({ViprSense::at_most, 1, {{binary, 1}}});
        }
        if (program_.slack) add({ViprSense::at_most, 1, {{*program_.slack, 1}}});
    }

    void layer(model::LayerId id) {
        const model::Layer& layer = query_.network.layer(id);
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        for (std::size_t i = 0; i < layer.size; ++i) {
            check_limits();
            const Variable variable = query_.network.variable(id, i);
            if (std::holds_alternative<model::AffineLayer>(layer.operation)) {
                const LinearForm form = query_.network.affine_form(id, i);
                proof::ViprTerms terms;
                for (const LinearTerm& term : form.terms())
                    terms.emplace_back(number(term.variable), -term.coefficient);
                terms.emplace_back(number(variable), 1);
                program_.equations[variable.index()] = add({ViprSense::equal, form.constant(), std::move(terms)});
            } else if (neurons != nullptr) {
                neuron(query_.network.variable(neurons->source, i), variable, neurons->activation.kind);
            }
        }
    }

    void neuron(Variable pre, Variable post, model::ActivationKind kind) {
        const bool is_open = next_ < program_.neurons.size() && program_.neurons[next_].post == post;
        if (!is_open) {
            proof::ViprTerms terms;
            if (kind != model::ActivationKind::relu || sgn(program_.upper[pre.index()]) > 0)
                terms.emplace_back(number(pre), -1);
            terms.emplace_back(number(post), 1);
            program_.equations[post.index()] = add({ViprSense::equal, 0, std::move(terms)});
            return;
        }
        ProgramNeuron& open = program_.neurons[next_++];
        const std::uint32_t z = number(pre);
        const std::uint32_t y = number(post);
        open.least = add({ViprSense::at_least, 0, {{y, 1}}});
        open.at_least = add({ViprSense::at_least, 0, {{z, -1}, {y, 1}}});
        open.active = add({ViprSense::at_most, -open.lower, {{z, -1}, {y, 1}, {open.binary, -open.lower}}});
        open.inactive = add({ViprSense::at_most, 0, {{y, 1}, {open.binary, -open.upper}}});
    }

    void demand(ProgramDisjunct& disjunct) {
        for (ProgramRow& row : disjunct.rows) {
            check_limits();
            proof::ViprTerms terms;
            for (const LinearTerm& term : row.form.terms()) terms.emplace_back(number(term.variable), term.coefficient);
            Rational bound = -row.form.constant();
            if (disjunct.binary) {
                if (sgn(row.size) != 0) terms.emplace_back(*disjunct.binary, row.size);
                bound += row.size;
            } else {
                row.size = 0;
            }
            if (row.strict) terms.emplace_back(*program_.slack, 1);
            row.constraint = add({ViprSense::at_most, std::move(bound), std::move(terms)});
        }
    }

    const model::Query& query_;
    bool with_slack_;
    std::optional<std::uint32_t> only_;
    ReluProgram program_;
    std::size_t next_ = 0;
};
}  // namespace

std::string program_obstacle(const model::Query& query) {
    if (query.precision) return "integer neuron constraints (precision)";
    if (!query.boolean_names.empty()) return "free Booleans";
    for (const model::Layer& layer : query.network.layers()) {
        if (std::holds_alternative<model::MaxPoolLayer>(layer.operation))
            return "max-pooling (layer " + layer.name + ")";
        if (std::holds_alternative<model::ProductLayer>(layer.operation)) return "products (layer " + layer.name + ")";
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        if (neurons == nullptr) continue;
        const model::ActivationKind kind = neurons->activation.kind;
        if (kind != model::ActivationKind::relu && kind != model::ActivationKind::identity)
            return fmt::format("{} (layer {})", model::to_string(neurons->activation), layer.name);
    }
    const std::vector<Variable> inputs = query.network.input_variables();
    const std::vector<model::Domain> domains = demanded_domains(query);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (domains[i].kind == model::DomainKind::integer || !domains[i].values.empty())
            return "inputs that are integers (" + query.name(inputs[i]) + ")";
        if (!domains[i].lower || !domains[i].upper) return "inputs without bounds (" + query.name(inputs[i]) + ")";
    }
    if (!program_cases(query)) return "conditions with so many cases";
    return "";
}

std::optional<std::vector<Disjunct>> program_cases(const model::Query& query) {
    if (are_exact(query)) return disjuncts(query);
    model::Query both = query;
    rewrite_conditions(both, [](model::Query& rewritten, model::FormulaId leaf) {
        const model::FormulaNode& node = rewritten.formulas.node(leaf);
        if (node.kind != model::FormulaKind::atom || node.atom.relation != model::Relation::equal) return leaf;
        const LinearForm form = node.atom.form;
        LinearForm mirrored = form;
        mirrored.scale(-1);
        const model::FormulaId below = rewritten.formulas.atom(form, model::Relation::less_equal);
        return rewritten.formulas.conjunction(
            {below, rewritten.formulas.atom(std::move(mirrored), model::Relation::less_equal)});
    });
    return disjuncts(both);
}

bool has_strict_rows(const model::Query& query) {
    const std::optional<std::vector<Disjunct>> found = program_cases(query);
    return found && std::any_of(found->begin(), found->end(), [](const Disjunct& disjunct) {
               return std::any_of(disjunct.rows.begin(), disjunct.rows.end(),
                                  [](const model::Atom& row) { return row.relation == model::Relation::less; });
           });
}

ReluProgram relu_program(const model::Query& query, bool with_slack, std::optional<std::uint32_t> only) {
    return ProgramBuilder(query, with_slack, only).build();
}

Rational short_below(const Rational& value) {
    int exponent = 0;
    const double mantissa = std::frexp(to_double_below(value), &exponent);
    return to_rational(std::ldexp(std::floor(std::ldexp(mantissa, short_bits)), exponent - short_bits));
}

Rational short_above(const Rational& value) {
    return -short_below(-value);
}

}  // namespace sinew::search
