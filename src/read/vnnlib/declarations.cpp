// SPDX-License-Identifier: Apache-2.0
#include "read/vnnlib/declarations.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/join.hpp"
#include "base/number_text.hpp"
#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "read/component_count.hpp"
#include "read/vnnlib/question.hpp"

namespace sinew::read::vnnlib {

namespace {
constexpr auto is_network = static_cast<std::size_t>(-1);

std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

bool is_name(std::string_view text, std::string_view more) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (text.empty() || !is_letter(text.front())) return false;
    return std::ranges::all_of(text, [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || more.find(c) != std::string_view::npos;
    });
}

std::string bracketed(const std::vector<std::size_t>& numbers) {
    return "[" + joined(numbers, ",") + "]";
}

/// The whole numbers between brackets, parted by commas (or, in old texts, by blanks); false where it is no such list.
bool parse_list(std::string_view text, std::vector<std::size_t>& numbers) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
    text = text.substr(1, text.size() - 2);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const auto number = parse_count(text.substr(0, end));
        if (!number) return false;
        numbers.push_back(*number);
        if (end + 1 == text.size()) return false;  // a comma at the end
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}
}  // namespace

void Notes::tell(std::size_t offset, const std::string& kind) {
    if (told_ == nullptr || std::ranges::find(kinds_, kind) != kinds_.end()) return;
    kinds_.push_back(kind);
    const SourceLocation at = reader_.location(offset);
    told_->push_back(fmt::format("{}:{}:{}: {}", at.file, at.line, at.column, kind));
}

Word word_at(const SexprReader& reader, const Sexpr& in, std::size_t node, std::size_t end) {
    Word word{std::string(in.text(node)), in.next_sibling(node)};
    if (in.node(node).kind != SexprKind::word) return word;
    const bool opens = word.text.find('[') != std::string::npos;
    if (!opens && word.next < end && in.node(word.next).kind == SexprKind::word &&
        in.text(word.next).starts_with('[') && !word.text.empty()) {
        word.text += in.text(word.next);
        word.next = in.next_sibling(word.next);
    }
    if (word.text.find('[') == std::string::npos) return word;
    while (word.text.find(']') == std::string::npos) {
        if (word.next >= end || in.node(word.next).kind != SexprKind::word)
            reader.fail(in, node, "this bracket is never closed", "]");
        const std::string_view more = in.text(word.next);
        if (!word.text.ends_with(',') && !word.text.ends_with('[') && !more.starts_with(',') && !more.starts_with(']'))
            word.text += ',';
        word.text += more;
        word.next = in.next_sibling(word.next);
    }
    return word;
}

void Declarations::check_name(const Sexpr& text, std::size_t node, std::string_view name) {
    if (!is_name(name, "-.@"))
        reader_.fail(text, node, fmt::format("'{}' is no name", printable(name)),
                     "a letter, and letters, digits and _ behind it");
    if (!is_name(name, ""))
        notes_.tell(text.node(node).offset,
                    "names of VNN-LIB 2.0 have letters, digits and _ alone; this one is read all the same");
    if (by_name_.contains(std::string(name)))
        reader_.fail(text, node, fmt::format("{} is declared twice", name), "a name of its own in the whole text");
}

void Declarations::add(const Sexpr& text) {
    const std::size_t end = text.end(0);
    std::size_t node = text.next_sibling(1);
    if (node >= end || text.node(node).kind != SexprKind::word)
        reader_.fail(text, 0, "this network has no name",
                     "(declare-network NAME (declare-input …) (declare-output …))");
    model::DeclaredNetwork network;
    network.name = text.text(node);
    check_name(text, node, network.name);
    by_name_.emplace(network.name, is_network);
    offsets.push_back(text.node(node).offset);
    for (node = text.next_sibling(node); node < end; node = text.next_sibling(node)) {
        const std::string_view head = text.head(node);
        if (head == "equal-to" || head == "isomorphic-to")
            add_relation(text, node, network);
        else if (head == "declare-input" || head == "declare-hidden" || head == "declare-output")
            add_tensor(text, node, network);
        else
            reader_.fail(text, node,
                         head.empty() ? "this declares nothing" : fmt::format("{} declares nothing", printable(head)),
                         "equal-to, isomorphic-to, declare-input, declare-hidden or declare-output");
    }
    for (const auto& [role, what] :
         {std::pair(model::TensorRole::input, "input"), std::pair(model::TensorRole::output, "output")})
        if (std::ranges::find(network.tensors, role, &model::DeclaredTensor::role) == network.tensors.end())
            reader_.fail(text, 0, fmt::format("the network {} has no {}", network.name, what),
                         fmt::format("(declare-{} NAME TYPE SHAPE)", what));
    networks.push_back(std::move(network));
}

