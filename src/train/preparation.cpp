#include "train/preparation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.hpp"
#include "exact/decimal.hpp"

namespace sinew::train {

namespace {
std::string quoted(std::string_view cell) {
    constexpr std::size_t longest = 40;
    std::string text;
    for (const char c : cell.substr(0, longest)) text += static_cast<unsigned char>(c) < ' ' ? '.' : c;
    return "'" + text + (cell.size() > longest ? "…'" : "'");
}

SourceLocation place(const model::TextTable& table, std::size_t row) {
    return {table.file, table.lines[row], 0};
}

/// A table's columns as a preparation knows them.
class Application {
  public:
    Application(const Preparation& preparation, const model::TextTable& table, Missing missing)
        : preparation_(preparation),
          table_(table),
          missing_(missing),
          binary_(preparation.input_kind() != model::InputKind::integers) {
        for (const Column& column : preparation.columns) {
            const std::optional<std::size_t> found = table.find(column.name);
            if (!found)
                throw InputError({table.file, table.has_header ? std::size_t{1} : std::size_t{0}, 0},
                                 fmt::format("there is no column {}", quoted(column.name)),
                                 "the columns that the network was trained on");
            source_.push_back(*found);
        }
        label_ = preparation.label.empty() ? std::nullopt : table.find(preparation.label);
        result_.has_labels = label_.has_value();
        result_.examples.features = preparation.features.size();
        result_.examples.classes = preparation.classes.size();
        numbers_.resize(source_.size());
        words_.resize(source_.size());
    }

    PreparedTable run() {
        for (std::size_t row = 0; row < table_.rows(); ++row) add(row);
        if (result_.examples.rows() == 0)
            throw InputError({table_.file, 0, 0}, "every row has a missing value", "at least one row without");
        return std::move(result_);
    }

  private:
    void add(std::size_t row) {
        if (missing_ != Missing::fill && has_gap(row)) {
            ++result_.dropped;
            return;
        }
        for (std::size_t c = 0; c < source_.size(); ++c) take(row, c);
        for (const Feature& feature : preparation_.features) {
            const std::optional<std::int32_t> value =
                value_of(feature, numbers_[feature.column], words_[feature.column]);
            if (!value)
                throw InputError(
                    place(table_, row),
                    fmt::format("column {}: {} is too large", quoted(preparation_.columns[feature.column].name),
                                to_string(numbers_[feature.column])),
                    fmt::format("at most {} after scaling", largest_feature));
            result_.examples.values.push_back(*value);
        }
        result_.examples.labels.push_back(label_ ? label(row) : 0);
        result_.row_of.push_back(row);
    }

    bool has_gap(std::size_t row) const {
        for (const std::size_t column : source_) {
            if (!is_missing(table_.cell(row, column))) continue;
            if (missing_ == Missing::refuse)
                throw InputError(place(table_, row), fmt::format("column {} is empty", quoted(table_.names[column])),
                                 "a value in every cell (--missing fill or --missing drop takes what there is)");
            return true;
        }
        return false;
    }

    void take(std::size_t row, std::size_t c) {
        const Column& column = preparation_.columns[c];
        const std::string& cell = table_.cell(row, source_[c]);
        const bool missing = is_missing(cell);
        result_.filled += missing ? 1 : 0;
        if (column.kind == Column::Kind::number) {
            numbers_[c] = missing ? column.fill : number_of(table_, row, source_[c]);
            if (binary_ && !column.values.empty() && to_string(numbers_[c]) != column.values[0] &&
                to_string(numbers_[c]) != column.values[1])
                throw InputError(place(table_, row),
                                 fmt::format("column {} is {}", quoted(column.name), to_string(numbers_[c])),
                                 fmt::format("{} or {}, as in training", column.values[0], column.values[1]));
            return;
        }
        words_[c] = missing ? std::string_view("?") : std::string_view(cell);
        if (std::find(column.values.begin(), column.values.end(), words_[c]) == column.values.end())
            ++result_.unknown_values;
    }

    std::uint32_t label(std::size_t row) const {
        const std::string& cell = table_.cell(row, *label_);
        const auto& classes = preparation_.classes;
        auto found = std::find(classes.begin(), classes.end(), cell);
        if (found == classes.end()) {  // 1.0 is the class 1
            const std::optional<Rational> number = parse_number(cell);
            if (number)
                found = std::find_if(classes.begin(), classes.end(),
                                     [&](const std::string& known) { return parse_number(known) == number; });
        }
        if (found == classes.end())
            throw InputError(place(table_, row),
                             is_missing(cell) ? std::string("the label is missing")
                                              : fmt::format("the label {} has no class", quoted(cell)),
                             fmt::format("one of {}", fmt::join(classes, ", ")));
        return static_cast<std::uint32_t>(found - classes.begin());
    }

    const Preparation& preparation_;
    const model::TextTable& table_;
    Missing missing_;
    bool binary_;
    std::vector<std::size_t> source_;
    std::optional<std::size_t> label_;
    std::vector<Rational> numbers_;
    std::vector<std::string_view> words_;
    PreparedTable result_;
};
}  // namespace

std::string Feature::name(const std::vector<Column>& columns) const {
    const std::string& base = columns[column].name;
    if (rule == Rule::at_least) return fmt::format("{}>={}", base, to_string(offset));
    return rule == Rule::equals ? base + "=" + value : base;
}

model::InputKind Preparation::input_kind() const {
    const auto all_are = [&](const std::vector<std::string>& values, bool words) {
        return std::all_of(features.begin(), features.end(), [&](const Feature& feature) {
            if (feature.rule != Feature::Rule::whole) return words;
            return feature.factor == 1 && feature.offset == 0 && columns[feature.column].values == values;
        });
    };
    if (all_are({"-1", "1"}, true)) return model::InputKind::signs;
    return all_are({"0", "1"}, false) ? model::InputKind::bits : model::InputKind::integers;
}

std::vector<std::string> Preparation::feature_names() const {
    std::vector<std::string> names;
    for (const Feature& feature : features) names.push_back(feature.name(columns));
    return names;
}

std::vector<std::uint32_t> Preparation::features_of(std::string_view column) const {
    std::vector<std::uint32_t> found;
    for (std::uint32_t f = 0; f < features.size(); ++f)
        if (columns[features[f].column].name == column) found.push_back(f);
    return found;
}

bool is_missing(std::string_view cell) {
    return cell.empty() || cell == "?" || cell == "NA" || cell == "N/A";
}

Rational number_of(const model::TextTable& table, std::size_t row, std::size_t column) {
    const std::string& cell = table.cell(row, column);
    const std::optional<Rational> number = parse_number(cell);
    if (!number)
        throw InputError(place(table, row),
                         fmt::format("column {}: {} is no number", quoted(table.names[column]), quoted(cell)),
                         "a number; a cell that is empty or '?' is a missing one");
    return *number;
}

std::optional<std::int32_t> value_of(const Feature& feature, const Rational& number, std::string_view category) {
    switch (feature.rule) {
        case Feature::Rule::at_least:
            return number >= feature.offset ? 1 : -1;
        case Feature::Rule::equals:
            return category == feature.value ? 1 : -1;
        case Feature::Rule::whole:
            break;
    }
    const Integer whole = floor(Rational((number - feature.offset) * feature.factor + Rational(1, 2)));
    if (abs(whole) > largest_feature) return std::nullopt;
    return static_cast<std::int32_t>(whole.get_si());
}

PreparedTable apply(const Preparation& preparation, const model::TextTable& table, Missing missing) {
    return Application(preparation, table, missing).run();
}

}  // namespace sinew::train
