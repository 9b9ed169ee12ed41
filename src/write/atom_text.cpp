// SPDX-License-Identifier: Apache-2.0
#include "write/atom_text.hpp"

#include <string_view>

#include <fmt/core.h>

namespace sinew::write {

namespace {
/// Decimal where that is exact and short, else a fraction.
std::string number_text(const Rational& value) {
    std::string decimal = to_decimal(value, 12);
    return decimal.starts_with('~') || decimal.find('~') != std::string::npos ? to_string(value) : decimal;
}

std::string_view symbol(model::Relation relation, bool flipped, bool negated) {
    switch (relation) {
        case model::Relation::less:  // not (f < 0) is f >= 0
            return negated ? (flipped ? "<=" : ">=") : (flipped ? ">" : "<");
        case model::Relation::less_equal:
            return negated ? (flipped ? "<" : ">") : (flipped ? ">=" : "<=");
        case model::Relation::equal:
            return negated ? "!=" : "=";
    }
    return "?";
}
}  // namespace

std::string atom_text(const model::Query& query, const model::Atom& atom, bool negated, std::size_t longest) {
    const auto& terms = atom.form.terms();
    const bool flipped = !terms.empty() && sgn(terms[0].coefficient) < 0;
    std::string text;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (i == longest) {
            text += fmt::format(" + … ({} more terms)", terms.size() - longest);
            break;
        }
        const Rational coefficient = flipped ? Rational(-terms[i].coefficient) : terms[i].coefficient;
        if (i != 0) text += sgn(coefficient) < 0 ? " - " : " + ";
        const Rational size = abs(coefficient);
        if (size != 1) text += number_text(size) + " ";
        text += query.name(terms[i].variable);
    }
    if (terms.empty()) text = "0";
    const Rational right = flipped ? atom.form.constant() : Rational(-atom.form.constant());
    return fmt::format("{} {} {}", text, symbol(atom.relation, flipped, negated), number_text(right));
}

}  // namespace sinew::write
