// SPDX-License-Identifier: Apache-2.0
// Columns and headers of tables: every command means the same column, and no example is lost as a header.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;
using Words = std::vector<std::string>;
using nlohmann::json;

ProgramResult sinew(Words words) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words);
}

json answer(const Words& words) {
    const ProgramResult result = sinew(words);
    EXPECT_EQ(result.exit_status, 0) << testing::PrintToString(words) << result.errors;
    return result.exit_status == 0 ? json::parse(result.output) : json::object();
}

void expect_refused(const Words& command, int exit_status, const std::string& words) {
    const ProgramResult result = sinew(command);
    SCOPED_TRACE(testing::PrintToString(command) + "\n" + result.errors);
    EXPECT_EQ(result.exit_status, exit_status);
    EXPECT_NE(result.errors.find(words), std::string::npos);
}

/// The class is column 2, whatever the others say; column 3 is constant, and column 1 the label.
std::string rows_of(const std::string& header) {
    std::string rows = header;
    for (int k = 0; k < 8; ++k)
        rows += std::string(k % 2 == 0 ? "0,-1" : "1,1") + ",7," + (k / 2 % 2 == 0 ? "-1\n" : "1\n");
    return rows;
}

/// A network of least weight with all examples right.
void train(const std::string& data, const std::string& label, const std::string& net) {
    const json trained = answer({"train", data, "--label", label, "--layers", "0", "--objective", "min-weight", "--rho",
                                 "1", "--out", net, "--timeout", "30", "--json=-"});
    ASSERT_EQ(trained.at("status"), "optimal");
}

TEST(TableColumns, a_number_is_the_column_of_the_table_in_every_command) {
    const TemporaryFolder folder;
    for (const std::string header : {"", "y,a,b,c\n"}) {
        SCOPED_TRACE(header);
        const std::string data = folder.write("rows.csv", rows_of(header));
        const std::string net = (folder.path() / "net.bnn").string();
        train(data, "1", net);
        const std::string second = header.empty() ? "column 2" : "a";
        const std::string fourth = header.empty() ? "column 4" : "c";
        for (const bool by_number : {true, false}) {
            const std::string given2 = by_number ? "2" : second;
            const std::string given4 = by_number ? "4" : fourth;
            const json trained =
                answer({"train",    data,       "--label",      "1",    "--layers", "0", "--rho",      "0",
                        "--method", "gradient", "--warm-start", net,    "--epochs", "1", "--restarts", "1",
                        "--fair",   given2,     "--fair",       given4, "--json=-"});
            EXPECT_TRUE(trained.at("fairness_violations").contains(second));
            EXPECT_TRUE(trained.at("fairness_violations").contains(fourth));
            const json fair = answer({"evaluate", net, data, "--fair", given2, "--fair", given4, "--json=-"});
            EXPECT_EQ(fair.at("fairness_violations").at(second).at("test"), 8);
            EXPECT_EQ(fair.at("fairness_violations").at(fourth).at("test"), 0);
            const auto sensitive = [&](const std::string& given) {
                return answer({"certify", net, data, "--sensitive", given, "--json=-"}).at("summary");
            };
            EXPECT_EQ(sensitive(given2).at("falsified"), 8);
            EXPECT_EQ(sensitive(given4).at("certified"), 8);
            const json ball = answer({"evaluate", net, data, "--epsilon", "2", "--sensitive", given4, "--json=-"});
            EXPECT_EQ(ball.at("certified").at("test"), 8);
        }
        expect_refused({"evaluate", net, data, "--fair", "3"}, 2, "reads nothing of this column");
        expect_refused({"evaluate", net, data, "--fair", "1"}, 2, "reads nothing of this column");
        expect_refused({"certify", net, data, "--sensitive", "5"}, 2, "no column '5'");
        expect_refused({"train", data, "--label", "1", "--fair", "5"}, 2, "no column '5'");
        EXPECT_EQ(answer({"evaluate", net, data, "--label", "1", "--json=-"}).at("right").at("test"), 8);
        EXPECT_EQ(answer({"certify", net, data, "--flips", "0", "--label", "1", "--json=-"}).at("summary").at("wrong"),
                  4);
    }
}

