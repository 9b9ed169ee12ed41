// SPDX-License-Identifier: Apache-2.0
#include "cluster/merge_results.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "results/results_file.hpp"
#include "support/program.hpp"

namespace {

using namespace sinew;
using namespace sinew::cluster;

MergedPart part_of(const std::string& place, const std::string& shard) {
    MergedPart part;
    part.place = place;
    part.run.kind = "certify";
    part.run.version = "0.1.0";
    part.run.command = R"(["sinew","certify","net","data","--shard",")" + shard + R"(","--resume","a.db"])";
    part.run.started = "2026-11-30T12:00:00Z";
    part.run.ended = "2026-11-30T12:01:00Z";
    part.run.state = "finished";
    part.run.machine = part.run.limits = "{}";
    part.run.files = "[]";
    part.run.identity = R"({"network":"aa"})";
    part.run.seconds = 2;
    part.run.part = results::Part{R"({"network":"aa","options":{"epsilon":"1"}})", 10, 4, shard};
    return part;
}

results::Row row_of(std::int64_t number, const std::string& status) {
    results::Row row;
    row.question = {"net", "aa", "data", "bb", "{}", number, "1"};
    row.status = status;
    row.details = row.statistics = "{}";
    return row;
}

std::string error_of(std::vector<MergedPart> parts) {
    try {
        merge_results(std::move(parts));
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(MergeResults, rows_come_in_order_and_the_command_loses_its_shard) {
    MergedPart first = part_of("a:1", "1/2");
    MergedPart second = part_of("b:1", "2/2");
    first.rows = {row_of(12, "certified"), row_of(10, "falsified")};
    second.rows = {row_of(11, "unknown"), row_of(13, "wrong")};
    const Merged merged = merge_results({first, second});
    ASSERT_EQ(merged.rows.size(), 4U);
    for (std::size_t r = 0; r < 4; ++r) EXPECT_EQ(number_of(merged.rows[r]), static_cast<std::int64_t>(10 + r));
    EXPECT_TRUE(merged.missing.empty());
    EXPECT_EQ(merged.run.command, R"(["sinew","certify","net","data","--resume","a.db"])");
    EXPECT_EQ(merged.run.seconds, 4);
    EXPECT_EQ(merged.run.state, "finished");
    EXPECT_EQ(merged.run.part->shard, "");
}

TEST(MergeResults, what_is_missing_is_told) {
    MergedPart part = part_of("a:1", "1/2");
    part.rows = {row_of(12, "certified"), row_of(99, "certified")};  // 99 is of an earlier --limit
    const Merged merged = merge_results({part});
    EXPECT_EQ(merged.missing, (std::vector<std::int64_t>{10, 11, 13}));
    EXPECT_EQ(merged.questions, 1U);
    EXPECT_EQ(merged.run.state, "stopped");
    EXPECT_EQ(ranges_text(merged.missing), "10-11, 13");
    EXPECT_EQ(ranges_text({1, 3, 5, 7}, 2), "1, 3 and 2 more");
    EXPECT_EQ(ranges_text({}), "");
}

TEST(MergeResults, an_answer_takes_the_place_of_none_and_equal_ones_are_taken_once) {
    MergedPart first = part_of("a:1", "1/2");
    MergedPart second = part_of("b:1", "1/2");
    first.rows = {row_of(10, "unknown"), row_of(11, "certified")};
    first.rows[1].decided_by = "first";
    second.rows = {row_of(10, "certified"), row_of(11, "certified"), row_of(12, "wrong"), row_of(13, "wrong")};
    const Merged merged = merge_results({first, second});
    EXPECT_EQ(merged.repeated, 2U);
    ASSERT_EQ(merged.rows.size(), 4U);
    EXPECT_EQ(merged.rows[0].status, "certified");
    EXPECT_EQ(merged.rows[1].decided_by, "first");
    EXPECT_TRUE(merged.contradictions.empty());
}

TEST(MergeResults, answers_that_contradict_each_other_are_found) {
    MergedPart first = part_of("a:1", "1/2");
    MergedPart second = part_of("b:1", "1/2");
    first.rows = {row_of(10, "falsified")};
    second.rows = {row_of(10, "certified")};
    EXPECT_EQ(merge_results({first, second}).contradictions.size(), 1U);
}

TEST(MergeResults, answers_about_another_content_are_refused) {
    MergedPart first = part_of("a:1", "1/2");
    MergedPart second = part_of("b:1", "1/1");
    first.rows = {row_of(10, "sat")};
    second.rows = {row_of(10, "unsat")};
    second.rows[0].question.network_digest = "cc";
    EXPECT_NE(error_of({first, second}).find("another content"), std::string::npos);
    second.rows[0].status = "error";  // that file could not be read: it has no content
    EXPECT_EQ(error_of({first, second}), "");
}

TEST(MergeResults, parts_of_something_else_are_refused_and_say_what_differs) {
    const MergedPart first = part_of("a:1", "1/2");
    MergedPart other = part_of("b:1", "2/2");
    other.run.part->whole = R"({"network":"aa","options":{"epsilon":"2"}})";
    EXPECT_NE(error_of({first, other}).find("options epsilon"), std::string::npos);
    other = part_of("b:1", "2/2");
    other.run.part->count = 5;
    EXPECT_NE(error_of({first, other}).find("5 from number 10"), std::string::npos);
    other = part_of("b:1", "2/2");
    other.run.kind = "verify";
    EXPECT_NE(error_of({first, other}).find("command"), std::string::npos);
    other = part_of("b:1", "2/2");
    other.run.part.reset();
    EXPECT_NE(error_of({first, other}).find("does not say"), std::string::npos);
    EXPECT_NE(error_of({other, first}).find("does not say"), std::string::npos);
    other = part_of("b:1", "2/2");
    other.run.identity = "{}";
    EXPECT_NE(error_of({first, other}).find("--resume"), std::string::npos);
}

TEST(MergeResults, the_file_is_whole_and_takes_the_place_of_none_that_holds_something_else) {
    const support::TemporaryFolder folder;
    const std::string path = (folder.path() / "all.sqlite").string();
    MergedPart part = part_of("a:1", "1/1");
    for (std::int64_t number = 10; number < 14; ++number) part.rows.push_back(row_of(number, "certified"));
    part.rows[2].answered = "2026-11-30T12:00:30.000Z";
    write_merged(merge_results({part}), path);
    write_merged(merge_results({part}), path);  // once more
    results::ResultsReader reader(path);
    ASSERT_EQ(reader.runs().size(), 1U);
    const results::Run run = reader.runs()[0];
    EXPECT_EQ(run.command, "[\"sinew\",\"certify\",\"net\",\"data\",\"--resume\",\"" + path + "\"]");
    EXPECT_EQ(run.answers, 4);
    EXPECT_EQ(reader.rows(run)[2].answered, "2026-11-30T12:00:30.000Z");
    MergedPart other = part;
    other.run.part->whole = "{}";
    EXPECT_THROW(write_merged(merge_results({other}), path), InputError);
    folder.write("text", "my only copy");
    EXPECT_THROW(write_merged(merge_results({part}), (folder.path() / "text").string()), InputError);
    EXPECT_EQ(support::content_of(folder.path() / "text"), "my only copy");
}

}  // namespace
