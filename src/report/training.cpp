// SPDX-License-Identifier: Apache-2.0
#include "report/training.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "report/chart.hpp"
#include "report/html.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {
constexpr std::string_view parts[] = {"train", "validation", "test"};
constexpr std::size_t most_shown_classes = 24;
constexpr std::size_t most_bars = 400;
constexpr std::size_t most_features = 400;

bool is_training(const Json& json) {
    return kind_of(json) == Kind::train;
}

std::string_view words_of_part(const Json& json, std::string_view part) {
    if (part == "train") return "training";
    if (part == "test" && !is_training(json)) return "examples";
    return part;
}

std::string words_of_objective(const std::string& name) {
    if (name == "min-weight") return "fewest weights";
    if (name == "max-margin") return "greatest margins";
    if (name == "max-accuracy") return "most examples right";
    return name;
}

std::string layers_text(const Json& json) {
    std::string text;
    for (const Json& layer : items(json, "layers")) text += (text.empty() ? "" : "–") + text_of(layer);
    return text;
}

Banner training_banner(const Json& json) {
    const std::string status = text_of(json, "status");
    const Json& first = items(json, "objectives").empty() ? Json() : items(json, "objectives")[0];
    const std::string objective = words_of_objective(text_of(first, "name"));
    const std::string value = text_of(json, "objective");
    const std::string bound = text_of(json, "bound");
    const std::string figure = value.empty() ? "" : fmt::format(" ({} {})", objective, value);
    if (status == "optimal")
        return {Tone::yes, "optimal",
                "Proven: no network of these layers does better" + figure + " and satisfies what was asked."};
    if (status == "feasible")
        return {Tone::yes, "feasible",
                "This network satisfies what was asked" + figure + "." +
                    (bound.empty() ? " Nothing is proven about better ones."
                                   : " It is proven that none is better than " + bound + ".")};
    if (status == "infeasible")
        return {Tone::no, "infeasible", "Proven: no network of these layers satisfies what was asked."};
    if (status.empty()) return {Tone::open, "figures", "How a network does on these examples."};
    return {Tone::open, status,
            "No network that satisfies what was asked was found, and it is not proven that there is none."};
}

Banner evaluation_banner(const Json& json) {
    const auto accuracy = number_of(member(json, "accuracy"), "test");
    const auto right = count_of(member(json, "right"), "test");
    const auto examples = count_of(member(json, "examples"), "test");
    if (!accuracy) return {Tone::open, "no figures", "This document has no accuracy."};
    std::string meaning = "The network's answers were counted, one by one.";
    if (right && examples)
        meaning = fmt::format("{} of {} examples are classified as their label says.", shown_count(*right),
                              shown_count(*examples));
    return {Tone::yes, "accuracy " + percent(*accuracy), meaning};
}

std::vector<Fact> training_facts(const Json& json) {
    std::vector<Fact> facts;
    for (const std::string_view part : parts) {
        const auto accuracy = number_of(member(json, "accuracy"), part);
        const auto examples = count_of(member(json, "examples"), part);
        if (accuracy)
            facts.push_back({fmt::format("accuracy, {}", words_of_part(json, part)), percent(*accuracy),
                             examples ? counted(*examples, "example") : ""});
    }
    const auto used = count_of(json, "weights_used");
    const auto weights = count_of(json, "weights");
    if (used) facts.push_back({"weights used", shown_count(*used), weights ? "of " + shown_count(*weights) : ""});
    if (const std::string layers = layers_text(json); !layers.empty()) facts.push_back({"layers", layers, "neurons"});
    if (const auto seconds = number_of(json, "seconds"); seconds && is_training(json))
        facts.push_back({"training took", duration(*seconds), text_of(json, "stopped")});
    if (const auto lead = number_of(json, "lead")) facts.push_back({"least lead of a right class", shown(*lead), {}});
    return facts;
}

std::vector<Ground> training_grounds(const Json& json) {
    std::vector<Ground> grounds;
    grounds.push_back(
        {Tone::yes, "Counted, not estimated",
         "Weights are −1, 0 and 1 and inputs are whole numbers: every sum is exact, and so is every figure here."});
    const std::string status = text_of(json, "status");
    const std::string proof = text_of(json, "proof");
    if (status == "optimal" || status == "infeasible")
        grounds.push_back({Tone::yes, "Proven", proof.empty() ? "The search was complete." : "By " + proof + "."});
    else if (is_training(json))
        grounds.push_back({Tone::open, "Not proven best",
                           text_of(json, "method") == "gradient" ? "The gradient method proves nothing."
                                                                 : "The search ended before its proof did."});
    return grounds;
}

