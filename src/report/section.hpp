// SPDX-License-Identifier: Apache-2.0
// What pages are made of.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sinew::report {

struct Section {
    std::string id;
    std::string title;
    std::string html;  ///< headings in it begin at <h3>
};

/// Bytes of the page that the long parts of a document may take.
struct Room {
    std::size_t tables = 0;
    std::size_t pictures = 0;
};

/// A figure in a tile: what it is, its value, and perhaps a word beneath.
struct Fact {
    std::string name;
    std::string value;
    std::string note = {};
};
/// All of them side by side; those without a value are left out. Texts, not HTML.
std::string facts_html(const std::vector<Fact>& facts);

/// A term of a description list and what is said of it (HTML); nothing where that is empty.
std::string row_html(std::string_view name, const std::string& html);

/// What a colour says, beside the word.
enum class Tone { yes, no, odd, open };
std::string_view class_of(Tone tone);

struct Banner {
    Tone tone = Tone::open;
    std::string word;
    std::string meaning;
};
std::string banner_html(const Banner& banner);

/// A ground on which an answer rests, or one that is missing.
struct Ground {
    Tone tone;
    std::string name;
    std::string text;
};
std::string grounds_html(const std::vector<Ground>& grounds);

/// A bar from 0 to `share` of the track, or around its middle where `from` says so.
struct Bar {
    std::string label;  ///< HTML
    double from = 0;    ///< shares of the track
    double to = 0;
    std::string value;  ///< HTML
    std::string colour = "var(--c0)";
};
std::string bars_html(const std::vector<Bar>& bars, bool around_middle = false);

/// Parts of a whole, side by side in one bar.
struct Part {
    Tone tone;
    std::string name;
    double size = 0;
};
std::string stack_html(const std::vector<Part>& parts, std::string_view extra_class = {});
/// Which tone is which, with counts.
std::string stack_legend(const std::vector<Part>& parts);

/// A table in a box of its own, so that it scrolls and the page does not. `table` begins with "<table".
std::string scroll_box(const std::string& table, std::string_view name, bool tall = false);

}  // namespace sinew::report
