// SPDX-License-Identifier: Apache-2.0
// Resize and Upsample: each axis by itself, elements repeated (nearest) or as weighted sums of two (linear).
#include <algorithm>

#include <fmt/core.h>

#include "read/onnx/broadcast.hpp"
#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

namespace {
/// One axis: its new extent, and the scale that coordinates are divided by.
struct ResizedAxis {
    std::size_t extent = 1;
    Rational scale = 1;
};

/// The axes that scales and sizes are given for.
std::vector<std::size_t> resized_axes(Operator& node, std::size_t rank) {
    std::vector<std::size_t> axes;
    if (const auto given = node.integer_list("axes")) {
        for (const std::int64_t axis : *given) axes.push_back(node.axis(axis, rank));
    } else {
        for (std::size_t axis = 0; axis < rank; ++axis) axes.push_back(axis);
    }
    return axes;
}

std::vector<ResizedAxis> read_resized(Operator& node, const Shape& from) {
    const std::vector<std::size_t> axes = resized_axes(node, from.size());
    std::vector<Rational> scales;
    std::vector<std::int64_t> sizes;
    const std::size_t input = node.type() == "Upsample" || node.opset() < 11 ? 1 : 2;
    if (const auto attribute = node.real_list("scales")) {
        for (const double scale : *attribute) scales.push_back(to_rational(scale));
    } else if (node.has_input(3) && element_count(node.input_shape(3)) != 0) {
        sizes = node.integers(3);
    } else if (node.has_input(input)) {
        const Constant given = node.take_numbers(input);
        for (std::size_t i = 0; i < given.reals.size(); ++i) scales.push_back(given.reals.exact(i));
    }
    const std::string policy = node.text("keep_aspect_ratio_policy", "stretch");
    if (policy != "stretch")
        node.fail(fmt::format("the keep_aspect_ratio_policy '{}' is not supported", policy.substr(0, 40)));
    if (scales.size() + sizes.size() != axes.size()) node.fail("a scale or a size is needed for each axis");
    std::vector<ResizedAxis> result(from.size());
    for (std::size_t axis = 0; axis < from.size(); ++axis) result[axis].extent = from[axis];
    for (std::size_t i = 0; i < axes.size(); ++i) {
        ResizedAxis& axis = result[axes[i]];
        const auto before = static_cast<unsigned long>(from[axes[i]]);
        if (!sizes.empty()) {
            if (sizes[i] < 1 || sizes[i] > static_cast<std::int64_t>(largest_tensor))
                node.fail(fmt::format("a size of {}", sizes[i]));
            axis.extent = static_cast<std::size_t>(sizes[i]);
            axis.scale = Rational(static_cast<unsigned long>(axis.extent), before);
            axis.scale.canonicalize();
        } else {
            if (scales[i] <= 0 || scales[i] > 1'000'000) node.fail(fmt::format("a scale of {}", scales[i].get_str()));
            axis.scale = scales[i];
            axis.extent = floor(scales[i] * before).get_ui();
        }
    }
    return result;
}

/// The place in the input that element i of the result shows, by the formulas of the standard.
Rational place_of(Operator& node, const std::string& mode, const ResizedAxis& axis, std::size_t before, std::size_t i) {
    const Rational at(static_cast<unsigned long>(i));
    const Rational half(1, 2);
    if (mode == "asymmetric") return at / axis.scale;
    if (mode == "half_pixel") return (at + half) / axis.scale - half;
    if (mode == "pytorch_half_pixel") return axis.extent > 1 ? Rational((at + half) / axis.scale - half) : Rational(0);
    if (mode == "align_corners") {
        if (axis.extent <= 1) return 0;
        return at * static_cast<unsigned long>(before - 1) / static_cast<unsigned long>(axis.extent - 1);
    }
    if (mode == "half_pixel_symmetric") {
        const Rational adjustment =
            Rational(static_cast<unsigned long>(axis.extent)) / (axis.scale * static_cast<unsigned long>(before));
        const Rational centre = Rational(static_cast<unsigned long>(before)) / 2;
        return centre * (1 - adjustment) + (at + half) / axis.scale - half;
    }
    if (mode == "tf_half_pixel_for_nn") return (at + half) / axis.scale;
    node.fail(fmt::format("the coordinate_transformation_mode '{}' is not supported", mode.substr(0, 40)));
}

std::size_t inside(const Integer& at, std::size_t before) {
    if (at < 0) return 0;
    return at >= static_cast<unsigned long>(before) ? before - 1 : at.get_ui();
}

std::size_t nearest_to(Operator& node, const Rational& place, const std::string& rounding, std::size_t before) {
    const Integer down = floor(place);
    const bool is_half = place - down == Rational(1, 2);
    if (rounding == "floor") return inside(down, before);
    if (rounding == "ceil") return inside(ceil(place), before);
    if (rounding == "round_prefer_floor") return inside(is_half ? down : floor(place + Rational(1, 2)), before);
    if (rounding == "round_prefer_ceil") return inside(floor(place + Rational(1, 2)), before);
    node.fail(fmt::format("the nearest_mode '{}' is not supported", rounding.substr(0, 40)));
}

/// One axis, linearly: element i is (1 - t)·x[k] + t·x[k + 1] at the place k + t; beyond the ends, the end.
Tensor interpolated(Operator& node, Tensor tensor, std::size_t axis, const std::vector<Rational>& places) {
    const Shape from = tensor.shape;
    Shape shape = from;
    shape[axis] = places.size();
    node.check_size(shape);
    const std::size_t inner = strides_of(from)[axis];
    const std::size_t count = element_count(shape);
    node.network().charge(4 * count);
    SparseRows map(tensor.source->size, count);
    model::NumberArray weights(2 * places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Rational part = places[i] - floor(places[i]);
        weights.set(2 * i, Rational(1 - part));
        weights.set(2 * i + 1, part);
    }
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t i = k / inner % places.size();
        const std::size_t o = k / inner / places.size();
        const Integer down = floor(places[i]);
        const auto element = [&](std::size_t at) {
            return tensor.component((o * from[axis] + at) * inner + k % inner);
        };
        const std::size_t first = inside(down, from[axis]);
        const std::size_t second = inside(down + 1, from[axis]);
        if (first == second || places[i] == down) {
            map.add(element(first), 1.0);
        } else {
            map.add(element(first), weights, 2 * i);
            map.add(element(second), weights, 2 * i + 1);
        }
        map.end_row();
    }
    return node.network().map(node.name(), std::move(shape), tensor, map.take());
}
}  // namespace

