// SPDX-License-Identifier: Apache-2.0
// Text files as people have them: formats by content, standard input, networks and conditions in any files and order,
// conditions on the command line, folders and lists.
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace {

using support::content_of;
using support::ProgramOptions;
using support::ProgramResult;
using support::TemporaryFolder;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

const std::string inputs = SINEW_SOURCE_DIR "/inputs/";
const std::string overlap = inputs + "dnn/overlap.dnn";
const std::string distance = inputs + "onnx/distance.onnx";

ProgramResult sinew(Words words, const ProgramOptions& options = {}) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words, options);
}

/// A script of bash in which $sinew is the program.
ProgramResult shell(const std::string& script, const TemporaryFolder& folder) {
    return support::run_program(
        {"/bin/bash", "-c",
         std::string("sinew='") + SINEW_PROGRAM + "'; cd '" + folder.path().string() + "'\n" + script});
}

/// What the program answers, and no complaint.
std::string answer(const Words& words) {
    const ProgramResult result = sinew(words);
    EXPECT_EQ(result.exit_status, 0) << testing::PrintToString(words) << result.errors;
    return result.first_line();
}

/// Nothing on standard output, one line on standard error that contains `words`.
void expect_refused(const Words& command, int exit_status, const std::string& words) {
    const ProgramResult result = sinew(command);
    SCOPED_TRACE(testing::PrintToString(command) + "\n" + result.errors);
    EXPECT_EQ(result.exit_status, exit_status);
    EXPECT_EQ(result.output, "");
    EXPECT_NE(result.errors.find(words), std::string::npos);
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1);
}

/// The network of overlap.dnn, and what is asked of it: sat.
constexpr const char* network = R"(dnn = {
    'a00': [1, '1x0 - 1x1'],
    'a01': [2, '1x0 + 1x1'],
    'a10': [3, '0.5n00 - 0.2n01 + 0.1'],
    'a11': [4, '-0.5n00 + 0.1n01'],
    'y0': '1n10 - 1n11',
    'y1': '-1n10 + 1n11',
}
)";
constexpr const char* conditions = "conditions = { 'in': '(and (x0 < 0) (x1 > 1))', 'out': '(y0 > y1)' }\n";
const std::string in = "(and (x0 < 0) (x1 > 1))";
const std::string out = "(y0 > y1)";

TEST(Formats, are_told_by_the_content) {
    const TemporaryFolder folder;
    for (const char* name : {"net.txt", "net", "net.json", "net.cnf"})
        EXPECT_EQ(answer({"verify", folder.write(name, std::string(network) + conditions)}), "sat") << name;
    const auto copy = [&](const char* file, const char* name) { return folder.write(name, content_of(inputs + file)); };
    EXPECT_EQ(answer({"solve", copy("cnf/pigeons_3_in_2.cnf", "a.txt")}), "s UNSATISFIABLE");
    EXPECT_EQ(answer({"solve", copy("smt2/boundary.smt2", "b")}), answer({"solve", inputs + "smt2/boundary.smt2"}));
    EXPECT_EQ(answer({"solve", copy("opb/cheapest_cover.opb", "c.txt")}),
              answer({"solve", inputs + "opb/cheapest_cover.opb"}));
    EXPECT_EQ(answer({"solve", copy("flatzinc/queens.fzn", "d.txt")}),
              answer({"solve", inputs + "flatzinc/queens.fzn"}));
    EXPECT_EQ(
        answer({"verify", copy("onnx/distance.onnx", "e.bin"), copy("onnx/distance_reaches_two.vnnlib", "f.txt")}),
        "sat");
    EXPECT_EQ(answer({"optimize", copy("dnn/best_price.dnn", "g.txt")}),
              answer({"optimize", inputs + "dnn/best_price.dnn"}));
    EXPECT_EQ(answer({"info", copy("bnn/strokes.bnn", "h.txt")}), answer({"info", inputs + "bnn/strokes.bnn"}));
    EXPECT_EQ(answer({"info", inputs + "cnf/pigeons_3_in_2.cnf"}), "formula: 6 variables, 9 clauses, 18 literals");
}

TEST(Formats, can_be_forced) {
    const TemporaryFolder folder;
    const std::string odd = folder.write("odd", "x0 > 1\n");
    EXPECT_EQ(answer({"verify", overlap, odd, "--format", "auto", "--format", "conditions"}), "sat");
    expect_refused({"verify", overlap, "--format", "smt2"}, 2, "overlap.dnn:");
    expect_refused({"verify", overlap, "--format", "dnm"}, 1, "did you mean dnn?");
    expect_refused({"verify", overlap, odd, "--format", "dnn"}, 1, "once for each");
}

