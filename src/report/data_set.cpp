// SPDX-License-Identifier: Apache-2.0
#include "report/data_set.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/core.h>

#include "report/chart.hpp"
#include "report/html.hpp"
#include "report/run.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {
constexpr std::size_t most_classes = 40;
constexpr std::size_t most_epsilons = 100;

std::string things(const Run& run, std::size_t count) {
    return run.is_images ? counted(count, "image") : counted(count, "example");
}

std::string list_text(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    return text;
}

std::string interval_text(const Json& ends) {
    const auto lower = number_of(ends, "lower");
    const auto upper = number_of(ends, "upper");
    if (lower && upper) return *lower == *upper ? shown(*lower) : shown(*lower) + " – " + shown(*upper);
    if (lower) return "≥ " + shown(*lower);
    return {};
}

std::string ends_text(const Verdicts& verdicts) {
    if (verdicts.unknown == 0) return percent(verdicts.least());
    return percent(verdicts.least()) + " to " + percent(verdicts.most());
}

/// Where there are several ε, the figures of the whole run are those of the largest.
std::string at_largest(const Run& run) {
    return run.curve.size() > 1 ? "at ε = " + shown(run.curve.back().epsilon) : "";
}

Banner banner_of(const Json& json, const Run& run) {
    const Verdicts& verdicts = run.verdicts;
    const auto all = static_cast<std::size_t>(verdicts.all());
    if (all == 0) return {Tone::open, "no examples", "No example was answered."};
    if (run.is_minimal) {
        std::size_t exact = 0;
        for (const Critical& critical : run.critical) exact += critical.high && *critical.high == critical.low ? 1 : 0;
        const std::string mean = interval_text(member(member(member(json, "summary"), "critical_epsilon"), "mean"));
        const std::string right_ones = fmt::format("{} of {} are right", run.critical.size(), things(run, all));
        return {Tone::yes, mean.empty() ? right_ones : "mean critical ε " + mean,
                fmt::format(
                    "{}. The critical ε of each lies between a proven lower bound and the distance of an adversarial "
                    "input that was found and checked{}.",
                    right_ones, exact == 0 ? "" : fmt::format(" ({} exactly)", exact))};
    }
    const bool is_ladder = run.curve.size() > 1;
    std::string word = "certified accuracy " + ends_text(verdicts);
    if (is_ladder)
        word = fmt::format("certified accuracy {} at ε = {}, {} at ε = {}", ends_text(run.curve.front().verdicts),
                           shown(run.curve.front().epsilon), ends_text(verdicts), shown(run.curve.back().epsilon));
    std::string meaning =
        fmt::format("{}{} of {}: no change of that size turns them. ", is_ladder ? "At the largest ε, " : "",
                    shown(verdicts.certified), things(run, all));
    if (verdicts.falsified > 0)
        meaning += fmt::format("For {} an adversarial input was found and confirmed. ", shown(verdicts.falsified));
    if (verdicts.wrong > 0)
        meaning += fmt::format("{} wrong as they are. ", verdicts.wrong == 1 ? "1 is" : shown(verdicts.wrong) + " are");
    if (verdicts.unknown > 0)
        meaning += fmt::format("Of {} nothing is known: a limit came first.", shown(verdicts.unknown));
    const Tone tone = verdicts.certified > 0 ? Tone::yes : verdicts.falsified > 0 ? Tone::no : Tone::open;
    return {tone, word, meaning};
}

std::vector<Ground> run_grounds(const Json& json, const Run& run) {
    std::vector<Ground> grounds;
    grounds.push_back(
        {Tone::yes, "Certified",
         "Proven for every input of the ball, with bounds rounded outwards and exact arithmetic: not by trying "
         "some of them."});
    grounds.push_back(
        {Tone::yes, "Falsified",
         "The adversarial input was evaluated with rational numbers, what tanh and sigmoid make of it between proven "
         "bounds: it is in the ball, and the network classifies it otherwise. An equal score counts as otherwise, "
         "unless ties were said to be safe."});
    if (is_true(member(json, "norm_by_bounds")))
        grounds.push_back(
            {Tone::open, "Norm by bounds",
             "In this norm some balls were answered by sound bounds alone: what they cannot tell is unknown."});
    if (run.verdicts.unknown > 0)
        grounds.push_back(
            {Tone::open, "Unknown",
             "A limit of time or memory came first, or bounds could not tell. These examples count for neither side."});
    return grounds;
}

