// SPDX-License-Identifier: Apache-2.0
#include "read/bnn/read_bnn.hpp"

#include <cmath>
#include <filesystem>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"
#include "read/bnn/linear.hpp"
#include "read/bnn/modules.hpp"
#include "read/bnn/zip.hpp"
#include "read/component_count.hpp"
#include "read/file.hpp"
#include "read/normalisations.hpp"

namespace sinew::read {

namespace bnn {
namespace {
using model::BinarizedNetwork;
using model::BinaryActivation;
using model::ChannelLine;

/// Chainer and PyTorch add these to the variance, as float32.
constexpr float chainer_epsilon = 2e-5F;
constexpr float pytorch_epsilon = 1e-5F;

class Assembly {
  public:
    Assembly(const std::vector<Array>& arrays, const std::string& file, model::InputKind bare_input)
        : file_(file), modules_(group_modules(arrays, file)) {
        network_.input = bare_input;
    }

    BinarizedNetwork assemble() {
        const std::vector<Module>& modules = modules_.modules;
        std::size_t last = modules.size();
        for (std::size_t m = 0; m < modules.size(); ++m)
            if (!modules[m].is_normalisation()) last = m;
        if (last == modules.size()) throw InputError({file_, 0, 0}, "no array is a matrix of weights");
        for (const Module& module : modules) has_signs_ = has_signs_ || module.find(Role::sign) != nullptr;
        read_input_shape();
        add_input_stage();
        for (std::size_t m = 0; m < modules.size(); ++m) {
            if (modules[m].is_normalisation()) {
                add_normalisation(modules[m]);
            } else {
                if (linears_ != 0) add_activation();
                add_linear(modules[m]);
            }
            if (m == 0 && modules[m].is_normalisation()) add_activation();
        }
        normalisations_.settle(network_);
        network_.origin = fmt::format("{} linear layers, {} arrays of names", linears_,
                                      modules_.chainer ? "Chainer's"
                                      : has_signs_     ? "EEV's"
                                                       : "PyTorch's");
        return std::move(network_);
    }

  private:
    void read_input_shape() {
        const Array* given = modules_.input_shape;
        if (given == nullptr) return;
        for (std::size_t i = 0; i < given->size(); ++i) {
            const double extent = given->at(i);
            if (!(extent >= 1 && extent <= 1e6) || extent != std::floor(extent))
                given->fail(fmt::format("extent {} is {}", i, extent), "whole numbers above zero");
            network_.input_shape.push_back(static_cast<std::size_t>(extent));
        }
        if (!component_count(network_.input_shape))
            given->fail("it makes too many inputs", fmt::format("up to {}", most_components));
    }

    /// What stands before the first linear module follows from what is there: a quantisation step makes inputs reals
    /// from 0 to 1, a batch normalisation makes them pixels, divided by 255.
    void add_input_stage() {
        if (const Array* step = modules_.quantisation_step) {
            if (step->size() != 1 || !(step->at(0) > 0)) step->fail("this is no step", "one number above zero");
            network_.input = model::InputKind::unit;
            // A literal of the training program, 0.61 say: the decimal is meant.
            network_.operations.emplace_back(model::Quantisation{Rational(decimal(step->at(0)))});
        } else if (modules_.modules.front().is_normalisation()) {
            network_.input = model::InputKind::pixels;
            ChannelLine scaling{model::NumberArray(1), model::NumberArray(1)};
            scaling.factor.set(0, Rational(1, 255));
            network_.operations.emplace_back(std::move(scaling));
        }
    }

    static Rational decimal(double value) {
        const std::optional<Rational> exact = parse_number(fmt::format("{}", value));
        return exact ? *exact : to_rational(value);
    }

    void add_activation() {
        network_.operations.emplace_back(has_signs_ ? BinaryActivation::step : BinaryActivation::sign);
    }

    void add_linear(const Module& module) {
        model::BinarizedLinear linear = read_linear(module, modules_, linear_input(), file_);
        const std::size_t channels = linear.channels();
        if (linears_ == 0) set_input_shape(linear);
        if (size_ != 0 && linear.columns() != size_)
            module.find(Role::weight)
                ->fail(fmt::format("it has {} columns", linear.columns()),
                       fmt::format("{} as the layer before makes", size_));
        size_ = linear.rows();
        shape_ = {channels};
        if (const auto* map = std::get_if<model::ConvolutionMap>(&linear.geometry))
            shape_ = {channels, map->out_height, map->out_width};
        if (!component_count(shape_))
            module.find(Role::weight)
                ->fail("the convolution makes too many components", fmt::format("up to {}", most_components));
        const Array& weight = *module.find(Role::weight);
        if (weight.is_bool)
            network_.notes.push_back(
                fmt::format("{}: array '{}' is of type bool: its weights are read as -1 (False) and 1 (True)", file_,
                            printable(weight.name)));
        network_.operations.emplace_back(std::move(linear));
        ++linears_;
        if (const Array* sign = module.find(Role::sign)) add_signs(*sign, channels);
    }

    std::vector<std::size_t> linear_input() const { return linears_ == 0 ? network_.input_shape : shape_; }

