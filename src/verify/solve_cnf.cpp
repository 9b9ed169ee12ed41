// SPDX-License-Identifier: Apache-2.0
#include "verify/solve_cnf.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "base/error.hpp"
#include "model/stopped.hpp"
#include "sat/solver.hpp"

namespace sinew::verify {

namespace {

sat::Literal to_literal(std::int32_t number) {
    return sat::Literal(sat::BoolVar(static_cast<std::size_t>(std::abs(number)) - 1), number < 0);
}

/// Carries the core's clauses to the proof, as DIMACS numbers.
class ProofTracer : public sat::Tracer {
  public:
    ProofTracer(proof::DratWriter& proof, const model::Cnf& cnf) : proof_(proof), cnf_(cnf) {}
    void derived(std::span<const sat::Literal> clause) override { proof_.add(numbers(clause)); }
    void deleted(std::span<const sat::Literal> clause) override { proof_.remove(numbers(clause)); }

  private:
    std::span<const std::int32_t> numbers(std::span<const sat::Literal> clause) {
        numbers_.clear();
        for (const sat::Literal literal : clause) {
            const std::int32_t variable = cnf_.name(literal.variable().index() + 1);
            numbers_.push_back(literal.negated() ? -variable : variable);
        }
        return numbers_;
    }
    proof::DratWriter& proof_;
    const model::Cnf& cnf_;
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

}  // namespace

CnfAnswer solve_cnf(const model::Cnf& cnf, const sat::Options& options, const Limits& limits,
                    proof::DratWriter* proof) {
    const Limits::Clock::time_point start = Limits::Clock::now();
    CnfAnswer answer;
    sat::Solver solver(options);
    std::optional<ProofTracer> tracer;
    if (proof != nullptr) solver.set_tracer(&tracer.emplace(*proof, cnf));
    load(solver, cnf);
    const Answer result = solver.solve({}, limits);
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
    answer.statistics = solver.statistics();
    answer.seconds = std::chrono::duration<double>(Limits::Clock::now() - start).count();
    return answer;
}

}  // namespace sinew::verify
