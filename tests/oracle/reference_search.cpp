// SPDX-License-Identifier: Apache-2.0
#include "oracle/reference_search.hpp"

#include "base/error.hpp"
#include "exact/exact_simplex.hpp"
#include "sat/solver.hpp"

namespace sinew::oracle {

namespace {
using model::Relation;
using sat::Literal;

/// Switched-on constraints of one assignment in a simplex of their own.
class PlainTheory : public sat::TheoryHook {
  public:
    PlainTheory(const search::Encoding& encoding, const Limits& limits) : encoding_(encoding), limits_(limits) {
        truth_.resize(encoding.variable_count(), sat::Truth::undefined);
    }

    void assigned(Literal literal) override {
        trail_.push_back(literal);
        truth_[literal.variable().index()] = literal.negated() ? sat::Truth::false_value : sat::Truth::true_value;
    }
    void new_level() override { level_begin_.push_back(trail_.size()); }
    void backtrack(std::size_t level) override {
        if (level >= level_begin_.size()) return;
        while (trail_.size() > level_begin_[level]) {
            truth_[trail_.back().variable().index()] = sat::Truth::undefined;
            trail_.pop_back();
        }
        level_begin_.resize(level);
    }
    void propagate(sat::Inferences&) override {}
    void explain(Literal, std::vector<Literal>&) override { throw ContractBreach("nothing was propagated"); }

    void final_check(sat::Inferences& out) override {
        simplex_ = ExactSimplex();
        reasons_.clear();
        columns_.clear();
        for (const Variable column : encoding_.columns) columns_.emplace(column, simplex_.add_column());
        reasons_.resize(2 * simplex_.variable_count());
        for (const search::LinearConstraint& constraint : encoding_.permanent) add(constraint, Literal());
        for (const search::ConditionalConstraint& conditional : encoding_.conditional)
            if (is_true(conditional.literal)) add(conditional.constraint, conditional.literal);
        const ExactSimplex::Result result = simplex_.check({limits_});
        if (result == ExactSimplex::Result::stopped) stopped_ = true;
        if (result != ExactSimplex::Result::infeasible) return;
        std::vector<Literal> clause;
        for (const BoundMultiplier& used : simplex_.certificate()) {
            const Literal reason = reasons_[2 * used.variable.index() + (used.side == Side::upper ? 1 : 0)];
            if (reason.valid()) clause.push_back(~reason);
        }
        out.conflict(clause);
    }

    bool stopped() const { return stopped_; }
    Rational value(Variable column, const std::vector<Rational>& solution) const {
        return solution[columns_.at(column).index()];
    }
    std::vector<Rational> solution() const { return simplex_.solution(); }

  private:
    bool is_true(Literal literal) const {
        const sat::Truth truth = truth_[literal.variable().index()];
        return truth == (literal.negated() ? sat::Truth::false_value : sat::Truth::true_value);
    }
    void add(const search::LinearConstraint& constraint, Literal reason) {
        std::vector<SimplexTerm> terms;
        for (const LinearTerm& term : constraint.form.terms())
            terms.push_back({columns_.at(term.variable), term.coefficient});
        const SimplexVariable row = simplex_.add_row(terms);
        reasons_.resize(2 * simplex_.variable_count());
        const Strictness strictness = constraint.relation == Relation::less ? Strictness::strict : Strictness::closed;
        simplex_.set_bound(row, Side::upper, -constraint.form.constant(), strictness);
        reasons_[2 * row.index() + 1] = reason;
        if (constraint.relation != Relation::equal) return;
        simplex_.set_bound(row, Side::lower, -constraint.form.constant(), Strictness::closed);
        reasons_[2 * row.index()] = reason;
    }

    const search::Encoding& encoding_;
    Limits limits_;
    ExactSimplex simplex_;
    std::unordered_map<Variable, SimplexVariable> columns_;
    std::vector<Literal> reasons_;  // by variable and side of the simplex
    std::vector<sat::Truth> truth_;
    std::vector<Literal> trail_;
    std::vector<std::size_t> level_begin_;
    bool stopped_ = false;
};

bool has_open_integers(const Sketch& sketch) {
    for (const DomainSketch& domain : sketch.domains)
        if (domain.integer && domain.values.empty()) return true;
    return false;
}
}  // namespace

Answer reference_search(const Sketch& sketch, search::Purpose purpose, double seconds) {
    if (has_open_integers(sketch)) return Answer::inapplicable("integers without a list of values");
    const model::Query query = build(sketch);
    const search::Encoding encoding = search::encode(query, purpose);
    Answer answer;
    answer.status = model::Status::unsat;
    if (encoding.contradiction || encoding.output_contradiction) return answer;
    const Limits limits(seconds, std::nullopt, nullptr);
    PlainTheory theory(encoding, limits);
    sat::Solver solver;
    for (std::size_t v = 0; v < encoding.variable_count(); ++v) solver.new_variable();
    solver.add_theory(theory);
    for (std::size_t v = 0; v < encoding.variable_count(); ++v) solver.watch_theory_variable(sat::BoolVar(v), theory);
    for (const auto* clauses : {&encoding.clauses, &encoding.output_clauses})
        for (const auto& clause : *clauses) solver.add_clause(clause);
    const sinew::Answer result = solver.solve({}, limits);
    if (result == sinew::Answer::unknown || theory.stopped()) {
        answer.status = model::Status::timeout;
    } else if (result == sinew::Answer::sat) {
        answer.status = model::Status::sat;
        answer.has_witness = true;
        const std::vector<Rational> solution = theory.solution();
        for (const Variable input : query.network.input_variables())
            answer.inputs.push_back(theory.value(input, solution));
        for (const Literal boolean : encoding.booleans)
            answer.booleans.push_back(solver.model_value(boolean.variable()));
    }
    return answer;
}

}  // namespace sinew::oracle
