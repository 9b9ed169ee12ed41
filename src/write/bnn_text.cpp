// SPDX-License-Identifier: Apache-2.0
#include "write/bnn_text.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "write/number_text.hpp"

namespace sinew::write {

namespace {
using model::BinarizedLinear;
constexpr std::size_t longest_line = 100;

class BnnWriter {
  public:
    std::string write(const model::BinarizedNetwork& network) {
        shape_ = network.input_shape;
        if (shape_.size() == 2) shape_.insert(shape_.begin(), 1);
        if (shape_.size() != 1 && shape_.size() != 3)
            throw UsageError(fmt::format("an input of {} extents has no place in the text form", shape_.size()));
        add("input {} {}\n", model::to_string(network.input), joined(shape_, " x "));
        if (!network.preparation.empty()) add("preparation {}\n", network.preparation);
        const std::vector<std::size_t> sizes = network.sizes();
        for (std::size_t i = 0; i < network.operations.size(); ++i) {
            std::visit([&](const auto& operation) { put(operation); }, network.operations[i]);
            std::size_t size = 1;
            for (const std::size_t extent : shape_) size *= extent;
            require(size == sizes[i + 1], "the shape follows the operations");
        }
        return std::move(text_);
    }

  private:
    template <class... Values>
    void add(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
    }

    /// Nothing where there are no numbers, or all are zero and `zero_is_absent`.
    void put_list(std::string_view name, const model::NumberArray& numbers, bool zero_is_absent = false) {
        bool all_zero = true;
        for (std::size_t i = 0; i < numbers.size(); ++i) all_zero = all_zero && numbers.exact(i) == 0;
        if (numbers.size() == 0 || (all_zero && zero_is_absent)) return;
        add(" {} [", name);
        std::size_t line = text_.size();
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            if (i != 0) text_ += text_.size() - line < longest_line ? ", " : ",\n    ";
            if (text_.ends_with("\n    ")) line = text_.size();
            text_ += exact_number(numbers.exact(i));
        }
        text_ += ']';
    }

    void put_pair(std::string_view name, std::size_t first, std::size_t second, std::size_t usual) {
        if (first != usual || second != usual) add(" {} {} x {}", name, first, second);
    }

    /// Rows of `columns` weights, with a blank after each `group` of them.
    void put_weights(const std::vector<std::int8_t>& weights, std::size_t columns, std::size_t group) {
        const bool small = std::ranges::all_of(weights, [](int w) { return w >= -1 && w <= 1; });
        text_ += " {\n";
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const std::size_t column = i % columns;
            if (column == 0)
                text_ += "    ";
            else if (!small || column % group == 0)
                text_ += ' ';
            if (small)
                text_ += weights[i] == 0 ? '0' : weights[i] > 0 ? '+' : '-';
            else
                add("{}", int{weights[i]});
            if (column + 1 == columns) text_ += '\n';
        }
        text_ += '}';
    }

    void put(const BinarizedLinear& linear) {
        if (const auto* dense = std::get_if<model::DenseShape>(&linear.geometry)) {
            add("dense {}", dense->rows);
            put_weights(linear.weights, dense->columns, 64);
            shape_ = {dense->rows};
        } else {
            put_convolution(linear, std::get<model::ConvolutionMap>(linear.geometry));
        }
        put_list("scale", linear.scale);
        put_list("bias", linear.bias, true);
        text_ += '\n';
    }

    void put_convolution(const BinarizedLinear& linear, const model::ConvolutionMap& map) {
        if (shape_ != std::vector<std::size_t>{map.in_channels, map.in_height, map.in_width})
            add("reshape {} x {} x {}\n", map.in_channels, map.in_height, map.in_width);
        add("convolution {} of {} x {}", map.out_channels, map.kernel_height, map.kernel_width);
        put_pair("stride", map.stride_height, map.stride_width, 1);
        put_pair("padding", map.pad_top, map.pad_left, 0);
        put_pair("dilation", map.dilation_height, map.dilation_width, 1);
        if (map.groups != 1) add(" groups {}", map.groups);
        const auto usual = [](std::size_t extent, std::size_t pad, std::size_t kernel, std::size_t dilation,
                              std::size_t stride) {
            const std::size_t reach = (kernel - 1) * dilation + 1;
            return extent + 2 * pad < reach ? 0 : (extent + 2 * pad - reach) / stride + 1;
        };
        if (map.out_height !=
                usual(map.in_height, map.pad_top, map.kernel_height, map.dilation_height, map.stride_height) ||
            map.out_width != usual(map.in_width, map.pad_left, map.kernel_width, map.dilation_width, map.stride_width))
            add(" output {} x {}", map.out_height, map.out_width);
        const std::size_t columns = map.in_channels / map.groups * map.kernel_height * map.kernel_width;
        put_weights(linear.weights, columns, map.kernel_width);
        shape_ = {map.out_channels, map.out_height, map.out_width};
    }

    void put(const model::ChannelLine& line) {
        text_ += "normalise";
        put_list("factor", line.factor);
        put_list("shift", line.shift, true);
        text_ += '\n';
    }

    void put(const model::WindowMaximum& pool) {
        if (put_image_windows(pool)) return;
        text_ += "maximum {\n";
        for (std::size_t w = 0; w + 1 < pool.begin.size(); ++w) {
            text_ += "   ";
            for (std::size_t k = pool.begin[w]; k < pool.begin[w + 1]; ++k) add(" {}", pool.member[k]);
            text_ += '\n';
        }
        text_ += "}\n";
        shape_ = {pool.begin.size() - 1};
    }

    /// Windows of an image, if they are: the first tells their extents, the next ones the stride.
    bool put_image_windows(const model::WindowMaximum& pool) {
        const std::size_t count = pool.begin.size() - 1;
        if (shape_.size() != 3 || count == 0 || pool.begin[1] == 0) return false;
        const std::size_t members = pool.begin[1];
        std::size_t width = 1;
        while (width < members && pool.member[width] == pool.member[0] + width) ++width;
        if (width > shape_[2]) width = shape_[2];
        if (members % width != 0 || members / width > shape_[1]) return false;
        const std::array<std::size_t, 2> window{members / width, width};
        for (std::size_t across = 1; across <= shape_[2]; ++across)
            for (std::size_t down = 1; down <= shape_[1]; ++down) {
                const std::size_t rows = (shape_[1] - window[0]) / down + 1;
                const std::size_t columns = (shape_[2] - window[1]) / across + 1;
                if (rows * columns * shape_[0] != count) continue;
                const model::WindowMaximum guess =
                    model::image_windows({shape_[0], shape_[1], shape_[2]}, window, {down, across});
                if (guess.begin != pool.begin || guess.member != pool.member) continue;
                add("maximum {} x {}", window[0], window[1]);
                put_pair("stride", down, across, 1);
                text_ += '\n';
                shape_ = {shape_[0], rows, columns};
                return true;
            }
        return false;
    }

    void put(const model::Selection& selection) {
        text_ += "select {\n   ";
        for (const std::uint32_t source : selection.source) add(" {}", source);
        text_ += "\n}\n";
        shape_ = {selection.source.size()};
    }

    void put(model::BinaryActivation activation) {
        text_ += activation == model::BinaryActivation::sign ? "sign\n" : "step\n";
    }

    void put(const model::Quantisation& quantisation) { add("quantise {}\n", exact_number(quantisation.step)); }

    std::string text_;
    std::vector<std::size_t> shape_;
};
}  // namespace

std::string bnn_text(const model::BinarizedNetwork& network) {
    return BnnWriter().write(network);
}

}  // namespace sinew::write