std::vector<Fact> run_facts(const Json& json, const Run& run) {
    std::vector<Fact> facts;
    const Json& summary = member(json, "summary");
    facts.push_back({run.is_images ? "images" : "examples", shown(run.verdicts.all()), run.data});
    if (!run.is_minimal) {
        facts.push_back({"certified", shown(run.verdicts.certified), at_largest(run)});
        facts.push_back({"falsified", shown(run.verdicts.falsified), at_largest(run)});
    }
    facts.push_back({"wrong as they are", shown(run.verdicts.wrong), {}});
    facts.push_back({"unknown", shown(run.verdicts.unknown), {}});
    const Json& critical = member(summary, "critical_epsilon");
    facts.push_back({"mean critical ε", interval_text(member(critical, "mean")), "between proven ends"});
    facts.push_back({"median critical ε", interval_text(member(critical, "median")), "between proven ends"});
    if (const auto mean = number_of(summary, "mean_seconds"))
        facts.push_back({"mean time", duration(*mean), "per example"});
    if (const auto longest = number_of(summary, "longest_seconds"))
        facts.push_back({"longest", duration(*longest), {}});
    facts.push_back({"together", duration(run.total_seconds), {}});
    return facts;
}

std::string by_epsilon_table(const Run& run) {
    if (run.curve.size() < 2) return {};
    std::string rows;
    for (std::size_t i = 0; i < std::min(run.curve.size(), most_epsilons); ++i) {
        const AtEpsilon& at = run.curve[i];
        const Verdicts& verdicts = at.verdicts;
        rows += fmt::format(
            "<tr><th scope=\"row\">{}</th><td style=\"min-width:9rem;width:40%\">{}</td><td class=\"n\">{}</td><td "
            "class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}{}</td><td class=\"n\">{}</td></tr>",
            shown(at.epsilon), stack_html(verdicts.parts()), shown(verdicts.certified), shown(verdicts.falsified),
            shown(verdicts.unknown), percent(verdicts.least()),
            verdicts.unknown > 0 ? " – " + percent(verdicts.most()) : "",
            at.mean_seconds ? duration(*at.mean_seconds) : "–");
    }
    return scroll_box(
        "<table><caption>By ε</caption><thead><tr><th scope=\"col\">ε</th><th scope=\"col\">verdicts</th><th "
        "scope=\"col\" "
        "class=\"n\">certified</th><th scope=\"col\" class=\"n\">falsified</th><th scope=\"col\" "
        "class=\"n\">unknown</th><th "
        "scope=\"col\" class=\"n\">certified accuracy</th><th scope=\"col\" class=\"n\">mean "
        "time</th></tr></thead><tbody>" +
            rows + "</tbody></table>",
        "Verdicts by epsilon");
}

Chart critical_chart(const Run& run) {
    Chart chart;
    chart.title = "Critical ε, example by example";
    chart.told =
        "From the easiest example to turn to the hardest: how far the nearest violation is, between a proven lower "
        "bound "
        "and one that was found.";
    chart.x.name = "examples";
    chart.x.low = 0;
    chart.x.whole = true;
    chart.y.name = "ε (" + run.norm_words + ")";
    chart.y.low = 0;
    const double greatest = end_of_picture(run);
    if (greatest > 0) chart.y.high = greatest;
    Band band;
    band.colour = 3;
    band.steps = true;
    Line low{"proven lower bound", {}, 3, true, false, false};
    Line high{"nearest violation found", {}, 1, true, false, false};
    for (std::size_t i = 0; i < run.critical.size(); ++i) {
        const auto x = static_cast<double>(i);
        const Critical& critical = run.critical[i];
        band.points.push_back({x, critical.low, critical.high.value_or(greatest)});
        low.points.emplace_back(x, critical.low);
        if (critical.high) high.points.emplace_back(x, *critical.high);
    }
    if (run.critical.size() < 2) return chart;
    chart.bands.push_back(std::move(band));
    chart.lines.push_back(std::move(low));
    if (high.points.size() > 1) chart.lines.push_back(std::move(high));
    return chart;
}

