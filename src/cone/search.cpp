// SPDX-License-Identifier: Apache-2.0
#include "cone/search.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "cone/bounds.hpp"
#include "sat/cube_solver.hpp"

namespace sinew::cone {

namespace {
using sat::BoolVar;
using sat::Literal;

/// Larger clusters bound better and cost more to set up and to look up.
struct Stage {
    std::size_t most_bits;
    std::uint64_t from_conflicts;
};
constexpr std::array<Stage, 4> stages{{{10, 0}, {13, 1000}, {16, 3000}, {18, 100000}}};

/// A clause costs many bounds to find, and next to nothing to know.
constexpr sat::Sharing shared_clauses{.most_literals = 48, .most_glue = 48};

sat::Options solver_options(const Options& chosen, const Settings& settings) {
    sat::Options options;
    options.conflict_limit = chosen.conflicts;
    // Clauses are few and dear here: a conflict costs twenty bounds.
    options.restart = 2;
    options.decay = 0.95;
    options.learned_least = 4000;
    return settings.options(sat::option_table(), options);
}
}  // namespace

const OptionTable<Options>& option_table() {
    static const OptionRow<Options> rows[] = {
        {"conflicts", &Options::conflicts, 1, 1e12, "conflicts of a turn"},
        {"table_megabytes", &Options::table_megabytes, 1, 1e6, "memory of all tables"},
        {"most_bits", &Options::most_bits, 1, 18, "bits of a cluster, once the search has lasted"},
    };
    static const OptionTable<Options> table{"cone", "search over input bits, bounded by tables of small cones", rows};
    return table;
}

struct ConeSearch::State : sat::TheoryHook {
    State(const threshold::ReducedNetwork& reduced, const threshold::Ball& around, ConeBounds first,
          const Options& chosen, const Settings& settings, std::size_t of_threads)
        : network(reduced),
          ball(around),
          options(chosen),
          threads(of_threads),
          bounds(std::move(first)),
          solver(solver_options(chosen, settings)) {
        used.assign(bounds.bit_count(), 0);
        for (std::size_t b = 0; b < bounds.bit_count(); ++b) {
            const BoolVar variable = solver.new_variable();
            solver.set_phase(Literal(variable, bounds.centre(b)));  // away from the centre
        }
        for (const ConeCluster& cluster : bounds.clusters().clusters)
            for (const std::uint32_t bit : cluster.bits)
                solver.bump(BoolVar(bit), static_cast<double>(cluster.items.size()));
        solver.add_theory(*this);
        for (std::size_t b = 0; b < bounds.bit_count(); ++b) {
            const BoolVar variable(b);
            if (bounds.matters(b)) solver.watch_theory_variable(variable, *this);
            if (bounds.clusters().bits[b].step != 0) solver.add_clause({Literal(BoolVar(b - 1)), ~Literal(variable)});
        }
    }

    void assigned(Literal literal) override {
        known.push_back(literal);
        bounds.set(literal.variable().index(), !literal.negated());
    }
    void new_level() override { level_begin.push_back(known.size()); }
    void backtrack(std::size_t level) override {
        if (level >= level_begin.size()) return;
        while (known.size() > level_begin[level]) {
            bounds.set(known.back().variable().index(), std::nullopt);
            known.pop_back();
        }
        level_begin.resize(level);
        checked = std::min(checked, known.size());
    }
    void propagate(sat::Inferences& out) override {
        if (checked == known.size() && checked != 0) return;
        checked = known.size();
        ++checks;
        if (!bounds.excluded()) return;
        lift();
        out.conflict(clause);
        checked = 0;
    }
    void final_check(sat::Inferences&) override {}
    void explain(Literal, std::vector<Literal>&) override { require(false, "cones imply no single literals"); }

    /// The negations of known literals that exclude all targets together: each of the others, the last ones first, was
    /// found not to be needed.
    void lift() {
        const std::size_t facts = level_begin.empty() ? known.size() : level_begin.front();
        clause.clear();
        dropped.clear();
        for (std::size_t i = known.size(); i-- > facts;) {
            const std::size_t bit = known[i].variable().index();
            bounds.set(bit, std::nullopt);
            ++checks;
            if (bounds.excluded()) {
                dropped.push_back(known[i]);
            } else {
                bounds.set(bit, !known[i].negated());
                clause.push_back(~known[i]);
            }
        }
        for (const Literal literal : dropped) bounds.set(literal.variable().index(), !literal.negated());
        for (const Literal literal : clause) used[literal.variable().index()] += 1;
        ++lifted;
        lifted_literals += clause.size();
    }

