// SPDX-License-Identifier: Apache-2.0
// What sinew says of an objective, put to Z3 part by part.
#include <exception>

#include <fmt/format.h>

#include "oracle/objective.hpp"
#include "oracle/z3_encoding.hpp"

namespace sinew::oracle {

namespace {
using model::Status;

Rational power_of_ten(unsigned long exponent) {
    Integer power;
    mpz_ui_pow_ui(power.get_mpz_t(), 10, exponent);
    return Rational(power);
}

/// Minimises; a maximum is the minimum of the opposite.
class Judge {
  public:
    Judge(const ObjectiveSketch& question, unsigned z3_milliseconds)
        : question_(question), terms_(question.terms), milliseconds_(z3_milliseconds) {
        if (question.maximize)
            for (Term& term : terms_) term.coefficient = -term.coefficient;
    }

    void judge(const verify::Optimum& optimum, Judgement& judgement) {
        const auto minimised = [&](const Rational& value) -> Rational { return question_.maximize ? -value : value; };
        switch (optimum.outcome) {
            case Outcome::unsat:
                if (ask(std::nullopt, Comparison::less) == Status::sat) complain("says unsat, and there are solutions");
                break;
            case Outcome::unbounded: {
                look_at_witness(optimum);
                const Rational far = -power_of_ten(40);
                if (ask(far, Comparison::less) == Status::unsat) complain("says unbounded, and nothing is beyond 1e40");
                compare(false, 0, judgement);
                break;
            }
            case Outcome::optimum: {
                look_at_witness(optimum);
                const Rational value = minimised(*optimum.value);
                if (optimum.bound != optimum.value) complain("says optimum, and the bound is not the value");
                if (ask(value, Comparison::less) == Status::sat)
                    complain(fmt::format("says optimum {}, and there is better", optimum.value->get_str()));
                compare(true, value, judgement);
                break;
            }
            case Outcome::feasible: {
                look_at_witness(optimum);
                if (!optimum.bound) break;
                const Rational bound = minimised(*optimum.bound);
                if (!judgement.approached) {
                    if (ask(bound, Comparison::less) == Status::sat) complain("there is better than the bound");
                    break;
                }
                if (ask(bound, Comparison::less_equal) == Status::sat)
                    complain(fmt::format("says nothing has {}, and something has", optimum.bound->get_str()));
                const Rational near = bound + 1 / power_of_ten(30);
                if (ask(near, Comparison::less) == Status::unsat)
                    complain(fmt::format("says {} is approached, and nothing is near", optimum.bound->get_str()));
                if (minimised(*optimum.value) - bound > (abs(bound) + 1) / power_of_ten(9))
                    complain("its witness is not within a billionth");
                compare(true, bound, judgement);
                break;
            }
            case Outcome::sat:
            case Outcome::unknown:
                if (!judgement.stopped) complain("says unknown without a limit: " + optimum.reason);
                break;
        }
        judgement.z3_gave_up = gave_up_;
        judgement.finding = std::move(finding_);
    }

  private:
    void complain(const std::string& text) {
        if (!finding_.empty()) finding_ += "; ";
        finding_ += text;
    }

    void look_at_witness(const verify::Optimum& optimum) {
        if (!optimum.witness || !optimum.value) return complain("it has no witness");
        const std::size_t inputs = question_.sketch.domains.size();
        std::vector<Rational> point;
        std::vector<std::size_t> first{0};
        for (const LayerSketch& layer : question_.sketch.layers) first.push_back(first.back() + layer.size);
        for (const Place& place : input_places(question_.sketch))
            point.push_back(optimum.witness->values.at(first[place.layer] + place.index));
        if (point.size() != inputs || !is_witness(question_.sketch, point, optimum.witness->booleans))
            return complain("its witness is none");
        if (value_of(question_.terms, evaluate(question_.sketch, point)) != *optimum.value)
            complain("its witness has another value");
    }

    /// The query with objective ⋈ limit.
    Status ask(const std::optional<Rational>& limit, Comparison comparison) {
        Sketch sketch = question_.sketch;
        if (limit) {
            FormulaSketch both;
            both.kind = Connective::conjunction;
            both.children.push_back(std::move(sketch.output_condition));
            FormulaSketch& atom = both.children.emplace_back();
            atom.kind = Connective::atom;
            atom.terms = terms_;
            atom.comparison = comparison;
            atom.right = *limit;
            sketch.output_condition = std::move(both);
        }
        const Z3Answer answer = ask_z3(sketch, milliseconds_);
        gave_up_ = gave_up_ || answer.status == Status::unknown;
        return answer.status;
    }

    /// Z3's optimiser, where it has an answer. Strict infima come as value + epsilon.
    void compare(bool finite, const Rational& value, Judgement& judgement) {
        const std::optional<Z3Infimum> infimum = z3_infimum(question_.sketch, terms_, milliseconds_);
        if (!infimum)
            gave_up_ = true;
        else
            judgement.z3_differs = infimum->finite != finite || (finite && infimum->value != value) ||
                                   (finite && infimum->attained == judgement.approached);
    }

    const ObjectiveSketch& question_;
    std::vector<Term> terms_;
    unsigned milliseconds_;
    bool gave_up_ = false;
    std::string finding_;
};
}  // namespace

Judgement judge(const ObjectiveSketch& question, double seconds, unsigned z3_milliseconds) {
    Judgement judgement;
    try {
        verify::OptimizeListener listener;
        verify::OptimizeOptions options;
        options.limits = Limits(seconds, std::nullopt, nullptr);
        const verify::Optimum optimum = verify::optimize(build(question), options, listener);
        judgement.status = optimum.outcome;
        judgement.approached =
            optimum.outcome == Outcome::feasible && optimum.reason.find("no solution has it") != std::string::npos;
        judgement.stopped = !judgement.approached && options.limits.exceeded();
        Judge(question, z3_milliseconds).judge(optimum, judgement);
    } catch (const std::exception& error) {
        judgement.finding = std::string("failed: ") + error.what();
    }
    return judgement;
}

}  // namespace sinew::oracle
