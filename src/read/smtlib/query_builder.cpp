// SPDX-License-Identifier: Apache-2.0
// One check-sat as a query: finds what the active assertions need, orders it into layers, and translates the formulas.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "read/affine_rows.hpp"
#include "read/smtlib/script.hpp"

namespace sinew::read {

using smtlib::Definition;
using smtlib::DefinitionKind;

class SmtQueryBuilder {
  public:
    SmtQueryBuilder(const SmtScript& script, std::size_t check) : script_(script), check_(script.checks_[check]) {}

    SmtQuery build() {
        collect_active();
        find_needed();
        resolve_activations();
        find_stages();
        add_layers();
        translate_formulas();
        return std::move(result_);
    }

  private:
    /// A number of the query: a variable of the script, or (behind them) a copy that gives an activation its source.
    struct Node {
        bool needed = false;
        bool visited = false;
        DefinitionKind kind = DefinitionKind::free;
        const LinearForm* form = nullptr;  ///< affine
        std::uint32_t base = 0;            ///< activation
        const model::Activation* activation = nullptr;
        std::uint32_t same_as = 0;  ///< itself, or the node whose variable it shares
        std::string user;           ///< affine: the activation that reads it
        std::size_t stage = 0;
        Variable variable;
    };

    void collect_active() {
        for (std::size_t at = check_.last_assertion; at != SmtScript::none; at = script_.assertions_[at].before)
            assertions_.push_back(&script_.assertions_[at]);
        std::ranges::reverse(assertions_);
        for (std::size_t at = check_.last_constant; at != SmtScript::none; at = script_.constants_[at].before)
            constants_.push_back(&script_.constants_[at]);
        std::ranges::reverse(constants_);

        nodes_.resize(script_.definitions_->size());
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            const Definition& definition = (*script_.definitions_)[Variable(i)];
            Node& node = nodes_[i];
            node.kind = definition.kind;
            node.same_as = static_cast<std::uint32_t>(i);
            node.form = &definition.form;
            if (definition.kind != DefinitionKind::activation) continue;
            node.base = static_cast<std::uint32_t>(definition.base.index());
            node.activation = &definition.activation;
        }
        for (const SmtScript::Assertion* assertion : assertions_) {
            if (!assertion->defined.valid()) {
                roots_.push_back(assertion->formula);
                continue;
            }
            Node& node = nodes_[assertion->defined.index()];
            const LinearForm& form = assertion->form;
            if (form.terms().size() == 1 && form.terms()[0].coefficient == 1 && form.constant() == 0) {
                node.same_as = static_cast<std::uint32_t>(form.terms()[0].variable.index());
            } else {
                node.kind = DefinitionKind::affine;
                node.form = &form;
            }
        }
        roots_.insert(roots_.end(), check_.assumptions.begin(), check_.assumptions.end());
    }

    /// The node whose variable `id` is in the end. Chains get shorter on the way.
    std::uint32_t resolved(std::size_t id) {
        auto at = static_cast<std::uint32_t>(id);
        while (nodes_[at].same_as != at) {
            nodes_[at].same_as = nodes_[nodes_[at].same_as].same_as;
            at = nodes_[at].same_as;
        }
        return at;
    }

    void find_needed() {
        formula_needed_.assign(script_.formulas_->size(), false);
        for (const model::FormulaId root : roots_) need(root);
        for (const SmtScript::Constant* constant : constants_)
            if (constant->is_number) need(constant->variable);
        for (const auto& values : check_.values) {
            for (const smtlib::Value& value : values) {
                if (value.is_number)
                    need(value.sum.form());
                else
                    need(value.formula);
            }
        }
        for (std::size_t step = 0; !open_formulas_.empty() || !open_nodes_.empty(); ++step) {
            if ((step & 15U) == 15U) check_limits();
            if (!open_formulas_.empty()) {
                const model::FormulaNode& node = script_.formulas_->node(open_formulas_.back());
                open_formulas_.pop_back();
                if (node.kind == model::FormulaKind::atom) need(node.atom.form);
                for (const model::FormulaId child : node.children) need(child);
                continue;
            }
            const std::uint32_t id = open_nodes_.back();
            open_nodes_.pop_back();
            const Node& node = nodes_[id];
            if (node.kind == DefinitionKind::affine || node.kind == DefinitionKind::cases) need(*node.form);
            if (node.kind == DefinitionKind::activation) need(Variable(node.base));
            if (node.kind != DefinitionKind::cases) continue;
            need((*script_.definitions_)[Variable(id)].otherwise);
            need((*script_.definitions_)[Variable(id)].condition);
        }
    }
    void need(model::FormulaId formula) {
        if (formula_needed_[formula.index()]) return;
        formula_needed_[formula.index()] = true;
        open_formulas_.push_back(formula);
    }
    void need(const LinearForm& form) {
        for (const LinearTerm& term : form.terms()) need(term.variable);
    }
    void need(Variable variable) {
        const std::uint32_t id = resolved(variable.index());
        if (nodes_[id].needed) return;
        nodes_[id].needed = true;
        open_nodes_.push_back(id);
    }

