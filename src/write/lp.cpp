// SPDX-License-Identifier: Apache-2.0
#include "write/lp.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include <fmt/core.h>

#include "base/error.hpp"
#include "write/interval_bounds.hpp"
#include "write/number_text.hpp"

namespace sinew::write {

namespace {
using model::FormulaId;
using model::FormulaKind;

constexpr std::size_t longest_decimal = 40;
constexpr std::size_t terms_a_line = 8;

/// A binary variable that, when 1, demands something; empty: the demand always holds.
using Switch = std::string;

class LpWriter {
  public:
    explicit LpWriter(const model::Query& query) : query_(query) {}

    std::string write() {
        check();
        bounds_ = interval_bounds(query_);
        name_variables();
        objective();
        text_ += "Subject To\n";
        for (std::size_t l = 0; l < query_.network.layer_count(); ++l)
            std::visit([&](const auto& operation) { layer(model::LayerId(l), operation); },
                       query_.network.layers()[l].operation);
        for (const auto& [variable, domain] : query_.domains) values(variable, domain);
        for (const FormulaId condition : {query_.input_condition, query_.output_condition})
            demand({condition, false}, "");
        while (!open_.empty()) {
            const auto [literal, name] = open_.back();
            open_.pop_back();
            expand(literal, name);
        }
        sections();
        return std::move(text_);
    }

  private:
    using Literal = std::pair<FormulaId, bool>;  // negated

    template <class... Values>
    void add(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
    }

    void check() const {
        if (query_.precision) throw UsageError("integer neuron constraints (precision) cannot be written as LP");
        model::require_not_curved(query_.network, "LP");
        for (const model::Layer& layer : query_.network.layers()) {
            const auto* activation = std::get_if<model::ActivationLayer>(&layer.operation);
            if (activation != nullptr && !model::is_piecewise_linear(activation->activation))
                throw UsageError(fmt::format("a linear program cannot say {} (layer {})",
                                             model::to_string(activation->activation), layer.name));
        }
    }

    void name_variables() {
        std::unordered_set<std::string> taken;
        for (std::size_t v = 0; v < query_.network.variable_count(); ++v) {
            std::string name = query_.name(Variable(v));
            const bool plain = !name.empty() && name.size() < 200 && std::ranges::all_of(name, [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
            }) && std::string_view("0123456789eEdsDS").find(name[0]) == std::string_view::npos;
            if (!plain || !taken.insert(name).second) name = fmt::format("v.{}", v);
            names_.push_back(std::move(name));
        }
        for (std::size_t b = 0; b < query_.boolean_names.size(); ++b) {
            boolean_names_.push_back(fmt::format("bool.{}", b));
            binaries_.push_back(boolean_names_.back());
        }
    }

    std::string binary(const char* kind) {
        binaries_.push_back(fmt::format("{}.{}", kind, binaries_.size()));
        return binaries_.back();
    }

    void objective() {
        text_ += "\\ written by sinew; strict comparisons are written as their closures\n";
        const bool maximize = query_.objective && query_.objective->sense == model::Sense::maximize;
        add("{}\n obj:", maximize ? "Maximize" : "Minimize");
        if (query_.objective && !query_.objective->form.is_constant())
            terms(query_.objective->form, 1, 1, "");
        else
            add(" 0 {}", names_.empty() ? "nothing" : names_[0]);
        if (query_.objective && query_.objective->form.constant() != 0)
            add("\n\\ and the constant {}", to_string(query_.objective->form.constant()));
        text_ += '\n';
    }

    /// What makes all numbers of a row decimals that end soon: 1, or the common denominator.
    static Rational scale_of(const LinearForm& form, const Rational& factor) {
        Integer common = 1;
        bool decimals = true;
        const auto look = [&](const Rational& value) {
            const std::string text = exact_decimal(value);
            decimals = decimals && !text.empty() && text.size() <= longest_decimal;
            mpz_lcm(common.get_mpz_t(), common.get_mpz_t(), value.get_den_mpz_t());
        };
        for (const LinearTerm& term : form.terms()) look(term.coefficient);
        look(form.constant());
        look(factor);
        return decimals ? Rational(1) : Rational(common);
    }

    void terms(const LinearForm& form, const Rational& scale, const Rational& factor, const Switch& last) {
        std::size_t count = 0;
        const auto put = [&](const Rational& coefficient, const std::string& name) {
            if (count++ == terms_a_line) {
                text_ += "\n  ";
                count = 1;
            }
            const Rational size = abs(coefficient);
            add(" {} {}{}{}", sgn(coefficient) < 0 ? '-' : '+', size == 1 ? "" : exact_decimal(size),
                size == 1 ? "" : " ", name);
        };
        for (const LinearTerm& term : form.terms()) put(term.coefficient * scale, names_[term.variable.index()]);
        if (!last.empty()) put(factor * scale, last);
    }

