// SPDX-License-Identifier: Apache-2.0
#include "read/bnn_text/scanner.hpp"

#include <array>

#include "base/number_text.hpp"
#include "bnn_parser.hpp"
#include "bnn_scanner.hpp"

int bnn_token(sinew::read::bnn_text::Value* value, void* automaton);

namespace sinew::read::bnn_text {

namespace {
using Token = Parser::token;

std::int64_t payload(model::InputKind kind) {
    return static_cast<std::int64_t>(kind);
}
std::int64_t payload(Option option) {
    return static_cast<std::int64_t>(option);
}
std::int64_t payload(ListName name) {
    return static_cast<std::int64_t>(name);
}

const std::array<Keyword, 31> keywords = {{
    {"input", Token::INPUT, 0},
    {"bits", Token::KIND, payload(model::InputKind::bits)},
    {"signs", Token::KIND, payload(model::InputKind::signs)},
    {"pixels", Token::KIND, payload(model::InputKind::pixels)},
    {"unit", Token::KIND, payload(model::InputKind::unit)},
    {"integers", Token::KIND, payload(model::InputKind::integers)},
    {"quantise", Token::QUANTISE, 0},
    {"sign", Token::SIGN, 0},
    {"step", Token::STEP, 0},
    {"dense", Token::DENSE, 0},
    {"convolution", Token::CONVOLUTION, 0},
    {"maximum", Token::MAXIMUM, 0},
    {"select", Token::SELECT, 0},
    {"normalise", Token::NORMALISE, 0},
    {"reshape", Token::RESHAPE, 0},
    {"of", Token::OF, 0},
    {"x", Token::X, 0},
    {"stride", Token::OPTION, payload(Option::stride)},
    {"padding", Token::OPTION, payload(Option::padding)},
    {"dilation", Token::OPTION, payload(Option::dilation)},
    {"output", Token::OPTION, payload(Option::output)},
    {"groups", Token::GROUPS, 0},
    {"scale", Token::LIST_NAME, payload(ListName::scale)},
    {"bias", Token::LIST_NAME, payload(ListName::bias)},
    {"factor", Token::LIST_NAME, payload(ListName::factor)},
    {"shift", Token::LIST_NAME, payload(ListName::shift)},
    {"gamma", Token::LIST_NAME, payload(ListName::gamma)},
    {"beta", Token::LIST_NAME, payload(ListName::beta)},
    {"mean", Token::LIST_NAME, payload(ListName::mean)},
    {"variance", Token::LIST_NAME, payload(ListName::variance)},
    {"epsilon", Token::LIST_NAME, payload(ListName::epsilon)},
}};
}  // namespace

Scanner::Scanner(Builder& builder) : TextScanner(builder) {
    const std::string_view text = builder.text();
    bnn_lex_init_extra(this, &automaton_);
    bnn__scan_bytes(text.data(), static_cast<int>(text.size()), automaton_);
}

Scanner::~Scanner() {
    bnn_lex_destroy(automaton_);
}

int Scanner::next(Value& value, Span& span) {
    value = {};
    const int kind = bnn_token(&value, automaton_);
    span = place(kind == Token::END);
    return kind;
}

int Scanner::word(Value& value) const {
    const Keyword* const found = keyword(keywords);
    if (found == nullptr) return Token::OTHER;
    value.integer = found->payload;
    return found->token;
}

int Scanner::integer(Value& value, int token_kind) const {
    std::string_view text = token();
    value.text = text;
    if (text.starts_with('+')) text.remove_prefix(1);
    if (const auto number = parse_whole(text, -largest_extent, largest_extent)) {
        value.integer = *number;
        return token_kind;
    }
    if (token_kind == Token::INTEGER) return Token::NUMBER;
    unexpected("this weight is too large");
    return token_kind;
}

int Scanner::text(Value& value, int token_kind) const {
    value.text = token();
    return token_kind;
}

}  // namespace sinew::read::bnn_text
