// SPDX-License-Identifier: Apache-2.0
// Products, maxima, elements, different variables and rows as the neurons' constraints are tested: what they make of
// bounds against enumeration, and each single reason: that it held, and that it is enough.
#include <algorithm>
#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "integer/all_different.hpp"
#include "integer/dispatcher.hpp"
#include "integer/element.hpp"
#include "integer/maximum.hpp"
#include "integer/times.hpp"

namespace sinew::integer {
namespace {

using Values = std::vector<Value>;
using Boxes = std::vector<Range>;

/// A constraint over variables 0, 1, … in small boxes: how it is posted, and what it means.
struct Case {
    Boxes boxes;
    std::function<void(Dispatcher&, Domains&)> post;
    std::function<bool(const Values&)> holds;
    bool all_different_variables = true;
};

/// Calls visit(values) for every solution in the boxes; until it returns false.
void for_each_solution(const Case& one, const Boxes& boxes, const std::function<bool(const Values&)>& visit) {
    Values values;
    for (const Range& box : boxes) {
        if (box.lower > box.upper) return;
        values.push_back(box.lower);
    }
    while (true) {
        if (one.holds(values) && !visit(values)) return;
        std::size_t i = 0;
        while (i < values.size() && values[i] == boxes[i].upper) {
            values[i] = boxes[i].lower;
            ++i;
        }
        if (i == values.size()) return;
        ++values[i];
    }
}

/// The least boxes that hold all solutions; empty without any.
Boxes hull(const Case& one, const Boxes& boxes) {
    Boxes result;
    for_each_solution(one, boxes, [&](const Values& values) {
        if (result.empty())
            for (const Value value : values) result.push_back({value, value});
        for (std::size_t i = 0; i < values.size(); ++i) {
            result[i].lower = std::min(result[i].lower, values[i]);
            result[i].upper = std::max(result[i].upper, values[i]);
        }
        return true;
    });
    return result;
}

/// The constraint in an engine without search.
struct Fixture {
    Domains domains;
    Dispatcher dispatcher{domains};

