// SPDX-License-Identifier: Apache-2.0
#include "phase/bounds.hpp"

#include <algorithm>
#include <limits>

namespace sinew::phase {

PhaseBounds::PhaseBounds(const threshold::ReducedNetwork& network, std::vector<const FrontUnit*> units,
                         std::span<const FrontAtom> atoms, const PhaseBoundOptions& options)
    : network_(network),
      units_(std::move(units)),
      atoms_(atoms),
      options_(options),
      tables_(network, options.gate_bits),
      excluded_(network.targets.size(), false) {
    for (std::uint32_t f = 0; f < units_.size(); ++f) {
        for (const std::uint32_t atom : units_[f]->atoms) {
            bit_of_.push_back(f);
            phases_.add(atoms_[atom]);
            cores_.add(atoms_[atom]);
        }
    }
}

void PhaseBounds::add_box(Variable input, const Range& range) {
    phases_.add_box(input, range);
    cores_.add_box(input, range);
}

bool PhaseBounds::run(const std::function<bool(const Point&)>& accept, const Limits& limits) {
    if (!find_candidates(limits)) return false;
    for (; refined_ < candidates_.size(); ++refined_) {
        Candidate& candidate = candidates_[refined_];
        const Answer answer = refine(candidate, accept, limits);
        if (answer == Answer::sat) return true;
        if (answer == Answer::unsat)
            excluded_[candidate.target] = true;
        else if (limits.exceeded())
            return false;
        candidate.margin.sum = LocalSum(0);  // no longer needed
    }
    finished_ = true;
    return false;
}

/// The most promising ones first; false: a limit was reached.
bool PhaseBounds::find_candidates(const Limits& limits) {
    if (targets_seen_ == network_.targets.size()) return true;
    for (; targets_seen_ < network_.targets.size(); ++targets_seen_) {
        const std::size_t t = targets_seen_;
        if (network_.targets[t].wins.is_false()) excluded_[t] = true;
        std::optional<GateTables::Margin> margin = tables_.margin(network_.targets[t]);
        if (!margin || margin->free_terms == margin->terms) continue;
        const auto maximum = margin->sum.maximise(options_.width, options_.entries, limits);
        if (!maximum) return false;
        width_ = std::max(width_, maximum->width);
        if (maximum->bound < margin->need) {
            excluded_[t] = true;
            ++free_excluded_;
        } else {
            candidates_.push_back({t, std::move(*margin), maximum->bound});
        }
    }
    std::stable_sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
        return a.bound - a.margin.need > b.bound - b.margin.need;
    });
    return true;
}

/// sat: a point was accepted; unsat: the candidate's target is excluded; unknown: neither can be found out, or a limit
/// was reached.
Answer PhaseBounds::refine(Candidate& candidate, const std::function<bool(const Point&)>& accept,
                           const Limits& limits) {
    for (; candidate.round < options_.rounds && candidate.fruitless < options_.fruitless_rounds; ++candidate.round) {
        for (; candidate.heeded < contradictions_.size(); ++candidate.heeded)
            if (contradictions_[candidate.heeded].size() <= options_.core)
                candidate.margin.sum.forbid(contradictions_[candidate.heeded]);
        const auto maximum = candidate.margin.sum.maximise(options_.width, options_.entries, limits);
        if (!maximum) return Answer::unknown;
        ++rounds_;
        width_ = std::max(width_, maximum->width);
        if (maximum->bound < candidate.margin.need) return Answer::unsat;
        candidate.fruitless = maximum->bound < candidate.bound ? 0 : candidate.fruitless + 1;
        candidate.bound = std::min(candidate.bound, maximum->bound);
        const std::size_t known = contradictions_.size();
        if (!repair(candidate, maximum->bits, limits)) return Answer::unknown;
        const Point point = phases_.point();
        if (some_target_wins(point) && accept(point)) return Answer::sat;
        if (contradictions_.size() == known) return Answer::unknown;  // nothing left to learn here
    }
    return Answer::unknown;
}

