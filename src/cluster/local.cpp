// SPDX-License-Identifier: Apache-2.0
#include "cluster/local.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <deque>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/atomic_file.hpp"
#include "base/number_text.hpp"
#include "base/output_error.hpp"
#include "results/process_id.hpp"

namespace sinew::cluster {

namespace {
namespace fs = std::filesystem;
constexpr int could_not_start = 126;

class Local : public Scheduler {
  public:
    explicit Local(SchedulerOptions options) : options_(std::move(options)), places_(options_.folder + "/local") {
        if (options_.at_once == 0)
            options_.at_once = std::max<std::uint64_t>(1, std::thread::hardware_concurrency() / options_.threads);
    }

    std::optional<Tasks> tasks() override {
        while (waitpid(-1, nullptr, WNOHANG) > 0) {
        }
        Tasks tasks = living();
        while (tasks.size() < options_.at_once && !queue_.empty()) {
            start(queue_.front());
            tasks.emplace(queue_.front(), TaskState::running);
            queue_.pop_front();
        }
        for (const std::uint64_t number : queue_) tasks.emplace(number, TaskState::waiting);
        return tasks;
    }

    std::optional<std::string> submit(const std::vector<std::uint64_t>& numbers, std::size_t round) override {
        queue_.insert(queue_.end(), numbers.begin(), numbers.end());
        return fmt::format("local round {}", round);
    }

    bool cancel() override {
        queue_.clear();
        for (const auto& [number, process] : processes()) kill(-process, SIGTERM);
        return true;
    }

    void leave() override {
        cancel();
        for (int waits = 0; waits < 100 && !living().empty(); ++waits) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            while (waitpid(-1, nullptr, WNOHANG) > 0) {
            }
        }
    }

    double pause() const override { return 0.2; }
    bool outlives_us() const override { return false; }
    const std::string& trouble() const override { return options_.folder; }

  private:
    /// Tasks that run, by number, with the number of their process and group.
    std::map<std::uint64_t, pid_t> processes() const {
        std::map<std::uint64_t, pid_t> found;
        std::error_code error;
        for (fs::directory_iterator entry(places_, error), end; !error && entry != end; entry.increment(error)) {
            const std::optional<std::uint64_t> task = parse_count(entry->path().filename().string());
            if (!task) continue;
            std::ifstream file(entry->path());
            std::string process;
            std::getline(file, process);
            if (results::life_of(process) != results::Life::alive) continue;
            const std::size_t end_of_number = process.rfind(' ');
            const std::size_t begin = process.rfind(' ', end_of_number - 1) + 1;
            if (const auto pid = parse_count(process.substr(begin, end_of_number - begin)))
                found.emplace(*task, static_cast<pid_t>(*pid));
        }
        return found;
    }

    Tasks living() const {
        Tasks tasks;
        for (const auto& [number, process] : processes()) tasks.emplace(number, TaskState::running);
        return tasks;
    }

    void start(std::uint64_t number) {
        const std::string word = std::to_string(number);
        const std::string log = fmt::format("{}/logs/{}.log", options_.folder, number);
        const std::string place = fmt::format("{}/{}", places_, number);
        const pid_t child = fork();
        if (child < 0) throw OutputError("a process for a task", errno);
        if (child > 0) {
            // It is found by its place before anybody looks again.
            for (int waits = 0; waits < 1000 && results::life_of(content_of(place)) != results::Life::alive; ++waits) {
                if (waitpid(child, nullptr, WNOHANG) == child) return;
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            return;
        }
        setsid();
        const int nothing = open("/dev/null", O_RDONLY);
        const int written = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
        if (written < 0) _exit(could_not_start);
        dup2(nothing, STDIN_FILENO);
        dup2(written, STDOUT_FILENO);
        dup2(written, STDERR_FILENO);
        {
            // The name is its own: a process keeps its number and its start through exec.
            try {
                AtomicFile file(place);
                file.append(results::this_process() + "\n");
                file.finish();
            } catch (const std::exception&) {
                _exit(could_not_start);
            }
        }
        for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_DFL);
        closefrom(3);
        execl("/bin/sh", "sh", options_.script.c_str(), word.c_str(), static_cast<char*>(nullptr));
        _exit(could_not_start);
    }

    static std::string content_of(const std::string& path) {
        std::ifstream file(path);
        std::string line;
        std::getline(file, line);
        return line;
    }

    SchedulerOptions options_;
    std::string places_;
    std::deque<std::uint64_t> queue_;
};
}  // namespace

std::unique_ptr<Scheduler> make_local(SchedulerOptions options) {
    return std::make_unique<Local>(std::move(options));
}

}  // namespace sinew::cluster
