#include "verify/optimize.hpp"

#include <chrono>

#include "base/error.hpp"
#include "integer/query_model.hpp"
#include "model/evaluate.hpp"
#include "verify/optimize_real.hpp"
#include "verify/solve_integer.hpp"

namespace sinew::verify {

std::string_view to_string(OptimumStatus status) {
    switch (status) {
        case OptimumStatus::optimum:
            return "optimum";
        case OptimumStatus::feasible:
            return "feasible";
        case OptimumStatus::unsat:
            return "unsat";
        case OptimumStatus::unbounded:
            return "unbounded";
        case OptimumStatus::unknown:
            return "unknown";
        case OptimumStatus::timeout:
            return "timeout";
    }
    return "?";
}

Optimum optimize(const model::Query& query, const OptimizeOptions& options, OptimizeListener& listener) {
    if (!query.objective) throw UsageError("there is no objective: add one, such as objective = 'minimize 3x0 + y1'");
    const auto start = std::chrono::steady_clock::now();
    std::string reason;
    std::optional<Optimum> optimum;
    if (options.limits.reached() == StopReason::none)
        optimum = optimize_integer(query, options.seed, options.limits, listener, reason);
    if (!optimum && !options.limits.exceeded())
        optimum = optimize_real(query, options.seed, options.limits, listener, reason);
    if (!optimum) {
        optimum.emplace();
        optimum->reason = reason;
        if (const StopReason stop = options.limits.reached(); stop != StopReason::none) {
            optimum->reason = sinew::to_string(stop);
            if (stop == StopReason::timeout) optimum->status = OptimumStatus::timeout;
        }
    }
    // The last line of defence, as in verify().
    if (optimum->witness) {
        require(model::satisfies(query, optimum->witness->values, optimum->witness->booleans),
                "a witness satisfies its query exactly");
        require(query.objective->form.value(optimum->witness->values) == *optimum->value,
                "a witness has the value that is told");
    }
    optimum->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(*optimum);
}

}  // namespace sinew::verify