    void set_input_shape(const model::BinarizedLinear& linear) {
        std::vector<std::size_t> shape{linear.columns()};
        if (const auto* map = std::get_if<model::ConvolutionMap>(&linear.geometry))
            shape = {map->in_channels, map->in_height, map->in_width};
        std::size_t size = 1;
        for (const std::size_t extent : network_.input_shape) size *= extent;
        if (network_.input_shape.empty() || size != linear.columns()) {
            if (modules_.input_shape != nullptr)
                modules_.input_shape->fail(fmt::format("it makes {} inputs", size),
                                           fmt::format("{} as the first layer has columns", linear.columns()));
            network_.input_shape = shape;
        }
        if (size_ == 0) size_ = linear.columns();
    }

    void add_signs(const Array& sign, std::size_t channels) {
        if (sign.size() != channels)
            sign.fail(fmt::format("it has shape {}", shape_text(sign.shape)), fmt::format("{} numbers", channels));
        ChannelLine line{model::NumberArray(channels), model::NumberArray(channels)};
        bool all_positive = true;
        for (std::size_t c = 0; c < channels; ++c) {
            if (sign.at(c) != 1 && sign.at(c) != -1) sign.fail(fmt::format("sign {} is {}", c, sign.at(c)), "1 or -1");
            line.factor.set_double(c, sign.at(c));
            all_positive = all_positive && sign.at(c) == 1;
        }
        if (!all_positive) network_.operations.emplace_back(std::move(line));
    }

    void add_normalisation(const Module& module) {
        const Array& mean = needed(module, Role::mean, "mean");
        const Array& variance = needed(module, Role::variance, "variance");
        const std::size_t channels = mean.size();
        if (linears_ != 0 && channels != shape_.front())
            mean.fail(fmt::format("it has {} channels", channels),
                      fmt::format("{} as the layer before makes", shape_.front()));
        if (linears_ == 0) size_ = channels;
        for (const Role role : {Role::variance, Role::weight, Role::bias})
            if (const Array* array = module.find(role); array != nullptr && array->size() != channels)
                array->fail(fmt::format("it has shape {}", shape_text(array->shape)),
                            fmt::format("{} numbers as '{}' has", channels, mean.name));
        std::vector<BatchNormChannel> parameters;
        for (std::size_t c = 0; c < channels; ++c) {
            // With an epsilon that is only assumed, a variance of zero says that nothing was ever normalised.
            const Array* given = module.find(Role::epsilon);
            const bool zero_is_meant = given != nullptr && given->size() == 1 && given->at(0) > 0;
            if (variance.at(c) < 0 || (variance.at(c) == 0 && !zero_is_meant))
                variance.fail(fmt::format("the variance of channel {} is {}", c, variance.at(c)),
                              fmt::format("a number above zero; or zero where an array '{}.eps' above zero is given",
                                          module.name));
            const auto number = [&](Role role, int absent) {
                const Array* array = module.find(role);
                return array == nullptr ? Rational(absent) : to_rational(array->at(c));
            };
            parameters.push_back({number(Role::weight, 1), number(Role::bias, 0), to_rational(mean.at(c)),
                                  Rational(to_rational(variance.at(c)) + epsilon(module))});
        }
        normalisations_.add(network_, std::move(parameters));
    }

    Rational epsilon(const Module& module) const {
        const Array* given = module.find(Role::epsilon);
        if (given == nullptr)
            return to_rational(static_cast<double>(modules_.chainer ? chainer_epsilon : pytorch_epsilon));
        if (given->size() != 1 || given->at(0) < 0) given->fail("this is no epsilon", "one number, 0 or above");
        return to_rational(given->at(0));
    }

    const Array& needed(const Module& module, Role role, const char* meaning) const {
        const Array* array = module.find(role);
        if (array == nullptr)
            throw InputError({file_, 0, 0},
                             fmt::format("the batch normalisation '{}' has no {}", printable(module.name), meaning),
                             fmt::format("an array '{}' with its {}", printable(module.name), meaning));
        return *array;
    }

    const std::string& file_;
    Modules modules_;
    BinarizedNetwork network_;
    Normalisations normalisations_;
    bool has_signs_ = false;
    std::size_t linears_ = 0;
    std::size_t size_ = 0;            ///< components after the last operation; 0: not known yet
    std::vector<std::size_t> shape_;  ///< channels first
};
}  // namespace
}  // namespace bnn

model::BinarizedNetwork parse_npz_network(std::string_view bytes, const std::string& name) {
    if (!bnn::is_zip(bytes)) throw InputError({name, 0, 0}, "this is no NPZ file", "a zip archive of NumPy arrays");
    bnn::NpzNotes notes;
    const std::vector<bnn::Array> arrays = bnn::read_npz(bytes, name, notes);
    std::optional<model::InputKind> kind;
    if (!notes.input.empty()) {
        kind = model::input_kind(notes.input);
        if (!kind)
            throw InputError({name, 0, 0}, fmt::format("'sinew.input' is '{}'", printable(notes.input)),
                             "a kind of input: bits, signs, pixels, unit or integers");
    }
    model::BinarizedNetwork network = bnn::Assembly(arrays, name, kind.value_or(model::InputKind::signs)).assemble();
    if (kind) network.input = *kind;
    network.preparation = std::move(notes.preparation);
    return network;
}

model::BinarizedNetwork read_binarized(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) return parse_npz_network(read_file(path), shown_name(path));
    const std::vector<bnn::Array> arrays = bnn::read_csv_folder(path);
    if (arrays.empty()) throw InputError({path, 0, 0}, "the folder has no arrays", "files .csv with weights");
    return bnn::Assembly(arrays, path, model::InputKind::signs).assemble();
}

}  // namespace sinew::read
