#include "verify/binarized.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "binarized/proposer.hpp"
#include "binarized/search.hpp"
#include "engine/turns.hpp"
#include "model/stopped.hpp"
#include "verify/portfolio.hpp"
#include "verify/turns.hpp"

namespace sinew::verify {

namespace {
/// The general engines, whose attack is good.
class General : public engine::Engine {
  public:
    General(const model::Query& query, const Options& options, Observer& observer)
        : query_(query), options_(options), observer_(observer) {}

    std::string_view name() const override { return "general"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override {
        Options options = options_;
        options.limits = turn.limits.within(seconds_);
        options.threads = turn.threads;
        model::Verdict verdict = decide_automatically(query_, options, observer_);
        statistics_.add(verdict.statistics);
        const std::string_view by = verdict.decided_by.empty() ? name() : verdict.decided_by;
        if (verdict.status == model::Status::sat) knowledge.found(std::move(*verdict.witness), by);
        if (verdict.status == model::Status::unsat) knowledge.refuted(by);
        if (is_answer(verdict)) return engine::Progress::answered;
        reason_ = verdict.reason;
        if (!options.limits.exceeded()) return engine::Progress::exhausted;
        seconds_ *= 2;
        return engine::Progress::paused;
    }
    Statistics statistics() const override { return statistics_; }
    std::string reason() const override { return reason_; }

  private:
    const model::Query& query_;
    const Options& options_;
    Observer& observer_;
    double seconds_ = 0.3;
    Statistics statistics_;
    std::string reason_;
};

constexpr std::size_t largest_first_try = 20000;  // variables: beyond, the general engines' bounds alone take too long
}  // namespace

bool is_binarized(const model::Query& query) {
    bool some = false;
    for (const model::Layer& layer : query.network.layers()) {
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        if (neurons == nullptr) continue;
        switch (neurons->activation.kind) {
            case model::ActivationKind::identity:
                break;
            case model::ActivationKind::sign:
            case model::ActivationKind::signum:
            case model::ActivationKind::hardlim:
                some = true;
                break;
            default:
                return false;
        }
    }
    return some;
}

model::Verdict decide_binarized(const model::Query& query, const Options& options, Observer& observer) {
    SharedObserver shared(observer);
    engine::Seat search{std::make_unique<binarized::Search>(query, options.settings, shared), 4 * effort_per_second, 2};
    std::vector<engine::Seat> seats;
    if (options.strategy == Strategy::binarized) {
        seats.push_back(std::move(search));
    } else {
        engine::Seat general{std::make_unique<General>(query, options, shared)};
        const bool first = query.network.variable_count() <= largest_first_try;
        if (first) seats.push_back(std::move(general));
        seats.push_back({std::make_unique<binarized::Proposer>(query, options.settings.seed())});
        seats.push_back(std::move(search));
        if (!first) seats.push_back(std::move(general));
    }
    engine::Knowledge knowledge(query);
    engine::Turns turns(std::move(seats));
    turns.run(knowledge, options.limits, options.threads);
    model::Verdict verdict;
    verdict.statistics = turns.statistics();
    verdict.decided_by = knowledge.decided_by();
    if (knowledge.answer() == Answer::sat) {
        verdict.status = model::Status::sat;
        verdict.witness = knowledge.witness();
    } else if (knowledge.answer() == Answer::unsat) {
        verdict.status = model::Status::unsat;
    } else {
        const StopReason stop = options.limits.reached();
        if (stop == StopReason::none && options.strategy == Strategy::binarized)
            throw UsageError("binarized: " + turns.reason());
        verdict.status = model::status_of(stop);
        verdict.reason = turns.reason();
    }
    return verdict;
}

}  // namespace sinew::verify
