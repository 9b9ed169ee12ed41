// SPDX-License-Identifier: Apache-2.0
// The integer engine against enumeration.
#include "integer/model.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "integer/model_group.hpp"

namespace sinew::integer {
namespace {

struct Linear {
    std::optional<Bound> literal;
    bool is_equivalent = false;
    std::vector<Term> terms;
    Relation relation = Relation::less_equal;
    Integer right;
};

/// A random model as data, so that it can be enumerated and given to the engine.
struct RandomModel {
    std::vector<std::vector<Value>> domains;
    std::vector<std::vector<Bound>> clauses;
    std::vector<Linear> linear;
    std::vector<Term> objective;

    static bool holds(Bound bound, const std::vector<Value>& values) {
        const Value value = values[bound.view.variable().index()];
        return bound.view.negative() ? -value >= bound.value : value >= bound.value;
    }
    static Integer sum(const std::vector<Term>& terms, const std::vector<Value>& values) {
        Integer result = 0;
        for (const Term& term : terms) result += term.coefficient * values[term.variable.index()];
        return result;
    }
    static bool holds(const Linear& linear, const std::vector<Value>& values) {
        const Integer left = sum(linear.terms, values);
        const bool truth = linear.relation == Relation::less_equal      ? left <= linear.right
                           : linear.relation == Relation::greater_equal ? left >= linear.right
                           : linear.relation == Relation::equal         ? left == linear.right
                                                                        : left != linear.right;
        if (!linear.literal) return truth;
        const bool literal = holds(*linear.literal, values);
        return linear.is_equivalent ? literal == truth : !literal || truth;
    }
    bool holds(const std::vector<Value>& values) const {
        for (const auto& clause : clauses)
            if (std::none_of(clause.begin(), clause.end(), [&](Bound b) { return holds(b, values); })) return false;
        return std::all_of(linear.begin(), linear.end(), [&](const Linear& l) { return holds(l, values); });
    }
    /// The least objective of all solutions.
    std::optional<Integer> optimum() const {
        std::optional<Integer> best;
        std::vector<std::size_t> digit(domains.size(), 0);
        std::vector<Value> values(domains.size());
        for (;;) {
            for (std::size_t v = 0; v < domains.size(); ++v) values[v] = domains[v][digit[v]];
            if (holds(values)) {
                Integer value = sum(objective, values);
                if (!best || value < *best) best = value;
            }
            std::size_t v = 0;
            while (v < digit.size() && ++digit[v] == domains[v].size()) digit[v++] = 0;
            if (v == digit.size()) return best;
        }
    }
};

struct Scale {
    Integer coefficient = 1;  ///< coefficients are multiplied by numbers up to it
    Value value = 1;          ///< and values
};

Bound random_bound(Random& random, const RandomModel& model) {
    const std::size_t v = random.below(model.domains.size());
    const Value at = model.domains[v][random.below(model.domains[v].size())] + random.integer(-1, 1);
    return random.chance(0.5) ? at_least(IntVar(v), at) : at_most(IntVar(v), at);
}

RandomModel make(Random& random, const Scale& scale) {
    RandomModel model;
    const std::size_t count = 1 + random.below(6);
    for (std::size_t v = 0; v < count; ++v) {
        std::vector<Value> domain;
        Value at = random.integer(-6, 3) * scale.value;
        for (std::size_t i = 0, n = 1 + random.below(5); i < n; ++i) {
            domain.push_back(at);
            at += scale.value * (random.chance(0.7) ? 1 : random.integer(2, 4)) +
                  (scale.value > 9 ? random.integer(-5, 5) : 0);
        }
        model.domains.push_back(domain);
    }
    const auto coefficient = [&] {
        Integer c = random.integer(-5, 5);
        if (scale.coefficient != 1 && random.chance(0.6)) c = c * scale.coefficient + random.integer(-9, 9);
        return c;
    };
    const auto terms = [&](std::size_t most) {
        std::vector<Term> result;
        for (std::size_t i = 0, n = 1 + random.below(most); i < n; ++i)
            result.push_back({IntVar(random.below(count)), coefficient()});
        return result;
    };
    for (std::size_t i = 0, n = random.below(5); i < n; ++i) {
        Linear linear;
        linear.terms = terms(5);
        linear.relation = static_cast<Relation>(random.below(4));
        // The sum at a random point, so that equations have solutions.
        std::vector<Value> point;
        for (const auto& domain : model.domains) point.push_back(domain[random.below(domain.size())]);
        linear.right = RandomModel::sum(linear.terms, point) + (random.chance(0.5) ? 0 : random.integer(-3, 3));
        if (random.chance(0.5)) linear.literal = random_bound(random, model);
        linear.is_equivalent = random.chance(0.5);
        model.linear.push_back(linear);
    }
    for (std::size_t i = 0, n = random.below(6); i < n; ++i) {
        std::vector<Bound> clause;
        for (std::size_t k = 0, m = 1 + random.below(4); k < m; ++k) clause.push_back(random_bound(random, model));
        model.clauses.push_back(clause);
    }
    model.objective = terms(6);
    return model;
}

/// As it is, but for domains without holes, which are given as bounds.
Model build(const RandomModel& random, std::uint64_t seed) {
    Model model(seed);
    for (const auto& domain : random.domains) {
        if (domain.back() - domain.front() + 1 == static_cast<Value>(domain.size())) {
            model.add_variable(domain.front(), domain.back());
        } else {
            const std::vector<Integer> values(domain.begin(), domain.end());
            model.add_variable(values);
        }
    }
    for (const auto& clause : random.clauses) model.add_clause(clause);
    for (const Linear& linear : random.linear) {
        if (!linear.literal)
            model.add_linear(linear.terms, linear.relation, linear.right);
        else if (linear.is_equivalent)
            model.add_linear_iff(*linear.literal, linear.terms, linear.relation, linear.right);
        else
            model.add_linear_if(*linear.literal, linear.terms, linear.relation, linear.right);
    }
    return model;
}

class CheckingListener : public Listener {
  public:
    void improved(const Integer& value, std::span<const Value>) override {
        EXPECT_TRUE(!best_ || value < *best_);
        best_ = value;
    }
    void bound_moved(const Integer& bound) override {
        EXPECT_TRUE(!bound_ || bound > *bound_);
        bound_ = bound;
    }

