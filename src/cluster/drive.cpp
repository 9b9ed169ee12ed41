// SPDX-License-Identifier: Apache-2.0
#include "cluster/drive.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include <fmt/core.h>

#include "base/error.hpp"

namespace sinew::cluster {

namespace {
using Clock = std::chrono::steady_clock;

constexpr int most_failures = 3;

class Drive {
  public:
    Drive(const Campaign& campaign, const Work& work, Scheduler& scheduler, Watcher& watcher,
          const std::atomic<bool>& interrupted)
        : campaign_(campaign), work_(work), scheduler_(scheduler), watcher_(watcher), interrupted_(interrupted) {
        for (std::uint64_t number = 1; number <= work.count; ++number) open_.try_emplace(number);
    }

    Driven run() {
        for (;;) {
            if (interrupted_.load()) {
                scheduler_.leave();
                return Driven::interrupted;
            }
            if (campaign_.is_cancelled()) return Driven::cancelled;
            // The queue first: what has ended since has written all that it had.
            const std::optional<Tasks> tasks = scheduler_.tasks();
            if (!tasks) {
                wait_for_scheduler();
                continue;
            }
            answered();
            const Tally tally = look_at(*tasks);
            watcher_.show(tally);
            tell_remark();
            if (open_.empty()) return all_is_done(*tasks);
            if (work_.is_over && work_.is_over()) {
                cancel_all();
                return Driven::done;
            }
            submit(*tasks);
            if (tasks->empty() && std::ranges::all_of(open_, [](const auto& one) { return one.second.is_given_up; }))
                return Driven::failed;
            // Many files are looked at more rarely.
            pause(std::max(scheduler_.pause(), 0.005 * static_cast<double>(open_.size())));
        }
    }

  private:
    struct Open {
        bool was_submitted = false;
        bool is_given_up = false;
        int failures = 0;
        std::int64_t answers = 0;  ///< when it was looked at last
        std::int64_t answers_at_submission = 0;
    };

    /// Tasks of this end by themselves, those that wait (for a node that was lost) would find nothing to do.
    Driven all_is_done(const Tasks& tasks) {
        constexpr double until_they_have_ended = 0.5;
        if (tasks.empty()) return Driven::done;
        pause(until_they_have_ended);
        const std::optional<Tasks> left = scheduler_.tasks();
        if (!left || !left->empty()) cancel_all();
        return Driven::done;
    }

    void cancel_all() {
        if (!scheduler_.cancel())
            watcher_.tell(fmt::format("tasks that are no longer wanted may run on: the scheduler does not answer ({})",
                                      scheduler_.trouble()));
    }

    void wait_for_scheduler() {
        constexpr double first = 2;
        constexpr double longest = 60;
        if (silence_ == 0)
            watcher_.tell(fmt::format("the scheduler does not answer ({}); it is asked again until it does",
                                      scheduler_.trouble()));
        silence_ = std::clamp(2 * silence_, first, longest);
        pause(silence_);
    }

    void tell_remark() {
        const std::string remark = scheduler_.remark();
        if (remark != remark_ && !remark.empty()) watcher_.tell(remark);
        remark_ = remark;
    }

    void answered() {
        if (silence_ != 0) watcher_.tell("the scheduler answers again");
        silence_ = 0;
    }

    Tally look_at(const Tasks& tasks) {
        Tally tally;
        tally.word = work_.word + "s";
        tally.count = work_.count;
        for (auto place = open_.begin(); place != open_.end();) {
            const TaskFacts facts = facts_of(place->first);
            place->second.answers = facts.answers;
            tally.answers += facts.answers;
            if (facts.is_done) {
                answers_of_done_ += facts.answers;
                tally.answers -= facts.answers;
                place = open_.erase(place);
                continue;
            }
            if (const auto task = tasks.find(place->first); task != tasks.end()) {
                tally.running += task->second == TaskState::running ? 1 : 0;
                tally.waiting += task->second == TaskState::waiting ? 1 : 0;
                tally.held += task->second == TaskState::held ? 1 : 0;
            }
            ++place;
        }
        tally.done = tally.count - open_.size();
        tally.answers += answers_of_done_;
        return tally;
    }

