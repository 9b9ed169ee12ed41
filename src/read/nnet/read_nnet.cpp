// SPDX-License-Identifier: Apache-2.0
#include "read/nnet/read_nnet.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"
#include "read/component_count.hpp"
#include "read/file.hpp"

namespace sinew::read {

namespace nnet {
namespace {
class NnetReader {
  public:
    NnetReader(std::string_view text, const std::string& name, NnetValues values)
        : text_(text), name_(name), values_(values) {}

    NnetNetwork read() {
        read_header();
        model::LayerId last = add_inputs();
        for (std::size_t k = 1; k < sizes_.size(); ++k) last = add_layer(k, last);
        if (next_line()) fail("the text goes on after the last bias", "the end of the file");
        if (values_ == NnetValues::data) last = add_line("outputs", last, output_range_, output_mean_);
        for (std::size_t i = 0; i < sizes_.back(); ++i) {
            result_.query.outputs.push_back(network().variable(last, i));
            result_.query.names[result_.query.outputs.back()] = fmt::format("y{}", i);
        }
        add_notes();
        return std::move(result_);
    }

  private:
    model::Network& network() { return result_.query.network; }

    [[noreturn]] void fail(const std::string& message, const std::string& expected) const {
        throw InputError({name_, line_, 0}, message, expected);
    }

    /// Splits the next line that is neither empty nor a comment into cells_; false at the end.
    bool next_line() {
        constexpr std::string_view blanks = " \t\r\f\v";
        const auto trim = [&](std::string_view& word) {
            word.remove_prefix(std::min(word.find_first_not_of(blanks), word.size()));
            word = word.substr(0, word.find_last_not_of(blanks) + 1);
        };
        while (begin_ < text_.size()) {
            const std::size_t end = std::min(text_.find('\n', begin_), text_.size());
            std::string_view line = text_.substr(begin_, end - begin_);
            begin_ = end + 1;
            ++line_;
            trim(line);
            if (line.empty() || line.starts_with("//")) continue;
            cells_.clear();
            for (std::size_t from = 0; from <= line.size();) {
                const std::size_t to = std::min(line.find(',', from), line.size());
                std::string_view cell = line.substr(from, to - from);
                trim(cell);
                cells_.push_back(cell);
                from = to + 1;
            }
            if (cells_.size() > 1 && cells_.back().empty()) cells_.pop_back();  // lines end in a comma
            return true;
        }
        return false;
    }

    /// The next line, of `count` cells at least; what stands behind them is nobody's.
    void need_line(std::size_t count, const std::string& expected) {
        if (!next_line()) {
            ++line_;
            fail("the text ends too early", expected);
        }
        if (cells_.size() < count)
            fail(fmt::format("{} number{} stand{} here", cells_.size(), cells_.size() == 1 ? "" : "s",
                             cells_.size() == 1 ? "s" : ""),
                 expected);
    }

    std::size_t count(std::size_t cell, const std::string& expected) const {
        const std::optional<std::uint64_t> value = parse_count(cells_[cell], most_components);
        if (!value || *value == 0) fail("'" + printable(cells_[cell]) + "' is no such number", expected);
        return *value;
    }

    Rational number(std::size_t cell) const {
        std::optional<Rational> value = parse_number(cells_[cell]);
        if (!value) fail("'" + printable(cells_[cell]) + "' is no number", "a finite decimal number");
        if (outgrows(*value, cells_[cell]))
            fail("the number " + printable(cells_[cell]) + " is too large or too small", "");
        return *std::move(value);
    }

    std::vector<Rational> numbers(std::size_t count, const std::string& expected) {
        need_line(count, fmt::format("{}: {} numbers", expected, count));
        std::vector<Rational> row;
        for (std::size_t i = 0; i < count; ++i) row.push_back(number(i));
        return row;
    }

    void read_header() {
        need_line(4, "numbers of layers, inputs, outputs, and of the largest layer");
        const std::size_t layers = count(0, "a number of layers");
        const std::size_t inputs = count(1, "a number of inputs");
        const std::size_t outputs = count(2, "a number of outputs");
        need_line(layers + 1, fmt::format("the sizes of {} layers and of the input before them", layers));
        for (std::size_t k = 0; k <= layers; ++k) sizes_.push_back(count(k, "the size of a layer"));
        if (sizes_.front() != inputs || sizes_.back() != outputs)
            fail(fmt::format("the sizes begin with {} and end with {}", sizes_.front(), sizes_.back()),
                 fmt::format("{} inputs and {} outputs, as the line before says", inputs, outputs));
        need_line(1, "a flag that nothing uses");
        least_ = numbers(inputs, "the least values of the inputs");
        greatest_ = numbers(inputs, "the greatest values of the inputs");
        for (std::size_t i = 0; i < inputs; ++i)
            if (least_[i] > greatest_[i])
                fail(fmt::format("the greatest value of input {} is below its least value", i), "a range of numbers");
        means_ = numbers(inputs + 1, "the means of the inputs, and one of all outputs");
        ranges_ = numbers(inputs + 1, "the ranges of the inputs, and one of all outputs");
        for (std::size_t i = 0; i <= inputs; ++i)
            if (ranges_[i] <= 0) fail(fmt::format("range {} is {}", i, ranges_[i].get_str()), "numbers above 0");
        const auto pop = [](std::vector<Rational>& row) {
            Rational last = std::move(row.back());
            row.pop_back();
            return last;
        };
        output_mean_ = pop(means_);
        output_range_ = pop(ranges_);
        is_normalised_ = output_mean_ != 0 || output_range_ != 1;
        for (std::size_t i = 0; i < inputs; ++i) is_normalised_ = is_normalised_ || means_[i] != 0 || ranges_[i] != 1;
    }

