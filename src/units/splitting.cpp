// SPDX-License-Identifier: Apache-2.0
#include "units/splitting.hpp"

#include <utility>

#include "base/effort.hpp"
#include "base/shared_observer.hpp"
#include "engine/turns.hpp"
#include "model/evaluate_enclosed.hpp"
#include "search/box_splitting.hpp"
#include "search/disjuncts.hpp"
#include "search/phase_branching.hpp"
#include "units/plain_splitting.hpp"
#include "verify/line_up.hpp"

namespace sinew::units {

namespace {
/// How many times as long as the search bounds may be refined before a cut.
constexpr double refining_share = 9;

Effort effort_of(double seconds) {
    return static_cast<Effort>(seconds * static_cast<double>(effort_per_second));
}

search::PhaseBranching* phases_among(const std::vector<engine::Seat>& seats) {
    for (const engine::Seat& seat : seats)
        if (auto* const phases = dynamic_cast<search::PhaseBranching*>(seat.engine.get())) return phases;
    return nullptr;
}

bool is_answered(const model::Verdict& verdict) {
    return verdict.status == model::Status::sat || verdict.status == model::Status::unsat;
}

class Splitter {
  public:
    Splitter(const model::Query& query, const engine::Part& part, const verify::Options& options, Observer& observer)
        : query_(query), part_(part), options_(options), observer_(observer) {
        options_.part = &part_;
        options_.learned = &done_.learned;
        threads_ = options.threads;
        options_.threads = 1;
        done_.learned = part;
    }

    Splitting run(double seconds, std::size_t wanted) {
        const bool is_plain = query_.precision || model::is_smooth(query_.network);
        if (!is_plain && by_phases(seconds, wanted)) return std::move(done_);
        if (seconds > 0) {
            verify::Options first = options_;
            first.limits = options_.limits.within_effort(effort_of(seconds));
            done_.verdict = verify::verify(query_, first, observer_);
            if (is_answered(done_.verdict) || options_.limits.exceeded()) return std::move(done_);
            part_ = done_.learned;
        }
        done_.verdict = {};
        if (query_.precision || !by_boxes(wanted)) {
            Splitting plain = split_plainly(query_, part_, options_, wanted, observer_);
            plain.learned = std::move(done_.learned);
            return plain;
        }
        return std::move(done_);
    }

  private:
    /// The whole line of engines has its turns; then the phases' goes on until its tree has leaves enough. False: they
    /// do not take the query, or have given up.
    bool by_phases(double seconds, std::size_t wanted) {
        SharedObserver shared(observer_);
        std::vector<engine::Seat> seats = verify::line_up(query_, options_, shared);
        search::PhaseBranching* const phases = phases_among(seats);
        if (phases == nullptr) return false;
        const auto all = search::disjuncts(query_);
        if (!all || (all->size() > 1 && !search::are_exact(query_))) return false;
        engine::Knowledge knowledge(query_);
        knowledge.raise(part_.bounds, "splits");
        knowledge.raise(part_.splits, "splits");
        engine::Turns turns(std::move(seats));
        if (seconds > 0) turns.run(knowledge, options_.limits.within_effort(effort_of(seconds)), threads_);
        engine::Progress progress = engine::Progress::paused;
        const auto cut = [&](const Limits& limits) {
            while (knowledge.answer() == Answer::unknown && progress == engine::Progress::paused && !limits.exceeded())
                progress = phases->advance({limits, threads_}, knowledge);
        };
        // What the bounds of the root lack all parts would have to make up for.
        phases->cut_into(wanted);
        cut(options_.limits.within_effort(effort_of(refining_share * seconds)));
        phases->cut_into(wanted, true);
        cut(options_.limits);
        done_.verdict.decided_by = knowledge.decided_by();
        if (knowledge.answer() == Answer::unsat) done_.verdict.status = model::Status::unsat;
        if (knowledge.answer() == Answer::sat) {
            done_.verdict.status = model::Status::sat;
            done_.verdict.witness = knowledge.witness();
        }
        if (is_answered(done_.verdict)) return true;
        done_.tree = phases->tree();
        done_.learned.rounds = phases->rounds();
        return done_.tree.nodes.size() > 1;
    }

    bool by_boxes(std::size_t wanted) {
        std::string obstacle;
        const engine::Knowledge nothing(query_);
        const auto boxes = search::BoxSplitting::make(query_, part_, nothing, options_.settings, obstacle);
        if (!boxes) return false;
        boxes->run(wanted, options_.limits);
        done_.tree = boxes->take_tree();
        done_.learned.rounds = 0;
        return true;
    }

    const model::Query& query_;
    engine::Part part_;
    verify::Options options_;
    Observer& observer_;
    int threads_ = 1;  ///< of a search by phases
    Splitting done_;
};
}  // namespace

Splitting split(const model::Query& query, const engine::Part& part, const verify::Options& options, double seconds,
                std::size_t wanted, Observer& observer) {
    return Splitter(query, part, options, observer).run(seconds, wanted);
}

}  // namespace sinew::units
