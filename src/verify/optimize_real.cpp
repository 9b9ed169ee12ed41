// SPDX-License-Identifier: Apache-2.0
#include "verify/optimize_real.hpp"

#include <utility>

#include "base/effort.hpp"
#include "base/error.hpp"
#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"
#include "search/region_minimum.hpp"
#include "verify/verify.hpp"

namespace sinew::verify {

namespace {

constexpr Effort first_slice = effort_per_second / 2;
/// Of networks with tanh or sigmoid neurons: an interval for the optimum that is so narrow, relatively, is narrow
/// enough.
constexpr long narrow_share = 1'000'000;
/// Certified values are told in so fine steps.
constexpr long value_steps = 1'000'000'000'000;

/// Minimises; a maximum is the minimum of the opposite.
class RealOptimizer {
  public:
    RealOptimizer(const model::Query& query, const OptimizeOptions& options, OptimizeListener& listener)
        : query_(query),
          options_(options),
          limits_(options.limits),
          listener_(listener),
          form_(query.objective->form),
          smooth_(model::is_smooth(query.network)) {
        if (query.objective->sense == model::Sense::maximize) form_.scale(-1);
    }

    Optimum run();

  private:
    Answer ask(const std::optional<Rational>& limit, model::Relation relation, const Limits& limits);
    void take(const model::Witness& witness);
    void take_certified(const model::Witness& witness);
    void narrow_down(const Limits& limits);
    void search_above(const Limits& limits);
    void search_below(const Limits& limits);
    void raise_bound(const Rational& bound);
    Rational told(const Rational& value) const {
        return query_.objective->sense == model::Sense::maximize ? Rational(-value) : value;
    }
    Optimum finish();

