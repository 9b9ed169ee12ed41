// SPDX-License-Identifier: Apache-2.0
#include "read/marabou/read_ipq.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/core.h>

#include "base/error.hpp"
#include "read/affine_rows.hpp"
#include "read/file.hpp"
#include "read/marabou/ipq_lines.hpp"

namespace sinew::read {

namespace marabou {
namespace {
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// What determines a variable: an equation or a constraint (by index), or nothing (an input).
struct Definition {
    std::size_t equation = none;
    std::size_t constraint = none;
    std::size_t depth = 0;
};

class Building {
  public:
    Building(const InputQuery& source, const std::string& name)
        : source_(source), name_(name), definition_(source.variable_count), known_(source.variable_count, false) {}

    model::Query build() {
        define();
        add_layers();
        add_conditions();
        for (const std::size_t output : source_.outputs)  // one that nothing speaks of is free, and has no value
            if (at_[output].valid()) query_.outputs.push_back(at_[output]);
        for (std::size_t v = 0; v < source_.variable_count; ++v)
            if (at_[v].valid()) query_.names.emplace(at_[v], fmt::format("x{}", source_.name(v)));
        return std::move(query_);
    }

  private:
    [[noreturn]] void fail(std::size_t line, const std::string& message, const std::string& expected) const {
        throw InputError({name_, line, 0}, message, expected);
    }

    /// Equations and constraints with one unknown variable left determine it, until nothing changes any more. What is
    /// open then is free, as an input is: what no constraint gives first.
    void define() {
        const std::size_t count = source_.variable_count;
        uses_.resize(count);
        unknown_.assign(source_.equations.size(), 0);
        used_.assign(source_.equations.size(), false);
        for (std::size_t e = 0; e < source_.equations.size(); ++e) {
            if (source_.equations[e].relation != model::Relation::equal) continue;
            unknown_[e] = source_.equations[e].form.terms().size();
            for (const LinearTerm& term : source_.equations[e].form.terms()) uses_[term.variable.index()].push_back(e);
        }
        constraint_of_.resize(count);
        std::vector<bool> is_given(count, false);
        for (std::size_t c = 0; c < source_.constraints.size(); ++c) {
            open_inputs_.push_back(source_.constraints[c].inputs.size());
            for (const std::size_t input : source_.constraints[c].inputs) constraint_of_[input].push_back(c);
            is_given[source_.constraints[c].output] = true;
        }
        for (const std::size_t input : source_.inputs) {
            if (known_[input])
                fail(0, fmt::format("variable {} is an input twice", source_.name(input)), "each input once");
            learn(input, {});
            free_.push_back(input);
        }
        follow_all();
        const std::vector<bool> mentioned = mentioned_variables(is_given);
        for (const bool given : {false, true}) {
            for (std::size_t v = 0; v < count; ++v) {
                if (known_[v] || !mentioned[v] || is_given[v] != given) continue;
                learn(v, {});
                free_.push_back(v);
                follow_all();
            }
        }
    }

    /// What more than bounds speak of.
    std::vector<bool> mentioned_variables(std::vector<bool> mentioned) const {
        const auto mention = [&](const Equation& equation) {
            for (const LinearTerm& term : equation.form.terms()) mentioned[term.variable.index()] = true;
        };
        for (const Equation& equation : source_.equations) mention(equation);
        for (std::size_t v = 0; v < mentioned.size(); ++v)
            if (!constraint_of_[v].empty()) mentioned[v] = true;
        for (const Disjunction& disjunction : source_.disjunctions)
            for (const std::vector<Equation>& disjunct : disjunction.disjuncts)
                for (const Equation& equation : disjunct) mention(equation);
        return mentioned;
    }

    void learn(std::size_t variable, Definition definition) {
        known_[variable] = true;
        definition_[variable] = definition;
        order_.push_back(variable);
    }

    void follow_all() {
        for (; followed_ < order_.size(); ++followed_)
            if (order_[followed_] < source_.variable_count) follow(order_[followed_]);
    }

