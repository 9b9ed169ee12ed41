// SPDX-License-Identifier: Apache-2.0
#include "fuzz/worker.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>

#include <fmt/core.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz/save.hpp"
#include "oracle/random_query.hpp"
#include "oracle/shrink.hpp"
#include "oracle/z3_encoding.hpp"

namespace sinew::fuzz {

namespace {
using Clock = std::chrono::steady_clock;

void write_all(int pipe, const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t written = ::write(pipe, text.data() + done, text.size() - done);
        if (written <= 0) _exit(3);
        done += static_cast<std::size_t>(written);
    }
}

std::filesystem::path shrink_and_save(const Plan& plan, std::uint64_t index, const oracle::Sketch& sketch,
                                      const std::string& asker) {
    std::vector<oracle::Asker> suspects;
    for (const oracle::Asker& one : plan.askers)
        if (one.name == asker) suspects.push_back(one);
    if (suspects.empty()) suspects = plan.askers;  // Z3 itself is suspected
    const auto shows = [&](const oracle::Sketch& smaller) {
        const oracle::ComparedAnswers outcome = oracle::compare(smaller, suspects, plan.z3_milliseconds);
        return std::any_of(outcome.findings.begin(), outcome.findings.end(),
                           [&](const oracle::Finding& finding) { return finding.asker == asker; });
    };
    const oracle::Sketch small = oracle::shrink(sketch, shows, plan.shrink_seconds);
    const oracle::ComparedAnswers outcome = oracle::compare(small, suspects, plan.z3_milliseconds);
    return save(small, outcome, fmt::format("seed{}_query{}", plan.seed, index), plan.folder);
}

/// Every `step`-th query from `index` on, each announced before and reported after.
void work(const Plan& plan, std::uint64_t index, std::uint64_t step, int pipe) {
    for (; index < plan.first + plan.count; index += step) {
        write_all(pipe, fmt::format("start {}\n", index));
        std::set<std::string> features;
        const oracle::Sketch sketch = query_of(plan, index, features);
        const oracle::ComparedAnswers outcome = oracle::compare(sketch, plan.askers, plan.z3_milliseconds);
        QueryReport report = report_of(index, outcome, features);
        if (!outcome.findings.empty()) {
            write_all(pipe, fmt::format("shrink {}\n", index));
            report.saved = shrink_and_save(plan, index, sketch, outcome.findings.front().asker).string();
        }
        write_all(pipe, to_line(report));
    }
}

/// A worker process and what it has told so far.
struct Worker {
    pid_t process = -1;
    int pipe = -1;
    std::uint64_t next = 0;     ///< where it goes on if it dies
    std::uint64_t current = 0;  ///< what it is at
    bool busy = false;
    Clock::time_point deadline;
    std::string text;
};

class Run {
  public:
    Run(const Plan& plan, const std::function<void(const Tally&)>& tell) : plan_(plan), tell_(tell) {}

    Tally run() {
        for (unsigned w = 0; w < plan_.workers; ++w) {
            workers_.emplace_back();
            workers_.back().next = plan_.first + w;
            start(workers_.back());
        }
        while (std::any_of(workers_.begin(), workers_.end(), [](const Worker& worker) { return worker.process > 0; }))
            look();
        return tally_;
    }

  private:
    std::uint64_t end() const { return plan_.first + plan_.count; }

    void start(Worker& worker) {
        worker.process = -1;
        if (worker.next >= end()) return;
        int ends[2];
        if (::pipe(ends) != 0) return;
        worker.process = ::fork();
        if (worker.process == 0) {
            ::close(ends[0]);
            work(plan_, worker.next, plan_.workers, ends[1]);
            _exit(0);
        }
        ::close(ends[1]);
        worker.pipe = ends[0];
        worker.busy = false;
        worker.deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                             std::chrono::duration<double>(plan_.hang_seconds));
    }

