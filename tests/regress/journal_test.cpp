// The journals of sinew certify: they know by content what they are about, and one run at a time writes them.
#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;
using Words = std::vector<std::string>;

const std::string strokes = SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn";
const std::string images = SINEW_SOURCE_DIR "/inputs/bnn/strokes.csv";

/// A network and examples in a folder of their own, and runs that keep a journal there.
class JournalTest : public testing::Test {
  protected:
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

    ProgramResult resume(Words more = {"--flips", "1"}) const {
        Words words{SINEW_PROGRAM, "certify", network_, data_, "--quiet", "--resume", journal_};
        words.insert(words.end(), more.begin(), more.end());
        return support::run_program(words);
    }
    void expect_refused(const ProgramResult& result, const std::string& words) const {
        EXPECT_EQ(result.exit_status, 2) << words;
        EXPECT_NE(result.errors.find(words), std::string::npos) << result.errors;
        EXPECT_EQ(result.output, "");
        EXPECT_EQ(support::content_of(journal_), kept_) << "what is refused is not written to";
    }
    void keep() { kept_ = support::content_of(journal_); }

    TemporaryFolder folder_;
    std::string network_ = folder_.write("net.bnn", support::content_of(strokes));
    std::string data_ = folder_.write("data.csv", support::content_of(images));
    std::string journal_ = path("journal");
    std::string kept_;
};

TEST_F(JournalTest, another_network_of_the_same_name_is_refused) {
    EXPECT_NE(resume().output.find("4 certified"), std::string::npos);
    keep();
    std::string text = support::content_of(network_);
    text.replace(text.find("bias [1/4, 0]"), 13, "bias [0, 5]");
    folder_.write("net.bnn", text);
    expect_refused(resume(), "another network");
    // The same network by another name, and with other comments, is the same.
    network_ = folder_.write("moved.bnn", "# moved\n" + support::content_of(strokes));
    EXPECT_EQ(resume().exit_status, 0);
    EXPECT_EQ(support::content_of(journal_), kept_);
}

TEST_F(JournalTest, other_data_of_the_same_name_are_refused) {
    resume();
    keep();
    std::string rows = support::content_of(data_);
    folder_.write("data.csv", rows + rows);
    expect_refused(resume(), "other data than " + data_);
    folder_.write("data.csv", rows);
    EXPECT_EQ(resume().exit_status, 0);
}

TEST_F(JournalTest, other_labels_are_refused) {
    std::string rows = support::content_of(data_);
    std::string bare;  // without the column of labels
    for (std::size_t begin = 0; begin < rows.size();) {
        const std::size_t end = std::min(rows.find('\n', begin), rows.size());
        const std::string line = rows.substr(begin, end - begin);
        if (line.find(',') != std::string::npos) bare += line.substr(0, line.rfind(',')) + "\n";
        begin = end + 1;
    }
    folder_.write("data.csv", bare);
    const Words labelled{"--flips", "1", "--labels", path("labels")};
    folder_.write("labels", "0 0 1 1\n");
    EXPECT_NE(resume(labelled).output.find("4 certified"), std::string::npos);
    keep();
    folder_.write("labels", "0 0 1 0\n");
    expect_refused(resume(labelled), "other labels");
    expect_refused(resume(), "with --labels");
}

TEST_F(JournalTest, options_that_change_answers_are_compared) {
    resume();
    keep();
    expect_refused(resume({"--flips", "2"}), "another flips");
    expect_refused(resume({"--epsilon", "1"}), "another epsilon");
    expect_refused(resume({"--flips", "1", "--memory", "1G"}), "another memory");
    expect_refused(resume({"--flips", "1", "--ties-are-safe"}), "another ties-are-safe");
    EXPECT_EQ(resume({"--flips", "1", "--limit", "2"}).exit_status, 0);  // rows are rows of the data
}

TEST_F(JournalTest, journals_without_digests_are_refused) {
    folder_.write("journal",
                  "{\"binarize\":null,\"files\":[\"net.bnn\",\"data.csv\"],\"flips\":\"1\","
                  "\"program\":\"sinew certify\"}\n");
    keep();
    expect_refused(resume(), "older sinew");
}

TEST_F(JournalTest, a_second_run_is_refused_while_the_first_writes) {
    resume();
    keep();
    const int other = open(journal_.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(flock(other, LOCK_EX | LOCK_NB), 0) << "the first run has given it up";
    expect_refused(resume(), "another run is writing");
    close(other);
    EXPECT_EQ(resume().exit_status, 0);
}

TEST_F(JournalTest, wherever_a_run_is_killed_the_next_goes_on) {
    resume();
    const std::string whole = support::content_of(journal_);
    const std::size_t head = whole.find('\n') + 1;
    std::vector<std::size_t> cuts{0, 1, 20, 60, head - 1, head, head + 1, whole.size() - 1, whole.size()};
    for (const std::size_t cut : cuts) {
        SCOPED_TRACE(cut);
        folder_.write("journal", whole.substr(0, cut));
        const ProgramResult result = resume();
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        EXPECT_NE(result.output.find("4 certified"), std::string::npos) << result.output;
        const bool torn = cut != 0 && whole[cut - 1] != '\n';
        EXPECT_EQ(result.errors.find("cut off") != std::string::npos, torn) << result.errors;
        const std::string again = support::content_of(journal_);
        EXPECT_EQ(std::count(again.begin(), again.end(), '\n'), 5);
        EXPECT_EQ(again.substr(0, head), whole.substr(0, head));
    }
    // What is damaged elsewhere is no matter of a kill.
    folder_.write("journal", whole.substr(0, head) + "{\"row\":\n" + whole.substr(head));
    keep();
    expect_refused(resume(), "journal:2: ");
}

TEST_F(JournalTest, what_is_no_file_is_refused) {
    journal_ = "/dev/null";
    EXPECT_EQ(resume().exit_status, 2);
    journal_ = path("pipe");
    ASSERT_EQ(mkfifo(journal_.c_str(), 0600), 0);
    EXPECT_EQ(resume().exit_status, 2);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
