// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_lines.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/error.hpp"
#include "base/output_error.hpp"
#include "cli/print.hpp"
#include "write/json_text.hpp"

namespace sinew::cli {

namespace {
/// Events go behind what the file holds: something else must not be damaged by them.
void refuse_other_content(const std::string& path) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(path, none) || std::filesystem::file_size(path, none) == 0) return;
    if (std::ifstream(path).get() == '{') return;
    throw UsageError(fmt::format("--progress: {} is there already and holds something else", path));
}
}  // namespace

void describe_progress(OptionGroups& options) {
    options.back().options.push_back(
        {"progress", takes_text("json[:FILE]").among({"json"}),
         "tell the work's progress as JSON, an event a line, on standard error or into FILE (a pipe, /dev/fd/3)"});
}

ProgressLines::ProgressLines(std::string_view kind, const Arguments& arguments) : begun_(arguments.begun) {
    if (!arguments.has("progress")) return;
    const auto& given = arguments.get<std::string>("progress");
    constexpr std::string_view to_file = "json:";
    if (given != "json" && (!given.starts_with(to_file) || given.size() == to_file.size()))
        throw UsageError(fmt::format("--progress cannot be '{}' (expected json or json:FILE)", given));
    if (given != "json") {
        const std::string path = given.substr(to_file.size());
        if (path == "-") throw UsageError("--progress cannot be 'json:-' (standard output is the answer's)");
        refuse_other_content(path);
        descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (descriptor_ < 0) throw OutputError(path, errno);
    }
    is_wanted_ = true;
    tell("started", {{"kind", kind}, {"files", arguments.files}, {"process", getpid()}});
}

ProgressLines::~ProgressLines() {
    if (descriptor_ >= 0) close(descriptor_);
}

void ProgressLines::keep_event(std::string_view event, nlohmann::ordered_json line) {
    constexpr std::size_t most = 400;
    if (event != "search" && event != "better" && event != "bound") return;
    const std::lock_guard lock(mutex_);
    if (looks_++ % stride_ != 0) return;
    line.erase("event");
    kept_.push_back(std::move(line));
    if (kept_.size() < most) return;
    // The last one stays: it is how things stand.
    std::size_t count = 0;
    for (std::size_t i = 0; i < kept_.size(); ++i)
        if (i % 2 == 0 || i + 1 == kept_.size()) kept_[count++] = std::move(kept_[i]);
    kept_.resize(count);
    stride_ *= 2;
}

nlohmann::ordered_json ProgressLines::history() {
    const std::lock_guard lock(mutex_);
    return kept_.size() < 2 ? nlohmann::ordered_json::array() : nlohmann::ordered_json(kept_);
}

void ProgressLines::tell(std::string_view event, const nlohmann::ordered_json& facts) {
    if (!is_wanted()) return;
    nlohmann::ordered_json line;
    line["event"] = event;
    line["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    line.update(facts);
    if (keeps_) keep_event(event, line);
    if (!is_wanted_) return;
    const std::string text = write::json_line(line) + "\n";
    const std::lock_guard lock(mutex_);
    if (descriptor_ < 0) return write_errors(text);
    for (std::size_t written = 0; written < text.size();) {
        const ssize_t now = ::write(descriptor_, text.data() + written, text.size() - written);
        if (now < 0 && errno == EINTR) continue;
        if (now <= 0) return;
        written += static_cast<std::size_t>(now);
    }
}

}  // namespace sinew::cli
