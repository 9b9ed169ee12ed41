#include "train/exact.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <new>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/run_together.hpp"
#include "cardinality/optimizer.hpp"
#include "train/columns.hpp"
#include "train/encode.hpp"
#include "train/exchange.hpp"
#include "train/incumbent.hpp"
#include "train/local_search.hpp"
#include "train/margins.hpp"
#include "train/neighbourhoods.hpp"
#include "train/separate_outputs.hpp"
#include "train/small_networks.hpp"

namespace sinew::train {

namespace {
using Status = ExactResult::Status;
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

class Run : cardinality::Listener {
  public:
    /// `exchange`: with other threads, if there are any; it is the listener too then.
    Run(const Problem& problem, const ExactOptions& options, const Limits& limits, ExactListener* listener,
        Exchange* exchange = nullptr)
        : problem_(problem),
          options_(options),
          limits_(limits),
          columns_(columns_of(problem, limits)),
          best_(problem, listener),
          exchange_(exchange),
          engine_(options.engine) {}

    ExactResult run() {
        if (options_.warm_start) {
            best_.offer(*options_.warm_start);
            if (!best_.has_weights()) best_.offer(without_guarded_features(problem_, *options_.warm_start));
        }
        const std::size_t stages = problem_.objectives.size() + (has_soft_demand(problem_) ? 1 : 0);
        Status status = Status::optimal;
        if (!columns_.is_complete) {
            status = best_.has_weights() ? Status::feasible : Status::unknown;
        } else if (most_right() < problem_.least_right) {
            status = Status::infeasible;
            method_ = "contradictions";
        } else {
            weigh_engine();
        }
        for (std::size_t stage = 0; stage < stages && status == Status::optimal; ++stage) status = prove(stage);
        ExactResult result;
        result.status = status;
        result.method = status == Status::optimal || status == Status::infeasible ? method_ : "";
        result.bound = best_.bound();
        result.notes = std::move(notes_);
        if (status == Status::feasible || status == Status::unknown) result.stopped = limits_.reached();
        if (!best_.has_weights()) return result;
        result.weights = best_.weights();
        result.values = best_.values();
        result.objective = result.values.front();
        return result;
    }

  private:
    /// Equal examples of several labels can only be right as one of them. Groups are in the order of their columns.
    std::size_t most_right() const {
        std::size_t right = 0;
        std::size_t of_column = 0;
        for (std::size_t g = 0; g < columns_.groups.size(); ++g) {
            of_column = std::max<std::size_t>(of_column, columns_.groups[g].examples);
            if (g + 1 < columns_.groups.size() && columns_.groups[g + 1].column == columns_.groups[g].column) continue;
            right += of_column;
            of_column = 0;
        }
        return right;
    }

    /// The engine's rows, of which it keeps several copies, must be few enough to be searched at all.
    void weigh_engine() {
        if (!engine_) return;
        const double terms = encoded_terms(problem_, columns_);
        if (terms <= options_.engine_terms) return;
        engine_ = false;
        notes_.push_back("the pseudo-Boolean engine is left out: its rows would have about " +
                         std::to_string(std::llround(terms / 1e6)) + " million terms (at most " +
                         std::to_string(std::llround(options_.engine_terms / 1e6)) + "), so that " +
                         "it proves nothing here");
    }

    bool outputs_apart() const { return options_.separate_outputs && has_separate_outputs(problem_, columns_); }

    /// The optimum of one objective, the ones before held; optimal: go on with the next.
    Status prove(std::size_t stage) {
        if (stage == 0 && enumerates()) {
            const bool proves = problem_.objectives.front() == Objective::min_weight;
            if (proves && enumerate(enumeration_effort / 16)) return Status::optimal;
            if (problem_.objectives.front() == Objective::max_margin && !best_.has_weights())
                enumerate_small_networks(problem_, columns_, enumeration_effort / 8, limits_, best_);
        }
        if (stage > 0) return engine_ ? ask_engine(stage, -1) : Status::feasible;
        return by_turns();
    }

    bool enumerates() { return options_.enumerate_small && has_small_networks(problem_) && !outputs_apart(); }

    /// Least weights; whether they are found.
    bool enumerate(std::uint64_t effort) {
        if (!enumerate_small_networks(problem_, columns_, effort, limits_, best_).found) return false;
        method_ = "enumeration";
        return true;
    }

