// SPDX-License-Identifier: Apache-2.0
#include "integer/engine.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace sinew::integer {

namespace {
constexpr std::uint32_t runs_between_looks = 1U << 12U;
/// A view that rises often in one propagation (Options::rises), and has so far to go still, creeps.
constexpr Value long_way = Value{1} << 12U;
constexpr std::uint32_t no_level = ~std::uint32_t{0};
// Measured over neuron networks and FlatZinc programs.
constexpr Effort ticks_of_an_entry = 15;
constexpr Effort ticks_of_a_run = 60;
constexpr Effort ticks_of_an_explanation = 50;

sat::Options restart_options(const Options& chosen) {
    sat::Options options;
    options.restart = chosen.restart;
    options.luby_unit = chosen.luby_unit;
    return options;
}
}  // namespace

Engine::Engine(const Settings& settings)
    : options_(settings.options(option_table())),
      branching_(options_),
      restart_(restart_options(options_)),
      learned_limit_(options_.learned) {}

IntVar Engine::add_variable(std::span<const Range> ranges) {
    const IntVar variable = domains_.add_variable(ranges);
    clauses_.add_variable();
    dispatcher_.add_variable();
    analyzer_.add_variable();
    branching_.add_variable();
    rises_.resize(rises_.size() + 2);
    return variable;
}

void Engine::require_bound(Bound bound) {
    if (unsat_ || domains_.raise(bound, Reason())) return;
    unsat_ = true;
}

void Engine::add_clause(std::span<const Bound> literals) {
    add_normal(literals, Clauses::Kind::problem, 0);
}

void Engine::add_learned(std::span<const Bound> literals, std::uint32_t glue) {
    add_normal(literals, Clauses::Kind::learned, glue);
}

void Engine::add_normal(std::span<const Bound> literals, Clauses::Kind kind, std::uint32_t glue) {
    require(domains_.level() == 0, "constraints are added at level 0");
    if (unsat_) return;
    clause_.assign(literals.begin(), literals.end());
    std::erase_if(clause_, [&](Bound literal) { return domains_.fails(literal); });
    if (std::any_of(clause_.begin(), clause_.end(), [&](Bound literal) { return domains_.holds(literal); })) return;
    // Of one view the weakest bound says it all; x >= a or x <= b holds always if b >= a - 1.
    std::sort(clause_.begin(), clause_.end(),
              [](Bound a, Bound b) { return a.view != b.view ? a.view < b.view : a.value < b.value; });
    clause_.erase(std::unique(clause_.begin(), clause_.end(), [](Bound a, Bound b) { return a.view == b.view; }),
                  clause_.end());
    for (std::size_t i = 1; i < clause_.size(); ++i) {
        const Bound low = clause_[i - 1];
        if (low.view == -clause_[i].view && low.value <= 1 - clause_[i].value) return;
    }
    if (clause_.empty())
        unsat_ = true;
    else if (clause_.size() == 1)
        require_bound(clause_.front());
    else
        clauses_.add(clause_, kind, glue);
}

std::uint32_t Engine::add_row(std::span<const RowTerm> terms, LinearRows::Wide bound, Bound condition) {
    require(domains_.level() == 0, "constraints are added at level 0");
    return dispatcher_.rows().add(domains_, terms, bound, condition);
}

bool Engine::creeps(View view) {
    Rises& rises = rises_[view.index()];
    if (rises.propagation != propagation_) rises = {propagation_, 0};
    if (++rises.count < options_.rises) return false;
    rises.count = 0;
    return domains_.is_long(view, long_way);
}

/// Work that is left for later is known to the dispatcher until the search goes back; then all is looked at again.
void Engine::note_stall(bool stalled) {
    if (stalled) {
        ++stalls_;
        stalled_level_ = std::min(stalled_level_, domains_.level());
    } else if (stalled_level_ == domains_.level()) {
        stalled_level_ = no_level;
    }
}

/// Are the linear constraints in force consistent? False: the domains have the conflict. Less and less often while
/// nothing comes of it.
bool Engine::check_rows(const Limits& limits) {
    if (check_wait_ > 0) {
        --check_wait_;
        return true;
    }
    ++checks_;
    const Answer answer = linear_check_.run(domains_, dispatcher_.rows(), dispatcher_.propagators(), limits);
    const bool useful = answer == Answer::unsat;
    check_period_ = useful ? std::max(1U, check_period_ / 2)
                           : std::min(static_cast<std::uint32_t>(options_.check_period), 2 * check_period_);
    check_wait_ = check_period_ - 1;
    for (const auto& [variable, value] : linear_check_.point()) branching_.suggest(variable, value);
    return !useful || domains_.fail(linear_check_.contradiction());
}

