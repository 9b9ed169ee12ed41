// SPDX-License-Identifier: Apache-2.0
#include "write/vnnlib2.hpp"

#include <optional>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "write/formula_parts.hpp"
#include "write/literal_walk.hpp"
#include "write/number_text.hpp"

namespace sinew::write {

namespace {
using model::FormulaId;
using model::FormulaKind;
using model::TensorRole;

constexpr std::size_t most_statement_parts = 10'000'000;

class StandardWriter {
  public:
    StandardWriter(const model::Query& query, const std::vector<model::DeclaredNetwork>& declared)
        : query_(query),
          declared_(declared),
          names_(query.network.variable_count()),
          is_whole_(query.network.variable_count(), false) {}

    std::string write() {
        check();
        if (declared_.empty()) declare_one();
        for (const model::DeclaredNetwork& network : declared_.empty() ? own_ : declared_) declare(network);
        for (const model::DeclaredNetwork& network : declared_) equalities(network);
        for (const auto& [variable, domain] : query_.domains) domain_of(variable, domain);
        condition(query_.input_condition);
        condition(query_.output_condition);
        if (!has_assertion_) text_ += fmt::format("(assert {})\n", constant(true));
        return std::move(text_);
    }

  private:
    void check() const {
        if (!query_.boolean_names.empty()) throw UsageError("VNN-LIB 2.0 has no free Booleans");
        if (query_.precision) throw UsageError("VNN-LIB 2.0 has no integer neuron constraints (precision)");
        for (const FormulaId id : {query_.input_condition, query_.output_condition})
            if (tree_size(query_.formulas, id, most_statement_parts) >= most_statement_parts)
                throw UsageError(
                    "the condition shares its parts so much that VNN-LIB, which cannot, would need a text without end");
        if (!declared_.empty()) return;
        for (const auto& [variable, domain] : query_.domains)
            if (domain.kind == model::DomainKind::integer)
                throw UsageError(fmt::format("VNN-LIB 2.0 has no integers among reals ({})", query_.name(variable)));
    }

    /// The network of a query that has no declarations of its own.
    void declare_one() {
        model::DeclaredNetwork network;
        network.name = "N";
        std::vector<Variable> outputs = query_.outputs;
        const auto& layers = query_.network.layers();
        if (outputs.empty() && !layers.empty() && !std::holds_alternative<model::InputLayer>(layers.back().operation))
            for (std::size_t i = 0; i < layers.back().size; ++i) outputs.emplace_back(layers.back().first.index() + i);
        const std::vector<Variable> inputs = query_.network.input_variables();
        if (inputs.empty() || outputs.empty()) throw UsageError("a network of VNN-LIB 2.0 has inputs and outputs");
        network.tensors.push_back({TensorRole::input, "X", "real", {inputs.size()}, {}, inputs});
        network.tensors.push_back({TensorRole::output, "Y", "real", {outputs.size()}, {}, outputs});
        own_.push_back(std::move(network));
    }

    void declare(const model::DeclaredNetwork& network) {
        if (text_.empty()) text_ = "; written by sinew\n(vnnlib-version <2.0>)\n";
        text_ += fmt::format("(declare-network {}\n", network.name);
        if (!network.equal_to.empty()) text_ += fmt::format("  (equal-to {})\n", network.equal_to);
        if (!network.isomorphic_to.empty()) text_ += fmt::format("  (isomorphic-to {})\n", network.isomorphic_to);
        for (const model::DeclaredTensor& tensor : network.tensors) {
            const char* role = tensor.role == TensorRole::input    ? "input"
                               : tensor.role == TensorRole::hidden ? "hidden"
                                                                   : "output";
            text_ += fmt::format("  (declare-{} {} {} [{}]", role, tensor.name, tensor.type, joined(tensor.shape, ","));
            text_ += tensor.role == TensorRole::hidden ? fmt::format(" \"{}\")\n", tensor.node) : ")\n";
            for (std::size_t i = 0; i < tensor.elements.size(); ++i) {
                const Variable variable = tensor.elements[i];
                name(variable, element_name(tensor, i), tensor.type);
                // The input that an element of an affine layer copies is called so, if by no other name.
                const std::optional<LinearForm> form = over_inputs(variable);
                if (form && is_copy(*form) && names_[form->terms()[0].variable.index()].empty() &&
                    query_.name(form->terms()[0].variable) == element_name(tensor, i))
                    name(form->terms()[0].variable, element_name(tensor, i), tensor.type);
            }
        }
        text_ += ")\n";
    }

