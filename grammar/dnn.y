/* SPDX-License-Identifier: Apache-2.0 */
/* The `dnn` / `conditions` text format: networks, conditions, domains as people write them.
   Everything inside quotes is parsed here too, so that an error there has its true line and column.
   Conditions are untyped at this stage (`=` joins numbers or Booleans): read/dnn/condition.cpp gives them types.

   Infix and prefix live together: `(x0 < 0)` is '(' expression ')', `(< x0 0)` is '(' operator operands ')'.
   In a prefix list blanks part the operands: `(< x0 -1)` has two operands and `(< x0 2 x1)` three, while outside
   of lists `x0 -1` is a difference and `2 x0` a product. The scanner tells the cases apart: a sign with a blank
   before it and none after is SIGN_PLUS/SIGN_MINUS, a number directly followed by a name or '(' is COEFFICIENT. */
%require "3.8"
%language "c++"
%skeleton "lalr1.cc"
%locations
%define api.namespace {sinew::read::dnn}
%define api.parser.class {Parser}
%define api.value.type {sinew::read::dnn::Value}
%define api.location.type {sinew::read::Span}
%define parse.error custom
%define parse.lac full
%param {sinew::read::dnn::Scanner& scanner}

%code requires {
#include "read/dnn/scanner.hpp"
#define YYLLOC_DEFAULT(Current, Rhs, N)                          \
    do {                                                         \
        (Current).begin = (N) ? YYRHSLOC(Rhs, 1).begin : YYRHSLOC(Rhs, 0).end; \
        (Current).end = YYRHSLOC(Rhs, N).end;                    \
    } while (false)
}

%code {
namespace {
using namespace sinew::read::dnn;
int yylex(Value* value, sinew::read::Span* span, Scanner& scanner) { return scanner.next(*value, *span); }
}
#define TREE scanner.tree()
#define NODE(kind, place, ...) TREE.add(NodeKind::kind, (place).begin __VA_OPT__(, ) __VA_ARGS__)
}

%token END 0            "the end of the file"
%token BARE             "conditions without quotes"
%token SIDE             "in: or out:"
%token LINE_END         "the end of the line"
%token WORD             "dnn, conditions, domains, precision, reading or objective"
%token OPEN             "a quote"
%token CLOSE            "the closing quote"
%token LEFT_BRACE       "'{'"
%token RIGHT_BRACE      "'}'"
%token LEFT_BRACKET     "'['"
%token RIGHT_BRACKET    "']'"
%token LEFT             "'('"
%token RIGHT            "')'"
%token COMMA            "','"
%token COLON            "':'"
%token NUMBER           "a number"
%token COEFFICIENT      "a coefficient"
%token NAME             "a name"
%token CALL             "a function"
%token TYPE             "real or int"
%token SENSE            "minimize or maximize"
%token TRUTH            "true or false"
%token PLUS             "'+'"
%token MINUS            "'-'"
%token SIGN_PLUS        "a sign '+'"
%token SIGN_MINUS       "a sign '-'"
%token TIMES            "'*'"
%token OVER             "'/'"
%token LESS             "'<'"
%token LESS_EQUAL       "'<='"
%token EQUAL            "'='"
%token GREATER_EQUAL    "'>='"
%token GREATER          "'>'"
%token NOT_EQUAL        "'!='"
%token DISTINCT         "'distinct'"
%token AND              "'and'"
%token OR               "'or'"
%token NOT              "'not'"
%token NAND             "'nand'"
%token NOR              "'nor'"
%token XOR              "'xor'"
%token XNOR             "'xnor'"
%token IMPLIES          "'=>'"
%token ITE              "'ite'"

%%

document:
    sections                                { scanner.finish($1.list); }
  | BARE lines                              { scanner.finish($2.list); }
  ;
sections:
    %empty                                  { $$ = {}; }
  | sections WORD EQUAL value               { $$.list = TREE.append($1.list, NODE(entry, @2, TREE.append({}, $4.node), $2.node)); }
  | sections map                            { $$.list = TREE.append($1.list, $2.node); }
  ;

/* Conditions without quotes, each to the end of its line or of its parentheses. */
lines:
    %empty                                  { $$ = {}; }
  | lines LINE_END                          { $$ = $1; }
  | lines SIDE                              { $$.list = TREE.append($1.list, NODE(side, @2, {}, $2.node)); }
  | lines expression LINE_END               { $$.list = TREE.append($1.list, $2.node); }
  ;

value:
    map | list | tuple | text | signed
  ;
