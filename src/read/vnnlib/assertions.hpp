// SPDX-License-Identifier: Apache-2.0
// What a text of VNN-LIB 2.0 asserts, over the declared elements: before it is known what networks make of them.
#pragma once

#include <map>
#include <vector>

#include "model/formula.hpp"
#include "read/vnnlib/declarations.hpp"

namespace sinew::read::vnnlib {

/// The number of products that elements and products of them are beside: Variable(e) is element e, and
/// Variable(first_product + p) is product p.
constexpr std::size_t first_product = std::size_t{1} << 31;

/// Elements that are multiplied, sorted; some may be there twice.
struct Product {
    std::vector<Variable> factors;
    std::size_t offset = 0;  ///< in the text, where it is first
};

/// (<= X[0] 1.0) and the like: element ≤ value (upper), ≥ value (lower).
struct ElementBound {
    std::size_t element = 0;
    bool is_upper = false;
    bool is_lower = false;
    Rational value;
};

class Assertions {
  public:
    Assertions(const SexprReader& reader, const Declarations& declarations, Notes& notes)
        : reader_(reader), declarations_(declarations), notes_(notes) {}

    /// Reads (assert …). InputError for what is no formula over declared elements.
    void add(const Sexpr& text);

    model::FormulaStore formulas;
    std::vector<model::FormulaId> parts;  ///< all of these hold, and
    std::vector<ElementBound> bounds;     ///< these, which most of a text are
    std::vector<Product> products;

  private:
    struct Value {
        bool is_number = false;
        LinearForm form;
        model::FormulaId formula;
    };
    /// A list whose operands are being read.
    struct Frame {
        std::size_t node;
        std::size_t next;
        std::size_t base;  ///< its operands are the values from here on
        std::string_view operation;
        std::size_t infix;  ///< the node of the operation behind its first operand; 0: in front
    };

    bool add_bound(const Sexpr& text, std::size_t node);
    void add_part(const Sexpr& text, std::size_t node);
    Value evaluate(const Sexpr& text, std::size_t node);
    void open(const Sexpr& text, std::size_t node);
    Value word(const Sexpr& text, std::size_t node, std::string_view word);
    Value apply(const Sexpr& text, const Frame& frame);
    Value compared(const Sexpr& text, const Frame& frame);
    Value calculated(const Sexpr& text, const Frame& frame);
    LinearForm multiplied(const LinearForm& left, const LinearForm& right, std::size_t offset);
    Variable product_of(const Variable& left, const Variable& right, std::size_t offset);
    std::vector<Variable> factors(Variable variable) const;
    const LinearForm& number(const Sexpr& text, std::size_t node, const Value& value) const;
    model::FormulaId formula(const Sexpr& text, std::size_t node, const Value& value) const;

    const SexprReader& reader_;
    const Declarations& declarations_;
    Notes& notes_;
    std::vector<Frame> frames_;
    std::vector<Value> values_;
    std::map<std::vector<Variable>, Variable> known_products_;
};

}  // namespace sinew::read::vnnlib