/// A fixpoint, but where bounds creep: these are left where they are after a while, for the search to cut domains.
sat::Step Engine::propagate(const Limits& limits) {
    ++propagation_;
    int patience = 2;
    for (std::uint32_t runs = 1;; ++runs) {
        while (head_ < domains_.size()) {
            const Domains::Entry entry = domains_.entry(head_++);
            ++entries_;
            if (!clauses_.propagate(domains_, entry, domains_.value_before(entry))) return sat::Step::conflict;
            if (creeps(entry.view)) {
                --patience;
                ++propagation_;
                if (patience == 1 && !check_rows(limits)) return sat::Step::conflict;
            }
        }
        if (!dispatcher_.has_work() || patience <= 0) break;
        if (!dispatcher_.run_next()) return sat::Step::conflict;
        if (runs % runs_between_looks != 0) continue;
        account();
        if (limits.exceeded()) return sat::Step::stopped;
    }
    note_stall(dispatcher_.has_work());
    if (domains_.level() == 0) {
        domains_.commit_root();
        head_ = 0;
    }
    return sat::Step::quiet;
}

bool Engine::propagate_root(const Limits& limits) {
    require(domains_.level() == 0, "a search ends at level 0");
    if (unsat_) return false;
    dispatcher_.set_limits(limits);
    const sat::Step step = propagate(limits);
    account();
    unsat_ = step == sat::Step::conflict;
    return step == sat::Step::quiet;
}

/// A clause or row looked at is some cache lines; so is what a propagator reads, and those that do more tell it
/// themselves.
Effort Engine::effort() const {
    return ticks_of_an_entry * entries_ + ticks_of_a_run * (dispatcher_.rows().propagations() + dispatcher_.runs()) +
           ticks_of_an_explanation * analyzer_.explanations();
}

void Engine::account() {
    const Effort now = effort();
    spend(now - std::exchange(spent_, now));
}

void Engine::backtrack(std::uint32_t level) {
    if (level >= domains_.level()) return;
    dispatcher_.forget_work();  // it was about entries that go now
    branching_.on_backtrack(domains_, domains_.level_begin(level + 1));
    domains_.backtrack(level);
    head_ = std::min(head_, domains_.size());
    if (stalled_level_ == no_level) return;
    if (stalled_level_ <= level)
        dispatcher_.wake_all();
    else
        stalled_level_ = no_level;
}

/// Learns from the domains' conflict. False: there is no solution.
bool Engine::resolve_conflict() {
    ++conflicts_;
    const std::uint32_t latest = analyzer_.collect();
    if (latest == 0) {
        unsat_ = true;
        return false;
    }
    backtrack(latest);
    analyzer_.analyze();
    domains_.clear_conflict();
    branching_.on_conflict(analyzer_.seen());
    backtrack(analyzer_.backjump_level());
    const std::span<const Bound> learned = analyzer_.learned();
    learned_literals_ += learned.size();
    if (exports_ != nullptr) exports_->offer(learned, analyzer_.glue());
    Reason reason;
    if (learned.size() > 1)
        reason = Reason(ReasonKind::clause, clauses_.add(learned, Clauses::Kind::learned, analyzer_.glue()));
    clauses_.decay();
    restart_.on_conflict(analyzer_.glue(), entries_);
    require(domains_.raise(learned.front(), reason), "a learned clause is not false");
    return true;
}

void Engine::restart(std::uint32_t level) {
    ++restarts_;
    restart_.restarted();
    backtrack(level);
}

void Engine::reduce_if_due() {
    if (domains_.level() != 0 || clauses_.learned_count() < learned_limit_) return;
    clauses_.reduce(domains_);
    learned_limit_ += static_cast<std::size_t>(static_cast<double>(learned_limit_) * (options_.learned_growth - 1));
}

void Engine::decide(Bound bound) {
    ++decisions_;
    domains_.new_level();
    domains_.raise(bound, Reason());
}

void Engine::take_values() {
    values_.resize(domains_.variable_count());
    for (std::size_t v = 0; v < values_.size(); ++v) values_[v] = domains_.lower(IntVar(v));
}

/// What the common loop asks of bounds.
class Engine::Driver {
  public:
    using Decision = Bound;
    Driver(Engine& engine, std::span<const Bound> assumptions, const Limits& limits)
        : engine_(engine), assumptions_(assumptions), limits_(limits) {}

