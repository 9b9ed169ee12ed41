// SPDX-License-Identifier: Apache-2.0
#include "report/chart.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include <fmt/core.h>

#include "report/html.hpp"
#include "report/style.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {
// The picture's own units; it is drawn about as large, and smaller on a phone.
constexpr double width = 480;
constexpr double height = 290;
constexpr double left_space = 54;
constexpr double right_space = 16;
constexpr double top_space = 14;
constexpr double bottom_space = 46;
constexpr std::size_t most_points = 300;
constexpr double largest_shown = 1e100;

/// From values to places.
class Scale {
  public:
    Scale(const Axis& axis, double from, double to, double low_place, double high_place)
        : log_(axis.log), low_(axis.log ? std::log10(from) : from), low_place_(low_place) {
        const double high = axis.log ? std::log10(to) : to;
        factor_ = (high_place - low_place) / (high - low_);
        least_ = from;
        most_ = to;
    }
    double operator()(double value) const {
        const double inside = std::isnan(value) ? least_ : std::clamp(value, least_, most_);
        return low_place_ + factor_ * ((log_ ? std::log10(inside) : inside) - low_);
    }

  private:
    bool log_;
    double low_;
    double low_place_;
    double factor_ = 1;
    double least_ = 0;
    double most_ = 1;
};

struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();

    /// What is beyond all measure is not drawn to scale, or axes would overflow.
    void take(double value, bool log) {
        if (!(std::abs(value) < largest_shown) || (log && value < 1 / largest_shown)) return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    /// Neither empty nor a single point.
    void widen(const Axis& axis) {
        if (low > high) *this = axis.log ? Range{0.1, 1} : Range{0, 1};
        if (axis.low) low = *axis.low;
        if (axis.high) high = *axis.high;
        if (axis.log) {
            low = std::pow(10, std::floor(std::log10(low) + 1e-9));
            high = std::pow(10, std::ceil(std::log10(high) - 1e-9));
            if (high <= low) high = 10 * low;
            return;
        }
        if (low < high) return;
        const double more = low == 0 ? 1 : 0.5 * std::abs(low);
        high = low + more;
        if (!axis.low) low -= more;
    }
};

std::vector<double> ticks_of(const Axis& axis, const Range& range, std::size_t most) {
    if (!axis.log) {
        std::vector<double> ticks = round_ticks(range.low, range.high, most);
        if (axis.whole) std::erase_if(ticks, [](double tick) { return tick != std::floor(tick); });
        return ticks;
    }
    std::vector<double> ticks;
    const double decades = std::round(std::log10(range.high / range.low));
    const double step = std::max(1.0, std::ceil(decades / static_cast<double>(most)));
    for (double decade = 0; decade <= decades + 1e-9; decade += step)
        ticks.push_back(std::pow(10, std::round(std::log10(range.low)) + decade));
    return ticks;
}

/// First, last and evenly between them.
template <class Point>
std::vector<Point> thinned(const std::vector<Point>& points) {
    if (points.size() <= most_points) return points;
    std::vector<Point> some;
    for (std::size_t i = 0; i < most_points; ++i) some.push_back(points[i * (points.size() - 1) / (most_points - 1)]);
    return some;
}

std::string place(double x, double y) {
    return fmt::format("{:.1f} {:.1f}", x, y);
}

class Picture {
  public:
    explicit Picture(const Chart& chart) : chart_(chart), x_range_(range_of_x()), y_range_(range_of_y()) {}

    std::string svg() {
        const Scale x(chart_.x, x_range_.low, x_range_.high, left_space, width - right_space);
        const Scale y(chart_.y, y_range_.low, y_range_.high, height - bottom_space, top_space);
        axes(x, y);
        for (const Band& band : chart_.bands) draw(band, x, y);
        for (const Line& line : chart_.lines) draw(line, x, y);
        return body_;
    }

