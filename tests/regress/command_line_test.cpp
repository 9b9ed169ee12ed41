// SPDX-License-Identifier: Apache-2.0
// The command line as a user meets it: exit statuses, messages, JSON, limits, signals.
#include <array>
#include <csignal>
#include <filesystem>
#include <regex>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "support/program.hpp"

namespace {

using support::ProgramOptions;
using support::ProgramResult;
using Words = std::vector<std::string>;

const std::string unsat_file = SINEW_SOURCE_DIR "/inputs/dnn/two_by_two.dnn";
const std::string sat_file = SINEW_SOURCE_DIR "/inputs/dnn/overlap.dnn";
const std::string inputs = SINEW_SOURCE_DIR "/inputs/";

ProgramResult sinew(Words words, const ProgramOptions& options = {}) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words, options);
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

void expect_usage_error(const Words& command, const std::string& words) {
    expect_refused(command, 1, words);
}

TEST(CommandLine, without_a_command_shows_the_help_and_fails) {
    const ProgramResult result = sinew({});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.output, "");
    EXPECT_NE(result.errors.find("usage: sinew COMMAND"), std::string::npos);
}

TEST(CommandLine, help_and_version_go_to_standard_output) {
    for (const Words& words : {Words{"help"}, Words{"--help"}, Words{"-h"}, Words{"help", "verify"},
                               Words{"verify", "--help"}, Words{"version"}, Words{"--name"}}) {
        const ProgramResult result = sinew(words);
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        EXPECT_NE(result.output.find("sinew"), std::string::npos);
        EXPECT_EQ(result.errors, "");
    }
    EXPECT_NE(sinew({"help"}).output.find("\n  verify "), std::string::npos);
    for (const char* option :
         {"--timeout", "--memory", "--threads", "--seed", "--strategy", "--json", "--expect", "--quiet"})
        EXPECT_NE(sinew({"help", "verify"}).output.find(option), std::string::npos) << option;
}

TEST(CommandLine, the_version_is_one_line_with_the_commit_where_it_is_known) {
    const std::regex form("sinew [0-9]+\\.[0-9]+\\.[0-9]+( \\(commit [0-9a-f]{12}(, modified)?\\))?");
    const std::string text = sinew({"version"}).output;
    EXPECT_TRUE(std::regex_match(text.substr(0, text.find('\n')), form)) << text;
    // The version alone, in one line, is what VNN-LIB 2.0 asks for.
    const std::string alone = sinew({"--version"}).output;
    EXPECT_TRUE(std::regex_match(alone, std::regex("[0-9]+\\.[0-9]+\\.[0-9]+\n"))) << alone;
    EXPECT_EQ(text.substr(6, alone.size() - 1) + "\n", alone);
}

TEST(CommandLine, near_words_are_suggested) {
    expect_usage_error({"verfy"}, "no command is called 'verfy' (did you mean verify?)");
    expect_usage_error({"frobnicate"}, "no command is called 'frobnicate'; see sinew help");
    expect_usage_error({"verify", unsat_file, "--timout", "3"}, "no option --timout (did you mean --timeout?)");
    expect_usage_error({"verify", unsat_file, "--strategy", "laxy"}, "did you mean lazy?");
    expect_usage_error({"help", "verfy"}, "did you mean verify?");
}

