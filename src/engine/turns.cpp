// SPDX-License-Identifier: Apache-2.0
#include "engine/turns.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/run_together.hpp"
#include "base/work_times.hpp"
#include "model/stopped.hpp"

namespace sinew::engine {

namespace {
/// One turn, counted; also where a limit ends it by an exception.
Progress take_turn(Seat& seat, const Turn& turn, Knowledge& knowledge) {
    class Count {
      public:
        explicit Count(Seat& counted) : seat_(counted) {}
        Count(const Count&) = delete;
        Count& operator=(const Count&) = delete;
        ~Count() {
            ++seat_.turns;
            seat_.seconds += std::chrono::duration<double>(Clock::now() - begin_).count();
        }

      private:
        using Clock = std::chrono::steady_clock;
        Seat& seat_;
        Clock::time_point begin_ = Clock::now();
    };
    const Count count(seat);
    const WorkScope scope(Work::tree);  // but for what the engine says itself
    return seat.engine->advance(turn, knowledge);
}

/// The same; nothing where a limit of the run has ended it. What the engines have counted is told all the same.
std::optional<Progress> turn_within_limits(Seat& seat, const Turn& turn, Knowledge& knowledge) {
    try {
        return take_turn(seat, turn, knowledge);
    } catch (const LimitReached&) {
        if (!turn.limits.without_effort().exceeded()) throw;
        return std::nullopt;
    }
}
}  // namespace

std::vector<Turns::Lane> Turns::lanes(int threads) {
    std::vector<Lane> result;
    Lane rest;
    if (std::any_of(seats_.begin(), seats_.end(), [](const Seat& seat) { return seat.engine->uses_threads(); })) {
        for (Seat& seat : seats_) rest.push_back(&seat);
        return {rest};
    }
    const auto give_lanes = [&](Standing standing) {
        for (Seat& seat : seats_) {
            if (seat.standing != standing) continue;
            // One thread is the last lane's.
            if (static_cast<int>(result.size()) + 1 < threads)
                result.push_back({&seat});
            else
                rest.push_back(&seat);
        }
    };
    // Of equal engines the last one has use for the threads that are left.
    if (threads > 2) give_lanes(Standing::side);
    give_lanes(Standing::equal);
    if (rest.empty() && !result.empty()) {
        rest = std::move(result.back());
        result.pop_back();
    }
    for (Seat& seat : seats_)
        if (seat.standing == Standing::fallback || seat.standing == Standing::helper ||
            (seat.standing == Standing::side && threads <= 2))
            rest.push_back(&seat);
    std::sort(rest.begin(), rest.end(), std::less<>());  // turns in the order of the line
    result.push_back(std::move(rest));
    return result;
}

void Turns::run_lane(Lane lane, Knowledge& knowledge, const Limits& limits, int threads, std::string& reason) {
    Lane fallbacks;
    std::erase_if(lane, [&](Seat* seat) {
        if (seat->standing == Standing::fallback) fallbacks.push_back(seat);
        return seat->standing == Standing::fallback;
    });
    const auto is_helper = [](const Seat* seat) { return seat->standing == Standing::helper; };
    for (;;) {
        if (std::all_of(lane.begin(), lane.end(), is_helper)) {
            if (fallbacks.empty()) return;
            lane.insert(lane.end(), fallbacks.begin(), fallbacks.end());
            fallbacks.clear();
        }
        const bool is_alone = lane.size() == 1;
        for (std::size_t s = 0; s < lane.size();) {
            Seat& seat = *lane[s];
            const Effort effort = is_alone ? no_effort_limit : seat.effort;
            const std::optional<Progress> taken =
                turn_within_limits(seat, {limits.within_effort(effort), threads}, knowledge);
            if (!taken) return;
            const Progress progress = *taken;
            if (progress == Progress::answered || knowledge.answer() != Answer::unknown) return;
            if (!is_helper(&seat)) reason = seat.engine->reason();
            if (limits.exceeded()) return;
            seat.effort *= 2;
            if (progress == Progress::exhausted)
                lane.erase(lane.begin() + static_cast<std::ptrdiff_t>(s));
            else
                ++s;
        }
    }
}

void Turns::race(const std::vector<Lane>& lanes, Knowledge& knowledge, const Limits& limits, int threads) {
    const Limits until_answered = limits.until(knowledge.answered());
    const Limits outer = current_limits();
    std::vector<std::string> reasons(lanes.size());
    std::vector<std::exception_ptr> errors(lanes.size());
    run_together(lanes.size(), [&](std::size_t index, std::size_t lane_count) {
        const LimitScope scope(outer.until(knowledge.answered()));
        const bool is_last = index + 1 == lane_count;
        Lane lane = lanes[index];
        // The system may give fewer threads than there are lanes.
        for (std::size_t more = index + 1; is_last && more < lanes.size(); ++more)
            lane.insert(lane.end(), lanes[more].begin(), lanes[more].end());
        try {
            run_lane(std::move(lane), knowledge, until_answered, is_last ? threads - static_cast<int>(index) : 1,
                     reasons[index]);
        } catch (const LimitReached&) {
            reasons[index].clear();
        } catch (...) {
            errors[index] = std::current_exception();
        }
    });
    if (knowledge.answer() != Answer::unknown) return;
    for (const std::exception_ptr& error : errors)
        if (error) std::rethrow_exception(error);
    for (std::string& reason : reasons)
        if (!reason.empty() || limits.exceeded()) reason_ = std::move(reason);
}

void Turns::run(Knowledge& knowledge, const Limits& limits, int threads) {
    require(!seats_.empty(), "there is an engine to run");
    if (knowledge.answer() != Answer::unknown) return;  // what was known before contradicts itself
    const std::vector<Lane> all = lanes(std::max(threads, 1));
    if (all.size() == 1)
        run_lane(all.front(), knowledge, limits, std::max(threads, 1), reason_);
    else
        race(all, knowledge, limits, threads);
}

Statistics Turns::statistics() const {
    Statistics all;
    for (const Seat& seat : seats_) all.add(seat.engine->statistics());
    for (const Seat& seat : seats_) {
        const std::string name(seat.engine->name());
        all.add(name + "_turns", static_cast<double>(seat.turns));
        all.add(name + "_turn_seconds", seat.seconds);
    }
    return all;
}

model::Verdict decide(std::vector<Seat> seats, Knowledge& knowledge, const Limits& limits, int threads) {
    Turns turns(std::move(seats));
    turns.run(knowledge, limits, threads);
    model::Verdict verdict;
    verdict.statistics = turns.statistics();
    verdict.decided_by = knowledge.decided_by();
    if (knowledge.answer() == Answer::unsat) {
        verdict.status = model::Status::unsat;
    } else if (knowledge.answer() == Answer::sat) {
        verdict.status = model::Status::sat;
        verdict.witness = knowledge.witness();
    } else {
        const StopReason stop = limits.reached();
        verdict.status = model::status_of(stop);
        verdict.reason = turns.reason();
        if (verdict.reason.empty() && stop == StopReason::none) verdict.reason = "the search gave up";
        if (stop != StopReason::none)
            verdict.reason = std::string(to_string(stop)) + (verdict.reason.empty() ? "" : "; ") + verdict.reason;
    }
    return verdict;
}

model::Verdict decide(std::vector<Seat> seats, const model::Query& query, const Limits& limits, int threads) {
    Knowledge knowledge(query);
    return decide(std::move(seats), knowledge, limits, threads);
}

model::Verdict decide_alone(std::unique_ptr<Engine> engine, const model::Query& query, const Limits& limits,
                            int threads) {
    std::vector<Seat> seats;
    seats.push_back({std::move(engine)});
    return decide(std::move(seats), query, limits, threads);
}

}  // namespace sinew::engine
