// SPDX-License-Identifier: Apache-2.0
// Whole folders of units, in one process: what the units answer together is what the question's answer is, and what is
// tampered with is found.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/program.hpp"
#include "unit/search/random_query.hpp"
#include "units/cover.hpp"
#include "units/folder.hpp"
#include "units/merge.hpp"
#include "units/unit_search.hpp"
#include "write/dnn.hpp"

namespace sinew::units {
namespace {

using model::Status;
using support::TemporaryFolder;

/// A question in a file, and a folder for its units.
struct Asked {
    Asked(const TemporaryFolder& folder, const std::string& text)
        : question({folder.write("question.dnn", text)}, {}),
          query(question.load()),
          units((folder.path() / "units").string()) {}

    SplitSummary split(std::size_t into, double seconds = 0) {
        SplitOptions options;
        options.into = into;
        options.seconds = seconds;
        return split_question(question, query, units, options, observer);
    }
    SplitSummary again(std::size_t into) {
        SplitOptions options;
        options.into = into;
        return split_again(units, query, question.digest(), options, observer);
    }
    model::Verdict verify(const std::string& unit, Effort effort = no_effort_limit) {
        verify::Options options;
        if (effort != no_effort_limit) options.limits = options.limits.within_effort(effort);
        UnitSearch search(unit);
        search.read(observer);
        model::Verdict verdict = search.run(options, observer);
        search.keep(verdict, 0.5);
        return verdict;
    }
    Merged merged() { return merge(units, query, question.digest()); }
    Status whole() {
        verify::Options options;
        options.limits = Limits(20, std::nullopt, nullptr);
        return verify::verify(query, options, observer).status;
    }