std::string asked_html(const Json& json) {
    std::string rows;
    const auto row = [&](std::string_view name, const std::string& html) {
        if (!html.empty()) rows += fmt::format("<dt>{}</dt><dd>{}</dd>", name, html);
    };
    const Json& provenance = member(json, "provenance");
    std::string files;
    for (const Json& file : items(provenance, "files"))
        if (files.size() < 4000)
            files += (files.empty() ? "" : "<br>") +
                     ("<span class=\"mono\">" + name_html(text_of(file, "file")) + "</span>");
    for (const std::string& file : texts_of(member(json, "files")))
        if (items(provenance, "files").empty() && files.size() < 4000)
            files += (files.empty() ? "" : "<br>") + ("<span class=\"mono\">" + name_html(file) + "</span>");
    row("files", files);
    row("method", escaped(text_of(json, "method")));
    std::string objectives;
    for (const Json& objective : items(json, "objectives"))
        objectives += (objectives.empty() ? "" : ", then ") + escaped(words_of_objective(text_of(objective, "name")));
    row("objective", objectives);
    if (const auto least = count_of(json, "least_right"))
        row("demanded", *least == 0 ? "nothing of single examples"
                                    : fmt::format("at least {} right", counted(*least, "training example")));
    row("layers", escaped(layers_text(json)));
    if (const auto count = items(json, "features").size(); count > 0) row("features", shown_count(count));
    row("network", name_html(text_of(json, "network")));
    std::string notes;
    for (const std::string& note : texts_of(member(json, "notes")))
        if (notes.size() < 10000) notes += "<li>" + escaped(shortened(note, 400)) + "</li>";
    row("notes", notes.empty() ? "" : "<ul class=\"cond\">" + notes + "</ul>");
    return rows.empty() ? "" : "<dl class=\"asked card\">" + rows + "</dl>";
}

std::string accuracy_html(const Json& json) {
    std::vector<Bar> bars;
    const auto add = [&](const Json& by_part, std::string_view name, const char* colour) {
        for (const std::string_view part : parts)
            if (const auto share = number_of(by_part, part))
                bars.push_back(
                    {fmt::format("{}, {}", name, words_of_part(json, part)), 0, *share, percent(*share), colour});
    };
    add(member(json, "accuracy"), "accuracy", "var(--c2)");
    add(member(json, "balanced_accuracy"), "balanced accuracy", "var(--c0)");
    const auto add_counts = [&](const Json& counts, const std::string& name, const char* colour) {
        for (const std::string_view part : parts) {
            const auto count = number_of(counts, part);
            const auto all = number_of(member(json, "examples"), part);
            if (count && all && *all > 0)
                bars.push_back({fmt::format("{}, {}", name, words_of_part(json, part)), 0, *count / *all,
                                fmt::format("{} of {}", shown(*count), shown(*all)), colour});
        }
    };
    add_counts(member(json, "signs_right"), "all output signs right", "var(--c4)");
    add_counts(member(json, "robust"), "right and robust", "var(--c3)");
    add_counts(member(json, "certified"), "right and certified", "var(--c3)");
    add_counts(member(json, "undecided"), "undecided", "var(--soft)");
    for (const auto& [key, words, colour] : {std::tuple("right_and_fair", "right whatever {} is", "var(--c3)"),
                                             std::tuple("fairness_violations", "changes with {}", "var(--c1)")})
        for (const auto& [column, counts] : fields(member(json, key)).items())
            if (bars.size() < 60) add_counts(counts, fmt::format(fmt::runtime(words), name_html(column)), colour);
    if (bars.empty()) return {};
    return "<div class=\"card\"><h3>On the examples</h3><p class=\"told\">Balanced accuracy is the mean of the "
           "classes' own.</p><div "
           "style=\"margin-top:.8rem\">" +
           bars_html(bars) + "</div></div>";
}

