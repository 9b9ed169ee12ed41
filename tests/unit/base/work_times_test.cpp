// SPDX-License-Identifier: Apache-2.0
#include "base/work_times.hpp"

#include <ctime>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "base/run_together.hpp"

namespace sinew {
namespace {

void work_for(double seconds) {
    timespec begin{};
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    } while (static_cast<double>(now.tv_sec - begin.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec - begin.tv_nsec) <
             seconds);
}

std::map<std::string, double> figures(const WorkTimes& times) {
    Statistics statistics;
    times.report(statistics);
    std::map<std::string, double> result;
    for (const auto& [name, value] : statistics.figures()) result[std::string(name)] = value;
    return result;
}

TEST(WorkTimes, WorkInsideOtherWorkCountsForItselfAloneAndThreadsForWhatTheirMakerDoes) {
    WorkTimes times;
    {
        const WorkScope all(WorkPlace{&times, Work::other});
        const WorkScope tree(Work::tree);
        work_for(0.01);
        {
            const WorkScope exact(Work::exact);
            work_for(0.02);
            run_together(2, [](std::size_t, std::size_t) { work_for(0.01); });
        }
    }
    std::map<std::string, double> seconds = figures(times);
    EXPECT_EQ(seconds.size(), kinds_of_work);
    EXPECT_NEAR(seconds["tree_seconds"], 0.01, 0.003);
    EXPECT_NEAR(seconds["exact_seconds"], 0.04, 0.005);
    EXPECT_LT(seconds["other_seconds"], 0.002);
    EXPECT_EQ(seconds["attack_seconds"], 0);
    work_for(0.005);
    EXPECT_EQ(figures(times), seconds);  // nothing counts now
}

}  // namespace
}  // namespace sinew
