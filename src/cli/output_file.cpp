#include "cli/output_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include "base/error.hpp"
#include "cli/print.hpp"

namespace sinew::cli {

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
    if (is_standard_output()) return;
    created_ = access(path_.c_str(), F_OK) != 0;
    descriptor_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) throw UsageError(fmt::format("{} cannot be written: {}", path_, std::strerror(errno)));
}

OutputFile::~OutputFile() {
    if (descriptor_ < 0) return;
    close(descriptor_);
    if (created_) unlink(path_.c_str());
}

void OutputFile::write(std::string_view text) {
    if (is_standard_output()) {
        write_output(text);
        return;
    }
    created_ = false;
    // Pipes and devices cannot be cut to length 0, and need not be.
    if (ftruncate(descriptor_, 0) != 0 && errno != EINVAL)
        throw std::runtime_error(fmt::format("{} could not be written: {}", path_, std::strerror(errno)));
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor_, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0)
            throw std::runtime_error(fmt::format("{} could not be written: {}", path_, std::strerror(errno)));
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace sinew::cli
