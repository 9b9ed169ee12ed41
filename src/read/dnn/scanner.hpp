// SPDX-License-Identifier: Apache-2.0
// The scanner as the parser sees it: the Flex automaton of grammar/dnn.l, the text, and the tree that grows.
#pragma once

#include <string>
#include <vector>

#include "read/dnn/syntax.hpp"

namespace sinew::read::dnn {

class Scanner {
  public:
    /// Reads tree.text(), as conditions without quotes if it is `bare`; `tree` must outlive the scanner.
    Scanner(SyntaxTree& tree, bool bare);
    Scanner(const Scanner&) = delete;
    Scanner& operator=(const Scanner&) = delete;
    ~Scanner();

    /// The next token's kind, with its value and place. InputError for what is no token.
    int next(Value& value, Span& span);

    SyntaxTree& tree() { return tree_; }
    int last_token() const { return previous_; }
    /// The parser hands over the sections of the document.
    void finish(NodeList sections) { sections_ = sections; }
    NodeList sections() const { return sections_; }
    /// Throws the error for an unexpected token of kind `found` at `span`, in words.
    [[noreturn]] void syntax_error(Span span, int found, const std::vector<std::string>& expected) const;

    // For the rules of grammar/dnn.l.
    /// Moves past `length` bytes of token.
    void advance(std::size_t length) {
        begin_ = end_;
        end_ += static_cast<std::uint32_t>(length);
    }
    /// A parenthesis that opens (1) or closes (-1).
    void open(int more) { depth_ += more; }
    /// A condition without quotes ends at the end of a line, unless it is open or an operator stands there.
    bool ends_condition() const;
    /// Gives back all but `length` bytes of the token.
    void shorten(std::size_t length) { end_ = begin_ + static_cast<std::uint32_t>(length); }
    void remember_quote() { quote_ = begin_; }
    int number(Value& value);
    int name(Value& value);
    int quoted_name(Value& value);
    int side(Value& value) const;
    /// Length of a name's token: "int[0, 1]" is no name with an index.
    std::size_t name_length() const;
    int word(Value& value);
    /// PLUS or SIGN_PLUS, MINUS or SIGN_MINUS, by the blanks around it.
    int sign(bool minus) const;
    /// Length of the first number of a token "1/3"; the whole token unless the token before was '/'.
    std::size_t fraction_length() const;
    [[noreturn]] void unexpected_character() const;
    [[noreturn]] void unclosed_quote() const;

  private:
    char byte(std::size_t offset) const { return offset < tree_.text().size() ? tree_.text()[offset] : '\0'; }
    bool opens_name(char c) const;
    std::string_view token() const { return tree_.text().substr(begin_, end_ - begin_); }

    SyntaxTree& tree_;
    NodeList sections_;
    void* automaton_ = nullptr;
    std::uint32_t begin_ = 0;
    std::uint32_t end_ = 0;
    std::uint32_t tokens_ = 0;
    std::uint32_t quote_ = 0;
    int previous_ = 0;
    int depth_ = 0;
    bool bare_;
    bool finished_ = false;
};

}  // namespace sinew::read::dnn
