// SPDX-License-Identifier: Apache-2.0
// How a command line and a list of instances name the files of networks; and what can be declared of these.
#include <array>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "read/vnnlib/question.hpp"

namespace sinew::read {

namespace {
/// The literals of Python that such a list is made of.
class ListScanner {
  public:
    explicit ListScanner(std::string_view text) : text_(text) {}

    std::vector<NetworkFile> read() {
        std::vector<NetworkFile> files;
        expect('[');
        while (!take(']')) {
            if (!files.empty()) {
                expect(',');
                if (take(']')) break;
            }
            const char close = take('(') ? ')' : (expect('['), ']');
            NetworkFile file;
            file.name = quoted();
            expect(',');
            file.path = quoted();
            take(',');
            expect(close);
            files.push_back(std::move(file));
        }
        blanks();
        if (at_ != text_.size() || files.empty()) fail();
        return files;
    }

  private:
    [[noreturn]] void fail() const {
        throw UsageError(
            fmt::format("'{}' is no list of networks (expected [('f', 'f.onnx'), ('g', 'g.onnx')])", printable(text_)));
    }
    void blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    }
    bool take(char c) {
        blanks();
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    void expect(char c) {
        if (!take(c)) fail();
    }
    std::string quoted() {
        blanks();
        if (at_ == text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) fail();
        const std::size_t close = text_.find(text_[at_], at_ + 1);
        if (close == std::string_view::npos) fail();
        std::string result(text_.substr(at_ + 1, close - at_ - 1));
        at_ = close + 1;
        return result;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};
constexpr std::array known_types =
    std::to_array<std::string_view>({"real", "float16", "bfloat16", "float32", "float64", "int8", "int16", "int32",
                                     "int64", "uint8", "uint16", "uint32", "uint64", "bool"});
}  // namespace

std::span<const std::string_view> element_types() {
    return known_types;
}

NetworkFile parse_network_file(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size())
        throw UsageError(fmt::format("--network cannot be '{}' (expected NAME=FILE)", printable(text)));
    return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

std::vector<NetworkFile> parse_network_list(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos || text[begin] != '[') return {{{}, std::string(text)}};
    return ListScanner(text).read();
}

}  // namespace sinew::read
