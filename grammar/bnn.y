/* SPDX-License-Identifier: Apache-2.0 */
/* The text form of binarized networks: the inputs, then operations one after the other, as docs/bnn.md tells it to users.

       input pixels 1 x 28 x 28
       convolution 2 of 3 x 3 stride 2 x 2 {
           +-0 0++ ---
           --- 00+ +++
       }
       normalise factor [1, -0.5] shift [0, 1/3]
       maximum 2 x 2 stride 2 x 2
       sign
       dense 10 { ... }

   Lists are gathered in the builder (read/bnn_text/builder.hpp), which knows the shapes: the tree would be larger than
   the network. */
%require "3.8"
%language "c++"
%skeleton "lalr1.cc"
%locations
%define api.namespace {sinew::read::bnn_text}
%define api.parser.class {Parser}
%define api.value.type {sinew::read::bnn_text::Value}
%define api.location.type {sinew::read::Span}
%define parse.error custom
%define parse.lac full
%param {sinew::read::bnn_text::Scanner& scanner}

%code requires {
#include "read/bnn_text/scanner.hpp"
#define YYLLOC_DEFAULT(Current, Rhs, N)                          \
    do {                                                         \
        (Current).begin = (N) ? YYRHSLOC(Rhs, 1).begin : YYRHSLOC(Rhs, 0).end; \
        (Current).end = YYRHSLOC(Rhs, N).end;                    \
    } while (false)
}

%code {
namespace {
using namespace sinew::read::bnn_text;
int yylex(Value* value, sinew::read::Span* span, Scanner& scanner) { return scanner.next(*value, *span); }
}
#define BUILDER scanner.builder()
}

%token END 0            "the end of the file"
%token INPUT            "input"
%token KIND             "bits, signs, pixels, unit or integers"
%token PREPARATION      "preparation { JSON in one line }"
%token QUANTISE         "quantise"
%token SIGN             "sign"
%token STEP             "step"
%token DENSE            "dense"
%token CONVOLUTION      "convolution"
%token MAXIMUM          "maximum"
%token SELECT           "select"
%token NORMALISE        "normalise"
%token RESHAPE          "reshape"
%token OF               "of"
%token OPTION           "stride, padding, dilation or output"
%token GROUPS           "groups"
%token LIST_NAME        "scale, bias, factor, shift, gamma, beta, mean, variance or epsilon"
%token X                "x"
%token INTEGER          "a whole number"
%token NUMBER           "a number"
%token LEFT_BRACKET     "'['"
%token RIGHT_BRACKET    "']'"
%token COMMA            "','"
%token LEFT_BRACE       "'{'"
%token RIGHT_BRACE      "'}'"
%token RUN              "weights + - 0"
%token WEIGHT           "a whole number in a row"
%token ROW_END          "the end of a row"
%token OTHER            "another word"

%%

network:
    INPUT KIND shape                        { BUILDER.set_input($2.integer, @3); }
    preparation operations
  ;
preparation:
    %empty
  | PREPARATION                             { BUILDER.set_preparation($1.text); }
  ;
shape:
    INTEGER                                 { BUILDER.begin_shape($1.integer); }
  | shape X INTEGER                         { BUILDER.add_extent($3.integer); }
  ;
operations:
    %empty
  | operations operation
  ;
operation:
    QUANTISE number                         { BUILDER.quantise($2.text, @2); }
  | SIGN                                    { BUILDER.activate(model::BinaryActivation::sign); }
  | STEP                                    { BUILDER.activate(model::BinaryActivation::step); }
  | NORMALISE lists                         { BUILDER.normalise(@1); }
  | RESHAPE shape                           { BUILDER.reshape(@2); }
  | SELECT rows                             { BUILDER.select(@1); }
  | MAXIMUM rows                            { BUILDER.maximum_of_rows(@1); }
  | MAXIMUM pair options                    { BUILDER.maximum($2, @1); }
  | DENSE INTEGER rows lists                { BUILDER.dense($2.integer, @1); }
  | CONVOLUTION INTEGER OF pair options rows lists { BUILDER.convolution($2.integer, $4, @1); }
  ;
pair:
    INTEGER X INTEGER                       { $$ = $1; $$.second = $3.integer; }
  ;
options:
    %empty
  | options OPTION pair                     { BUILDER.set_option($2.integer, $3, @2); }
  | options GROUPS INTEGER                  { BUILDER.set_groups($3.integer); }
  ;
rows:
    LEFT_BRACE weights RIGHT_BRACE          { BUILDER.end_row(); }
  ;
weights:
    %empty
  | weights RUN                             { BUILDER.add_run($2.text, @2); }
  | weights WEIGHT                          { BUILDER.add_weight($2.integer, @2); }
  | weights ROW_END                         { BUILDER.end_row(); }
  ;
lists:
    %empty
  | lists LIST_NAME LEFT_BRACKET            { BUILDER.begin_list($2.integer, @2); }
    numbers RIGHT_BRACKET
  ;
numbers:
    %empty
  | more
  | more COMMA
  ;
more:
    number                                  { BUILDER.add_number($1.text, @1); }
  | more COMMA number                       { BUILDER.add_number($3.text, @3); }
  ;
number:
    INTEGER | NUMBER
  ;

%%

namespace sinew::read::bnn_text {

void Parser::error(const Span& span, const std::string& message) { scanner.builder().fail(span, message, ""); }

void Parser::report_syntax_error(const context& where) const {
    symbol_kind_type tokens[YYNTOKENS];
    const int count = where.expected_tokens(tokens, YYNTOKENS);
    std::string expected;
    for (int i = 0; i < count; ++i)
        expected += std::string(i == 0 ? "" : i + 1 == count ? " or " : ", ") + symbol_name(tokens[i]);
    scanner.syntax_error(where.location(), expected);
}

}  // namespace sinew::read::bnn_text
