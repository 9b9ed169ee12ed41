// SPDX-License-Identifier: Apache-2.0
#include "cli/output_file.hpp"

#include <system_error>

#include "cli/print.hpp"

namespace sinew::cli {

OutputFile::OutputFile(const std::string& path) {
    if (path != "-") file_.emplace(path);
}

void OutputFile::write(std::string_view text) {
    if (!file_) return write_output(text);
    file_->append(text);
    file_->finish();
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code failed;
    if (!folder.empty()) std::filesystem::create_directories(folder, failed);
    if (failed) throw OutputError(folder.string(), failed.value());
}

}  // namespace sinew::cli
