// SPDX-License-Identifier: Apache-2.0
// sinew split, verify UNIT and merge, as processes that share a folder alone: killed at any time, side by side, moved.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "support/program.hpp"

namespace {

namespace fs = std::filesystem;
using support::ProgramOptions;
using support::ProgramResult;
using support::TemporaryFolder;
using Words = std::vector<std::string>;

const std::string small_question = SINEW_SOURCE_DIR "/inputs/dnn/two_by_two.dnn";

ProgramResult sinew(Words words, const ProgramOptions& options = {}) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words, options);
}

/// A ReLU network of some inputs and two layers whose weights are scattered (always the same), and a bound of its
/// output.
std::string question(int bound, int width = 14, int inputs = 4) {
    unsigned state = 12345;
    const auto weight = [&] {
        state = state * 1103515245U + 12345U;
        return std::to_string(static_cast<int>((state >> 16U) % 41) - 20) + "/10";
    };
    std::string text = "dnn = {\n";
    const auto neuron = [&](int layer, int i, const char* below, int count, int first) {
        text += "'a" + std::to_string(100 * layer + i) + "': '" + weight();
        for (int k = 0; k < count; ++k) text += " + " + weight() + " * " + below + std::to_string(first + k);
        text += "',\n";
    };
    for (int i = 0; i < width; ++i) neuron(1, i, "x", inputs, 0);
    for (int i = 0; i < width; ++i) neuron(2, i, "n", width, 100);
    text += "'y0': '0";
    for (int i = 0; i < width; ++i) text += " + " + weight() + " * n" + std::to_string(200 + i);
    text += "'}\nconditions = {'out': '(y0 > " + std::to_string(bound) + ")'}\ndomains = {";
    for (int i = 0; i < inputs; ++i) text += "'x" + std::to_string(i) + "': 'real [-1, 1]', ";
    return text + "}\n";
}

/// A question and a place for its units.
class UnitsTest : public testing::Test {
  protected:
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    ProgramResult split(Words more = {"--into", "6", "--search", "0.001"}) const {
        Words words{"split", question_, "--out", units_};
        words.insert(words.end(), more.begin(), more.end());
        return sinew(words);
    }
    ProgramResult merge(Words more = {}) const {
        Words words{"merge", units_};
        words.insert(words.end(), more.begin(), more.end());
        return sinew(words);
    }
    nlohmann::json merged() const {
        const ProgramResult result = merge({"--json"});
        return nlohmann::json::parse(result.output);
    }
    std::vector<std::string> open() const {
        std::vector<std::string> paths;
        const nlohmann::json answer = merged();
        for (const auto& unit : answer.at("units").at("open")) paths.push_back(unit.at("unit"));
        return paths;
    }
    void expect_nothing_wrong() const { EXPECT_EQ(merged().at("units").at("wrong"), nlohmann::json::array()); }

    TemporaryFolder folder_;
    std::string question_ = folder_.write("question.dnn", question(15));
    std::string units_ = path("units");
};

TEST_F(UnitsTest, from_a_question_to_one_verdict) {
    const ProgramResult made = split();
    EXPECT_EQ(made.exit_status, 0) << made.errors;
    ASSERT_NE(made.first_line(), "unsat") << "bounds alone refute it: the question is too easy";
    EXPECT_EQ(made.output.substr(0, 1), "6") << made.output;
    EXPECT_EQ(merge().exit_status, 3);
    EXPECT_EQ(merge().first_line(), "unknown");
    for (const std::string& unit : open()) {
        const ProgramResult verdict = sinew({"verify", unit});
        EXPECT_EQ(verdict.exit_status, 0) << verdict.errors;
        EXPECT_EQ(verdict.first_line(), "unsat");
        EXPECT_NE(verdict.errors.find("the verdict of a part"), std::string::npos);
    }
    EXPECT_EQ(merge().exit_status, 0);
    EXPECT_EQ(merge().first_line(), "unsat");
    EXPECT_EQ(merge({"--expect", "sat"}).exit_status, 5);
    // Moved to another place, without the question's own file.
    fs::rename(units_, path("moved"));
    fs::remove(question_);
    EXPECT_EQ(sinew({"merge", path("moved/")}).first_line(), "unsat");
}

TEST_F(UnitsTest, a_witness_of_a_unit_is_one_of_the_question) {
    question_ = folder_.write("sat.dnn", question(0));
    const ProgramResult whole = sinew({"verify", question_});
    ASSERT_EQ(whole.first_line(), "sat");
    split();
    bool found = false;
    for (const std::string& unit : open()) {
        const ProgramResult verdict = sinew({"verify", unit});
        EXPECT_EQ(verdict.exit_status, 0) << verdict.errors;
        found = found || verdict.first_line() == "sat";
        if (verdict.first_line() != "sat") continue;
        EXPECT_NE(verdict.output.find("x3"), std::string::npos) << verdict.output;
        EXPECT_EQ(sinew({"verify", unit}).output.substr(0, 3), "sat") << "it is known";
    }
    EXPECT_EQ(merge().exit_status, 0);
    EXPECT_EQ(merge().first_line(), "sat");
    EXPECT_TRUE(open().empty() || found);
}

