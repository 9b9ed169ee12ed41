// SPDX-License-Identifier: Apache-2.0
#include "cli/common_options.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/memory_ceiling.hpp"
#include "base/number_text.hpp"
#include "base/processors.hpp"
#include "cli/process.hpp"
#include "cli/settings.hpp"

namespace sinew::cli {

void describe_limits(OptionGroups& options) {
    OptionGroup group("limits and search");
    // clang-format off
    group.options = {
        {"timeout", takes_text("SECONDS"), "stop after this time (20, 0.5, 2m), with the best answer so far"},
        {"memory", takes_text("BYTES"), "stop above this memory, of all threads together (500M, 4G; default: three quarters of the machine's or the container's), likewise"},
        {"threads", takes_text("N"), "worker threads (default 1, with which a run repeats itself; 0: all processors that this process may use)"},
        seed_option(),
        set_option()};
    // clang-format on
    options.push_back(group);
}

void describe_reading_limits(OptionGroups& options) {
    OptionGroup group("limits");
    // clang-format off
    group.options = {
        {"timeout", takes_text("SECONDS"), "stop after this time (20, 0.5, 2m)"},
        {"memory", takes_text("BYTES"), "stop above this memory (500M, 4G)"}};
    // clang-format on
    options.push_back(group);
}

Option report_option() {
    return {"report", takes_text("FILE").ending_in("html"),
            "a page about the question and its answer for a browser (docs/report.md): one HTML file"};
}

void describe_json(OptionGroups& options) {
    OptionGroup group("output");
    // clang-format off
    group.options = {
        {"json", takes_optional_text("[=FILE]").ending_in("json"),
         "the answer as JSON (docs/json.md) into FILE, or on standard output in place of the text"},
        report_option(),
        {"quiet,q", "print the verdict's line alone, no progress"}};
    // clang-format on
    options.push_back(group);
}

void describe_output(OptionGroups& options) {
    describe_json(options);
    OptionGroup group("verdicts");
    // clang-format off
    group.options = {
        {"expect", takes_text("VERDICT").among({"sat", "unsat", "unknown", "timeout"}), "exit 5 unless this is the verdict: sat, unsat, unknown or timeout"}};
    // clang-format on
    options.push_back(group);
}

std::size_t memory_of(const Arguments& arguments, std::size_t threads) {
    const std::size_t bytes =
        arguments.has("memory") ? parse_bytes("memory", arguments.get<std::string>("memory")) : default_memory();
    set_memory_ceiling(bytes, threads);
    return bytes;
}

Limits limits_of(const Arguments& arguments) {
    std::optional<double> seconds;
    if (arguments.has("timeout")) seconds = parse_seconds("timeout", arguments.get<std::string>("timeout"));
    return Limits(seconds, memory_of(arguments, static_cast<std::size_t>(threads_of(arguments))), interrupt_flag());
}

int threads_of(const Arguments& arguments) {
    if (!arguments.has("threads")) return 1;
    constexpr int most = 1024;
    const std::uint64_t asked = whole_number("threads", arguments.get<std::string>("threads"), 0, most);
    return std::min(thread_count(static_cast<int>(asked)), most);
}

void refuse_threads(const Arguments& arguments, std::string_view command) {
    if (threads_of(arguments) != 1 && arguments.get<std::string>("threads") != "0")
        throw UsageError(fmt::format("{} uses one thread", command));
}

std::uint64_t seed_of(const Arguments& arguments) {
    if (!arguments.has("seed")) return 0;
    return whole_number("seed", arguments.get<std::string>("seed"), 0, std::numeric_limits<std::uint64_t>::max());
}

bool quiet(const Arguments& arguments) {
    return arguments.has("quiet");
}

Option shard_option() {
    return {"shard", takes_text("I/N"),
            "answer the I-th of N parts alone, dealt out evenly; sinew merge puts the results files of all together"};
}

cluster::Shard shard_of(const Arguments& arguments) {
    if (!arguments.has("shard")) return {};
    const auto& text = arguments.get<std::string>("shard");
    const std::optional<cluster::Shard> shard = cluster::parse_shard(text);
    if (!shard) refuse_value("shard", text, "I/N, such as 3/40: the third of forty parts");
    return *shard;
}

std::optional<std::string> expectation_of(const Arguments& arguments) {
    if (!arguments.has("expect")) return std::nullopt;
    const auto& word = arguments.get<std::string>("expect");
    if (word != "sat" && word != "unsat" && word != "unknown" && word != "timeout")
        refuse_value("expect", word, "sat, unsat, unknown or timeout");
    return word;
}

namespace {
/// `sinew verify --json net.onnx property.vnnlib` takes the network for the answer's file: it must not be lost.
/// (/dev/stdout may be a file, too: what is in it stays.)
bool holds_something_else(const std::string& path, std::string_view beginnings) {
    std::error_code none;
    return path != "-" && !path.starts_with("/dev/") && std::filesystem::is_regular_file(path, none) &&
           std::filesystem::file_size(path, none) != 0 &&
           beginnings.find(static_cast<char>(std::ifstream(path).get())) == std::string_view::npos;
}

bool is_same_file(const std::string& one, const std::string& other) {
    std::error_code none;
    return one == other || std::filesystem::equivalent(one, other, none);
}

bool is_database(const std::string& path) {
    constexpr std::string_view mark = "SQLite format 3";
    std::error_code none;
    if (!std::filesystem::is_regular_file(path, none)) return false;
    std::string beginning(mark.size(), ' ');
    std::ifstream(path).read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    return beginning == mark;
}

constexpr const char* answer_options[] = {"json", "report", "db", "resume", "csv", "junit", "sarif"};
}  // namespace

std::optional<std::string> json_path_of(const Arguments& arguments) {
    if (!arguments.has("json")) return std::nullopt;
    const auto& path = arguments.get<std::string>("json");
    if (path.empty()) refuse_value("json", path, "a file name");
    if (holds_something_else(path, "{["))
        throw UsageError(
            fmt::format("--json: {} is there already and is no JSON (--json=FILE names the answer's file, "
                        "--json=- writes to standard output)",
                        path));
    return path;
}

std::optional<std::string> report_path_of(const Arguments& arguments, std::string_view option) {
    if (!arguments.has(option)) return std::nullopt;
    const auto& path = arguments.get<std::string>(option);
    if (path.empty() || path == "-") refuse_value(option, path, "a file name");
    if (holds_something_else(path, "<"))
        throw UsageError(
            fmt::format("--{}: {} is there already and is no page (the option names the page's file)", option, path));
    if (json_path_of(arguments) == path) throw UsageError(fmt::format("--json and --{} name the same file", option));
    return path;
}

std::optional<std::string> output_path_of(const Arguments& arguments, std::string_view option,
                                          std::span<const std::string> read) {
    if (!arguments.has(option)) return std::nullopt;
    const auto& path = arguments.get<std::string>(option);
    if (path == "-" || path.starts_with("/dev/")) return path;
    const auto keep = [&](const std::string& file) {
        if (is_same_file(path, file))
            throw UsageError(
                fmt::format("--{}: {} is read by this command (the option names the answer's file)", option, path));
    };
    for (const std::string& file : arguments.files) keep(file);
    for (const std::string& file : read) keep(file);
    for (const char* reads : file_options)
        if (arguments.has(reads)) keep(arguments.get<std::string>(reads));
    for (const char* other : answer_options)
        if (other != option && arguments.has(other) && is_same_file(path, arguments.get<std::string>(other)))
            throw UsageError(fmt::format("--{} and --{} name the same file", other, option));
    if (is_database(path))
        throw UsageError(
            fmt::format("--{}: {} is there already and is a results file (--db names such a one)", option, path));
    return path;
}

}  // namespace sinew::cli