    model::LayerId add_inputs() {
        const model::LayerId input = network().add_input("inputs", {sizes_[0]});
        const bool of_data = values_ == NnetValues::data;
        for (std::size_t i = 0; i < sizes_[0]; ++i) {
            model::Domain domain;
            domain.lower = of_data ? least_[i] : Rational((least_[i] - means_[i]) / ranges_[i]);
            domain.upper = of_data ? greatest_[i] : Rational((greatest_[i] - means_[i]) / ranges_[i]);
            const Variable variable = network().variable(input, i);
            result_.query.domains.emplace_back(variable, std::move(domain));
            result_.query.names[variable] = fmt::format("x{}", i);
        }
        if (!of_data || !is_normalised_) return input;
        model::AffineLayer line;
        model::SparseMap map;
        map.columns = sizes_[0];
        for (std::size_t i = 0; i < sizes_[0]; ++i) {
            map.column.push_back(static_cast<std::uint32_t>(i));
            map.weight.push_back(1 / ranges_[i]);
            map.row_begin.push_back(i + 1);
            line.bias.push_back(-means_[i] / ranges_[i]);
        }
        line.terms.push_back({input, std::move(map)});
        return network().add_affine("normalised", {sizes_[0]}, std::move(line));
    }

    /// factor·source + constant, of every component.
    model::LayerId add_line(const std::string& name, model::LayerId source, const Rational& factor,
                            const Rational& constant) {
        if (factor == 1 && constant == 0) return source;
        const std::size_t size = network().layer(source).size;
        model::AffineLayer line;
        model::SparseMap map;
        map.columns = size;
        for (std::size_t i = 0; i < size; ++i) {
            map.column.push_back(static_cast<std::uint32_t>(i));
            map.weight.push_back(factor);
            map.row_begin.push_back(i + 1);
            line.bias.push_back(constant);
        }
        line.terms.push_back({source, std::move(map)});
        return network().add_affine(name, {size}, std::move(line));
    }

    model::LayerId add_layer(std::size_t k, model::LayerId before) {
        model::DenseMap map;
        map.rows = sizes_[k];
        map.columns = sizes_[k - 1];
        for (std::size_t row = 0; row < map.rows; ++row) {
            need_line(map.columns, fmt::format("the {} weights of neuron {} of layer {}", map.columns, row, k));
            if (cells_.size() != map.columns)
                fail(fmt::format("{} numbers stand here", cells_.size()), fmt::format("{} weights", map.columns));
            for (std::size_t column = 0; column < map.columns; ++column) map.weights.push_back(number(column));
        }
        model::AffineLayer affine;
        for (std::size_t row = 0; row < map.rows; ++row) {
            need_line(1, fmt::format("the bias of neuron {} of layer {}", row, k));
            if (cells_.size() != 1) fail(fmt::format("{} numbers stand here", cells_.size()), "one bias");
            affine.bias.push_back(number(0));
        }
        affine.terms.push_back({before, std::move(map)});
        const model::LayerId sums = network().add_affine(fmt::format("layer{}", k), {sizes_[k]}, std::move(affine));
        name_neurons(sums, 2 * k - 1);
        if (k + 1 == sizes_.size()) return sums;
        const model::LayerId neurons = network().add_activation(fmt::format("relu{}", k), sums, model::Activation{});
        name_neurons(neurons, 2 * k);
        return neurons;
    }

    void name_neurons(model::LayerId layer, std::size_t number) {
        for (std::size_t i = 0; i < network().layer(layer).size; ++i)
            result_.query.names[network().variable(layer, i)] = fmt::format("h_{}_{}", number, i);
    }

    void add_notes() {
        if (is_normalised_ && values_ == NnetValues::network)
            result_.notes.push_back(
                fmt::format("{}: inputs and outputs are the network's own, (value - mean)/range of the file's "
                            "normalisation (--format nnet-data asks about values before it)",
                            name_));
        if (is_normalised_ && values_ == NnetValues::data)
            result_.notes.push_back(
                fmt::format("{}: inputs and outputs are those of the data; the file's normalisation is part of the "
                            "network",
                            name_));
        result_.notes.push_back(fmt::format("{}: inputs keep to the file's least and greatest values", name_));
    }

    std::string_view text_;
    const std::string& name_;
    NnetValues values_;
    std::size_t begin_ = 0;
    std::size_t line_ = 0;
    std::vector<std::string_view> cells_;
    std::vector<std::size_t> sizes_;  ///< of the input, then of each layer
    std::vector<Rational> least_;
    std::vector<Rational> greatest_;
    std::vector<Rational> means_;
    std::vector<Rational> ranges_;
    Rational output_mean_;
    Rational output_range_;
    bool is_normalised_ = false;
    NnetNetwork result_;
};
}  // namespace
}  // namespace nnet

NnetNetwork parse_nnet(std::string_view text, const std::string& name, NnetValues values) {
    return nnet::NnetReader(text, name, values).read();
}

NnetNetwork read_nnet(const std::string& path, NnetValues values) {
    const FileContent text = read_text(path);
    return parse_nnet(text, shown_name(path), values);
}

}  // namespace sinew::read
