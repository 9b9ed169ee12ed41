// SPDX-License-Identifier: Apache-2.0
// The dnn reader against texts of random queries in random spellings: the same values and the same truth everywhere.
#include "oracle/dnn_text.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "model/evaluate.hpp"
#include "oracle/random_query.hpp"
#include "read/dnn/read_dnn.hpp"

namespace sinew::oracle {
namespace {

TEST(DnnText, reads_back_as_the_same_query) {
    sinew::Random random(3);
    int written = 0;
    for (std::uint64_t index = 0; index < 1500; ++index) {
        const Sketch sketch = draw_query(5, index).sketch;
        const std::optional<std::string> text = dnn_text(sketch, index % 4);
        if (!text) continue;
        ++written;
        model::Query query;
        try {
            query = read::parse_dnn(*text, "random.dnn");
        } catch (const std::exception& error) {
            FAIL() << error.what() << '\n' << *text;
        }
        ASSERT_EQ(query.network.input_variables().size(), sketch.domains.size()) << *text;
        for (int round = 0; round < 6; ++round) {
            std::vector<Rational> inputs;
            for (const DomainSketch& domain : sketch.domains) {
                inputs.push_back(Rational(random.integer(-12, 12)) / (round + 1));
                if (domain.lower && round % 2 == 0) inputs.back() = *domain.lower;
                if (domain.upper && round % 3 == 0) inputs.back() = *domain.upper;
            }
            const std::vector<Rational> values = model::evaluate(query.network, inputs);
            ASSERT_EQ(model::satisfies(query, values, {}), is_witness(sketch, inputs, {})) << *text;
        }
    }
    EXPECT_GT(written, 800);
}

}  // namespace
}  // namespace sinew::oracle
