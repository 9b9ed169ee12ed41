// SPDX-License-Identifier: Apache-2.0
#include "bounds/mixed_program.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "bounds/exact_intervals.hpp"

namespace sinew::bounds {

namespace {
using model::FormulaId;
using model::FormulaKind;
using ProgramRelation = MixedProgram::Relation;

/// A binary column that, when 1, demands something; none: the demand always holds.
using Switch = std::size_t;
constexpr Switch always = MixedProgram::none;

class ProgramBuilder {
  public:
    explicit ProgramBuilder(const model::Query& query) : query_(query) {}

    MixedProgram build() {
        intervals_ = exact_intervals(query_);
        name_variables();
        for (std::size_t l = 0; l < query_.network.layer_count(); ++l)
            std::visit([&](const auto& operation) { layer(model::LayerId(l), operation); },
                       query_.network.layers()[l].operation);
        for (const auto& [variable, domain] : query_.domains) values(variable, domain);
        for (const FormulaId condition : {query_.input_condition, query_.output_condition})
            demand({condition, false}, always);
        while (!open_.empty()) {
            const auto [literal, name] = open_.back();
            open_.pop_back();
            expand(literal, name);
        }
        return std::move(program_);
    }

  private:
    using Literal = std::pair<FormulaId, bool>;  // negated

    void name_variables() {
        std::unordered_set<std::string> taken;
        for (std::size_t v = 0; v < query_.network.variable_count(); ++v) {
            std::string name = query_.name(Variable(v));
            const bool plain = !name.empty() && name.size() < 200 && std::ranges::all_of(name, [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
            }) && std::string_view("0123456789eEdsDS").find(name[0]) == std::string_view::npos;
            if (!plain || !taken.insert(name).second) name = fmt::format("v.{}", v);
            program_.columns.push_back({std::move(name), intervals_[v].lower, intervals_[v].upper, false, false});
        }
        for (const auto& [variable, domain] : query_.domains)
            if (domain.kind == model::DomainKind::integer) program_.columns[variable.index()].is_integer = true;
        for (std::size_t b = 0; b < query_.boolean_names.size(); ++b) {
            booleans_.push_back(program_.columns.size());
            add_binary(fmt::format("bool.{}", b));
        }
    }

    void add_binary(std::string name) {
        program_.columns.push_back({std::move(name), Rational(0), Rational(1), true, true});
        ++binaries_;
    }
    Switch binary(const char* kind) {
        add_binary(fmt::format("{}.{}", kind, binaries_));
        return program_.columns.size() - 1;
    }

    /// form + factor·(column `last`) ⋈ 0.
    void add_row(const LinearForm& form, ProgramRelation relation, Switch last = always, const Rational& factor = 0,
                 Switch indicator = always, bool is_strict = false) {
        check_limits();
        MixedProgram::Row row{{}, relation, Rational(-form.constant()), indicator, is_strict};
        for (const LinearTerm& term : form.terms()) row.terms.emplace_back(term.variable.index(), term.coefficient);
        if (last != always) row.terms.emplace_back(last, factor);
        program_.rows.push_back(std::move(row));
    }

    /// form ⋈ 0.
    void row(const LinearForm& form, ProgramRelation relation) {
        if (form.is_constant()) return constant_row(form.constant(), relation, always);
        add_row(form, relation);
    }

    void constant_row(const Rational& value, ProgramRelation relation, Switch when, bool is_strict = false) {
        const bool holds = relation == ProgramRelation::equal     ? value == 0
                           : relation == ProgramRelation::at_most ? (is_strict ? value < 0 : value <= 0)
                                                                  : value >= 0;
        if (holds) return;
        if (when != always) return add_row(LinearForm(), ProgramRelation::at_most, when, 1);
        if (program_.columns.empty()) add_binary("nothing");
        program_.rows.push_back({{{0, Rational(0)}}, ProgramRelation::at_least, Rational(1), always, false});
    }

    /// When `when` is 1, form <= 0 (or < 0).
    void row_when(Switch when, const LinearForm& form, bool is_strict = false) {
        if (form.is_constant()) return constant_row(form.constant(), ProgramRelation::at_most, when, is_strict);
        if (when == always) return add_row(form, ProgramRelation::at_most, always, 0, always, is_strict);
        const ExactInterval values = range(form, intervals_);
        if (values.upper && (is_strict ? *values.upper < 0 : *values.upper <= 0)) return;
        if (!values.upper) return add_row(form, ProgramRelation::at_most, always, 0, when, is_strict);
        const Rational most = is_strict ? Rational(*values.upper + 1) : *values.upper;
        LinearForm off = form;  // form <= most·(1 - when)
        off.add_constant(-most);
        add_row(off, ProgramRelation::at_most, when, most, always, is_strict);
    }