    /// Enumeration, margins, annealing and the engine, each turn four times as long as the one before.
    Status by_turns() {
        LocalSearch local(problem_, columns_, options_.settings.seed());
        const double terms = encoded_terms(problem_, columns_);
        std::uint64_t moves = options_.moves;
        std::int64_t conflicts = options_.conflicts;
        std::uint64_t nodes = options_.nodes;
        std::uint64_t nodes_apart = options_.nodes;  // what an output's search did not finish it begins anew
        const bool margins = options_.bound_margins && problem_.objectives.front() == Objective::max_margin &&
                             has_margin_cases(problem_);
        std::optional<SeparateOutputs> outputs;
        if (outputs_apart()) outputs.emplace(problem_, columns_, options_.settings.seed());
        std::optional<Neighbourhoods> neighbourhoods;
        if (options_.neighbourhoods && has_neighbourhoods(problem_))
            neighbourhoods.emplace(problem_, columns_, options_.settings.seed());
        std::optional<Detectors> detectors;
        if (neighbourhoods && Detectors::apply_to(problem_))
            detectors.emplace(problem_, options_.settings.seed(), limits_);
        std::uint64_t effort = enumeration_effort / 4;
        const bool enumerates_weights = enumerates() && problem_.objectives.front() == Objective::min_weight;
        bool is_engines_turn = engine_;
        while (!limits_.exceeded() && (is_engines_turn || moves < most_moves)) {
            if (exchange_) exchange_->share_with(best_);
            if (best_.first_proven()) break;
            if (detectors) detectors->run(8 * moves, nodes / 4, limits_, best_);
            if (outputs) outputs->run(moves, nodes_apart, limits_, best_);
            const bool solved_apart = outputs && best_.has_weights();
            if (margins) bound_margins(problem_, columns_, nodes, limits_, best_);
            // Before annealing, which may leave what makes the start's neurons useful together.
            if (neighbourhoods) neighbourhoods->run(20 * nodes, limits_, best_);
            for (int round = 0; round < 4 && !best_.first_proven() && !solved_apart; ++round)
                local.run(moves, round % 2 == 0 && best_.has_weights() ? best_.weights() : Weights{}, limits_, best_);
            if (best_.first_proven()) break;
            if (enumerates_weights && effort <= enumeration_effort && enumerate(effort)) return Status::optimal;
            // What is large and has weights already is not the engine's: its first turn would take all the time.
            const double most = solved_apart ? most_terms_apart : most_terms_beside;
            is_engines_turn = engine_ && (!best_.has_weights() || terms < most);
            if (is_engines_turn && !limits_.exceeded()) {
                const Status status = ask_engine(0, conflicts);
                if (status == Status::optimal || status == Status::infeasible) return status;
            }
            moves *= 4;
            conflicts *= 4;
            nodes *= 4;
            effort *= 4;
            nodes_apart *= 8;
        }
        if (!best_.first_proven() && engine_ && !limits_.exceeded()) return ask_engine(0, -1);
        if (!best_.first_proven()) return best_.has_weights() ? Status::feasible : Status::unknown;
        method_ = outputs ? "outputs one by one" : margins ? "margins" : "solution at the bound";
        return Status::optimal;
    }

    /// Where memory has no room for the engine, all else goes on.
    Status ask_engine(std::size_t stage, std::int64_t conflicts) {
        try {
            return minimise(stage, conflicts);
        } catch (const std::bad_alloc&) {
            encoding_ = nullptr;
            engine_ = false;
            notes_.emplace_back("the pseudo-Boolean engine is left out: it needs more memory than there is");
            return best_.has_weights() ? Status::feasible : Status::unknown;
        }
    }

