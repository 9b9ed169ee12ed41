// SPDX-License-Identifier: Apache-2.0
// The rows of a data set: a sortable table, with small pictures of those that were turned.
#include <algorithm>

#include <fmt/core.h>

#include "report/data_set.hpp"
#include "report/html.hpp"
#include "report/image.hpp"
#include "report/run.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {
constexpr std::size_t most_in_gallery = 12;
constexpr std::size_t most_pictures_in_rows = 200;

/// Both inputs of an example as numbers; the adversarial one from `adversarial`, or from `inputs` and `changes`.
struct Inputs {
    std::vector<double> original;
    std::vector<double> adversarial;
};

std::optional<Inputs> inputs_of(const Json& example, const ImageShape& shape) {
    Inputs inputs{values_of(member(example, "inputs")), values_of(member(example, "adversarial"))};
    if (inputs.original.size() != shape.size()) return std::nullopt;
    if (inputs.adversarial.empty() && !items(example, "changes").empty()) {
        inputs.adversarial = inputs.original;
        for (const Json& change : items(example, "changes")) {
            const auto place = count_of(change, "input");
            const auto value = number_of(change, "value");
            if (!place || !value || *place >= inputs.adversarial.size()) return std::nullopt;
            inputs.adversarial[*place] = *value;
        }
    }
    if (inputs.adversarial.size() != shape.size()) return std::nullopt;
    return inputs;
}

/// One scale for all pictures of a page, from the examples as they are.
PixelRange range_of(const Json& json) {
    std::vector<double> all;
    std::size_t count = 0;
    for (const Json& example : items(json, "examples")) {
        const std::vector<double> values = values_of(member(example, "inputs"));
        all.insert(all.end(), values.begin(), values.end());
        if (!values.empty() && ++count == 64) break;
    }
    return pixel_range(all);
}

std::string class_text(const Json& classes, const Json& number) {
    const auto index = count_of(number);
    if (!index) return "–";
    return *index < classes.size() ? shortened(text_of(classes[*index]), 60) : std::to_string(*index);
}

std::string number_cell(std::optional<double> number) {
    if (!number) return "<td class=\"n\">–</td>";
    return fmt::format("<td class=\"n\" data-v=\"{}\">{}</td>", *number, shown(*number));
}

/// Which rows are shown, in their order: first those that somebody will ask about.
std::vector<std::size_t> order_of_interest(const Json& examples) {
    std::vector<std::size_t> order;
    for (const std::string_view wanted : {"falsified", "unknown", "wrong", "certified", ""})
        for (std::size_t i = 0; i < examples.size(); ++i) {
            const std::string status = text_of(examples[i], "status");
            const bool is_other =
                status != "falsified" && status != "unknown" && status != "wrong" && status != "certified";
            if (status == wanted || (wanted.empty() && is_other && !status.empty()) ||
                (wanted.empty() && status.empty()))
                order.push_back(i);
        }
    return order;
}

std::string epsilons_cell(const Json& epsilons) {
    std::string html;
    for (const Json& entry : epsilons) {
        const std::string status = text_of(entry, "status");
        html += fmt::format("<span class=\"tag {}\" title=\"{}: {}\"></span>", class_of(tone_of_status(status)),
                            shown(number_of(entry, "epsilon").value_or(0)), escaped(status));
    }
    return "<td><span class=\"pair\">" + html + "</span></td>";
}

class Table {
  public:
    Table(const Json& json, Room& room)
        : classes_(items(json, "classes")),
          examples_(items(json, "examples")),
          norm_(text_of(json, "norm")),
          shape_(image_shape_of(member(json, "image"))),
          room_(room) {
        const auto some = [&](const char* key) {
            return std::ranges::any_of(examples_, [&](const Json& example) { return !member(example, key).is_null(); });
        };
        has_distance_ = some("distance");
        has_bound_ = some("bound");
        has_epsilons_ =
            std::ranges::any_of(examples_, [](const Json& example) { return items(example, "epsilons").size() > 1; });
        if (shape_) range_ = range_of(json);
        has_pictures_ = shape_ && std::ranges::any_of(examples_, [&](const Json& example) {
                            return text_of(example, "status") == "falsified" && inputs_of(example, *shape_);
                        });
    }

    std::string html() {
        std::vector<std::pair<std::size_t, std::string>> rows;
        for (const std::size_t i : order_of_interest(examples_)) {
            std::string row = row_html(examples_[i]);
            if (row.size() > room_.tables) break;
            room_.tables -= row.size();
            rows.emplace_back(i, std::move(row));
        }
        std::ranges::sort(rows, {}, &std::pair<std::size_t, std::string>::first);
        std::string body;
        for (const auto& row : rows) body += row.second;
        std::string note;
        if (rows.size() < examples_.size())
            note = fmt::format(
                "<p class=\"note\">{} of {} rows: the page has no room for more. Falsified, unknown and wrong ones "
                "come first; all are counted above.</p>",
                shown_count(rows.size()), shown_count(examples_.size()));
        if (pictures_left_out_ > 0)
            note +=
                fmt::format("<p class=\"note\">{} falsified rows are without their pictures, for the same reason.</p>",
                            shown_count(pictures_left_out_));
        return note +
               scroll_box(fmt::format("<table class=\"sorts\"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
                                      head(), body),
                          "Examples", true);
    }

