// SPDX-License-Identifier: Apache-2.0
// bench/run: a suite that takes a second, results that are compared, drawn and made into a page, and what is refused.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/program.hpp"

namespace {

namespace fs = std::filesystem;
using support::content_of;
using support::ProgramResult;

ProgramResult bench_run(std::vector<std::string> words) {
    words.insert(words.begin(), SINEW_SOURCE_DIR "/bench/run");
    support::ProgramOptions options;
    options.prepare = [] {
        setenv("SINEW_BENCH_BUILD", SINEW_BINARY_DIR, 1);
        setenv("SINEW_BENCH_DATA", "/nowhere", 1);
    };
    return support::run_program(words, options);
}

ProgramResult suite_results(std::vector<std::string> words) {
    words.insert(words.begin(), SINEW_BINARY_DIR "/bench/suite_results");
    return support::run_program(words);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class Suites : public testing::Test {
  protected:
    support::TemporaryFolder folder_;
    std::string path(const char* name) const { return (folder_.path() / name).string(); }
    static constexpr const char* header =
        "instance,verdict,expected,solved,seconds,processor_seconds,memory_mb,complaint\n";
};

TEST_F(Suites, RunCompareAndDraw) {
    const ProgramResult first = bench_run({"tiny", "--csv", path("a.csv"), "--svg", path("a.svg")});
    EXPECT_EQ(first.exit_status, 0) << first.output << first.errors;
    EXPECT_TRUE(has(first.output, "solved 5 of 5")) << first.output;
    const std::string csv = content_of(path("a.csv"));
    EXPECT_TRUE(has(csv, "# suite: tiny\n")) << csv;
    EXPECT_TRUE(has(csv, header)) << csv;
    EXPECT_TRUE(has(csv, "\ncover,optimum 5,optimum 5,1,")) << csv;
    EXPECT_TRUE(has(content_of(path("a.svg")), "sinew: 5 of 5"));

    const ProgramResult second =
        bench_run({"tiny", "--csv", path("b.csv"), "--compare", path("a.csv"), "--svg", path("b.svg")});
    EXPECT_EQ(second.exit_status, 0) << second.output << second.errors;
    EXPECT_TRUE(has(second.output, "5 solved by both")) << second.output;
    EXPECT_TRUE(has(content_of(path("b.svg")), "solved by both"));

    const ProgramResult some =
        bench_run({"tiny", "--filter", "pigeons", "--csv", path("c.csv"), "--compare", path("a.csv")});
    EXPECT_EQ(some.exit_status, 0) << some.output << some.errors;
    EXPECT_TRUE(has(some.output, "not run now: cover")) << some.output;
}

TEST_F(Suites, AnyFolderOfFolders) {
    std::filesystem::create_directory(folder_.path() / "set");
    folder_.write("set/q.dnn", content_of(SINEW_SOURCE_DIR "/inputs/dnn/overlap.dnn"));
    folder_.write("set/instances.csv", "onnx,vnnlib,timeout_s,expected\nq.dnn,,20,sat\n");
    for (const std::string& place : {path("set"), folder_.path().string()}) {
        const ProgramResult result = bench_run({place, "--own-limits", "--cpu"});
        EXPECT_EQ(result.exit_status, 0) << result.output << result.errors;
        EXPECT_TRUE(has(result.output, "solved 1 of 1")) << result.output;
    }
    EXPECT_TRUE(has(bench_run({path("nothing")}).errors, "no suite is called")) << path("nothing");
}

TEST_F(Suites, ComparisonTellsWhatChanged) {
    const std::string before = folder_.write(
        "before.csv",
        std::string("# suite: s\n") + header +
            "same,sat,,1,1,1.0,5,\nslower,unsat,,1,1,1.0,5,\nlost,sat,,1,1,1.0,5,\nwon,timeout,,0,9,9.0,5,\n");
    const std::string after = folder_.write(
        "after.csv",
        std::string(header) +
            "slower,unsat,,1,1,4.0,5,\nwon,sat,,1,1,1.0,5,\nsame,sat,,1,1,1.0,5,\nlost,timeout,,0,9,9.0,5,\"a, b\"\n");
    const ProgramResult lost = bench_run({"--compare", before, after});
    EXPECT_EQ(lost.exit_status, 1) << lost.errors;
    EXPECT_TRUE(has(lost.output, "new over old 2.000")) << lost.output;
    EXPECT_TRUE(has(lost.output, "LOST: lost: timeout (9.00 s), was sat (1.00 s): a, b")) << lost.output;
    EXPECT_TRUE(has(lost.output, "won: won: sat")) << lost.output;
    const std::string wrong = folder_.write("wrong.csv", std::string(header) + "same,unsat,,1,1,1.0,5,\n");
    const ProgramResult contradiction = bench_run({"--compare", before, wrong});
    EXPECT_EQ(contradiction.exit_status, 1);
    EXPECT_TRUE(has(contradiction.output, "CONTRADICTION: same: unsat")) << contradiction.output;
}

TEST_F(Suites, BadResultsAreToldByFileAndLine) {
    const std::string good = folder_.write("good.csv", std::string(header) + "a,sat,,1,1,1,5,\n");
    for (const auto& [content, told] : std::vector<std::pair<std::string, std::string>>{
             {"", "no header"},
             {"instance,verdict\n", "bad.csv:1: the header has no column solved"},
             {std::string(header) + "a,sat\n", "bad.csv:2: 2 fields"},
             {std::string(header) + "a,sat,,1,x,1,5,\n", "bad.csv:2: 'x' is no number"},
             {std::string(header) + "a,sat,,1,nan,1,5,\n", "bad.csv:2: 'nan' is no number"},
             {std::string(header) + "a,sat,,1,1,1,5,\na,sat,,1,1,1,5,\n",
              "bad.csv:3: instance 'a' for the second time"}}) {
        const ProgramResult result = bench_run({"--compare", folder_.write("bad.csv", content), good});
        EXPECT_EQ(result.exit_status, 2) << content;
        EXPECT_TRUE(has(result.errors, told)) << result.errors;
    }
    EXPECT_EQ(suite_results({"cactus", "/nowhere/a.svg", good}).exit_status, 2);
    EXPECT_EQ(suite_results({"cactus", path("none.svg"), folder_.write("none.csv", header)}).exit_status, 2);
}

TEST_F(Suites, BadUsageIsTold) {
    EXPECT_EQ(bench_run({"no_such_suite"}).exit_status, 2);
    EXPECT_EQ(bench_run({"--nonsense"}).exit_status, 2);
    EXPECT_EQ(bench_run({"--check", "no_such_suite"}).exit_status, 2);
    EXPECT_NE(bench_run({"tiny", "--limit-seconds", "soon"}).exit_status, 0);
    EXPECT_NE(bench_run({"tiny", "--compare", "/nowhere.csv"}).exit_status, 0);
    const ProgramResult absent = bench_run({"acasxu"});
    EXPECT_EQ(absent.exit_status, 0);
    EXPECT_TRUE(has(absent.output, "skipped: no acasxu")) << absent.output;
    EXPECT_TRUE(has(bench_run({"--list"}).output, "stanleybak/vnncomp2021, commit 6917f9f9"));
}

TEST_F(Suites, ThePageIsWhatTheResultsSay) {
    fs::create_directory(folder_.path() / "results");
    folder_.write("results/acasxu.csv", std::string("# tool: sinew\n# date: 2026-01-02\n") + header +
                                            "one,sat,,1,1,1.5,5,\ntwo,timeout,,0,9,9.0,5,\n");
    folder_.write("results/acasxu.other.csv",
                  std::string("# tool: other\n# source: its report\n") + header + "one,sat,,1,1,2.5,5,\n");
    folder_.write("results/mnistfc.csv", std::string("# tool: sinew\n") + header + "one,sat,,1,1,1.5,5,\n");
    const std::string data = SINEW_SOURCE_DIR "/bench/data";
    const ProgramResult result = suite_results({"page", data, path("results"), path("page.md"), folder_.path()});
    ASSERT_EQ(result.exit_status, 0) << result.errors;
    const std::string page = content_of(path("page.md"));
    EXPECT_TRUE(has(page, "## acasxu")) << page;
    EXPECT_TRUE(has(page, "| sinew | 1 of 2 | 0 | 1.500 s |")) << page;
    EXPECT_TRUE(has(page, "| other | 1 of 1 |")) << page;
    EXPECT_TRUE(has(page, "Figures of other: its report.")) << page;
    EXPECT_TRUE(has(page, "Not solved (1): two")) << page;
    // Every published count says where it stands.
    EXPECT_TRUE(has(page, "| 84 of 90 | VNN-COMP 2022 (whole set) | ChristopherBrix/vnncomp2022_results 58408ce817c8"))
        << page;
    EXPECT_TRUE(fs::exists(folder_.path() / "benchmark_acasxu.svg"));
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