  private:
    template <class... Values>
    void add(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(body_), format, std::forward<Values>(values)...);
    }

    Range range_of_x() const {
        Range range;
        for (const Line& line : chart_.lines)
            for (const auto& [x, y] : line.points) range.take(x, chart_.x.log);
        for (const Band& band : chart_.bands)
            for (const auto& point : band.points) range.take(point[0], chart_.x.log);
        range.widen(chart_.x);
        return range;
    }
    Range range_of_y() const {
        Range range;
        for (const Line& line : chart_.lines)
            for (const auto& [x, y] : line.points) range.take(y, chart_.y.log);
        for (const Band& band : chart_.bands)
            for (const auto& point : band.points) {
                range.take(point[1], chart_.y.log);
                range.take(point[2], chart_.y.log);
            }
        range.widen(chart_.y);
        if (chart_.y.log || (chart_.y.low && chart_.y.high)) return range;
        // Up to a round number, so that no curve ends in the frame.
        const std::vector<double> ticks = round_ticks(range.low, range.high, 5);
        if (ticks.size() < 2) return range;
        const double step = ticks[1] - ticks[0];
        if (!chart_.y.high) range.high = step * std::ceil(range.high / step - 1e-9);
        if (!chart_.y.low) range.low = step * std::floor(range.low / step + 1e-9);
        return range;
    }

    static std::string tick_text(const Axis& axis, double value) {
        return axis.percent ? percent(value) : shown(value);
    }

    void axes(const Scale& x, const Scale& y) {
        for (const double tick : ticks_of(chart_.y, y_range_, 5)) {
            add("<path class=\"grid\" d=\"M{} H{:.1f}\"/>", place(left_space, y(tick)), width - right_space);
            add("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", left_space - 8,
                y(tick) + 4, tick_text(chart_.y, tick));
        }
        add("<path class=\"axis\" d=\"M{} H{:.1f}\"/>", place(left_space, height - bottom_space), width - right_space);
        for (const double tick : ticks_of(chart_.x, x_range_, 6)) {
            add("<path class=\"axis\" d=\"M{} v4\"/>", place(x(tick), height - bottom_space));
            // A number at the end stays inside the picture.
            const bool is_last = x(tick) > width - right_space - 14;
            add("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>",
                is_last ? width - 2 : x(tick), height - bottom_space + 18, is_last ? "end" : "middle",
                tick_text(chart_.x, tick));
        }
        add("<text class=\"name\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
            left_space + (width - left_space - right_space) / 2, height - 8, escaped(chart_.x.name));
    }

    template <class At>
    static std::string path(std::size_t count, bool steps, At at) {
        std::string d;
        for (std::size_t i = 0; i < count; ++i) {
            const auto [x, y] = at(i);
            if (i == 0)
                d += "M" + place(x, y);
            else if (steps)
                d += fmt::format("H{:.1f}V{:.1f}", x, y);
            else
                d += "L" + place(x, y);
        }
        return d;
    }

    void draw(const Line& line, const Scale& x, const Scale& y) {
        const auto points = line.loose ? line.points : thinned(line.points);
        const auto at = [&](std::size_t i) { return std::pair(x(points[i].first), y(points[i].second)); };
        if (points.size() > 1 && !line.loose)
            add("<path class=\"line c{}{}\" d=\"{}\"/>", line.colour % palette_size, line.dashed ? " dashed" : "",
                path(points.size(), line.steps, at));
        if (!line.dots && !line.loose && points.size() > 1) return;
        for (std::size_t i = 0; i < points.size(); ++i)
            add("<circle class=\"dot c{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/>", line.colour % palette_size,
                at(i).first, at(i).second);
    }

    void draw(const Band& band, const Scale& x, const Scale& y) {
        const auto points = thinned(band.points);
        if (points.empty()) return;
        const auto high = [&](std::size_t i) { return std::pair(x(points[i][0]), y(points[i][2])); };
        const auto low = [&](std::size_t i) { return std::pair(x(points[i][0]), y(points[i][1])); };
        if (points.size() == 1) {  // an interval at one place
            add("<path class=\"whisker c{}\" d=\"M{}V{:.1f}\"/>", band.colour % palette_size,
                place(high(0).first, high(0).second), low(0).second);
            return;
        }
        std::string d = path(points.size(), band.steps, high);
        for (std::size_t i = points.size(); i-- > 0;) {
            if (band.steps && i + 1 < points.size())
                d += fmt::format("V{:.1f}H{:.1f}", low(i).second, low(i).first);
            else
                d += "L" + place(low(i).first, low(i).second);
        }
        add("<path class=\"band c{}\" d=\"{}Z\"/>", band.colour % palette_size, d);
    }

    const Chart& chart_;
    Range x_range_;
    Range y_range_;
    std::string body_;
};

std::string description(const Chart& chart) {
    return escaped(chart.title + (chart.told.empty() ? "" : ". " + chart.told));
}

bool has_points(const Chart& chart) {
    const auto any = [](const auto& part) { return !part.points.empty(); };
    return std::ranges::any_of(chart.lines, any) || std::ranges::any_of(chart.bands, any);
}

