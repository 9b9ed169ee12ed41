// SPDX-License-Identifier: Apache-2.0
// Rigorous bounds against exact values: whatever the weights, boxes, phases and rows, no exact point lies outside.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "bounds/network_bounds.hpp"
#include "oracle/random_query.hpp"

namespace sinew::oracle {
namespace {

/// A point of the box, often on its border.
std::vector<Rational> point_in(sinew::Random& random, const std::vector<Rational>& low,
                               const std::vector<Rational>& high) {
    std::vector<Rational> point;
    for (std::size_t i = 0; i < low.size(); ++i) {
        const std::int64_t parts = random.integer(1, 7);
        point.push_back(low[i] + (high[i] - low[i]) * Rational(random.integer(0, parts)) / Rational(parts));
    }
    return point;
}

std::vector<Rational> flat(const Values& values) {
    std::vector<Rational> all;
    for (const auto& layer : values) all.insert(all.end(), layer.begin(), layer.end());
    return all;
}

bool not_above(double bound, const Rational& value) {
    if (std::isinf(bound)) return bound < 0;
    return to_rational(bound) <= value;
}
bool not_below(double bound, const Rational& value) {
    return not_above(-bound, -value);
}

class Bounded {
  public:
    Bounded(std::uint64_t seed, std::uint64_t index)
        : random_(seed * 1000003 + index), sketch_(draw_query(seed, index).sketch), query_(build(sketch_)) {
        for (const DomainSketch& domain : sketch_.domains) {
            low_.push_back(domain.lower.value_or(domain.upper ? Rational(*domain.upper - 3) : Rational(-2)));
            high_.push_back(domain.upper.value_or(low_.back() + 4));
            if (high_.back() < low_.back()) std::swap(low_.back(), high_.back());
            box_.push_back({to_double_below(low_.back()), to_double_above(high_.back())});
        }
    }

    void check() {
        bounds::NetworkBounds workspace(query_.network);
        const bounds::State root = workspace.start(box_);
        bounds::State tight = root;
        ASSERT_TRUE(workspace.tighten(tight));
        for (int i = 0; i < 8; ++i) {
            const std::vector<Rational> values = flat(evaluate(sketch_, point_in(random_, low_, high_)));
            expect_inside(root, values, "root");
            expect_inside(tight, values, "tightened");
            check_rows(workspace, tight, values);
            check_phases(workspace, tight, values);
        }
    }

  private:
    static void expect_inside(const bounds::State& state, const std::vector<Rational>& values, const char* what) {
        for (std::size_t v = 0; v < values.size(); ++v) {
            EXPECT_TRUE(not_above(state.lower[v], values[v]))
                << what << " variable " << v << ": " << state.lower[v] << " > " << values[v];
            EXPECT_TRUE(not_below(state.upper[v], values[v]))
                << what << " variable " << v << ": " << state.upper[v] << " < " << values[v];
        }
    }

    void check_rows(bounds::NetworkBounds& workspace, const bounds::State& state, const std::vector<Rational>& values) {
        workspace.relax(state);
        std::vector<LinearForm> forms;
        std::vector<bounds::Row> rows;
        for (int r = 0; r < 3; ++r) {
            std::vector<LinearTerm> terms;
            for (int t = 0; t < 3; ++t)
                terms.push_back({Variable(static_cast<std::size_t>(random_.below(values.size()))),
                                 Rational(random_.integer(-6, 6)) / Rational(random_.integer(1, 3))});
            forms.emplace_back(std::move(terms), Rational(random_.integer(-3, 3)) / 7);
            rows.push_back(bounds::to_row(forms.back()));
        }
        const std::vector<const bounds::Row*> pointers = {&rows[0], &rows[1], &rows[2]};
        bounds::RowBounds out;
        workspace.lower_bounds(state, pointers, out);
        for (std::size_t r = 0; r < rows.size(); ++r) {
            const Rational exact = forms[r].value(values);
            EXPECT_TRUE(not_above(out.value[r], exact)) << "row " << r << ": " << out.value[r] << " > " << exact;
            if (std::isinf(out.constant[r])) continue;
            Rational linear = to_rational(out.constant[r]);
            for (std::size_t i = 0; i < workspace.inputs().size(); ++i)
                linear += to_rational(out.coefficients_of(r)[i]) * values[workspace.inputs()[i].index()];
            EXPECT_LE(linear, exact) << "row " << r << " as a line";
        }
    }

    /// Splits some phases to the side where the point is: it must stay inside, and no contradiction may be found.
    void check_phases(bounds::NetworkBounds& workspace, const bounds::State& from,
                      const std::vector<Rational>& values) {
        bounds::State state = from;
        for (const std::uint32_t variable : workspace.phase_variables()) {
            const std::optional<double> split = workspace.split_point(state, variable);
            if (!split || !random_.chance(0.6)) continue;
            if (values[variable] <= to_rational(*split))
                state.upper[variable] = std::min(state.upper[variable], *split);
            else
                state.lower[variable] = std::max(state.lower[variable], *split);
        }
        ASSERT_TRUE(workspace.tighten(state)) << "a point is inside";
        expect_inside(state, values, "split");
        check_rows(workspace, state, values);
    }

    sinew::Random random_;
    Sketch sketch_;
    model::Query query_;
    std::vector<Rational> low_;
    std::vector<Rational> high_;
    std::vector<Interval> box_;
};

TEST(BoundsOracle, no_exact_point_lies_outside) {
    for (std::uint64_t index = 0; index < 600; ++index) {
        SCOPED_TRACE("query " + std::to_string(index));
        Bounded(31, index).check();
        if (::testing::Test::HasFailure()) break;
    }
}

}  // namespace
}  // namespace sinew::oracle
