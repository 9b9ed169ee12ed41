// SPDX-License-Identifier: Apache-2.0
// Options that several commands share: limits, search, output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "base/quantity_text.hpp"
#include "cli/command.hpp"
#include "cluster/shard.hpp"

namespace sinew::cli {

/// --timeout, --memory, --threads, --seed, --set.
void describe_limits(OptionGroups& options);
/// --timeout and --memory, of commands that read and write and search for nothing.
void describe_reading_limits(OptionGroups& options);
/// --report, as every command with a JSON answer has it.
Option report_option();
/// --json, --report, --quiet.
void describe_json(OptionGroups& options);
/// Those, and --expect.
void describe_output(OptionGroups& options);

/// The bytes of --memory, or default_memory(); the memory ceiling is set for so many threads.
std::size_t memory_of(const Arguments& arguments, std::size_t threads);
/// What describe_limits() asked for. The clock of the time limit starts here; the interrupt handlers and the memory
/// ceiling are set.
Limits limits_of(const Arguments& arguments);
/// --threads: 1 without it; of 0, all processors that this process may use.
int threads_of(const Arguments& arguments);
/// Of a command that has one thread. Throws UsageError where more are asked for; 0 takes what there is to take.
void refuse_threads(const Arguments& arguments, std::string_view command);
std::uint64_t seed_of(const Arguments& arguments);
bool quiet(const Arguments& arguments);
/// --shard, of commands that answer many questions.
Option shard_option();
/// All of the questions without it. Throws UsageError.
cluster::Shard shard_of(const Arguments& arguments);
/// Throws UsageError unless --expect names a verdict.
std::optional<std::string> expectation_of(const Arguments& arguments);

/// The file of --json, "-" for standard output; absent without --json.
std::optional<std::string> json_path_of(const Arguments& arguments);
/// The file of --report (or another option that names a page), if it is given. Throws UsageError where it holds
/// something else than a page.
std::optional<std::string> report_path_of(const Arguments& arguments, std::string_view option = "report");
/// The file of --csv, --junit or --sarif, if it is given. Throws UsageError where it is a results file, one that the
/// command reads (one of `read`, too), or that of another answer: none of these must be lost.
std::optional<std::string> output_path_of(const Arguments& arguments, std::string_view option,
                                          std::span<const std::string> read = {});
/// Options whose values are files that a command reads.
inline constexpr const char* file_options[] = {"labels",      "validation", "test",       "validation-labels",
                                               "test-labels", "robust-set", "warm-start", "epsilon-file",
                                               "conditions"};
inline constexpr std::string_view json_option = "--json";
inline constexpr std::string_view json_suffix = ".json";

}  // namespace sinew::cli
