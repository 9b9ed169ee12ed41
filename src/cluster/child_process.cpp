// SPDX-License-Identifier: Apache-2.0
#include "cluster/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sinew::cluster {

namespace {
using Clock = std::chrono::steady_clock;
constexpr int not_found = 127;
constexpr long longest_wait = 200;  // milliseconds, between two looks at the flag

struct Pipe {
    std::array<int, 2> ends{-1, -1};
    Pipe() {
        if (pipe2(ends.data(), O_CLOEXEC) != 0) ends = {-1, -1};
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    void close_end(std::size_t which) {
        if (ends[which] >= 0) close(ends[which]);
        ends[which] = -1;
    }
};

[[noreturn]] void become(std::vector<char*> words, const Pipe& output, const Pipe& errors) {
    setpgid(0, 0);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(output.ends[1], STDOUT_FILENO);
    dup2(errors.ends[1], STDERR_FILENO);
    for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_DFL);
    execvp(words[0], words.data());
    _exit(not_found);
}

/// False at the end of what it writes.
bool take(int descriptor, std::string& text) {
    std::array<char, 4096> block{};
    const ssize_t count = ::read(descriptor, block.data(), block.size());
    if (count > 0) text.append(block.data(), static_cast<std::size_t>(count));
    return count > 0 || (count < 0 && errno == EINTR);
}
}  // namespace

ChildResult run_child(const std::vector<std::string>& words, double seconds, const std::atomic<bool>* interrupted) {
    ChildResult result;
    std::vector<std::string> copies = words;
    std::vector<char*> pointers;
    for (std::string& word : copies) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    Pipe output;
    Pipe errors;
    if (output.ends[0] < 0 || errors.ends[0] < 0) return result;
    const pid_t child = fork();
    if (child < 0) return result;
    if (child == 0) become(pointers, output, errors);
    output.close_end(1);
    errors.close_end(1);
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    bool was_asked = false;
    std::array<pollfd, 2> open{{{output.ends[0], POLLIN, 0}, {errors.ends[0], POLLIN, 0}}};
    while (open[0].fd >= 0 || open[1].fd >= 0) {
        if (interrupted != nullptr && !was_asked && interrupted->load()) {
            was_asked = true;
            kill(-child, SIGTERM);
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        const int ready =
            left <= 0 ? 0 : poll(open.data(), open.size(), static_cast<int>(std::min<long>(left, longest_wait)));
        if ((ready < 0 && errno == EINTR) || (ready == 0 && left > 0)) continue;
        if (ready <= 0) {
            result.out_of_time = true;
            kill(-child, SIGKILL);
            kill(child, SIGKILL);
            break;
        }
        if (open[0].revents != 0 && !take(open[0].fd, result.output)) open[0].fd = -1;
        if (open[1].revents != 0 && !take(open[1].fd, result.errors)) open[1].fd = -1;
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status)) result.exit_status = WEXITSTATUS(status);
    result.was_started = result.exit_status != not_found;
    return result;
}

}  // namespace sinew::cluster
