// SPDX-License-Identifier: Apache-2.0
// The tree obeys its own rules; and a tree that breaks one of them is caught.
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "checker.hpp"

namespace {

namespace fs = std::filesystem;

TEST(Structure, this_tree_has_no_violations) {
    for (const std::string& violation : structure::violations(SINEW_SOURCE_DIR)) ADD_FAILURE() << violation;
}

/// A small tree that breaks no rule, to be broken by one file at a time.
class FakeTree : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "sinew-structure-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        root_ = name;
        write("docs/architecture.md",
              "| floor | folder | holds | may include |\n|---|---|---|---|\n"
              "| 0 | `base/` | x | – |\n| 1 | `model/` | x | base |\n| 1 | `sat/` | x | base |\n"
              "| 2 | `read/<format>/` | x | model |\n| 3 | `linear/` | x | model |\n| 4 | `cli/` | x | all |\n");
        write("docs/README.md", "see [the map](architecture.md)\n");
        write("README.md", "see [the map](docs/architecture.md)\n");
        write("src/README.md", "x\n");
        write("src/CMakeLists.txt",
              "sinew_floor(base)\nsinew_floor(model sinew_base)\nsinew_floor(linear sinew_model)\n");
        write("src/base/README.md", "`a.hpp`\n");
        write("src/base/a.hpp", "#pragma once\n#include <vector>\n");
        write("src/model/README.md", "`b.hpp`, `b.cpp`\n");
        write("src/model/b.hpp", "#include \"base/a.hpp\"\n");
        write("src/model/b.cpp", "#include \"model/b.hpp\"\n#include \"base/a.hpp\"\n");
        write("src/linear/README.md", "`c.cpp`\n");
        write("src/linear/c.cpp", "#include <glpk.h>\n#include \"base/a.hpp\"\n#include \"model/b.hpp\"\n");
        write("src/cli/README.md", "`main.cpp`\n");
        write("src/cli/main.cpp", "#include <boost/program_options.hpp>\n#include \"model/b.hpp\"\n");
        ASSERT_EQ(structure::violations(root_), std::vector<std::string>{});
    }
    void TearDown() override { fs::remove_all(root_); }

    void write(const fs::path& file, const std::string& text) {
        fs::create_directories((root_ / file).parent_path());
        std::ofstream(root_ / file) << text;
    }
    /// Exactly one violation, and it says `words`.
    void expect_one(const std::string& words) {
        const std::vector<std::string> found = structure::violations(root_);
        ASSERT_EQ(found.size(), 1U) << testing::PrintToString(found);
        EXPECT_NE(found[0].find(words), std::string::npos) << found[0];
    }

    fs::path root_;
};

TEST_F(FakeTree, arrow_upwards) {
    write("src/base/a.hpp", "#include \"model/b.cpp\"\n");
    write("src/model/b.cpp", "#include \"model/b.hpp\"\n");
    const std::vector<std::string> found = structure::include_violations(root_);
    ASSERT_EQ(found.size(), 2U);  // the arrow, and the cycle that it closes
    EXPECT_NE(found[0].find("src/base/a.hpp:1: base may not include model"), std::string::npos) << found[0];
    EXPECT_NE(found[1].find("cycle of includes: "), std::string::npos) << found[1];
}

TEST_F(FakeTree, arrow_sideways) {
    write("src/sat/README.md", "`s.hpp`\n");
    write("src/sat/s.hpp", "#include \"base/a.hpp\"\n  #  include \"model/b.hpp\"\n");
    expect_one("src/sat/s.hpp:2: sat may not include model");
}

TEST_F(FakeTree, cycle_within_a_folder) {
    write("src/model/b.hpp", "#include \"model/d.hpp\"\n");
    write("src/model/d.hpp", "#include \"model/b.hpp\"\n");
    write("src/model/README.md", "`b.hpp`, `b.cpp`, `d.hpp`\n");
    expect_one("cycle of includes: model/b.hpp -> model/d.hpp -> model/b.hpp");
}

TEST_F(FakeTree, public_header_with_an_internal_one) {
    write("include/sinew/README.md", "`all.hpp`, `number.hpp`\n");
    write("include/sinew/number.hpp", "#include <string>\n#include <gmpxx.h>\n");
    write("include/sinew/all.hpp", "#include <sinew/number.hpp>\n");
    EXPECT_EQ(structure::violations(root_), std::vector<std::string>{});
    write("include/sinew/all.hpp", "#include \"model/b.hpp\"\n");
    expect_one("include/sinew/all.hpp:1: a public header may not include model/b.hpp");
    write("include/sinew/all.hpp", "#include <fmt/core.h>\n");
    expect_one("include/sinew/all.hpp:1: a public header may not include fmt/core.h");
    write("include/sinew/all.hpp", "#include <sinew/none.hpp>\n");
    expect_one("include/sinew/all.hpp:1: sinew/none.hpp is not in include/");
}

TEST_F(FakeTree, include_of_nothing) {
    write("src/model/b.hpp", "#include \"b.inl\"\n");
    expect_one("b.inl is not in src/");
}

