// SPDX-License-Identifier: Apache-2.0
// Pages of every kind of document: whole, small, and safe whatever the documents say.
#include "report/page.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "base/utf8.hpp"
#include "documents.hpp"
#include "report/embedded.hpp"

namespace sinew::report {
namespace {

using report_test::certify_document;
using report_test::optimize_document;
using report_test::train_document;
using report_test::verify_document;

constexpr std::size_t a_megabyte = 1'000'000;

std::size_t count_of_text(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
    return count;
}

/// What an element's script has.
std::string embedded(const std::string& page, const std::string& id) {
    const std::string open = "<script type=\"application/json\" id=\"" + id + "\">";
    const std::size_t begin = page.find(open);
    if (begin == std::string::npos) return {};
    return page.substr(begin + open.size(), page.find("</script>", begin) - begin - open.size());
}

/// What stands between `before`, from `from` on, and the next quote.
std::string quoted_after(const std::string& text, const std::string& before, std::size_t from) {
    const std::size_t at = text.find(before, from);
    if (at == std::string::npos) return {};
    return text.substr(at + before.size(), text.find('"', at + before.size()) - at - before.size());
}

/// Every element that is opened is closed, in the right order; no id is there twice; there is one h1, and no heading
/// level is left out.
void expect_well_formed(const std::string& page) {
    EXPECT_EQ(first_not_utf8(page), std::string::npos);
    EXPECT_LT(page.size(), a_megabyte);
    EXPECT_EQ(count_of_text(page, "<h1"), 1U);
    const std::string body = page.substr(page.find("<html"));
    std::vector<std::string> open;
    std::set<std::string> ids;
    char last_level = '1';
    for (std::size_t at = body.find('<'); at != std::string::npos; at = body.find('<', at + 1)) {
        const std::size_t end = body.find('>', at);
        ASSERT_NE(end, std::string::npos);
        std::string tag = body.substr(at + 1, end - at - 1);
        const bool closes = tag[0] == '/';
        const bool is_empty = tag.back() == '/';
        const std::string name = tag.substr(closes ? 1 : 0, tag.find_first_of(" />", 1) - (closes ? 1 : 0));
        if (const std::string id = quoted_after(tag, " id=\"", 0); !id.empty()) {
            EXPECT_TRUE(ids.insert(id).second) << "twice: " << id;
        }
        if (!closes && name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6') {
            EXPECT_LE(name[1], last_level + 1) << body.substr(at, 80);
            last_level = name[1];
        }
        if (closes) {
            ASSERT_FALSE(open.empty()) << tag;
            ASSERT_EQ(open.back(), name) << body.substr(at > 200 ? at - 200 : 0, 260);
            open.pop_back();
        } else if (!is_empty && name != "img" && name != "br" && name != "meta") {
            open.push_back(name);
            if (name == "script" || name == "style") at = body.find("</" + name, end) - 1;
        }
    }
    EXPECT_TRUE(open.empty());
    for (std::size_t at = body.find("href=\"#"); at != std::string::npos; at = body.find("href=\"#", at + 1))
        EXPECT_TRUE(ids.contains(quoted_after(body, "href=\"#", at)));
}

/// Nothing comes from elsewhere.
void expect_self_contained(const std::string& page) {
    for (const char* part : {"http://", "https://", "<link", "<iframe", "url(", "@import"})
        EXPECT_EQ(page.find(part), std::string::npos) << part;
    for (std::size_t at = page.find(" src=\""); at != std::string::npos; at = page.find(" src=\"", at + 1))
        EXPECT_EQ(page.compare(at, 28, " src=\"data:image/png;base64,"), 0);
}

std::vector<Json> all_kinds() {
    Json unsat = verify_document();
    unsat["status"] = "unsat";
    unsat["witness"] = nullptr;
    Json timeout = unsat;
    timeout["status"] = "timeout";
    timeout["reason"] = "the time limit";
    Json minimal = certify_document(12);
    minimal["minimal"] = true;
    for (Json& example : minimal["examples"]) example["bound"] = "1/200";
    minimal["summary"]["critical_epsilon"] = {{"mean", {{"lower", "1/200"}, {"upper", "1/100"}}},
                                              {"median", {{"lower", "1/200"}, {"upper", nullptr}}}};
    Json curve = certify_document(9);
    for (const char* epsilon : {"1/100", "1/50"}) {
        curve["summary"]["by_epsilon"].push_back({{"epsilon", epsilon},
                                                  {"certified", 5},
                                                  {"falsified", 3},
                                                  {"wrong", 0},
                                                  {"unknown", 1},
                                                  {"mean_seconds", 0.5}});
        for (Json& example : curve["examples"])
            example["epsilons"].push_back({{"epsilon", epsilon}, {"status", "certified"}, {"seconds", 0.1}});
    }
    Json evaluate = train_document();
    evaluate["kind"] = "evaluate";
    evaluate.erase("status");
    Json several = Json::parse(
        R"j({"kind":"verify","questions":[{"question":"a.dnn","status":"sat","seconds":0.5,"decided_by":"lazy"},
      {"question":"b.dnn","status":"unsat","seconds":0.25},{"question":"c.dnn","status":"error","reason":"c.dnn:1: no"}],
      "summary":{"questions":3,"not_asked":1,"total_seconds":0.75,"longest_seconds":0.5}})j");
    return {several,
            verify_document(),
            unsat,
            timeout,
            optimize_document(),
            certify_document(20),
            minimal,
            curve,
            train_document(),
            evaluate,
            Json::parse(
                R"({"kind":"solve","status":"sat","files":["a.cnf"],"seconds":1,"model":[1,-2,3],"statistics":{}})")};
}

