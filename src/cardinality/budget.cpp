// SPDX-License-Identifier: Apache-2.0
#include "cardinality/budget.hpp"

#include <algorithm>
#include <vector>

namespace sinew::cardinality {

namespace {

__extension__ using Wide = __int128;

class BudgetPass {
  public:
    BudgetPass(Engine& engine, const Objective& objective, std::int64_t budget, RowProof::Id id)
        : engine_(engine), objective_(objective), budget_id_(id), left_(budget), cost_(2 * engine.variable_count(), 0) {
        for (const Term& term : objective.terms) {
            const int fact = engine.fact(term.literal);
            if (fact > 0) left_ -= term.coefficient;
            if (fact == 0) cost_[term.literal.index()] = term.coefficient;
        }
    }

    BudgetEffect run(std::size_t own_slots, const Limits& limits) {
        const std::size_t count = engine_.rows().size();
        std::vector<Constraint> partners;
        for (std::size_t i = 0; i < count && !limits.exceeded(); ++i) {
            const RowId id(i);
            const RowDatabase::Row& row = engine_.rows().row(id);
            if (row.garbage || row.kind != RowKind::problem || row.slotted) continue;
            look_at(id, partners);
        }
        for (std::size_t i = 0; i < facts_.size(); ++i)
            engine_.add_clause({&facts_[i], 1}, engine_.proof() != nullptr ? fact_ids_[i] : 0);
        effect_.facts = facts_.size();
        // A slot that is not reached keeps its partner of a larger budget, which still holds.
        for (std::size_t k = 0; k < partners.size() && !engine_.unsat() && !limits.exceeded(); ++k)
            engine_.replace(own_slots + k, partners[k], engine_.proof() != nullptr ? partner_ids_[k] : 0);
        effect_.partners = partners.size();
        engine_.clear_slots(own_slots + partners.size());
        return effect_;
    }

  private:
    struct Deal {
        std::int64_t amount;
        std::int64_t cost;
    };

    std::int64_t cost(Literal literal) const { return cost_[literal.index()]; }

    /// The most that the budget buys, fractions allowed and rounded down.
    std::int64_t best(std::vector<Deal>& deals) {
        dual_ = {0, 1};
        std::sort(deals.begin(), deals.end(), [](const Deal& a, const Deal& b) {
            return static_cast<Wide>(a.amount) * b.cost > static_cast<Wide>(b.amount) * a.cost;
        });
        std::int64_t left = left_;
        std::int64_t bought = 0;
        for (const Deal& deal : deals) {
            if (deal.cost <= left) {
                left -= deal.cost;
                bought += deal.amount;
                continue;
            }
            dual_ = deal;
            return bought + static_cast<std::int64_t>(static_cast<Wide>(deal.amount) * left / deal.cost);
        }
        return bought;
    }

    void look_at(RowId id, std::vector<Constraint>& partners) {
        const auto literals = engine_.rows().literals(id);
        const auto coefficients = engine_.rows().coefficients(id);
        const std::int64_t degree = engine_.rows().row(id).degree;
        engine_.add_effort(16 * literals.size());
        gains_.clear();
        losses_.clear();
        std::int64_t free = 0;  // open terms that cost nothing either way
        std::int64_t kept = 0;  // terms that are true unless something is spent
        for (std::size_t i = 0; i < literals.size(); ++i) {
            if (cost(literals[i]) > 0)
                gains_.push_back({coefficients[i], cost(literals[i])});
            else if (cost(~literals[i]) > 0)
                losses_.push_back({coefficients[i], cost(~literals[i])}), kept += coefficients[i];
            else
                free += coefficients[i];
        }
        if (gains_.size() + losses_.size() < 2) return;
        if (kept - best(losses_) >= degree) {
            engine_.drop_row(id);
            ++effect_.dropped;
            return;
        }
        const std::int64_t most = free + kept + best(gains_);
        for (std::size_t i = 0; i < literals.size() && coefficients[i] > most - degree; ++i)
            if (cost(literals[i]) == 0) add_fact(id, literals[i]);
        if (most < degree) add_fact(id, ~literals[0]), add_fact(id, literals[0]);
        sum_id_ = 0;
        if (engine_.rows().row(id).has_head && cost(literals[0]) == 0 && cost(~literals[0]) == 0)
            effect_.gates.push_back(literals[0].variable());
        add_partner(id, partners);
    }

    /// What the best deals leave, as a row: the row times the cost of the last deal, the budget times its amount (the
    /// dual of the linear program of one constraint). The fact is what it propagates.
    void add_fact(RowId id, Literal literal) {
        facts_.push_back(literal);
        if (engine_.proof() == nullptr) return;
        if (sum_id_ == 0) sum_id_ = sum_with_budget(id, dual_.cost, dual_.amount);
        fact_ids_.push_back(engine_.proof()->follows({&literal, 1}, hints_of_facts()));
    }