    explicit Fixture(const Case& one) {
        for (const Range& box : one.boxes) {
            dispatcher.add_variable();
            (void)domains.add_variable({&box, 1});
        }
        one.post(dispatcher, domains);
    }
    bool propagate() {
        while (dispatcher.has_work())
            if (!dispatcher.run_next()) return false;
        return true;
    }
    Boxes boxes(bool of_root) const {
        Boxes result;
        for (std::size_t v = 0; v < domains.variable_count(); ++v) {
            const View view{IntVar(v)};
            result.push_back(of_root ? Range{domains.root_lower(view), domains.root_upper(view)}
                                     : Range{domains.lower(view), domains.upper(view)});
        }
        return result;
    }
    std::vector<Bound> explain(Reason reason, Bound implied, Position before) {
        std::vector<Bound> result;
        if (reason.kind() == ReasonKind::row)
            dispatcher.rows().explain(domains, reason.index(), implied, before, result);
        else
            dispatcher.propagators()[reason.index()]->explain(domains, implied, before, result);
        return result;
    }
};

void restrict(Boxes& boxes, Bound bound) {
    Range& box = boxes[bound.view.variable().index()];
    if (bound.view.negative())
        box.upper = std::min(box.upper, -bound.value);
    else
        box.lower = std::max(box.lower, bound.value);
}

/// Do the bounds contradict the constraint, in the root's boxes?
bool contradict(const Case& one, const Fixture& fixture, const std::vector<Bound>& bounds) {
    Boxes boxes = fixture.boxes(true);
    for (const Bound& bound : bounds) restrict(boxes, bound);
    return hull(one, boxes).empty();
}

/// Called for every reason: what it is of, at which position, and by whom.
using Inspect = std::function<void(const Fixture&, Bound implied, Reason by, const std::vector<Bound>& reason)>;

/// Decides at random, and asks for the reason of every bound that rose, and of every conflict. Returns how many.
std::size_t check_reasons(const Case& one, Random& random, const Inspect& inspect) {
    Fixture fixture(one);
    Domains& domains = fixture.domains;
    if (!fixture.propagate()) return 0;
    domains.commit_root();
    std::size_t explained = 0;
    for (int level = 0; level < 4; ++level) {
        const View view(IntVar(random.below(one.boxes.size())), random.chance(0.5));
        if (domains.is_fixed(view)) continue;
        domains.new_level();
        const Position decided = domains.size();
        if (!domains.raise({view, random.integer(domains.lower(view) + 1, domains.upper(view))}, Reason())) continue;
        const bool consistent = fixture.propagate();
        for (Position at = decided + 1; at < domains.size(); ++at) {
            Bound implied{domains.entry(at).view, domains.entry(at).value};
            const Value known = domains.value_before(domains.entry(at));
            if (random.chance(0.5)) implied.value = random.integer(known + 1, implied.value);  // a weaker one too
            std::vector<Bound> reason = fixture.explain(domains.entry(at).reason, implied, at);
            for (const Bound& bound : reason)
                EXPECT_GE(domains.lower_before(bound.view, at), bound.value) << "did not hold";
            inspect(fixture, implied, domains.entry(at).reason, reason);
            reason.push_back(~implied);
            EXPECT_TRUE(contradict(one, fixture, reason)) << "is not enough";
            ++explained;
        }
        if (consistent) continue;
        std::vector<Bound> reason(domains.contradiction().begin(), domains.contradiction().end());
        if (domains.refused().view.valid()) {
            reason = fixture.explain(domains.refused_reason(), domains.refused(), domains.size());
            inspect(fixture, domains.refused(), domains.refused_reason(), reason);
            for (const Bound& bound : reason) EXPECT_TRUE(domains.holds(bound));
            reason.push_back(~domains.refused());
        }
        for (const Bound& bound : reason) EXPECT_TRUE(domains.holds(bound));
        EXPECT_TRUE(contradict(one, fixture, reason)) << "is no conflict";
        ++explained;
        break;
    }
    return explained;
}

/// What is left after propagation has every solution in it; and nothing else where the constraint is bounds consistent.
void check_bounds(const Case& one, bool is_consistent) {
    Fixture fixture(one);
    const bool left = fixture.propagate();
    const Boxes expected = hull(one, one.boxes);
    if (!left) {
        EXPECT_TRUE(expected.empty()) << "lost a solution";
        return;
    }
    const Boxes boxes = fixture.boxes(false);
    if (expected.empty()) {
        EXPECT_FALSE(is_consistent) << "no solution is left";
        return;
    }
    for (std::size_t v = 0; v < boxes.size(); ++v) {
        EXPECT_LE(boxes[v].lower, expected[v].lower) << "variable " << v;
        EXPECT_GE(boxes[v].upper, expected[v].upper) << "variable " << v;
        if (!is_consistent) continue;
        EXPECT_EQ(boxes[v].lower, expected[v].lower) << "variable " << v;
        EXPECT_EQ(boxes[v].upper, expected[v].upper) << "variable " << v;
    }
}

class Maker {
  public:
    explicit Maker(Random& random, std::size_t variables, Value widest) : random_(random) {
        for (std::size_t i = 0; i < variables; ++i) {
            const Value lower = random.integer(-6, 5);
            case_.boxes.push_back({lower, lower + random.integer(0, widest)});
        }
    }
    /// Any variable now and then, else the next one.
    std::size_t pick() {
        if (!random_.chance(0.1)) return next_++ % case_.boxes.size();
        case_.all_different_variables = false;
        return random_.below(case_.boxes.size());
    }
    View view(std::size_t variable) { return View(IntVar(variable), random_.chance(0.5)); }
    Case& made() { return case_; }

