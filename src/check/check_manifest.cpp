// SPDX-License-Identifier: Apache-2.0
#include "check/check_manifest.hpp"

#include <filesystem>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "read/file.hpp"

namespace sinew::check {

namespace {
using Json = nlohmann::json;

class Manifest {
  public:
    Manifest(const std::string& path, const Limits& limits) : path_(path), limits_(limits) {
        json_ = Json::parse(std::string_view(read::read_file(path)), nullptr, false);
        if (!json_.is_object() || text(json_, "sinew") != "manifest of proofs 1" || !json_["rows"].is_array())
            throw InputError({path, 0, 0}, "this is no manifest of proofs", "one of sinew certify --proof");
    }

    Report check() {
        Report report;
        std::map<std::string, std::size_t> counts;
        const std::string network = file(json_["network"], "the network");
        for (const Json& data : json_["data"]) file(data, "the data");
        for (const Json& row : json_["rows"]) {
            if (!wrong_.empty()) break;
            const std::string status = text(row, "status");
            ++counts[status];
            if (status == "unknown") continue;
            const std::string question = file(row["question"], "the question");
            const std::string proof = file(row["proof"], "the proof");
            if (!wrong_.empty()) break;
            const bool is_own = question.ends_with(".opb");
            Report of_row =
                check_files(is_own ? std::vector{question, proof} : std::vector{network, question, proof}, {}, limits_);
            if (of_row.status == Report::Status::stopped) return of_row;
            if (of_row.status == Report::Status::rejected) {
                wrong_ = of_row.reason;
            } else if (of_row.conclusion != text(row, "shows") ||
                       (status == "certified") != of_row.conclusion.starts_with("unsat")) {
                wrong_ = fmt::format("the proof shows {}, and the answer is {}", of_row.conclusion, status);
            }
            if (!wrong_.empty()) wrong_ = fmt::format("row {}: {}", row.value("row", -1), wrong_);
        }
        report.status = wrong_.empty() ? Report::Status::verified : Report::Status::rejected;
        report.reason = wrong_;
        for (const auto& [status, count] : counts)
            report.conclusion += fmt::format("{}{} {}", report.conclusion.empty() ? "" : ", ", count, status);
        report.counts = fmt::format("{} questions, each with the proof that the manifest names", json_["rows"].size());
        return report;
    }

  private:
    static std::string text(const Json& object, const char* key) {
        return object.is_object() && object.contains(key) && object[key].is_string() ? object[key].get<std::string>()
                                                                                     : "";
    }
    /// Its path, if it is as it was.
    std::string file(const Json& sealed, const char* what) {
        const std::string name = text(sealed, "file");
        const std::string path = (std::filesystem::path(path_).parent_path() / name).string();
        if (name.empty())
            wrong_ = fmt::format("{} is not named", what);
        else if (sha256(read::read_file(path)) != text(sealed, "sha256"))
            wrong_ = fmt::format("{} is not what it was: {}", what, path);
        return path;
    }

    std::string path_;
    const Limits& limits_;
    Json json_;
    std::string wrong_;
};
}  // namespace

Report check_manifest(const std::string& path, const Limits& limits) {
    return Manifest(path, limits).check();
}

}  // namespace sinew::check
