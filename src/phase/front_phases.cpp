// SPDX-License-Identifier: Apache-2.0
#include "phase/front_phases.hpp"

#include <algorithm>

#include "linear/feasibility.hpp"
#include "linear/linear_system.hpp"

namespace sinew::phase {

struct FrontPhases::State {
    struct Box {
        Variable input;
        Range range;
    };
    struct Row {
        linear::FormBound bound;
        Rational value;  ///< form = 0 there
        bool strict = false;
    };
    std::vector<Box> boxes;
    std::vector<FrontAtom> atoms;
    linear::LinearSystem system;
    std::unordered_map<Variable, SimplexVariable> columns;
    std::vector<Row> rows;
    std::vector<bool> always;                            ///< by slot: a bound of the box
    std::unordered_map<std::size_t, std::size_t> owner;  ///< by slot: the atom whose phase set the bound
    std::optional<linear::Feasibility> feasibility;

    void bound_by_box(SimplexVariable column, const Range& range);
    void build();
    void set_phase(std::size_t atom, bool phase);
};

FrontPhases::FrontPhases() : state_(std::make_unique<State>()) {}
FrontPhases::~FrontPhases() = default;

void FrontPhases::add_box(Variable input, const Range& range) {
    state_->boxes.push_back({input, range});
}

void FrontPhases::add(const FrontAtom& atom) {
    state_->atoms.push_back(atom);
}

/// Where the column has no bound.
void FrontPhases::State::bound_by_box(SimplexVariable column, const Range& range) {
    if (range.lower && !system.bound(column, Side::lower).present)
        system.set_bound(column, Side::lower, DeltaRational(*range.lower));
    if (range.upper && !system.bound(column, Side::upper).present)
        system.set_bound(column, Side::upper, DeltaRational(*range.upper));
}

void FrontPhases::State::build() {
    for (const Box& box : boxes) {
        const SimplexVariable column = system.add_column();
        columns.emplace(box.input, column);
        bound_by_box(column, box.range);
    }
    const std::size_t box_slots = 2 * system.variable_count();
    for (const FrontAtom& atom : atoms) {
        Row row;
        row.bound = system.variable_of(atom.form, columns);
        row.value = -atom.form.constant() / row.bound.factor;
        row.strict = atom.strict;
        rows.push_back(std::move(row));
    }
    feasibility.emplace(system, [box_slots](SimplexVariable variable, Side side) {
        return linear::LinearSystem::slot(variable, side) < box_slots;
    });
    for (std::size_t slot = 0; slot < 2 * system.variable_count(); ++slot) feasibility->changes().insert(slot);
}

/// Bounds a row; of several atoms over one row the tightest bound counts. A column that an atom bounds keeps its box.
void FrontPhases::State::set_phase(std::size_t atom, bool phase) {
    const Row& row = rows[atom];
    const bool above = phase == (row.bound.factor > 0);  // the variable is at least the value
    const bool strict = row.strict == phase;             // form > 0, or not form >= 0
    const Side side = above ? Side::lower : Side::upper;
    const DeltaRational value(row.value, strict ? (above ? 1 : -1) : 0);
    const linear::Bound& known = system.bound(row.bound.variable, side);
    if (known.present && (above ? !(known.value < value) : !(value < known.value))) return;
    system.set_bound(row.bound.variable, side, value);
    const std::size_t slot = linear::LinearSystem::slot(row.bound.variable, side);
    owner[slot] = atom;
    feasibility->changes().insert(slot);
}

std::optional<std::vector<std::size_t>> FrontPhases::contradiction(const std::vector<bool>& phases,
                                                                   const Limits& limits) {
    const std::vector<std::optional<bool>> all(phases.begin(), phases.end());
    return contradiction(all, limits);
}

std::optional<std::vector<std::size_t>> FrontPhases::contradiction(std::span<const std::optional<bool>> phases,
                                                                   const Limits& limits) {
    State& state = *state_;
    if (!state.feasibility) state.build();
    for (const auto& [slot, atom] : state.owner) {
        state.system.relax_bound(linear::LinearSystem::slot_variable(slot), linear::LinearSystem::slot_side(slot));
        state.feasibility->changes().insert(slot);
    }
    state.owner.clear();
    for (std::size_t b = 0; b < state.boxes.size(); ++b) {  // an atom over one input bounds its column
        state.bound_by_box(state.columns.at(state.boxes[b].input), state.boxes[b].range);
    }
    for (std::size_t atom = 0; atom < phases.size(); ++atom)
        if (phases[atom]) state.set_phase(atom, *phases[atom]);
    const linear::Feasible answer = state.feasibility->check(linear::Thoroughness::full, limits);
    if (answer != linear::Feasible::contradiction) return std::nullopt;
    std::vector<std::size_t> core;
    for (const BoundMultiplier& part : state.feasibility->certificate()) {
        const auto found = state.owner.find(linear::LinearSystem::slot(part.variable, part.side));
        if (found != state.owner.end()) core.push_back(found->second);
    }
    std::sort(core.begin(), core.end());
    core.erase(std::unique(core.begin(), core.end()), core.end());
    return core;
}

std::unordered_map<Variable, Rational> FrontPhases::point() const {
    std::unordered_map<Variable, Rational> point;
    const std::vector<Rational> values = state_->feasibility->solution();
    for (const auto& [variable, column] : state_->columns) point.emplace(variable, values[column.index()]);
    return point;
}

}  // namespace sinew::phase
