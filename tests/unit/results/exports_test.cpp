// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "results/csv.hpp"
#include "results/junit.hpp"
#include "results/sarif.hpp"

namespace {

using namespace sinew::results;

Row row_of(const std::string& status) {
    Row row;
    row.question = {"bench/acasxu/onnx/net.onnx", "aa", "props/a,\"b\".vnnlib", "bb", "{}", Question::no_row, ""};
    row.status = status;
    row.seconds = 0.5;
    return row;
}

std::vector<Row> all_kinds() {
    return {row_of("sat"), row_of("unsat"), row_of("timeout"), row_of("unknown"), row_of("error")};
}

Run some_run() {
    Run run;
    run.kind = "verify";
    run.version = "0.1.0";
    run.command = R"(["sinew","verify","q"])";
    run.started = "2026-11-30T12:00:00Z";
    return run;
}

TEST(Csv, cells_are_quoted_where_they_must_be) {
    EXPECT_EQ(competition_csv_text({row_of("unsat")}),
              "acasxu,bench/acasxu/onnx/net.onnx,\"props/a,\"\"b\"\".vnnlib\",0,unsat,0.500000\n");
    Row row = row_of("falsified");
    row.question.row = 3;
    row.question.epsilon = "1/10";
    row.value = "1/20";
    const std::string text = csv_text({row});
    EXPECT_NE(text.find(",3,1/10,falsified,,0.500000,1/20,,\n"), std::string::npos) << text;
    Row bare = row_of("sat");
    bare.question.network = "net.onnx";
    EXPECT_TRUE(competition_csv_text({bare}).starts_with(",net.onnx,"));
}

TEST(Junit, each_answer_has_its_place) {
    const std::string text = junit_text(some_run(), all_kinds());
    EXPECT_NE(text.find("tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"2\" time=\"2.500000\""), std::string::npos);
    EXPECT_NE(text.find("name=\"bench/acasxu/onnx/net.onnx props/a,&quot;b&quot;.vnnlib\""), std::string::npos);
    const std::string expecting = junit_text(some_run(), all_kinds(), "sat");
    EXPECT_NE(expecting.find("failures=\"1\" errors=\"1\" skipped=\"2\""), std::string::npos) << expecting;
    EXPECT_NE(expecting.find("unsat, where sat is expected"), std::string::npos);
}

TEST(Junit, a_row_may_say_what_is_expected_of_it) {
    Row right = row_of("sat");
    right.expected = "sat";
    Row wrong = row_of("unsat");
    wrong.expected = "sat";
    const std::string text = junit_text(some_run(), {right, wrong});
    EXPECT_NE(text.find("tests=\"2\" failures=\"1\""), std::string::npos) << text;
    const nlohmann::json log = sarif(some_run(), {right, wrong});
    ASSERT_EQ(log["runs"][0]["results"].size(), 1U);
    EXPECT_EQ(log["runs"][0]["results"][0]["properties"]["status"], "unsat");
}

TEST(Junit, bytes_that_xml_has_not_are_replaced) {
    Row row = row_of("unknown");
    row.question.network = "a\x01<b>&\xff\xc3\xa4";
    const std::string text = junit_text(some_run(), {row});
    EXPECT_NE(text.find("a\xEF\xBF\xBD&lt;b&gt;&amp;\xEF\xBF\xBD\xc3\xa4 "), std::string::npos) << text;
}

TEST(Sarif, counterexamples_are_errors_and_open_questions_are_open) {
    const nlohmann::json log = sarif(some_run(), all_kinds());
    EXPECT_EQ(log["version"], "2.1.0");
    const nlohmann::json& results = log["runs"][0]["results"];
    ASSERT_EQ(results.size(), 4U);
    EXPECT_EQ(results[0]["level"], "error");
    EXPECT_EQ(results[0]["ruleId"], "property");
    EXPECT_EQ(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "props/a%2C%22b%22.vnnlib");
    EXPECT_EQ(results[1]["kind"], "open");
    EXPECT_EQ(results[1]["level"], "none");
    EXPECT_EQ(results[3]["level"], "error") << "what could not be asked";
    EXPECT_EQ(log["runs"][0]["artifacts"].size(), 1U);
    EXPECT_EQ(log["runs"][0]["artifacts"][0]["hashes"]["sha-256"], "bb");
    EXPECT_EQ(log["runs"][0]["properties"]["statuses"]["unsat"], 1);
    const nlohmann::json expecting = sarif(some_run(), all_kinds(), "sat");
    EXPECT_EQ(expecting["runs"][0]["results"].size(), 4U);
    EXPECT_EQ(expecting["runs"][0]["results"][0]["properties"]["status"], "unsat");
}

}  // namespace
