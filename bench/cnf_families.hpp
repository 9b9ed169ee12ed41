// SPDX-License-Identifier: Apache-2.0
// Families of propositional formulas that a seed reproduces: what the SAT core is measured on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "model/cnf.hpp"

namespace sinew::bench {

struct NamedCnf {
    std::string name;
    model::Cnf cnf;
};

/// Clauses of three different variables, uniform.
model::Cnf random_3sat(std::size_t variables, std::size_t clauses, std::uint64_t seed);
/// holes + 1 pigeons, at most one in a hole: unsatisfiable.
model::Cnf pigeon_hole(std::size_t holes);
/// Tseitin's parity formula on a random cubic graph of an even number of vertices; unsatisfiable.
model::Cnf cubic_parity(std::size_t vertices, std::uint64_t seed);
/// A proper colouring of a random graph.
model::Cnf colouring(std::size_t vertices, std::size_t edges, std::size_t colours, std::uint64_t seed);
/// Bounded model checking: can a counter of `bits` bits that starts at 0 and in each of `steps` steps adds `stride`, or
/// doubles, or stays, as free inputs say (at most `budget` steps may double), be at `goal` in the end?
model::Cnf counter_reaches(std::size_t bits, std::size_t steps, std::uint64_t stride, std::size_t budget,
                           std::uint64_t goal);
/// Two counters of `bits` bits, one binary and one in Gray code, enabled by the same free inputs: can they disagree
/// within `steps` steps? Unsatisfiable.
model::Cnf counters_disagree(std::size_t bits, std::size_t steps);

/// The forty formulas of the benchmark.
std::vector<NamedCnf> forty_formulas();

}  // namespace sinew::bench
