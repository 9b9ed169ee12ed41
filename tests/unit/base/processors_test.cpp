// SPDX-License-Identifier: Apache-2.0
// How many threads --threads 0 is.
#include "base/processors.hpp"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>

#include "base/control_groups.hpp"
#include "base/error.hpp"

namespace sinew {
namespace {

/// A folder of a control group with one file.
class Group {
  public:
    explicit Group(const std::string& name, const std::string& line = {}) {
        std::string pattern = testing::TempDir() + "/groupXXXXXX";
        path_ = mkdtemp(pattern.data());
        if (!name.empty()) write(name, line);
    }
    ~Group() { std::filesystem::remove_all(path_); }
    void write(const std::string& name, const std::string& line) const { std::ofstream(path_ / name) << line << "\n"; }
    std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

TEST(Processors, are_those_that_the_thread_may_run_on) {
    const int all = usable_processors();
    EXPECT_GE(all, 1);
    int alone = 0;
    std::thread([&] {
        cpu_set_t mine;
        ASSERT_EQ(sched_getaffinity(0, sizeof mine, &mine), 0);
        for (int processor = 0; processor < CPU_SETSIZE; ++processor)
            if (CPU_ISSET(processor, &mine)) {
                CPU_ZERO(&mine);
                CPU_SET(processor, &mine);
                break;
            }
        ASSERT_EQ(sched_setaffinity(0, sizeof mine, &mine), 0);
        alone = usable_processors();
    }).join();
    EXPECT_EQ(alone, 1);
    EXPECT_EQ(usable_processors(), all);
}

TEST(Processors, no_more_than_the_group_has_time_for) {
    const auto of = [](const std::string& line) { return processors_of_quota({Group("cpu.max", line).path()}); };
    EXPECT_EQ(of("max 100000"), std::nullopt);
    EXPECT_EQ(of("200000 100000"), 2);
    EXPECT_EQ(of("150000 100000"), 2);  // one and a half
    EXPECT_EQ(of("1000 100000"), 1);
    EXPECT_EQ(of("18446744073709551615 1"), 1 << 16);
    for (const char* damaged : {"", "x", "100000", "100000 ", "0 0", "100000 0", "-1 100000", "1e5 100000"})
        EXPECT_EQ(of(damaged), std::nullopt) << damaged;
    EXPECT_EQ(processors_of_quota({}), std::nullopt);
    EXPECT_EQ(processors_of_quota({"/there/is/no/such/folder"}), std::nullopt);
}

TEST(Processors, the_least_of_the_groups_above) {
    const Group inner("cpu.max", "400000 100000");
    const Group middle("cpu.max", "max 100000");
    const Group outer("cpu.max", "300000 100000");
    EXPECT_EQ(processors_of_quota({inner.path(), middle.path(), outer.path()}), 3);
}

TEST(Processors, groups_of_the_older_kind) {
    const Group group("cpu.cfs_quota_us", "-1");
    group.write("cpu.cfs_period_us", "100000");
    EXPECT_EQ(processors_of_quota({group.path()}), std::nullopt);
    group.write("cpu.cfs_quota_us", "250000");
    EXPECT_EQ(processors_of_quota({group.path()}), 3);
}

TEST(Processors, threads_that_were_asked_for) {
    EXPECT_EQ(thread_count(7), 7);
    EXPECT_EQ(thread_count(0), usable_processors());
    EXPECT_THROW(thread_count(-1), UsageError);
}

TEST(ControlGroups, lead_up_to_the_root) {
    for (const std::string& folder : control_group_folders("memory"))
        EXPECT_TRUE(folder.starts_with("/sys/fs/cgroup")) << folder;
    EXPECT_EQ(system_line("/there/is/no/such/file"), "");
    const Group group("line", "one\ntwo");
    EXPECT_EQ(system_line(group.path() + "/line"), "one");
}

}  // namespace
}  // namespace sinew