map:
    LEFT_BRACE RIGHT_BRACE                  { $$.node = NODE(map, @1); }
  | LEFT_BRACE entries trailing RIGHT_BRACE { $$.node = NODE(map, @1, $2.list); }
  ;
entries:
    entry                                   { $$.list = TREE.append({}, $1.node); }
  | entries COMMA entry                     { $$.list = TREE.append($1.list, $3.node); }
  ;
entry:
    OPEN NAME CLOSE COLON value             { $$.node = NODE(entry, @2, TREE.append({}, $5.node), TREE.node($2.node).payload); }
  ;
trailing:
    %empty | COMMA
  ;
list:
    LEFT_BRACKET RIGHT_BRACKET              { $$.node = NODE(list, @1); }
  | LEFT_BRACKET items trailing RIGHT_BRACKET { $$.node = NODE(list, @1, $2.list); }
  ;
tuple:
    LEFT items trailing RIGHT               { $$.node = NODE(tuple, @1, $2.list); }
  ;
items:
    value                                   { $$.list = TREE.append({}, $1.node); }
  | items COMMA value                       { $$.list = TREE.append($1.list, $3.node); }
  ;
signed:
    NUMBER
  | NAME
  | MINUS signed                            { $$.node = NODE(negate, @1, TREE.append({}, $2.node)); }
  | PLUS signed                             { $$ = $2; }
  ;
text:
    OPEN CLOSE                              { $$.node = NODE(text, @1); }
  | OPEN content CLOSE                      { $$.node = NODE(text, @1, TREE.append({}, $2.node)); }
  ;
content:
    expression
  | CALL LEFT arguments RIGHT               { $$.node = NODE(call, @1, $3.list, TREE.node($1.node).payload); }
  | TYPE                                    { $$.node = NODE(type, @1, {}, $1.node); }
  | TYPE LEFT_BRACKET expression COMMA expression RIGHT_BRACKET
        { $$.node = NODE(type, @1, TREE.append({}, NODE(interval, @2, TREE.pair($3.node, $5.node))), $1.node); }
  | TYPE LEFT_BRACE arguments trailing RIGHT_BRACE
        { $$.node = NODE(type, @1, TREE.append({}, NODE(set, @2, $3.list)), $1.node); }
  | SENSE expression                        { $$.node = NODE(objective, @1, TREE.append({}, $2.node), $1.node); }
  ;
arguments:
    expression                              { $$.list = TREE.append({}, $1.node); }
  | arguments COMMA expression              { $$.list = TREE.append($1.list, $3.node); }
  ;

/* Infix, from the weakest to the strongest. Lists become nodes when they are complete: children before parents. */
expression:
    pair
  | pair IMPLIES expression                 { $$.node = NODE(implication, @2, TREE.pair($1.node, $3.node)); }
  ;
pair:
    exclusive
  | exclusive NAND exclusive                { $$.node = NODE(nand, @2, TREE.pair($1.node, $3.node)); }
  | exclusive NOR exclusive                 { $$.node = NODE(nor, @2, TREE.pair($1.node, $3.node)); }
  | exclusive XNOR exclusive                { $$.node = NODE(equivalence, @2, TREE.pair($1.node, $3.node)); }
  ;
exclusive:
    either
  | exclusive XOR either                    { $$.node = NODE(exclusive_or, @2, TREE.pair($1.node, $3.node)); }
  ;
either:
    both
  | either_list                             { $$.node = NODE(disjunction, @1, $1.list); }
  ;
either_list:
    both OR both                            { $$.list = TREE.pair($1.node, $3.node); }
  | either_list OR both                     { $$.list = TREE.append($1.list, $3.node); }
  ;
both:
    denial
  | both_list                               { $$.node = NODE(conjunction, @1, $1.list); }
  ;
both_list:
    denial AND denial                       { $$.list = TREE.pair($1.node, $3.node); }
  | both_list AND denial                    { $$.list = TREE.append($1.list, $3.node); }
  ;
denial:
    comparison
  | NOT denial                              { $$.node = NODE(negation, @1, TREE.append({}, $2.node)); }
  ;
comparison:
    sum
  | chain                                   { $$.node = NODE(chain, @1, $1.list); }
  ;
chain:
    sum relation sum                        { $$.list = TREE.append(TREE.pair($1.node, $2.node), $3.node); }
  | chain relation sum                      { $$.list = TREE.append(TREE.append($1.list, $2.node), $3.node); }
  ;
relation:
    comparator                              { $$.node = NODE(relation, @1, {}, $1.node); }
  ;
comparator:
    LESS | LESS_EQUAL | EQUAL | GREATER_EQUAL | GREATER | NOT_EQUAL
  ;
