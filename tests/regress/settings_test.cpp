// --set ENGINE.NAME=VALUE and --seed: the list, what is refused and how, and that both reach the engines.
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;

ProgramResult sinew(std::vector<std::string> words) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words);
}

const std::string inputs = std::string(SINEW_SOURCE_DIR) + "/inputs/";
const std::string query = inputs + "dnn/two_by_two.dnn";

/// One command line of each kind that runs engines, without --set.
std::vector<std::vector<std::string>> commands_that_search() {
    return {{"verify", query},
            {"solve", query},
            {"solve", inputs + "cnf/pigeons_3_in_2.cnf"},
            {"solve", inputs + "opb/cheapest_cover.opb"},
            {"solve", inputs + "smt2/boundary.smt2"},
            {"solve", inputs + "flatzinc/queens.fzn"},
            {"optimize", inputs + "dnn/best_price.dnn"},
            {"certify", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv", "--flips", "1"},
            {"evaluate", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv"},
            {"train", inputs + "train/berries.csv", "--label", "taste", "--layers", "2", "--rho", "0.9"}};
}

std::vector<std::string> with(std::vector<std::string> words, const std::string& setting) {
    words.insert(words.end(), {"--set", setting});
    return words;
}

TEST(Settings, every_command_that_searches_lists_them) {
    const ProgramResult listed = sinew({"verify", "--set", "help"});
    EXPECT_EQ(listed.exit_status, 0);
    std::istringstream lines(listed.output);
    std::size_t options = 0;
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("  ")) {
            ++options;
            EXPECT_NE(line.find('.'), std::string::npos) << line;
            EXPECT_NE(line.find(" to "), std::string::npos) << line;  // its range
        }
    EXPECT_GT(options, 30U);
    for (const char* engine : {"\nsat: ", "\nrows: ", "\nlinear: ", "\nboxes: ", "\nphases: ", "\nrefine: ", "\nlazy: ",
                               "\nattack: ", "\ninteger: ", "\ncertify: ", "\ncone: ", "\ntrain: ", "\ngradient: "})
        EXPECT_NE(listed.output.find(engine), std::string::npos) << engine;
    for (const std::vector<std::string>& command : commands_that_search())
        EXPECT_EQ(sinew(with(command, "help")).output, listed.output) << command[0];
}

TEST(Settings, are_accepted_and_refused_alike_everywhere) {
    struct Refused {
        const char* setting;
        const char* message;
    };
    for (const std::vector<std::string>& command : commands_that_search()) {
        for (const Refused& refused :
             {Refused{"decay", "ENGINE.NAME=VALUE"}, Refused{"decay=1", "ENGINE.NAME=VALUE"},
              Refused{"sat.decay", "ENGINE.NAME=VALUE"},
              Refused{"sta.decay=0.9", "no engine is called 'sta' (did you mean sat?)"},
              Refused{"engine.decay=0.9", "there are sat, linear, lazy, boxes, phases"},
              Refused{"sat.luby_unti=5", "sat has no option 'luby_unti' (did you mean luby_unit?)"},
              Refused{"sat.decay=2", "sat.decay cannot be 2 (expected 0.5 to 0.9999)"},
              Refused{"sat.luby_unit=1.5", "expected 1 to 1e+06, whole"}, Refused{"sat.decay=x", "wants a number"}}) {
            const ProgramResult result = sinew(with(command, refused.setting));
            EXPECT_EQ(result.exit_status, 1) << command[0] << ' ' << refused.setting;
            EXPECT_NE(result.errors.find(refused.message), std::string::npos) << result.errors;
            EXPECT_EQ(result.output, "") << command[0] << ' ' << refused.setting;
        }
        EXPECT_EQ(sinew(with(command, "sat.decay=0.9")).exit_status, sinew(command).exit_status) << command[1];
    }
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
