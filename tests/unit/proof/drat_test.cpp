// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>

#include "base/output_error.hpp"
#include "base/random.hpp"
#include "proof/drat_reader.hpp"
#include "proof/drat_writer.hpp"

namespace sinew::proof {
namespace {

class Drat : public ::testing::Test {
  protected:
    void SetUp() override {
        path = ::testing::TempDir() + "/sinew_drat_" + ::testing::UnitTest::GetInstance()->current_test_info()->name() +
               ".proof";
    }
    void TearDown() override {
        std::filesystem::remove(path);
        std::filesystem::remove(path + ".gz");
    }
    void write_raw(const std::string& content) const { std::ofstream(path, std::ios::binary) << content; }
    std::string content() const {
        std::stringstream all;
        all << std::ifstream(path, std::ios::binary).rdbuf();
        return all.str();
    }
    std::string path;
};

TEST_F(Drat, TextIsWhatOthersRead) {
    DratWriter writer(path, DratForm::text);
    writer.add(std::vector<std::int32_t>{1, -2});
    writer.remove(std::vector<std::int32_t>{-300});
    writer.add({});
    writer.finish();
    EXPECT_EQ(content(), "1 -2 0\nd -300 0\n0\n");
    EXPECT_EQ(writer.steps(), 3U);
}

TEST_F(Drat, BinaryIsWhatOthersRead) {
    DratWriter writer(path, DratForm::binary);
    writer.add(std::vector<std::int32_t>{63, -8193});
    writer.remove(std::vector<std::int32_t>{129});
    writer.finish();
    // The example of drat-trim's description.
    EXPECT_EQ(content(), std::string("a\x7e\x83\x80\x01\0d\x82\x02\0", 10));
}

TEST_F(Drat, WhatIsWrittenIsRead) {
    Random random(4);
    for (const DratForm form : {DratForm::text, DratForm::binary}) {
        for (const std::string& name : {path, path + ".gz"}) {
            std::vector<DratStep> steps(20000);
            DratWriter writer(name, form);
            for (DratStep& step : steps) {
                for (std::size_t i = random.below(8); i-- > 0;) {
                    const std::int64_t variable = random.integer(1, random.chance(0.1) ? 2147483647 : 300);
                    step.clause.push_back(static_cast<std::int32_t>(random.chance(0.5) ? variable : -variable));
                }
                if (random.chance(0.4)) step.kind = DratStep::Kind::remove;
                step.kind == DratStep::Kind::add ? writer.add(step.clause) : writer.remove(step.clause);
            }
            writer.finish();
            DratReader reader(name);
            DratStep read;
            for (const DratStep& step : steps) {
                ASSERT_TRUE(reader.next(read));
                ASSERT_EQ(read.kind, step.kind);
                ASSERT_EQ(read.clause, step.clause);
            }
            EXPECT_FALSE(reader.next(read));
            EXPECT_EQ(reader.steps(), steps.size());
        }
    }
}

TEST_F(Drat, TextMayHaveCommentsAndSpanLines) {
    write_raw("c made by hand\n1\n 2 0 d 3 0\n\nc end\n0\n");
    DratReader reader(path);
    DratStep step;
    ASSERT_TRUE(reader.next(step));
    EXPECT_EQ(step.clause, (std::vector<std::int32_t>{1, 2}));
    EXPECT_EQ(reader.location().line, 2U);
    ASSERT_TRUE(reader.next(step));
    EXPECT_EQ(step.kind, DratStep::Kind::remove);
    ASSERT_TRUE(reader.next(step));
    EXPECT_TRUE(step.clause.empty());
    EXPECT_EQ(reader.location().line, 6U);
    EXPECT_FALSE(reader.next(step));
}

TEST_F(Drat, RubbishAndTruncationAreErrors) {
    for (const std::string& bad :
         {std::string("1 2"), std::string("1 x 0\n"), std::string("1 -"), std::string("d"),
          std::string("99999999999 0\n"), std::string("a\x7e", 2), std::string("a\xff\xff\xff\xff\xff\x01\0", 8),
          std::string("a\x01\0", 3), std::string("a\x7e\0b", 4)}) {
        write_raw(bad);
        DratStep step;
        EXPECT_THROW(
            {
                DratReader reader(path);
                while (reader.next(step)) {
                }
            },
            InputError)
            << bad;
    }
}

TEST_F(Drat, ACompressedProofThatIsCutIsAnError) {
    DratWriter writer(path + ".gz", DratForm::text);
    for (std::int32_t i = 1; i < 30000; ++i) writer.add(std::vector<std::int32_t>{i, -i - 1, i * 7});
    writer.finish();
    std::filesystem::resize_file(path + ".gz", std::filesystem::file_size(path + ".gz") / 2);
    DratReader reader(path + ".gz");
    DratStep step;
    EXPECT_THROW(
        {
            while (reader.next(step)) {
            }
        },
        InputError);
}

TEST_F(Drat, MissingFilesAreErrors) {
    EXPECT_THROW(DratReader("/nonexistent/proof"), InputError);
    EXPECT_THROW(DratWriter("/nonexistent/proof", DratForm::text), OutputError);
    // A device that is always full.
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP();
    DratWriter writer("/dev/full", DratForm::text);
    writer.add({});
    EXPECT_THROW(writer.finish(), OutputError);
}

}  // namespace
}  // namespace sinew::proof
