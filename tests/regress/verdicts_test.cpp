// SPDX-License-Identifier: Apache-2.0
// Finds every input that says which verdict it expects and runs it under several strategies, seeds and instruction
// sets; and checks the proof of its answer.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/instruction_set.hpp"
#include "support/program.hpp"

namespace {

namespace fs = std::filesystem;

struct Case {
    std::vector<std::string> words;  ///< command and files
    std::string expected;
    std::string first_line;  ///< of the output, where the verdict is as expected
    bool has_strategies = false;
    bool only_automatic = false;  ///< the other strategies would take too long
};

/// What a comment in the first lines says after `key`; empty if none does.
std::string comment(const fs::path& file, const std::string& key) {
    std::ifstream stream(file);
    const std::regex wanted(R"(^\s*(#|;|c|\*|//)\s*)" + key + R"(:\s*(\S+)\s*$)");
    std::string line;
    for (int i = 0; i < 30 && std::getline(stream, line); ++i) {
        std::smatch match;
        if (line.size() < 200 && std::regex_match(line, match, wanted)) return match[2];
    }
    return {};
}

/// The case of one file; no words if it is none.
Case case_of(const fs::path& file) {
    Case one;
    one.expected = comment(file, "expected");
    if (one.expected != "sat" && one.expected != "unsat") return one;
    if (file.extension() == ".dnn") {
        one.words = {"verify", file};
        one.has_strategies = true;
    } else if (file.extension() == ".vnnlib") {
        one.words = {"verify", file.parent_path() / comment(file, "network"), file};
        one.has_strategies = true;
    } else {
        one.words = {"solve", file};
    }
    one.only_automatic = comment(file, "strategies") == "automatic";
    one.first_line = one.expected;
    if (file.extension() == ".cnf" || file.extension() == ".opb")
        one.first_line = one.expected == "sat" ? "s SATISFIABLE" : "s UNSATISFIABLE";
    return one;
}

enum class GivingUp { allowed, fails };

/// A wrong answer always fails; none at all (a limit, or a strategy that does not suit the query) only if it may not.
void run(const Case& one, const std::vector<std::string>& options, GivingUp giving_up,
         sinew::InstructionSet set = sinew::instruction_set()) {
    std::vector<std::string> words{SINEW_PROGRAM};
    words.insert(words.end(), one.words.begin(), one.words.end());
    words.insert(words.end(), options.begin(), options.end());
    // Every answer takes a few seconds; on a busy machine, under the sanitizers, many more.
    const bool may_give_up = giving_up == GivingUp::allowed;
    words.insert(words.end(), {"--timeout", may_give_up ? "30" : "150"});
    support::ProgramOptions limits;
    limits.kill_after_seconds = may_give_up ? 60 : 200;
    limits.prepare = [set] { setenv("SINEW_KERNELS", to_string(set).data(), 1); };
    SCOPED_TRACE(to_string(set));
    const support::ProgramResult result = support::run_program(words, limits);
    SCOPED_TRACE(testing::PrintToString(words) + "\n" + result.output.substr(0, 2000) + result.errors.substr(0, 2000));
    // Status 2: the file's question does not suit the strategy (unbounded inputs, integers). That it can be read, the
    // automatic strategy has shown.
    if (may_give_up && (result.exit_status == 3 || result.exit_status == 2)) return;
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.first_line(), one.first_line);
}

/// The sanitizers make all of it ten times slower: there a third seed and the further kernels, which unit tests run
/// under the sanitizers too, wait until they are asked for.
bool runs_all() {
    return !support::is_sanitized() || std::getenv("SINEW_ALL_VERDICTS") != nullptr;
}

class Verdict : public testing::Test {
  public:
    explicit Verdict(Case one) : one_(std::move(one)) {}