std::string curves_html(const Run& run) {
    std::string html;
    Chart accuracy = accuracy_chart(run.norm_words);
    add_accuracy(run, "", 0, accuracy);
    const bool is_curve = !accuracy.lines.empty() && accuracy.lines[0].points.size() > 1;
    if (is_curve) {
        accuracy.lines[0].name = "proven";
        if (!accuracy.bands.empty()) accuracy.bands[0].name = "not decided";
        html += chart_html(accuracy);
    }
    html += chart_html(critical_chart(run));
    Chart cactus = cactus_chart();
    if (run.unanswered > 0) cactus.told += fmt::format(" {} have no answer.", shown_count(run.unanswered));
    cactus.lines.push_back(cactus_line(run, "", 2));
    if (run.seconds.size() > 1) html += chart_html(cactus);
    return html.empty() ? "" : "<div class=\"grid\">" + html + "</div>";
}

std::string class_name(const Json& classes, std::size_t number) {
    if (number < classes.size()) return shortened(text_of(classes[number]), 60);
    return std::to_string(number);
}

std::string classes_html(const Json& json) {
    std::map<std::size_t, Verdicts> by_class;
    for (const Json& example : items(json, "examples"))
        if (const auto label = count_of(example, "label")) by_class[*label].count(text_of(example, "status"));
    if (by_class.size() < 2 || by_class.size() > most_classes) return {};
    const Json& classes = items(json, "classes");
    std::string rows;
    Verdicts all;
    for (const auto& [label, verdicts] : by_class) {
        rows += fmt::format(
            "<tr><th scope=\"row\">{}</th><td style=\"width:62%\">{}</td><td class=\"n\">{}</td><td "
            "class=\"n\">{}</td></tr>",
            name_html(class_name(classes, label)), stack_html(verdicts.parts()), shown(verdicts.all()),
            percent(verdicts.least()));
        all.certified += verdicts.certified;
        all.falsified += verdicts.falsified;
        all.wrong += verdicts.wrong;
        all.unknown += verdicts.unknown;
    }
    return "<div class=\"card\"><h3>Verdicts by class</h3>" + stack_legend(all.parts()) +
           "<div class=\"scroll\" style=\"margin-top:.7rem\"><table><thead><tr><th scope=\"col\">label</th><th "
           "scope=\"col\">verdicts</th><th scope=\"col\" class=\"n\">examples</th><th scope=\"col\" "
           "class=\"n\">certified</th></tr></thead><tbody>" +
           rows + "</tbody></table></div></div>";
}

std::string names_html(const Json& names) {
    std::string html;
    for (const std::string& name : texts_of(names)) html += (html.empty() ? "" : ", ") + name_html(name);
    return html;
}