std::string confusion_html(const Json& json, std::string_view part) {
    const Json& counts = items(member(json, "confusion"), part);
    const std::size_t size = counts.size();
    if (size < 2) return {};
    if (size > most_shown_classes)
        return fmt::format("<p class=\"note\">The confusion of {} classes is in the JSON below.</p>", size);
    const Json& classes = items(json, "classes");
    const auto name = [&](std::size_t c) {
        return name_html(c < classes.size() ? shortened(text_of(classes[c]), 40) : std::to_string(c));
    };
    std::string head = "<tr><td></td>";
    for (std::size_t c = 0; c < size; ++c) head += fmt::format("<th scope=\"col\">{}</th>", name(c));
    std::string rows;
    for (std::size_t label = 0; label < size; ++label) {
        double sum = 0;
        for (const Json& count : items(counts[label])) sum += number_of(count).value_or(0);
        rows += fmt::format("<tr><th scope=\"row\">{}</th>", name(label));
        std::size_t c = 0;
        for (const Json& count : items(counts[label])) {
            if (c == size) break;
            const double value = number_of(count).value_or(0);
            const double share = sum > 0 ? value / sum : 0;
            rows += fmt::format("<td class=\"{}{}\" style=\"--v:{:.3f}\">{}</td>", c == label ? "yes" : "no",
                                share > 0.55 ? " strong" : "", value > 0 ? 0.07 + 0.93 * share : 0, shown(value));
            ++c;
        }
        rows += "</tr>";
    }
    return fmt::format(
        "<div class=\"card\"><h3>Confusion, {}</h3><p class=\"told\">Rows are labels, columns what the network tells; "
        "the "
        "colour is the share of the row.</p><div class=\"scroll\" style=\"margin-top:.7rem\"><table "
        "class=\"heat\"><thead>{}</tr></thead><tbody>{}</tbody></table></div></div>",
        words_of_part(json, part), head, rows);
}

std::string training_history_html(const Json& json) {
    Chart chart;
    const Json& first = items(json, "objectives").empty() ? Json() : items(json, "objectives")[0];
    const std::string objective = words_of_objective(text_of(first, "name"));
    chart.title = "Objective and proven bound over time";
    chart.told = "The best network so far, and what is proven that no network betters: where they meet it is the best.";
    chart.x.name = "seconds";
    chart.x.low = 0;
    chart.y.name = objective;
    Line values{"objective", {}, 2, true, false, false};
    Line bounds{"proven bound", {}, 0, true, true, false};
    for (const Json& entry : items(member(json, "search"), "history")) {
        const auto seconds = number_of(entry, "seconds");
        if (!seconds) continue;
        if (const auto value = number_of(entry, "value")) values.points.emplace_back(*seconds, *value);
        if (const auto bound = number_of(entry, "bound")) bounds.points.emplace_back(*seconds, *bound);
    }
    // Both hold until the end.
    if (const auto end = number_of(json, "seconds")) {
        if (!values.points.empty() && values.points.back().first < *end)
            values.points.emplace_back(*end, values.points.back().second);
        if (!bounds.points.empty() && bounds.points.back().first < *end)
            bounds.points.emplace_back(*end, bounds.points.back().second);
    }
    if (values.points.size() < 2) values.points.clear();
    if (bounds.points.size() < 2) bounds.points.clear();
    chart.lines = {values, bounds};
    return chart_html(chart);
}

std::string objectives_html(const Json& json) {
    const Json& objectives = items(json, "objectives");
    if (objectives.empty()) return {};
    std::string rows;
    std::size_t number = 0;
    for (const Json& objective : objectives) {
        if (++number > 10) break;
        const std::string bound = number == 1 ? text_of(json, "bound") : "";
        rows += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
                            escaped(words_of_objective(text_of(objective, "name"))),
                            escaped(text_of(objective, "value")), bound.empty() ? "–" : escaped(bound));
    }
    return "<div class=\"card\"><h3>Objectives</h3><div class=\"scroll\" "
           "style=\"margin-top:.6rem\"><table><thead><tr><th "
           "scope=\"col\">objective</th><th scope=\"col\" class=\"n\">value</th><th scope=\"col\" class=\"n\">proven "
           "bound</th></tr></thead><tbody>" +
           rows + "</tbody></table></div></div>";
}

std::string trained_layers_html(const Json& json) {
    const Json& layers = items(json, "layers");
    if (layers.empty()) return {};
    const Json& used = items(json, "weights_by_layer");
    std::string html = "<ol class=\"strip\">";
    if (const std::size_t features = items(json, "features").size(); features > 0)
        html += fmt::format("<li class=\"c2\"><b>input</b>{}</li>", counted(features, "feature"));
    for (std::size_t l = 0; l < std::min<std::size_t>(layers.size(), 30); ++l) {
        const std::size_t neurons = count_of(layers[l]).value_or(0);
        html +=
            fmt::format("<li class=\"{}\"><b>{}</b>{}", l + 1 == layers.size() ? "c1" : "c0",
                        l + 1 == layers.size() ? "output" : fmt::format("layer {}", l + 1), counted(neurons, "neuron"));
        if (l < used.size()) {
            const auto all = number_of(used[l], "weights");
            const auto some = number_of(used[l], "used");
            if (all && some) html += fmt::format("<span>{} of {} weights used</span>", shown(*some), shown(*all));
        }
        html += "</li>";
    }
    html += "</ol>";
    std::vector<Bar> bars;
    for (std::size_t l = 0; l < std::min<std::size_t>(used.size(), 30); ++l) {
        const double all = number_of(used[l], "weights").value_or(0);
        const double some = number_of(used[l], "used").value_or(0);
        if (all > 0)
            bars.push_back({l + 1 == layers.size() ? "output" : fmt::format("layer {}", l + 1), 0, some / all,
                            fmt::format("{} of {}", shown(some), shown(all)), "var(--c0)"});
    }
    if (!bars.empty())
        html +=
            "<div class=\"card\"><h3>Weights used</h3><p class=\"told\">A weight that is 0 is a connection that the "
            "network does "
            "not have.</p><div style=\"margin-top:.8rem\">" +
            bars_html(bars) + "</div></div>";
    return html;
}