TEST_F(UnitsTest, what_is_answered_on_the_way_is_the_answer) {
    const ProgramResult made = sinew({"split", small_question, "--out", units_});
    EXPECT_EQ(made.exit_status, 0) << made.errors;
    EXPECT_EQ(made.first_line(), "unsat");
    EXPECT_EQ(merge().first_line(), "unsat");
    EXPECT_EQ(merge().exit_status, 0);
    EXPECT_EQ(sinew({"verify", units_ + "/unit_0001.json", "--quiet"}).output, "unsat\n");
}

TEST_F(UnitsTest, units_that_run_out_are_split_with_what_they_learned) {
    ASSERT_EQ(split().exit_status, 0);
    const std::vector<std::string> first = open();
    ASSERT_FALSE(first.empty()) << "the question is too easy";
    for (const std::string& unit : first)
        EXPECT_NE(sinew({"verify", unit, "--timeout", "0.0001"}).exit_status, 2) << unit;
    const ProgramResult again = sinew({"split", units_, "--into", "3"});
    EXPECT_EQ(again.exit_status, 0) << again.errors;
    expect_nothing_wrong();
    for (int round = 0; round < 5 && !open().empty(); ++round)
        for (const std::string& unit : open()) sinew({"verify", unit});
    EXPECT_EQ(merge().first_line(), "unsat") << merge().output;
}

TEST_F(UnitsTest, killed_at_any_time_and_called_again) {
    ASSERT_EQ(split({"--into", "4", "--search", "0.001"}).exit_status, 0);
    int killed = 0;
    for (const std::string& unit : open()) {
        for (const double after : {0.004, 0.01, 0.02, 0.04}) {
            ProgramOptions options;
            options.signal = SIGKILL;
            options.signal_after_seconds = after;
            killed += sinew({"verify", unit}, options).signal == SIGKILL ? 1 : 0;
            expect_nothing_wrong();
        }
    }
    for (const std::string& unit : open()) sinew({"verify", unit, "--timeout", "0.0001"});
    for (const double after : {0.004, 0.02, 0.04}) {
        ProgramOptions options;
        options.signal = SIGKILL;
        options.signal_after_seconds = after;
        sinew({"split", units_}, options);
        expect_nothing_wrong();
    }
    for (const std::string& unit : open()) sinew({"verify", unit});
    EXPECT_EQ(merge().first_line(), "unsat") << merge().output;
    EXPECT_TRUE(killed > 0 || merged().at("units").at("units") == 0);
}

TEST_F(UnitsTest, a_splitting_that_is_killed_leaves_no_folder_or_a_whole_one) {
    for (const double after : {0.003, 0.01, 0.02, 0.03, 0.05}) {
        ProgramOptions options;
        options.signal = SIGKILL;
        options.signal_after_seconds = after;
        sinew({"split", question_, "--out", units_, "--into", "6", "--search", "0.001"}, options);
        if (fs::exists(units_)) expect_nothing_wrong();
    }
    EXPECT_EQ(split().exit_status, 0);
    expect_nothing_wrong();
}

TEST_F(UnitsTest, two_processes_may_take_the_same_unit) {
    ASSERT_EQ(split().exit_status, 0);
    const std::vector<std::string> units = open();
    std::thread other([&] {
        for (const std::string& unit : units) sinew({"verify", unit});
    });
    for (auto unit = units.rbegin(); unit != units.rend(); ++unit) sinew({"verify", *unit});
    other.join();
    EXPECT_EQ(merge().first_line(), "unsat") << merge().output;
    expect_nothing_wrong();
}

TEST_F(UnitsTest, threads_of_a_campaign_are_those_of_its_units) {
    const std::string easy = SINEW_SOURCE_DIR "/inputs/dnn/two_by_two.dnn";
    const ProgramResult all = sinew({"cluster", "run", path("campaign"), "--scheduler", "local", "--units", "4", "--",
                                     "verify", "--threads", "2", easy});
    EXPECT_EQ(all.exit_status, 0) << all.errors;
    EXPECT_EQ(all.first_line(), "unsat");
    EXPECT_EQ(sinew({"split", "--threads", "2", "--out", units_, easy}).exit_status, 0) << "they search before the cut";
}