    void follow(std::size_t variable) {
        for (const std::size_t e : uses_[variable]) {
            if (--unknown_[e] != 1 || used_[e]) continue;
            std::size_t open = none;
            std::size_t depth = 0;
            for (const LinearTerm& term : source_.equations[e].form.terms()) {
                if (known_[term.variable.index()])
                    depth = std::max(depth, definition_[term.variable.index()].depth);
                else
                    open = term.variable.index();
            }
            if (open == none) continue;  // found out meanwhile
            used_[e] = true;
            learn(open, {e, none, depth + 1});
        }
        for (const std::size_t c : constraint_of_[variable])
            if (--open_inputs_[c] == 0) determine(c);
    }

    /// The constraint's inputs are known: they give its output, or a value of its own that the output has to have.
    void determine(std::size_t c) {
        const Constraint& constraint = source_.constraints[c];
        std::size_t value = constraint.output;
        if (known_[value]) {
            value = definition_.size();
            definition_.emplace_back();
            known_.push_back(false);
            compared_.emplace_back(constraint.output, value);
        }
        std::size_t depth = 0;
        for (const std::size_t input : constraint.inputs) depth = std::max(depth, definition_[input].depth);
        if (constraint.kind == Constraint::Kind::rounding) {  // a whole number, which conditions tie to the input
            rounded_.emplace_back(constraint.inputs[0], value);
            free_.push_back(value);
            learn(value, {});
        } else {
            learn(value, {none, c, depth + 1});
        }
    }

    /// Variables of one depth and kind are one layer.
    void add_layers() {
        at_.resize(definition_.size());
        const model::LayerId input = query_.network.add_input("inputs", {free_.size()});
        for (std::size_t i = 0; i < free_.size(); ++i) at_[free_[i]] = query_.network.variable(input, i);
        std::size_t deepest = 0;
        for (const std::size_t v : order_) deepest = std::max(deepest, definition_[v].depth);
        std::vector<std::vector<std::size_t>> by_depth(deepest + 1);
        for (const std::size_t v : order_) by_depth[definition_[v].depth].push_back(v);
        for (std::size_t depth = 1; depth <= deepest; ++depth) {
            std::ranges::sort(by_depth[depth]);
            add_affine(by_depth[depth]);
            std::map<std::string, std::vector<std::size_t>> by_activation;
            std::vector<std::size_t> maxima;
            for (const std::size_t v : by_depth[depth]) {
                if (definition_[v].constraint == none) continue;
                const Constraint& constraint = source_.constraints[definition_[v].constraint];
                if (constraint.kind == Constraint::Kind::maximum)
                    maxima.push_back(v);
                else
                    by_activation[model::to_string(constraint.activation)].push_back(v);
            }
            for (const auto& [name, outputs] : by_activation) add_activation(outputs);
            if (!maxima.empty()) add_maxima(maxima);
        }
    }

    std::string layer_name() { return fmt::format("layer{}", ++layers_); }

    void add_affine(const std::vector<std::size_t>& variables) {
        std::vector<std::size_t> rows;
        for (const std::size_t v : variables)
            if (definition_[v].equation != none) rows.push_back(v);
        if (rows.empty()) return;
        AffineRows affine(query_.network, rows.size());
        for (const std::size_t v : rows) affine.add(solved_for(v));
        place(rows, query_.network.add_affine(layer_name(), {rows.size()}, affine.take()));
    }

    void place(const std::vector<std::size_t>& variables, model::LayerId layer) {
        for (std::size_t r = 0; r < variables.size(); ++r) at_[variables[r]] = query_.network.variable(layer, r);
    }

    /// The equation that defines `variable`, as a form over the network's variables.
    LinearForm solved_for(std::size_t variable) const {
        const LinearForm& form = source_.equations[definition_[variable].equation].form;
        const Rational factor = -1 / form.coefficient(Variable(variable));
        std::vector<LinearTerm> terms;
        for (const LinearTerm& term : form.terms())
            if (term.variable.index() != variable)
                terms.push_back({at_[term.variable.index()], term.coefficient * factor});
        return LinearForm(std::move(terms), form.constant() * factor);
    }

    const Constraint& constraint_of(std::size_t variable) const {
        return source_.constraints[definition_[variable].constraint];
    }

