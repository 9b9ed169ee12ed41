// SPDX-License-Identifier: Apache-2.0
#include "read/dnn/condition.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/limit_scope.hpp"

namespace sinew::read::dnn {

namespace {
using model::FormulaId;
using model::Relation;

constexpr std::size_t most_cases = 1000;
constexpr std::size_t most_pairs = 2000;  // operands of `distinct` are compared pair by pair

/// A number that depends on conditions: under `guard` it is `form`. The guards cover everything.
struct Case {
    FormulaId guard;
    LinearForm form;
};

class ConditionReader {
  public:
    ConditionReader(const SyntaxTree& tree, const VariableTable& variables, model::FormulaStore& formulas)
        : tree_(tree), variables_(variables), formulas_(formulas) {}

    FormulaId read(std::uint32_t root) {
        begin_ = tree_.node(root).begin;
        formula_.resize(root - begin_ + 1);  // an invalid id: a number
        for (std::uint32_t id = begin_; id <= root; ++id) {
            if ((id & 15U) == 15U) check_limits();
            formula_[id - begin_] = translate(tree_.node(id));
        }
        return truth(root);
    }

  private:
    bool is_number(std::uint32_t id) const { return !formula_[id - begin_].valid(); }

    FormulaId truth(std::uint32_t id) const {
        if (is_number(id))
            throw tree_.error(tree_.node(id).offset, "a number stands where a condition is expected",
                              "a comparison such as (x0 < 0)");
        return formula_[id - begin_];
    }

    std::vector<std::uint32_t> children(const Node& node) const {
        std::vector<std::uint32_t> result;
        for (std::uint32_t child = node.first; child != no_node; child = tree_.node(child).next)
            result.push_back(child);
        return result;
    }

    std::vector<FormulaId> truths(const Node& node) const {
        std::vector<FormulaId> result;
        for (std::uint32_t child = node.first; child != no_node; child = tree_.node(child).next)
            result.push_back(truth(child));
        return result;
    }

    void demand(const Node& node, std::size_t found, std::size_t least, const char* operation) const {
        if (found < least)
            throw tree_.error(node.offset, fmt::format("{} with {} operand{}", operation, found, found == 1 ? "" : "s"),
                              fmt::format("{} or more", least));
    }

    /// A left-associative connective.
    template <class Join>
    FormulaId fold(const Node& node, const char* operation, Join&& join) const {
        const std::vector<FormulaId> operands = truths(node);
        demand(node, operands.size(), 2, operation);
        FormulaId result = operands[0];
        for (std::size_t i = 1; i < operands.size(); ++i) result = join(result, operands[i]);
        return result;
    }

    FormulaId translate(const Node& node) {
        switch (node.kind) {
            case NodeKind::truth:
                return formulas_.constant(node.payload != 0);
            case NodeKind::chain:
                return chain(node);
            case NodeKind::same:
                return comparison_list(node);
            case NodeKind::negation:
                return formulas_.negation(truth(node.first));
            case NodeKind::conjunction:
                return formulas_.conjunction(truths(node));
            case NodeKind::disjunction:
                return formulas_.disjunction(truths(node));
            case NodeKind::nand:
                return formulas_.negation(formulas_.conjunction(truths(node)));
            case NodeKind::nor:
                return formulas_.negation(formulas_.disjunction(truths(node)));
            case NodeKind::exclusive_or:
                return fold(node, "xor", [&](FormulaId a, FormulaId b) { return formulas_.exclusive_or(a, b); });
            case NodeKind::equivalence:
                return fold(node, "xnor", [&](FormulaId a, FormulaId b) { return formulas_.equivalence(a, b); });
            case NodeKind::implication: {
                // Right-associative: a => b => c is (a and b) => c.
                std::vector<FormulaId> operands = truths(node);
                demand(node, operands.size(), 2, "'=>'");
                for (std::size_t i = 0; i + 1 < operands.size(); ++i) operands[i] = formulas_.negation(operands[i]);
                return formulas_.disjunction(std::move(operands));
            }
            case NodeKind::if_then_else: {
                const std::vector<std::uint32_t> operands = children(node);
                if (operands.size() != 3)
                    throw tree_.error(node.offset, fmt::format("'ite' with {} operands", operands.size()),
                                      "three: a condition and two values");
                const FormulaId condition = truth(operands[0]);
                if (is_number(operands[1]) && is_number(operands[2])) return {};
                return formulas_.if_then_else(condition, truth(operands[1]), truth(operands[2]));
            }
            default:
                for (std::uint32_t child = node.first; child != no_node; child = tree_.node(child).next)
                    if (!is_number(child))
                        throw tree_.error(tree_.node(child).offset, "a condition stands where a number is expected",
                                          "an arithmetic expression");
                return {};
        }
    }

