// SPDX-License-Identifier: Apache-2.0
#include "train/exact_engines.hpp"

#include <algorithm>
#include <new>

#include "base/error.hpp"
#include "cardinality/optimizer.hpp"
#include "train/encode.hpp"
#include "train/local_search.hpp"
#include "train/margins.hpp"
#include "train/neighbourhoods.hpp"
#include "train/separate_outputs.hpp"
#include "train/small_networks.hpp"

namespace sinew::train {

namespace {
using engine::Knowledge;
using engine::Progress;

constexpr double most_terms_beside = 5e5;  // of the rows, where there are weights already
constexpr double most_terms_apart = 2e5;   // and outputs are solved one by one
constexpr std::uint64_t enumeration_effort = 1'000'000'000;
constexpr int last_round = 7;  // where nothing else would end the search

/// Begins each turn with what the others have found; turn t does four times as much as turn t - 1.
class TrainingEngine : public engine::Engine, protected ExactListener {
  public:
    /// `helps`: is for a thread of its own, and not there where there is none for it.
    explicit TrainingEngine(Training& training, bool helps = false)
        : training_(training), best_(training.problem, this), helps_(helps) {}

    Progress advance(const engine::Turn& turn, Knowledge& knowledge) final {
        bool goes_on = true;
        try {
            if (!training_.exchange.count_thread() && helps_ && round_ == 0) return Progress::exhausted;
            training_.exchange.share_with(best_);
            goes_on = run(turn.limits, knowledge);
            ++round_;
            if (size_ < std::uint64_t{1} << 40) size_ *= 4;
        } catch (const std::bad_alloc&) {  // all else goes on
            goes_on = !out_of_memory();
        }
        if (knowledge.answer() != Answer::unknown) return Progress::answered;
        return goes_on ? Progress::paused : Progress::exhausted;
    }
    Statistics statistics() const override { return {}; }

  protected:
    /// After memory did not suffice.
    virtual void release() {}
    virtual std::string_view title() const { return name(); }
    /// False: more turns would not help.
    virtual bool run(const Limits& limits, Knowledge& knowledge) = 0;

    void improved(const Weights& weights, const std::vector<std::int64_t>& values) override {
        training_.exchange.improved(weights, values, name());
    }
    void bounded(std::int64_t bound) override { training_.exchange.bounded(bound, name()); }

    /// Of engines that propose: as long as the rows have their turns, or there are rounds left.
    bool goes_on() const { return training_.rows_search || round_ + 1 < last_round; }

    Training& training_;
    Incumbent best_;
    std::uint64_t size_ = 1;  ///< 4^round
    int round_ = 0;

  private:
    /// Helpers leave their memory to the others, which try again a few times. True: the engine is left out.
    bool out_of_memory() {
        release();
        if (helps_) return true;
        if (++failures_ < 4) return false;
        training_.exchange.note(std::string(title()) + " is left out: it needs more memory than there is");
        return true;
    }

    bool helps_;
    int failures_ = 0;
};

/// Four annealings a turn, each turn's four times as long as those of the one before.
class Annealer {
  public:
    explicit Annealer(std::uint64_t seed) : seed_(seed) {}
    void run(const Training& training, const Limits& limits, Incumbent& best) {
        if (!search_) search_.emplace(training.problem, training.columns, seed_);
        for (int round = 0; round < 4 && !best.first_proven() && !limits.exceeded(); ++round)
            search_->run(moves_ * training.options.moves,
                         round % 2 == 0 && best.has_weights() ? best.weights() : Weights{}, limits, best);
        if (moves_ < std::uint64_t{1} << 40) moves_ *= 4;
    }
    void release() { search_.reset(); }

  private:
    std::uint64_t seed_;
    std::uint64_t moves_ = 1;
    std::optional<LocalSearch> search_;
};

class EnumerationEngine : public TrainingEngine {
  public:
    /// `first`: the effort of its first turn; it ends with the turn that would take more than `most`. `then`: what it
    /// does after that.
    EnumerationEngine(Training& training, std::uint64_t first, std::uint64_t most, std::optional<Annealer> then = {})
        : TrainingEngine(training), first_(first), most_(most), then_(std::move(then)) {}
    std::string_view name() const override { return ended_ ? "annealing" : "enumeration"; }

