/* SPDX-License-Identifier: Apache-2.0 */
/* FlatZinc (the MiniZinc handbook, "FlatZinc grammar"): items in any order, as long as names are declared before they are
   used. What has been read waits on the builder's stacks (read/flatzinc/builder.hpp); a symbol's value is a token, or how
   many entries on a stack are its own.

       array [1..2] of int: weights = [1,-1];
       var 0..9: x :: output_var;
       var {1,3,7}: y :: output_var;
       constraint int_lin_le(weights,[x,y],-1) :: domain;
       solve :: int_search([x,y],first_fail,indomain_min,complete) minimize y; */
%require "3.8"
%language "c++"
%skeleton "lalr1.cc"
%locations
%define api.namespace {sinew::read::flatzinc}
%define api.parser.class {Parser}
%define api.value.type {sinew::read::flatzinc::Value}
%define api.location.type {sinew::read::Span}
%define parse.error custom
%define parse.lac full
%param {sinew::read::flatzinc::Scanner& scanner}

%code requires {
#include "read/flatzinc/scanner.hpp"
#define YYLLOC_DEFAULT(Current, Rhs, N)                          \
    do {                                                         \
        (Current).begin = (N) ? YYRHSLOC(Rhs, 1).begin : YYRHSLOC(Rhs, 0).end; \
        (Current).end = YYRHSLOC(Rhs, N).end;                    \
    } while (false)
}

%code {
namespace {
using namespace sinew::read::flatzinc;
int yylex(Value* value, sinew::read::Span* span, Scanner& scanner) { return scanner.next(*value, *span); }
}
#define BUILDER scanner.builder()
}

%token END 0             "the end of the file"
%token PREDICATE         "predicate"
%token VAR               "var"
%token ARRAY             "array"
%token OF                "of"
%token SET               "set"
%token BOOL              "bool"
%token INT               "int"
%token FLOAT             "float"
%token CONSTRAINT        "constraint"
%token SOLVE             "solve"
%token SATISFY           "satisfy"
%token MINIMIZE          "minimize"
%token MAXIMIZE          "maximize"
%token BOOLEAN           "true or false"
%token INTEGER           "an integer"
%token NUMBER            "a number with a point"
%token TEXT              "a text in quotes"
%token NAME              "a name"
%token ANNOTATES         "'::'"
%token TO                "'..'"
%token COLON             "':'"
%token SEMICOLON         "';'"
%token COMMA             "','"
%token EQUALS            "'='"
%token LEFT_PARENTHESIS  "'('"
%token RIGHT_PARENTHESIS "')'"
%token LEFT_BRACKET      "'['"
%token RIGHT_BRACKET     "']'"
%token LEFT_BRACE        "'{'"
%token RIGHT_BRACE       "'}'"

%%

program:
    items                                   { BUILDER.finish(); }
  ;
items:
    %empty
  | items item SEMICOLON                    { BUILDER.end_item(); }
  ;
item:
    PREDICATE NAME LEFT_PARENTHESIS predicate_parameters RIGHT_PARENTHESIS
  | constant_type COLON NAME annotations EQUALS scalar
                                            { BUILDER.declare_constant($3, @3, @6); }
  | VAR variable_type COLON NAME annotations
                                            { BUILDER.declare_variable($4, @4); }
  | VAR variable_type COLON NAME annotations EQUALS scalar
                                            { BUILDER.declare_variable($4, @4); BUILDER.set_equal(@7); }
  | ARRAY indices OF constant_type COLON NAME annotations EQUALS array
                                            { BUILDER.declare_array($6, @6, @9, Elements::constants); }
  | ARRAY indices OF VAR variable_type COLON NAME annotations EQUALS array
                                            { BUILDER.declare_array($7, @7, @10, Elements::variables); }
  | CONSTRAINT NAME LEFT_PARENTHESIS arguments RIGHT_PARENTHESIS annotations
                                            { BUILDER.constrain($2, @2, $4.count); }
  | SOLVE annotations goal
  ;
goal:
    SATISFY                                 { BUILDER.solve(model::Goal::satisfy, @1); }
  | MINIMIZE scalar                         { BUILDER.solve(model::Goal::minimize, @2); }
  | MAXIMIZE scalar                         { BUILDER.solve(model::Goal::maximize, @2); }
  ;

/* Types. */
constant_type:
    BOOL                                    { BUILDER.set_type(Type::boolean); }
  | INT                                     { BUILDER.set_type(Type::integer); }
  | INTEGER TO INTEGER                      { BUILDER.set_type(Type::integer); }
  | FLOAT                                   { BUILDER.set_type(Type::number); }
  | SET OF INT                              { BUILDER.set_type(Type::set); }
  | SET OF INTEGER TO INTEGER               { BUILDER.set_type(Type::set); }
  ;
variable_type:
    BOOL                                    { BUILDER.set_type(Type::boolean); }
  | INT                                     { BUILDER.set_type(Type::integer); }
  | INTEGER TO INTEGER                      { BUILDER.set_domain($1, $3); }
  | integer_set                             { BUILDER.set_domain($1.count); }
  | FLOAT                                   { BUILDER.refuse_type("float", @1); }
  | NUMBER TO NUMBER                        { BUILDER.refuse_type("float", @$); }
  | SET OF set_of                           { BUILDER.refuse_type("set", @$); }
  ;
