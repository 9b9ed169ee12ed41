// Lines over two axes as an SVG picture that reads on light and on dark pages: its colours follow the reader's scheme,
// and dashes and markers tell the lines apart without them.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sinew::bench {

struct PlotLine {
    std::string name;
    std::vector<std::pair<double, double>> points;  ///< x rising
    int colour = 0;                                 ///< of the palette, from 0
    bool is_dashed = false;
    bool has_markers = true;
};

struct Plot {
    std::string title;
    std::string note;  ///< a line below the title
    std::string x_name;
    std::string y_name;
    double y_low = 0;
    double y_high = 100;
    std::vector<PlotLine> lines;
};

/// The whole file. x runs over all points of the lines, with a tick at each x that occurs; y ticks are round numbers.
std::string svg_of(const Plot& plot);

}  // namespace sinew::bench
