// SPDX-License-Identifier: Apache-2.0
#include "proof/drcp_writer.hpp"

#include <charconv>

#include <fmt/core.h>

namespace sinew::proof {

void DrcpWriter::name(std::uint32_t variable, std::string_view name) {
    if (names_.size() <= variable) names_.resize(variable + std::size_t{1});
    names_[variable] = name;
}

void DrcpWriter::put_number(std::int64_t number) {
    char digits[24];
    digits[0] = ' ';
    line_.append(digits, std::to_chars(digits + 1, digits + sizeof digits, number).ptr);
}

/// x <= k is the negation of x >= k + 1.
std::int64_t DrcpWriter::code(const Atom& atom) {
    const std::int64_t value = atom.is_upper ? atom.value + 1 : atom.value;
    const auto [found, is_new] =
        known_.try_emplace({atom.variable, value}, static_cast<std::int64_t>(known_.size()) + 1);
    if (is_new) output_.put(fmt::format("a {} [{} >= {}]\n", found->second, names_[atom.variable], value));
    return atom.is_upper ? -found->second : found->second;
}

/// Definitions stand before the line that needs them.
void DrcpWriter::put_codes(std::span<const Atom> atoms) {
    codes_.clear();
    for (const Atom& atom : atoms) codes_.push_back(code(atom));
    for (const std::int64_t number : codes_) put_number(number);
    line_.append(" 0");
}

void DrcpWriter::end_line() {
    line_.push_back('\n');
    output_.put(line_);
    line_.clear();
}

DrcpWriter::Id DrcpWriter::inference(std::span<const Atom> premises, const std::optional<Atom>& implied,
                                     std::uint64_t tag, std::string_view label) {
    line_ = fmt::format("i {}", ++last_);
    put_codes(premises);
    if (implied) put_number(code(*implied));
    if (tag != 0) line_ += fmt::format(" c:{}", tag);
    line_ += fmt::format(" l:{}", label);
    end_line();
    return last_;
}

DrcpWriter::Id DrcpWriter::nogood(std::span<const Atom> atoms, std::span<const Id> hints) {
    line_ = fmt::format("n {}", ++last_);
    put_codes(atoms);
    for (const Id hint : hints) put_number(static_cast<std::int64_t>(hint));
    end_line();
    return last_;
}

void DrcpWriter::conclude_bound(const Atom& bound) {
    const std::int64_t number = code(bound);
    output_.put(fmt::format("c {}\n", number));
}

}  // namespace sinew::proof
