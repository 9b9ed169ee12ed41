// SPDX-License-Identifier: Apache-2.0
#include "units/question.hpp"

#include <filesystem>
#include <stdexcept>

#include <fmt/core.h>

#include "base/sha256.hpp"
#include "read/file.hpp"
#include "units/json_file.hpp"
#include "write/json_text.hpp"

namespace sinew::units {

namespace {
constexpr std::string_view question_kind = "question";

/// What a copy is called: its number, and of its name what any system takes.
std::string stored_name(std::size_t number, const std::string& path) {
    std::string name = path == "-" ? "input" : std::filesystem::path(path).filename().string();
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    for (char& c : name)
        if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '.' && c != '-') c = '_';
    return fmt::format("question/{}_{}", number, name);
}

/// No name leads out of the folder.
bool is_inside(const std::string& stored) {
    return stored.starts_with("question/") && stored.find("..") == std::string::npos &&
           stored.find('/', 9) == std::string::npos;
}

Json optional_text(const std::optional<std::string>& text) {
    return text ? Json(*text) : Json(nullptr);
}

std::optional<std::string> optional_text_at(const Json& json, const char* key) {
    if (json.at(key).is_null()) return std::nullopt;
    return json.at(key).get<std::string>();
}
}  // namespace

Question::Question(const std::vector<std::string>& files, const read::QueryOptions& options) : options_(options) {
    for (std::size_t i = 0; i < files.size(); ++i) {
        const read::FileContent content = read::read_file(files[i]);
        const read::Format format = options.format(i);
        files_.push_back({files[i], files[i], stored_name(i, files[i]),
                          format == read::Format::unknown ? "" : std::string(read::to_string(format)), sha256(content),
                          content.size()});
    }
    options_.notes = nullptr;
    compute_digest();
}

void Question::compute_digest() {
    Json asked = Json::array();
    for (const File& file : files_) asked.push_back({file.sha256, file.format});
    asked.push_back(optional_text(options_.input_condition));
    asked.push_back(optional_text(options_.output_condition));
    if (!options_.outputs.empty()) asked.push_back(options_.outputs);
    digest_ = sha256(write::json_line(asked));
}

Question Question::of_folder(const std::string& folder) {
    const std::string path = folder + "/" + std::string(question_file);
    const Json json = parse_file(read::read_text(path), path, question_kind);
    Question question;
    std::string digest;
    reading(path, [&] {
        for (const Json& entry : json.at("files")) {
            File file;
            file.name = entry.at("name").get<std::string>();
            file.stored = entry.at("stored").get<std::string>();
            file.format = entry.at("as").get<std::string>();
            file.sha256 = entry.at("sha256").get<std::string>();
            file.bytes = entry.at("bytes").get<std::size_t>();
            file.path = folder + "/" + file.stored;
            if (!is_inside(file.stored))
                throw std::invalid_argument(fmt::format("'{}' is not in the folder question", file.stored));
            const std::optional<read::Format> format = read::format_named(file.format);
            if (!file.format.empty() && !format)
                throw std::invalid_argument(fmt::format("no format is called '{}'", file.format));
            question.options_.formats.push_back(format.value_or(read::Format::unknown));
            question.files_.push_back(std::move(file));
        }
        question.options_.input_condition = optional_text_at(json, "in");
        question.options_.output_condition = optional_text_at(json, "out");
        if (json.contains("outputs")) question.options_.outputs = json.at("outputs").get<std::vector<std::string>>();
        digest = json.at("sha256").get<std::string>();
        return true;
    });
    question.compute_digest();
    if (question.digest_ != digest)
        throw InputError({path, 0, 0}, "the digest of the question is not that of what it says: it has been changed");
    for (const File& file : question.files_)
        if (sha256(read::read_file(file.path)) != file.sha256)
            throw InputError({file.path, 0, 0}, "this is not the file that the question was split with",
                             "the digest in " + path);
    return question;
}

void Question::write(const std::string& folder) const {
    std::error_code error;
    std::filesystem::create_directories(folder + "/question", error);  // what is wrong the first file says
    Json json = new_file(question_kind);
    json["sha256"] = digest_;
    json["files"] = Json::array();
    for (const File& file : files_) {
        write_file(folder + "/" + file.stored, read::read_file(file.path));
        Json& entry = json["files"].emplace_back();
        entry["name"] = file.name;
        entry["stored"] = file.stored;
        entry["as"] = file.format;
        entry["sha256"] = file.sha256;
        entry["bytes"] = file.bytes;
    }
    json["in"] = optional_text(options_.input_condition);
    json["out"] = optional_text(options_.output_condition);
    if (!options_.outputs.empty()) json["outputs"] = options_.outputs;
    write_file(folder + "/" + std::string(question_file), write::json_document(json));
}

model::Query Question::load() const {
    std::vector<std::string> paths;
    for (const File& file : files_) paths.push_back(file.path);
    return read::load_query(paths, options_);
}

std::vector<std::string> Question::names() const {
    std::vector<std::string> names;
    for (const File& file : files_) names.push_back(file.name);
    return names;
}

bool is_folder_of_units(const std::string& path) {
    return path != "-" && is_of_kind(path + "/" + std::string(question_file), question_kind);
}

std::string folder_of_units(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    fs::path folder = fs::absolute(path, error);
    if (!fs::is_directory(folder, error)) folder = folder.parent_path();
    for (; true; folder = folder.parent_path()) {
        if (is_folder_of_units(folder.string())) return folder.string();
        if (folder == folder.parent_path()) break;
    }
    throw InputError({path, 0, 0}, "this is not in a folder of units: no folder above it has a question.json");
}

}  // namespace sinew::units
