#include "cli/journal.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/output_error.hpp"
#include "read/file.hpp"
#include "write/json_text.hpp"

namespace sinew::cli {

namespace {
using nlohmann::json;
using nlohmann::ordered_json;

/// How every journal begins: what is cut off before its end is still known for one.
constexpr std::string_view beginning = R"({"journal":"sinew certify","version":2,)";
constexpr std::string_view no_journal = "this is no journal of sinew certify";

std::string first_line(const Question& question, const json& options) {
    ordered_json line;
    line["journal"] = "sinew certify";
    line["version"] = 2;
    line["files"] = question.files;
    line["network"] = question.network;
    line["data"] = question.data;
    line["labels"] = question.labels ? ordered_json(*question.labels) : ordered_json(nullptr);
    line["options"] = options;
    return write::json_line(line);
}

/// Words of the command line as the journal has them, with its replacements.
json as_written(const json& value) {
    return json::parse(write::json_line(value));
}
}  // namespace

Journal::Journal(std::string path, const Question& question, const json& options) : path_(std::move(path)) {
    open();
    try {
        read(content(), question, options);
        if (dropped_ != 0 && ftruncate(descriptor_, static_cast<off_t>(whole_)) != 0) throw OutputError(path_, errno);
        if (whole_ == 0) write_line(first_line(question, options));
    } catch (...) {
        close(descriptor_);
        throw;
    }
}

Journal::~Journal() {
    close(descriptor_);
}

void Journal::open() {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
    if (descriptor_ < 0) throw OutputError(path_, errno);
    struct stat status {};
    std::string refusal;
    if (fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode))
        refusal = "a journal must be a file that can be read again";
    else if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)  // else the file system has no locks
        refusal = "another run is writing this journal";
    if (refusal.empty()) return;
    close(descriptor_);
    throw InputError({path_, 0, 0}, refusal, "a journal of this run's own");
}

std::string Journal::content() const {
    std::string content;
    std::string block(std::size_t{1} << 16, '\0');
    while (true) {
        const ssize_t got = pread(descriptor_, block.data(), block.size(), static_cast<off_t>(content.size()));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw InputError({path_, 0, 0}, fmt::format("cannot be read: {}", std::strerror(errno)));
        if (got == 0) return content;
        content.append(block, 0, static_cast<std::size_t>(got));
        if (content.size() > read::largest_file) throw InputError({path_, 0, 0}, "the journal is too large");
    }
}

void Journal::read(const std::string& content, const Question& question, const json& options) {
    std::size_t line = 0;
    for (std::size_t begin = 0; begin < content.size();) {
        const std::size_t end = content.find('\n', begin);
        if (end == std::string::npos) {  // cut off when it was written
            const std::string_view rest = std::string_view(content).substr(begin);
            if (line == 0 && !beginning.starts_with(rest) && !rest.starts_with(beginning))
                throw InputError({path_, 1, 0}, no_journal);
            dropped_ = rest.size();
            return;
        }
        ++line;
        const json object = json::parse(content.begin() + static_cast<std::ptrdiff_t>(begin),
                                        content.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
        try {
            if (!object.is_object()) throw InputError({path_, line, 0}, no_journal);
            if (line == 1) {
                check(object, question, options);
            } else {
                const CertifyRecord record = record_from(object);
                done_.insert_or_assign(record.row, record);
            }
        } catch (const json::exception&) {
            throw InputError({path_, line, 0}, "this is no line of a journal of sinew certify");
        }
        begin = end + 1;
        whole_ = begin;
    }
}

void Journal::check(const json& first, const Question& question, const json& options) const {
    const SourceLocation place{path_, 1, 0};
    if (!first.contains("journal") && first.value("program", "") == "sinew certify")
        throw InputError(place,
                         "this journal is of an older sinew, which kept no digests of network and data: whether its "
                         "answers are about these cannot be known",
                         "a new journal");
    if (first.value("journal", "") != "sinew certify") throw InputError(place, no_journal);
    if (first.at("version") != 2)
        throw InputError(place, "this journal is of a newer sinew", "version 2 of its format");
    const json& known = first.at("options");
    const json asked = as_written(options);
    for (const auto& [option, value] : asked.items())
        if (!known.contains(option) || known.at(option) != value)
            throw InputError(place,
                             fmt::format("the journal is of a run with another {}: {}", option,
                                         known.contains(option) ? write::json_line(known.at(option)) : "none"),
                             write::json_line(value));
    const auto same = [&](const json& digest, const std::string& now, const std::string& what) {
        if (digest != json(now))
            throw InputError(place,
                             fmt::format("the journal is of {}, with SHA-256 {:.16}…", what, digest.get<std::string>()),
                             fmt::format("{:.16}…", now));
    };
    same(first.at("network"), question.network, "another network");
    const json& data = first.at("data");
    if (data.size() != question.data.size())
        throw InputError(place, fmt::format("the journal is of other data, in {} files", data.size()),
                         fmt::format("{}", question.data.size()));
    for (std::size_t f = 0; f < question.data.size(); ++f)
        same(data.at(f), question.data[f], fmt::format("other data than {}", question.files.at(f + 1)));
    const json& labels = first.at("labels");
    if (labels.is_null() != !question.labels.has_value())
        throw InputError(place,
                         fmt::format("the journal is of a run {} --labels", labels.is_null() ? "without" : "with"),
                         question.labels ? "with it" : "without it");
    if (question.labels) same(labels, *question.labels, "other labels");
}

void Journal::append(const CertifyRecord& record) {
    write_line(write::json_line(to_json(record)));
}

void Journal::write_line(std::string line) {
    line += '\n';
    for (std::size_t written = 0; written < line.size();) {
        const ssize_t now = ::write(descriptor_, line.data() + written, line.size() - written);
        if (now < 0 && errno == EINTR) continue;
        if (now < 0) {
            const int error = errno;
            if (ftruncate(descriptor_, static_cast<off_t>(whole_)) != 0) errno = error;  // the next run drops it
            throw OutputError(path_, error);
        }
        written += static_cast<std::size_t>(now);
    }
    whole_ += line.size();
}

}  // namespace sinew::cli