  private:
    bool run(const Limits& limits, Knowledge&) override {
        const bool proves = training_.problem.objectives.front() == Objective::min_weight;
        const std::uint64_t effort = first_ * size_;
        ended_ = ended_ || effort > most_ || (!proves && best_.has_weights());
        if (ended_) {
            if (then_) then_->run(training_, limits, best_);
            return then_ && goes_on();
        }
        const SmallNetworks networks =
            enumerate_small_networks(training_.problem, training_.columns, effort, limits, best_);
        if (proves && networks.found) training_.exchange.proven(name());
        return true;
    }
    void release() override {
        if (then_) then_->release();
    }

    std::uint64_t first_;
    std::uint64_t most_;
    std::optional<Annealer> then_;
    bool ended_ = false;
};

class DetectorEngine : public TrainingEngine {
  public:
    explicit DetectorEngine(Training& training) : TrainingEngine(training) {}
    std::string_view name() const override { return "detectors"; }

  private:
    bool run(const Limits& limits, Knowledge&) override {
        if (!detectors_) detectors_.emplace(training_.problem, training_.options.settings.seed(), limits);
        detectors_->run(8 * training_.options.moves * size_, training_.options.nodes * size_ / 4, limits, best_);
        return goes_on();
    }

    std::optional<Detectors> detectors_;
};

class OutputsApart : public TrainingEngine {
  public:
    explicit OutputsApart(Training& training)
        : TrainingEngine(training),
          outputs_(training.problem, training.columns, training.options.settings.seed()),
          nodes_(training.options.nodes) {}
    std::string_view name() const override { return "outputs one by one"; }

  private:
    bool run(const Limits& limits, Knowledge&) override {
        outputs_.run(training_.options.moves * size_, nodes_, limits, best_);
        if (nodes_ < std::uint64_t{1} << 50) nodes_ *= 8;  // what an output's search did not finish it begins anew
        return goes_on();
    }

    SeparateOutputs outputs_;
    std::uint64_t nodes_;
};

class MarginsEngine : public TrainingEngine {
  public:
    using TrainingEngine::TrainingEngine;
    std::string_view name() const override { return "margins"; }

  private:
    bool run(const Limits& limits, Knowledge&) override {
        bound_margins(training_.problem, training_.columns, training_.options.nodes * size_, limits, best_);
        return goes_on();
    }
};

/// Before annealing, which may leave what makes the start's neurons useful together.
class NeighbourhoodEngine : public TrainingEngine {
  public:
    explicit NeighbourhoodEngine(Training& training)
        : TrainingEngine(training),
          neighbourhoods_(training.problem, training.columns, training.options.settings.seed()) {}
    std::string_view name() const override { return "neighbourhoods"; }

  private:
    bool run(const Limits& limits, Knowledge&) override {
        neighbourhoods_.run(20 * training_.options.nodes * size_, limits, best_);
        return goes_on();
    }

    Neighbourhoods neighbourhoods_;
};

class Annealing : public TrainingEngine {
  public:
    Annealing(Training& training, std::uint64_t seed, bool helps) : TrainingEngine(training, helps), annealer_(seed) {}
    std::string_view name() const override { return "annealing"; }

  private:
    bool run(const Limits& limits, Knowledge&) override {
        if (!best_.has_weights() || !training_.solves_outputs_apart()) annealer_.run(training_, limits, best_);
        return goes_on();
    }
    void release() override { annealer_.release(); }

    Annealer annealer_;
};

class Rows : public TrainingEngine, cardinality::Listener {
  public:
    Rows(Training& training, std::size_t stage)
        : TrainingEngine(training), stage_(stage), terms_(encoded_terms(training.problem, training.columns)) {}
    std::string_view name() const override { return "engine"; }

  private:
    /// What is large is not for it where there are weights already: its first turn would take all the time.
    bool run(const Limits& limits, Knowledge& knowledge) override {
        const bool apart = training_.solves_outputs_apart() && best_.has_weights();
        const bool has_turns = !best_.has_weights() || terms_ < (apart ? most_terms_apart : most_terms_beside);
        training_.rows_search = has_turns;
        const bool to_the_end = stage_ > 0 || (!has_turns && round_ >= last_round);
        if (!has_turns && !to_the_end) return true;
        const std::int64_t conflicts = to_the_end ? -1 : training_.options.conflicts * static_cast<std::int64_t>(size_);
        minimise(conflicts, limits, knowledge);
        return true;
    }

    void release() override {
        encoding_ = nullptr;
        training_.rows_search = false;
    }
    std::string_view title() const override { return "the pseudo-Boolean engine"; }