TEST(CommandLine, values_that_make_no_sense) {
    for (const char* value : {"-1", "nan", "inf", "ten", "10x", "", "1e9s", "1e999", "0x10", "+1", " 1", "1.2.3", "."})
        expect_usage_error({"verify", unsat_file, std::string("--timeout=") + value}, "timeout");
    for (const char* value : {"0", "-1G", "4Q", "G", "1e3", "99999999999G", "nan", "1GG"})
        expect_usage_error({"verify", unsat_file, std::string("--memory=") + value}, "memory");
    for (const char* value : {"-1", "2x", "1025", "99999999999999999999", "4294967297", "+1", "1.0", ""})
        expect_usage_error({"verify", unsat_file, std::string("--threads=") + value}, "threads");
    expect_usage_error({"verify", unsat_file, "--seed=-1"}, "seed");
    expect_usage_error({"verify", unsat_file, "--seed=18446744073709551616"}, "seed");
    for (const char* option : {"solutions", "random-seed", "parallel", "time-limit"})
        for (const char* value : {"-1", "99999999999999999999999x", "1e999", "nan", "", "one"})
            expect_usage_error({"solve", "x.fzn", std::string("--") + option + "=" + value}, option);
    for (const char* value : {"nan", "inf", "1e999", "", "0x1", "1;"})
        expect_usage_error({"solve", "x.cnf", std::string("--set=sat.luby_unit=") + value}, "--set wants a number");
    expect_usage_error({"verify", unsat_file, "--expect=maybe"}, "expect");
    expect_usage_error({"verify", unsat_file, "--timeout"}, "timeout");
    expect_usage_error({"verify", unsat_file, "--timeout=1", "--timeout=2"}, "timeout");
    expect_usage_error({"info", unsat_file, "--proof", "p"}, "no option --proof");
    expect_usage_error({"verify", inputs + "dnn", "--proof", "p"}, "--proof is of one question");
    expect_refused({"verify", unsat_file, "--strategy=textbook", "--proof", "p"}, 2, "branch_and_bound alone");
    expect_usage_error({"verify", unsat_file, "--trace", "--json"}, "give a file");
}

TEST(CommandLine, files_that_are_no_query) {
    expect_usage_error({"verify"}, "no file is named");
    expect_usage_error({"verify", "net.onnx"}, "a network alone asks nothing");
    expect_usage_error({"verify", "p.vnnlib"}, "the network is missing");
    expect_usage_error({"verify", "a.dnn", "b.dnn"}, "no pair");
    expect_refused({"verify", "a.onnx", "b.vnnlib", "c"}, 2, "a.onnx: the file cannot be opened");
    expect_usage_error({"optimize", "a.onnx", "b.vnnlib", "c"}, "one file too many");
    expect_refused({"verify", "query"}, 2, "query: the file cannot be opened");
}

TEST(CommandLine, info_refuses_what_it_has_no_use_for) {
    const std::string strokes = inputs + "bnn/strokes.bnn";
    const std::string images = inputs + "bnn/strokes.csv";
    for (const std::string& network : {unsat_file, strokes, inputs + "cnf/pigeons_3_in_2.cnf"})
        for (const Words& option : {Words{"--header", "no"},
                                    {"--labels", "l"},
                                    {"--label", "0"},
                                    {"--skip", "1"},
                                    {"--label-column", "1"},
                                    {"--limit", "1"},
                                    {"--resize"},
                                    {"--binarize", "9"}}) {
            Words words{"info", network};
            words.insert(words.end(), option.begin(), option.end());
            expect_usage_error(words, option[0] + " is about examples, and no data is named");
        }
    expect_usage_error({"info", unsat_file, "--in", "(x0 > 0)", "--input", "bits"}, "--input is about a binarized");
    expect_refused({"info", unsat_file, "--input", "bits"}, 2, unsat_file);  // it is no binarized network
    expect_usage_error({"info", strokes, images, "--in", "(x0 > 0)"}, "--in is a part of a question");
    expect_usage_error({"info", inputs + "cnf/pigeons_3_in_2.cnf", "--out", "(y0 > 0)"}, "a propositional formula");
    expect_usage_error({"info", inputs + "opb/cheapest_cover.opb", unsat_file}, "what is");
    EXPECT_EQ(sinew({"info", strokes, "--input", "bits"}).exit_status, 0);
    EXPECT_EQ(
        sinew({"info", strokes, images, "--input", "bits", "--skip", "1", "--limit", "2"}).output.find("examples: 4"),
        std::string::npos);
}