    void TestBody() override {
        run(one_, {}, GivingUp::fails);
        if (!one_.has_strategies) {
            check_proof();
            return;
        }
        run(one_, {"--seed", "1"}, GivingUp::fails);
        if (runs_all()) {
            for (const sinew::InstructionSet set : sinew::usable_instruction_sets())
                if (set != sinew::instruction_set()) run(one_, {}, GivingUp::fails, set);
            run(one_, {"--seed", "2"}, GivingUp::fails);
        }
        run(one_, {"--threads", "2"}, GivingUp::fails);
        if (!one_.only_automatic)
            for (const char* strategy : {"branch_and_bound", "lazy", "textbook"})
                run(one_, {"--strategy", strategy}, GivingUp::allowed);
        check_json();
        check_proof();
    }

  private:
    /// Where a proof is written the checker takes it; where none is, that is said before the search begins.
    void check_proof() const {
        const support::TemporaryFolder folder;
        const std::string proof = folder.path() / "some.proof";
        std::vector<std::string> words = one_.words;
        const fs::path file = words.back();
        if (file.extension() == ".smt2") words[0] = "verify";
        words.insert(words.begin(), SINEW_PROGRAM);
        words.insert(words.end(), {"--quiet", "--proof", proof, "--timeout", "10"});
        const support::ProgramResult result = support::run_program(words);
        SCOPED_TRACE(testing::PrintToString(words) + "\n" + result.output.substr(0, 2000) + result.errors);
        if (result.exit_status != 0) {
            EXPECT_TRUE(result.exit_status >= 1 && result.exit_status <= 3);
            EXPECT_FALSE(fs::exists(proof));
            return;
        }
        EXPECT_EQ(result.first_line(), one_.first_line);
        words = {fs::path(SINEW_PROGRAM).replace_filename("sinew-check")};
        words.insert(words.end(), one_.words.begin() + 1, one_.words.end());
        words.insert(words.end(), {proof, "--timeout", support::is_sanitized() ? "40" : "120"});
        support::ProgramOptions patient;
        patient.kill_after_seconds = 150;
        const support::ProgramResult check = support::run_program(words, patient);
        // A hundred exact linear programs take 20 s, and ten times that where all of it is instrumented.
        if (support::is_sanitized() && check.exit_status == 3) return;
        EXPECT_EQ(check.exit_status, 0) << check.output << check.errors;
        const bool is_of_rows = file.extension() == ".opb";  // of which it shows an optimum, or a solution
        EXPECT_TRUE(is_of_rows || check.first_line() == "verified: " + one_.expected) << check.output;
    }

    /// The JSON answer agrees with the text, and with sat it shows a witness.
    void check_json() const {
        std::vector<std::string> words{SINEW_PROGRAM};
        words.insert(words.end(), one_.words.begin(), one_.words.end());
        words.emplace_back("--json");
        const support::ProgramResult result = support::run_program(words);
        const nlohmann::json json = nlohmann::json::parse(result.output, nullptr, false);
        ASSERT_TRUE(json.is_object()) << result.output << result.errors;
        EXPECT_EQ(json.value("status", ""), one_.expected);
        EXPECT_EQ(json.at("witness").is_object(), one_.expected == "sat");
    }

    Case one_;
};

int register_all() {
    int count = 0;
    for (const char* folder : {"inputs", "tests/regress/sat", "tests/regress/unsat"}) {
        const fs::path root = fs::path(SINEW_SOURCE_DIR) / folder;
        if (!fs::is_directory(root)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root)) {
            if (!entry.is_regular_file()) continue;
            const Case one = case_of(entry.path());
            if (one.words.empty()) continue;
            const std::string name = fs::relative(entry.path(), SINEW_SOURCE_DIR).string();
            testing::RegisterTest("Verdict", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                                  [one]() -> Verdict* { return new Verdict(one); });
            ++count;
        }
    }
    return count;
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (register_all() == 0) {
        std::cerr << "no input says what it expects\n";
        return 1;
    }
    return RUN_ALL_TESTS();
}
