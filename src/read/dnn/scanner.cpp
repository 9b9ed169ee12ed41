// SPDX-License-Identifier: Apache-2.0
#include "read/dnn/scanner.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/limit_scope.hpp"
#include "base/utf8.hpp"
#include "dnn_parser.hpp"
#include "dnn_scanner.hpp"

int dnn_token(sinew::read::dnn::Value* value, void* automaton);
void dnn_begin_raw(void* automaton);

namespace sinew::read::dnn {

namespace {
using Token = Parser::token;

constexpr std::array<Keyword, 15> keywords = {{
    {"and", Token::AND, 0},
    {"or", Token::OR, 0},
    {"not", Token::NOT, 0},
    {"nand", Token::NAND, 0},
    {"nor", Token::NOR, 0},
    {"xor", Token::XOR, 0},
    {"xnor", Token::XNOR, 0},
    {"ite", Token::ITE, 0},
    {"distinct", Token::DISTINCT, static_cast<std::int64_t>(Comparison::distinct)},
    {"true", Token::TRUTH, 1},
    {"false", Token::TRUTH, 0},
    {"real", Token::TYPE, 0},
    {"int", Token::TYPE, 1},
    {"minimize", Token::SENSE, 0},
    {"maximize", Token::SENSE, 1},
}};

constexpr std::array<std::string_view, 6> section_words = {"dnn",       "conditions", "domains",
                                                           "precision", "reading",    "objective"};

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}
bool starts_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool ends_operand(char c) {
    return starts_name(c) || (c >= '0' && c <= '9') || std::string_view(").]|'\"").find(c) != std::string_view::npos;
}

constexpr std::array<std::string_view, 6> operand_words = {"a number",      "a name", "a function",
                                                           "true or false", "'not'",  "'('"};
constexpr std::array<std::string_view, 19> operator_words = {
    "'*'",   "'/'",  "'+'",    "'-'",   "'<'",   "'<='",   "'='",  "'>='",       "'>'",  "'!='",
    "'and'", "'or'", "'nand'", "'nor'", "'xor'", "'xnor'", "'=>'", "'distinct'", "'ite'"};

/// Tokens that the parser would have taken, as a person would say it: kinds of tokens where they are many.
std::string in_words(std::vector<std::string> tokens) {
    // Signs and coefficients are forms of tokens that are listed anyway.
    std::erase_if(tokens, [](const std::string& token) {
        return token.starts_with("a sign") || token == "a coefficient" || token == "a function" ||
               token == "conditions without quotes" || token == "in: or out:";
    });
    const auto summarise = [&tokens](const auto& words, const char* summary) {
        const auto is_one = [&words](const std::string& token) {
            return std::ranges::find(words, token) != words.end();
        };
        if (std::ranges::count_if(tokens, is_one) < 3) return;
        std::erase_if(tokens, is_one);
        tokens.emplace_back(summary);
    };
    summarise(operator_words, "an operator");
    summarise(operand_words, "an expression");
    std::string text;
    for (std::size_t i = 0; i < tokens.size(); ++i)
        text += (i == 0 ? "" : i + 1 == tokens.size() ? " or " : ", ") + tokens[i];
    return text;
}
}  // namespace

Scanner::Scanner(SyntaxTree& tree, bool bare) : tree_(tree), bare_(bare) {
    if (tree.text().size() >= 0x7fffffffU) throw tree.error(0, "the text is too long", "less than 2 GiB");
    dnn_lex_init_extra(this, &automaton_);
    dnn__scan_bytes(tree.text().data(), static_cast<int>(tree.text().size()), automaton_);
    if (bare_) dnn_begin_raw(automaton_);
}

Scanner::~Scanner() {
    dnn_lex_destroy(automaton_);
}

int Scanner::next(Value& value, Span& span) {
    if ((++tokens_ & 15U) == 0) check_limits();
    value = {};
    if (bare_ && tokens_ == 1) return previous_ = Token::BARE;
    const bool inside = previous_ != Token::BARE && previous_ != Token::LINE_END;
    previous_ = dnn_token(&value, automaton_);
    if (previous_ == Token::END) {
        begin_ = end_;
        if (bare_ && inside && !finished_) previous_ = Token::LINE_END;
        finished_ = true;
    }
    span = {begin_, end_};
    return previous_;
}

