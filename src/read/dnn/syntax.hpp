// SPDX-License-Identifier: Apache-2.0
// The syntax tree of a `dnn` text: untyped, in one array, children before parents, so that every later pass is a loop
// over an array and no input is too deep. A node costs 24 bytes; making one is O(1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "read/text_scanner.hpp"

namespace sinew::read::dnn {

enum class NodeKind : std::uint8_t {
    // outside of quotes
    map,    ///< children: entries
    entry,  ///< payload: symbol of the key; one child
    list,
    tuple,
    text,  ///< a quoted text; its content is the one child (none: empty)
    // numbers and names
    number,  ///< payload: length of its text
    name,    ///< payload: symbol
    truth,   ///< payload: 0 or 1
    // arithmetic
    sum,
    negate,
    product,
    quotient,
    // comparisons
    chain,     ///< operand, relation, operand, relation, …, operand
    relation,  ///< payload: Comparison
    same,      ///< prefix (= …): payload: Comparison, operands only
    // connectives
    negation,
    conjunction,
    disjunction,
    nand,
    nor,
    exclusive_or,
    equivalence,
    implication,
    if_then_else,
    // other contents of quotes
    call,      ///< payload: symbol; arguments
    type,      ///< payload: 0 real, 1 int; children: none, one interval or one set
    interval,  ///< two bounds
    set,
    objective,  ///< payload: 0 minimize, 1 maximize; one child
    side,       ///< between conditions without quotes: those that follow are of 0 in, 1 out
};

enum class Comparison : std::uint32_t { less, less_equal, equal, greater_equal, greater, distinct };

inline constexpr std::uint32_t no_node = 0xffffffffU;

struct Node {
    NodeKind kind = NodeKind::number;
    bool has_name = false;  ///< a name occurs below: not a constant
    bool has_case = false;  ///< an if-then-else occurs below
    std::uint32_t first = no_node;
    std::uint32_t next = no_node;   ///< the sibling to the right
    std::uint32_t begin = no_node;  ///< the nodes of this subtree are begin … this
    std::uint32_t offset = 0;       ///< where it begins in the text
    std::uint32_t payload = 0;
};

/// Siblings under construction.
struct NodeList {
    std::uint32_t first = no_node;
    std::uint32_t last = no_node;
    std::uint32_t count = 0;
};

class SyntaxTree {
  public:
    SyntaxTree(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

    std::string_view text() const { return text_; }
    const std::string& file() const { return file_; }
    const Node& node(std::uint32_t id) const { return nodes_[id]; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
    std::string_view symbol(std::uint32_t id) const { return symbols_[id]; }
    std::uint32_t symbol_count() const { return static_cast<std::uint32_t>(symbols_.size()); }
    std::string_view number_text(const Node& number) const { return text_.substr(number.offset, number.payload); }

    std::uint32_t intern(std::string_view name);
    /// The symbol of `name`, no_node if the text has no such name.
    std::uint32_t find(std::string_view name) const;
    std::uint32_t add(NodeKind kind, std::uint32_t offset, NodeList children = {}, std::uint32_t payload = 0);
    /// `list` with `node` at its end.
    NodeList append(NodeList list, std::uint32_t node);
    NodeList pair(std::uint32_t left, std::uint32_t right) { return append(append({}, left), right); }

    /// Line and column of byte `offset`, columns counted in bytes. O(offset).
    SourceLocation location(std::size_t offset) const;
    /// An error at byte `offset` of the text.
    [[nodiscard]] InputError error(std::size_t offset, std::string_view message, std::string_view expected = {}) const;

  private:
    std::string_view text_;
    std::string file_;
    std::vector<Node> nodes_;
    std::vector<std::string_view> symbols_;
    std::unordered_map<std::string_view, std::uint32_t> by_name_;
};

/// What a grammar symbol carries: a node, or siblings.
struct Value {
    std::uint32_t node = no_node;
    NodeList list;
};

}  // namespace sinew::read::dnn
