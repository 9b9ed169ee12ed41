// SPDX-License-Identifier: Apache-2.0
// The parts of the search — encoding, Boolean core, exact simplex — put together in the plainest way, against Z3.
#include <gtest/gtest.h>

#include "oracle/dnn_text.hpp"
#include "oracle/random_query.hpp"
#include "oracle/reference_search.hpp"
#include "oracle/z3_encoding.hpp"

namespace sinew::oracle {
namespace {

void expect_no_findings(search::Purpose purpose, std::uint64_t seed, std::uint64_t queries) {
    const Asker asker = {"reference", [&](const Sketch& sketch) { return reference_search(sketch, purpose, 3); }};
    std::size_t answered = 0;
    for (std::uint64_t index = 0; index < queries; ++index) {
        Sketch sketch = draw_query(seed, index).sketch;
        if (index % 4 == 0) sharpen(sketch, index, 500);
        const ComparedAnswers outcome = compare(sketch, std::span(&asker, 1), 3000);
        const Answer& answer = outcome.answers[0].second;
        if (answer.kind == Answer::Kind::verdict && answer.status != model::Status::timeout) ++answered;
        for (const Finding& finding : outcome.findings)
            ADD_FAILURE() << "query " << index << " of seed " << seed << ": " << finding.asker << ' ' << finding.text
                          << '\n'
                          << dnn_text(sketch, 0).value_or(z3_script(sketch));
    }
    EXPECT_GT(answered, queries / 2);
}

TEST(Reference, encoding_for_search) {
    expect_no_findings(search::Purpose::search, 21, 200);
}

TEST(Reference, encoding_of_the_textbook) {
    expect_no_findings(search::Purpose::textbook, 22, 200);
}

}  // namespace
}  // namespace sinew::oracle
