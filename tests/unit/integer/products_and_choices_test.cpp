// SPDX-License-Identifier: Apache-2.0
// Products, maxima, elements and different variables against enumeration: constraints share variables, so that every
// explanation is used.
#include <functional>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "integer/all_different.hpp"
#include "integer/division.hpp"
#include "integer/element.hpp"
#include "integer/maximum.hpp"
#include "integer/model.hpp"
#include "integer/times.hpp"

namespace sinew::integer {
namespace {

using Check = std::function<bool(std::span<const Value>)>;

struct Problem {
    Model model;
    std::vector<IntVar> variables;
    std::vector<Range> ranges;
    std::vector<Check> checks;
};

std::size_t count_by_enumeration(const Problem& problem) {
    std::vector<Value> values;
    for (const Range& range : problem.ranges) values.push_back(range.lower);
    std::size_t count = 0;
    while (true) {
        bool holds = true;
        for (const Check& check : problem.checks) holds = holds && check(values);
        count += holds ? 1 : 0;
        std::size_t i = 0;
        while (i < values.size() && values[i] == problem.ranges[i].upper) {
            values[i] = problem.ranges[i].lower;
            ++i;
        }
        if (i == values.size()) return count;
        ++values[i];
    }
}

std::size_t count_by_search(Problem& problem) {
    std::size_t count = 0;
    while (true) {
        const Result result = problem.model.solve();
        if (result.outcome != Outcome::sat) return count;
        ++count;
        std::vector<Bound> other;
        for (const IntVar variable : problem.variables) {
            other.push_back(at_most(variable, result.values[variable.index()] - 1));
            other.push_back(at_least(variable, result.values[variable.index()] + 1));
        }
        problem.model.add_clause(other);
    }
}

class Builder {
  public:
    explicit Builder(std::uint64_t seed) : random_(seed) {
        for (std::size_t i = 0; i < 4; ++i) {
            const Value lower = static_cast<Value>(random_.below(13)) - 8;
            const Range range{lower, lower + static_cast<Value>(random_.below(8))};
            problem.ranges.push_back(range);
            problem.variables.push_back(problem.model.add_variable(range.lower, range.upper));
        }
    }

    Problem problem;

    void add_any() {
        switch (random_.below(7)) {
            case 6:
                return add_division();
            case 0:
                return add_times();
            case 1:
                return add_maximum();
            case 2:
                return add_element();
            case 3:
                return add_different();
            default:
                return add_linear();
        }
    }

    void add_times() {
        const std::size_t x = pick(), y = pick(), z = pick();
        auto& v = problem.variables;
        problem.model.add_propagator(std::make_unique<Times>(v[x], v[y], v[z]));
        problem.checks.push_back([=](std::span<const Value> value) { return value[x] * value[y] == value[z]; });
    }

    void add_division() {
        const std::size_t x = pick(), y = pick(), q = pick(), r = pick();
        auto& v = problem.variables;
        problem.model.add_clause({at_most(v[y], -1), at_least(v[y], 1)});
        problem.model.add_propagator(std::make_unique<Division>(v[x], v[y], v[q], v[r]));
        problem.checks.push_back([=](std::span<const Value> value) {
            return value[y] != 0 && value[x] / value[y] == value[q] && value[x] % value[y] == value[r];
        });
    }

    void add_maximum() {
        std::vector<std::pair<std::size_t, bool>> places;
        std::vector<View> views;
        for (std::size_t i = 0; i < 2 + random_.below(3); ++i) {
            places.emplace_back(pick(), random_.below(2) == 0);
            views.emplace_back(problem.variables[places.back().first], places.back().second);
        }
        const View maximum = views.back();
        views.pop_back();
        problem.model.add_propagator(std::make_unique<Maximum>(maximum, views));
        problem.checks.push_back([=](std::span<const Value> value) {
            const auto of = [&](std::size_t i) {
                return places[i].second ? -value[places[i].first] : value[places[i].first];
            };
            Value highest = of(0);
            for (std::size_t i = 1; i + 1 < places.size(); ++i) highest = std::max(highest, of(i));
            return highest == of(places.size() - 1);
        });
    }

    void add_element() {
        const std::size_t index = pick(), result = pick();
        const Range range = problem.ranges[index];
        std::vector<ElementEntry> entries;
        std::vector<std::pair<bool, Value>> places;
        for (Value i = range.lower; i <= range.upper; ++i) {
            const bool is_number = random_.below(2) == 0;
            const Value number = is_number ? static_cast<Value>(random_.below(10)) - 5 : static_cast<Value>(pick());
            places.emplace_back(is_number, number);
            const View view = is_number ? View() : View(problem.variables[static_cast<std::size_t>(number)]);
            entries.push_back({problem.model.equal(problem.variables[index], Integer(i)), view, number});
        }
        problem.model.add_propagator(std::make_unique<Element>(entries, View(problem.variables[result])));
        problem.checks.push_back([=](std::span<const Value> value) {
            const auto [is_number, number] = places[static_cast<std::size_t>(value[index] - range.lower)];
            return (is_number ? number : value[static_cast<std::size_t>(number)]) == value[result];
        });
    }

