// SPDX-License-Identifier: Apache-2.0
#include "cli/train_report.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/join.hpp"

namespace sinew::cli {

namespace {
constexpr std::size_t most_classes_shown = 20;
constexpr std::size_t most_margins_shown = 32;

/// Lines of a label and a cell for each part, cells as wide as the widest.
class Table {
  public:
    explicit Table(const std::vector<PartReport>& parts) : parts_(parts) {}

    template <class Cell>
    void add(const std::string& label, Cell cell) {
        std::vector<std::string> line{label};
        for (const PartReport& part : parts_) line.push_back(cell(part));
        lines_.push_back(std::move(line));
    }

    std::string text() const {
        std::vector<std::size_t> width(parts_.size() + 1, 0);
        for (const auto& line : lines_)
            for (std::size_t c = 0; c < line.size(); ++c) width[c] = std::max(width[c], line[c].size());
        std::string text;
        for (const auto& line : lines_) {
            text += fmt::format("{:<{}}", line[0], width[0]);
            for (std::size_t c = 1; c < line.size(); ++c) text += fmt::format("  {:>{}}", line[c], width[c]);
            text += '\n';
        }
        return text;
    }

  private:
    const std::vector<PartReport>& parts_;
    std::vector<std::vector<std::string>> lines_;
};

std::string percent(double share) {
    return fmt::format("{:.2f} %", 100 * share);
}

std::string share_text(std::size_t count, std::size_t of) {
    return fmt::format("{} ({})", count, percent(of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of)));
}

std::string confusion_text(const NetworkReport& report, const PartReport& part) {
    std::string text = fmt::format("{}: rows are labels, columns what the network tells\n", part.name);
    std::size_t width = 5;
    for (const std::string& name : report.classes) width = std::max(width, std::min<std::size_t>(name.size(), 16));
    text += fmt::format("  {:>{}}", "", width);
    for (const std::string& name : report.classes) text += fmt::format("  {:>{}.16}", name, width);
    text += '\n';
    for (std::size_t label = 0; label < part.confusion.counts.size(); ++label) {
        text += fmt::format("  {:>{}.16}", report.classes[label], width);
        for (const std::size_t count : part.confusion.counts[label]) text += fmt::format("  {:>{}}", count, width);
        text += '\n';
    }
    return text;
}

std::string margins_text(const train::Margins& margins) {
    std::string text;
    for (std::size_t l = 0; l < margins.neurons.size(); ++l) {
        const auto& layer = margins.neurons[l];
        const std::size_t shown = std::min(layer.size(), most_margins_shown);
        std::vector<std::int64_t> some(layer.begin(), layer.begin() + static_cast<std::ptrdiff_t>(shown));
        text += fmt::format("margins of layer {}: {}{}\n", l + 1, joined(some, " "), shown == layer.size() ? "" : " …");
    }
    if (margins.lead) text += fmt::format("least lead of a right class: {}\n", *margins.lead);
    return text;
}
}  // namespace

Unfairness unfairness_of(const std::string& column, const std::vector<bool>& unfair, const std::vector<bool>& right) {
    Unfairness counts{column, 0, 0};
    for (std::size_t k = 0; k < unfair.size(); ++k) {
        counts.violations += unfair[k] ? 1 : 0;
        counts.right_and_fair += right[k] && !unfair[k] ? 1 : 0;
    }
    return counts;
}

std::string report_text(const NetworkReport& report) {
    Table table(report.parts);
    table.add("", [](const PartReport& part) { return part.name; });
    table.add("examples", [](const PartReport& part) { return std::to_string(part.confusion.examples()); });
    table.add("right", [](const PartReport& part) { return std::to_string(part.confusion.right()); });
    table.add("accuracy", [](const PartReport& part) { return percent(part.confusion.accuracy()); });
    table.add("balanced accuracy", [](const PartReport& part) { return percent(part.confusion.balanced_accuracy()); });
    if (!report.parts.empty() && report.parts[0].signs_right)
        table.add("all output signs right", [](const PartReport& part) {
            return share_text(part.signs_right.value_or(0), part.confusion.examples());
        });
    if (!report.robust_text.empty())
        table.add(fmt::format("right and robust ({})", report.robust_text), [](const PartReport& part) {
            return part.robust ? share_text(*part.robust, part.confusion.examples()) : std::string("-");
        });
    if (!report.epsilon.empty())
        table.add(fmt::format("right and certified at epsilon {}", report.epsilon), [](const PartReport& part) {
            std::string text = share_text(part.certified.value_or(0), part.confusion.examples());
            return part.undecided == 0 ? text : fmt::format("{}, {} undecided", text, part.undecided);
        });
    if (!report.parts.empty())
        for (std::size_t f = 0; f < report.parts[0].unfair.size(); ++f) {
            const std::string& column = report.parts[0].unfair[f].column;
            table.add(fmt::format("fairness violations in {}", column), [&](const PartReport& part) {
                return share_text(part.unfair[f].violations, part.confusion.examples());
            });
            table.add(fmt::format("right whatever {} is", column), [&](const PartReport& part) {
                return share_text(part.unfair[f].right_and_fair, part.confusion.examples());
            });
        }
    std::string text = table.text();
    if (report.classes.size() <= most_classes_shown)
        for (const PartReport& part : report.parts) text += confusion_text(report, part);
    if (report.weights_used) text += fmt::format("weights used: {} of {}\n", *report.weights_used, report.weights);
    if (report.margins) text += margins_text(*report.margins);
    return text;
}

nlohmann::json report_json(const NetworkReport& report) {
    nlohmann::json json;
    json["classes"] = report.classes;
    json["weights"] = report.weights;
    json["weights_used"] = report.weights_used ? nlohmann::json(*report.weights_used) : nullptr;
    for (const auto& [all, used] : report.layer_weights)
        json["weights_by_layer"].push_back({{"weights", all}, {"used", used}});
    for (const char* key : {"accuracy", "balanced_accuracy", "examples", "right", "confusion"})
        for (const char* part : {"train", "validation", "test"}) json[key][part] = nullptr;
    for (const PartReport& part : report.parts) {
        json["accuracy"][part.name] = part.confusion.accuracy();
        json["balanced_accuracy"][part.name] = part.confusion.balanced_accuracy();
        json["examples"][part.name] = part.confusion.examples();
        json["right"][part.name] = part.confusion.right();
        json["confusion"][part.name] = part.confusion.counts;
        if (part.signs_right) json["signs_right"][part.name] = *part.signs_right;
        if (part.robust) json["robust"][part.name] = *part.robust;
        if (part.certified) {
            json["certified"][part.name] = *part.certified;
            json["undecided"][part.name] = part.undecided;
        }
        for (const Unfairness& unfair : part.unfair) {
            json["fairness_violations"][unfair.column][part.name] = unfair.violations;
            json["right_and_fair"][unfair.column][part.name] = unfair.right_and_fair;
        }
    }
    if (report.margins) {
        json["margins"] = report.margins->neurons;
        json["lead"] = report.margins->lead ? nlohmann::json(*report.margins->lead) : nullptr;
    }
    return json;
}

}  // namespace sinew::cli
