// SPDX-License-Identifier: Apache-2.0
#include "cnf_families.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

namespace sinew::bench {

namespace {

using Number = std::int32_t;

/// Clauses, and gates by Tseitin's transformation.
class Builder {
  public:
    Number variable() { return static_cast<Number>(++cnf_.variable_count); }
    std::vector<Number> variables(std::size_t count) {
        std::vector<Number> fresh(count);
        for (Number& v : fresh) v = variable();
        return fresh;
    }
    void clause(const std::vector<Number>& literals) {
        cnf_.literals.insert(cnf_.literals.end(), literals.begin(), literals.end());
        cnf_.begin.push_back(cnf_.literals.size());
    }
    /// The sum of the literals is odd (or even).
    void parity(const std::vector<Number>& literals, bool odd) {
        for (std::uint32_t signs = 0; signs < (1U << literals.size()); ++signs) {
            bool wrong = odd;
            std::vector<Number> clause_literals;
            for (std::size_t i = 0; i < literals.size(); ++i) {
                const bool value = ((signs >> i) & 1U) != 0;
                wrong ^= value;
                clause_literals.push_back(value ? -literals[i] : literals[i]);
            }
            if (wrong) clause(clause_literals);
        }
    }
    Number both(Number a, Number b) {
        const Number out = variable();
        clause({-out, a});
        clause({-out, b});
        clause({out, -a, -b});
        return out;
    }
    Number exclusive_or(Number a, Number b) {
        const Number out = variable();
        parity({out, a, b}, false);
        return out;
    }
    Number either(Number a, Number b) { return -both(-a, -b); }
    Number choose(Number condition, Number then, Number otherwise) {
        const Number out = variable();
        clause({-condition, -then, out});
        clause({-condition, then, -out});
        clause({condition, -otherwise, out});
        clause({condition, otherwise, -out});
        return out;
    }
    Number constant(bool value) {
        const Number out = variable();
        clause({value ? out : -out});
        return out;
    }
    model::Cnf finish() { return std::move(cnf_); }

  private:
    model::Cnf cnf_;
};

std::vector<std::size_t> distinct(Random& random, std::size_t count, std::size_t bound) {
    std::vector<std::size_t> chosen;
    while (chosen.size() < count) {
        const std::size_t candidate = random.below(bound);
        if (std::find(chosen.begin(), chosen.end(), candidate) == chosen.end()) chosen.push_back(candidate);
    }
    return chosen;
}

/// a + b modulo 2^bits.
std::vector<Number> sum(Builder& builder, const std::vector<Number>& a, const std::vector<Number>& b) {
    std::vector<Number> out;
    Number carry = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const Number half = builder.exclusive_or(a[i], b[i]);
        if (i == 0) {
            out.push_back(half);
            carry = builder.both(a[i], b[i]);
            continue;
        }
        out.push_back(builder.exclusive_or(half, carry));
        carry = builder.either(builder.both(a[i], b[i]), builder.both(half, carry));
    }
    return out;
}

std::vector<Number> word(Builder& builder, std::size_t bits, std::uint64_t value) {
    std::vector<Number> out;
    for (std::size_t i = 0; i < bits; ++i) out.push_back(builder.constant(((value >> i) & 1U) != 0));
    return out;
}

/// At most `bound` of the literals: Sinz's sequential counter.
void at_most(Builder& builder, const std::vector<Number>& literals, std::size_t bound) {
    std::vector<Number> before;
    for (const Number literal : literals) {
        const std::vector<Number> after = builder.variables(bound + 1);
        builder.clause({-literal, after[0]});
        for (std::size_t k = 0; k <= bound && !before.empty(); ++k) {
            builder.clause({-before[k], after[k]});
            if (k < bound) builder.clause({-literal, -before[k], after[k + 1]});
        }
        builder.clause({-after[bound]});
        before = after;
    }
}

}  // namespace

