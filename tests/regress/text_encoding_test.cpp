// SPDX-License-Identifier: Apache-2.0
// Bytes that are no UTF-8: in tables an error with its place, in JSON replaced, never a changed word and never a bug.
#include <filesystem>

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

const std::string latin = "cr\xe8me";
const std::string replaced = "cr\xef\xbf\xbdme";
const std::string inputs = SINEW_SOURCE_DIR "/inputs/";

/// A copy of an input under a name that is no UTF-8.
std::string copy(const TemporaryFolder& folder, const std::string& input, const std::string& ending) {
    return folder.write(latin + ending, support::content_of(inputs + input));
}

TEST(TextEncoding, every_command_writes_json_about_files_of_any_name) {
    const TemporaryFolder folder;
    const std::string network = copy(folder, "bnn/strokes.bnn", ".bnn");
    const std::string data = copy(folder, "bnn/strokes.csv", ".csv");
    const std::string formula = folder.write(latin + ".cnf", "p cnf 1 1\n1 0\n");
    const std::string problem = folder.write(latin + ".opb", "* #variable= 1 #constraint= 1\n1 x1 >= 1 ;\n");
    const std::string query = copy(folder, "dnn/overlap.dnn", ".dnn");
    const std::string berries = copy(folder, "train/berries.csv", "_berries.csv");
    for (const Words& command :
         {Words{"certify", network, data, "--flips", "1", "--json=-"}, Words{"evaluate", network, data, "--json=-"},
          Words{"solve", formula, "--json=-"}, Words{"solve", problem, "--json=-"}, Words{"verify", query, "--json=-"},
          Words{"solve", query, "--json=-"},
          Words{"train", berries, "--label", "taste", "--method", "gradient", "--restarts", "1", "--json=-"}}) {
        SCOPED_TRACE(testing::PrintToString(command));
        const ProgramResult result = sinew(command);
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        const json answer = json::parse(result.output, nullptr, false);
        ASSERT_FALSE(answer.is_discarded()) << result.output;
        if (answer.contains("files")) {
            EXPECT_NE(answer.at("files").dump().find(replaced), std::string::npos);
        }
    }
    const std::string journal = (folder.path() / (latin + ".journal")).string();
    for (int run = 0; run < 2; ++run)
        EXPECT_EQ(sinew({"certify", network, data, "--flips", "1", "--resume", journal}).exit_status, 0);
}

TEST(TextEncoding, json_files_of_any_name_are_written) {
    const TemporaryFolder folder;
    const std::string file = (folder.path() / (latin + ".json")).string();
    EXPECT_EQ(sinew({"verify", inputs + "dnn/two_by_two.dnn", "--json=" + file}).exit_status, 0);
    EXPECT_EQ(json::parse(support::content_of(file)).at("status"), "unsat");
}

/// Rows whose first column's word says the class.
std::string coloured_rows(const std::string& word) {
    std::string rows = "colour,n,y\n";
    for (int k = 0; k < 10; ++k)
        rows += word + "," + std::to_string(k % 5) + ",0\nblanc," + std::to_string(k % 4) + ",1\n";
    return rows;
}

TEST(TextEncoding, tables_are_utf_8_or_refused_with_the_place) {
    const TemporaryFolder folder;
    const std::string bad = folder.write("latin.csv", coloured_rows(latin));
    const std::string good = folder.write("utf8.csv", coloured_rows("cr\xc3\xa8me"));
    const auto expect_refused = [&](const Words& command, const std::string& words) {
        const ProgramResult result = sinew(command);
        EXPECT_EQ(result.exit_status, 2) << testing::PrintToString(command);
        EXPECT_NE(result.errors.find(words), std::string::npos) << result.errors;
    };
    for (const char* format : {"net.bnn", "net.npz", "net.onnx"}) {
        SCOPED_TRACE(format);
        const std::string net = (folder.path() / format).string();
        const Words more{"--label", "y", "--layers", "0", "--timeout", "30", "--json=-", "--out", net};
        Words train{"train", bad};
        train.insert(train.end(), more.begin(), more.end());
        expect_refused(train, "latin.csv:2:3: byte 0xe8 is no UTF-8");
        EXPECT_FALSE(std::filesystem::exists(net));
        train[1] = good;
        const json trained = json::parse(sinew(train).output);
        EXPECT_EQ(trained.at("right").at("train"), 20);
        EXPECT_EQ(json::parse(sinew({"evaluate", net, good, "--label", "y", "--json=-"}).output).at("right").at("test"),
                  20);
        expect_refused({"evaluate", net, bad, "--label", "y"}, "latin.csv:2:3");
        expect_refused({"certify", net, bad, "--flips", "1"}, "latin.csv:2:3");
    }
    const std::string header = folder.write("header.csv", "caf\xe9,x1,x2\n1,1,1\n");
    expect_refused({"certify", inputs + "dnn/binarized.dnn", header, "--flips", "1"}, "header.csv:1:4");
    // Words of the command line go into the network's file too.
    EXPECT_EQ(sinew({"train", good, "--label", latin}).exit_status, 1);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