set_of:
    INT | INTEGER TO INTEGER | integer_set  { BUILDER.drop_integers(); }
  ;
indices:
    LEFT_BRACKET INTEGER TO INTEGER RIGHT_BRACKET { BUILDER.set_indices($2, $4, @2); }
  ;
predicate_parameters:
    %empty
  | predicate_parameter
  | predicate_parameters COMMA predicate_parameter
  ;
predicate_parameter:
    predicate_type COLON NAME
  | VAR predicate_type COLON NAME
  | ARRAY predicate_indices OF predicate_type COLON NAME
  | ARRAY predicate_indices OF VAR predicate_type COLON NAME
  ;
predicate_indices:
    LEFT_BRACKET INT RIGHT_BRACKET
  | LEFT_BRACKET INTEGER TO INTEGER RIGHT_BRACKET
  ;
predicate_type:
    BOOL | INT | FLOAT
  | INTEGER TO INTEGER
  | NUMBER TO NUMBER
  | integer_set                             { BUILDER.drop_integers(); }
  | SET OF set_of
  ;

/* Values. Each scalar and array is one entry on the builder's stack of terms. */
scalar:
    BOOLEAN                                 { BUILDER.push(model::TermKind::boolean, $1.integer); }
  | INTEGER                                 { BUILDER.push(model::TermKind::integer, $1.integer); }
  | INTEGER TO INTEGER                      { BUILDER.push_range($1.integer, $3.integer); }
  | integer_set                             { BUILDER.push_set($1.count); }
  | NUMBER                                  { BUILDER.push(model::TermKind::number, 0); }
  | NAME                                    { BUILDER.push_name($1, @1); }
  | NAME LEFT_BRACKET INTEGER RIGHT_BRACKET { BUILDER.push_element($1, $3, @$); }
  ;
array:
    LEFT_BRACKET RIGHT_BRACKET              { BUILDER.push_array(0); }
  | LEFT_BRACKET scalars RIGHT_BRACKET      { BUILDER.push_array($2.count); }
  ;
scalars:
    element                                 { $$.count = 1; }
  | scalars COMMA element                   { $$ = $1; ++$$.count; }
  ;
element:
    scalar                                  { BUILDER.check_element(@1); }
  ;
arguments:
    %empty                                  { $$.count = 0; }
  | more_arguments                          { $$ = $1; }
  ;
more_arguments:
    argument                                { $$.count = 1; }
  | more_arguments COMMA argument           { $$ = $1; ++$$.count; }
  ;
argument:
    scalar
  | array
  ;
integer_set:
    LEFT_BRACE RIGHT_BRACE                  { $$.count = 0; }
  | LEFT_BRACE integers RIGHT_BRACE         { $$ = $2; }
  ;
integers:
    INTEGER                                 { BUILDER.add_integer($1.integer); $$.count = 1; }
  | integers COMMA INTEGER                  { BUILDER.add_integer($3.integer); $$ = $1; ++$$.count; }
  ;

/* Annotations. Each is one entry on the builder's stack of notes. */
annotations:
    %empty                                  { BUILDER.begin_annotations(); }
  | annotations ANNOTATES annotation
  ;
annotation:
    NAME                                    { BUILDER.note_name($1, @1); }
  | NAME LEFT_PARENTHESIS notes RIGHT_PARENTHESIS { BUILDER.note_call($1, $3.count, @1); }
  ;
notes:
    %empty                                  { $$.count = 0; }
  | more_notes                              { $$ = $1; }
  ;
more_notes:
    note                                    { $$.count = 1; }
  | more_notes COMMA note                   { $$ = $1; ++$$.count; }
  ;
note:
    annotation
  | BOOLEAN                                 { BUILDER.note_other(); }
  | INTEGER                                 { BUILDER.note_integer($1.integer); }
  | INTEGER TO INTEGER                      { BUILDER.note_range($1.integer, $3.integer); }
  | integer_set                             { BUILDER.drop_integers(); BUILDER.note_other(); }
  | NUMBER                                  { BUILDER.note_other(); }
  | NUMBER TO NUMBER                        { BUILDER.note_other(); }
  | TEXT                                    { BUILDER.note_other(); }
  | NAME LEFT_BRACKET INTEGER RIGHT_BRACKET { BUILDER.note_element($1, $3, @$); }
  | LEFT_BRACKET notes RIGHT_BRACKET        { BUILDER.note_list($2.count); }
  ;

%%

namespace sinew::read::flatzinc {

void Parser::error(const Span& span, const std::string& message) { scanner.builder().fail(span, message, ""); }

void Parser::report_syntax_error(const context& where) const {
    symbol_kind_type tokens[YYNTOKENS];
    const int count = where.expected_tokens(tokens, YYNTOKENS);
    std::string expected;
    for (int i = 0; i < count; ++i)
        expected += std::string(i == 0 ? "" : i + 1 == count ? " or " : ", ") + symbol_name(tokens[i]);
    scanner.syntax_error(where.location(), expected);
}

}  // namespace sinew::read::flatzinc
