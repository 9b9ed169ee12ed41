// SPDX-License-Identifier: Apache-2.0
// sinew certify and sinew info as a user meets them: the table, JSON, bad input, a run over a kill.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;
using Words = std::vector<std::string>;

const std::string network = SINEW_SOURCE_DIR "/inputs/dnn/binarized.dnn";
const std::string table = SINEW_SOURCE_DIR "/inputs/dnn/binarized.csv";

ProgramResult sinew(Words words, const support::ProgramOptions& options = {}) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words, options);
}

void expect_refused(const Words& command, int exit_status, const std::string& words) {
    const ProgramResult result = sinew(command);
    SCOPED_TRACE(testing::PrintToString(command) + "\n" + result.errors);
    EXPECT_EQ(result.exit_status, exit_status);
    EXPECT_NE(result.errors.find(words), std::string::npos);
}

TEST(Certify, table_and_summary) {
    const ProgramResult result = sinew({"certify", network, table, "--flips", "1"});
    EXPECT_EQ(result.exit_status, 0) << result.errors;
    EXPECT_NE(result.output.find("3 examples: 2 certified, 1 falsified"), std::string::npos) << result.output;
}

TEST(Certify, json_holds_the_adversarial_input) {
    const ProgramResult result = sinew({"certify", network, table, "--flips", "1", "--json"});
    const auto json = nlohmann::json::parse(result.output);
    EXPECT_EQ(json.at("summary").at("certified"), 2);
    const auto& example = json.at("examples").at(1);
    EXPECT_EQ(example.at("status"), "falsified");
    EXPECT_EQ(example.at("changes").size(), 1U);
    EXPECT_EQ(example.at("changes").at(0).at("value"), "1");
    EXPECT_EQ(example.at("distance"), "1");
}

TEST(Certify, interrupted_it_says_how_many_have_no_answer) {
    const TemporaryFolder folder;
    std::string rows = "x0,x1,x2,class\n";
    constexpr int count = 200000;
    for (int i = 0; i < count; ++i) rows += "1,1,1,0\n";
    // The interrupt comes when some examples are answered.
    const std::string script = fmt::format(
        "\"$0\" certify \"$1\" {} --minimal --norm 0 --json=answer.json > table & "
        "until [ $(wc -l < table) -gt 5 ]; do sleep 0.05; done; kill -INT $!; wait $!",
        folder.write("many.csv", rows));
    const ProgramResult result = support::run_program(
        {"/bin/sh", "-c", "cd '" + folder.path().string() + "'; " + script, SINEW_PROGRAM, network});
    EXPECT_EQ(result.exit_status, 3) << result.errors;
    const std::string told = support::content_of(folder.path() / "table");
    const auto summary = nlohmann::json::parse(support::content_of(folder.path() / "answer.json")).at("summary");
    const int without = summary.at("not_asked");
    EXPECT_GT(without, 0) << "answered before the interrupt: more rows are needed";
    EXPECT_EQ(summary.at("examples"), count - without);
    EXPECT_NE(told.find(fmt::format("; {} not answered: interrupted", without)), std::string::npos);
}

TEST(Certify, least_perturbation_and_sensitive_columns) {
    const auto least =
        nlohmann::json::parse(sinew({"certify", network, table, "--minimal", "--norm", "0", "--json"}).output);
    EXPECT_EQ(least.at("examples").at(0).at("distance"), "2");
    EXPECT_EQ(least.at("examples").at(0).at("bound"), "2");
    EXPECT_EQ(least.at("examples").at(1).at("distance"), "1");
    const auto fair = nlohmann::json::parse(sinew({"certify", network, table, "--sensitive", "x1", "--json"}).output);
    EXPECT_EQ(fair.at("summary").at("certified"), 3);  // x1 enters the neurons with opposite signs
}

TEST(Certify, scales_however_fine_are_compared_exactly) {
    const support::TemporaryFolder folder;
    const std::string fine = folder.write(
        "fine.bnn",
        "input bits 2\ndense 2 {\n ++\n +-\n}\nsign\ndense 2 {\n ++\n +-\n} scale [1, 1/7000000000000000003]\n");
    // At (0, 1) the scores are 0 and 2/7000000000000000003; at the other three inputs class 0 wins.
    const std::string rows = folder.write("rows.csv", "1,1,0\n0,1,1\n1,0,0\n");
    const auto least =
        nlohmann::json::parse(sinew({"certify", fine, rows, "--minimal", "--norm", "0", "--json"}).output);
    const char* const distances[] = {"1", "1", "2"};
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(least.at("examples").at(i).at("distance"), distances[i]) << i;
}

