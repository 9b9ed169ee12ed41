// SPDX-License-Identifier: Apache-2.0
// Constraints whose bounds would rise by ones for ever, over domains of any width: decided in a number of steps that
// does not depend on it.
#include <gtest/gtest.h>

#include "flatzinc/solve_program.hpp"
#include "read/flatzinc/read_flatzinc.hpp"

namespace sinew::flatzinc {
namespace {

struct Kind {
    const char* variables;    ///< integers, of the width that is tested
    const char* constraints;  ///< pp and qq are Booleans, i is in 1..2
    bool has_solution;
};

// clang-format off
constexpr Kind kinds[] = {
    // Cycles of comparisons and sums.
    {"a b c d e f", "constraint int_lt(a,b); constraint int_lt(b,c); constraint int_lt(c,d); constraint int_lt(d,e); constraint int_lt(e,f); constraint int_lt(f,a);", false},
    {"a b c d e f", "constraint int_le(a,b); constraint int_le(b,c); constraint int_lt(c,d); constraint int_le(d,e); constraint int_le(e,f); constraint int_le(f,a);", false},
    {"a b c", "constraint int_lt(a,b); constraint int_lt(b,c); constraint int_lin_le([1,-1],[c,a],2);", true},
    {"x y", "constraint int_lin_le([3,-3],[x,y],-1); constraint int_lin_le([-2,2],[x,y],1);", false},
    {"x y", "constraint int_lin_le([2,-3],[x,y],-1); constraint int_lin_le([-2,3],[x,y],0);", false},
    {"x y z", "constraint int_lin_le([1,1,-1],[x,y,z],-1); constraint int_lin_le([1,-1],[z,x],0); constraint int_le(1,y);", false},
    {"x y z", "constraint int_lin_le([4,-1],[y,x],0); constraint int_lin_le([1,-4],[x,y],1); constraint int_lin_le([4,-1],[z,x],-2); constraint int_lin_le([1,-4],[x,z],3);", false},
    {"x y", "constraint int_ne(x,y); constraint int_le(x,y); constraint int_le(y,x);", false},
    // Common divisors, of one row and of several together.
    {"a b", "constraint int_lin_le([-3,3],[a,b],-1); constraint int_lin_le([3,-3],[a,b],2);", false},
    {"a b c", "constraint int_lin_eq([3,6,9],[a,b,c],4);", false},
    {"a b c", "constraint int_lin_eq([3,6,9],[a,b,c],6);", true},
    {"x y z w k", "constraint int_plus(x,y,z); constraint int_lin_eq([1,-1,-1],[x,y,w],0); constraint int_lin_eq([1,1,-2],[z,w,k],1);", false},
    {"x y z w k", "constraint int_plus(x,y,z); constraint int_lin_eq([1,-1,-1],[x,y,w],0); constraint int_lin_eq([1,1,-2],[z,w,k],4);", true},
    {"x y z", "constraint int_lin_eq([1,-2],[x,y],0); constraint int_lin_eq([1,-2],[x,z],1);", false},
    {"x y z", "constraint int_lin_le([6,10,-15],[x,y,z],1); constraint int_lin_le([-6,-10,15],[x,y,z],-1);", true},
    // Quotients and remainders.
    {"x", "constraint int_mod(x,3,1); constraint int_mod(x,3,2);", false},
    {"x", "constraint int_mod(x,6,1); constraint int_mod(x,4,2);", false},
    {"x", "constraint int_mod(x,7,3); constraint int_mod(x,11,5); constraint int_mod(x,13,6); constraint int_le(0,x);", true},
    {"x r s", "constraint int_mod(x,4,r); constraint int_mod(x,4,s); constraint set_in(r,{0,1}); constraint set_in(s,{2,3});", false},
    {"x y r", "constraint int_mod(x,y,r); constraint int_le(y,-3); constraint int_le(5,r);", true},
    {"x y r", "constraint int_mod(x,y,r); constraint int_le(x,-1); constraint int_le(1,r);", false},
    {"x y r", "constraint int_mod(x,y,r); constraint int_le(5,r);", true},
    {"x y r", "constraint int_mod(x,y,r); constraint int_le(1,y); constraint int_le(y,r);", false},
    {"x y r", "constraint int_mod(x,y,r); constraint int_le(1,x); constraint int_lt(x,r);", false},
    {"x y q", "constraint int_div(x,y,q); constraint int_le(2,y); constraint int_le(1,x); constraint int_le(x,q);", false},
    {"x y q", "constraint int_div(x,y,q); constraint int_le(1,y); constraint int_le(1,x); constraint int_lt(x,q);", false},
    {"x y q", "constraint int_div(x,y,q); constraint int_le(y,-2); constraint int_le(3,q);", true},
    {"x q r", "constraint int_div(x,5,q); constraint int_mod(x,5,r); constraint int_lin_eq([1,-5,-1],[x,q,r],1);", false},
    {"x q r", "constraint int_div(x,-5,q); constraint int_mod(x,-5,r); constraint int_lin_eq([1,5,-1],[x,q,r],1);", false},
    // Products.
    {"x y z", "constraint int_times(x,y,z); constraint int_le(1,x); constraint int_le(1,y); constraint int_lt(z,x);", false},
    {"x y z", "constraint int_times(x,y,z); constraint int_le(3,x); constraint int_le(5,y); constraint int_le(z,20);", true},
    {"x y", "constraint int_times(x,x,y); constraint int_lt(y,x);", false},
    // Extrema and magnitudes.
    {"x y m", "constraint int_max(x,y,m); constraint int_lt(x,m); constraint int_lt(m,y);", false},
    {"x y m", "constraint int_max(x,y,m); constraint int_lt(m,x);", false},
    {"x y m", "constraint int_max(x,y,m); constraint int_lt(x,m); constraint int_lt(y,m);", false},
    {"x y m", "constraint int_min(x,y,m); constraint int_lt(m,x); constraint int_lt(m,y);", false},
    {"x y m n", "constraint int_max(x,y,m); constraint int_min(x,y,n); constraint int_lin_eq([1,1,-1,-1],[m,n,x,y],1);", false},
    {"x y", "constraint int_abs(x,y); constraint int_lt(y,x);", false},
    {"x y", "constraint int_abs(x,y); constraint int_lt(x,y); constraint int_lin_le([-1,-1],[x,y],-1);", false},
    {"x y", "constraint int_abs(x,y); constraint int_lt(x,y);", true},
    {"x y a b", "constraint int_abs(x,a); constraint int_abs(y,b); constraint int_lin_le([1,1],[a,b],-1);", false},
    {"x a", "constraint int_abs(x,a); constraint int_lin_le([2,-2],[x,a],-1); constraint int_lin_le([-2,-2],[x,a],-1);", false},
    // The same under Booleans.
    {"x y", "constraint int_lt_reif(x,y,pp); constraint int_lt_reif(y,x,qq); constraint bool_clause([pp],[]); constraint bool_clause([qq],[]);", false},
    {"x y", "constraint int_lt_imp(x,y,pp); constraint int_lt_imp(y,x,qq); constraint bool_eq(pp,qq); constraint bool_clause([pp,qq],[]);", false},
    {"a b c d", "constraint int_lin_eq_imp([2,-2],[a,b],1,pp); constraint int_lin_eq_imp([4,-6],[c,d],3,qq); constraint bool_clause([pp,qq],[]);", false},
    {"x y z", "constraint int_lin_eq_imp([1,-2],[x,y],0,pp); constraint int_lin_eq_imp([1,-2],[x,z],1,pp); constraint int_lin_eq_imp([1,-3],[x,y],0,qq); constraint int_lin_eq_imp([1,-3],[x,z],2,qq); constraint bool_clause([pp,qq],[]);", false},
    {"x y", "constraint int_lt_reif(x,y,pp); constraint int_lt_reif(y,x,qq); constraint bool_clause([pp],[]);", true},
    {"x y z", "constraint int_lin_eq_reif([1,-2],[x,y],0,pp); constraint int_lin_eq_reif([1,-2],[x,z],1,qq); constraint bool_clause([pp],[]); constraint bool_clause([qq],[]);", false},
    {"x y", "constraint int_lin_le_reif([1,-1],[x,y],-1,pp); constraint int_lin_le_reif([-1,1],[x,y],0,qq); constraint bool_eq(pp,qq);", false},
    // Entries of arrays.
    {"x y r", "constraint array_var_int_element(i,[x,y],r); constraint int_lt(r,x); constraint int_lt(r,y);", false},
    {"x y r", "constraint array_var_int_element(i,[x,y],r); constraint int_lt(r,x); constraint int_le(y,r);", true},
    // A variable in two places.
    {"x r", "constraint int_mod(x,x,r); constraint int_le(1,r);", false},
    {"x y", "constraint int_mod(x,y,y);", false},
    {"x y", "constraint int_times(x,y,x); constraint int_le(2,x); constraint int_le(2,y);", false},
    {"x q", "constraint int_div(x,x,q); constraint int_le(2,q);", false},
    {"x y", "constraint int_div(x,y,x); constraint int_le(5,x);", true},
};
// clang-format on

class Solutions : public Listener {};

std::string program_of(const Kind& kind, const std::string& type) {
    std::string text = "var 1..2: i; var bool: pp; var bool: qq;";
    std::string name;
    for (const char c : std::string(kind.variables) + " ") {
        if (c != ' ') {
            name += c;
            continue;
        }
        text += "var " + type + ": " + name + " :: output_var;";
        name.clear();
    }
    return text + kind.constraints + "solve satisfy;";
}

class WidePrograms : public testing::TestWithParam<const char*> {};

TEST_P(WidePrograms, are_decided_in_few_steps) {
    for (const Kind& kind : kinds) {
        const std::string text = program_of(kind, GetParam());
        SCOPED_TRACE(text);
        const model::ConstraintProgram program = read::parse_flatzinc(text, "m.fzn");
        Solutions solutions;
        const Outcome outcome = solve(program, {}, Limits(60, std::nullopt, nullptr), solutions);
        EXPECT_EQ(outcome.solutions, kind.has_solution ? 1U : 0U);
        EXPECT_EQ(outcome.is_complete, !kind.has_solution);
        for (const auto& [name, value] : outcome.statistics.figures()) {
            if (name == "integer_bounds") {
                EXPECT_LT(value, 20'000);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(widths, WidePrograms,
                         testing::Values("-100000..100000", "-1000000000..1000000000",
                                         "-1000000000000000000..1000000000000000000", "int"));

}  // namespace
}  // namespace sinew::flatzinc
