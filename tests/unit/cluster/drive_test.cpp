// SPDX-License-Identifier: Apache-2.0
#include "cluster/drive.hpp"

#include <deque>
#include <functional>
#include <map>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "results/results_file.hpp"
#include "support/program.hpp"

namespace {

using namespace sinew;
using namespace sinew::cluster;

/// A scheduler whose tasks are functions, each of which runs when it is looked at it.
class Fake : public Scheduler {
  public:
    std::function<void(std::uint64_t number, int attempt)> work;
    int silent_looks = 0;      ///< looks that are not answered
    int lost_submissions = 0;  ///< not answered, and taken all the same
    std::vector<std::vector<std::uint64_t>> submissions;
    std::vector<std::size_t> rounds;

    std::optional<Tasks> tasks() override {
        if (silent_looks-- > 0) return std::nullopt;
        Tasks tasks;
        for (const std::uint64_t number : queue_) tasks.emplace(number, TaskState::running);
        for (const std::uint64_t number : queue_) work(number, ++attempts_[number]);
        queue_.clear();
        return tasks;
    }
    std::optional<std::string> submit(const std::vector<std::uint64_t>& numbers, std::size_t round) override {
        submissions.push_back(numbers);
        rounds.push_back(round);
        queue_.insert(queue_.end(), numbers.begin(), numbers.end());
        if (lost_submissions-- > 0) return std::nullopt;
        return "1";
    }
    bool cancel() override { return has_cancelled = true; }
    void leave() override { has_left = true; }
    double pause() const override { return 0; }
    bool outlives_us() const override { return true; }
    const std::string& trouble() const override { return trouble_; }
    bool has_left = false;
    bool has_cancelled = false;

  private:
    std::deque<std::uint64_t> queue_;
    std::map<std::uint64_t, int> attempts_;
    std::string trouble_ = "down";
};

class Lines : public Watcher {
  public:
    void show(const Tally& tally) override { last = tally; }
    void tell(const std::string& line) override { text += line + "\n"; }
    Tally last;
    std::string text;
};

class DriveTest : public testing::Test {
  protected:
    DriveTest() {
        Plan plan;
        plan.scheduler = "local";
        plan.program = "/bin/false";
        plan.place = "/";
        plan.command = plan.task = {"certify"};
        plan.shards = 3;
        campaign_ = Campaign::make((folder_.path() / "c").string(), plan);
    }
    /// What a task leaves behind: so many rows, at its end or before.
    void answer(std::uint64_t number, std::int64_t rows, bool finishes) const {
        results::ResultsFile file(campaign_->shard_file(number));
        std::vector<results::Run> runs = file.runs("certify");
        if (runs.empty()) {
            results::Run run;
            run.kind = "certify";
            run.machine = run.limits = run.identity = "{}";
            run.command = run.files = "[]";
            file.begin(run);
            runs.push_back(run);
        }
        for (std::int64_t r = 0; r < rows; ++r) {
            results::Row row;
            row.question.row = r;
            row.status = "certified";
            row.details = row.statistics = "{}";
            file.append(runs[0], row);
        }
        if (finishes) file.end(runs[0], "finished", "now", 1);
    }
    Driven drive() {
        Work work = shards_of(*campaign_);
        work.is_over = is_over_;
        return cluster::drive(*campaign_, work, fake_, lines_, interrupted_);
    }

