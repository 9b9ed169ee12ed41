// SPDX-License-Identifier: Apache-2.0
// Memory grows with what a file holds, not with a number in it: small files with huge numbers under a small address
// space; large files under --memory, which holds while they are read.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>

#include "support/program.hpp"

namespace {

using support::ProgramOptions;
using support::ProgramResult;
using support::TemporaryFolder;

const bool measures = !support::is_sanitized();
constexpr std::size_t address_space = std::size_t{600} << 20;
constexpr long most_kilobytes = 64L * 1024;  // resident; the program alone has about 10 MB

ProgramResult sinew(std::vector<std::string> words) {
    words.insert(words.begin(), SINEW_PROGRAM);
    ProgramOptions options;
    if (measures)
        options.prepare = [] {
            const rlimit limit{address_space, address_space};
            setrlimit(RLIMIT_AS, &limit);
        };
    ProgramResult result = support::run_program(words, options);
    EXPECT_EQ(result.signal, 0);
    EXPECT_FALSE(result.out_of_time);
    if (measures) {
        EXPECT_LT(result.peak_kilobytes, most_kilobytes) << result.output << result.errors;
    }
    return result;
}

std::string input(const char* name) {
    return std::string(SINEW_SOURCE_DIR) + "/inputs/" + name;
}

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 255U);
    return bytes;
}

class SmallFiles : public testing::Test {
  protected:
    std::string file(const std::string& name, const std::string& content) { return folder_.write(name, content); }
    ProgramResult solve(const std::string& name, const std::string& content) {
        return sinew({"solve", file(name, content)});
    }
    void expect_refusal(const std::vector<std::string>& words, const std::string& message) {
        const ProgramResult result = sinew(words);
        EXPECT_EQ(result.exit_status, 2) << result.errors;
        EXPECT_NE(result.errors.find(message), std::string::npos) << result.errors;
    }
    TemporaryFolder folder_;
};

TEST_F(SmallFiles, dimacs) {
    EXPECT_EQ(solve("a.cnf", "p cnf 2000000000 1\n1 0\n").output, "s SATISFIABLE\nv 1 0\n");
    EXPECT_EQ(solve("b.cnf", "p cnf 999999999 2\n-999999999 1 0\n-1 0\n").output, "s SATISFIABLE\nv -1 -999999999 0\n");
    EXPECT_EQ(solve("c.cnf", "p cnf 2147483647 2\n2147483647 0\n-2147483647 0\n").output, "s UNSATISFIABLE\n");
    expect_refusal({"solve", file("d.cnf", "p cnf 99999999999999999999 1\n1 0\n")}, "larger than");
    expect_refusal({"solve", file("e.cnf", "p cnf 2147483647 1\n4294967297 0\n")}, "larger than");
    expect_refusal({"solve", file("f.cnf", "p cnf 3 999999999999\n1 0\n")}, "there are 1");
}

/// A proof speaks of the formula's own numbers, whatever the solver calls them.
TEST_F(SmallFiles, proofs) {
    const std::string near = file("n.cnf", "p cnf 2 4\n1 2 0\n-1 2 0\n1 -2 0\n-1 -2 0\n");
    EXPECT_EQ(sinew({"check", near, file("n.drat", "1000000000 -1000000000 0\nd 1000000000 -1000000000 0\n2 0\n0\n")})
                  .first_line(),
              "s VERIFIED");
    expect_refusal({"check", near, file("w.drat", "2147483647 0\n")}, "step 1 does not follow");
    const std::string far = file("f.cnf",
                                 "p cnf 2000000000 4\n5 2000000000 0\n-5 2000000000 0\n5 -2000000000 0\n"
                                 "-5 -2000000000 0\n");
    EXPECT_EQ(sinew({"check", far, file("f.drat", "1000000000 -1000000000 0\n2000000000 0\n0\n")}).first_line(),
              "s VERIFIED");
    expect_refusal({"check", far, file("g.drat", "1000000000 0\n")}, "step 1 does not follow");
    for (const char* form : {"--quiet", "--binary"}) {
        const std::string proof = (folder_.path() / "own.drat").string();
        EXPECT_EQ(sinew({"solve", far, "--drat", proof, form}).first_line(), "s UNSATISFIABLE");
        EXPECT_EQ(sinew({"check", far, proof}).first_line(), "s VERIFIED");
    }
}

