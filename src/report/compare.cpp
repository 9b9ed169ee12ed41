// SPDX-License-Identifier: Apache-2.0
#include "report/compare.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "report/html.hpp"
#include "report/questions.hpp"
#include "report/run.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {
constexpr std::size_t most_lines = 12;
constexpr std::size_t most_documents = 500;

std::string name_of(const Document& document, std::size_t number) {
    return document.name.empty() ? fmt::format("document {}", number + 1) : stem(document.name);
}

Tone tone_of_document(const std::string& status) {
    if (status == "sat" || status == "infeasible") return Tone::no;
    if (status == "unsat" || status == "optimum" || status == "optimal" || status == "feasible") return Tone::yes;
    return Tone::open;
}

/// The verdict of one document, in a cell.
std::string verdict_html(const Json& json) {
    if (kind_of(json) == Kind::certify) {
        const Run run = run_of(json);
        if (run.is_minimal) {
            const Json& mean = member(member(member(json, "summary"), "critical_epsilon"), "mean");
            const auto lower = number_of(mean, "lower");
            const auto upper = number_of(mean, "upper");
            return lower && upper ? fmt::format("mean critical ε {} – {}", shown(*lower), shown(*upper)) : "–";
        }
        const auto ends = [](const Verdicts& verdicts) {
            return percent(verdicts.least()) + (verdicts.unknown > 0 ? " to " + percent(verdicts.most()) : "");
        };
        std::string told = ends(run.verdicts) + " certified";
        if (run.curve.size() > 1)
            told = fmt::format("{} certified at ε {}, {} at {}", ends(run.curve.front().verdicts),
                               shown(run.curve.front().epsilon), ends(run.verdicts), shown(run.curve.back().epsilon));
        return stack_html(run.verdicts.parts()) + fmt::format("<span class=\"told\">{}</span>", told);
    }
    if (kind_of(json) == Kind::evaluate) {
        const auto accuracy = number_of(member(json, "accuracy"), "test");
        return accuracy ? "accuracy " + percent(*accuracy) : "–";
    }
    if (has_questions(json)) return counted(items(json, "questions").size(), "question");
    const std::string status = text_of(json, "status");
    if (status.empty()) return "–";
    std::string html = fmt::format("<span class=\"tag {}\">{}</span>", class_of(tone_of_document(status)),
                                   escaped(shortened(status, 40)));
    if (const std::string value = text_of(json, "objective"); !value.empty())
        html += " " + name_html(shortened(value, 30));
    return html;
}

std::string about_html(const Json& json) {
    std::string text;
    for (const std::string& file : texts_of(member(json, "files")))
        if (text.size() < 200) text += (text.empty() ? "" : ", ") + file_name(file);
    if (kind_of(json) == Kind::certify) {
        const Run run = run_of(json);
        std::string epsilons;
        for (const std::string& epsilon : run.epsilons) epsilons += (epsilons.empty() ? "" : ", ") + epsilon;
        text = fmt::format("{} on {}, ε {} ({})", run.network, run.data,
                           run.is_minimal ? std::string("minimal") : epsilons, run.norm_words);
    }
    return name_html(shortened(text, 160));
}

std::string table_html(const std::vector<Document>& documents, std::size_t told) {
    std::string rows;
    for (std::size_t d = 0; d < std::min(documents.size(), most_documents); ++d) {
        const Json& json = documents[d].json;
        std::optional<double> seconds = number_of(json, "seconds");
        if (!seconds) seconds = number_of(member(json, "summary"), "total_seconds");
        std::string name = name_html(name_of(documents[d], d));
        if (d < told) name = fmt::format("<a href=\"#d{}\">{}</a>", d + 1, name);
        rows += fmt::format(
            "<tr><td class=\"n\">{}</td><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td "
            "style=\"min-width:11rem\">{}</td><td class=\"n\" data-v=\"{}\">{}</td></tr>",
            d + 1, name, word_of(kind_of(json)), about_html(json), verdict_html(json),
            seconds ? fmt::format("{}", *seconds) : "", seconds ? duration(*seconds) : "–");
    }
    std::string note;
    if (documents.size() > most_documents)
        note = fmt::format("<p class=\"note\">The first {} of {}.</p>", most_documents, shown_count(documents.size()));
    return note + scroll_box(
                      "<table class=\"sorts\"><thead><tr><th scope=\"col\" class=\"n\" data-sort=\"n\">no.</th><th "
                      "scope=\"col\" "
                      "data-sort=\"t\">document</th><th scope=\"col\" data-sort=\"t\">command</th><th scope=\"col\" "
                      "data-sort=\"t\">"
                      "about</th><th scope=\"col\">verdict</th><th scope=\"col\" class=\"n\" "
                      "data-sort=\"n\">time</th></tr></thead><tbody>" +
                          rows + "</tbody></table>",
                      "Documents", documents.size() > 20);
}

