// The scanner as the parser sees it: the Flex automaton of grammar/flatzinc.l over the text.
#pragma once

#include <string>

#include "read/flatzinc/builder.hpp"

namespace sinew::read::flatzinc {

class Scanner {
  public:
    /// Reads builder.text(); `builder` must outlive the scanner.
    explicit Scanner(Builder& builder);
    Scanner(const Scanner&) = delete;
    Scanner& operator=(const Scanner&) = delete;
    ~Scanner();

    /// The next token's kind, with its value and place. InputError for what is no token.
    int next(Value& value, Span& span);
    Builder& builder() { return builder_; }
    /// Throws the error for an unexpected token at `span`.
    [[noreturn]] void syntax_error(Span span, const std::string& expected) const;

    // For the rules of grammar/flatzinc.l.
    /// Moves past `length` bytes of token.
    void advance(std::size_t length) {
        begin_ = end_;
        end_ += static_cast<std::uint32_t>(length);
    }
    int word(Value& value) const;
    int integer(Value& value, int base) const;
    [[noreturn]] void unexpected(const char* message) const;

  private:
    std::string_view token() const { return builder_.text().substr(begin_, end_ - begin_); }

    Builder& builder_;
    void* automaton_ = nullptr;
    std::uint32_t begin_ = 0;
    std::uint32_t end_ = 0;
};

}  // namespace sinew::read::flatzinc
