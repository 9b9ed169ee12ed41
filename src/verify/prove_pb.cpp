// SPDX-License-Identifier: Apache-2.0
#include "verify/prove_pb.hpp"

#include "base/error.hpp"
#include "cardinality/engine.hpp"
#include "cardinality/load.hpp"
#include "cardinality/objective.hpp"

namespace sinew::verify {

namespace {

std::int32_t opb_name(const model::PseudoBoolean& problem, std::size_t variable) {
    return problem.names.empty() ? static_cast<std::int32_t>(variable) + 1 : problem.names[variable];
}

/// Carries the core's clauses to the proof. The rows' lemmas are not told: each is what one row propagates, and so is
/// found again by whoever propagates the rows.
class RowProofTracer : public sat::Tracer {
  public:
    RowProofTracer(proof::VeripbWriter& proof, const model::PseudoBoolean& problem)
        : proof_(proof), problem_(problem) {}
    sat::ClauseId derived(std::span<const sat::Literal> clause, std::span<const sat::ClauseId>) override {
        if (!clause.empty()) proof_.learn(numbers(clause));
        return 0;
    }
    void deleted(std::span<const sat::Literal> clause, sat::ClauseId) override { proof_.forget(numbers(clause)); }

    std::span<const std::int32_t> numbers(std::span<const sat::Literal> clause) {
        numbers_.clear();
        for (const sat::Literal literal : clause) {
            const std::int32_t name = opb_name(problem_, literal.variable().index());
            numbers_.push_back(literal.negated() ? -name : name);
        }
        return numbers_;
    }

  private:
    proof::VeripbWriter& proof_;
    const model::PseudoBoolean& problem_;
    std::vector<std::int32_t> numbers_;
};

std::vector<std::int32_t> literals_of(const model::PseudoBoolean& problem, const std::vector<bool>& values) {
    std::vector<std::int32_t> literals;
    for (std::size_t v = 0; v < values.size(); ++v)
        literals.push_back(values[v] ? opb_name(problem, v) : -opb_name(problem, v));
    return literals;
}

void write_end(const model::PseudoBoolean& given, const cardinality::Objective& objective,
               const cardinality::Result& result, RowProofTracer& tracer, proof::VeripbWriter& proof) {
    const std::vector<std::int32_t> values = literals_of(given, result.model);
    if (result.outcome == Outcome::sat) return proof.conclude_sat(values);
    if (!given.has_objective) return result.outcome == Outcome::unsat ? proof.conclude_unsat() : proof.conclude_none();
    if (result.outcome == Outcome::unsat) return proof.conclude_bounds({}, proof.contradiction(), {}, {});
    if (result.outcome == Outcome::optimum)
        return proof.conclude_bounds(result.value, proof.contradiction(), result.value, values);
    std::vector<sat::Literal> literals;
    std::vector<std::int64_t> costs;
    for (const cardinality::Term& term : objective.terms) {
        literals.push_back(term.literal);
        costs.push_back(term.coefficient);
    }
    const std::uint64_t reason = proof.row(tracer.numbers(literals), costs, 0);
    std::optional<std::int64_t> upper;
    if (result.outcome == Outcome::feasible) upper = result.value;
    proof.conclude_bounds(result.bound, reason, upper, values);
}

}  // namespace

cardinality::Result prove_pb(const model::PseudoBoolean& given, const cardinality::Problem& problem,
                             cardinality::Options options, const Limits& limits, cardinality::Listener& listener,
                             proof::VeripbWriter& proof, Statistics& statistics) {
    if (given.named_count != given.variable_count) throw UsageError("--proof is of problems without products");
    if (given.maximise) throw UsageError("--proof is of objectives that are minimised (min:)");
    std::uint64_t rows = 0;
    for (const model::PbRelation relation : given.relations) rows += relation == model::PbRelation::equal ? 2 : 1;
    proof.begin(rows);

    options.learning = 0;
    const std::uint64_t most =
        options.conflict_limit < 0 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(options.conflict_limit);
    RowProofTracer tracer(proof, given);
    cardinality::Engine engine(options);
    engine.core().set_tracer(&tracer);
    const cardinality::Objective objective =
        cardinality::normalized_objective(problem.objective(), problem.objective_constant());
    cardinality::Loaded loaded;
    cardinality::Result result;
    result.bound = objective.offset;
    bool possible = cardinality::load(engine, problem, loaded, limits);
    if (possible)
        for (const cardinality::Term& term : objective.terms)
            if (term.literal.variable().index() < engine.variable_count()) engine.set_phase(~term.literal);
    while (!possible || loaded.all_of(problem)) {
        Answer answer = Answer::unsat;
        if (possible && engine.conflicts() >= most) break;
        if (possible) answer = engine.solve({}, limits, most - engine.conflicts());
        if (answer == Answer::unknown) break;
        if (answer == Answer::unsat) {
            result.outcome = result.outcome == Outcome::feasible ? Outcome::optimum : Outcome::unsat;
            if (result.outcome == Outcome::optimum) result.bound = result.value;
            break;
        }
        result.model = engine.model();
        require(problem.satisfied_by(result.model), "a model satisfies the problem");
        result.outcome = given.has_objective ? Outcome::feasible : Outcome::sat;
        if (!given.has_objective) break;
        result.value = problem.objective_value(result.model);
        listener.improved(result.value, result.model);
        proof.improve(literals_of(given, result.model));
        possible = engine.replace(0, objective.within(result.value - objective.offset - 1));
    }
    write_end(given, objective, result, tracer, proof);
    statistics.add(engine.statistics());
    return result;
}

}  // namespace sinew::verify
