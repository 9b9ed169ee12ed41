// The program `sinew`: finds the command, runs it, and turns every error into a message and an exit status.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/memory.hpp"
#include "cli/suggest.hpp"
#include "cli/version.hpp"

namespace {
using namespace sinew;
using namespace sinew::cli;

/// What is written to a full disk must not look like an answer.
ExitStatus flushed(ExitStatus status) {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    std::fputs("sinew: standard output could not be written\n", stderr);
    return internal_error;
}

std::vector<std::string> command_names() {
    std::vector<std::string> names{"help", "version"};
    for (const Command* command : commands()) names.emplace_back(command->name);
    return names;
}

const Command& command_called(const std::string& name) {
    const Command* command = find_command(name);
    if (command == nullptr)
        throw UsageError(
            fmt::format("no command is called '{}'{}; see sinew help", name, did_you_mean(name, command_names())));
    return *command;
}

bool asks_for_help(const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        if (word == "--") return false;
        if (word == "--help" || word == "-h") return true;
    }
    return false;
}

ExitStatus run(const std::vector<std::string>& words) {
    if (words.empty()) {
        std::fputs(program_help().c_str(), stderr);
        return usage_error;
    }
    const std::string& verb = words[0];
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (verb == "--version" || verb == "-V" || verb == "version") {
        std::fputs(version_text().c_str(), stdout);
        return answered;
    }
    if (verb == "help" || verb == "--help" || verb == "-h") {
        const bool about_program = rest.empty() || rest[0] == "help" || rest[0] == "version";
        std::fputs((about_program ? program_help() : command_help(command_called(rest[0]))).c_str(), stdout);
        return answered;
    }
    const Command& command = command_called(verb);
    if (asks_for_help(rest)) {
        std::fputs(command_help(command).c_str(), stdout);
        return answered;
    }
    return command.run(parse(command, rest));
}
}  // namespace

int main(int argc, char** argv) {
    try {
        exact_numbers_throw_when_memory_ends();
        return flushed(run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc)));
    } catch (const UsageError& error) {
        fmt::print(stderr, "sinew: {}\n", error.what());
        return usage_error;
    } catch (const InputError& error) {
        fmt::print(stderr, "sinew: {}\n", error.what());
        return input_error;
    } catch (const std::bad_alloc&) {
        std::fputs("sinew: out of memory\n", stderr);
        return no_answer;
    } catch (const std::exception& error) {
        fmt::print(stderr, "sinew: internal error: {}\nThis is a bug in sinew: please report it with the input.\n",
                   error.what());
        return internal_error;
    }
}