TEST_F(UnitsTest, what_cannot_be_is_refused) {
    const auto expect = [](const Words& words, int status, const std::string& said) {
        const ProgramResult result = sinew(words);
        EXPECT_EQ(result.exit_status, status) << result.errors;
        EXPECT_NE(result.errors.find(said), std::string::npos) << result.errors;
    };
    expect({"split", question_}, 1, "--out FOLDER");
    expect({"split"}, 1, "split wants a question");
    expect({"split", question_, "--out", "(y0 > 1)"}, 1, "--out-condition");
    expect({"split", question_, "--out", units_, "--into", "1"}, 1, "--into");
    expect({"split", question_, "--out", path("no/such/folder")}, 4, "no/such/folder");
    expect({"split", path("nothing.dnn"), "--out", units_}, 2, "nothing.dnn");
    expect({"merge"}, 1, "merge ");
    expect({"merge", folder_.path().string()}, 2, "there are no units in this folder");
    EXPECT_FALSE(fs::exists(units_));
    ASSERT_EQ(split().exit_status, 0);
    expect({"split", units_, "--out", path("other")}, 1, "split where it is");
    if (!open().empty()) {
        const std::string unit = open().front();
        expect({"verify", unit, "--in", "x0 < 0"}, 1, "is a unit");
        fs::copy(unit, path("lost.json"));
        expect({"verify", path("lost.json")}, 2, "question.json");
        // A file that is cut off is named with its place.
        const std::string text = support::content_of(unit);
        fs::resize_file(unit, text.size() / 2);
        expect({"verify", unit}, 2, "unit_0001.json:");
        EXPECT_EQ(merge().exit_status, 2);
        EXPECT_NE(merge().errors.find("unit_0001.json"), std::string::npos);
    }
    // A folder of something else stays.
    const std::string there = path("there");
    fs::create_directory(there);
    fs::copy(question_, there + "/question.dnn");
    expect({"split", question_, "--out", there}, 4, there);
    const std::string other = folder_.write("other.dnn", question(7));
    expect({"split", other, "--out", units_}, 2, "another question");
    if (geteuid() == 0) return;  // who may write everywhere
    fs::permissions(folder_.path(), fs::perms::owner_read | fs::perms::owner_exec);
    expect({"split", question_, "--out", path("new")}, 4, "new");
    fs::permissions(folder_.path(), fs::perms::owner_all);
}

/// sinew cluster over one question, by processes of this machine.
class QuestionCampaignTest : public UnitsTest {
  protected:
    Words campaign(const Words& more, const Words& verify) const {
        Words words{"cluster", "run",     path("c"), "--scheduler", "local", "--workers",
                    "2",       "--units", "6",       "--search",    "0.001"};
        words.insert(words.end(), more.begin(), more.end());
        words.insert(words.end(), {"--", "verify"});
        words.insert(words.end(), verify.begin(), verify.end());
        return words;
    }
    static void expect_error(const ProgramResult& result, int status, const std::string& said) {
        EXPECT_EQ(result.exit_status, status) << result.errors;
        EXPECT_NE(result.errors.find(said), std::string::npos) << result.errors;
    }
};

TEST_F(QuestionCampaignTest, rounds_of_units_end_in_the_verdict_of_one_process) {
    question_ = folder_.write("question.dnn", question(52, 18, 7));
    const ProgramResult all = sinew(campaign({"--budget", "60"}, {question_}));
    EXPECT_EQ(all.exit_status, 0) << all.errors;
    EXPECT_EQ(all.first_line(), "unsat") << all.errors;
    EXPECT_NE(all.errors.find("a round of 6 units"), std::string::npos) << all.errors;
    const ProgramResult status = sinew({"cluster", "status", path("c")});
    EXPECT_NE(status.output.find("question.dnn (SHA-256 "), std::string::npos) << status.output;
    EXPECT_NE(status.output.find(" units done"), std::string::npos) << status.output;
    // Called again it knows; told as the command at the end wants it.
    const ProgramResult again = sinew(campaign({}, {question_, "--quiet"}));
    EXPECT_EQ(again.output, "unsat\n") << again.errors;
    expect_error(sinew({"cluster", "run", path("c"), "--units", "9"}), 2, "has 6 units");
    expect_error(sinew({"cluster", "run", path("c"), "--search", "9"}), 1, "--search comes before");
    expect_error(sinew({"cluster", "run", path("c"), "--shards", "9"}), 2, "shards");
    expect_error(sinew(campaign({}, {folder_.write("other.dnn", question(7))})), 2, "another command");
}

TEST_F(QuestionCampaignTest, a_witness_ends_it_all) {
    question_ = folder_.write("sat.dnn", question(0));
    const ProgramResult all = sinew(campaign({"--budget", "20"}, {question_}));
    EXPECT_EQ(all.exit_status, 0) << all.errors;
    EXPECT_EQ(all.first_line(), "sat") << all.errors;
    EXPECT_EQ(sinew({"cluster", "run", path("c")}).first_line(), "sat");
}