TEST(Certify, info_tells_accuracy) {
    const ProgramResult result = sinew({"info", network, table});
    EXPECT_EQ(result.exit_status, 0) << result.errors;
    EXPECT_NE(result.output.find("accuracy: 3 of 3"), std::string::npos) << result.output;
}

TEST(Certify, bad_input_exits_2) {
    const TemporaryFolder folder;
    expect_refused({"certify", network, table, "--epsilon", "-1"}, 2, "radius is -1");
    expect_refused({"certify", network, table, "--epsilon", "1000000"}, 2, "radius is 1000000");
    expect_refused({"certify", network, table, "--flips", "9"}, 2, "radius is 9");
    expect_refused({"certify", network, table, "--flips", "1", "--target", "2"}, 2, "--target");
    expect_refused({"certify", network, table, "--flips", "1", "--label", "2"}, 2, "the label is 2");
    expect_refused({"certify", network, folder.write("wide.csv", "1,1,1,1,0\n"), "--flips", "1"}, 2, "5 columns");
    expect_refused({"certify", network, folder.write("label.csv", "1,1,1,5\n"), "--flips", "1"}, 2, "label.csv:1");
    expect_refused({"certify", network, folder.write("value.csv", "1,1,1,0\n1,7,1,0\n"), "--flips", "1"}, 2,
                   "value.csv:2");
    expect_refused({"certify", network, table, "--flips", "1", "--labels", folder.write("labels", "1\n")}, 2,
                   "1 labels");
    expect_refused({"certify", network, folder.write("empty.csv", ""), "--flips", "1"}, 2,
                   "empty.csv: the file is empty");
    expect_refused({"certify", network, folder.write("zeros", std::string(100, '\0')), "--flips", "1"}, 2,
                   "byte 1 is zero");
    expect_refused({"certify", network, folder.write("image.png", "\x89PNG\r\n\x1a\n cut"), "--flips", "1"}, 2,
                   "image.png");
    expect_refused({"certify", network, folder.write("cut.gz", "\x1f\x8b\b"), "--flips", "1"}, 2, "cut.gz");
    expect_refused({"certify", folder.write("net.npz", "no archive"), table, "--flips", "1"}, 2, "net.npz");
    const TemporaryFolder empty;
    expect_refused({"certify", empty.path().string(), table, "--flips", "1"}, 2, "no arrays");
}

TEST(Certify, bad_usage_exits_1) {
    expect_refused({"certify", network}, 1, "data set");
    expect_refused({"certify", network, table}, 1, "how much may change");
    expect_refused({"certify", network, table, "--norm", "3", "--epsilon", "1"}, 1, "--norm");
}

TEST(Certify, options_that_do_not_fit_what_files_hold_exit_2) {
    expect_refused({"certify", network, table, "--sensitive", "age"}, 2, ": the data set has no column 'age'");
    expect_refused({"certify", network, table, "--flips", "1", "--skip", "3"}, 2, "none of the 3 examples");
    expect_refused({"certify", network, table, "--flips", "1", "--images", "x"}, 2, "binarized.dnn: --images");
    const std::string real = SINEW_SOURCE_DIR "/inputs/dnn/overlap.dnn";
    const TemporaryFolder folder;
    const std::string rows = folder.write("rows.csv", "0.25,0.75\n");
    for (const Words& option : {Words{"--resize"}, {"--binarize", "9"}, {"--scale", "1/2"}}) {
        Words words{"certify", real, rows, "--epsilon", "0.1", "--domain", "0,1"};
        words.insert(words.end(), option.begin(), option.end());
        expect_refused(words, 2, "rows.csv: " + option[0] + ": this is a table (expected images)");
    }
    const std::string unfit = SINEW_SOURCE_DIR "/inputs/dnn/overlap.dnn";
    for (const char* command : {"evaluate", "info"})
        expect_refused({command, unfit, table}, 2, "overlap.dnn: this is no binarized network: layer");
}

/// The rows of the last run in a results file.
nlohmann::json rows_in(const std::string& file) {
    const ProgramResult result = sinew({"results", "export", file, "--json=-"});
    EXPECT_EQ(result.exit_status, 0) << result.errors;
    return nlohmann::json::parse(result.output).at("runs").at(0).at("rows");
}

