// SPDX-License-Identifier: Apache-2.0
#include "search/condition.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/infinity.hpp"
#include "model/normal_form.hpp"
#include "search/witness.hpp"

namespace sinew::search {

using model::Relation;

namespace {
constexpr std::size_t most_boxes = 256;

ConditionAtom made_of(const model::Network& network, model::Atom atom) {
    ConditionAtom made;
    made.row = bounds::to_row(atom.form);
    made.strict = atom.relation == Relation::less;
    double largest = 0;
    for (const auto& term : made.row.terms) largest = std::max(largest, std::fabs(term.second));
    if (largest > 0 && std::isfinite(largest)) made.largest_coefficient = largest;
    made.inputs_only = std::all_of(atom.form.terms().begin(), atom.form.terms().end(),
                                   [&](const LinearTerm& term) { return network.is_input(term.variable); });
    made.form = std::move(atom.form);
    return made;
}
}  // namespace

Condition Condition::compile(const model::Query& query) {
    Condition result;
    const auto add = [&](Node node) {
        result.nodes_.push_back(std::move(node));
        return static_cast<std::uint32_t>(result.nodes_.size() - 1);
    };
    const auto add_atom = [&](model::Atom atom) {
        result.atoms_.push_back(made_of(query.network, std::move(atom)));
        return add({Kind::atom, false, static_cast<std::uint32_t>(result.atoms_.size() - 1), {}});
    };
    const auto add_leaf = [&](const model::FormulaNode& from, bool positive) {
        if (from.kind != model::FormulaKind::atom)
            return add({Kind::constant, from.kind == model::FormulaKind::boolean || from.value == positive, 0, {}});
        if (from.atom.relation != Relation::equal) return add_atom(positive ? from.atom : from.atom.opposite());
        model::Atom below{from.atom.form, positive ? Relation::less_equal : Relation::less};
        model::Atom above = below;
        above.form.scale(-1);
        const std::uint32_t first = add_atom(std::move(below));
        return add({positive ? Kind::all : Kind::any, false, 0, {first, add_atom(std::move(above))}});
    };
    const model::NormalForm normal(query);
    std::vector<std::uint32_t> made;  // by node of the normal form
    for (const model::NormalForm::Node& node : normal.nodes()) {
        if (node.begin == node.end) {
            made.push_back(add_leaf(query.formulas.node(node.formula), node.positive));
            continue;
        }
        Node inner;
        inner.kind = node.kind == model::NormalForm::Kind::all ? Kind::all : Kind::any;
        for (const std::uint32_t child : normal.children(node)) inner.children.push_back(made[child]);
        made.push_back(add(std::move(inner)));
    }
    // Nothing is known yet: this drops constants and flattens.
    const std::vector<double> nothing_below(result.atoms_.size(), -infinity);
    const std::vector<double> nothing_above(result.atoms_.size(), infinity);
    return result.simplified(nothing_below, nothing_above);
}

Condition::Outcome Condition::judge(std::span<const double> lower) const {
    thread_local std::vector<Outcome> outcomes;
    outcomes.resize(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const Node& node = nodes_[i];
        Outcome& outcome = outcomes[i];
        switch (node.kind) {
            case Kind::constant:
                outcome = {!node.value, node.value ? -infinity : infinity, no_atom};
                break;
            case Kind::atom:
                outcome = {atoms_[node.atom].refuted_by(lower[node.atom]), lower[node.atom], node.atom};
                break;
            case Kind::all:
                outcome = {false, -infinity, no_atom};
                for (const std::uint32_t c : node.children) {
                    outcome.refuted |= outcomes[c].refuted;
                    if (outcomes[c].bound > outcome.bound || outcome.critical == no_atom) {
                        outcome.bound = outcomes[c].bound;
                        outcome.critical = outcomes[c].critical;
                    }
                }
                break;
            case Kind::any:
                outcome = {true, infinity, no_atom};
                for (const std::uint32_t c : node.children) {
                    if (outcomes[c].refuted) continue;
                    outcome.refuted = false;
                    if (outcomes[c].bound < outcome.bound || outcome.critical == no_atom) {
                        outcome.bound = outcomes[c].bound;
                        outcome.critical = outcomes[c].critical;
                    }
                }
                break;
        }
    }
    return outcomes.back();
}

Condition Condition::simplified(std::span<const double> lower, std::span<const double> upper) const {
    Condition result;
    std::vector<std::optional<bool>> constant(nodes_.size());
    std::vector<std::uint8_t> used(nodes_.size(), 0);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const Node& node = nodes_[i];
        if (node.kind == Kind::constant) {
            constant[i] = node.value;
        } else if (node.kind == Kind::atom) {
            const ConditionAtom& atom = atoms_[node.atom];
            if (atom.refuted_by(lower[node.atom])) constant[i] = false;
            if (upper[node.atom] < 0 || (!atom.strict && upper[node.atom] <= 0)) constant[i] = true;
        } else {
            const bool absorbing = node.kind == Kind::any;
            constant[i] = !absorbing;
            for (const std::uint32_t c : node.children) {
                if (constant[c] == absorbing) {
                    constant[i] = absorbing;
                    break;
                }
                if (!constant[c]) constant[i].reset();
            }
        }
    }
    used.back() = 1;
    for (std::size_t i = nodes_.size(); i-- > 0;)
        if (used[i] != 0 && !constant[i])
            for (const std::uint32_t c : nodes_[i].children) used[c] = constant[c] ? 0 : 1;
    std::vector<std::uint32_t> renamed(nodes_.size(), 0);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (used[i] == 0) continue;
        Node node = nodes_[i];
        if (constant[i]) {
            node = {Kind::constant, *constant[i], 0, {}};
        } else if (node.kind == Kind::atom) {
            result.atoms_.push_back(atoms_[node.atom]);
            node.atom = static_cast<std::uint32_t>(result.atoms_.size() - 1);
        } else {
            std::vector<std::uint32_t> kept;
            for (const std::uint32_t c : node.children) {
                if (constant[c]) continue;
                const Node& child = result.nodes_[renamed[c]];
                if (child.kind == node.kind)
                    kept.insert(kept.end(), child.children.begin(), child.children.end());
                else
                    kept.push_back(renamed[c]);
            }
            std::sort(kept.begin(), kept.end());
            kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
            node.children = std::move(kept);
        }
        result.nodes_.push_back(std::move(node));
        renamed[i] = static_cast<std::uint32_t>(result.nodes_.size() - 1);
    }
    return result;
}