model::Cnf random_3sat(std::size_t variables, std::size_t clauses, std::uint64_t seed) {
    Random random(seed);
    Builder builder;
    builder.variables(variables);
    for (std::size_t c = 0; c < clauses; ++c) {
        std::vector<Number> literals;
        for (const std::size_t v : distinct(random, 3, variables))
            literals.push_back(static_cast<Number>(v + 1) * (random.chance(0.5) ? 1 : -1));
        builder.clause(literals);
    }
    return builder.finish();
}

model::Cnf pigeon_hole(std::size_t holes) {
    Builder builder;
    std::vector<std::vector<Number>> sits(holes + 1);
    for (auto& pigeon : sits) {
        pigeon = builder.variables(holes);
        builder.clause(pigeon);
    }
    for (std::size_t hole = 0; hole < holes; ++hole)
        for (std::size_t p = 0; p <= holes; ++p)
            for (std::size_t q = 0; q < p; ++q) builder.clause({-sits[p][hole], -sits[q][hole]});
    return builder.finish();
}

model::Cnf cubic_parity(std::size_t vertices, std::uint64_t seed) {
    Random random(seed);
    // Pair the 3·vertices half-edges at random until there is no loop and no edge twice.
    std::vector<std::size_t> ends(3 * vertices);
    for (;;) {
        for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = i / 3;
        for (std::size_t i = ends.size() - 1; i > 0; --i) std::swap(ends[i], ends[random.below(i + 1)]);
        std::set<std::pair<std::size_t, std::size_t>> edges;
        for (std::size_t i = 0; i < ends.size(); i += 2)
            if (ends[i] != ends[i + 1]) edges.insert(std::minmax(ends[i], ends[i + 1]));
        if (edges.size() == ends.size() / 2) break;
    }
    Builder builder;
    const std::vector<Number> edges = builder.variables(ends.size() / 2);
    std::vector<std::vector<Number>> at(vertices);
    for (std::size_t i = 0; i < ends.size(); ++i) at[ends[i]].push_back(edges[i / 2]);
    for (std::size_t v = 0; v < vertices; ++v) builder.parity(at[v], v == 0);
    return builder.finish();
}

model::Cnf colouring(std::size_t vertices, std::size_t edges, std::size_t colours, std::uint64_t seed) {
    Random random(seed);
    Builder builder;
    std::vector<std::vector<Number>> has(vertices);
    for (auto& vertex : has) {
        vertex = builder.variables(colours);
        builder.clause(vertex);
        for (std::size_t a = 0; a < colours; ++a)
            for (std::size_t b = 0; b < a; ++b) builder.clause({-vertex[a], -vertex[b]});
    }
    std::set<std::pair<std::size_t, std::size_t>> seen;
    while (seen.size() < edges) {
        const std::vector<std::size_t> ends = distinct(random, 2, vertices);
        if (!seen.insert(std::minmax(ends[0], ends[1])).second) continue;
        for (std::size_t c = 0; c < colours; ++c) builder.clause({-has[ends[0]][c], -has[ends[1]][c]});
    }
    return builder.finish();
}

model::Cnf counter_reaches(std::size_t bits, std::size_t steps, std::uint64_t stride, std::size_t budget,
                           std::uint64_t goal) {
    Builder builder;
    std::vector<Number> value = word(builder, bits, 0);
    const std::vector<Number> increment = word(builder, bits, stride);
    const Number low = builder.constant(false);
    std::vector<Number> doubles;
    for (std::size_t step = 0; step < steps; ++step) {
        const Number add = builder.variable();
        const Number twice = builder.variable();
        builder.clause({-add, -twice});
        doubles.push_back(twice);
        const std::vector<Number> added = sum(builder, value, increment);
        std::vector<Number> next;
        for (std::size_t i = 0; i < bits; ++i) {
            const Number shifted = i == 0 ? low : value[i - 1];
            next.push_back(builder.choose(add, added[i], builder.choose(twice, shifted, value[i])));
        }
        value = next;
    }
    at_most(builder, doubles, budget);
    for (std::size_t i = 0; i < bits; ++i) builder.clause({((goal >> i) & 1U) != 0 ? value[i] : -value[i]});
    return builder.finish();
}