TEST(Formats, that_nobody_knows_are_described) {
    const TemporaryFolder folder;
    expect_refused({"verify", folder.write("a", "hello world\n")}, 2, "it begins with 'hello world'");
    expect_refused({"solve", folder.write("b", "hello world\n")}, 2, "it begins with 'hello world'");
    expect_refused({"verify", folder.write("c", "")}, 2, "the file is empty");
    expect_refused({"verify", folder.write("d", "\x89HDF\r\n\x1a\n")}, 2, "HDF5");
    expect_refused({"verify", inputs + "cnf/pigeons_3_in_2.cnf"}, 2, "sinew solve answers this");
    expect_refused({"verify", distance, inputs + "opb/cheapest_cover.opb"}, 2, "this is a pseudo-Boolean problem");
}

TEST(StandardInput, is_read_wherever_a_file_is) {
    const TemporaryFolder folder;
    folder.write("q.dnn", std::string(network) + conditions);
    folder.write("net.dnn", network);
    folder.write("cond.txt", conditions);
    for (const char* script :
         {"$sinew verify - < q.dnn", "cat q.dnn | $sinew verify -", "cat q.dnn | $sinew verify /dev/stdin",
          "$sinew verify /dev/stdin < q.dnn", "$sinew verify <(cat q.dnn)", "gzip -c q.dnn | $sinew verify -",
          "cat net.dnn | $sinew verify - cond.txt", "cat cond.txt | $sinew verify net.dnn -",
          "$sinew verify <(cat cond.txt) <(cat net.dnn)", "cat q.dnn | $sinew solve -",
          "(head -c 100 q.dnn; sleep 0.2; tail -c +101 q.dnn) | $sinew verify -"}) {
        const ProgramResult result = shell(script, folder);
        EXPECT_EQ(result.exit_status, 0) << script << result.errors;
        EXPECT_EQ(result.first_line(), "sat") << script;
    }
    for (const char* script : {"$sinew solve - < " SINEW_SOURCE_DIR "/inputs/cnf/pigeons_3_in_2.cnf",
                               "cat " SINEW_SOURCE_DIR "/inputs/cnf/pigeons_3_in_2.cnf | $sinew solve /dev/stdin"})
        EXPECT_EQ(shell(script, folder).first_line(), "s UNSATISFIABLE") << script;
    EXPECT_NE(shell("$sinew export --to smt2 - < q.dnn", folder).output.find("(check-sat)"), std::string::npos);
    EXPECT_NE(shell("cat " + distance + " | $sinew info -", folder).output.find("relu"), std::string::npos);
    const ProgramResult wrong = shell("echo \"dnn = {\" | $sinew verify -", folder);
    EXPECT_EQ(wrong.exit_status, 2);
    EXPECT_NE(wrong.errors.find("standard input:2:1"), std::string::npos) << wrong.errors;
    EXPECT_EQ(shell("$sinew verify - < /dev/null", folder).exit_status, 2);
}

TEST(StandardInput, is_waited_for_within_the_limits) {
    const TemporaryFolder folder;
    for (const char* command : {"verify", "solve", "optimize"}) {
        const ProgramResult result = shell(
            std::string("rm -f pipe; mkfifo pipe; exec 3<>pipe; $sinew ") + command + " --timeout 0.3 pipe; echo $?",
            folder);
        EXPECT_LT(result.seconds, 10);
        EXPECT_NE((result.output + result.errors).find("time"), std::string::npos) << command << result.output;
        EXPECT_NE(result.output.find("3\n"), std::string::npos) << command << result.output << result.errors;
    }
}

