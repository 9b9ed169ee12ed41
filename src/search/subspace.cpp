// SPDX-License-Identifier: Apache-2.0
#include "search/subspace.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "bounds/neuron_pairs.hpp"
#include "model/copy_layer.hpp"
#include "search/rewrite_conditions.hpp"
#include "search/witness.hpp"

namespace sinew::search {

namespace {
using model::FormulaId;
using model::FormulaKind;
using model::Relation;

/// Atoms over inputs alone that hold in every solution.
std::vector<const model::Atom*> atoms_over_inputs(const model::Query& query) {
    std::vector<const model::Atom*> atoms;
    for (const FormulaId condition : {query.input_condition, query.output_condition})
        for (const FormulaId part : model::conjuncts(query.formulas, condition))
            if (query.formulas.node(part).kind == FormulaKind::atom) atoms.push_back(&query.formulas.node(part).atom);
    std::erase_if(atoms, [&](const model::Atom* atom) {
        return !std::all_of(atom->form.terms().begin(), atom->form.terms().end(),
                            [&](const LinearTerm& term) { return query.network.is_input(term.variable); });
    });
    return atoms;
}

/// The forms over inputs that are 0 in every solution.
std::vector<LinearForm> equalities(std::vector<const model::Atom*> atoms) {
    std::erase_if(atoms, [](const model::Atom* atom) { return atom->relation == Relation::less; });
    std::vector<LinearForm> result;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
        if (atoms[i]->relation == Relation::equal) {
            result.push_back(atoms[i]->form);
            continue;
        }
        LinearForm opposite = atoms[i]->form;
        opposite.scale(-1);
        const bool has_opposite =
            std::any_of(atoms.begin() + static_cast<std::ptrdiff_t>(i) + 1, atoms.end(), [&](const model::Atom* other) {
                return other->relation == Relation::less_equal && other->form == opposite;
            });
        if (has_opposite) result.push_back(atoms[i]->form);
    }
    return result;
}

class Elimination {
  public:
    explicit Elimination(const model::Query& from) : from_(from), variables_(from.network.input_variables()) {
        const std::vector<model::Domain> domains = input_domains(from);
        for (std::size_t i = 0; i < variables_.size(); ++i) {
            may_go_.push_back(domains[i].kind == model::DomainKind::real && domains[i].values.empty());
            forms_.emplace_back(variables_[i]);
        }
        const std::vector<const model::Atom*> atoms = atoms_over_inputs(from);
        for (LinearForm& equality : equalities(atoms)) solve(std::move(equality));
        take_differences(atoms);
    }

    bool has_gone() const { return gone_ > 0 || !difference_.empty(); }

    Subspace run() {
        number_inputs_left();
        copy_network();
        result_.formulas = from_.formulas;
        result_.input_condition = from_.input_condition;
        result_.output_condition = from_.output_condition;
        result_.boolean_names = from_.boolean_names;
        rewrite_conditions(result_, [this](model::Query& query, FormulaId id) {
            const model::FormulaNode& node = query.formulas.node(id);
            if (node.kind != FormulaKind::atom) return id;
            return query.formulas.atom(moved(node.atom.form), node.atom.relation);
        });
        keep_domains();
        for (const Variable output : from_.outputs) result_.outputs.push_back(moved(output));
        return {std::move(result_), std::move(forms_)};
    }

  private:
    std::size_t position(Variable variable) const {
        return static_cast<std::size_t>(std::lower_bound(variables_.begin(), variables_.end(), variable) -
                                        variables_.begin());
    }
    /// Inputs replaced by what they are over those that have not gone.
    LinearForm reduced(const LinearForm& form) const {
        LinearForm result(form.constant());
        for (const LinearTerm& term : form.terms()) result.add(forms_[position(term.variable)], term.coefficient);
        return result;
    }

    /// Takes out the input with the largest coefficient.
    void solve(LinearForm equality) {
        equality = reduced(equality);
        if (equality.terms().size() < 2) return;  // a point of one input is a box
        const LinearTerm* pivot = nullptr;
        for (const LinearTerm& term : equality.terms())
            if (may_go_[position(term.variable)] &&
                (pivot == nullptr || abs(term.coefficient) > abs(pivot->coefficient)))
                pivot = &term;
        if (pivot == nullptr) return;  // implied, contradictory or over integers alone: the condition stays
        const Variable variable = pivot->variable;
        LinearForm value = equality;
        value.scale(-1 / Rational(pivot->coefficient));
        value.add(LinearForm(variable));
        for (LinearForm& form : forms_) {
            const Rational factor = form.coefficient(variable);
            if (factor == 0) continue;
            form.add(LinearForm(variable), -factor);
            form.add(value, factor);
        }
        may_go_[position(variable)] = false;
        ++gone_;
    }

