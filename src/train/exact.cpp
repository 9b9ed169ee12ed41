#include "train/exact.hpp"

#include "base/error.hpp"
#include "train/demands.hpp"

namespace sinew::train {

ExactResult train_exactly(const Problem& problem, const ExactOptions& options, const Limits& limits,
                          ExactListener* listener) {
    if (options.warm_start && !fits(problem, *options.warm_start))
        throw UsageError("the weights to begin from are not of the network's shape");
    ExactResult result;
    result.stopped = limits.reached();
    if (!options.warm_start || !satisfies(problem, *options.warm_start)) return result;
    result.status = ExactResult::Status::feasible;
    result.weights = *options.warm_start;
    result.values = values_of(problem, result.weights);
    result.objective = result.values.front();
    if (listener) listener->improved(result.weights, result.values);
    return result;
}

}  // namespace sinew::train