    /// form ⋈ 0 for the relation "<=", ">=" or "=".
    void row(const LinearForm& form, const char* relation) {
        if (form.is_constant()) {
            constant_row(form.constant(), relation, "");
            return;
        }
        const Rational scale = scale_of(form, 0);
        add(" r{}:", ++rows_);
        terms(form, scale, 0, "");
        add(" {} {}\n", relation, exact_decimal(-form.constant() * scale));
    }

    void constant_row(const Rational& value, const char* relation, const Switch& when) {
        const bool holds = relation[0] == '=' ? value == 0 : relation[0] == '<' ? value <= 0 : value >= 0;
        if (holds) return;
        if (when.empty() && names_.empty()) binaries_.emplace_back("nothing");
        add(" r{}: {} {}\n", ++rows_, when.empty() ? "0 " + (names_.empty() ? "nothing" : names_[0]) : when,
            when.empty() ? ">= 1" : "<= 0");
    }

    /// When `when` is 1, form <= 0.
    void row_when(const Switch& when, const LinearForm& form) {
        if (when.empty()) return row(form, "<=");
        if (form.is_constant()) return constant_row(form.constant(), "<=", when);
        const Interval values = range(form, bounds_);
        if (values.upper && *values.upper <= 0) return;
        const Rational factor = values.upper ? *values.upper : Rational(0);
        const Rational scale = scale_of(form, factor);
        add(" r{}:", ++rows_);
        if (!values.upper) {
            add(" {} = 1 ->", when);
            terms(form, scale, 0, "");
            add(" <= {}\n", exact_decimal(-form.constant() * scale));
            return;
        }
        terms(form, scale, factor, when);
        add(" <= {}\n", exact_decimal((factor - form.constant()) * scale));
    }

    void equation_when(const Switch& when, LinearForm form) {
        if (when.empty()) return row(form, "=");
        row_when(when, form);
        form.scale(-1);
        row_when(when, form);
    }

    void one_of(const std::vector<std::string>& switches) {
        add(" r{}:", ++rows_);
        for (std::size_t i = 0; i < switches.size(); ++i)
            add("{} + {}", i % terms_a_line == terms_a_line - 1 ? "\n  " : "", switches[i]);
        text_ += " = 1\n";
    }

    void layer(model::LayerId, const model::InputLayer&) {}

    void layer(model::LayerId id, const model::AffineLayer&) {
        for (std::size_t i = 0; i < query_.network.layer(id).size; ++i)
            row(LinearForm(query_.network.variable(id, i)) - query_.network.affine_form(id, i), "=");
    }

    void layer(model::LayerId id, const model::ActivationLayer& operation) {
        const std::vector<model::Piece> pieces = model::pieces(operation.activation);
        for (std::size_t i = 0; i < query_.network.layer(id).size; ++i)
            activation(query_.network.variable(operation.source, i), query_.network.variable(id, i), pieces);
    }

    void activation(Variable before, Variable after, const std::vector<model::Piece>& pieces) {
        const Interval& values = bounds_[before.index()];
        std::vector<std::size_t> possible;
        for (std::size_t k = 0; k < pieces.size(); ++k) {
            const bool below = k + 1 < pieces.size() && values.lower && *values.lower > *pieces[k + 1].begin;
            const bool above = pieces[k].begin && values.upper && *values.upper < *pieces[k].begin;
            if (!below && !above) possible.push_back(k);
        }
        std::vector<std::string> switches;
        for (const std::size_t k : possible) {
            const Switch when = possible.size() == 1 ? "" : binary("piece");
            switches.push_back(when);
            if (pieces[k].begin) row_when(when, LinearForm({{before, -1}}, *pieces[k].begin));
            if (k + 1 < pieces.size()) row_when(when, LinearForm({{before, 1}}, -*pieces[k + 1].begin));
            equation_when(when, LinearForm({{after, 1}, {before, -pieces[k].slope}}, -pieces[k].intercept));
        }
        if (switches.size() > 1) one_of(switches);
    }

    void layer(model::LayerId id, const model::MaxPoolLayer& pool) {
        for (std::size_t w = 0; w < query_.network.layer(id).size; ++w) {
            const Variable after = query_.network.variable(id, w);
            std::vector<std::string> switches;
            for (std::size_t k = pool.begin[w]; k < pool.begin[w + 1]; ++k) {
                const Variable member = query_.network.variable(pool.source, pool.member[k]);
                row(LinearForm({{member, 1}, {after, -1}}, 0), "<=");
                const Switch when = pool.begin[w + 1] - pool.begin[w] == 1 ? "" : binary("largest");
                switches.push_back(when);
                row_when(when, LinearForm({{after, 1}, {member, -1}}, 0));
            }
            if (switches.size() > 1) one_of(switches);
        }
    }

    void layer(model::LayerId, const model::ProductLayer&) { require(false, "check() refuses products"); }

