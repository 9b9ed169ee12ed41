// SPDX-License-Identifier: Apache-2.0
// Curves and bands over two axes as inline SVG. Colours follow the reader's scheme, dashes and dots tell lines apart
// without them, and the picture's text says what it shows.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sinew::report {

struct Axis {
    std::string name;
    bool log = false;      ///< needs values above 0; what is not is drawn at the low end
    bool percent = false;  ///< values are shares
    bool whole = false;    ///< ticks at whole numbers alone
    std::optional<double> low;
    std::optional<double> high;
};

struct Line {
    std::string name;
    std::vector<std::pair<double, double>> points;  ///< x rising
    int colour = 0;                                 ///< of the palette, from 0
    bool steps = false;                             ///< a value holds until the next point
    bool dashed = false;
    bool dots = false;
    bool loose = false;  ///< dots alone, in any order, and all of them
};

/// What lies between a low and a high end.
struct Band {
    std::string name;
    std::vector<std::array<double, 3>> points;  ///< x, low, high
    int colour = 0;
    bool steps = false;
};

struct Chart {
    std::string title;
    std::string told;  ///< what it shows, in a sentence: beneath the title, and for those who do not see it
    Axis x;
    Axis y;
    std::vector<Band> bands;
    std::vector<Line> lines;
};

/// A <figure>; "" where there is nothing to draw. Lines of many points are thinned to what a picture can show.
std::string chart_html(const Chart& chart);

/// The same as an SVG file of its own, with its texts and colours. It needs no page, and reads on light and dark ones.
std::string chart_svg(const Chart& chart);

/// Round numbers from low to high, at most about `most`.
std::vector<double> round_ticks(double low, double high, std::size_t most);

/// How many colours the palette has.
constexpr int palette_size = 6;

}  // namespace sinew::report