    /// Inputs of two networks that are compared (a <= b, or |b - a| small): b becomes a and a difference, which takes
    /// b's place.
    void take_differences(const std::vector<const model::Atom*>& atoms) {
        std::map<std::pair<std::size_t, std::size_t>, model::Domain> compared;
        for (const model::Atom* atom : atoms) {
            if (atom->relation == Relation::equal) continue;
            const LinearForm form = reduced(atom->form);
            if (form.terms().size() != 2) continue;
            const LinearTerm& a = form.terms()[0];
            const LinearTerm& b = form.terms()[1];
            if (a.coefficient != -b.coefficient) continue;
            model::Domain& domain = compared[{position(a.variable), position(b.variable)}];
            const Rational bound = -form.constant() / b.coefficient;
            if (b.coefficient > 0)
                domain.at_most(bound);
            else
                domain.at_least(bound);
        }
        if (compared.empty() || bounds::find_pairs(from_.network).layers.empty()) return;
        const std::vector<model::Domain> domains = demanded_domains(from_);
        std::vector<bool> is_base(variables_.size(), false);
        for (auto& [inputs, domain] : compared) {
            const auto [a, b] = inputs;
            if (!may_go_[a] || !may_go_[b] || is_base[b]) continue;
            if (domains[b].lower && domains[a].upper) domain.at_least(*domains[b].lower - *domains[a].upper);
            if (domains[b].upper && domains[a].lower) domain.at_most(*domains[b].upper - *domains[a].lower);
            if (!domain.lower || !domain.upper || *domain.lower > *domain.upper) continue;
            is_base[a] = true;
            may_go_[b] = false;
            for (LinearForm& form : forms_)
                form.add(LinearForm(variables_[a]), Rational(form.coefficient(variables_[b])));
            difference_.emplace(b, std::move(domain));
        }
    }

    bool is_left(std::size_t input) const {
        return difference_.contains(input) || forms_[input] == LinearForm(variables_[input]);
    }

    /// From here on forms are over the new query's inputs.
    void number_inputs_left() {
        std::vector<std::size_t> place(variables_.size());
        for (std::size_t i = 0; i < variables_.size(); ++i)
            if (is_left(i)) {
                place[i] = left_.size();
                left_.push_back(i);
            }
        shift_ = left_.size();
        for (LinearForm& form : forms_) {
            std::vector<LinearTerm> terms;
            for (const LinearTerm& term : form.terms())
                terms.push_back({Variable(place[position(term.variable)]), term.coefficient});
            form = LinearForm(std::move(terms), form.constant());
        }
    }

    Variable moved(Variable variable) const { return Variable(variable.index() + shift_); }
    LinearForm moved(const LinearForm& form) const {
        LinearForm result(form.constant());
        for (const LinearTerm& term : form.terms()) {
            if (from_.network.is_input(term.variable))
                result.add(forms_[position(term.variable)], term.coefficient);
            else
                result.add(LinearForm(moved(term.variable), term.coefficient));
        }
        return result;
    }

    void copy_network() {
        result_.network.add_input("left", {left_.size()});
        for (const model::Layer& layer : from_.network.layers()) {
            if (std::holds_alternative<model::InputLayer>(layer.operation))
                compute_inputs(layer);
            else
                model::copy_layer(result_.network, layer,
                                  [](model::LayerId source) { return model::LayerId(source.index() + 1); });
        }
    }
    void compute_inputs(const model::Layer& layer) {
        model::SparseMap map;
        map.columns = left_.size();
        model::AffineLayer affine;
        for (std::size_t i = 0; i < layer.size; ++i) {
            const LinearForm& form = forms_[position(Variable(layer.first.index() + i))];
            for (const LinearTerm& term : form.terms()) {
                map.column.push_back(static_cast<std::uint32_t>(term.variable.index()));
                map.weight.push_back(term.coefficient);
            }
            map.row_begin.push_back(map.column.size());
            affine.bias.push_back(form.constant());
        }
        affine.terms.push_back({model::LayerId(0), std::move(map)});
        result_.network.add_affine(layer.name, layer.shape, std::move(affine));
    }

    void keep_domains() {
        std::vector<FormulaId> parts{result_.input_condition};
        for (const auto& [variable, domain] : from_.domains) {
            const std::size_t input = position(variable);
            const auto left = std::lower_bound(left_.begin(), left_.end(), input);
            if (left != left_.end() && *left == input && !difference_.contains(input)) {
                result_.domains.emplace_back(Variable(static_cast<std::size_t>(left - left_.begin())), domain);
                continue;
            }
            for (const auto& [bound, sign] : {std::pair(&domain.upper, 1), std::pair(&domain.lower, -1)}) {
                if (!*bound) continue;
                LinearForm excess = forms_[input];
                excess.add_constant(-**bound);
                excess.scale(sign);
                parts.push_back(result_.formulas.atom(std::move(excess), Relation::less_equal));
            }
        }
        for (const auto& [input, domain] : difference_) {
            const auto left = std::lower_bound(left_.begin(), left_.end(), input);
            result_.domains.emplace_back(Variable(static_cast<std::size_t>(left - left_.begin())), domain);
        }
        result_.input_condition = result_.formulas.conjunction(std::move(parts));
    }

    const model::Query& from_;
    std::vector<Variable> variables_;  ///< inputs, ascending
    std::vector<bool> may_go_;         ///< by input
    std::vector<LinearForm> forms_;    ///< each input over those that are left
    std::size_t gone_ = 0;
    std::map<std::size_t, model::Domain> difference_;  ///< by input: whose place it has, and its domain
    std::vector<std::size_t> left_;
    std::size_t shift_ = 0;
    model::Query result_;
};
}  // namespace

std::vector<Rational> Subspace::inputs_of(const model::Witness& witness) const {
    std::vector<Rational> result;
    for (const LinearForm& form : inputs) result.push_back(form.value(witness.values));
    return result;
}

std::optional<Subspace> without_dependent_inputs(const model::Query& query) {
    Elimination elimination(query);
    if (!elimination.has_gone()) return std::nullopt;
    return elimination.run();
}

}  // namespace sinew::search
