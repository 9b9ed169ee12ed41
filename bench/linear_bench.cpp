// SPDX-License-Identifier: Apache-2.0
// What a warm-started feasibility check costs: dives through the phases of random ReLU networks, the way DPLL(T) makes
// them. Argument 1: neurons (two rows each); argument 2: 1 asks GLPK first, 0 the exact simplex alone;
// argument 3: 1 if neurons have permanent upper bounds, as interval arithmetic gives them.
// Counters: rows, checks that found a contradiction, proofs from floats, exact pivots a check.
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/random.hpp"
#include "linear/linear_theory.hpp"

namespace {

using sinew::LinearForm;
using sinew::LinearTerm;
using sinew::Random;
using sinew::Rational;
using sinew::Variable;
using sinew::linear::LinearTheory;
using sinew::linear::LinearTheoryOptions;
using sinew::model::Relation;
using sinew::sat::BoolVar;
using sinew::sat::Inferences;
using sinew::sat::Literal;

constexpr std::size_t input_count = 5;
constexpr std::size_t layer_width = 25;

/// Phase literal i of a random network over [-1, 1]^5: y_i = max(z_i, 0), z_i affine in the layer before.
void add_network(LinearTheory& theory, std::size_t neurons, bool bounded, Random& random) {
    std::vector<Variable> layer;
    std::vector<double> magnitudes(input_count, 1.0);
    std::size_t next = 0;
    for (; next < input_count; ++next) {
        const Variable input(next);
        theory.add_column(input);
        theory.add_permanent(LinearForm({{input, 1}}, -1), Relation::less_equal);
        theory.add_permanent(LinearForm({{input, -1}}, -1), Relation::less_equal);
        layer.push_back(input);
    }
    std::vector<Variable> above;
    for (std::size_t i = 0; i < neurons; ++i) {
        std::vector<LinearTerm> terms;
        for (const Variable below : layer)  // weights as a float32 network has them
            terms.push_back({below, sinew::to_rational(static_cast<float>(random.uniform(-1, 1)))});
        const LinearForm z(terms, sinew::to_rational(static_cast<float>(random.uniform(-0.3, 0.3))));
        const Variable y(next++);
        theory.add_column(y);
        const LinearForm difference = z - LinearForm(y);
        LinearForm minus_z = z;
        minus_z.scale(-1);
        const Literal active{BoolVar(i)};
        const Literal inactive = ~active;
        theory.add_permanent(LinearForm({{y, -1}}, 0), Relation::less_equal);
        theory.add_permanent(difference, Relation::less_equal);
        theory.add_conditional({&active, 1}, minus_z, Relation::less);
        theory.add_conditional({&active, 1}, difference, Relation::equal);
        theory.add_conditional({&inactive, 1}, z, Relation::less_equal);
        theory.add_conditional({&inactive, 1}, LinearForm(y), Relation::less_equal);
        if (bounded) {
            double magnitude = std::abs(z.constant().get_d());
            for (const LinearTerm& term : z.terms())
                magnitude += std::abs(term.coefficient.get_d()) * magnitudes[term.variable.index()];
            magnitudes.push_back(std::ceil(magnitude));
            theory.add_permanent(LinearForm({{y, 1}}, -Rational(magnitudes.back())), Relation::less_equal);
        }
        above.push_back(y);
        if (above.size() < layer_width) continue;
        layer = above;
        above.clear();
    }
}

void dive(benchmark::State& state) {
    const auto neurons = static_cast<std::size_t>(state.range(0));
    LinearTheoryOptions options;
    options.feasibility.lp_rows = state.range(1) != 0 ? 0 : 1000000;
    LinearTheory theory(options);
    Random random(1);
    add_network(theory, neurons, state.range(2) != 0, random);
    Inferences out;
    theory.propagate(out);
    std::size_t level = 0;
    std::vector<Literal> decided;
    double contradictions = 0;
    double models = 0;
    double checks = 0;
    for (auto _ : state) {
        // The next neuron in the order of the layers, so that the phases below it say much about its own.
        const Literal literal(BoolVar(level), random.chance(0.5));
        theory.new_level();
        ++level;
        theory.assigned(literal);
        out.clear();
        theory.propagate(out);
        ++checks;
        if (!out.has_conflict() && level == neurons) {
            theory.final_check(out);
            ++models;
        }
        if (!out.has_conflict() && level < neurons) continue;
        ++contradictions;
        level -= std::min<std::size_t>(level, 1 + random.below(3));
        theory.backtrack(level);
    }
    const sinew::Statistics statistics = theory.statistics();
    const auto figure = [&](const std::string& name) {
        for (const auto& [known, value] : statistics.figures())
            if (known == name) return value;
        return -1.0;
    };
    state.counters["rows"] = static_cast<double>(2 * neurons);
    state.counters["conflicts"] = contradictions / checks;
    state.counters["final"] = models;
    state.counters["literals"] = figure("linear_conflict_literals") / figure("linear_conflicts");
    state.counters["float_proofs"] = figure("farkas_proofs_from_floats");
    state.counters["core_proofs"] = figure("farkas_proofs_from_cores");
    state.counters["unproved"] = figure("farkas_rays_unproved");
    state.counters["lp_share"] = figure("lp_solves") / checks;
    state.counters["exact_pivots"] = figure("exact_pivots") / checks;
}

/// The phases of the network of add_network at a random input, by the same forms.
std::vector<Literal> phases_at(std::size_t neurons, Random& weights, Random& random) {
    std::vector<double> layer;
    for (std::size_t i = 0; i < input_count; ++i) layer.push_back(random.uniform(-1, 1));
    std::vector<double> above;
    std::vector<Literal> phases;
    for (std::size_t i = 0; i < neurons; ++i) {
        double z = 0;
        for (const double below : layer) z += static_cast<float>(weights.uniform(-1, 1)) * below;
        z += static_cast<float>(weights.uniform(-0.3, 0.3));
        phases.emplace_back(BoolVar(i), z <= 0);
        above.push_back(std::max(z, 0.0));
        if (above.size() < layer_width) continue;
        layer = above;
        above.clear();
    }
    return phases;
}

/// Complete assignments that have a model: what the exact confirmation of a leaf costs.
void leaf(benchmark::State& state) {
    const auto neurons = static_cast<std::size_t>(state.range(0));
    LinearTheoryOptions options;
    options.feasibility.lp_rows = state.range(1) != 0 ? 0 : 1000000;
    LinearTheory theory(options);
    Random weights(1);
    add_network(theory, neurons, true, weights);
    Random random(2);
    double models = 0;
    Inferences out;
    for (auto _ : state) {
        Random same(1);
        theory.new_level();
        for (const Literal phase : phases_at(neurons, same, random)) theory.assigned(phase);
        out.clear();
        theory.final_check(out);
        if (theory.has_model()) ++models;
        theory.backtrack(0);
    }
    state.counters["rows"] = static_cast<double>(2 * neurons);
    state.counters["models"] = models;
    const sinew::Statistics statistics = theory.statistics();
    for (const auto& [name, value] : statistics.figures())
        if (name == "lp_seconds" || name == "exact_pivots")
            state.counters[name] = value / static_cast<double>(state.iterations());
}

void register_leaves() {
    for (const auto& [neurons, checks] : {std::pair(5, 100), std::pair(25, 50), std::pair(100, 10)})
        for (const int glpk : {0, 1})
            benchmark::RegisterBenchmark("leaf", leaf)
                ->ArgNames({"neurons", "glpk"})
                ->Args({neurons, glpk})
                ->Iterations(checks)
                ->Unit(benchmark::kMicrosecond);
}

void register_dives() {
    constexpr struct {
        long neurons;
        long checks;
    } sizes[] = {{5, 4000}, {25, 1000}, {100, 300}, {500, 60}};
    for (const auto& [neurons, checks] : sizes)
        for (const auto& [glpk, bounded] : {std::pair(0, 1), std::pair(1, 1), std::pair(1, 0)})
            if (neurons < 500 || glpk == 1)
                benchmark::RegisterBenchmark("dive", dive)
                    ->ArgNames({"neurons", "glpk", "bounded"})
                    ->Args({neurons, glpk, bounded})
                    ->Iterations(checks)
                    ->Unit(benchmark::kMicrosecond);
}

}  // namespace

int main(int count, char** arguments) {
    register_dives();
    register_leaves();
    benchmark::Initialize(&count, arguments);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
