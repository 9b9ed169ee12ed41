// SPDX-License-Identifier: Apache-2.0
#include "unit/cardinality/parity_problems.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace sinew::cardinality {

namespace {

template <class Value>
void shuffle(Random& random, std::vector<Value>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random.below(i)]);
}

struct Row {
    std::vector<Term> terms;
    std::int64_t bound = 0;
};

/// Rows in the spelling that a shape asks for.
class Writer {
  public:
    Writer(Random& random, const Shape& shape) : random_(random), shape_(shape) {}

    void equal(std::vector<Term> terms, std::int64_t right, std::int64_t slack = 0) {
        const std::int64_t factor = shape_.multiples ? random_.integer(1, 5) : 1;
        right *= factor;
        slack *= factor;
        for (Term& term : terms) {
            term.coefficient *= factor;
            if (!shape_.negations || random_.chance(0.5)) continue;
            right -= term.coefficient;
            term = {-term.coefficient, ~term.literal};
        }
        if (shape_.spelling == Spelling::equal && slack == 0) {
            equalities_.push_back({terms, right});
            return;
        }
        rows_.push_back({terms, right - slack});
        for (Term& term : terms) term.coefficient = -term.coefficient;
        rows_.push_back({terms, -right - slack});
    }

    Problem problem(std::size_t variables) {
        Problem result;
        result.new_variables(variables);
        if (shape_.spelling == Spelling::shuffled) shuffle(random_, rows_);
        for (const Row& row : equalities_) result.add_equal(row.terms, row.bound);
        for (const Row& row : rows_) result.add_at_least(row.terms, row.bound);
        if (!shape_.objective) return result;
        std::vector<Term> costs;
        for (std::size_t v = 0; v < variables; ++v)
            costs.push_back({random_.integer(-9, 9), Literal(BoolVar(v), random_.chance(0.5))});
        result.set_objective(costs);
        return result;
    }

  private:
    Random& random_;
    Shape shape_;
    std::vector<Row> equalities_;
    std::vector<Row> rows_;
};

std::vector<std::vector<Term>> edges_at(const Graph& graph) {
    std::vector<std::vector<Term>> at(graph.vertices);
    for (std::size_t e = 0; e < graph.edges.size(); ++e)
        for (const std::size_t vertex : {graph.edges[e].first, graph.edges[e].second})
            at[vertex].push_back({1, Literal(BoolVar(e))});
    return at;
}

}  // namespace

Graph regular_graph(Random& random, std::size_t vertices, std::size_t degree) {
    // Random pairs of ends; loops and double edges are swapped away.
    std::vector<std::size_t> ends;
    for (std::size_t v = 0; v < vertices; ++v) ends.insert(ends.end(), degree, v);
    shuffle(random, ends);
    const auto edge = [&](std::size_t e) { return std::minmax(ends[2 * e], ends[2 * e + 1]); };
    for (;;) {
        std::set<std::pair<std::size_t, std::size_t>> seen;
        bool simple = true;
        for (std::size_t e = 0; 2 * e < ends.size(); ++e) {
            if (edge(e).first != edge(e).second && seen.insert(edge(e)).second) continue;
            simple = false;
            std::swap(ends[2 * e], ends[random.below(ends.size())]);
        }
        if (simple) return {vertices, {seen.begin(), seen.end()}};
    }
}

Graph torus(std::size_t rows, std::size_t columns) {
    Graph graph;
    graph.vertices = rows * columns;
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            graph.edges.emplace_back(r * columns + c, r * columns + (c + 1) % columns);
            graph.edges.emplace_back(r * columns + c, (r + 1) % rows * columns + c);
        }
    }
    return graph;
}

Graph with_edge_divided(Random& random, Graph graph) {
    auto& edge = graph.edges[random.below(graph.edges.size())];
    const std::size_t end = std::exchange(edge.second, graph.vertices);
    graph.edges.emplace_back(end, graph.vertices);
    ++graph.vertices;
    return graph;
}

Problem even_colouring(Random& random, const Graph& graph, const Shape& shape) {
    Writer writer(random, shape);
    const auto at = edges_at(graph);
    for (std::size_t v = 0; v < graph.vertices; ++v)
        writer.equal(at[v], static_cast<std::int64_t>(at[v].size() / 2), v < shape.slack ? 1 : 0);
    return writer.problem(graph.edges.size());
}