TEST(Certify, a_run_goes_on_where_it_ended) {
    const TemporaryFolder folder;
    const std::string file = (folder.path() / "results.sqlite").string();
    const Words command{"certify", network, table, "--flips", "1", "--resume", file, "--quiet"};
    const std::string summary = sinew({"certify", network, table, "--flips", "1", "--quiet"}).output;
    sinew({"certify", network, table, "--flips", "1", "--resume", file, "--quiet", "--limit", "2"});
    const nlohmann::json first = rows_in(file);
    EXPECT_EQ(first.size(), 2U);
    const std::string again = sinew(command).output;
    EXPECT_EQ(again.substr(0, again.find("seconds")), summary.substr(0, summary.find("seconds")));
    const nlohmann::json all = rows_in(file);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0], first[0]) << "what is known is not asked again";
    EXPECT_EQ(all[1], first[1]);
    sinew(command);
    EXPECT_EQ(rows_in(file), all);
    expect_refused({"certify", network, table, "--flips", "2", "--resume", file}, 2, "another flips");
    // A file that is no results file is never written over.
    for (const char* content : {"{\"no\": \"journal\"}\n", "text\n", "my only copy"}) {
        folder.write("results.sqlite", content);
        expect_refused(command, 2, "no results file");
        EXPECT_EQ(support::content_of(file), content);
    }
}

TEST(Certify, a_killed_run_goes_on_without_losing_or_repeating) {
    const TemporaryFolder folder;
    std::string rows;
    for (int r = 0; r < 5000; ++r)
        rows += fmt::format("{},{},{},{}\n", r % 2 == 0 ? 1 : -1, r % 3 == 0 ? 1 : -1, r % 5 == 0 ? 1 : -1, r % 2);
    const std::string data = folder.write("rows.csv", rows);
    const std::string file = (folder.path() / "results.sqlite").string();
    const Words command{SINEW_PROGRAM, "certify", network, data, "--flips", "1", "--quiet", "--resume", file};
    int killed = 0;
    for (const double seconds : {0.03, 0.1, 0.2}) {
        support::ProgramOptions options;
        options.signal = SIGKILL;
        options.signal_after_seconds = seconds;
        killed += support::run_program(command, options).signal == SIGKILL ? 1 : 0;
    }
    EXPECT_GT(killed, 0);
    const ProgramResult rest = support::run_program(command);
    EXPECT_EQ(rest.exit_status, 0) << rest.errors;
    const std::string summary = sinew({"certify", network, data, "--flips", "1", "--quiet"}).output;
    EXPECT_EQ(rest.output.substr(0, rest.output.find("seconds")), summary.substr(0, summary.find("seconds")));
    const nlohmann::json kept = rows_in(file);
    ASSERT_EQ(kept.size(), 5000U);
    for (std::size_t row = 0; row < kept.size(); ++row) ASSERT_EQ(kept[row].at("row"), row);
}

TEST(Certify, little_memory_and_no_time_end_without_an_answer) {
    if (!support::is_sanitized()) {
        const TemporaryFolder folder;
        std::string rows;
        for (int r = 0; r < 300000; ++r) rows += "1,-1,1,0\n";
        const std::string data = folder.write("rows.csv", rows);
        const ProgramResult result = sinew({"certify", network, data, "--flips", "1", "--memory", "1M", "--quiet"});
        EXPECT_EQ(result.exit_status, 3) << result.errors;
    }
    EXPECT_NE(sinew({"certify", network, table, "--minimal", "--timeout", "0"}).exit_status, 4);
}

TEST(Certify, outputs_that_cannot_be_written_are_found_before_the_work) {
    const TemporaryFolder folder;
    const std::string file = folder.write("file", "");
    const std::string below = file + "/x";  // below a file there is nothing
    const std::string square = folder.write("square.dnn",
                                            "dnn = { 'y0': 'x0 + x1', 'y1': 'x2 + x3' }\n"
                                            "domains = { 'x0': 'int [0, 1]', 'x1': 'int [0, 1]', 'x2': 'int [0, 1]', "
                                            "'x3': 'int [0, 1]' }\n");
    const std::string data = folder.write("square.csv", "1,1,0,0\n");
    for (const char* option : {"--json", "--images", "--resume", "--db", "--csv", "--junit", "--sarif", "--export"}) {
        const std::string path = std::string(option) == "--export" ? below + ".opb" : below;
        const ProgramResult result = sinew({"certify", square, data, "--flips", "1", option, path});
        EXPECT_EQ(result.exit_status, 4) << option;
        EXPECT_NE(result.errors.find(below), std::string::npos) << result.errors;
        EXPECT_EQ(result.output, "") << "nothing was answered before";
    }
}