    sat::Step propagate(const Limits& limits) { return engine_.propagate(limits); }
    bool resolve_conflict() { return engine_.resolve_conflict(); }
    bool wants_restart() const { return engine_.restart_.wants_restart(); }
    void restart(std::size_t assumptions) {
        const bool is_full = engine_.clauses_.learned_count() >= engine_.learned_limit_;
        engine_.restart(is_full ? 0 : static_cast<std::uint32_t>(assumptions));
    }
    sat::Step tidy() {
        engine_.reduce_if_due();
        return sat::Step::quiet;
    }
    bool assume(Bound assumption) {
        if (engine_.domains_.fails(assumption)) {
            for (const std::uint32_t level : engine_.analyzer_.levels_behind(~assumption))
                engine_.failed_.push_back(assumptions_[level - 1]);
            engine_.failed_.push_back(assumption);
            return false;
        }
        engine_.decide(assumption);
        return true;
    }
    /// Before a very wide domain is cut the rows are checked together; where nothing is left to decide, what
    /// propagation left for later is looked at: nothing can rise any more.
    sat::Step choose(std::optional<Bound>& decision) {
        decision = engine_.branching_.next(engine_.domains_);
        if (decision && is_wide(engine_.domains_, decision->view)) {
            if (!engine_.check_rows(limits_)) return sat::Step::conflict;
            decision = engine_.branching_.next(engine_.domains_);
        }
        return !decision && engine_.dispatcher_.has_work() ? sat::Step::progress : sat::Step::quiet;
    }
    void decide(Bound bound) { engine_.decide(bound); }
    sat::Step final_check(const Limits&) {
        engine_.take_values();
        return sat::Step::quiet;
    }
    void account() { engine_.account(); }
    std::uint32_t level() const { return engine_.domains_.level(); }
    std::uint64_t conflicts() const { return engine_.conflicts_; }
    std::uint64_t decisions() const { return engine_.decisions_; }

  private:
    Engine& engine_;
    std::span<const Bound> assumptions_;
    const Limits& limits_;
};

Answer Engine::search(std::span<const Bound> assumptions, const Limits& limits, std::uint64_t conflict_budget) {
    failed_.clear();
    if (unsat_) return Answer::unsat;
    dispatcher_.set_limits(limits);
    Driver driver(*this, assumptions, limits);
    const Answer answer = sat::search(driver, assumptions, limits, conflict_budget);
    backtrack(0);
    return answer;
}

std::optional<Bound> Engine::split(std::span<const Bound> cube, const Limits& limits) {
    if (unsat_) return std::nullopt;
    dispatcher_.set_limits(limits);
    bool is_open = propagate_root(limits);
    for (std::size_t i = 0; i < cube.size() && is_open; ++i) {
        if (domains_.holds(cube[i])) continue;
        is_open = !domains_.fails(cube[i]);
        if (!is_open) break;
        decide(cube[i]);
        is_open = propagate(limits) == sat::Step::quiet;
    }
    std::optional<Bound> half = is_open ? branching_.next(domains_) : std::nullopt;
    if (half) {
        const Value lower = domains_.lower(half->view);
        const Value upper = domains_.upper(half->view);
        // One value against all others is no half.
        if (upper - lower > 1 && !is_wide(domains_, half->view)) half->value = lower + (upper - lower) / 2 + 1;
    }
    if (domains_.level() > 0) domains_.clear_conflict();
    backtrack(0);
    return half;
}

Statistics Engine::statistics() const {
    Statistics statistics;
    statistics.add("integer_variables", static_cast<double>(domains_.variable_count()));
    statistics.add("integer_conflicts", static_cast<double>(conflicts_));
    statistics.add("integer_decisions", static_cast<double>(decisions_));
    statistics.add("integer_effort", static_cast<double>(effort()));
    statistics.add("integer_bounds", static_cast<double>(entries_));
    statistics.add("integer_restarts", static_cast<double>(restarts_));
    statistics.add("integer_explanations", static_cast<double>(analyzer_.explanations()));
    statistics.add("integer_learned_literals", static_cast<double>(learned_literals_));
    statistics.add("integer_row_runs", static_cast<double>(dispatcher_.rows().propagations()));
    statistics.add("integer_checks", static_cast<double>(checks_));
    statistics.add("integer_stalls", static_cast<double>(stalls_));
    statistics.add("integer_propagator_runs", static_cast<double>(dispatcher_.runs()));
    return statistics;
}

}  // namespace sinew::integer