TEST_F(QuestionCampaignTest, a_question_that_cannot_be_read_gives_way_to_the_corrected_command) {
    expect_error(sinew(campaign({}, {path("missing.dnn")})), 2, "missing.dnn");
    expect_error(sinew(campaign({}, {folder_.write("bad.dnn", "dnn = {")})), 2, "bad.dnn");
    const ProgramResult right = sinew(campaign({}, {question_}));
    EXPECT_EQ(right.first_line(), "unsat") << right.errors;
}

TEST_F(QuestionCampaignTest, what_had_no_answer_is_asked_again_where_there_is_more_time) {
    const std::string hard = folder_.write("hard.dnn", question(33, 18, 7));
    const std::string easy = folder_.write("easy.dnn", question(100, 14, 7));
    const std::string list = folder_.write("list.csv", hard + "\n" + easy + "\n");
    const auto ask = [&](const std::string& timeout) {
        return sinew({"verify", list, "--resume", path("a.sqlite"), "--timeout", timeout});
    };
    const auto rows = [&](const std::string& file) {
        const ProgramResult told = sinew({"results", file + ":1", "--json"});
        const nlohmann::json json = nlohmann::json::parse(told.output);
        std::map<std::string, int> count;
        for (const auto& row : json.at("runs")[0].at("rows")) ++count[row.at("status").get<std::string>()];
        return count;
    };
    using Count = std::map<std::string, int>;
    EXPECT_EQ(ask("0.15").exit_status, 3);
    const Count open = rows(path("a.sqlite"));
    ASSERT_NE(open, (Count{{"unsat", 2}})) << "the question is too easy";
    ask("0.1");
    EXPECT_EQ(rows(path("a.sqlite")), open) << "less time is not more";
    EXPECT_EQ(ask("60").exit_status, 0);
    EXPECT_EQ(rows(path("a.sqlite")), (Count{{"unsat", 2}}));
    ask("0.1");
    EXPECT_EQ(rows(path("a.sqlite")), (Count{{"unsat", 2}})) << "an answer is kept whatever the limit";
    // The same of a campaign.
    const auto share = [&](const std::string& timeout) {
        return sinew({"cluster", "run", path("d"), "--scheduler", "local", "--shards", "2", "--", "verify", list,
                      "--timeout", timeout});
    };
    const ProgramResult none = share("0.15");
    EXPECT_EQ(none.exit_status, 3) << none.errors;
    const ProgramResult all = share("60");
    EXPECT_EQ(all.exit_status, 0) << all.errors;
    EXPECT_EQ(rows(path("d/merged.sqlite")), (Count{{"unsat", 2}}));
}

TEST(TrainingPortfolio, processes_share_the_best_weights_and_the_proof) {
    const TemporaryFolder folder;
    const std::string share = (folder.path() / "shared").string();
    const Words words{"train",     SINEW_SOURCE_DIR "/inputs/train/berries.csv",
                      "--label",   "taste",
                      "--rho",     "0.9",
                      "--share",   share,
                      "--timeout", "60",
                      "--json"};
    const auto train = [&](const std::string& seed) {
        Words mine = words;
        mine.insert(mine.end(), {"--seed", seed});
        const ProgramResult result = sinew(mine);
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        return nlohmann::json::parse(result.output);
    };
    const nlohmann::json first = train("1");
    ASSERT_EQ(first.at("status"), "optimal");
    std::string file;
    for (const auto& entry : fs::directory_iterator(share))
        if (entry.path().extension() == ".json") file = entry.path().string();
    ASSERT_FALSE(file.empty());
    const std::string told = support::content_of(file);
    // Another process finds the proof there.
    const nlohmann::json second = train("2");
    EXPECT_EQ(second.at("status"), "optimal");
    EXPECT_EQ(second.at("objective"), first.at("objective"));
    EXPECT_EQ(support::content_of(file), told);
    // Weights are not trusted: others than the problem wants are no news.
    nlohmann::json lie = nlohmann::json::parse(told);
    for (auto& layer : lie.at("weights"))
        for (char& c : layer.get_ref<std::string&>()) c = '0';
    std::ofstream(file) << lie.dump();
    const nlohmann::json third = train("3");
    EXPECT_EQ(third.at("status"), "optimal");
    EXPECT_EQ(third.at("objective"), first.at("objective"));
    // What is none of ours is replaced.
    std::ofstream(file) << "{}";
    EXPECT_EQ(train("4").at("objective"), first.at("objective"));
    EXPECT_EQ(nlohmann::json::parse(support::content_of(file)).at("bound"), first.at("bound"));
    Words refused = words;
    refused.insert(refused.end(), {"--method", "gradient"});
    EXPECT_EQ(sinew(refused).exit_status, 1);
}

}  // namespace
