// SPDX-License-Identifier: Apache-2.0
// Preparation of raw rows: types, encodings, what is dropped, the same features after a trip through JSON.
#include "train/prepare.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "read/dataset/text_table.hpp"
#include "train/preparation_text.hpp"
#include "train/split.hpp"

namespace {

using namespace sinew;
using namespace sinew::train;

model::TextTable table_of(std::string_view text) {
    return read::parse_text_table(text, "t.csv", read::Header::present);
}

Fitted fit(std::string_view text, PrepareOptions options = {}) {
    options.label = "y";
    return prepare(table_of(text), options);
}

std::vector<std::string> dropped(const Fitted& fitted) {
    std::vector<std::string> names;
    for (const Dropped& one : fitted.dropped) names.push_back(one.name + ": " + one.reason);
    return names;
}

void expect_error(std::string_view text, const PrepareOptions& options, std::size_t line, const std::string& words) {
    SCOPED_TRACE(std::string(text));
    try {
        fit(text, options);
        ADD_FAILURE() << "no error";
    } catch (const InputError& error) {
        EXPECT_EQ(error.location().line, line) << error.what();
        EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
}

TEST(Prepare, types_and_default_encodings) {
    const std::string text =
        "n,d,c,b,k,y\n"
        "3,0.5,x,u,7,no\n"
        "-4,1.25,z,v,7,yes\n"
        "12,2,y,u,7,no\n";
    const Fitted fitted = fit(text);
    EXPECT_EQ(fitted.preparation.classes, (std::vector<std::string>{"no", "yes"}));
    EXPECT_EQ(fitted.preparation.feature_names(), (std::vector<std::string>{"n", "d", "c=x", "c=y", "c=z", "b=v"}));
    EXPECT_EQ(dropped(fitted), (std::vector<std::string>{"k: constant"}));
    EXPECT_EQ(fitted.preparation.input_kind(), model::InputKind::integers);
    const PreparedTable rows = apply(fitted.preparation, table_of(text));
    EXPECT_EQ(rows.examples.values, (std::vector<std::int32_t>{3, 50, 1, -1, -1, -1,   //
                                                               -4, 125, -1, -1, 1, 1,  //
                                                               12, 200, -1, 1, -1, -1}));
    EXPECT_EQ(rows.examples.labels, (std::vector<std::uint32_t>{0, 1, 0}));
    EXPECT_EQ(fitted.preparation.features[0].lower, -4);
    EXPECT_EQ(fitted.preparation.features[1].upper, 200);
}

TEST(Prepare, classes_are_in_order) {
    EXPECT_EQ(fit("x,y\n1,10\n2,9\n3,-1\n").preparation.classes, (std::vector<std::string>{"-1", "9", "10"}));
    EXPECT_EQ(fit("x,y\n1,10\n2,9\n3,a\n").preparation.classes, (std::vector<std::string>{"10", "9", "a"}));
}

TEST(Prepare, encodings_by_option) {
    PrepareOptions options;
    options.of_column = {{"t", Encoding::thermometer}, {"s", Encoding::scaled}, {"h", Encoding::one_hot}};
    options.levels = 4;
    const std::string text = "t,s,h,y\n1,0,1,0\n2,10,2,1\n2,5,3,0\n5,6,1,1\n";
    const Fitted fitted = fit(text, options);
    EXPECT_EQ(fitted.preparation.feature_names(), (std::vector<std::string>{"t>=2", "t>=5", "s", "h=1", "h=2", "h=3"}));
    const PreparedTable rows = apply(fitted.preparation, table_of(text));
    EXPECT_EQ(rows.examples.row(3)[0], 1);
    EXPECT_EQ(rows.examples.row(0)[0], -1);
    EXPECT_EQ(rows.examples.row(2)[1], -1);
    EXPECT_EQ(rows.examples.row(1)[2], 4);
    EXPECT_EQ(rows.examples.row(2)[2], 2);  // 5 of 10 in 4 steps
    EXPECT_EQ(rows.examples.row(3)[2], 2);  // 2.4
}

TEST(Prepare, the_centre_of_a_column_is_zero) {
    PrepareOptions options;
    options.numbers = Encoding::centred;
    options.levels = 10;
    const std::string text = "skewed,two,y\n0,3,0\n1,5,1\n1.5,3,0\n20,5,1\n2,5,1\n";
    const Fitted fitted = fit(text, options);
    const PreparedTable rows = apply(fitted.preparation, table_of(text));
    // The median, 1.5, becomes 0, and a tenth of the range, 2, is a step; of two numbers the middle becomes 0.
    EXPECT_EQ(rows.examples.values, (std::vector<std::int32_t>{-1, -5, 0, 5, 0, -5, 9, 5, 0, 5}));
    EXPECT_EQ(fitted.preparation.features[0].lower, -1);
    EXPECT_EQ(fitted.preparation.features[0].upper, 9);
    EXPECT_EQ(fitted.preparation.columns[0].fill, Rational(3, 2));
}

TEST(Prepare, signs_and_bits_keep_their_kind) {
    const Fitted signs = fit("a,b,y\n1,-1,0\n-1,1,1\n");
    EXPECT_EQ(signs.preparation.input_kind(), model::InputKind::signs);
    EXPECT_EQ(fit("a,b,y\n1,0,0\n0,1,1\n").preparation.input_kind(), model::InputKind::bits);
    EXPECT_EQ(fit("a,b,y\n1,0,0\n2,1,1\n").preparation.input_kind(), model::InputKind::integers);
    EXPECT_EQ(fit("a,b,y\nu,1,0\nv,-1,1\n").preparation.input_kind(), model::InputKind::signs);
    EXPECT_THROW(apply(signs.preparation, table_of("a,b,y\n1,0,0\n")), InputError);
}

TEST(Prepare, missing_values) {
    const std::string text = "n,c,y\n1,u,0\n?,v,1\n9,,0\n4,u,1\n";
    const Fitted filled = fit(text);
    EXPECT_EQ(filled.missing.size(), 2U);
    EXPECT_EQ(filled.preparation.feature_names(), (std::vector<std::string>{"n", "c=u", "c=v", "c=?"}));
    const PreparedTable rows = apply(filled.preparation, table_of(text));
    EXPECT_EQ(rows.filled, 2U);
    EXPECT_EQ(rows.examples.row(1)[0], 4);  // the median of 1, 4, 9
    EXPECT_EQ(rows.examples.row(2)[3], 1);
    PrepareOptions options;
    options.missing = Missing::drop;
    const Fitted without = fit(text, options);
    EXPECT_EQ(dropped(without), (std::vector<std::string>{"c=v: constant"}));
    const PreparedTable left = apply(without.preparation, table_of(text), Missing::drop);
    // Column c is not read any more, and the gap in it does not matter.
    EXPECT_EQ(left.row_of, (std::vector<std::size_t>{0, 2, 3}));
    options.missing = Missing::refuse;
    expect_error(text, options, 3, "'n' is empty");
}

TEST(Prepare, later_tables) {
    const Fitted fitted = fit("n,c,y\n1,u,0\n2,v,1\n3,w,0\n");
    const PreparedTable rows = apply(fitted.preparation, table_of("other,c,n\n5,new,70\n"));
    EXPECT_FALSE(rows.has_labels);
    EXPECT_EQ(rows.unknown_values, 1U);
    EXPECT_EQ(rows.examples.values, (std::vector<std::int32_t>{70, -1, -1, -1}));
    EXPECT_EQ(apply(fitted.preparation, table_of("n,c,y\n1,u,1.0\n")).examples.labels[0], 1U);
    EXPECT_THROW(apply(fitted.preparation, table_of("n,y\n1,0\n")), InputError);
    EXPECT_THROW(apply(fitted.preparation, table_of("n,c,y\n1,u,2\n")), InputError);
    EXPECT_THROW(apply(fitted.preparation, table_of("n,c,y\n1e9,u,0\n")), InputError);
}

TEST(Prepare, bad_tables) {
    expect_error("n,y\n1,0\nnan,1\n", {}, 3, "'nan' is no number");
    expect_error("n,y\n1,0\n-Inf,1\n", {}, 3, "no number");
    std::string odd = "n,y\n";
    for (int i = 0; i < 30; ++i) odd += std::to_string(i) + (i % 2 == 0 ? ",0\n" : ",1\n");
    expect_error(odd + "l2,0\n", {}, 32, "'l2' is no number");
    expect_error("n,y\n1,0\n2,0\n", {}, 0, "in every row");
    expect_error("n,y\n1,0\n2,\n", {}, 3, "label is missing");
    expect_error("y\n0\n1\n", {}, 2, "one column");
    expect_error("n,y\n3,0\n3,1\n", {}, 0, "no feature is left");
    expect_error("n,z\n3,0\n3,1\n", {}, 1, "no column 'y'");
    PrepareOptions options;
    options.ignored = {"m"};
    expect_error("n,y\n3,0\n3,1\n", options, 1, "no column 'm'");
}

TEST(Prepare, many_words_are_left_out_and_named) {
    std::string text = "id,n,y\n";
    for (int i = 0; i < 60; ++i) text += "k" + std::to_string(i) + "," + std::to_string(i) + (i < 9 ? ",0\n" : ",1\n");
    EXPECT_EQ(dropped(fit(text)), (std::vector<std::string>{"id: 60 different words"}));
}

TEST(Prepare, text_and_back) {
    PrepareOptions options;
    options.of_column = {{"t", Encoding::thermometer}, {"s", Encoding::scaled}};
    const std::string text = "t,s,c,\"q\"\"\",y\n1,0.1,u,a,no\n2,0.25,v,b,yes\n?,-3,?,a,no\n";
    const Fitted fitted = fit(text, options);
    const std::string json = preparation_text(fitted.preparation);
    EXPECT_EQ(json.find('\n'), std::string::npos);
    const Preparation back = parse_preparation(json, "net");
    EXPECT_EQ(preparation_text(back), json);
    EXPECT_EQ(apply(back, table_of(text)).examples.values, apply(fitted.preparation, table_of(text)).examples.values);
    for (std::size_t cut = 0; cut + 1 < json.size(); cut += 7)
        EXPECT_THROW(parse_preparation(json.substr(0, cut), "net"), InputError);
    EXPECT_THROW(parse_preparation("{\"version\":1}", "net"), InputError);
    // Numbers that no column has; 4294967296 was column 0, and 0.5, too.
    const std::size_t place = json.find("\"column\":0");
    ASSERT_NE(place, std::string::npos);
    for (const char* column : {"4294967296", "-1", "0.5", "1e30", "18446744073709551616", "99", "\"0\""}) {
        std::string other = json;
        EXPECT_THROW(parse_preparation(other.replace(place, 10, std::string("\"column\":") + column), "net"),
                     InputError)
            << column;
    }
}

TEST(Prepare, whether_the_table_had_a_header_is_kept) {
    const auto text_of = [](std::string_view table, read::Header header) {
        PrepareOptions options;
        const model::TextTable rows = read::parse_text_table(table, "t.csv", header);
        options.label = rows.names.back();
        return preparation_text(prepare(rows, options).preparation);
    };
    const std::string numbered = text_of("1,5,0\n2,6,1\n", read::Header::absent);
    const std::string named = text_of("column a,column b,y\n1,5,0\n2,6,1\n", read::Header::present);
    EXPECT_FALSE(parse_preparation(numbered, "net").has_header);
    EXPECT_TRUE(parse_preparation(named, "net").has_header);
    // Networks of before do not say it: their columns' names do.
    const auto older = [](std::string text, const std::string& key) {
        const std::size_t begin = text.find(key);
        EXPECT_NE(begin, std::string::npos) << text;
        return begin == std::string::npos ? text : text.erase(begin, key.size());
    };
    EXPECT_FALSE(parse_preparation(older(numbered, "\"header\":false,"), "net").has_header);
    EXPECT_TRUE(parse_preparation(older(named, "\"header\":true,"), "net").has_header);
}

TEST(Split, keeps_the_shares_of_classes) {
    Examples examples{0, 3, {}, {}};
    for (std::size_t k = 0; k < 100; ++k) examples.labels.push_back(k < 60 ? 0 : k < 98 ? 1 : 2);
    std::vector<std::size_t> rows(100);
    for (std::size_t k = 0; k < 100; ++k) rows[k] = k;
    const Split split = stratified_split(examples, rows, 0.2, 1);
    const auto counts = [&](const std::vector<std::size_t>& part) {
        std::vector<std::size_t> found(3, 0);
        for (const std::size_t row : part) ++found[examples.labels[row]];
        return found;
    };
    EXPECT_EQ(counts(split.part), (std::vector<std::size_t>{12, 8, 1}));
    EXPECT_EQ(counts(split.rest), (std::vector<std::size_t>{48, 30, 1}));
    EXPECT_EQ(stratified_split(examples, rows, 0.2, 1).part, split.part);
    EXPECT_NE(stratified_split(examples, rows, 0.2, 2).part, split.part);
}

TEST(Split, samples_of_each_class) {
    std::vector<std::size_t> labels;
    for (std::size_t k = 0; k < 50; ++k) labels.push_back(k % 10 == 0 ? 7 : k % 2);
    const std::vector<std::size_t> rows = sample_classes(labels, 8, 3);
    std::vector<std::size_t> counts(8, 0);
    for (const std::size_t row : rows) ++counts[labels[row]];
    EXPECT_EQ(counts[0], 8U);
    EXPECT_EQ(counts[1], 8U);
    EXPECT_EQ(counts[7], 5U);
    EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
    EXPECT_EQ(sample_classes(labels, 8, 3), rows);
    EXPECT_NE(sample_classes(labels, 8, 4), rows);
}

TEST(Split, contradictions_cap_accuracy) {
    Examples examples{2, 2, {1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 5, 6}, {0, 1, 1, 0, 0, 1}};
    const Contradictions found = contradictions_of(examples);
    EXPECT_EQ(found.groups, 1U);
    EXPECT_EQ(found.rows, 3U);
    EXPECT_EQ(found.most_right, 5U);
}

}  // namespace
