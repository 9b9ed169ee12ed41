#include "cli/print.hpp"

#include <cerrno>
#include <cstdio>

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

void write_errors(std::string_view text) noexcept {
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace sinew::cli