    Observer observer;
    Question question;
    model::Query query;
    std::string units;
};

/// A random ReLU network with three inputs in [-1, 1] and two layers of six, and a bound of its output that it may
/// reach.
std::string random_text(Random& random, const std::string& domain = "real [-1, 1]") {
    const auto weight = [&] { return std::to_string(static_cast<double>(random.integer(-20, 20)) / 10); };
    const auto sum = [&](char name, std::size_t count) {
        std::string text = weight();
        for (std::size_t i = 0; i < count; ++i)
            text += " + " + weight() + "*" + name + std::to_string(name == 'x' ? i : 10 + i);
        return text;
    };
    std::string text = "dnn = {\n";
    for (int i = 0; i < 6; ++i) text += "'a" + std::to_string(10 + i) + "': '" + sum('x', 3) + "',\n";
    for (int i = 0; i < 6; ++i) {
        std::string layer = sum('n', 6);
        text += "'a" + std::to_string(20 + i) + "': '" + layer + "',\n";
    }
    text += "'y0': '" + weight();
    for (int i = 0; i < 6; ++i) text += " + " + weight() + "*n" + std::to_string(20 + i);
    text += "'}\nconditions = {'out': '" + std::string(random.chance(0.3) ? "(or (y0 > " : "(and (y0 > ") +
            std::to_string(random.integer(2, 14)) + ") (n20 + n21 < " + std::to_string(random.integer(-2, 9)) +
            "))'}\n";
    text += "domains = {'x0': '" + domain + "', 'x1': '" + domain + "', 'x2': '" + domain + "'}\n";
    return text;
}

/// Runs units with ever more effort, splitting those that ran out, until nothing is open.
Status finish(Asked& asked) {
    for (Effort effort = 1000;; effort *= 8) {
        for (const OpenUnit& open : asked.merged().open) asked.verify(open.path, effort);
        const Merged merged = asked.merged();
        EXPECT_EQ(merged.wrong, std::vector<std::string>());
        if (merged.open.empty() || merged.status == Status::sat) return merged.status;
        if (effort > Effort{1} << 40) return Status::unknown;
        asked.again(3);
    }
}

TEST(Units, the_answer_is_that_of_the_whole_question) {
    Random random(11);
    std::size_t sat = 0;
    std::size_t unsat = 0;
    std::size_t units = 0;
    for (int i = 0; i < 40; ++i) {
        const TemporaryFolder folder;
        Asked asked(folder, random_text(random, i % 4 == 3 ? "int [-3, 3]" : "real [-1, 1]"));
        const Status expected = asked.whole();
        const SplitSummary made = asked.split(2 + random.below(9));
        units += made.units.size();
        const Status status = finish(asked);
        EXPECT_EQ(status, expected) << i;
        ++(status == Status::sat ? sat : unsat);
    }
    EXPECT_GT(sat, 5U);
    EXPECT_GT(unsat, 5U);
    EXPECT_GT(units, 60U);
}

TEST(Units, networks_of_every_kind_of_layer) {
    Random random(5);
    std::size_t asked_for = 0;
    for (int i = 0; i < 40; ++i) {
        const TemporaryFolder folder;
        std::string text;
        try {
            text = write::dnn_text(test::random_query(random, test::Weights::decimals));
        } catch (const std::exception&) {  // max-pooling is not in the format
            continue;
        }
        Asked asked(folder, text);
        const Status expected = asked.whole();
        if (expected != Status::sat && expected != Status::unsat) continue;
        ++asked_for;
        asked.split(4);
        EXPECT_EQ(finish(asked), expected) << i << "\n" << text;
    }
    EXPECT_GT(asked_for, 15U);
}

TEST(Units, unbounded_inputs_and_booleans) {
    const TemporaryFolder folder;
    Random random(3);
    for (int i = 0; i < 10; ++i) {
        Asked asked(folder, random_text(random, "real"));
        asked.units += std::to_string(i);
        const Status expected = asked.whole();
        asked.split(5);
        EXPECT_EQ(finish(asked), expected) << i;
    }
}

/// Unsatisfiable, in several units that are all open.
class TamperTest : public testing::Test {
  protected:
    TamperTest() {
        Random random(11);
        for (int i = 0; !asked_ || made_.units.size() < 4; ++i) {
            folder_ = std::make_unique<TemporaryFolder>();
            asked_ = std::make_unique<Asked>(*folder_, random_text(random));
            if (asked_->whole() == Status::unsat) made_ = asked_->split(6);
        }
    }
    void expect_wrong(const std::string& words) {
        const Merged merged = asked_->merged();
        EXPECT_EQ(merged.status, Status::unknown) << words;
        ASSERT_FALSE(merged.wrong.empty()) << words;
        EXPECT_NE(merged.wrong.front().find(words), std::string::npos) << merged.wrong.front();
    }
    void finish_all() {
        for (const std::string& unit : made_.units) asked_->verify(unit);
        ASSERT_EQ(asked_->merged().status, Status::unsat);
    }
    static void replace(const std::string& file, const std::string& from, const std::string& to) {
        std::string text = support::content_of(file);
        const std::size_t at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        write_file(file, text.replace(at, from.size(), to));
    }