    /// Equal activations become one; an activation whose source is not an affine node of its own gets a copy of it.
    void resolve_activations() {
        std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> known;
        const std::size_t count = nodes_.size();
        copies_.reserve(count);  // nodes point into it
        for (std::uint32_t id = 0; id < count; ++id) {
            if (!nodes_[id].needed || nodes_[id].kind != DefinitionKind::activation) continue;
            const std::uint32_t base = resolved(nodes_[id].base);
            const std::string name = model::to_string(*nodes_[id].activation);
            const auto [at, added] = known.try_emplace({base, name}, id);
            if (!added) {
                nodes_[id].same_as = at->second;
                nodes_[id].needed = false;
                continue;
            }
            nodes_[id].base = base;
            if (nodes_[base].kind != DefinitionKind::affine || !nodes_[base].user.empty()) {
                nodes_[id].base = static_cast<std::uint32_t>(nodes_.size());
                Node copy;
                copy.needed = true;
                copy.kind = DefinitionKind::affine;
                copy.same_as = nodes_[id].base;
                copy.form = &copies_.emplace_back(Variable(base));
                nodes_.push_back(std::move(copy));
            }
            nodes_[nodes_[id].base].user = name;
        }
    }

    template <class Visit>
    void for_each_source(const Node& node, Visit&& visit) {
        if (node.kind == DefinitionKind::activation) visit(resolved(node.base));
        if (node.kind != DefinitionKind::affine) return;
        for (const LinearTerm& term : node.form->terms()) visit(resolved(term.variable.index()));
    }

    /// The longest path from the free numbers: depth first, without recursion.
    void find_stages() {
        std::vector<std::uint32_t> path;
        for (std::uint32_t start = 0; start < nodes_.size(); ++start) {
            if (nodes_[start].needed && nodes_[start].same_as == start) path.push_back(start);
            while (!path.empty()) {
                check_limits();
                const std::uint32_t id = path.back();
                const std::size_t open = path.size();
                if (!nodes_[id].visited)
                    for_each_source(nodes_[id], [&](std::uint32_t source) {
                        if (!nodes_[source].visited) path.push_back(source);
                    });
                nodes_[id].visited = true;
                if (path.size() > open) continue;
                path.pop_back();
                std::size_t stage = 0;
                for_each_source(nodes_[id],
                                [&](std::uint32_t source) { stage = std::max(stage, nodes_[source].stage + 1); });
                if (nodes_[id].kind == DefinitionKind::affine) stage = std::max<std::size_t>(stage, 1);
                nodes_[id].stage = stage;
            }
        }
    }

    void add_layers() {
        model::Network& network = result_.query.network;
        std::vector<std::uint32_t> inputs;
        // Affine nodes by stage and by the activation that reads them; activations follow their sources.
        std::map<std::pair<std::size_t, std::string>, std::vector<std::uint32_t>> groups;
        std::vector<std::uint32_t> activation_of(nodes_.size(), 0);
        for (std::uint32_t id = 0; id < nodes_.size(); ++id) {
            const Node& node = nodes_[id];
            if (!node.needed || node.same_as != id) continue;
            if (node.kind == DefinitionKind::affine)
                groups[{node.stage, node.user}].push_back(id);
            else if (node.kind == DefinitionKind::activation)
                activation_of[node.base] = id;
            else
                inputs.push_back(id);
        }
        if (!inputs.empty()) {
            const model::LayerId layer = network.add_input("real", {inputs.size()});
            for (std::size_t i = 0; i < inputs.size(); ++i) nodes_[inputs[i]].variable = network.variable(layer, i);
        }
        for (const auto& [group, members] : groups) {
            const auto& [stage, user] = group;
            AffineRows rows(network, members.size());
            for (const std::uint32_t id : members) {
                check_limits();
                rows.add(translated(*nodes_[id].form));
            }
            const std::string suffix = user.empty() ? "" : "_" + user;
            const model::LayerId affine =
                network.add_affine(fmt::format("sum{}{}", stage, suffix), {members.size()}, rows.take());
            for (std::size_t i = 0; i < members.size(); ++i) nodes_[members[i]].variable = network.variable(affine, i);
            if (user.empty()) continue;
            const model::LayerId layer = network.add_activation(fmt::format("act{}{}", stage + 1, suffix), affine,
                                                                *nodes_[activation_of[members[0]]].activation);
            for (std::size_t i = 0; i < members.size(); ++i)
                nodes_[activation_of[members[i]]].variable = network.variable(layer, i);
        }
        for (const SmtScript::Constant* constant : constants_) add_constant(*constant);
    }