void resize(Operator& node) {
    const Shape from = node.input_shape(0);
    const std::string mode = node.text("mode", "nearest");
    const bool is_linear = mode == "linear" || mode == "bilinear";
    if (mode != "nearest" && !is_linear)
        node.fail(fmt::format("the mode '{}' is not supported: 'nearest' and 'linear' are", mode.substr(0, 40)));
    const bool is_new = node.type() == "Resize" && node.opset() >= 11;
    const std::string transformation =
        is_new ? node.text("coordinate_transformation_mode", "half_pixel") : "asymmetric";
    const std::string rounding = is_new ? node.text("nearest_mode", "round_prefer_floor") : "floor";
    if (node.integer("antialias", 0) != 0) node.fail("antialiasing is not supported");
    for (const char* attribute : {"cubic_coeff_a", "exclude_outside", "extrapolation_value"}) node.ignore(attribute);
    const std::vector<ResizedAxis> axes = read_resized(node, from);
    Shape shape;
    for (const ResizedAxis& axis : axes) shape.push_back(axis.extent);
    node.check_size(shape);
    if (is_linear) {
        Tensor tensor = node.take_tensor(0);
        for (std::size_t axis = 0; axis < from.size(); ++axis) {
            if (axes[axis].scale == 1 && axes[axis].extent == from[axis]) continue;
            std::vector<Rational> places;
            for (std::size_t i = 0; i < shape[axis]; ++i)
                places.push_back(place_of(node, transformation, axes[axis], from[axis], i));
            tensor = interpolated(node, std::move(tensor), axis, places);
        }
        node.set_output(std::move(tensor));
        return;
    }
    Value value = node.take(0);
    for (std::size_t axis = 0; axis < from.size(); ++axis) {
        if (axes[axis].scale == 1 && axes[axis].extent == from[axis]) continue;
        std::vector<std::size_t> chosen;
        for (std::size_t i = 0; i < shape[axis]; ++i)
            chosen.push_back(
                nearest_to(node, place_of(node, transformation, axes[axis], from[axis], i), rounding, from[axis]));
        value = along_axis(node, std::move(value), axis, chosen);
    }
    node.set_output(std::move(value));
}

}  // namespace sinew::read::onnx
