// SPDX-License-Identifier: Apache-2.0
#include "write/witness_facts.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/evaluate.hpp"
#include "write/atom_text.hpp"
#include "write/json.hpp"
#include "write/number_text.hpp"
#include "write/verdict_text.hpp"

namespace sinew::write {
namespace {

using model::Query;
using model::Relation;

/// y = relu(x0 + 2·x1 - 1), outputs y.
struct Small {
    Query query;
    Variable x0, x1, y;

    Small() {
        const model::LayerId input = query.network.add_input("x", {2});
        model::AffineLayer affine;
        affine.terms.push_back({input, model::DenseMap{1, 2, model::NumberArray(std::vector<double>{1, 2})}});
        affine.bias = model::NumberArray(std::vector<double>{-1});
        const model::LayerId inner = query.network.add_affine("a", {1}, affine);
        const model::LayerId output = query.network.add_activation("y", inner, {});
        x0 = query.network.variable(input, 0);
        x1 = query.network.variable(input, 1);
        y = query.network.variable(output, 0);
        query.names = {{x0, "x0"}, {x1, "x1"}, {y, "y"}};
        query.outputs = {y};
    }

    model::Verdict sat(std::vector<Rational> inputs) const {
        model::Verdict verdict;
        verdict.status = model::Status::sat;
        verdict.witness = model::Witness{model::evaluate(query.network, inputs), {}};
        return verdict;
    }
    model::FormulaId atom(const LinearForm& form, Relation relation) { return query.formulas.atom(form, relation); }
};

TEST(AtomText, constant_goes_right_and_the_first_coefficient_is_positive) {
    Small small;
    const auto text = [&](LinearForm form, Relation relation, bool negated) {
        return atom_text(small.query, {std::move(form), relation}, negated);
    };
    EXPECT_EQ(text(LinearForm({{small.x0, 1}}, -3), Relation::less_equal, false), "x0 <= 3");
    EXPECT_EQ(text(LinearForm({{small.x0, 1}}, -3), Relation::less_equal, true), "x0 > 3");
    EXPECT_EQ(text(LinearForm({{small.x0, -1}}, 3), Relation::less, false), "x0 > 3");
    EXPECT_EQ(text(LinearForm({{small.x0, -1}}, 3), Relation::less, true), "x0 <= 3");
    EXPECT_EQ(text(LinearForm({{small.x0, -1}}, 0), Relation::less_equal, false), "x0 >= 0");
    EXPECT_EQ(text(LinearForm({{small.x0, -1}}, 0), Relation::less_equal, true), "x0 < 0");
    EXPECT_EQ(text(LinearForm({{small.x0, 1}, {small.y, Rational(-1, 2)}}, 0), Relation::equal, true),
              "x0 - 0.5 y != 0");
    EXPECT_EQ(text(LinearForm({{small.x0, Rational(1, 3)}, {small.y, 2}}, Rational(1, 7)), Relation::equal, false),
              "1/3 x0 + 2 y = -1/7");
    EXPECT_EQ(
        atom_text(small.query, {LinearForm({{small.x0, 1}, {small.x1, 1}, {small.y, 1}}, 0), Relation::less}, false, 2),
        "x0 + x1 + … (1 more terms) < 0");
}

TEST(WitnessFacts, margins_say_how_far_each_atom_is_from_its_boundary) {
    Small small;
    auto& formulas = small.query.formulas;
    const LinearForm below_four({{small.y, 1}}, -4);  // y - 4
    small.query.output_condition = formulas.conjunction(
        {small.atom(below_four, Relation::less), formulas.negation(small.atom(LinearForm(small.y), Relation::equal)),
         formulas.disjunction({small.atom(LinearForm({{small.y, -1}}, 2), Relation::less_equal),
                               small.atom(LinearForm({{small.x0, 1}}, -9), Relation::equal)})});
    const model::Verdict verdict = small.sat({Rational(1, 2), Rational(3, 2)});  // y = 5/2
    const WitnessFacts facts = witness_facts(small.query, *verdict.witness);
    ASSERT_EQ(facts.inputs.size(), 2U);
    EXPECT_EQ(facts.inputs[1].name, "x1");
    EXPECT_EQ(facts.inputs[1].exact, Rational(3, 2));
    ASSERT_EQ(facts.outputs.size(), 1U);
    EXPECT_EQ(facts.outputs[0].exact, Rational(5, 2));
    EXPECT_EQ(facts.outputs[0].float32, 2.5F);

    ASSERT_EQ(facts.margins.size(), 4U);
    const auto margin = [&](const std::string& atom) {
        for (const Margin& one : facts.margins)
            if (one.atom == atom) return one;
        ADD_FAILURE() << "no margin for " << atom;
        return Margin{};
    };
    EXPECT_EQ(margin("y < 4").exact, Rational(3, 2));
    EXPECT_TRUE(margin("y < 4").holds);
    EXPECT_EQ(margin("y != 0").exact, Rational(5, 2));
    EXPECT_EQ(margin("y >= 2").exact, Rational(1, 2));
    EXPECT_EQ(margin("x0 = 9").exact, Rational(-17, 2));
    EXPECT_FALSE(margin("x0 = 9").holds);
    EXPECT_FALSE(margin("x0 = 9").holds_float32);
    EXPECT_TRUE(facts.float32_outputs_hold);
    EXPECT_TRUE(facts.float32_inputs_hold);
}

TEST(WitnessFacts, an_atom_on_its_boundary_has_margin_zero) {
    Small small;
    const LinearForm at({{small.y, 1}}, Rational(-5, 2));
    for (const Relation relation : {Relation::less, Relation::less_equal, Relation::equal}) {
        small.query.output_condition = small.atom(at, relation);
        const WitnessFacts facts = witness_facts(small.query, *small.sat({Rational(1, 2), Rational(3, 2)}).witness);
        ASSERT_EQ(facts.margins.size(), 1U);
        EXPECT_EQ(facts.margins[0].exact, 0);
        EXPECT_EQ(facts.margins[0].holds, relation != Relation::less);
        EXPECT_EQ(facts.float32_outputs_hold, relation != Relation::less);
    }
}

TEST(WitnessFacts, float32_replay_tells_what_rounding_breaks) {
    Small small;
    // y >= 3/10 holds exactly at x0 = 13/10; in float32, 1.3 - 1 is 0.29999995.
    small.query.output_condition = small.atom(LinearForm({{small.y, -1}}, Rational(3, 10)), Relation::less_equal);
    const WitnessFacts facts = witness_facts(small.query, *small.sat({Rational(13, 10), 0}).witness);
    EXPECT_TRUE(facts.margins[0].holds);
    EXPECT_FALSE(facts.margins[0].holds_float32);
    EXPECT_LT(*facts.margins[0].float32, 0);
    EXPECT_FALSE(facts.float32_outputs_hold);
    EXPECT_TRUE(facts.float32_inputs_hold);
    // The float32 number nearest to 13/10 is below it: outside a domain that begins there.
    model::Domain domain;
    domain.lower = Rational(13, 10);
    small.query.domains.emplace_back(small.x0, domain);
    EXPECT_EQ(witness_facts(small.query, *small.sat({Rational(13, 10), 0}).witness).float32_inputs_hold,
              to_rational(static_cast<double>(1.3F)) >= Rational(13, 10));
}

TEST(WitnessFacts, float32_overflow_is_no_number) {
    Small small;
    small.query.output_condition = small.atom(LinearForm({{small.y, -1}}, 0), Relation::less);
    const Rational huge(Integer("1" + std::string(60, '0')));
    const model::Verdict verdict = small.sat({huge, 0});
    const WitnessFacts facts = witness_facts(small.query, *verdict.witness);
    EXPECT_TRUE(facts.margins[0].holds);
    EXPECT_FALSE(facts.margins[0].float32.has_value());
    EXPECT_FALSE(facts.float32_outputs_hold);
    EXPECT_NE(verdict_text(small.query, verdict).find("overflow"), std::string::npos);
    const auto json = nlohmann::json(verdict_json(small.query, verdict, {"q"}));
    EXPECT_EQ(json["witness"]["outputs"][0]["float32"], nullptr);
    EXPECT_EQ(json["witness"]["margins"][0]["float32"], nullptr);
}

TEST(VerdictText, first_line_is_the_verdict) {
    Small small;
    model::Verdict verdict;
    verdict.status = model::Status::unsat;
    EXPECT_EQ(verdict_text(small.query, verdict), "unsat\n");
    verdict.decided_by = "lazy";
    EXPECT_EQ(verdict_text(small.query, verdict), "unsat\ndecided by: lazy\n");
    EXPECT_EQ(nlohmann::json(verdict_json(small.query, verdict, {}))["decided_by"], "lazy");
    verdict.decided_by = {};
    verdict.status = model::Status::timeout;
    verdict.reason = "time limit reached";
    EXPECT_EQ(verdict_text(small.query, verdict), "timeout\nreason: time limit reached\n");
    small.query.output_condition = small.atom(LinearForm({{small.y, -1}}, 1), Relation::less);
    const std::string text = verdict_text(small.query, small.sat({Rational(1, 3), 2}));
    EXPECT_TRUE(text.starts_with("sat\ninputs\n")) << text;
    EXPECT_NE(text.find("  x0  1/3    ~0.33333333333333333  0.33333334\n"), std::string::npos) << text;
    EXPECT_NE(text.find("y > 1  holds"), std::string::npos) << text;
}

TEST(Json, every_key_is_there) {
    Small small;
    small.query.boolean_names = {"p", "bad \xff name"};
    model::Verdict verdict = small.sat({1, Rational(1, 3)});
    verdict.witness->booleans = {true, false};
    verdict.statistics.add("nodes", 12);
    verdict.statistics.add("seconds_bounding", 0.25);
    const auto json = nlohmann::json(verdict_json(small.query, verdict, {"a.onnx", "b.vnnlib"}));
    EXPECT_EQ(json["status"], "sat");
    EXPECT_EQ(json["files"].size(), 2U);
    EXPECT_EQ(json["reason"], nullptr);
    EXPECT_EQ(json["decided_by"], nullptr);
    EXPECT_EQ(json["witness"]["inputs"][1]["exact"], "1/3");
    EXPECT_EQ(json["witness"]["inputs"][1]["decimal"], 1.0 / 3);
    EXPECT_EQ(json["witness"]["inputs"][1]["float32"], static_cast<double>(1.0F / 3));
    EXPECT_EQ(json["witness"]["booleans"][0], (nlohmann::json{{"name", "p"}, {"value", true}}));
    EXPECT_TRUE(json["statistics"]["nodes"].is_number_integer());
    EXPECT_EQ(json["statistics"]["seconds_bounding"], 0.25);

    verdict = {};
    verdict.reason = "interrupted";
    const auto unknown = nlohmann::json(verdict_json(small.query, verdict, {}));
    EXPECT_EQ(unknown["status"], "unknown");
    EXPECT_EQ(unknown["reason"], "interrupted");
    EXPECT_EQ(unknown["witness"], nullptr);
}

TEST(DecimalInterval, contains_everything_within_the_radius) {
    const DecimalInterval third = decimal_interval(Rational(1, 3), 1e-20);
    EXPECT_EQ(third.lower, "0.33333333333333333");
    EXPECT_EQ(third.upper, "0.33333333333333334");
    const DecimalInterval wide = decimal_interval(Rational(-1234), 0.75, 5);
    EXPECT_EQ(wide.lower, "-1234.8");
    EXPECT_EQ(wide.upper, "-1233.2");
    const DecimalInterval around_zero = decimal_interval(0, 1e-3, 3);
    EXPECT_EQ(around_zero.lower.front(), '-');
    EXPECT_EQ(decimal_interval(0, HUGE_VAL).lower, "-inf");
}

TEST(VerdictJson, irrational_values_are_intervals) {
    Small small;
    small.query.output_condition = small.atom(LinearForm({{small.y, -1}}, 1), Relation::less);  // y > 1
    model::Verdict verdict = small.sat({1, 1});
    verdict.witness->radii.assign(verdict.witness->values.size(), 0.0);
    verdict.witness->radii[small.y.index()] = 1e-18;
    const nlohmann::json json = nlohmann::json(verdict_json(small.query, verdict, {}));
    EXPECT_EQ(json["witness"]["inputs"][0]["exact"], "1");
    EXPECT_FALSE(json["witness"]["inputs"][0].contains("lower"));
    const nlohmann::json& output = json["witness"]["outputs"][0];
    EXPECT_TRUE(output["exact"].is_null());
    EXPECT_EQ(output["lower"], "1.9999999999999999");
    EXPECT_EQ(output["upper"], "2.0000000000000001");
    EXPECT_EQ(json["witness"]["margins"][0]["holds"], true);
    EXPECT_NE(verdict_text(small.query, verdict).find("[1.9999999999999999, 2.0000000000000001]"), std::string::npos);
    verdict.witness->radii[small.y.index()] = 1.5;  // the threshold is inside
    const nlohmann::json open = nlohmann::json(verdict_json(small.query, verdict, {}));
    EXPECT_TRUE(open["witness"]["margins"][0]["holds"].is_null());
    EXPECT_NE(verdict_text(small.query, verdict).find("undecided"), std::string::npos);
}

}  // namespace
}  // namespace sinew::write