    void values(Variable variable, const model::Domain& domain) {
        if (domain.values.empty()) return;
        std::vector<std::string> switches;
        for (const Rational& value : domain.values) {
            switches.push_back(binary("value"));
            equation_when(switches.back(), LinearForm({{variable, 1}}, -value));
        }
        one_of(switches);
    }

    /// When `when` is 1, the literal holds. Parts of formulas get a switch of their own, once.
    void demand(Literal literal, const Switch& when) {
        while (query_.formulas.node(literal.first).kind == FormulaKind::negation)
            literal = {query_.formulas.node(literal.first).children[0], !literal.second};
        const model::FormulaNode& node = query_.formulas.node(literal.first);
        switch (node.kind) {
            case FormulaKind::constant:
                if (node.value == literal.second) constant_row(1, "<=", when);
                return;
            case FormulaKind::boolean: {
                const std::string& boolean = boolean_names_[node.boolean.index()];
                if (when.empty())
                    add(" r{}: {} = {}\n", ++rows_, boolean, literal.second ? 0 : 1);
                else if (literal.second)
                    add(" r{}: {} + {} <= 1\n", ++rows_, when, boolean);
                else
                    add(" r{}: {} - {} <= 0\n", ++rows_, when, boolean);
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
        if (when.empty()) return expand(literal, "");
        add(" r{}: {} - {} <= 0\n", ++rows_, when, switch_of(literal));
    }

    const std::string& switch_of(const Literal& literal) {
        const auto [at, added] = switches_.try_emplace(literal);
        if (added) {
            at->second = binary("part");
            open_.emplace_back(literal, at->second);
        }
        return at->second;
    }

    /// A part of a conjunction. What has parts itself waits in open_: nothing recurses into the depth of a formula.
    void demand_part(Literal literal, const Switch& when) {
        while (query_.formulas.node(literal.first).kind == FormulaKind::negation)
            literal = {query_.formulas.node(literal.first).children[0], !literal.second};
        if (when.empty() && !query_.formulas.node(literal.first).children.empty())
            add(" r{}: {} = 1\n", ++rows_, switch_of(literal));
        else
            demand(literal, when);
    }

    /// A conjunction or disjunction under its switch.
    void expand(const Literal& literal, const Switch& when) {
        const model::FormulaNode& node = query_.formulas.node(literal.first);
        const bool conjunction = (node.kind == FormulaKind::conjunction) != literal.second;
        if (conjunction) {
            for (const FormulaId child : node.children) demand_part({child, literal.second}, when);
            return;
        }
        std::vector<std::string> parts;
        for (const FormulaId child : node.children) {
            parts.push_back(binary("case"));
            demand({child, literal.second}, parts.back());
        }
        add(" r{}:", ++rows_);
        for (std::size_t i = 0; i < parts.size(); ++i)
            add("{} + {}", i % terms_a_line == terms_a_line - 1 ? "\n  " : "", parts[i]);
        if (when.empty())
            text_ += " >= 1\n";
        else
            add(" - {} >= 0\n", when);
    }

    void atom(const model::Atom& atom, bool negated, const Switch& when) {
        if (atom.relation == model::Relation::equal) {
            if (!negated) equation_when(when, atom.form);  // the closure of != is everything
            return;
        }
        LinearForm form = atom.form;
        if (negated) form.scale(-1);
        row_when(when, form);
    }

    void sections() {
        text_ += "Bounds\n";
        for (std::size_t v = 0; v < names_.size(); ++v) {
            const Interval& interval = bounds_[v];
            const auto number = [](const std::optional<Rational>& value, bool up, const char* absent) -> std::string {
                if (!value) return absent;
                const std::string text = exact_decimal(*value);
                if (!text.empty() && text.size() <= longest_decimal) return text;
                return fmt::format("{}", up ? to_double_above(*value) : to_double_below(*value));
            };
            if (!interval.lower && !interval.upper)
                add(" {} free\n", names_[v]);
            else
                add(" {} <= {} <= {}\n", number(interval.lower, false, "-inf"), names_[v],
                    number(interval.upper, true, "+inf"));
        }
        bool any = false;
        for (const auto& [variable, domain] : query_.domains) {
            if (domain.kind != model::DomainKind::integer) continue;
            add("{} {}\n", any ? "" : "Generals\n", names_[variable.index()]);
            any = true;
        }
        if (!binaries_.empty()) text_ += "Binaries\n";
        for (const std::string& name : binaries_) add(" {}\n", name);
        text_ += "End\n";
    }

    const model::Query& query_;
    std::vector<Interval> bounds_;
    std::vector<std::string> names_;
    std::vector<std::string> boolean_names_;
    std::vector<std::string> binaries_;
    std::map<Literal, std::string> switches_;
    std::vector<std::pair<Literal, std::string>> open_;
    std::size_t rows_ = 0;
    std::string text_;
};
}  // namespace

std::string lp_text(const model::Query& query) {
    return LpWriter(query).write();
}

}  // namespace sinew::write
