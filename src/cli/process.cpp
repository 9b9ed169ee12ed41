// SPDX-License-Identifier: Apache-2.0
#include "cli/process.hpp"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace sinew::cli {

namespace {
std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

extern "C" void on_signal(int signal) {
    if (!interrupted.exchange(true, std::memory_order_relaxed)) return;
    // Blocked while its handler runs, it is delivered when this returns.
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

/// The limit of processor time: sent once a second until the hard limit, which ends the program.
extern "C" void on_time_limit(int) {
    interrupted.store(true, std::memory_order_relaxed);
}

void handle(int signal, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
}
}  // namespace

void prepare_process() {
    for (const int signal : {SIGINT, SIGTERM}) handle(signal, on_signal);
    handle(SIGXCPU, on_time_limit);
    for (const int signal : {SIGPIPE, SIGXFSZ}) handle(signal, SIG_IGN);
    // open() takes the lowest free number: the closed one itself, as those below it are open by then.
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDWR) < 0) _exit(127);
}

const std::atomic<bool>* interrupt_flag() {
    return &interrupted;
}

}  // namespace sinew::cli
