// SPDX-License-Identifier: Apache-2.0
// Does a split cover what it splits? Exactly, and for all kinds of subjects.
#include "units/cover.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace sinew::units {
namespace {

using engine::at_least;
using engine::at_most;
using engine::Literal;
using engine::Subject;

/// Three inputs: real in [-1, 1], integer in [0, 9], one of {1/3, 2, 7}; a ReLU over the first; two free Booleans.
model::Query question() {
    model::Query query;
    const model::LayerId in = query.network.add_input("x", {3});
    model::DenseMap map{1, 3, model::NumberArray(3)};
    map.weights.set(0, Rational(1));
    model::AffineLayer affine;
    affine.terms.push_back({in, std::move(map)});
    affine.bias.push_back(0);
    const model::LayerId before = query.network.add_affine("a", {1}, std::move(affine));
    query.network.add_activation("n", before, {});
    using model::DomainKind;
    query.domains.emplace_back(Variable(0), model::Domain{DomainKind::real, Rational(-1), Rational(1), {}});
    query.domains.emplace_back(Variable(1), model::Domain{DomainKind::integer, Rational(0), Rational(9), {}});
    query.domains.emplace_back(Variable(2),
                               model::Domain{DomainKind::real, {}, {}, {Rational(1, 3), Rational(2), Rational(7)}});
    query.boolean_names = {"p", "q"};
    return query;
}

CoverNode split(const Literal& first, const Literal& second) {
    CoverNode node;
    node.kind = CoverNode::Kind::bounds;
    node.sides = {first, second};
    node.children = {1, 2};
    return node;
}

bool covers(const Literal& first, const Literal& second) {
    const model::Query query = question();
    try {
        check_split(query, {}, split(first, second));
        return true;
    } catch (const std::invalid_argument&) {
        return false;
    }
}

const Subject real{Variable(0)};
const Subject integer{Variable(1)};
const Subject listed{Variable(2)};
const Subject neuron{Variable(3)};
const Subject boolean{engine::FreeBoolean(0)};

TEST(Cover, both_sides_of_a_real_are_closed) {
    EXPECT_TRUE(covers(at_most(real, 0.5), at_least(real, 0.5)));
    EXPECT_TRUE(covers(at_least(real, 0.5), at_most(real, 0.5)));
    EXPECT_TRUE(covers(at_most(real, 0.75), at_least(real, 0.5)));
    EXPECT_FALSE(covers(at_most(real, 0.5), at_least(real, std::nextafter(0.5, 1))));
    EXPECT_TRUE(covers(at_most(neuron, 0), at_least(neuron, 0)));
    EXPECT_FALSE(covers(at_most(neuron, 0), at_least(neuron, std::numeric_limits<double>::denorm_min())));
}

TEST(Cover, a_neuron_with_a_jump_is_never_split) {
    model::Query query = question();
    const auto before = query.network.component(neuron.variable()).layer;
    EXPECT_NO_THROW(check_split(query, {}, split(at_most(neuron, 0), at_least(neuron, 0))));
    query.network.add_activation("s", before, {model::ActivationKind::sign, 0, {}, {}});
    EXPECT_THROW(check_split(query, {}, split(at_most(neuron, 0), at_least(neuron, 0))), std::invalid_argument);
}

TEST(Cover, integers_and_listed_values_have_gaps) {
    EXPECT_TRUE(covers(at_most(integer, 4), at_least(integer, 5)));
    EXPECT_TRUE(covers(at_most(integer, 4.5), at_least(integer, 5)));
    EXPECT_FALSE(covers(at_most(integer, 4), at_least(integer, 6)));
    EXPECT_FALSE(covers(at_most(integer, 3.5), at_least(integer, 4.5)));
    EXPECT_TRUE(covers(at_most(listed, 1), at_least(listed, 2)));
    EXPECT_TRUE(covers(at_most(listed, 2), at_least(listed, 7)));
    EXPECT_FALSE(covers(at_most(listed, 1), at_least(listed, 7)));
    EXPECT_FALSE(covers(at_most(listed, 0.25), at_least(listed, 1)));
}

TEST(Cover, sides_are_two_and_speak_of_one_thing) {
    EXPECT_FALSE(covers(at_most(real, 0), at_least(neuron, 0)));
    EXPECT_FALSE(covers(at_most(real, 0), at_most(real, 1)));
    EXPECT_FALSE(covers(at_least(real, 0), at_least(real, 1)));
    EXPECT_TRUE(covers(at_most(boolean, 0), at_least(boolean, 1)));
    EXPECT_FALSE(covers(at_most(boolean, 0), at_most(boolean, 0)));
    EXPECT_FALSE(covers(at_most(boolean, 0), at_least(Subject(engine::FreeBoolean(1)), 1)));
    CoverNode three = split(at_most(real, 0), at_least(real, 0));
    three.sides.push_back(at_least(real, 0));
    three.children.push_back(3);
    EXPECT_THROW(check_split(question(), {}, three), std::invalid_argument);
    CoverNode one = split(at_most(real, 0), at_least(real, 0));
    one.sides.pop_back();
    one.children.pop_back();
    EXPECT_THROW(check_split(question(), {}, one), std::invalid_argument);
}

TEST(Cover, disjuncts_and_boxes_are_as_many_as_the_question_has) {
    model::Query query = question();
    query.boolean_names.clear();
    std::vector<model::FormulaId> any;
    for (int i = 0; i < 3; ++i)
        any.push_back(query.formulas.atom(LinearForm({{Variable(4), 1}}, Rational(-i)), model::Relation::equal));
    query.output_condition = query.formulas.disjunction(any);
    for (std::uint32_t count : {1U, 2U, 3U, 4U}) {
        CoverNode node;
        node.kind = CoverNode::Kind::disjuncts;
        for (std::uint32_t i = 0; i < count; ++i) node.children.push_back(i + 1);
        if (count == 3)
            EXPECT_NO_THROW(check_split(query, {}, node));
        else
            EXPECT_THROW(check_split(query, {}, node), std::invalid_argument) << count;
        node.kind = CoverNode::Kind::boxes;
        if (count == 1)
            EXPECT_NO_THROW(check_split(query, {}, node));
        else
            EXPECT_THROW(check_split(query, {}, node), std::invalid_argument) << count;
    }
    CoverNode none;
    none.kind = CoverNode::Kind::disjuncts;
    EXPECT_THROW(check_split(query, {}, none), std::invalid_argument);
}

TEST(Cover, a_tree_is_read_back_as_it_was_written) {
    const model::Query query = question();
    Cover cover;
    cover.question = "abc";
    Step step;
    step.bound = at_least(boolean, 1);
    cover.path = {step};
    cover.nodes.push_back(split(at_most(real, 0.1), at_least(real, 0.1)));
    CoverNode leaf;
    leaf.unit = "unit_0001.json";
    leaf.sha256 = "123";
    CoverNode refuted;
    refuted.kind = CoverNode::Kind::refuted;
    refuted.by = "boxes";
    cover.nodes.push_back(leaf);
    cover.nodes.push_back(refuted);
    const std::string text = cover_text(query, cover);
    const std::string file = testing::TempDir() + "/cover_test.json";
    write_file(file, text);
    const Cover read = read_cover(file, query);
    EXPECT_EQ(read.path, cover.path);
    ASSERT_EQ(read.nodes.size(), 3U);
    EXPECT_EQ(read.nodes[0].sides, cover.nodes[0].sides);
    EXPECT_EQ(cover_text(query, read), text);
    // Every damage is an InputError, whatever it is.
    for (std::size_t cut = 0; cut < text.size(); cut += 7) {
        write_file(file, text.substr(0, cut));
        EXPECT_THROW(read_cover(file, query), InputError) << cut;
    }
    std::string deep =
        "{\"kind\": \"cover\", \"format\": 1, \"question\": \"\", \"unit\": \"\", \"path\": [], \"processor_seconds\": "
        "0, \"tree\": ";
    std::string end = "}";
    for (int i = 0; i < 5000; ++i) {
        deep += "{\"split\": \"boxes\", \"sides\": [";
        end = "]}" + end;
    }
    write_file(file, deep + "{\"refuted\": \"x\"}" + end);
    EXPECT_THROW(read_cover(file, query), InputError);
}

}  // namespace
}  // namespace sinew::units
