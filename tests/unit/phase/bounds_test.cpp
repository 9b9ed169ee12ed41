// SPDX-License-Identifier: Apache-2.0
// Targets excluded by phases of first neurons, against all phases that can be had.
#include "phase/bounds.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.hpp"

using namespace sinew;
using phase::BitPhase;
using phase::PhaseBounds;

namespace {
/// A row of first neurons over neighbouring inputs, gates over neighbouring neurons, targets over all gates.
struct Case {
    std::size_t inputs = 0;
    std::vector<phase::FrontAtom> atoms;
    std::vector<phase::FrontUnit> units;
    threshold::ReducedNetwork network;
};

std::uint32_t add_gate(threshold::ReducedNetwork& network, threshold::GateKind kind,
                       const std::vector<threshold::VariableTerm>& terms, std::int64_t bound) {
    const std::size_t begin = network.terms.size();
    network.terms.insert(network.terms.end(), terms.begin(), terms.end());
    network.gates.push_back({kind, begin, network.terms.size(), bound});
    return static_cast<std::uint32_t>(network.digit_count() + network.gates.size() - 1);
}

Case random_case(Random& random) {
    Case made;
    made.inputs = 4 + random.below(4);
    for (std::size_t u = 0; u + 2 < made.inputs + 2; ++u) {
        phase::FrontUnit unit;
        unit.negated = random.chance(0.5);
        for (std::size_t a = random.chance(0.2) ? 2 : 1; a > 0; --a) {
            LinearForm form(Rational(random.integer(-1, 1)) / 2);
            for (std::size_t i = u; i < std::min(u + 3, made.inputs); ++i)
                form.add(LinearForm(Variable(i), random.chance(0.5) ? 1 : -1));
            unit.atoms.push_back(static_cast<std::uint32_t>(made.atoms.size()));
            made.atoms.push_back({form, random.chance(0.3)});
        }
        made.network.digits.push_back({static_cast<std::uint32_t>(u), 0, 0, 1, {0, 1}});
        made.units.push_back(std::move(unit));
    }
    const std::size_t digits = made.network.digit_count();
    std::vector<std::uint32_t> gates;
    for (std::size_t g = 0; g < 12; ++g) {
        std::vector<threshold::VariableTerm> terms;
        for (std::size_t d = random.below(digits - 1); d < digits && terms.size() < 3; ++d)
            terms.push_back({static_cast<std::uint32_t>(d), random.chance(0.5) ? 1 : -1});
        gates.push_back(add_gate(made.network, threshold::GateKind::threshold, terms, random.integer(-1, 1)));
    }
    if (random.chance(0.5))
        gates.push_back(add_gate(made.network, threshold::GateKind::any, {{gates[0], 1}, {gates[1], -1}}, 0));
    for (std::size_t t = 0; t < 3; ++t) {
        std::vector<threshold::VariableTerm> terms;
        for (const std::uint32_t gate : gates) terms.push_back({gate, random.integer(0, 1) * 2 - 1});
        const std::uint32_t top = add_gate(made.network, threshold::GateKind::threshold, terms, random.integer(1, 4));
        made.network.targets.push_back({t, {top, random.chance(0.3)}});
    }
    return made;
}

/// By target: whether some phases that can be had make it win.
std::vector<bool> winners(const Case& made) {
    std::vector<bool> wins(made.network.targets.size(), false);
    phase::FrontPhases phases;
    for (std::size_t i = 0; i < made.inputs; ++i) phases.add_box(Variable(i), {-1, 1});
    for (const phase::FrontAtom& atom : made.atoms) phases.add(atom);
    for (std::uint32_t index = 0; index < 1U << made.atoms.size(); ++index) {
        std::vector<bool> wanted;
        for (std::size_t a = 0; a < made.atoms.size(); ++a) wanted.push_back((index >> a & 1U) != 0);
        std::vector<std::uint32_t> digits;
        for (const phase::FrontUnit& unit : made.units) {
            bool some = false;
            for (const std::uint32_t atom : unit.atoms) some = some || wanted[atom];
            digits.push_back(some != unit.negated ? 1 : 0);
        }
        const std::vector<std::int64_t> values = made.network.evaluate(digits);
        bool fresh = false;
        for (std::size_t t = 0; t < wins.size(); ++t)
            fresh = fresh || (!wins[t] && threshold::ReducedNetwork::value_of(made.network.targets[t].wins, values));
        if (!fresh || phases.contradiction(wanted, Limits{})) continue;
        for (std::size_t t = 0; t < wins.size(); ++t)
            wins[t] = wins[t] || threshold::ReducedNetwork::value_of(made.network.targets[t].wins, values);
    }
    return wins;
}
}  // namespace

