#include "train/exact_engines.hpp"

#include <algorithm>
#include <chrono>
#include <new>
#include <thread>

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
            if (helps_ && round_ == 0) let_the_others_begin(turn.limits);
            training_.exchange.share_with(best_);
            goes_on = run(turn.limits, knowledge);
            if (!helps_ && round_ == 0) ++training_.begun;
            ++round_;
            if (size_ < std::uint64_t{1} << 40) size_ *= 4;
            reason_ = to_string(turn.limits.reached());
        } catch (const std::bad_alloc&) {  // all else goes on
            goes_on = !out_of_memory();
        }
        if (knowledge.answer() != Answer::unknown) return Progress::answered;
        return goes_on ? Progress::paused : Progress::exhausted;
    }
    Statistics statistics() const override { return {}; }
    std::string reason() const override { return reason_; }

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
    /// Many threads take what memory there is, and what is easy is proven at once.
    void let_the_others_begin(const Limits& limits) const {
        for (int i = 0; i < 50 && training_.begun < training_.others && !limits.exceeded(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }

    /// Helpers leave their memory to the others, which try again a few times. True: the engine is left out.
    bool out_of_memory() {
        release();
        if (helps_) return true;
        if (++failures_ < 100) return false;
        training_.exchange.note(std::string(title()) + " is left out: it needs more memory than there is");
        return true;
    }

    bool helps_;
    int failures_ = 0;
    std::string reason_;
};

class Enumeration : public TrainingEngine {
  public:
    /// `first`: the effort of its first turn; ends with the turn that would take more than `most`.
    Enumeration(Training& training, std::uint64_t first, std::uint64_t most)
        : TrainingEngine(training), first_(first), most_(most) {}
    std::string_view name() const override { return "enumeration"; }

  private:
    bool run(const Limits& limits, Knowledge&) override {
        const bool proves = training_.problem.objectives.front() == Objective::min_weight;
        if (!proves && best_.has_weights()) return false;
        const std::uint64_t effort = first_ * size_;
        if (effort > most_) return false;
        const SmallNetworks networks =
            enumerate_small_networks(training_.problem, training_.columns, effort, limits, best_);
        if (proves && networks.found) training_.exchange.proven(name());
        return 4 * effort <= most_;
    }

    std::uint64_t first_;
    std::uint64_t most_;
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

class Margins : public TrainingEngine {
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
    Annealing(Training& training, std::uint64_t seed, bool helps) : TrainingEngine(training, helps), seed_(seed) {}
    std::string_view name() const override { return "annealing"; }

  private:
    bool run(const Limits& limits, Knowledge&) override {
        if (best_.has_weights() && training_.solves_outputs_apart()) return goes_on();
        if (!search_) search_.emplace(training_.problem, training_.columns, seed_);
        for (int round = 0; round < 4 && !best_.first_proven() && !limits.exceeded(); ++round)
            search_->run(training_.options.moves * size_,
                         round % 2 == 0 && best_.has_weights() ? best_.weights() : Weights{}, limits, best_);
        return goes_on();
    }

    void release() override { search_.reset(); }

    std::uint64_t seed_;
    std::optional<LocalSearch> search_;
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
        const Encoding encoding(training_.problem, training_.columns, fixed,
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
        if (answer.outcome == cardinality::Outcome::unsat) {
            require(!best_.has_weights(), "weights that satisfy all demands are found by the engine");
            knowledge.refuted(name());
            return;
        }
        if (stage_ == 0) best_.raise_bound(encoding.value(answer.bound));
        if (answer.outcome != cardinality::Outcome::optimum) return;
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
    const Encoding* encoding_ = nullptr;
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
        seat(std::make_unique<Enumeration>(training, first, most));
    };
    const auto anneal = [&] { seat(std::make_unique<Annealing>(training, options.settings.seed(), false)); };
    const auto search_rows = [&] {
        if (training.rows) seat(std::make_unique<Rows>(training, 0));
    };
    // Of several threads the first ones have an engine each for good: those that never end come first.
    const bool small_rows = encoded_terms(problem, training.columns) < most_terms_apart;
    if (threads && small_rows) search_rows();
    if (threads) anneal();
    if (training.enumerates()) {
        if (least_weight && !threads) enumerate(enumeration_effort / 16, enumeration_effort / 16);
        if (problem.objectives.front() == Objective::max_margin)
            enumerate(enumeration_effort / 8, enumeration_effort / 8);
    }
    if (options.neighbourhoods && has_neighbourhoods(problem) && Detectors::apply_to(problem))
        seat(std::make_unique<DetectorEngine>(training));
    if (training.solves_outputs_apart()) seat(std::make_unique<OutputsApart>(training));
    if (training.bounds_margins()) seat(std::make_unique<Margins>(training));
    if (options.neighbourhoods && has_neighbourhoods(problem)) seat(std::make_unique<NeighbourhoodEngine>(training));
    if (!threads) anneal();
    if (training.enumerates() && least_weight) enumerate(enumeration_effort / (threads ? 16 : 4), enumeration_effort);
    if (!threads || !small_rows) search_rows();
    training.others = static_cast<int>(seats.size());
    for (int thread = training.others; thread < options.threads; ++thread)
        seat(std::make_unique<Annealing>(training, options.settings.seed() + static_cast<std::uint64_t>(thread), true));
    return seats;
}

std::vector<engine::Seat> later_engines(Training& training, std::size_t stage) {
    std::vector<engine::Seat> seats;
    seats.push_back({std::make_unique<Rows>(training, stage), no_effort_limit});
    return seats;
}

}  // namespace sinew::train