  private:
    std::optional<Integer> best_;
    std::optional<Integer> bound_;
};

void compare(const Scale& scale, std::uint64_t first_seed, int cases) {
    int solvable = 0;
    for (int i = 0; i < cases; ++i) {
        Random random(first_seed + static_cast<std::uint64_t>(i));
        const RandomModel description = make(random, scale);
        const std::optional<Integer> expected = description.optimum();
        Model model = build(description, static_cast<std::uint64_t>(i % 3));
        SCOPED_TRACE(i);
        const Result first = model.solve();
        ASSERT_EQ(first.outcome, expected ? Outcome::sat : Outcome::unsat);
        const auto values_of = [&](const Result& result) {
            return std::vector<Value>(result.values.begin(),
                                      result.values.begin() + static_cast<std::ptrdiff_t>(description.domains.size()));
        };
        if (expected) {
            ++solvable;
            ASSERT_TRUE(description.holds(values_of(first)));
        }
        // The same model again, now with an objective; and once more for its opposite.
        model.minimize(description.objective, 7);
        CheckingListener listener;
        const Result second = model.solve(Limits(), &listener);
        ASSERT_EQ(second.outcome, expected ? Outcome::optimum : Outcome::unsat);
        if (!expected) continue;
        ASSERT_EQ(second.value, *expected + 7);
        ASSERT_EQ(second.bound, second.value);
        ASSERT_TRUE(description.holds(values_of(second)));
        ASSERT_EQ(RandomModel::sum(description.objective, values_of(second)) + 7, second.value);
        std::vector<Term> opposite = description.objective;
        for (Term& term : opposite) term.coefficient = -term.coefficient;
        model.maximize(opposite);
        const Result third = model.solve();
        ASSERT_EQ(third.outcome, Outcome::optimum);
        ASSERT_EQ(third.value, -*expected);
    }
    EXPECT_GT(solvable, cases / 10);
    EXPECT_LT(solvable, cases);
}

TEST(Model, SmallModelsAgreeWithEnumeration) {
    compare({}, 1, 4000);
}
TEST(ModelGroup, AgreesWithEnumeration) {
    int solvable = 0;
    constexpr int cases = 300;
    for (int i = 0; i < cases; ++i) {
        Random random(700000 + static_cast<std::uint64_t>(i));
        const RandomModel description = make(random, {});
        const std::optional<Integer> expected = description.optimum();
        SCOPED_TRACE(i);
        for (const std::size_t threads : {1U, 2U, 4U}) {
            std::vector<Model> models;
            for (std::size_t t = 0; t < threads; ++t) models.push_back(build(description, 0));
            std::vector<Model*> places;
            for (Model& model : models) places.push_back(&model);
            ModelGroup group(places, 0, 1);
            Result result;
            // In turns, after each of which the others are looked at.
            for (int turn = 0; turn < 100000 && result.outcome == Outcome::unknown; ++turn)
                result = group.solve(Limits().within_effort(1000));
            ASSERT_EQ(result.outcome, expected ? Outcome::sat : Outcome::unsat) << threads;
            if (!expected) continue;
            result.values.resize(description.domains.size());
            ASSERT_TRUE(description.holds(result.values));
        }
        solvable += expected ? 1 : 0;
    }
    EXPECT_GT(solvable, cases / 10);
    EXPECT_LT(solvable, cases);
}
/// What is told on the way only gets better.
TEST(ModelGroup, OptimaAgreeWithEnumeration) {
    constexpr int cases = 300;
    for (int i = 0; i < cases; ++i) {
        Random random(800000 + static_cast<std::uint64_t>(i));
        const Scale scale =
            i % 3 == 0 ? Scale{.coefficient = Integer("1000000000000000000003"), .value = 300'000'000'000'000'011}
                       : Scale{};
        const RandomModel description = make(random, scale);
        const std::optional<Integer> expected = description.optimum();
        SCOPED_TRACE(i);
        for (const std::size_t threads : {2U, 3U}) {
            std::vector<Model> models;
            for (std::size_t t = 0; t < threads; ++t) models.push_back(build(description, 0));
            std::vector<Model*> places;
            for (Model& model : models) {
                model.minimize(description.objective, 7);
                places.push_back(&model);
            }
            CheckingListener listener;
            const Result result = ModelGroup::optimise(places, Limits(), &listener);
            ASSERT_EQ(result.outcome, expected ? Outcome::optimum : Outcome::unsat) << threads;
            if (!expected) continue;
            ASSERT_EQ(result.value, *expected + 7);
            ASSERT_EQ(result.bound, result.value);
        }
    }
}
TEST(Model, LargeCoefficientsAgreeWithEnumeration) {
    compare({.coefficient = Integer("1000000000000000003")}, 100000, 1000);
}
TEST(Model, HugeCoefficientsAgreeWithEnumeration) {
    compare({.coefficient = Integer("123456789012345678901234567890123456789")}, 200000, 1000);
}
TEST(Model, LargeValuesAgreeWithEnumeration) {
    compare({.value = 200'000'000'000'000'007}, 300000, 1000);
}
TEST(Model, LargeValuesTimesHugeCoefficientsAgreeWithEnumeration) {
    compare({.coefficient = Integer("1000000000000000000000003"), .value = 300'000'000'000'000'011}, 400000, 1000);
}

/// x·y = z by its bounds, for x, y >= 0: the smallest propagator that has to explain both ways.
class Product : public Propagator {
  public:
    Product(IntVar x, IntVar y, IntVar z) : x_(x), y_(y), z_(z) {}
    void subscribe(Subscriptions& to) override {
        for (const IntVar variable : {x_, y_, z_}) {
            to.add(View(variable), 0);
            to.add(View(variable, true), 1);
        }
    }
    bool propagate(Domains& domains) override {
        if (!domains.raise(at_least(z_, domains.lower(x_) * domains.lower(y_)), *this)) return false;
        if (!domains.raise(at_most(z_, domains.upper(x_) * domains.upper(y_)), *this)) return false;
        return narrow(domains, x_, y_) && narrow(domains, y_, x_);
    }
    void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) override {
        const bool is_lower = !implied.view.negative();
        const auto lower = [&](IntVar v) { reason.push_back({View(v), domains.lower_before(View(v), before)}); };
        const auto upper = [&](IntVar v) {
            reason.push_back({View(v, true), domains.lower_before(View(v, true), before)});
        };
        if (implied.view.variable() == z_) {
            is_lower ? lower(x_) : upper(x_);
            is_lower ? lower(y_) : upper(y_);
            return;
        }
        const IntVar other = implied.view.variable() == x_ ? y_ : x_;
        is_lower ? upper(other) : lower(other);
        is_lower ? lower(z_) : upper(z_);
    }
    bool holds(std::span<const Value> values) const override {
        return values[x_.index()] * values[y_.index()] == values[z_.index()];
    }

  private:
    bool narrow(Domains& domains, IntVar x, IntVar y) {
        const Value most = domains.upper(y);
        const Value least = domains.lower(y);
        if (least > 0 && !domains.raise(at_most(x, domains.upper(z_) / least), *this)) return false;
        if (most == 0) return domains.lower(z_) == 0 || domains.raise(at_least(x, domains.upper(x) + 1), *this);
        return domains.raise(at_least(x, (domains.lower(z_) + most - 1) / most), *this);
    }
    IntVar x_, y_, z_;
};

TEST(Model, PropagatorsExplain) {
    // All pairs with x·y = z·w + k, and the largest weighted sum among them.
    for (int k = 0; k < 12; ++k) {
        Model model;
        const IntVar x = model.add_variable(0, 9), y = model.add_variable(2, 12), z = model.add_variable(1, 11);
        const IntVar w = model.add_variable(3, 8), p = model.add_variable(0, 200), q = model.add_variable(0, 200);
        model.add_propagator(std::make_unique<Product>(x, y, p));
        model.add_propagator(std::make_unique<Product>(z, w, q));
        model.add_linear({{p, 1}, {q, -1}}, Relation::equal, 7 * k);
        model.add_linear({{x, 1}, {y, 1}, {z, 1}}, Relation::not_equal, 20);
        model.maximize({{x, 2}, {y, -3}, {z, 1}, {w, 1}});
        int best = -1000;
        for (int a = 0; a <= 9; ++a)
            for (int b = 2; b <= 12; ++b)
                for (int c = 1; c <= 11; ++c)
                    for (int d = 3; d <= 8; ++d)
                        if (a * b == c * d + 7 * k && a + b + c != 20) best = std::max(best, 2 * a - 3 * b + c + d);
        const Result result = model.solve();
        ASSERT_EQ(result.outcome, best == -1000 ? Outcome::unsat : Outcome::optimum) << k;
        if (best != -1000) {
            ASSERT_EQ(result.value, best) << k;
        }
    }
}

/// Sudoku-like permutations: learning has work to do, and reduction and restarts come into play.
TEST(Model, PigeonsDoNotFit) {
    Model model;
    std::vector<IntVar> pigeon;
    for (int i = 0; i < 8; ++i) pigeon.push_back(model.add_variable(0, 6));
    for (std::size_t i = 0; i < pigeon.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) model.add_linear({{pigeon[i], 1}, {pigeon[j], -1}}, Relation::not_equal, 0);
    EXPECT_EQ(model.solve().outcome, Outcome::unsat);
}

double figure(const Statistics& statistics, std::string_view name) {
    for (const auto& [known, value] : statistics.figures())
        if (known == name) return value;
    return -1;
}

TEST(Model, TurnsOfEffortGoOnWhereTheLastOneStopped) {
    int turns[2] = {0, 0};
    double conflicts[2] = {0, 0};
    for (int run = 0; run < 2; ++run) {
        Model model;
        std::vector<IntVar> pigeon;
        for (int i = 0; i < 7; ++i) pigeon.push_back(model.add_variable(0, 5));
        for (std::size_t i = 0; i < pigeon.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                model.add_linear({{pigeon[i], 1}, {pigeon[j], -1}}, Relation::not_equal, 0);
        Outcome outcome = Outcome::unknown;
        for (; outcome == Outcome::unknown && turns[run] < 10'000; ++turns[run])
            outcome = model.solve(Limits().within_effort(effort_per_second / 500)).outcome;
        EXPECT_EQ(outcome, Outcome::unsat);
        conflicts[run] = figure(model.statistics(), "integer_conflicts");
    }
    EXPECT_GT(turns[0], 3);
    EXPECT_EQ(turns[0], turns[1]);
    EXPECT_EQ(conflicts[0], conflicts[1]);
}

/// Rows over all variables, conditions, clauses: the linear relaxation cuts, and what it needed is learned from.
TEST(Model, RelaxedModelsAgreeWithEnumeration) {
    for (int i = 0; i < 250; ++i) {
        Random random(900000 + static_cast<std::uint64_t>(i));
        RandomModel description;
        const std::size_t count = 6 + random.below(4);
        for (std::size_t v = 0; v < count; ++v)
            description.domains.push_back(random.chance(0.6) ? std::vector<Value>{0, 1}
                                                             : std::vector<Value>{-1, 0, 1, 2});
        for (int r = 0; r < 4; ++r) {
            Linear linear;
            Integer most = 0;
            for (std::size_t v = 0; v < count; ++v) {
                linear.terms.push_back({IntVar(v), random.integer(r == 3 ? -9 : 1, 20)});
                most += linear.terms.back().coefficient;
            }
            linear.right = most / 2;
            if (random.chance(0.3)) linear.literal = random_bound(random, description);
            linear.is_equivalent = random.chance(0.3);
            description.linear.push_back(linear);
        }
        for (int c = 0; c < 3; ++c)
            description.clauses.push_back({random_bound(random, description), random_bound(random, description),
                                           random_bound(random, description)});
        for (std::size_t v = 0; v < count; ++v) description.objective.push_back({IntVar(v), -random.integer(-3, 20)});
        const std::optional<Integer> expected = description.optimum();
        SCOPED_TRACE(i);
        for (const bool relaxed : {true, false}) {
            Model model = build(description, static_cast<std::uint64_t>(i % 2));
            model.set_relaxation(relaxed);
            model.minimize(description.objective);
            const Result result = model.solve();
            ASSERT_EQ(result.outcome, expected ? Outcome::optimum : Outcome::unsat);
            if (expected) {
                ASSERT_EQ(result.value, *expected);
            }
        }
    }
}

/// Forty things, of which branching alone would try very many sets.
TEST(Model, TheRelaxationSolvesKnapsacks) {
    Random random(7);
    Model model;
    std::vector<Term> weight;
    std::vector<Term> profit;
    std::vector<int> w;
    std::vector<int> p;
    Integer total = 0;
    for (int i = 0; i < 40; ++i) {
        w.push_back(static_cast<int>(random.integer(10, 100)));
        p.push_back(w.back() + static_cast<int>(random.integer(-9, 9)));
        const IntVar x = model.add_boolean();
        weight.push_back({x, w.back()});
        profit.push_back({x, p.back()});
        total += w.back();
    }
    const int capacity = static_cast<int>(Integer(total / 2).get_si());
    model.add_linear(weight, Relation::less_equal, capacity);
    model.maximize(profit);
    std::vector<int> best(static_cast<std::size_t>(capacity) + 1, 0);
    for (std::size_t i = 0; i < w.size(); ++i)
        for (std::size_t c = best.size(); c-- > static_cast<std::size_t>(w[i]);)
            best[c] = std::max(best[c], best[c - static_cast<std::size_t>(w[i])] + p[i]);
    const Result result = model.solve(Limits(60, std::nullopt, nullptr));
    ASSERT_EQ(result.outcome, Outcome::optimum);
    EXPECT_EQ(result.value, best.back());
}

/// x < y < x over 10^18 values: bounds rise by ones, which would never end.
TEST(Model, BoundsThatRiseByOnesEnd) {
    Model model;
    const IntVar x = model.add_variable(0, 1'000'000'000'000'000'000);
    const IntVar y = model.add_variable(0, 1'000'000'000'000'000'000);
    model.add_linear({{x, 1}, {y, -1}}, Relation::less_equal, -1);
    model.add_linear({{y, 1}, {x, -1}}, Relation::less_equal, -1);
    EXPECT_EQ(model.solve().outcome, Outcome::unsat);
    model.minimize({{x, 1}, {y, 1}});
    EXPECT_EQ(model.solve().outcome, Outcome::unsat);
}

/// The same between objectives and bounds, and only where a Boolean says so.
TEST(Model, BoundsThatRiseByOnesUnderABoolean) {
    Model model;
    const IntVar x = model.add_variable(0, 1'000'000'000'000'000'000);
    const IntVar y = model.add_variable(0, 1'000'000'000'000'000'000);
    const Bound b = is_true(model.add_boolean());
    model.add_linear_if(b, {{x, 1}, {y, -1}}, Relation::less_equal, -1);
    model.add_linear({{y, 1}, {x, -1}}, Relation::less_equal, -1);
    model.maximize({{b.view.variable(), 5}, {x, -1}});
    const Result result = model.solve();
    ASSERT_EQ(result.outcome, Outcome::optimum);
    EXPECT_EQ(result.value, -1);
}

TEST(Model, AssumptionsHoldForOneCall) {
    Model model;
    const IntVar x = model.add_variable(0, 10);
    const IntVar y = model.add_variable(0, 10);
    model.add_linear({{x, 1}, {y, 1}}, Relation::equal, 10);
    model.minimize({{x, 3}, {y, 2}});
    EXPECT_EQ(model.solve().value, 20);
    const Bound assumption = at_least(x, 4);
    EXPECT_EQ(model.solve({&assumption, 1}, {}).value, 24);
    const std::vector<Bound> both{at_least(x, 4), at_least(y, 7)};
    EXPECT_EQ(model.solve(both, {}).outcome, Outcome::unsat);
    EXPECT_EQ(model.solve().value, 20);
}

TEST(Model, CoresOfAssumptionsAgreeWithEnumeration) {
    int refuted = 0;
    for (std::uint64_t seed = 0; seed < 600; ++seed) {
        Random random(seed);
        RandomModel data = make(random, {});
        data.objective.clear();
        Model model = build(data, seed);
        // The same model is asked again and again: what it learned under other assumptions stays true.
        for (int round = 0; round < 4; ++round) {
            std::vector<Bound> assumptions;
            for (std::size_t i = 0, n = random.below(5); i < n; ++i) assumptions.push_back(random_bound(random, data));
            const auto satisfiable = [&](std::span<const Bound> under) {
                RandomModel assumed = data;
                for (const Bound bound : under) assumed.clauses.push_back({bound});
                return assumed.optimum().has_value();
            };
            const Result result = model.solve(assumptions, {});
            ASSERT_EQ(result.outcome, satisfiable(assumptions) ? Outcome::sat : Outcome::unsat) << "seed " << seed;
            if (result.outcome == Outcome::sat) continue;
            for (const Bound bound : result.core)
                ASSERT_NE(std::find(assumptions.begin(), assumptions.end(), bound), assumptions.end());
            ASSERT_FALSE(satisfiable(result.core)) << "seed " << seed;
            refuted += result.core.empty() ? 0 : 1;
        }
    }
    EXPECT_GT(refuted, 300);
}

TEST(Model, WrongDomainsAreErrors) {
    Model model;
    EXPECT_THROW(model.add_variable(1, 0), UsageError);
    EXPECT_THROW(model.add_variable(0, Integer("4611686018427387904")), UsageError);
    EXPECT_THROW(model.add_variable(Integer("-100000000000000000000000"), 0), UsageError);
    EXPECT_THROW(model.add_variable(std::vector<Integer>{}), UsageError);
    const IntVar x = model.add_variable(-Integer(largest_value), largest_value);
    model.maximize({{x, 1}});
    EXPECT_EQ(model.solve().value, largest_value);
}

TEST(Model, ALimitGivesTheBestSoFar) {
    // A knapsack with correlated weights, far too large for the time.
    Random random(5);
    Model model;
    std::vector<Term> weight;
    std::vector<Term> profit;
    Integer total = 0;
    for (int i = 0; i < 400; ++i) {
        const Value w = random.integer(100000, 1000000);
        const IntVar x = model.add_variable(0, 3);
        weight.push_back({x, w});
        profit.push_back({x, w + random.integer(-1000, 1000)});
        total += w;
    }
    model.add_linear(weight, Relation::less_equal, total);
    model.maximize(profit);
    const Result result = model.solve(Limits(0.2, std::nullopt, nullptr));
    ASSERT_TRUE(result.outcome == Outcome::feasible || result.outcome == Outcome::optimum);
    EXPECT_LE(result.value, result.bound);
    EXPECT_TRUE(model.holds(result.values));
}

}  // namespace
}  // namespace sinew::integer
