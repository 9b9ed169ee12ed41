// SPDX-License-Identifier: Apache-2.0
#include "support/program.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace support {

namespace fs = std::filesystem;

namespace {
using Clock = std::chrono::steady_clock;

[[noreturn]] void become(std::vector<char*>& words, const std::string& output, const std::string& errors,
                         const std::function<void()>& prepare) {
    const int in = open("/dev/null", O_RDONLY);
    const int out = open(output.c_str(), O_WRONLY | O_CREAT, 0600);
    const int err = open(errors.c_str(), O_WRONLY | O_CREAT, 0600);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    for (const int descriptor : {in, out, err})
        if (descriptor > STDERR_FILENO) close(descriptor);
    if (prepare) prepare();
    execv(words[0], words.data());
    // A program for another kind of processor: tools/test_arm64 names what runs it.
    if (char* const emulator = std::getenv("SINEW_EMULATOR"); emulator != nullptr && errno == ENOEXEC) {
        words.insert(words.begin(), emulator);
        execv(words[0], words.data());
    }
    _exit(127);
}

/// Processor time of a process so far, in all its threads; 0 if it has ended.
double processor_seconds(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string content{std::istreambuf_iterator<char>(file), {}};
    content.erase(0, content.rfind(')') + 1);  // a name may hold blanks
    std::istringstream fields(content);
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

/// Waits for the child; looks every few milliseconds, sends what is to be sent.
void wait_for(pid_t child, const ProgramOptions& options, ProgramResult& result) {
    const Clock::time_point begin = Clock::now();
    bool signal_due = options.signal != 0;
    bool mark_due = options.mark_seconds > 0;
    double at_mark = -1;
    int status = 0;
    rusage usage{};
    for (useconds_t pause = 500; wait4(child, &status, WNOHANG, &usage) == 0;) {
        usleep(pause);
        pause = std::min<useconds_t>(2 * pause, 10000);
        const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        if (mark_due && seconds > options.mark_seconds) {
            at_mark = processor_seconds(child);
            mark_due = false;
        }
        if (signal_due && seconds > options.signal_after_seconds) {
            kill(child, options.signal);
            signal_due = false;
        }
        if (seconds > options.kill_after_seconds) {
            kill(child, SIGKILL);
            result.out_of_time = true;
            wait4(child, &status, 0, &usage);
            break;
        }
    }
    result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    result.peak_kilobytes = usage.ru_maxrss;
    if (at_mark >= 0)
        result.processor_seconds_after_mark =
            std::max(0.0, seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime) - at_mark);
    if (WIFEXITED(status)) result.exit_status = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
}
}  // namespace

std::string ProgramResult::last_line(char letter) const {
    std::istringstream stream(output);
    std::string found;
    for (std::string line; std::getline(stream, line);)
        if (line.size() > 2 && line[0] == letter && line[1] == ' ') found = line.substr(2);
    return found;
}

const char* tested_program(const char* built) {
    const char* const other = std::getenv("SINEW_TESTED");
    return other == nullptr ? built : other;
}

bool is_sanitized() {
    return std::getenv("SINEW_SANITIZED") != nullptr;
}

ProgramResult run_program(const std::vector<std::string>& words, const ProgramOptions& options) {
    const TemporaryFolder folder;
    const std::string output = options.output_file.empty() ? folder.path() / "output" : fs::path(options.output_file);
    const std::string errors = options.errors_file.empty() ? folder.path() / "errors" : fs::path(options.errors_file);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);

    ProgramResult result;
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("no process can be made");
    if (child == 0) become(arguments, output, errors, options.prepare);
    wait_for(child, options, result);
    if (options.output_file.empty()) result.output = content_of(output);
    if (options.errors_file.empty()) result.errors = content_of(errors);
    return result;
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "sinew-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path_ / name;
}

std::string content_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace support
