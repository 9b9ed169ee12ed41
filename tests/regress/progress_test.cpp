// SPDX-License-Identifier: Apache-2.0
// --progress json: each line is an event, the first "started", the last "finished".
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace {

using Words = std::vector<std::string>;
using nlohmann::json;
using support::ProgramResult;
using support::run_program;

const std::string inputs = SINEW_SOURCE_DIR "/inputs/";

std::vector<json> events_in(const std::string& text) {
    std::vector<json> events;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("{")) continue;
        events.push_back(json::parse(line, nullptr, false));
        EXPECT_TRUE(events.back().is_object()) << line;
    }
    return events;
}

void expect_whole(const std::vector<json>& events, const std::string& kind, const std::string& status) {
    ASSERT_GE(events.size(), 2U) << kind;
    EXPECT_EQ(events.front().at("event"), "started");
    EXPECT_EQ(events.front().at("kind"), kind);
    EXPECT_EQ(events.back().at("event"), "finished");
    EXPECT_EQ(events.back().at("status"), status);
    for (std::size_t i = 1; i < events.size(); ++i) EXPECT_GE(events[i].at("seconds"), events[i - 1].at("seconds"));
}

TEST(Progress, commands_tell_what_they_find_as_they_find_it) {
    const std::vector<std::pair<Words, std::string>> commands = {
        {{"verify", inputs + "dnn/overlap.dnn"}, "sat"},
        {{"optimize", inputs + "dnn/best_price.dnn"}, "optimum"},
        {{"solve", inputs + "opb/cheapest_cover.opb"}, "optimum"},
        {{"solve", inputs + "cnf/pigeons_3_in_2.cnf"}, "unsat"},
        {{"solve", inputs + "smt2/boundary.smt2"}, "sat"},
        {{"train", inputs + "bnn/strokes.csv", "--label", "17", "--layers", "2"}, "optimal"},
    };
    for (const auto& [given, status] : commands) {
        Words words{SINEW_PROGRAM};
        words.insert(words.end(), given.begin(), given.end());
        words.insert(words.end(), {"--progress", "json"});
        const ProgramResult result = run_program(words);
        SCOPED_TRACE(result.errors);
        EXPECT_EQ(result.exit_status, 0);
        const std::vector<json> events = events_in(result.errors);
        expect_whole(events, given[0], status);
        if (status != "optimum" && status != "optimal") continue;
        const auto better = std::ranges::find_if(events, [](const json& one) { return one.at("event") == "better"; });
        EXPECT_TRUE(better != events.end() && better->contains("value"));
    }
}

TEST(Progress, a_search_is_looked_at_while_it_goes_on) {
    const ProgramResult result =
        run_program({SINEW_PROGRAM, "verify", std::string(SINEW_SOURCE_DIR) + "/tests/regress/unsat/smooth_chain.dnn",
                     "--strategy", "branch_and_bound", "--timeout", "2", "--progress", "json"});
    const std::vector<json> events = events_in(result.errors);
    ASSERT_GE(events.size(), 2U);
    for (const json& one : events) EXPECT_TRUE(one.at("event") != "search" || one.at("nodes") >= 0) << one;
    EXPECT_EQ(result.errors.find('\r'), std::string::npos);
}

TEST(Progress, events_go_behind_what_a_file_of_events_holds) {
    const support::TemporaryFolder folder;
    const std::string path = (folder.path() / "events").string();
    for (int i = 0; i < 2; ++i)
        run_program({SINEW_PROGRAM, "verify", inputs + "dnn/overlap.dnn", "--progress", "json:" + path});
    EXPECT_EQ(events_in(support::content_of(path)).size(), 4U);
    const std::string other = folder.write("other", "not events\n");
    EXPECT_EQ(
        run_program({SINEW_PROGRAM, "verify", inputs + "dnn/overlap.dnn", "--progress", "json:" + other}).exit_status,
        1);
    EXPECT_EQ(support::content_of(other), "not events\n");
    // What cannot be written is dropped, like all that tells about the work.
    const ProgramResult full =
        run_program({SINEW_PROGRAM, "verify", inputs + "dnn/overlap.dnn", "--progress", "json:/dev/full"});
    EXPECT_EQ(full.exit_status, 0);
    EXPECT_EQ(full.first_line(), "sat");
}

TEST(Progress, what_is_no_form_of_it_is_refused) {
    for (const char* given : {"", "text", "json:", "json:/no/folder/x"}) {
        const int status =
            run_program({SINEW_PROGRAM, "verify", inputs + "dnn/overlap.dnn", "--progress", given}).exit_status;
        EXPECT_EQ(status, std::string(given).starts_with("json:/") ? 4 : 1) << given;
    }
    EXPECT_EQ(run_program({SINEW_PROGRAM, "solve", inputs + "flatzinc/queens.fzn", "--progress", "json"}).exit_status,
              1);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