    std::unique_ptr<TemporaryFolder> folder_;
    std::unique_ptr<Asked> asked_;
    SplitSummary made_;
};

TEST_F(TamperTest, nothing_is_refuted_before_its_units_are) {
    for (const std::string& unit : made_.units) {
        EXPECT_EQ(asked_->merged().status, Status::unknown);
        asked_->verify(unit);
    }
    const Merged merged = asked_->merged();
    EXPECT_EQ(merged.status, Status::unsat);
    EXPECT_EQ(merged.refuted, made_.units.size());
    EXPECT_EQ(merged.searching_seconds, 0.5 * static_cast<double>(made_.units.size()));
    asked_->verify(made_.units[0]);
    EXPECT_EQ(asked_->merged().runs, merged.runs) << "what has an answer is not searched again";
}

TEST_F(TamperTest, what_is_missing_changed_or_foreign_is_named) {
    finish_all();
    const std::string& first = made_.units[0];
    const std::string& second = made_.units[1];
    const std::string unit = support::content_of(first);
    const std::string other = support::content_of(second);
    std::filesystem::remove(first);
    expect_wrong("unit_0001.json: this unit is missing");
    write_file(first, other);
    expect_wrong("this unit has been changed");
    write_file(first, unit + "\n");
    expect_wrong("this unit has been changed");
    write_file(first, unit.substr(0, unit.size() / 2));
    expect_wrong("unit_0001.json");
    write_file(first, unit);
    EXPECT_EQ(asked_->merged().status, Status::unsat);

    const std::string result = support::content_of(result_path(first));
    write_file(result_path(first), support::content_of(result_path(second)));
    expect_wrong("the result is that of another unit");
    write_file(result_path(first), "");
    expect_wrong("unit_0001.result.json");
    std::filesystem::remove(result_path(first));
    EXPECT_EQ(asked_->merged().open.size(), 1U);
    write_file(result_path(first), result);
    const std::string foreign = asked_->units + "/unit_0999.json";
    write_file(foreign, unit);
    expect_wrong("unit_0999.json: the cover knows no such unit");
    std::filesystem::remove(foreign);
    EXPECT_EQ(asked_->merged().status, Status::unsat);
}

TEST_F(TamperTest, a_cover_that_does_not_cover_is_refused) {
    finish_all();
    const std::string file = asked_->units + "/" + std::string(cover_file);
    const std::string whole = support::content_of(file);
    Cover cover = read_cover(file, asked_->query);
    // A side that is shrunk.
    Cover shrunk = cover;
    for (CoverNode& node : shrunk.nodes) {
        if (node.kind != CoverNode::Kind::bounds) continue;
        node.sides[0].value -= 0.125;
        break;
    }
    write_file(file, cover_text(asked_->query, shrunk));
    EXPECT_EQ(asked_->merged().status, Status::unknown);
    // A unit where another was.
    Cover doubled = cover;
    std::string name;
    for (CoverNode& node : doubled.nodes) {
        if (node.kind != CoverNode::Kind::unit) continue;
        if (name.empty())
            name = node.unit + "|" + node.sha256;
        else {
            node.unit = name.substr(0, name.find('|'));
            node.sha256 = name.substr(name.find('|') + 1);
            break;
        }
    }
    write_file(file, cover_text(asked_->query, doubled));
    EXPECT_EQ(asked_->merged().status, Status::unknown);
    cover.question = std::string(64, '0');
    write_file(file, cover_text(asked_->query, cover));
    expect_wrong("this is the cover of another question");
    write_file(file, whole);
    EXPECT_EQ(asked_->merged().status, Status::unsat);
}

TEST_F(TamperTest, another_question_in_its_place_is_refused) {
    finish_all();
    const std::string copy = asked_->units + "/question/0_question.dnn";
    write_file(copy, support::content_of(copy) + "# changed\n");
    EXPECT_THROW(Question::of_folder(asked_->units), InputError);
    EXPECT_THROW(asked_->verify(made_.units[0]), InputError);
}

TEST_F(TamperTest, a_witness_is_evaluated_again) {
    const std::string& unit = made_.units[0];
    Result result;
    result.status = Status::sat;
    result.inputs = {{Rational(0), Rational(0), Rational(0)}};
    keep_result(unit, read_unit(unit, asked_->query), asked_->query, result);
    expect_wrong("the witness is none");
    EXPECT_THROW(asked_->verify(unit), InputError);
}

TEST_F(TamperTest, a_result_that_was_changed_by_hand_counts_as_none) {
    const std::string& unit = made_.units[0];
    asked_->verify(unit, 1);
    const std::string file = result_path(unit);
    const std::string kept = support::content_of(file);
    for (const auto& [was, is] : {std::pair<std::string, std::string>{"\"rounds\": ", "\"rounds\": 1"},
                                  {"\"status\": \"", "\"status\": \"un"},
                                  {"\"decided_by\": \"", "\"decided_by\": \"x"}}) {
        const std::size_t at = kept.find(was);
        if (at == std::string::npos) continue;
        std::string changed = kept;
        changed.replace(at, was.size(), is);
        write_file(file, changed);
        expect_wrong("unit_0001.result.json: the digest of the result is not that of what it says");
    }
    asked_->verify(unit);
    EXPECT_EQ(asked_->merged().wrong, std::vector<std::string>());
}

TEST(Units, a_witness_in_a_part_that_was_called_refuted_raises_the_alarm) {
    int seen = 0;
    for (std::uint64_t seed = 1; seed < 60 && seen < 3; ++seed) {
        const TemporaryFolder folder;
        Random random(seed);
        Asked asked(folder, random_text(random));
        const SplitSummary made = asked.split(4);
        if (made.verdict.status != Status::unknown || made.units.size() < 2) continue;
        for (const std::string& unit : made.units) asked.verify(unit);
        const Merged merged = asked.merged();
        EXPECT_EQ(merged.contradictions, std::vector<std::string>());
        if (merged.status != Status::sat) continue;
        // Nothing is left of what is so: the parts are all refuted by a liar, and another unit has the witness.
        Result lie;
        lie.status = Status::unsat;
        lie.decided_by = "liar";
        Result sat;
        sat.status = Status::sat;
        sat.decided_by = "boxes";
        sat.inputs.emplace();
        for (const Variable input : asked.query.network.input_variables())
            sat.inputs->push_back(merged.witness->values[input.index()]);
        for (const std::string& unit : made.units) {
            std::filesystem::remove(result_path(unit));
            keep_result(unit, read_unit(unit, asked.query), asked.query, lie);
        }
        keep_result(made.units[0], read_unit(made.units[0], asked.query), asked.query, sat);
        const Merged alarmed = asked.merged();
        EXPECT_EQ(alarmed.status, Status::sat);
        ASSERT_FALSE(alarmed.contradictions.empty()) << seed;
        EXPECT_NE(alarmed.contradictions[0].find("refuted by liar"), std::string::npos) << alarmed.contradictions[0];
        ++seen;
    }
    EXPECT_GT(seen, 0);
}

TEST_F(TamperTest, what_was_split_again_covers_its_unit) {
    for (const std::string& unit : made_.units) asked_->verify(unit, 1);
    const SplitSummary again = asked_->again(3);
    if (again.split == 0) GTEST_SKIP() << "all were decided at once";
    for (const OpenUnit& open : asked_->merged().open) asked_->verify(open.path);
    EXPECT_EQ(asked_->merged().status, Status::unsat);
    std::vector<std::string> folders;
    for (const std::string& unit : made_.units)
        if (std::filesystem::exists(children_path(unit))) folders.push_back(children_path(unit));
    ASSERT_FALSE(folders.empty());
    // The units of one part in the place of another's, where there are two.
    if (folders.size() > 1) {
        std::filesystem::rename(folders[0], folders[0] + ".away");
        std::filesystem::copy(folders[1], folders[0], std::filesystem::copy_options::recursive);
        expect_wrong("this is the cover of another part of the question");
        std::filesystem::remove_all(folders[0]);
        std::filesystem::rename(folders[0] + ".away", folders[0]);
    }
    std::filesystem::remove(folders[0] + "/" + std::string(cover_file));
    EXPECT_EQ(asked_->merged().status, Status::unknown);
}

TEST(Units, splitting_again_does_nothing_where_the_folder_is_there) {
    const TemporaryFolder folder;
    Random random(11);
    Asked asked(folder, random_text(random));
    asked.split(4);
    const std::string cover = support::content_of(asked.units + "/" + std::string(cover_file));
    EXPECT_TRUE(asked.split(8).was_there);
    EXPECT_EQ(support::content_of(asked.units + "/" + std::string(cover_file)), cover);
    Asked other(folder, random_text(random));
    EXPECT_THROW(other.split(4), UsageError);
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        EXPECT_FALSE(entry.path().filename().string().starts_with(".sinew")) << entry.path();
}

}  // namespace
}  // namespace sinew::units
