// SPDX-License-Identifier: Apache-2.0
#include "process.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <stdexcept>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sinew::bench {

namespace {
using Clock = std::chrono::steady_clock;

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// User and system time that a running process has used so far.
double cpu_seconds_of(pid_t process) {
    clockid_t clock{};
    timespec used{};
    if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

[[noreturn]] void become(std::vector<char*>& words, const char* error_file) {
    const int null = open("/dev/null", O_RDWR);
    const int error = open(error_file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(error < 0 ? null : error, STDERR_FILENO);
    execvp(words[0], words.data());
    _exit(127);
}
}  // namespace

ProcessResult run_process(const std::vector<std::string>& words, double kill_seconds, const std::string& error_file,
                          double cpu_seconds) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);

    // Blocked before the child exists, so that its end cannot slip by before sigtimedwait waits for it.
    sigset_t child_ends;
    sigemptyset(&child_ends);
    sigaddset(&child_ends, SIGCHLD);
    sigset_t before;
    sigprocmask(SIG_BLOCK, &child_ends, &before);
    const Clock::time_point begin = Clock::now();
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
    if (child == 0) {
        sigprocmask(SIG_SETMASK, &before, nullptr);
        become(arguments, error_file.c_str());
    }

    ProcessResult result;
    int status = 0;
    rusage usage{};
    for (;;) {
        double left = kill_seconds - seconds_since(begin);
        if (cpu_seconds > 0) {
            double unused = cpu_seconds - cpu_seconds_of(child);
            if (unused <= 0 && !result.interrupted) {
                kill(child, SIGINT);
                result.interrupted = true;
                cpu_seconds = 1.1 * cpu_seconds + 5;
                unused = cpu_seconds - cpu_seconds_of(child);
            }
            left = std::min(left, unused <= 0 ? 0 : std::max(unused, 0.01));
        }
        if (left <= 0) {
            result.killed_by_limit = true;
            kill(child, SIGKILL);
            wait4(child, &status, 0, &usage);
            break;
        }
        timespec wait{};
        wait.tv_sec = static_cast<time_t>(left);
        wait.tv_nsec = static_cast<long>((left - static_cast<double>(wait.tv_sec)) * 1e9);
        sigtimedwait(&child_ends, nullptr, &wait);
        if (wait4(child, &status, WNOHANG, &usage) == child) break;
    }
    result.wall_seconds = seconds_since(begin);
    sigprocmask(SIG_SETMASK, &before, nullptr);
    if (WIFEXITED(status)) result.exit_status = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
    result.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    result.peak_megabytes = static_cast<double>(usage.ru_maxrss) / 1024;
    return result;
}

}  // namespace sinew::bench
