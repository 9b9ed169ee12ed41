// SPDX-License-Identifier: Apache-2.0
#include "bnn/certify_engines.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>

#include "base/run_together.hpp"
#include "binarized/attack.hpp"
#include "binarized/encode.hpp"
#include "binarized/gradient_attack.hpp"
#include "bnn/enumerate.hpp"
#include "cardinality/optimizer.hpp"
#include "cone/search.hpp"

namespace sinew::bnn {

namespace {
using binarized::AttackOptions;
using binarized::Encoding;
using binarized::GradientAttack;
using binarized::GradientAttackOptions;
using engine::Knowledge;
using engine::Progress;

/// What `look(place, limits)` finds, by several threads that each have a share of the work; the first that finds
/// something ends the others.
template <class Look>
std::optional<std::vector<std::uint32_t>> look_together(std::size_t threads, const Limits& limits, const Look& look) {
    if (threads <= 1) return look(std::size_t{0}, limits);
    std::atomic<bool> is_found{false};
    std::mutex mutex;
    std::optional<std::vector<std::uint32_t>> found;
    run_together(threads, limits, [&](std::size_t place, std::size_t, const Limits& own) {
        auto values = look(place, own.until(is_found));
        if (!values) return;
        const std::lock_guard lock(mutex);
        if (!found) found = std::move(values);
        is_found = true;
    });
    return found;
}

/// Turn t does twice as much as turn t - 1.
class DoublingEngine : public engine::Engine {
  public:
    explicit DoublingEngine(BallQuestion& question) : question_(question) {}

    Progress advance(const engine::Turn& turn, Knowledge& knowledge) final {
        const std::uint64_t size = size_;
        if (size_ < std::uint64_t{1} << 60) size_ *= 2;
        return advance(size, turn, knowledge);
    }
    Statistics statistics() const override { return {}; }

  protected:
    /// `size`: 1 in the first turn.
    virtual Progress advance(std::uint64_t size, const engine::Turn& turn, Knowledge& knowledge) = 0;

    Progress found(const std::vector<std::uint32_t>& values, Knowledge& knowledge) {
        question_.confirm(values);
        model::Witness witness;
        witness.values.assign(values.begin(), values.end());
        knowledge.found(std::move(witness), name());
        return Progress::answered;
    }
    Progress refuted(Knowledge& knowledge) const {
        knowledge.refuted(name());
        return Progress::answered;
    }

    BallQuestion& question_;

  private:
    std::uint64_t size_ = 1;
};

/// All combinations, as soon as they cost no more than the turns so far.
class Walk : public DoublingEngine {
  public:
    Walk(BallQuestion& question, double combinations) : DoublingEngine(question), combinations_(combinations) {}
    std::string_view name() const override { return "walk"; }
    Statistics statistics() const override {
        Statistics statistics;
        if (evaluated_ > 0) statistics.add("enumeration_evaluated", static_cast<double>(evaluated_));
        return statistics;
    }

  private:
    Progress advance(std::uint64_t size, const engine::Turn& turn, Knowledge& knowledge) override {
        const Limits& limits = turn.limits;
        if (combinations_ > question_.options.walked_in_a_turn * static_cast<double>(size)) return Progress::paused;
        const Enumeration walked = enumerate(question_.reduced, question_.ball, limits);
        evaluated_ += walked.evaluated;
        if (walked.answer == Answer::sat) return found(walked.values, knowledge);
        if (walked.answer == Answer::unsat) return refuted(knowledge);
        return limits.exceeded() ? Progress::paused : Progress::exhausted;  // numbers are too large for it
    }

    double combinations_;
    std::uint64_t evaluated_ = 0;
};

class LocalAttack : public DoublingEngine {
  public:
    LocalAttack(BallQuestion& question, double combinations) : DoublingEngine(question) {
        options_.seed = question.options.settings.seed();
        options_.ticks = static_cast<std::uint64_t>(std::min(question.options.attack_ticks, 100 * combinations));
    }
    std::string_view name() const override { return "attack"; }

  private:
    Progress advance(std::uint64_t, const engine::Turn& turn, Knowledge& knowledge) override {
        const Limits& limits = turn.limits;
        const auto threads = static_cast<std::size_t>(turn.threads);
        const auto values = look_together(threads, limits, [&](std::size_t place, const Limits& own) {
            AttackOptions share = options_;
            share.seed = seed_of_place(options_.seed, place);
            share.ticks = std::max<std::uint64_t>(1, options_.ticks / threads);
            return binarized::attack(question_.reduced, question_.ball, share, own);
        });
        if (values) return found(*values, knowledge);
        options_.ticks *= 2;
        ++options_.seed;
        return Progress::paused;
    }

    AttackOptions options_;
};

/// From the second turn on, but where it is alone with the rows; where no budget binds the digits together.
class Gradients : public DoublingEngine {
  public:
    using DoublingEngine::DoublingEngine;
    std::string_view name() const override { return "gradients"; }

  private:
    Progress advance(std::uint64_t size, const engine::Turn& turn, Knowledge& knowledge) override {
        const Limits& limits = turn.limits;
        if (question_.ball.budget) return Progress::exhausted;
        if (size == 1 && question_.options.route != Route::gradients) return Progress::paused;
        if (attackers_.empty()) begin(static_cast<std::size_t>(turn.threads));
        if (attackers_.empty()) return Progress::exhausted;
        const std::size_t threads = attackers_.size();
        const std::size_t share = (2 * size * question_.options.gradient_evaluations + threads - 1) / threads;
        const auto values = look_together(threads, limits, [&](std::size_t place, const Limits& own) {
            return attackers_[place]->attack->run(share, own);
        });
        return values ? found(*values, knowledge) : Progress::paused;
    }