TEST(TableColumns, a_name_that_is_another_columns_number_is_refused) {
    const TemporaryFolder folder;
    const std::string data = folder.write("rows.csv", rows_of("y,4,b,c\n"));
    const std::string net = (folder.path() / "net.onnx").string();
    train(data, "y", net);
    expect_refused({"train", data, "--label", "y", "--fair", "4"}, 2, "column 2 is called so");
    expect_refused({"train", data, "--label", "y", "--robust", "4=1"}, 2, "column 2 is called so");
    expect_refused({"train", data, "--label", "y", "--ignore", "4"}, 2, "column 2 is called so");
    expect_refused({"evaluate", net, data, "--fair", "4"}, 2, "column 2 is called so");
    expect_refused({"certify", net, data, "--sensitive", "4"}, 2, "column 2 is called so");
    EXPECT_EQ(answer({"evaluate", net, data, "--fair", "2", "--json=-"}).at("fairness_violations").at("4").at("test"),
              8);
}

TEST(TableColumns, the_label_is_counted_without_a_preparation_too) {
    const TemporaryFolder folder;
    const std::string net = folder.write("net.bnn", "input signs 2\ndense 1 {\n    +0\n}\n");
    const std::string data = folder.write("rows.csv", "1,1,1\n0,-1,1\n1,1,-1\n");
    const auto sensitive = [&](const std::string& column) {
        return answer({"certify", net, data, "--label-column", "1", "--sensitive", column, "--json=-"}).at("summary");
    };
    EXPECT_EQ(sensitive("2").at("falsified"), 3);
    EXPECT_EQ(sensitive("3").at("certified"), 3);
    expect_refused({"certify", net, data, "--label-column", "1", "--sensitive", "1"}, 2, "has the labels");
    const json fair = answer({"evaluate", net, data, "--label", "1", "--fair", "2,3", "--json=-"});
    EXPECT_EQ(fair.at("fairness_violations").at("column 2").at("test"), 3);
    EXPECT_EQ(fair.at("fairness_violations").at("column 3").at("test"), 0);
}

TEST(TableColumns, several_files) {
    const TemporaryFolder folder;
    const std::string net = folder.write("net.bnn", "input signs 2\ndense 1 {\n    +0\n}\n");
    const std::string named = folder.write("named.csv", "a,b\n1,1\n");
    const std::string bare = folder.write("bare.csv", "-1,1\n");
    const std::string turned = folder.write("turned.csv", "b,a\n1,1\n");
    for (const auto& [first, second] : {std::pair(named, bare), std::pair(bare, named)})
        EXPECT_EQ(answer({"certify", net, first, second, "--sensitive", "a", "--json=-"}).at("summary").at("falsified"),
                  2);
    expect_refused({"certify", net, named, turned, "--flips", "1"}, 2, "turned.csv: its columns are not called");
    // A network that knows its columns finds them in any order; a number is then no name for one.
    const std::string rows = folder.write("rows.csv", rows_of("y,a,b,c\n"));
    const std::string other = folder.write("other.csv", "c,b,a,y\n1,7,-1,0\n1,7,1,1\n");
    train(rows, "y", net);
    const json fair = answer({"evaluate", net, rows, other, "--fair", "a", "--json=-"});
    EXPECT_EQ(fair.at("fairness_violations").at("a").at("test"), 10);
    expect_refused({"evaluate", net, rows, other, "--fair", "2"}, 2, "a number may be several");
}

