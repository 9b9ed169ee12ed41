// SPDX-License-Identifier: Apache-2.0
// Quotients and remainders against enumeration, and what propagators say of themselves linearly.
#include "integer/division.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "integer/dispatcher.hpp"
#include "integer/maximum.hpp"
#include "integer/model.hpp"
#include "integer/row_sink.hpp"
#include "integer/times.hpp"

namespace sinew::integer {
namespace {

using Values = std::vector<Value>;

Range random_range(Random& random) {
    const Value lower = random.integer(-9, 9);
    return {lower, lower + random.integer(0, random.chance(0.2) ? 0 : 9)};
}

template <class Visit>
void for_each_point(const std::vector<Range>& box, const Visit& visit) {
    Values values;
    for (const Range& range : box) values.push_back(range.lower);
    while (true) {
        visit(values);
        std::size_t i = 0;
        while (i < box.size() && values[i] == box[i].upper) {
            values[i] = box[i].lower;
            ++i;
        }
        if (i == box.size()) return;
        ++values[i];
    }
}

TEST(Division, bounds_are_those_of_enumeration) {
    Random random(11);
    int solvable = 0;
    int tight = 0;
    for (int round = 0; round < 2000; ++round) {
        std::vector<Range> box;
        for (int i = 0; i < 4; ++i) box.push_back(random_range(random));
        Model model;
        std::vector<IntVar> v;
        for (const Range& range : box) v.push_back(model.add_variable(range.lower, range.upper));
        model.add_propagator(std::make_unique<Division>(v[0], v[1], v[2], v[3]));
        std::vector<Range> hull;
        for_each_point(box, [&](const Values& x) {
            if (x[1] == 0 || x[0] / x[1] != x[2] || x[0] % x[1] != x[3]) return;
            if (hull.empty())
                for (const Value value : x) hull.push_back({value, value});
            for (std::size_t i = 0; i < 4; ++i)
                hull[i] = {std::min(hull[i].lower, x[i]), std::max(hull[i].upper, x[i])};
        });
        const bool consistent = model.propagate();
        if (hull.empty()) {
            ASSERT_EQ(model.solve().outcome, Outcome::unsat);
            continue;
        }
        ASSERT_TRUE(consistent);
        ++solvable;
        bool is_tight = true;
        for (std::size_t i = 0; i < 4; ++i) {
            ASSERT_LE(model.lower(v[i]), hull[i].lower);
            ASSERT_GE(model.upper(v[i]), hull[i].upper);
            is_tight = is_tight && model.lower(v[i]) == hull[i].lower && model.upper(v[i]) == hull[i].upper;
        }
        tight += is_tight ? 1 : 0;
        ASSERT_EQ(model.solve().outcome, Outcome::sat);
    }
    EXPECT_GT(solvable, 200);
    EXPECT_GT(tight, solvable * 2 / 3);
}

/// Largest numbers: no product wraps around.
TEST(Division, at_the_ends_of_all_values) {
    Model model;
    const IntVar x = model.add_variable(-Integer(largest_value), largest_value);
    const IntVar y = model.add_variable(-Integer(largest_value), largest_value);
    const IntVar q = model.add_variable(-Integer(largest_value), largest_value);
    const IntVar r = model.add_variable(-Integer(largest_value), largest_value);
    model.add_clause({at_least(y, 1), at_most(y, -1)});
    model.add_propagator(std::make_unique<Division>(x, y, q, r));
    model.add_linear({{q, 1}}, Relation::equal, -1);
    model.add_linear({{r, 1}}, Relation::equal, -(largest_value / 2));
    const Result result = model.solve();
    ASSERT_EQ(result.outcome, Outcome::sat);
    EXPECT_EQ(result.values[x.index()] / result.values[y.index()], -1);
    EXPECT_EQ(result.values[x.index()] % result.values[y.index()], -(largest_value / 2));
}

/// Rows hold at every solution between the bounds that they are made from.
class CheckingSink : public RowSink {
  public:
    CheckingSink(const Domains& domains, std::vector<Values> solutions)
        : domains_(domains), solutions_(std::move(solutions)) {}

    std::optional<Value> lower(View view) const override { return domains_.lower(view); }
    void at_most(std::span<const SinkTerm> terms, const Integer& right, std::span<const Bound> because) override {
        ++rows;
        for (const Bound bound : because) EXPECT_TRUE(domains_.holds(bound));
        for (const Values& values : solutions_) {
            const auto value = [&](View view) {
                return view.negative() ? -values[view.variable().index()] : values[view.variable().index()];
            };
            if (!std::all_of(because.begin(), because.end(), [&](Bound b) { return value(b.view) >= b.value; }))
                continue;
            Integer sum = 0;
            for (const SinkTerm& term : terms) sum += term.coefficient * value(term.view);
            EXPECT_LE(sum, right);
        }
    }

    int rows = 0;

  private:
    const Domains& domains_;
    std::vector<Values> solutions_;
};

TEST(RowSink, what_propagators_say_linearly_holds) {
    Random random(12);
    int rows = 0;
    for (int round = 0; round < 600; ++round) {
        Domains domains;
        Dispatcher dispatcher(domains);
        std::vector<Range> box;
        for (int i = 0; i < 4; ++i) {
            box.push_back(random_range(random));
            domains.add_variable({&box.back(), 1});
            dispatcher.add_variable();
        }
        const auto view = [&] { return View(IntVar(random.below(4)), random.chance(0.5)); };
        std::unique_ptr<Propagator> propagator;
        switch (random.below(3)) {
            case 0:
                propagator = std::make_unique<Times>(view().variable(), view().variable(), view().variable());
                break;
            case 1:
                propagator = std::make_unique<Maximum>(view(), std::vector<View>{view(), view(), view()});
                break;
            default:
                propagator = std::make_unique<Division>(view().variable(), view().variable(), view().variable(),
                                                        view().variable());
                break;
        }
        // Also solutions outside of the bounds in force, where the reasons hold.
        std::vector<Range> wider;
        for (const Range& range : box) wider.push_back({range.lower - 2, range.upper + 2});
        std::vector<Values> solutions;
        for_each_point(wider, [&](const Values& values) {
            if (random.below(8) == 0 && propagator->holds(values)) solutions.push_back(values);
        });
        CheckingSink sink(domains, std::move(solutions));
        propagator->relax(domains, sink);
        rows += sink.rows;
    }
    EXPECT_GT(rows, 1000);
}

}  // namespace
}  // namespace sinew::integer
