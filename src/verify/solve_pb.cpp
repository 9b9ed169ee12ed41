// SPDX-License-Identifier: Apache-2.0
#include "verify/solve_pb.hpp"

#include <chrono>
#include <cstdlib>

#include "base/error.hpp"
#include "cardinality/optimizer.hpp"
#include "verify/prove_pb.hpp"

namespace sinew::verify {

namespace {

using cardinality::BoolVar;
using cardinality::Literal;
using cardinality::Term;

Literal row_literal(std::int32_t number) {
    return Literal(BoolVar(static_cast<std::size_t>(std::abs(number)) - 1), number < 0);
}

cardinality::Problem to_problem(const model::PseudoBoolean& given) {
    cardinality::Problem problem;
    problem.new_variables(given.variable_count);
    std::vector<Term> terms;
    for (std::size_t c = 0; c < given.constraint_count(); ++c) {
        terms.clear();
        for (std::size_t i = given.begin[c]; i < given.begin[c + 1]; ++i)
            terms.push_back({given.coefficients[i], row_literal(given.literals[i])});
        if (given.relations[c] == model::PbRelation::equal)
            problem.add_equal(terms, given.bounds[c]);
        else
            problem.add_at_least(terms, given.bounds[c]);
    }
    if (!given.has_objective) return problem;
    terms.clear();
    for (std::size_t i = 0; i < given.objective_literals.size(); ++i)
        terms.push_back({given.objective_coefficients[i], row_literal(given.objective_literals[i])});
    problem.set_objective(terms, given.objective_constant);
    return problem;
}

/// The sum of the coefficients of the true literals in [first, last).
std::int64_t sum_of(const std::vector<std::int32_t>& literals, const std::vector<std::int64_t>& coefficients,
                    std::size_t first, std::size_t last, const std::vector<bool>& values) {
    std::int64_t sum = 0;
    for (std::size_t i = first; i < last; ++i)
        if (values[static_cast<std::size_t>(std::abs(literals[i])) - 1] == (literals[i] > 0)) sum += coefficients[i];
    return sum;
}

/// By the problem as it was read, not as the engine has it.
bool satisfies(const model::PseudoBoolean& problem, const std::vector<bool>& values) {
    for (std::size_t c = 0; c < problem.constraint_count(); ++c) {
        const std::int64_t sum =
            sum_of(problem.literals, problem.coefficients, problem.begin[c], problem.begin[c + 1], values);
        if (sum < problem.bounds[c]) return false;
        if (problem.relations[c] == model::PbRelation::equal && sum != problem.bounds[c]) return false;
    }
    return true;
}

class Translator : public cardinality::Listener {
  public:
    Translator(PbListener* listener, bool maximise) : listener_(listener), sign_(maximise ? -1 : 1) {}
    void improved(std::int64_t value, const std::vector<bool>&) override {
        if (listener_ != nullptr) listener_->improved(sign_ * value);
    }
    void bound_raised(std::int64_t bound) override {
        if (listener_ != nullptr) listener_->bound_raised(sign_ * bound);
    }

  private:
    PbListener* listener_;
    std::int64_t sign_;
};

}  // namespace

PbAnswer solve_pb(const model::PseudoBoolean& problem, const cardinality::Options& options, const Limits& limits,
                  PbListener* listener, int threads, proof::VeripbWriter* proof) {
    const Limits::Clock::time_point start = Limits::Clock::now();
    PbAnswer answer;
    std::optional<cardinality::VeripbProof> steps;
    cardinality::Options own = options;
    if (proof != nullptr) own.proof = &steps.emplace(begin_proof(problem, *proof));
    cardinality::Optimizer optimizer(to_problem(problem), own, static_cast<std::size_t>(threads));
    Translator translator(listener, problem.maximise);
    const cardinality::Result result = optimizer.solve(limits, &translator);
    if (proof != nullptr) conclude_proof(problem, result, *steps, *proof);
    const std::int64_t sign = problem.maximise ? -1 : 1;
    if (!result.model.empty() || result.outcome == Outcome::sat) {
        answer.status = model::Status::sat;
        answer.names = problem.names;
        require(satisfies(problem, result.model), "a solution satisfies every constraint");
        answer.values.assign(result.model.begin(),
                             result.model.begin() + static_cast<std::ptrdiff_t>(problem.named_count));
        if (problem.has_objective) {
            const std::int64_t value =
                problem.objective_constant + sum_of(problem.objective_literals, problem.objective_coefficients, 0,
                                                    problem.objective_literals.size(), result.model);
            require(value == result.value, "a solution has the value it is said to have");
            answer.value = sign * value;
        }
        answer.optimal = result.outcome == Outcome::optimum;
    } else if (result.outcome == Outcome::unsat) {
        answer.status = model::Status::unsat;
    }
    if (problem.has_objective && result.outcome != Outcome::unsat) answer.bound = sign * result.bound;
    const bool open = result.outcome == Outcome::unknown || result.outcome == Outcome::feasible;
    if (open) {
        const StopReason stop = limits.reached();
        if (result.outcome == Outcome::unknown && stop == StopReason::timeout) answer.status = model::Status::timeout;
        answer.reason = stop == StopReason::none ? "conflict limit reached" : std::string(to_string(stop));
    }
    answer.statistics = optimizer.statistics();
    answer.seconds = std::chrono::duration<double>(Limits::Clock::now() - start).count();
    return answer;
}

}  // namespace sinew::verify
