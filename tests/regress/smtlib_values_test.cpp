// SPDX-License-Identifier: Apache-2.0
// What get-value and get-model print: terms of sort Int as integers, terms of sort Real with a point, as z3 does.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/program.hpp"

namespace {

using support::TemporaryFolder;

std::string answer_to(const std::string& script) {
    const TemporaryFolder folder;
    return support::run_program({SINEW_PROGRAM, "solve", folder.write("q.smt2", script)}).output;
}

struct Term {
    std::string text;
    std::string value;
};

void expect_values(const std::string& script, const std::vector<Term>& terms) {
    std::string asked;
    std::string expected = "sat\n(";
    for (const Term& term : terms) {
        asked += term.text + " ";
        expected += (expected.ends_with('(') ? "(" : "\n (") + term.text + " " + term.value + ")";
    }
    EXPECT_EQ(answer_to(script + "(check-sat)(get-value (" + asked + "))"), expected + ")\n");
}

const std::string mixed =
    "(set-logic QF_LIRA)(declare-const i Int)(declare-const j Int)(declare-const r Real)(declare-const p Bool)"
    "(define-fun twice ((k Int)) Int (* 2 k))(define-fun half ((k Int)) Real (/ k 2))"
    "(define-fun same ((x Real)) Real x)(define-fun c () Int 5)(define-fun d () Real i)"
    "(assert (and (= i 3) (= j (- 7)) (= r (/ 7 2)) p))";

TEST(SmtlibValues, constants) {
    expect_values(mixed, {{"i", "3"}, {"j", "(- 7)"}, {"r", "(/ 7.0 2.0)"}, {"p", "true"}, {"c", "5"}, {"d", "3.0"}});
    expect_values("(declare-fun x () Real)(assert (= x (- 7)))", {{"x", "(- 7.0)"}, {"(+ x 6.5)", "(- (/ 1.0 2.0))"}});
}

TEST(SmtlibValues, compound_terms) {
    expect_values(mixed, {{"(+ i j)", "(- 4)"},
                          {"(- i)", "(- 3)"},
                          {"(- j i 1)", "(- 11)"},
                          {"(* 2 i)", "6"},
                          {"(* 2.0 i)", "6.0"},
                          {"(+ i 1.0)", "4.0"},
                          {"(+ 1.0 i 1 1)", "6.0"},
                          {"(+ i 1 1 r)", "(/ 17.0 2.0)"},
                          {"(/ i 3)", "1.0"},
                          {"(to_real j)", "(- 7.0)"},
                          {"(< i j)", "false"},
                          {"(! (+ i 1) :named n)", "4"},
                          {"12", "12"},
                          {"(- 12)", "(- 12)"},
                          {"12.0", "12.0"}});
}

TEST(SmtlibValues, branches_bindings_and_functions) {
    expect_values(mixed, {{"(ite p i j)", "3"},
                          {"(ite p i r)", "3.0"},
                          {"(ite p 1 2.5)", "1.0"},
                          {"(ite true 1 2.5)", "1.0"},
                          {"(ite false 2.5 1)", "1.0"},
                          {"(ite (> i 2) (+ i j) 0)", "(- 4)"},
                          {"(let ((a i) (b r)) (+ a a))", "6"},
                          {"(let ((a i) (b r)) (+ a b))", "(/ 13.0 2.0)"},
                          {"(twice j)", "(- 14)"},
                          {"(half j)", "(- (/ 7.0 2.0))"},
                          {"(half 4)", "2.0"},
                          {"(same 2)", "2.0"}});
}

/// In logics without Int a numeral is a Real.
TEST(SmtlibValues, numerals_of_reals) {
    expect_values("(set-logic QF_LRA)(declare-const r Real)(assert (= r 2))",
                  {{"r", "2.0"}, {"3", "3.0"}, {"(+ 1 2)", "3.0"}, {"(- 4)", "(- 4.0)"}, {"(ite (> r 1) 1 2)", "1.0"}});
}

TEST(SmtlibValues, models) {
    EXPECT_EQ(answer_to(mixed + "(check-sat)(get-model)"),
              "sat\n(\n  (define-fun i () Int 3)\n  (define-fun j () Int (- 7))\n  (define-fun r () Real (/ 7.0 2.0))\n"
              "  (define-fun p () Bool true)\n)\n");
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