TEST(CommandLine, solve_refuses_options_of_other_formats) {
    const std::string formula = inputs + "cnf/pigeons_3_in_2.cnf";
    const std::string problem = inputs + "opb/cheapest_cover.opb";
    const std::string program = inputs + "flatzinc/queens.fzn";
    const std::string script = inputs + "smt2/boundary.smt2";
    for (const std::string& file : {formula, problem, script, sat_file})
        for (const Words& option : {Words{"--all"},
                                    {"-i"},
                                    {"-n", "2"},
                                    {"-f"},
                                    {"-t", "5"},
                                    {"-r", "1"},
                                    {"-p", "1"},
                                    {"-v"},
                                    {"--minizinc"}}) {
            Words words{"solve", file};
            words.insert(words.end(), option.begin(), option.end());
            expect_usage_error(words, "is for constraint programs in FlatZinc");
        }
    for (const std::string& file : {problem, program, script, sat_file})
        for (const Words& option : {Words{"--drat", "proof"}, {"--binary"}}) {
            Words words{"solve", file};
            words.insert(words.end(), option.begin(), option.end());
            expect_usage_error(words, "is for formulas in DIMACS");
        }
    expect_usage_error({"solve", formula, "--binary"}, "--binary is the form of --lrat FILE or --drat FILE");
    for (const std::string& file : {script, sat_file}) expect_usage_error({"solve", file, "-s"}, "--statistics is for");
    expect_usage_error({"solve", program, "--report", "page.html"}, "without --report");
}

TEST(CommandLine, options_without_their_subject_are_refused) {
    const std::string berries = inputs + "train/berries.csv";
    const auto train = [&](Words more) {
        more.insert(more.begin(), {"train", berries, "--label", "taste"});
        return more;
    };
    expect_usage_error(train({"--end-to-end"}), "give one of them");
    expect_usage_error(train({"--test-labels", "l"}), "--test-labels needs --test FILE");
    expect_usage_error(train({"--validation-labels", "l"}), "--validation-labels needs --validation FILE");
    expect_usage_error({"export", "--to", "dnn", sat_file, "--input", "bits"}, "--input is about a binarized network");
    EXPECT_EQ(sinew({"export", "--to", "dnn", inputs + "bnn/strokes.bnn", "--input", "bits"}).exit_status, 0);
    expect_usage_error({"version", "verify"}, "takes no words");
}

TEST(CommandLine, ctrl_c_while_standard_input_is_waited_for) {
    for (const Words& words : {Words{"solve", "-"}, {"train", "-", "--label", "x"}, {"verify", "-"}}) {
        ProgramOptions options;
        options.signal = SIGINT;
        options.signal_after_seconds = 1;
        options.kill_after_seconds = 40;
        options.prepare = [] {  // nobody writes into this pipe, and nobody closes it
            std::array<int, 2> ends{};
            if (pipe(ends.data()) == 0) dup2(ends[0], STDIN_FILENO);
        };
        const ProgramResult result = sinew(words, options);
        SCOPED_TRACE(words[0] + "\n" + result.output + result.errors);
        EXPECT_FALSE(result.out_of_time);
        EXPECT_EQ(result.exit_status, 3);
    }
}

TEST(CommandLine, the_condition_on_outputs_is_called_as_it_was_given) {
    expect_refused({"verify", sat_file, "--out", "(y0 > "}, 2, "--out:1:7");
    expect_refused({"export", "--to", "smt2", sat_file, "--out-condition", "(y0 > "}, 2, "--out-condition:1:7");
    const ProgramResult told = sinew({"export", "--to", "smt2", sat_file, "--out-condition", "(y0 > 1)"});
    EXPECT_NE(told.errors.find("condition 'out' is not asked: --out-condition is given"), std::string::npos)
        << told.errors;
}

TEST(CommandLine, a_dash_is_no_file_where_answers_are_kept) {
    expect_usage_error({"verify", sat_file, "--db", "-"}, "--db cannot be '-'");
    expect_usage_error({"verify", sat_file, "--progress", "json:-"}, "--progress cannot be 'json:-'");
    // A file of this name says nothing about standard output.
    const support::TemporaryFolder folder;
    folder.write("-", "no JSON\n");
    ProgramOptions options;
    options.prepare = [&] { std::filesystem::current_path(folder.path()); };
    EXPECT_EQ(sinew({"verify", sat_file, "--json=-"}, options).exit_status, 0);
}

TEST(CommandLine, merge_of_a_folder_without_units) {
    const support::TemporaryFolder folder;
    expect_refused({"merge", folder.path()}, 2, "there are no units in this folder");
    expect_refused({"split", "--out", "/dev/null", "--search", "0", "--into", "4", unsat_file}, 4, "Not a directory");
}

