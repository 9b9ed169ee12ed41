// SPDX-License-Identifier: Apache-2.0
// The search: propagation to a fixpoint, learning from conflicts, restarts, decisions. Knows constraints only; what is
// asked of it, and optimisation, are Model's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "integer/analyze.hpp"
#include "integer/branching.hpp"
#include "integer/clauses.hpp"
#include "integer/dispatcher.hpp"
#include "integer/domains.hpp"
#include "integer/linear_check.hpp"
#include "integer/options.hpp"
#include "sat/restart.hpp"
#include "sat/search_loop.hpp"

namespace sinew::integer {

/// Learned clauses of few literals, and few levels, that others may want to know.
struct Exports {
    static constexpr std::size_t most_literals = 8;
    static constexpr std::uint32_t most_glue = 3;
    std::vector<std::vector<Bound>> clauses{};

    void offer(std::span<const Bound> clause, std::uint32_t glue) {
        if (clause.size() <= most_literals && (glue <= most_glue || clause.size() <= 2))
            clauses.emplace_back(clause.begin(), clause.end());
    }
};

/// Work is counted (base/effort.hpp) in what it propagates and explains; long propagators count for themselves.
/// Constraints are added at level 0, where every search ends. They may be added between searches.
class Engine {
  public:
    explicit Engine(const Settings& settings = {});

    IntVar add_variable(std::span<const Range> ranges);
    /// Literals in any order, also repeated or false.
    void add_clause(std::span<const Bound> literals);
    /// One that follows from the constraints, and may be forgotten again.
    void add_learned(std::span<const Bound> literals, std::uint32_t glue);
    /// A row that fits (LinearRows::fits).
    std::uint32_t add_row(std::span<const RowTerm> terms, LinearRows::Wide bound, Bound condition);
    void tighten_row(std::uint32_t row, LinearRows::Wide bound) { dispatcher_.rows().tighten(row, bound); }
    Propagator& add_propagator(std::unique_ptr<Propagator> propagator) {
        return dispatcher_.add(std::move(propagator));
    }
    /// Whether optional propagators (Cost) run below level 0.
    void allow_optional(bool allowed) { dispatcher_.allow_optional(allowed); }
    void wake(const Propagator& propagator) { dispatcher_.wake(propagator); }
    /// A fact.
    void require_bound(Bound bound);

    const Domains& domains() const { return domains_; }
    const LinearRows& rows() const { return dispatcher_.rows(); }
    const std::vector<std::unique_ptr<Propagator>>& propagators() const { return dispatcher_.propagators(); }
    const Clauses& clauses() const { return clauses_; }
    Branching& branching() { return branching_; }
    const Options& options() const { return options_; }

    /// What follows at level 0. False: there is no solution, or a limit was reached (then not unsat()).
    bool propagate_root(const Limits& limits = {});
    /// sat: values() is a solution. unsat: there is none under the assumptions, and failed_assumptions() says which of
    /// them are to blame. unknown: a limit, or so many conflicts; called again it goes on with what it learned.
    Answer search(std::span<const Bound> assumptions, const Limits& limits, std::uint64_t conflict_budget);
    const std::vector<Value>& values() const { return values_; }
    /// After unsat: assumptions that cannot hold together; none if unsat().
    std::span<const Bound> failed_assumptions() const { return failed_; }
    /// There is no solution whatever the assumptions.
    bool unsat() const { return unsat_; }

    /// For searches that share a question by cubes (base/cubes.hpp): a bound that halves what is left under `cube`;
    /// absent where nothing is.
    std::optional<Bound> split(std::span<const Bound> cube, const Limits& limits);
    /// Hears of the clauses learned; nullptr for none.
    void set_exports(Exports* exports) { exports_ = exports; }

    std::uint64_t conflicts() const { return conflicts_; }
    /// What conflicts() will be after so many more, at most.
    std::uint64_t conflicts_after(std::uint64_t more) const {
        const std::uint64_t most = ~std::uint64_t{0};
        return more > most - conflicts_ ? most : conflicts_ + more;
    }
    std::uint64_t decisions() const { return decisions_; }
    Statistics statistics() const;

  private:
    class Driver;

    /// To a fixpoint: quiet, conflict or stopped.
    sat::Step propagate(const Limits& limits);
    bool creeps(View view);
    void note_stall(bool stalled);
    bool check_rows(const Limits& limits);
    bool resolve_conflict();
    void backtrack(std::uint32_t level);
    void restart(std::uint32_t level);
    void add_normal(std::span<const Bound> literals, Clauses::Kind kind, std::uint32_t glue);
    void reduce_if_due();
    void decide(Bound bound);
    void take_values();
    Effort effort() const;
    void account();

    const Options options_;
    Domains domains_;
    Clauses clauses_;
    Dispatcher dispatcher_{domains_};
    Analyzer analyzer_{domains_, clauses_, dispatcher_};
    Branching branching_;
    sat::RestartPolicy restart_;
    Position head_ = 0;  ///< entries before it have been through the clauses
    bool unsat_ = false;
    LinearCheck linear_check_;
    std::uint32_t check_period_ = 1;  ///< every so many occasions the rows are checked together
    std::uint32_t check_wait_ = 0;
    /// How often a view has risen in a propagation.
    struct Rises {
        std::uint32_t propagation = 0;
        std::uint32_t count = 0;
    };
    std::vector<Rises> rises_;  // by view
    std::uint32_t propagation_ = 0;
    /// The lowest level at which propagation was left unfinished; none: ~0.
    std::uint32_t stalled_level_ = ~std::uint32_t{0};
    std::size_t learned_limit_;
    std::vector<Bound> clause_;
    std::vector<Value> values_;
    std::vector<Bound> failed_;
    Exports* exports_ = nullptr;
    Effort spent_ = 0;  ///< of effort(), what has been told
    std::uint64_t conflicts_ = 0;
    std::uint64_t decisions_ = 0;
    std::uint64_t entries_ = 0;
    std::uint64_t restarts_ = 0;
    std::uint64_t learned_literals_ = 0;
    std::uint64_t checks_ = 0;
    std::uint64_t stalls_ = 0;
};

}  // namespace sinew::integer
