// SPDX-License-Identifier: Apache-2.0
// Gives every file of bad/ to the program, and large bad files made on the spot: exit status 2, a message that names
// the file and says what the file expects it to say, bounded time and memory, no signal.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/program.hpp"

namespace {

namespace fs = std::filesystem;

// Wall time on a busy machine, under the sanitizers; all but the largest take milliseconds.
constexpr double most_seconds = 200;
/// Of memory. Under the sanitizers freed memory is kept in quarantine: the bound of the plain build says nothing there.
const long most_kilobytes = (support::is_sanitized() ? 8 : 1) * (1024L * 1024L);

/// What a comment in the first lines says after `key: `; empty if none does.
std::string comment(const fs::path& file, const std::string& key) {
    std::ifstream stream(file);
    std::string line;
    for (int i = 0; i < 5 && std::getline(stream, line); ++i) {
        const std::size_t at = line.find(key + ": ");
        if (line.size() < 300 && at == 2 && (line[0] == '#' || line[0] == ';' || line[0] == '*' || line[0] == '%'))
            return line.substr(at + key.size() + 2);
    }
    return {};
}

std::vector<std::string> command_for(const fs::path& file) {
    if (file.extension() == ".vnnlib") {
        std::string network = comment(file, "network");
        if (network.empty()) network = "../../../inputs/onnx/distance.onnx";
        return {SINEW_PROGRAM, "verify", file.parent_path() / network, file};
    }
    if (file.extension() == ".dnn") return {SINEW_PROGRAM, "verify", file};
    if (file.extension() == ".onnx") return {SINEW_PROGRAM, "info", file};
    return {SINEW_PROGRAM, "solve", file};
}

void expect_refusal(const fs::path& file, const std::string& message) {
    support::ProgramOptions options;
    options.kill_after_seconds = most_seconds;
    const support::ProgramResult result = support::run_program(command_for(file), options);
    SCOPED_TRACE(file.filename().string() + "\n" + result.output.substr(0, 500) + result.errors.substr(0, 1000));
    EXPECT_EQ(result.exit_status, 2);
    EXPECT_EQ(result.signal, 0);
    EXPECT_FALSE(result.out_of_time);
    EXPECT_TRUE(result.output.empty());
    EXPECT_NE(result.errors.find(file.filename().string()), std::string::npos) << "the message does not name the file";
    EXPECT_NE(result.errors.find(message), std::string::npos) << "expected: " << message;
    EXPECT_LT(result.errors.size(), 2000);
    EXPECT_LT(result.peak_kilobytes, most_kilobytes);
}

TEST(BadInputs, every_file_of_the_corpus_is_refused) {
    int count = 0;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(SINEW_SOURCE_DIR) / "tests/regress/bad"))
        if (entry.is_regular_file() && entry.path().extension() != ".md") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
        expect_refusal(file, comment(file, "error"));
        ++count;
    }
    EXPECT_GT(count, 25);
}

std::string repeated(std::string_view text, std::size_t count) {
    std::string result;
    result.reserve(text.size() * count);
    for (std::size_t i = 0; i < count; ++i) result += text;
    return result;
}

TEST(BadInputs, large_files_are_refused_too) {
    constexpr std::size_t parentheses = 100000;
    constexpr std::size_t line = 10'000'000;
    const support::TemporaryFolder folder;
    const std::string network = "dnn = { 'y0': 'x0' }\nconditions = { 'in': '";
    const std::string script = "(set-logic QF_LRA)\n(declare-fun x () Real)\n(assert ";
    struct Row {
        const char* name;
        std::string content;
        const char* message;
    };
    const Row rows[] = {
        {"open.dnn", network + repeated("(", parentheses) + "'}", "the quote ends here"},
        {"closed.dnn", network + "(x0 < 1)" + repeated(")", parentheses) + "'}", ":2:31: found ')'"},
        {"nots.dnn", network + repeated("(not ", parentheses) + "x0" + repeated(")", parentheses) + "'}", "a number"},
        {"long_name.dnn", network + repeated("x", line) + " < 1'}", "is not declared"},
        {"long_line.dnn", network + repeated("x0 + ", line / 5) + "< 1'}", "found '<'"},
        {"long_number.dnn", network + repeated("7", line) + " x0 + q < 1'}", "'q' is not declared"},
        {"zeros.dnn", std::string(line, '\0'), ":1:1: unexpected byte 0x00"},
        {"open.smt2", script + repeated("(", parentheses), "never closed"},
        {"nots.smt2", script + repeated("(not ", parentheses) + "x" + repeated(")", parentheses) + ")",
         "a number as an argument of 'not'"},
        {"long_name.smt2", script + "(< " + repeated("x", line) + " 1))", "is not declared"},
        {"long_line.smt2", script + "(< (+" + repeated(" x", line / 2) + " (* x x)) 1))", "not linear"},
        {"zeros.smt2", script + std::string(line, '\0'), "0x00"},
    };
    for (const Row& row : rows) expect_refusal(folder.write(row.name, row.content), row.message);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
