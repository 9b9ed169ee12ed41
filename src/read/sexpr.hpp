// SPDX-License-Identifier: Apache-2.0
// S-expressions, one top-level expression at a time: what SMT-LIB and VNN-LIB are written in. Nothing recurses, so
// nesting is bounded by memory alone; memory is proportional to the largest top-level expression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sinew::read {

enum class SexprKind : std::uint8_t {
    list,
    word,           ///< a symbol, a number, a keyword: whatever stands between blanks and parentheses
    quoted_symbol,  ///< |any text|; text() is without the bars
    string,         ///< "any text"; text() is without the outer quotes, "" inside stands for one quote
};

/// One node of an expression. Nodes are stored in preorder: the children of the list at i begin at i + 1, the sibling
/// of the node at j is at node(j).end, and the list is over at node(i).end.
struct SexprNode {
    SexprKind kind = SexprKind::list;
    std::uint32_t end = 0;
    std::uint32_t offset = 0;  ///< in the text, of the first character
    std::uint32_t length = 0;  ///< of the text between quotes or bars; unused for lists
};

/// A top-level expression; nodes()[0] is its root. Children always have larger indices than their parents, so that a
/// walk from the last node to the first sees every child before its parent.
class Sexpr {
  public:
    std::size_t size() const { return nodes_.size(); }
    const SexprNode& node(std::size_t index) const { return nodes_[index]; }
    bool is_list(std::size_t index) const { return nodes_[index].kind == SexprKind::list; }
    std::size_t first_child(std::size_t index) const { return index + 1; }
    std::size_t next_sibling(std::size_t index) const { return nodes_[index].end; }
    std::size_t end(std::size_t index) const { return nodes_[index].end; }
    std::size_t child_count(std::size_t index) const;
    /// The text of a word, quoted symbol or string; empty for a list.
    std::string_view text(std::size_t index) const;
    /// The first child's text if the node is a list that begins with a word, else empty.
    std::string_view head(std::size_t index) const;

  private:
    friend class SexprReader;
    void add(SexprKind kind, std::size_t offset, std::size_t length);

    std::string_view source_;
    std::vector<SexprNode> nodes_;
};

/// Reads the expressions of `text` one after the other. `text` must outlive the reader and its expressions.
class SexprReader {
  public:
    /// `file` names the text in errors. Texts are shorter than 2^32 bytes (InputError).
    SexprReader(std::string_view text, std::string file);

    /// Reads the next top-level expression into `out` (whose memory is used again); false at the end of the text.
    /// Throws InputError for unbalanced parentheses, unfinished strings, and bytes that no text has.
    bool next(Sexpr& out);

    /// Line and column of an offset in the text. O(offset).
    SourceLocation location(std::size_t offset) const;
    [[noreturn]] void fail(std::size_t offset, std::string_view message, std::string_view expected = {}) const;
    [[noreturn]] void fail(const Sexpr& in, std::size_t node, std::string_view message,
                           std::string_view expected = {}) const {
        fail(in.node(node).offset, message, expected);
    }

  private:
    void skip_blanks();
    void read_word(Sexpr& out);
    void read_quoted(Sexpr& out, char quote);
    [[noreturn]] void fail_byte(std::size_t offset) const;

    std::string_view text_;
    std::string file_;
    std::size_t at_ = 0;
    std::vector<std::uint32_t> open_;
};

}  // namespace sinew::read
