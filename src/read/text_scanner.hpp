// SPDX-License-Identifier: Apache-2.0
// What the scanners of grammars share: where the token stands, keywords, errors in words.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/utf8.hpp"

namespace sinew::read {

/// Bytes of the text.
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// A word that is a token of its own, and what the token's value is then.
struct Keyword {
    std::string_view text;
    int token;
    std::int64_t payload;
};

/// Over a Flex automaton that a derived class owns. `Builder` has text() and fail(Span, message, expected).
template <class Builder>
class TextScanner {
  public:
    TextScanner(const TextScanner&) = delete;
    TextScanner& operator=(const TextScanner&) = delete;

    Builder& builder() { return builder_; }
    /// Throws the error for an unexpected token at `span`.
    [[noreturn]] void syntax_error(Span span, const std::string& expected) const {
        const std::string_view found = builder_.text().substr(span.begin, span.end - span.begin);
        builder_.fail(span,
                      found.empty()   ? std::string("the text ends here")
                      : found == "\n" ? std::string("the line ends here")
                                      : "'" + printable(found) + "' is not expected here",
                      expected);
    }

    // For the rules of the grammar.
    /// Moves past `length` bytes of token.
    void advance(std::size_t length) {
        begin_ = end_;
        end_ += static_cast<std::uint32_t>(length);
    }
    [[noreturn]] void unexpected(const char* message) const { builder_.fail({begin_, end_}, message, ""); }

  protected:
    /// `builder` must outlive the scanner.
    explicit TextScanner(Builder& builder) : builder_(builder) {
        if (builder.text().size() >= 0x7fffffffU) builder.fail({}, "the text is too long", "less than 2 GiB");
    }
    ~TextScanner() = default;

    std::string_view token() const { return builder_.text().substr(begin_, end_ - begin_); }
    /// The token's keyword; nullptr: none.
    const Keyword* keyword(std::span<const Keyword> keywords) const {
        const auto at =
            std::ranges::find_if(keywords, [text = token()](const Keyword& keyword) { return keyword.text == text; });
        return at == keywords.end() ? nullptr : &*at;
    }
    /// With the kind of the token that was read last: its place.
    Span place(bool at_end) {
        if (at_end) begin_ = end_;
        return {begin_, end_};
    }

    Builder& builder_;
    void* automaton_ = nullptr;
    std::uint32_t begin_ = 0;
    std::uint32_t end_ = 0;
};

}  // namespace sinew::read
