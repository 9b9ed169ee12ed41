// SPDX-License-Identifier: Apache-2.0
#include "cli/print.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

namespace sinew::cli {

namespace {
[[noreturn]] void fail(int error) {
    constexpr const char* name = "standard output";
    if (error == EPIPE) throw ReaderGone(name, error);
    throw OutputError(name, error);
}
}  // namespace

void write_output(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) fail(errno);
}

void flush_output() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) fail(errno);
}

std::size_t terminal_columns() {
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return std::clamp<std::size_t>(size.ws_col, 60, 100);
}

void write_errors(std::string_view text) noexcept {
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace sinew::cli