    support::TemporaryFolder folder_;
    std::optional<Campaign> campaign_;
    Fake fake_;
    Lines lines_;
    std::atomic<bool> interrupted_{false};
    std::function<bool()> is_over_;
};

TEST_F(DriveTest, every_shard_is_submitted_once_where_all_goes_well) {
    fake_.work = [&](std::uint64_t number, int) { answer(number, 2, true); };
    EXPECT_EQ(drive(), Driven::done);
    EXPECT_EQ(fake_.submissions, (std::vector<std::vector<std::uint64_t>>{{1, 2, 3}}));
    EXPECT_EQ(lines_.last.done, 3U);
    EXPECT_EQ(lines_.last.answers, 6);
    EXPECT_EQ(lines_.text, "");
    EXPECT_EQ(drive(), Driven::done);
    EXPECT_EQ(fake_.submissions.size(), 1U) << "what is done is not submitted";
}

TEST_F(DriveTest, one_that_is_killed_is_submitted_again_as_long_as_it_gets_on) {
    fake_.work = [&](std::uint64_t number, int attempt) { answer(number, attempt, number != 2 || attempt == 6); };
    EXPECT_EQ(drive(), Driven::done);
    EXPECT_EQ(fake_.submissions.size(), 6U);
    EXPECT_EQ(fake_.submissions[1], std::vector<std::uint64_t>{2});
    EXPECT_EQ(fake_.rounds.back(), 6U);
}

TEST_F(DriveTest, one_that_does_not_get_on_is_given_up_and_the_others_are_done) {
    fake_.work = [&](std::uint64_t number, int) {
        if (number != 2) answer(number, 1, true);
    };
    EXPECT_EQ(drive(), Driven::failed);
    EXPECT_EQ(fake_.submissions.size(), 3U);
    EXPECT_EQ(lines_.last.done, 2U);
    EXPECT_NE(lines_.text.find("shard 2 ended before its end"), std::string::npos);
    EXPECT_NE(lines_.text.find("given up"), std::string::npos);
}

TEST_F(DriveTest, a_scheduler_that_is_down_is_waited_for) {
    fake_.work = [&](std::uint64_t number, int) { answer(number, 1, true); };
    fake_.silent_looks = 1;
    EXPECT_EQ(drive(), Driven::done);
    EXPECT_NE(lines_.text.find("does not answer (down)"), std::string::npos);
    EXPECT_NE(lines_.text.find("answers again"), std::string::npos);
}

TEST_F(DriveTest, what_was_taken_without_an_answer_is_not_submitted_twice) {
    fake_.work = [&](std::uint64_t number, int) { answer(number, 1, true); };
    fake_.lost_submissions = 1;
    EXPECT_EQ(drive(), Driven::done);
    EXPECT_EQ(fake_.submissions.size(), 1U);
}

TEST_F(DriveTest, interruption_and_cancellation_end_it) {
    fake_.work = [&](std::uint64_t, int) { interrupted_ = true; };
    EXPECT_EQ(drive(), Driven::interrupted);
    EXPECT_TRUE(fake_.has_left);
    interrupted_ = false;
    campaign_->mark_cancelled(true);
    EXPECT_EQ(drive(), Driven::cancelled);
    EXPECT_EQ(fake_.submissions.size(), 1U);
}

TEST_F(DriveTest, what_is_over_ends_all_tasks) {
    fake_.work = [&](std::uint64_t number, int) {
        if (number == 1) answer(number, 1, true);
    };
    is_over_ = [&] { return lines_.last.done == 1; };
    EXPECT_EQ(drive(), Driven::done);
    EXPECT_TRUE(fake_.has_cancelled);
    EXPECT_EQ(fake_.submissions.size(), 1U);
}

TEST_F(DriveTest, a_damaged_shard_is_a_failure_and_no_crash) {
    fake_.work = [&](std::uint64_t number, int) {
        if (number == 1)
            folder_.write("c/shards/1.sqlite", std::string(5000, 'x'));
        else
            answer(number, 1, true);
    };
    EXPECT_EQ(drive(), Driven::failed);
}

TEST_F(DriveTest, a_campaign_is_found_again_and_anything_else_is_refused) {
    const std::optional<Campaign> again = Campaign::in((folder_.path() / "c").string());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->plan().id, campaign_->plan().id);
    EXPECT_EQ(again->plan().shards, 3U);
    EXPECT_FALSE(Campaign::in((folder_.path() / "none").string()));
    folder_.write("other", "text");
    EXPECT_THROW(Campaign::make((folder_.path() / "other").string(), {}), InputError);
    EXPECT_THROW(Campaign::make(folder_.path().string(), {}), InputError) << "it holds other files";
    folder_.write("c/campaign.json", "{\"kind\":\"sinew cluster\",");
    EXPECT_THROW(Campaign::in((folder_.path() / "c").string()), InputError);
}

TEST_F(DriveTest, one_process_drives_a_campaign_at_a_time) {
    std::optional<CampaignLock> lock;
    lock.emplace(campaign_->folder());
    EXPECT_THROW(CampaignLock(campaign_->folder()), InputError);
    lock.reset();
    EXPECT_NO_THROW(CampaignLock(campaign_->folder()));
}

}  // namespace
