// SPDX-License-Identifier: Apache-2.0
#include "cli/train_data.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/number_text.hpp"
#include "cli/columns.hpp"
#include "cli/image_table.hpp"
#include "cli/raw_table.hpp"
#include "train/raw_columns.hpp"
#include "train/split.hpp"

namespace sinew::cli {

namespace {
constexpr const char* neighbour_column = "train_row";
constexpr std::size_t most_names = 12;

/// The table of these rows.
model::TextTable rows_of(const model::TextTable& table, const std::vector<std::size_t>& rows) {
    model::TextTable part{table.file, table.names, table.words, {}, {}, table.has_header, table.header_line, false};
    for (const std::size_t row : rows) {
        check_limits();
        for (std::size_t c = 0; c < table.columns(); ++c) part.cells.push_back(table.word(row, c));
        part.lines.push_back(table.lines[row]);
    }
    return part;
}

class Loading {
  public:
    Loading(const std::string& file, TrainSettings& settings) : settings_(settings) {
        if (settings.labels)
            read_images(file);
        else
            read_table(file);
    }

    TrainingData run() {
        fit();
        apply_parts();
        add_moved_images();
        tell_contradictions();
        read_neighbours();
        return std::move(data_);
    }

  private:
    void read_table(const std::string& file) {
        if (is_idx_file(file))
            throw InputError({file, 0, 0}, "the file has images", "--labels FILE, which names their labels");
        table_ = read::read_text_table(file, settings_.header, settings_.label);
        file_row_count_ = table_.rows();
        if (settings_.header == read::Header::automatic)
            tell_header(data_.notes, file, {table_.header_line, table_.header_is_doubtful}, table_.names);
        resolve_names();
        const std::optional<std::size_t> label = table_.find(settings_.label);
        if (!settings_.per_class || !label) return;
        std::map<std::string_view, std::size_t> number;
        std::vector<std::size_t> labels;
        for (std::size_t row = 0; row < table_.rows(); ++row)
            labels.push_back(number.emplace(table_.cell(row, *label), number.size()).first->second);
        const std::vector<std::size_t> rows =
            train::sample_classes(labels, *settings_.per_class, settings_.gradient.seed);
        table_ = rows_of(table_, rows);
        for (const std::size_t row : rows) file_rows_.push_back(row);
    }

    void read_images(const std::string& file) {
        const read::DataSet images = images_of(file);
        const std::vector<std::size_t> labels = read::read_labels(*settings_.labels);
        std::vector<std::size_t> rows;
        if (settings_.per_class)
            rows = train::sample_classes(labels, *settings_.per_class, settings_.gradient.seed);
        else
            for (std::size_t row = 0; row < images.rows(); ++row) rows.push_back(row);
        std::erase_if(rows, [&](std::size_t row) { return row >= images.rows(); });
        table_ = image_table(images, labels, settings_.label, rows);
        image_shape_ = images.image_shape;
        file_row_count_ = images.rows();
        file_rows_ = rows;
        resolve_names();
    }

    static read::DataSet images_of(const std::string& file) {
        read::DataSet images = read::read_dataset(file);
        if (!std::holds_alternative<std::vector<std::uint8_t>>(images.numbers))
            throw InputError({file, 0, 0}, "this is a table", "images, as there is a file of labels");
        return images;
    }

    /// Validation or test examples.
    train::Examples read_part(const std::string& file, const std::optional<std::string>& labels, const char* what) {
        if (!labels) return prepared(read_raw_table(file, data_.preparation), what);
        const read::DataSet images = images_of(file);
        const std::vector<std::size_t> classes = read::read_labels(*labels);
        train::Examples all{data_.preparation.features.size(), data_.preparation.classes.size(), {}, {}};
        constexpr std::size_t at_once = 1000;  // cells of text are large
        for (std::size_t begin = 0; begin < images.rows(); begin += at_once) {
            std::vector<std::size_t> rows;
            for (std::size_t row = begin; row < std::min(begin + at_once, images.rows()); ++row) rows.push_back(row);
            const train::Examples some = prepared(image_table(images, classes, settings_.label, rows), what);
            all.values.insert(all.values.end(), some.values.begin(), some.values.end());
            all.labels.insert(all.labels.end(), some.labels.begin(), some.labels.end());
        }
        return all;
    }

    void resolve_names() {
        settings_.label = column_name(settings_.label, "label");
        train::PrepareOptions& prepare = settings_.prepare;
        prepare.label = settings_.label;
        const auto resolve = [&](std::vector<std::string>& names, const char* option) {
            for (std::string& name : names) name = column_name(name, option);
        };
        resolve(prepare.ignored, "ignore");
        resolve(prepare.categorical, "categorical");
        resolve(settings_.fair, "fair");
        resolve_keys(prepare.of_column, "encode");
        resolve_keys(settings_.robust_columns, "robust");
        for (const std::string& name : settings_.fair) check_feature_column("fair", name);
        for (const auto& [name, epsilon] : settings_.robust_columns) check_feature_column("robust", name);
    }

