// SPDX-License-Identifier: Apache-2.0
#include "write/smtlib.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/core.h>

#include "base/error.hpp"
#include "write/formula_parts.hpp"

namespace sinew::write {

namespace {
using model::FormulaId;
using model::FormulaKind;
using model::Relation;

/// A symbol of SMT-LIB for `name`: itself if it is a simple one, else between bars.
std::string symbol(std::string_view name) {
    constexpr std::string_view marks = "~!@$%^&*_-+=<>.?/";
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const bool simple = !name.empty() && (letter(name[0]) || name[0] == '_') && std::ranges::all_of(name, [&](char c) {
        return letter(c) || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
    });
    if (simple) return std::string(name);
    std::string text = "|";
    for (const char c : name) text += c == '|' || c == '\\' ? '_' : c;
    return text + "|";
}

class SmtlibWriter {
  public:
    SmtlibWriter(const model::Query& query, ModelRequest request) : query_(query), parts_(query), request_(request) {}

    std::string write() {
        check();
        name_everything();
        header();
        for (const model::Layer& layer : query_.network.layers())
            std::visit([&](const auto& operation) { components(layer, operation); }, layer.operation);
        for (const auto& [variable, domain] : query_.domains) domain_of(variable, domain);
        formulas();
        text_ += "(check-sat)\n";
        if (request_ == ModelRequest::get_model) text_ += "(get-model)\n";
        return std::move(text_);
    }

  private:
    template <class... Values>
    void add(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
    }

    void check() {
        if (query_.precision) throw UsageError("integer neuron constraints (precision) cannot be written as SMT-LIB");
        model::require_not_curved(query_.network, "SMT-LIB's linear arithmetic");
        for (const model::Layer& layer : query_.network.layers()) {
            const auto* activation = std::get_if<model::ActivationLayer>(&layer.operation);
            if (activation != nullptr && !model::is_piecewise_linear(activation->activation))
                throw UsageError(fmt::format("SMT-LIB's linear arithmetic cannot say {} (layer {})",
                                             model::to_string(activation->activation), layer.name));
        }
    }

    std::string unique(const std::string& wanted) {
        static constexpr std::string_view reserved[] = {
            "and",    "or",     "not", "xor", "ite", "let",     "true",   "false",  "distinct", "as",   "par",
            "forall", "exists", "abs", "div", "mod", "to_real", "to_int", "is_int", "_",        "match"};
        std::string name = symbol(wanted);
        if (std::find(std::begin(reserved), std::end(reserved), name) != std::end(reserved)) name = "v_" + name;
        while (!used_.insert(name).second) name = symbol("v_" + wanted + std::to_string(++fresh_));
        return name;
    }

    void name_everything() {
        is_integer_.assign(query_.network.variable_count(), false);
        for (const auto& [variable, domain] : query_.domains)
            is_integer_[variable.index()] = domain.kind == model::DomainKind::integer;
        mixed_ = std::ranges::find(is_integer_, true) != is_integer_.end();
        for (std::size_t v = 0; v < query_.network.variable_count(); ++v)
            names_.push_back(unique(query_.name(Variable(v))));
        for (const std::string& name : query_.boolean_names) boolean_names_.push_back(unique(name));
    }

    void header() {
        add("; written by sinew: {} variables of the network, {} free Booleans\n", names_.size(),
            boolean_names_.size());
        if (request_ == ModelRequest::get_model) text_ += "(set-option :produce-models true)\n";
        add("(set-logic {})\n", mixed_ ? "QF_LIRA" : "QF_LRA");
        for (const std::string& name : boolean_names_) add("(declare-fun {} () Bool)\n", name);
        if (!query_.objective) return;
        add("; objective: {} ", query_.objective->sense == model::Sense::minimize ? "minimize" : "maximize");
        form(query_.objective->form);
        text_ += '\n';
    }