    const model::Query& query_;
    OptimizeOptions options_;
    Limits limits_;
    OptimizeListener& listener_;
    LinearForm form_;  ///< what is minimised
    std::optional<model::Witness> best_;
    Rational value_;                   ///< of the best
    std::optional<Rational> infimum_;  ///< of all regions that were met
    bool attained_ = false;            ///< whether some solution has it
    std::optional<Rational> bound_;
    Rational step_ = 1;
    bool unbounded_ = false;
    bool infeasible_ = false;
    bool proven_ = false;
    bool smooth_;             ///< tanh or sigmoid neurons: values are enclosed, not exact
    bool is_narrow_ = false;  ///< smooth: value and bound are near enough
    Rational place_{1, 2};    ///< smooth: where between them the next question lies, 0 is at the value
    int undecided_ = 0;       ///< smooth: questions one after the other that were not answered
    static constexpr int most_undecided = 12;
    std::string stopped_;
    Statistics statistics_;
};

/// The query's conditions and objective ⋈ limit.
Answer RealOptimizer::ask(const std::optional<Rational>& limit, model::Relation relation, const Limits& limits) {
    model::Query question = query_;
    if (limit) {
        LinearForm excess = form_;
        excess.add_constant(-*limit);
        question.output_condition = question.formulas.conjunction(
            {question.output_condition, question.formulas.atom(std::move(excess), relation)});
    }
    Options options;
    options.limits = limits;
    options.settings = options_.settings;
    options.threads = options_.threads;
    const model::Verdict verdict = verify(question, options, listener_);
    statistics_.add("objective_questions", 1);
    statistics_.add(verdict.statistics);
    if (verdict.status == model::Status::unsat) return Answer::unsat;
    if (verdict.status != model::Status::sat) {
        stopped_ = verdict.reason;
        return Answer::unknown;
    }
    take(*verdict.witness);
    return Answer::sat;
}

void RealOptimizer::raise_bound(const Rational& bound) {
    if (bound_ && bound <= *bound_) return;
    bound_ = bound;
    listener_.bound_moved(told(bound));
}

/// Values of tanh and sigmoid are irrational: what is known of the objective at the witness is a number that it does
/// not exceed.
void RealOptimizer::take_certified(const model::Witness& found) {
    const Rational most = form_.value(found.values) + Rational(model::radius_of(form_, found.radii));
    Integer steps;
    const Rational scaled = most * value_steps;
    mpz_cdiv_q(steps.get_mpz_t(), scaled.get_num_mpz_t(), scaled.get_den_mpz_t());
    Rational value(steps, value_steps);
    value.canonicalize();
    if (best_ && value >= value_) return;
    value_ = std::move(value);
    best_ = found;
    infimum_ = value_;
    listener_.improved(told(value_), *best_);
}

void RealOptimizer::take(const model::Witness& found) {
    if (smooth_) return take_certified(found);
    const auto improve = [&](model::Witness witness) {
        const Rational value = form_.value(witness.values);
        if (best_ && value >= value_) return;
        require(model::satisfies(query_, witness.values, witness.booleans), "a witness satisfies its query exactly");
        value_ = value;
        best_ = std::move(witness);
        listener_.improved(told(value_), *best_);
    };
    const search::RegionMinimum region = search::minimize_in_region(query_, found, form_, limits_);
    const bool has_point = !region.inputs.empty() || query_.network.input_variables().empty();
    if (region.outcome == search::RegionOutcome::unbounded) unbounded_ = true;
    if (region.outcome == search::RegionOutcome::unbounded || region.outcome == search::RegionOutcome::stopped ||
        !has_point) {
        improve(found);
        infimum_ = value_;  // the next must be better at least
        attained_ = true;
        return;
    }
    improve({model::evaluate(query_.network, region.inputs), found.booleans, {}});
    const bool attained = region.outcome == search::RegionOutcome::attained;
    if (!infimum_ || region.infimum < *infimum_) {
        infimum_ = region.infimum;
        attained_ = attained;
    } else if (region.infimum == *infimum_) {
        attained_ = attained_ || attained;
    }
}

void RealOptimizer::search_above(const Limits& limits) {
    // What is only approached may be attained elsewhere.
    const Answer answer = ask(infimum_, attained_ ? model::Relation::less : model::Relation::less_equal, limits);
    if (answer != Answer::unsat) return;
    if (!best_) {
        infeasible_ = true;
        return;
    }
    raise_bound(*infimum_);
    proven_ = true;
}

void RealOptimizer::search_below(const Limits& limits) {
    const Rational middle = bound_ ? Rational((*bound_ + *infimum_) / 2) : Rational(*infimum_ - step_);
    // A simple number in between, so that numbers do not grow.
    const Rational width = bound_ ? Rational((*infimum_ - *bound_) / 8) : Rational(step_ / 8);
    const Rational limit = simplest_between(Rational(middle - width), true, Rational(middle + width), true);
    const Answer answer = ask(limit, model::Relation::less_equal, limits);
    if (answer == Answer::unsat) raise_bound(limit);
    if (!bound_) step_ *= 4;
}

/// Bisection between the best certified value and the bound. Where a question is too near to the truth to be decided,
/// the next one is nearer to one of the ends.
void RealOptimizer::narrow_down(const Limits& limits) {
    const Rational gap = bound_ ? Rational(value_ - *bound_) : step_;
    const Rational at = value_ - gap * place_;
    const Rational limit = simplest_between(Rational(at - gap / 16), true, Rational(at + gap / 16), true);
    switch (ask(limit, model::Relation::less_equal, limits)) {
        case Answer::unsat:
            raise_bound(limit);
            place_ = Rational(1, 2);
            break;
        case Answer::sat:
            place_ = Rational(1, 2);
            break;
        case Answer::unknown:
            ++undecided_;
            place_ = place_ == Rational(1, 2)   ? Rational(7, 8)
                     : place_ == Rational(7, 8) ? Rational(1, 8)
                                                : Rational(1, 2);
            break;
    }
    if (!bound_) step_ *= 4;
    is_narrow_ = bound_ && narrow_share * (value_ - *bound_) <= abs(value_) + 1;
}

Optimum RealOptimizer::run() {
    Effort slice = first_slice;
    if (smooth_) {
        if (ask(std::nullopt, model::Relation::less_equal, limits_) == Answer::unsat) infeasible_ = true;
        for (; best_ && !is_narrow_ && !limits_.exceeded(); slice += slice / 20) {
            const int before = undecided_;
            narrow_down(limits_.within_effort(slice));
            if (undecided_ == before)
                undecided_ = 0;
            else if (undecided_ >= most_undecided)
                break;
        }
        return finish();
    }
    while (!infeasible_ && !proven_ && !unbounded_ && !limits_.exceeded()) {
        search_above(limits_.within_effort(slice));
        if (infeasible_ || proven_ || unbounded_ || limits_.exceeded()) break;
        if (best_ && infimum_ && (!bound_ || *bound_ < *infimum_)) search_below(limits_.within_effort(slice / 2));
        slice += slice / 2;
    }
    return finish();
}

Optimum RealOptimizer::finish() {
    Optimum optimum;
    optimum.statistics = statistics_;
    if (infeasible_) {
        optimum.outcome = Outcome::unsat;
        return optimum;
    }
    if (best_) optimum.value = told(value_);
    optimum.witness = std::move(best_);
    if (bound_) optimum.bound = told(*bound_);
    if (unbounded_) {
        optimum.outcome = Outcome::unbounded;
    } else if (proven_ && attained_) {
        optimum.outcome = Outcome::optimum;
    } else if (proven_) {
        optimum.outcome = Outcome::feasible;
        optimum.reason = "values come as near to the bound as wanted, but no solution has it";
    } else if (is_narrow_) {
        optimum.outcome = Outcome::feasible;
        optimum.reason =
            "the optimum lies between value and bound, a millionth apart; with tanh or sigmoid neurons it has no exact "
            "value";
    } else {
        const StopReason stop = limits_.reached();
        optimum.stop(stop, stop == StopReason::none ? stopped_ : std::string(sinew::to_string(stop)));
    }
    return optimum;
}

}  // namespace

std::optional<Optimum> optimize_real(const model::Query& query, const OptimizeOptions& options,
                                     OptimizeListener& listener) {
    if (query.precision) return std::nullopt;  // the reason is the integer engine's
    return RealOptimizer(query, options, listener).run();
}

}  // namespace sinew::verify
