// SPDX-License-Identifier: Apache-2.0
// Reads terms: an explicit stack in place of recursion, let as sharing, define-fun as a macro.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "read/sexpr.hpp"
#include "read/smtlib/operators.hpp"

namespace sinew::read::smtlib {

/// A function with parameters; applied by reading its body again.
struct Macro {
    Sexpr text;
    std::size_t body = 0;
    std::vector<std::string> parameters;
    std::vector<bool> number;   ///< the sorts of the parameters: Int or Real
    std::vector<bool> integer;  ///< Int
    bool result_is_number = false;
    bool result_is_integer = false;
    std::size_t order = 0;  ///< the body sees symbols declared before
};

/// What a symbol stands for outside of let.
struct Symbol {
    std::shared_ptr<const Macro> macro;  ///< null: a constant
    Value value;
    std::size_t order = 0;
};

/// A format whose terms are those of SMT-LIB, but for its words and with fewer operators.
struct Dialect {
    std::string name;
    std::vector<std::string_view> operators;
    /// The value of a word that let and definitions do not bind; InputError for what is none.
    std::function<Value(const Sexpr& text, std::size_t node)> word;
};

class Evaluator {
  public:
    /// `dialect`: absent for SMT-LIB itself. With one, negations of inequalities are inequalities.
    Evaluator(const SexprReader& reader, model::FormulaStore& formulas, Definitions& definitions,
              std::optional<Dialect> dialect = std::nullopt)
        : reader_(reader),
          formulas_(formulas),
          definitions_(definitions),
          operators_(formulas, definitions, dialect.has_value()),
          dialect_(std::move(dialect)) {}

    /// The value of the term at `node`. InputError for what is no linear term over declared symbols.
    Value evaluate(const Sexpr& text, std::size_t node);

    /// The symbol that a node is; nullptr if it is none.
    const Symbol* find(const Sexpr& text, std::size_t node) const;
    /// InputError if the symbol is declared already, or means something in the theory.
    void define(const Sexpr& text, std::size_t node, Symbol symbol);
    void forget(const std::string& name) { symbols_.erase(name); }
    std::size_t next_order() { return ++order_; }

    /// The sort of a numeral as 3: Int, but Real in the logics that have no Int.
    void set_numerals(bool are_integers) { numerals_are_integers_ = are_integers; }

    /// `value`, with a variable of its own for a sum that is too long to be copied at every use; a dialect, whose
    /// variables are those of a network, has equal terms joined instead.
    Value shared(Value value);

  private:
    struct Frame {
        enum class Kind : std::uint8_t { application, macro, annotation, bindings, body, expansion } kind;
        const Sexpr* text;
        std::size_t node;  ///< the list
        std::size_t next;  ///< the child to be read next
        std::size_t base;  ///< values of this frame begin here
        Operator operation = Operator::plus;
        std::size_t folded = 0;  ///< arguments of '+' that have been added to the first already
        const Symbol* symbol = nullptr;
        std::size_t barrier = 0;  ///< what to restore after an expansion
        std::size_t order = 0;
    };
    struct Local {
        std::size_t level;
        Value value;
    };

    void start(const Sexpr& text, std::size_t node);
    void start_list(const Sexpr& text, std::size_t node);
    void atom(const Sexpr& text, std::size_t node);
    /// What let binds the name to; nullptr: nothing.
    const Value* local(std::string_view name) const;
    /// The value of a dialect's word.
    Value word(const Sexpr& text, std::size_t node) const;
    void check_size(const Sexpr& text, std::size_t node, const Rational& number) const;
    void step();
    void finish();
    void fold_sum(Frame& frame);
    void bind_let(Frame& frame);
    void expand(Frame frame);
    void unbind();
    void check_binding(const Sexpr& text, std::size_t binding) const;

    const SexprReader& reader_;
    model::FormulaStore& formulas_;
    Definitions& definitions_;
    Operators operators_;
    std::optional<Dialect> dialect_;
    std::unordered_map<std::string, Symbol> symbols_;
    std::size_t order_ = 0;

    std::vector<Frame> frames_;
    std::vector<Value> values_;
    std::unordered_map<std::string_view, std::vector<Local>> locals_;
    std::vector<std::vector<std::string_view>> bound_;  ///< what each open level binds
    std::size_t barrier_ = 0;                           ///< locals below this level are not seen
    std::size_t visible_order_ = static_cast<std::size_t>(-1);
    std::size_t expansions_ = 0;
    std::size_t bits_ = 0;
    bool numerals_are_integers_ = true;
    std::size_t steps_ = 0;
};

}  // namespace sinew::read::smtlib