TEST(CommandLine, missing_and_malformed_files_exit_2) {
    const support::TemporaryFolder folder;
    const std::string empty = folder.write("empty.dnn", "");
    const std::string wrong = folder.write("wrong.dnn", "dnn = {\n  'a00': [1, '1x0 +'] }\n");
    std::filesystem::create_directory(folder.path() / "folder.dnn");
    for (const std::string& file :
         {std::string("/nonexistent.dnn"), empty, wrong, (folder.path() / "folder.dnn").string()}) {
        const ProgramResult result = sinew({"verify", file});
        EXPECT_EQ(result.exit_status, 2) << file << result.errors;
        EXPECT_EQ(result.output, "");
        EXPECT_NE(result.errors.find(file), std::string::npos) << result.errors;
    }
    EXPECT_NE(sinew({"verify", wrong}).errors.find(wrong + ":2:"), std::string::npos);
}

/// Some programs write one before UTF-8: it is no part of the text, in any format.
TEST(CommandLine, byte_order_marks) {
    const support::TemporaryFolder folder;
    const auto marked = [&](const std::string& file) {
        return folder.write(file.substr(file.rfind('/') + 1), "\xef\xbb\xbf" + support::content_of(inputs + file));
    };
    for (const char* file : {"cnf/pigeons_3_in_2.cnf", "opb/cheapest_cover.opb", "smt2/boundary.smt2",
                             "flatzinc/queens.fzn", "dnn/overlap.dnn"}) {
        const std::string command = std::string(file).starts_with("dnn") ? "verify" : "solve";
        const ProgramResult plain = sinew({command, inputs + file});
        EXPECT_EQ(plain.exit_status, 0) << file << plain.errors;
        EXPECT_EQ(sinew({command, marked(file)}).first_line(), plain.first_line()) << file;
    }
    EXPECT_EQ(sinew({"info", marked("bnn/strokes.bnn")}).exit_status, 0);
    const std::string formula = folder.write("f.cnf", "\xef\xbb\xbfp cnf 1 2\n1 0\n-1 0\n");
    EXPECT_EQ(sinew({"check", formula,
                     folder.write("f.drat",
                                  "\xef\xbb\xbf"
                                  "0\n")})
                  .first_line(),
              "s VERIFIED");
    const std::string wide = folder.write("w.cnf", std::string("\xff\xfep\0 \0c\0n\0f\0", 12));
    EXPECT_NE(sinew({"solve", wide}).errors.find("byte order mark"), std::string::npos);
}

TEST(CommandLine, expectation_decides_the_exit_status) {
    EXPECT_EQ(sinew({"verify", unsat_file, "--expect", "unsat"}).exit_status, 0);
    EXPECT_EQ(sinew({"verify", unsat_file, "--expect", "sat"}).exit_status, 5);
    EXPECT_EQ(sinew({"verify", sat_file, "--expect", "sat"}).exit_status, 0);
    EXPECT_EQ(sinew({"verify", sat_file, "--expect=unknown"}).exit_status, 5);
}

TEST(CommandLine, text_of_a_witness) {
    const ProgramResult result = sinew({"verify", sat_file});
    EXPECT_EQ(result.first_line(), "sat");
    for (const char* words : {"inputs\n", "outputs\n", "margins of the output condition\n", " x0 ", " y1 ",
                              "y0 - y1 > 0", "float32 replay: the output condition holds"})
        EXPECT_NE(result.output.find(words), std::string::npos) << words << result.output;
    EXPECT_EQ(result.errors, "");
    EXPECT_EQ(sinew({"verify", sat_file, "--quiet"}).output, "sat\n");
    EXPECT_EQ(sinew({"verify", "-q", unsat_file}).output, "unsat\n");
}

