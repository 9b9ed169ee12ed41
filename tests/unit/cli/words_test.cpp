// SPDX-License-Identifier: Apache-2.0
// Words of the command line: numbers with units, near words, endings.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "cli/answer.hpp"
#include "cli/common_options.hpp"
#include "read/query/load_query.hpp"

namespace sinew::cli {
namespace {

TEST(ParseSeconds, numbers_with_units) {
    EXPECT_EQ(parse_seconds("timeout", "20"), 20);
    EXPECT_EQ(parse_seconds("timeout", "0.5"), 0.5);
    EXPECT_EQ(parse_seconds("timeout", "90s"), 90);
    EXPECT_EQ(parse_seconds("timeout", "1.5m"), 90);
    EXPECT_EQ(parse_seconds("timeout", "2h"), 7200);
    EXPECT_EQ(parse_seconds("timeout", "0"), 0) << "no time at all: whatever is not known at once is left open";
    for (const char* text : {"", "-1", "+1", "nan", "inf", "1d", "1 s", "s", "0x10", "1e3", " 1"})
        EXPECT_THROW(parse_seconds("timeout", text), UsageError) << text;
}

TEST(ParseBytes, binary_multiples) {
    EXPECT_EQ(parse_bytes("memory", "4096"), 4096U);
    EXPECT_EQ(parse_bytes("memory", "64K"), std::size_t{64} << 10);
    EXPECT_EQ(parse_bytes("memory", "500M"), std::size_t{500} << 20);
    EXPECT_EQ(parse_bytes("memory", "4G"), std::size_t{4} << 30);
    EXPECT_EQ(parse_bytes("memory", "1.5GiB"), std::size_t{3} << 29);
    EXPECT_EQ(parse_bytes("memory", "2GB"), std::size_t{2} << 30);
    EXPECT_EQ(parse_bytes("memory", "1T"), std::size_t{1} << 40);
    for (const char* text : {"", "0", "0.1", "-4G", "4Q", "G", "4 G", "99999999T", "nan"})
        EXPECT_THROW(parse_bytes("memory", text), UsageError) << text;
}

TEST(Suggest, slips_of_the_finger) {
    const std::vector<std::string> words{"verify", "version", "solve", "help"};
    EXPECT_EQ(near_words("verfy", words), std::vector<std::string>{"verify"});
    EXPECT_EQ(near_words("evrify", words), std::vector<std::string>{"verify"});
    EXPECT_EQ(near_words("sovle", words), std::vector<std::string>{"solve"});
    EXPECT_EQ(near_words("ver", words), (std::vector<std::string>{"verify", "version"}));
    EXPECT_TRUE(near_words("train", words).empty());
    EXPECT_TRUE(near_words("", words).empty());
    EXPECT_TRUE(near_words(std::string(1000000, 'v'), words).empty());
    EXPECT_EQ(did_you_mean("ver", words), " (did you mean verify or version?)");
    EXPECT_EQ(did_you_mean("train", words), "");
}

TEST(FormatOf, the_ending_says_it) {
    EXPECT_EQ(read::format_of("a/b.c/net.ONNX.gz"), "onnx");
    EXPECT_EQ(read::format_of("p.vnnlib"), "vnnlib");
    EXPECT_EQ(read::format_of("a.dnn/file"), "");
    EXPECT_EQ(read::format_of(""), "");
    EXPECT_EQ(read::format_of(".gz"), "");
}

TEST(LoadQuery, needs_files_that_make_a_query) {
    EXPECT_THROW(read::load_query({}), UsageError);
    EXPECT_THROW(read::load_query({"net.onnx"}), UsageError);
    EXPECT_THROW(read::load_query({"a.vnnlib", "b.vnnlib"}), UsageError);
    EXPECT_THROW(read::load_query({"a.onnx", "b.vnnlib", "c.dnn"}), UsageError);
    EXPECT_THROW(read::load_query({"/nonexistent.dnn"}), InputError);
    EXPECT_THROW(read::load_query({"/nonexistent.vnnlib", "/nonexistent.onnx"}), InputError);
}

TEST(ExitStatusOf, expectations_come_first) {
    using model::Status;
    EXPECT_EQ(exit_status_of(Status::sat, {}), answered);
    EXPECT_EQ(exit_status_of(Status::unsat, {}), answered);
    EXPECT_EQ(exit_status_of(Status::unknown, {}), no_answer);
    EXPECT_EQ(exit_status_of(Status::timeout, {}), no_answer);
    EXPECT_EQ(exit_status_of(Status::timeout, "timeout"), answered);
    EXPECT_EQ(exit_status_of(Status::sat, "unsat"), not_as_expected);
}

}  // namespace
}  // namespace sinew::cli
