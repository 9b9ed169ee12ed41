// SPDX-License-Identifier: Apache-2.0
#include "train/exact.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/run_together.hpp"
#include "train/columns.hpp"
#include "train/encode.hpp"
#include "train/exact_engines.hpp"

namespace sinew::train {

namespace {
constexpr std::int64_t most_class_weight = 1'000'000;

void check(const Problem& problem, const ExactOptions& options) {
    const auto& layers = problem.architecture.layers;
    if (layers.empty() || std::find(layers.begin(), layers.end(), std::size_t{0}) != layers.end())
        throw UsageError("a network needs at least one layer, and each layer a neuron");
    if (problem.examples.rows() == 0 || problem.examples.features == 0)
        throw UsageError("training needs examples with features");
    if (problem.objectives.empty()) throw UsageError("training needs an objective");
    const std::size_t classes = std::max<std::size_t>(layers.back(), 2);
    for (const std::uint32_t label : problem.examples.labels)
        if (label >= classes) throw UsageError("a label is beyond the network's classes");
    const std::vector<std::int64_t>& weights = problem.class_weights;
    const auto counts = [](std::int64_t weight) { return weight >= 1 && weight <= most_class_weight; };
    if (!weights.empty() && (weights.size() < classes || !std::all_of(weights.begin(), weights.end(), counts)))
        throw UsageError("class weights are whole numbers from 1 to a million, one a class");
    if (options.warm_start && !fits(problem, *options.warm_start))
        throw UsageError("the weights to begin from are not of the network's shape");
}

/// Equal examples of several labels can only be right as one of them. Groups are in the order of their columns.
std::size_t most_right(const Columns& columns) {
    std::size_t right = 0;
    std::size_t of_column = 0;
    for (std::size_t g = 0; g < columns.groups.size(); ++g) {
        of_column = std::max<std::size_t>(of_column, columns.groups[g].examples);
        if (g + 1 < columns.groups.size() && columns.groups[g + 1].column == columns.groups[g].column) continue;
        right += of_column;
        of_column = 0;
    }
    return right;
}

/// Whatever ends the work.
class AtEnd {
  public:
    explicit AtEnd(std::atomic<bool>& flag) : flag_(flag) {}
    AtEnd(const AtEnd&) = delete;
    AtEnd& operator=(const AtEnd&) = delete;
    ~AtEnd() { flag_ = true; }

  private:
    std::atomic<bool>& flag_;
};

constexpr std::chrono::milliseconds between_looks{200};

class Run {
  public:
    Run(const Problem& problem, const ExactOptions& options, const Limits& limits, ExactListener* listener)
        : problem_(problem),
          options_(options),
          limits_(limits),
          columns_(columns_of(problem, limits)),
          first_(problem, nullptr),
          exchange_(problem, listener, first_.bound()),
          training_{problem, options, columns_, exchange_} {
        if (!options.share.empty()) folder_.emplace(options.share, problem);
    }

    ExactResult run() {
        if (options_.warm_start) {
            first_.offer(*options_.warm_start);
            if (!first_.has_weights()) first_.offer(without_guarded_features(problem_, *options_.warm_start));
            if (first_.has_weights()) exchange_.improved(first_.weights(), first_.values(), "warm start");
        }
        if (folder_) {
            exchange_.share_by(*folder_);
            exchange_.look();
        }
        Outcome outcome = Outcome::unknown;
        if (columns_.is_complete && most_right(columns_) < problem_.least_right) {
            outcome = Outcome::unsat;
            method_ = "contradictions";
        } else if (columns_.is_complete) {
            outcome = optimise();
        }
        if (outcome == Outcome::unknown && exchange_.has_weights()) outcome = Outcome::feasible;
        ExactResult result;
        result.outcome = outcome;
        result.method = outcome == Outcome::optimum || outcome == Outcome::unsat ? method_ : "";
        result.bound = exchange_.bound();
        result.notes = std::move(exchange_.notes());
        if (outcome == Outcome::feasible || outcome == Outcome::unknown) result.stopped = limits_.reached();
        if (!exchange_.has_weights()) return result;
        result.weights = exchange_.weights();
        result.values = exchange_.values();
        result.objective = result.values.front();
        return result;
    }

  private:
    /// One objective after the other, the ones before held.
    Outcome optimise() {
        weigh_rows();
        const std::size_t stages = problem_.objectives.size() + (has_soft_demand(problem_) ? 1 : 0);
        for (std::size_t stage = 0; stage < stages; ++stage) {
            if (stage > 0 && !training_.rows) return Outcome::unknown;
            const Outcome outcome = optimise(stage);
            if (outcome != Outcome::optimum) return outcome;
        }
        return Outcome::optimum;
    }

