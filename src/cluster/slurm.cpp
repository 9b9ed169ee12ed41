// SPDX-License-Identifier: Apache-2.0
#include "cluster/slurm.hpp"

#include <sstream>

#include <fmt/core.h>
#include <unistd.h>

#include "base/number_text.hpp"
#include "cluster/child_process.hpp"

namespace sinew::cluster {

namespace {
constexpr double patience = 60;  // for one command, which tries a controller that does not answer several times

/// What commands say of a controller that is down, busy or being restarted: to be asked again.
bool is_passing(const ChildResult& result) {
    if (result.out_of_time || result.exit_status < 0) return true;
    for (const char* words :
         {"Unable to contact slurm controller", "Connection refused", "Connection timed out", "Connection reset",
          "Socket timed out", "Zero Bytes were transmitted", "temporarily", "Slurm backup controller in standby mode",
          "No route to host", "try again", "Munge encode failed", "Failed to access", "authentication"})
        if (result.errors.find(words) != std::string::npos) return true;
    return false;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

/// Why tasks wait, where waiting alone does not help.
std::string remark_in(const std::string& queue, const std::string& prefix) {
    std::istringstream lines(queue);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(prefix)) continue;
        const std::string reason = line.substr(line.rfind('|') + 1);
        for (const char* words : {"DRAINED", "DOWN", "Held", "held", "PartitionInactive", "Limit", "Invalid", "Bad"})
            if (reason.find(words) != std::string::npos) return "Slurm says why tasks wait: " + reason;
    }
    return "";
}

/// sbatch replaces % and what follows it in names of files.
std::string without_patterns(const std::string& path) {
    std::string text;
    for (const char character : path) text += character == '%' ? std::string("%%") : std::string(1, character);
    return text;
}

class Slurm : public Scheduler {
  public:
    explicit Slurm(SchedulerOptions options) : options_(std::move(options)) {
        const ChildResult version = run_child({"sbatch", "--version"}, patience);
        if (!version.was_started)
            throw UsageError("there is no sbatch here (--scheduler local runs the tasks on this machine)");
    }

    std::optional<Tasks> tasks() override {
        const ChildResult queue = ask({"squeue", "-h", "-r", "-u", std::to_string(getuid()), "-o", "%j|%K|%T|%r"});
        if (!queue.is_good()) return std::nullopt;
        remark_ = remark_in(queue.output, prefix_of(options_.campaign));
        return parse_queue(queue.output, options_.campaign);
    }

    std::optional<std::string> submit(const std::vector<std::uint64_t>& numbers, std::size_t round) override {
        std::vector<std::string> words{"sbatch", "--parsable", "--requeue", "--open-mode=append"};
        words.push_back("--array=" + array_text(numbers) +
                        (options_.at_once == 0 ? "" : fmt::format("%{}", options_.at_once)));
        words.push_back(fmt::format("--job-name={}{}", prefix_of(options_.campaign), round));
        words.push_back("--comment=sinew cluster " + options_.folder);
        words.push_back("--output=" + without_patterns(options_.folder) + "/logs/%a.log");
        words.push_back(fmt::format("--cpus-per-task={}", options_.threads));
        words.insert(words.end(), options_.for_sbatch.begin(), options_.for_sbatch.end());
        words.push_back(options_.script);
        const ChildResult made = ask(words);
        if (made.is_good()) return first_line(made.output);
        if (is_passing(made)) return std::nullopt;
        throw SchedulerRefuses(fmt::format("sbatch does not take the tasks: {}", trouble_));
    }

    bool cancel() override {
        const ChildResult queue = ask({"squeue", "-h", "-u", std::to_string(getuid()), "-o", "%F|%j"});
        if (!queue.is_good()) return false;
        std::istringstream lines(queue.output);
        for (std::string line; std::getline(lines, line);) {
            const std::size_t bar = line.find('|');
            if (bar == std::string::npos || !line.substr(bar + 1).starts_with(prefix_of(options_.campaign))) continue;
            if (!ask({"scancel", line.substr(0, bar)}).is_good()) return false;
        }
        return true;
    }

    void leave() override {}
    double pause() const override { return 2; }
    bool outlives_us() const override { return true; }
    std::string remark() const override { return remark_; }
    const std::string& trouble() const override { return trouble_; }

    static std::string prefix_of(const std::string& campaign) { return fmt::format("sinew-{}-", campaign); }

  private:
    ChildResult ask(const std::vector<std::string>& words) {
        ChildResult result = run_child(words, patience);
        if (!result.is_good()) {
            trouble_ = result.out_of_time ? fmt::format("{} took more than {} s", words[0], patience)
                                          : first_line(result.errors);
            if (trouble_.empty()) trouble_ = fmt::format("{} ended with status {}", words[0], result.exit_status);
        }
        return result;
    }

    SchedulerOptions options_;
    std::string trouble_;
    std::string remark_;
};
}  // namespace

std::string array_text(const std::vector<std::uint64_t>& numbers) {
    std::string text;
    for (std::size_t begin = 0; begin < numbers.size();) {
        std::size_t end = begin + 1;
        while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
        if (!text.empty()) text += ',';
        text += end - begin == 1 ? fmt::format("{}", numbers[begin])
                                 : fmt::format("{}-{}", numbers[begin], numbers[end - 1]);
        begin = end;
    }
    return text;
}

Tasks parse_queue(const std::string& text, const std::string& campaign) {
    Tasks tasks;
    const std::string prefix = Slurm::prefix_of(campaign);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(prefix)) continue;
        std::istringstream cells(line);
        std::string name;
        std::string number;
        std::string state;
        std::string reason;
        std::getline(cells, name, '|');
        std::getline(cells, number, '|');
        std::getline(cells, state, '|');
        std::getline(cells, reason);
        const std::optional<std::uint64_t> task = parse_count(number);
        if (!task) continue;
        const bool waits = state == "PENDING" || state == "REQUEUED" || state == "REQUEUE_HOLD" ||
                           state == "SPECIAL_EXIT" || state == "REQUEUE_FED";
        const bool is_held =
            state == "REQUEUE_HOLD" || state == "SPECIAL_EXIT" || (waits && reason.find("eld") != std::string::npos);
        const TaskState now = is_held ? TaskState::held : waits ? TaskState::waiting : TaskState::running;
        const auto [known, is_new] = tasks.try_emplace(*task, now);
        if (!is_new && now == TaskState::running) known->second = now;
    }
    return tasks;
}

std::unique_ptr<Scheduler> make_slurm(SchedulerOptions options) {
    return std::make_unique<Slurm>(std::move(options));
}

}  // namespace sinew::cluster
