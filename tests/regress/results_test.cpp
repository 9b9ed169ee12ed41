// SPDX-License-Identifier: Apache-2.0
// Results files and the other answers for machines: --db, --csv, --junit, --sarif, sinew results.
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace {

using Words = std::vector<std::string>;
using nlohmann::json;
using support::ProgramResult;

const std::string inputs = SINEW_SOURCE_DIR "/inputs/";

class ResultsTest : public testing::Test {
  protected:
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    static ProgramResult sinew(Words words) {
        words.insert(words.begin(), SINEW_PROGRAM);
        return support::run_program(words);
    }
    /// The JSON of `sinew results …`.
    static json results(Words words) {
        words.insert(words.begin(), "results");
        words.emplace_back("--json=-");
        const ProgramResult result = sinew(words);
        json answer = json::parse(result.output, nullptr, false);
        EXPECT_TRUE(answer.is_object()) << result.output << result.errors;
        return answer;
    }

    support::TemporaryFolder folder_;
    std::string db_ = path("results.sqlite");
};

TEST_F(ResultsTest, every_command_that_answers_keeps_a_row) {
    const std::vector<std::pair<Words, std::string>> commands = {
        {{"verify", inputs + "dnn/overlap.dnn"}, "sat"},
        {{"verify", inputs + "dnn/two_by_two.dnn", "--json=" + path("answer.json")}, "unsat"},
        {{"optimize", inputs + "dnn/best_price.dnn"}, "optimum"},
        {{"solve", inputs + "cnf/pigeons_3_in_2.cnf"}, "unsat"},
        {{"solve", inputs + "opb/cheapest_cover.opb"}, "optimum"},
        {{"solve", inputs + "smt2/boundary.smt2"}, "sat"},
        {{"train", inputs + "bnn/strokes.csv", "--label", "17", "--layers", "2"}, "optimal"},
    };
    for (const auto& [words, status] : commands) {
        Words with_db = words;
        with_db.insert(with_db.end(), {"--db", db_});
        EXPECT_EQ(sinew(with_db).exit_status, 0) << words[0];
    }
    const json runs = results({db_}).at("runs");
    ASSERT_EQ(runs.size(), commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i) {
        SCOPED_TRACE(i);
        EXPECT_EQ(runs[i].at("kind"), commands[i].first[0]);
        EXPECT_EQ(runs[i].at("state"), "finished");
        const json run = results({db_ + ":" + std::to_string(i + 1)}).at("runs").at(0);
        ASSERT_EQ(run.at("rows").size(), 1U);
        EXPECT_EQ(run.at("rows")[0].at("status"), commands[i].second);
        EXPECT_EQ(run.at("rows")[0].at("network_sha256"), run.at("files")[0].at("sha256"));
    }
    EXPECT_EQ(results({db_ + ":1"}).at("runs")[0].at("rows")[0].at("witness").at("inputs")[0].at("exact"), "-2");
    EXPECT_EQ(results({db_ + ":3"}).at("runs")[0].at("rows")[0].at("value"), "210");
    EXPECT_EQ(std::filesystem::exists(db_ + "-wal"), false) << "the last one puts the log away";
}

TEST_F(ResultsTest, export_expects_a_verdict_that_there_is) {
    sinew({"verify", inputs + "dnn/overlap.dnn", "--db", db_});
    const auto exported = [&](const std::string& word, Words more) {
        more.insert(more.begin(), {"results", "export", db_, "--expect", word});
        return sinew(more);
    };
    EXPECT_EQ(exported("sat", {"--junit", path("a.xml")}).exit_status, 0);
    EXPECT_EQ(support::content_of(path("a.xml")).find("<failure"), std::string::npos);
    EXPECT_EQ(exported("certified", {"--junit", path("b.xml")}).exit_status, 0);
    EXPECT_NE(support::content_of(path("b.xml")).find("sat, where certified is expected"), std::string::npos);
    const ProgramResult unknown = exported("unsatt", {"--junit", path("c.xml")});
    EXPECT_EQ(unknown.exit_status, 1);
    EXPECT_NE(unknown.errors.find("--expect cannot be 'unsatt' (did you mean unsat?)"), std::string::npos)
        << unknown.errors;
    EXPECT_FALSE(std::filesystem::exists(path("c.xml")));
    EXPECT_EQ(exported("sat", {"--csv", path("d.csv")}).exit_status, 1) << "there is nothing to fail";
}

TEST_F(ResultsTest, a_question_is_the_same_by_content) {
    const std::string text = support::content_of(inputs + "dnn/overlap.dnn");
    const std::string moved = folder_.write("moved.dnn", text);
    sinew({"verify", inputs + "dnn/overlap.dnn", "--db", db_, "--seed", "3"});
    sinew({"verify", moved, "--db", db_});
    json found = results({"compare", db_ + ":1", db_ + ":2"}).at("comparison");
    EXPECT_EQ(found.at("common"), 1);
    EXPECT_EQ(found.at("solved_both"), 1);
    EXPECT_EQ(found.at("differences").size(), 0U);
    // Another network of the same name.
    std::string other = text;
    other.replace(other.find(" + 0.1"), 6, "");
    folder_.write("moved.dnn", other);
    sinew({"verify", moved, "--db", db_});
    found = results({"compare", db_ + ":2", db_ + ":3"}).at("comparison");
    EXPECT_EQ(found.at("common"), 0);
    const ProgramResult by_place = sinew({"results", "compare", db_ + ":2", db_, "--by", "place"});
    EXPECT_EQ(by_place.exit_status, 5);
    EXPECT_NE(by_place.output.find("1 CONTRADICTION: ONE OF THE TWO ANSWERS IS WRONG"), std::string::npos);
}

TEST_F(ResultsTest, a_run_without_an_answer_is_stopped) {
    EXPECT_EQ(sinew({"verify", path("nothing.dnn"), "--db", db_}).exit_status, 2);
    const json runs = results({db_}).at("runs");
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].at("state"), "stopped");
    EXPECT_EQ(runs[0].at("answers"), 0);
}