TEST(TableColumns, classes_have_the_names_of_training) {
    const TemporaryFolder folder;
    const std::string data = folder.write("rows.csv", "a,b,y\n1,1,1\n1,-1,1\n-1,1,2\n-1,-1,2\n");
    const std::string net = (folder.path() / "net.npz").string();
    train(data, "y", net);
    const std::string bare = folder.write("bare.csv", "a,b\n1,1\n1,-1\n");
    // Class 1 is the first of the two.
    EXPECT_EQ(answer({"certify", net, bare, "--label", "1", "--flips", "0", "--json=-"}).at("summary").at("certified"),
              2);
    EXPECT_EQ(answer({"certify", net, bare, "--label", "2", "--flips", "0", "--json=-"}).at("summary").at("wrong"), 2);
    expect_refused({"certify", net, bare, "--label", "0", "--flips", "0"}, 2, "1, 2");
    EXPECT_EQ(answer({"certify", net, bare, "--target", "2", "--flips", "1", "--json=-"}).at("summary").at("falsified"),
              2);
    const ProgramResult told = sinew({"certify", net, bare, "--flips", "1"});
    EXPECT_EQ(told.first_line(), "classes: 0 1, 1 2");
}

TEST(TableHeaders, a_damaged_first_example_is_an_error) {
    const TemporaryFolder folder;
    const std::string strokes = SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn";
    std::string rows = support::content_of(SINEW_SOURCE_DIR "/inputs/bnn/strokes.csv");
    const std::size_t first = rows.find('1');
    ASSERT_NE(first, std::string::npos);
    rows[first] = 'l';
    const std::string data = folder.write("data.csv", rows);
    for (const Words& command : {Words{"certify", strokes, data, "--flips", "1"}, Words{"evaluate", strokes, data},
                                 Words{"info", strokes, data}})
        expect_refused(command, 2, "'l' is no number");
    expect_refused({"train", folder.write("t.csv", "l,5,1\n1,2,0\n3,4,1\n2,2,0\n"), "--label", "3"}, 2, "t.csv:1:1: ");
}

TEST(TableHeaders, what_is_taken_for_a_header_is_said) {
    const TemporaryFolder folder;
    const std::string net = folder.write("net.bnn", "input pixels 3\ndense 1 {\n    +0-\n}\n");
    const std::string data = folder.write("h.csv", "x0,x1,x2,y\n1,1,0,1\n");
    for (const Words& command : {Words{"certify", net, data, "--flips", "0"}, Words{"evaluate", net, data}}) {
        const ProgramResult told = sinew(command);
        EXPECT_NE(told.errors.find("h.csv:1 is the header: x0, x1, x2, y"), std::string::npos) << told.errors;
        Words with_json = command;
        with_json.emplace_back("--json=-");
        EXPECT_NE(answer(with_json).at("notes").dump().find("is the header"), std::string::npos);
    }
    // Numbers of columns: an example, unless it is said.
    const std::string numbers = folder.write("n.csv", "0,1,2\n1,1,0\n");
    const ProgramResult doubtful = sinew({"certify", net, numbers, "--flips", "0"});
    EXPECT_NE(doubtful.output.find("2 examples"), std::string::npos) << doubtful.output;
    EXPECT_NE(doubtful.errors.find("--header yes"), std::string::npos) << doubtful.errors;
    const ProgramResult said = sinew({"certify", net, numbers, "--flips", "0", "--header", "yes"});
    EXPECT_NE(said.output.find("1 examples"), std::string::npos) << said.output << said.errors;
    EXPECT_EQ(said.errors, "");
    expect_refused({"certify", net, data, "--flips", "0", "--header", "no"}, 2, "h.csv:1");
    expect_refused({"certify", net, data, "--flips", "0", "--header", "maybe"}, 1, "yes or no");
    const json trained = answer({"train", folder.write("t.csv", rows_of("y,a,b,c\n")), "--label", "y", "--layers", "0",
                                 "--timeout", "30", "--json=-"});
    EXPECT_NE(trained.at("notes").dump().find("t.csv:1 is the header"), std::string::npos);
}

TEST(TableHeaders, columns_may_be_called_like_numbered_ones) {
    const TemporaryFolder folder;
    const std::string data = folder.write("rows.csv", rows_of("column y,column a,column b,column c\n"));
    const std::string net = (folder.path() / "net.bnn").string();
    train(data, "column y", net);
    EXPECT_EQ(answer({"evaluate", net, data, "--json=-"}).at("right").at("test"), 8);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
