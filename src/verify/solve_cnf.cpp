// SPDX-License-Identifier: Apache-2.0
#include "verify/solve_cnf.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "model/stopped.hpp"
#include "sat/cube_solver.hpp"

namespace sinew::verify {

namespace {

sat::Literal to_literal(std::int32_t number) {
    return sat::Literal(sat::BoolVar(static_cast<std::size_t>(std::abs(number)) - 1), number < 0);
}

/// Carries the core's clauses to the proofs, as DIMACS numbers.
class ProofTracer : public sat::Tracer {
  public:
    ProofTracer(CnfProof proof, const model::Cnf& cnf) : proof_(proof), cnf_(cnf) {
        if (proof_.lrat != nullptr) proof_.lrat->begin(cnf.clause_count());
    }
    bool wants_antecedents() const override { return proof_.lrat != nullptr; }
    sat::ClauseId given(std::span<const sat::Literal>) override { return ++given_; }
    sat::ClauseId derived(std::span<const sat::Literal> clause, std::span<const sat::ClauseId> antecedents) override {
        numbers_of(clause);
        if (proof_.drat != nullptr) proof_.drat->add(numbers_);
        return proof_.lrat != nullptr ? proof_.lrat->add(numbers_, antecedents) : 0;
    }
    void deleted(std::span<const sat::Literal> clause, sat::ClauseId id) override {
        if (proof_.lrat != nullptr) proof_.lrat->remove(id);
        if (proof_.drat == nullptr) return;
        numbers_of(clause);
        proof_.drat->remove(numbers_);
    }

  private:
    void numbers_of(std::span<const sat::Literal> clause) {
        numbers_.clear();
        for (const sat::Literal literal : clause) {
            const std::int32_t variable = cnf_.name(literal.variable().index() + 1);
            numbers_.push_back(literal.negated() ? -variable : variable);
        }
    }
    CnfProof proof_;
    const model::Cnf& cnf_;
    std::uint64_t given_ = 0;
    std::vector<std::int32_t> numbers_;
};

void load(sat::Solver& solver, const model::Cnf& cnf) {
    std::int32_t last = 0;
    for (const std::int32_t literal : cnf.literals) last = std::max(last, std::abs(literal));
    solver.reserve(static_cast<std::size_t>(last), cnf.clause_count(), cnf.literals.size());
    for (std::int32_t v = 0; v < last; ++v) solver.new_variable();
    std::vector<sat::Literal> clause;
    for (std::size_t c = 0; c < cnf.clause_count(); ++c) {
        clause.clear();
        for (std::size_t i = cnf.begin[c]; i < cnf.begin[c + 1]; ++i) clause.push_back(to_literal(cnf.literals[i]));
        if (!solver.add_clause(clause)) return;
    }
}

bool satisfies(const model::Cnf& cnf, const std::vector<bool>& values) {
    for (std::size_t c = 0; c < cnf.clause_count(); ++c) {
        const auto* const first = cnf.literals.data() + cnf.begin[c];
        const auto* const end = cnf.literals.data() + cnf.begin[c + 1];
        const auto holds = [&](std::int32_t l) { return values[static_cast<std::size_t>(std::abs(l)) - 1] == (l > 0); };
        if (!std::any_of(first, end, holds)) return false;
    }
    return true;
}

Answer solve_by_cubes(std::span<const std::unique_ptr<sat::Solver>> solvers, const sat::Options& options,
                      const Limits& limits, Statistics& statistics, std::size_t& winner) {
    sat::CubesOfSolvers cubes;
    for (const auto& solver : solvers) cubes.add(*solver, solver->variable_count());
    const Answer answer = cubes.run(
        limits, options.conflict_limit < 0 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(options.conflict_limit));
    winner = cubes.winner();
    cubes.report(statistics);
    return answer;
}

}  // namespace

CnfAnswer solve_cnf(const model::Cnf& cnf, const sat::Options& options, const Limits& limits, CnfProof proof,
                    int threads) {
    const Limits::Clock::time_point start = Limits::Clock::now();
    if (proof && threads > 1) throw UsageError("a proof is written by one thread");
    CnfAnswer answer;
    std::optional<ProofTracer> tracer;
    if (proof) tracer.emplace(proof, cnf);
    const auto solvers = made_together(static_cast<std::size_t>(threads), [&](std::size_t place) {
        sat::Options own = options;
        own.seed = seed_of_place(options.seed, place);
        auto solver = std::make_unique<sat::Solver>(own);
        if (tracer) solver->set_tracer(&*tracer);
        load(*solver, cnf);
        return solver;
    });
    std::size_t winner = 0;
    const Answer result = solvers.size() == 1 ? solvers[0]->solve({}, limits)
                                              : solve_by_cubes(solvers, options, limits, answer.statistics, winner);
    const sat::Solver& solver = *solvers[winner];
    if (result == Answer::sat) {
        answer.status = model::Status::sat;
        answer.names = cnf.names;
        answer.values.resize(cnf.variable_count);
        for (std::size_t v = 0; v < cnf.variable_count; ++v) answer.values[v] = solver.model_value(sat::BoolVar(v));
        require(satisfies(cnf, answer.values), "a model satisfies every clause");
    } else if (result == Answer::unsat) {
        answer.status = model::Status::unsat;
    } else {
        const StopReason stop = limits.reached();
        answer.status = model::status_of(stop);
        answer.reason = stop == StopReason::none ? "conflict limit reached" : std::string(to_string(stop));
    }
    for (const auto& each : solvers) answer.statistics.add(each->statistics());
    answer.seconds = std::chrono::duration<double>(Limits::Clock::now() - start).count();
    return answer;
}

}  // namespace sinew::verify