Problem perfect_matching(Random& random, const Graph& graph, const Shape& shape) {
    const auto at = edges_at(graph);
    if (shape.spelling != Spelling::clauses) {
        Writer writer(random, shape);
        for (std::size_t v = 0; v < graph.vertices; ++v) writer.equal(at[v], 1, v < shape.slack ? 1 : 0);
        return writer.problem(graph.edges.size());
    }
    std::vector<std::vector<Literal>> clauses;
    for (const std::vector<Term>& edges : at) {
        std::vector<Literal>& one = clauses.emplace_back();
        for (const Term& edge : edges) one.push_back(edge.literal);
        for (std::size_t a = 0; a < edges.size(); ++a)
            for (std::size_t b = 0; b < a; ++b) clauses.push_back({~edges[a].literal, ~edges[b].literal});
    }
    shuffle(random, clauses);
    Problem problem;
    problem.new_variables(graph.edges.size());
    for (const std::vector<Literal>& clause : clauses) {
        std::vector<Term> terms;
        for (const Literal literal : clause) terms.push_back({1, literal});
        problem.add_at_least(terms, 1);
    }
    return problem;
}

Problem tseitin(Random& random, const Graph& graph, bool odd, const Shape& shape) {
    Writer writer(random, shape);
    std::vector<std::vector<Term>> at = edges_at(graph);
    std::size_t variables = graph.edges.size();
    bool rest = odd;
    for (std::size_t v = 0; v < graph.vertices; ++v) {
        const bool parity = v + 1 == graph.vertices ? rest : random.chance(0.5);
        rest = rest != parity;
        const auto most = static_cast<std::int64_t>(at[v].size());
        for (std::int64_t weight = 2; weight <= most; weight *= 2)
            at[v].push_back({-weight, Literal(BoolVar(variables++))});
        writer.equal(at[v], parity ? 1 : 0);
    }
    return writer.problem(variables);
}

Problem tseitin_clauses(Random& random, const Graph& graph, bool odd) {
    std::vector<std::vector<Literal>> clauses;
    bool rest = odd;
    const auto at = edges_at(graph);
    for (std::size_t v = 0; v < graph.vertices; ++v) {
        const bool parity = v + 1 == graph.vertices ? rest : random.chance(0.5);
        rest = rest != parity;
        for (std::uint32_t point = 0; point < 1U << at[v].size(); ++point) {
            bool is_odd = false;
            std::vector<Literal> clause;
            for (std::size_t i = 0; i < at[v].size(); ++i) {
                const bool value = (point >> i & 1U) != 0;
                is_odd = is_odd != value;
                clause.push_back(value ? ~at[v][i].literal : at[v][i].literal);
            }
            if (is_odd != parity) clauses.push_back(clause);
        }
    }
    shuffle(random, clauses);
    Problem problem;
    problem.new_variables(graph.edges.size());
    for (const std::vector<Literal>& clause : clauses) problem.add_clause(clause);
    return problem;
}

Problem sums_modulo(Random& random, std::size_t variables, std::int64_t prime, bool satisfiable, const Shape& shape) {
    Writer writer(random, shape);
    std::vector<std::int64_t> values;
    for (std::size_t v = 0; v < variables; ++v) values.push_back(random.integer(0, 1));
    const auto write = [&](const std::map<std::size_t, std::int64_t>& row, std::int64_t off) {
        std::vector<Term> terms;
        std::int64_t right = off;
        for (const auto& [v, coefficient] : row) {
            terms.push_back({coefficient, Literal(BoolVar(v))});
            right += coefficient * values[v];
        }
        writer.equal(terms, right);
    };
    std::map<std::size_t, std::int64_t> combination;
    for (std::size_t r = 0; r < 1 + variables / 4; ++r) {
        std::map<std::size_t, std::int64_t> row;
        for (std::size_t i = 0; i < std::min<std::size_t>(variables, 8); ++i)
            row[random.below(variables)] = random.integer(1, 19);
        const std::int64_t factor = random.integer(1, prime - 1);
        for (const auto& [v, coefficient] : row) combination[v] += factor * coefficient;
        write(row, 0);
    }
    for (auto& [v, coefficient] : combination) coefficient = coefficient % prime + prime * random.integer(0, 2);
    write(combination, satisfiable ? 0 : 1);
    return writer.problem(variables);
}

}  // namespace sinew::cardinality
