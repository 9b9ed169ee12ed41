// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/external_data.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"

namespace sinew::read::onnx {

namespace {
namespace fs = std::filesystem;

class External {
  public:
    External(const TensorProto& tensor, const std::string& folder, const FailTensor& fail)
        : tensor_(tensor), folder_(folder), fail_(fail) {}

    std::string read() {
        const fs::path path = place();
        std::error_code error;
        const std::uintmax_t size = fs::file_size(path, error);
        if (error) stop(fmt::format("the file '{}' of its data cannot be read", shown_));
        const std::uintmax_t offset = number("offset").value_or(0);
        if (offset > size) stop(fmt::format("its data begin at byte {} of '{}', which has {}", offset, shown_, size));
        const std::uintmax_t length = number("length").value_or(std::min<std::uintmax_t>(needed(), size - offset));
        if (length > size - offset)
            stop(fmt::format("its data are bytes {} to {} of '{}', which has {}", offset, offset + length, shown_,
                             size));
        std::ifstream in(path, std::ios::binary);
        std::string bytes(length, '\0');
        in.seekg(static_cast<std::streamoff>(offset));
        in.read(bytes.data(), static_cast<std::streamsize>(length));
        if (!in || static_cast<std::uintmax_t>(in.gcount()) != length)
            stop(fmt::format("the file '{}' of its data cannot be read", shown_));
        return bytes;
    }

  private:
    [[noreturn]] void stop(const std::string& message) const {
        fail_(message);
        throw ContractBreach("a tensor's error handler returned");
    }

    std::optional<std::string> entry(std::string_view key) const {
        for (const StringStringEntryProto& candidate : tensor_.external_data())
            if (candidate.key() == key) return candidate.value();
        return std::nullopt;
    }

    std::optional<std::uintmax_t> number(std::string_view key) const {
        const std::optional<std::string> text = entry(key);
        if (!text) return std::nullopt;
        const std::optional<std::uint64_t> value = parse_index(*text);
        if (!value)
            stop(fmt::format("the {} of its data is '{}', no whole number", key, printable(text->substr(0, 40))));
        return *value;
    }

    /// How many bytes the shape asks for.
    std::uintmax_t needed() const {
        std::uintmax_t count = element_bytes(tensor_.data_type());
        for (const std::int64_t extent : tensor_.dims())
            count = extent <= 0                         ? 0
                    : count > (std::uintmax_t{1} << 40) ? count
                                                        : count * static_cast<std::uintmax_t>(extent);
        return count;
    }

    fs::path place() {
        const std::optional<std::string> location = entry("location");
        if (!location || location->empty()) stop("its data are in another file (external data), which has no name");
        shown_ = printable(*location);
        const fs::path relative(*location);
        const bool leaves = relative.is_absolute() || relative.has_root_path() ||
                            location->find('\0') != std::string::npos ||
                            std::ranges::find(relative, fs::path("..")) != relative.end();
        if (leaves) stop(fmt::format("its data are in '{}', which is not in the model's folder", shown_));
        std::error_code error;
        const fs::path folder = fs::canonical(folder_.empty() ? fs::path(".") : fs::path(folder_), error);
        if (error) stop("the model's folder cannot be read");
        const fs::path path = fs::canonical(folder / relative, error);
        if (error) stop(fmt::format("the file '{}' of its data is not in the model's folder", shown_));
        // A link may lead anywhere.
        const auto inside = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
        if (inside.first != folder.end())
            stop(fmt::format("its data are in '{}', which leads out of the model's folder", shown_));
        if (!fs::is_regular_file(path, error)) stop(fmt::format("its data are in '{}', which is no file", shown_));
        return path;
    }

    const TensorProto& tensor_;
    const std::string& folder_;
    const FailTensor& fail_;
    std::string shown_;
};
}  // namespace

std::string read_external(const TensorProto& tensor, const std::string& folder, const FailTensor& fail) {
    return External(tensor, folder, fail).read();
}

}  // namespace sinew::read::onnx
