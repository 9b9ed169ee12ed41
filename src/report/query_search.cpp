// SPDX-License-Identifier: Apache-2.0
// The network of a query, and what the search did.
#include <algorithm>

#include <fmt/core.h>

#include "report/chart.hpp"
#include "report/html.hpp"
#include "report/query_sections.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {
constexpr std::size_t most_layers = 60;
constexpr std::size_t most_engines = 20;
constexpr std::size_t most_statistics = 300;

std::string shape_text(const Json& shape) {
    std::string text;
    for (const Json& extent : items(shape)) text += (text.empty() ? "" : "×") + text_of(extent);
    return text;
}

std::string_view colour_of_layer(const std::string& kind) {
    if (kind == "input") return "c2";
    if (kind == "affine" || kind == "dense" || kind == "convolution") return "c0";
    if (kind == "maximum") return "c4";
    return "c3";
}

std::string layers_html(const Json& layers) {
    std::string html = "<ol class=\"strip\">";
    const std::size_t count = std::min(layers.size(), most_layers);
    for (std::size_t l = 0; l < count; ++l) {
        const Json& layer = layers[l];
        const std::string kind = text_of(layer, "kind");
        const std::string shape = shape_text(member(layer, "shape"));
        const std::string size = text_of(layer, "size");
        html += fmt::format("<li class=\"{}\"><b>{}</b>{}", colour_of_layer(kind), escaped(kind), escaped(size));
        if (shape.find("×") != std::string::npos) html += fmt::format(" <span>{}</span>", escaped(shape));
        html += fmt::format("<span>{}</span>", name_html(shortened(text_of(layer, "name"), 28)));
        if (const auto own = count_of(layer, "parameters"); own && *own > 0)
            html += fmt::format("<span>{}</span>", counted(*own, "parameter"));
        html += "</li>";
    }
    html += "</ol>";
    if (count < layers.size()) html += fmt::format("<p class=\"note\">And {} more layers.</p>", layers.size() - count);
    return html;
}

std::string fixed_html(const Json& network) {
    std::string rows;
    std::size_t count = 0;
    for (const Json& layer : items(network, "layers")) {
        if (++count > most_layers) break;
        const Json& fixed = member(layer, "fixed");
        const double neurons = number_of(layer, "size").value_or(0);
        if (!fixed.is_object() || neurons <= 0) continue;
        const double active = number_of(fixed, "active").value_or(0);
        const double inactive = number_of(fixed, "inactive").value_or(0);
        const std::vector<Part> parts{{Tone::yes, "always active", active},
                                      {Tone::odd, "always inactive", inactive},
                                      {Tone::open, "open", std::max(neurons - active - inactive, 0.0)}};
        rows +=
            fmt::format("<tr><th scope=\"row\">{}</th><td style=\"width:55%\">{}</td><td class=\"n\">{}</td></tr>",
                        name_html(text_of(layer, "name")), stack_html(parts), percent((active + inactive) / neurons));
    }
    if (rows.empty()) return {};
    const std::string how = text_of(network, "bounds");
    return fmt::format(
        "<div class=\"card\"><h3>Neurons that the bounds of the inputs fix</h3><p class=\"told\">A neuron is fixed "
        "where it works "
        "on one side of its threshold for every input that the conditions allow{}. Only the open ones need a "
        "search.</p>"
        "<ul class=\"legend\" style=\"margin-bottom:.6rem\"><li class=\"yes\"><i class=\"swatch box\"></i>always "
        "active</li>"
        "<li class=\"odd\"><i class=\"swatch box\"></i>always inactive</li><li class=\"open\"><i class=\"swatch "
        "box\"></i>open</li></ul><div class=\"scroll\"><table><thead><tr><th scope=\"col\">layer</th><th "
        "scope=\"col\">neurons</th><th scope=\"col\" "
        "class=\"n\">fixed</th></tr></thead><tbody>{}</tbody></table></div></div>",
        how.empty() ? "" : ", by " + escaped(how), rows);
}

Line line_of(const Json& history, const char* key, std::string name, int colour) {
    Line line;
    line.name = std::move(name);
    line.colour = colour;
    line.steps = true;
    for (const Json& entry : history) {
        const auto seconds = number_of(entry, "seconds");
        const auto value = number_of(entry, key);
        if (seconds && value && (line.points.empty() || *seconds >= line.points.back().first))
            line.points.emplace_back(*seconds, *value);
    }
    const bool says_something = std::ranges::any_of(line.points, [](const auto& point) { return point.second != 0; });
    if (line.points.size() < 2 || !says_something) line.points.clear();
    return line;
}

