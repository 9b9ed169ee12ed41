// SPDX-License-Identifier: Apache-2.0
#include "base/atomic_file.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number_text.hpp"
#include "base/output_error.hpp"

namespace sinew {

namespace {
std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

/// What the symbolic link holds; empty if `path` is none.
std::string link_content(const std::string& path) {
    std::string content(4096, '\0');
    const ssize_t length = readlink(path.c_str(), content.data(), content.size());
    content.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    return content;
}

/// The number of a descriptor of ours that the name stands for; -1 if it is a name like others.
int descriptor_named(const std::string& path) {
    for (const char* folder : {"/dev/fd/", "/proc/self/fd/"})
        if (path.starts_with(folder)) {
            const std::string_view number = std::string_view(path).substr(std::string_view(folder).size());
            return static_cast<int>(parse_whole(number, 0, std::numeric_limits<int>::max()).value_or(-1));
        }
    return -1;
}

/// Beside the target, and of nobody else: the name is made only when the file has all of its content, or where the
/// system knows no files without a name.
std::string name_beside(const std::string& target) {
    std::uint64_t number = 0;
    if (getrandom(&number, sizeof number, 0) < 0) number = static_cast<std::uint64_t>(getpid());
    return fmt::format("{}/.sinew-{:016x}", folder_of(target), number);
}

/// By which a file without a name is given one.
std::string name_of_descriptor(int descriptor) {
    return fmt::format("/proc/self/fd/{}", descriptor);
}
}  // namespace

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)), target_(path_) {
    try {
        open_target();
    } catch (...) {
        if (descriptor_ >= 0) close(descriptor_);
        if (!temporary_.empty()) unlink(temporary_.c_str());
        throw;
    }
}

AtomicFile::~AtomicFile() {
    if (descriptor_ >= 0) close(descriptor_);
    if (!temporary_.empty()) unlink(temporary_.c_str());
}

void AtomicFile::fail() const {
    throw OutputError(path_, errno);
}

void AtomicFile::open_target() {
    constexpr int most_links = 40;
    for (int links = 0; true; ++links) {
        const int own = descriptor_named(target_);
        if (own >= 0) {
            is_direct_ = true;
            descriptor_ = fcntl(own, F_DUPFD_CLOEXEC, 3);
            if (descriptor_ < 0) fail();
            return;
        }
        const std::string content = link_content(target_);
        if (content.empty()) break;
        if (links == most_links) {
            errno = ELOOP;
            fail();
        }
        target_ = content.starts_with('/') ? content : folder_of(target_) + "/" + content;
    }
    if (target_.empty() || target_.ends_with('/')) {
        errno = EISDIR;
        fail();
    }
    struct stat status {};
    is_replaced_ = stat(target_.c_str(), &status) == 0;
    if (!is_replaced_ && errno != ENOENT) fail();
    is_direct_ = is_replaced_ && !S_ISREG(status.st_mode);
    if (is_direct_) {
        descriptor_ = open(target_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
        if (descriptor_ < 0) fail();
        return;
    }
    // A file that must not be written is not replaced either.
    if (is_replaced_ && faccessat(AT_FDCWD, target_.c_str(), W_OK, AT_EACCESS) != 0) fail();
    open_beside();
    if (is_replaced_) keep_permissions();
}

void AtomicFile::open_beside() {
    constexpr mode_t by_umask = 0666;
    // Without a name nothing is left of it, whatever ends the program.
    descriptor_ = open(folder_of(target_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, by_umask);
    if (descriptor_ >= 0 && access(name_of_descriptor(descriptor_).c_str(), F_OK) == 0) return;
    if (descriptor_ >= 0) close(descriptor_);
    do {
        temporary_ = name_beside(target_);
        descriptor_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, by_umask);
    } while (descriptor_ < 0 && errno == EEXIST);
    if (descriptor_ >= 0) return;
    temporary_.clear();
    fail();
}

void AtomicFile::keep_permissions() {
    struct stat status {};
    if (stat(target_.c_str(), &status) != 0) fail();
    // Who may not give files away becomes the owner of the new one: its bits must not give him more than they gave.
    const bool same_owner = fchown(descriptor_, status.st_uid, status.st_gid) == 0 ||
                            (status.st_uid == geteuid() && fchown(descriptor_, status.st_uid, getegid()) == 0);
    constexpr mode_t plain = 0777;
    constexpr mode_t all = 07777;
    if (fchmod(descriptor_, status.st_mode & (same_owner ? all : plain)) != 0) fail();
}

void AtomicFile::append(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor_, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail();
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void AtomicFile::finish() {
    // What replaces another file is on the disk before the other is gone, or a loss of power would take both.
    if (is_replaced_ && !is_direct_ && fsync(descriptor_) != 0 && errno != EINVAL) fail();
    if (!is_direct_ && temporary_.empty()) take_temporary_name();
    const int descriptor = std::exchange(descriptor_, -1);
    if (close(descriptor) != 0 && errno != EINTR) fail();
    if (is_direct_) return;
    if (rename(temporary_.c_str(), target_.c_str()) != 0) fail();
    temporary_.clear();
}

void AtomicFile::take_temporary_name() {
    const std::string own = name_of_descriptor(descriptor_);
    std::string name = name_beside(target_);
    while (linkat(AT_FDCWD, own.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0) {
        if (errno != EEXIST) fail();
        name = name_beside(target_);
    }
    temporary_ = std::move(name);
}

}  // namespace sinew
