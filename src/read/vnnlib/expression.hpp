// The value of one assertion: formulas and linear terms built bottom-up from an s-expression, without recursion.
#pragma once

#include <functional>
#include <string_view>
#include <variant>
#include <vector>

#include "model/formula.hpp"
#include "read/sexpr.hpp"

namespace sinew::read::vnnlib {

/// scale · (Σ terms + constant), terms unsorted and possibly repeated. Sums append the shorter operand to the longer
/// one, so that a nested sum costs O(n log n) however it is nested.
struct Linear {
    std::vector<LinearTerm> terms;
    Rational constant;
    Rational scale = 1;

    void multiply(const Rational& factor);
    void add(Linear other);
    bool is_constant() const { return terms.empty(); }
    Rational value() const { return scale * constant; }
    LinearForm form() &&;
};

using Operand = std::variant<Linear, model::FormulaId>;

/// Looks up a variable; fails for an undeclared name.
using Lookup = std::function<Variable(std::string_view name, std::size_t node)>;

/// Evaluates expressions; keeps its stacks between calls.
class Evaluator {
  public:
    Evaluator(const SexprReader& reader, model::FormulaStore& formulas, Lookup lookup)
        : reader_(reader), formulas_(formulas), lookup_(std::move(lookup)) {}

    /// The formula of the expression at node `root`. Throws InputError at the place of what is wrong.
    model::FormulaId formula(const Sexpr& in, std::size_t root);

    /// The exact number a word is, absent for other words. Fails for numbers that a few characters make huge.
    std::optional<Rational> number(const Sexpr& in, std::size_t node) const;

  private:
    /// An operator whose operands are on the stack from `first` on. With `merge` they are left to the enclosing
    /// operator, which is the same associative one.
    struct Frame {
        std::size_t node;
        std::size_t next;
        std::size_t first;
        bool merge;
    };

    void open(const Sexpr& in, std::size_t node);
    void push_word(const Sexpr& in, std::size_t node);
    void close(const Sexpr& in);
    Operand apply(const Sexpr& in, const Frame& frame);
    Operand connective(const Sexpr& in, const Frame& frame);
    Operand arithmetic(const Sexpr& in, const Frame& frame);
    Operand comparison(const Sexpr& in, const Frame& frame);
    model::FormulaId compare(std::string_view relation, const Linear& left, const Linear& right);
    model::FormulaId negated(model::FormulaId operand);
    Linear product(const Sexpr& in, const Frame& frame);
    Linear quotient(const Sexpr& in, const Frame& frame);
    void check_size(const Sexpr& in, std::size_t node, const Rational& value) const;

    const SexprReader& reader_;
    model::FormulaStore& formulas_;
    Lookup lookup_;
    std::vector<Frame> frames_;
    std::vector<Operand> operands_;
};

}  // namespace sinew::read::vnnlib