TEST(Certify, one_neuron_and_ten_thousand) {
    const TemporaryFolder folder;
    const std::string one = folder.write("one.dnn", "dnn = { 'y0': 'x0' }\ndomains = { 'x0': 'int {-1, 1}' }\n");
    const std::string data = folder.write("one.csv", "1\n-1\n");
    EXPECT_NE(sinew({"certify", one, data, "--flips", "1"}).output.find("2 falsified"), std::string::npos);
    EXPECT_NE(sinew({"certify", one, data, "--flips", "0"}).output.find("2 certified"), std::string::npos);
    std::filesystem::create_directories(folder.path() / "wide/blk1");
    std::filesystem::create_directories(folder.path() / "wide/out_blk");
    std::string first;
    std::string last;
    for (int u = 0; u < 10000; ++u) {
        first += u % 3 == 0 ? "1,1,-1\n" : u % 3 == 1 ? "1,-1,1\n" : "-1,1,1\n";
        last += u == 0 ? "1" : u % 7 < 4 ? ",1" : ",-1";
    }
    folder.write("wide/blk1/lin_weight.csv", first);
    folder.write("wide/out_blk/lin_weight.csv", last + "\n");
    const std::string rows = folder.write("rows.csv", "1,1,1\n1,-1,-1\n");
    const ProgramResult result = sinew({"certify", (folder.path() / "wide").string(), rows, "--flips", "1"});
    EXPECT_EQ(result.exit_status, 0) << result.errors;
    EXPECT_NE(result.output.find("2 examples"), std::string::npos) << result.output;
    EXPECT_LT(result.seconds, 10);
}

TEST(Certify, questions_are_written_for_other_tools) {
    const TemporaryFolder folder;
    const std::string name = (folder.path() / "q_%d").string();
    const auto file = [&](const std::string& row, const std::string& ending) {
        return (folder.path() / ("q_" + row + ending)).string();
    };
    for (const std::string ending : {".opb", ".cnf", ".smt2"}) {
        const ProgramResult written = sinew({"certify", network, table, "--flips", "1", "--export", name + ending});
        EXPECT_EQ(written.exit_status, 0) << written.errors;
        EXPECT_EQ(std::count(written.output.begin(), written.output.end(), '\n'), 3) << written.output;
    }
    for (const std::string row : {"0", "1", "2"}) {
        const bool falsified = row == "1";
        for (const std::string ending : {".opb", ".cnf"}) {
            const ProgramResult answer = sinew({"solve", file(row, ending), "--quiet"});
            EXPECT_EQ(answer.output, falsified ? "s SATISFIABLE\n" : "s UNSATISFIABLE\n") << row << ending;
        }
        EXPECT_EQ(sinew({"solve", file(row, ".smt2")}).first_line(), falsified ? "sat" : "unsat");
    }
    EXPECT_NE(support::content_of(file("1", ".opb")).find("* x2: input 1 (x1) = 1\n"), std::string::npos);
    const std::string least = (folder.path() / "least.opb").string();
    EXPECT_EQ(
        sinew({"certify", network, table, "--limit", "1", "--minimal", "--norm", "0", "--export", least}).exit_status,
        0);
    const ProgramResult answer = sinew({"solve", least, "--quiet", "--json"});
    EXPECT_EQ(nlohmann::json::parse(answer.output).at("value"), 2);
}

TEST(Certify, the_text_form_of_a_network_is_the_network) {
    const TemporaryFolder folder;
    const std::string strokes = SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn";
    const std::string images = SINEW_SOURCE_DIR "/inputs/bnn/strokes.csv";
    EXPECT_NE(sinew({"info", strokes, images}).output.find("accuracy: 4 of 4"), std::string::npos);
    EXPECT_NE(sinew({"certify", strokes, images, "--flips", "1"}).output.find("4 certified"), std::string::npos);
    EXPECT_NE(sinew({"certify", strokes, images, "--flips", "3"}).output.find("4 falsified"), std::string::npos);
    const std::string again = (folder.path() / "again.bnn").string();
    EXPECT_EQ(sinew({"export", network, "--to", "bnn", "--out", again}).exit_status, 0);
    EXPECT_NE(sinew({"certify", again, table, "--flips", "1"}).output.find("2 certified, 1 falsified"),
              std::string::npos);
    const std::string general = (folder.path() / "general.dnn").string();
    EXPECT_EQ(sinew({"export", again, "--out", general}).exit_status, 0);
    EXPECT_NE(sinew({"certify", general, table, "--flips", "1"}).output.find("2 certified, 1 falsified"),
              std::string::npos);
    expect_refused({"export", again, "--to", "smt2"}, 1, "bnn or dnn");
    expect_refused({"info", folder.write("bad.bnn", "input signs 3\ndense 1 { ++ }")}, 2, "bad.bnn:2:11");
}

