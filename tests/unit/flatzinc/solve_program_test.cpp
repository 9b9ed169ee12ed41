// SPDX-License-Identifier: Apache-2.0
#include "flatzinc/solve_program.hpp"

#include <cmath>
#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "read/flatzinc/read_flatzinc.hpp"
#include "support/random_program.hpp"

namespace sinew::flatzinc {
namespace {

class Texts : public Listener {
  public:
    explicit Texts(const model::ConstraintProgram& program) : program_(program) {}
    void solution(const Assignment& assignment) override { texts.push_back(solution_text(program_, assignment)); }

    std::vector<std::string> texts;

  private:
    const model::ConstraintProgram& program_;
};

struct Answer {
    Outcome outcome;
    std::vector<std::string> texts;
};

Answer answer(const std::string& text, Options options = {}, const Limits& limits = {}) {
    const model::ConstraintProgram program = read::parse_flatzinc(text, "m.fzn");
    Texts texts(program);
    Answer result{solve(program, options, limits, texts), {}};
    result.texts = texts.texts;
    return result;
}

Options all() {
    Options options;
    options.solutions.reset();
    return options;
}

/// SINEW_PROGRAMS: how many programs each of the random tests makes, in place of its own number.
int rounds(int usual) {
    const char* const wanted = std::getenv("SINEW_PROGRAMS");
    return wanted == nullptr ? usual : std::atoi(wanted);
}

/// The same programs with integers declared over up to 2^63 values, which other constraints confine.
TEST(SolveProgram, random_programs_over_wide_domains_have_the_solutions_of_enumeration) {
    Random random(7);
    for (int round = 0; round < rounds(300); ++round) {
        support::ProgramShape shape{3 + random.below(2), 1 + random.below(2), 1 + random.below(4)};
        shape.is_wide = true;
        const support::RandomProgram program = support::random_program(random, shape, false, true);
        SCOPED_TRACE(program.text);
        const Answer found = answer(program.text, all(), Limits(20, std::nullopt, nullptr));
        ASSERT_TRUE(found.outcome.is_complete);
        ASSERT_EQ(found.outcome.solutions, program.solutions);
        ASSERT_EQ(std::set<std::string>(found.texts.begin(), found.texts.end()).size(), program.solutions);
    }
}

TEST(SolveProgram, random_programs_over_wide_domains_have_the_optimum_of_enumeration) {
    Random random(8);
    for (int round = 0; round < rounds(300); ++round) {
        support::ProgramShape shape{4, 2, 1 + random.below(6)};
        shape.is_wide = true;
        const support::RandomProgram program = support::random_program(random, shape, true, true);
        SCOPED_TRACE(program.text);
        const Answer found = answer(program.text, {}, Limits(20, std::nullopt, nullptr));
        ASSERT_TRUE(found.outcome.is_complete);
        ASSERT_EQ(found.outcome.solutions > 0, program.solutions > 0);
        if (program.best) {
            ASSERT_EQ(*found.outcome.objective, Integer(static_cast<long>(*program.best)));
        }
    }
}

TEST(SolveProgram, random_programs_have_the_solutions_of_enumeration) {
    Random random(5);
    std::size_t satisfiable = 0;
    const int count = rounds(800);
    for (int round = 0; round < count; ++round) {
        const support::ProgramShape shape{3 + random.below(2), 1 + random.below(3), 1 + random.below(5)};
        const support::RandomProgram program = support::random_program(random, shape, false, true);
        SCOPED_TRACE(program.text);
        const Answer found = answer(program.text, all());
        satisfiable += program.solutions > 0 ? 1 : 0;
        ASSERT_TRUE(found.outcome.is_complete);
        ASSERT_EQ(found.outcome.solutions, program.solutions);
        ASSERT_EQ(std::set<std::string>(found.texts.begin(), found.texts.end()).size(), program.solutions);
    }
    EXPECT_GT(satisfiable, static_cast<std::size_t>(count) * 5 / 16);
    EXPECT_LT(satisfiable, static_cast<std::size_t>(count) * 15 / 16);
}

TEST(SolveProgram, random_programs_have_the_optimum_of_enumeration) {
    Random random(6);
    for (int round = 0; round < rounds(800); ++round) {
        const support::ProgramShape shape{4, 3, 1 + random.below(8)};
        const support::RandomProgram program = support::random_program(random, shape, true, true);
        SCOPED_TRACE(program.text);
        Options options;
        options.is_free = random.chance(0.5);
        const Answer found = answer(program.text, options);
        ASSERT_TRUE(found.outcome.is_complete);
        ASSERT_EQ(found.outcome.solutions > 0, program.solutions > 0);
        if (!program.best) continue;
        ASSERT_EQ(*found.outcome.objective, Integer(static_cast<long>(*program.best)));
        ASSERT_EQ(*found.outcome.bound, *found.outcome.objective);
        ASSERT_NE(found.texts.back().find("x0 = " + std::to_string(*program.best) + ";"), std::string::npos);
    }
}

TEST(SolveProgram, what_is_printed) {
    const Answer found = answer(
        "var 3..3: x :: output_var; var bool: b :: output_var; var 0..9: hidden;"
        "array [1..4] of var int: a :: output_array([0..1,1..2]) = [x,x,5,6];"
        "array [1..1] of var bool: c :: output_array([1..1]) = [b];"
        "array [1..0] of var int: e :: output_array([1..0]) = [];"
        "constraint bool_eq(b,true); solve satisfy;",
        all());
    EXPECT_EQ(found.texts, (std::vector<std::string>{"x = 3;\nb = true;\na = array2d(0..1, 1..2, [3, 3, 5, 6]);\n"
                                                     "c = array1d(1..1, [true]);\ne = array1d(1..0, []);\n"}));
    EXPECT_TRUE(found.outcome.is_complete);
}

TEST(SolveProgram, as_many_solutions_as_asked_for) {
    Options two;
    two.solutions = 2;
    const Answer found = answer("var 1..5: x :: output_var; solve satisfy;", two);
    EXPECT_EQ(found.texts.size(), 2U);
    EXPECT_FALSE(found.outcome.is_complete);
}

TEST(SolveProgram, empty_domains_and_unbounded_variables) {
    EXPECT_EQ(answer("var 1..0: x; solve satisfy;").outcome.solutions, 0U);
    EXPECT_TRUE(answer("var 1..0: x; solve satisfy;").outcome.is_complete);
    const Answer found = answer("var int: x; constraint int_lin_eq([3],[x],-3000000000000000000); solve minimize x;");
    EXPECT_EQ(*found.outcome.objective, Integer("-1000000000000000000"));
    // 2^62: no product of bounded integers wraps around.
    EXPECT_EQ(answer("var 2147483648..9999999999: x; var int: y; constraint int_times(x,x,y); solve satisfy;")
                  .outcome.solutions,
              0U);
}

std::string error_of(const std::string& text) {
    try {
        (void)answer(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(SolveProgram, what_is_not_supported_is_named_with_its_place) {
    EXPECT_NE(error_of("var int: x;\nconstraint set_card(x,2); solve satisfy;")
                  .find("m.fzn:2:12: the constraint set_card is not supported"),
              std::string::npos);
    EXPECT_NE(error_of("var int: x; constraint int_times(x,2); solve satisfy;")
                  .find("int_times has 2 arguments (expected 3)"),
              std::string::npos);
    EXPECT_NE(error_of("var int: x; constraint int_times(x,2,true); solve satisfy;")
                  .find("argument 3 of int_times is wrong (expected an int)"),
              std::string::npos);
    EXPECT_NE(error_of("var int: x; constraint int_lin_eq([1,2],[x],3); solve satisfy;")
                  .find("2 coefficients and 1 variables"),
              std::string::npos);
    EXPECT_NE(error_of("var int: x; constraint sinew_relu_int([x],x,0,[1],1,0,false); solve satisfy;")
                  .find("the precision of a neuron"),
              std::string::npos);
    EXPECT_NE(error_of("var int: x; constraint sinew_relu_int([x],x,0,[1],0,1,false); solve satisfy;")
                  .find("the denominator"),
              std::string::npos);
}

TEST(SolveProgram, neurons_in_both_readings) {
    const std::string variables = "var 800..800: x; var -1000..1000: y :: output_var;";
    EXPECT_EQ(answer(variables + "constraint sinew_tansig_int([x],y,1,[5],10,1000,false); solve satisfy;", all()).texts,
              (std::vector<std::string>{"y = 462;\n"}));
    EXPECT_EQ(answer(variables + "constraint sinew_tansig_int([x],y,1,[5],10,1000,true); solve satisfy;", all()).texts,
              (std::vector<std::string>{"y = 1;\n"}));
    // A neuron that reads its own output: x = round(tanh(x/10)·10)
    const Answer fixed = answer(
        "var -10..10: x :: output_var; constraint sinew_tansig_int([x],x,0,[1],1,10,false); solve satisfy;", all());
    EXPECT_FALSE(fixed.texts.empty());
    for (const std::string& text : fixed.texts) {
        const double x = std::stod(text.substr(4)) / 10;
        EXPECT_EQ(std::round(10 * std::tanh(x)), std::round(10 * x)) << text;
    }
}

}  // namespace
}  // namespace sinew::flatzinc