std::string training_margins_html(const Json& json) {
    std::vector<Bar> bars;
    double largest = 0;
    std::size_t layer = 0;
    for (const Json& neurons : items(json, "margins")) {
        ++layer;
        std::size_t neuron = 0;
        for (const Json& margin : items(neurons)) {
            ++neuron;
            const auto value = number_of(margin);
            if (!value || bars.size() == most_bars) continue;
            largest = std::max(largest, *value);
            bars.push_back({fmt::format("layer {}, neuron {}", layer, neuron), 0, *value, shown(*value), "var(--c3)"});
        }
    }
    if (bars.empty() || largest <= 0) return {};
    for (Bar& bar : bars) bar.to /= largest;
    std::string html = bars_html(bars);
    if (bars.size() > 24)
        html = fmt::format("<details><summary>All {} neurons</summary>{}</details>", bars.size(), html);
    return "<div class=\"card\"><h3>Margins of the neurons</h3><p class=\"told\">The least distance of a neuron's sum "
           "from its threshold, "
           "over the training examples.</p><div style=\"margin-top:.8rem\">" +
           html + "</div></div>";
}

std::string features_html(const Json& json) {
    const Json& features = items(json, "features");
    if (features.empty()) return {};
    std::string list;
    for (std::size_t f = 0; f < std::min(features.size(), most_features); ++f)
        list += fmt::format("<li>{}</li>", name_html(shortened(text_of(features[f]), 80)));
    if (features.size() > most_features)
        list += fmt::format("<li>and {} more</li>", shown_count(features.size() - most_features));
    return fmt::format(
        "<details><summary>The features ({})</summary><ul class=\"cond mono\" "
        "style=\"columns:14rem\">{}</ul></details>",
        shown_count(features.size()), list);
}
}  // namespace

std::string training_question(const Json& json) {
    const Json& provenance = member(json, "provenance");
    std::string data;
    for (const Json& file : items(provenance, "files")) {
        data = file_name(text_of(file, "file"));
        break;
    }
    if (!is_training(json)) {
        const std::vector<std::string> files = texts_of(member(json, "files"));
        const std::string network = files.empty() ? std::string("the network") : stem(files[0]);
        const std::string on = files.size() < 2 ? std::string() : " on " + file_name(files[1]);
        return fmt::format("How often is {} right{}?", files.empty() && !data.empty() ? stem(data) : network, on);
    }
    std::string objective = "satisfies what is asked";
    const Json& objectives = items(json, "objectives");
    if (!objectives.empty()) {
        const std::string name = text_of(objectives[0], "name");
        if (name == "min-weight") objective = "needs the fewest weights";
        if (name == "max-margin") objective = "has the greatest margins";
        if (name == "max-accuracy") objective = "gets the most examples right";
    }
    const std::string layers = layers_text(json);
    return fmt::format("Which binarized network{} {}{}?", layers.empty() ? "" : " of " + layers + " neurons", objective,
                       data.empty() ? "" : " on " + data);
}

std::vector<Section> training_sections(const Json& json) {
    std::string verdict = banner_html(is_training(json) ? training_banner(json) : evaluation_banner(json));
    verdict += facts_html(training_facts(json));
    verdict += "<div class=\"card\"><h3>What this rests on</h3>" + grounds_html(training_grounds(json)) + "</div>";
    std::string confusions;
    for (const std::string_view part : parts) confusions += confusion_html(json, part);
    const std::string figures =
        accuracy_html(json) + (confusions.empty() ? "" : "<div class=\"grid\">" + confusions + "</div>");
    std::string search = training_history_html(json) + objectives_html(json);
    if (!search.empty()) search = "<div class=\"grid\">" + search + "</div>";
    return {{"verdict", "Verdict", verdict},
            {"asked", "What was asked", asked_html(json)},
            {"figures", "Figures", figures},
            {"search", "The search", search},
            {"network", "The network", trained_layers_html(json) + training_margins_html(json) + features_html(json)}};
}

}  // namespace sinew::report
