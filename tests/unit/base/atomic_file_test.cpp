// SPDX-License-Identifier: Apache-2.0
#include "base/atomic_file.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/output_error.hpp"

namespace {

namespace fs = std::filesystem;
using sinew::AtomicFile;
using sinew::OutputError;

std::string content_of(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

class AtomicFiles : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "sinew-atomic-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string path(const std::string& name) const { return folder_ / name; }
    std::string write(const std::string& name, const std::string& content) const {
        std::ofstream(folder_ / name, std::ios::binary) << content;
        return folder_ / name;
    }
    /// Names in the folder.
    std::size_t count() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
    }

    fs::path folder_;
};

void write_whole(const std::string& path, const std::string& content) {
    AtomicFile file(path);
    file.append(content);
    file.finish();
}

TEST_F(AtomicFiles, a_file_is_there_when_it_is_whole) {
    const std::string name = path("new");
    {
        AtomicFile file(name);
        EXPECT_FALSE(fs::exists(name));
        file.append("a");
        file.append("b");
        EXPECT_FALSE(fs::exists(name));
        file.finish();
    }
    EXPECT_EQ(content_of(name), "ab");
    const mode_t mask = umask(0);
    umask(mask);
    EXPECT_EQ(static_cast<mode_t>(fs::status(name).permissions()), mode_t{0666} & ~mask);
    EXPECT_EQ(count(), 1U);
}

TEST_F(AtomicFiles, what_is_not_finished_changes_nothing) {
    const std::string old = write("old", "old");
    {
        AtomicFile file(old);
        file.append("new");
        AtomicFile other(path("other"));
        other.append("x");
    }
    EXPECT_EQ(content_of(old), "old");
    EXPECT_EQ(count(), 1U);
}

TEST_F(AtomicFiles, a_file_that_is_replaced_keeps_its_permissions_and_links) {
    const std::string old = write("old", "old and longer");
    fs::permissions(old, fs::perms(0640));
    fs::create_symlink("old", path("near"));
    fs::create_symlink(path("near"), path("far"));
    write_whole(path("far"), "new");
    EXPECT_EQ(content_of(old), "new");
    EXPECT_EQ(fs::status(old).permissions(), fs::perms(0640));
    EXPECT_TRUE(fs::is_symlink(path("near")));
    EXPECT_TRUE(fs::is_symlink(path("far")));
    // A link to nothing: the file that it names is made.
    fs::create_symlink("target", path("dangling"));
    write_whole(path("dangling"), "made");
    EXPECT_TRUE(fs::is_symlink(path("dangling")));
    EXPECT_EQ(content_of(path("target")), "made");
    EXPECT_EQ(count(), 5U);
}

TEST_F(AtomicFiles, two_at_once_do_not_mix) {
    const std::string name = path("result");
    AtomicFile first(name);
    AtomicFile second(name);
    first.append(std::string(100000, '1'));
    second.append("2");
    second.finish();
    EXPECT_EQ(content_of(name), "2");
    first.finish();
    EXPECT_EQ(content_of(name), std::string(100000, '1'));
    EXPECT_EQ(count(), 1U);
}

TEST_F(AtomicFiles, what_cannot_be_written_is_found_out_first) {
    fs::create_directory(path("folder"));
    fs::create_symlink("loop", path("loop"));
    for (const std::string& name : {std::string(), path("none/x"), path("folder"), path("folder/"), path("loop"),
                                    path(std::string(300, 'n')), std::string("/proc/x")})
        EXPECT_THROW(AtomicFile{name}, OutputError) << name;
    if (geteuid() != 0) {  // whom no permission stops
        const std::string guarded = write("guarded", "old");
        fs::permissions(guarded, fs::perms(0444));
        EXPECT_THROW(AtomicFile{guarded}, OutputError);
    }
}

TEST_F(AtomicFiles, devices_pipes_and_descriptors_are_written_as_they_are) {
    write_whole("/dev/null", "x");
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
    AtomicFile full("/dev/full");
    EXPECT_THROW(full.append("x"), OutputError);
    const std::string pipe = path("pipe");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    write_whole(pipe, "through");
    char buffer[16];
    EXPECT_EQ(read(reader, buffer, sizeof buffer), 7);
    close(reader);
    // A descriptor of ours is a place in a file: what was written there before stays, and its name.
    const std::string log = write("log", "");
    const int descriptor = open(log.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_EQ(::write(descriptor, "one ", 4), 4);
    write_whole("/dev/fd/" + std::to_string(descriptor), "two ");
    ASSERT_EQ(::write(descriptor, "three", 5), 5);
    close(descriptor);
    EXPECT_EQ(content_of(log), "one two three");
    EXPECT_THROW(AtomicFile{"/dev/fd/999"}, OutputError);
}

TEST_F(AtomicFiles, the_limit_of_file_sizes_is_an_error_and_keeps_the_old_file) {
    const std::string old = write("old", "old");
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{1000, 1000};
        setrlimit(RLIMIT_FSIZE, &limit);
        try {
            write_whole(old, std::string(5000, 'n'));
        } catch (const OutputError& error) {
            _exit(std::string(error.what()).ends_with("File too large") ? 0 : 2);
        }
        _exit(1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    EXPECT_EQ(content_of(old), "old");
    EXPECT_EQ(count(), 1U);
}

TEST_F(AtomicFiles, a_kill_at_any_moment_leaves_the_old_file_or_the_new_one) {
    const std::string name = write("result", std::string(1 << 20, 'a'));
    for (useconds_t pause = 0; pause < 20000; pause += 1000) {
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0)
            for (char letter = 'a'; true; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1))
                write_whole(name, std::string(1 << 20, letter));
        usleep(pause);
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        const std::string content = content_of(name);
        ASSERT_EQ(content.size(), std::size_t{1} << 20);
        EXPECT_EQ(content.find_first_not_of(content[0]), std::string::npos);
    }
}

}  // namespace
