// SPDX-License-Identifier: Apache-2.0
#include "report/questions.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "report/chart.hpp"
#include "report/html.hpp"
#include "report/run.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {

Tone tone_of_answer(const std::string& status) {
    if (status == "sat") return Tone::no;
    if (status == "unsat") return Tone::yes;
    return status == "error" ? Tone::odd : Tone::open;
}

std::vector<Part> parts_of(const Json& questions) {
    std::vector<Part> parts{
        {Tone::yes, "unsat", 0}, {Tone::no, "sat", 0}, {Tone::open, "unknown or timeout", 0}, {Tone::odd, "errors", 0}};
    for (const Json& question : questions) {
        const Tone tone = tone_of_answer(text_of(question, "status"));
        for (Part& part : parts) part.size += part.tone == tone ? 1 : 0;
    }
    return parts;
}

std::string table_html(const Json& questions, Room& room) {
    std::string rows;
    std::size_t count = 0;
    for (const Json& question : questions) {
        const std::string status = text_of(question, "status");
        const std::string reason = text_of(question, "reason");
        const std::string by = text_of(question, "decided_by");
        const auto seconds = number_of(question, "seconds");
        const std::string row = fmt::format(
            "<tr><th scope=\"row\">{}</th><td><span class=\"tag {}\">{}</span></td><td>{}</td><td class=\"n\" "
            "data-v=\"{}\">{}</td></tr>",
            name_html(text_of(question, "question")), class_of(tone_of_answer(status)), escaped(shortened(status, 40)),
            reason.empty() ? (by.empty() ? "–" : name_html(by)) : name_html(reason),
            seconds ? fmt::format("{}", *seconds) : "", seconds ? duration(*seconds) : "–");
        if (row.size() > room.tables) break;
        room.tables -= row.size();
        rows += row;
        ++count;
    }
    std::string note;
    if (count < questions.size())
        note = fmt::format("<p class=\"note\">The first {} of {}: the page has no room for more.</p>",
                           shown_count(count), shown_count(questions.size()));
    return note +
           scroll_box(
               "<table class=\"sorts\"><thead><tr><th scope=\"col\" data-sort=\"t\">question</th><th scope=\"col\" "
               "data-sort=\"t\">verdict</th><th scope=\"col\" data-sort=\"t\">by, or why not</th><th scope=\"col\" "
               "class=\"n\" data-sort=\"n\">time</th></tr></thead><tbody>" +
                   rows + "</tbody></table>",
               "Questions", true);
}
}  // namespace

bool has_questions(const Json& json) {
    return kind_of(json) == Kind::verify && member(json, "questions").is_array();
}

std::string questions_question(const Json& json) {
    return fmt::format("Is there an input with the property? {} asked",
                       counted(items(json, "questions").size(), "question"));
}

std::vector<Section> questions_sections(const Json& json, Room room) {
    const Json& questions = items(json, "questions");
    const Json& summary = member(json, "summary");
    const std::vector<Part> parts = parts_of(questions);
    const auto answered = static_cast<std::size_t>(parts[0].size + parts[1].size);
    Banner banner{answered == questions.size() ? Tone::yes : Tone::open,
                  fmt::format("{} of {} answered", shown_count(answered), shown_count(questions.size())),
                  "Each answer is exact: sat has a witness that was checked with rational numbers, unsat was refuted "
                  "without trust in "
                  "rounding."};
    if (const auto rest = count_of(summary, "not_asked"); rest && *rest > 0)
        banner.meaning +=
            fmt::format(" {} not asked: the run was ended.", *rest == 1 ? "1 was" : shown_count(*rest) + " were");
    std::vector<Fact> facts;
    for (const Part& part : parts) facts.push_back({part.name, shown(part.size), {}});
    if (const auto total = number_of(summary, "total_seconds")) facts.push_back({"together", duration(*total), {}});
    if (const auto longest = number_of(summary, "longest_seconds"))
        facts.push_back({"longest", duration(*longest), {}});
    Run times;
    for (const Json& question : questions) {
        const std::string status = text_of(question, "status");
        if (const auto seconds = number_of(question, "seconds"); seconds && (status == "sat" || status == "unsat"))
            times.seconds.push_back(*seconds);
    }
    std::ranges::sort(times.seconds);
    Chart cactus = cactus_chart();
    cactus.title = "Time per question";
    cactus.told = "Answered questions from the fastest to the slowest (a cactus plot).";
    cactus.x.name = "answered questions";
    if (times.seconds.size() > 1) cactus.lines.push_back(cactus_line(times, "", 2));
    return {{"verdict", "Verdict",
             banner_html(banner) + "<div style=\"margin:0 0 1.2rem\">" + stack_html(parts, "big") +
                 stack_legend(parts) + "</div>" + facts_html(facts)},
            {"rows", "Question by question", questions.empty() ? "" : table_html(questions, room)},
            {"times", "Times", chart_html(cactus)}};
}

}  // namespace sinew::report
