// A file that is going to be written: whether it can be is found out before the work, not after it.
#pragma once

#include <string>
#include <string_view>

namespace sinew::cli {

/// Opens (creates) the file without touching what it holds; write() replaces that. A file that was created but never
/// written is removed again. "-" is standard output.
class OutputFile {
  public:
    /// Throws UsageError if the file cannot be opened for writing.
    explicit OutputFile(std::string path);
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();

    bool is_standard_output() const { return path_ == "-"; }
    /// Throws std::runtime_error if the disk is full.
    void write(std::string_view text);

  private:
    std::string path_;
    int descriptor_ = -1;
    bool created_ = false;
};

}  // namespace sinew::cli