    static std::string element_name(const model::DeclaredTensor& tensor, std::size_t element) {
        std::vector<std::size_t> indices(tensor.shape.size());
        for (std::size_t axis = indices.size(); axis-- > 0;) {
            indices[axis] = element % tensor.shape[axis];
            element /= tensor.shape[axis];
        }
        return indices.empty() ? tensor.name : fmt::format("{}[{}]", tensor.name, joined(indices, ","));
    }

    void name(Variable variable, std::string text, std::string_view type) {
        if (!names_[variable.index()].empty()) return;
        names_[variable.index()] = std::move(text);
        is_whole_[variable.index()] = model::is_integer_type(type);
    }

    /// What an element of a declared input that is no input itself is.
    std::optional<LinearForm> over_inputs(Variable variable) const {
        const model::Component at = query_.network.component(variable);
        if (!std::holds_alternative<model::AffineLayer>(query_.network.layer(at.layer).operation)) return std::nullopt;
        LinearForm form = query_.network.affine_form(at.layer, at.index);
        for (const LinearTerm& term : form.terms())
            if (!query_.network.is_input(term.variable)) return std::nullopt;
        return form;
    }
    static bool is_copy(const LinearForm& form) {
        return form.constant() == 0 && form.terms().size() == 1 && form.terms()[0].coefficient == 1;
    }

    /// Inputs that the reader has made one are said to be equal again.
    void equalities(const model::DeclaredNetwork& network) {
        for (const model::DeclaredTensor& tensor : network.tensors) {
            if (tensor.role != TensorRole::input) continue;
            for (std::size_t i = 0; i < tensor.elements.size(); ++i) {
                const std::string own = element_name(tensor, i);
                const Variable variable = tensor.elements[i];
                if (names_[variable.index()] != own) {
                    assert_text(fmt::format("(== {} {})", own, names_[variable.index()]));
                    continue;
                }
                const std::optional<LinearForm> form = over_inputs(variable);
                if (!form) continue;
                if (is_copy(*form)) {
                    const std::string other = name(form->terms()[0].variable);
                    if (other != own) assert_text(fmt::format("(== {} {})", own, other));
                    continue;
                }
                LinearForm difference = *form;
                difference.add(LinearForm(variable), -1);
                assert_text(comparison({difference, model::Relation::equal}, "=="));
            }
        }
    }

    /// Its name, or, of a layer of products, the product.
    std::string name(Variable variable) const {
        const std::string& known = names_[variable.index()];
        if (!known.empty()) return known;
        const model::Component at = query_.network.component(variable);
        const auto* product = std::get_if<model::ProductLayer>(&query_.network.layer(at.layer).operation);
        if (product == nullptr)
            throw UsageError(
                fmt::format("a condition speaks of {}, but VNN-LIB 2.0 only knows inputs, outputs and hidden nodes "
                            "that are declared",
                            query_.name(variable)));
        const auto factor = [&](std::uint32_t component) {
            const Variable one = query_.network.variable(product->source, component);
            const std::optional<LinearForm> form = copied(one);
            return form ? name(form->terms()[0].variable) : name(one);
        };
        return fmt::format("(* {} {})", factor(product->left[at.index]), factor(product->right[at.index]));
    }

    /// What a component of an affine layer that only copies is a copy of.
    std::optional<LinearForm> copied(Variable variable) const {
        const model::Component at = query_.network.component(variable);
        if (!std::holds_alternative<model::AffineLayer>(query_.network.layer(at.layer).operation)) return std::nullopt;
        LinearForm form = query_.network.affine_form(at.layer, at.index);
        return names_[variable.index()].empty() && is_copy(form) ? std::optional(std::move(form)) : std::nullopt;
    }

    static std::string number(const Rational& value, bool is_whole) {
        std::string decimal = exact_decimal(value);
        return is_whole || decimal.find('.') != std::string::npos ? decimal : decimal + ".0";
    }

    /// Multiplied by what makes all its numbers decimals, or, between integers, whole.
    LinearForm written(LinearForm form, bool is_whole) const {
        Integer factor = 1;
        const auto take = [&](const Rational& value) {
            if (is_whole ? value.get_den() != 1 : exact_decimal(value).empty())
                mpz_lcm(factor.get_mpz_t(), factor.get_mpz_t(), value.get_den_mpz_t());
        };
        for (const LinearTerm& term : form.terms()) take(term.coefficient);
        take(form.constant());
        form.scale(Rational(factor));
        return form;
    }

    bool compares_integers(const LinearForm& form) const {
        const bool first = is_whole_[form.terms()[0].variable.index()];
        for (const LinearTerm& term : form.terms())
            if (is_whole_[term.variable.index()] != first)
                throw UsageError(fmt::format("VNN-LIB 2.0 compares no integers with other numbers ({} and {})",
                                             name(form.terms()[0].variable), name(term.variable)));
        return first;
    }

