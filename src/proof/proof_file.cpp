// SPDX-License-Identifier: Apache-2.0
#include "proof/proof_file.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <zlib.h>

#include "base/error.hpp"
#include "base/output_error.hpp"

namespace sinew::proof {

namespace {
constexpr std::size_t buffer_size = 1 << 16;
}

/// zlib on a descriptor of its own: it closes it.
struct ProofOutput::Compressor {
    gzFile handle = nullptr;
    ~Compressor() {
        if (handle != nullptr) gzclose(handle);
    }
};

ProofOutput::ProofOutput(const std::string& path) : path_(path), file_(path) {
    buffer_.reserve(buffer_size);
    if (!path.ends_with(".gz")) return;
    compressor_ = std::make_unique<Compressor>();
    compressor_->handle = gzdopen(fcntl(file_.descriptor(), F_DUPFD_CLOEXEC, 3), "wb6");
    if (compressor_->handle == nullptr) throw OutputError(path_);
}

ProofOutput::~ProofOutput() = default;

void ProofOutput::write(std::string_view bytes) {
    if (failure_) return;
    try {
        if (!compressor_)
            file_.append(bytes);
        else if (!bytes.empty() && gzfwrite(bytes.data(), 1, bytes.size(), compressor_->handle) != bytes.size())
            throw OutputError(path_, errno);
    } catch (const OutputError&) {
        failure_ = std::current_exception();
    }
}

void ProofOutput::flush() {
    write({buffer_.data(), buffer_.size()});
    buffer_.clear();
}

void ProofOutput::finish() {
    flush();
    if (failure_) std::rethrow_exception(failure_);
    if (compressor_ && gzclose(std::exchange(compressor_->handle, nullptr)) != Z_OK) throw OutputError(path_, errno);
    file_.finish();
}

struct ProofInput::File {
    gzFile handle = nullptr;
    ~File() {
        if (handle != nullptr) gzclose(handle);
    }
};

ProofInput::ProofInput(const std::string& path) : file_(std::make_unique<File>()), path_(path), buffer_(buffer_size) {
    file_->handle = gzopen(path.c_str(), "rb");
    if (file_->handle == nullptr) throw InputError({path, 0, 0}, "the proof cannot be opened");
    fill();
    constexpr std::string_view mark = "\xef\xbb\xbf";  // of UTF-8; no proof begins so
    if (ahead().starts_with(mark)) at_ = mark.size();
}

ProofInput::~ProofInput() = default;

void ProofInput::fill() {
    at_ = 0;
    const int got = gzread(file_->handle, buffer_.data(), static_cast<unsigned>(buffer_.size()));
    int status = Z_OK;
    if (got <= 0) gzerror(file_->handle, &status);
    if (got < 0 || status != Z_OK) throw InputError({path_, 0, 0}, "the proof cannot be read to its end");
    filled_ = static_cast<std::size_t>(got);
}

}  // namespace sinew::proof