TEST_F(SmallFiles, pseudo_boolean) {
    EXPECT_EQ(solve("a.opb", "+1 x268435456 >= 1 ;\n").output, "s SATISFIABLE\nv x268435456\n");
    EXPECT_EQ(solve("b.opb", "* #variable= 268435456 #constraint= 1\n+1 x7 >= 1 ;\n").output, "s SATISFIABLE\nv x7\n");
    const std::string far = "min: +1 x2 x200000000 +3 x3 ;\n+1 ~x268435456 x3 >= 1 ;\n+1 x2 +1 x200000000 >= 2 ;\n";
    EXPECT_EQ(solve("c.opb", far).last_line('o'), "4");
    EXPECT_EQ(solve("c.opb", far).last_line('v'), "x2 x3 x200000000 -x268435456");
    expect_refusal({"solve", file("d.opb", "+1 x99999999999 >= 1 ;\n")}, "larger than");
    const std::string out = (folder_.path() / "o.opb").string();
    EXPECT_EQ(sinew({"export", file("c.opb", far), "--out", out}).exit_status, 0);
    EXPECT_NE(support::content_of(out).find("x3: x200000000"), std::string::npos) << support::content_of(out);
    EXPECT_EQ(sinew({"solve", out}).last_line('o'), "4");
}

TEST_F(SmallFiles, constraint_programs) {
    EXPECT_EQ(solve("a.fzn", "var 1..2000000000: x :: output_var;\nsolve maximize x;\n").first_line(),
              "x = 2000000000;");
    EXPECT_EQ(solve("b.fzn",
                    "var 1..2000000000: i :: output_var;\nvar 1..2000000000: r :: output_var;\n"
                    "set of int: s = 3..2000000000;\nconstraint set_in(i,s);\n"
                    "constraint array_int_element(i,[5,6,7],r);\nsolve satisfy;\n")
                  .first_line(),
              "i = 3;");
    expect_refusal({"solve", file("c.fzn", "array [1..2000000000] of int: a = [1];\nsolve satisfy;\n")}, "1 elements");
    expect_refusal({"solve", file("d.fzn", "var 1..99999999999999999999: x;\nsolve satisfy;\n")}, "beyond");
}

TEST_F(SmallFiles, scripts) {
    std::string pushes = "(set-logic QF_LRA)(declare-const x Real)(assert (< x 1))";
    for (int i = 0; i < 1000; ++i) pushes += "(push 1000000)";
    EXPECT_EQ(solve("a.smt2", pushes + "(assert (> x 2))(check-sat)(pop 1000000000)(check-sat)").exit_status, 2);
    for (int i = 0; i < 1000; ++i) pushes += i == 0 ? "(assert (> x 2))(check-sat)(pop 1000000)" : "(pop 1000000)";
    EXPECT_EQ(solve("b.smt2", pushes + "(check-sat)").output, "unsat\nsat\n");
    expect_refusal({"solve", file("c.smt2", "(declare-const x Real)(assert (< x 1e99999))(check-sat)")}, "too large");
}

TEST_F(SmallFiles, input_queries) {
    const std::string query =
        "50000000\n2\n2\n1\n0\n1\n0,49999999\n1\n0,40000000\n49999999,0\n40000000,-9\n49999999,1\n"
        "40000000,9\n0,0,0,49999999,2,40000000,-1\n";
    const ProgramResult result = sinew({"verify", file("a.ipq", query)});
    EXPECT_EQ(result.first_line(), "sat") << result.errors;
    EXPECT_NE(result.output.find("x49999999"), std::string::npos) << result.output;
    expect_refusal({"verify", file("b.ipq", "50000000\n50000000\n50000000\n50000000\n50000000\n0\n0\n")},
                   "the query ends too early");
    expect_refusal({"verify", file("c.ipq", "2\n1\n1\n0\n0\n1\n0,0\n0\n0,1e99999\n0,1e99999\n")}, "no number is there");
}

TEST_F(SmallFiles, networks) {
    expect_refusal({"info", file("a.bnn", "input bits 67108864\nselect { 0 }\ndense 1 { + }\n")},
                   "too many components");
    expect_refusal(
        {"info", file("b.bnn", "input bits 4 x 2 x 2\nconvolution 1 of 67108864 x 67108864 output 1 x 1 { ++++ }\n")},
        "the kernel is too large");
    expect_refusal({"verify", input("onnx/distance.onnx"),
                    file("c.vnnlib", "(declare-const X_4000000000 Real)\n(declare-const X_1 Real)\n")},
                   "X_4000000000");
}

