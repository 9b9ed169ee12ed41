// SPDX-License-Identifier: Apache-2.0
// The program `sinew`: finds the command, runs it, and turns every error into a message and an exit status.
#include <exception>
#include <new>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/instruction_set.hpp"
#include "base/limits.hpp"
#include "base/memory_ceiling.hpp"
#include "cli/command.hpp"
#include "cli/page.hpp"
#include "cli/print.hpp"
#include "cli/process.hpp"
#include "cli/settings.hpp"
#include "cli/version.hpp"
#include "exact/allocation.hpp"

namespace {
using namespace sinew;
using namespace sinew::cli;

const Command& command_called(const std::string& name) {
    const Command* command = find_command(name);
    if (command == nullptr) throw_no_command(name);
    return *command;
}

bool asks_for_help(const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        if (word == "--") return false;
        if (word == "--help" || word == "-h") return true;
    }
    return false;
}

ExitStatus run_command(const std::vector<std::string>& words) {
    if (words.empty()) {
        write_errors(text_of(program_page()));
        return usage_error;
    }
    const std::string& verb = words[0];
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (verb == "--version" || verb == "-V" || verb == "version") {
        if (!rest.empty() && !asks_for_help(rest)) throw UsageError(fmt::format("sinew {} takes no words", verb));
        // One line with the version alone is what the standard of VNN-LIB 2.0 asks for.
        write_output(verb == "version" ? version_text() : version_number() + "\n");
        return answered;
    }
    if (verb == "--name") {
        if (!rest.empty()) throw UsageError("sinew --name takes no words");
        write_output("sinew\n");
        return answered;
    }
    if (verb == "help" || verb == "--help" || verb == "-h") {
        const bool about_program = rest.empty() || rest[0] == "help" || rest[0] == "version";
        write_output(text_of(about_program ? program_page() : page_called(rest[0]), terminal_columns()));
        return answered;
    }
    const Command& command = command_called(verb);
    if (asks_for_help(rest)) {
        write_output(text_of(command_page(command), terminal_columns()));
        return answered;
    }
    set_memory_ceiling(default_memory(), 1);  // commands with --memory set their own
    Arguments arguments = parse(command, rest);
    arguments.words = words;
    arguments.words.insert(arguments.words.begin(), "sinew");
    if (asks_for_engine_options(arguments)) {
        write_output(engine_options_text());
        return answered;
    }
    settings_of(arguments);  // what is wrong with them is told before anything is read
    instruction_set();       // … as is a SINEW_KERNELS that this processor has not
    return command.run(arguments);
}

ExitStatus run(const std::vector<std::string>& words) {
    const ExitStatus status = run_command(words);
    flush_output();  // what is written to a full disk must not look like an answer
    return status;
}

/// Also without the memory to compose a message.
ExitStatus complain(ExitStatus status, const char* before, const char* message, const char* after = "\n") noexcept {
    for (const char* part : {"sinew: ", before, message, after}) write_errors(part);
    return status;
}

// Before static initialisers: a Ctrl-C in the first milliseconds is one, too.
[[gnu::constructor(101)]] void prepare() {
    prepare_process();
}
}  // namespace

int main(int argc, char** argv) {
    try {
        exact_numbers_throw_when_memory_ends();
        return run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
    } catch (const UsageError& error) {
        return complain(usage_error, "", error.what());
    } catch (const InputError& error) {
        return complain(input_error, "", error.what());
    } catch (const ReaderGone&) {
        return output_error;
    } catch (const OutputError& error) {
        return complain(output_error, "", error.what());
    } catch (const std::bad_alloc&) {
        return complain(no_answer, "", to_string(StopReason::memory).data());
    } catch (const std::exception& error) {
        return complain(internal_error, "internal error: ", error.what(),
                        "\nThis is a bug in sinew: please report it with the input.\n");
    }
}