void Declarations::add_relation(const Sexpr& text, std::size_t node, model::DeclaredNetwork& network) {
    const std::string_view head = text.head(node);
    if (!network.equal_to.empty() || !network.isomorphic_to.empty())
        reader_.fail(text, node, fmt::format("{} says twice what it is like", network.name));
    if (text.child_count(node) != 2 || text.is_list(text.next_sibling(node + 1)))
        reader_.fail(text, node, fmt::format("{} names one network", head), fmt::format("({} NAME)", head));
    const std::size_t named = text.next_sibling(node + 1);
    const std::string_view name = text.text(named);
    const auto other = std::ranges::find(networks, name, &model::DeclaredNetwork::name);
    if (other == networks.end()) {
        std::vector<std::string> names;
        for (const model::DeclaredNetwork& one : networks) names.push_back(one.name);
        reader_.fail(
            text, named,
            fmt::format("no network is called {} before this one{}", printable(name), did_you_mean(name, names)));
    }
    if (!other->equal_to.empty() || !other->isomorphic_to.empty())
        reader_.fail(text, named,
                     fmt::format("{} is {} another network itself", other->name,
                                 other->equal_to.empty() ? "isomorphic to" : "equal to"),
                     "the network that it names");
    (head == "equal-to" ? network.equal_to : network.isomorphic_to) = name;
}

std::string Declarations::type_at(const Sexpr& text, std::size_t node) const {
    const std::string type = lower_case(text.text(node));
    if (std::ranges::find(element_types(), std::string_view(type)) != element_types().end()) return type;
    std::vector<std::string> known(element_types().begin(), element_types().end());
    reader_.fail(
        text, node,
        fmt::format("the element type {} is not supported{}", printable(text.text(node)), did_you_mean(type, known)),
        joined(element_types(), ", "));
}

std::vector<std::size_t> Declarations::shape_of(const Sexpr& text, std::size_t node, std::string_view word) const {
    std::vector<std::size_t> shape;
    if (!parse_list(word, shape) || std::ranges::find(shape, std::size_t{0}) != shape.end())
        reader_.fail(text, node, fmt::format("{} is no shape", printable(word)),
                     "[] or positive extents such as [1,3,32,32]");
    if (!component_count(shape))
        reader_.fail(text, node, fmt::format("a tensor of shape {} is larger than any that is read", printable(word)));
    return shape;
}