    Outcome optimise(std::size_t stage) {
        const model::Query query = weights_query(problem_, stage);
        engine::Knowledge knowledge(query);
        exchange_.begin(stage, knowledge);
        if (knowledge.answer() == Answer::unknown) {
            engine::Turns turns(stage == 0 ? first_engines(training_) : later_engines(training_, stage));
            const int threads = stage == 0 ? options_.threads : 1;
            if (folder_)
                run_watching(turns, knowledge, threads);
            else
                turns.run(knowledge, limits_, threads);
        }
        if (stage == 0 && knowledge.answer() == Answer::unsat) exchange_.infeasible();
        if (stage == 0) tell_threads();
        if (knowledge.answer() == Answer::unknown) return Outcome::unknown;
        if (stage == 0) method_ = method_of(knowledge.decided_by());
        return knowledge.answer() == Answer::sat ? Outcome::optimum : Outcome::unsat;
    }

    /// A thread beside the engines looks at what other processes find: a proof of theirs ends the turns.
    void run_watching(engine::Turns& turns, engine::Knowledge& knowledge, int threads) {
        const Limits outer = current_limits();
        const Limits limits = limits_.until(knowledge.answered());
        std::atomic<bool> has_ended{false};
        run_together(2, [&](std::size_t index, std::size_t) {
            if (index == 0) {
                const AtEnd end(has_ended);
                turns.run(knowledge, limits, threads);
                return;
            }
            const LimitScope scope(outer);
            while (!has_ended && !limits.exceeded()) {
                exchange_.look();
                std::this_thread::sleep_for(between_looks);
            }
        });
    }

    /// What proved the bound, where a solution at it was found by another.
    std::string method_of(std::string_view by) const {
        if (by == "enumeration" || by == "engine" || by == "another process") return std::string(by);
        return training_.solves_outputs_apart() ? "outputs one by one"
               : training_.bounds_margins()     ? "margins"
                                                : "solution at the bound";
    }

    /// The rows, of which the engine keeps several copies, must be few enough to be searched at all.
    void weigh_rows() {
        training_.rows = options_.engine;
        const double terms = encoded_terms(problem_, columns_);
        if (training_.rows && terms > options_.engine_terms) {
            training_.rows = false;
            exchange_.note("the pseudo-Boolean engine is left out: its rows would have about " +
                           std::to_string(std::llround(terms / 1e6)) + " million terms (at most " +
                           std::to_string(std::llround(options_.engine_terms / 1e6)) +
                           "), so that it proves nothing here");
        }
        training_.rows_search = training_.rows;
    }

    void tell_threads() {
        const auto wanted = static_cast<std::size_t>(options_.threads);
        if (exchange_.threads() > 0 && exchange_.threads() < wanted)
            exchange_.note(fmt::format("{} of {} threads: the system gives no more", exchange_.threads(), wanted));
    }

    const Problem& problem_;
    const ExactOptions& options_;
    const Limits& limits_;
    const Columns columns_;
    Incumbent first_;  ///< of the warm start, and the bound that is there without a search
    Exchange exchange_;
    Training training_;
    std::optional<SharedFolder> folder_;
    std::string method_;
};
}  // namespace

const OptionTable<ExactOptions>& exact_option_table() {
    using Options = ExactOptions;
    static const OptionRow<Options> rows[] = {
        {"enumerate_small", &Options::enumerate_small, 0, 1, "networks of small supports are enumerated"},
        {"bound_margins", &Options::bound_margins, 0, 1, "margins are bounded neuron by neuron"},
        {"separate_outputs", &Options::separate_outputs, 0, 1, "outputs without hidden layers are solved one by one"},
        {"neighbourhoods", &Options::neighbourhoods, 0, 1, "single hidden neurons are freed and solved"},
        {"engine", &Options::engine, 0, 1, "the pseudo-Boolean engine is asked"},
        {"moves", &Options::moves, 1, 1e12, "of the first annealing; each turn is four times as long as the last"},
        {"conflicts", &Options::conflicts, 1, 1e12, "of the engine's first turn"},
        {"nodes", &Options::nodes, 1, 1e12, "of the first turn of margins, outputs and neighbourhoods"},
        {"engine_terms", &Options::engine_terms, 0, 1e12, "terms of rows from which on the engine is left out"},
    };
    static const OptionTable<Options> table{"train", "training as exact optimisation: which methods, and their turns",
                                            rows};
    return table;
}

ExactResult train_exactly(const Problem& problem, const ExactOptions& options, const Limits& limits,
                          ExactListener* listener) {
    check(problem, options);
    const ExactOptions chosen = options.settings.options(exact_option_table(), options);
    return Run(problem, chosen, limits, listener).run();
}

}  // namespace sinew::train