    /// None where the network is not for it.
    void begin(std::size_t threads) {
        for (const threshold::Target& target : question_.reduced.targets)
            conditions_.push_back(question_.condition_of(target.class_index));
        for (std::size_t place = 0; place < threads; ++place) {
            auto attacker = std::make_unique<Attacker>();
            attacker->soft = threshold::SoftNetwork::make(question_.subject.folded);
            if (!attacker->soft) return;
            const GradientAttackOptions options{seed_of_place(question_.options.settings.seed(), place),
                                                question_.options.gradient_steps};
            attacker->attack.emplace(*attacker->soft, question_.subject.folded, question_.ball, conditions_, options);
            attackers_.push_back(std::move(attacker));
        }
    }

    struct Attacker {
        std::optional<threshold::SoftNetwork> soft;
        std::optional<GradientAttack> attack;
    };
    std::vector<std::unique_ptr<Attacker>> attackers_;  ///< one a thread
    std::vector<threshold::ScoreCondition> conditions_;
};

/// From the second turn on: its tables take longer to set up than most questions take to answer.
class Cones : public DoublingEngine {
  public:
    using DoublingEngine::DoublingEngine;
    std::string_view name() const override { return "cones"; }
    bool uses_threads() const override { return true; }
    Statistics statistics() const override { return search_ ? search_->statistics() : Statistics(); }
    bool searches() const { return search_.has_value(); }

  private:
    Progress advance(std::uint64_t size, const engine::Turn& turn, Knowledge& knowledge) override {
        const Limits& limits = turn.limits;
        if (size == 1 && question_.options.route != Route::cones) return Progress::paused;
        if (!search_)
            search_ = cone::ConeSearch::make(question_.reduced, question_.ball, question_.options.settings,
                                             static_cast<std::size_t>(turn.threads));
        if (!search_) return Progress::exhausted;
        for (std::uint64_t i = 0; i < size && !limits.exceeded(); ++i) {
            const Answer answer = search_->solve(limits);
            if (answer == Answer::unsat) return refuted(knowledge);
            if (answer == Answer::sat) return found(search_->values(), knowledge);
        }
        return Progress::paused;
    }

    std::optional<cone::ConeSearch> search_;
};

/// The pseudo-Boolean search, near the centre first. Where cones search they are nearly always the quicker way, and
/// have most of the time.
class Rows : public DoublingEngine {
  public:
    Rows(BallQuestion& question, const Cones* cones) : DoublingEngine(question), cones_(cones) {}
    std::string_view name() const override { return "search"; }
    bool uses_threads() const override { return true; }
    Statistics statistics() const override { return engine_ ? engine_->statistics() : Statistics(); }

  private:
    Progress advance(std::uint64_t size, const engine::Turn& turn, Knowledge& knowledge) override {
        const Limits& limits = turn.limits;
        if (cones_ != nullptr && cones_->searches()) {
            if (question_.options.route == Route::cones) return Progress::exhausted;
            size = std::max<std::uint64_t>(1, size / 8);
        }
        if (!engine_) set_up(static_cast<std::size_t>(turn.threads));
        for (std::uint64_t i = 0; i < size && !limits.exceeded(); ++i) {
            const cardinality::Result answer = engine_->solve(limits);
            if (answer.outcome == Outcome::unsat) return refuted(knowledge);
            if (answer.outcome == Outcome::sat) return found(encoding_.digits_of(answer.model), knowledge);
        }
        return Progress::paused;
    }

    void set_up(std::size_t threads) {
        encoding_ = binarized::encode(question_.reduced, question_.ball);
        cardinality::Problem problem = encoding_.problem;
        problem.add_clause(encoding_.target);
        cardinality::Options options;
        options.conflict_limit = question_.options.conflicts;
        engine_.emplace(std::move(problem), question_.options.settings.options(cardinality::option_table(), options),
                        threads);
        for (std::size_t f = 0; f < question_.reduced.digits.size(); ++f) {
            const threshold::FreeDigit& digit = question_.reduced.digits[f];
            for (std::uint32_t k = 1; k <= digit.high - digit.low; ++k) {
                const cardinality::BoolVar variable(encoding_.order_begin[f] + k - 1);
                engine_->suggest_phase(cardinality::Literal(variable, digit.low + k > digit.centre));
            }
        }
    }

    const Cones* cones_;
    Encoding encoding_;
    std::optional<cardinality::Optimizer> engine_;
};
}  // namespace

std::vector<engine::Seat> certify_engines(BallQuestion& question, double combinations) {
    const Route route = question.options.route;
    const bool all = route == Route::automatic;
    std::vector<engine::Seat> seats;
    const auto seat = [&](auto engine) { seats.push_back({std::move(engine), no_effort_limit}); };
    const auto walk = [&] { seat(std::make_unique<Walk>(question, combinations)); };
    const bool walks_at_once = all && combinations <= question.options.walked_at_once;
    if (walks_at_once) walk();
    if (all || route == Route::attack_and_search) seat(std::make_unique<LocalAttack>(question, combinations));
    if (all || route == Route::attack_and_search || route == Route::gradients)
        seat(std::make_unique<Gradients>(question));
    if (all && !walks_at_once) walk();
    const Cones* cones = nullptr;
    if (route != Route::search) {
        auto engine = std::make_unique<Cones>(question);
        cones = engine.get();
        seat(std::move(engine));
    }
    seat(std::make_unique<Rows>(question, cones));
    return seats;
}

}  // namespace sinew::bnn
