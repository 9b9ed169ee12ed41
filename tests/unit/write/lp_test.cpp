// SPDX-License-Identifier: Apache-2.0
// LP texts, read back by GLPK's own reader: the same program, feasible where the query is.
#include "write/lp.hpp"

#include <filesystem>

#include <glpk.h>
#include <gtest/gtest.h>

#include "model/query.hpp"
#include "support/program.hpp"

namespace sinew {
namespace {

/// y = relu(x) - relu(-x) (or sign(x)) over x in [-1, 1], with the output condition y >= threshold.
model::Query query_with(const model::Activation& activation, const Rational& threshold) {
    model::Query query;
    const model::LayerId x = query.network.add_input("x", {1});
    model::AffineLayer signs;
    signs.terms.push_back({x, model::DenseMap{2, 1, model::NumberArray(std::vector<double>{1, -1})}});
    signs.bias = model::NumberArray(2);
    const model::LayerId a = query.network.add_affine("a", {2}, std::move(signs));
    const model::LayerId n = query.network.add_activation("n", a, activation);
    model::AffineLayer difference;
    difference.terms.push_back({n, model::DenseMap{1, 2, model::NumberArray(std::vector<double>{1, -1})}});
    difference.bias = model::NumberArray(1);
    const model::LayerId y = query.network.add_affine("y", {1}, std::move(difference));
    model::Domain domain;
    domain.lower = -1;
    domain.upper = 1;
    query.domains.emplace_back(query.network.variable(x, 0), domain);
    query.output_condition =
        query.formulas.atom(LinearForm({{query.network.variable(y, 0), -1}}, threshold), model::Relation::less_equal);
    return query;
}

/// Whether the integer program that GLPK reads from the text has a solution.
bool feasible(const model::Query& query) {
    const support::TemporaryFolder folder;
    const std::string file = folder.write("query.lp", write::lp_text(query));
    glp_term_out(GLP_OFF);
    glp_prob* program = glp_create_prob();
    EXPECT_EQ(glp_read_lp(program, nullptr, file.c_str()), 0) << write::lp_text(query);
    glp_iocp options;
    glp_init_iocp(&options);
    options.presolve = GLP_ON;
    const int code = glp_intopt(program, &options);
    const bool found = code == 0 && glp_mip_status(program) == GLP_OPT;
    glp_delete_prob(program);
    return found;
}

TEST(Lp, glpk_reads_the_program_and_finds_the_boundary) {
    const model::Activation relu{model::ActivationKind::relu, 0, {}, {}};
    EXPECT_TRUE(feasible(query_with(relu, 1)));
    EXPECT_FALSE(feasible(query_with(relu, Rational(11, 10))));
    EXPECT_FALSE(feasible(query_with(relu, Rational(4, 3))));  // no decimal: the row is scaled
    const model::Activation sign{model::ActivationKind::sign, 0, {}, {}};
    EXPECT_TRUE(feasible(query_with(sign, 2)));
    EXPECT_FALSE(feasible(query_with(sign, 3)));
    const model::Activation leaky{model::ActivationKind::leaky_relu, Rational(1, 3), {}, {}};
    EXPECT_TRUE(feasible(query_with(leaky, Rational(4, 3))));
    EXPECT_FALSE(feasible(query_with(leaky, Rational(3, 2))));
    const model::Activation clip{model::ActivationKind::clip, 0, Rational(-1, 2), Rational(1, 2)};
    EXPECT_TRUE(feasible(query_with(clip, 1)));
    EXPECT_FALSE(feasible(query_with(clip, Rational(5, 4))));
}

}  // namespace
}  // namespace sinew