std::string asked_html(const Json& json, const Run& run) {
    std::string rows;
    const auto row = [&](std::string_view name, const std::string& html) {
        if (!html.empty()) rows += fmt::format("<dt>{}</dt><dd>{}</dd>", name, html);
    };
    const std::vector<std::string> files = texts_of(member(json, "files"));
    if (!files.empty()) row("network", "<span class=\"mono\">" + name_html(files[0]) + "</span>");
    std::string data;
    for (std::size_t f = 1; f < std::min<std::size_t>(files.size(), 20); ++f)
        data += (f == 1 ? "" : "<br>") + ("<span class=\"mono\">" + name_html(files[f]) + "</span>");
    if (files.size() > 20) data += fmt::format("<br>and {} more files", files.size() - 20);
    row("data", data);
    row("labels", name_html(text_of(json, "labels")));
    row("norm", escaped(run.norm_words));
    const bool is_ladder = !items(member(member(json, "summary"), "by_epsilon")).empty();
    row("ε", run.is_minimal && !is_ladder ? "" : escaped(list_text(run.epsilons)));
    row("looked for up to", run.is_minimal ? escaped(text_of(json, "epsilon")) : "");
    row("changes only in", names_html(member(json, "sensitive")));
    row("limits of their own", names_html(member(json, "feature-epsilon")));
    row("limits from", name_html(text_of(json, "epsilon-file")));
    row("domain", escaped(text_of(json, "domain")));
    row("domains of columns", names_html(member(json, "feature-domain")));
    const std::string mean = text_of(json, "mean");
    const std::string deviation = text_of(json, "std");
    if (!mean.empty() || !deviation.empty())
        row("the network reads", escaped(fmt::format("(x - mean) / std with mean {} and std {}",
                                                     mean.empty() ? "0" : mean, deviation.empty() ? "1" : deviation)));
    const Json& target = member(json, "target");
    row("target classes", target.is_array() ? names_html(target) : name_html(text_of(target)));
    if (const std::string best = text_of(json, "top-k"); !best.empty() && best != "1")
        row("a violation", escaped(fmt::format("the label is not among the {} best classes", best)));
    if (is_true(member(json, "ties-are-safe"))) row("ties", "an equal score of another class is no violation");
    row("time for each", text_of(json, "timeout").empty() ? "" : escaped(text_of(json, "timeout")) + " s");
    std::string notes;
    for (const std::string& note : texts_of(member(json, "notes")))
        notes += "<li>" + escaped(shortened(note, 400)) + "</li>";
    row("notes", notes.empty() ? "" : "<ul class=\"cond\">" + notes + "</ul>");
    return "<dl class=\"asked card\">" + rows +
           "</dl><p class=\"note\">Of each example: is there an input within the given distance that the network "
           "classifies "
           "otherwise? <b>Certified</b> means that there is none, <b>falsified</b> that there is one, <b>wrong</b> "
           "that the example "
           "itself is classified otherwise, <b>unknown</b> that a limit came first.</p>";
}
}  // namespace

std::string data_set_question(const Json& json) {
    const Run run = run_of(json);
    const auto all = static_cast<std::size_t>(run.verdicts.all());
    const std::string of = all == 1 ? (run.is_images ? "1 image" : "1 example") : "each of " + things(run, all);
    if (run.is_minimal)
        return fmt::format("How near to {} is an {} that {} classifies otherwise?", of,
                           run.is_images ? "image" : "input", run.network);
    const std::vector<std::string> sensitive = texts_of(member(json, "sensitive"));
    if (!sensitive.empty())
        return fmt::format("Does {} of {} decide the answer of {} for {}?", shortened(list_text(sensitive), 60),
                           run.data, run.network, of);
    if (run.norm == "0" && !run.epsilons.empty())
        return fmt::format("Can {} changed inputs turn what {} says of {}?", list_text(run.epsilons), run.network, of);
    const std::string epsilons =
        run.epsilons.size() > 3 ? run.epsilons.front() + " to " + run.epsilons.back() : list_text(run.epsilons);
    const std::string within = epsilons.empty() ? "near" : fmt::format("within {} ({}) of", epsilons, run.norm_words);
    return fmt::format("Is there an {} {} {} that {} classifies otherwise?", run.is_images ? "image" : "input", within,
                       of, run.network);
}

std::vector<Section> data_set_sections(const Json& json, Room room) {
    const Run run = run_of(json);
    std::string verdict = banner_html(banner_of(json, run));
    if (!run.is_minimal)  // there "falsified" says that the critical ε was found
        verdict += "<div style=\"margin:0 0 1.2rem\">" + stack_html(run.verdicts.parts(), "big") +
                   stack_legend(run.verdicts.parts()) + "</div>";
    verdict += facts_html(run_facts(json, run));
    verdict += "<div class=\"card\"><h3>What this rests on</h3>" + grounds_html(run_grounds(json, run)) + "</div>";
    std::vector<Section> sections{{"verdict", "Verdict", verdict}, {"asked", "What was asked", asked_html(json, run)}};
    sections.push_back({"curves", "Accuracy, distance, time", curves_html(run) + by_epsilon_table(run)});
    sections.push_back({"classes", "By class", run.is_minimal ? "" : classes_html(json)});
    sections.push_back(
        {"pictures", run.is_images ? "Adversarial images" : "Adversarial inputs", gallery_html(json, room)});
    sections.push_back({"rows", "Row by row", examples_table(json, room)});
    return sections;
}

}  // namespace sinew::report
