#include "verify/portfolio.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace sinew::verify {
namespace {

using model::Status;
using model::Verdict;

Verdict verdict(Status status, std::string reason = "") {
    Verdict result;
    result.status = status;
    result.reason = std::move(reason);
    return result;
}

/// Runs until it is stopped.
Verdict patient(const Limits& limits, int) {
    while (!limits.exceeded()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return verdict(limits.reached() == StopReason::timeout ? Status::timeout : Status::unknown, "stopped");
}

TEST(TakeTurns, AnEngineThatGivesUpIsNotAskedAgain) {
    int asked = 0;
    int answers = 0;
    const Engine quitter{[&](const Limits&, int) { return ++asked, verdict(Status::unknown); }, 0.01, 2};
    const Engine slow{
        [&](const Limits& limits, int) { return ++answers < 3 ? patient(limits, 1) : verdict(Status::unsat); }, 0.01,
        2};
    const Engine waiting{patient, 0.01, 2};
    EXPECT_EQ(take_turns({quitter, slow, waiting}, {}).status, Status::unsat);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(answers, 3);
}

TEST(TakeTurns, TheLimitsOfTheWholeHoldForEach) {
    const auto begin = std::chrono::steady_clock::now();
    const Limits limits(0.05, std::nullopt, nullptr);
    EXPECT_EQ(take_turns({{patient, 10, 2}, {patient, 10, 2}}, limits).status, Status::timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Race, TheFirstAnswerStopsTheOthers) {
    for (const std::size_t winner : {0, 1, 2}) {
        std::vector<Engine> engines(3, Engine{patient, 0.01, 2});
        engines[winner].run = [](const Limits&, int) { return verdict(Status::unsat); };
        for (const int threads : {2, 3, 7}) EXPECT_EQ(race(engines, {}, threads).status, Status::unsat);
    }
}

TEST(Race, ThreadsThatAreLeftOverGoToTheLastEngine) {
    std::atomic<int> first{0};
    std::atomic<int> second{0};
    const Engine one{[&](const Limits&, int threads) { return first = threads, verdict(Status::unknown); }};
    const Engine other{[&](const Limits&, int threads) { return second = threads, verdict(Status::unknown); }};
    race({one, other}, {}, 5);
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 4);
}

TEST(Race, WithoutAnAnswerTheLimitIsTheVerdict) {
    const Engine quitter{[](const Limits&, int) { return verdict(Status::unknown, "gave up"); }};
    const auto briefly = [] { return Limits(0.2, std::nullopt, nullptr); };
    EXPECT_EQ(race({quitter, {patient}}, briefly(), 2).status, Status::timeout);
    EXPECT_EQ(race({{patient}, quitter}, briefly(), 2).status, Status::timeout);
}

TEST(Race, AnErrorIsThrownOnUnlessAnotherAnswers) {
    const Engine broken{[](const Limits&, int) -> Verdict { throw std::runtime_error("broken"); }};
    const Engine answering{[](const Limits&, int) { return verdict(Status::unsat); }};
    const Engine quitter{[](const Limits&, int) { return verdict(Status::unknown, "gave up"); }};
    EXPECT_EQ(race({broken, answering}, {}, 2).status, Status::unsat);
    EXPECT_THROW(race({quitter, broken}, {}, 2), std::runtime_error);
}

}  // namespace
}  // namespace sinew::verify
