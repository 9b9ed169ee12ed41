// SPDX-License-Identifier: Apache-2.0
// Certification questions as other tools get them: OPB, DIMACS and SMT-LIB, each answered, against enumeration.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>
#include <z3++.h>

#include "base/error.hpp"
#include "bnn/question.hpp"
#include "read/dimacs/read_dimacs.hpp"
#include "read/opb/read_opb.hpp"
#include "support/certify_oracle.hpp"
#include "support/program.hpp"
#include "threshold/fold.hpp"
#include "verify/solve_cnf.hpp"
#include "verify/solve_pb.hpp"
#include "write/dimacs.hpp"
#include "write/opb.hpp"

namespace sinew::oracle {
namespace {

using bnn::Aim;
using support::CertifyCase;
using threshold::Norm;

bnn::Question question_of(const CertifyCase& asked, const threshold::ThresholdNetwork& folded,
                          const threshold::Perturbation& perturbation) {
    return bnn::Question(
        {folded, asked.input, asked.label, perturbation, asked.options.ties, asked.options.target, {}});
}

bool has_clasp() {
    return std::system("command -v clasp > /dev/null 2>&1") == 0;
}

/// clasp 3.3.5 counts with 31 bits and says UNKNOWN to more.
bool fits_clasp(const model::PseudoBoolean& problem) {
    return std::all_of(problem.coefficients.begin(), problem.coefficients.end(),
                       [](std::int64_t c) { return std::abs(c) < 100'000'000; });
}

model::Status status_of(const std::string& text) {
    if (text == "SATISFIABLE" || text == "OPTIMUM FOUND") return model::Status::sat;
    return text == "UNSATISFIABLE" ? model::Status::unsat : model::Status::unknown;
}

model::Status z3_status(const std::string& script) {
    z3::context context;
    z3::solver solver(context);
    solver.from_string(script.c_str());
    const z3::check_result answer = solver.check();
    return answer == z3::sat ? model::Status::sat : answer == z3::unsat ? model::Status::unsat : model::Status::unknown;
}

class CertifyExport : public testing::Test {
  protected:
    /// clasp's answer, where there is clasp.
    support::ProgramResult clasp(const std::string& opb) {
        const std::string file = folder_.write("question.opb", opb);
        return support::run_program({"/usr/bin/env", "clasp", "--quiet=1", file});
    }
    bool has_clasp_ = has_clasp();
    support::TemporaryFolder folder_;
};

TEST_F(CertifyExport, every_format_says_what_enumeration_says) {
    int satisfiable = 0;
    int searched = 0;
    int asked_clasp = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        CertifyCase asked(seed, 9);
        const threshold::ThresholdNetwork folded = threshold::fold(asked.network);
        const bool violated = asked.violates(asked.input) || asked.nearest(asked.perturbation).has_value();
        const model::Status expected = violated ? model::Status::sat : model::Status::unsat;
        satisfiable += violated ? 1 : 0;
        std::optional<bnn::Question> made;
        try {
            made.emplace(question_of(asked, folded, asked.perturbation));
        } catch (const UsageError&) {
            EXPECT_EQ(asked.kind, model::InputKind::unit);  // sums of reals that are too fine
            continue;
        }
        const bnn::Question& question = *made;
        const bnn::WrittenProblem written = question.problem(Aim::violation);
        searched += written.problem.constraint_count() > 2 ? 1 : 0;
        const std::string opb = write::opb_text(written.problem, written.legend);
        SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + opb);
        EXPECT_EQ(verify::solve_pb(read::read_opb_text(opb, "question"), {}, {}).status, expected);
        const std::string cnf = write::dimacs_text(write::to_cnf(written.problem), written.legend);
        EXPECT_EQ(verify::solve_cnf(read::read_dimacs_text(cnf, "question"), {}, {}).status, expected);
        const std::string script = question.script();
        EXPECT_EQ(z3_status(script), expected) << script;
        if (has_clasp_ && seed % 3 == 0 && fits_clasp(written.problem)) {
            ++asked_clasp;
            EXPECT_EQ(status_of(clasp(opb).last_line('s')), expected);
        }
        if (HasFailure()) return;
    }
    EXPECT_GT(satisfiable, 80);
    EXPECT_GT(searched, 120);
    if (!has_clasp_)
        std::puts("skipped: no clasp");
    else
        EXPECT_GT(asked_clasp, 80);
}

TEST_F(CertifyExport, the_optimum_is_the_least_distance) {
    int found = 0;
    for (std::uint64_t seed = 1000; seed < 1200; ++seed) {
        CertifyCase asked(seed, 8);
        const threshold::ThresholdNetwork folded = threshold::fold(asked.network);
        for (const Norm norm : {Norm::zero, Norm::one, Norm::two, Norm::infinity}) {
            threshold::Perturbation within;
            within.norm = norm;
            if (asked.kind == model::InputKind::unit && norm != Norm::zero) continue;
            if (asked.kind == model::InputKind::pixels) {
                if (norm == Norm::zero) continue;  // 256 values each are too many to enumerate
                within.radius = 2;
            }
            std::optional<Rational> least = asked.nearest(within);
            if (asked.violates(asked.input)) least = 0;
            const bnn::WrittenProblem written = question_of(asked, folded, within).problem(Aim::nearest_violation);
            const std::string opb = write::opb_text(written.problem, written.legend);
            SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + opb);
            const verify::PbAnswer answer = verify::solve_pb(read::read_opb_text(opb, "question"), {}, {});
            EXPECT_EQ(answer.status, least ? model::Status::sat : model::Status::unsat);
            EXPECT_EQ(answer.value.has_value(), least.has_value());
            EXPECT_EQ(Rational(static_cast<long>(answer.value.value_or(0))), least.value_or(0));
            // clasp takes an empty objective for none.
            if (has_clasp_ && seed % 4 == 0 && fits_clasp(written.problem) &&
                !written.problem.objective_literals.empty()) {
                const support::ProgramResult other = clasp(opb);
                EXPECT_EQ(other.last_line('s'), least ? "OPTIMUM FOUND" : "UNSATISFIABLE");
                EXPECT_EQ(other.last_line('o'), least ? to_string(*least) : "");
            }
            found += least && *least > 0 ? 1 : 0;
            if (HasFailure()) return;
        }
    }
    EXPECT_GT(found, 100);
}

}  // namespace
}  // namespace sinew::oracle
