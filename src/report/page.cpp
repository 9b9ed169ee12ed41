// SPDX-License-Identifier: Apache-2.0
#include "report/page.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "report/compare.hpp"
#include "report/data_set.hpp"
#include "report/embedded.hpp"
#include "report/html.hpp"
#include "report/provenance.hpp"
#include "report/query_sections.hpp"
#include "report/questions.hpp"
#include "report/section.hpp"
#include "report/style.hpp"
#include "report/training.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {
constexpr std::size_t largest_page = 980'000;
/// What tables and pictures of the data sets may take of it, all documents together; the JSON gets the rest.
constexpr std::size_t room_for_tables = 380'000;
constexpr std::size_t room_for_pictures = 220'000;
/// Documents beyond it are compared and not told one by one.
constexpr std::size_t room_for_documents = 700'000;

std::string question_of(const Document& document) {
    if (has_questions(document.json)) return questions_question(document.json);
    switch (kind_of(document.json)) {
        case Kind::certify:
            return data_set_question(document.json);
        case Kind::train:
        case Kind::evaluate:
            return training_question(document.json);
        case Kind::other:
            return "What does " + (document.name.empty() ? "this document" : file_name(document.name)) + " say?";
        default:
            return query_question(document.json);
    }
}

/// All that one document tells.
std::vector<Section> sections_of(const Document& document, Room room) {
    const Json& json = document.json;
    std::vector<Section> sections;
    switch (kind_of(json)) {
        case Kind::certify:
            sections = data_set_sections(json, room);
            break;
        case Kind::train:
        case Kind::evaluate:
            sections = training_sections(json);
            break;
        default:
            if (has_questions(json)) {
                sections = questions_sections(json, room);
                break;
            }
            sections = {query_verdict(json), asked_section(json), witness_section(json), network_section(json),
                        search_section(json)};
    }
    sections.push_back(provenance_section(json));
    sections.push_back(reproduce_section(document));
    std::erase_if(sections, [](const Section& section) { return section.html.empty(); });
    return sections;
}

std::string section_html(const Section& section, const std::string& prefix) {
    return fmt::format(
        "<section id=\"{0}{1}\" aria-labelledby=\"{0}{1}-title\"><h2 id=\"{0}{1}-title\">{2}</h2>\n{3}</section>\n",
        prefix, section.id, escaped(section.title), section.html);
}

/// Headings one level down. All text is escaped: where these tags stand, they are ours.
std::string lowered(std::string html) {
    for (const char level : {'3', '2'})
        for (const std::string open : {"<h", "</h"}) {
            const std::string tag = open + level;
            for (std::size_t at = html.find(tag); at != std::string::npos; at = html.find(tag, at + tag.size()))
                ++html[at + tag.size() - 1];
        }
    return html;
}

std::string nav_html(const std::vector<std::pair<std::string, std::string>>& entries) {
    std::string html = "<nav aria-label=\"Contents\"><ul>";
    for (const auto& [id, title] : entries) html += fmt::format("<li><a href=\"#{}\">{}</a></li>", id, escaped(title));
    return html + "</ul></nav>\n";
}

std::string head_html(const std::string& title) {
    // Whatever a document says, nothing is loaded and no script runs but ours.
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
        "http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '{}'; base-uri 'none'; "
        "form-action "
        "'none'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
        "name=\"color-scheme\" "
        "content=\"light dark\">\n<meta name=\"referrer\" "
        "content=\"no-referrer\">\n<title>{}</title>\n<style>{}</style>\n</head>\n",
        script_hash(), escaped(title), style());
}

std::string header_html(std::string_view eyebrow, const std::string& title, const std::string& lead) {
    return fmt::format(
        "<header class=\"top\"><div class=\"wrap\"><p class=\"eyebrow\"><b>sinew</b> · "
        "{}</p><h1>{}</h1>{}</div></header>\n",
        escaped(eyebrow), escaped(title), lead.empty() ? "" : "<p class=\"lead\">" + escaped(lead) + "</p>");
}

std::string footer_html(const std::vector<Document>& documents) {
    const std::string version = text_of(member(documents.front().json, "provenance"), "sinew");
    return fmt::format(
        "<footer><div class=\"wrap\">Made by sinew{} from the JSON answers of its commands. This page loads nothing "
        "and sends "
        "nothing.</div></footer>\n",
        version.empty() ? "" : " " + escaped(version));
}

std::string body_of_one(const Document& document) {
    std::string body;
    std::vector<std::pair<std::string, std::string>> contents;
    for (const Section& section : sections_of(document, {room_for_tables, room_for_pictures})) {
        body += section_html(section, "");
        contents.emplace_back(section.id, section.title);
    }
    const std::string question = question_of(document);
    return "<body>\n<a class=\"skip\" href=\"#main\">To the verdict</a>\n" +
           header_html(word_of(kind_of(document.json)), shortened(question, 400), "") +
           "<main id=\"main\" class=\"wrap\">\n" + nav_html(contents) + body;
}

std::string title_of_document(const Document& document, std::size_t number) {
    std::string name = document.name.empty() ? std::string(word_of(kind_of(document.json))) : file_name(document.name);
    return fmt::format("{}. {}", number + 1, name);
}

std::string body_of_several(const std::vector<Document>& documents) {
    std::vector<std::pair<std::string, std::string>> own_contents;
    std::string parts;
    std::size_t told = 0;
    const Room room{room_for_tables / documents.size(), room_for_pictures / documents.size()};
    for (; told < documents.size(); ++told) {
        const std::string prefix = fmt::format("d{}-", told + 1);
        std::string html;
        for (const Section& section : sections_of(documents[told], room)) html += section_html(section, prefix);
        if (parts.size() + html.size() > room_for_documents) break;
        const std::string title = title_of_document(documents[told], told);
        parts += fmt::format(
            "<section class=\"part\" id=\"d{0}\" aria-labelledby=\"d{0}-title\"><h2 id=\"d{0}-title\">{1}</h2>"
            "<p class=\"lead\">{2}</p>{3}</section>\n",
            told + 1, name_html(title), escaped(question_of(documents[told])), lowered(html));
        own_contents.emplace_back(fmt::format("d{}", told + 1), title);
    }
    if (told < documents.size())
        parts += fmt::format(
            "<section><h2>And {} more</h2><p>There is no room to tell them one by one on this page: they are "
            "in the comparison above.</p></section>\n",
            counted(documents.size() - told, "document"));
    std::vector<std::pair<std::string, std::string>> contents;
    std::string body;
    for (const Section& section : comparison_sections(documents, told)) {
        body += section_html(section, "");
        contents.emplace_back(section.id, section.title);
    }
    contents.insert(contents.end(), own_contents.begin(), own_contents.end());
    return "<body>\n<a class=\"skip\" href=\"#main\">To the comparison</a>\n" +
           header_html("report", comparison_question(documents), "") + "<main id=\"main\" class=\"wrap\">\n" +
           nav_html(contents) + body + parts;
}
}  // namespace

std::string page(const std::vector<Document>& documents) {
    require(!documents.empty(), "a page is about something");
    const bool is_one = documents.size() == 1;
    std::string text = head_html("sinew: " + (is_one ? question_of(documents[0]) : comparison_question(documents)));
    text += is_one ? body_of_one(documents[0]) : body_of_several(documents);
    const std::string end = footer_html(documents) + fmt::format("<script>{}</script>\n</body>\n</html>\n", script());
    const std::size_t taken = text.size() + end.size() + 2000;
    text += embedded_html(documents, largest_page > taken ? largest_page - taken : 0);
    return text + "</main>\n" + end;
}

}  // namespace sinew::report
