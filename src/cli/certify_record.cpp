#include "cli/certify_record.hpp"

#include <cerrno>
#include <filesystem>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/output_error.hpp"
#include "read/file.hpp"

namespace sinew::cli {

namespace {
template <class Value>
nlohmann::json or_null(const std::optional<Value>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}
template <class Value>
std::optional<Value> optional_at(const nlohmann::json& json, const char* key) {
    const nlohmann::json& value = json.at(key);
    if (value.is_null()) return std::nullopt;
    return value.get<Value>();
}
}  // namespace

nlohmann::json to_json(const CertifyRecord& record) {
    nlohmann::json changes = nlohmann::json::array();
    for (const ChangedInput& change : record.changes)
        changes.push_back({{"input", change.input}, {"value", change.value}});
    nlohmann::json statistics = nlohmann::json::object();
    for (const auto& [name, value] : record.statistics) statistics[name] = value;
    return {{"row", record.row},
            {"label", record.label},
            {"predicted", record.predicted},
            {"status", record.status},
            {"decided_by", record.decided_by},
            {"adversarial_class", or_null(record.adversarial_class)},
            {"distance", or_null(record.distance)},
            {"bound", or_null(record.bound)},
            {"changes", std::move(changes)},
            {"statistics", std::move(statistics)},
            {"seconds", record.seconds}};
}

CertifyRecord record_from(const nlohmann::json& json) {
    CertifyRecord record;
    record.row = json.at("row").get<std::size_t>();
    record.label = json.at("label").get<std::size_t>();
    record.predicted = json.at("predicted").get<std::size_t>();
    record.status = json.at("status").get<std::string>();
    record.decided_by = json.at("decided_by").get<std::string>();
    record.adversarial_class = optional_at<std::size_t>(json, "adversarial_class");
    record.distance = optional_at<std::string>(json, "distance");
    record.bound = optional_at<std::string>(json, "bound");
    for (const nlohmann::json& change : json.at("changes"))
        record.changes.push_back({change.at("input").get<std::size_t>(), change.at("value").get<std::string>()});
    for (const auto& [name, value] : json.at("statistics").items())
        record.statistics.emplace_back(name, value.get<double>());
    record.seconds = json.at("seconds").get<double>();
    return record;
}

Journal::Journal(std::string path, const nlohmann::json& parameters) : path_(std::move(path)) {
    std::error_code ignored;
    if (std::filesystem::exists(path_, ignored)) read(read::read_file(path_), parameters);
    const bool is_new = whole_ == 0;  // or its first line was cut off when it was written
    if (!is_new) std::filesystem::resize_file(path_, whole_);
    file_ = std::fopen(path_.c_str(), is_new ? "wb" : "ab");
    if (file_ == nullptr) throw OutputError(path_, errno);
    if (is_new) write_line(parameters.dump());
}

Journal::~Journal() {
    if (file_ != nullptr) std::fclose(file_);
}

void Journal::read(const std::string& content, const nlohmann::json& parameters) {
    std::size_t line = 0;
    for (std::size_t begin = 0; begin < content.size();) {
        const std::size_t end = content.find('\n', begin);
        if (end == std::string::npos) {  // cut off when it was written
            const std::string head = parameters.dump();
            if (line == 0 && head.compare(0, content.size(), content) != 0)
                throw InputError({path_, 1, 0}, "this is no journal of sinew certify");
            return;
        }
        ++line;
        const nlohmann::json json =
            nlohmann::json::parse(content.begin() + static_cast<std::ptrdiff_t>(begin),
                                  content.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
        if (json.is_discarded() || !json.is_object())
            throw InputError({path_, line, 0}, "this is no line of a journal of sinew certify");
        if (line == 1) {
            for (const auto& [key, value] : parameters.items())
                if (!json.contains(key) || json.at(key) != value)
                    throw InputError({path_, 1, 0},
                                     fmt::format("the journal is of a run with another {}: {}", key,
                                                 json.contains(key) ? json.at(key).dump() : "none"),
                                     value.dump());
        } else {
            try {
                const CertifyRecord record = record_from(json);
                done_.insert_or_assign(record.row, record);
            } catch (const nlohmann::json::exception&) {
                throw InputError({path_, line, 0}, "this is no line of a journal of sinew certify");
            }
        }
        begin = end + 1;
        whole_ = begin;
    }
}

void Journal::append(const CertifyRecord& record) {
    write_line(to_json(record).dump());
}

void Journal::write_line(const std::string& line) {
    const std::string whole = line + "\n";
    if (std::fwrite(whole.data(), 1, whole.size(), file_) != whole.size() || std::fflush(file_) != 0)
        throw OutputError(path_, errno);
}

}  // namespace sinew::cli
