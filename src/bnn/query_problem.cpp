// SPDX-License-Identifier: Apache-2.0
#include "bnn/query_problem.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include <fmt/core.h>

#include "base/error.hpp"
#include "binarized/score_formula.hpp"
#include "cardinality/unreified.hpp"
#include "threshold/fold.hpp"
#include "threshold/recognise.hpp"

namespace sinew::bnn {

namespace {
using cardinality::BoolVar;
using cardinality::Literal;
using model::InputKind;

[[noreturn]] void fail(const std::string& why) {
    throw UsageError("this query is no pseudo-Boolean problem: " + why);
}

/// The values that an input may have.
struct Values {
    Rational lower;
    Rational upper;
    std::set<Rational> listed;  ///< empty: all whole numbers from lower to upper
};

Values values_of(const std::string& name, const model::Domain& domain) {
    if (!domain.values.empty()) {
        Values values;
        values.listed.insert(domain.values.begin(), domain.values.end());
        for (const Rational& value : values.listed)
            if (value.get_den() != 1) fail(fmt::format("the input {} may be {}", name, sinew::to_string(value)));
        values.lower = *values.listed.begin();
        values.upper = *values.listed.rbegin();
        return values;
    }
    if (!domain.lower || !domain.upper) fail(fmt::format("the input {} has no finite bounds", name));
    const bool fixed = *domain.lower == *domain.upper && domain.lower->get_den() == 1;
    if (domain.kind != model::DomainKind::integer && !fixed) fail(fmt::format("the input {} is real", name));
    return {Rational(ceil(*domain.lower)), Rational(floor(*domain.upper)), {}};
}

bool all_within(const std::vector<Values>& values, InputKind kind) {
    const model::InputRange range = model::range_of(kind);
    return std::all_of(values.begin(), values.end(), [&](const Values& value) {
        if (value.lower < range.lower || value.upper > range.upper) return false;
        if (kind != InputKind::signs) return true;
        return value.listed.empty() ? value.lower == value.upper && value.lower != 0 : value.listed.count(0) == 0;
    });
}

class QueryProblem {
  public:
    explicit QueryProblem(const model::Query& query) : query_(query) {
        if (!query.boolean_names.empty()) fail("it has free Booleans");
        if (query.objective) fail("it has an objective");
        if (query.precision) fail("it has a precision");
        if (std::holds_alternative<model::ActivationLayer>(query.network.layers().back().operation))
            fail("its network ends in neurons, not in scores");
        const model::FormulaNode& condition = query.formulas.node(query.input_condition);
        if (condition.kind != model::FormulaKind::constant) fail("there is a condition on inputs beside their domains");
        std::unordered_map<Variable, model::Domain> domains(query.domains.begin(), query.domains.end());
        for (const Variable input : query.network.input_variables())
            values_.push_back(values_of(query.name(input), domains[input]));
        empty_ = condition.kind == model::FormulaKind::constant && !condition.value;
        for (const Values& value : values_) empty_ = empty_ || value.lower > value.upper;
    }

    WrittenProblem write() {
        network_ = threshold::recognise(query_.network, kind());
        folded_ = threshold::fold(network_);
        const auto scores = binarized::ScoreFormula::read(query_, std::array{query_.output_condition}, folded_);
        if (!scores.formula.input_atoms().empty()) throw UsageError("the output condition speaks of inputs");
        build_ball();
        threshold::ReducedNetwork reduced = threshold::reduce(folded_, ball_, scores.conditions);
        const std::vector<threshold::Target> targets = reduced.targets;
        std::erase_if(reduced.targets, [](const threshold::Target& target) { return target.wins.is_constant(); });
        const binarized::Encoding encoding = binarized::encode(reduced, ball_);
        cardinality::Problem problem = encoding.problem;
        if (empty_) problem.add_clause(std::initializer_list<Literal>{});
        add_listed_values(problem, encoding);
        scores.formula.add_to(problem, {binarized::target_literals(targets, encoding), {}, {}});
        WrittenProblem written;
        written.problem = cardinality::without_reification(problem);
        tell(encoding, written.legend);
        return written;
    }

  private:
    InputKind kind() const {
        for (const InputKind kind : {InputKind::signs, InputKind::bits, InputKind::pixels})
            if (all_within(values_, kind)) return kind;
        fail("its inputs are neither all 0 or 1, nor all -1 or 1, nor all from 0 to 255");
    }

    void build_ball() {
        ball_.centre.assign(folded_.digits.size(), 0);
        const Rational& least = folded_.range.lower;
        for (const Values& value : values_) ball_.input.push_back(value.lower);
        for (std::uint32_t d = 0; d < folded_.digits.size(); ++d) {
            const threshold::Digit& digit = folded_.digits[d];
            const Values& values = values_[digit.input];
            if (empty_ || digit.step_count() == 0) continue;
            threshold::FreeDigit free;
            free.digit = d;
            free.low = free.centre = ball_.centre[d] = digit.value_at(values.lower, least);
            free.high = digit.value_at(values.upper, least);
            if (free.low == free.high) continue;
            free.cost.assign(free.high - free.low + 1, 1);
            free.cost[0] = 0;
            ball_.free.push_back(std::move(free));
        }
    }

    /// No digit has a value that none of the listed numbers gives it.
    void add_listed_values(cardinality::Problem& problem, const binarized::Encoding& encoding) const {
        for (std::size_t f = 0; f < ball_.free.size(); ++f) {
            const threshold::FreeDigit& free = ball_.free[f];
            const threshold::Digit& digit = folded_.digits[free.digit];
            const std::set<Rational>& listed = values_[digit.input].listed;
            if (listed.empty()) continue;
            std::set<std::uint32_t> reached;
            for (const Rational& value : listed) reached.insert(digit.value_at(value, folded_.range.lower));
            for (std::uint32_t value = free.low + 1; value < free.high; ++value) {
                if (reached.count(value) != 0) continue;
                const std::size_t variable = encoding.order_begin[f] + value - free.low;  // value + 1 is reached
                problem.add_clause({~Literal(BoolVar(variable - 1)), Literal(BoolVar(variable))});
            }
        }
    }

    void tell(const binarized::Encoding& encoding, model::Legend& legend) const {
        legend.head.push_back("the query is sat iff this is satisfiable");
        const std::vector<Variable> inputs = query_.network.input_variables();
        for (std::size_t f = 0; f < ball_.free.size(); ++f) {
            const threshold::FreeDigit& free = ball_.free[f];
            const threshold::Digit& digit = folded_.digits[free.digit];
            for (std::uint32_t k = 0; k < free.high - free.low; ++k)
                legend.literals.emplace_back(
                    static_cast<std::int32_t>(encoding.order_begin[f] + k + 1),
                    query_.name(inputs[digit.input]) + " " + step_text(folded_, digit, free.low + k));
        }
        for (std::size_t g = 0; g < encoding.gate.size(); ++g)
            if (encoding.gate[g].valid() && encoding.gate[g].variable().index() >= encoding.order_begin.back())
                legend.literals.emplace_back(static_cast<std::int32_t>(encoding.gate[g].variable().index() + 1),
                                             fmt::format("neuron {}", g));
    }

    const model::Query& query_;
    std::vector<Values> values_;
    bool empty_ = false;
    model::BinarizedNetwork network_;
    threshold::ThresholdNetwork folded_;
    threshold::Ball ball_;
};
}  // namespace

WrittenProblem query_problem(const model::Query& query) {
    return QueryProblem(query).write();
}

}  // namespace sinew::bnn
