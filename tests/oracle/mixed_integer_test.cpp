// SPDX-License-Identifier: Apache-2.0
// Questions over unbounded integers and reals (and a ReLU or two) against Z3: as scripts, incremental ones too, and as
// dnn text. SINEW_MIXED_QUESTIONS=n asks n of them in place of the sample that continuous integration asks.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

#include <gtest/gtest.h>
#include <z3++.h>

#include "oracle/mixed_question.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/smtlib/script.hpp"
#include "verify/optimize.hpp"
#include "verify/verify.hpp"

namespace sinew::oracle {
namespace {

constexpr std::uint64_t seed = 11;
constexpr std::uint64_t sample = 150;
constexpr double seconds = 20;
constexpr const char* z3_limit = "(set-option :timeout 1000)\n";

std::uint64_t wanted() {
    const char* text = std::getenv("SINEW_MIXED_QUESTIONS");
    return text == nullptr ? sample : std::strtoull(text, nullptr, 10);
}

/// What Z3 says to each check-sat.
std::vector<std::string> ask_z3(const std::string& script) {
    z3::context context;
    std::istringstream lines(Z3_eval_smtlib2_string(context, (z3_limit + script).c_str()));
    std::vector<std::string> answers;
    for (std::string line; std::getline(lines, line);) answers.push_back(line);
    return answers;
}

std::string ask(const model::Query& query) {
    verify::Options options;
    options.limits = Limits(seconds, {}, nullptr);
    Observer silent;
    return std::string(model::to_string(verify::verify(query, options, silent).status));
}

class Tally {
  public:
    /// Z3 answers, and so must this; of what Z3 does not know in its second nothing is asked.
    void compare(const std::string& expected, const std::string& answer, std::uint64_t index, const std::string& text) {
        if (expected == "sat") ++sat_;
        if (expected == "unsat") ++unsat_;
        const bool known = expected == "sat" || expected == "unsat";
        if (known && answer != expected)
            ADD_FAILURE() << "question " << index << " of seed " << seed << ": " << answer << ", Z3 says " << expected
                          << '\n'
                          << text;
        EXPECT_TRUE(known || expected == "unknown" || expected.starts_with("timeout")) << expected << '\n' << text;
    }
    void check_variety(std::uint64_t asked) const {
        std::printf("%llu sat, %llu unsat of %llu\n", static_cast<unsigned long long>(sat_),
                    static_cast<unsigned long long>(unsat_), static_cast<unsigned long long>(asked));
        EXPECT_GT(sat_, asked / 4);
        EXPECT_GT(unsat_, asked / 20);
    }

  private:
    std::uint64_t sat_ = 0;
    std::uint64_t unsat_ = 0;
};

TEST(MixedInteger, scripts_and_dnn_text_agree_with_z3) {
    Tally tally;
    for (std::uint64_t index = 0; index < wanted(); ++index) {
        const MixedQuestion question = draw_mixed(seed, index);
        const std::string script = smt_script(question, false);
        const std::vector<std::string> expected = ask_z3(script);
        ASSERT_EQ(expected.size(), 1U) << script;
        tally.compare(expected[0], ask(read::parse_smtlib(script, "q.smt2").query(0).query), index, script);
        const std::string text = dnn_text(question, false);
        tally.compare(expected[0], ask(read::parse_dnn(text, "q.dnn")), index, text);
    }
    tally.check_variety(2 * wanted());
}

TEST(MixedInteger, incremental_scripts_agree_with_z3) {
    Tally tally;
    std::uint64_t asked = 0;
    for (std::uint64_t index = wanted(); index < wanted() + wanted() / 3; ++index) {
        const MixedQuestion question = draw_mixed(seed, index);
        const std::string script = smt_script(question, true);
        const std::vector<std::string> expected = ask_z3(script);
        const read::SmtScript read = read::parse_smtlib(script, "q.smt2");
        ASSERT_EQ(expected.size(), read.check_count()) << script;
        for (std::size_t check = 0; check < read.check_count(); ++check, ++asked)
            tally.compare(expected[check], ask(read.query(check).query), index, script);
    }
    tally.check_variety(asked);
}

/// Does Z3 know of a solution whose objective has this relation to the value? "unknown" where it cannot tell.
std::string ask_z3(const MixedQuestion& question, const std::string& relation, const Rational& value) {
    const std::string size =
        "(/ " + Integer(abs(value.get_num())).get_str() + ".0 " + value.get_den().get_str() + ".0)";
    const std::string limit = sgn(value) < 0 ? "(- " + size + ")" : size;
    std::string script = smt_script(question, false);
    script.insert(script.rfind("(check-sat)"),
                  "(assert (" + relation + " " + smt_objective(question) + " " + limit + "))\n");
    return ask_z3(script).at(0);
}

/// Every part of the answer is put to Z3; empty if none is wrong.
std::string fault(const MixedQuestion& question, const verify::Optimum& optimum) {
    switch (optimum.outcome) {
        case Outcome::unsat:
            return ask_z3(smt_script(question, false)).at(0) == "sat" ? "unsat, but Z3 has a solution" : "";
        case Outcome::optimum:  // the value has been confirmed, with its witness
            return ask_z3(question, "<", *optimum.value) == "sat" ? "Z3 has something better than the optimum" : "";
        case Outcome::unbounded:
            for (const int value : {-1000, -1'000'000})
                if (ask_z3(question, "<", Rational(value)) == "unsat") return "unbounded, but Z3 has a bound";
            return "";
        case Outcome::feasible:
            if (!optimum.bound || !optimum.value || *optimum.value > *optimum.bound + Rational(1, 1000))
                return "no answer in time";
            if (ask_z3(question, "<=", *optimum.bound) == "sat") return "Z3 attains what is told to be open";
            return ask_z3(question, "<", *optimum.bound + Rational(1, 1'000'000)) == "unsat" ? "not approached" : "";
        default:
            return "no answer in time";
    }
}

TEST(MixedInteger, optima_agree_with_z3) {
    std::map<Outcome, int> statuses;
    for (std::uint64_t index = 0; index < wanted() / 2; ++index) {
        const MixedQuestion question = draw_mixed(seed + 1, index);
        const std::string text = dnn_text(question, true);
        verify::OptimizeListener silent;
        const verify::Optimum optimum =
            verify::optimize(read::parse_dnn(text, "q.dnn"), {Limits(seconds, {}, nullptr), 0}, silent);
        ++statuses[optimum.outcome];
        const std::string wrong = fault(question, optimum);
        EXPECT_TRUE(wrong.empty()) << "question " << index << " of seed " << seed + 1 << ": " << wrong << '\n'
                                   << text << smt_script(question, false);
    }
    for (const auto& [status, count] : statuses) std::printf("%s %d\n", std::string(to_string(status)).c_str(), count);
    EXPECT_GT(statuses[Outcome::optimum], 0);
    EXPECT_GT(statuses[Outcome::unbounded], 0);
}

}  // namespace
}  // namespace sinew::oracle
