// SPDX-License-Identifier: Apache-2.0
#include "write/witness_facts.hpp"

#include <cmath>

#include <fmt/core.h>

#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"
#include "model/normal_form.hpp"
#include "write/atom_text.hpp"

namespace sinew::write {

namespace {
using model::Atom;
using model::FormulaId;
using model::FormulaKind;
using model::Query;
using model::Relation;

struct SignedAtom {
    FormulaId id;
    bool negated = false;
};

/// The atoms below `root`, each with the polarity that it has there (twice where it has both).
std::vector<SignedAtom> atoms_of(const Query& query, FormulaId root) {
    const std::vector<std::uint8_t> uses = model::uses(query.formulas, {root});
    std::vector<SignedAtom> atoms;
    for (std::size_t i = 0; i < uses.size(); ++i)
        for (const bool negated : {true, false})
            if (model::is_used(uses[i], !negated) && query.formulas.node(FormulaId(i)).kind == FormulaKind::atom)
                atoms.push_back({FormulaId(i), negated});
    return atoms;
}

/// Positive inside, negative outside, 0 on the boundary.
Rational margin_of(const Atom& atom, bool negated, const Rational& value) {
    if (atom.relation == Relation::equal) return negated ? Rational(abs(value)) : Rational(-abs(value));
    return negated ? value : Rational(-value);
}

bool holds_at(const Atom& atom, bool negated, const Rational& value, double radius) {
    return model::compare(value, radius, atom.relation) == (negated ? model::Certainty::no : model::Certainty::yes);
}

/// The float32 values as exact numbers; absent if one of them is no number.
std::optional<std::vector<Rational>> exactly(const std::vector<float>& values) {
    std::vector<Rational> exact;
    exact.reserve(values.size());
    for (const float value : values) {
        if (!std::isfinite(value)) return std::nullopt;
        exact.push_back(to_rational(static_cast<double>(value)));
    }
    return exact;
}

bool inputs_hold(const Query& query, const std::vector<Rational>& values, const std::vector<bool>& booleans) {
    for (const auto& [variable, domain] : query.domains)
        if (!contains(domain, values[variable.index()])) return false;
    return query.formulas.holds(query.input_condition, values, booleans);
}
}  // namespace

WitnessFacts witness_facts(const Query& query, const model::Witness& witness) {
    const std::vector<Variable> inputs = query.network.input_variables();
    std::vector<float> rounded;
    rounded.reserve(inputs.size());
    for (const Variable input : inputs)
        rounded.push_back(static_cast<float>(to_nearest(witness.values[input.index()])));
    WitnessFacts facts;
    facts.has_float32 = !query.precision;
    const std::vector<float> replay = facts.has_float32 ? model::replay_float32(query.network, rounded)
                                                        : std::vector<float>(query.network.variable_count());
    const std::optional<std::vector<Rational>> float32 = facts.has_float32 ? exactly(replay) : std::nullopt;

    const auto named = [&](Variable variable) {
        const double radius = witness.radii.empty() ? 0 : witness.radii[variable.index()];
        return NamedValue{query.name(variable), witness.values[variable.index()], radius, replay[variable.index()]};
    };
    for (const Variable input : inputs) facts.inputs.push_back(named(input));
    for (const Variable output : query.outputs) facts.outputs.push_back(named(output));
    for (std::size_t b = 0; b < query.boolean_names.size(); ++b)
        facts.booleans.emplace_back(query.boolean_names[b], witness.booleans[b]);

    for (const SignedAtom& signed_atom : atoms_of(query, query.output_condition)) {
        const Atom& atom = query.formulas.node(signed_atom.id).atom;
        const Rational value = atom.form.value(witness.values);
        Margin margin;
        margin.atom = atom_text(query, atom, signed_atom.negated);
        margin.exact = margin_of(atom, signed_atom.negated, value);
        margin.radius = model::radius_of(atom.form, witness.radii);
        margin.holds = holds_at(atom, signed_atom.negated, value, margin.radius);
        margin.undecided = model::compare(value, margin.radius, atom.relation) == model::Certainty::unknown;
        if (float32) {
            const Rational replayed = atom.form.value(*float32);
            margin.float32 = margin_of(atom, signed_atom.negated, replayed);
            margin.holds_float32 = holds_at(atom, signed_atom.negated, replayed, 0);
        }
        facts.margins.push_back(std::move(margin));
    }
    if (float32) {
        facts.float32_inputs_hold = inputs_hold(query, *float32, witness.booleans);
        facts.float32_outputs_hold = query.formulas.holds(query.output_condition, *float32, witness.booleans);
    }
    return facts;
}

}  // namespace sinew::write