void Declarations::add_tensor(const Sexpr& text, std::size_t node, model::DeclaredNetwork& network) {
    const std::string_view head = text.head(node);
    const std::size_t end = text.end(node);
    model::DeclaredTensor tensor;
    tensor.role = head == "declare-input"    ? model::TensorRole::input
                  : head == "declare-hidden" ? model::TensorRole::hidden
                                             : model::TensorRole::output;
    const std::string form = fmt::format("({} NAME TYPE SHAPE{})", head, head == "declare-hidden" ? " \"NODE\"" : "");
    const auto need = [&](std::size_t at) {
        if (at >= end || text.node(at).kind != SexprKind::word)
            reader_.fail(text, node, "this declaration has another form", form);
        return at;
    };
    const std::size_t name = need(text.next_sibling(node + 1));
    tensor.name = text.text(name);
    check_name(text, name, tensor.name);
    const std::size_t type = need(text.next_sibling(name));
    tensor.type = type_at(text, type);
    const std::size_t shape = need(text.next_sibling(type));
    if (!text.text(shape).starts_with('[')) reader_.fail(text, shape, "the shape is missing", form);
    Word word{std::string(text.text(shape)), text.next_sibling(shape)};
    if (word.text.find(']') == std::string::npos) word = word_at(reader_, text, shape, end);
    tensor.shape = shape_of(text, shape, word.text);
    std::size_t rest = word.next;
    if (rest < end && text.node(rest).kind == SexprKind::string) {
        tensor.node = text.text(rest);
        if (head != "declare-hidden")
            notes_.tell(text.node(rest).offset,
                        "VNN-LIB 2.0 takes inputs and outputs in the order of the file, which has names of them here");
        rest = text.next_sibling(rest);
    } else if (head == "declare-hidden") {
        reader_.fail(text, node, "a hidden node is named by the output of a node in the ONNX graph", form);
    }
    if (rest < end && tensor.role == model::TensorRole::input && text.text(rest) == "initialized")
        rest = text.next_sibling(rest);
    if (rest < end) reader_.fail(text, rest, "a declaration ends before this", form);
    if (!network.tensors.empty() && network.tensors.back().role > tensor.role)
        notes_.tell(text.node(node).offset, "VNN-LIB 2.0 declares inputs, then hidden nodes, then outputs");
    by_name_.emplace(tensor.name, places.size());
    const std::size_t count = *component_count(tensor.shape);
    places.push_back({networks.size(), network.tensors.size(), element_count, count, text.node(node).offset});
    element_count += count;
    network.tensors.push_back(std::move(tensor));
}

const TensorPlace& Declarations::place_of(std::size_t element) const {
    const auto after = std::ranges::upper_bound(places, element, {}, &TensorPlace::first);
    return *std::prev(after);
}

std::string Declarations::name_of(std::size_t element) const {
    const TensorPlace& place = place_of(element);
    const model::DeclaredTensor& of = tensor(place);
    std::size_t rest = element - place.first;
    std::vector<std::size_t> indices(of.shape.size());
    for (std::size_t axis = indices.size(); axis-- > 0;) {
        indices[axis] = rest % of.shape[axis];
        rest /= of.shape[axis];
    }
    return indices.empty() ? of.name : of.name + bracketed(indices);
}

std::size_t Declarations::element(const Sexpr& in, std::size_t node, std::string_view reference) const {
    const std::size_t bracket = std::min(reference.find('['), reference.size());
    const std::string_view name = reference.substr(0, bracket);
    const auto found = by_name_.find(std::string(name));
    if (found == by_name_.end() || found->second == is_network) {
        std::vector<std::string> known;
        for (const TensorPlace& place : places) known.push_back(tensor(place).name);
        reader_.fail(in, node,
                     found == by_name_.end()
                         ? fmt::format("{} is not declared{}", printable(name), did_you_mean(name, known))
                         : fmt::format("{} is a network", printable(name)),
                     "an element of an input, an output or a hidden node, or a number");
    }
    const TensorPlace& place = places[found->second];
    const model::DeclaredTensor& of = tensor(place);
    std::vector<std::size_t> indices;
    if (bracket < reference.size() && !parse_list(reference.substr(bracket), indices))
        reader_.fail(in, node, fmt::format("'{}' has no indices of an element", printable(reference)),
                     "whole numbers between brackets, such as [0,2]");
    if (indices.empty() && place.count == 1) return place.first;  // a scalar, or a tensor of one element
    if (indices.size() != of.shape.size())
        reader_.fail(
            in, node,
            fmt::format("{} has {} ax{}, and {} {} named", of.name, of.shape.size(), of.shape.size() == 1 ? "is" : "es",
                        indices.size(), indices.size() == 1 ? "index is" : "indices are"),
            fmt::format("one for each axis of its shape {}, from 0", bracketed(of.shape)));
    std::size_t element = 0;
    for (std::size_t axis = 0; axis < indices.size(); ++axis) {
        if (indices[axis] >= of.shape[axis])
            reader_.fail(
                in, node,
                fmt::format("{} has no such element: its shape is {}", printable(reference), bracketed(of.shape)),
                "indices from 0");
        element = element * of.shape[axis] + indices[axis];
    }
    return place.first + element;
}

}  // namespace sinew::read::vnnlib
