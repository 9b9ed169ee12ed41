// SPDX-License-Identifier: Apache-2.0
#include "search/lazy_search.hpp"

#include <cmath>
#include <utility>

#include "base/work_times.hpp"
#include "engine/turns.hpp"

namespace sinew::search {

namespace {
constexpr Effort alone_at_first = effort_per_second / 100;
}  // namespace

void LazySearch::begin() {
    encoding_ = std::make_unique<Encoding>(encode(query_));
    story_.emplace(query_, *encoding_, observer_);
    solver_ = std::make_unique<LazySolver>(*encoding_, settings_, observer_.wants_trace() ? &*story_ : nullptr);
    for (std::size_t b = 0; b < encoding_->breakpoints.size(); ++b)
        breakpoint_of_.emplace(encoding_->meanings[encoding_->breakpoints[b].phase.variable().index()].neuron, b);
}

/// Bounds that others have proved: of inputs as bounds, of pre-activations as phases and chords.
void LazySearch::take_news(const engine::Knowledge& knowledge) {
    const engine::Revision now = knowledge.revision();
    if (now == seen_) return;
    for (const engine::Literal& news : knowledge.bounds_since(std::exchange(seen_, now))) {
        if (news.subject.is_boolean() || !std::isfinite(news.value)) continue;
        const Variable variable = news.subject.variable();
        const bool is_lower = news.side == engine::Side::at_least;
        if (query_.network.is_input(variable)) {
            LinearForm excess(variable, is_lower ? -1 : 1);
            excess.add_constant(is_lower ? to_rational(news.value) : Rational(-to_rational(news.value)));
            solver_->add_fact(excess, model::Relation::less_equal);
            continue;
        }
        const auto place = breakpoint_of_.find(variable);
        const engine::Knowledge::Bounds known = knowledge.bounds(news.subject);
        // Both sides are told together, and make one chord.
        if (place == breakpoint_of_.end() || (!is_lower && std::isfinite(known.lower))) continue;
        const Breakpoint& breakpoint = encoding_->breakpoints[place->second];
        const Rational& threshold = encoding_->meanings[breakpoint.phase.variable().index()].threshold;
        const auto distance = [&](double bound) {
            return std::isfinite(bound) ? std::optional<Rational>(to_rational(bound) - threshold) : std::nullopt;
        };
        solver_->between(breakpoint, distance(known.lower), distance(known.upper));
    }
}

/// With several threads by cubes, from where one thread does not have the answer at once.
Answer LazySearch::solve(const engine::Turn& turn, bool may_share) {
    if (cubes_) return cubes_->solve(turn.limits);
    if (turn.threads < 2 || !may_share) return solver_->solve({}, turn.limits);
    const Answer answer = solver_->solve({}, turn.limits.within_effort(alone_at_first), turn.limits);
    if (answer != Answer::unknown || turn.limits.exceeded()) return answer;
    cubes_ = std::make_unique<LazyCubes>(*solver_, *encoding_, settings_, static_cast<std::size_t>(turn.threads));
    return cubes_->solve(turn.limits);
}

engine::Progress LazySearch::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    const bool is_told = observer_.wants_trace();
    {
        const WorkScope scope(Work::roots);
        if (!solver_) begin();
        if (!is_told && !strengthened_) strengthened_ = solver_->strengthen(encoding_->breakpoints, turn.limits);
    }
    if (strengthened_) take_news(knowledge);
    const Answer answer = is_told || strengthened_ ? solve(turn, !is_told) : Answer::unknown;
    observer_.progress({.nodes = solver_->integer_splits()});
    if (is_told)
        observer_.trace(answer == Answer::sat     ? "SAT"
                        : answer == Answer::unsat ? "UNSAT: a contradiction without decisions"
                                                  : "UNKNOWN");
    if (answer == Answer::unsat) {
        knowledge.refuted(name());
    } else if (answer == Answer::sat) {
        const LazySolver& found = cubes_ ? cubes_->winner() : *solver_;
        knowledge.found(found.witness(query_, encoding_->booleans), name());
    } else {
        return turn.limits.exceeded() ? engine::Progress::paused : engine::Progress::exhausted;
    }
    return engine::Progress::answered;
}

Statistics LazySearch::statistics() const {
    Statistics statistics;
    if (solver_) statistics.add(solver_->statistics());
    if (cubes_) cubes_->report(statistics);
    return statistics;
}

model::Verdict solve_lazily(const model::Query& query, const Settings& settings, const Limits& limits,
                            Observer& observer) {
    return engine::decide_alone(std::make_unique<LazySearch>(query, settings, observer), query, limits);
}

}  // namespace sinew::search