    void equation_when(Switch when, LinearForm form) {
        if (when == always) return row(form, ProgramRelation::equal);
        row_when(when, form);
        form.scale(-1);
        row_when(when, form);
    }

    /// The sum of binary columns ⋈ right + (column `of`).
    void sum_row(const std::vector<Switch>& switches, ProgramRelation relation, int right, Switch of = always) {
        MixedProgram::Row row{{}, relation, Rational(right), always, false};
        for (const Switch each : switches) row.terms.emplace_back(each, Rational(1));
        if (of != always) row.terms.emplace_back(of, Rational(-1));
        program_.rows.push_back(std::move(row));
    }

    void layer(model::LayerId, const model::InputLayer&) {}

    void layer(model::LayerId id, const model::AffineLayer&) {
        for (std::size_t i = 0; i < query_.network.layer(id).size; ++i)
            row(LinearForm(query_.network.variable(id, i)) - query_.network.affine_form(id, i), ProgramRelation::equal);
    }

    void layer(model::LayerId id, const model::ActivationLayer& operation) {
        const std::vector<model::Piece> pieces = model::pieces(operation.activation);
        for (std::size_t i = 0; i < query_.network.layer(id).size; ++i)
            activation(query_.network.variable(operation.source, i), query_.network.variable(id, i), pieces);
    }

    /// Whether it is the maximum of its pieces' lines.
    static bool is_convex(const std::vector<model::Piece>& pieces) {
        for (std::size_t k = 1; k < pieces.size(); ++k) {
            const Rational& at = *pieces[k].begin;
            if (pieces[k].slope < pieces[k - 1].slope ||
                pieces[k].slope * at + pieces[k].intercept != pieces[k - 1].slope * at + pieces[k - 1].intercept)
                return false;
        }
        return true;
    }

    void activation(Variable before, Variable after, const std::vector<model::Piece>& pieces) {
        const ExactInterval& values = intervals_[before.index()];
        std::vector<std::size_t> possible;
        for (std::size_t k = 0; k < pieces.size(); ++k) {
            const bool below = k + 1 < pieces.size() && values.lower && *values.lower > *pieces[k + 1].begin;
            const bool above = pieces[k].begin && values.upper && *values.upper < *pieces[k].begin;
            if (!below && !above) possible.push_back(k);
        }
        std::vector<Switch> switches;
        const bool has_lines = possible.size() > 1 && is_convex(pieces);
        for (const std::size_t k : possible) {
            const Switch when = possible.size() == 1 ? always : binary("piece");
            switches.push_back(when);
            if (pieces[k].begin) row_when(when, LinearForm({{before, -1}}, *pieces[k].begin));
            if (k + 1 < pieces.size()) row_when(when, LinearForm({{before, 1}}, -*pieces[k + 1].begin));
            const LinearForm excess({{after, 1}, {before, -pieces[k].slope}}, -pieces[k].intercept);
            if (has_lines) row(excess, ProgramRelation::at_least);
            has_lines ? row_when(when, excess) : equation_when(when, excess);
        }
        if (switches.size() > 1) sum_row(switches, ProgramRelation::equal, 1);
    }

    void layer(model::LayerId id, const model::MaxPoolLayer& pool) {
        for (std::size_t w = 0; w < query_.network.layer(id).size; ++w) {
            const Variable after = query_.network.variable(id, w);
            std::vector<Switch> switches;
            for (std::size_t k = pool.begin[w]; k < pool.begin[w + 1]; ++k) {
                const Variable member = query_.network.variable(pool.source, pool.member[k]);
                row(LinearForm({{member, 1}, {after, -1}}, 0), ProgramRelation::at_most);
                const Switch when = pool.begin[w + 1] - pool.begin[w] == 1 ? always : binary("largest");
                switches.push_back(when);
                row_when(when, LinearForm({{after, 1}, {member, -1}}, 0));
            }
            if (switches.size() > 1) sum_row(switches, ProgramRelation::equal, 1);
        }
    }

    void layer(model::LayerId, const model::ProductLayer&) { require(false, "products are refused before"); }