TEST(CommandLine, json_goes_where_it_is_sent) {
    const support::TemporaryFolder folder;
    const std::string file = (folder.path() / "answer.json").string();
    for (const Words& words :
         {Words{"verify", sat_file, "--json=" + file}, Words{"verify", "--json", file, sat_file}}) {
        std::filesystem::remove(file);
        const ProgramResult result = sinew(words);
        EXPECT_EQ(result.first_line(), "sat") << result.errors;
        const nlohmann::json json = nlohmann::json::parse(support::content_of(file), nullptr, false);
        ASSERT_TRUE(json.is_object());
        EXPECT_EQ(json["status"], "sat");
        EXPECT_EQ(json["files"], nlohmann::json{sat_file});
        EXPECT_EQ(json["reason"], nullptr);
        EXPECT_TRUE(json["seconds"].is_number());
        EXPECT_TRUE(json["statistics"].is_object());
        EXPECT_EQ(json["witness"]["inputs"].size(), 2U);
        EXPECT_EQ(json["witness"]["inputs"][0]["name"], "x0");
        EXPECT_EQ(json["witness"]["float32_replay"]["output_condition"], true);
        EXPECT_EQ(json["witness"]["margins"][0]["holds"], true);
    }
    const ProgramResult alone = sinew({"verify", unsat_file, "--json"});
    const nlohmann::json json = nlohmann::json::parse(alone.output, nullptr, false);
    ASSERT_TRUE(json.is_object()) << alone.output;
    EXPECT_EQ(json["status"], "unsat");
    EXPECT_EQ(json["witness"], nullptr);
}

TEST(CommandLine, a_shorter_answer_leaves_nothing_of_a_longer_one) {
    const support::TemporaryFolder folder;
    const std::string file = folder.write("answer.json", "{" + std::string(100000, '#'));
    EXPECT_EQ(sinew({"verify", unsat_file, "--json=" + file}).exit_status, 0);
    EXPECT_TRUE(nlohmann::json::accept(support::content_of(file)));
}

TEST(CommandLine, output_that_cannot_be_written_is_told_before_the_work) {
    expect_refused({"verify", "/nonexistent.dnn", "--json=/nonexistent/answer.json"}, 4, "cannot be written");
    const support::TemporaryFolder folder;
    expect_refused({"verify", unsat_file, "--json=" + folder.path().string()}, 4, "cannot be written");
    // What was created for an answer that never came is removed again; what was there before stays.
    const std::string file = (folder.path() / "new.json").string();
    EXPECT_EQ(sinew({"verify", "/nonexistent.dnn", "--json=" + file}).exit_status, 2);
    EXPECT_FALSE(std::filesystem::exists(file));
    const std::string old = folder.write("old.json", "{old");
    EXPECT_EQ(sinew({"verify", "/nonexistent.dnn", "--json=" + old}).exit_status, 2);
    EXPECT_EQ(support::content_of(old), "{old");
}

TEST(CommandLine, an_answer_does_not_take_the_place_of_another_file) {
    const support::TemporaryFolder folder;
    const std::string query = folder.write("query.dnn", support::content_of(unsat_file));
    expect_usage_error({"verify", "--json", query, unsat_file}, "is no JSON");
    EXPECT_EQ(support::content_of(query), support::content_of(unsat_file));
}

TEST(CommandLine, a_full_disk_is_no_answer) {
    ProgramOptions full;
    full.output_file = "/dev/full";
    EXPECT_EQ(sinew({"verify", unsat_file}, full).exit_status, 4);
    EXPECT_EQ(sinew({"verify", unsat_file, "--json=/dev/full"}).exit_status, 4);
}

TEST(CommandLine, statistics_follow_the_verdict_and_say_what_the_time_went_into) {
    for (const char* strategy : {"automatic", "lazy", "textbook"}) {
        const ProgramResult result = sinew({"verify", unsat_file, "--strategy", strategy, "--statistics"});
        EXPECT_EQ(result.output.rfind("unsat\n", 0), 0U) << result.output;
        for (const char* work : {"attack", "roots", "tree", "exact", "other"})
            EXPECT_NE(result.output.find(std::string("\n") + work + "_seconds: "), std::string::npos) << result.output;
    }
    EXPECT_EQ(sinew({"verify", unsat_file, "--statistics", "--json"}).output.find("attack_seconds: "),
              std::string::npos);
    expect_usage_error({"verify", unsat_file, unsat_file, "--statistics"}, "ask one question");
}

TEST(CommandLine, the_verdict_stays_the_first_line_when_a_trace_follows) {
    const ProgramResult result = sinew({"verify", unsat_file, "--strategy", "textbook", "--trace"});
    EXPECT_EQ(result.exit_status, 0) << result.errors;
    EXPECT_EQ(result.first_line(), "unsat");
    EXPECT_NE(result.output.find("[1, 2, 3, 4]"), std::string::npos) << result.output;
}

