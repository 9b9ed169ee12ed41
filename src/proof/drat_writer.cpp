// SPDX-License-Identifier: Apache-2.0
#include "proof/drat_writer.hpp"

#include <cerrno>
#include <charconv>
#include <utility>

#include <fcntl.h>
#include <zlib.h>

#include "base/output_error.hpp"

namespace sinew::proof {

/// zlib on a descriptor of its own: it closes it.
struct DratWriter::Compressor {
    gzFile handle = nullptr;
    ~Compressor() {
        if (handle != nullptr) gzclose(handle);
    }
};

namespace {
constexpr std::size_t buffer_size = 1 << 16;
}

DratWriter::DratWriter(const std::string& path, DratForm form) : path_(path), file_(path), form_(form) {
    buffer_.reserve(buffer_size + 64);
    if (!path.ends_with(".gz")) return;
    compressor_ = std::make_unique<Compressor>();
    compressor_->handle = gzdopen(fcntl(file_.descriptor(), F_DUPFD_CLOEXEC, 3), "wb6");
    if (compressor_->handle == nullptr) throw OutputError(path_);
}

DratWriter::~DratWriter() = default;

void DratWriter::step(char kind, std::span<const std::int32_t> clause) {
    ++steps_;
    if (form_ == DratForm::binary) {
        buffer_.push_back(kind);
        for (const std::int32_t literal : clause) put_binary(literal);
        buffer_.push_back('\0');
    } else {
        if (kind == 'd') buffer_.insert(buffer_.end(), {'d', ' '});
        for (const std::int32_t literal : clause) put_text(literal);
        buffer_.insert(buffer_.end(), {'0', '\n'});
    }
    if (buffer_.size() >= buffer_size) flush();
}

void DratWriter::put_text(std::int32_t literal) {
    char digits[16];
    char* const end = std::to_chars(digits, digits + sizeof digits, literal).ptr;
    buffer_.insert(buffer_.end(), digits, end);
    buffer_.push_back(' ');
}

// A literal l is 2|l| + (l < 0), seven bits a byte, the lowest first.
void DratWriter::put_binary(std::int32_t literal) {
    const auto magnitude = static_cast<std::uint32_t>(literal < 0 ? -literal : literal);
    std::uint32_t code = 2 * magnitude + (literal < 0 ? 1 : 0);
    for (; code > 127; code >>= 7) buffer_.push_back(static_cast<char>((code & 127U) | 128U));
    buffer_.push_back(static_cast<char>(code));
}

void DratWriter::flush() {
    const std::size_t size = buffer_.size();
    if (!compressor_)
        file_.append({buffer_.data(), size});
    else if (size != 0 && gzfwrite(buffer_.data(), 1, size, compressor_->handle) != size)
        throw OutputError(path_, errno);
    buffer_.clear();
}

void DratWriter::finish() {
    flush();
    if (compressor_ && gzclose(std::exchange(compressor_->handle, nullptr)) != Z_OK) throw OutputError(path_, errno);
    file_.finish();
}

}  // namespace sinew::proof
