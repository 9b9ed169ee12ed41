// SPDX-License-Identifier: Apache-2.0
#include "read/dimacs/read_dimacs.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/error.hpp"

namespace sinew::read {
namespace {

TEST(ReadDimacs, ClausesSpanLinesAndCommentsStandAnywhere) {
    const model::Cnf cnf = read_dimacs_text(
        "c first\n\np  cnf 4 3\r\n1 -2\n 3 0 c4\n"
        "-4 0\nc between\n\t0\n",
        "f");
    EXPECT_EQ(cnf.variable_count, 4U);
    EXPECT_EQ(cnf.literals, (std::vector<std::int32_t>{1, -2, 3, -4}));
    EXPECT_EQ(cnf.begin, (std::vector<std::size_t>{0, 3, 4, 4}));
}

TEST(ReadDimacs, APercentSignEndsTheFormula) {
    const model::Cnf cnf = read_dimacs_text("p cnf 2 1\n1 2 0\n%\n0\n", "f");
    EXPECT_EQ(cnf.clause_count(), 1U);
}

TEST(ReadDimacs, AnEmptyFormula) {
    const model::Cnf cnf = read_dimacs_text("p cnf 0 0", "f");
    EXPECT_EQ(cnf.variable_count, 0U);
    EXPECT_EQ(cnf.clause_count(), 0U);
}

struct BadText {
    std::string text;
    std::size_t line;
    std::size_t column;
    std::string words;
};

TEST(ReadDimacs, ErrorsSayWhereAndWhat) {
    const std::vector<BadText> cases = {
        {"", 1, 1, "header"},
        {"c only a comment\n", 2, 1, "header"},
        {"1 2 0\n", 1, 1, "header"},
        {"p cn 1 1\n1 0\n", 1, 3, "header"},
        {"p cnfx 1 1\n1 0\n", 1, 6, "header"},
        {"p cnf x 1\n1 0\n", 1, 7, "number of variables"},
        {"p cnf 1\n1 0\n", 1, 8, "number of clauses"},
        {"p cnf 1 1 1\n1 0\n", 1, 11, "end of the line"},
        {"p cnf 99999999999999999999 1\n1 0\n", 1, 7, "larger"},
        {"p cnf 2 1\n1 3 0\n", 2, 3, "beyond the 2"},
        {"p cnf 2 1\n1 99999999999999999999999 0\n", 2, 3, "larger"},
        {"p cnf 2 1\n1 2\n", 3, 1, "does not end"},
        {"p cnf 2 1\n1 2x 0\n", 2, 4, "no number"},
        {"p cnf 2 1\n1 - 0\n", 2, 4, "no number"},
        {"p cnf 2 1\n1 -", 2, 4, "ends here"},
        {"p cnf 2 1\n1 -0\n", 2, 3, "-0"},
        {"p cnf 2 1\n1 0\n2 0\n", 3, 3, "more clauses than the 1"},
        {"p cnf 2 3\n1 0\n2 0\n", 4, 1, "announces 3 clauses, but there are 2"},
        {std::string("p cnf 2 1\n\0 0\n", 14), 2, 1, "no number"},
    };
    for (const BadText& bad : cases) {
        try {
            read_dimacs_text(bad.text, "bad.cnf");
            FAIL() << bad.text;
        } catch (const InputError& error) {
            EXPECT_EQ(error.location().file, "bad.cnf");
            EXPECT_EQ(error.location().line, bad.line) << bad.text << error.what();
            EXPECT_EQ(error.location().column, bad.column) << bad.text << error.what();
            EXPECT_NE(std::string(error.what()).find(bad.words), std::string::npos) << error.what();
        }
    }
}

TEST(ReadDimacs, NumbersFarApartAreRenumbered) {
    const model::Cnf far = read_dimacs_text("p cnf 2000000000 2\n5 -2000000000 0\n-70000 5 0\n", "f");
    EXPECT_EQ(far.variable_count, 3U);
    EXPECT_EQ(far.literals, (std::vector<std::int32_t>{1, -3, -2, 1}));
    EXPECT_EQ(far.names, (std::vector<std::int32_t>{5, 70000, 2000000000}));
    EXPECT_EQ(far.name(3), 2000000000);
    const model::Cnf near = read_dimacs_text("p cnf 65536 1\n-65536 0\n", "f");
    EXPECT_EQ(near.variable_count, 65536U);
    EXPECT_TRUE(near.names.empty());
    EXPECT_EQ(near.name(3), 3);
    EXPECT_EQ(read_dimacs_text("p cnf 2147483647 0\n", "f").variable_count, 0U);
}

TEST(ReadDimacs, FilesPlainAndCompressed) {
    const std::string folder = ::testing::TempDir();
    const std::string text = "p cnf 3 2\n1 -3 0\n2 0\n";
    const std::string plain = folder + "/sinew_read_dimacs_test.cnf";
    std::ofstream(plain) << text;
    gzFile compressed = gzopen((plain + ".gz").c_str(), "wb");
    gzwrite(compressed, text.data(), static_cast<unsigned>(text.size()));
    gzclose(compressed);
    EXPECT_EQ(read_dimacs(plain).literals, (std::vector<std::int32_t>{1, -3, 2}));
    EXPECT_EQ(read_dimacs(plain + ".gz").literals, (std::vector<std::int32_t>{1, -3, 2}));
    std::filesystem::remove(plain);
    std::filesystem::remove(plain + ".gz");
    EXPECT_THROW(read_dimacs(plain), InputError);
}

}  // namespace
}  // namespace sinew::read