  private:
    Random& random_;
    Case case_;
    std::size_t next_ = 0;
};

Value of(View view, const Values& values) {
    const Value value = values[view.variable().index()];
    return view.negative() ? -value : value;
}

Case random_product(Random& random) {
    Maker maker(random, 3, 9);
    const std::size_t x = maker.pick(), y = maker.pick(), z = maker.pick();
    Case& one = maker.made();
    if (random.chance(0.5)) {
        one.boxes[z].lower *= 4;
        one.boxes[z].upper = one.boxes[z].lower + random.integer(0, 30);
    }
    one.post = [=](Dispatcher& dispatcher, Domains&) {
        dispatcher.add(std::make_unique<Times>(IntVar(x), IntVar(y), IntVar(z)));
    };
    one.holds = [=](const Values& values) { return values[x] * values[y] == values[z]; };
    return one;
}

Case random_maximum(Random& random) {
    Maker maker(random, 4, 6);
    const View maximum = maker.view(maker.pick());
    std::vector<View> members;
    for (int i = 0; i < 3; ++i) members.push_back(maker.view(maker.pick()));
    maker.made().post = [=](Dispatcher& dispatcher, Domains&) {
        dispatcher.add(std::make_unique<Maximum>(maximum, members));
    };
    maker.made().holds = [=](const Values& values) {
        Value highest = of(members.front(), values);
        for (const View member : members) highest = std::max(highest, of(member, values));
        return highest == of(maximum, values);
    };
    return maker.made();
}

/// Variables 0 to 2 choose, one of them, in rows of their own; 3 is the result; 4 and 5, or numbers, are the entries.
Case random_element(Random& random) {
    Maker maker(random, 6, 5);
    Case& one = maker.made();
    for (std::size_t i = 0; i < 3; ++i) one.boxes[i] = {random.chance(0.1) ? 1 : 0, random.chance(0.1) ? 0 : 1};
    for (std::size_t i = 0; i < 3; ++i)
        if (one.boxes[i].lower > one.boxes[i].upper) one.boxes[i] = {0, 1};
    std::vector<ElementEntry> entries;
    const bool with_repetition = random.chance(0.1);
    one.all_different_variables = !with_repetition;
    for (std::size_t i = 0; i < 3; ++i) {
        const bool is_number = i == 2 && !with_repetition;
        const View view = is_number ? View() : maker.view(with_repetition ? 3 + random.below(3) : 4 + i);
        entries.push_back({is_true(IntVar(i)), view, random.integer(-6, 8)});
    }
    const View result = maker.view(3);
    one.post = [=](Dispatcher& dispatcher, Domains& domains) {
        const std::vector<RowTerm> some = {{View(IntVar(0)), 1}, {View(IntVar(1)), 1}, {View(IntVar(2)), 1}};
        std::vector<RowTerm> others = some;
        for (RowTerm& term : others) term.view = -term.view;
        dispatcher.rows().add(domains, some, 1, {});
        dispatcher.rows().add(domains, others, -1, {});
        dispatcher.add(std::make_unique<Element>(entries, result));
    };
    one.holds = [=](const Values& values) {
        if (values[0] + values[1] + values[2] != 1) return false;
        const ElementEntry& entry = entries[values[0] == 1 ? 0 : values[1] == 1 ? 1 : 2];
        return (entry.view.valid() ? of(entry.view, values) : entry.number) == of(result, values);
    };
    return one;
}

Case random_difference(Random& random) {
    Maker maker(random, 4, 4);
    std::vector<View> views;
    for (std::size_t i = 0; i < 4; ++i) {
        Range& box = maker.made().boxes[i];
        box.upper -= std::max<Value>(box.lower, 0);  // nearer to each other
        box.lower = std::min<Value>(box.lower, 0);
        box.upper = std::max(box.lower, box.upper);
        views.push_back(maker.view(i));
    }
    maker.made().post = [=](Dispatcher& dispatcher, Domains&) {
        dispatcher.add(std::make_unique<AllDifferent>(views));
    };
    maker.made().holds = [=](const Values& values) {
        for (std::size_t i = 0; i < 4; ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (of(views[i], values) == of(views[j], values)) return false;
        return true;
    };
    return maker.made();
}

/// Variable 0 is the condition's, half of the time.
Case random_row(Random& random) {
    Maker maker(random, 4, 6);
    std::vector<RowTerm> terms;
    const bool has_condition = random.chance(0.5);
    Value least = 0;
    Value greatest = 0;
    for (std::size_t i = has_condition ? 1 : 0; i < 4; ++i) {
        const RowTerm term{maker.view(i), random.integer(1, 5)};
        const Range& box = maker.made().boxes[i];
        least += term.coefficient * (term.view.negative() ? -box.upper : box.lower);
        greatest += term.coefficient * (term.view.negative() ? -box.lower : box.upper);
        terms.push_back(term);
    }
    const Value bound = random.integer(least - 2, greatest);
    const View chosen = maker.view(0);
    const Bound condition = has_condition ? Bound{chosen, random.integer(-6, 10)} : Bound{};
    maker.made().post = [=](Dispatcher& dispatcher, Domains& domains) {
        dispatcher.rows().add(domains, terms, bound, condition);
    };
    maker.made().holds = [=](const Values& values) {
        Value sum = 0;
        for (const RowTerm& term : terms) sum += term.coefficient * of(term.view, values);
        return sum <= bound || (has_condition && of(condition.view, values) < condition.value);
    };
    return maker.made();
}

void ignore(const Fixture&, Bound, Reason, const std::vector<Bound>&) {}

void check_many(Case (*make)(Random&), std::uint64_t seed, const Inspect& inspect = ignore) {
    Random random(seed);
    std::size_t explained = 0;
    for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
        SCOPED_TRACE("case " + std::to_string(i));
        const Case one = make(random);
        check_bounds(one, one.all_different_variables && make != random_product);
        explained += check_reasons(one, random, inspect);
    }
    EXPECT_GT(explained, 1000U);
}

TEST(Reasons, maximum) {
    check_many(random_maximum, 61);
}
TEST(Reasons, element) {
    check_many(random_element, 62);
}
TEST(Reasons, all_different) {
    check_many(random_difference, 63);
}
TEST(Reasons, times) {
    check_many(random_product, 64);
}

/// No bound of a row's reason could be weaker by one.
TEST(Reasons, rows_and_that_they_are_minimal) {
    check_many(random_row, 65, [](const Fixture& fixture, Bound implied, Reason by, const std::vector<Bound>& reason) {
        const LinearRows& rows = fixture.dispatcher.rows();
        const Bound condition = rows.condition(by.index());
        LinearRows::Wide sum = 0;
        for (const RowTerm& term : rows.terms(by.index())) {
            Value least = fixture.domains.root_lower(term.view);
            if (term.view == -implied.view) least = 1 - implied.value;
            for (const Bound& bound : reason)
                if (bound.view == term.view) {
                    EXPECT_GT(bound.value, fixture.domains.root_lower(term.view)) << "says nothing";
                    least = std::max(least, bound.value);
                    EXPECT_FALSE(implied.view == -term.view) << "a bound is its own reason";
                }
            sum += static_cast<LinearRows::Wide>(term.coefficient) * least;
        }
        EXPECT_GT(sum, rows.bound(by.index()));
        for (const RowTerm& term : rows.terms(by.index())) {
            for (const Bound& bound : reason) {
                const bool is_of_term = bound.view == term.view && bound != condition;
                EXPECT_TRUE(!is_of_term || sum - term.coefficient <= rows.bound(by.index())) << "could be weaker";
            }
        }
    });
}

/// Over reals: each end of each box has values of the other two beside it. (What whole numbers allow is more than
/// corners tell: 2·y = 7.)
TEST(Reasons, products_are_consistent_over_reals) {
    Random random(66);
    std::size_t left = 0;
    for (int i = 0; i < 5000; ++i) {
        const Case one = random_product(random);
        Fixture fixture(one);
        if (!one.all_different_variables || !fixture.propagate()) continue;
        ++left;
        const Boxes boxes = fixture.boxes(false);
        const auto meets = [&](Value x, const Range& y, const Range& z) {
            return std::min(x * y.lower, x * y.upper) <= z.upper && std::max(x * y.lower, x * y.upper) >= z.lower;
        };
        for (const Value x : {boxes[0].lower, boxes[0].upper}) ASSERT_TRUE(meets(x, boxes[1], boxes[2])) << i;
        for (const Value y : {boxes[1].lower, boxes[1].upper}) ASSERT_TRUE(meets(y, boxes[0], boxes[2])) << i;
        const auto [low, high] = std::minmax({boxes[0].lower * boxes[1].lower, boxes[0].lower * boxes[1].upper,
                                              boxes[0].upper * boxes[1].lower, boxes[0].upper * boxes[1].upper});
        ASSERT_LE(low, boxes[2].lower) << i;
        ASSERT_GE(high, boxes[2].upper) << i;
    }
    EXPECT_GT(left, 2000U);
}

}  // namespace
}  // namespace sinew::integer