TEST(Certify, queries_are_written_as_pseudo_boolean_problems) {
    const TemporaryFolder folder;
    const std::string network_alone = support::content_of(network);
    const std::string query = folder.write("q.dnn", network_alone.substr(0, network_alone.find("conditions")) +
                                                        "conditions = { 'out': '(y1 > y0 + 3)' }\n");
    for (const std::string ending : {".opb", ".cnf"}) {
        const std::string file = (folder.path() / ("q" + ending)).string();
        EXPECT_EQ(sinew({"export", query, "--out", file}).exit_status, 0);
        EXPECT_EQ(sinew({"solve", "--quiet", file}).output, "s SATISFIABLE\n");  // y is (-1.5, 2) there
    }
    expect_refused({"export", "--to", "opb", network}, 2, "condition on inputs");
}

TEST(Certify, export_refuses_what_it_cannot_say) {
    const TemporaryFolder folder;
    const auto refused = [&](const Words& more, const std::string& words, int exit_status = 1) {
        Words command{"certify", network, table, "--flips", "1"};
        command.insert(command.end(), more.begin(), more.end());
        expect_refused(command, exit_status, words);
    };
    const std::string file = (folder.path() / "q.opb").string();
    refused({"--export", file}, "%d");
    refused({"--limit", "1", "--export", (folder.path() / "q.lp").string()}, ".smt2");
    refused({"--limit", "1", "--export", (folder.path() / "none/q.opb").string()}, "none/q.opb", 4);
    refused({"--limit", "1", "--export", file, "--json"}, "--json");
    refused({"--limit", "1", "--minimal", "--export", (folder.path() / "q.cnf").string()}, "--minimal");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Certify, adversarial_images_of_a_table) {
    const TemporaryFolder folder;
    const std::string square =
        folder.write("square.dnn",
                     "dnn = { 'y0': 'x0 + x1', 'y1': 'x2 + x3' }\n"
                     "domains = { 'x0': 'int [0, 255]', 'x1': 'int [0, 255]', 'x2': 'int [0, 255]', "
                     "'x3': 'int [0, 255]' }\n");
    const std::string data = folder.write("square.csv", "9,0,0,7\n");
    const std::string images = (folder.path() / "images").string();
    const ProgramResult result =
        sinew({"certify", square, data, "--epsilon", "1", "--norm", "inf", "--images", images, "--label", "0"});
    EXPECT_EQ(result.exit_status, 0) << result.errors;
    const ProgramResult again =
        sinew({"certify", square, images + "/0_0_as_1_adversarial.png", "--epsilon", "0", "--label", "0"});
    EXPECT_NE(again.output.find("1 wrong"), std::string::npos) << again.output << again.errors;
}

TEST(Certify, adversarial_images_are_written) {
    const std::filesystem::path shared = SINEW_SOURCE_DIR "/../shared/benchmarks/bnn_msakai_pb25";
    if (!std::filesystem::exists(shared)) GTEST_SKIP() << "skipped: no ../shared";
    const TemporaryFolder folder;
    const std::string image = (shared / "images/bnn_mnist_7_label9.png").string();
    const ProgramResult result = sinew({"certify", (shared / "models/mnist.npz").string(), image, "--label", "9",
                                        "--epsilon", "1", "--images", (folder.path() / "images").string()});
    EXPECT_EQ(result.exit_status, 0) << result.errors;
    EXPECT_NE(result.output.find("1 falsified"), std::string::npos) << result.output;
    std::string written;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "images"))
        if (entry.path().string().ends_with("_adversarial.png")) written = entry.path();
    // The image is what it was written for: wrong as it is.
    const ProgramResult again =
        sinew({"certify", (shared / "models/mnist.npz").string(), written, "--label", "9", "--epsilon", "0"});
    EXPECT_NE(again.output.find("1 wrong"), std::string::npos) << again.output;
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
