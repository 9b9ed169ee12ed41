// SPDX-License-Identifier: Apache-2.0
// The witness of a query: values, margins, pictures.
#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "report/condition.hpp"
#include "report/html.hpp"
#include "report/image.hpp"
#include "report/query_sections.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {
constexpr std::size_t most_rows = 300;
constexpr std::size_t rows_in_sight = 24;
constexpr std::size_t most_shown_margins = 24;

std::string exact_html(const Json& value) {
    const std::string exact = text_of(value, "exact");
    if (!exact.empty()) return escaped(shortened(exact, 90));
    const std::string lower = text_of(value, "lower");
    const std::string upper = text_of(value, "upper");
    if (lower.empty() && upper.empty()) return "–";
    return fmt::format("[{}, {}]", escaped(lower), escaped(upper));
}

std::string decimal_html(const Json& value, const char* key) {
    const auto number = number_of(value, key);
    return number ? shown(*number) : "–";
}

/// Where the value stands between its bounds.
std::string place_html(const Json& value, const Json& bounds) {
    const auto number = number_of(value, "decimal");
    const auto lower = number_of(bounds, "lower");
    const auto upper = number_of(bounds, "upper");
    if (!number || !lower || !upper) return "–";
    if (*lower == *upper) return "fixed";
    const double share = std::clamp((*number - *lower) / (*upper - *lower), 0.0, 1.0);
    return fmt::format(
        "<svg class=\"chart\" style=\"width:7rem;max-width:7rem\" viewBox=\"0 0 112 16\" role=\"img\" aria-label=\"{} "
        "of the way "
        "from {} to {}\"><path class=\"axis\" d=\"M6 8H106M6 4v8M106 4v8\"/><circle class=\"dot c0\" cx=\"{:.1f}\" "
        "cy=\"8\" r=\"4.5\" style=\"fill:var(--c0)\"/></svg>",
        percent(share), shown(*lower), shown(*upper), 6 + 100 * share);
}

std::string values_html(const Json& values, const Json& bounds, std::string_view title) {
    if (values.empty()) return {};
    const bool has_float32 =
        std::ranges::any_of(values, [](const Json& value) { return member(value, "float32").is_number(); });
    const bool has_bounds = bounds.size() == values.size() && std::ranges::any_of(bounds, [](const Json& one) {
                                return number_of(one, "lower") && number_of(one, "upper");
                            });
    std::string rows;
    const std::size_t count = std::min(values.size(), most_rows);
    for (std::size_t i = 0; i < count; ++i) {
        rows += fmt::format(
            "<tr><th scope=\"row\" class=\"mono\">{}</th><td class=\"mono\">{}</td><td class=\"n\">{}</td>",
            name_html(text_of(values[i], "name")), exact_html(values[i]), decimal_html(values[i], "decimal"));
        if (has_float32) rows += fmt::format("<td class=\"n\">{}</td>", decimal_html(values[i], "float32"));
        if (has_bounds) rows += fmt::format("<td>{}</td>", place_html(values[i], bounds[i]));
        rows += "</tr>";
    }
    std::string html = fmt::format(
        "<table><caption>{}{}</caption><thead><tr><th scope=\"col\">name</th><th scope=\"col\">exact value</th><th "
        "scope=\"col\" "
        "class=\"n\">decimal</th>{}{}</tr></thead><tbody>{}</tbody></table>",
        title,
        count < values.size()
            ? fmt::format(": the first {} of {}; all are in the JSON below", count, shown_count(values.size()))
            : "",
        has_float32 ? "<th scope=\"col\" class=\"n\">float32</th>" : "",
        has_bounds ? "<th scope=\"col\">between its bounds</th>" : "", rows);
    html = scroll_box(html, title, count > rows_in_sight);
    if (count <= rows_in_sight) return html;
    return fmt::format("<details><summary>{} ({})</summary>{}</details>", title, shown_count(values.size()), html);
}

