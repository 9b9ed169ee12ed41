// SPDX-License-Identifier: Apache-2.0
// Several questions: lists in CSV files, folders, files of a command line.
#include "read/query/question_list.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/program.hpp"

namespace sinew::read {
namespace {

using support::TemporaryFolder;

constexpr const char* question = "dnn = {'y0': 'x0'}\nconditions = {'out': 'y0 > 0'}";
constexpr const char* network = "dnn = {'y0': 'x0'}";
constexpr const char* conditions = "y0 > 0";

std::vector<std::string> names_of(const std::vector<ListedQuestion>& questions) {
    std::vector<std::string> names;
    for (const ListedQuestion& one : questions) names.push_back(one.name);
    return names;
}
using Words = std::vector<std::string>;

TEST(Instances, rows_are_networks_conditions_and_seconds) {
    const auto rows =
        parse_instances("net.onnx,a.vnnlib,60\r\n\n# more\n\"n,1.onnx\" , b.vnnlib\nquestion.dnn,2.5\n", "list.csv");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].files, (Words{"net.onnx", "a.vnnlib"}));
    EXPECT_EQ(rows[0].seconds, 60);
    EXPECT_EQ(rows[1].files.front(), "n,1.onnx");
    EXPECT_FALSE(rows[1].seconds.has_value());
    EXPECT_EQ(rows[2].files, (Words{"question.dnn"}));
    EXPECT_EQ(rows[2].seconds, 2.5);
    EXPECT_EQ(rows[2].name, "question.dnn");
}

TEST(Instances, a_header_says_which_column_is_what) {
    const auto rows =
        parse_instances("onnx,note,timeout_s,vnnlib,expected\nnet.onnx,x,7,a.vnnlib,unsat\n", "some/list.csv");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].files, (Words{"some/net.onnx", "some/a.vnnlib"}));
    EXPECT_EQ(rows[0].seconds, 7);
    EXPECT_EQ(rows[0].expected, "unsat");
    EXPECT_EQ(rows[0].name, "net.onnx a.vnnlib");
}

TEST(Instances, compressed_files_are_found) {
    const TemporaryFolder folder;
    folder.write("net.onnx.gz", "");
    const std::string list = folder.write("instances.csv", "");
    EXPECT_EQ(parse_instances("net.onnx,a.vnnlib,1", list).front().files.front(),
              (folder.path() / "net.onnx.gz").string());
}

TEST(Instances, rows_that_make_no_sense) {
    const auto error = [](std::string_view text) {
        try {
            parse_instances(text, "list.csv");
        } catch (const InputError& wrong) {
            return std::string(wrong.what());
        }
        return std::string();
    };
    EXPECT_NE(error("net.onnx,a.vnnlib,soon").find("list.csv:1: 'soon' is no time limit"), std::string::npos);
    EXPECT_NE(error("net.onnx,a.vnnlib,-1").find("no time limit"), std::string::npos);
    EXPECT_NE(error("a.onnx,b.vnnlib,1\n,,3").find("list.csv:2: this row names no question"), std::string::npos);
    EXPECT_NE(error("").find("has no questions"), std::string::npos);
    EXPECT_NE(error("onnx,vnnlib,timeout\n").find("has no questions"), std::string::npos);
}

TEST(Folders, hold_questions_and_networks_with_conditions) {
    const TemporaryFolder folder;
    folder.write("b.dnn", question);
    folder.write("net.txt", network);
    folder.write("c.txt", conditions);
    folder.write("d.json", "{\"out\": \"y0 > 1\"}");
    folder.write("broken.dnn", "dnn = {");
    folder.write("README.md", "# Questions\nhello");
    folder.write(".hidden.dnn", question);
    const QuestionList list = list_questions({folder.path().string()}, {});
    EXPECT_EQ(names_of(list.questions), (Words{"b.dnn", "broken.dnn", "c.txt", "d.json"}));
    EXPECT_EQ(list.questions[2].files.front(), (folder.path() / "net.txt").string());
    EXPECT_NE(list.questions[1].problem.find("broken.dnn:1:8"), std::string::npos);
    ASSERT_EQ(list.left_out.size(), 1U);
    EXPECT_TRUE(list.left_out[0].ends_with("README.md"));
}

TEST(Folders, with_several_networks_pair_by_names) {
    const TemporaryFolder folder;
    folder.write("net.dnn", network);
    folder.write("net2.dnn", network);
    folder.write("net_a.txt", conditions);
    folder.write("net2_a.txt", conditions);
    folder.write("other.txt", conditions);
    const QuestionList list = list_questions({folder.path().string()}, {});
    ASSERT_EQ(list.questions.size(), 3U);
    EXPECT_TRUE(list.questions[0].files.front().ends_with("/net2.dnn"));
    EXPECT_TRUE(list.questions[1].files.front().ends_with("/net.dnn"));
    EXPECT_NE(list.questions[2].problem.find("instances.csv"), std::string::npos);
}

TEST(Folders, with_a_list_ask_what_it_says) {
    const TemporaryFolder folder;
    folder.write("b.dnn", question);
    folder.write("c.dnn", question);
    folder.write("instances.csv", "c.dnn,3\n");
    EXPECT_EQ(names_of(list_questions({folder.path().string()}, {}).questions), (Words{"c.dnn"}));
}

TEST(Folders, without_questions_are_errors) {
    const TemporaryFolder folder;
    EXPECT_THROW(list_questions({folder.path().string()}, {}), InputError);
    folder.write("net.dnn", network);
    EXPECT_THROW(list_questions({folder.path().string()}, {}), InputError);
}

TEST(CommandLines, of_several_questions) {
    const TemporaryFolder folder;
    const std::string q = folder.write("q.dnn", question);
    const std::string r = folder.write("r.dnn", question);
    const std::string n = folder.write("n.txt", network);
    const std::string c = folder.write("c.txt", conditions);
    const std::string d = folder.write("d.txt", conditions);
    const std::string bad = folder.write("bad.txt", "y0 > ");
    EXPECT_FALSE(are_several_questions({q}, {}));
    EXPECT_FALSE(are_several_questions({n, c}, {}));
    EXPECT_FALSE(are_several_questions({q, c}, {}));
    EXPECT_TRUE(are_several_questions({q, r}, {}));
    EXPECT_TRUE(are_several_questions({folder.path().string()}, {}));
    EXPECT_TRUE(are_several_questions({c, n, d}, {}));
    const QuestionList list = list_questions({c, n, bad, d}, {});
    ASSERT_EQ(list.questions.size(), 3U);
    for (const ListedQuestion& one : list.questions) EXPECT_EQ(one.files.front(), n);
    EXPECT_EQ(list.questions[1].files.back(), bad);
    EXPECT_EQ(list_questions({q, r, bad}, {}).questions.size(), 3U);
    EXPECT_THROW(list_questions({n, n, c}, {}), UsageError);
    EXPECT_THROW(list_questions({q, r, c}, {}), UsageError);
    EXPECT_THROW(list_questions({c, d, c}, {}), UsageError);
    EXPECT_THROW(list_questions({n, c, folder.write("e", "hello")}, {}), InputError);
}

}  // namespace
}  // namespace sinew::read