    void minimise(std::int64_t conflicts, const Limits& limits, Knowledge& knowledge) {
        const std::vector<std::int64_t> fixed(best_.values().begin(),
                                              best_.values().begin() + static_cast<std::ptrdiff_t>(stage_));
        const TrainingFormula encoding(training_.problem, training_.columns, fixed,
                                       stage_ == 0 ? std::optional(best_.bound()) : std::nullopt, limits);
        if (!encoding.is_complete()) return;
        encoding_ = &encoding;
        cardinality::Options knobs;
        knobs.conflict_limit = conflicts;
        cardinality::Optimizer optimizer(encoding.formula(),
                                         training_.options.settings.options(cardinality::option_table(), knobs));
        if (best_.has_weights()) optimizer.suggest_solution(encoding.assignment_of(best_.weights()));
        const cardinality::Result answer = optimizer.solve(limits, this);
        encoding_ = nullptr;
        if (answer.outcome == Outcome::unsat) {
            require(!best_.has_weights(), "weights that satisfy all demands are found by the engine");
            knowledge.refuted(name());
            return;
        }
        if (stage_ == 0) best_.raise_bound(encoding.value(answer.bound));
        if (answer.outcome != Outcome::optimum) return;
        require(best_.has_weights(), "what the engine finds satisfies all demands");
        require(best_.values()[stage_] == encoding.value(answer.value), "the engine's optimum is what its weights do");
        training_.exchange.proven(name());
    }

    void improved(std::int64_t, const std::vector<bool>& model) override { best_.offer(encoding_->weights_of(model)); }
    void bound_raised(std::int64_t bound) override {
        if (stage_ == 0) best_.raise_bound(encoding_->value(bound));
    }
    using TrainingEngine::improved;

    std::size_t stage_;
    double terms_;
    const TrainingFormula* encoding_ = nullptr;
};
}  // namespace

bool Training::solves_outputs_apart() const {
    return options.separate_outputs && has_separate_outputs(problem, columns);
}

bool Training::bounds_margins() const {
    return options.bound_margins && problem.objectives.front() == Objective::max_margin && has_margin_cases(problem);
}

bool Training::enumerates() const {
    return options.enumerate_small && has_small_networks(problem) && !solves_outputs_apart();
}

std::vector<engine::Seat> first_engines(Training& training) {
    const Problem& problem = training.problem;
    const ExactOptions& options = training.options;
    const bool least_weight = problem.objectives.front() == Objective::min_weight;
    const bool threads = options.threads > 1;
    std::vector<engine::Seat> seats;
    const auto seat = [&](std::unique_ptr<engine::Engine> engine) {
        seats.push_back({std::move(engine), no_effort_limit});
    };
    const auto enumerate = [&](std::uint64_t first, std::uint64_t most) {
        std::optional<Annealer> then;
        if (threads) then.emplace(options.settings.seed() + 1);
        seat(std::make_unique<EnumerationEngine>(training, first, most, std::move(then)));
    };
    const auto anneal = [&] { seat(std::make_unique<Annealing>(training, options.settings.seed(), false)); };
    const auto search_rows = [&] {
        if (training.rows) seat(std::make_unique<Rows>(training, 0));
    };
    // Of several threads the first ones have an engine each for good, those first that are the quickest.
    const bool small_rows = encoded_terms(problem, training.columns) < most_terms_apart;
    if (training.enumerates()) {
        if (least_weight) enumerate(enumeration_effort / 16, enumeration_effort / (threads ? 1 : 16));
        if (problem.objectives.front() == Objective::max_margin)
            enumerate(enumeration_effort / 8, enumeration_effort / 8);
    }
    if (threads && small_rows) search_rows();
    if (threads) anneal();
    if (options.neighbourhoods && has_neighbourhoods(problem) && Detectors::apply_to(problem))
        seat(std::make_unique<DetectorEngine>(training));
    if (training.solves_outputs_apart()) seat(std::make_unique<OutputsApart>(training));
    if (training.bounds_margins()) seat(std::make_unique<MarginsEngine>(training));
    if (options.neighbourhoods && has_neighbourhoods(problem)) seat(std::make_unique<NeighbourhoodEngine>(training));
    if (!threads) anneal();
    if (!threads && training.enumerates() && least_weight) enumerate(enumeration_effort / 4, enumeration_effort);
    if (!threads || !small_rows) search_rows();
    for (auto thread = static_cast<int>(seats.size()); thread < options.threads; ++thread)
        seat(std::make_unique<Annealing>(training, options.settings.seed() + static_cast<std::uint64_t>(thread), true));
    return seats;
}

std::vector<engine::Seat> later_engines(Training& training, std::size_t stage) {
    std::vector<engine::Seat> seats;
    seats.push_back({std::make_unique<Rows>(training, stage), no_effort_limit});
    return seats;
}

}  // namespace sinew::train