    /// As the table calls the column; as given where it has none, which is told later.
    std::string column_name(const std::string& given, const char* option) const {
        const std::optional<std::size_t> column = find_column(table_.names, given, option, table_.file);
        return column ? table_.names[*column] : given;
    }

    template <class Value>
    void resolve_keys(std::map<std::string, Value>& of_column, const char* option) const {
        std::map<std::string, Value> resolved;
        for (const auto& [given, value] : of_column)
            if (!resolved.emplace(column_name(given, option), value).second)
                throw UsageError(fmt::format("--{} {}: this column is named twice", option, given));
        of_column = std::move(resolved);
    }

    void check_feature_column(const char* option, const std::string& name) const {
        if (!table_.find(name) || name == settings_.label)
            throw InputError({table_.file, table_.has_header ? std::size_t{1} : std::size_t{0}, 0},
                             fmt::format("--{}: there is no column '{}' of features", option, name),
                             "a column's name, as the table has it");
    }

    void fit() {
        train::Fitted fitted = train::prepare(table_, settings_.prepare);
        for (std::size_t row = 0; row < table_.rows(); ++row) train_rows_.push_back(row);
        if (settings_.test_share || settings_.validation_share) {
            const std::vector<std::string> classes = fitted.preparation.classes;
            split(classes);
            fitted = train::prepare(rows_of(table_, train_rows_), settings_.prepare);
        }
        data_.preparation = std::move(fitted.preparation);
        tell_fitted(fitted);
    }

    /// The rows of each part, by class.
    void split(const std::vector<std::string>& classes) {
        train::Examples labels{0, classes.size(), {}, {}};
        const std::size_t column = *table_.find(settings_.label);
        for (std::size_t row = 0; row < table_.rows(); ++row)
            labels.labels.push_back(
                static_cast<std::uint32_t>(std::ranges::find(classes, table_.cell(row, column)) - classes.begin()));
        if (settings_.test_share) {
            train::Split split = stratified_split(labels, train_rows_, *settings_.test_share, settings_.gradient.seed);
            test_rows_ = std::move(split.part);
            train_rows_ = std::move(split.rest);
        }
        if (settings_.validation_share) {
            // The share is of the whole file.
            const double rest = static_cast<double>(train_rows_.size()) / static_cast<double>(table_.rows());
            const double share = *settings_.validation_share / rest;
            if (share >= 1) throw UsageError("--split and --validation-split leave no training examples");
            train::Split split = stratified_split(labels, train_rows_, share, settings_.gradient.seed + 1);
            validation_rows_ = std::move(split.part);
            train_rows_ = std::move(split.rest);
        }
        std::vector<std::size_t> counts(classes.size(), 0);
        for (const std::size_t row : train_rows_) ++counts[labels.labels[row]];
        check_classes(counts, classes);
    }

    void check_classes(const std::vector<std::size_t>& counts, const std::vector<std::string>& classes) const {
        for (std::size_t c = 0; c < counts.size(); ++c)
            if (counts[c] == 0)
                throw InputError({table_.file, 0, 0},
                                 fmt::format("no training example is of class '{:.40}'", classes[c]),
                                 "an example of each class (rows with missing values may have been left out, or the "
                                 "splits may have taken all)");
    }

    train::Examples prepared(const model::TextTable& table, const char* what) {
        train::PreparedTable prepared = train::apply(data_.preparation, table, settings_.prepare.missing);
        if (!prepared.has_labels)
            throw InputError({table.file, table.has_header ? std::size_t{1} : std::size_t{0}, 0},
                             fmt::format("there is no column '{}' (the label)", settings_.label),
                             "the training file's columns");
        if (prepared.dropped != 0) note("{} {} examples are left out: a value is missing", prepared.dropped, what);
        if (prepared.filled != 0 && what != std::string_view("training"))
            note("{} missing values of {} examples are filled", prepared.filled, what);
        if (prepared.unknown_values != 0)
            note("{} values of {} examples do not occur among the training examples", prepared.unknown_values, what);
        if (what == std::string_view("training")) row_of_ = std::move(prepared.row_of);
        return std::move(prepared.examples);
    }

    void apply_parts() {
        data_.train = prepared(rows_of(table_, train_rows_), "training");
        check_classes(train::class_counts(data_.train), data_.preparation.classes);
        if (settings_.validation_file)
            data_.validation = read_part(*settings_.validation_file, settings_.validation_labels, "validation");
        else if (!validation_rows_.empty())
            data_.validation = prepared(rows_of(table_, validation_rows_), "validation");
        if (settings_.test_file)
            data_.test = read_part(*settings_.test_file, settings_.test_labels, "test");
        else if (!test_rows_.empty())
            data_.test = prepared(rows_of(table_, test_rows_), "test");
        for (const std::string& name : settings_.fair)
            if (data_.preparation.features_of(name).empty())
                throw InputError({table_.file, 0, 0}, fmt::format("--fair: no feature is made of column '{}'", name),
                                 "a column that is not constant and was not left out");
    }