model::Cnf counters_disagree(std::size_t bits, std::size_t steps) {
    Builder builder;
    std::vector<Number> binary = word(builder, bits, 0);
    std::vector<Number> gray = word(builder, bits, 0);
    std::vector<Number> bad;
    for (std::size_t step = 0; step < steps; ++step) {
        const Number enable = builder.variable();
        // Binary: a chain of carries.
        std::vector<Number> next;
        Number carry = enable;
        for (std::size_t i = 0; i < bits; ++i) {
            next.push_back(builder.exclusive_or(binary[i], carry));
            carry = builder.both(binary[i], carry);
        }
        binary = next;
        // Gray: to binary by prefix parities, one more, and back.
        std::vector<Number> decoded(bits);
        for (std::size_t i = bits; i-- > 0;)
            decoded[i] = i + 1 == bits ? gray[i] : builder.exclusive_or(gray[i], decoded[i + 1]);
        carry = enable;
        for (std::size_t i = 0; i < bits; ++i) {
            const Number bit = decoded[i];
            decoded[i] = builder.exclusive_or(bit, carry);
            carry = builder.both(bit, carry);
        }
        for (std::size_t i = 0; i < bits; ++i)
            gray[i] = i + 1 == bits ? decoded[i] : builder.exclusive_or(decoded[i], decoded[i + 1]);
        for (std::size_t i = 0; i < bits; ++i) {
            const Number expected = i + 1 == bits ? binary[i] : builder.exclusive_or(binary[i], binary[i + 1]);
            bad.push_back(builder.exclusive_or(gray[i], expected));
        }
    }
    builder.clause(bad);
    return builder.finish();
}

std::vector<NamedCnf> forty_formulas() {
    std::vector<NamedCnf> formulas;
    const auto add = [&](const std::string& family, const std::vector<std::uint64_t>& parameters, model::Cnf cnf) {
        std::string name = family;
        for (const std::uint64_t parameter : parameters) name += "_" + std::to_string(parameter);
        formulas.push_back({name, std::move(cnf)});
    };
    // 4.26 clauses a variable: as many satisfiable as not.
    const std::pair<std::size_t, std::uint64_t> threshold[] = {{150, 2}, {200, 3}, {225, 3}, {250, 4}};
    for (const auto& [variables, seeds] : threshold)
        for (std::uint64_t seed = 1; seed <= seeds; ++seed)
            add("3sat", {variables, seed}, random_3sat(variables, variables * 426 / 100, seed));
    for (const std::size_t holes : {6, 7, 8, 9}) add("pigeons", {holes}, pigeon_hole(holes));
    for (const std::size_t vertices : {36, 40, 44, 48})
        for (const std::uint64_t seed : {1, 2}) add("parity", {vertices, seed}, cubic_parity(vertices, seed));
    for (const std::uint64_t seed : {1, 2}) {
        add("colouring", {3, 300, seed}, colouring(300, 690, 3, seed));
        add("colouring", {4, 100, seed}, colouring(100, 440, 4, seed));
        add("colouring", {4, 120, seed}, colouring(120, 530, 4, seed));
    }
    add("colouring", {3, 400, 1}, colouring(400, 920, 3, 1));
    add("colouring", {3, 500, 2}, colouring(500, 1160, 3, 2));
    add("counter", {12, 20}, counter_reaches(12, 20, 5, 3, 3999));
    add("counter", {14, 24}, counter_reaches(14, 24, 7, 4, 9999));
    add("counter", {16, 30}, counter_reaches(16, 30, 11, 6, 54321));
    add("counter", {12, 16}, counter_reaches(12, 16, 7, 9, 3003));
    const std::pair<std::size_t, std::size_t> gray[] = {{8, 30}, {10, 40}, {12, 40}, {16, 40}};
    for (const auto& [bits, steps] : gray) add("gray", {bits, steps}, counters_disagree(bits, steps));
    return formulas;
}

}  // namespace sinew::bench
