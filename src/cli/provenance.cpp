// SPDX-License-Identifier: Apache-2.0
#include "cli/provenance.hpp"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/instruction_set.hpp"
#include "base/memory_ceiling.hpp"
#include "base/sha256.hpp"
#include "cli/common_options.hpp"
#include "cli/question_options.hpp"
#include "cli/version.hpp"
#include "read/file.hpp"

namespace sinew::cli {

namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Of a folder, at most so many files have digests.
constexpr std::size_t most_of_a_folder = 1000;

DigestedFile digested(const std::string& path) {
    DigestedFile digested{path, std::nullopt, std::nullopt};
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return digested;
    std::ifstream file(path, std::ios::binary);
    if (!file) return digested;
    Sha256 digest;
    std::uint64_t bytes = 0;
    std::string block(std::size_t{1} << 18, '\0');
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
        digest.add(std::string_view(block).substr(0, static_cast<std::size_t>(file.gcount())));
        bytes += static_cast<std::uint64_t>(file.gcount());
    }
    if (file.bad()) return digested;
    digested.sha256 = digest.text();
    digested.bytes = bytes;
    return digested;
}

void add_digested(const std::string& path, std::vector<DigestedFile>& files) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return files.push_back(digested(path));
    std::vector<std::string> names;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error))
        if (entry->is_regular_file(error)) names.push_back(entry->path().string());
    std::sort(names.begin(), names.end());
    if (names.empty() || names.size() > most_of_a_folder) return files.push_back({path, std::nullopt, std::nullopt});
    for (const std::string& name : names) files.push_back(digested(name));
}

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name") && line.find(": ") != std::string::npos)
            return line.substr(line.find(": ") + 2);
    return "";
}

/// Those that this process may run on.
int processor_count() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
    return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
}

Json limits_json(const Arguments& arguments) {
    Json limits;
    limits["timeout"] = arguments.has("timeout") ? Json(parse_seconds("timeout", arguments.get<std::string>("timeout")))
                                                 : Json(nullptr);
    limits["memory"] =
        arguments.has("memory") ? parse_bytes("memory", arguments.get<std::string>("memory")) : default_memory();
    limits["threads"] = threads_of(arguments);
    limits["seed"] = seed_of(arguments);
    return limits;
}

template <class Value>
Json or_null(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}
}  // namespace

std::vector<DigestedFile> digested_files(const Arguments& arguments) {
    std::vector<DigestedFile> files;
    for (const std::string& file : arguments.files) add_digested(file, files);
    for (const char* option : file_options) {
        const auto given = arguments.options.find(option);
        if (given == arguments.options.end()) continue;
        if (const auto* name = std::get_if<std::string>(&given->second)) add_digested(*name, files);
        if (const auto* names = std::get_if<std::vector<std::string>>(&given->second))
            for (const std::string& name : *names) add_digested(name, files);
    }
    for (const read::NetworkFile& network : networks_of(arguments)) add_digested(network.path, files);
    return files;
}

void require_unchanged(const std::vector<DigestedFile>& before, const std::vector<DigestedFile>& now) {
    for (const DigestedFile& one : before) {
        const auto same = std::ranges::find(now, one.file, &DigestedFile::file);
        if (same == now.end() || same->sha256 != one.sha256)
            throw InputError({one.file, 0, 0}, "the file has changed while it was read",
                             "files that stay as they are; call it again");
    }
}

std::string iso_time(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                       parts.tm_hour, parts.tm_min, parts.tm_sec);
}

Json machine_json() {
    utsname system{};
    uname(&system);
    Json machine;
    machine["system"] = fmt::format("{} {} {}", system.sysname, system.release, system.machine);
    const std::string processor = processor_name();
    machine["processor"] = processor.empty() ? system.machine : processor.c_str();
    machine["kernels"] = to_string(instruction_set());
    machine["cores"] = processor_count();
    machine["memory"] =
        static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    return machine;
}

Provenance::Provenance(const Arguments& arguments) : arguments_(arguments), files_(digested_files(arguments)) {}

void Provenance::complete() {
    for (DigestedFile& file : files_) {
        if (file.sha256) continue;
        const std::optional<read::FileContent> content = read::content_read_once(file.file);
        if (!content) continue;
        file.sha256 = sha256(*content);
        file.bytes = content->size();
    }
}

Json Provenance::json() const {
    Json json;
    json["sinew"] = SINEW_VERSION;
    json["commit"] = *commit() == '\0' ? Json(nullptr) : Json(commit());
    json["command"] = arguments_.words;
    json["started"] = iso_time(arguments_.started);
    json["machine"] = machine_json();
    json["limits"] = limits_json(arguments_);
    json["files"] = Json::array();
    for (const DigestedFile& file : files_)
        json["files"].push_back(
            {{"file", file.file}, {"sha256", or_null(file.sha256)}, {"bytes", or_null(file.bytes)}});
    json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - arguments_.begun).count();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    json["processor_seconds"] = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    json["peak_memory"] = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    return json;
}

}  // namespace sinew::cli