    /// a < b <= c …: infix, each relation between its neighbours.
    FormulaId chain(const Node& node) {
        const std::vector<std::uint32_t> parts = children(node);
        std::vector<FormulaId> links;
        for (std::size_t i = 0; i + 2 < parts.size(); i += 2) {
            const Node& relation = tree_.node(parts[i + 1]);
            const auto comparison = static_cast<Comparison>(relation.payload);
            if (comparison == Comparison::distinct && parts.size() > 3)
                throw tree_.error(relation.offset, "'!=' in a chain of comparisons says too little",
                                  "(distinct a b c), or two comparisons joined by 'and'");
            links.push_back(compare(relation, parts[i], parts[i + 2], comparison));
        }
        return formulas_.conjunction(std::move(links));
    }

    /// (< a b c): prefix. `distinct` is pairwise, the others chain, as in SMT-LIB.
    FormulaId comparison_list(const Node& node) {
        const std::vector<std::uint32_t> operands = children(node);
        const auto comparison = static_cast<Comparison>(node.payload);
        demand(node, operands.size(), 2, "a comparison");
        if (comparison == Comparison::distinct && operands.size() > most_pairs)
            throw tree_.error(node.offset, fmt::format("'distinct' with {} operands", operands.size()),
                              fmt::format("at most {}", most_pairs));
        std::vector<FormulaId> links;
        for (std::size_t i = 0; i + 1 < operands.size(); ++i) {
            const std::size_t last = comparison == Comparison::distinct ? operands.size() - 1 : i + 1;
            for (std::size_t k = i + 1; k <= last; ++k)
                links.push_back(compare(node, operands[i], operands[k], comparison));
        }
        return formulas_.conjunction(std::move(links));
    }

    FormulaId compare(const Node& place, std::uint32_t left, std::uint32_t right, Comparison comparison) {
        if (is_number(left) && is_number(right)) {
            if (!tree_.node(left).has_case && !tree_.node(right).has_case)
                return atom(linear_form(tree_, variables_, left) - linear_form(tree_, variables_, right), comparison);
            return compare_cases(place, cases(left), cases(right), comparison);
        }
        if (comparison == Comparison::equal) return formulas_.equivalence(truth(left), truth(right));
        if (comparison == Comparison::distinct) return formulas_.exclusive_or(truth(left), truth(right));
        const std::uint32_t wrong = is_number(left) ? right : left;
        throw tree_.error(tree_.node(wrong).offset, "a condition stands where a number is expected",
                          "an arithmetic expression");
    }

    /// form ⋈ 0
    FormulaId atom(LinearForm form, Comparison comparison) {
        switch (comparison) {
            case Comparison::less:
                return formulas_.atom(std::move(form), Relation::less);
            case Comparison::less_equal:
                return formulas_.atom(std::move(form), Relation::less_equal);
            case Comparison::equal:
                return formulas_.atom(std::move(form), Relation::equal);
            case Comparison::distinct:
                return formulas_.negation(formulas_.atom(std::move(form), Relation::equal));
            case Comparison::greater:
            case Comparison::greater_equal:
                break;
        }
        form.scale(-1);
        return formulas_.atom(std::move(form),
                              comparison == Comparison::greater ? Relation::less : Relation::less_equal);
    }

    void limit_cases(const Node& place, std::size_t count) const {
        if (count > most_cases)
            throw tree_.error(place.offset, "the numbers with 'ite' in this comparison have too many cases",
                              fmt::format("at most {}", most_cases));
    }

    FormulaId compare_cases(const Node& place, const std::vector<Case>& left, const std::vector<Case>& right,
                            Comparison comparison) {
        limit_cases(place, left.size() * right.size());
        std::vector<FormulaId> links;
        for (const Case& a : left)
            for (const Case& b : right)
                links.push_back(formulas_.conjunction({a.guard, b.guard, atom(a.form - b.form, comparison)}));
        return formulas_.disjunction(std::move(links));
    }

