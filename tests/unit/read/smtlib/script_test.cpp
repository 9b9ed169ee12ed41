// SPDX-License-Identifier: Apache-2.0
// Scripts: terms against what they are worth, commands against the questions they ask, mistakes against their places.
#include "read/smtlib/script.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/evaluate.hpp"

namespace sinew {
namespace {

constexpr const char* header =
    "(set-logic QF_LRA)(declare-fun x () Real)(declare-fun y () Real)(declare-fun p () Bool)";

/// The truth of `assertions` at x = 2, y = -1, p = true; numbers that are not declared are searched among a few values.
bool holds(const std::string& assertions) {
    const read::SmtScript script = read::parse_smtlib(header + assertions + "(check-sat)", "test.smt2");
    const read::SmtQuery asked = script.query(0);
    const std::vector<Variable> inputs = asked.query.network.input_variables();
    // Auxiliary numbers (if-then-elses that are no activation) take one of the values that the tests use.
    const std::vector<Rational> candidates = {2, -1, 5, 7, 3};
    std::vector<std::size_t> choice(inputs.size(), 0);
    while (true) {
        std::vector<Rational> values;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const std::string name = asked.query.name(inputs[i]);
            values.push_back(name == "x" ? Rational(2) : name == "y" ? Rational(-1) : candidates[choice[i]]);
        }
        const auto all = model::evaluate(asked.query.network, values);
        if (model::satisfies(asked.query, all, std::vector<bool>(asked.query.boolean_names.size(), true))) return true;
        std::size_t at = 0;
        while (at < choice.size() && ++choice[at] == candidates.size()) choice[at++] = 0;
        if (at == choice.size()) return false;
    }
}

TEST(SmtScript, terms) {
    const std::pair<const char*, bool> rows[] = {
        {"(assert (< x 3))", true},
        {"(assert (> (+ x y) 1))", false},
        {"(assert (>= (+ x y 0.5) 1.5))", true},
        {"(assert (<= (- x y 1) 2 2.5))", true},
        {"(assert (> (- x) (- 3)))", true},
        {"(assert (<= (* 2 x (/ 1 3)) (/ 4 3)))", true},
        {"(assert (< (* x 2) (/ x 0.5)))", false},
        {"(assert (<= (/ 4 2 2) (/ x 2)))", true},
        {"(assert (distinct x y 3))", true},
        {"(assert (distinct x (* y (- 2))))", false},
        {"(assert (= (< x 3) p true))", true},
        {"(assert (xor p (< x 3) (< y 0)))", true},
        {"(assert (=> p (< x 0)))", false},
        {"(assert (=> p (< x 3) (< y 0)))", true},
        {"(assert (and))", true},
        {"(assert (or (not p) (and p (> y x))))", false},
        {"(assert (ite p (> y 0) (< x 9)))", false},
        {"(assert (< (ite p y x) (ite (> x 0) x y)))", true},
        {"(assert (= (ite p 5 7) 5))", true},
        {"(assert (= (ite p 5 7) 7))", false},
        {"(assert (= (+ x (ite (= x 2) 3 5)) 5))", true},
        {"(assert (let ((x y) (z x)) (and (= x (- 1)) (= z 2))))", true},
        {"(assert (let ((z (+ x y))) (let ((z (+ z z))) (= z 2))))", true},
        {"(assert (! (< x 3) :named fine))", true},
        {"(assert (< (to_real x) 3))", true},
        {"(define-fun twice ((a Real)) Real (+ a a))(assert (= (twice (twice x)) 8))", true},
        {"(define-fun both ((a Bool) (b Bool)) Bool (and a b))(assert (both p (< y x)))", true},
        {"(define-fun c () Real (+ x 1))(assert (= c 3))", true},
        {"(define-const c Real (+ x 1))(assert (= c 4))", false},
        {"(define-fun f ((x Real)) Real (+ x y))(assert (= (let ((y 9)) (f y)) 8))", true},
        {"(declare-const |a b| Real)(assert (= |a b| (+ x y)))(assert (= |a b| 1))", true},
        {"(assert (= |x| 2))", true},
        {"(define-fun relu ((s Real)) Real (ite (>= s 0) s 0))(assert (= (relu (- x 3)) 0))", true},
        {"(define-fun relu ((s Real)) Real (ite (>= s 0) s 0))(assert (= (relu (+ x 3)) 5))", true},
    };
    for (const auto& [text, expected] : rows) EXPECT_EQ(holds(text), expected) << text;
}

TEST(SmtScript, if_then_elses_are_found_to_be_activations) {
    const std::pair<const char*, const char*> rows[] = {
        {"(ite (> x 0) x 0)", "relu"},
        {"(ite (>= x 0) x 0)", "relu"},
        {"(ite (< x 0) 0 x)", "relu"},
        {"(ite (not (> x 0)) 0 x)", "relu"},
        {"(ite (> (- (* 2 x) y) 0) (- (* 2 x) y) 0)", "relu"},
        {"(ite (> (* 3 x) 0) x 0)", "relu"},
        {"(ite (> x 0) x (* 0.1 x))", "leaky_relu(1/10)"},
        {"(ite (>= x 0) 1 (- 1))", "sign"},
        {"(ite (< x 0) (- 1) 1)", "sign"},
        {"(ite (>= x 0) 1 0)", "hardlim"},
        {"(ite (> x 0) 1 (ite (>= x 0) 0 (- 1)))", "signum"},
        {"(ite (>= x 1) 1 (ite (> x (- 1)) x (- 1)))", "satlins"},
        {"(ite (> x 6) 6 (ite (> x 0) x 0))", "clip(0, 6)"},
        {"(ite (> x 6) 6 x)", "clip(-inf, 6)"},
        {"(ite (< x 2) 2 x)", "clip(2, inf)"},
    };
    for (const auto& [text, expected] : rows) {
        const std::string script = std::string(header) + "(assert (> " + text + " y))(check-sat)";
        const model::Query query = read::parse_smtlib(script, "test.smt2").query(0).query;
        EXPECT_EQ(query.network.input_variables().size(), 2) << text;
        std::string found;
        for (const model::Layer& layer : query.network.layers())
            if (const auto* activation = std::get_if<model::ActivationLayer>(&layer.operation))
                found = model::to_string(activation->activation);
        EXPECT_EQ(found, expected) << text;
    }
    for (const char* other : {"(ite (> x 0) 1 0)", "(ite (> x 1) x 0)", "(ite (> x y) x 0)", "(ite p x 0)",
                              "(ite (= x 0) x 0)", "(ite (> x 0) 0 x)"}) {
        const std::string script = std::string(header) + "(assert (> " + other + " y))(check-sat)";
        const model::Query query = read::parse_smtlib(script, "test.smt2").query(0).query;
        for (const model::Layer& layer : query.network.layers()) {
            const auto* activation = std::get_if<model::ActivationLayer>(&layer.operation);
            if (activation == nullptr) continue;
            EXPECT_EQ(model::to_string(activation->activation), "clip(-inf, 0)") << other;  // min(x, 0), rightly
        }
    }
}

TEST(SmtScript, equations_define_without_a_cycle) {
    const model::Query query =
        read::parse_smtlib(
            "(set-logic QF_LRA)(declare-fun a () Real)(declare-fun b () Real)(declare-fun c () Real)"
            "(assert (= a (+ b 1)))(assert (= b (+ c 1)))(assert (= c (+ a 1)))(check-sat)",
            "test.smt2")
            .query(0)
            .query;
    // a = b + 1 is taken, b is used by then, c = a + 1 is taken: b = c + 1 stays a condition on b, which no b meets.
    ASSERT_EQ(query.network.input_variables().size(), 1);
    EXPECT_EQ(query.name(query.network.input_variables()[0]), "b");
    for (int b = -2; b < 3; ++b) {
        const auto values = model::evaluate(query.network, std::vector<Rational>{b});
        EXPECT_FALSE(model::satisfies(query, values, {}));
    }
}

TEST(SmtScript, a_name_for_a_term_defines_no_constant) {
    for (const char* name : {"(+ x 1)", "(* 2 x)", "(- x)"}) {
        const std::string text = std::string(header) + "(define-fun c () Real " + name + ")(assert (= c 4))(check-sat)";
        const model::Query query = read::parse_smtlib(text, "test.smt2").query(0).query;
        for (int x = -5; x < 6; ++x) {
            const auto values = model::evaluate(query.network, std::vector<Rational>{x, 0});
            const int worth = name[1] == '+' ? x + 1 : name[1] == '*' ? 2 * x : -x;
            EXPECT_EQ(model::satisfies(query, values, {}), worth == 4) << name << " at " << x;
        }
    }
}

TEST(SmtScript, push_and_pop_change_what_is_asked) {
    const read::SmtScript script = read::parse_smtlib(
        std::string(header) +
            "(assert (< x 0))(check-sat)(push 2)(assert (> x 0))(declare-fun z () Real)(check-sat)"
            "(pop 1)(check-sat)(pop)(declare-fun z () Bool)(check-sat)(get-value (z (+ x 1)))(exit)(junk",
        "test.smt2");
    ASSERT_EQ(script.check_count(), 4);
    const auto constants = [&](std::size_t check) { return script.query(check).constants.size(); };
    EXPECT_EQ(constants(0), 3);
    EXPECT_EQ(constants(1), 4);
    EXPECT_EQ(constants(2), 3);
    EXPECT_EQ(constants(3), 4);
    const auto holds_at = [&](std::size_t check, const Rational& x) {
        const model::Query query = script.query(check).query;
        std::vector<Rational> inputs(query.network.input_variables().size(), x);
        return model::satisfies(query, model::evaluate(query.network, inputs),
                                std::vector<bool>(query.boolean_names.size()));
    };
    EXPECT_TRUE(holds_at(0, -1));
    EXPECT_FALSE(holds_at(1, -1));
    EXPECT_TRUE(holds_at(2, -1));
    ASSERT_EQ(script.commands().size(), 6);
    EXPECT_EQ(script.commands()[4].terms, (std::vector<std::string>{"z", "(+ x 1)"}));
    EXPECT_EQ(script.query(3).values.at(0).size(), 2);
}

TEST(SmtScript, integers_are_domains) {
    const model::Query query =
        read::parse_smtlib("(set-logic QF_LIA)(declare-fun k () Int)(assert (> k 0))(check-sat)", "test.smt2")
            .query(0)
            .query;
    ASSERT_EQ(query.domains.size(), 1);
    EXPECT_EQ(query.domains[0].second.kind, model::DomainKind::integer);
}

TEST(SmtScript, mistakes_are_told_with_their_place) {
    struct Row {
        const char* text;
        std::size_t line;
        std::size_t column;
        const char* message;
    };
    const Row rows[] = {
        {"", 1, 1, "no commands"},
        {"(assert true", 1, 1, "never closed"},
        {"(set-logic QF_NRA)", 1, 12, "logic 'QF_NRA'"},
        {"(declare-fun f (Real) Real)", 1, 16, "uninterpreted functions"},
        {"(declare-fun f () (Array Real Real))", 1, 19, "sort"},
        {"(declare-fun a () Real)\n(declare-fun a () Real)", 2, 14, "'a' is declared twice"},
        {"(declare-fun and () Bool)", 1, 14, "has a meaning already"},
        {"(assert (< q 1))", 1, 12, "'q' is not declared"},
        {"(assert (sin 1))", 1, 10, "unknown function 'sin'"},
        {"(assert 1)", 1, 9, "a number stands where a Bool"},
        {"(assert (< 1 true))", 1, 14, "a Bool as an argument of '<'"},
        {"(assert (not true false))", 1, 10, "'not' with 2 arguments"},
        {"(declare-fun a () Real)\n(assert (< (* a a) 1))", 2, 17, "not linear"},
        {"(declare-fun a () Real)\n(assert (< (/ 1 a) 1))", 2, 17, "not linear"},
        {"(assert (< (/ 1 0) 1))", 1, 17, "division by zero"},
        {"(assert (let ((a)) true))", 1, 15, "binding of the wrong form"},
        {"(assert (let () true))", 1, 9, "'let' of the wrong form"},
        {"(define-fun f ((a Real)) Bool a)\n(assert (f 1))", 2, 9, "not of the sort that it promises"},
        {"(define-fun f ((a Real)) Real (f a))\n(assert (< (f 1) 2))", 1, 32, "unknown function 'f'"},
        {"(define-fun f ((a Real)) Real a)\n(assert (< (f 1 2) 2))", 2, 12, "2 arguments"},
        {"(pop 1)", 1, 1, "'pop' without a 'push'"},
        {"(check-sat 1)", 1, 1, "'check-sat' with 1 argument"},
        {"(get-value (1))", 1, 1, "before any check-sat"},
        {"(frobnicate)", 1, 1, "'frobnicate' is not supported"},
        {"(assert (< 1x 2))", 1, 12, "no number"},
    };
    for (const Row& row : rows) {
        try {
            read::parse_smtlib(row.text, "bad.smt2");
            ADD_FAILURE() << "no error for " << row.text;
        } catch (const InputError& error) {
            EXPECT_EQ(error.location().line, row.line) << error.what();
            EXPECT_EQ(error.location().column, row.column) << error.what();
            EXPECT_NE(std::string(error.what()).find(row.message), std::string::npos) << error.what();
        }
    }
}

TEST(SmtScript, deep_and_shared_terms_take_linear_time) {
    constexpr int depth = 100000;
    const auto nest = [](const std::string& open, const std::string& core, const std::string& close) {
        std::string text = std::string(header) + "(assert ";
        for (int i = 0; i < depth; ++i) text += open;
        text += core;
        for (int i = 0; i < depth; ++i) text += close;
        return text + ")(check-sat)";
    };
    for (const std::string& text :
         {nest("(not ", "p", ")"), nest("(and p ", "p", ")"), nest("(let ((x (+ x y))) ", "(< x 0)", ")"),
          nest("(let ((p (xor p p))) ", "p", ")")})
        EXPECT_NO_THROW(read::parse_smtlib(text, "deep.smt2").query(0));
    std::string doubled = std::string(header) + "(define-fun f0 ((a Real)) Real (+ a a))";
    for (int i = 1; i < 64; ++i)
        doubled += "(define-fun f" + std::to_string(i) + " ((a Real)) Real (f" + std::to_string(i - 1) + " (f" +
                   std::to_string(i - 1) + " a)))";
    EXPECT_THROW(read::parse_smtlib(doubled + "(assert (< (f63 x) 0))(check-sat)", "deep.smt2"), InputError);
}

}  // namespace
}  // namespace sinew