std::string legend_html(const Chart& chart) {
    std::string entries;
    for (const Band& band : chart.bands)
        if (!band.name.empty() && !band.points.empty())
            entries += fmt::format("<li><i class=\"swatch area c{}\"></i>{}</li>", band.colour % palette_size,
                                   name_html(band.name));
    for (const Line& line : chart.lines)
        if (!line.name.empty() && !line.points.empty())
            entries += fmt::format("<li><i class=\"swatch c{}{}\"></i>{}</li>", line.colour % palette_size,
                                   line.dashed ? " dashed" : "", name_html(line.name));
    return entries.empty() ? "" : "<ul class=\"legend\">" + entries + "</ul>";
}
}  // namespace

std::vector<double> round_ticks(double low, double high, std::size_t most) {
    std::vector<double> ticks;
    if (!(low < high) || !std::isfinite(high - low)) return {low};
    const double rough = (high - low) / static_cast<double>(std::max<std::size_t>(most, 1));
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {1.0, 2.0, 2.5, 5.0})
        if (factor * power >= rough * (1 - 1e-9)) {
            step = factor * power;
            break;
        }
    const double first = std::ceil(low / step - 1e-9);
    const double last = std::floor(high / step + 1e-9);
    if (!(last - first < 100)) return {low};  // so narrow that doubles cannot tell its ends apart
    for (double k = first; k <= last; ++k) ticks.push_back(k * step + 0.0);  // never -0
    return ticks;
}

std::string chart_html(const Chart& chart) {
    if (!has_points(chart)) return {};
    const std::string told = chart.told.empty() ? "" : fmt::format("<p class=\"told\">{}</p>", escaped(chart.told));
    return fmt::format(
        "<figure class=\"card\"><figcaption><h3>{}</h3>{}</figcaption>{}<p class=\"axis-name\" "
        "aria-hidden=\"true\">{}</p><svg class=\"chart\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" "
        "aria-label=\"{}\">{}</svg></figure>\n",
        escaped(chart.title), told, legend_html(chart), escaped(chart.y.name), width, height, description(chart),
        Picture(chart).svg());
}

std::string chart_svg(const Chart& chart) {
    if (!has_points(chart)) return {};
    std::string texts;
    double y = 22;
    const auto write = [&](const char* kind, double x, double at, const std::string& text) {
        fmt::format_to(std::back_inserter(texts), "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", kind, x,
                       at, text);
    };
    write("title", left_space - 40, y, escaped(chart.title));
    std::string rest = chart.told;
    for (constexpr std::size_t longest = 76; !rest.empty(); y += 16) {
        std::size_t end = rest.size() <= longest ? rest.size() : rest.rfind(' ', longest);
        if (end == std::string::npos || end == 0) end = longest;
        write("told", left_space - 40, y + 18, escaped(rest.substr(0, end)));
        rest.erase(0, end + 1);
    }
    y += 22;
    write("told", left_space - 40, y, escaped(chart.y.name));
    const double picture = y;
    y += height + 4;
    const auto entry = [&](const std::string& name, int colour, const char* shape) {
        if (name.empty()) return;
        y += 18;
        const std::string colours = fmt::format("{} c{}", shape, colour % palette_size);
        texts += std::string_view(shape) == "dot"
                     ? fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/>", colours,
                                   left_space - 29, y - 4)
                     : fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}h22\"/>", colours, left_space - 40, y - 4);
        write("told", left_space - 10, y, escaped(name));
    };
    for (const Band& band : chart.bands)
        if (!band.points.empty()) entry(band.name, band.colour, "whisker");
    for (const Line& line : chart.lines)
        if (!line.points.empty())
            entry(line.name, line.colour, line.loose ? "dot" : line.dashed ? "line dashed" : "line");
    y += 14;
    return fmt::format(
        "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{2:.0f}\" "
        "height=\"{3:.0f}\" role=\"img\" aria-label=\"{4}\">\n<style>{5}{6}\n.chart "
        "text{{font-family:system-ui,sans-serif}}"
        ".chart .title{{font-size:15px;font-weight:600;fill:var(--ink)}}.sheet{{fill:var(--card)}}</style>\n"
        "<rect class=\"sheet\" width=\"100%\" height=\"100%\"/>\n{7}<g transform=\"translate(0 "
        "{8:.1f})\">{9}</g>\n</svg>\n",
        width, y, 1.4 * width, 1.4 * y, description(chart), palette_style(), chart_style(), texts, picture,
        Picture(chart).svg());
}

}  // namespace sinew::report
