// SPDX-License-Identifier: Apache-2.0
// The table of subcommands: a new command is one file command_<verb>.cpp and two lines here.
#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "cli/command.hpp"

namespace sinew::cli {

extern const Command certify_command;
extern const Command check_command;
extern const Command cluster_command;
extern const Command completion_command;
extern const Command evaluate_command;
extern const Command export_command;
extern const Command info_command;
extern const Command manual_command;
extern const Command merge_command;
extern const Command optimize_command;
extern const Command report_command;
extern const Command results_command;
extern const Command solve_command;
extern const Command split_command;
extern const Command supports_command;
extern const Command train_command;
extern const Command verify_command;

namespace {
const std::array<const Command*, 17> all_commands{
    &verify_command,  &certify_command, &train_command,    &evaluate_command, &solve_command,     &optimize_command,
    &export_command,  &info_command,    &check_command,    &split_command,    &results_command,   &merge_command,
    &cluster_command, &report_command,  &supports_command, &manual_command,   &completion_command};
}  // namespace

std::span<const Command* const> commands() {
    return all_commands;
}

const Command* find_command(std::string_view name) {
    const auto* const found = std::ranges::find_if(all_commands, [&](auto* c) { return c->name == name; });
    return found == all_commands.end() ? nullptr : *found;
}

void throw_no_command(const std::string& name) {
    std::vector<std::string> names{"help", "version"};
    for (const Command* command : all_commands) names.emplace_back(command->name);
    throw UsageError(fmt::format("no command is called '{}'{}; see sinew help", name, did_you_mean(name, names)));
}

OptionGroups options_of(const Command& command) {
    OptionGroups groups;
    command.describe(groups);
    return groups;
}

}  // namespace sinew::cli