    Variable variable_of(Variable of_script) { return nodes_[resolved(of_script.index())].variable; }

    LinearForm translated(const LinearForm& form) {
        std::vector<LinearTerm> terms;
        terms.reserve(form.terms().size());
        for (const LinearTerm& term : form.terms()) terms.push_back({variable_of(term.variable), term.coefficient});
        return LinearForm(std::move(terms), form.constant());
    }

    void add_constant(const SmtScript::Constant& constant) {
        model::Query& query = result_.query;
        SmtConstant shown;
        shown.symbol = constant.symbol;
        if (!constant.is_number) {
            shown.sort = SmtConstant::Sort::boolean;
            shown.boolean = boolean(constant.boolean);
            query.boolean_names[shown.boolean.index()] = constant.symbol;
            result_.constants.push_back(std::move(shown));
            return;
        }
        const Definition& definition = (*script_.definitions_)[constant.variable];
        shown.variable = variable_of(constant.variable);
        query.names.try_emplace(shown.variable, definition.name);
        if (definition.integer) {
            shown.sort = SmtConstant::Sort::integer;
            query.domains.push_back({shown.variable, {model::DomainKind::integer, {}, {}, {}}});
        }
        result_.constants.push_back(std::move(shown));
    }

    model::BooleanVariable boolean(model::BooleanVariable of_script) {
        const auto [at, added] =
            booleans_.try_emplace(of_script, model::BooleanVariable(result_.query.boolean_names.size()));
        if (added) result_.query.boolean_names.push_back(fmt::format("bool{}", of_script.index()));
        return at->second;
    }

    void translate_formulas() {
        model::FormulaStore& store = result_.query.formulas;
        std::vector<model::FormulaId> image(script_.formulas_->size());
        for (std::size_t i = 0; i < image.size(); ++i)
            if (formula_needed_[i]) image[i] = translated(script_.formulas_->node(model::FormulaId(i)), image);
        std::vector<model::FormulaId> all;
        for (const model::FormulaId root : roots_) all.push_back(image[root.index()]);
        for (std::size_t id = 0; id < script_.definitions_->size(); ++id) {
            if (!nodes_[id].needed || nodes_[id].kind != DefinitionKind::cases) continue;
            check_limits();
            const Definition& definition = (*script_.definitions_)[Variable(id)];
            const auto equals = [&](const LinearForm& form) {
                return store.atom(LinearForm(nodes_[id].variable) - translated(form), model::Relation::equal);
            };
            all.push_back(store.if_then_else(image[definition.condition.index()], equals(definition.form),
                                             equals(definition.otherwise)));
        }
        result_.query.input_condition = store.conjunction(std::move(all));
        for (const auto& values : check_.values) {
            std::vector<SmtTerm>& terms = result_.values.emplace_back();
            for (const smtlib::Value& value : values) {
                if (value.is_number)
                    terms.push_back({true, value.is_integer, translated(value.sum.form()), {}});
                else
                    terms.push_back({false, false, {}, image[value.formula.index()]});
            }
        }
    }

    model::FormulaId translated(const model::FormulaNode& node, const std::vector<model::FormulaId>& image) {
        model::FormulaStore& store = result_.query.formulas;
        std::vector<model::FormulaId> children;
        for (const model::FormulaId child : node.children) children.push_back(image[child.index()]);
        switch (node.kind) {
            case model::FormulaKind::constant:
                return store.constant(node.value);
            case model::FormulaKind::boolean:
                return store.boolean(boolean(node.boolean));
            case model::FormulaKind::atom:
                return store.atom(translated(node.atom.form), node.atom.relation);
            case model::FormulaKind::negation:
                return store.negation(children[0]);
            case model::FormulaKind::conjunction:
                return store.conjunction(std::move(children));
            case model::FormulaKind::disjunction:
                break;
        }
        return store.disjunction(std::move(children));
    }

    const SmtScript& script_;
    const SmtScript::Check& check_;
    std::vector<const SmtScript::Assertion*> assertions_;
    std::vector<const SmtScript::Constant*> constants_;
    std::vector<model::FormulaId> roots_;
    std::vector<Node> nodes_;
    std::vector<LinearForm> copies_;
    std::vector<bool> formula_needed_;
    std::vector<model::FormulaId> open_formulas_;
    std::vector<std::uint32_t> open_nodes_;
    std::unordered_map<model::BooleanVariable, model::BooleanVariable> booleans_;
    SmtQuery result_;
};

SmtQuery SmtScript::query(std::size_t check) const {
    require(check < checks_.size(), "a check of the script");
    return SmtQueryBuilder(*this, check).build();
}

}  // namespace sinew::read
