// SPDX-License-Identifier: Apache-2.0
#include "integer/linear_check.hpp"

#include <algorithm>
#include <unordered_map>

#include "exact/integer_elimination.hpp"
#include "integer/row_sink.hpp"
#include "linear/mixed_integer.hpp"

namespace sinew::integer {

namespace {
using linear::LinearSystem;

/// Larger systems cost more than they give: integers are branched on in small ones, equations eliminated in others.
constexpr std::size_t most_variables = 20'000;
constexpr std::size_t most_branched_columns = 100;
constexpr std::size_t most_branched_variables = 400;
constexpr std::uint64_t most_nodes = 30;
/// At the root, where all that follows depends on it; elsewhere.
constexpr Effort most_effort_at_root = effort_per_second;
constexpr Effort most_effort = effort_per_second / 10;
/// Bounds within it are told apart from ends of wide domains.
constexpr Value moderate = Value{1} << 20U;
/// From this range on a variable's rows are looked at.
constexpr Value seed_range = Value{1} << 12U;

bool is_moderate(Value value) {
    return -moderate <= value && value <= moderate;
}
}  // namespace

/// The rows as a linear system, and why each of its bounds holds.
class LinearCheck::System : public RowSink {
  public:
    enum class Ends : std::uint8_t { without, with };

    System(const Domains& domains, Ends ends) : domains_(domains), ends_(ends) {}

    /// Of a wide domain what its root says, where that is near; else what is in force.
    std::optional<Value> lower(View view) const override {
        const Value now = domains_.lower(view);
        if (ends_ == Ends::with || !domains_.is_long(view, seed_range)) return now;
        const Value root = domains_.root_lower(view);
        return is_moderate(root) ? std::optional<Value>(root) : std::nullopt;
    }

    void at_most(std::span<const SinkTerm> terms, const Integer& right, std::span<const Bound> because) override {
        if (too_large()) return;
        bool has_seed = false;
        std::vector<LinearTerm> form;
        for (const SinkTerm& term : terms) {
            if (term.coefficient == 0) continue;
            has_seed = has_seed || domains_.is_long(term.view, seed_range);
            form.push_back({Variable(term.view.variable().index()),
                            Rational(term.view.negative() ? Integer(-term.coefficient) : term.coefficient)});
        }
        if (!has_seed) return;
        add(LinearForm(std::move(form), 0), right, because);
    }

    void add_row(std::span<const RowTerm> terms, LinearRows::Wide bound, Bound condition) {
        terms_.clear();
        for (const RowTerm& term : terms) terms_.push_back({term.view, Integer(term.coefficient)});
        at_most(terms_, to_integer(bound), {&condition, condition.view.valid() ? 1U : 0U});
    }

    bool too_large() const { return system_.variable_count() > most_variables; }
    bool is_small() const {
        return columns_.size() <= most_branched_columns && system_.variable_count() <= most_branched_variables;
    }
    bool empty() const { return columns_.empty(); }

    /// Bounds of the variables that rows name.
    void add_bounds() {
        const std::vector<IntVar> variables = variables_;
        for (const IntVar variable : variables) {
            for (const View view : {View(variable), View(variable, true)}) {
                const std::optional<Value> known = lower(view);
                if (!known) continue;
                const Bound bound{view, *known};
                LinearForm form(Variable(variable.index()), view.negative() ? 1 : -1);
                add(form, Integer(-*known), {&bound, 1});
            }
        }
    }

    const LinearSystem& system() const { return system_; }
    std::span<const IntVar> variables() const { return variables_; }
    SimplexVariable column(IntVar variable) const { return columns_.at(Variable(variable.index())); }
    std::span<const Bound> reason(SimplexVariable variable, Side side) const {
        return reasons_[LinearSystem::slot(variable, side)];
    }
    const Domains& domains() const { return domains_; }

  private:
    /// form <= right.
    void add(const LinearForm& form, const Integer& right, std::span<const Bound> because) {
        for (const LinearTerm& term : form.terms()) {
            const auto [place, is_new] = columns_.try_emplace(term.variable);
            if (!is_new) continue;
            place->second = system_.add_column();
            variables_.emplace_back(term.variable.index());
        }
        const linear::FormBound said = system_.variable_of(form, columns_);
        const Side side = said.factor > 0 ? Side::upper : Side::lower;
        const Rational value = Rational(right) / said.factor;
        const linear::Bound& known = system_.bound(said.variable, side);
        const bool tighter =
            !known.present || (side == Side::upper ? value < known.value.value : value > known.value.value);
        if (!tighter) return;
        system_.set_bound(said.variable, side, DeltaRational{value});
        const std::size_t slot = LinearSystem::slot(said.variable, side);
        if (reasons_.size() <= slot) reasons_.resize(slot + 1);
        reasons_[slot].assign(because.begin(), because.end());
    }

