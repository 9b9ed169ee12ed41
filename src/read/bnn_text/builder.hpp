// SPDX-License-Identifier: Apache-2.0
// The network as the parser meets it: lists are gathered, operations checked against the shape before them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/binarized.hpp"
#include "read/normalisations.hpp"
#include "read/text_scanner.hpp"

namespace sinew::read::bnn_text {

/// A token's value: a whole number or what a keyword stands for; of a pair the other number; the token itself.
struct Value {
    std::int64_t integer = 0;
    std::int64_t second = 0;
    std::string_view text;
};

enum class Option { stride, padding, dilation, output };
enum class ListName { scale, bias, factor, shift, gamma, beta, mean, variance, epsilon };

/// Of one extent, and of the components of a layer.
inline constexpr std::int64_t largest_extent = std::int64_t{1} << 26;

class Builder {
  public:
    Builder(std::string_view text, const std::string& file) : text_(text), file_(file) {}

    std::string_view text() const { return text_; }
    [[noreturn]] void fail(Span span, const std::string& message, std::string_view expected) const;
    model::BinarizedNetwork take();

    // What the rules of grammar/bnn.y call, in the order of the text.
    void begin_shape(std::int64_t extent);
    void add_extent(std::int64_t extent);
    void set_input(std::int64_t kind, Span shape);
    /// The whole token: the keyword and its JSON.
    void set_preparation(std::string_view line);
    void begin_list(std::int64_t name, Span span);
    void add_number(std::string_view number, Span span);
    void add_run(std::string_view run, Span span);
    void add_weight(std::int64_t weight, Span span);
    void end_row();
    void set_option(std::int64_t option, const Value& pair, Span span);
    void set_groups(std::int64_t groups);

    void reshape(Span span);
    void quantise(std::string_view step, Span span);
    void activate(model::BinaryActivation activation);
    void normalise(Span span);
    void select(Span span);
    void maximum(const Value& window, Span span);
    void maximum_of_rows(Span span);
    void dense(std::int64_t rows, Span span);
    void convolution(std::int64_t channels, const Value& kernel, Span span);

  private:
    /// A row of weights (or of component numbers) and where it stands.
    struct Row {
        std::size_t begin = 0;
        std::size_t end = 0;
        Span span;
    };
    struct List {
        std::vector<Rational> numbers;
        Span span;
    };

    std::size_t size() const;
    std::size_t channels() const;
    Rational number(std::string_view text, Span span) const;
    /// The list's numbers, of which there must be `count`; `absent` as often where the list is missing.
    model::NumberArray take_list(ListName name, std::size_t count, bool optional);
    /// No list but these may be left.
    void check_lists(Span span) const;
    std::pair<std::size_t, std::size_t> take_option(Option option, std::size_t absent);
    std::vector<std::int8_t> take_weights(std::size_t rows, std::size_t columns, Span span);
    void batch_normalise(Span span);
    void set_shape(std::vector<std::size_t> shape, Span span);
    void clear();

    std::string_view text_;
    const std::string& file_;
    model::BinarizedNetwork network_;
    Normalisations normalisations_;
    std::vector<std::size_t> shape_;    ///< of what the last operation makes
    std::vector<std::size_t> extents_;  ///< that were read last
    std::map<ListName, List> lists_;
    List* list_ = nullptr;
    std::vector<std::int32_t> weights_;
    std::vector<Row> rows_;
    std::size_t row_begin_ = 0;
    Span row_span_;
    std::map<Option, std::pair<std::int64_t, std::int64_t>> options_;
    std::int64_t groups_ = 1;
};

}  // namespace sinew::read::bnn_text
