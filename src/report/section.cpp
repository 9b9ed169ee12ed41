// SPDX-License-Identifier: Apache-2.0
#include "report/section.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "report/html.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {
std::string_view icon(Tone tone) {
    switch (tone) {
        case Tone::yes:
            return R"(<path d="M14 25l7 7 13-15"/>)";
        case Tone::no:
            return R"(<path d="M24 13v13"/><path d="M24 33.5v.5"/>)";
        default:
            return R"(<path d="M18.5 19a5.5 5.5 0 1 1 8 5c-1.8.9-2.5 1.9-2.5 3.6"/><path d="M24 33.5v.5"/>)";
    }
}
}  // namespace

std::string_view class_of(Tone tone) {
    switch (tone) {
        case Tone::yes:
            return "yes";
        case Tone::no:
            return "no";
        case Tone::odd:
            return "odd";
        default:
            return "open";
    }
}

std::string row_html(std::string_view name, const std::string& html) {
    return html.empty() ? "" : fmt::format("<dt>{}</dt><dd>{}</dd>", name, html);
}

std::string facts_html(const std::vector<Fact>& facts) {
    std::string html;
    for (const Fact& fact : facts) {
        if (fact.value.empty()) continue;
        html += fmt::format("<div><dt>{}</dt><dd>{}{}</dd></div>", escaped(fact.name), name_html(fact.value),
                            fact.note.empty() ? "" : "<small>" + name_html(fact.note) + "</small>");
    }
    return html.empty() ? "" : "<dl class=\"facts\">" + html + "</dl>\n";
}

std::string banner_html(const Banner& banner) {
    return fmt::format(
        "<div class=\"verdict {}\"><svg viewBox=\"0 0 48 48\" fill=\"none\" stroke=\"currentColor\" "
        "stroke-width=\"3.4\" "
        "stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\"><circle cx=\"24\" cy=\"24\" "
        "r=\"21\"/>{}</svg><div><p class=\"word\">{}</p><p class=\"meaning\">{}</p></div></div>\n",
        class_of(banner.tone), icon(banner.tone), escaped(banner.word), escaped(banner.meaning));
}

std::string grounds_html(const std::vector<Ground>& grounds) {
    if (grounds.empty()) return {};
    std::string html = "<ul class=\"rests\">";
    for (const Ground& ground : grounds) {
        const std::string_view mark = ground.tone == Tone::yes ? "✓" : ground.tone == Tone::no ? "✗" : "–";
        html += fmt::format("<li class=\"{}\"><i aria-hidden=\"true\">{}</i><span><b>{}.</b> {}</span></li>",
                            class_of(ground.tone), mark, escaped(ground.name), escaped(ground.text));
    }
    return html + "</ul>\n";
}

std::string bars_html(const std::vector<Bar>& bars, bool around_middle) {
    std::string html = "<div class=\"bars\">";
    for (const Bar& bar : bars) {
        const double from = std::clamp(std::min(bar.from, bar.to), 0.0, 1.0);
        const double to = std::clamp(std::max(bar.from, bar.to), 0.0, 1.0);
        html += fmt::format(
            "<span class=\"label\">{}</span><span class=\"track{}\" aria-hidden=\"true\"><i "
            "style=\"left:{:.2f}%;width:{:.2f}%;--bar:{}\"></i></span><span class=\"value\">{}</span>",
            bar.label, around_middle ? " mid" : "", 100 * from, to > from ? std::max(100 * (to - from), 0.4) : 0,
            bar.colour, bar.value);
    }
    return html + "</div>\n";
}

std::string stack_html(const std::vector<Part>& parts, std::string_view extra_class) {
    double whole = 0;
    for (const Part& part : parts) whole += part.size;
    if (whole <= 0) return {};
    std::string told;
    std::string html;
    for (const Part& part : parts) {
        if (part.size <= 0) continue;
        told += fmt::format("{}{} {}", told.empty() ? "" : ", ", shown(part.size), part.name);
        html +=
            fmt::format("<i class=\"{}\" style=\"width:{:.2f}%\"></i>", class_of(part.tone), 100 * part.size / whole);
    }
    return fmt::format("<div class=\"stack {}\" role=\"img\" aria-label=\"{}\">{}</div>", extra_class, escaped(told),
                       html);
}

std::string stack_legend(const std::vector<Part>& parts) {
    std::string html = "<ul class=\"legend\">";
    for (const Part& part : parts)
        if (part.size > 0)
            html += fmt::format("<li><i class=\"swatch box {}\"></i>{} {}</li>", class_of(part.tone), shown(part.size),
                                escaped(part.name));
    return html + "</ul>\n";
}

std::string scroll_box(const std::string& table, std::string_view name, bool tall) {
    return fmt::format("<div class=\"scroll{}\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{}</div>\n",
                       tall ? " tall" : "", escaped(name), table);
}

}  // namespace sinew::report