    void add_activation(const std::vector<std::size_t>& outputs) {
        std::vector<Variable> inputs;
        for (const std::size_t v : outputs) inputs.push_back(at_[constraint_of(v).inputs[0]]);
        place(outputs,
              query_.network.add_activation(layer_name(), whole_layer(inputs), constraint_of(outputs[0]).activation));
    }

    /// The layer whose components are these in order: one that is there, or a selection.
    model::LayerId whole_layer(const std::vector<Variable>& components) {
        const model::Component first = query_.network.component(components[0]);
        const model::Layer& layer = query_.network.layer(first.layer);
        bool same = layer.size == components.size();
        for (std::size_t r = 0; r < components.size(); ++r)
            same = same && components[r] == Variable(layer.first.index() + r);
        if (same) return first.layer;
        AffineRows selection(query_.network, components.size());
        for (const Variable component : components) selection.add(LinearForm(component));
        return query_.network.add_affine(layer_name(), {components.size()}, selection.take());
    }

    /// Elements, and constants in their midst, are selected into one layer, each maximum's together.
    void add_maxima(const std::vector<std::size_t>& outputs) {
        std::vector<LinearForm> elements;
        model::MaxPoolLayer pool;
        for (const std::size_t v : outputs) {
            for (const std::size_t input : constraint_of(v).inputs) elements.emplace_back(at_[input]);
            if (constraint_of(v).constant) elements.emplace_back(*constraint_of(v).constant);
            pool.begin.push_back(static_cast<std::uint32_t>(elements.size()));
        }
        AffineRows rows(query_.network, elements.size());
        for (const LinearForm& element : elements) rows.add(element);
        pool.source = query_.network.add_affine(layer_name(), {elements.size()}, rows.take());
        for (std::size_t i = 0; i < elements.size(); ++i) pool.member.push_back(static_cast<std::uint32_t>(i));
        place(outputs, query_.network.add_max_pool(layer_name(), {outputs.size()}, std::move(pool)));
    }

    model::FormulaId atom(const Equation& equation) {
        std::vector<LinearTerm> terms;
        for (const LinearTerm& term : equation.form.terms())
            terms.push_back({at_[term.variable.index()], term.coefficient});
        return query_.formulas.atom(LinearForm(std::move(terms), equation.form.constant()), equation.relation);
    }

    void add_conditions() {
        std::vector<model::FormulaId> parts;
        for (std::size_t e = 0; e < source_.equations.size(); ++e)
            if (!used_[e]) parts.push_back(atom(source_.equations[e]));
        for (const Disjunction& disjunction : source_.disjunctions) {
            std::vector<model::FormulaId> disjuncts;
            for (const std::vector<Equation>& disjunct : disjunction.disjuncts) {
                std::vector<model::FormulaId> atoms;
                for (const Equation& equation : disjunct) atoms.push_back(atom(equation));
                disjuncts.push_back(query_.formulas.conjunction(std::move(atoms)));
            }
            parts.push_back(query_.formulas.disjunction(std::move(disjuncts)));
        }
        for (const auto& [output, value] : compared_)
            parts.push_back(
                query_.formulas.atom(LinearForm(at_[output]) - LinearForm(at_[value]), model::Relation::equal));
        for (const auto& [input, value] : rounded_) parts.push_back(rounding(at_[input], at_[value]));
        add_domains(parts);
        for (std::size_t v = 0; v < source_.variable_count; ++v) {
            if (at_[v].valid()) {
                if (query_.network.is_input(at_[v])) continue;
                add_bound(v, source_.lower[v], -1, parts);
                add_bound(v, source_.upper[v], 1, parts);
            } else if (!are_bounds(v)) {  // nothing speaks of it but its bounds
                parts.push_back(query_.formulas.constant(false));
            }
        }
        query_.output_condition = query_.formulas.conjunction(std::move(parts));
    }

    bool are_bounds(std::size_t v) const {
        return !source_.lower[v] || !source_.upper[v] || *source_.lower[v] <= *source_.upper[v];
    }

