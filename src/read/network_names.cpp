// SPDX-License-Identifier: Apache-2.0
#include "read/network_names.hpp"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

#include "base/join.hpp"
#include "base/number_text.hpp"
#include "base/suggest.hpp"
#include "base/utf8.hpp"

namespace sinew::read {

namespace {
constexpr std::size_t most_candidates = 2000;  // for suggestions

/// The whole number that `text` is as a person writes it: 0, 12, not 012.
std::optional<std::uint64_t> plain_index(std::string_view text) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    return parse_index(text);
}

std::string shape_text(const std::vector<std::size_t>& shape) {
    std::vector<std::string> extents;
    for (const std::size_t extent : shape) extents.push_back(std::to_string(extent));
    return "[" + joined(extents, ",") + "]";
}

/// The element at `indices` in row-major order; absent if they do not fit.
std::optional<std::size_t> element_at(const std::vector<std::uint64_t>& indices, std::vector<std::size_t> shape) {
    if (indices.size() + 1 == shape.size() && shape.front() == 1) shape.erase(shape.begin());
    if (indices.size() != shape.size()) return std::nullopt;
    std::size_t element = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        if (indices[axis] >= shape[axis]) return std::nullopt;
        element = element * shape[axis] + indices[axis];
    }
    return element;
}
}  // namespace

NetworkNames::NetworkNames(const model::Query& query, bool by_position)
    : by_position_(by_position), inputs_(query.network.input_variables()), outputs_(query.outputs) {
    for (const auto& [variable, name] : query.names) own_.emplace(name, variable);
}

NetworkNames::Found NetworkNames::find(std::string_view symbol) const {
    std::string_view name = symbol;
    std::string_view index;
    if (name.ends_with(']')) {
        const std::size_t bracket = name.rfind('[');
        index = name.substr(bracket + 1, name.size() - bracket - 2);
        name = name.substr(0, bracket);
    }
    const bool is_quoted = name.size() > 1 && (name.front() == '|' || name.front() == '"' || name.front() == '\'');
    if (is_quoted) name = name.substr(1, name.size() - 2);

    Found result;
    const auto settle = [&](Found found) {
        if (!result.variable.valid() && result.problem.empty()) {
            result = std::move(found);
        } else if (found.variable.valid() && result.variable.valid() && found.variable != result.variable) {
            result = {{},
                      fmt::format("'{}' names one variable by its position and another by a name in the file",
                                  printable(symbol)),
                      "X_0, Y_0, … for positions, name[0] for names"};
        } else if (found.variable.valid() && !result.variable.valid()) {
            result = std::move(found);
        }
    };
    if (index.empty()) {
        if (const auto own = own_.find(std::string(name)); own != own_.end()) return {own->second, {}, {}};
        if (by_position_ && !is_quoted) settle(by_position(name));
    }
    settle(by_tensor(name, index, is_quoted));
    if (!result.variable.valid() && result.problem.empty()) return unknown(symbol, name);
    return result;
}

NetworkNames::Found NetworkNames::by_position(std::string_view name) const {
    const std::string_view symbol = name;
    const bool is_input = name.front() == 'x' || name.front() == 'X';
    if (!is_input && name.front() != 'y' && name.front() != 'Y') return {};
    name.remove_prefix(1);
    if (name.starts_with('_')) name.remove_prefix(1);
    const std::optional<std::uint64_t> index = plain_index(name);
    if (!index) return {};
    const std::vector<Variable>& side = is_input ? inputs_ : outputs_;
    const char* what = is_input ? "input" : "output";
    if (*index < side.size()) return {side[*index], {}, {}};
    return {
        {},
        fmt::format("{}: the network has {} {}{}", printable(symbol), side.size(), what, side.size() == 1 ? "" : "s"),
        side.empty() ? "" : fmt::format("{0}0 … {0}{1}", is_input ? 'x' : 'y', side.size() - 1)};
}

const NamedTensor* NetworkNames::tensor(std::string_view name) const {
    const auto found = std::ranges::find(tensors_, name, &NamedTensor::name);
    return found == tensors_.end() ? nullptr : &*found;
}

NetworkNames::Found NetworkNames::by_tensor(std::string_view name, std::string_view index, bool is_quoted) const {
    const NamedTensor* found = tensor(name);
    if (found == nullptr && index.empty() && !is_quoted) {
        const std::size_t bar = name.rfind('_');
        if (bar == std::string_view::npos || !plain_index(name.substr(bar + 1))) return {};
        found = tensor(name.substr(0, bar));
        index = name.substr(bar + 1);
    }
    if (found == nullptr) return {};
    const std::string expected = fmt::format("{}[0] … {}[{}]", printable(found->name), printable(found->name),
                                             found->elements.empty() ? 0 : found->elements.size() - 1);
    if (index.empty()) {
        if (found->elements.size() == 1) return {found->elements.front(), {}, {}};
        return {{}, fmt::format("'{}' has {} elements", printable(name), found->elements.size()), expected};
    }
    std::vector<std::uint64_t> indices;
    while (!index.empty()) {
        const std::size_t comma = std::min(index.find(','), index.size());
        std::string_view one = index.substr(0, comma);
        while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
        while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
        indices.push_back(parse_index(one).value_or(~std::uint64_t{0}));
        index.remove_prefix(std::min(comma + 1, index.size()));
    }
    if (const auto element = element_at(indices, found->shape)) return {found->elements[*element], {}, {}};
    if (indices.size() == 1 && indices[0] < found->elements.size()) return {found->elements[indices[0]], {}, {}};
    return {{},
            fmt::format("'{}' of shape {} has no such element", printable(found->name), shape_text(found->shape)),
            indices.size() == 1 ? expected : "as many indices as it has axes, from 0"};
}

NetworkNames::Found NetworkNames::unknown(std::string_view symbol, std::string_view name) const {
    for (const char* word : {"inf", "infinity", "Infinity", "nan", "NaN"})
        if (symbol == word)
            return {{},
                    fmt::format("'{}' is no number that an input can have", word),
                    "a finite number; what has no bound is left out"};
    std::vector<std::string> candidates;
    const auto add = [&](std::string candidate) {
        if (candidates.size() < most_candidates) candidates.push_back(std::move(candidate));
    };
    for (const NamedTensor& one : tensors_) add(one.name);
    std::vector<std::string> own;
    for (const auto& [text, variable] : own_) own.push_back(text);
    std::ranges::sort(own);
    for (std::string& text : own) add(std::move(text));
    if (by_position_) {
        for (std::size_t i = 0; i < inputs_.size(); ++i) add(fmt::format("x{}", i));
        for (std::size_t i = 0; i < outputs_.size(); ++i) add(fmt::format("y{}", i));
    }
    std::vector<std::string> called;
    for (const NamedTensor& one : tensors_) called.push_back(printable(one.name) + shape_text(one.shape));
    std::string expected = "a name of the network";
    if (by_position_)
        expected = fmt::format("x0 … x{}, y0 … y{}", inputs_.empty() ? 0 : inputs_.size() - 1,
                               outputs_.empty() ? 0 : outputs_.size() - 1);
    if (!called.empty()) expected += ", or an element of " + joined(called, ", ");
    return {{},
            fmt::format("the network has nothing called '{}'{}", printable(symbol), did_you_mean(name, candidates)),
            expected};
}

}  // namespace sinew::read
