// SPDX-License-Identifier: Apache-2.0
// How raw rows become the whole-number features that a network reads: fitted on training data once (prepare.hpp),
// stored in the network's file (preparation_text.hpp), applied to every row that is evaluated or certified.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exact/rational.hpp"
#include "model/binarized.hpp"
#include "model/text_table.hpp"
#include "train/problem.hpp"

namespace sinew::train {

/// A raw column that features read.
struct Column {
    enum class Kind : std::uint8_t { number, category };
    std::string name;
    Kind kind = Kind::number;
    /// Of a category: those that training knew, in order. Of a number: {"0", "1"} or {"-1", "1"} where it has no
    /// others.
    std::vector<std::string> values;
    Rational fill;  ///< of a number: what a missing one is taken for
};

/// One input of the network, from one column.
struct Feature {
    enum class Rule : std::uint8_t {
        whole,     ///< the whole number nearest to (x - offset) · factor, the greater of two
        at_least,  ///< 1 if x >= offset, else -1
        equals,    ///< 1 if the column's value is this one, else -1
    };
    std::uint32_t column = 0;  ///< of Preparation::columns
    Rule rule = Rule::whole;
    Rational factor = 1;
    Rational offset = 0;
    std::string value;
    std::int32_t lower = -1;  ///< among the training examples
    std::int32_t upper = 1;

    /// "age", "age>=30", "odor=a".
    std::string name(const std::vector<Column>& columns) const;
};

struct Preparation {
    std::string label;                 ///< the label's column
    bool has_header = true;            ///< of the training table; without one columns are called "column 1", …
    std::vector<std::string> classes;  ///< values of the label: class k is classes[k]
    std::vector<Column> columns;
    std::vector<Feature> features;

    /// What all features together are: signs, bits, or integers. With signs and bits a number that training had not
    /// seen is an error.
    model::InputKind input_kind() const;
    std::vector<std::string> feature_names() const;
    /// The features made of a raw column; empty if there is none.
    std::vector<std::uint32_t> features_of(std::string_view column) const;
    /// The features that are numbers, between whose values there are distances; words and thermometer steps have none.
    std::vector<std::uint32_t> number_features() const;
};

/// Values beyond this in a feature are errors: float32 programs must hold them exactly.
inline constexpr std::int32_t largest_feature = 1 << 24;

/// "", "?", "NA" and "N/A" stand for nothing.
bool is_missing(std::string_view cell);

enum class Missing : std::uint8_t {
    fill,    ///< numbers by the median of training, categories as a value of their own, '?'
    drop,    ///< the row is left out
    refuse,  ///< InputError
};

/// What became of a table.
struct PreparedTable {
    Examples examples;
    std::vector<std::size_t> row_of;  ///< by example: the row of the table
    bool has_labels = false;          ///< else all labels are 0
    std::size_t filled = 0;           ///< cells without a value
    std::size_t dropped = 0;          ///< rows left out
    std::size_t unknown_values = 0;   ///< cells with a value that training had not seen: no feature is 1 for it
};

/// Applies the preparation: columns are found by name (in a table without header by the names "column N"), others are
/// ignored; a table without the label's column gives examples without labels. Throws InputError naming file, line and
/// column for a missing column, a cell that is no number, a label that training had not seen, a feature beyond
/// largest_feature.
PreparedTable apply(const Preparation& preparation, const model::TextTable& table, Missing missing = Missing::fill);

/// The number in a cell. Throws InputError that names its place, with words for nan and infinities.
Rational number_of(const model::TextTable& table, std::size_t row, std::size_t column);

/// A feature's value for a number, or for a category (`number` unused). Absent beyond largest_feature.
std::optional<std::int32_t> value_of(const Feature& feature, const Rational& number, std::string_view category);

}  // namespace sinew::train