    Status minimise(std::size_t stage, std::int64_t conflicts) {
        const std::vector<std::int64_t> fixed(best_.values().begin(),
                                              best_.values().begin() + static_cast<std::ptrdiff_t>(stage));
        const Encoding encoding(problem_, columns_, fixed, stage == 0 ? std::optional(best_.bound()) : std::nullopt,
                                limits_);
        if (!encoding.is_complete()) return best_.has_weights() ? Status::feasible : Status::unknown;
        encoding_ = &encoding;
        stage_ = stage;
        cardinality::Options knobs;
        knobs.conflict_limit = conflicts;
        cardinality::Optimizer optimizer(encoding.formula(),
                                         options_.settings.options(cardinality::option_table(), knobs));
        if (best_.has_weights()) optimizer.suggest_solution(encoding.assignment_of(best_.weights()));
        const cardinality::Result answer = optimizer.solve(limits_, this);
        encoding_ = nullptr;
        if (answer.outcome == Outcome::unsat) {
            require(!best_.has_weights(), "weights that satisfy all demands are found by the engine");
            method_ = "engine";
            return Status::infeasible;
        }
        if (stage == 0) best_.raise_bound(encoding.value(answer.bound));
        if (answer.outcome != Outcome::optimum) return best_.has_weights() ? Status::feasible : Status::unknown;
        require(best_.has_weights(), "what the engine finds satisfies all demands");
        require(best_.values()[stage] == encoding.value(answer.value), "the engine's optimum is what its weights do");
        if (stage == 0) method_ = "engine";
        return Status::optimal;
    }

    void improved(std::int64_t, const std::vector<bool>& model) override { best_.offer(encoding_->weights_of(model)); }
    void bound_raised(std::int64_t bound) override {
        if (stage_ == 0) best_.raise_bound(encoding_->value(bound));
    }

    static constexpr double most_terms_beside = 5e5;  ///< where there are weights already
    static constexpr double most_terms_apart = 2e5;   ///< and outputs are solved one by one
    static constexpr std::uint64_t enumeration_effort = 1'000'000'000;
    static constexpr std::uint64_t most_moves = 50'000'000;  ///< where nothing else would end the search

    const Problem& problem_;
    const ExactOptions& options_;
    const Limits& limits_;
    const Columns columns_;
    Incumbent best_;
    Exchange* exchange_;
    bool engine_;
    std::vector<std::string> notes_;
    std::string method_;
    const Encoding* encoding_ = nullptr;
    std::size_t stage_ = 0;
};

/// A thread's part: the first knows every method, the others search for weights and ask the engine, from other seeds.
ExactOptions options_of_thread(const ExactOptions& options, std::size_t thread) {
    ExactOptions own = options;
    own.settings = options.settings.with_seed(options.settings.seed() + thread);
    if (thread == 0) return own;
    own.enumerate_small = false;
    own.bound_margins = false;
    own.separate_outputs = false;
    return own;
}

/// All threads at once, each telling the others; the first proof ends them all.
ExactResult run_threads(const Problem& problem, const ExactOptions& options, const Limits& limits,
                        ExactListener* listener) {
    Exchange exchange(problem, listener);
    std::atomic<bool> answered = false;
    const Limits shared = limits.until(answered);
    const auto wanted = static_cast<std::size_t>(options.threads);
    std::vector<ExactResult> results(wanted);
    const std::size_t count = run_together(wanted, [&](std::size_t thread, std::size_t) {
        try {
            const ExactOptions own = options_of_thread(options, thread);
            results[thread] = Run(problem, own, shared, &exchange, &exchange).run();
            if (results[thread].status == Status::optimal || results[thread].status == Status::infeasible)
                answered = true;
        } catch (...) {
            answered = true;
            throw;
        }
    });
    results.resize(count);
    if (count < wanted)
        for (ExactResult& result : results)
            result.notes.push_back(fmt::format("{} of {} threads: the system gives no more", count, wanted));
    // Proofs first, then what is best of all.
    const auto proof = std::find_if(results.begin(), results.end(), [](const ExactResult& result) {
        return result.status == Status::optimal || result.status == Status::infeasible;
    });
    ExactResult answer = proof != results.end() ? std::move(*proof) : std::move(results.front());
    if (proof != results.end()) return answer;
    for (const ExactResult& result : results)
        answer.bound = is_maximised(problem.objectives.front()) ? std::min(answer.bound, result.bound)
                                                                : std::max(answer.bound, result.bound);
    answer.stopped = limits.reached();
    if (!exchange.has_weights()) return answer;
    answer.status = Status::feasible;
    answer.weights = exchange.weights();
    answer.values = exchange.values();
    answer.objective = answer.values.front();
    return answer;
}
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
    if (chosen.threads > 1) return run_threads(problem, chosen, limits, listener);
    return Run(problem, chosen, limits, listener).run();
}

}  // namespace sinew::train
