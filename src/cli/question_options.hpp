// SPDX-License-Identifier: Apache-2.0
// Options that say what is asked about the files, and how these are read: the same in every command that takes queries.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "read/query/load_query.hpp"

namespace sinew::cli {

enum class Objectives { none, allowed };
/// What a command reads beside networks and conditions: what its --format can be.
enum class OtherFormats { none, lists, problems, all };

/// The condition on outputs in commands whose --out is a file.
inline constexpr std::string_view out_condition = "out-condition";

/// --in, --out, --format; with objectives --minimize and --maximize. `output_condition` is the option with the
/// condition on outputs.
void describe_question(OptionGroups& options, Objectives objectives, OtherFormats others = OtherFormats::none,
                       std::string_view output_condition = "out");

/// --network, of commands that read VNN-LIB 2.0.
Option network_option();
/// What it says. Throws UsageError.
std::vector<read::NetworkFile> networks_of(const Arguments& arguments);

/// What they say. Throws UsageError for formats that do not exist, and where their number is not that of the files.
read::QueryOptions question_of(const Arguments& arguments, std::string_view output_condition = "out");

/// The format of file number `file`: the one that --format names, or that it has. Throws InputError if it cannot be
/// read.
read::Format format_of_argument(const Arguments& arguments, std::size_t file);

/// The query of the command's files; what is not asked of them is told on standard error, unless it is to be quiet.
/// `declared` is told what a text of VNN-LIB 2.0 declares.
model::Query load_question(const Arguments& arguments, std::string_view output_condition = "out",
                           std::vector<model::DeclaredNetwork>* declared = nullptr);

}  // namespace sinew::cli
