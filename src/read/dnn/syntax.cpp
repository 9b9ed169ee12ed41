// SPDX-License-Identifier: Apache-2.0
#include "read/dnn/syntax.hpp"

#include <algorithm>

namespace sinew::read::dnn {

std::uint32_t SyntaxTree::intern(std::string_view name) {
    const auto [at, added] = by_name_.try_emplace(name, symbol_count());
    if (added) symbols_.push_back(name);
    return at->second;
}

std::uint32_t SyntaxTree::find(std::string_view name) const {
    const auto at = by_name_.find(name);
    return at == by_name_.end() ? no_node : at->second;
}

std::uint32_t SyntaxTree::add(NodeKind kind, std::uint32_t offset, NodeList children, std::uint32_t payload) {
    Node node;
    node.kind = kind;
    node.first = children.first;
    node.offset = offset;
    node.payload = payload;
    node.begin = children.first == no_node ? size() : nodes_[children.first].begin;
    node.has_name = kind == NodeKind::name;
    node.has_case = kind == NodeKind::if_then_else;
    for (std::uint32_t child = children.first; child != no_node; child = nodes_[child].next) {
        node.has_name = node.has_name || nodes_[child].has_name;
        node.has_case = node.has_case || nodes_[child].has_case;
    }
    nodes_.push_back(node);
    return size() - 1;
}

NodeList SyntaxTree::append(NodeList list, std::uint32_t node) {
    if (list.first == no_node) return {node, node, 1};
    nodes_[list.last].next = node;
    return {list.first, node, list.count + 1};
}

InputError SyntaxTree::error(std::size_t offset, std::string_view message, std::string_view expected) const {
    return InputError(location(offset), message, expected);
}

SourceLocation SyntaxTree::location(std::size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const std::size_t last = before.rfind('\n');
    return {file_, lines + 1, last == std::string_view::npos ? offset + 1 : offset - last};
}

}  // namespace sinew::read::dnn