TEST(Page, every_kind_of_document_makes_a_whole_page) {
    for (const Json& json : all_kinds()) {
        const std::string text = page({{"answer.json", json}});
        SCOPED_TRACE(json.value("kind", "") + " " + json.value("status", ""));
        expect_well_formed(text);
        expect_self_contained(text);
        EXPECT_NE(text.find("name=\"viewport\""), std::string::npos);
        EXPECT_EQ(Json::parse(embedded(text, "document")), json);
    }
}

TEST(Page, tells_what_was_asked_and_answered) {
    const std::string text = page({{"answer.json", verify_document()}});
    for (const char* part :
         {"Is there an input of my net that satisfies p?", "Exact arithmetic", "Float32 agrees", "1/3",
          "at least one of", "y0 ≤ 1", "sinew verify &#39;my net.onnx&#39; p.vnnlib", "00ff", "branch and bound"})
        EXPECT_NE(text.find(part), std::string::npos) << part;
    const std::string certify = page({{"", certify_document(200)}});
    for (const char* part : {"Is there an image within 0.01 (max norm) of each of 200", "certified accuracy 66.5",
                             "cat", "data:image/png"})
        EXPECT_NE(certify.find(part), std::string::npos) << part;
    const std::string train = page({{"", train_document()}});
    for (const char* part : {"needs the fewest weights", "Confusion, training", "right whatever", "of 30",
                             "Objective and proven bound over time"})
        EXPECT_NE(train.find(part), std::string::npos) << part;
}

TEST(Page, a_missing_key_is_not_told_and_no_error) {
    expect_well_formed(page({{"", Json::object()}}));
    for (const Json& json : all_kinds())
        for (const auto& [key, value] : json.items()) {
            Json less = json;
            less.erase(key);
            SCOPED_TRACE(key);
            expect_well_formed(page({{"", less}}));
        }
}

/// Every value replaced by every kind of value that it should not be.
void spoil(const Json& json, Json& part, const std::function<void()>& look, std::size_t depth = 0) {
    for (const Json& wrong : {Json(nullptr), Json(-1.5), Json("<b>no</b>"), Json::array(),
                              Json::array({1, "x", nullptr}), Json::object(), Json(true), Json(1e308)}) {
        const Json right = std::exchange(part, wrong);
        look();
        part = right;
    }
    if (depth == 4 || !part.is_structured()) return;
    std::size_t count = 0;
    for (Json& inner : part)
        if (++count < 4 || part.is_object()) spoil(json, inner, look, depth + 1);
}

TEST(Page, a_wrong_type_does_no_harm) {
    for (Json json : {verify_document(), optimize_document(), certify_document(4), train_document()}) {
        std::size_t pages = 0;
        for (Json& part : json)
            spoil(json, part, [&] {
                const std::string text = page({{"", json}});
                ++pages;
                EXPECT_LT(text.size(), a_megabyte);
                EXPECT_EQ(text.find("<b>no</b>"), std::string::npos);
            });
        EXPECT_GT(pages, 80U);
    }
}

TEST(Page, no_name_breaks_out) {
    const std::string hostile =
        "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&<!--\xe2\x80\xae \xff\xfe\x01 "
        "\xf0\x9f\xa6\xba";
    for (Json json : all_kinds()) {
        // In the place of every string, keys of statistics and fairness among them.
        const std::function<void(Json&)> replace = [&](Json& part) {
            if (part.is_string()) part = hostile;
            if (!part.is_structured()) return;
            for (Json& inner : part) replace(inner);
        };
        for (auto& [key, value] : json.items())
            if (key != "kind") replace(value);
        if (json.contains("statistics")) json["statistics"][hostile] = 1;
        if (json.contains("fairness_violations"))
            json["fairness_violations"][hostile] = json["fairness_violations"]["sex"];
        for (const std::vector<Document>& documents :
             {std::vector<Document>{{hostile, json}}, std::vector<Document>{{hostile, json}, {hostile, json}}}) {
            const std::string text = page(documents);
            expect_well_formed(text);
            EXPECT_EQ(text.find("<script>alert"), std::string::npos);
            EXPECT_EQ(text.find("<img src=x"), std::string::npos);
            EXPECT_EQ(text.find("<!--"), std::string::npos);
            EXPECT_EQ(count_of_text(text, "<script"), 1 + documents.size());
        }
    }
}