TEST(TwoFiles, network_and_conditions_in_either_order) {
    const TemporaryFolder folder;
    const std::string net = folder.write("net.dnn", network);
    const std::string asked = folder.write("asked.dnn", conditions);
    EXPECT_EQ(answer({"verify", net, asked}), "sat");
    EXPECT_EQ(answer({"verify", asked, net}), "sat");
    EXPECT_EQ(answer({"solve", net, asked}), "sat");
    EXPECT_EQ(answer({"verify", net, folder.write("no.txt", "in: x0 < 0, x1 > 1\nout: y0 > y1 + 1\n")}), "unsat");
    EXPECT_EQ(answer({"verify", net, folder.write("json", R"({"in": "x0 < 0", "out": ["y0 > y1", "x1 > 1"]})")}),
              "sat");
    EXPECT_EQ(answer({"optimize", net,
                      folder.write("best",
                                   "domains = {'x0': 'real [0, 1]', 'x1': 'real [0, 1]'}\n"
                                   "objective = 'maximize y0'\n")}),
              "optimum 2/5");
    expect_refused({"verify", asked}, 2, "there are conditions and no network");
    expect_refused({"verify", net, net}, 1, "both have a network");
    expect_refused({"verify", asked, asked}, 1, "neither has a network");
}

TEST(TwoFiles, the_conditions_beside_a_network_are_replaced) {
    const TemporaryFolder folder;
    const ProgramResult result = sinew({"verify", overlap, folder.write("c", "y0 > 1\ny0 < 0\n")});
    EXPECT_EQ(result.first_line(), "unsat");
    EXPECT_NE(result.errors.find("condition 'out' is not asked"), std::string::npos) << result.errors;
    EXPECT_EQ(sinew({"verify", "-q", overlap, folder.write("d", "y0 < y1")}).errors, "");
}

TEST(TwoFiles, vnnlib_over_other_networks) {
    const TemporaryFolder folder;
    const std::string property = folder.write("p.vnnlib",
                                              "(declare-const X_0 Real)(declare-const X_1 Real)"
                                              "(declare-const Y_0 Real)(declare-const Y_1 Real)"
                                              "(assert (<= X_0 -1))(assert (>= X_1 1))(assert (> Y_0 Y_1))");
    const std::string net = folder.write("net.dnn", network);
    EXPECT_EQ(answer({"verify", net, property}), "sat");
    EXPECT_EQ(answer({"verify", property, net}), "sat");
    EXPECT_EQ(answer({"verify", folder.write("bounded.dnn", std::string(network) + "domains = {'x0': 'real [0, 1]'}"),
                      property}),
              "unsat");
    EXPECT_EQ(answer({"verify", folder.write("values.dnn", std::string(network) + "domains = {'x0': 'int {-2, 0, 1}'}"),
                      property}),
              "sat");
    EXPECT_EQ(answer({"verify", folder.write("narrow.dnn", std::string(network) + "domains = {'x0': 'int {0, 1}'}"),
                      property}),
              "unsat");
    expect_refused({"verify", inputs + "smt2/boundary.smt2", property}, 1, "no pair");
}

TEST(ConditionsOnTheCommandLine, over_every_network) {
    EXPECT_EQ(answer({"verify", inputs + "dnn/two_by_two.dnn", "--in", "x0 > 3", "--out", "y0 > y1"}),
              answer({"verify", inputs + "dnn/two_by_two.dnn", "--out", "y0 > y1", "--in", "x0 > 3"}));
    EXPECT_EQ(answer({"verify", distance, "--in", "(and (x0 > 0) (x1 > 1))", "--out", "(y0 > 2)"}), "sat");
    EXPECT_EQ(answer({"verify", distance, "--in", "X_0 = 0 and X[1] = 0", "--out", "Y[0,0] != 1 or |Y|[1] != 1"}),
              answer({"verify", distance, "--in", "x0 = 0, x1 = 0", "--out", "y0 != 1 or y1 != 1"}));
    EXPECT_EQ(answer({"verify", inputs + "bnn/strokes.bnn", "--out", "y0 > y1"}), "sat");
    EXPECT_EQ(answer({"verify", inputs + "bnn/strokes.bnn", "--in", "x0 = 1/2"}), "unsat");
    // y0 = |x0 - x1| and y1 = |x0 + x1|.
    const std::string box = "0 <= x0 <= 1, 0 <= x1 <= 1";
    const std::string most = answer({"optimize", distance, "--in", box, "--maximize", "y1 - y0"});
    const std::string least = answer({"optimize", distance, "--in", box, "--minimize", "Y_0 - Y_1"});
    EXPECT_EQ(most, "optimum 2");
    EXPECT_EQ(least, "optimum -2");
    const ProgramResult script =
        sinew({"export", "--to", "smt2", distance, "--in", "x0 > 0", "--out-condition", "y0 > 2"});
    EXPECT_NE(script.output.find("(check-sat)"), std::string::npos) << script.errors;
}

