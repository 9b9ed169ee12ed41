#include "bnn/score_formula.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace sinew::bnn {

namespace {
using cardinality::Literal;
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
constexpr std::int64_t largest = std::int64_t{1} << 50;
}  // namespace

ScoreFormula::ScoreFormula(const model::Query& query, const threshold::ThresholdNetwork& folded) {
    const std::size_t root = query.output_condition.index();
    part_of_.assign(root + 1, none);
    std::vector<bool> needed(root + 1, false);
    needed[root] = true;
    for (std::size_t i = root + 1; i-- > 0;)
        if (needed[i])
            for (const model::FormulaId child : query.formulas.node(model::FormulaId(i)).children)
                needed[child.index()] = true;
    for (std::size_t i = 0; i <= root; ++i)
        if (needed[i]) add_node(query, folded, i);
    root_ = part_of_[root];
}

void ScoreFormula::add_node(const model::Query& query, const threshold::ThresholdNetwork& folded, std::size_t index) {
    const model::FormulaNode& node = query.formulas.node(model::FormulaId(index));
    Part part;
    switch (node.kind) {
        case model::FormulaKind::constant:
            part.conjunction = node.value;  // of nothing
            break;
        case model::FormulaKind::boolean:
            throw UsageError("the output condition has free Booleans");
        case model::FormulaKind::atom: {
            LinearForm form = node.atom.form;
            form.scale(-1);  // form >= 0, or > 0
            part.conditions.push_back(add_atom(query, folded, form, node.atom.relation == model::Relation::less));
            if (node.atom.relation == model::Relation::equal)
                part.conditions.push_back(add_atom(query, folded, node.atom.form, false));
            break;
        }
        case model::FormulaKind::negation:
            part.negated = true;
            part.parts.push_back(part_of_[node.children[0].index()]);
            break;
        case model::FormulaKind::conjunction:
        case model::FormulaKind::disjunction:
            part.conjunction = node.kind == model::FormulaKind::conjunction;
            for (const model::FormulaId child : node.children) part.parts.push_back(part_of_[child.index()]);
            break;
    }
    part_of_[index] = parts_.size();
    parts_.push_back(std::move(part));
}

/// form >= 0 (> 0) over the last layer as whole numbers: Σ c · (factor · s + shift) + d.
std::size_t ScoreFormula::add_atom(const model::Query& query, const threshold::ThresholdNetwork& folded,
                                   const LinearForm& form, bool strict) {
    const model::Layer& last = query.network.layers().back();
    std::vector<std::pair<std::size_t, Rational>> factors;
    Rational constant = form.constant();
    Integer common = 1;
    for (const LinearTerm& term : form.terms()) {
        const std::size_t v = term.variable.index();
        if (v < last.first.index() || v >= last.first.index() + last.size)
            throw UsageError("the output condition speaks of more than the last layer");
        const std::size_t score = v - last.first.index();
        const Rational factor = term.coefficient * folded.score_factor[score];
        constant += term.coefficient * folded.score_shift[score];
        mpz_lcm(common.get_mpz_t(), common.get_mpz_t(), factor.get_den_mpz_t());
        factors.emplace_back(score, factor);
    }
    Integer divisor = 0;
    for (auto& [score, factor] : factors) {
        factor *= common;
        mpz_gcd(divisor.get_mpz_t(), divisor.get_mpz_t(), factor.get_num_mpz_t());
    }
    if (divisor == 0) divisor = 1;
    threshold::ScoreCondition condition;
    for (const auto& [score, factor] : factors) {
        const Integer whole = factor.get_num() / divisor;
        if (abs(whole) > Integer(largest)) throw UsageError("the output condition is too fine for whole numbers");
        condition.factors.emplace_back(score, whole.get_si());
    }
    const Rational bound = -constant * common / divisor;
    const Integer rounded = strict ? Integer(floor(bound) + 1) : ceil(bound);
    if (abs(rounded) > Integer(largest)) throw UsageError("the output condition is too fine for whole numbers");
    condition.bound = rounded.get_si();
    conditions_.push_back(std::move(condition));
    return conditions_.size() - 1;
}

bool ScoreFormula::one_condition_is_enough() const {
    const auto is_condition = [](const Part& part) {
        return !part.negated && part.parts.empty() && part.conditions.size() == 1;
    };
    const Part& root = parts_[root_];
    if (is_condition(root)) return true;
    return !root.negated && !root.conjunction && root.conditions.empty() &&
           std::all_of(root.parts.begin(), root.parts.end(),
                       [&](std::size_t part) { return is_condition(parts_[part]); });
}

void ScoreFormula::add_to(cardinality::Problem& problem, std::span<const ConditionLiteral> literals) const {
    std::vector<Literal> of_part;
    for (const Part& part : parts_) {
        const Literal own(problem.new_variable());
        // own ⇔ all members, or for a disjunction ~own ⇔ all negated members
        const Literal all = part.conjunction ? own : ~own;
        std::vector<Literal> clause{all};
        const auto add = [&](Literal member) {
            const Literal side = part.conjunction ? member : ~member;
            problem.add_clause({~all, side});
            clause.push_back(~side);
        };
        bool open = true;
        for (const std::size_t child : part.parts) add(of_part[child]);
        for (const std::size_t c : part.conditions) {
            if (literals[c].literal.valid())
                add(literals[c].literal);
            else if (literals[c].constant != part.conjunction)  // decides the part
                open = false;
        }
        if (open)
            problem.add_clause(clause);
        else
            problem.add_clause({~all});
        of_part.push_back(part.negated ? ~own : own);
    }
    problem.add_clause({of_part[root_]});
}

}  // namespace sinew::bnn