/// Asks the linear theory for these bits; while they contradict each other, remembers why and gives up one bit of each
/// contradiction. False: a limit was reached. Afterwards phases_ has a point.
bool PhaseBounds::repair(const Candidate& candidate, const std::vector<bool>& bits, const Limits& limits) {
    std::vector<std::optional<bool>> wanted(bits.begin(), bits.end());
    while (true) {
        const std::vector<std::optional<bool>> phases = atom_phases(wanted);
        const std::optional<std::vector<std::size_t>> core = phases_.contradiction(phases, limits);
        if (limits.exceeded()) return false;
        if (!core) return true;
        std::vector<BitPhase> together;
        for (const std::size_t atom : *core) together.push_back({static_cast<std::uint32_t>(atom), *phases[atom]});
        const std::vector<std::vector<BitPhase>> found = cores_.cut_down(together, limits);
        if (found.empty()) return false;
        for (const std::vector<BitPhase>& each : found) {
            std::vector<BitPhase> contradiction = on_bits(each);
            wanted[least_missed(candidate, bits, contradiction)].reset();
            contradictions_.push_back(std::move(contradiction));
        }
    }
}

/// A bit says the phase of its atom; one of several atoms only that all of them are false.
std::vector<std::optional<bool>> PhaseBounds::atom_phases(const std::vector<std::optional<bool>>& bits) const {
    std::vector<std::optional<bool>> phases;
    for (const std::uint32_t f : bit_of_) {
        const bool says = bits[f] && (units_[f]->atoms.size() == 1 || *bits[f] == units_[f]->negated);
        phases.push_back(says ? std::optional<bool>(*bits[f] != units_[f]->negated) : std::nullopt);
    }
    return phases;
}

std::vector<BitPhase> PhaseBounds::on_bits(const std::vector<BitPhase>& core) const {
    std::vector<BitPhase> bits;
    for (const BitPhase& phase : core) {
        const std::uint32_t f = bit_of_[phase.bit];
        bits.push_back({f, phase.value != units_[f]->negated});
    }
    std::sort(bits.begin(), bits.end());
    bits.erase(std::unique(bits.begin(), bits.end()), bits.end());
    return bits;
}

/// The bit of a contradiction whose other value costs the target least.
std::uint32_t PhaseBounds::least_missed(const Candidate& candidate, std::vector<bool> bits,
                                        const std::vector<BitPhase>& core) const {
    std::uint32_t best = core.front().bit;
    std::int64_t most = std::numeric_limits<std::int64_t>::min();
    for (const BitPhase& phase : core) {
        bits[phase.bit] = !bits[phase.bit];
        const std::int64_t value = candidate.margin.sum.value(bits);
        bits[phase.bit] = !bits[phase.bit];
        if (value <= most) continue;
        most = value;
        best = phase.bit;
    }
    return best;
}

bool PhaseBounds::some_target_wins(const Point& point) const {
    std::vector<std::uint32_t> digits;
    for (const FrontUnit* unit : units_) {
        bool some = false;
        for (const std::uint32_t atom : unit->atoms) {
            Rational value = atoms_[atom].form.constant();
            for (const LinearTerm& term : atoms_[atom].form.terms())
                value += term.coefficient * point.at(term.variable);
            some = some || (atoms_[atom].strict ? value > 0 : value >= 0);
        }
        digits.push_back(some != unit->negated ? 1 : 0);
    }
    const std::vector<std::int64_t> values = network_.evaluate(digits);
    return std::any_of(network_.targets.begin(), network_.targets.end(), [&](const threshold::Target& target) {
        return threshold::ReducedNetwork::value_of(target.wins, values);
    });
}

void PhaseBounds::add_statistics(Statistics& statistics) const {
    const auto excluded = static_cast<double>(std::count(excluded_.begin(), excluded_.end(), true));
    statistics.add("phase_bound_excluded", excluded);
    statistics.add("phase_bound_excluded_at_once", static_cast<double>(free_excluded_));
    statistics.add("phase_bound_rounds", static_cast<double>(rounds_));
    statistics.add("phase_bound_contradictions", static_cast<double>(contradictions_.size()));
    statistics.add("phase_bound_width", static_cast<double>(width_));
}

}  // namespace sinew::phase
