// SPDX-License-Identifier: Apache-2.0
#include "phase/cores.hpp"

#include <numeric>

namespace sinew::phase {

void PhaseCores::add_box(Variable input, const Range& range) {
    boxes_.insert_or_assign(input, range);
}

void PhaseCores::add(const FrontAtom& atom) {
    atoms_.push_back(atom);
}

std::vector<std::vector<BitPhase>> PhaseCores::neighbourhoods(const std::vector<BitPhase>& core) const {
    std::vector<std::size_t> group(core.size());
    std::iota(group.begin(), group.end(), 0);
    const auto root = [&](std::size_t i) {
        while (group[i] != i) i = group[i] = group[group[i]];
        return i;
    };
    std::unordered_map<Variable, std::size_t> first_user;
    for (std::size_t i = 0; i < core.size(); ++i)
        for (const LinearTerm& term : atoms_[core[i].bit].form.terms())
            group[root(i)] = root(first_user.emplace(term.variable, i).first->second);
    std::vector<std::vector<BitPhase>> found;
    std::unordered_map<std::size_t, std::size_t> index;
    for (std::size_t i = 0; i < core.size(); ++i) {
        const auto [at, fresh] = index.emplace(root(i), found.size());
        if (fresh) found.emplace_back();
        found[at->second].push_back(core[i]);
    }
    return found;
}

bool PhaseCores::contradict(const std::vector<BitPhase>& phases, const Limits& limits) const {
    FrontPhases local;
    std::unordered_map<Variable, bool> seen;
    std::vector<std::optional<bool>> wanted;
    for (const BitPhase& phase : phases) {
        for (const LinearTerm& term : atoms_[phase.bit].form.terms()) {
            if (seen.emplace(term.variable, true).second) local.add_box(term.variable, boxes_.at(term.variable));
        }
        local.add(atoms_[phase.bit]);
        wanted.emplace_back(phase.value);
    }
    return local.contradiction(wanted, limits).has_value();
}

std::vector<std::vector<BitPhase>> PhaseCores::cut_down(const std::vector<BitPhase>& core, const Limits& limits) const {
    std::vector<std::vector<BitPhase>> found;
    const std::vector<std::vector<BitPhase>> groups = neighbourhoods(core);
    for (std::vector<BitPhase> phases : groups) {
        if (groups.size() > 1 && !contradict(phases, limits)) continue;
        for (std::size_t i = 0; i < phases.size() && phases.size() > 1;) {
            std::vector<BitPhase> fewer = phases;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
            if (!limits.exceeded() && contradict(fewer, limits))
                phases = std::move(fewer);
            else
                ++i;
        }
        found.push_back(std::move(phases));
    }
    return found;
}

}  // namespace sinew::phase