    const Domains& domains_;
    Ends ends_;
    LinearSystem system_;
    std::unordered_map<Variable, SimplexVariable> columns_;
    std::vector<IntVar> variables_;
    std::vector<std::vector<Bound>> reasons_;  // by slot of the system
    std::vector<SinkTerm> terms_;              // scratch
};

Answer LinearCheck::run(const Domains& domains, const LinearRows& rows,
                        std::span<const std::unique_ptr<Propagator>> propagators, const Limits& limits) {
    for (const System::Ends ends : {System::Ends::without, System::Ends::with}) {
        System system(domains, ends);
        for (std::uint32_t r = 0; r < rows.row_count() && !system.too_large(); ++r) {
            const Bound condition = rows.condition(r);
            if (!condition.view.valid() || domains.holds(condition))
                system.add_row(rows.terms(r), rows.bound(r), condition);
        }
        for (const auto& propagator : propagators) propagator->relax(domains, system);
        if (system.too_large() || system.empty()) return Answer::unknown;
        system.add_bounds();
        const Answer answer =
            solve(system, limits.within_effort(domains.level() == 0 ? most_effort_at_root : most_effort));
        if (answer == Answer::unsat) return answer;
        const bool inside = std::all_of(point_.begin(), point_.end(), [&](const auto& value) {
            return domains.lower(value.first) <= value.second && value.second <= domains.upper(value.first);
        });
        if (answer == Answer::sat && inside) return answer;
    }
    return Answer::unknown;
}

Answer LinearCheck::solve(System& rows, const Limits& limits) {
    const LinearSystem& system = rows.system();
    contradiction_.clear();
    point_.clear();
    ExactSimplex simplex;
    for (std::size_t v = 0; v < system.variable_count(); ++v) {
        const SimplexVariable variable(v);
        if (system.is_row(variable))
            simplex.add_row(system.terms(variable));
        else
            simplex.add_column();
        for (const Side side : {Side::lower, Side::upper})
            if (const linear::Bound& bound = system.bound(variable, side); bound.present)
                simplex.set_bound(variable, side, bound.value.value, Strictness::closed);
    }
    const ExactSimplex::Result relaxed = simplex.check({limits});
    if (relaxed == ExactSimplex::Result::infeasible) {
        for (const BoundMultiplier& part : simplex.certificate()) blame(rows, part.variable, part.side);
        return Answer::unsat;
    }
    if (!rows.is_small()) return eliminate(rows, limits);
    if (relaxed != ExactSimplex::Result::feasible) return Answer::unknown;
    linear::MixedInteger integers(system);
    for (const IntVar variable : rows.variables()) integers.add_integer(rows.column(variable));
    switch (integers.check(std::move(simplex), most_nodes, limits)) {
        case Answer::unsat:
            for (const auto& [variable, side] : integers.core()) blame(rows, variable, side);
            return Answer::unsat;
        case Answer::sat:
            for (const IntVar variable : rows.variables()) {
                const Integer value = integers.solution()[rows.column(variable).index()].get_num();
                if (abs(value) <= largest_value) point_.emplace_back(variable, value.get_si());
            }
            return Answer::sat;
        case Answer::unknown:
            break;
    }
    return Answer::unknown;
}

/// Equations alone: do they contradict each other modulo some number?
Answer LinearCheck::eliminate(System& rows, const Limits& limits) {
    const LinearSystem& system = rows.system();
    IntegerElimination equations(system.variable_count());
    std::vector<SimplexVariable> added;
    for (std::size_t v = 0; v < system.variable_count(); ++v) {
        const SimplexVariable variable(v);
        const linear::Bound& lower = system.bound(variable, Side::lower);
        const linear::Bound& upper = system.bound(variable, Side::upper);
        if (!lower.present || !upper.present || lower.value != upper.value) continue;
        // The row as it is has fractions; its least multiple without them has coprime coefficients.
        Integer scale = 1;
        for (const SimplexTerm& term : system.terms(variable)) scale = lcm(scale, term.coefficient.get_den());
        std::vector<IntegerTerm> terms;
        for (const SimplexTerm& term : system.terms(variable))
            terms.push_back({term.variable.index(), Rational(term.coefficient * scale).get_num()});
        if (!system.is_row(variable)) terms.push_back({v, 1});
        const Rational right = lower.value.value * scale;
        added.push_back(variable);
        std::vector<EquationMultiplier> blamed{{added.size() - 1, 1}};
        if (right.get_den() == 1) {
            const auto answer = equations.add_equation(terms, right.get_num(), limits);
            if (answer == IntegerElimination::Answer::stopped) return Answer::unknown;
            if (answer == IntegerElimination::Answer::consistent) continue;
            blamed = equations.certificate();
        }
        for (const EquationMultiplier& part : blamed)
            for (const Side side : {Side::lower, Side::upper}) blame(rows, added[part.equation], side);
        return Answer::unsat;
    }
    return Answer::unknown;
}

void LinearCheck::blame(const System& rows, SimplexVariable variable, Side side) {
    for (const Bound bound : rows.reason(variable, side))
        if (!rows.domains().holds_always(bound)) contradiction_.push_back(bound);
}

}  // namespace sinew::integer
