#include "engine/turns.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/run_together.hpp"

namespace sinew::engine {

void Turns::run_lane(std::vector<Seat*> lane, Knowledge& knowledge, const Limits& limits, int threads,
                     std::string& reason) {
    while (!lane.empty()) {
        for (std::size_t s = 0; s < lane.size();) {
            Seat& seat = *lane[s];
            const Effort effort = lane.size() == 1 ? no_effort_limit : seat.effort;
            const Progress progress = seat.engine->advance({limits.within_effort(effort), threads}, knowledge);
            if (progress == Progress::answered || knowledge.answer() != Answer::unknown) return;
            reason = seat.engine->reason();
            if (limits.exceeded()) return;
            seat.effort = seat.effort > no_effort_limit / seat.growth ? no_effort_limit : seat.effort * seat.growth;
            if (progress == Progress::exhausted)
                lane.erase(lane.begin() + static_cast<std::ptrdiff_t>(s));
            else
                ++s;
        }
    }
}

void Turns::race(std::vector<Seat*> seats, Knowledge& knowledge, const Limits& limits, int threads) {
    const Limits until_answered = limits.until(knowledge.answered());
    const Limits outer = current_limits();
    const std::size_t lanes = std::min(seats.size(), static_cast<std::size_t>(threads));
    std::vector<std::string> reasons(lanes);
    std::vector<std::exception_ptr> errors(lanes);
    run_together(lanes, [&](std::size_t lane, std::size_t lane_count) {
        const LimitScope scope(outer.until(knowledge.answered()));
        const bool is_last = lane + 1 == lane_count;
        const auto begin = seats.begin() + static_cast<std::ptrdiff_t>(lane);
        try {
            run_lane({begin, is_last ? seats.end() : begin + 1}, knowledge, until_answered,
                     is_last ? threads - static_cast<int>(lane) : 1, reasons[lane]);
        } catch (const LimitReached& limit) {
            reasons[lane] = to_string(limit.reason());
        } catch (...) {
            errors[lane] = std::current_exception();
        }
    });
    if (knowledge.answer() != Answer::unknown) return;
    for (const std::exception_ptr& error : errors)
        if (error) std::rethrow_exception(error);
    for (std::string& reason : reasons)
        if (!reason.empty()) reason_ = std::move(reason);
}

void Turns::run(Knowledge& knowledge, const Limits& limits, int threads) {
    std::vector<Seat*> seats;
    for (Seat& seat : seats_) seats.push_back(&seat);
    require(!seats.empty(), "there is an engine to run");
    if (threads > 1 && seats.size() > 1)
        race(std::move(seats), knowledge, limits, threads);
    else
        run_lane(std::move(seats), knowledge, limits, threads, reason_);
}

Statistics Turns::statistics() const {
    Statistics all;
    for (const Seat& seat : seats_) all.add(seat.engine->statistics());
    return all;
}

}  // namespace sinew::engine
