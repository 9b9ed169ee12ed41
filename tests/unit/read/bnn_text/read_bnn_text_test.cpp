// SPDX-License-Identifier: Apache-2.0
#include "read/bnn_text/read_bnn_text.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sinew::read {
namespace {

std::string error_of(const std::string& text) {
    try {
        (void)parse_bnn_text(text, "net.bnn");
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

void expect_error(const std::string& text, const std::string& place, const std::string& words) {
    const std::string error = error_of(text);
    SCOPED_TRACE(text + "\n" + error);
    EXPECT_TRUE(error.starts_with("net.bnn:" + place + ":"));
    EXPECT_NE(error.find(words), std::string::npos);
}

TEST(BnnText, dense_layers_in_every_spelling) {
    const std::string first = "input signs 3\n";
    const std::string rest = "sign dense 1 { ++ } scale [1/2] bias [-0.25]";
    const std::string spellings[] = {"dense 2 {\n+-0\n- - +\n}\n", "dense 2 { + -1 0\n -+0 # no\n\n }",
                                     "dense 2 {\n 1 -1 0\n\n -- +}"};
    const std::vector<Rational> point{1, -1, 1};
    EXPECT_EQ(model::evaluate(parse_bnn_text(first + spellings[0] + rest, "f"), point),
              (std::vector<Rational>{Rational(3, 4)}));
    EXPECT_EQ(model::evaluate(parse_bnn_text(first + spellings[2] + rest, "f"), point),
              (std::vector<Rational>{Rational(3, 4)}));
    EXPECT_EQ(model::evaluate(parse_bnn_text(first + spellings[1] + rest, "f"), point),
              (std::vector<Rational>{Rational(-1, 4)}));
}

TEST(BnnText, images) {
    const model::BinarizedNetwork network = parse_bnn_text(
        "input pixels 1x3x3\n"
        "convolution 2 of 2 x 2 { ++ ++\n 0- -0 } scale [1, 2]\n"
        "normalise factor [1, -1] shift [0, 1/3]\n"
        "maximum 2 x 1 stride 1 x 1\n"
        "reshape 4 select { 3 0 }\n"
        "step dense 2 { 7 -127\n 0 + }",
        "f");
    EXPECT_EQ(network.sizes(), (std::vector<std::size_t>{9, 8, 8, 4, 2, 2, 2}));
    // Sums 12 16 24 28 and -2 · (6 8 12 14), negated; maxima over rows of one column.
    const std::vector<Rational> scores = model::evaluate(network, std::vector<Rational>{1, 2, 3, 4, 5, 6, 7, 8, 9});
    EXPECT_EQ(scores, (std::vector<Rational>{7 - 127, 1}));
}

TEST(BnnText, batch_normalisation_with_and_without_variance) {
    const std::string network = "input bits 1 normalise mean [1] variance [0] epsilon [1/4] gamma [2] beta [3]\n";
    EXPECT_EQ(model::evaluate(parse_bnn_text(network + "dense 1 { + }", "f"), std::vector<Rational>{2}),
              (std::vector<Rational>{7}));
    expect_error("input bits 1\nnormalise mean [1] variance [0] epsilon [0]", "2:20", "number 1 is 0");
    expect_error("input bits 1\nnormalise mean [1] variance [1]", "2:1", "no epsilon");
}

TEST(BnnText, errors_have_a_place) {
    expect_error("", "1:1", "the text ends here");
    expect_error("dense 1 {}", "1:1", "expected input");
    expect_error("input bits 0", "1:12", "an extent is 0");
    expect_error("input bits 2 x 2", "1:12", "no shape");
    expect_error("input pixels 99999999 x 99999999 x 9", "1:14", "expected");
    expect_error("input bits 3\ndense 1 {\n++\n}", "3:1", "2 weights (expected 3)");
    expect_error("input bits 3\ndense 2 {\n+++\n}", "2:1", "1 rows");
    expect_error("input bits 3 dense 1 {\n+ 128 -}", "2:1", "weight 2 of this row is 128");
    expect_error("input bits 3 dense 1 { ++2 }", "1:24", "blanks");
    expect_error("input bits 3 dense 1 { +++ } bias [1, 2]", "1:30", "2 numbers (expected 1)");
    expect_error("input bits 3 dense 1 { +++ } bias [1/0]", "1:36", "no number");
    expect_error("input bits 3 dense 1 { +++ } bias [1] bias [2]", "1:39", "already");
    expect_error("input bits 3 dense 1 { +++ } mean [1]", "1:30", "does not belong");
    expect_error("input bits 3 convolution 1 of 1 x 1 { + }", "1:14", "no image");
    expect_error("input bits 1x2x2 convolution 1 of 3 x 1 { +++ }", "1:18", "larger");
    expect_error("input bits 1x2x2 convolution 1 of 1 x 1 stride 0 x 1 { + }", "1:41", "stride is 0");
    expect_error("input bits 1x2x2 maximum 3 x 3", "1:18", "do not fit");
    expect_error("input bits 4 maximum { 0 4 }", "1:24", "no component 4");
    expect_error("input bits 4 reshape 1 x 2 x 3", "1:22", "6 components (expected 4)");
    expect_error("input unit 4 quantise 0", "1:23", "not above zero");
    expect_error("input bits 4 dense 1 { ++", "1:24", "not closed");
    expect_error("input bits 4 ?", "1:14", "no meaning");
    expect_error("input bits 4 flatten", "1:14", "'flatten'");
}

TEST(BnnText, damaged_texts_end_in_an_error_or_a_network) {
    const std::string text =
        "input pixels 1 x 3 x 3\nconvolution 2 of 2 x 2 stride 1 x 1 {\n  ++ 00\n  0- -0\n} bias [1, -1/2]\nsign\n"
        "dense 2 {\n +-+-+-+-\n 0000++++\n}\n";
    for (std::size_t size = 0; size < text.size(); ++size) (void)error_of(text.substr(0, size));
    int errors = 0;
    for (std::size_t at = 0; at < text.size(); ++at)
        for (const char c : {'\0', '9', '{', '-', 'x'}) {
            std::string damaged = text;
            damaged[at] = c;
            errors += error_of(damaged) == "no error" ? 0 : 1;
        }
    EXPECT_GT(errors, 300);
}

}  // namespace
}  // namespace sinew::read