  private:
    static std::string column(std::string_view name, char sort) {
        return fmt::format("<th scope=\"col\" data-sort=\"{}\"{}>{}</th>", sort, sort == 'n' ? " class=\"n\"" : "",
                           name);
    }

    std::string head() const {
        std::string html = column("row", 'n');
        if (has_pictures_) html += "<th scope=\"col\">picture</th>";
        html += column("label", 't') + column("predicted", 't') + column("verdict", 't');
        if (has_epsilons_) html += "<th scope=\"col\">by ε</th>";
        html += column("by", 't') + column("other class", 't');
        if (has_distance_) html += column("distance", 'n');
        if (has_bound_) html += column("bound", 'n');
        return html + column("seconds", 'n');
    }

    std::string row_html(const Json& example) {
        const std::string status = text_of(example, "status");
        std::string html = fmt::format("<tr><td class=\"n\">{}</td>", escaped(text_of(example, "row")));
        if (has_pictures_) html += "<td>" + picture(example, status) + "</td>";
        html += fmt::format("<td>{}</td><td>{}</td><td><span class=\"tag {}\">{}</span></td>",
                            name_html(class_text(classes_, member(example, "label"))),
                            name_html(class_text(classes_, member(example, "predicted"))),
                            class_of(tone_of_status(status)), escaped(status));
        if (has_epsilons_) html += epsilons_cell(items(example, "epsilons"));
        const std::string by = text_of(example, "decided_by");
        html += fmt::format("<td class=\"by\">{}</td><td>{}</td>", by.empty() ? "–" : name_html(by),
                            name_html(class_text(classes_, member(example, "adversarial_class"))));
        if (has_distance_) html += number_cell(length(example, "distance"));
        if (has_bound_) html += number_cell(length(example, "bound"));
        return html + number_cell(number_of(example, "seconds")) + "</tr>";
    }

    std::optional<double> length(const Json& example, const char* key) const {
        const auto number = number_of(example, key);
        return number ? std::optional(length_of(*number, norm_)) : std::nullopt;
    }

    std::string picture(const Json& example, const std::string& status) {
        if (status != "falsified") return {};
        const std::optional<Inputs> inputs = inputs_of(example, *shape_);
        if (!inputs) return {};
        std::string html = fmt::format(
            "<span class=\"pair\"><img src=\"{}\" alt=\"original\"><img src=\"{}\" alt=\"adversarial\"></span>",
            picture_uri(*shape_, inputs->original, range_), picture_uri(*shape_, inputs->adversarial, range_));
        if (html.size() > room_.pictures || pictures_ == most_pictures_in_rows) {
            ++pictures_left_out_;
            return {};
        }
        room_.pictures -= html.size();
        ++pictures_;
        // They are paid for by the pictures' room, not the table's.
        room_.tables += html.size();
        return html;
    }

    const Json& classes_;
    const Json& examples_;
    std::string norm_;
    std::optional<ImageShape> shape_;
    PixelRange range_;
    Room& room_;
    bool has_distance_ = false;
    bool has_bound_ = false;
    bool has_epsilons_ = false;
    bool has_pictures_ = false;
    std::size_t pictures_ = 0;
    std::size_t pictures_left_out_ = 0;
};
}  // namespace

std::string gallery_html(const Json& json, Room& room) {
    const std::optional<ImageShape> shape = image_shape_of(member(json, "image"));
    if (!shape) return {};
    const PixelRange range = range_of(json);
    const Json& classes = items(json, "classes");
    std::string html;
    std::size_t shown_pictures = 0;
    std::size_t falsified = 0;
    for (const Json& example : items(json, "examples")) {
        if (text_of(example, "status") != "falsified" && member(example, "adversarial_class").is_null()) continue;
        if (text_of(example, "status") == "wrong") continue;
        ++falsified;
        if (shown_pictures == most_in_gallery) continue;
        const std::optional<Inputs> inputs = inputs_of(example, *shape);
        if (!inputs) continue;
        auto distance = number_of(example, "distance");
        if (distance) distance = length_of(*distance, text_of(json, "norm"));
        Trio trio;
        trio.caption = fmt::format("Row {}: <b>{}</b> is taken for <b>{}</b>{}", escaped(text_of(example, "row")),
                                   name_html(class_text(classes, member(example, "label"))),
                                   name_html(class_text(classes, member(example, "adversarial_class"))),
                                   distance ? ", distance " + shown(*distance) : "");
        const std::string figure = trio_html(*shape, inputs->original, inputs->adversarial, range, trio);
        if (figure.empty()) continue;
        if (figure.size() > room.pictures / 2) break;  // the table has some, too
        room.pictures -= figure.size();
        html += figure;
        ++shown_pictures;
    }
    if (html.empty()) return {};
    return fmt::format(
        "<p class=\"note\">{} of {} with an adversarial input. In the third picture orange is brighter and blue is "
        "darker than in the original.</p><div class=\"trio\">{}</div>",
        shown_count(shown_pictures), shown_count(falsified), html);
}

std::string examples_table(const Json& json, Room& room) {
    if (items(json, "examples").empty()) return {};
    return Table(json, room).html();
}

}  // namespace sinew::report