TEST_F(SmallFiles, examples) {
    const std::string network = input("bnn/strokes.bnn");
    const auto idx = [](const std::vector<std::uint32_t>& sizes) {
        std::string bytes = std::string("\0\0\x08", 3) + static_cast<char>(sizes.size());
        for (const std::uint32_t size : sizes) bytes += big_endian(size);
        return bytes;
    };
    expect_refusal({"evaluate", network, file("a", idx({4000000000U, 0, 28})), "--label", "0"}, "a dimension");
    expect_refusal({"evaluate", network, file("b", idx({4000000000U, 4000000000U, 4000000000U})), "--label", "0"},
                   "elements");
    const auto png = [](std::uint32_t width, std::uint32_t height) {
        const auto chunk = [](const std::string& body) {
            const auto* bytes = reinterpret_cast<const Bytef*>(body.data());
            return big_endian(static_cast<std::uint32_t>(body.size() - 4)) + body +
                   big_endian(static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(body.size()))));
        };
        return "\x89PNG\r\n\x1a\n" +
               chunk("IHDR" + big_endian(width) + big_endian(height) + std::string("\x08\0\0\0\0", 5)) +
               chunk("IDAT" + std::string("\x78\x9c\x63\0\0\0\x01\0\x01", 9)) + chunk("IEND");
    };
    expect_refusal({"evaluate", network, file("c.png", png(65535, 65535)), "--label", "0"}, "too large");
    expect_refusal({"evaluate", network, file("d.png", png(8000, 8000)), "--label", "0"}, "not as large as it says");
}

/// A gigabyte and more of comments in a megabyte or so: refused without being kept.
TEST_F(SmallFiles, packed_bombs) {
    const std::string path = (folder_.path() / "bomb.cnf.gz").string();
    gzFile packed = gzopen(path.c_str(), "wb1");
    ASSERT_NE(packed, nullptr);
    const std::string comment = "c" + std::string((1 << 20) - 2, ' ') + "\n";
    for (int i = 0; i < 1100; ++i) gzwrite(packed, comment.data(), static_cast<unsigned>(comment.size()));
    gzclose(packed);
    expect_refusal({"solve", path}, "the file is larger than");
}

/// What is larger than --memory ends in `unknown`, not in a crash, whatever reads it.
TEST(MemoryLimit, holds_while_files_are_read) {
    if (!measures) GTEST_SKIP() << "no ceiling under the sanitizer";
    const TemporaryFolder folder;
    // With the number of the line in place of '#'.
    const auto repeated = [](const std::string& text, std::size_t bytes) {
        const std::size_t place = std::min(text.find('#'), text.size());
        std::string result;
        for (std::size_t line = 1; result.size() < bytes; ++line) {
            result += text.substr(0, place);
            if (place < text.size()) result += std::to_string(line) + text.substr(place + 1);
        }
        return result;
    };
    constexpr std::size_t large = std::size_t{24} << 20;
    const std::string constants =
        "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)"
        "(declare-const Y_1 Real)";
    struct Case {
        std::vector<std::string> words;
        std::string answer;  ///< in the output
    };
    const std::vector<Case> cases = {
        {{"solve", folder.write("a.cnf", "p cnf 9 9999999\n" + repeated("1 2 -3 0\n", large))}, "s UNKNOWN"},
        {{"solve", folder.write("a.opb", repeated("+1 x1 +2 x2 >= 1;\n", large))}, "s UNKNOWN"},
        {{"solve",
          folder.write("a.smt2", "(declare-const x Real)" + repeated("(assert (or (< x #) (> x 2.5)))\n", large))},
         "unknown"},
        {{"solve", folder.write("a.fzn", "var 1..3: x;\n" + repeated("constraint int_le(x,2);\n", large))},
         "=====UNKNOWN====="},
        {{"verify", folder.write("a.dnn", "dnn = {" + repeated("'y0': '1x0 + 2x1',\n", large))}, "unknown"},
        {{"verify", input("onnx/distance.onnx"),
          folder.write("a.vnnlib", constants + repeated("(assert (or (<= X_0 #) (>= Y_0 2.5)))\n", large))},
         "unknown"},
        {{"check", folder.write("b.cnf", "p cnf 9 9999999\n" + repeated("1 2 -3 0\n", large)), "none.drat"},
         "s UNKNOWN"},
    };
    for (const Case& one : cases) {
        std::vector<std::string> words = one.words;
        words.insert(words.begin(), SINEW_PROGRAM);
        words.insert(words.end(), {"--memory", "40M"});
        const ProgramResult result = support::run_program(words);
        SCOPED_TRACE(one.words[1] + "\n" + result.output.substr(0, 300) + result.errors.substr(0, 300));
        EXPECT_EQ(result.exit_status, 3);
        EXPECT_EQ(result.signal, 0);
        EXPECT_NE(result.output.find(one.answer), std::string::npos);
        EXPECT_LT(result.peak_kilobytes, 56L * 1024);
        if (one.answer != "=====UNKNOWN=====") {  // FlatZinc's form has no reasons
            EXPECT_NE((result.output + result.errors).find("memory limit reached"), std::string::npos);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
