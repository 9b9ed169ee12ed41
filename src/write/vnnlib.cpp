// SPDX-License-Identifier: Apache-2.0
#include "write/vnnlib.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "write/formula_parts.hpp"
#include "write/literal_walk.hpp"
#include "write/number_text.hpp"

namespace sinew::write {

namespace {
using model::FormulaId;
using model::FormulaKind;

constexpr std::size_t most_formula_parts = 10'000'000;

class VnnlibWriter {
  public:
    explicit VnnlibWriter(const model::Query& query) : query_(query), names_(query.network.variable_count()) {}

    std::string write() {
        check();
        name_variables();
        for (const auto& [variable, domain] : query_.domains) domain_of(variable, domain);
        condition("input", query_.input_condition);
        condition("output", query_.output_condition);
        return std::move(text_);
    }

  private:
    template <class... Values>
    void add(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
    }

    void check() const {
        if (!query_.boolean_names.empty()) throw UsageError("VNN-LIB 1.0 has no free Booleans");
        if (query_.precision) throw UsageError("VNN-LIB 1.0 has no integer neuron constraints (precision)");
        for (const auto& [variable, domain] : query_.domains)
            if (domain.kind == model::DomainKind::integer)
                throw UsageError(fmt::format("VNN-LIB 1.0 has no integer inputs ({})", query_.name(variable)));
        for (const FormulaId id : {query_.input_condition, query_.output_condition})
            if (tree_size(query_.formulas, id, most_formula_parts) >= most_formula_parts)
                throw UsageError(
                    "the condition shares its parts so much that VNN-LIB, which cannot, would need a "
                    "text without end");
    }

    void name_variables() {
        text_ += "; written by sinew\n";
        std::vector<Variable> outputs = query_.outputs;
        const auto& layers = query_.network.layers();
        if (outputs.empty() && !layers.empty() && !std::holds_alternative<model::InputLayer>(layers.back().operation))
            for (std::size_t i = 0; i < layers.back().size; ++i) outputs.emplace_back(layers.back().first.index() + i);
        declare(query_.network.input_variables(), 'X');
        declare(outputs, 'Y');
    }

    void declare(const std::vector<Variable>& variables, char letter) {
        for (std::size_t i = 0; i < variables.size(); ++i) {
            std::string name = fmt::format("{}_{}", letter, i);
            const std::string own = query_.name(variables[i]);
            add("(declare-const {} Real){}{}\n", name, own == name ? "" : "  ; ", own == name ? "" : own);
            if (names_[variables[i].index()].empty()) names_[variables[i].index()] = std::move(name);
        }
    }

    const std::string& name(Variable variable) const {
        const std::string& known = names_[variable.index()];
        if (known.empty())
            throw UsageError(fmt::format("a condition speaks of {}, but VNN-LIB 1.0 only knows inputs and outputs",
                                         query_.name(variable)));
        return known;
    }

    static std::string number(const Rational& value) {
        std::string decimal = exact_decimal(value);
        if (!decimal.empty()) return decimal.find('.') == std::string::npos ? decimal + ".0" : decimal;
        const std::string fraction =
            fmt::format("(/ {}.0 {}.0)", Rational(abs(value)).get_num().get_str(), value.get_den().get_str());
        return sgn(value) < 0 ? "(- " + fraction + ")" : fraction;
    }

    std::string sum(const std::vector<LinearTerm>& terms) const {
        std::string text;
        for (const LinearTerm& term : terms) {
            if (!text.empty()) text += ' ';
            text += term.coefficient == 1 ? name(term.variable)
                                          : fmt::format("(* {} {})", number(term.coefficient), name(term.variable));
        }
        return terms.size() == 1 ? text : "(+ " + text + ")";
    }

    /// Where one variable stands alone, or two are compared, the forms that every reader of VNN-LIB knows.
    std::string comparison(const model::Atom& atom, const char* less) const {
        const auto& terms = atom.form.terms();
        const Rational& constant = atom.form.constant();
        const std::string greater = std::string(less) == "<=" ? ">=" : ">";
        if (terms.size() == 1) {
            const bool positive = sgn(terms[0].coefficient) > 0;
            return fmt::format("({} {} {})", positive ? less : greater, name(terms[0].variable),
                               number(-constant / terms[0].coefficient));
        }
        if (terms.size() == 2 && constant == 0 && terms[0].coefficient == -terms[1].coefficient) {
            const bool positive = sgn(terms[0].coefficient) > 0;
            return fmt::format("({} {} {})", positive ? less : greater, name(terms[0].variable),
                               name(terms[1].variable));
        }
        return fmt::format("({} {} {})", less, sum(terms), number(-constant));
    }

    static model::Atom turned(model::Atom atom) {
        atom.form.scale(-1);
        return atom;
    }

    std::string literal(const model::Atom& atom, bool negated) const {
        switch (atom.relation) {
            case model::Relation::less:
                return negated ? comparison(turned(atom), "<=") : comparison(atom, "<");
            case model::Relation::less_equal:
                return negated ? comparison(turned(atom), "<") : comparison(atom, "<=");
            case model::Relation::equal:
                break;
        }
        return negated ? fmt::format("(or {} {})", comparison(atom, "<"), comparison(turned(atom), "<"))
                       : fmt::format("(and {} {})", comparison(atom, "<="), comparison(turned(atom), "<="));
    }

    void domain_of(Variable variable, const model::Domain& domain) {
        if (domain.lower) add("(assert (>= {} {}))\n", name(variable), number(*domain.lower));
        if (domain.upper) add("(assert (<= {} {}))\n", name(variable), number(*domain.upper));
        if (domain.values.empty()) return;
        text_ += "(assert (or";
        for (const Rational& value : domain.values)
            add(" (and (>= {0} {1}) (<= {0} {1}))", name(variable), number(value));
        text_ += "))\n";
    }

    void condition(const char* title, FormulaId id) {
        const model::FormulaNode& node = query_.formulas.node(id);
        if (node.kind == FormulaKind::constant && node.value) return;
        add("\n; {} condition\n", title);
        if (node.kind == FormulaKind::conjunction)
            for (const FormulaId child : node.children) assertion(child);
        else
            assertion(id);
    }

    void assertion(FormulaId id) {
        text_ += "(assert";
        walk(query_.formulas, id, [&](const WalkStep& step) {
            switch (step.kind) {
                case WalkStep::Kind::open_conjunction:
                    text_ += " (and";
                    return;
                case WalkStep::Kind::open_disjunction:
                    text_ += " (or";
                    return;
                case WalkStep::Kind::close:
                    text_ += ')';
                    return;
                case WalkStep::Kind::leaf:
                    break;
            }
            const model::FormulaNode& node = query_.formulas.node(step.id);
            if (node.kind == FormulaKind::atom)
                text_ += ' ' + literal(node.atom, step.negated);
            else  // a constant; without a word for it, a comparison of numbers
                text_ += node.value != step.negated ? " (<= 0.0 1.0)" : " (<= 1.0 0.0)";
        });
        text_ += ")\n";
    }

    const model::Query& query_;
    std::vector<std::string> names_;
    std::string text_;
};
}  // namespace

std::string vnnlib_text(const model::Query& query) {
    return VnnlibWriter(query).write();
}

}  // namespace sinew::write