bool Scanner::ends_condition() const {
    const bool open_ended = previous_ == Token::AND || previous_ == Token::OR || previous_ == Token::NOT ||
                            (previous_ >= Token::NAND && previous_ <= Token::IMPLIES) ||
                            (previous_ >= Token::PLUS && previous_ <= Token::NOT_EQUAL);
    return depth_ <= 0 && !open_ended;
}

bool Scanner::opens_name(char c) const {
    const char quote = bare_ ? '\0' : byte(quote_);
    return c == '|' || (c == '"' && quote != '"') || (c == '\'' && quote != '\'');
}

int Scanner::number(Value& value) {
    value.node = tree_.add(NodeKind::number, begin_, {}, end_ - begin_);
    const char after = byte(end_);
    return starts_name(after) || after == '(' || opens_name(after) ? Token::COEFFICIENT : Token::NUMBER;
}

int Scanner::name(Value& value) {
    const std::string_view text = token();
    if (text.size() <= 8) {
        for (const Keyword& keyword : keywords) {
            if (keyword.text != text) continue;
            const auto payload = static_cast<std::uint32_t>(keyword.payload);
            value.node = keyword.token == Token::TRUTH ? tree_.add(NodeKind::truth, begin_, {}, payload) : payload;
            return keyword.token;
        }
    }
    value.node = tree_.add(NodeKind::name, begin_, {}, tree_.intern(text));
    return byte(end_) == '(' ? Token::CALL : Token::NAME;
}

int Scanner::quoted_name(Value& value) {
    value.node = tree_.add(NodeKind::name, begin_, {}, tree_.intern(token()));
    return Token::NAME;
}

int Scanner::side(Value& value) const {
    value.node = token().front() == 'i' ? 0 : 1;
    return Token::SIDE;
}

std::size_t Scanner::name_length() const {
    const std::string_view text = token();
    const std::string_view base = text.substr(0, text.find('['));
    return base == "real" || base == "int" ? base.size() : text.size();
}

int Scanner::word(Value& value) {
    const std::string_view text = token();
    for (const std::string_view section : section_words) {
        if (section != text) continue;
        value.node = tree_.intern(text);
        return Token::WORD;
    }
    value.node = tree_.add(NodeKind::name, begin_, {}, tree_.intern(text));
    return Token::NAME;
}

int Scanner::sign(bool minus) const {
    const char before = begin_ == 0 ? ' ' : byte(begin_ - 1);
    const bool own = !is_blank(byte(end_)) && !ends_operand(before);
    if (minus) return own ? Token::SIGN_MINUS : Token::MINUS;
    return own ? Token::SIGN_PLUS : Token::PLUS;
}

std::size_t Scanner::fraction_length() const {
    const std::string_view text = token();
    if (previous_ != Token::OVER) return text.size();
    const std::size_t slash = text.find('/');  // after "x0 /", "2/3" is two divisors, not a fraction
    if (slash == std::string_view::npos) return text.size();
    std::size_t length = slash;
    while (length > 0 && is_blank(text[length - 1])) --length;
    return length;
}

void Scanner::unexpected_character() const {
    const auto value = static_cast<unsigned char>(byte(begin_));
    throw tree_.error(begin_, value >= 0x20 && value < 0x7f
                                  ? fmt::format("unexpected character '{}'", static_cast<char>(value))
                                  : fmt::format("unexpected byte 0x{:02x}: this is no text in the dnn format", value));
}

void Scanner::unclosed_quote() const {
    throw tree_.error(quote_, "this quote is never closed",
                      "a closing quote on the same line, or ''' around a text of several lines");
}

void Scanner::syntax_error(Span span, int found, const std::vector<std::string>& expected) const {
    const std::string words = in_words(expected);
    if (found == Token::LINE_END)
        throw tree_.error(span.begin, span.begin == span.end ? "the text ends here" : "the condition ends here", words);
    if (found == Token::END) throw tree_.error(span.begin, "the file ends here", words);
    if (found == Token::OPEN) throw tree_.error(span.begin, "a quote begins here", words);
    if (found == Token::CLOSE) throw tree_.error(span.begin, "the quote ends here", words);
    const std::string_view text = tree_.text().substr(span.begin, span.end - span.begin);
    throw tree_.error(span.begin, fmt::format("found '{}'", printable(text)), words);
}

}  // namespace sinew::read::dnn
