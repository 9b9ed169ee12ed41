// SPDX-License-Identifier: Apache-2.0
#include "binarized/score_formula.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace sinew::binarized {

namespace {
using cardinality::Literal;
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
constexpr std::int64_t largest_number = std::int64_t{1} << 50;
}  // namespace

std::vector<LeafLiteral> target_literals(std::span<const threshold::Target> targets, const Encoding& encoding) {
    std::vector<LeafLiteral> literals;
    std::size_t next = 0;
    for (const threshold::Target& target : targets) {
        if (target.wins.is_constant())
            literals.push_back({{}, target.wins.is_true()});
        else
            literals.push_back({encoding.target[next++], false});
    }
    return literals;
}

QueryFormula::QueryFormula(const model::Query& query, std::span<const model::FormulaId> roots,
                           const AtomReader& reader) {
    std::size_t end = 0;
    for (const model::FormulaId root : roots) end = std::max(end, root.index() + 1);
    part_of_.assign(end, none);
    std::vector<bool> needed(end, false);
    for (const model::FormulaId root : roots) needed[root.index()] = true;
    for (std::size_t i = end; i-- > 0;)
        if (needed[i])
            for (const model::FormulaId child : query.formulas.node(model::FormulaId(i)).children)
                needed[child.index()] = true;
    for (std::size_t i = 0; i < end; ++i) {
        if (!needed[i]) continue;
        Part part = part_of(query.formulas.node(model::FormulaId(i)), reader);
        part_of_[i] = parts_.size();
        parts_.push_back(std::move(part));
    }
    if (roots.size() == 1) return;  // children come first, so that it is the last part
    Part all;
    for (const model::FormulaId root : roots) all.parts.push_back(part_of_[root.index()]);
    parts_.push_back(std::move(all));
}

QueryFormula::Part QueryFormula::part_of(const model::FormulaNode& node, const AtomReader& reader) {
    Part part;
    switch (node.kind) {
        case model::FormulaKind::constant:
            part.conjunction = node.value;  // of nothing
            break;
        case model::FormulaKind::boolean:
            part.leaves.push_back({LeafKind::boolean, node.boolean.index()});
            break;
        case model::FormulaKind::atom: {
            LinearForm form = node.atom.form;
            form.scale(-1);  // form >= 0, or > 0
            part.leaves.push_back(leaf_of(form, node.atom.relation == model::Relation::less, reader));
            if (node.atom.relation == model::Relation::equal)
                part.leaves.push_back(leaf_of(node.atom.form, false, reader));
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
    return part;
}

QueryFormula::Leaf QueryFormula::leaf_of(LinearForm form, bool strict, const AtomReader& reader) {
    if (const std::optional<std::size_t> condition = reader(form, strict)) return {LeafKind::condition, *condition};
    input_atoms_.push_back({std::move(form), strict});
    return {LeafKind::input_atom, input_atoms_.size() - 1};
}

bool QueryFormula::one_condition_is_enough() const {
    const auto is_condition = [](const Part& part) {
        return !part.negated && part.parts.empty() && part.leaves.size() == 1 &&
               part.leaves[0].kind == LeafKind::condition;
    };
    const Part& root = parts_.back();
    if (is_condition(root)) return true;
    return !root.negated && !root.conjunction && root.leaves.empty() &&
           std::all_of(root.parts.begin(), root.parts.end(),
                       [&](std::size_t part) { return is_condition(parts_[part]); });
}

void QueryFormula::add_to(cardinality::Problem& problem, const Leaves& leaves) const {
    const auto literal_of = [&](const Leaf& leaf) {
        switch (leaf.kind) {
            case LeafKind::condition:
                return leaves.conditions[leaf.index];
            case LeafKind::input_atom:
                return leaves.input_atoms[leaf.index];
            case LeafKind::boolean:
                break;
        }
        return leaves.booleans[leaf.index];
    };
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
        for (const Leaf& leaf : part.leaves) {
            const LeafLiteral member = literal_of(leaf);
            if (member.literal.valid())
                add(member.literal);
            else if (member.constant != part.conjunction)  // decides the part
                open = false;
        }
        if (open)
            problem.add_clause(clause);
        else
            problem.add_clause({~all});
        of_part.push_back(part.negated ? ~own : own);
    }
    problem.add_clause({of_part.back()});
}

namespace {
/// form >= 0 (> 0) over the last layer as whole numbers: Σ c · (factor · s + shift) + d.
threshold::ScoreCondition condition_of(const model::Query& query, const threshold::ThresholdNetwork& folded,
                                       const LinearForm& form, bool strict) {
    const model::Layer& last = query.network.layers().back();
    std::vector<std::pair<std::size_t, Rational>> factors;
    Rational constant = form.constant();
    Integer common = 1;
    for (const LinearTerm& term : form.terms()) {
        const std::size_t v = term.variable.index();
        if (v < last.first.index() || v >= last.first.index() + last.size)
            throw UsageError("a condition speaks of more than the last layer, or of that and of inputs");
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
        if (abs(whole) > Integer(largest_number)) throw UsageError("a condition is too fine for whole numbers");
        condition.factors.emplace_back(score, whole.get_si());
    }
    const Rational bound = -constant * common / divisor;
    const Integer rounded = strict ? Integer(floor(bound) + 1) : ceil(bound);
    if (abs(rounded) > Integer(largest_number)) throw UsageError("a condition is too fine for whole numbers");
    condition.bound = rounded.get_si();
    return condition;
}
}  // namespace

ScoreFormula ScoreFormula::read(const model::Query& query, std::span<const model::FormulaId> roots,
                                const threshold::ThresholdNetwork& folded) {
    std::vector<threshold::ScoreCondition> conditions;
    const auto reader = [&](const LinearForm& form, bool strict) -> std::optional<std::size_t> {
        const bool over_inputs = std::all_of(form.terms().begin(), form.terms().end(), [&](const LinearTerm& term) {
            return query.network.is_input(term.variable);
        });
        if (over_inputs) return std::nullopt;
        conditions.push_back(condition_of(query, folded, form, strict));
        return conditions.size() - 1;
    };
    QueryFormula formula(query, roots, reader);
    return {std::move(conditions), std::move(formula)};
}

}  // namespace sinew::binarized
