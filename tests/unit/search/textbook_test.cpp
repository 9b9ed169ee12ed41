// SPDX-License-Identifier: Apache-2.0
#include "search/textbook.hpp"

#include <gtest/gtest.h>

#include "model/evaluate.hpp"
#include "search/lazy_search.hpp"
#include "unit/search/two_by_two.hpp"

namespace sinew::search {
namespace {

/// Keeps the lines whose first word is one of the steps the worked example names.
class Recorder : public Observer {
  public:
    bool wants_trace() const override { return true; }
    void trace(std::string_view line) override { lines.emplace_back(line); }
    std::vector<std::string> lines;
};

std::vector<std::string> steps(const std::vector<std::string>& lines) {
    std::vector<std::string> kept;
    for (const std::string& line : lines) {
        if (line.starts_with("  Assign: "))
            kept.push_back(line.substr(2));
        else if (line.starts_with("Decide: "))
            kept.push_back(line.substr(0, line.find(" (")));
        else if (line.starts_with("Analyze") || line.starts_with("Backtrack") || line == "UNSAT" || line == "SAT")
            kept.push_back(line);
    }
    return kept;
}

const std::vector<std::string> worked_example = {
    "Assign: -1",
    "Decide: 2",
    "Assign: -3",
    "Assign: 4",
    "Analyze: T-conflict, clause [1, 3, -4, -2]",
    "Backtrack: level 0, -2",
    "Assign: -3",
    "Assign: -4",
    "Analyze: T-conflict, clause [1, 2, 3, 4]",
    "UNSAT",
};

TEST(Textbook, TakesTheStepsOfTheWorkedExample) {
    for (const auto& [first, second] : {std::pair(0, 1), std::pair(1, 2)}) {
        const model::Query query = two_by_two(first, second);
        Recorder recorder;
        EXPECT_EQ(solve_textbook(query, {}, recorder).status, model::Status::unsat);
        EXPECT_EQ(steps(recorder.lines), worked_example);
    }
}

TEST(Textbook, FindsAWitness) {
    model::Query query = two_by_two(0, 1);
    query.output_condition = query.formulas.negation(query.output_condition);
    Recorder recorder;
    const model::Verdict verdict = solve_textbook(query, {}, recorder);
    ASSERT_EQ(verdict.status, model::Status::sat);
    EXPECT_TRUE(model::satisfies(query, verdict.witness->values, verdict.witness->booleans));
    EXPECT_EQ(recorder.lines.back(), "SAT");
}

TEST(LazySearch, AgreesWithTheTextbookAndLearnsShorterClauses) {
    const model::Query query = two_by_two(0, 1);
    Recorder recorder;
    EXPECT_EQ(solve_lazily(query, 0, {}, recorder).status, model::Status::unsat);
    for (const std::string& line : recorder.lines) {
        if (!line.starts_with("Analyze")) continue;
        EXPECT_LT(std::count(line.begin(), line.end(), ','), 4) << line;
    }
}

}  // namespace
}  // namespace sinew::search
