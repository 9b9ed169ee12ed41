#include "svg_plot.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include <fmt/core.h>

namespace sinew::bench {

namespace {
constexpr double width = 680;
constexpr double height = 420;
constexpr double left = 64;
constexpr double right = 20;
constexpr double top = 62;
constexpr double legend_row = 20;
constexpr double below_axis = 52;

constexpr const char* style = R"(<style>
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .note { font-size: 12px; fill: #57606a; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .axis { stroke: #57606a; stroke-width: 1.2; }
  .line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
  .c0 { stroke: #0550ae; } .m0 { fill: #0550ae; }
  .c1 { stroke: #bc4c00; } .m1 { fill: #bc4c00; }
  .c2 { stroke: #57606a; } .m2 { fill: #57606a; }
  .page { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .note { fill: #9da7b3; }
    .grid { stroke: #30363d; }
    .axis { stroke: #9da7b3; }
    .c0 { stroke: #6cb6ff; } .m0 { fill: #6cb6ff; }
    .c1 { stroke: #f69d50; } .m1 { fill: #f69d50; }
    .c2 { stroke: #9da7b3; } .m2 { fill: #9da7b3; }
    .page { fill: #0d1117; }
  }
</style>
)";

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '&')
            result += "&amp;";
        else if (c == '<')
            result += "&lt;";
        else
            result += c;
    }
    return result;
}

/// Where data lie on the page.
class Frame {
  public:
    explicit Frame(const Plot& plot)
        : plot_(plot),
          bottom_(height - below_axis - legend_row * std::ceil(static_cast<double>(plot.lines.size()) / 2)) {
        for (const PlotLine& line : plot.lines)
            for (const auto& point : line.points) ticks.insert(point.first);
        const double first = ticks.empty() ? 0 : *ticks.begin();
        const double last = ticks.empty() ? 1 : *ticks.rbegin();
        const double room = last > first ? (last - first) * 0.04 : 1;
        low_ = first - room;
        high_ = last + room;
    }

    double x(double value) const { return left + (value - low_) / (high_ - low_) * (width - left - right); }
    double y(double value) const {
        return bottom_ - (value - plot_.y_low) / (plot_.y_high - plot_.y_low) * (bottom_ - top);
    }
    double bottom() const { return bottom_; }

    std::set<double> ticks;

  private:
    const Plot& plot_;
    double bottom_;
    double low_ = 0;
    double high_ = 1;
};

/// 1, 2 or 5 times a power of ten, about eight of them over the range.
double tick_step(double range) {
    const double rough = range / 8;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough) return factor * power;
    return 10 * power;
}

void draw_axes(const Plot& plot, const Frame& frame, std::string& svg) {
    const auto out = std::back_inserter(svg);
    const double step = tick_step(plot.y_high - plot.y_low);
    for (double value = std::ceil(plot.y_low / step) * step; value <= plot.y_high + step / 1000; value += step) {
        const double y = frame.y(value);
        fmt::format_to(out, R"(<line class="grid" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>)", left, y,
                       width - right, y);
        fmt::format_to(out, "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:g}</text>\n", left - 8, y + 4.5,
                       value);
    }
    for (const double value : frame.ticks) {
        const double x = frame.x(value);
        fmt::format_to(out, R"(<line class="axis" x1="{0:.1f}" y1="{1:.1f}" x2="{0:.1f}" y2="{2:.1f}"/>)", x,
                       frame.bottom(), frame.bottom() + 5);
        fmt::format_to(out, "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{:g}</text>\n", x,
                       frame.bottom() + 20, value);
    }
    fmt::format_to(out, "<line class=\"axis\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{2:.1f}\" y2=\"{1:.1f}\"/>\n", left,
                   frame.bottom(), width - right);
    fmt::format_to(out, "<line class=\"axis\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>\n", left,
                   top, frame.bottom());
    fmt::format_to(out, "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                   left + (width - left - right) / 2, frame.bottom() + 40, escaped(plot.x_name));
    fmt::format_to(out, "<text transform=\"translate(18 {:.1f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
                   (top + frame.bottom()) / 2, escaped(plot.y_name));
}

void draw_stroke(const PlotLine& line, const std::string& path, std::string& svg) {
    fmt::format_to(std::back_inserter(svg), "<path class=\"line c{}\"{} d=\"{}\"/>\n", line.colour,
                   line.is_dashed ? " stroke-dasharray=\"7 5\"" : "", path);
}

void draw_marker(const PlotLine& line, double x, double y, std::string& svg) {
    const auto out = std::back_inserter(svg);
    if (!line.has_markers) return;
    if (line.is_dashed)
        fmt::format_to(out, "<rect class=\"m{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"8\" height=\"8\"/>\n", line.colour,
                       x - 4, y - 4);
    else
        fmt::format_to(out, "<circle class=\"m{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\"/>\n", line.colour, x, y);
}

void draw_line(const PlotLine& line, const Frame& frame, std::string& svg) {
    std::string path;
    for (const auto& [x, y] : line.points)
        path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : " L", frame.x(x), frame.y(y));
    draw_stroke(line, path, svg);
    for (const auto& [x, y] : line.points) draw_marker(line, frame.x(x), frame.y(y), svg);
}

void draw_legend(const Plot& plot, const Frame& frame, std::string& svg) {
    for (std::size_t l = 0; l < plot.lines.size(); ++l) {
        const double x = left + static_cast<double>(l % 2) * (width - left - right) / 2;
        const double y = frame.bottom() + below_axis + static_cast<double>(l / 2) * legend_row + 4;
        draw_stroke(plot.lines[l], fmt::format("M{:.1f} {:.1f} L{:.1f} {:.1f}", x, y, x + 36, y), svg);
        draw_marker(plot.lines[l], x + 18, y, svg);
        fmt::format_to(std::back_inserter(svg), "<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", x + 44, y + 4.5,
                       escaped(plot.lines[l].name));
    }
}
}  // namespace

std::string svg_of(const Plot& plot) {
    const Frame frame(plot);
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" height=\"{1:g}\" "
        "role=\"img\">\n<title>{2}</title>\n",
        width, height, escaped(plot.title));
    svg += style;
    svg += "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n";
    svg += fmt::format("<text class=\"title\" x=\"{:g}\" y=\"26\">{}</text>\n", left, escaped(plot.title));
    svg += fmt::format("<text class=\"note\" x=\"{:g}\" y=\"45\">{}</text>\n", left, escaped(plot.note));
    draw_axes(plot, frame, svg);
    for (const PlotLine& line : plot.lines) draw_line(line, frame, svg);
    draw_legend(plot, frame, svg);
    return svg + "</svg>\n";
}

}  // namespace sinew::bench
