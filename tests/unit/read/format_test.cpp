// SPDX-License-Identifier: Apache-2.0
// What a file is, by its content and by its name.
#include "read/format.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/program.hpp"

namespace sinew::read {
namespace {

struct Case {
    std::string_view text;
    Format format;
};

class Contents : public testing::TestWithParam<Case> {};

TEST_P(Contents, say_what_they_are) {
    EXPECT_EQ(format_of_content(GetParam().text), GetParam().format) << GetParam().text;
    const std::string marked = "\xef\xbb\xbf" + std::string(GetParam().text);
    if (GetParam().text.find('\0') == std::string_view::npos) {
        EXPECT_EQ(format_of_content(marked), GetParam().format) << marked;
    }
}

using namespace std::string_view_literals;

const Case cases[] = {
    {"dnn = {\n", Format::dnn},
    {"# a network\r\n\r\ndnn={'y0': 'x0'}", Format::dnn},
    {"conditions = { 'in': 'x0 < 1' }", Format::dnn},
    {"{\"dnn\": {\"y0\": \"x0\"}}", Format::dnn},
    {"{'in': '(x0 < 0)'}", Format::dnn},
    {"x0 >= 0\nx0 <= 1\n", Format::dnn},
    {"// a property of Marabou\nx0 >= 0.6\n+y0 -y1 <= 0\n", Format::dnn},
    {"// a network\n// of two layers\n2,3,2,4,\n3,4,2,\n0,\n", Format::nnet},
    {"1, 2, 1, 2\r\n2, 1\r\n0\r\n", Format::nnet},
    {"1,2,3,4\n5,6,7,8\n", Format::unknown},
    {"# conditions\n(and (x0 < 0) (y0 > 1))", Format::dnn},
    {"(x0 < 0)", Format::dnn},
    {"in: x0 < 1\nout: y0 > 1", Format::dnn},
    {"in:\n  x0 < 1", Format::dnn},
    {"input[0] < 1", Format::dnn},
    {"input < 1", Format::dnn},
    {"precision = 1000\ndnn = {}", Format::dnn},
    {"(set-logic QF_LRA)\n(declare-const X_0 Real)", Format::smtlib},
    {"; a script\n(declare-fun x () Real)\n(assert (> x 0))\n(check-sat)", Format::smtlib},
    {"( set-info :status sat)", Format::smtlib},
    {"; a property\n(declare-const X_0 Real)\n(assert (<= X_0 1))", Format::vnnlib},
    {"(vnnlib-version <2.0>)", Format::vnnlib},
    {"p cnf 1 1\n1 0\n", Format::dimacs},
    {"c a comment\nc\np cnf 1 1\n1 0\n", Format::dimacs},
    {"* #variable= 1 #constraint= 1\n", Format::opb},
    {"min: +1 x1 ;\n", Format::opb},
    {"+1 x1 -2 ~x2 >= 1;\n", Format::opb},
    {"@C1 +1 x1 >= 1;\n", Format::opb},
    {"var bool: a;\nsolve satisfy;", Format::flatzinc},
    {"% made by hand\nint: n = 3;", Format::flatzinc},
    {"array [1..2] of var int: q;", Format::flatzinc},
    {"predicate p(var int: x);", Format::flatzinc},
    {"input bits 4\nsign\n", Format::bnn},
    {"# a network\ninput pixels 1 x 4 x 4\n", Format::bnn},
    {"6\n2\n3\n2\n1\n2\n0,0\n", Format::ipq},
    {"net.onnx,prop.vnnlib,60\n", Format::instances},
    {"onnx,vnnlib,timeout\na,b,1\n", Format::instances},
    {"\x08\x07\x12\x04\x74\x65st:\x02\x0a\x00"sv, Format::onnx},
    {"\x89PNG\r\n\x1a\n\0\0"sv, Format::unknown},
    {"PK\x03\x04"sv, Format::unknown},
    {"", Format::unknown},
    {"  \n\t\n", Format::unknown},
    {"# nothing but a comment", Format::unknown},
    {"hello world", Format::unknown},
    {"0.1,0.2,0.3\n", Format::unknown},
};
INSTANTIATE_TEST_SUITE_P(All, Contents, testing::ValuesIn(cases));

TEST(FindFormat, the_name_decides_what_the_content_leaves_open) {
    const support::TemporaryFolder folder;
    EXPECT_EQ(find_format(folder.write("a.dnn", "")), Format::dnn);
    EXPECT_EQ(find_format(folder.write("a.smt2", "(declare-const X_0 Real)")), Format::smtlib);
    EXPECT_EQ(find_format(folder.write("b.vnnlib", "(declare-const X_0 Real)")), Format::vnnlib);
    EXPECT_EQ(find_format(folder.write("a.cnf", "dnn = {}")), Format::dnn);
    EXPECT_EQ(find_format(folder.write("a.txt", "hello")), Format::unknown);
    EXPECT_EQ(find_format(folder.path().string()), Format::folder);
    EXPECT_EQ(find_format("/nonexistent/a.opb"), Format::opb);
    EXPECT_THROW(find_format("/nonexistent/a"), InputError);
}

TEST(FindFormat, names_of_formats) {
    for (const std::string& name : format_names()) EXPECT_NE(format_named(name).has_value(), name == "auto") << name;
    EXPECT_FALSE(format_named("").has_value());
    EXPECT_FALSE(format_named("pdf").has_value());
    EXPECT_EQ(to_string(Format::smtlib), "smt2");
}

TEST(FindFormat, what_nobody_knows_is_described) {
    const support::TemporaryFolder folder;
    const auto message = [&](std::string_view content) {
        try {
            fail_format(folder.write("file", std::string(content)), Format::unknown, "a query");
        } catch (const InputError& error) {
            return std::string(error.what());
        }
    };
    EXPECT_NE(message("").find("the file is empty (expected a query)"), std::string::npos);
    EXPECT_NE(message("\n  hello\n").find("it begins with 'hello'"), std::string::npos);
    EXPECT_NE(message("\x89HDF\r\n").find("HDF5"), std::string::npos);
    EXPECT_NE(message("\x80\x02}q").find("pickle"), std::string::npos);
    EXPECT_NE(message("\x01\x02\x03"sv).find("no text"), std::string::npos);
}

}  // namespace
}  // namespace sinew::read
