// SPDX-License-Identifier: Apache-2.0
// The parts of a page: texts, numbers, charts, pictures, conditions.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "report/chart.hpp"
#include "report/condition.hpp"
#include "report/document.hpp"
#include "report/html.hpp"
#include "report/image.hpp"
#include "report/run.hpp"
#include "report/words.hpp"

namespace sinew::report {
namespace {

TEST(Html, escapes_what_html_reads) {
    EXPECT_EQ(escaped("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
    EXPECT_EQ(escaped("\xff\x01ä"), "\xef\xbf\xbd\xef\xbf\xbdä");
    EXPECT_EQ(script_json(Json("</script><!--&")), R"("\u003c/script\u003e\u003c!--\u0026")");
}

TEST(Html, base64) {
    const std::string head = "data:image/png;base64,";
    EXPECT_EQ(png_uri("M"), head + "TQ==");
    EXPECT_EQ(png_uri("Ma"), head + "TWE=");
    EXPECT_EQ(png_uri("Man"), head + "TWFu");
    EXPECT_EQ(png_uri("\xff\xfe\xfd\xfc"), head + "//79/A==");
}

TEST(Html, shortened_texts_cut_no_character_in_two) {
    EXPECT_EQ(shortened("abc", 3), "abc");
    std::string umlauts;
    for (int i = 0; i < 100; ++i) umlauts += "ä";
    for (std::size_t most = 4; most < 40; ++most)
        EXPECT_EQ(escaped(shortened(umlauts, most)).find("\xef\xbf\xbd"), std::string::npos);
}

TEST(Words, numbers) {
    EXPECT_EQ(shown(0), "0");
    EXPECT_EQ(shown(1234567), "1,234,567");
    EXPECT_EQ(shown(-1234), "−1,234");
    EXPECT_EQ(shown(0.027346), "0.02735");
    EXPECT_EQ(shown(1.5e-7), "1.5e-7");
    EXPECT_EQ(shown(-2e30), "−2e30");
    EXPECT_EQ(shown(12345.6), "12,346");
}

TEST(Words, what_is_not_all_is_not_written_as_all) {
    EXPECT_EQ(percent(1), "100\xc2\xa0%");
    EXPECT_EQ(percent(0.99999),
              ">\xc2\xa0"
              "99.9\xc2\xa0%");
    EXPECT_EQ(percent(0.00001),
              "<\xc2\xa0"
              "0.1\xc2\xa0%");
    EXPECT_EQ(percent(0), "0\xc2\xa0%");
    EXPECT_EQ(percent(0.875), "87.5\xc2\xa0%");
}

TEST(Words, durations) {
    EXPECT_EQ(duration(0.0123), "12.3\xc2\xa0ms");
    EXPECT_EQ(duration(4.24), "4.2\xc2\xa0s");
    EXPECT_EQ(duration(59.7), "60\xc2\xa0s");
    EXPECT_EQ(duration(185), "3\xc2\xa0min 5\xc2\xa0s");
    EXPECT_EQ(duration(3599.9), "1\xc2\xa0h 0\xc2\xa0min");
}

TEST(Words, names) {
    EXPECT_EQ(stem("models/net.onnx.gz"), "net");
    EXPECT_EQ(stem(".hidden"), ".hidden");
    EXPECT_EQ(file_name("a/b/"), "b");
    EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
    EXPECT_EQ(shell_word(""), "''");
    EXPECT_EQ(shell_word("net-1.onnx"), "net-1.onnx");
}

TEST(Document, errors_have_a_place) {
    try {
        parse_documents("{\n  \"a\": oops\n}", "file.json");
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(error.location().line, 2U);
    }
    EXPECT_THROW(parse_documents("", "f"), InputError);
    EXPECT_THROW(parse_documents("7", "f"), InputError);
    EXPECT_THROW(parse_documents("[]", "f"), InputError);
    EXPECT_THROW(parse_documents("[{}, 1]", "f"), InputError);
    EXPECT_THROW(parse_documents("{\"a\":1e999}", "f"), InputError);
    EXPECT_THROW(parse_documents(std::string(100000, '['), "f"), InputError);
    EXPECT_EQ(parse_documents("[{}, {\"a\": 1}]", "f").size(), 2U);
}

TEST(Document, numbers_may_be_exact_texts) {
    EXPECT_EQ(number_of(Json("1/4")), 0.25);
    EXPECT_EQ(number_of(Json(0.5)), 0.5);
    EXPECT_FALSE(number_of(Json("1/0")));
    EXPECT_FALSE(number_of(Json("many")));
    EXPECT_FALSE(number_of(Json("1e400")));
    EXPECT_FALSE(count_of(Json(-1)));
    EXPECT_FALSE(count_of(Json(1.5)));
}

TEST(Chart, ticks_are_round) {
    EXPECT_EQ(round_ticks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
    EXPECT_EQ(round_ticks(0.01, 0.05, 5).size(), 5U);
    EXPECT_EQ(round_ticks(1, 1, 5).size(), 1U);
    EXPECT_LE(round_ticks(1e300, 1.0000001e300, 5).size(), 101U);
}

TEST(Chart, draws_what_there_is) {
    EXPECT_EQ(chart_html(Chart{}), "");
    Chart chart;
    chart.title = "A & B";
    Line line;
    for (int i = 0; i < 100000; ++i) line.points.emplace_back(i, i % 7);
    line.points[5].second = std::numeric_limits<double>::quiet_NaN();
    chart.lines.push_back(line);
    const std::string html = chart_html(chart);
    EXPECT_LT(html.size(), 20000U);
    EXPECT_NE(html.find("aria-label=\"A &amp; B\""), std::string::npos);
    EXPECT_EQ(html.find("nan"), std::string::npos);
    chart.y.log = true;  // some values are 0
    EXPECT_EQ(chart_html(chart).find("nan"), std::string::npos);
}

TEST(Chart, as_a_file_of_its_own) {
    EXPECT_EQ(chart_svg(Chart{}), "");
    Chart chart;
    chart.title = "A & B";
    chart.told = std::string(200, 'x') + " and more";
    chart.x.log = chart.y.log = true;
    Line dots;
    dots.name = "dots <1>";
    dots.loose = true;
    for (int i = 0; i < 500; ++i) dots.points.emplace_back(500 - i, i % 7);  // in no order, some are 0
    chart.lines.push_back(dots);
    const std::string svg = chart_svg(chart);
    EXPECT_TRUE(svg.starts_with("<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\""));
    EXPECT_NE(svg.find(">A &amp; B</text>"), std::string::npos);
    EXPECT_NE(svg.find("dots &lt;1&gt;"), std::string::npos);
    EXPECT_NE(svg.find("prefers-color-scheme:dark"), std::string::npos);
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    std::size_t circles = 0;
    for (std::size_t at = svg.find("<circle"); at != std::string::npos; at = svg.find("<circle", at + 1)) ++circles;
    EXPECT_EQ(circles, 501U) << "and one in the legend";
    EXPECT_EQ(svg.find("class=\"line c0\" d=\"M5"), std::string::npos) << "loose dots have no line";
}

TEST(Image, shapes) {
    const auto shape = [](const char* text) { return image_shape_of_layer(Json::parse(text)); };
    EXPECT_EQ(shape("[1,784]")->width, 28U);
    EXPECT_EQ(shape("[3,32,30]")->width, 30U);
    EXPECT_FALSE(shape("[32,30,3]")->channels_first);
    EXPECT_FALSE(shape("[5]"));
    EXPECT_FALSE(shape("[3,3]"));
    EXPECT_FALSE(shape("[3,100000,100000]"));
    EXPECT_FALSE(shape("{}"));
    EXPECT_FALSE(image_shape_of(Json::parse(R"({"height":4,"width":18446744073709551615,"channels":1})")));
}

TEST(Image, differences_are_amplified_to_the_largest) {
    const ImageShape shape{4, 4, 1, true};
    std::vector<double> original(16, 0.5);
    std::vector<double> other = original;
    other[3] = 0.75;
    other[7] = 0.375;
    const Difference difference = difference_of(shape, original, other, {0, 1});
    EXPECT_EQ(difference.changed, 2U);
    EXPECT_EQ(difference.largest, 0.25);
    EXPECT_EQ(difference.factor, 4);
    EXPECT_TRUE(difference_of(shape, original, {}, {0, 1}).uri.empty());
    EXPECT_TRUE(picture_uri(shape, {1, 2}, {0, 1}).empty());
}

TEST(Condition, nests_as_lists) {
    const std::string html = condition_html("(and (x0 < 1) (or (y0 >= y1) (not b)))");
    for (const char* part : {"all of", "x0 &lt; 1", "at least one of", "y0 ≥ y1", "not"})
        EXPECT_NE(html.find(part), std::string::npos) << part;
    // What is no condition is shown as it stands.
    for (const char* text : {"(and", "x < ) (", "", "((((", "(and (x < 1)) more"})
        EXPECT_EQ(condition_html(text).find("<ul"), std::string::npos) << text;
    std::string deep;
    for (int i = 0; i < 10000; ++i) deep += "(and ";
    EXPECT_EQ(condition_html(deep).find("<ul"), std::string::npos);
}

TEST(Run, unknown_examples_are_between_the_ends) {
    Json json = Json::parse(
        R"({"kind":"certify","files":["n","d"],"epsilon":"1/10","examples":[{"status":"certified"},{"status":"unknown"},
      {"status":"falsified"},{"status":"wrong"}]})");
    const report::Run run = run_of(json);
    ASSERT_EQ(run.curve.size(), 1U);
    EXPECT_EQ(run.curve[0].epsilon, 0.1);
    EXPECT_EQ(run.curve[0].verdicts.least(), 0.25);
    EXPECT_EQ(run.curve[0].verdicts.most(), 0.5);
}

TEST(Run, critical_epsilons_make_a_curve) {
    Json json = Json::parse(R"({"kind":"certify","files":["n","d"],"minimal":true,"norm":"inf","examples":[
      {"status":"falsified","bound":"1/10","distance":"1/5"},{"status":"falsified","bound":"3/10","distance":"3/10"},
      {"status":"unknown","bound":"2/5","distance":null},{"status":"wrong"}]})");
    const report::Run run = run_of(json);
    ASSERT_EQ(run.critical.size(), 3U);
    Chart chart;
    add_accuracy(run, "n", 0, chart);
    ASSERT_EQ(chart.bands.size(), 1U);
    const auto at = [&](double epsilon) {
        std::array<double, 3> last{};
        for (const auto& point : chart.bands[0].points)
            if (point[0] <= epsilon) last = point;
        return last;
    };
    EXPECT_EQ(at(0)[1], 0.75);
    EXPECT_EQ(at(0.15)[1], 0.5);   // the first may be turned within 0.15
    EXPECT_EQ(at(0.15)[2], 0.75);  // … or not
    EXPECT_EQ(at(0.25)[2], 0.5);
    EXPECT_EQ(at(0.35)[1], 0.25);
    EXPECT_EQ(at(0.45)[1], 0.0);
    EXPECT_EQ(at(0.45)[2], 0.25);  // no violation of the third is known
}

}  // namespace
}  // namespace sinew::report