TEST(Page, ten_thousand_rows_are_cut_to_a_megabyte) {
    const Json json = certify_document(10000);
    const std::string text = page({{"", json}});
    expect_well_formed(text);
    EXPECT_GT(text.size(), a_megabyte / 2);
    EXPECT_NE(text.find("of 10,000 rows: the page has no room for more"), std::string::npos);
    EXPECT_NE(text.find("Left out of the document"), std::string::npos);
    const Json inside = Json::parse(embedded(text, "document"));
    EXPECT_EQ(inside["summary"], json["summary"]);
    EXPECT_GT(inside["examples"].size(), 100U);
    std::vector<Document> several;
    for (int i = 0; i < 30; ++i) several.push_back({"run.json", certify_document(1000)});
    expect_well_formed(page(several));
}

TEST(Page, long_texts_do_not_fill_it) {
    const std::string text(a_megabyte + 100000, 'a');
    for (Json json : all_kinds()) {
        for (auto& [key, value] : json.items()) {
            if (key == "kind") continue;
            Json longer = json;
            if (longer[key].is_string() || longer[key].is_null()) longer[key] = text;
            if (longer[key].is_array() && (longer[key].empty() || longer[key][0].is_string()))
                longer[key] = Json::array({text, text});
            if (longer[key] == json[key]) continue;
            EXPECT_LT(page({{"", longer}}).size(), a_megabyte) << key;
        }
    }
    Json wide = verify_document();
    for (int i = 0; i < 20000; ++i) {
        wide["witness"]["inputs"].push_back(wide["witness"]["inputs"][0]);
        wide["asked"]["inputs"].push_back(wide["asked"]["inputs"][0]);
        wide["statistics"]["figure_" + std::to_string(i)] = i;
        wide["network"]["layers"].push_back(wide["network"]["layers"][1]);
        wide["statistics"]["e" + std::to_string(i) + "_turns"] = 1;
        wide["statistics"]["e" + std::to_string(i) + "_turn_seconds"] = 1;
    }
    expect_well_formed(page({{"", wide}}));
}

TEST(Page, several_runs_are_one_curve) {
    std::vector<Document> documents;
    for (const char* epsilon : {"1/100", "1/50", "1/20"}) {
        Json json = certify_document(30);
        json["epsilon"] = epsilon;
        documents.push_back({std::string("run ") + epsilon[2] + ".json", json});
    }
    const std::string text = page(documents);
    expect_well_formed(text);
    expect_self_contained(text);
    EXPECT_NE(text.find("3 runs compared"), std::string::npos);
    const std::string overview =
        text.substr(text.find("id=\"curves\""), text.find("id=\"d1\"") - text.find("id=\"curves\""));
    EXPECT_EQ(count_of_text(overview, "class=\"dot c0\""), 3U);  // one line with a dot for each epsilon
    EXPECT_EQ(count_of_text(text, "<script type=\"application/json\""), 3U);
}

TEST(Page, an_old_document_says_that_it_tells_no_provenance) {
    Json json = verify_document();
    json.erase("provenance");
    json.erase("kind");
    const std::string text = page({{"", json}});
    expect_well_formed(text);
    EXPECT_NE(text.find("does not tell where it comes from"), std::string::npos);
}

TEST(Embedded, leaves_out_the_largest_parts_first) {
    const Json json = certify_document(50);
    std::string left_out;
    EXPECT_EQ(cut_to(json, a_megabyte, left_out), json);
    EXPECT_EQ(left_out, "");
    const Json cut = cut_to(json, json.dump().size() - 100, left_out);
    EXPECT_EQ(left_out, "the examples' statistics");
    EXPECT_EQ(cut["examples"].size(), 50U);
    EXPECT_TRUE(cut["examples"][0].contains("inputs"));
    left_out.clear();
    EXPECT_LE(cut_to(json, 3000, left_out).dump().size(), 3000U);
    EXPECT_NE(left_out.find("of 50 examples"), std::string::npos);
    EXPECT_TRUE(cut_to(json, 10, left_out).is_null());
}

}  // namespace
TEST(Page, all_that_certification_was_asked_is_told) {
    Json json = certify_document(3);
    json["target"] = {"dog", "cow"};
    json["feature-epsilon"] = {"age=any"};
    json["domain"] = "0,1";
    json["mean"] = "0.5";
    json["std"] = nullptr;
    const std::string text = page({{"", json}});
    EXPECT_NE(text.find("<dt>target classes</dt><dd><bdi>dog</bdi>, <bdi>cow</bdi></dd>"), std::string::npos);
    EXPECT_NE(text.find("<bdi>age=any</bdi>"), std::string::npos);
    EXPECT_NE(text.find("<dt>domain</dt><dd>0,1</dd>"), std::string::npos);
    EXPECT_NE(text.find("with mean 0.5 and std 1"), std::string::npos);
    json["target"] = Json::array();
    json["top-k"] = "2";
    const std::string best = page({{"", json}});
    EXPECT_NE(best.find("not among the 2 best classes"), std::string::npos);
    EXPECT_EQ(best.find("target classes"), std::string::npos);
}

}  // namespace sinew::report