sum:
    term
  | sum_list                                { $$.node = NODE(sum, @1, $1.list); }
  ;
sum_list:
    term plus term                          { $$.list = TREE.pair($1.node, $3.node); }
  | term minus term                         { $$.list = TREE.pair($1.node, NODE(negate, @2, TREE.append({}, $3.node))); }
  | sum_list plus term                      { $$.list = TREE.append($1.list, $3.node); }
  | sum_list minus term                     { $$.list = TREE.append($1.list, NODE(negate, @2, TREE.append({}, $3.node))); }
  ;
plus: PLUS | SIGN_PLUS ;
minus: MINUS | SIGN_MINUS ;
term:
    factor
  | term TIMES factor                       { $$.node = NODE(product, @2, TREE.pair($1.node, $3.node)); }
  | term OVER factor                        { $$.node = NODE(quotient, @2, TREE.pair($1.node, $3.node)); }
  ;
factor:
    primary
  | NUMBER scaled                           { $$.node = NODE(product, @1, TREE.pair($1.node, $2.node)); }
  | glued
  | plus factor                             { $$ = $2; }
  | minus factor                            { $$.node = NODE(negate, @1, TREE.append({}, $2.node)); }
  ;
glued:
    COEFFICIENT scaled                      { $$.node = NODE(product, @1, TREE.pair($1.node, $2.node)); }
  ;
scaled: NAME | group ;
primary: NUMBER | TRUTH | scaled ;
group:
    LEFT expression RIGHT                   { $$ = $2; }
  | LEFT AND operands RIGHT                 { $$.node = NODE(conjunction, @1, $3.list); }
  | LEFT OR operands RIGHT                  { $$.node = NODE(disjunction, @1, $3.list); }
  | LEFT NAND operands RIGHT                { $$.node = NODE(nand, @1, $3.list); }
  | LEFT NOR operands RIGHT                 { $$.node = NODE(nor, @1, $3.list); }
  | LEFT XOR operands RIGHT                 { $$.node = NODE(exclusive_or, @1, $3.list); }
  | LEFT XNOR operands RIGHT                { $$.node = NODE(equivalence, @1, $3.list); }
  | LEFT IMPLIES operands RIGHT             { $$.node = NODE(implication, @1, $3.list); }
  | LEFT ITE operands RIGHT                 { $$.node = NODE(if_then_else, @1, $3.list); }
  | LEFT comparator operands RIGHT          { $$.node = NODE(same, @1, $3.list, $2.node); }
  | LEFT DISTINCT operands RIGHT            { $$.node = NODE(same, @1, $3.list, $2.node); }
  ;

/* Operands of a prefix list: sums without blanks where blanks would part them. */
operands:
    operand                                 { $$.list = TREE.append({}, $1.node); }
  | operands operand                        { $$.list = TREE.append($1.list, $2.node); }
  ;
operand:
    operand_term
  | operand_sum                             { $$.node = NODE(sum, @1, $1.list); }
  ;
operand_sum:
    operand_term PLUS operand_term          { $$.list = TREE.pair($1.node, $3.node); }
  | operand_term MINUS operand_term         { $$.list = TREE.pair($1.node, NODE(negate, @2, TREE.append({}, $3.node))); }
  | operand_sum PLUS operand_term           { $$.list = TREE.append($1.list, $3.node); }
  | operand_sum MINUS operand_term          { $$.list = TREE.append($1.list, NODE(negate, @2, TREE.append({}, $3.node))); }
  ;
operand_term:
    operand_factor
  | operand_term TIMES operand_factor       { $$.node = NODE(product, @2, TREE.pair($1.node, $3.node)); }
  | operand_term OVER operand_factor        { $$.node = NODE(quotient, @2, TREE.pair($1.node, $3.node)); }
  ;
operand_factor:
    primary
  | glued
  | SIGN_PLUS operand_factor                { $$ = $2; }
  | SIGN_MINUS operand_factor               { $$.node = NODE(negate, @1, TREE.append({}, $2.node)); }
  ;

%%

namespace sinew::read::dnn {

void Parser::error(const Span& span, const std::string& message) {
    throw scanner.tree().error(span.begin, message);
}

void Parser::report_syntax_error(const context& where) const {
    symbol_kind_type tokens[YYNTOKENS];
    const int count = where.expected_tokens(tokens, YYNTOKENS);
    std::vector<std::string> expected;
    for (int i = 0; i < count; ++i) expected.emplace_back(symbol_name(tokens[i]));
    scanner.syntax_error(where.location(), scanner.last_token(), expected);
}

}  // namespace sinew::read::dnn