TEST(ConditionsOnTheCommandLine, that_are_wrong) {
    expect_refused({"verify", distance, "--in", "x2 > 0"}, 2, "--in:1:1: x2: the network has 2 inputs");
    expect_refused({"verify", distance, "--out", "y0 >"}, 2, "--out:1:5: the text ends here");
    expect_refused({"verify", distance, "--out", ""}, 2, "nothing is said");
    expect_refused({"verify", overlap, "--out", "y2 > 0"}, 2, "did you mean");
    expect_refused({"verify", inputs + "smt2/boundary.smt2", "--out", "x > 0"}, 1, "a whole question");
    expect_refused({"verify", distance}, 1, "a network alone asks nothing");
    expect_refused({"solve", inputs + "cnf/pigeons_3_in_2.cnf", "--in", "x0 > 0"}, 1, "asked about networks");
    expect_refused({"optimize", distance, "--in", "x0 > 0"}, 2, "--minimize, --maximize");
    expect_refused({"optimize", distance, "--minimize", "x0 > 0"}, 2, "--minimize:1:");
    expect_refused({"optimize", distance, "--minimize", "y0", "--maximize", "y0"}, 1, "one objective");
    expect_refused({"export", "--to", "smt2", distance, "--out", "(y0 > 2)"}, 1, "--out-condition");
}