/// What the history counts at `key`, from 0, over the seconds.
std::string count_html(const Json& history, const char* key, int colour, const char* title, const char* told,
                       bool whole = false) {
    Chart chart;
    chart.title = title;
    chart.told = told;
    chart.x.name = "seconds";
    chart.x.low = 0;
    chart.y.low = 0;
    chart.y.whole = whole;
    chart.lines = {line_of(history, key, "", colour)};
    return chart_html(chart);
}

std::string history_html(const Json& json) {
    const Json& history = items(member(json, "search"), "history");
    std::string html;
    Chart bound;
    bound.title = kind_of(json) == Kind::optimize ? "Value and bound over time" : "Bound over time";
    bound.told = kind_of(json) == Kind::optimize
                     ? "The best solution found so far, and what is proven that no solution betters."
                     : "The least proven bound of what is open: above 0 it is refuted.";
    bound.x.name = "seconds";
    bound.x.low = 0;
    bound.lines = {line_of(history, "value", "value", 2), line_of(history, "bound", "proven bound", 0)};
    bound.lines[1].dashed = kind_of(json) == Kind::optimize;
    html += chart_html(bound);
    html += count_html(history, "open", 0, "Open nodes over time",
                       "Parts of the search space that were found and not yet decided.");
    html += count_html(history, "depth", 3, "Depth of the search",
                       "How many splits lie above the node that was looked at.", true);
    html +=
        count_html(history, "conflicts", 1, "Conflicts over time", "Contradictions that the search has learned from.");
    return html.empty() ? "" : "<div class=\"grid\">" + html + "</div>";
}

/// The engines that had turns, by their figures among the statistics.
std::string engines_html(const Json& json) {
    constexpr std::string_view suffix = "_turn_seconds";
    struct Engine {
        std::string name;
        double seconds;
        std::size_t turns;
    };
    std::vector<Engine> engines;
    double whole = 0;
    const Json& statistics = fields(member(json, "statistics"));
    for (const auto& [key, value] : statistics.items()) {
        if (!key.ends_with(suffix)) continue;
        const std::string name = key.substr(0, key.size() - suffix.size());
        const auto turns =
            static_cast<std::size_t>(std::clamp(number_of(statistics, name + "_turns").value_or(0), 0.0, 1e9));
        if (turns == 0 || engines.size() == most_engines) continue;
        engines.push_back({name, number_of(value).value_or(0), turns});
        whole += engines.back().seconds;
    }
    std::ranges::stable_sort(engines, std::ranges::greater(), &Engine::seconds);
    std::vector<Bar> bars;
    for (const Engine& engine : engines) {
        const bool decided = engine.name == text_of(json, "decided_by");
        bars.push_back({name_html(engine.name) + (decided ? " <b>decided</b>" : ""), 0,
                        whole > 0 ? engine.seconds / whole : 0,
                        fmt::format("{} · {}", duration(engine.seconds), counted(engine.turns, "turn")),
                        decided ? "rgb(var(--yes))" : "var(--c0)"});
    }
    if (bars.empty()) return {};
    return "<div class=\"card\"><h3>Engines</h3><p class=\"told\">They take turns, and tell each other what they "
           "prove. The bars "
           "are shares of the time.</p><div style=\"margin-top:.8rem\">" +
           bars_html(bars) + "</div></div>";
}

std::string statistics_html(const Json& json) {
    const Json& statistics = fields(member(json, "statistics"));
    std::string rows;
    std::size_t count = 0;
    for (const auto& [name, value] : statistics.items()) {
        const auto number = number_of(value);
        if (!number || *number == 0 || name.ends_with("_turns") || name.ends_with("_turn_seconds")) continue;
        if (++count > most_statistics) break;
        std::string words = name;
        std::ranges::replace(words, '_', ' ');
        const bool is_time = name.ends_with("seconds");
        rows += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td></tr>", name_html(words),
                            is_time ? duration(*number) : shown(*number));
    }
    if (rows.empty()) return {};
    return "<details><summary>Everything that was counted</summary>" +
           scroll_box("<table><tbody>" + rows + "</tbody></table>", "Statistics", true) + "</details>";
}
}  // namespace

Section network_section(const Json& json) {
    const Json& network = member(json, "network");
    const Json& layers = items(network, "layers");
    if (layers.empty()) return {};
    return {"network", "The network", layers_html(layers) + fixed_html(network)};
}

Section search_section(const Json& json) {
    const std::string html = engines_html(json) + history_html(json) + statistics_html(json);
    return html.empty() ? Section{} : Section{"search", "The search", html};
}

}  // namespace sinew::report
