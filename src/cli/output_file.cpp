#include "cli/output_file.hpp"

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

}  // namespace sinew::cli