    void add_different() {
        std::vector<std::size_t> places;
        std::vector<View> views;
        for (std::size_t i = 0; i < problem.variables.size(); ++i) {
            if (random_.below(4) == 0) continue;
            places.push_back(i);
            views.emplace_back(problem.variables[i]);
        }
        problem.model.add_propagator(std::make_unique<AllDifferent>(views));
        problem.checks.push_back([=](std::span<const Value> value) {
            for (const std::size_t i : places)
                for (const std::size_t j : places)
                    if (i < j && value[i] == value[j]) return false;
            return true;
        });
    }

    void add_linear() {
        const std::size_t x = pick(), y = pick();
        const Value a = static_cast<Value>(random_.below(5)) - 2, b = static_cast<Value>(random_.below(5)) - 2;
        const Value c = static_cast<Value>(random_.below(20)) - 4;
        problem.model.add_linear({{problem.variables[x], Integer(a)}, {problem.variables[y], Integer(b)}},
                                 Relation::less_equal, Integer(c));
        problem.checks.push_back([=](std::span<const Value> value) { return a * value[x] + b * value[y] <= c; });
    }

  private:
    std::size_t pick() { return random_.below(problem.variables.size()); }

    Random random_;
};

TEST(ProductsAndChoices, solutions_are_those_of_enumeration) {
    std::size_t satisfiable = 0;
    for (std::uint64_t seed = 0; seed < 1500; ++seed) {
        Builder builder(seed);
        for (std::uint64_t i = 0; i < 1 + seed % 3; ++i) builder.add_any();
        const std::size_t expected = count_by_enumeration(builder.problem);
        satisfiable += expected > 0 ? 1 : 0;
        ASSERT_EQ(count_by_search(builder.problem), expected) << "seed " << seed;
    }
    EXPECT_GT(satisfiable, 500U);
}

TEST(ProductsAndChoices, products_of_large_numbers_do_not_wrap) {
    Model model;
    const IntVar x = model.add_variable(0, largest_value);
    const IntVar y = model.add_variable(0, largest_value);
    const IntVar z = model.add_variable(Integer(largest_value) - 10, largest_value);
    model.add_propagator(std::make_unique<Times>(x, y, z));
    model.add_linear({{x, 1}}, Relation::greater_equal, Integer(1) << 31);
    model.add_linear({{y, 1}}, Relation::greater_equal, Integer(1) << 31);
    EXPECT_EQ(model.solve().outcome, Outcome::unsat);  // the least product is 2^62, one too much
}

TEST(ProductsAndChoices, squares_know_of_roots) {
    Model model;
    const IntVar x = model.add_variable(-1000000, 1000000);
    const IntVar z = model.add_variable(17, 10000);
    model.add_propagator(std::make_unique<Times>(x, x, z));
    EXPECT_TRUE(model.propagate());
    EXPECT_EQ(model.lower(x), -100);
    EXPECT_EQ(model.upper(x), 100);
    model.add_clause({at_least(x, 0)});
    EXPECT_TRUE(model.propagate());
    EXPECT_EQ(model.lower(x), 5);
}

TEST(ProductsAndChoices, full_intervals_exclude_others) {
    Model model;
    std::vector<View> views;
    for (int i = 0; i < 5; ++i) views.emplace_back(model.add_variable(3, 7));
    const IntVar x = model.add_variable(4, 20);
    const IntVar y = model.add_variable(-9, 5);
    views.emplace_back(x);
    views.emplace_back(y);
    model.add_propagator(std::make_unique<AllDifferent>(views));
    EXPECT_TRUE(model.propagate());
    EXPECT_EQ(model.lower(x), 8);
    EXPECT_EQ(model.upper(y), 2);
}

TEST(ProductsAndChoices, many_different_variables) {
    for (const Value values : {399, 400}) {
        Model model;
        std::vector<View> views;
        for (int i = 0; i < 400; ++i) views.emplace_back(model.add_variable(1, values));
        // Given out in order, so that the last one finds nothing left.
        for (std::size_t i = 1; i < views.size(); ++i)
            model.add_linear({{views[i - 1].variable(), 1}, {views[i].variable(), -1}}, Relation::less_equal, 0);
        model.add_propagator(std::make_unique<AllDifferent>(views));
        EXPECT_EQ(model.solve().outcome, values == 400 ? Outcome::sat : Outcome::unsat);
    }
}

}  // namespace
}  // namespace sinew::integer