TEST(PhaseBounds, exclude_only_what_no_phases_allow) {
    int excluded = 0;
    int learned = 0;
    int accepted = 0;
    int missed = 0;
    for (std::uint64_t seed = 0; seed < 600; ++seed) {
        Random random(seed);
        const Case made = random_case(random);
        std::vector<const phase::FrontUnit*> units;
        for (const phase::FrontUnit& unit : made.units) units.push_back(&unit);
        phase::PhaseBoundOptions options;
        if (seed % 3 == 0) options.gate_bits = 2;  // some gates have no table
        if (seed % 5 == 0) options.width = 2;
        PhaseBounds bounds(made.network, units, made.atoms, options);
        for (std::size_t i = 0; i < made.inputs; ++i) bounds.add_box(Variable(i), {-1, 1});
        const bool stop_at_once = random.chance(0.5);
        const bool found = bounds.run([&](const PhaseBounds::Point&) { return stop_at_once; }, Limits{});
        const std::vector<bool> wins = winners(made);
        for (std::size_t t = 0; t < wins.size(); ++t) {
            EXPECT_FALSE(bounds.excluded()[t] && wins[t]) << "seed " << seed << " target " << t;
            excluded += bounds.excluded()[t] ? 1 : 0;
            missed += !bounds.excluded()[t] && !wins[t] && !found ? 1 : 0;
        }
        accepted += found ? 1 : 0;
        EXPECT_TRUE(!found || std::count(wins.begin(), wins.end(), true) > 0) << "seed " << seed;
        learned += bounds.contradictions().empty() ? 0 : 1;
    }
    EXPECT_GT(excluded, 300);
    EXPECT_GT(learned, 40);
    EXPECT_GT(accepted, 80);
    EXPECT_LT(missed, excluded / 2);
}

TEST(PhaseCores, cut_down_to_the_neighbours_that_contradict_each_other) {
    // x >= 1/2 and x <= -1/2; y >= 0; z >= 1/2 and z + w <= -3/4, with w >= 0, which is not needed
    phase::PhaseCores cores;
    for (std::size_t i = 0; i < 4; ++i) cores.add_box(Variable(i), {-1, 1});
    const auto atom = [&](const LinearForm& form) { cores.add({form, false}); };
    LinearForm x(Variable(0), 1);
    LinearForm minus_x(Variable(0), -1);
    LinearForm z(Variable(2), 1);
    LinearForm z_w(Variable(2), -1);
    z_w.add(LinearForm(Variable(3), -1));
    x.add_constant(Rational(-1, 2));
    minus_x.add_constant(Rational(-1, 2));
    z.add_constant(Rational(-1, 2));
    z_w.add_constant(Rational(-3, 4));
    atom(x);
    atom(minus_x);
    atom(LinearForm(Variable(1), 1));
    atom(z);
    atom(z_w);
    atom(LinearForm(Variable(3), 1));
    const std::vector<std::vector<BitPhase>> found =
        cores.cut_down({{0, true}, {1, true}, {2, true}, {3, true}, {4, true}, {5, true}}, Limits{});
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0], (std::vector<BitPhase>{{0, true}, {1, true}}));
    EXPECT_EQ(found[1], (std::vector<BitPhase>{{3, true}, {4, true}}));
}
