// SPDX-License-Identifier: Apache-2.0
#include "read/flatzinc/scanner.hpp"

#include <array>

#include <fmt/core.h>

#include "base/number_text.hpp"
#include "flatzinc_parser.hpp"
#include "flatzinc_scanner.hpp"

int flatzinc_token(sinew::read::flatzinc::Value* value, void* automaton);

namespace sinew::read::flatzinc {

namespace {
using Token = Parser::token;

const std::array<Keyword, 15> keywords = {{
    {"array", Token::ARRAY, 0},
    {"bool", Token::BOOL, 0},
    {"constraint", Token::CONSTRAINT, 0},
    {"false", Token::BOOLEAN, 0},
    {"float", Token::FLOAT, 0},
    {"int", Token::INT, 0},
    {"maximize", Token::MAXIMIZE, 0},
    {"minimize", Token::MINIMIZE, 0},
    {"of", Token::OF, 0},
    {"predicate", Token::PREDICATE, 0},
    {"satisfy", Token::SATISFY, 0},
    {"set", Token::SET, 0},
    {"solve", Token::SOLVE, 0},
    {"true", Token::BOOLEAN, 1},
    {"var", Token::VAR, 0},
}};
constexpr std::size_t longest_keyword = 10;
}  // namespace

Scanner::Scanner(Builder& builder) : TextScanner(builder) {
    const std::string_view text = builder.text();
    flatzinc_lex_init_extra(this, &automaton_);
    flatzinc__scan_bytes(text.data(), static_cast<int>(text.size()), automaton_);
}

Scanner::~Scanner() {
    flatzinc_lex_destroy(automaton_);
}

int Scanner::next(Value& value, Span& span) {
    value = {};
    const int kind = flatzinc_token(&value, automaton_);
    span = place(kind == Token::END);
    return kind;
}

int Scanner::word(Value& value) const {
    value.text = token();
    if (value.text.size() > longest_keyword) return Token::NAME;
    const Keyword* const found = keyword(keywords);
    if (found == nullptr) return Token::NAME;
    value.integer = found->payload;
    return found->token;
}

int Scanner::integer(Value& value, int base) const {
    std::string_view digits = token();
    const bool negative = digits.starts_with('-');
    if (negative) digits.remove_prefix(1);
    if (base != 10) digits.remove_prefix(2);
    const auto size = parse_whole(digits, 0, model::largest_program_integer, base);
    if (!size) unexpected(fmt::format("this integer is beyond ±{}", model::largest_program_integer).c_str());
    value.integer = negative ? -*size : *size;
    return Token::INTEGER;
}

}  // namespace sinew::read::flatzinc
