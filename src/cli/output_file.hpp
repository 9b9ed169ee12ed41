// SPDX-License-Identifier: Apache-2.0
// A result: a file, or standard output under the name "-".
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/atomic_file.hpp"

namespace sinew::cli {

/// Made before the work: that a file cannot be written is told then. It is there when all of it has been written.
class OutputFile {
  public:
    /// Throws OutputError if the file cannot be written.
    explicit OutputFile(const std::string& path);

    bool is_standard_output() const { return !file_; }
    /// All of the content. Throws OutputError if the disk is full.
    void write(std::string_view text);

  private:
    std::optional<AtomicFile> file_;
};

/// Makes a folder for results, and those above it, where there is none. Throws OutputError.
void make_folder(const std::filesystem::path& folder);

}  // namespace sinew::cli
