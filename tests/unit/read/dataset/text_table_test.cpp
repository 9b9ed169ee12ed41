// SPDX-License-Identifier: Apache-2.0
// Tables of numbers and words: separators, quotes, headers, and the place of every error.
#include "read/dataset/text_table.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace {

using sinew::InputError;
using sinew::model::TextTable;
using sinew::read::Header;
using sinew::read::parse_text_table;

TextTable parse(std::string_view text, Header header = Header::automatic, std::string_view known = {}) {
    return parse_text_table(text, "t", header, known);
}

std::vector<std::string> cells_of(const TextTable& table) {
    std::vector<std::string> cells;
    for (std::size_t row = 0; row < table.rows(); ++row)
        for (std::size_t c = 0; c < table.columns(); ++c) cells.push_back(table.cell(row, c));
    return cells;
}

void expect_error(std::string_view text, std::size_t line, std::size_t column, const std::string& words) {
    SCOPED_TRACE(std::string(text));
    try {
        parse(text);
        ADD_FAILURE() << "no error";
    } catch (const InputError& error) {
        EXPECT_EQ(error.location().line, line);
        EXPECT_EQ(error.location().column, column);
        EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
}

TEST(TextTable, separators) {
    for (const char* text :
         {"a,b\n1,x\n2,y\n", "a;b\n1;x\n2;y", "a\tb\r\n1\tx\r\n2\ty\r\n", "  a   b\n1 x  \n\n2   y\n",
          "\xef\xbb\xbf"
          "a, b\n 1 ,x\n2,y\n"}) {
        SCOPED_TRACE(text);
        const TextTable table = parse(text);
        EXPECT_EQ(table.names, (std::vector<std::string>{"a", "b"}));
        EXPECT_EQ(cells_of(table), (std::vector<std::string>{"1", "x", "2", "y"}));
    }
    EXPECT_EQ(cells_of(parse("a\tb\n1\t\n", Header::present)), (std::vector<std::string>{"1", ""}));
    EXPECT_EQ(cells_of(parse("a,b\n,\n", Header::present)), (std::vector<std::string>{"", ""}));
}

TEST(TextTable, quotes) {
    const TextTable table = parse("\"a,b\",c\n\"say \"\"hi\"\"\",1\n\"two\nlines\",2\n");
    EXPECT_EQ(table.names, (std::vector<std::string>{"a,b", "c"}));
    EXPECT_EQ(cells_of(table), (std::vector<std::string>{"say \"hi\"", "1", "two\nlines", "2"}));
    EXPECT_EQ(table.lines, (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(parse("'a' \"b c\"\n1 2\n").names, (std::vector<std::string>{"'a'", "b c"}));
    expect_error("a,b\n1,\"x\n", 2, 3, "not closed");
    expect_error("a,b\n\"x\"y,1\n", 2, 4, "closing quote");
}

TEST(TextTable, headers) {
    EXPECT_TRUE(parse("a,b\nx,1\n").has_header);
    EXPECT_FALSE(parse("a,b\nx,y\n").has_header);  // words alone: a label that is known tells
    EXPECT_TRUE(parse("a,b\nx,y\n", Header::automatic, "b").has_header);
    EXPECT_FALSE(parse("a,1\nx,2\n").has_header);
    EXPECT_EQ(parse("1,2\n3,4\n").names, (std::vector<std::string>{"column 1", "column 2"}));
    EXPECT_EQ(parse("1,2\n3,4\n", Header::present).names, (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(parse("a,b\nx,1\n", Header::absent).rows(), 2U);
}

TEST(TextTable, a_header_is_one_by_all_of_its_cells) {
    // The first row has a damaged number, not names.
    expect_error("5,l,3\n1,2,3\n4,5,6\n", 1, 3, "'l'");
    expect_error("red, l\nblue,2\nred,3\n", 1, 6, "'l'");
    // Missing values say nothing.
    EXPECT_FALSE(parse("5,?,3\n1,2,3\n").has_header);
    EXPECT_TRUE(parse(",b,c\n1,2,3\n").has_header);
    EXPECT_TRUE(parse("a,b,c\n1,,3\n2,4,?\n").has_header);
    // The name of a column that somebody knows.
    EXPECT_TRUE(parse("2019,2020,y\n1,2,3\n", Header::automatic, "y").has_header);
    EXPECT_TRUE(parse("2019,2020,2021\n1,2,3\n", Header::automatic, "2021").has_header) << "no column has this number";
    EXPECT_FALSE(parse("5,3,1\n1,2,3\n", Header::automatic, "3").has_header) << "the third column";
    EXPECT_TRUE(parse("a,b,c\n1,2,3\n", Header::automatic, "3").has_header);
    EXPECT_THROW(parse("0,1,2,3\n1,2,3,4\n", Header::automatic, "3"), InputError) << "column 3, or the one called 3";
    EXPECT_TRUE(parse("0,1,2,3\n1,2,3,4\n").header_is_doubtful);
    EXPECT_EQ(parse("\na,b\nx,1\n").header_line, 2U);
}

TEST(TextTable, errors_have_places) {
    expect_error("", 0, 0, "empty");
    expect_error("\n\n", 0, 0, "empty");
    expect_error("a,b\n1,2\n3\n", 3, 0, "1 columns");
    expect_error("a,a\n1,2\n", 1, 0, "two columns");
    EXPECT_THROW(parse("a,b\n", Header::present), InputError);
    EXPECT_THROW(parse(std::string_view("a,b\n1\0,2\n", 9)), InputError);
}

}  // namespace
