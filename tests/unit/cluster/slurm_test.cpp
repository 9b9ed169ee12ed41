// SPDX-License-Identifier: Apache-2.0
#include "cluster/slurm.hpp"

#include <gtest/gtest.h>

namespace {

using namespace sinew::cluster;

TEST(Slurm, arrays_are_told_by_ranges) {
    EXPECT_EQ(array_text({1}), "1");
    EXPECT_EQ(array_text({1, 2, 3, 7, 9, 10}), "1-3,7,9-10");
}

TEST(Slurm, the_queue_is_read_by_names) {
    const Tasks tasks = parse_queue(
        "sinew-ab-1|3|RUNNING|None\nsinew-ab-1|4|PENDING|Resources\nsinew-abc-1|5|RUNNING|None\n"
        "other|6|RUNNING|None\nsinew-ab-2|4|RUNNING|None\nsinew-ab-2|7|PENDING|JobHeldUser\nsinew-ab-2|8|COMPLETING|"
        "None\n"
        "sinew-ab-2|9|REQUEUE_HOLD|launch failed requeued held\nsinew-ab-2|N/A|RUNNING|None\nsinew-ab-\n",
        "ab");
    const Tasks expected{{3, TaskState::running},
                         {4, TaskState::running},
                         {7, TaskState::held},
                         {8, TaskState::running},
                         {9, TaskState::held}};
    EXPECT_EQ(tasks, expected);
    EXPECT_TRUE(parse_queue("", "ab").empty());
}

}  // namespace
