// SPDX-License-Identifier: Apache-2.0
#include "train/prepare.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "train/raw_columns.hpp"

namespace sinew::train {

namespace {
constexpr std::size_t usual_scale = 100;
constexpr std::size_t usual_thermometer = 8;
constexpr std::int64_t largest_power = 1000000;  // of ten that decimals are multiplied by

/// The power of ten that makes all numbers whole, if there is one that leaves them small enough.
std::optional<Rational> decimal_factor(const std::vector<Rational>& numbers) {
    for (std::int64_t power = 1; power <= largest_power; power *= 10) {
        const bool all = std::all_of(numbers.begin(), numbers.end(), [&](const Rational& number) {
            const Rational scaled = number * Rational(static_cast<long>(power));
            return scaled.get_den() == 1 && abs(scaled) <= largest_feature;
        });
        if (all) return Rational(static_cast<long>(power));
    }
    return std::nullopt;
}

class Fitting {
  public:
    Fitting(const model::TextTable& table, const PrepareOptions& options)
        : table_(table), options_(options), reader_(table) {}

    Fitted run() {
        check_names();
        read_classes();
        for (std::size_t c = 0; c < table_.columns(); ++c) {
            check_limits();
            const std::string& name = table_.names[c];
            if (name == options_.label) continue;
            if (std::find(options_.ignored.begin(), options_.ignored.end(), name) != options_.ignored.end())
                drop(name, "left out as asked");
            else
                add_column(c);
        }
        if (!options_.keep_constant) drop_constant_features();
        forget_unread_columns();
        if (result_.preparation.features.empty())
            throw InputError({table_.file, 0, 0}, "no feature is left",
                             "columns beside the label that are not the same in all rows");
        return std::move(result_);
    }

  private:
    void drop(const std::string& name, const std::string& reason) { result_.dropped.push_back({name, reason}); }

    void check_names() const {
        const auto check = [&](const std::string& name, const char* what) {
            if (!table_.find(name))
                throw InputError({table_.file, table_.has_header ? std::size_t{1} : std::size_t{0}, 0},
                                 fmt::format("there is no column '{}' ({})", name, what),
                                 fmt::format("one of {}", names()));
        };
        check(options_.label, "the label");
        for (const std::string& name : options_.ignored) check(name, "to leave out");
        for (const std::string& name : options_.categorical) check(name, "of categories");
        for (const auto& [name, encoding] : options_.of_column) check(name, "to encode");
        if (table_.columns() == 1)
            throw InputError({table_.file, table_.lines.front(), 0}, "the table has one column, the label",
                             "a column of features beside it");
    }

    std::string names() const {
        constexpr std::size_t most = 20;
        std::string text;
        for (std::size_t c = 0; c < std::min(most, table_.columns()); ++c)
            text += (c == 0 ? "" : ", ") + table_.names[c];
        return text + (table_.columns() > most ? ", …" : "");
    }

    void read_classes() {
        const std::size_t column = *table_.find(options_.label);
        for (std::size_t row = 0; row < table_.rows(); ++row)
            if (is_missing(table_.cell(row, column)))
                throw InputError({table_.file, table_.lines[row], 0}, "the label is missing", "a class in every row");
        std::vector<std::string> classes = reader_.content_of(column, true).values;
        if (classes.size() == 1)
            throw InputError({table_.file, 0, 0}, fmt::format("the label is '{:.40}' in every row", classes[0]),
                             "two classes or more");
        if (classes.size() > most_classes)
            throw InputError({table_.file, 0, 0}, fmt::format("the label has {} values", classes.size()),
                             fmt::format("classes, {} at most", most_classes));
        result_.preparation.label = options_.label;
        result_.preparation.has_header = table_.has_header;
        result_.preparation.classes = std::move(classes);
    }

    void add_column(std::size_t c) {
        const std::string& name = table_.names[c];
        const Encoding encoding = encoding_of(name);
        const bool names =
            encoding == Encoding::one_hot ||
            std::find(options_.categorical.begin(), options_.categorical.end(), name) != options_.categorical.end();
        ColumnContent content = reader_.content_of(c, names);
        if (content.missing != 0) result_.missing.emplace_back(name, content.missing);
        if (content.missing == table_.rows()) {
            drop(name, "no value");
            return;
        }
        Column column{name, content.kind, {}, 0};
        if (content.kind == Column::Kind::number)
            add_numbers(std::move(column), content, encoding);
        else
            add_words(std::move(column), std::move(content), encoding);
    }

    Encoding encoding_of(const std::string& name) const {
        const auto found = options_.of_column.find(name);
        return found == options_.of_column.end() ? options_.numbers : found->second;
    }

    std::uint32_t next_column(Column column) {
        result_.preparation.columns.push_back(std::move(column));
        return static_cast<std::uint32_t>(result_.preparation.columns.size() - 1);
    }

    void add_words(Column column, ColumnContent content, Encoding encoding) {
        const bool asked = options_.of_column.contains(column.name);
        if (asked && encoding != Encoding::one_hot && encoding != Encoding::automatic)
            throw InputError({table_.file, 0, 0}, fmt::format("column '{}' has words", column.name),
                             "numbers, for this encoding");
        if (content.missing != 0 && options_.missing == Missing::fill) content.values.emplace_back("?");
        if (content.values.size() > options_.most_categories) {
            drop(column.name, fmt::format("{} different words", content.values.size()));
            return;
        }
        if (content.values.size() == 1 && !options_.keep_constant) {
            drop(column.name, "constant");
            return;
        }
        column.values = content.values;
        const std::uint32_t index = next_column(std::move(column));
        // Of two values the second says everything.
        const std::size_t first = content.values.size() == 2 ? 1 : 0;
        for (std::size_t v = first; v < content.values.size(); ++v)
            result_.preparation.features.push_back({index, Feature::Rule::equals, 1, 0, content.values[v], -1, 1});
    }

