// SPDX-License-Identifier: Apache-2.0
#include "proof/drat_reader.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include <zlib.h>

namespace sinew::proof {

struct DratReader::File {
    gzFile handle = nullptr;
    ~File() {
        if (handle != nullptr) gzclose(handle);
    }
};

DratReader::DratReader(const std::string& path) : file_(std::make_unique<File>()), path_(path), buffer_(1 << 16) {
    file_->handle = gzopen(path.c_str(), "rb");
    if (file_->handle == nullptr) throw InputError({path, 0, 0}, "the proof cannot be opened");
    fill();
    constexpr std::string_view mark = "\xef\xbb\xbf";  // of UTF-8; no step begins so
    if (std::string_view(buffer_.data(), filled_).starts_with(mark)) at_ = mark.size();
    detect_form();
}

DratReader::~DratReader() = default;

void DratReader::fail(const char* message, const char* expected) const {
    throw InputError(location(), message, expected);
}

void DratReader::fill() {
    at_ = 0;
    const int got = gzread(file_->handle, buffer_.data(), static_cast<unsigned>(buffer_.size()));
    int status = Z_OK;
    if (got <= 0) gzerror(file_->handle, &status);
    if (got < 0 || status != Z_OK) fail("the proof cannot be read to its end");
    filled_ = static_cast<std::size_t>(got);
}

int DratReader::peek() {
    if (at_ == filled_) fill();
    return filled_ == 0 ? end_of_file : static_cast<unsigned char>(buffer_[at_]);
}

int DratReader::get() {
    const int c = peek();
    if (c != end_of_file) ++at_;
    return c;
}

// Binary steps begin with `a` or `d` and then hold bytes that no text proof has among its first ones.
void DratReader::detect_form() {
    const std::size_t looked_at = std::min<std::size_t>(filled_, 32);
    for (std::size_t i = at_; i < looked_at; ++i) {
        const char c = buffer_[i];
        if (c == 'c') return;  // a comment: text
        const bool text = (c >= '0' && c <= '9') || c == '-' || c == 'd' || c == ' ' || (c >= '\t' && c <= '\r');
        if (!text) binary_ = true;
    }
}

bool DratReader::next(DratStep& step) {
    step.clause.clear();
    step.kind = DratStep::Kind::add;
    const bool found = binary_ ? next_binary(step) : next_text(step);
    if (found) ++steps_;
    return found;
}

bool DratReader::next_text(DratStep& step) {
    line_ = next_line_;
    for (int c = peek(); c == ' ' || (c >= '\t' && c <= '\r') || c == 'c'; c = peek()) {
        if (c == 'c')
            while (peek() != '\n' && peek() != end_of_file) get();
        else if (get() == '\n')
            line_ = ++next_line_;
    }
    if (peek() == end_of_file) return false;
    if (peek() == 'd') {
        get();
        step.kind = DratStep::Kind::remove;
    }
    while (const std::int32_t literal = text_literal()) step.clause.push_back(literal);
    return true;
}

std::int32_t DratReader::text_literal() {
    int c = get();
    while (c == ' ' || (c >= '\t' && c <= '\r')) {
        if (c == '\n') ++next_line_;
        c = get();
    }
    const bool negated = c == '-';
    if (negated) c = get();
    if (c == end_of_file) fail("the proof ends in the middle of a clause", "0");
    if (c < '0' || c > '9') fail("this is no step of a proof", "a clause of literals that ends in 0");
    std::int64_t number = 0;
    for (;; c = get()) {
        number = 10 * number + (c - '0');
        if (number > std::numeric_limits<std::int32_t>::max()) fail("a literal is out of range");
        if (peek() < '0' || peek() > '9') break;
    }
    return static_cast<std::int32_t>(negated ? -number : number);
}

bool DratReader::next_binary(DratStep& step) {
    line_ = steps_ + 1;
    const int kind = get();
    if (kind == end_of_file) return false;
    if (kind != 'a' && kind != 'd') fail("this is no step of a binary proof", "`a` or `d`");
    if (kind == 'd') step.kind = DratStep::Kind::remove;
    while (const std::int32_t literal = binary_literal()) step.clause.push_back(literal);
    return true;
}

std::int32_t DratReader::binary_literal() {
    std::uint64_t code = 0;
    for (int shift = 0;; shift += 7) {
        const int byte = get();
        if (byte == end_of_file) fail("the proof ends in the middle of a clause", "0");
        if (shift > 28) fail("a literal is out of range");
        code |= static_cast<std::uint64_t>(byte & 127) << shift;
        if ((byte & 128) == 0) break;
    }
    if (code == 1 || code / 2 > std::numeric_limits<std::int32_t>::max()) fail("a literal is out of range");
    const auto variable = static_cast<std::int32_t>(code / 2);
    return (code & 1) != 0 ? -variable : variable;
}

}  // namespace sinew::proof
