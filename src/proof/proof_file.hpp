// SPDX-License-Identifier: Apache-2.0
// The bytes of a proof of any format: written and read as a stream, in bounded memory, plain or gzip.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/atomic_file.hpp"

namespace sinew::proof {

/// A name that ends in .gz is compressed. The file is there only after finish().
class ProofOutput {
  public:
    /// Throws OutputError if the file cannot be written.
    explicit ProofOutput(const std::string& path);
    ~ProofOutput();
    ProofOutput(const ProofOutput&) = delete;
    ProofOutput& operator=(const ProofOutput&) = delete;

    void put(char byte) {
        if (buffer_.size() == buffer_.capacity()) flush();
        buffer_.push_back(byte);
    }
    void put(std::string_view bytes) {
        if (buffer_.size() + bytes.size() > buffer_.capacity()) flush();
        if (bytes.size() > buffer_.capacity())
            write(bytes);
        else
            buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    }
    /// All is written: the file takes its name. Throws OutputError if the disk was full at any time: until then a
    /// search goes on, whose answer does not depend on its proof. Nothing may follow.
    void finish();

  private:
    void flush();
    void write(std::string_view bytes);

    struct Compressor;
    std::string path_;
    AtomicFile file_;
    std::unique_ptr<Compressor> compressor_;  ///< for .gz
    std::vector<char> buffer_;
    std::exception_ptr failure_;  ///< what follows it is dropped
};

/// Compressed or not is what the content says; a byte order mark of UTF-8 is left out.
class ProofInput {
  public:
    static constexpr int end = -1;

    /// Throws InputError if the file cannot be opened.
    explicit ProofInput(const std::string& path);
    ~ProofInput();
    ProofInput(const ProofInput&) = delete;
    ProofInput& operator=(const ProofInput&) = delete;

    /// The next byte, which stays there; `end` after the last. Throws InputError where the file cannot be read.
    int peek() {
        if (at_ == filled_) fill();
        return filled_ == 0 ? end : static_cast<unsigned char>(buffer_[at_]);
    }
    int get() {
        const int byte = peek();
        if (byte != end) ++at_;
        return byte;
    }
    /// What is read ahead: at the beginning, the beginning of the file.
    std::string_view ahead() const { return {buffer_.data() + at_, filled_ - at_}; }
    const std::string& path() const { return path_; }

  private:
    void fill();

    struct File;
    std::unique_ptr<File> file_;
    std::string path_;
    std::vector<char> buffer_;
    std::size_t at_ = 0;
    std::size_t filled_ = 0;
};

}  // namespace sinew::proof
