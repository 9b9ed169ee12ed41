// SPDX-License-Identifier: Apache-2.0
// A file that is whole or was not touched: what is written has another name, or none, until all of it is there.
#pragma once

#include <string>
#include <string_view>

namespace sinew {

/// What stands under the name stays until finish(); without it, whatever ends the program, nothing is changed and
/// nothing is left behind. A file that is replaced keeps its permissions; a symbolic link stays one, to the new file.
/// Devices, pipes, sockets and descriptors (/dev/stdout) have no content to be kept and are written as they are.
class AtomicFile {
  public:
    /// Finds out whether the file can be written. Throws OutputError.
    explicit AtomicFile(std::string path);
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    ~AtomicFile();

    /// Throws OutputError: a full disk, the limit of file sizes, a broken pipe.
    void append(std::string_view text);
    /// For libraries that write by themselves; -1 after finish().
    int descriptor() const { return descriptor_; }
    /// All has been appended: the file takes its name. Throws OutputError.
    void finish();

  private:
    void open_target();
    void open_beside();
    void keep_permissions();
    void take_temporary_name();
    [[noreturn]] void fail() const;  ///< with what errno says

    std::string path_;       ///< as it was given, for messages
    std::string target_;     ///< the file itself, behind symbolic links
    std::string temporary_;  ///< its name meanwhile; empty: none
    int descriptor_ = -1;
    bool is_replaced_ = false;  ///< there is a file of this name
    bool is_direct_ = false;    ///< written as it is
};

}  // namespace sinew
