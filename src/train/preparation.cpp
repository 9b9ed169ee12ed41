// SPDX-License-Identifier: Apache-2.0
#include "train/preparation.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/limit_scope.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"

namespace sinew::train {

namespace {
std::string quoted(std::string_view cell) {
    return "'" + printable(cell, 40) + "'";
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
        features_of_.resize(source_.size());
        for (std::size_t f = 0; f < preparation.features.size(); ++f)
            features_of_[preparation.features[f].column].push_back(f);
        missing_word_.resize(table.words->size());
        place_of_word_.resize(table.words->size(), unseen);
    }

    PreparedTable run() {
        choose_rows();
        if (result_.row_of.empty())
            throw InputError({table_.file, 0, 0}, "every row has a missing value", "at least one row without");
        result_.examples.values.resize(result_.row_of.size() * preparation_.features.size());
        for (std::size_t c = 0; c < source_.size(); ++c) add_column(c);
        add_labels();
        return std::move(result_);
    }

  private:
    void choose_rows() {
        for (std::uint32_t word = 0; word < table_.words->size(); ++word)
            missing_word_[word] = is_missing(table_.words->text(word));
        for (std::size_t row = 0; row < table_.rows(); ++row) {
            check_limits();
            if (missing_ != Missing::fill && has_gap(row))
                ++result_.dropped;
            else
                result_.row_of.push_back(row);
        }
    }

    bool has_gap(std::size_t row) const {
        for (const std::size_t column : source_) {
            if (!missing_word_[table_.word(row, column)]) continue;
            if (missing_ == Missing::refuse)
                throw InputError(place(table_, row), fmt::format("column {} is empty", quoted(table_.names[column])),
                                 "a value in every cell (--missing fill or --missing drop takes what there is)");
            return true;
        }
        return false;
    }

    /// The features of a column, worked out once for each word of it.
    void add_column(std::size_t c) {
        const std::vector<std::size_t>& features = features_of_[c];
        std::vector<std::uint32_t> seen;
        std::vector<std::int32_t> values;  // of each word seen, for each of the features
        std::vector<bool> is_unknown;
        for (std::size_t k = 0; k < result_.row_of.size(); ++k) {
            check_limits();
            const std::size_t row = result_.row_of[k];
            const std::uint32_t word = table_.word(row, source_[c]);
            if (place_of_word_[word] == unseen) {
                place_of_word_[word] = seen.size();
                seen.push_back(word);
                is_unknown.push_back(!add_word(row, c, features, values));
            }
            const std::size_t at = place_of_word_[word];
            result_.filled += missing_word_[word] ? 1 : 0;
            result_.unknown_values += is_unknown[at] ? 1 : 0;
            std::int32_t* const example = result_.examples.values.data() + k * preparation_.features.size();
            for (std::size_t i = 0; i < features.size(); ++i) example[features[i]] = values[at * features.size() + i];
        }
        for (const std::uint32_t word : seen) place_of_word_[word] = unseen;
    }

    /// The features of this cell's word; false if training had not seen it.
    bool add_word(std::size_t row, std::size_t c, const std::vector<std::size_t>& features,
                  std::vector<std::int32_t>& values) const {
        const Column& column = preparation_.columns[c];
        const bool is_number = column.kind == Column::Kind::number;
        const bool missing = missing_word_[table_.word(row, source_[c])];
        const Rational number = is_number ? number_in(row, c, missing) : Rational(0);
        const std::string_view word = missing ? std::string_view("?") : table_.cell(row, source_[c]);
        for (const std::size_t f : features) {
            check_limits();
            const std::optional<std::int32_t> value = value_of(preparation_.features[f], number, word);
            if (!value)
                throw InputError(place(table_, row),
                                 fmt::format("column {}: {} is too large", quoted(column.name), to_string(number)),
                                 fmt::format("at most {} after scaling", largest_feature));
            values.push_back(*value);
        }
        return is_number || std::find(column.values.begin(), column.values.end(), word) != column.values.end();
    }

    Rational number_in(std::size_t row, std::size_t c, bool missing) const {
        const Column& column = preparation_.columns[c];
        const Rational number = missing ? column.fill : number_of(table_, row, source_[c]);
        if (binary_ && !column.values.empty() && to_string(number) != column.values[0] &&
            to_string(number) != column.values[1])
            throw InputError(place(table_, row), fmt::format("column {} is {}", quoted(column.name), to_string(number)),
                             fmt::format("{} or {}, as in training", column.values[0], column.values[1]));
        return number;
    }

    void add_labels() {
        std::vector<std::optional<std::uint32_t>> of_word(label_ ? table_.words->size() : 0);
        for (const std::size_t row : result_.row_of) {
            check_limits();
            if (!label_) {
                result_.examples.labels.push_back(0);
                continue;
            }
            std::optional<std::uint32_t>& known = of_word[table_.word(row, *label_)];
            if (!known) known = label(row);
            result_.examples.labels.push_back(*known);
        }
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
                             fmt::format("one of {}", joined(classes, ", ")));
        return static_cast<std::uint32_t>(found - classes.begin());
    }

    const Preparation& preparation_;
    const model::TextTable& table_;
    Missing missing_;
    bool binary_;
    std::vector<std::size_t> source_;
    std::optional<std::size_t> label_;
    std::vector<std::vector<std::size_t>> features_of_;  ///< by column
    static constexpr auto unseen = static_cast<std::size_t>(-1);
    std::vector<bool> missing_word_;
    std::vector<std::size_t> place_of_word_;  ///< of the column that is added
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

std::vector<std::uint32_t> Preparation::number_features() const {
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t f = 0; f < features.size(); ++f)
        if (features[f].rule == Feature::Rule::whole) numbers.push_back(f);
    return numbers;
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