std::string margins_html(const Json& margins) {
    if (margins.empty()) return {};
    std::vector<const Json*> sorted;
    for (const Json& margin : margins) sorted.push_back(&margin);
    const auto size = [](const Json& margin) { return std::abs(number_of(margin, "decimal").value_or(0)); };
    std::ranges::stable_sort(sorted, [&](const Json* a, const Json* b) {
        const bool holds_a = is_true(member(*a, "holds"));
        const bool holds_b = is_true(member(*b, "holds"));
        return holds_a != holds_b ? holds_a : size(*a) < size(*b);
    });
    const std::size_t count = std::min(sorted.size(), most_shown_margins);
    double largest = 0;
    for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, size(*sorted[i]));
    std::vector<Bar> bars;
    for (std::size_t i = 0; i < count; ++i) {
        const Json& margin = *sorted[i];
        const double value = number_of(margin, "decimal").value_or(0);
        const bool holds = is_true(member(margin, "holds"));
        const bool undecided = member(margin, "holds").is_null();
        const double to = 0.5 + (largest > 0 ? 0.5 * value / largest : 0);
        const char* word = holds ? "holds" : undecided ? "undecided" : "fails";
        const char* tone = holds ? "yes" : undecided ? "open" : "no";
        bars.push_back({condition_html("(" + text_of(margin, "atom") + ")"), 0.5, to,
                        fmt::format("<span class=\"tag {}\">{}</span> {}", tone, word, shown(value)),
                        holds ? "rgb(var(--yes))" : "rgb(var(--no))"});
    }
    return fmt::format(
        "<div class=\"card\"><h3>Margins of the output condition</h3><p class=\"told\">How far the two sides of each "
        "comparison are apart: to the right where it holds, to the left where it does not. Of a disjunction one part "
        "is "
        "enough.</p><div style=\"margin-top:.8rem\">{}</div>{}</div>",
        bars_html(bars, true),
        count < sorted.size() ? fmt::format("<p class=\"told\">And {} more.</p>", shown_count(sorted.size() - count))
                              : "");
}

/// The input as a picture, beside the middle of the box that it was looked for in.
std::string pictures_html(const Json& json, const Json& inputs) {
    const Json& layers = items(member(json, "network"), "layers");
    if (layers.empty()) return {};
    const std::optional<ImageShape> shape = image_shape_of_layer(member(layers[0], "shape"));
    if (!shape || inputs.size() != shape->size()) return {};
    const std::vector<double> values = values_of(inputs);
    if (values.size() != shape->size()) return {};
    std::vector<double> middle;
    for (const Json& bounds : items(member(json, "asked"), "inputs")) {
        const auto lower = number_of(bounds, "lower");
        const auto upper = number_of(bounds, "upper");
        if (!lower || !upper) break;
        middle.push_back(*lower + (*upper - *lower) / 2);
    }
    std::string picture;
    if (middle.size() == values.size()) {
        std::vector<double> all = values;
        all.insert(all.end(), middle.begin(), middle.end());
        picture = trio_html(*shape, middle, values, pixel_range(all),
                            {"middle of the box", "witness",
                             "The input as an image, beside the middle of the bounds of its "
                             "pixels, and what differs: orange is brighter, blue darker."});
    } else {
        const std::string uri = picture_uri(*shape, values, pixel_range(values));
        picture = fmt::format(
            "<figure><div class=\"row\"><div><img src=\"{}\" alt=\"the witness as an image\"></div></div>"
            "<figcaption>The input as an image.</figcaption></figure>",
            uri);
    }
    return picture.empty() ? "" : "<div class=\"trio large\">" + picture + "</div>";
}
}  // namespace

Section witness_section(const Json& json) {
    const Json& witness = member(json, "witness");
    if (!witness.is_object()) return {};
    const Json& inputs = items(witness, "inputs");
    std::string html = pictures_html(json, inputs);
    html += margins_html(items(witness, "margins"));
    html += values_html(inputs, items(member(json, "asked"), "inputs"), "Inputs");
    html += values_html(items(witness, "outputs"), Json::array(), "Outputs");
    const Json& booleans = items(witness, "booleans");
    if (!booleans.empty()) {
        std::string rows;
        for (std::size_t b = 0; b < std::min(booleans.size(), most_rows); ++b)
            rows += fmt::format("<tr><th scope=\"row\" class=\"mono\">{}</th><td>{}</td></tr>",
                                name_html(text_of(booleans[b], "name")),
                                is_true(member(booleans[b], "value")) ? "true" : "false");
        html += scroll_box("<table><caption>Free Booleans</caption><tbody>" + rows + "</tbody></table>",
                           "Free Booleans", booleans.size() > rows_in_sight);
    }
    return {"witness", "The witness", html};
}

}  // namespace sinew::report