TEST_F(ResultsTest, what_is_no_results_file_is_refused_before_the_work) {
    const std::string text = folder_.write("text", "no database\n");
    for (const std::string& file : {text, inputs + "dnn/overlap.dnn", std::string("/dev/null")}) {
        const std::string before = support::content_of(file);
        const ProgramResult result = sinew({"verify", inputs + "dnn/overlap.dnn", "--db", file});
        EXPECT_EQ(result.exit_status, 2) << file;
        EXPECT_EQ(result.output, "");
        EXPECT_NE(result.errors.find("results file"), std::string::npos) << result.errors;
        EXPECT_EQ(support::content_of(file), before);
    }
    EXPECT_EQ(sinew({"verify", inputs + "dnn/overlap.dnn", "--db", "/no/folder/x"}).exit_status, 4);
    EXPECT_EQ(sinew({"verify", inputs + "dnn/overlap.dnn", "--db="}).exit_status, 1);
    EXPECT_EQ(sinew({"results", path("nothing")}).exit_status, 2);
    EXPECT_FALSE(std::filesystem::exists(path("nothing")));
    EXPECT_EQ(sinew({"results"}).exit_status, 1);
    EXPECT_EQ(sinew({"solve", inputs + "flatzinc/queens.fzn", "--db", db_}).exit_status, 1);
}

TEST_F(ResultsTest, options_of_results_are_refused_where_they_say_nothing) {
    sinew({"verify", inputs + "dnn/overlap.dnn", "--db", db_});
    for (const Words& words :
         {Words{"results", db_, "--all"}, Words{"results", db_, "--csv", "-"}, Words{"results", "compare", db_},
          Words{"results", "export", db_}, Words{"results", "export", db_, "--vnncomp"},
          Words{"results", "compare", db_, db_, "--by", "row"}})
        EXPECT_EQ(sinew(words).exit_status, 1) << testing::PrintToString(words);
    EXPECT_EQ(sinew({"results", db_ + ":7"}).exit_status, 2);
}

TEST_F(ResultsTest, no_answer_takes_the_place_of_what_is_read_or_of_another_answer) {
    sinew({"verify", inputs + "dnn/overlap.dnn", "--db", db_});
    const std::string net = folder_.write("net.dnn", support::content_of(inputs + "dnn/overlap.dnn"));
    const std::string labels = folder_.write("labels.txt", "1\n");
    const std::string rows = folder_.write("rows.csv", "1,0\n");
    std::filesystem::create_symlink(rows, path("link.csv"));
    const Words commands[] = {
        {"results", "export", db_, "--csv", db_},
        {"results", "export", db_ + ":1", "--junit", db_},
        {"verify", net, "--sarif", db_},
        {"verify", net, "--csv", net},
        {"verify", net, "--db", path("new.sqlite"), "--csv", path("new.sqlite")},
        {"verify", net, "--json=" + path("same"), "--csv", path("same")},
        {"verify", net, "--junit", path("same"), "--csv", path("same")},
        {"certify", net, rows, "--epsilon", "1", "--csv", path("link.csv")},
        {"certify", net, rows, "--epsilon", "1", "--labels", labels, "--csv", labels},
    };
    const std::string before = support::content_of(db_);
    for (const Words& words : commands) {
        const ProgramResult result = sinew(words);
        EXPECT_EQ(result.exit_status, 1) << testing::PrintToString(words) << result.errors;
        EXPECT_EQ(result.output, "");
    }
    EXPECT_EQ(support::content_of(db_), before);
    EXPECT_EQ(support::content_of(rows), "1,0\n");
    EXPECT_EQ(support::content_of(labels), "1\n");
    EXPECT_FALSE(std::filesystem::exists(path("same")));
    // An earlier answer may be replaced.
    for (int i = 0; i < 2; ++i) EXPECT_EQ(sinew({"results", "export", db_, "--csv", path("rows.out")}).exit_status, 0);
}

