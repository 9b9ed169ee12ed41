// SPDX-License-Identifier: Apache-2.0
#include "read/bnn_text/builder.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"
#include "read/component_count.hpp"
#include "read/file.hpp"

namespace sinew::read::bnn_text {

namespace {
constexpr std::array<std::string_view, 9> list_names = {"scale", "bias", "factor",   "shift",  "gamma",
                                                        "beta",  "mean", "variance", "epsilon"};
constexpr std::array<std::string_view, 4> option_names = {"stride", "padding", "dilation", "output"};

std::string_view name_of(ListName name) {
    return list_names[static_cast<std::size_t>(name)];
}

std::size_t unsigned_of(std::int64_t value) {
    return static_cast<std::size_t>(value);
}

model::NumberArray array_of(const std::vector<Rational>& numbers) {
    model::NumberArray array;
    for (const Rational& number : numbers) array.push_back(number);
    return array;
}
}  // namespace

void Builder::fail(Span span, const std::string& message, std::string_view expected) const {
    throw InputError(location_in(file_, text_.data(), text_.data() + span.begin), message, expected);
}

model::BinarizedNetwork Builder::take() {
    normalisations_.settle(network_);
    network_.origin = "bnn text";
    return std::move(network_);
}

std::size_t Builder::size() const {
    std::size_t size = 1;
    for (const std::size_t extent : shape_) size *= extent;
    return size;
}

std::size_t Builder::channels() const {
    return shape_.front();
}

void Builder::begin_shape(std::int64_t extent) {
    extents_ = {unsigned_of(extent)};
}

void Builder::add_extent(std::int64_t extent) {
    if (extents_.size() < 4) extents_.push_back(unsigned_of(extent));
}

void Builder::set_shape(std::vector<std::size_t> shape, Span span) {
    if (shape.size() != 1 && shape.size() != 3)
        fail(span, "this is no shape", "a number, or channels x height x width");
    shape_ = std::move(shape);
    for (const std::size_t extent : shape_)
        if (extent == 0) fail(span, "an extent is 0", "whole numbers above zero");
    if (!component_count(shape_)) fail(span, "there are too many components", fmt::format("up to {}", most_components));
}

void Builder::set_input(std::int64_t kind, Span shape) {
    set_shape(extents_, shape);
    network_.input = static_cast<model::InputKind>(kind);
    network_.input_shape = shape_;
}

void Builder::set_preparation(std::string_view line) {
    line.remove_prefix(line.find('{'));
    network_.preparation = line.substr(0, line.find_last_not_of(" \t\r") + 1);
}

void Builder::begin_list(std::int64_t name, Span span) {
    const auto key = static_cast<ListName>(name);
    const auto [at, is_new] = lists_.emplace(key, List{{}, span});
    if (!is_new) fail(span, fmt::format("there is a {} already", name_of(key)), "");
    list_ = &at->second;
}

Rational Builder::number(std::string_view text, Span span) const {
    const std::optional<Rational> value = parse_number(text);
    if (!value) fail(span, "'" + printable(text) + "' is no number", "a number such as -2, 0.5 or 1/3");
    if (outgrows(*value, text)) fail(span, "the number " + printable(text) + " is too large or too small", "");
    return *value;
}

void Builder::add_number(std::string_view text, Span span) {
    list_->numbers.push_back(number(text, span));
}

void Builder::add_run(std::string_view run, Span span) {
    if (weights_.size() == row_begin_) row_span_ = span;
    for (const char c : run) weights_.push_back(c == '+' ? 1 : c == '-' ? -1 : 0);
}

void Builder::add_weight(std::int64_t weight, Span span) {
    if (weights_.size() == row_begin_) row_span_ = span;
    weights_.push_back(static_cast<std::int32_t>(weight));
}

void Builder::end_row() {
    if (weights_.size() == row_begin_) return;
    rows_.push_back({row_begin_, weights_.size(), row_span_});
    row_begin_ = weights_.size();
}

void Builder::set_option(std::int64_t option, const Value& pair, Span span) {
    const auto key = static_cast<Option>(option);
    if (key != Option::padding && (pair.integer == 0 || pair.second == 0))
        fail(span, fmt::format("the {} is 0", option_names[unsigned_of(option)]), "numbers above zero");
    if (!options_.emplace(key, std::pair(pair.integer, pair.second)).second)
        fail(span, fmt::format("there is a {} already", option_names[unsigned_of(option)]), "");
}

void Builder::set_groups(std::int64_t groups) {
    groups_ = groups;
}

std::pair<std::size_t, std::size_t> Builder::take_option(Option option, std::size_t absent) {
    const auto found = options_.find(option);
    if (found == options_.end()) return {absent, absent};
    const std::pair result(unsigned_of(found->second.first), unsigned_of(found->second.second));
    options_.erase(found);
    return result;
}

model::NumberArray Builder::take_list(ListName name, std::size_t count, bool optional) {
    const auto found = lists_.find(name);
    if (found == lists_.end()) {
        require(optional, "a list that must be there is");
        return {};
    }
    const std::size_t given = found->second.numbers.size();
    if (given != count)
        fail(found->second.span, fmt::format("the {} has {} numbers", name_of(name), given), fmt::format("{}", count));
    model::NumberArray array = array_of(found->second.numbers);
    lists_.erase(found);
    return array;
}

void Builder::check_lists(Span span) const {
    if (!lists_.empty())
        fail(lists_.begin()->second.span,
             fmt::format("{} does not belong to '{}'", name_of(lists_.begin()->first),
                         text_.substr(span.begin, span.end - span.begin)),
             "");
}

void Builder::clear() {
    lists_.clear();
    list_ = nullptr;
    weights_.clear();
    rows_.clear();
    row_begin_ = 0;
    options_.clear();
    groups_ = 1;
}

std::vector<std::int8_t> Builder::take_weights(std::size_t rows, std::size_t columns, Span span) {
    for (const Row& row : rows_)
        if (row.end - row.begin != columns)
            fail(row.span, fmt::format("this row has {} weights", row.end - row.begin), fmt::format("{}", columns));
    if (rows_.size() != rows)
        fail(span, fmt::format("there are {} rows of weights", rows_.size()), fmt::format("{}", rows));
    std::vector<std::int8_t> weights;
    weights.reserve(weights_.size());
    for (const Row& row : rows_)
        for (std::size_t i = row.begin; i < row.end; ++i) {
            if (weights_[i] < -127 || weights_[i] > 127)
                fail(row.span, fmt::format("weight {} of this row is {}", i - row.begin + 1, weights_[i]),
                     "-127 to 127");
            weights.push_back(static_cast<std::int8_t>(weights_[i]));
        }
    return weights;
}

void Builder::reshape(Span span) {
    const std::size_t before = size();
    set_shape(extents_, span);
    if (size() != before) fail(span, fmt::format("this shape has {} components", size()), fmt::format("{}", before));
}

void Builder::quantise(std::string_view step, Span span) {
    const Rational value = number(step, span);
    if (value <= 0) fail(span, "the step is not above zero", "a number above zero");
    network_.operations.emplace_back(model::Quantisation{value});
}

void Builder::activate(model::BinaryActivation activation) {
    network_.operations.emplace_back(activation);
}

void Builder::normalise(Span span) {
    if (lists_.count(ListName::mean) != 0 || lists_.count(ListName::variance) != 0) return batch_normalise(span);
    const auto factor = lists_.find(ListName::factor);
    const auto shift = lists_.find(ListName::shift);
    if (factor == lists_.end() && shift == lists_.end())
        fail(span, "nothing says how", "factor [...] and shift [...], or mean [...] and variance [...]");
    const std::size_t count = (factor != lists_.end() ? factor : shift)->second.numbers.size();
    if (count == 0 || size() % count != 0)
        fail(span, fmt::format("there are {} numbers", count),
             fmt::format("1, or {} for the channels, or {}", channels(), size()));
    model::ChannelLine line{take_list(ListName::factor, count, true), take_list(ListName::shift, count, true)};
    if (line.factor.size() == 0) line.factor = model::NumberArray(std::vector<double>(count, 1.0));
    if (line.shift.size() == 0) line.shift = model::NumberArray(count);
    check_lists(span);
    network_.operations.emplace_back(std::move(line));
    clear();
}

void Builder::batch_normalise(Span span) {
    for (const ListName name : {ListName::mean, ListName::variance, ListName::epsilon})
        if (lists_.count(name) == 0)
            fail(span, fmt::format("there is no {}", name_of(name)),
                 "mean, variance and epsilon, perhaps gamma and beta");
    const std::size_t count = channels();
    const Span variance_span = lists_.at(ListName::variance).span;
    const model::NumberArray gamma = take_list(ListName::gamma, count, true);
    const model::NumberArray beta = take_list(ListName::beta, count, true);
    const model::NumberArray mean = take_list(ListName::mean, count, false);
    const model::NumberArray variance = take_list(ListName::variance, count, false);
    const Rational epsilon = take_list(ListName::epsilon, 1, false).exact(0);
    check_lists(span);
    if (epsilon < 0) fail(span, "the epsilon is below zero", "zero or above");
    std::vector<BatchNormChannel> parameters;
    for (std::size_t c = 0; c < count; ++c) {
        parameters.push_back({gamma.size() == 0 ? Rational(1) : gamma.exact(c),
                              beta.size() == 0 ? Rational(0) : beta.exact(c), mean.exact(c),
                              Rational(variance.exact(c) + epsilon)});
        if (variance.exact(c) < 0 || parameters.back().square == 0)
            fail(variance_span, fmt::format("number {} is {}", c + 1, to_string(variance.exact(c))),
                 "variances above zero, or zero with an epsilon above it");
    }
    normalisations_.add(network_, std::move(parameters));
    clear();
}

void Builder::select(Span span) {
    model::Selection selection;
    for (const Row& row : rows_)
        for (std::size_t i = row.begin; i < row.end; ++i) {
            if (weights_[i] < 0 || unsigned_of(weights_[i]) >= size())
                fail(row.span, fmt::format("there is no component {}", weights_[i]),
                     fmt::format("0 to {}", size() - 1));
            selection.source.push_back(static_cast<std::uint32_t>(weights_[i]));
        }
    if (selection.source.empty()) fail(span, "nothing is selected", "component numbers in braces");
    set_shape({selection.source.size()}, span);
    network_.operations.emplace_back(std::move(selection));
    clear();
}

void Builder::maximum_of_rows(Span span) {
    model::WindowMaximum pool;
    for (const Row& row : rows_) {
        for (std::size_t i = row.begin; i < row.end; ++i) {
            if (weights_[i] < 0 || unsigned_of(weights_[i]) >= size())
                fail(row.span, fmt::format("there is no component {}", weights_[i]),
                     fmt::format("0 to {}", size() - 1));
            pool.member.push_back(static_cast<std::uint32_t>(weights_[i]));
        }
        pool.begin.push_back(pool.member.size());
    }
    if (rows_.empty()) fail(span, "there is no window", "a row of component numbers for each");
    set_shape({rows_.size()}, span);
    network_.operations.emplace_back(std::move(pool));
    clear();
}

void Builder::maximum(const Value& window, Span span) {
    if (shape_.size() != 3)
        fail(span, "there is no image before this", "windows as rows of component numbers in braces");
    const std::size_t height = unsigned_of(window.integer);
    const std::size_t width = unsigned_of(window.second);
    const auto [stride_height, stride_width] = take_option(Option::stride, 1);
    if (!options_.empty() || groups_ != 1) fail(span, "a maximum has only a stride", "");
    if (height == 0 || width == 0 || height > shape_[1] || width > shape_[2])
        fail(span, fmt::format("windows of {} x {} do not fit", height, width),
             fmt::format("up to {} x {}", shape_[1], shape_[2]));
    network_.operations.emplace_back(
        model::image_windows({shape_[0], shape_[1], shape_[2]}, {height, width}, {stride_height, stride_width}));
    set_shape({shape_[0], (shape_[1] - height) / stride_height + 1, (shape_[2] - width) / stride_width + 1}, span);
    clear();
}

void Builder::dense(std::int64_t rows, Span span) {
    if (rows == 0) fail(span, "there are no neurons", "a number above zero");
    model::BinarizedLinear linear;
    linear.geometry = model::DenseShape{unsigned_of(rows), size()};
    linear.weights = take_weights(unsigned_of(rows), size(), span);
    linear.scale = take_list(ListName::scale, unsigned_of(rows), true);
    linear.bias = take_list(ListName::bias, unsigned_of(rows), true);
    check_lists(span);
    network_.operations.emplace_back(std::move(linear));
    set_shape({unsigned_of(rows)}, span);
    clear();
}

void Builder::convolution(std::int64_t channels, const Value& kernel, Span span) {
    if (shape_.size() != 3)
        fail(span, "there is no image before this", "a convolution after channels x height x width");
    model::ConvolutionMap map;
    map.in_channels = shape_[0];
    map.in_height = shape_[1];
    map.in_width = shape_[2];
    map.out_channels = unsigned_of(channels);
    map.kernel_height = unsigned_of(kernel.integer);
    map.kernel_width = unsigned_of(kernel.second);
    map.groups = unsigned_of(groups_);
    std::tie(map.stride_height, map.stride_width) = take_option(Option::stride, 1);
    std::tie(map.pad_top, map.pad_left) = take_option(Option::padding, 0);
    std::tie(map.dilation_height, map.dilation_width) = take_option(Option::dilation, 1);
    if (map.out_channels == 0 || map.kernel_height == 0 || map.kernel_width == 0)
        fail(span, "a convolution of nothing", "numbers above zero");
    if (map.groups == 0 || map.in_channels % map.groups != 0 || map.out_channels % map.groups != 0)
        fail(span, fmt::format("{} groups", map.groups), "a divisor of the channels before and after");
    const std::size_t reach_height = (map.kernel_height - 1) * map.dilation_height + 1;
    const std::size_t reach_width = (map.kernel_width - 1) * map.dilation_width + 1;
    const bool fits = map.in_height + 2 * map.pad_top >= reach_height && map.in_width + 2 * map.pad_left >= reach_width;
    const std::size_t height = fits ? (map.in_height + 2 * map.pad_top - reach_height) / map.stride_height + 1 : 0;
    const std::size_t width = fits ? (map.in_width + 2 * map.pad_left - reach_width) / map.stride_width + 1 : 0;
    const auto output = take_option(Option::output, 0);
    if (output.first == 0 && !fits) fail(span, "the kernel is larger than what it reads", "a smaller one, or padding");
    map.out_height = output.first == 0 ? height : output.first;
    map.out_width = output.second == 0 ? width : output.second;
    const std::array kernel_shape{map.in_channels / map.groups, map.kernel_height, map.kernel_width};
    const std::optional<std::size_t> columns = component_count(kernel_shape);
    if (!columns) fail(span, "the kernel is too large", fmt::format("up to {} weights for a channel", most_components));
    model::BinarizedLinear linear;
    linear.weights = take_weights(map.out_channels, *columns, span);
    linear.scale = take_list(ListName::scale, map.out_channels, true);
    linear.bias = take_list(ListName::bias, map.out_channels, true);
    check_lists(span);
    set_shape({map.out_channels, map.out_height, map.out_width}, span);
    linear.geometry = std::move(map);
    network_.operations.emplace_back(std::move(linear));
    clear();
}

}  // namespace sinew::read::bnn_text
