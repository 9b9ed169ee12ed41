// SPDX-License-Identifier: Apache-2.0
#include "verify/optimize.hpp"

#include <chrono>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "integer/query_model.hpp"
#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"
#include "verify/optimize_real.hpp"
#include "verify/solve_integer.hpp"
#include "verify/verify.hpp"

namespace sinew::verify {

void Optimum::stop(StopReason why, std::string text) {
    outcome = witness ? Outcome::feasible : Outcome::unknown;
    stopped = why;
    reason = std::move(text);
}

std::string_view Optimum::word() const {
    return outcome == Outcome::unknown && stopped == StopReason::timeout ? "timeout" : to_string(outcome);
}

namespace {

/// Passes on what is found and keeps the best, so that it is still there where a limit ends the search in the midst.
class Keeper : public OptimizeListener {
  public:
    explicit Keeper(OptimizeListener& listener) : listener_(listener) {}

    void improved(const Rational& value, const model::Witness& witness) override {
        best_.value = value;
        best_.witness = witness;
        listener_.improved(value, witness);
    }
    void bound_moved(const Rational& bound) override {
        best_.bound = bound;
        listener_.bound_moved(bound);
    }
    void progress(const Progress& progress) override { listener_.progress(progress); }
    void message(std::string_view text) override { listener_.message(text); }
    bool wants_trace() const override { return listener_.wants_trace(); }
    void trace(std::string_view text) override { listener_.trace(text); }

    Optimum stopped(StopReason reason) {
        best_.stop(reason, std::string(to_string(reason)));
        return std::move(best_);
    }

  private:
    OptimizeListener& listener_;
    Optimum best_;
};

Optimum decide(const model::Query& query, const OptimizeOptions& options, OptimizeListener& listener) {
    throw_if_reached(options.limits);  // reading may have taken all there was
    std::string reason;
    std::optional<Optimum> optimum = optimize_integer(query, options, listener, reason);
    if (!optimum) {
        throw_if_reached(options.limits);
        optimum = optimize_real(query, options, listener);
    }
    if (!optimum) {
        throw_if_reached(options.limits);
        optimum.emplace();
        optimum->reason = reason;
    }
    // The last line of defence, as in verify().
    if (optimum->witness) {
        const model::Witness& witness = *optimum->witness;
        require(model::confirms(query, witness), "a witness satisfies its query");
        const bool is_least = query.objective->sense == model::Sense::minimize;
        const Rational value = query.objective->form.value(witness.values);
        const Rational radius(model::radius_of(query.objective->form, witness.radii));
        require(witness.radii.empty() ? value == *optimum->value
                : is_least            ? Rational(value + radius) <= *optimum->value
                                      : Rational(value - radius) >= *optimum->value,
                "a witness has the value that is told, or a better one");
    }
    return std::move(*optimum);
}

Options questions_of(const OptimizeOptions& options) {
    Options asked;
    asked.limits = options.limits;
    asked.threads = options.threads;
    asked.settings = options.settings;
    asked.proof = options.proof;
    return asked;
}

/// What there is better than the answer's bound (or at all, where it is unsat), asked once more so that the proof is
/// told of it.
bool prove(const model::Query& query, const OptimizeOptions& options, const Optimum& optimum) {
    const Options asked = questions_of(options);
    Observer observer;
    if (optimum.outcome == Outcome::unsat) return verify(query, asked, observer).status == model::Status::unsat;
    if (!optimum.bound) return false;
    std::vector<std::string> values;
    if (optimum.witness) values = values_in_proof(query, *optimum.witness);
    options.proof->bound(optimum.bound->get_str(), values,
                         optimum.witness ? optimum.witness->booleans : std::vector<bool>(query.boolean_names.size()));
    return verify(model::better_than(query, *optimum.bound), asked, observer).status == model::Status::unsat;
}

}  // namespace

Optimum optimize(const model::Query& query, const OptimizeOptions& options, OptimizeListener& listener) {
    if (!query.objective) throw UsageError("there is no objective: add one, such as objective = 'minimize 3x0 + y1'");
    const auto start = std::chrono::steady_clock::now();
    const LimitScope scope(options.limits);
    if (options.proof != nullptr) require_provable(query, questions_of(options));
    Keeper keeper(listener);
    Optimum optimum;
    try {
        optimum = decide(query, options, keeper);
    } catch (const LimitReached& limit) {
        optimum = keeper.stopped(limit.reason());
    }
    if (options.proof != nullptr) optimum.is_proved = prove(query, options, optimum);
    optimum.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return optimum;
}

}  // namespace sinew::verify
