// SPDX-License-Identifier: Apache-2.0
// sinew report and --report: the same page, what is refused, what is left on the disk.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/program.hpp"

namespace {

const std::string inputs = std::string(SINEW_SOURCE_DIR) + "/inputs/";

support::ProgramResult sinew(std::vector<std::string> words) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words);
}

TEST(Report, from_the_json_is_the_page_of_the_command) {
    const support::TemporaryFolder queries;
    for (const char* name : {"loan.dnn", "two_by_two.dnn"})
        queries.write(name, support::content_of(inputs + "dnn/" + name));
    const support::TemporaryFolder folder;
    const std::string json = folder.path() / "answer.json";
    const std::string page = folder.path() / "answer.html";
    const std::string again = folder.path() / "again.html";
    const std::vector<std::vector<std::string>> commands{
        {"verify", inputs + "dnn/loan.dnn"},
        {"verify", queries.path().string()},
        {"solve", inputs + "dnn/two_by_two.dnn"},
        {"optimize", inputs + "dnn/best_price.dnn"},
        {"certify", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv", "--flips", "2"},
        {"evaluate", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv"},
        {"train", inputs + "train/berries.csv", "--label", "taste", "--timeout", "2"}};
    for (std::vector<std::string> words : commands) {
        SCOPED_TRACE(testing::PrintToString(words));
        words.insert(words.end(), {"--json=" + json, "--report", page});
        const support::ProgramResult made = sinew(words);
        EXPECT_EQ(made.signal, 0);
        EXPECT_NE(made.output, "");
        EXPECT_EQ(sinew({"report", json, "--out", again}).exit_status, 0);
        EXPECT_NE(support::content_of(page).find("<h1>"), std::string::npos) << made.errors;
        EXPECT_EQ(support::content_of(page), support::content_of(again));
    }
    EXPECT_EQ(sinew({"report", json}).output, support::content_of(page));
}

TEST(Report, without_json_too) {
    const support::TemporaryFolder folder;
    const std::string page = folder.path() / "answer.html";
    const support::ProgramResult result = sinew({"verify", inputs + "dnn/two_by_two.dnn", "--report", page});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.first_line(), "unsat");
    EXPECT_NE(support::content_of(page).find("sinew verify"), std::string::npos);
}

TEST(Report, spoils_no_file) {
    const support::TemporaryFolder folder;
    const std::string table = folder.write("data.csv", "1,2,3\n");
    const std::string answer = folder.write("answer.json", "{}");
    EXPECT_EQ(sinew({"verify", inputs + "dnn/two_by_two.dnn", "--report", table}).exit_status, 1);
    EXPECT_EQ(sinew({"report", answer, "--out", answer}).exit_status, 1);
    EXPECT_EQ(sinew({"verify", inputs + "dnn/two_by_two.dnn", "--report", answer, "--json=" + answer}).exit_status, 1);
    EXPECT_EQ(sinew({"report", answer, "--out", table}).exit_status, 1);
    EXPECT_EQ(support::content_of(table), "1,2,3\n");
    EXPECT_EQ(support::content_of(answer), "{}");
    EXPECT_EQ(sinew({"verify", inputs + "dnn/two_by_two.dnn", "--report", "/nowhere/at/all.html"}).exit_status, 4);
    EXPECT_EQ(sinew({"verify", inputs + "dnn/two_by_two.dnn", "--report", "-"}).exit_status, 1);
}

TEST(Report, refuses_what_is_no_answer) {
    const support::TemporaryFolder folder;
    EXPECT_EQ(sinew({"report"}).exit_status, 1);
    const std::string page = folder.path() / "page.html";
    for (const char* content : {"", "no", "[]", "7", "{\"a\":", "{\"a\":1e999}", "\"text\"", "[{}, 3]"}) {
        const support::ProgramResult result = sinew({"report", folder.write("bad.json", content), "--out", page});
        EXPECT_EQ(result.exit_status, 2) << content;
        EXPECT_NE(result.errors.find("bad.json"), std::string::npos) << result.errors;
    }
    EXPECT_EQ(sinew({"report", folder.write("deep.json", std::string(1000000, '[')), "--out", page}).exit_status, 2);
    EXPECT_EQ(access(page.c_str(), F_OK), -1);
    // Whatever else an object holds, there is something to show.
    EXPECT_EQ(
        sinew({"report", folder.write("other.json", "{\"status\":[1],\"witness\":7}"), "--out", page}).exit_status, 0);
}

TEST(Report, a_limit_still_gives_a_page) {
    const support::TemporaryFolder folder;
    const std::string page = folder.path() / "answer.html";
    const support::ProgramResult result =
        sinew({"verify", inputs + "dnn/loan.dnn", "--timeout", "0.0000001", "--report", page});
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_NE(support::content_of(page).find("The time was over"), std::string::npos);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