    /// A file that is being made or recovered is looked at again.
    TaskFacts facts_of(std::uint64_t number) const {
        try {
            return work_.facts(number);
        } catch (const InputError&) {
            return {};
        }
    }

    void submit(const Tasks& tasks) {
        std::vector<std::uint64_t> numbers;
        for (auto& [number, one] : open_) {
            if (tasks.contains(number) || one.is_given_up) continue;
            if (one.was_submitted) note_failure(number, one);
            if (!one.is_given_up) numbers.push_back(number);
        }
        if (numbers.empty()) return;
        const std::size_t round = campaign_.begin_round(numbers);
        for (const std::uint64_t number : numbers) campaign_.forget_exit_status(number);
        const std::optional<std::string> job = scheduler_.submit(numbers, round);
        if (!job) return;  // the next look tells whether they were taken
        campaign_.name_round(round, *job);
        for (const std::uint64_t number : numbers) {
            Open& one = open_[number];
            one.was_submitted = true;
            one.answers_at_submission = one.answers;
        }
    }

    void note_failure(std::uint64_t number, Open& one) {
        const std::optional<int> status = campaign_.exit_status(number);
        const std::string words = campaign_.last_words(number);
        one.failures = one.answers > one.answers_at_submission ? 0 : one.failures + 1;
        const std::string how = !status         ? "it was killed, or its time was over"
                                : words.empty() ? fmt::format("exit status {}", *status)
                                                : words;
        // A command line or an input that is wrong is wrong for all.
        const bool is_hopeless = status && (*status == 1 || *status == 2) && answers_of_done_ == 0 && one.answers == 0;
        one.is_given_up = is_hopeless || one.failures >= most_failures;
        watcher_.tell(fmt::format("{} {} ended before its end: {}{}", work_.word, number, how,
                                  one.is_given_up ? "; it is given up" : "; again"));
    }

    void pause(double seconds) const {
        const auto end = Clock::now() + std::chrono::duration<double>(seconds);
        while (Clock::now() < end && !interrupted_.load()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }

    const Campaign& campaign_;
    const Work& work_;
    Scheduler& scheduler_;
    Watcher& watcher_;
    const std::atomic<bool>& interrupted_;
    std::map<std::uint64_t, Open> open_;
    std::int64_t answers_of_done_ = 0;
    double silence_ = 0;
    std::string remark_;
};
}  // namespace

Driven drive(const Campaign& campaign, const Work& work, Scheduler& scheduler, Watcher& watcher,
             const std::atomic<bool>& interrupted) {
    return Drive(campaign, work, scheduler, watcher, interrupted).run();
}

Work shards_of(const Campaign& campaign) {
    Work work;
    work.count = campaign.plan().shards;
    work.facts = [&campaign](std::uint64_t number) { return campaign.facts(number); };
    return work;
}

Tally look(const Work& work, const Tasks& tasks) {
    Tally tally;
    tally.word = work.word + "s";
    tally.count = work.count;
    for (std::uint64_t number = 1; number <= work.count; ++number) {
        TaskFacts facts;
        try {
            facts = work.facts(number);
        } catch (const InputError&) {
            // being made
        }
        tally.answers += facts.answers;
        tally.done += facts.is_done ? 1 : 0;
        const auto task = tasks.find(number);
        if (facts.is_done || task == tasks.end()) continue;
        tally.running += task->second == TaskState::running ? 1 : 0;
        tally.waiting += task->second == TaskState::waiting ? 1 : 0;
        tally.held += task->second == TaskState::held ? 1 : 0;
    }
    return tally;
}

}  // namespace sinew::cluster
