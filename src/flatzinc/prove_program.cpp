// SPDX-License-Identifier: Apache-2.0
#include "flatzinc/prove_program.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "flatzinc/proof_rows.hpp"

namespace sinew::flatzinc {

namespace {
using Id = proof::DrcpWriter::Id;
using Position = std::uint32_t;
constexpr Position at_start = 0xffffffffU;  // what the domains say
constexpr std::uint32_t no_reason = 0xffffffffU;
constexpr std::uint64_t first_restart = 100;

Wide quotient_down(Wide a, Wide b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

/// Reasons: rows by number, then learned clauses.
class ProofSearch : private Assignment {
  public:
    ProofSearch(const model::ConstraintProgram& program, const Limits& limits, Listener& listener,
                proof::DrcpWriter& proof)
        : program_(program), limits_(limits), listener_(listener), proof_(proof), rows_(proof_rows(program)) {}

    Outcome run();

  private:
    struct Entry {
        ProofLiteral literal;
        std::int64_t before;
        Position previous;
        std::uint32_t level;
        std::uint32_t reason;
        Id fact = 0;  ///< at level 0
    };
    struct Clause {
        std::vector<ProofLiteral> literals;
        Id id;
    };

    std::int64_t lower(std::uint32_t view) const { return lower_[view]; }
    std::int64_t upper(std::uint32_t view) const { return -lower_[view ^ 1U]; }
    bool holds(ProofLiteral l) const { return lower(l.view) >= l.value; }
    bool fails(ProofLiteral l) const { return upper(l.view) < l.value; }
    std::uint32_t level() const { return static_cast<std::uint32_t>(levels_.size()); }
    static proof::DrcpWriter::Atom atom(ProofLiteral l) {
        return {l.view >> 1U, (l.view & 1U) != 0, (l.view & 1U) != 0 ? -l.value : l.value};
    }
    std::int64_t value(const model::Term& term) const override {
        return term.kind == model::TermKind::variable ? lower(static_cast<std::uint32_t>(2 * term.value)) : term.value;
    }

    bool make_variables();
    Position position(ProofLiteral literal) const;
    std::int64_t lower_before(std::uint32_t view, Position end) const;
    bool raise(ProofLiteral literal, std::uint32_t reason);
    bool fail(std::uint32_t reason);
    bool propagate();
    bool propagate_clauses(std::uint32_t view);
    bool propagate_row(std::uint32_t number);
    bool may_speak(const ProofRow& row, const ProofLiteral*& open) const;
    bool propagate_sum(std::uint32_t number, const ProofRow& row);
    bool propagate_differs(std::uint32_t number, const ProofRow& row);
    bool propagate_covered(std::uint32_t number, const ProofRow& row);
    void explain(std::uint32_t reason, const ProofLiteral* implied, Position end);
    void explain_row(const ProofRow& row, const ProofLiteral* implied, Position end);
    Id fact_of(ProofLiteral literal);
    Id step(std::uint32_t reason, const ProofLiteral* implied);
    void need(ProofLiteral literal);
    bool resolve_conflict();
    void backtrack(std::uint32_t level);
    void enter(ProofLiteral literal, std::uint32_t reason);
    bool decide();
    void check_solution() const;

    const model::ConstraintProgram& program_;
    const Limits& limits_;
    Listener& listener_;
    proof::DrcpWriter& proof_;
    std::vector<ProofRow> rows_;
    std::vector<Clause> clauses_;
    std::vector<std::vector<std::uint32_t>> rows_of_;  // by view
    std::vector<std::vector<std::uint32_t>> watches_;  // by view that makes a literal fail
    std::vector<std::int64_t> lower_;                  // by view
    std::vector<std::int64_t> start_;                  // by view
    std::vector<Id> start_fact_;                       // by view
    std::vector<Position> last_;                       // by view
    std::vector<double> activity_;                     // by variable
    std::vector<std::int64_t> phase_;                  // by variable
    std::vector<Entry> trail_;
    std::vector<Position> levels_;
    std::size_t heard_ = 0;
    std::vector<std::uint32_t> queue_;
    std::vector<std::uint8_t> queued_;
    std::optional<ProofLiteral> refused_;  // of the conflict; none: the reason contradicts by itself
    std::uint32_t conflict_ = no_reason;
    std::vector<ProofLiteral> premises_;
    std::vector<std::int64_t> needed_;     // by view, where is_needed_
    std::vector<std::uint8_t> is_needed_;  // by view
    std::vector<std::uint32_t> needed_views_;
    std::size_t open_ = 0;  // needed at the conflict's level
    std::vector<Id> hints_;
    std::vector<Id> facts_;
    double bump_ = 1;
    std::uint64_t conflicts_ = 0;
    std::optional<ProofLiteral> better_;  // than the best so far
};

bool ProofSearch::make_variables() {
    const std::size_t views = 2 * program_.variables.size();
    for (std::uint32_t v = 0; v < program_.variables.size(); ++v) {
        const model::ProgramVariable& variable = program_.variables[v];
        proof_.name(v, variable.name);
        const auto ranges = program_.ranges_of(variable.domain);
        if (!variable.is_boolean && ranges.empty()) {
            const Id empty = proof_.inference({}, std::nullopt, 0, "initial_domain");
            proof_.nogood({}, std::array{empty});
            return false;
        }
        start_.push_back(variable.is_boolean ? 0 : ranges.front().lower);
        start_.push_back(variable.is_boolean ? -1 : -ranges.back().upper);
        phase_.push_back(start_[2 * v]);
    }
    lower_ = start_;
    for (std::uint32_t view = 0; view < views; ++view) {
        const ProofLiteral start{view, start_[view]};
        const Id domain = proof_.inference({}, atom(start), 0, "initial_domain");
        start_fact_.push_back(proof_.nogood(std::array{atom(~start)}, std::array{domain}));
    }
    last_.assign(views, at_start);
    activity_.assign(views / 2, 0);
    needed_.assign(views, 0);
    is_needed_.assign(views, 0);
    rows_of_.resize(views);
    watches_.resize(views);
    queued_.assign(rows_.size(), 1);
    for (std::uint32_t r = 0; r < rows_.size(); ++r) {
        const ProofRow& row = rows_[r];
        queue_.push_back(r);
        for (const ProofLiteral& condition : row.conditions) rows_of_[condition.view].push_back(r);
        for (const ProofRow::Term& term : row.terms)
            for (const std::uint32_t view : {term.view, term.view ^ 1U})
                if (row.kind != ProofRowKind::at_most || view == term.view) rows_of_[view].push_back(r);
    }
    return true;
}

/// The entry that made it hold.
Position ProofSearch::position(ProofLiteral literal) const {
    if (start_[literal.view] >= literal.value) return at_start;
    Position at = last_[literal.view];
    require(at != at_start && holds(literal), "what an explanation names holds");
    while (trail_[at].before >= literal.value) at = trail_[at].previous;
    return at;
}

std::int64_t ProofSearch::lower_before(std::uint32_t view, Position end) const {
    Position at = last_[view];
    while (at != at_start && at >= end) at = trail_[at].previous;
    return at == at_start ? start_[view] : trail_[at].literal.value;
}

void ProofSearch::enter(ProofLiteral literal, std::uint32_t reason) {
    trail_.push_back({literal, lower_[literal.view], last_[literal.view], level(), reason});
    last_[literal.view] = static_cast<Position>(trail_.size() - 1);
    lower_[literal.view] = literal.value;
    for (const std::uint32_t row : rows_of_[literal.view]) {
        if (queued_[row] != 0) continue;
        queued_[row] = 1;
        queue_.push_back(row);
    }
}

bool ProofSearch::raise(ProofLiteral literal, std::uint32_t reason) {
    if (holds(literal)) return true;
    if (fails(literal)) {
        // The first bound that is too much is explained best; a clause has but one.
        refused_ = reason >= rows_.size() ? literal : ProofLiteral{literal.view, upper(literal.view) + 1};
        conflict_ = reason;
        return false;
    }
    enter(literal, reason);
    if (level() > 0) return true;
    // At the root it is a fact from now on.
    const auto at = static_cast<Position>(trail_.size() - 1);
    explain(reason, &literal, at);
    hints_.clear();
    for (const ProofLiteral& premise : premises_) hints_.push_back(fact_of(premise));
    hints_.push_back(step(reason, &literal));
    trail_[at].fact = proof_.nogood(std::array{atom(~literal)}, hints_);
    return true;
}

bool ProofSearch::fail(std::uint32_t reason) {
    refused_.reset();
    conflict_ = reason;
    return false;
}

Id ProofSearch::fact_of(ProofLiteral literal) {
    const Position at = position(literal);
    if (at != at_start) return trail_[at].fact;
    return start_fact_[literal.view];
}

/// The step that says that the premises imply it; to be called after explain().
Id ProofSearch::step(std::uint32_t reason, const ProofLiteral* implied) {
    if (reason >= rows_.size()) return clauses_[reason - rows_.size()].id;
    const ProofRow& row = rows_[reason];
    std::vector<proof::DrcpWriter::Atom> atoms;
    for (const ProofLiteral& premise : premises_) atoms.push_back(atom(premise));
    std::optional<proof::DrcpWriter::Atom> result;
    if (implied != nullptr) result = atom(*implied);
    const char* const label = row.tag == 0                        ? "initial_domain"
                              : row.kind == ProofRowKind::covered ? "maximum"
                              : row.kind == ProofRowKind::differs ? "linear_not_equals"
                                                                  : "linear_bounds";
    return proof_.inference(atoms, result, row.tag, label);
}

/// Bounds before `end` that imply `implied` (null: a contradiction), in premises_; none is weaker than its domain.
void ProofSearch::explain(std::uint32_t reason, const ProofLiteral* implied, Position end) {
    premises_.clear();
    if (reason < rows_.size()) {
        explain_row(rows_[reason], implied, end);
    } else {
        for (const ProofLiteral& literal : clauses_[reason - rows_.size()].literals)
            if (implied == nullptr || literal.view != implied->view) premises_.push_back(~literal);
    }
    for (ProofLiteral& premise : premises_) premise.value = std::max(premise.value, start_[premise.view]);
}

void ProofSearch::explain_row(const ProofRow& row, const ProofLiteral* implied, Position end) {
    const auto is_term = [&](const ProofRow::Term& term, bool negated) {
        return implied != nullptr && implied->view == (negated ? term.view ^ 1U : term.view);
    };
    // A condition that fails because of the rest, unless it is a term that is meant.
    bool of_condition = false;
    for (const ProofLiteral& condition : row.conditions) {
        const bool is_meant = implied != nullptr && !of_condition && implied->view == (condition.view ^ 1U) &&
                              implied->value <= 1 - condition.value &&
                              lower_before(condition.view, end) < condition.value;
        if (is_meant)
            of_condition = true;
        else
            premises_.push_back(condition);
    }
    if (row.kind == ProofRowKind::covered) {
        const std::uint32_t result = row.terms.front().view;
        if (!of_condition && is_term(row.terms.front(), true)) {
            for (std::size_t i = 1; i < row.terms.size(); ++i)
                premises_.push_back({row.terms[i].view ^ 1U, implied->value});
            return;
        }
        std::int64_t threshold = implied != nullptr ? implied->value : lower_before(result, end);
        for (std::size_t i = 1; i < row.terms.size(); ++i)
            if (!is_term(row.terms[i], false))
                threshold = std::max(threshold, 1 - lower_before(row.terms[i].view ^ 1U, end));
        premises_.push_back({result, threshold});
        for (std::size_t i = 1; i < row.terms.size(); ++i)
            if (!is_term(row.terms[i], false)) premises_.push_back({row.terms[i].view ^ 1U, 1 - threshold});
        return;
    }
    if (row.kind == ProofRowKind::differs) {
        for (const ProofRow::Term& term : row.terms)
            for (const std::uint32_t view : {term.view, term.view ^ 1U})
                if (of_condition || implied == nullptr || view != (implied->view ^ 1U))
                    premises_.push_back({view, lower_before(view, end)});
        return;
    }
    Wide slack = -row.right - 1;
    const std::size_t begin = premises_.size();
    for (const ProofRow::Term& term : row.terms) {
        if (!of_condition && is_term(term, true)) {
            slack += Wide{term.factor} * (1 - implied->value);  // it is negated
            continue;
        }
        premises_.push_back({term.view, lower_before(term.view, end)});
        slack += Wide{term.factor} * premises_.back().value;
    }
    std::size_t at = begin;
    for (const ProofRow::Term& term : row.terms) {
        if (!of_condition && is_term(term, true)) continue;
        ProofLiteral& premise = premises_[at++];
        const Wide less = std::min<Wide>(slack / term.factor, Wide{premise.value} - start_[premise.view]);
        premise.value -= static_cast<std::int64_t>(less);
        slack -= less * term.factor;
    }
}

/// Whether no condition fails and one at most is open.
bool ProofSearch::may_speak(const ProofRow& row, const ProofLiteral*& open) const {
    for (const ProofLiteral& condition : row.conditions) {
        if (holds(condition)) continue;
        if (fails(condition) || open != nullptr) return false;
        open = &condition;
    }
    return true;
}

bool ProofSearch::propagate_sum(std::uint32_t number, const ProofRow& row) {
    const ProofLiteral* open = nullptr;
    if (!may_speak(row, open)) return true;
    Wide slack = row.right;
    for (const ProofRow::Term& term : row.terms) slack -= Wide{term.factor} * lower(term.view);
    if (slack < 0) return open != nullptr ? raise(~*open, number) : fail(number);
    if (open != nullptr) return true;
    for (const ProofRow::Term& term : row.terms) {
        const Wide most = lower(term.view) + quotient_down(slack, term.factor);
        if (most < upper(term.view) && !raise({term.view ^ 1U, static_cast<std::int64_t>(-most)}, number)) return false;
    }
    return true;
}

bool ProofSearch::propagate_differs(std::uint32_t number, const ProofRow& row) {
    const ProofLiteral* open = nullptr;
    if (!may_speak(row, open)) return true;
    const ProofRow::Term* free = nullptr;
    Wide rest = row.right;
    for (const ProofRow::Term& term : row.terms) {
        if (lower(term.view) == upper(term.view)) {
            rest -= Wide{term.factor} * lower(term.view);
        } else {
            if (free != nullptr) return true;
            free = &term;
        }
    }
    if (free == nullptr) return rest != 0 || (open != nullptr ? raise(~*open, number) : fail(number));
    if (open != nullptr || rest % free->factor != 0) return true;
    const Wide forbidden = rest / free->factor;
    if (forbidden == lower(free->view)) return raise({free->view, lower(free->view) + 1}, number);
    if (forbidden == upper(free->view)) return raise({free->view ^ 1U, 1 - upper(free->view)}, number);
    return true;
}

bool ProofSearch::propagate_covered(std::uint32_t number, const ProofRow& row) {
    const std::uint32_t result = row.terms.front().view;
    std::int64_t most = upper(row.terms[1].view);
    std::uint32_t candidate = 0;
    std::size_t candidates = 0;
    for (std::size_t i = 1; i < row.terms.size(); ++i) {
        const std::uint32_t view = row.terms[i].view;
        most = std::max(most, upper(view));
        if (upper(view) < lower(result)) continue;
        ++candidates;
        candidate = view;
    }
    if (candidates == 0) return fail(number);
    if (!raise({result ^ 1U, -most}, number)) return false;
    return candidates > 1 || raise({candidate, lower(result)}, number);
}

bool ProofSearch::propagate_row(std::uint32_t number) {
    const ProofRow& row = rows_[number];
    if (row.kind == ProofRowKind::at_most) return propagate_sum(number, row);
    return row.kind == ProofRowKind::differs ? propagate_differs(number, row) : propagate_covered(number, row);
}

/// `view` has risen: literals of its negative fail.
bool ProofSearch::propagate_clauses(std::uint32_t view) {
    std::vector<std::uint32_t>& list = watches_[view];
    std::size_t kept = 0;
    bool consistent = true;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::uint32_t number = list[i];
        std::vector<ProofLiteral>& literals = clauses_[number].literals;
        if (!consistent) {
            list[kept++] = number;
            continue;
        }
        if (literals[0].view == (view ^ 1U)) std::swap(literals[0], literals[1]);
        if (!fails(literals[1]) || holds(literals[0])) {
            list[kept++] = number;
            continue;
        }
        std::size_t k = 2;
        while (k < literals.size() && fails(literals[k])) ++k;
        if (k < literals.size()) {
            std::swap(literals[1], literals[k]);
            watches_[literals[1].view ^ 1U].push_back(number);
            continue;
        }
        list[kept++] = number;
        consistent = raise(literals[0], static_cast<std::uint32_t>(rows_.size()) + number);
    }
    list.resize(kept);
    return consistent;
}

bool ProofSearch::propagate() {
    for (std::size_t runs = 1; heard_ < trail_.size() || !queue_.empty(); ++runs) {
        if ((runs & 255U) == 0) throw_if_reached(limits_);
        if (heard_ < trail_.size()) {
            if (!propagate_clauses(trail_[heard_++].literal.view)) return false;
            continue;
        }
        const std::uint32_t row = queue_.back();
        queue_.pop_back();
        queued_[row] = 0;
        if (!propagate_row(row)) return false;
    }
    return true;
}

void ProofSearch::backtrack(std::uint32_t to) {
    for (const std::uint32_t row : queue_) queued_[row] = 0;
    queue_.clear();
    if (level() <= to) return;
    const Position begin = levels_[to];
    while (trail_.size() > begin) {
        const Entry& entry = trail_.back();
        phase_[entry.literal.view >> 1U] = (entry.literal.view & 1U) != 0 ? -entry.literal.value : entry.literal.value;
        lower_[entry.literal.view] = entry.before;
        last_[entry.literal.view] = entry.previous;
        trail_.pop_back();
    }
    levels_.resize(to);
    heard_ = std::min<std::size_t>(heard_, trail_.size());
}

void ProofSearch::need(ProofLiteral literal) {
    const Position at = position(literal);
    if (at == at_start || trail_[at].level == 0) {
        facts_.push_back(fact_of(literal));
        return;
    }
    const std::uint32_t view = literal.view;
    const bool is_open = trail_[at].level == level();
    if (is_needed_[view] == 0) {
        is_needed_[view] = 1;
        needed_views_.push_back(view);
        needed_[view] = literal.value;
        open_ += is_open ? 1 : 0;
        activity_[view >> 1U] += bump_;
        return;
    }
    if (literal.value <= needed_[view]) return;
    if (is_open && trail_[position({view, needed_[view]})].level != level()) ++open_;
    needed_[view] = literal.value;
}

/// Learns a clause (first unique implication point) and goes back. False: there is no solution.
bool ProofSearch::resolve_conflict() {
    ++conflicts_;
    std::vector<Id> used;
    facts_.clear();
    hints_.clear();
    needed_views_.clear();
    open_ = 0;
    const auto resolve = [&](std::uint32_t reason, const ProofLiteral* implied, Position end) {
        explain(reason, implied, end);
        used.push_back(step(reason, implied));
        for (const ProofLiteral premise : std::vector<ProofLiteral>(premises_)) need(premise);
    };
    const auto end = static_cast<Position>(trail_.size());
    const std::optional<ProofLiteral> refused = refused_;
    resolve(conflict_, refused ? &*refused : nullptr, end);
    if (refused) {
        ProofLiteral opposite = ~*refused;
        opposite.value = std::max(opposite.value, start_[opposite.view]);
        need(opposite);
    }
    if (level() > 0) {
        for (Position at = end; open_ > 1;) {
            --at;
            const Entry entry = trail_[at];
            const std::uint32_t view = entry.literal.view;
            if (is_needed_[view] == 0 || needed_[view] <= entry.before) continue;
            const ProofLiteral implied{view, needed_[view]};
            is_needed_[view] = 0;
            std::erase(needed_views_, view);
            --open_;
            resolve(entry.reason, &implied, at);
        }
    }
    std::vector<ProofLiteral> literals;
    std::vector<proof::DrcpWriter::Atom> atoms;
    for (const std::uint32_t view : needed_views_) {
        literals.push_back(~ProofLiteral{view, needed_[view]});
        atoms.push_back(atom({view, needed_[view]}));
        is_needed_[view] = 0;
    }
    std::sort(facts_.begin(), facts_.end());
    facts_.erase(std::unique(facts_.begin(), facts_.end()), facts_.end());
    facts_.insert(facts_.end(), used.rbegin(), used.rend());
    const Id id = proof_.nogood(atoms, facts_);
    bump_ *= 1.05;
    if (bump_ > 1e100) {
        for (double& activity : activity_) activity *= 1e-100;
        bump_ *= 1e-100;
    }
    if (literals.empty()) return false;
    const auto level_of = [&](ProofLiteral literal) { return trail_[position(~literal)].level; };
    std::sort(literals.begin(), literals.end(),
              [&](ProofLiteral a, ProofLiteral b) { return level_of(a) > level_of(b); });
    backtrack(literals.size() == 1 ? 0 : level_of(literals[1]));
    if (literals.size() == 1) {
        enter(literals[0], no_reason);
        trail_.back().fact = id;
        return true;
    }
    const auto number = static_cast<std::uint32_t>(clauses_.size());
    for (std::size_t i = 0; i < 2; ++i) watches_[literals[i].view ^ 1U].push_back(number);
    clauses_.push_back({literals, id});
    raise(literals[0], static_cast<std::uint32_t>(rows_.size()) + number);
    return true;
}

/// False: everything has its value.
bool ProofSearch::decide() {
    std::optional<std::uint32_t> best;
    for (std::uint32_t v = 0; v < activity_.size(); ++v)
        if (lower(2 * v) < upper(2 * v) && (!best || activity_[v] > activity_[*best])) best = v;
    if (!best) return false;
    const std::uint32_t view = 2 * *best;
    const std::int64_t value = std::clamp(phase_[*best], lower(view), upper(view));
    levels_.push_back(static_cast<Position>(trail_.size()));
    enter(value < upper(view) ? ProofLiteral{view ^ 1U, -value} : ProofLiteral{view, value}, no_reason);
    return true;
}

void ProofSearch::check_solution() const {
    for (const ProofRow& row : rows_) require(holds_for(row, lower_), "a solution satisfies all constraints");
}

Outcome ProofSearch::run() {
    Outcome outcome;
    const bool optimises = program_.goal != model::Goal::satisfy;
    if (optimises && program_.objective.kind != model::TermKind::variable)
        throw UsageError("a proof of an objective that is a constant");
    const bool is_maximum = program_.goal == model::Goal::maximize;
    const std::uint32_t target =
        optimises ? static_cast<std::uint32_t>(2 * program_.objective.value) + (is_maximum ? 1U : 0U) : 0;
    if (!make_variables()) {
        proof_.conclude_unsat();
        outcome.is_complete = true;
        return outcome;
    }
    std::uint64_t next_restart = first_restart;
    std::uint64_t interval = first_restart;
    try {
        for (;;) {
            throw_if_reached(limits_);
            if (!propagate()) {
                if (!resolve_conflict()) {
                    proof_.conclude_unsat();
                    outcome.is_complete = true;
                    break;
                }
                continue;
            }
            if (level() > 0 && conflicts_ >= next_restart) {
                interval += interval / 10;
                next_restart = conflicts_ + interval;
                backtrack(0);
                continue;
            }
            if (better_ && level() == 0) {
                if (fails(*better_)) {
                    fact_of(~*better_);
                    proof_.conclude_bound(atom(~*better_));
                    outcome.is_complete = true;
                    break;
                }
                levels_.push_back(static_cast<Position>(trail_.size()));
                if (!holds(*better_)) enter(*better_, no_reason);
                continue;
            }
            if (decide()) continue;
            check_solution();
            ++outcome.solutions;
            listener_.solution(*this);
            if (!optimises) break;
            outcome.objective = Integer(is_maximum ? upper(target ^ 1U) : lower(target));
            better_ = ProofLiteral{target ^ 1U, 1 - lower(target)};
            backtrack(0);
        }
    } catch (const LimitReached&) {
    }
    if (outcome.is_complete) outcome.bound = outcome.objective;
    outcome.statistics.add("proof_conflicts", static_cast<double>(conflicts_));
    return outcome;
}
}  // namespace

Outcome prove(const model::ConstraintProgram& program, const Limits& limits, Listener& listener,
              proof::DrcpWriter& proof) {
    return ProofSearch(program, limits, listener, proof).run();
}

}  // namespace sinew::flatzinc