    RowProof::Id sum_with_budget(RowId id, std::int64_t row_factor, std::int64_t budget_factor) {
        CuttingSteps steps;
        steps.row(engine_.rows().row(id).proof);
        steps.multiply(row_factor);
        if (budget_factor != 0) steps.add(budget_id_, budget_factor);
        return engine_.proof()->derived(steps);
    }

    /// The sum has the objective's facts.
    std::span<const RowProof::Id> hints_of_facts() {
        hints_.clear();
        for (const Term& term : objective_.terms)
            if (engine_.fact(term.literal) != 0) hints_.push_back(engine_.fact_id(term.literal.variable()));
        hints_.push_back(sum_id_);
        return hints_;
    }

    /// row·q + budget·p, where p/q is the largest coefficient of a bought literal over the least cost.
    void add_partner(RowId id, std::vector<Constraint>& partners) {
        std::int64_t amount = 0;
        std::int64_t least = 0;
        for (const Deal& deal : gains_) {
            amount = std::max(amount, deal.amount);
            least = least == 0 ? deal.cost : std::min(least, deal.cost);
        }
        if (amount == 0 || amount > most_factor || least > most_factor) return;
        const auto literals = engine_.rows().literals(id);
        const auto coefficients = engine_.rows().coefficients(id);
        const std::size_t size = literals.size() + objective_.terms.size();
        if (partner_terms_ + size > most_partner_terms) return;
        partner_terms_ += size;
        engine_.add_effort(64 * literals.size());
        std::vector<Term> sum;
        Wide total = 0;
        std::int64_t bound = engine_.rows().row(id).degree * least;
        for (std::size_t i = 0; i < literals.size(); ++i) {
            sum.push_back({coefficients[i] * least, literals[i]});
            total += static_cast<Wide>(coefficients[i]) * least;
        }
        for (const Term& term : objective_.terms) {
            if (engine_.fact(term.literal) != 0) continue;
            sum.push_back({term.coefficient * amount, ~term.literal});
            total += static_cast<Wide>(term.coefficient) * amount;
            bound += term.coefficient * amount;
        }
        if (total > largest_sum) return;
        partners.push_back(merged(sum, bound - left_ * amount));
        if (engine_.proof() != nullptr) partner_ids_.push_back(partner_proof(id, least, amount));
    }

    /// The sum without the objective's facts.
    RowProof::Id partner_proof(RowId id, std::int64_t row_factor, std::int64_t budget_factor) {
        CuttingSteps steps;
        steps.row(engine_.rows().row(id).proof);
        steps.multiply(row_factor);
        steps.add(budget_id_, budget_factor);
        for (const Term& term : objective_.terms) {
            const int fact = engine_.fact(term.literal);
            if (fact < 0) steps.weaken(term.literal);
            if (fact > 0) steps.add(engine_.fact_id(term.literal.variable()), budget_factor * term.coefficient);
        }
        return engine_.proof()->derived(steps);
    }

    static constexpr std::int64_t most_factor = 1 << 16;

    Engine& engine_;
    const Objective& objective_;
    RowProof::Id budget_id_;  ///< where a proof is written
    std::int64_t left_;
    std::vector<std::int64_t> cost_;  ///< by literal; 0 for what costs nothing
    std::vector<Deal> gains_;
    std::vector<Deal> losses_;
    Deal dual_{0, 1};  ///< the last that best() could not pay
    RowProof::Id sum_id_ = 0;
    std::vector<RowProof::Id> hints_;
    std::vector<RowProof::Id> fact_ids_;
    std::vector<RowProof::Id> partner_ids_;
    std::vector<Literal> facts_;
    std::size_t partner_terms_ = 0;
    BudgetEffect effect_;
};

}  // namespace

bool set_budget(Engine& engine, const Objective& objective, std::int64_t budget, RowProof::Id id) {
    if (budget < 0) return engine.add_clause({}, id);
    engine.add_effort(16 * objective.terms.size());
    Constraint within = objective.within(budget);
    if (within.degree <= 0) return true;
    // The row is the engine's own to forget.
    return engine.replace(0, std::move(within), engine.proof() != nullptr ? engine.proof()->copied(id) : 0);
}

BudgetEffect impose_budget(Engine& engine, const Objective& objective, std::int64_t budget, const Limits& limits,
                           RowProof::Id id) {
    BudgetEffect effect;
    if (!set_budget(engine, objective, budget, id) || !engine.simplify() || !engine.options().strengthen) return effect;
    effect = BudgetPass(engine, objective, budget, id).run(1, limits);
    engine.simplify();
    return effect;
}

}  // namespace sinew::cardinality