    /// The cases of the number `root`: a stack machine over the numbers that matter, in postfix order.
    std::vector<Case> cases(std::uint32_t root) {
        std::vector<std::vector<Case>> stack;
        const auto pop = [&stack] {
            std::vector<Case> top = std::move(stack.back());
            stack.pop_back();
            return top;
        };
        for (const std::uint32_t id : outer_numbers(root)) {
            const Node& node = tree_.node(id);
            if (node.has_case)
                combine(node, stack, pop);
            else
                stack.push_back({{formulas_.constant(true), linear_form(tree_, variables_, id)}});
        }
        return pop();
    }

    /// The numbers below `root` that hold an if-then-else, and those that stand directly below them. Numbers inside
    /// conditions are left out: they have been read with the conditions.
    std::vector<std::uint32_t> outer_numbers(std::uint32_t root) const {
        std::vector<std::uint32_t> result{root};
        for (std::size_t at = 0; at < result.size(); ++at) {
            if ((at & 63U) == 63U) check_limits();
            const Node& node = tree_.node(result[at]);
            if (!node.has_case) continue;
            for (std::uint32_t child = node.first; child != no_node; child = tree_.node(child).next)
                if (is_number(child)) result.push_back(child);
        }
        std::ranges::sort(result);
        return result;
    }

    template <class Pop>
    void combine(const Node& node, std::vector<std::vector<Case>>& stack, Pop&& pop) {
        switch (node.kind) {
            case NodeKind::if_then_else: {
                const FormulaId condition = truth(node.first);
                const FormulaId denied = formulas_.negation(condition);
                std::vector<Case> otherwise = pop();
                std::vector<Case> result = pop();
                for (Case& one : result) one.guard = formulas_.conjunction({condition, one.guard});
                for (Case& one : otherwise) {
                    one.guard = formulas_.conjunction({denied, one.guard});
                    result.push_back(std::move(one));
                }
                limit_cases(node, result.size());
                stack.push_back(std::move(result));
                return;
            }
            case NodeKind::negate:
                for (Case& one : stack.back()) one.form.scale(-1);
                return;
            case NodeKind::sum: {
                const std::vector<std::uint32_t> operands = children(node);
                for (std::size_t i = 1; i < operands.size(); ++i) {
                    const std::vector<Case> right = pop();
                    stack.back() = added(node, stack.back(), right);
                }
                return;
            }
            case NodeKind::product:
            case NodeKind::quotient: {
                const std::vector<Case> right = pop();
                const std::vector<Case> left = pop();
                stack.push_back(multiplied(node, left, right));
                return;
            }
            default:
                throw tree_.error(node.offset, "this is no arithmetic expression", "such as 2x0 - 1/3 x1");
        }
    }

    std::vector<Case> added(const Node& node, const std::vector<Case>& left, const std::vector<Case>& right) {
        limit_cases(node, left.size() * right.size());
        std::vector<Case> result;
        for (const Case& a : left)
            for (const Case& b : right) result.push_back({formulas_.conjunction({a.guard, b.guard}), a.form + b.form});
        return result;
    }

    std::vector<Case> multiplied(const Node& node, const std::vector<Case>& left, const std::vector<Case>& right) {
        limit_cases(node, left.size() * right.size());
        std::vector<Case> result;
        for (const Case& a : left) {
            for (const Case& b : right) {
                const bool swap = !b.form.is_constant() && node.kind == NodeKind::product;
                LinearForm form = swap ? b.form : a.form;
                const LinearForm& factor = swap ? a.form : b.form;
                if (!factor.is_constant()) throw tree_.error(node.offset, "this product is not linear");
                if (node.kind == NodeKind::quotient && factor.constant() == 0)
                    throw tree_.error(node.offset, "division by zero");
                form.scale(node.kind == NodeKind::quotient ? Rational(1 / factor.constant()) : factor.constant());
                result.push_back({formulas_.conjunction({a.guard, b.guard}), std::move(form)});
            }
        }
        return result;
    }

    const SyntaxTree& tree_;
    const VariableTable& variables_;
    model::FormulaStore& formulas_;
    std::uint32_t begin_ = 0;
    std::vector<FormulaId> formula_;
};
}  // namespace

model::FormulaId condition(const SyntaxTree& tree, const VariableTable& variables, model::FormulaStore& formulas,
                           std::uint32_t root) {
    return ConditionReader(tree, variables, formulas).read(root);
}

}  // namespace sinew::read::dnn
