// SPDX-License-Identifier: Apache-2.0
#include "sat/cube_solver.hpp"

#include <algorithm>
#include <utility>

namespace sinew::sat {

namespace {
/// Variables that are tried, by what fixing them fixes.
constexpr std::size_t most_candidates = 16;
}  // namespace

SolverOfCubes::SolverOfCubes(Solver& solver, std::size_t shared, Sharing sharing)
    : solver_(solver), shared_(shared), exports_{shared, sharing.most_literals, sharing.most_glue} {
    solver_.set_exports(&exports_);
}

SolverOfCubes::~SolverOfCubes() {
    solver_.set_exports(nullptr);
}

void SolverOfCubes::set_budget(std::uint64_t conflicts) {
    const std::uint64_t now = this->conflicts();
    budget_end_ = now + std::min(conflicts, ~std::uint64_t{0} - now);
}

void SolverOfCubes::give(Clauses& clauses) {
    for (std::vector<Literal>& clause : exports_.clauses) clauses.push_back(std::move(clause));
    exports_.clauses.clear();
}

void SolverOfCubes::take(std::span<const Literal> clause) {
    if (solver_.unsat()) return;
    std::vector<Literal> open;
    for (const Literal literal : clause) {
        const int fact = solver_.fact(literal);
        if (fact > 0) return;
        if (fact == 0) open.push_back(literal);
    }
    if (open.size() < 2)
        solver_.add_clause(open);
    else
        solver_.add_learned(open, static_cast<std::uint32_t>(std::min<std::size_t>(open.size(), exports_.most_glue)));
}

std::vector<BoolVar> SolverOfCubes::candidates() const {
    std::vector<BoolVar> open;
    for (std::size_t v = 0; v < shared_; ++v)
        if (solver_.assignment().is_undefined(Literal(BoolVar(v)))) open.emplace_back(v);
    const std::size_t count = std::min(most_candidates, open.size());
    std::partial_sort(open.begin(), open.begin() + static_cast<std::ptrdiff_t>(count), open.end(),
                      [&](BoolVar a, BoolVar b) { return solver_.activity(a) > solver_.activity(b); });
    open.resize(count);
    return open;
}

/// Literals that follow from it by clauses; 0: a contradiction does.
std::size_t SolverOfCubes::fixed_by(Literal literal) {
    const std::size_t before = solver_.trail().size();
    const std::uint32_t level = solver_.level();
    solver_.decide(literal);
    const bool is_quiet = solver_.propagate_clauses() == Step::quiet;
    const std::size_t fixed = solver_.trail().size() - before;
    solver_.backtrack(level);
    return is_quiet ? fixed : 0;
}

std::optional<Literal> SolverOfCubes::split(std::span<const Literal> cube) {
    if (solver_.unsat()) return std::nullopt;
    solver_.backtrack(0);
    const std::vector<std::int8_t> saved = solver_.core().phases.saved;  // trying changes what is remembered
    std::optional<Literal> best;
    bool is_possible = solver_.propagate_clauses() == Step::quiet;
    for (std::size_t i = 0; i < cube.size() && is_possible; ++i) {
        if (solver_.assignment().is_true(cube[i])) continue;
        is_possible = solver_.assignment().is_undefined(cube[i]);
        if (!is_possible) break;
        solver_.decide(cube[i]);
        is_possible = solver_.propagate_clauses() == Step::quiet;
    }
    double best_score = -1;
    if (is_possible) {
        for (const BoolVar variable : candidates()) {
            const Literal literal = solver_.decision_of(variable);
            const std::size_t one = fixed_by(literal);
            const std::size_t other = one == 0 ? 0 : fixed_by(~literal);
            if (other == 0) continue;  // no halves
            const double score = static_cast<double>(one) * static_cast<double>(other);
            if (score <= best_score) continue;
            best_score = score;
            best = literal;
        }
    }
    solver_.backtrack(0);
    solver_.core().phases.saved = saved;
    return best;
}

void CubesOfSolvers::add(std::unique_ptr<SolverOfCubes> solver) {
    places_.push_back(solver.get());
    solvers_.push_back(std::move(solver));
}

Answer CubesOfSolvers::run(const Limits& turn, std::uint64_t conflict_budget) {
    for (const auto& solver : solvers_) solver->set_budget(conflict_budget);
    return cubes_.run(places_, turn);
}

}  // namespace sinew::sat