/// Runs of the same network in the same norm make one curve.
struct Group {
    std::string name;
    std::string norm_words;
    std::vector<Run> runs;
};

std::vector<Group> groups_of(const std::vector<Document>& documents) {
    std::vector<Group> groups;
    std::map<std::string, std::size_t> places;
    for (std::size_t d = 0; d < documents.size(); ++d) {
        if (kind_of(documents[d].json) != Kind::certify) continue;
        Run run = run_of(documents[d].json);
        // A run that has a curve of its own is not to be mixed with others.
        const bool is_point = !run.is_minimal && run.curve.size() < 2;
        std::string key = is_point ? fmt::format("{}\n{}\n{}", run.network, run.data, run.norm) : fmt::format("{}", d);
        const auto [place, is_new] = places.try_emplace(std::move(key), groups.size());
        if (is_new) groups.push_back({is_point ? run.network : name_of(documents[d], d), run.norm_words, {}});
        groups[place->second].runs.push_back(std::move(run));
    }
    return groups;
}

std::string curves_html(const std::vector<Document>& documents) {
    const std::vector<Group> groups = groups_of(documents);
    if (groups.empty()) return {};
    std::map<std::string, Chart> accuracy;  // by norm: their epsilons cannot be compared
    Chart cactus = cactus_chart();
    int colour = 0;
    for (std::size_t g = 0; g < std::min(groups.size(), most_lines); ++g, ++colour) {
        const Group& group = groups[g];
        Chart& chart = accuracy.try_emplace(group.norm_words, accuracy_chart(group.norm_words)).first->second;
        Run whole = group.runs.front();
        if (group.runs.size() > 1) {
            whole.curve.clear();
            for (const Run& run : group.runs) whole.curve.insert(whole.curve.end(), run.curve.begin(), run.curve.end());
            std::ranges::stable_sort(whole.curve, {}, &AtEpsilon::epsilon);
        }
        add_accuracy(whole, group.name, colour, chart);
        if (colour >= palette_size) chart.lines.back().dashed = true;
    }
    int line = 0;
    for (std::size_t d = 0; d < documents.size() && line < static_cast<int>(most_lines); ++d) {
        if (kind_of(documents[d].json) != Kind::certify) continue;
        cactus.lines.push_back(cactus_line(run_of(documents[d].json), name_of(documents[d], d), line % palette_size));
        cactus.lines.back().dashed = line >= palette_size;
        ++line;
    }
    std::string html;
    for (const auto& [norm, chart] : accuracy) html += chart_html(chart);
    html += chart_html(cactus);
    std::string note;
    if (groups.size() > most_lines)
        note = fmt::format("<p class=\"note\">The first {} of {} are drawn.</p>", most_lines, groups.size());
    return note + "<div class=\"grid\">" + html + "</div>";
}
}  // namespace

std::string comparison_question(const std::vector<Document>& documents) {
    const bool all_certify =
        std::ranges::all_of(documents, [](const Document& d) { return kind_of(d.json) == Kind::certify; });
    return all_certify ? fmt::format("How robust? {} runs compared", shown_count(documents.size()))
                       : fmt::format("{} answers compared", shown_count(documents.size()));
}

std::vector<Section> comparison_sections(const std::vector<Document>& documents, std::size_t told) {
    std::vector<Section> sections{{"overview", "Overview", table_html(documents, told)},
                                  {"curves", "Curves", curves_html(documents)}};
    std::erase_if(sections, [](const Section& section) { return section.html.empty(); });
    return sections;
}

}  // namespace sinew::report
