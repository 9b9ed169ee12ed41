// SPDX-License-Identifier: Apache-2.0
#include "engine/turns.hpp"

#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace sinew::engine {
namespace {

using model::Status;

/// Works off what is asked of it, a tick a step.
class Fake : public Engine {
  public:
    using Step = std::function<Progress(Knowledge&, const Turn&)>;
    explicit Fake(Step step) : step_(std::move(step)) {}
    std::string_view name() const override { return "fake"; }
    Progress advance(const Turn& turn, Knowledge& knowledge) override {
        for (;;) {
            if (turn.limits.exceeded()) return Progress::paused;
            spend(1);
            const Progress progress = step_(knowledge, turn);
            if (progress != Progress::paused) return progress;
        }
    }
    Statistics statistics() const override { return {}; }
    std::string reason() const override { return "gave up"; }

  private:
    Step step_;
};

Progress patient(Knowledge&, const Turn&) {
    return Progress::paused;
}
Progress quitter(Knowledge&, const Turn&) {
    return Progress::exhausted;
}
Progress answering(Knowledge& knowledge, const Turn&) {
    knowledge.refuted("fake");
    return Progress::answered;
}

Seat seat(Fake::Step step, Effort effort = 10, Standing standing = Standing::equal) {
    return {std::make_unique<Fake>(std::move(step)), effort, standing};
}

model::Verdict run(std::vector<Seat> seats, const Limits& limits = {}, int threads = 1) {
    const model::Query query;
    return decide(std::move(seats), query, limits, threads);
}

std::vector<Seat> seats(Seat a, Seat b) {
    std::vector<Seat> result;
    result.push_back(std::move(a));
    result.push_back(std::move(b));
    return result;
}

TEST(Turns, AnExhaustedEngineIsNotAskedAgainAndOthersKeepTheirShares) {
    int asked = 0;
    std::uint64_t small = 0;
    std::uint64_t large = 0;
    std::vector<Seat> line = seats(seat([&](Knowledge&, const Turn&) { return ++asked, Progress::exhausted; }),
                                   seat([&](Knowledge&, const Turn&) { return ++small, Progress::paused; }, 10));
    line.push_back(
        seat([&](Knowledge& knowledge,
                 const Turn& turn) { return ++large < 5000 ? Progress::paused : answering(knowledge, turn); },
             100));
    EXPECT_EQ(run(std::move(line)).status, Status::unsat);
    EXPECT_EQ(asked, 1);
    EXPECT_GT(small, 300U);
    EXPECT_LT(small, 1000U);
}

TEST(Turns, TheSameStepsInEveryRun) {
    const auto trace = [] {
        std::string steps;
        const auto step = [&](char name, std::uint64_t end) {
            return [&steps, name, end, count = std::uint64_t{0}](Knowledge& knowledge, const Turn& turn) mutable {
                steps += name;
                return ++count < end ? Progress::paused : answering(knowledge, turn);
            };
        };
        run(seats(seat(step('a', 1000), 3), seat(step('b', 700), 2)));
        return steps;
    };
    EXPECT_EQ(trace(), trace());
}

TEST(Turns, ComeInTheOrderOfTheLineWhateverTheirStanding) {
    std::string order;
    const auto step = [&](char name) {
        return [&order, name](Knowledge&, const Turn&) { return order += name, Progress::exhausted; };
    };
    std::vector<Seat> line = seats(seat(step('a'), 10, Standing::side), seat(step('b')));
    line.push_back(seat(step('c'), 10, Standing::side));
    run(std::move(line));
    EXPECT_EQ(order, "abc");
}

TEST(Turns, AFallbackRunsWhenTheOthersAreExhausted) {
    int steps = 0;
    const auto model = run(seats(seat(answering, 10, Standing::fallback), seat([&](Knowledge&, const Turn&) {
                                     return ++steps < 1000 ? Progress::paused : Progress::exhausted;
                                 })));
    EXPECT_EQ(model.status, Status::unsat);
    EXPECT_EQ(model.decided_by, "fake");
    EXPECT_EQ(steps, 1000);
}

TEST(Turns, TheLimitsOfTheWholeHoldForEach) {
    const Limits limits(0.05, std::nullopt, nullptr);
    const model::Verdict verdict = run(seats(seat(patient), seat(patient)), limits);
    EXPECT_EQ(verdict.status, Status::timeout);
}

TEST(Lanes, TheFirstAnswerStopsTheOthers) {
    for (const int threads : {2, 3, 7}) {
        EXPECT_EQ(run(seats(seat(answering), seat(patient)), {}, threads).status, Status::unsat);
        EXPECT_EQ(run(seats(seat(patient), seat(answering)), {}, threads).status, Status::unsat);
    }
}

TEST(Lanes, ThreadsThatAreLeftOverGoToTheLastEngine) {
    std::atomic<int> first{0};
    std::atomic<int> second{0};
    run(seats(seat([&](Knowledge&, const Turn& turn) { return first = turn.threads, Progress::exhausted; }),
              seat([&](Knowledge&, const Turn& turn) { return second = turn.threads, Progress::exhausted; })),
        {}, 5);
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 4);
}