namespace {
class BoxFinder {
  public:
    using RootBox = std::vector<model::Domain>;

    BoxFinder(const model::Query& query, const Condition& condition) : condition_(condition) {
        const std::vector<Variable> inputs = query.network.input_variables();
        for (std::size_t i = 0; i < inputs.size(); ++i) input_of_.emplace(inputs[i], i);
        boxes_.push_back(input_domains(query));
    }

    std::vector<RootBox> run() {
        const Condition::Node& top = condition_.nodes().back();
        if (top.kind == Condition::Kind::constant && !top.value) return {};
        for (RootBox& box : boxes_) apply(condition_.root(), box);
        split(condition_.root());
        if (top.kind == Condition::Kind::all)
            for (const std::uint32_t c : top.children) split(c);
        std::erase_if(boxes_, [](const RootBox& box) {
            return std::any_of(box.begin(), box.end(), [](const model::Domain& domain) {
                return domain.lower && domain.upper && *domain.lower > *domain.upper;
            });
        });
        return std::move(boxes_);
    }

  private:
    bool bounds_an_input(std::uint32_t node) const {
        const Condition::Node& at = condition_.nodes()[node];
        if (at.kind != Condition::Kind::atom) return false;
        const ConditionAtom& atom = condition_.atoms()[at.atom];
        return atom.inputs_only && atom.form.terms().size() == 1;
    }
    bool has_input_bounds(std::uint32_t node) const {
        const Condition::Node& at = condition_.nodes()[node];
        if (at.kind != Condition::Kind::all) return bounds_an_input(node);
        return std::any_of(at.children.begin(), at.children.end(), [&](std::uint32_t c) { return bounds_an_input(c); });
    }
    void apply(std::uint32_t node, RootBox& box) const {
        const Condition::Node& at = condition_.nodes()[node];
        const auto one = [&](std::uint32_t c) {
            if (!bounds_an_input(c)) return;
            const LinearForm& form = condition_.atoms()[condition_.nodes()[c].atom].form;
            const LinearTerm& term = form.terms()[0];
            const Rational bound = -form.constant() / term.coefficient;  // of a strict atom too
            model::Domain& domain = box[input_of_.at(term.variable)];
            term.coefficient > 0 ? domain.at_most(bound) : domain.at_least(bound);
        };
        if (at.kind == Condition::Kind::atom) one(node);
        if (at.kind == Condition::Kind::all)
            for (const std::uint32_t c : at.children) one(c);
    }
    void split(std::uint32_t node) {
        const Condition::Node& at = condition_.nodes()[node];
        if (at.kind != Condition::Kind::any || boxes_.size() * at.children.size() > most_boxes) return;
        for (const std::uint32_t c : at.children)
            if (!has_input_bounds(c)) return;
        std::vector<RootBox> next;
        for (const RootBox& box : boxes_)
            for (const std::uint32_t c : at.children) {
                next.push_back(box);
                apply(c, next.back());
            }
        boxes_ = std::move(next);
    }

    const Condition& condition_;
    std::map<Variable, std::size_t> input_of_;
    std::vector<RootBox> boxes_;
};
}  // namespace

std::vector<std::vector<model::Domain>> root_boxes(const model::Query& query, const Condition& condition) {
    return BoxFinder(query, condition).run();
}

}  // namespace sinew::search