    void look() {
        std::vector<pollfd> waits;
        std::vector<Worker*> who;
        for (Worker& worker : workers_) {
            if (worker.process <= 0) continue;
            waits.push_back({worker.pipe, POLLIN, 0});
            who.push_back(&worker);
        }
        ::poll(waits.data(), waits.size(), 1000);
        for (std::size_t i = 0; i < who.size(); ++i) {
            if (waits[i].revents != 0)
                read_from(*who[i]);
            else if (Clock::now() > who[i]->deadline)
                ::kill(who[i]->process, SIGKILL);
        }
    }

    void read_from(Worker& worker) {
        char buffer[4096];
        const ssize_t got = ::read(worker.pipe, buffer, sizeof buffer);
        if (got <= 0) {
            bury(worker);
            return;
        }
        worker.text.append(buffer, static_cast<std::size_t>(got));
        std::size_t end_of_line = 0;
        while ((end_of_line = worker.text.find('\n')) != std::string::npos) {
            hear(worker, worker.text.substr(0, end_of_line));
            worker.text.erase(0, end_of_line + 1);
        }
    }

    void hear(Worker& worker, const std::string& line) {
        double patience = plan_.hang_seconds;
        if (line.starts_with("start ")) {
            worker.current = std::stoull(line.substr(6));
            worker.busy = true;
        } else if (line.starts_with("shrink ")) {
            patience += 2 * plan_.shrink_seconds;
        } else {
            tally_.add(from_line(line));
            worker.busy = false;
            worker.next = worker.current + plan_.workers;
            tell_(tally_);
        }
        worker.deadline =
            Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(patience));
    }

    /// The worker is gone: normally at its end, else its current query did it.
    void bury(Worker& worker) {
        int status = 0;
        ::waitpid(worker.process, &status, 0);
        ::close(worker.pipe);
        worker.text.clear();
        if (worker.busy) {
            QueryReport report;
            report.index = worker.current;
            const bool hang = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
            report.finders.push_back(hang ? "killed after hanging" : fmt::format("crashed (status {})", status));
            report.saved = save_crash(worker.current);
            tally_.add(report);
            tell_(tally_);
            worker.next = worker.current + plan_.workers;
            start(worker);
        } else {
            worker.process = -1;
        }
    }

    /// Whether some asker kills the process, or hangs, on `sketch`.
    bool kills(const oracle::Sketch& sketch) const {
        const pid_t child = ::fork();
        if (child == 0) {
            ::alarm(static_cast<unsigned>(plan_.hang_seconds));
            for (const oracle::Asker& asker : plan_.askers) {
                try {
                    asker.ask(sketch);
                } catch (const std::exception&) {
                }
            }
            _exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFSIGNALED(status);
    }

    std::string save_crash(std::uint64_t index) const {
        std::set<std::string> features;
        const oracle::Sketch sketch = query_of(plan_, index, features);
        const auto shows = [&](const oracle::Sketch& smaller) { return kills(smaller); };
        const oracle::Sketch small = shows(sketch) ? oracle::shrink(sketch, shows, plan_.shrink_seconds) : sketch;
        oracle::ComparedAnswers outcome;
        outcome.expected = oracle::ask_z3(small, plan_.z3_milliseconds).status;
        outcome.findings.push_back({"someone", "crashes or hangs"});
        return save(small, outcome, fmt::format("seed{}_query{}_crash", plan_.seed, index), plan_.folder).string();
    }

    const Plan& plan_;
    const std::function<void(const Tally&)>& tell_;
    std::vector<Worker> workers_;
    Tally tally_;
};
}  // namespace

oracle::Sketch query_of(const Plan& plan, std::uint64_t index, std::set<std::string>& features) {
    oracle::Drawn drawn = oracle::draw_query(plan.seed, index);
    if (index % 5 == 0 && oracle::sharpen(drawn.sketch, index, 1000)) drawn.features.insert("threshold at the optimum");
    features = std::move(drawn.features);
    return std::move(drawn.sketch);
}

Tally run(const Plan& plan, const std::function<void(const Tally&)>& tell) {
    return Run(plan, tell).run();
}

}  // namespace sinew::fuzz