    void add_domains(std::vector<model::FormulaId>& parts) {
        std::vector<bool> is_whole(definition_.size(), false);
        for (const auto& [input, value] : rounded_) is_whole[value] = true;
        for (const std::size_t v : free_) {
            model::Domain domain;
            domain.kind = is_whole[v] ? model::DomainKind::integer : model::DomainKind::real;
            if (v < source_.variable_count) {
                domain.lower = source_.lower[v];
                domain.upper = source_.upper[v];
                const bool is_empty = !are_bounds(v) || (is_whole[v] && domain.lower && domain.upper &&
                                                         ceil(*domain.lower) > floor(*domain.upper));
                if (is_empty) {  // the condition says so, and every domain has numbers
                    parts.push_back(query_.formulas.constant(false));
                    domain.upper = domain.lower = std::nullopt;
                }
            }
            query_.domains.emplace_back(at_[v], std::move(domain));
        }
    }

    /// The whole number `rounded` is the nearest to `input`, of two the one farther from 0.
    model::FormulaId rounding(Variable input, Variable rounded) {
        model::FormulaStore& formulas = query_.formulas;
        const auto beyond = [&](int side, model::Relation relation) {  // side · (rounded - input) ⋈ 1/2
            LinearForm form = LinearForm(rounded) - LinearForm(input);
            form.scale(side);
            form.add_constant(Rational(-1, 2));
            return formulas.atom(std::move(form), relation);
        };
        LinearForm negative(input);
        const model::FormulaId is_negative = formulas.atom(negative, model::Relation::less);
        negative.scale(-1);
        const model::FormulaId is_not = formulas.atom(negative, model::Relation::less_equal);
        return formulas.disjunction(
            {formulas.conjunction({is_not, beyond(1, model::Relation::less_equal), beyond(-1, model::Relation::less)}),
             formulas.conjunction(
                 {is_negative, beyond(1, model::Relation::less), beyond(-1, model::Relation::less_equal)})});
    }

    /// side · x <= side · bound, unless the activation sees to it.
    void add_bound(std::size_t v, const std::optional<Rational>& bound, int side,
                   std::vector<model::FormulaId>& parts) {
        if (!bound) return;
        if (definition_[v].constraint != none && constraint_of(v).kind == Constraint::Kind::activation) {
            using Kind = model::ActivationKind;
            const Kind kind = constraint_of(v).activation.kind;
            if (kind == Kind::sign && side * *bound >= 1) return;
            if ((kind == Kind::relu || kind == Kind::sigmoid) && side < 0 && *bound <= 0) return;
            if (kind == Kind::sigmoid && side > 0 && *bound >= 1) return;
        }
        LinearForm form(at_[v], side);
        form.add_constant(-side * *bound);
        parts.push_back(query_.formulas.atom(std::move(form), model::Relation::less_equal));
    }

    const InputQuery& source_;
    const std::string& name_;
    std::vector<Definition> definition_;  ///< of the query's variables, then of what outputs are compared with
    std::vector<bool> known_;
    std::vector<std::size_t> order_;  ///< known variables, in the order in which they became so
    std::size_t followed_ = 0;        ///< of these, how many have been followed
    std::vector<std::size_t> free_;   ///< what becomes an input of the network
    std::vector<std::vector<std::size_t>> uses_;
    std::vector<std::size_t> unknown_;
    std::vector<bool> used_;
    std::vector<std::vector<std::size_t>> constraint_of_;
    std::vector<std::size_t> open_inputs_;                       ///< by constraint
    std::vector<std::pair<std::size_t, std::size_t>> compared_;  ///< outputs, and the values that they have to have
    std::vector<std::pair<std::size_t, std::size_t>> rounded_;   ///< inputs, and the whole numbers they are rounded to
    std::vector<Variable> at_;
    std::size_t layers_ = 0;
    model::Query query_;
};
}  // namespace
}  // namespace marabou

model::Query parse_ipq(std::string_view text, const std::string& name) {
    const marabou::InputQuery source = marabou::parse_lines(text, name);
    return marabou::Building(source, name).build();
}

model::Query read_ipq(const std::string& path) {
    return parse_ipq(read_text(path), shown_name(path));
}

}  // namespace sinew::read