TEST_F(FakeTree, folder_without_a_row) {
    write("src/extra/README.md", "`e.hpp`\n");
    write("src/extra/e.hpp", "\n");
    expect_one("no row for extra");
}

TEST_F(FakeTree, row_that_climbs) {
    write("docs/architecture.md",
          "| 0 | `base/` | x | model |\n| 1 | `model/` | x | base |\n| 2 | `linear/` | x | model |\n"
          "| 4 | `cli/` | x | all |\n");
    EXPECT_NE(structure::include_violations(root_), std::vector<std::string>{});
}

TEST_F(FakeTree, row_that_names_what_is_not_included) {
    write("src/model/b.hpp", "\n");
    write("src/model/b.cpp", "#include \"model/b.hpp\"\n");
    const std::vector<std::string> found = structure::include_violations(root_);
    ASSERT_EQ(found.size(), 1U) << testing::PrintToString(found);
    EXPECT_NE(found[0].find("model may include base, but does not"), std::string::npos) << found[0];
}

TEST_F(FakeTree, link_against_the_table) {
    write("src/CMakeLists.txt", "sinew_floor(base sinew_model)\n");
    expect_one("src/CMakeLists.txt:1: base may not link model");
}

TEST_F(FakeTree, second_file_with_glpk) {
    write("src/model/b.cpp", "#include <glpk.h>\n");
    expect_one("glpk.h is included by");
}

TEST_F(FakeTree, second_file_with_mpfr) {
    write("src/model/b.cpp", "#include <mpfr.h>\n");
    write("src/linear/c.cpp", "#include <mpfr.h>\n#include \"model/b.hpp\"\n");
    expect_one("mpfr.h is included by");
}

TEST_F(FakeTree, program_options_below_cli) {
    write("src/model/b.cpp", "#include <boost/program_options/parsers.hpp>\n");
    expect_one("only cli and programs know");
}

TEST_F(FakeTree, printing_threads_and_files_elsewhere) {
    for (const char* line :
         {"fmt::print(\"x\");", "std::cerr << 1;", "std::fputs(text, stdout);", "std::thread other(run);",
          "std::ofstream file(name);", "std::fopen(name, \"wb\");", "std::from_chars(a, b, x);",
          "x = std::stoul(text);", "x = strtod (a, &b);", "x = atoi(a);", "mpz_set_str(x, a, 0);",
          "Integer x(std::string(a));", "const mpq_class x{\"010\"};"}) {
        write("src/model/b.cpp", std::string("// std::cout is for others\n") + line + "\n");
        expect_one("src/model/b.cpp:2: only src/");
    }
}

TEST_F(FakeTree, what_has_one_door) {
    for (const char* line :
         {"fmt::print(\"x\");", "std::thread worker;", "std::ofstream file(name);", "json.dump(2);"}) {
        write("src/model/b.cpp", std::string(line) + "\n");
        expect_one("src/model/b.cpp:1: only src/");
    }
}

TEST_F(FakeTree, long_file) {
    std::string text;
    for (int i = 0; i < 600; ++i) text += "\n";
    write("src/model/b.cpp", text);
    EXPECT_EQ(structure::violations(root_), std::vector<std::string>{});
    write("src/model/b.cpp", text + "\n");
    expect_one("601 lines");
    write("src/model/b.cpp", "// HOT:\n" + text);
    expect_one("601 lines");
    write("src/model/b.cpp", "// HOT: one kernel\n" + text);
    EXPECT_EQ(structure::violations(root_), std::vector<std::string>{});
}

TEST_F(FakeTree, checker_that_nobody_reads) {
    std::string text;
    for (int i = 0; i < 600; ++i) text += "\n";
    std::string page;
    for (int i = 0; i <= 10; ++i) {
        const std::string name = "part" + std::to_string(i) + ".hpp";
        page += "`" + name + "`\n";
        write("src/check/" + name, text);
    }
    write("src/check/README.md", page);
    const std::vector<std::string> found = structure::length_violations(root_);
    ASSERT_EQ(found.size(), 1U) << testing::PrintToString(found);
    EXPECT_NE(found[0].find("src/check has 6600 lines"), std::string::npos) << found[0];
}

TEST_F(FakeTree, file_that_no_page_names) {
    write("src/model/e.hpp", "\n");
    expect_one("src/model/README.md does not name e.hpp");
}

TEST_F(FakeTree, page_that_names_what_is_gone) {
    fs::remove(root_ / "src/model/b.cpp");
    expect_one("src/model/README.md names b.cpp, which is not there");
}

TEST_F(FakeTree, folder_without_a_page) {
    fs::remove(root_ / "src/model/README.md");
    expect_one("src/model/README.md is missing");
}

TEST_F(FakeTree, link_to_nowhere) {
    write("README.md", "see [json](docs/json.md)\n");
    expect_one("links to docs/json.md");
    write("README.md", "see `docs/json.md`\n");
    expect_one("names docs/json.md");
}

TEST_F(FakeTree, path_of_a_machine) {
    write("docs/README.md", std::string("cd /ho") + "me/me/sinew\n");
    expect_one("docs/README.md:1: a path of one machine");
}

}  // namespace