TEST(Lanes, ASideEngineHasALaneOnlyWhereThreadsArePlenty) {
    for (const int threads : {2, 3}) {
        std::atomic<int> main{0};
        run(seats(seat(quitter, 10, Standing::side),
                  seat([&](Knowledge&, const Turn& turn) { return main = turn.threads, Progress::exhausted; })),
            {}, threads);
        EXPECT_EQ(main, 2);
    }
}

TEST(Lanes, WithoutAnAnswerTheLimitIsTheVerdict) {
    const auto briefly = [] { return Limits(0.2, std::nullopt, nullptr); };
    EXPECT_EQ(run(seats(seat(quitter), seat(patient)), briefly(), 2).status, Status::timeout);
    EXPECT_EQ(run(seats(seat(patient), seat(quitter)), briefly(), 2).status, Status::timeout);
}

TEST(Lanes, AnErrorIsThrownOnUnlessAnotherAnswers) {
    const auto broken = [](Knowledge&, const Turn&) -> Progress { throw std::runtime_error("broken"); };
    EXPECT_EQ(run(seats(seat(broken), seat(answering)), {}, 2).status, Status::unsat);
    EXPECT_THROW(run(seats(seat(quitter), seat(broken)), {}, 2), std::runtime_error);
}

TEST(Knowledge, BoundsOnlyGrowAndContradictionsRefute) {
    const model::Query query;
    Knowledge knowledge(query);
    const Subject x{Variable(0)};
    knowledge.raise(at_least(x, 1), "one");
    const Revision first = knowledge.revision();
    knowledge.raise(at_least(x, 0), "weaker");
    EXPECT_EQ(knowledge.revision(), first);
    knowledge.raise(at_most(x, 2), "other");
    ASSERT_EQ(knowledge.bounds_since(first).size(), 1U);
    EXPECT_EQ(knowledge.bounds_since(first).front(), at_most(x, 2));
    EXPECT_EQ(knowledge.bounds(x).lower, 1);
    EXPECT_EQ(knowledge.answer(), Answer::unknown);
    knowledge.raise(at_most(x, 0.5), "last");
    EXPECT_EQ(knowledge.answer(), Answer::unsat);
    EXPECT_EQ(knowledge.decided_by(), "last");
}

TEST(Knowledge, ClausesComeInOrderAndUnitsAreBounds) {
    const model::Query query;
    Knowledge knowledge(query);
    const Subject x{Variable(0)};
    const Subject b{FreeBoolean(0)};
    const Literal unit = at_least(x, 3);
    knowledge.learn({&unit, 1}, "one");
    EXPECT_EQ(knowledge.bounds(x).lower, 3);
    const Literal clause[] = {at_most(x, 4), at_least(b, 1)};
    const Revision before = knowledge.revision();
    knowledge.learn(clause, "one");
    EXPECT_EQ(knowledge.clauses_since(before).size(), 1U);
    EXPECT_TRUE(knowledge.clauses_since(knowledge.revision()).empty());
    knowledge.learn({}, "empty");
    EXPECT_EQ(knowledge.answer(), Answer::unsat);
}

}  // namespace
}  // namespace sinew::engine
