// SPDX-License-Identifier: Apache-2.0
// The examples that a network is asked about, from file names and options.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/classifier_file.hpp"
#include "cli/command.hpp"
#include "read/dataset/dataset.hpp"
#include "read/file.hpp"
#include "train/preparation.hpp"

namespace sinew::cli {

/// --labels, --label, --label-column, --header, --input, --binarize, --resize, --limit, --skip.
void describe_examples(OptionGroups& options);

/// Examples with what the network reads of them.
class Examples {
  public:
    /// The data set in `files` (several: one after the other), checked against the network: columns, values, labels.
    /// Throws InputError naming the row.
    Examples(const std::vector<std::string>& files, const Arguments& arguments, const NetworkFacts& network);
    Examples(const std::vector<std::string>& files, const Arguments& arguments, const model::BinarizedNetwork& network)
        : Examples(files, arguments, NetworkFacts(network)) {}

    /// After --skip, --limit and --shard, which may leave none.
    std::size_t count() const { return rows_.size(); }
    /// The row in the data set of example `i`, counted from 0.
    std::size_t row(std::size_t i) const { return rows_[i]; }
    /// Of all shards: the first row, and how many there are.
    std::size_t first_row() const { return begin_; }
    std::size_t count_of_all_shards() const { return end_ - begin_; }
    const std::string& place(std::size_t i) const { return data_.row_places[row(i)]; }
    /// The network's input values. Throws InputError for a value that the network's kind of input has not.
    std::vector<Rational> input(std::size_t i) const { return input_of_row(row(i)); }
    std::vector<Rational> input_of_row(std::size_t row) const;
    /// Its class; absent if none was given.
    std::optional<std::size_t> label(std::size_t i) const;
    /// Height, width, channels of the images that the network reads, whatever file the examples came from; a network
    /// whose inputs have no shape reads square grey images if their number is a square. Empty if it reads no images.
    const std::vector<std::size_t>& image_shape() const { return image_shape_; }
    /// What the network's inputs are called; empty without a header, and for images.
    const std::vector<std::string>& input_names() const { return data_.column_names; }
    /// What an option calls a column (find_column in columns.hpp): its own name, and the inputs made of it. With a
    /// preparation also the name of one input ("odor=a"); where rows are images the number of an input, from 1. Throws
    /// InputError where there is none, or it could be two.
    struct NamedInputs {
        std::string name;
        std::vector<std::uint32_t> inputs;
    };
    NamedInputs inputs_of(const std::string& given, const char* option) const;
    /// The class that an option names (class_called in columns.hpp).
    std::size_t class_of(const std::string& given, const char* option) const;
    /// What a person should know of the data: rows taken for headers, missing and unknown values.
    const std::vector<std::string>& notes() const { return notes_; }
    /// With a preparation: the inputs that a distance concerns, those that are numbers (words and thermometer steps
    /// stay as they are); empty: all, as without one. Throws InputError where none is a number.
    std::vector<std::uint32_t> inputs_with_distances() const;
    /// With a preparation: the least and greatest value of each input among its training examples; else empty.
    std::vector<std::pair<Rational, Rational>> usual_ranges() const;
    /// What classes are called; empty without a preparation.
    const std::vector<std::string>& class_names() const { return preparation_.classes; }
    /// With --resume and --db: SHA-256 of the content of each file of examples, then of --labels if it is given.
    const std::vector<std::string>& digests() const { return digests_; }
    /// Which of the image's channels an input belongs to; 0 where there is no image.
    std::size_t channel_of(std::size_t input) const;
    /// Whether the examples' values are bytes of images.
    bool are_images() const { return !data_.image_shape.empty(); }
    /// Whether they surely are images: by their file, or by the shape of the network's input.
    bool surely_are_images() const {
        return !image_shape_.empty() && (are_images() || network_.input_shape.size() == 3);
    }
    bool channels_first() const { return channels_first_; }
    /// Numbers of the inputs as the image has its bytes: row by row, a pixel's channels side by side.
    std::vector<double> in_image_order(const std::vector<double>& inputs) const;
    /// The bytes of an image with these input values, row by row.
    std::vector<std::uint8_t> image(const std::vector<Rational>& input) const;

  private:
    void add(read::DataSet data);
    read::FileContent content_of(const std::string& file, const Arguments& arguments);
    void add_rows(std::string_view content, const std::string& file, const Arguments& arguments);
    void add_raw_rows(std::string_view content, const std::string& file, const Arguments& arguments);
    void add_raw_images(const read::DataSet& images);
    void name_classes(const std::string& file);
    /// Keeps what the columns of the file are called. Throws InputError where rows are the network's inputs, and
    /// another file calls them otherwise.
    void know_columns(std::vector<std::string> names, bool is_header, const std::string& file);
    void take_labels(const std::string& given);
    [[noreturn]] void refuse_column(const std::string& given) const;
    const std::string& file() const { return file_; }
    void find_zero_one_files();
    void read_label_options(const Arguments& arguments);
    void resize(const Arguments& arguments);
    void choose_rows(const Arguments& arguments);
    void find_image_shape();
    Rational value(std::size_t row, std::size_t column) const;

    NetworkFacts network_;
    std::string file_;  ///< the first one, for messages about all
    read::DataSet data_;
    std::vector<std::size_t> labels_;
    std::optional<std::size_t> same_label_;
    train::Preparation preparation_;  ///< without features: rows are inputs
    bool channels_first_ = false;     ///< in the network's inputs; in images of a file they are last
    std::vector<std::size_t> image_shape_;
    /// Of the table's columns as the files have them, the label's counted; empty for images without a preparation.
    std::vector<std::string> file_columns_;
    bool columns_have_names_ = false;         ///< of a header
    bool columns_differ_ = false;             ///< with a preparation: a later file has others, or another order
    std::optional<std::size_t> label_place_;  ///< among them, without a preparation
    std::vector<std::string> notes_;
    std::vector<std::string> digests_;
    std::vector<std::size_t> file_end_;     ///< rows up to the end of each file
    std::vector<bool> zero_for_minus_one_;  ///< by row, where the network reads signs
    std::optional<int> binarize_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::vector<std::size_t> rows_;
};

}  // namespace sinew::cli
