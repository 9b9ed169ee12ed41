// SPDX-License-Identifier: Apache-2.0
#include "cli/examples.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/naming_file.hpp"
#include "base/sha256.hpp"
#include "base/utf8.hpp"
#include "cli/columns.hpp"
#include "cli/common_options.hpp"
#include "cli/image_table.hpp"
#include "cli/raw_table.hpp"
#include "read/file.hpp"
#include "train/preparation_text.hpp"

namespace sinew::cli {

namespace {
using model::InputKind;

std::size_t count_given(const Arguments& arguments, const char* option, std::size_t low, std::size_t high) {
    return sinew::whole_number(option, arguments.get<std::string>(option), low, high);
}

constexpr std::size_t any_count = 1000000000;

std::string size_text(std::size_t height, std::size_t width) {
    return fmt::format("an image of {} rows of {} pixels", height, width);
}
}  // namespace

void describe_examples(OptionGroups& options) {
    OptionGroup group("examples");
    // clang-format off
    group.options = {
        {"labels", takes_text("FILE"), "the classes of the examples: idx, or a text of whole numbers"},
        {"label", takes_text("CLASS"), "the class of every example: its number from 0, or its name where the network was trained on names"},
        {"label-column", takes_text("COLUMN"), "the column of a table that holds the class: its name, or its number from 1 (default: the last, where there is one more than the network has inputs)"},
        {"header", takes_text("yes|no").among({"yes", "no"}), "whether the first row of a table has names (default: if none of its cells is a number)"},
        {"input", takes_text("KIND").among(input_kinds()), "what the network's inputs are, where the file does not tell: bits (0, 1), signs (-1, 1), pixels (0 to 255), unit (reals from 0 to 1), integers (any whole numbers)"},
        {"binarize", takes_text("BYTE"), "images for a network over bits or signs: true is a pixel of this byte or more"},
        {"resize", "scale images to the network's square input (bilinear, as the Python Imaging Library does it)"},
        {"skip", takes_text("N"), "leave out the first N examples"},
        {"limit", takes_text("N"), "at most N examples"}};
    // clang-format on
    options.push_back(group);
}

Examples::Examples(const std::vector<std::string>& files, const Arguments& arguments, const NetworkFacts& network)
    : network_(network), file_(files.front()) {
    if (!network.preparation.empty()) {
        preparation_ = train::parse_preparation(network.preparation, "the network");
        for (const char* option : {"header", "binarize", "resize"})
            if (arguments.has(option))
                throw InputError({files.front(), 0, 0},
                                 fmt::format("--{}: the network's own preparation reads these rows", option));
    }
    for (const std::string& file : files) {
        const read::FileContent content = content_of(file, arguments);
        if (preparation_.features.empty())
            add_rows(content, file, arguments);
        else
            add_raw_rows(content, file, arguments);
        file_end_.push_back(data_.rows());
    }
    if (!std::holds_alternative<std::vector<std::uint8_t>>(data_.numbers))
        for (const char* option : {"binarize", "resize", "scale"})
            if (arguments.has(option))
                throw InputError({file_, 0, 0}, fmt::format("--{}: this is a table", option), "images");
    if (arguments.has("binarize")) binarize_ = static_cast<int>(count_given(arguments, "binarize", 1, 255));
    read_label_options(arguments);
    resize(arguments);
    if (data_.columns != network.input_count)
        throw InputError({data_.row_places.front(), 0, 0}, fmt::format("an example has {} columns", data_.columns),
                         fmt::format("{} as the network has inputs{}", network.input_count,
                                     data_.image_shape.empty() ? "" : " (--resize scales images)"));
    find_image_shape();
    find_zero_one_files();
    choose_rows(arguments);
}

void Examples::find_image_shape() {
    const std::vector<std::size_t>& input_shape = network_.input_shape;
    const auto is_colour = [](std::size_t channels) { return channels == 1 || channels == 3; };
    if (!data_.image_shape.empty()) {
        image_shape_ = data_.image_shape;
        const std::size_t channels = image_shape_[2];
        // As many pixels in rows of another length would be another picture.
        const bool has_size = input_shape.size() == 3 && (input_shape[0] == channels || input_shape[2] == channels);
        if (has_size && input_shape != image_shape_ &&
            input_shape != std::vector{channels, image_shape_[0], image_shape_[1]}) {
            const std::size_t height = input_shape[0] == channels ? 1 : 0;
            throw InputError({data_.row_places.front(), 0, 0}, size_text(image_shape_[0], image_shape_[1]),
                             size_text(input_shape[height], input_shape[height + 1]) + " as the network has");
        }
        const bool looks_first = input_shape.size() == 3 && input_shape[0] == channels && input_shape[2] != channels;
        channels_first_ = channels > 1 && network_.channels_first.value_or(looks_first);
        return;
    }
    std::size_t side = 1;
    while (side * side < data_.columns) ++side;
    const bool may_be_first = network_.channels_first.value_or(true);
    if (input_shape.size() == 3 && is_colour(input_shape[0]) && may_be_first) {
        image_shape_ = {input_shape[1], input_shape[2], input_shape[0]};
        channels_first_ = input_shape[0] > 1;
    } else if (input_shape.size() == 3 && is_colour(input_shape[2])) {
        image_shape_ = input_shape;
    } else if (input_shape.size() < 3 && side > 1 && side * side == data_.columns) {
        image_shape_ = {side, side, 1};
    }
}

/// A file of zeros and ones alone has 0 for -1, where the network reads signs.
void Examples::find_zero_one_files() {
    const auto* table = std::get_if<model::NumberArray>(&data_.numbers);
    if (network_.kind != InputKind::signs || table == nullptr || !preparation_.features.empty()) return;
    const double* number = table->nearest().data();
    std::size_t row = 0;
    for (const std::size_t end : file_end_) {
        const bool zero_one = std::all_of(number + row * data_.columns, number + end * data_.columns,
                                          [](double value) { return value == 0 || value == 1; });
        zero_for_minus_one_.resize(end, zero_one);
        row = end;
    }
}

/// A file is read once: a pipe cannot be read again, and the digest is of what was understood.
read::FileContent Examples::content_of(const std::string& file, const Arguments& arguments) {
    read::FileContent content = read::read_file(file);
    if (arguments.has("resume") || arguments.has("db")) digests_.push_back(sha256(content));
    return content;
}

/// Rows of the network's inputs, perhaps with their class.
void Examples::add_rows(std::string_view content, const std::string& file, const Arguments& arguments) {
    read::DataSet data = read::parse_dataset(content, file, header_of(arguments));
    if (std::holds_alternative<model::NumberArray>(data.numbers)) {
        if (!arguments.has("header")) tell_header(notes_, file, data.header, data.column_names);
        const bool is_header = data.header.line != 0;
        know_columns(is_header ? data.column_names : numbered_columns(data.columns), is_header, file);
    }
    add(std::move(data));
}

void Examples::know_columns(std::vector<std::string> names, bool is_header, const std::string& file) {
    if (file_columns_.empty() || (is_header && !columns_have_names_)) {
        file_columns_ = std::move(names);
        columns_have_names_ = is_header;
        return;
    }
    if (!is_header || names == file_columns_) return;
    if (preparation_.features.empty())  // rows are the network's inputs, by place
        throw InputError({file, 0, 0}, "its columns are not called as in the file before", "the same header, or none");
    columns_differ_ = true;
}

/// Rows as the training data had them, as the network's preparation takes them.
void Examples::add_raw_rows(std::string_view content, const std::string& file, const Arguments& arguments) {
    if (read::dataset::is_idx(content)) {
        add_raw_images(read::parse_dataset(content, file));
        return;
    }
    const model::TextTable table = parse_raw_table(content, file, preparation_);
    know_columns(table.names, table.has_header, file);
    if (arguments.has("label-column")) {
        const auto& given = arguments.get<std::string>("label-column");
        const std::optional<std::size_t> column = find_column(table.names, given, "label", file);
        preparation_.label = column ? table.names[*column] : given;
    }
    const train::PreparedTable prepared = train::apply(preparation_, table);
    if (prepared.filled != 0) notes_.push_back(fmt::format("{}: {} missing values are filled", file, prepared.filled));
    if (prepared.unknown_values != 0)
        notes_.push_back(
            fmt::format("{}: {} values do not occur among the training examples", file, prepared.unknown_values));
    read::DataSet data;
    data.columns = preparation_.features.size();
    data.column_names = preparation_.feature_names();
    model::NumberArray numbers;
    for (const std::int32_t value : prepared.examples.values) numbers.push_back(Rational(value));
    data.numbers = std::move(numbers);
    for (const std::size_t row : prepared.row_of)
        data.row_places.push_back(fmt::format("{}:{}", table.file, table.lines[row]));
    if (prepared.has_labels && !arguments.has("labels") && !arguments.has("label"))
        labels_.insert(labels_.end(), prepared.examples.labels.begin(), prepared.examples.labels.end());
    add(std::move(data));
    if (!labels_.empty() && !arguments.has("labels") && labels_.size() != data_.rows())
        throw InputError({file, 0, 0}, "some files have the column of labels and some have not", "the same columns");
}

/// Images whose pixels the preparation knows; their labels are --labels'.
void Examples::add_raw_images(const read::DataSet& images) {
    constexpr std::size_t at_once = 1000;  // cells of text are large
    for (std::size_t begin = 0; begin < images.rows(); begin += at_once) {
        std::vector<std::size_t> rows;
        for (std::size_t row = begin; row < std::min(begin + at_once, images.rows()); ++row) rows.push_back(row);
        const model::TextTable table = image_table(images, {}, "", rows);
        if (file_columns_.empty()) file_columns_ = table.names;
        const train::PreparedTable prepared = train::apply(preparation_, table);
        read::DataSet data;
        data.columns = preparation_.features.size();
        data.column_names = preparation_.feature_names();
        data.numbers =
            model::NumberArray(std::vector<double>(prepared.examples.values.begin(), prepared.examples.values.end()));
        for (const std::size_t row : rows) data.row_places.push_back(images.row_places[row]);
        add(std::move(data));
    }
}

void Examples::add(read::DataSet data) {
    if (data_.row_places.empty()) {
        data_ = std::move(data);
        return;
    }
    if (!data.image_shape.empty() && !data_.image_shape.empty() && data.image_shape != data_.image_shape)
        throw InputError({data.row_places.front(), 0, 0}, size_text(data.image_shape[0], data.image_shape[1]),
                         size_text(data_.image_shape[0], data_.image_shape[1]) + " as in the file before");
    if (data.columns != data_.columns || data.numbers.index() != data_.numbers.index())
        throw InputError({data.row_places.front(), 0, 0}, fmt::format("an example has {} columns", data.columns),
                         fmt::format("{} as in the file before", data_.columns));
    for (std::size_t r = 0; r < data.rows(); ++r) data_.row_places.push_back(data.row_places[r]);
    if (auto* bytes = std::get_if<std::vector<std::uint8_t>>(&data_.numbers)) {
        const auto& more = std::get<std::vector<std::uint8_t>>(data.numbers);
        bytes->insert(bytes->end(), more.begin(), more.end());
    } else {
        const auto& more = std::get<model::NumberArray>(data.numbers);
        for (std::size_t i = 0; i < more.size(); ++i)
            std::get<model::NumberArray>(data_.numbers).push_back(more.exact(i));
    }
}

void Examples::read_label_options(const Arguments& arguments) {
    const auto check = [&](std::size_t label, const std::string& place) {
        if (label >= network_.class_count)
            throw InputError({place, 0, 0}, fmt::format("the label is {}", label),
                             fmt::format("0 to {}, as the network has classes", network_.class_count - 1));
    };
    if (arguments.has("label")) same_label_ = class_of(arguments.get<std::string>("label"), "label");
    if (arguments.has("labels")) {
        const auto& file = arguments.get<std::string>("labels");
        labels_ = read::parse_labels(content_of(file, arguments), file);
        if (!preparation_.classes.empty()) name_classes(file);
        if (labels_.size() < data_.rows())
            throw InputError({file, 0, 0}, fmt::format("there are {} labels", labels_.size()),
                             fmt::format("{} as there are examples", data_.rows()));
    }
    if (preparation_.features.empty()) {
        if (arguments.has("label-column"))
            take_labels(arguments.get<std::string>("label-column"));
        else if (!arguments.has("labels") && data_.image_shape.empty() && data_.columns == network_.input_count + 1)
            take_labels(numbered_column(data_.columns - 1));
    }
    for (std::size_t r = 0; r < std::min(labels_.size(), data_.rows()); ++r) check(labels_[r], data_.row_places[r]);
}

/// Labels of a file become the classes that training called so.
void Examples::name_classes(const std::string& file) {
    const std::vector<std::string>& classes = preparation_.classes;
    for (std::size_t& label : labels_) {
        const auto found = std::ranges::find(classes, std::to_string(label));
        if (found == classes.end())
            throw InputError({file, 0, 0}, fmt::format("the label {} has no class", label),
                             fmt::format("one of {}", joined(classes, ", ")));
        label = static_cast<std::size_t>(found - classes.begin());
    }
}

void Examples::resize(const Arguments& arguments) {
    const std::size_t inputs = network_.input_count;
    if (!arguments.has("resize") || data_.columns == inputs) return;
    std::size_t side = 1;
    while (side * side < inputs) ++side;
    if (side * side != inputs)
        throw InputError({data_.row_places.front(), 0, 0},
                         fmt::format("--resize: the network's {} inputs are no square image", inputs));
    naming_file(data_.row_places.front(), [&] { read::resize_images(data_, side, side); });
}

void Examples::choose_rows(const Arguments& arguments) {
    begin_ = arguments.has("skip") ? count_given(arguments, "skip", 0, any_count) : 0;
    if (begin_ >= data_.rows())
        throw InputError({data_.row_places.back(), 0, 0},
                         fmt::format("--skip {} leaves none of the {} examples", begin_, data_.rows()));
    const std::size_t limit = arguments.has("limit") ? count_given(arguments, "limit", 1, any_count) : any_count;
    end_ = begin_ + std::min(limit, data_.rows() - begin_);
    const cluster::Shard shard = shard_of(arguments);
    for (std::size_t row = begin_; row < end_; ++row)
        if (shard.holds(row - begin_)) rows_.push_back(row);
}

Rational Examples::value(std::size_t row, std::size_t column) const {
    const bool is_image = std::holds_alternative<std::vector<std::uint8_t>>(data_.numbers);
    const Rational number = data_.at(row, column);
    if (!network_.kind) return is_image ? Rational(number * network_.pixel_scale) : number;
    const InputKind kind = *network_.kind;
    if (is_image && (kind == InputKind::bits || kind == InputKind::signs)) {
        if (!binarize_)
            throw InputError({data_.row_places[row], 0, 0},
                             fmt::format("the network reads {}, and this is an image", model::to_string(kind)),
                             "--binarize BYTE, the least pixel that is true");
        const bool bit = number >= *binarize_;
        return kind == InputKind::bits ? Rational(bit ? 1 : 0) : Rational(bit ? 1 : -1);
    }
    if (is_image && kind == InputKind::unit) return number / 255;
    if (!zero_for_minus_one_.empty() && zero_for_minus_one_[row]) return number == 0 ? Rational(-1) : Rational(1);
    const model::InputRange range = model::range_of(kind);
    const bool fits = number >= range.lower && number <= range.upper && (!range.whole || number.get_den() == 1) &&
                      (kind != InputKind::signs || number != 0);
    if (!fits)
        throw InputError({data_.row_places[row], 0, 0}, fmt::format("column {} is {}", column + 1, to_string(number)),
                         kind == InputKind::signs
                             ? std::string("-1 or 1")
                             : fmt::format("{} from {} to {}", range.whole ? "whole numbers" : "numbers",
                                           to_string(range.lower), to_string(range.upper)));
    return number;
}

std::vector<Rational> Examples::input_of_row(std::size_t row) const {
    std::vector<Rational> values(data_.columns);
    // A table has its columns in the order of the network's inputs.
    const std::size_t channels = channels_first_ && !data_.image_shape.empty() ? data_.image_shape[2] : 1;
    const std::size_t pixels = data_.columns / channels;
    for (std::size_t c = 0; c < data_.columns; ++c) values[c % channels * pixels + c / channels] = value(row, c);
    return values;
}

std::optional<std::size_t> Examples::label(std::size_t i) const {
    if (same_label_) return same_label_;
    if (labels_.empty()) return std::nullopt;
    return labels_[row(i)];
}

void Examples::refuse_column(const std::string& given) const {
    const std::size_t columns = file_columns_.empty() ? data_.columns : file_columns_.size();
    throw InputError({file(), 0, 0}, fmt::format("the data set has no column '{}'", printable(given)),
                     fmt::format("a name of its header, or 1 to {}", columns));
}

void Examples::take_labels(const std::string& given) {
    label_place_ = find_column(file_columns_, given, "label-column", file());
    if (!label_place_) refuse_column(given);
    labels_ = read::take_label_column(data_, *label_place_);
}

Examples::NamedInputs Examples::inputs_of(const std::string& given, const char* option) const {
    const auto refuse = [&](const std::string& why) {
        throw InputError({file(), 0, 0}, fmt::format("--{} {}: {}", option, printable(given), why));
    };
    const bool has_preparation = !preparation_.features.empty();
    // Images have no columns: their pixels are the network's inputs.
    const std::vector<std::string> columns = file_columns_.empty() ? numbered_columns(data_.columns) : file_columns_;
    const std::optional<std::size_t> column = find_column(columns, given, option, file());
    NamedInputs named{column ? columns[*column] : given, {}};
    if (columns_differ_ && column && named.name != given)
        refuse("the files do not have the same columns, so that a number may be several of them");
    if (!has_preparation) {
        if (!column) refuse_column(given);
        if (column == label_place_) refuse("this column has the labels");
        named.inputs.push_back(static_cast<std::uint32_t>(*column - (label_place_ && *label_place_ < *column ? 1 : 0)));
        return named;
    }
    if (column) named.inputs = preparation_.features_of(named.name);
    const std::vector<std::string>& features = data_.column_names;
    for (std::uint32_t f = 0; f < features.size(); ++f) {
        if (features[f] != given || std::ranges::find(named.inputs, f) != named.inputs.end()) continue;
        if (column) refuse("a column is called so, and an input made of another column");
        named.inputs.push_back(f);
    }
    if (!named.inputs.empty()) return named;
    if (column) refuse("the network reads nothing of this column");
    refuse_column(given);
}

std::size_t Examples::class_of(const std::string& given, const char* option) const {
    return class_called(given, preparation_.classes, network_.class_count, option);
}

std::vector<std::uint32_t> Examples::inputs_with_distances() const {
    if (preparation_.features.empty()) return {};
    std::vector<std::uint32_t> numbers = preparation_.number_features();
    if (numbers.empty())
        throw InputError(
            {data_.row_places.front(), 0, 0},
            "--epsilon is a distance between numbers, and the network reads none: words and thermometer steps alone "
            "(--flips K and --sensitive COLUMN change these)");
    if (numbers.size() == preparation_.features.size()) return {};
    return numbers;
}

std::vector<std::pair<Rational, Rational>> Examples::usual_ranges() const {
    std::vector<std::pair<Rational, Rational>> ranges;
    for (const train::Feature& feature : preparation_.features) ranges.emplace_back(feature.lower, feature.upper);
    return ranges;
}

std::size_t Examples::channel_of(std::size_t input) const {
    if (image_shape_.empty()) return 0;
    return channels_first_ ? input / (image_shape_[0] * image_shape_[1]) : input % image_shape_[2];
}

std::vector<double> Examples::in_image_order(const std::vector<double>& inputs) const {
    std::vector<double> result(inputs.size());
    const std::size_t channels = channels_first_ ? image_shape_[2] : 1;
    const std::size_t pixels = inputs.size() / channels;
    for (std::size_t c = 0; c < inputs.size(); ++c) result[c] = inputs[c % channels * pixels + c / channels];
    return result;
}

std::vector<std::uint8_t> Examples::image(const std::vector<Rational>& input) const {
    std::vector<std::uint8_t> bytes(input.size());
    const std::size_t channels = channels_first_ ? image_shape_[2] : 1;
    const std::size_t pixels = input.size() / channels;
    for (std::size_t c = 0; c < input.size(); ++c) {
        Rational level = input[c % channels * pixels + c / channels];
        if (network_.kind == InputKind::signs) level = (level + 1) / 2;
        if (!network_.kind)
            level /= network_.pixel_scale;
        else if (network_.kind != InputKind::pixels)
            level *= 255;
        level = std::min(std::max(level, Rational(0)), Rational(255));
        bytes[c] = static_cast<std::uint8_t>(floor(Rational(level + Rational(1, 2))).get_ui());
    }
    return bytes;
}

}  // namespace sinew::cli
