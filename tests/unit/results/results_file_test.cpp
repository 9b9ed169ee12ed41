// SPDX-License-Identifier: Apache-2.0
#include "results/results_file.hpp"

#include <csignal>
#include <set>
#include <thread>

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/output_error.hpp"
#include "results/process_id.hpp"
#include "support/program.hpp"

namespace {

using namespace sinew;
using namespace sinew::results;
using OneRun = results::Run;  // a test is something to run, too

OneRun kept_run() {
    OneRun run;
    run.kind = "certify";
    run.version = "0.1.0";
    run.command = R"(["sinew","certify"])";
    run.started = "2026-11-30T12:00:00Z";
    run.machine = "{}";
    run.limits = "{}";
    run.files = "[]";
    run.identity = "{}";
    return run;
}

Row kept_row_of(std::int64_t number, const std::string& status = "certified") {
    Row row;
    row.question = {"net.onnx", "aa", "data.csv", "bb", R"({"norm":"inf"})", number, "1/100"};
    row.status = status;
    row.decided_by = "bounds";
    row.seconds = 0.25;
    row.details = "{}";
    row.statistics = R"({"nodes":3})";
    return row;
}

class ResultsFileTest : public testing::Test {
  protected:
    support::TemporaryFolder folder_;
    std::string path_ = (folder_.path() / "results.sqlite").string();
};

TEST_F(ResultsFileTest, what_is_written_is_read_again) {
    OneRun run = kept_run();
    Row full = kept_row_of(7, "falsified");
    full.value = "3/2";
    full.bound = "1";
    full.witness = "[1,2]";
    full.reason = "a reason";
    full.details = R"({"expected":"falsified"})";
    full.proof = Proof{"proof.drat", "cc", 12};
    {
        ResultsFile file(path_);
        file.begin(run);
        EXPECT_EQ(run.id, 1);
        file.append(run, full);
        file.append(run, kept_row_of(8, "unknown"));
        file.append(run, kept_row_of(8));  // answered already: the first one stays
        file.end(run, "finished", "2026-11-30T12:00:01Z", 1.5);
    }
    ResultsReader reader(path_);
    const std::vector<OneRun> runs = reader.runs();
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].state, "finished");
    EXPECT_EQ(runs[0].command, run.command);
    EXPECT_EQ(runs[0].seconds, 1.5);
    EXPECT_EQ(runs[0].answers, 2);
    const std::vector<Row> rows = reader.rows(runs[0]);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].question.row, 7);
    EXPECT_EQ(rows[0].question.epsilon, "1/100");
    EXPECT_EQ(rows[0].question.options, full.question.options);
    EXPECT_EQ(rows[0].value, "3/2");
    EXPECT_EQ(rows[0].bound, "1");
    EXPECT_EQ(rows[0].witness, "[1,2]");
    EXPECT_EQ(rows[0].reason, "a reason");
    EXPECT_EQ(rows[0].expected, "falsified");
    EXPECT_FALSE(rows[1].expected);
    EXPECT_EQ(rows[0].proof->digest, "cc");
    EXPECT_EQ(rows[0].statistics, full.statistics);
    EXPECT_EQ(rows[1].status, "unknown");
    EXPECT_FALSE(rows[1].witness);
    EXPECT_FALSE(rows[1].proof);
}

TEST_F(ResultsFileTest, what_is_no_results_file_is_refused_and_stays) {
    const std::string zeros(200, '\0');
    for (const std::string& content : {std::string("a text"), std::string("SQLite format 3"), zeros,
                                       std::string("{\"journal\":\"sinew certify\",\"version\":2,\"files\":[]}\n")}) {
        folder_.write("results.sqlite", content);
        EXPECT_THROW(ResultsFile{path_}, InputError);
        EXPECT_THROW(ResultsReader{path_}, InputError);
        EXPECT_EQ(support::content_of(path_), content);
    }
    folder_.write("results.sqlite", "");  // nothing yet: it may become one
    EXPECT_THROW(ResultsReader{path_}, InputError);
    EXPECT_NO_THROW(ResultsFile{path_});
    EXPECT_THROW(ResultsFile{folder_.path().string()}, InputError);
    EXPECT_THROW(ResultsFile{"/dev/null"}, InputError);
    EXPECT_THROW(ResultsReader{"/no/such/file"}, InputError);
    EXPECT_THROW(ResultsFile{"/no/such/folder/file"}, OutputError);
}

TEST_F(ResultsFileTest, another_programs_database_stays_as_it_is) {
    {
        Database other(path_, Database::Access::write);
        other.run("CREATE TABLE letters(a TEXT); INSERT INTO letters VALUES('x')");
    }
    const std::string content = support::content_of(path_);
    EXPECT_THROW(ResultsFile{path_}, InputError);
    EXPECT_EQ(support::content_of(path_), content);
}

TEST_F(ResultsFileTest, a_newer_schema_is_refused_and_stays) {
    { ResultsFile file(path_); }
    {
        Database database(path_, Database::Access::write);
        database.run("PRAGMA journal_mode = DELETE; PRAGMA user_version = 2");
    }
    const std::string content = support::content_of(path_);
    EXPECT_THROW(ResultsFile{path_}, InputError);
    EXPECT_THROW(ResultsReader{path_}, InputError);
    EXPECT_EQ(support::content_of(path_), content);
}

