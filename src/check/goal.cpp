// SPDX-License-Identifier: Apache-2.0
#include "check/goal.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "model/normal_form.hpp"

namespace sinew::check {

namespace {
using Kind = Goal::Kind;

GoalAtom made_of(model::Atom atom, const proof::AtomName& name) {
    GoalAtom made;
    made.name = name;
    made.is_strict = atom.relation == model::Relation::less;
    made.row.constant = to_nearest(atom.form.constant());
    for (const LinearTerm& term : atom.form.terms())
        made.row.terms.emplace_back(static_cast<std::uint32_t>(term.variable.index()), to_nearest(term.coefficient));
    made.exact = std::move(atom);
    return made;
}
}  // namespace

Goal Goal::of(const model::Query& query) {
    Goal goal;
    const auto add = [&](Node node) {
        goal.nodes.push_back(std::move(node));
        return static_cast<std::uint32_t>(goal.nodes.size() - 1);
    };
    const auto add_atom = [&](model::Atom atom, const proof::AtomName& name) {
        goal.atoms.push_back(made_of(std::move(atom), name));
        return add({Kind::atom, false, static_cast<std::uint32_t>(goal.atoms.size() - 1), {}});
    };
    const auto add_leaf = [&](const model::NormalForm::Node& leaf) {
        const model::FormulaNode& formula = query.formulas.node(leaf.formula);
        if (formula.kind == model::FormulaKind::boolean) return add({Kind::constant, true, 0, {}});
        if (formula.kind == model::FormulaKind::constant)
            return add({Kind::constant, formula.value == leaf.positive, 0, {}});
        proof::AtomName name{static_cast<std::uint32_t>(leaf.formula.index()), leaf.positive, false};
        if (formula.atom.relation != model::Relation::equal)
            return add_atom(leaf.positive ? formula.atom : formula.atom.opposite(), name);
        // f = 0 is f <= 0 and -f <= 0; its negation f < 0 or -f < 0.
        model::Atom below{formula.atom.form, leaf.positive ? model::Relation::less_equal : model::Relation::less};
        model::Atom above = below;
        above.form.scale(-1);
        const std::uint32_t first = add_atom(std::move(below), name);
        name.is_mirror = true;
        const std::uint32_t second = add_atom(std::move(above), name);
        return add({leaf.positive ? Kind::all : Kind::any, false, 0, {first, second}});
    };
    const model::NormalForm normal(query);
    std::vector<std::uint32_t> made;
    for (const model::NormalForm::Node& node : normal.nodes()) {
        if (node.begin == node.end && node.kind != model::NormalForm::Kind::all &&
            node.kind != model::NormalForm::Kind::any) {
            made.push_back(add_leaf(node));
            continue;
        }
        Node inner;
        inner.kind = node.kind == model::NormalForm::Kind::all ? Kind::all : Kind::any;
        for (const std::uint32_t child : normal.children(node)) inner.children.push_back(made[child]);
        made.push_back(add(std::move(inner)));
    }
    // Nothing is known of the inputs yet: this takes out constants and nesting.
    const std::vector<Variable> inputs = query.network.input_variables();
    return goal.on(query.network, inputs, std::vector<Interval>(inputs.size()));
}

bool Goal::is_excluded(std::span<const double> lower) const {
    std::vector<std::uint8_t> excluded(nodes.size(), 0);
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        const Node& node = nodes[n];
        const auto is_out = [&](std::uint32_t child) { return excluded[child] != 0; };
        bool out = false;
        switch (node.kind) {
            case Kind::constant:
                out = !node.value;
                break;
            case Kind::atom:
                out = atoms[node.atom].is_excluded(lower[node.atom]);
                break;
            case Kind::all:
                out = std::any_of(node.children.begin(), node.children.end(), is_out);
                break;
            case Kind::any:
                out = std::all_of(node.children.begin(), node.children.end(), is_out);
                break;
        }
        excluded[n] = out ? 1 : 0;
    }
    return excluded.back() != 0;
}