TEST_F(ResultsTest, exports_are_what_the_run_wrote_itself) {
    const Words run{"verify",  inputs + "dnn/overlap.dnn",
                    "--db",    db_,
                    "--csv",   path("a.csv"),
                    "--junit", path("a.xml"),
                    "--sarif", path("a.json")};
    EXPECT_EQ(sinew(run).exit_status, 0);
    EXPECT_EQ(
        sinew({"results", "export", db_, "--csv", path("b.csv"), "--junit", path("b.xml"), "--sarif", path("b.json")})
            .exit_status,
        0);
    for (const char* ending : {".csv", ".xml", ".json"})
        EXPECT_EQ(support::content_of(path(std::string("a") + ending)),
                  support::content_of(path(std::string("b") + ending)))
            << ending;
    EXPECT_NE(support::content_of(path("a.xml")).find("failures=\"1\""), std::string::npos);
    // What is expected is no failure, and then no result of the analysis either.
    EXPECT_EQ(sinew({"verify", inputs + "dnn/overlap.dnn", "--expect", "sat", "--junit", path("c.xml"), "--sarif",
                     path("c.json")})
                  .exit_status,
              0);
    EXPECT_NE(support::content_of(path("c.xml")).find("failures=\"0\""), std::string::npos);
    EXPECT_EQ(json::parse(support::content_of(path("c.json"))).at("runs")[0].at("results").size(), 0U);
    EXPECT_EQ(sinew({"verify", inputs + "dnn/overlap.dnn", "--expect", "unsat", "--junit", path("c.xml")}).exit_status,
              5);
    EXPECT_NE(support::content_of(path("c.xml")).find("sat, where unsat is expected"), std::string::npos);
}

TEST_F(ResultsTest, a_list_of_instances_has_the_competitions_columns) {
    folder_.write("one.dnn", support::content_of(inputs + "dnn/overlap.dnn"));
    folder_.write("two.dnn", support::content_of(inputs + "dnn/two_by_two.dnn"));
    const std::string list = folder_.write("instances.csv", "one.dnn,,10\ntwo.dnn,,10\nthree.dnn,,10\n");
    const ProgramResult result = sinew(
        {"verify", list, "--db", db_, "--csv", path("out.csv"), "--junit", path("out.xml"), "--progress", "json"});
    EXPECT_EQ(result.exit_status, 2) << "one cannot be asked";
    const std::string csv = support::content_of(path("out.csv"));
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
    EXPECT_NE(csv.find("one.dnn,,0,sat,"), std::string::npos) << csv;
    EXPECT_NE(csv.find("three.dnn,,0,error,"), std::string::npos) << csv;
    EXPECT_NE(support::content_of(path("out.xml")).find("tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\""),
              std::string::npos);
    EXPECT_NE(result.errors.find("\"done\":3,\"count\":3"), std::string::npos) << result.errors;
    const json rows = results({db_ + ":1"}).at("runs")[0].at("rows");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_NE(rows[0].at("network_sha256"), rows[1].at("network_sha256"));
    // What the list expects of a question is no failure, and the results file knows it, too.
    const std::string expecting = folder_.write("expecting.csv", "question,expected\none.dnn,sat\ntwo.dnn,sat\n");
    EXPECT_EQ(sinew({"verify", expecting, "--db", path("e.sqlite"), "--junit", path("e.xml")}).exit_status, 5);
    sinew({"results", "export", path("e.sqlite"), "--junit", path("again.xml")});
    EXPECT_EQ(support::content_of(path("e.xml")), support::content_of(path("again.xml")));
    EXPECT_NE(support::content_of(path("e.xml")).find("unsat, where sat is expected"), std::string::npos);
    EXPECT_NE(support::content_of(path("e.xml")).find("failures=\"1\""), std::string::npos);
    // The same questions one by one are the same questions.
    sinew({"verify", path("two.dnn"), "--db", db_});
    EXPECT_EQ(results({"compare", db_ + ":1", db_ + ":2"}).at("comparison").at("common"), 1);
}

TEST_F(ResultsTest, a_full_disk_is_an_error_of_output) {
    support::ProgramOptions options;
    const ProgramResult result =
        support::run_program({SINEW_PROGRAM, "verify", inputs + "dnn/overlap.dnn", "--csv", "/dev/full"}, options);
    EXPECT_EQ(result.exit_status, 4) << result.errors;
}

TEST_F(ResultsTest, names_need_not_be_utf8) {
    const std::string odd = folder_.write(
        "\xff"
        "net.dnn",
        support::content_of(inputs + "dnn/overlap.dnn"));
    EXPECT_EQ(
        sinew({"verify", odd, "--db", db_, "--csv", path("x.csv"), "--junit", path("x.xml"), "--sarif", path("x.json")})
            .exit_status,
        0);
    EXPECT_EQ(results({db_ + ":1"}).at("runs")[0].at("rows").size(), 1U);
    EXPECT_EQ(sinew({"results", db_ + ":1"}).exit_status, 0);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