    void read_neighbours() {
        if (!settings_.neighbours) return;
        const model::TextTable table =
            read::read_text_table(*settings_.neighbours, read::Header::present, neighbour_column);
        const std::optional<std::size_t> column = table.find(neighbour_column);
        if (!column)
            throw InputError({table.file, 1, 0}, fmt::format("there is no column '{}'", neighbour_column),
                             "the row of the training file, from 0, that each neighbour belongs to");
        std::unordered_map<std::size_t, std::uint32_t> example_of;
        for (std::size_t k = 0; k < row_of_.size(); ++k)
            example_of[file_row(train_rows_[row_of_[k]])] = static_cast<std::uint32_t>(k);
        const train::PreparedTable rows = train::apply(data_.preparation, table, settings_.prepare.missing);
        std::size_t of_others = 0;
        for (std::size_t k = 0; k < rows.examples.rows(); ++k) {
            const std::size_t line = rows.row_of[k];
            const Rational row = train::number_of(table, line, *column);
            if (row.get_den() != 1 || row < 0 || row >= Rational(static_cast<unsigned long>(file_row_count_)))
                throw InputError({table.file, table.lines[line], 0}, fmt::format("train_row is {}", to_string(row)),
                                 fmt::format("a row from 0 to {}", file_row_count_ - 1));
            const auto found = example_of.find(row.get_num().get_ui());
            if (found == example_of.end()) {
                ++of_others;
                continue;
            }
            data_.neighbour_of.push_back(found->second);
            const auto values = rows.examples.row(k);
            data_.neighbours.insert(data_.neighbours.end(), values.begin(), values.end());
        }
        if (of_others != 0) note("{} neighbours are of rows that are no training examples", of_others);
    }

    /// --augment: every feature must be a pixel as it is.
    void add_moved_images() {
        if (!settings_.shift) return;
        if (image_shape_.size() != 3 || image_shape_[2] != 1)
            throw InputError({table_.file, 0, 0}, "--augment: the file has no images of one channel");
        std::vector<std::uint32_t> pixels;
        for (const train::Feature& feature : data_.preparation.features) {
            if (feature.rule != train::Feature::Rule::whole || feature.factor != 1 || feature.offset != 0)
                throw UsageError("--augment moves pixels as they are: it does not go with --encode");
            const std::string_view name = data_.preparation.columns[feature.column].name;
            require(name.starts_with(image_column), "columns of images are named by their pixels");
            const std::optional<std::uint64_t> pixel = parse_index(name.substr(image_column.size()));
            require(pixel.has_value(), "columns of images are named by their pixels");
            pixels.push_back(static_cast<std::uint32_t>(*pixel));
        }
        settings_.gradient.arrangements = train::shifts(pixels, image_shape_[0], image_shape_[1], *settings_.shift);
    }

    /// The row of the training file.
    std::size_t file_row(std::size_t row) const { return file_rows_.empty() ? row : file_rows_[row]; }

    void tell_fitted(const train::Fitted& fitted) {
        std::string names;
        for (std::size_t d = 0; d < std::min(most_names, fitted.dropped.size()); ++d)
            names += fmt::format("{}{} ({})", d == 0 ? "" : ", ", fitted.dropped[d].name, fitted.dropped[d].reason);
        if (fitted.dropped.size() > most_names)
            names += fmt::format(", and {} more", fitted.dropped.size() - most_names);
        if (!names.empty()) note("left out: {}", names);
        for (const auto& [column, count] : fitted.missing) note("column {}: {} values are missing", column, count);
    }

    void tell_contradictions() {
        const train::Contradictions found = train::contradictions_of(data_.train);
        if (found.rows == 0) return;
        note(
            "{} training examples contradict each other (the same features with several labels, {} times): no network "
            "gets more than {} of {} right",
            found.rows, found.groups, found.most_right, data_.train.rows());
    }

    template <class... Values>
    void note(fmt::format_string<Values...> format, Values&&... values) {
        data_.notes.push_back(fmt::format(format, std::forward<Values>(values)...));
    }

    TrainSettings& settings_;
    model::TextTable table_;
    std::vector<std::size_t> file_rows_;   ///< of the file, by row of the table; empty: the same
    std::vector<std::size_t> train_rows_;  ///< of the table
    std::size_t file_row_count_ = 0;
    std::vector<std::size_t> image_shape_;
    std::vector<std::size_t> validation_rows_;
    std::vector<std::size_t> test_rows_;
    std::vector<std::size_t> row_of_;  ///< by training example: its index in train_rows_
    TrainingData data_;
};
}  // namespace

TrainingData load_training_data(const std::string& file, TrainSettings& settings) {
    return Loading(file, settings).run();
}

}  // namespace sinew::cli
