// SPDX-License-Identifier: Apache-2.0
// One thread, the same input: the same verdict, witness and statistics to the last digit, however busy the machine is,
// and with all vector instructions that fuse products.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/instruction_set.hpp"
#include "support/program.hpp"

namespace {

namespace fs = std::filesystem;

constexpr int runs = 20;

/// Takes the processors away from the programs that run meanwhile, as far as the system lets it.
class BusyMachine {
  public:
    BusyMachine() {
        const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
        for (unsigned i = 0; i < processors; ++i)
            loops_.emplace_back([this] {
                while (!ends_.load(std::memory_order_relaxed)) {
                }
            });
    }
    ~BusyMachine() {
        ends_ = true;
        for (std::thread& loop : loops_) loop.join();
    }
    BusyMachine(const BusyMachine&) = delete;
    BusyMachine& operator=(const BusyMachine&) = delete;

  private:
    std::atomic<bool> ends_{false};
    std::vector<std::thread> loops_;
};

/// The answer without what measures: keys that name seconds, looks at the search by the clock, and of the provenance
/// the moment and the peak memory.
void erase_seconds(nlohmann::json& value) {
    if (value.is_object()) {
        for (auto at = value.begin(); at != value.end();) {
            if (at.key().find("seconds") != std::string::npos) {
                at = value.erase(at);
            } else {
                erase_seconds(*at);
                ++at;
            }
        }
    } else if (value.is_array()) {
        for (nlohmann::json& entry : value) erase_seconds(entry);
    }
}

/// What `sinew words… --json` says, or its text where the command has no JSON (scripts).
std::string answer_of(const std::vector<std::string>& words, sinew::InstructionSet kernels = sinew::instruction_set()) {
    std::vector<std::string> all{SINEW_PROGRAM};
    all.insert(all.end(), words.begin(), words.end());
    const bool is_script = words.back().ends_with(".smt2");
    if (!is_script) all.emplace_back("--json");
    support::ProgramOptions options;
    options.prepare = [kernels] { setenv("SINEW_KERNELS", to_string(kernels).data(), 1); };
    const support::ProgramResult result = support::run_program(all, options);
    if (result.exit_status != 0) return "exit status " + std::to_string(result.exit_status) + ": " + result.errors;
    if (is_script) return result.output;
    nlohmann::json answer = nlohmann::json::parse(result.output, nullptr, false);
    if (answer.is_discarded()) return "no JSON: " + result.output;
    erase_seconds(answer);
    answer.erase("search");
    for (const char* measured : {"started", "peak_memory"}) answer.at("provenance").erase(measured);
    EXPECT_EQ(answer.at("provenance").at("machine").at("kernels"), to_string(kernels));
    answer.at("provenance").at("machine").erase("kernels");
    return answer.dump(2);
}

void expect_the_same_runs(const std::vector<std::string>& words) {
    SCOPED_TRACE(testing::PrintToString(words));
    const std::string first = answer_of(words);
    ASSERT_TRUE(first.starts_with("{") || words.back().ends_with(".smt2")) << first;
    for (int i = 1; i < runs / 2; ++i) ASSERT_EQ(answer_of(words), first) << "run " << i << " on a quiet machine";
    for (const sinew::InstructionSet set : sinew::usable_instruction_sets())
        if (set != sinew::InstructionSet::baseline && sinew::instruction_set() != sinew::InstructionSet::baseline) {
            ASSERT_EQ(answer_of(words, set), first) << to_string(set);
        }
    const BusyMachine busy;
    for (int i = runs / 2; i < runs; ++i) ASSERT_EQ(answer_of(words), first) << "run " << i << " on a busy machine";
}

std::string input(const char* name) {
    return (fs::path(SINEW_SOURCE_DIR) / name).string();
}

TEST(Determinism, relu) {
    expect_the_same_runs({"verify", input("inputs/dnn/two_by_two_shifted.dnn")});
    expect_the_same_runs({"verify", input("tests/regress/unsat/relu_parity.dnn")});
    expect_the_same_runs({"verify", input("inputs/dnn/unbounded.dnn")});
    expect_the_same_runs(
        {"verify", input("tests/regress/sat/conv_pool.onnx"), input("tests/regress/sat/conv_pool_reached.vnnlib")});
}

TEST(Determinism, smooth) {
    expect_the_same_runs({"verify", input("inputs/dnn/smooth.dnn")});
    expect_the_same_runs(
        {"verify", input("tests/regress/unsat/smooth.onnx"), input("tests/regress/unsat/smooth_missed.vnnlib")});
}

TEST(Determinism, integer) {
    expect_the_same_runs({"verify", input("inputs/dnn/integer_inputs.dnn")});
    expect_the_same_runs({"optimize", input("inputs/dnn/thermal_tansig.dnn")});
    expect_the_same_runs({"optimize", input("inputs/dnn/best_price.dnn")});
}

TEST(Determinism, reals_optimised) {
    expect_the_same_runs({"optimize", input("inputs/dnn/nearest_flip.dnn")});
}

TEST(Determinism, binarized) {
    expect_the_same_runs({"verify", input("inputs/dnn/binarized.dnn")});
    expect_the_same_runs({"certify", input("inputs/bnn/strokes.bnn"), input("inputs/bnn/strokes.csv"), "--flips", "2"});
}

TEST(Determinism, formulas) {
    expect_the_same_runs({"solve", input("inputs/cnf/pigeons_3_in_2.cnf")});
    expect_the_same_runs({"solve", input("inputs/opb/pigeons_6_in_5.opb")});
    expect_the_same_runs({"solve", input("inputs/smt2/push_pop.smt2")});
    expect_the_same_runs({"solve", input("tests/regress/unsat/parity.smt2")});
}

/// What tools/test_arm64 compares two programs by: one that is ours is the same run, one that counts otherwise is told.
TEST(SameRun, tells_another_count) {
    if (support::run_program({"/usr/bin/python3", "--version"}).exit_status != 0) GTEST_SKIP() << "skipped: no python3";
    const support::TemporaryFolder folder;
    const std::string other =
        folder.write("other", std::string("#!/bin/sh\n") + SINEW_PROGRAM +
                                  " \"$@\"; status=$?\nfor word; do case $word in --json=*) sed -i "
                                  "'s/\"exact_checks\": /&1/' \"${word#--json=}\" ;; "
                                  "esac; done\nexit $status\n");
    chmod(other.c_str(), 0700);
    const auto compare = [](const std::string& program) {
        return support::run_program({"/usr/bin/python3", SINEW_SOURCE_DIR "/tools/same_run.py", SINEW_PROGRAM, program,
                                     "--only", "overlap.dnn"});
    };
    const support::ProgramResult same = compare(SINEW_PROGRAM);
    EXPECT_EQ(same.exit_status, 0) << same.output << same.errors;
    EXPECT_NE(same.output.find("1 of 1 questions: the same run"), std::string::npos) << same.output;
    const support::ProgramResult differs = compare(other);
    EXPECT_EQ(differs.exit_status, 1) << differs.output << differs.errors;
    EXPECT_NE(differs.output.find(".statistics.exact_checks: "), std::string::npos) << differs.output;
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
