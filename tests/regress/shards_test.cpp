// SPDX-License-Identifier: Apache-2.0
// Shards: parts of a data set or a list, each with its results file, merged into what one run would have written; and
// campaigns of them on this machine.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <regex>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/program.hpp"

extern char** environ;

namespace {

using support::ProgramResult;
using support::TemporaryFolder;
using Words = std::vector<std::string>;
using Json = nlohmann::ordered_json;

/// Times, and when and by whom something was done, are of the run that did it.
void forget_times(Json& json) {
    if (json.is_object()) {
        for (const char* key : {"seconds", "answered", "started", "ended", "machine", "file", "command",
                                "total_seconds", "mean_seconds", "longest_seconds", "provenance"})
            json.erase(key);
        for (auto it = json.begin(); it != json.end();)
            it = it.key().ends_with("seconds") ? json.erase(it) : std::next(it);
        for (auto& [key, value] : json.items()) forget_times(value);
    } else if (json.is_array()) {
        for (Json& value : json) forget_times(value);
    }
}

std::string without_times(const std::string& text) {
    return std::regex_replace(std::regex_replace(text, std::regex(R"( +\d+\.\d{3,4}\b)"), " T"),
                              std::regex(R"((seconds: ).*)"), "$1T");
}

class ShardsTest : public testing::Test {
  protected:
    ShardsTest() {
        const std::string rows = support::content_of(SINEW_SOURCE_DIR "/inputs/bnn/strokes.csv");
        std::string all;
        for (int copy = 0; copy < 6; ++copy) all += rows;
        data_ = folder_.write("data.csv", all);
    }
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    ProgramResult run(Words words) const {
        words.insert(words.begin(), SINEW_PROGRAM);
        return support::run_program(words);
    }
    Words certify(const Words& more) const {
        Words words{"certify", SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn", data_, "--flips", "2"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    /// The only run of a results file, without its times.
    Json rows_of(const std::string& file) const {
        const ProgramResult result = run({"results", file + ":1", "--json"});
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        Json json = Json::parse(result.output);
        forget_times(json);
        return json;
    }
    Words shards(std::size_t count, const std::string& option, const Words& more = {}) const {
        Words files;
        for (std::size_t shard = 1; shard <= count; ++shard) {
            files.push_back(path(std::to_string(shard) + ".sqlite"));
            Words words =
                certify({"--shard", std::to_string(shard) + "/" + std::to_string(count), option, files.back()});
            words.insert(words.end(), more.begin(), more.end());
            EXPECT_EQ(run(words).exit_status, 0);
        }
        return files;
    }
    ProgramResult merge(Words files, const Words& more = {}) const {
        files.insert(files.begin(), "merge");
        files.insert(files.end(), {"--out", path("all.sqlite")});
        files.insert(files.end(), more.begin(), more.end());
        return run(files);
    }

    TemporaryFolder folder_;
    std::string data_;
};

TEST_F(ShardsTest, the_merged_file_is_what_one_run_writes) {
    for (const char* option : {"--resume", "--db"}) {
        const ProgramResult one = run(certify({option, path("one.sqlite"), "--epsilons", "1"}));
        ASSERT_EQ(one.exit_status, 1) << "--flips and --epsilons say the same";
        ASSERT_EQ(run(certify({option, path("one.sqlite")})).exit_status, 0);
        const ProgramResult merged = merge(shards(5, option));
        EXPECT_EQ(merged.exit_status, 0) << merged.errors;
        EXPECT_NE(merged.output.find("24 of 24 rows from 5 files"), std::string::npos) << merged.output;
        EXPECT_EQ(rows_of(path("all.sqlite")), rows_of(path("one.sqlite")));
        for (const char* what : {"--csv", "--junit"}) {
            const std::regex times(R"((time="[^"]*"|timestamp="[^"]*"|,\d+\.\d{6},))");
            const auto plain = [&](const std::string& file) {
                return std::regex_replace(run({"results", "export", path(file), what, "-"}).output, times, "T");
            };
            EXPECT_EQ(plain("one.sqlite"), plain("all.sqlite")) << what;
        }
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
            if (entry.path().extension() == ".sqlite") std::filesystem::remove(entry.path());
    }
}

TEST_F(ShardsTest, the_command_tells_its_table_from_the_merged_file) {
    merge(shards(3, "--resume"));
    const ProgramResult one = run(certify({"--json=" + path("one.json"), "--junit", path("one.xml")}));
    const ProgramResult all =
        run(certify({"--resume", path("all.sqlite"), "--json=" + path("all.json"), "--report", path("all.html")}));
    EXPECT_EQ(without_times(one.output), without_times(all.output));
    Json first = Json::parse(support::content_of(path("one.json")));
    Json second = Json::parse(support::content_of(path("all.json")));
    forget_times(first);
    forget_times(second);
    EXPECT_EQ(first, second);
    EXPECT_EQ(rows_of(path("all.sqlite")).at("runs")[0].at("rows").size(), 24U) << "nothing was asked again";
    EXPECT_NE(support::content_of(path("all.html")).find("<html"), std::string::npos);
}

TEST_F(ShardsTest, missing_rows_are_told) {
    Words files = shards(4, "--resume");
    files.erase(files.begin() + 1);
    ProgramResult result = merge(files);
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_NE(result.errors.find("6 of 24 rows are missing: "), std::string::npos) << result.errors;
    EXPECT_FALSE(std::filesystem::exists(path("all.sqlite")));
    result = merge(files, {"--allow-missing"});
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_NE(result.output.find("18 of 24 rows"), std::string::npos) << result.output;
    // What is missing can be answered where it was merged to.
    EXPECT_EQ(run(certify({"--resume", path("all.sqlite"), "--quiet"})).exit_status, 0);
    EXPECT_EQ(rows_of(path("all.sqlite")).at("runs")[0].at("rows").size(), 24U);
}

TEST_F(ShardsTest, shards_of_different_questions_are_refused) {
    Words files = shards(2, "--resume");
    files.push_back(path("other.sqlite"));
    const Words other{
        "certify",   SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn", data_, "--flips", "1", "--shard", "1/2", "--resume",
        files.back()};
    run(other);
    const ProgramResult result = merge(files);
    EXPECT_EQ(result.exit_status, 2);
    EXPECT_NE(result.errors.find("options flips"), std::string::npos) << result.errors;
    EXPECT_EQ(merge({files[0], files[1], files[0]}).exit_status, 0) << "the same file twice is one";
    EXPECT_EQ(run({"merge", files[0], "--out", files[0]}).exit_status, 1);
    EXPECT_EQ(run({"merge", files[0]}).exit_status, 1);
    EXPECT_EQ(run({"merge", path("none.sqlite"), "--out", path("x")}).exit_status, 2);
    EXPECT_EQ(run({"merge", data_, "--out", path("x")}).exit_status, 2);
}

TEST_F(ShardsTest, a_shard_goes_on_where_it_was_also_with_another_limit) {
    const std::string file = path("a.sqlite");
    run(certify({"--shard", "2/3", "--limit", "9", "--resume", file, "--timeout", "20"}));
    EXPECT_EQ(rows_of(file).at("runs")[0].at("rows").size(), 3U);
    const ProgramResult more = run(certify({"--shard", "2/3", "--resume", file, "--timeout", "10", "--memory", "1G"}));
    EXPECT_EQ(more.exit_status, 0) << more.errors;
    EXPECT_EQ(rows_of(file).at("runs")[0].at("rows").size(), 8U);
}

TEST_F(ShardsTest, what_makes_no_sense_is_refused_and_an_empty_shard_is_none) {
    for (const char* shard : {"0/3", "4/3", "3", "", "x/y", "1/0"})
        EXPECT_EQ(run(certify({"--shard", shard})).exit_status, 1) << shard;
    EXPECT_EQ(run({"verify", SINEW_SOURCE_DIR "/inputs/dnn/overlap.dnn", "--shard", "1/2"}).exit_status, 1);
    EXPECT_EQ(run({"verify", SINEW_SOURCE_DIR "/inputs/dnn/overlap.dnn", "--resume", path("x.sqlite")}).exit_status, 1);
    // More shards than rows: one has nothing to do.
    std::size_t empty = 0;
    for (const char* shard : {"1/3", "2/3", "3/3"}) {
        const std::string file = path(std::string(1, shard[0]) + ".sqlite");
        const ProgramResult result = run(certify({"--limit", "2", "--shard", shard, "--resume", file}));
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        empty += result.output.find("0 examples") != std::string::npos ? 1U : 0U;
        EXPECT_EQ(rows_of(file).at("runs")[0].at("state"), "finished");
    }
    EXPECT_EQ(empty, 1U);
}

/// The same over a list of questions.
class ListShardsTest : public ShardsTest {
  protected:
    ListShardsTest() {
        for (const auto& entry : std::filesystem::directory_iterator(SINEW_SOURCE_DIR "/inputs/dnn"))
            if (entry.path().extension() == ".dnn") names_.push_back(entry.path().string());
        std::ranges::sort(names_);
        names_.resize(std::min<std::size_t>(names_.size(), 9));
        std::string lines;
        for (const std::string& name : names_) lines += name + "\n";
        list_ = folder_.write("many.csv", lines + names_[0] + "\n");  // one of them twice
    }
    Words verify(const Words& more) const {
        Words words{"verify", list_};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    Words names_;
    std::string list_;
};

TEST_F(ListShardsTest, a_list_is_shared_merged_and_told_as_by_one_run) {
    run(verify({"--resume", path("one.sqlite")}));
    Words files;
    for (const char* shard : {"1/3", "2/3", "3/3"}) {
        files.push_back(path(std::string(1, shard[0]) + ".sqlite"));
        run(verify({"--shard", shard, "--resume", files.back()}));
        run(verify({"--shard", shard, "--resume", files.back()}));  // again, and nothing is asked again
    }
    const ProgramResult merged = merge(files);
    EXPECT_EQ(merged.exit_status, 0) << merged.errors;
    EXPECT_NE(merged.output.find("9 of 9 questions from 3 files"), std::string::npos) << merged.output;
    EXPECT_EQ(rows_of(path("all.sqlite")), rows_of(path("one.sqlite")));
    const ProgramResult one = run(verify({"--json=" + path("one.json")}));
    const ProgramResult all = run(verify({"--resume", path("all.sqlite"), "--json=" + path("all.json")}));
    EXPECT_EQ(without_times(one.output), without_times(all.output));
    EXPECT_EQ(one.exit_status, all.exit_status);
    Json first = Json::parse(support::content_of(path("one.json")));
    Json second = Json::parse(support::content_of(path("all.json")));
    forget_times(first);
    forget_times(second);
    EXPECT_EQ(first.dump(1), second.dump(1));
    // Another list, and another content of a file, are another question.
    const std::string other = folder_.write("other.csv", names_[0] + "\n" + names_[1] + "\n");
    EXPECT_EQ(run({"verify", other, "--resume", path("all.sqlite")}).exit_status, 2);
    EXPECT_EQ(run(verify({"--strategy", "lazy", "--resume", path("all.sqlite")})).exit_status, 2);
}

TEST_F(ListShardsTest, a_file_that_was_not_there_is_asked_about_again) {
    const std::string list = folder_.write("list.csv", names_[0] + "\nlater.dnn\n");
    const Words words{"verify", list, "--resume", path("l.sqlite")};
    EXPECT_EQ(run(words).exit_status, 2);
    folder_.write("later.dnn", support::content_of(names_[1]));
    const ProgramResult again = run(words);
    EXPECT_EQ(again.output.find("error  "), std::string::npos) << again.output;
    folder_.write("later.dnn", support::content_of(names_[2]));
    const ProgramResult changed = run(words);
    EXPECT_EQ(changed.exit_status, 2);
    EXPECT_NE(changed.errors.find("another content"), std::string::npos) << changed.errors;
}

/// sinew cluster with processes of this machine.
class LocalClusterTest : public ShardsTest {
  protected:
    Words cluster(const Words& more = {}) const {
        Words words{"cluster",   "run", path("campaign"), "--scheduler", "local",
                    "--workers", "2",   "--shards",       "5",           "--"};
        const Words command = certify(more);
        words.insert(words.end(), command.begin(), command.end());
        return words;
    }
    /// A process that is killed after a while, without a chance to do anything.
    void run_and_kill(Words words, int milliseconds) const {
        words.insert(words.begin(), SINEW_PROGRAM);
        std::vector<char*> pointers;
        for (std::string& word : words) pointers.push_back(word.data());
        pointers.push_back(nullptr);
        pid_t child = 0;
        ASSERT_EQ(posix_spawn(&child, SINEW_PROGRAM, nullptr, nullptr, pointers.data(), environ), 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
    }
};

TEST_F(LocalClusterTest, a_campaign_tells_what_the_command_alone_tells) {
    const ProgramResult one = run(certify({"--json=" + path("one.json")}));
    const ProgramResult all = run(cluster({"--json=" + path("all.json"), "--junit", path("all.xml")}));
    EXPECT_EQ(all.exit_status, 0) << all.errors;
    EXPECT_EQ(without_times(one.output), without_times(all.output));
    Json first = Json::parse(support::content_of(path("one.json")));
    Json second = Json::parse(support::content_of(path("all.json")));
    forget_times(first);
    forget_times(second);
    EXPECT_EQ(first, second);
    EXPECT_TRUE(std::filesystem::exists(path("all.xml")));
    // Again: nothing is submitted, the same is told.
    const ProgramResult again = run({"cluster", "run", path("campaign")});
    EXPECT_EQ(without_times(again.output), without_times(one.output));
    EXPECT_FALSE(std::filesystem::exists(path("campaign/rounds/2.json")));
    const ProgramResult status = run({"cluster", "status", path("campaign")});
    EXPECT_NE(status.output.find("5 of 5 shards done"), std::string::npos) << status.output;
}

TEST_F(LocalClusterTest, a_campaign_that_is_killed_again_and_again_comes_to_its_end) {
    const ProgramResult one = run(certify({}));
    for (const int milliseconds : {5, 40, 90, 160, 300}) run_and_kill(cluster(), milliseconds);
    const ProgramResult all = run(cluster());
    EXPECT_EQ(all.exit_status, 0) << all.errors;
    EXPECT_EQ(without_times(one.output), without_times(all.output)) << all.errors;
    EXPECT_EQ(rows_of(path("campaign/merged.sqlite")).at("runs")[0].at("rows").size(), 24U);
}

TEST_F(LocalClusterTest, what_is_wrong_with_the_command_is_told_and_ends_it) {
    EXPECT_EQ(run({"cluster", "run", path("c"), "--", "train", "x"}).exit_status, 1);
    EXPECT_EQ(run({"cluster", "run", path("c")}).exit_status, 2);
    EXPECT_FALSE(std::filesystem::exists(path("c")));
    EXPECT_EQ(run({"cluster", "run", path("c"), "--", "certify", "--nonsense"}).exit_status, 1);
    EXPECT_EQ(run({"cluster", "run", path("c"), "--", "certify", "a", "b", "--resume", "x"}).exit_status, 1);
    EXPECT_EQ(run({"cluster", "status", path("c")}).exit_status, 2);
    EXPECT_EQ(run({"cluster", "sing", path("c")}).exit_status, 1);
    EXPECT_EQ(run({"cluster"}).exit_status, 1);
    const ProgramResult missing = run({"cluster", "run", path("d"), "--scheduler", "local", "--shards", "3", "--",
                                       "certify", path("none.bnn"), data_, "--flips", "1"});
    EXPECT_EQ(missing.exit_status, 3);
    EXPECT_NE(missing.errors.find("none.bnn"), std::string::npos) << missing.errors;
    // What has brought no row gives way to the corrected command; what has does not.
    const ProgramResult corrected = run({"cluster", "run", path("d"), "--scheduler", "local", "--shards", "3", "--",
                                         "certify", SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn", data_, "--flips", "1"});
    EXPECT_EQ(corrected.exit_status, 0) << corrected.errors;
    const ProgramResult other = run({"cluster", "run", path("d"), "--", "certify", "a", "b", "--flips", "1"});
    EXPECT_EQ(other.exit_status, 2);
    EXPECT_NE(other.errors.find("another command"), std::string::npos) << other.errors;
}

TEST_F(LocalClusterTest, flags_of_the_command_are_those_of_its_tasks) {
    const Words command{
        "certify", SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn", data_, "--norm", "0", "--minimal", "--limit", "4"};
    Words words{"cluster", "run", path("flags"), "--scheduler", "local", "--shards", "2", "--"};
    words.insert(words.end(), command.begin(), command.end());
    const ProgramResult all = run(words);
    EXPECT_EQ(all.exit_status, 0) << all.errors;
    EXPECT_EQ(without_times(all.output), without_times(run(command).output));
}

TEST_F(LocalClusterTest, cancelled_and_gone_on_with) {
    for (int milliseconds = 60; !std::filesystem::exists(path("campaign/campaign.json")); milliseconds *= 2)
        run_and_kill(cluster(), milliseconds);
    EXPECT_EQ(run({"cluster", "cancel", path("campaign")}).exit_status, 0);
    EXPECT_NE(run({"cluster", "status", path("campaign")}).output.find("cancelled"), std::string::npos);
    EXPECT_EQ(run({"cluster", "run", path("campaign")}).exit_status, 0);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