/// Strict solvers call (get-model) an error where the answer is unsat.
TEST(Scripts, ask_for_a_model_only_where_it_is_wanted) {
    const TemporaryFolder folder;
    EXPECT_TRUE(sinew({"export", "--to", "smt2", overlap}).output.ends_with("(check-sat)\n"));
    EXPECT_TRUE(
        sinew({"export", "--to", "smt2", "--get-model", overlap}).output.ends_with("(check-sat)\n(get-model)\n"));
    expect_refused({"export", "--to", "lp", "--get-model", overlap}, 1, "only smt2 asks for a model");
    const std::string file = (folder.path() / "q%d.smt2").string();
    const Words certify{"certify", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv", "--flips", "1"};
    Words words = certify;
    words.insert(words.end(), {"--export", file});
    EXPECT_EQ(sinew(words).exit_status, 0);
    EXPECT_TRUE(content_of(folder.path() / "q0.smt2").ends_with("(check-sat)\n"));
    words.emplace_back("--get-model");
    EXPECT_EQ(sinew(words).exit_status, 0);
    EXPECT_TRUE(content_of(folder.path() / "q0.smt2").ends_with("(get-model)\n"));
    words = certify;
    words.emplace_back("--get-model");
    expect_refused(words, 1, "--export writes");
}

TEST(Tables, of_several_files_of_conditions) {
    const TemporaryFolder folder;
    const std::string net = folder.write("net.dnn", network);
    const std::string yes = folder.write("yes.txt", conditions);
    const std::string no = folder.write("no.txt", "x0 > 1, x0 < 0\n");
    const ProgramResult both = sinew({"verify", yes, net, no});
    EXPECT_EQ(both.exit_status, 0) << both.errors;
    EXPECT_NE(both.output.find("yes.txt  sat "), std::string::npos) << both.output;
    EXPECT_NE(both.output.find("no.txt   unsat "), std::string::npos) << both.output;
    EXPECT_NE(both.output.find("2 questions: 1 sat, 1 unsat, 0 unknown, 0 timeout, 0 errors"), std::string::npos);
    EXPECT_EQ(sinew({"verify", net, yes, no, "--expect", "sat"}).exit_status, 5);
    EXPECT_EQ(sinew({"verify", net, yes, yes, "--expect", "sat"}).exit_status, 0);
    EXPECT_EQ(sinew({"verify", overlap, inputs + "dnn/two_by_two.dnn"}).exit_status, 0);
    expect_refused({"verify", net, yes, no, "--trace"}, 1, "ask one question");
    expect_refused({"verify", net, net, yes}, 1, "2 of them have a network");
    expect_refused({"verify", net, yes, "/nonexistent"}, 2, "/nonexistent: the file cannot be opened");
    expect_refused({"optimize", net, yes, no}, 1, "one file too many");
}

TEST(Tables, of_folders_and_lists) {
    const TemporaryFolder folder;
    for (const char* name : {"distance.onnx", "distance_reaches_two.vnnlib", "distance_exceeds_two.vnnlib"})
        folder.write(name, content_of(inputs + "onnx/" + name));
    folder.write("broken.dnn", "dnn = {\n  'y0': 'x0 +' }\n");
    folder.write("README.md", "hello");
    const std::string path = folder.path().string();
    const ProgramResult result = sinew({"verify", path});
    EXPECT_EQ(result.exit_status, 2);
    EXPECT_NE(result.output.find("broken.dnn:2:"), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("3 questions: 1 sat, 1 unsat, 0 unknown, 0 timeout, 1 error\n"), std::string::npos);
    EXPECT_NE(result.errors.find("README.md"), std::string::npos);
    const ProgramResult quiet = sinew({"verify", "-q", path});
    EXPECT_EQ(quiet.errors, "");
    EXPECT_EQ(std::count(quiet.output.begin(), quiet.output.end(), '\n'), 3);

    folder.write("instances.csv",
                 "distance.onnx,distance_reaches_two.vnnlib,10\n"
                 "distance.onnx,distance_exceeds_two.vnnlib,10\nnone.onnx,none.vnnlib,1\n");
    const ProgramResult list = sinew({"verify", path, "--json"});
    EXPECT_EQ(list.exit_status, 2);
    const Json json = Json::parse(list.output);
    ASSERT_EQ(json["questions"].size(), 3U);
    EXPECT_EQ(json["kind"], "verify");
    EXPECT_EQ(json["questions"][0]["status"], "sat");
    EXPECT_TRUE(json["questions"][0]["witness"].is_object());
    EXPECT_EQ(json["questions"][1]["status"], "unsat");
    EXPECT_EQ(json["questions"][2]["status"], "error");
    EXPECT_NE(json["questions"][2]["reason"].get<std::string>().find("none.onnx"), std::string::npos);
    EXPECT_EQ(json["summary"]["errors"], 1);
    EXPECT_EQ(json["summary"]["not_asked"], 0);
    EXPECT_EQ(sinew({"verify", path + "/instances.csv"}).exit_status, 2);
    folder.write("instances.csv", "network,conditions,expected\ndistance.onnx,distance_reaches_two.vnnlib,unsat\n");
    const ProgramResult other = sinew({"verify", path});
    EXPECT_EQ(other.exit_status, 5);
    EXPECT_NE(other.output.find("(unsat was expected)"), std::string::npos) << other.output;

    const TemporaryFolder empty;
    expect_refused({"verify", empty.path().string()}, 2, "there is no question in this folder");
}

/// Questions that take long: pigeons by integers.
std::string hard_question() {
    std::string text = "domains = {";
    constexpr int pigeons = 14;
    for (int p = 0; p < pigeons; ++p)
        text += "'x" + std::to_string(p) + "': 'int [1, " + std::to_string(pigeons - 1) + "]',";
    text += "}\nconditions = {'in': '(distinct";
    for (int p = 0; p < pigeons; ++p) text += " x" + std::to_string(p);
    return text + ")'}\n";
}

TEST(Tables, keep_the_limits_of_each_question_and_stop_at_an_interrupt) {
    const TemporaryFolder folder;
    folder.write("b.dnn", hard_question());
    folder.write("c.dnn", hard_question());
    folder.write("a.dnn", std::string(network) + conditions);
    const ProgramResult timed = sinew({"verify", folder.path().string(), "--timeout", "0.5"});
    EXPECT_EQ(timed.exit_status, 3);
    EXPECT_NE(timed.output.find("3 questions: 1 sat, 0 unsat, 0 unknown, 2 timeout"), std::string::npos)
        << timed.output;
    folder.write("instances.csv", "a.dnn,5\nb.dnn,0.3\n");
    EXPECT_NE(sinew({"verify", folder.path().string()}).output.find("1 timeout"), std::string::npos);

    std::filesystem::remove(folder.path() / "instances.csv");
    const std::string json = (folder.path() / "answers.json").string();
    ProgramOptions interrupt;
    interrupt.signal = SIGINT;
    interrupt.signal_after_seconds = 1;
    const ProgramResult ended = sinew({"verify", folder.path().string(), "--json=" + json}, interrupt);
    EXPECT_EQ(ended.exit_status, 3) << ended.output << ended.errors;
    EXPECT_NE(ended.output.find("a.dnn"), std::string::npos);
    EXPECT_NE(ended.output.find("; 1 not asked"), std::string::npos) << ended.output;
    EXPECT_EQ(Json::parse(content_of(json))["summary"]["not_asked"], 1);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
