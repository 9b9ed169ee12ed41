#include "proof/drat_writer.hpp"

#include <charconv>
#include <stdexcept>

#include <zlib.h>

#include "base/error.hpp"

namespace sinew::proof {

struct DratWriter::File {
    gzFile handle = nullptr;
    ~File() {
        if (handle != nullptr) gzclose(handle);
    }
};

namespace {
constexpr std::size_t buffer_size = 1 << 16;
}

DratWriter::DratWriter(const std::string& path, DratForm form)
    : file_(std::make_unique<File>()), path_(path), form_(form) {
    // T: zlib passes everything through as it is.
    file_->handle = gzopen(path.c_str(), path.ends_with(".gz") ? "wb6" : "wbT");
    if (file_->handle == nullptr) throw UsageError(path + ": the proof cannot be written");
    buffer_.reserve(buffer_size + 64);
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
    if (size != 0 && gzfwrite(buffer_.data(), 1, size, file_->handle) != size)
        throw std::runtime_error(path_ + ": the proof could not be written to its end");
    buffer_.clear();
}

void DratWriter::finish() {
    flush();
    gzFile handle = file_->handle;
    file_->handle = nullptr;
    if (handle != nullptr && gzclose(handle) != Z_OK)
        throw std::runtime_error(path_ + ": the proof could not be written to its end");
}

}  // namespace sinew::proof