Goal Goal::on(const model::Network& network, std::span<const Variable> inputs, std::span<const Interval> box) const {
    const auto truth = [&](const GoalAtom& atom) -> std::optional<bool> {
        Interval sum = Interval::enclosing(atom.exact.form.constant());
        for (const LinearTerm& term : atom.exact.form.terms()) {
            if (!network.is_input(term.variable)) return std::nullopt;
            const auto input = std::lower_bound(inputs.begin(), inputs.end(), term.variable) - inputs.begin();
            sum = sum + Interval::enclosing(term.coefficient) * box[static_cast<std::size_t>(input)];
        }
        if (atom.is_excluded(sum.lower)) return false;
        if (sum.upper < 0 || (!atom.is_strict && sum.upper <= 0)) return true;
        return std::nullopt;
    };
    std::vector<std::optional<bool>> constant(nodes.size());
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        const Node& node = nodes[n];
        if (node.kind == Kind::constant) {
            constant[n] = node.value;
        } else if (node.kind == Kind::atom) {
            constant[n] = truth(atoms[node.atom]);
        } else {
            const bool absorbs = node.kind == Kind::any;
            bool is_open = false;
            for (const std::uint32_t child : node.children) {
                if (constant[child] == absorbs) constant[n] = absorbs;
                is_open = is_open || !constant[child];
            }
            if (!constant[n] && !is_open) constant[n] = !absorbs;
        }
    }
    // What the whole still needs, top down; nested connectives of one kind become one.
    Goal left;
    std::vector<std::uint8_t> needed(nodes.size(), 0);
    needed.back() = 1;
    for (std::size_t n = nodes.size(); n-- > 0;)
        if (needed[n] != 0 && !constant[n])
            for (const std::uint32_t child : nodes[n].children) needed[child] = constant[child] ? 0 : 1;
    std::vector<std::uint32_t> renamed(nodes.size(), 0);
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        if (needed[n] == 0) continue;
        Node node = nodes[n];
        if (constant[n]) {
            node = {Kind::constant, *constant[n], 0, {}};
        } else if (node.kind == Kind::atom) {
            left.atoms.push_back(atoms[node.atom]);
            node.atom = static_cast<std::uint32_t>(left.atoms.size() - 1);
        } else {
            std::vector<std::uint32_t> kept;
            for (const std::uint32_t child : nodes[n].children) {
                if (constant[child]) continue;
                const Node& made = left.nodes[renamed[child]];
                if (made.kind == node.kind)
                    kept.insert(kept.end(), made.children.begin(), made.children.end());
                else
                    kept.push_back(renamed[child]);
            }
            node.children = std::move(kept);
        }
        left.nodes.push_back(std::move(node));
        renamed[n] = static_cast<std::uint32_t>(left.nodes.size() - 1);
    }
    return left;
}

std::vector<std::vector<Interval>> Goal::boxes(const model::Query& query, std::size_t most) const {
    const std::vector<Variable> inputs = query.network.input_variables();
    std::map<Variable, std::size_t> place;
    for (std::size_t i = 0; i < inputs.size(); ++i) place.emplace(inputs[i], i);
    using Box = std::vector<model::Domain>;
    const auto bounds_input = [&](std::uint32_t node) {
        if (nodes[node].kind != Kind::atom) return false;
        const LinearForm& form = atoms[nodes[node].atom].exact.form;
        return form.terms().size() == 1 && query.network.is_input(form.terms()[0].variable);
    };
    const auto narrow_by = [&](std::uint32_t node, Box& box) {
        const auto one = [&](std::uint32_t atom) {
            if (!bounds_input(atom)) return;
            const model::Atom& exact = atoms[nodes[atom].atom].exact;
            model::narrow(box[place.at(exact.form.terms()[0].variable)], exact);
        };
        one(node);
        if (nodes[node].kind == Kind::all)
            for (const std::uint32_t child : nodes[node].children) one(child);
    };
    const auto bounds_some_input = [&](std::uint32_t node) {
        if (nodes[node].kind != Kind::all) return bounds_input(node);
        return std::any_of(nodes[node].children.begin(), nodes[node].children.end(), bounds_input);
    };
    std::vector<Box> boxes{model::input_domains(query)};
    const auto root = static_cast<std::uint32_t>(nodes.size() - 1);
    narrow_by(root, boxes[0]);
    const auto take_apart = [&](std::uint32_t node) {
        const std::vector<std::uint32_t>& members = nodes[node].children;
        if (nodes[node].kind != Kind::any || boxes.size() * members.size() > most ||
            !std::all_of(members.begin(), members.end(), bounds_some_input))
            return;
        std::vector<Box> parts;
        for (const Box& box : boxes)
            for (const std::uint32_t member : members) {
                parts.push_back(box);
                narrow_by(member, parts.back());
            }
        boxes = std::move(parts);
    };
    take_apart(root);
    if (nodes[root].kind == Kind::all)
        for (const std::uint32_t child : nodes[root].children) take_apart(child);
    std::vector<std::vector<Interval>> result;
    for (const Box& box : boxes) {
        std::vector<Interval> sides;
        for (const model::Domain& domain : box) sides.push_back(model::enclosing(domain));
        if (std::none_of(sides.begin(), sides.end(), [](Interval side) { return side.empty(); }))
            result.push_back(std::move(sides));
    }
    return result;
}

}  // namespace sinew::check