    void add_numbers(Column column, const ColumnContent& content, Encoding encoding) {
        const std::vector<Rational>& numbers = content.numbers;
        const Rational median = content.ranked(content.ends.back() / 2);
        column.fill = median;
        const Rational& least = numbers.front();
        const Rational& most = numbers.back();
        if (least == most && !options_.keep_constant) {
            drop(column.name, "constant");
            return;
        }
        const bool binary = std::all_of(numbers.begin(), numbers.end(),
                                        [&](const Rational& number) { return number == least || number == most; });
        if (binary && most == 1 && (least == 0 || least == -1)) column.values = {to_string(least), "1"};
        const std::string name = column.name;
        const std::uint32_t index = next_column(std::move(column));
        const std::optional<Rational> factor = decimal_factor(numbers);
        if (encoding == Encoding::thermometer) {
            add_thermometer(index, content);
        } else if (encoding == Encoding::scaled || encoding == Encoding::centred ||
                   (encoding == Encoding::automatic && !factor)) {
            const std::size_t levels = options_.levels == 0 ? usual_scale : options_.levels;
            const Rational width = most == least ? Rational(1) : Rational(most - least);
            const Rational middle = binary ? Rational((least + most) / 2) : median;
            const Rational& zero = encoding == Encoding::centred ? middle : least;
            result_.preparation.features.push_back(
                {index, Feature::Rule::whole, Rational(static_cast<unsigned long>(levels)) / width, zero, "", 0, 0});
        } else if (factor) {
            result_.preparation.features.push_back({index, Feature::Rule::whole, *factor, 0, "", 0, 0});
        } else {
            throw InputError({table_.file, 0, 0},
                             fmt::format("column '{}' has numbers that no small power of ten makes whole", name),
                             "another encoding: scaled or thermometer");
        }
        set_range(index, least, most);
    }

    void add_thermometer(std::uint32_t index, const ColumnContent& content) {
        const std::vector<Rational>& numbers = content.numbers;
        const std::size_t levels = options_.levels == 0 ? usual_thermometer : options_.levels;
        std::vector<Rational> thresholds;
        if (numbers.size() <= levels + 1)
            thresholds.assign(numbers.begin() + 1, numbers.end());
        else
            for (std::size_t l = 1; l <= levels; ++l)
                thresholds.push_back(content.ranked(l * content.ends.back() / (levels + 1)));
        thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
        std::erase(thresholds, numbers.front());
        for (const Rational& threshold : thresholds)
            result_.preparation.features.push_back({index, Feature::Rule::at_least, 1, threshold, "", -1, 1});
    }

    void set_range(std::uint32_t index, const Rational& least, const Rational& most) {
        std::vector<Feature>& features = result_.preparation.features;
        for (auto feature = features.rbegin(); feature != features.rend() && feature->column == index; ++feature) {
            if (feature->rule != Feature::Rule::whole) continue;
            const std::optional<std::int32_t> low = value_of(*feature, least, {});
            const std::optional<std::int32_t> high = value_of(*feature, most, {});
            require(low && high, "training numbers fit their feature");
            feature->lower = *low;
            feature->upper = *high;
        }
    }

    /// Where rows are left out for missing values, or numbers are scaled coarsely, a column that varies may have a
    /// feature that does not.
    void drop_constant_features() {
        Preparation& preparation = result_.preparation;
        const PreparedTable prepared = apply(preparation, table_, options_.missing);
        const Examples& examples = prepared.examples;
        std::vector<Feature> kept;
        for (std::size_t f = 0; f < preparation.features.size(); ++f) {
            check_limits();
            bool varies = false;
            for (std::size_t k = 1; k < examples.rows() && !varies; ++k)
                varies = examples.row(k)[f] != examples.row(0)[f];
            if (varies)
                kept.push_back(preparation.features[f]);
            else
                drop(preparation.features[f].name(preparation.columns), "constant");
        }
        preparation.features = std::move(kept);
    }

    /// A column without features need not be in later tables.
    void forget_unread_columns() {
        Preparation& preparation = result_.preparation;
        std::vector<Column> kept;
        std::vector<std::uint32_t> place(preparation.columns.size());
        std::vector<bool> is_read(preparation.columns.size(), false);
        for (const Feature& feature : preparation.features) is_read[feature.column] = true;
        for (std::uint32_t c = 0; c < preparation.columns.size(); ++c) {
            place[c] = static_cast<std::uint32_t>(kept.size());
            if (is_read[c]) kept.push_back(std::move(preparation.columns[c]));
        }
        for (Feature& feature : preparation.features) feature.column = place[feature.column];
        preparation.columns = std::move(kept);
    }

    static constexpr std::size_t most_classes = 1000;

    const model::TextTable& table_;
    const PrepareOptions& options_;
    ColumnReader reader_;
    Fitted result_;
};
}  // namespace

Fitted prepare(const model::TextTable& table, const PrepareOptions& options) {
    return Fitting(table, options).run();
}

}  // namespace sinew::train
