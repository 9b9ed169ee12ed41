// SPDX-License-Identifier: Apache-2.0
// Families of problems that counting modulo a small number decides, and search alone does not: even colourings, perfect
// matchings, Tseitin formulas with binary slacks, sums modulo other primes. Satisfiable siblings of the same shape.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "cardinality/problem.hpp"

namespace sinew::cardinality {

struct Graph {
    std::size_t vertices = 0;
    std::vector<std::pair<std::size_t, std::size_t>> edges;
};

/// A random simple graph in which every vertex has `degree` edges; vertices·degree is even.
Graph regular_graph(Random& random, std::size_t vertices, std::size_t degree);
/// Of rows·columns vertices, every one joined to four neighbours; both at least 3.
Graph torus(std::size_t rows, std::size_t columns);
/// A new vertex in the middle of one edge: one edge more, all degrees even as before.
Graph with_edge_divided(Random& random, Graph graph);

/// How an equality is written.
enum class Spelling : std::uint8_t { equal, two_rows, shuffled, clauses };

struct Shape {
    Spelling spelling = Spelling::equal;
    bool negations = false;  ///< literals of either polarity
    bool multiples = false;  ///< rows multiplied by 1 to 5
    std::size_t slack = 0;   ///< vertices whose sum may miss its number by one
    bool objective = false;  ///< a random cost an edge
};

/// One variable an edge; at each vertex half of its edges are true. Satisfiable iff the number of edges is even (in
/// each component), slack apart. All degrees must be even.
Problem even_colouring(Random& random, const Graph& graph, const Shape& shape);
/// At each vertex one edge is true. Spelling::clauses: as clauses alone. Unsatisfiable for odd numbers of vertices.
Problem perfect_matching(Random& random, const Graph& graph, const Shape& shape);
/// At each vertex the edges' sum has the vertex's parity, Σ = parity + 2·y1 + 4·y2 …; the parities add up to `odd`.
Problem tseitin(Random& random, const Graph& graph, bool odd, const Shape& shape);
/// The same parities of edges as clauses alone.
Problem tseitin_clauses(Random& random, const Graph& graph, bool odd);
/// Random rows that `n` planted values satisfy, and one that is their combination modulo `prime` plus multiples of it,
/// with a right side that is right or off by one.
Problem sums_modulo(Random& random, std::size_t variables, std::int64_t prime, bool satisfiable, const Shape& shape);

}  // namespace sinew::cardinality