TEST_F(ResultsFileTest, a_damaged_file_is_an_error_of_input_or_output_and_no_crash) {
    {
        ResultsFile file(path_);
        OneRun run = kept_run();
        file.begin(run);
        for (int i = 0; i < 200; ++i) file.append(run, kept_row_of(i));
    }
    const std::string whole = support::content_of(path_);
    for (const std::size_t size : {std::size_t{100}, std::size_t{4096}, whole.size() / 2}) {
        folder_.write("results.sqlite", whole.substr(0, size));
        EXPECT_THROW(
            {
                ResultsReader reader(path_);
                for (const OneRun& run : reader.runs()) reader.rows(run);
            },
            InputError)
            << size;
    }
    std::string noise = whole;
    for (std::size_t i = 200; i < noise.size(); i += 97) noise[i] = static_cast<char>(i);
    folder_.write("results.sqlite", noise);
    EXPECT_ANY_THROW({
        ResultsFile file(path_);
        OneRun run = kept_run();
        file.begin(run);
        file.append(run, kept_row_of(1));
    });
}

/// A process that appends rows `first`, `first` + 2, … and tells each finished one through a pipe.
pid_t write_in_a_process(const std::string& path, std::int64_t run_id, std::int64_t first, int count, int told) {
    const pid_t child = fork();
    if (child != 0) return child;
    try {
        ResultsFile file(path);
        OneRun run = kept_run();
        run.id = run_id;
        for (int i = 0; i < count; ++i) {
            const std::int64_t number = first + 2 * i;
            file.append(run, kept_row_of(number));
            if (write(told, &number, sizeof number) != static_cast<ssize_t>(sizeof number)) _exit(2);
        }
    } catch (const std::exception&) {
        _exit(1);
    }
    _exit(0);
}

TEST_F(ResultsFileTest, two_writers_and_a_kill_lose_no_finished_row) {
    OneRun run = kept_run();
    {
        ResultsFile file(path_);
        file.begin(run);
    }
    int told[2] = {};
    ASSERT_EQ(pipe(told), 0);
    const int rows_of_each = 400;
    const pid_t killed = write_in_a_process(path_, run.id, 0, 1 << 20, told[1]);
    const pid_t other = write_in_a_process(path_, run.id, 1, rows_of_each, told[1]);
    close(told[1]);
    std::set<std::int64_t> finished;
    std::int64_t number = 0;
    bool is_killed = false;
    while (read(told[0], &number, sizeof number) == static_cast<ssize_t>(sizeof number)) {
        finished.insert(number);
        if (!is_killed && finished.size() == 200) {
            kill(killed, SIGKILL);
            is_killed = true;
        }
    }
    close(told[0]);
    int status = 0;
    waitpid(killed, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    waitpid(other, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    std::set<std::int64_t> kept;
    ResultsReader reader(path_);
    for (const Row& row : reader.rows(run)) kept.insert(row.question.row);
    for (const std::int64_t row : finished) EXPECT_TRUE(kept.contains(row)) << row;
    EXPECT_LE(kept.size(), finished.size() + 1) << "at most the row that was written when the kill came";
    EXPECT_EQ(std::ranges::count_if(kept, [](std::int64_t row) { return row % 2 == 1; }), rows_of_each);
}

TEST_F(ResultsFileTest, the_process_that_writes_a_run_is_known) {
    EXPECT_EQ(life_of(this_process()), Life::alive);
    EXPECT_EQ(life_of(""), Life::unknown);
    EXPECT_EQ(life_of("elsewhere 12345 1 1"), Life::unknown);
    OneRun run = kept_run();
    const pid_t child = fork();
    if (child == 0) {
        ResultsFile file(path_);
        file.begin(run);
        pause();
        _exit(0);
    }
    for (int i = 0; i < 500 && !is_results_file(path_); ++i) usleep(10000);
    ResultsFile file(path_);
    for (int i = 0; i < 500 && file.runs("certify").empty(); ++i) usleep(10000);
    ASSERT_EQ(file.runs("certify").size(), 1U);
    run = file.runs("certify")[0];
    EXPECT_TRUE(file.is_being_written(run));
    EXPECT_THROW(file.take_over(run), InputError);
    kill(child, SIGKILL);
    // It has ended, though nobody has asked about it yet.
    siginfo_t ended{};
    ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
    EXPECT_FALSE(file.is_being_written(run));
    waitpid(child, nullptr, 0);
    EXPECT_FALSE(file.is_being_written(run));
    EXPECT_EQ(file.runs("certify")[0].state, "killed");
    EXPECT_NO_THROW(file.take_over(run));
    EXPECT_FALSE(file.is_being_written(run)) << "it is this process's now";
}

TEST_F(ResultsFileTest, a_full_disk_is_told_and_what_was_finished_stays) {
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{2000000, 2000000};
        setrlimit(RLIMIT_FSIZE, &limit);
        try {
            ResultsFile file(path_);
            OneRun run = kept_run();
            file.begin(run);
            for (int i = 0; i < 100000; ++i) file.append(run, kept_row_of(i));
        } catch (const OutputError&) {
            _exit(7);
        } catch (const std::exception&) {
        }
        _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 7);
    ResultsReader reader(path_);
    EXPECT_GT(reader.rows(reader.runs().at(0)).size(), 10U);
}

TEST_F(ResultsFileTest, a_name_may_hold_what_a_uri_may_not) {
    const std::string odd = (folder_.path() / "100% of #1? x.sqlite").string();
    { ResultsFile file(odd); }
    EXPECT_TRUE(is_results_file(odd));
    EXPECT_TRUE(ResultsReader(odd).runs().empty());
    Database snapshot(odd, Database::Access::snapshot);
    EXPECT_EQ(snapshot.value("PRAGMA user_version"), "1");
}

}  // namespace