    /// In a logic of integers and reals, numerals are integers: write reals as decimals there.
    void number(const Rational& value) {
        if (!mixed_) {
            text_ += smtlib_number(value);
            return;
        }
        const Rational magnitude = abs(value);
        const std::string numerator = magnitude.get_num().get_str() + ".0";
        std::string text =
            magnitude.get_den() == 1 ? numerator : fmt::format("(/ {} {}.0)", numerator, magnitude.get_den().get_str());
        text_ += sgn(value) < 0 ? "(- " + text + ")" : text;
    }

    std::string term(Variable variable) const {
        const std::string& name = names_[variable.index()];
        return is_integer_[variable.index()] ? "(to_real " + name + ")" : name;
    }

    void product(const Rational& coefficient, Variable variable) {
        if (coefficient == 1) {
            text_ += term(variable);
        } else if (coefficient == -1) {
            add("(- {})", term(variable));
        } else {
            text_ += "(* ";
            number(coefficient);
            add(" {})", term(variable));
        }
    }

    void form(const LinearForm& form) {
        const std::size_t parts = form.terms().size() + (form.constant() != 0 ? 1 : 0);
        if (parts == 0) number(0);
        if (parts > 1) text_ += "(+";
        for (const LinearTerm& one : form.terms()) {
            if (parts > 1) text_ += ' ';
            product(one.coefficient, one.variable);
        }
        if (form.constant() != 0) {
            if (parts > 1) text_ += ' ';
            number(form.constant());
        }
        if (parts > 1) text_ += ')';
    }

    void declare(const std::string& name) { add("(declare-fun {} () Real)\n", name); }

    void components(const model::Layer& layer, const model::InputLayer&) {
        for (std::size_t i = 0; i < layer.size; ++i) {
            const std::size_t v = layer.first.index() + i;
            add("(declare-fun {} () {})\n", names_[v], is_integer_[v] ? "Int" : "Real");
        }
    }

    void components(const model::Layer& layer, const model::AffineLayer&) {
        const auto id = model::LayerId(static_cast<std::size_t>(&layer - query_.network.layers().data()));
        for (std::size_t i = 0; i < layer.size; ++i) {
            const std::string& name = names_[layer.first.index() + i];
            declare(name);
            add("(assert (= {} ", name);
            form(query_.network.affine_form(id, i));
            text_ += "))\n";
        }
    }

    void components(const model::Layer& layer, const model::ActivationLayer& operation) {
        const std::vector<model::Piece> pieces = model::pieces(operation.activation);
        const model::Layer& source = query_.network.layer(operation.source);
        for (std::size_t i = 0; i < layer.size; ++i) {
            const Variable before(source.first.index() + i);
            const std::string& name = names_[layer.first.index() + i];
            declare(name);
            add("(assert (= {} ", name);
            for (std::size_t k = pieces.size(); k-- > 1;) {
                add("(ite ({} {} ", pieces[k].begin_closed ? ">=" : ">", term(before));
                number(*pieces[k].begin);
                text_ += ") ";
                form(LinearForm({{before, pieces[k].slope}}, pieces[k].intercept));
                text_ += ' ';
            }
            form(LinearForm({{before, pieces[0].slope}}, pieces[0].intercept));
            text_.append(pieces.size() - 1, ')');
            text_ += "))\n";
        }
    }

    void components(const model::Layer&, const model::ProductLayer&) { require(false, "check() refuses products"); }

    void components(const model::Layer& layer, const model::MaxPoolLayer& pool) {
        const std::size_t source = query_.network.layer(pool.source).first.index();
        for (std::size_t w = 0; w < layer.size; ++w) {
            const std::string& name = names_[layer.first.index() + w];
            declare(name);
            std::string attained;
            for (std::size_t k = pool.begin[w]; k < pool.begin[w + 1]; ++k) {
                const std::string member = term(Variable(source + pool.member[k]));
                add("(assert (>= {} {}))\n", name, member);
                attained += fmt::format(" (= {} {})", name, member);
            }
            if (pool.begin[w + 1] - pool.begin[w] > 1)
                add("(assert (or{}))\n", attained);
            else
                add("(assert{})\n", attained);
        }
    }