/// Many neurons, few equal, and a question that bounds do not answer: a search of many seconds.
std::string hard_query() {
    std::string text = "dnn = {\n";
    constexpr int input_count = 10;
    constexpr int width = 40;
    unsigned state = 1;
    const auto weight = [&] {
        state = state * 1103515245U + 12345U;
        return std::to_string(static_cast<int>(state >> 16U) % 1000 - 500);
    };
    for (int layer = 0; layer < 3; ++layer)
        for (int i = 0; i < width; ++i) {
            text += "  'a_" + std::to_string(layer) + "_" + std::to_string(i) + "': [" +
                    std::to_string(layer * width + i + 1) + ", '";
            for (int j = 0; j < (layer == 0 ? input_count : width); ++j)
                text +=
                    (j == 0 ? "" : " + ") + weight() +
                    (layer == 0 ? "x" + std::to_string(j) : "n_" + std::to_string(layer - 1) + "_" + std::to_string(j));
            text += " + " + weight() + "'],\n";
        }
    text += "  'y0': '";
    for (int j = 0; j < width; ++j) text += (j == 0 ? "" : " + ") + weight() + "n_2_" + std::to_string(j);
    text += "' }\nconditions = { 'in': '(and";
    for (int j = 0; j < input_count; ++j)
        text += " (x" + std::to_string(j) + " >= -1) (x" + std::to_string(j) + " <= 1)";
    // Attacks reach about half of this; no bound is near it for long.
    return text + ")', 'out': '(y0 > 5000000000000)' }\n";
}

TEST(CommandLine, limits_give_their_reason) {
    const support::TemporaryFolder folder;
    const std::string file = folder.write("hard.dnn", hard_query());
    const ProgramResult result = sinew({"verify", file, "--timeout", "0.5"});
    EXPECT_EQ(result.first_line(), "timeout") << result.output << result.errors;
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_NE(result.output.find("\nreason: "), std::string::npos) << result.output;
    EXPECT_LT(result.seconds, 10);
    EXPECT_EQ(sinew({"verify", file, "--timeout", "0.5", "--expect", "timeout"}).exit_status, 0);
}

TEST(CommandLine, memory_that_ends_is_a_reason_too) {
    const support::TemporaryFolder folder;
    const std::string file = folder.write("hard.dnn", hard_query());
    const ProgramResult result = sinew({"verify", file, "--memory", "5M"});
    EXPECT_EQ(result.output, "unknown\nreason: memory limit reached\n") << result.errors;
    EXPECT_EQ(result.exit_status, 3);
}

TEST(CommandLine, limits_hold_while_files_are_read) {
    const support::TemporaryFolder folder;
    std::string text = "dnn = {\n";
    for (int i = 0; i < 2000; ++i) {
        text += "'a" + std::to_string(i) + "': '1";
        for (int k = 0; k < 100; ++k) text += " + 0." + std::to_string(i + k + 1) + "*x" + std::to_string(k);
        text += "',\n";
    }
    text += "'y0': 'n0 - n1' }\nconditions = { 'in': 'true', 'out': '(y0 > 1)' }\n";
    const std::string file = folder.write("large.dnn", text);
    EXPECT_EQ(sinew({"verify", file, "--timeout", "0"}).output, "timeout\nreason: time limit reached\n");
    if (support::is_sanitized()) return;
    const ProgramResult result = sinew({"verify", file, "--memory", "20M"});
    EXPECT_EQ(result.output, "unknown\nreason: memory limit reached\n") << result.errors;
    EXPECT_EQ(result.exit_status, 3);
}

TEST(CommandLine, interrupts_end_the_search_with_an_answer) {
    const support::TemporaryFolder folder;
    const std::string file = folder.write("hard.dnn", hard_query());
    for (const int signal : {SIGINT, SIGTERM}) {
        ProgramOptions options;
        options.signal = signal;
        options.signal_after_seconds = 1;
        const ProgramResult result = sinew({"verify", file}, options);
        EXPECT_EQ(result.first_line(), "unknown") << result.output << result.errors;
        EXPECT_EQ(result.exit_status, 3);
        EXPECT_NE(result.output.find("reason: interrupted"), std::string::npos) << result.output;
        EXPECT_LT(result.seconds, 15);
    }
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