    std::string product(const LinearTerm& term, bool is_whole) const {
        return term.coefficient == 1
                   ? name(term.variable)
                   : fmt::format("(* {} {})", number(term.coefficient, is_whole), name(term.variable));
    }

    /// form ⋈ 0, where `relation` is <, <=, == or !=; positive terms stand on the left, negative ones on the right.
    std::string comparison(const model::Atom& atom, std::string_view relation) const {
        const bool is_whole = compares_integers(atom.form);
        LinearForm form = atom.form;
        std::string turned(relation);
        if (form.terms().size() == 1 || sgn(form.terms()[0].coefficient) < 0) {
            // One variable stands alone where its bound is a decimal.
            const Rational divisor = form.terms().size() == 1 ? form.terms()[0].coefficient : Rational(-1);
            if (sgn(divisor) < 0 && turned.front() == '<') turned.front() = '>';
            form.scale(1 / divisor);
        }
        form = written(std::move(form), is_whole);
        std::vector<std::string> left;
        std::vector<std::string> right;
        for (const LinearTerm& term : form.terms()) {
            if (sgn(term.coefficient) > 0)
                left.push_back(product(term, is_whole));
            else
                right.push_back(product({term.variable, -term.coefficient}, is_whole));
        }
        if (form.constant() != 0 || right.empty()) right.push_back(number(-form.constant(), is_whole));
        const auto sum = [](const std::vector<std::string>& parts) {
            return parts.size() == 1 ? parts[0] : "(+ " + joined(parts, " ") + ")";
        };
        return fmt::format("({} {} {})", turned, sum(left), sum(right));
    }

    std::string literal(const model::Atom& atom, bool negated) const {
        if (atom.relation == model::Relation::equal) return comparison(atom, negated ? "!=" : "==");
        const bool is_strict = (atom.relation == model::Relation::less) != negated;
        return comparison(negated ? atom.opposite() : atom, is_strict ? "<" : "<=");
    }

    /// A comparison that always holds, or never; there is no word for it.
    std::string constant(bool value) const {
        for (const std::string& known : names_)
            if (!known.empty()) return fmt::format("({} {} {})", value ? "==" : "!=", known, known);
        return {};
    }

    void assert_text(std::string_view formula) {
        has_assertion_ = true;
        text_ += fmt::format("(assert {})\n", formula);
    }

    void domain_of(Variable variable, const model::Domain& domain) {
        const auto bound = [&](const Rational& value, std::string_view relation) {
            LinearForm form(variable);
            form.add_constant(-value);
            std::string text = comparison({form, model::Relation::less_equal}, "<=");
            if (relation == ">=") text.replace(1, 2, ">=");
            if (relation == "==") text.replace(1, 2, "==");
            return text;
        };
        if (domain.lower && domain.upper && *domain.lower == *domain.upper) {
            assert_text(bound(*domain.lower, "=="));
        } else {
            if (domain.lower) assert_text(bound(*domain.lower, ">="));
            if (domain.upper) assert_text(bound(*domain.upper, "<="));
        }
        if (domain.values.empty()) return;
        std::vector<std::string> cases;
        for (const Rational& value : domain.values) cases.push_back(bound(value, "=="));
        assert_text("(or " + joined(cases, " ") + ")");
    }

    void condition(FormulaId id) {
        const model::FormulaNode& node = query_.formulas.node(id);
        if (node.kind == FormulaKind::constant && node.value) return;
        if (node.kind == FormulaKind::conjunction)
            for (const FormulaId child : node.children) assertion(child);
        else
            assertion(id);
    }

    void assertion(FormulaId id) {
        has_assertion_ = true;
        text_ += "(assert";
        walk(query_.formulas, id, [&](const WalkStep& step) {
            if (step.kind == WalkStep::Kind::open_conjunction) {
                text_ += " (and";
            } else if (step.kind == WalkStep::Kind::open_disjunction) {
                text_ += " (or";
            } else if (step.kind == WalkStep::Kind::close) {
                text_ += ')';
            } else {
                const model::FormulaNode& node = query_.formulas.node(step.id);
                text_ += ' ' + (node.kind == FormulaKind::atom ? literal(node.atom, step.negated)
                                                               : constant(node.value != step.negated));
            }
        });
        text_ += ")\n";
    }

    const model::Query& query_;
    const std::vector<model::DeclaredNetwork>& declared_;
    std::vector<model::DeclaredNetwork> own_;
    std::vector<std::string> names_;
    std::vector<bool> is_whole_;
    bool has_assertion_ = false;
    std::string text_;
};
}  // namespace

std::string vnnlib2_text(const model::Query& query, const std::vector<model::DeclaredNetwork>& declared) {
    return StandardWriter(query, declared).write();
}

}  // namespace sinew::write