    void domain_of(Variable variable, const model::Domain& domain) {
        const std::string name = term(variable);
        const auto compare = [&](const char* relation, const Rational& value) {
            add("({} {} ", relation, name);
            number(value);
            text_ += ')';
        };
        if (domain.lower) {
            text_ += "(assert ";
            compare(">=", *domain.lower);
            text_ += ")\n";
        }
        if (domain.upper) {
            text_ += "(assert ";
            compare("<=", *domain.upper);
            text_ += ")\n";
        }
        if (domain.values.empty()) return;
        text_ += "(assert (or false";
        for (const Rational& value : domain.values) {
            text_ += ' ';
            compare("=", value);
        }
        text_ += "))\n";
    }

    void formulas() {
        part_names_.resize(query_.formulas.size());
        for (const FormulaId id : parts_.named()) {
            part_names_[id.index()] = unique(fmt::format("part{}", id.index()));
            add("(declare-fun {} () Bool)\n(assert (= {} ", part_names_[id.index()], part_names_[id.index()]);
            body(id);
            text_ += "))\n";
        }
        for (const FormulaId condition : {query_.input_condition, query_.output_condition}) {
            // One assertion a conjunct: solvers and people like them short.
            const model::FormulaNode& node = query_.formulas.node(condition);
            if (node.kind == FormulaKind::conjunction && part_names_[condition.index()].empty()) {
                for (const FormulaId child : node.children) assertion(child);
            } else {
                assertion(condition);
            }
        }
    }

    void assertion(FormulaId id) {
        text_ += "(assert ";
        reference(id);
        text_ += ")\n";
    }

    void reference(FormulaId id) {
        if (part_names_[id.index()].empty())
            body(id);
        else
            text_ += part_names_[id.index()];
    }

    /// Recursion is bounded: FormulaParts names a node on every long path.
    void body(FormulaId id) {
        const model::FormulaNode& node = query_.formulas.node(id);
        switch (node.kind) {
            case FormulaKind::constant:
                text_ += node.value ? "true" : "false";
                return;
            case FormulaKind::boolean:
                text_ += boolean_names_[node.boolean.index()];
                return;
            case FormulaKind::atom:
                atom(node.atom);
                return;
            case FormulaKind::negation:
                text_ += "(not";
                break;
            case FormulaKind::conjunction:
                text_ += "(and";
                break;
            case FormulaKind::disjunction:
                text_ += "(or";
                break;
        }
        for (const FormulaId child : node.children) {
            text_ += ' ';
            reference(child);
        }
        text_ += ')';
    }

    void atom(const model::Atom& atom) {
        const char* relation = atom.relation == Relation::less         ? "<"
                               : atom.relation == Relation::less_equal ? "<="
                                                                       : "=";
        add("({} ", relation);
        form(LinearForm(atom.form.terms(), 0));
        text_ += ' ';
        number(-atom.form.constant());
        text_ += ')';
    }

    const model::Query& query_;
    FormulaParts parts_;
    ModelRequest request_;
    std::string text_;
    std::unordered_set<std::string> used_;
    std::size_t fresh_ = 0;
    bool mixed_ = false;
    std::vector<bool> is_integer_;
    std::vector<std::string> names_;
    std::vector<std::string> boolean_names_;
    std::vector<std::string> part_names_;
};
}  // namespace

std::string smtlib_number(const Rational& value) {
    const Rational magnitude = abs(value);
    const std::string text = magnitude.get_den() == 1 ? magnitude.get_num().get_str()
                                                      : fmt::format("(/ {} {})", magnitude.get_num().get_str(),
                                                                    magnitude.get_den().get_str());
    return sgn(value) < 0 ? "(- " + text + ")" : text;
}

std::string smtlib_text(const model::Query& query, ModelRequest request) {
    return SmtlibWriter(query, request).write();
}

}  // namespace sinew::write
