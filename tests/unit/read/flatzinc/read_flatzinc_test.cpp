// SPDX-License-Identifier: Apache-2.0
#include "read/flatzinc/read_flatzinc.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"

namespace sinew::read {
namespace {
using model::ConstraintProgram;
using model::IntegerRange;
using model::Term;
using model::TermKind;

ConstraintProgram parse(const std::string& text) {
    return parse_flatzinc(text, "m.fzn");
}

std::string error_of(const std::string& text) {
    try {
        (void)parse(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

void expect_error(const std::string& text, const std::string& place, const std::string& words) {
    const std::string error = error_of(text);
    SCOPED_TRACE(text.substr(0, 200) + "\n" + error);
    EXPECT_TRUE(error.starts_with("m.fzn:" + place + ":"));
    EXPECT_NE(error.find(words), std::string::npos);
}

/// The values of a term that is a set, or of a variable's domain.
std::vector<IntegerRange> ranges(const ConstraintProgram& program, const Term& set) {
    EXPECT_EQ(set.kind, TermKind::set);
    const auto found = program.ranges_of(set);
    return {found.begin(), found.end()};
}

const std::string end = "solve satisfy;";

TEST(FlatZinc, a_program_as_minizinc_writes_it) {
    const ConstraintProgram program = parse(R"(% comment
predicate all_different_int(array [int] of var int: x);
predicate other(var 1..3: x, array [1..2] of set of int: y, set of 1..9: z, float: f, {1,2}: t);
array [1..2] of int: weights = [1,-1];
var 1..4: X_INTRODUCED_0_;
var {1,3,7}: z:: output_var;
var bool: b:: is_defined_var :: output_var;
var int: t ::var_is_introduced :: is_defined_var;
array [1..2] of var int: q:: output_array([0..1]) = [X_INTRODUCED_0_,5];
constraint int_lin_ne(weights,[X_INTRODUCED_0_,z],0):: domain :: mzn_path("a;b\"c");
constraint int_le_reif(6,t,b):: defines_var(b);
  constraint set_in(z,{7,1,2,2});
constraint array_bool_or([],true);
solve :: seq_search([int_search(q,first_fail,indomain_min,complete),bool_search([b,true],input_order,indomain_max,complete)]) minimize t;
)");
    ASSERT_EQ(program.variables.size(), 4U);
    EXPECT_EQ(program.variables[0].name, "X_INTRODUCED_0_");
    EXPECT_EQ(ranges(program, program.variables[0].domain), (std::vector<IntegerRange>{{1, 4}}));
    EXPECT_EQ(ranges(program, program.variables[1].domain), (std::vector<IntegerRange>{{1, 1}, {3, 3}, {7, 7}}));
    EXPECT_TRUE(program.variables[2].is_boolean && program.variables[2].is_defined);
    EXPECT_FALSE(program.variables[0].is_defined);
    EXPECT_EQ(ranges(program, program.variables[3].domain).front().upper, model::largest_program_integer);

    ASSERT_EQ(program.constraints.size(), 4U);
    const auto name = [&](std::size_t i) { return program.predicates[program.constraints[i].predicate]; };
    EXPECT_EQ(name(0), "int_lin_ne");
    const auto arguments = program.arguments_of(program.constraints[0]);
    ASSERT_EQ(arguments.size(), 3U);
    EXPECT_EQ(program.elements_of(arguments[0])[1], (Term{TermKind::integer, 0, -1}));
    EXPECT_EQ(program.elements_of(arguments[1])[1], (Term{TermKind::variable, 0, 1}));
    EXPECT_EQ(program.constraints[1].line, 11U);
    EXPECT_EQ(program.constraints[2].line, 12U);
    EXPECT_EQ(program.constraints[2].column, 14U);
    EXPECT_EQ(ranges(program, program.arguments_of(program.constraints[2])[1]),
              (std::vector<IntegerRange>{{1, 2}, {7, 7}}));
    EXPECT_EQ(program.arguments_of(program.constraints[3])[0].size, 0U);
    EXPECT_EQ(program.arguments_of(program.constraints[3])[1], (Term{TermKind::boolean, 0, 1}));

    EXPECT_EQ(program.goal, model::Goal::minimize);
    EXPECT_EQ(program.objective, (Term{TermKind::variable, 0, 3}));
    ASSERT_EQ(program.search.size(), 2U);
    EXPECT_EQ(program.search[0].variable_choice, "first_fail");
    EXPECT_EQ(program.search[0].variables.size, 2U);
    EXPECT_EQ(program.search[1].value_choice, "indomain_max");
    EXPECT_EQ(program.elements_of(program.search[1].variables)[0], (Term{TermKind::variable, 0, 2}));

    ASSERT_EQ(program.outputs.size(), 3U);
    EXPECT_EQ(program.outputs[2].name, "q");
    EXPECT_EQ(program.outputs[2].dimensions, (std::vector<IntegerRange>{{0, 1}}));
    EXPECT_TRUE(program.outputs[1].is_boolean);
}

TEST(FlatZinc, constants_of_every_type) {
    const ConstraintProgram program = parse(
        "int: n = 0x1F; bool: yes = true; float: f = -1.5e-3; set of int: s = {3,1,2,9}; set of int: e = 1..0;"
        "array [1..2] of set of int: sets = [s,4..5]; array [1..0] of int: none = []; array [1..1] of float: g = [2];"
        "var int: x = n; constraint p(n,yes,s,e,sets,none,sets[2],-0o17,f);" +
        end);
    ASSERT_EQ(program.constraints.size(), 2U);
    const auto equal = program.arguments_of(program.constraints[0]);
    EXPECT_EQ(program.predicates[program.constraints[0].predicate], "int_eq");
    EXPECT_EQ(equal[1], (Term{TermKind::integer, 0, 31}));
    const auto arguments = program.arguments_of(program.constraints[1]);
    EXPECT_EQ(arguments[1], (Term{TermKind::boolean, 0, 1}));
    EXPECT_EQ(ranges(program, arguments[2]), (std::vector<IntegerRange>{{1, 3}, {9, 9}}));
    EXPECT_TRUE(ranges(program, arguments[3]).empty());
    EXPECT_EQ(ranges(program, program.elements_of(arguments[4])[1]), (std::vector<IntegerRange>{{4, 5}}));
    EXPECT_EQ(arguments[5], (Term{TermKind::array, 0, arguments[5].value}));
    EXPECT_EQ(arguments[6], program.elements_of(arguments[4])[1]);
    EXPECT_EQ(arguments[7].value, -15);
    EXPECT_EQ(arguments[8].kind, TermKind::number);
}

TEST(FlatZinc, domains_of_arrays_restrict_their_elements) {
    const ConstraintProgram program = parse(
        "var 0..3: x; var {0,2}: y; array [1..3] of var 0..2: a = [x,y,7]; array [1..1] of var int: b = [x];" + end);
    ASSERT_EQ(program.constraints.size(), 2U);
    EXPECT_EQ(program.arguments_of(program.constraints[0])[0], (Term{TermKind::variable, 0, 0}));
    EXPECT_EQ(program.arguments_of(program.constraints[1])[0], (Term{TermKind::integer, 0, 7}));
    EXPECT_EQ(ranges(program, program.arguments_of(program.constraints[1])[1]), (std::vector<IntegerRange>{{0, 2}}));
}

TEST(FlatZinc, an_empty_domain_is_a_domain) {
    EXPECT_EQ(parse("var 1..0: x; " + end).variables[0].domain.size, 0U);
    EXPECT_EQ(parse("var {}: x; " + end).variables[0].domain.size, 0U);
}

TEST(FlatZinc, the_largest_integers) {
    const ConstraintProgram program =
        parse("var -4611686018427387903..4611686018427387903: x; var {4611686018427387903,1}: y; " + end);
    EXPECT_EQ(ranges(program, program.variables[0].domain).front().lower, -model::largest_program_integer);
    EXPECT_EQ(program.variables[1].domain.size, 2U);
    expect_error("var 0..4611686018427387904: x;" + end, "1:8", "beyond ±4611686018427387903");
    expect_error("constraint p(\n-99999999999999999999999);" + end, "2:1", "beyond");
}

TEST(FlatZinc, syntax_errors_name_what_was_expected) {
    expect_error("var int x;\n" + end, "1:9", "expected ':'");
    expect_error("var 1..: x;\n" + end, "1:8", "expected an integer");
    expect_error("constraint p(1,);\n" + end, "1:16",
                 "expected true or false, an integer, a number with a point, a name, '[' or '{'");
    expect_error("array [1..1] of var int: x = [[1]];" + end, "1:31", "expected");
    expect_error("solve maximise x;", "1:7", "satisfy, minimize, maximize");
    expect_error("var int: x;", "1:12", "there is no solve item");
    expect_error("", "1:1", "there is no solve item");
    expect_error("solve satisfy", "1:14", "the text ends here (expected ';')");
    expect_error("constraint p(\"a\nb\");" + end, "1:14", "this text has no end");
    expect_error("var int: \x01;" + end, "1:10", "no meaning");
    expect_error("\xff\xfe", "1:1", "no meaning");
    expect_error(std::string("solve satisfy;\0", 15), "1:15", "no meaning");
}

TEST(FlatZinc, what_is_not_supported_is_named_with_its_place) {
    expect_error("var bool: b;\nvar float: x;" + end, "2:5", "float variables are not supported");
    expect_error("var 0.5..1.5: x;" + end, "1:5", "float variables are not supported");
    expect_error("var set of 1..3: x;" + end, "1:5", "set variables are not supported");
    expect_error("array [1..1] of var float: x = [];" + end, "1:21", "float variables");
}

TEST(FlatZinc, names_and_types_are_checked) {
    expect_error("constraint p(x);" + end, "1:14", "'x' is not declared");
    expect_error("var int: x; var bool: x;" + end, "1:23", "'x' is declared twice");
    expect_error("var int: x; int: n = x;" + end, "1:22", "a variable cannot be the value of a constant");
    expect_error("var int: x; var bool: y = x;" + end, "1:27", "expected a bool");
    expect_error("bool: b = 1;" + end, "1:11", "expected a bool");
    expect_error("int: b = 1.5;" + end, "1:10", "expected an int");
    expect_error("int: b = {1};" + end, "1:10", "a set has another type");
    expect_error("array [1..2] of int: a = [1];" + end, "1:26", "the array has 1 elements (expected 2)");
    expect_error("array [0..1] of int: a = [1,2];" + end, "1:8", "expected 1");
    expect_error("array [1..1] of int: a = [true];" + end, "1:26", "expected an int");
    expect_error("array [1..1] of int: a = [1]; constraint p(a[2]);" + end, "1:44", "'a' has no element 2");
    expect_error("var int: a; constraint p(a[1]);" + end, "1:26", "'a' is not an array");
    expect_error("array [1..1] of int: a = [1]; constraint p([a]);" + end, "1:45", "an array within an array");
    expect_error("array [1..1] of int: a = [1]; solve minimize a;", "1:46", "the objective is no integer");
    expect_error("var bool: b; solve minimize b;", "1:29", "the objective is no integer");
    expect_error(end + end, "1:21", "a solve item before");
}

TEST(FlatZinc, annotations_that_matter_are_checked) {
    expect_error("var int: x :: output_array([1..2]);" + end, "1:15", "does not belong here");
    expect_error("array [1..1] of int: a :: output_var = [1];" + end, "1:27", "does not belong here");
    expect_error("array [1..1] of int: a :: output_array([1..2]) = [1];" + end, "1:27", "do not fit");
    expect_error("array [1..1] of int: a :: output_array(1..1) = [1];" + end, "1:27", "are missing");
    expect_error("array [1..1] of int: a :: output_array([0..4611686018427387903,0..4611686018427387903]) = [1];" + end,
                 "1:27", "do not fit");
    expect_error("solve :: int_search(x,first_fail,indomain_min,complete) satisfy;", "1:10", "over no variables");
    expect_error("solve :: seq_search([int_search([])]) satisfy;", "1:22", "lacks arguments");
    EXPECT_EQ(error_of("var int: x; solve :: int_search([x,1,x],f,g,h(1.5..2.5,{1},\"\")) :: warm([1]) :: w satisfy;"),
              "no error");
}

TEST(FlatZinc, deep_and_long_inputs_end) {
    const std::size_t depth = 100000;
    std::string calls;
    for (std::size_t i = 0; i < depth; ++i) calls += "seq_search([";
    calls += "int_search([x],a,b,c)";
    for (std::size_t i = 0; i < depth; ++i) calls += "])";
    EXPECT_EQ(parse("var int: x; solve :: " + calls + " satisfy;").search.size(), 1U);
    expect_error("solve :: " + std::string(depth, '[') + " satisfy;", "1:10", "expected a name");
    expect_error("constraint p(" + std::string(depth, '['), "1:15", "expected");

    std::string long_array = "array [1..200000] of int: a = [";
    for (int i = 0; i < 200000; ++i) long_array += i == 0 ? "7" : ",7";
    EXPECT_EQ(parse(long_array + "]; " + end).elements.size(), 200000U);
}

TEST(FlatZinc, damaged_files_are_read_or_refused) {
    const std::string whole =
        "array [1..2] of int: w = [1,-1];\nvar 0..9: x :: output_var; var {1,3}: y;\n"
        "array [1..2] of var int: q:: output_array([1..2]) = [x,y];\nconstraint int_lin_le(w,q,-1) :: domain;\n"
        "solve :: int_search([x,y],first_fail,indomain_min,complete) minimize y;";
    Random random(7);
    std::size_t read = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string text = whole;
        for (std::uint64_t edits = 1 + random.below(3); edits > 0; --edits) {
            const std::size_t at = random.below(text.size());
            const std::size_t from = random.below(text.size());
            switch (random.below(3)) {
                case 0:
                    text[at] = static_cast<char>(random.below(256));
                    break;
                case 1:
                    text.erase(at, 1 + random.below(8));
                    break;
                default:
                    text.insert(at, whole.substr(from % whole.size(), 1 + random.below(8)));
            }
            if (text.empty()) text = ";";
        }
        try {
            (void)parse(text);
            ++read;
        } catch (const InputError& error) {
            EXPECT_GT(error.location().line, 0U);
        }
    }
    EXPECT_GT(read, 100U);
}

}  // namespace
}  // namespace sinew::read