    /// Larger clusters, if it is time for them and there is room.
    void advance() {
        const std::uint64_t conflicts = solver.counters().conflicts;
        if (stage + 1 == stages.size() || conflicts < stages[stage + 1].from_conflicts) return;
        ++stage;
        if (stages[stage].most_bits > options.most_bits) return;
        std::optional<ConeBounds> larger =
            ConeBounds::make(network, ball, stages[stage].most_bits, options.table_bytes() / threads, used);
        if (!larger) return;
        for (std::size_t b = 0; b < bounds.bit_count(); ++b)
            if (bounds.value(b)) larger->set(b, bounds.value(b));
        bounds = std::move(*larger);
    }

    const threshold::ReducedNetwork& network;
    const threshold::Ball& ball;
    const Options options;
    const std::size_t threads;  ///< that share the memory of tables
    ConeBounds bounds;
    sat::Solver solver;
    std::size_t stage = 0;
    std::vector<Literal> known;  ///< to the bounds, in order
    std::vector<std::size_t> level_begin;
    std::size_t checked = 0;  ///< this many known literals were not excluded
    std::vector<Literal> clause;
    std::vector<Literal> dropped;
    std::vector<std::uint32_t> values;
    std::vector<double> used;  ///< by bit: in how many clauses
    std::uint64_t checks = 0;
    std::uint64_t lifted = 0;
    std::uint64_t lifted_literals = 0;
};

/// Solves with larger clusters the longer it takes.
class ConeSearch::Part : public sat::SolverOfCubes {
  public:
    explicit Part(State& state)
        : SolverOfCubes(state.solver, state.bounds.bit_count(), shared_clauses), state_(state) {}
    Answer solve(std::span<const Literal> cube, const Limits& slice, const Limits& turn) override {
        state_.advance();
        return SolverOfCubes::solve(cube, slice, turn);
    }

  private:
    State& state_;
};

ConeSearch::ConeSearch(std::vector<std::unique_ptr<State>> states) : states_(std::move(states)) {
    if (states_.size() < 2) return;
    cubes_ = std::make_unique<sat::CubesOfSolvers>();
    for (const auto& state : states_) cubes_->add(std::make_unique<Part>(*state));
}
ConeSearch::ConeSearch(ConeSearch&&) noexcept = default;
/// The cubes go before the states that they speak of.
ConeSearch& ConeSearch::operator=(ConeSearch&& other) noexcept {
    cubes_ = std::move(other.cubes_);
    states_ = std::move(other.states_);
    winner_ = other.winner_;
    return *this;
}
ConeSearch::~ConeSearch() = default;

std::optional<ConeSearch> ConeSearch::make(const threshold::ReducedNetwork& network, const threshold::Ball& ball,
                                           const Settings& settings, std::size_t threads) {
    const Options options = settings.options(option_table());
    const std::size_t bits = std::min<std::size_t>(stages.front().most_bits, options.most_bits);
    std::vector<std::unique_ptr<State>> states = made_together(threads, [&](std::size_t) -> std::unique_ptr<State> {
        std::optional<ConeBounds> bounds = ConeBounds::make(network, ball, bits, options.table_bytes() / threads);
        if (!bounds) return nullptr;
        return std::make_unique<State>(network, ball, std::move(*bounds), options, settings, threads);
    });
    std::erase(states, nullptr);
    if (states.empty()) return std::nullopt;
    return ConeSearch(std::move(states));
}

Answer ConeSearch::solve(const Limits& limits) {
    Answer result = Answer::unknown;
    if (cubes_) {
        result = cubes_->run(limits, static_cast<std::uint64_t>(states_.front()->options.conflicts));
        winner_ = cubes_->winner();
    } else {
        states_.front()->advance();
        result = states_.front()->solver.solve({}, limits);
    }
    if (result != Answer::sat) return result;
    State& state = *states_[winner_];
    state.values.assign(state.network.digit_count(), 0);
    for (std::size_t b = 0; b < state.bounds.bit_count(); ++b)
        state.values[state.bounds.clusters().bits[b].digit] += state.solver.model_value(BoolVar(b)) ? 1 : 0;
    return Answer::sat;
}

const std::vector<std::uint32_t>& ConeSearch::values() const {
    return states_[winner_]->values;
}

Statistics ConeSearch::statistics() const {
    Statistics statistics;
    for (const auto& each : states_) {
        const State& state = *each;
        statistics.add("cone_conflicts", static_cast<double>(state.solver.counters().conflicts));
        statistics.add("cone_decisions", static_cast<double>(state.solver.counters().decisions));
        statistics.add("cone_checks", static_cast<double>(state.checks));
        statistics.add("cone_refutations", static_cast<double>(state.lifted));
        statistics.add("cone_literals", static_cast<double>(state.lifted_literals));
        statistics.add("cone_clusters", static_cast<double>(state.bounds.clusters().clusters.size()));
        statistics.add("cone_rows", static_cast<double>(state.bounds.clusters().rows.size()));
    }
    if (cubes_) cubes_->report(statistics);
    return statistics;
}

}  // namespace sinew::cone
