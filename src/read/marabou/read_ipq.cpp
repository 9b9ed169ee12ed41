// SPDX-License-Identifier: Apache-2.0
#include "read/marabou/read_ipq.hpp"

#include <algorithm>
#include <limits>

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

    /// Equations and constraints with one unknown variable left determine it, until nothing changes any more.
    void define() {
        uses_.resize(source_.variable_count);
        unknown_.assign(source_.equations.size(), 0);
        used_.assign(source_.equations.size(), false);
        for (std::size_t e = 0; e < source_.equations.size(); ++e) {
            if (source_.equations[e].relation != model::Relation::equal) continue;
            unknown_[e] = source_.equations[e].form.terms().size();
            for (const LinearTerm& term : source_.equations[e].form.terms()) uses_[term.variable.index()].push_back(e);
        }
        constraint_of_.resize(source_.variable_count);
        for (std::size_t c = 0; c < source_.constraints.size(); ++c)
            constraint_of_[source_.constraints[c].input].push_back(c);
        for (const std::size_t input : source_.inputs) {
            if (known_[input])
                fail(0, fmt::format("variable {} is an input twice", source_.name(input)), "each input once");
            learn(input, {});
        }
        for (std::size_t next = 0; next < order_.size(); ++next) follow(order_[next]);
        for (std::size_t v = 0; v < source_.variable_count; ++v)
            if (!known_[v] && (!uses_[v].empty() || !constraint_of_[v].empty()))
                fail(0, fmt::format("the inputs do not determine variable {}", source_.name(v)),
                     "equations and constraints that follow the layers of a network");
    }

    void learn(std::size_t variable, Definition definition) {
        known_[variable] = true;
        definition_[variable] = definition;
        order_.push_back(variable);
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
        for (const std::size_t c : constraint_of_[variable]) {
            const std::size_t output = source_.constraints[c].output;
            if (known_[output])
                fail(source_.constraints[c].line, fmt::format("variable {} is determined twice", source_.name(output)),
                     "one definition");
            learn(output, {none, c, definition_[variable].depth + 1});
        }
    }

    /// Variables of one depth and kind are one layer.
    void add_layers() {
        at_.resize(source_.variable_count);
        const model::LayerId input = query_.network.add_input("inputs", {source_.inputs.size()});
        for (std::size_t i = 0; i < source_.inputs.size(); ++i)
            at_[source_.inputs[i]] = query_.network.variable(input, i);
        std::size_t deepest = 0;
        for (const std::size_t v : order_) deepest = std::max(deepest, definition_[v].depth);
        std::vector<std::vector<std::size_t>> by_depth(deepest + 1);
        for (const std::size_t v : order_) by_depth[definition_[v].depth].push_back(v);
        for (std::size_t depth = 1; depth <= deepest; ++depth) {
            std::ranges::sort(by_depth[depth]);
            add_affine(by_depth[depth]);
            for (const model::ActivationKind kind :
                 {model::ActivationKind::sign, model::ActivationKind::relu, model::ActivationKind::sigmoid})
                add_activation(by_depth[depth], kind);
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
        add_rows(rows, std::move(affine));
    }

    void add_rows(const std::vector<std::size_t>& rows, AffineRows affine) {
        const model::LayerId layer = query_.network.add_affine(layer_name(), {rows.size()}, affine.take());
        for (std::size_t r = 0; r < rows.size(); ++r) at_[rows[r]] = query_.network.variable(layer, r);
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

    void add_activation(const std::vector<std::size_t>& variables, model::ActivationKind kind) {
        std::vector<std::size_t> outputs;
        for (const std::size_t v : variables)
            if (definition_[v].constraint != none && source_.constraints[definition_[v].constraint].kind == kind)
                outputs.push_back(v);
        if (outputs.empty()) return;
        AffineRows sources(query_.network, outputs.size());
        for (const std::size_t v : outputs)
            sources.add(LinearForm(at_[source_.constraints[definition_[v].constraint].input]));
        const model::LayerId before = whole_layer(outputs, sources);
        const model::LayerId layer =
            query_.network.add_activation(layer_name(), before, model::Activation{kind, 0, {}, {}});
        for (std::size_t r = 0; r < outputs.size(); ++r) at_[outputs[r]] = query_.network.variable(layer, r);
    }

    /// The layer whose components are the inputs of these activations in order: one that is there, or a selection.
    model::LayerId whole_layer(const std::vector<std::size_t>& outputs, AffineRows& sources) {
        const auto input_of = [&](std::size_t v) { return at_[source_.constraints[definition_[v].constraint].input]; };
        const model::Component first = query_.network.component(input_of(outputs[0]));
        const model::Layer& layer = query_.network.layer(first.layer);
        bool same = layer.size == outputs.size();
        for (std::size_t r = 0; r < outputs.size(); ++r)
            same = same && input_of(outputs[r]) == Variable(layer.first.index() + r);
        if (same) return first.layer;
        return query_.network.add_affine(layer_name(), {outputs.size()}, sources.take());
    }

    void add_conditions() {
        std::vector<model::FormulaId> parts;
        for (std::size_t e = 0; e < source_.equations.size(); ++e) {
            if (used_[e]) continue;
            std::vector<LinearTerm> terms;
            for (const LinearTerm& term : source_.equations[e].form.terms()) {
                if (!at_[term.variable.index()].valid())
                    fail(source_.equations[e].line,
                         fmt::format("the inputs do not determine variable {}", source_.name(term.variable.index())),
                         "a determined variable");
                terms.push_back({at_[term.variable.index()], term.coefficient});
            }
            parts.push_back(query_.formulas.atom(LinearForm(std::move(terms), source_.equations[e].form.constant()),
                                                 source_.equations[e].relation));
        }
        std::vector<bool> is_input(source_.variable_count, false);
        for (const std::size_t input : source_.inputs) {
            is_input[input] = true;
            query_.domains.emplace_back(
                at_[input], model::Domain{model::DomainKind::real, source_.lower[input], source_.upper[input], {}});
        }
        for (std::size_t v = 0; v < source_.variable_count; ++v) {
            if (is_input[v]) continue;
            if (!at_[v].valid()) {  // nothing speaks of it but its bounds
                const bool is_possible =
                    !source_.lower[v] || !source_.upper[v] || *source_.lower[v] <= *source_.upper[v];
                if (!is_possible) parts.push_back(query_.formulas.constant(false));
                continue;
            }
            add_bound(v, source_.lower[v], -1, parts);
            add_bound(v, source_.upper[v], 1, parts);
        }
        query_.output_condition = query_.formulas.conjunction(std::move(parts));
    }

    /// side · x <= side · bound, unless the activation sees to it.
    void add_bound(std::size_t v, const std::optional<Rational>& bound, int side,
                   std::vector<model::FormulaId>& parts) {
        if (!bound) return;
        if (definition_[v].constraint != none) {
            const model::ActivationKind kind = source_.constraints[definition_[v].constraint].kind;
            if (kind == model::ActivationKind::sign && side * *bound >= 1) return;
            if (kind != model::ActivationKind::sign && side < 0 && *bound <= 0) return;
            if (kind == model::ActivationKind::sigmoid && side > 0 && *bound >= 1) return;
        }
        LinearForm form(at_[v], side);
        form.add_constant(-side * *bound);
        parts.push_back(query_.formulas.atom(std::move(form), model::Relation::less_equal));
    }

    const InputQuery& source_;
    const std::string& name_;
    std::vector<Definition> definition_;
    std::vector<bool> known_;
    std::vector<std::size_t> order_;  ///< known variables, in the order in which they became so
    std::vector<std::vector<std::size_t>> uses_;
    std::vector<std::size_t> unknown_;
    std::vector<bool> used_;
    std::vector<std::vector<std::size_t>> constraint_of_;
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