    void values(Variable variable, const model::Domain& domain) {
        if (domain.values.empty()) return;
        std::vector<Switch> switches;
        for (const Rational& value : domain.values) {
            switches.push_back(binary("value"));
            equation_when(switches.back(), LinearForm({{variable, 1}}, -value));
        }
        sum_row(switches, ProgramRelation::equal, 1);
    }

    /// When `when` is 1, the literal holds. Parts of formulas get a switch of their own, once.
    void demand(Literal literal, Switch when) {
        while (query_.formulas.node(literal.first).kind == FormulaKind::negation)
            literal = {query_.formulas.node(literal.first).children[0], !literal.second};
        const model::FormulaNode& node = query_.formulas.node(literal.first);
        switch (node.kind) {
            case FormulaKind::constant:
                if (node.value == literal.second) constant_row(1, ProgramRelation::at_most, when);
                return;
            case FormulaKind::boolean: {
                const Switch boolean = booleans_[node.boolean.index()];
                if (when == always)
                    sum_row({boolean}, ProgramRelation::equal, literal.second ? 0 : 1);
                else if (literal.second)
                    sum_row({when, boolean}, ProgramRelation::at_most, 1);
                else
                    sum_row({when}, ProgramRelation::at_most, 0, boolean);
                return;
            }
            case FormulaKind::atom:
                atom(node.atom, literal.second, when);
                return;
            case FormulaKind::conjunction:
            case FormulaKind::disjunction:
            case FormulaKind::negation:
                break;
        }
        if (when == always) return expand(literal, always);
        sum_row({when}, ProgramRelation::at_most, 0, switch_of(literal));
    }

    Switch switch_of(const Literal& literal) {
        const auto [at, added] = switches_.try_emplace(literal);
        if (added) {
            at->second = binary("part");
            open_.emplace_back(literal, at->second);
        }
        return at->second;
    }

    /// A part of a conjunction. What has parts itself waits in open_: nothing recurses into the depth of a formula.
    void demand_part(Literal literal, Switch when) {
        while (query_.formulas.node(literal.first).kind == FormulaKind::negation)
            literal = {query_.formulas.node(literal.first).children[0], !literal.second};
        if (when == always && !query_.formulas.node(literal.first).children.empty())
            sum_row({switch_of(literal)}, ProgramRelation::equal, 1);
        else
            demand(literal, when);
    }

    /// A conjunction or disjunction under its switch.
    void expand(const Literal& literal, Switch when) {
        const model::FormulaNode& node = query_.formulas.node(literal.first);
        const bool conjunction = (node.kind == FormulaKind::conjunction) != literal.second;
        if (conjunction) {
            for (const FormulaId child : node.children) demand_part({child, literal.second}, when);
            return;
        }
        std::vector<Switch> parts;
        for (const FormulaId child : node.children) {
            parts.push_back(binary("case"));
            demand({child, literal.second}, parts.back());
        }
        sum_row(parts, ProgramRelation::at_least, when == always ? 1 : 0, when);
    }

    void atom(const model::Atom& atom, bool negated, Switch when) {
        if (atom.relation == model::Relation::equal) {
            if (!negated) equation_when(when, atom.form);  // the closure of != is everything
            return;
        }
        LinearForm form = atom.form;
        if (negated) form.scale(-1);
        row_when(when, form, (atom.relation == model::Relation::less) != negated);
    }

    const model::Query& query_;
    MixedProgram program_;
    std::vector<ExactInterval> intervals_;
    std::vector<Switch> booleans_;
    std::size_t binaries_ = 0;
    std::map<Literal, Switch> switches_;
    std::vector<std::pair<Literal, Switch>> open_;
};
}  // namespace

MixedProgram mixed_program(const model::Query& query, const std::string& format) {
    if (query.precision)
        throw UsageError(fmt::format("integer neuron constraints (precision) cannot be written as {}", format));
    model::require_not_curved(query.network, format);
    for (const model::Layer& layer : query.network.layers()) {
        const auto* activation = std::get_if<model::ActivationLayer>(&layer.operation);
        if (activation != nullptr && !model::is_piecewise_linear(activation->activation))
            throw UsageError(fmt::format("a linear program cannot say {} (layer {})",
                                         model::to_string(activation->activation), layer.name));
    }
    return ProgramBuilder(query).build();
}

}  // namespace sinew::bounds
