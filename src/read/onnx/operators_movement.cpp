// SPDX-License-Identifier: Apache-2.0
// Operators that move, drop, repeat or join elements. Of one tensor they change the view only.
#include <algorithm>
#include <numeric>

#include <fmt/core.h>

#include "base/join.hpp"
#include "read/onnx/broadcast.hpp"
#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

namespace {
/// The elements of a result whose axes step through the input with these strides from an offset.
std::vector<std::uint32_t> strided(const Shape& shape, const std::vector<std::size_t>& strides, std::size_t offset) {
    std::vector<std::uint32_t> source(element_count(shape));
    for_each_offset(shape, strides,
                    [&](std::size_t k, std::size_t at) { source[k] = static_cast<std::uint32_t>(offset + at); });
    return source;
}

}  // namespace

Value along_axis(Operator& node, Value value, std::size_t axis, const std::vector<std::size_t>& chosen) {
    const Shape from = shape_of(value);
    Shape shape = from;
    shape[axis] = chosen.size();
    const std::size_t inner = strides_of(from)[axis];
    const std::size_t outer = element_count(Shape(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(axis)));
    node.network().charge(element_count(shape));
    std::vector<std::uint32_t> source;
    source.reserve(element_count(shape));
    for (std::size_t o = 0; o < outer; ++o)
        for (const std::size_t at : chosen)
            for (std::size_t i = 0; i < inner; ++i)
                source.push_back(static_cast<std::uint32_t>((o * from[axis] + at) * inner + i));
    return rearranged(std::move(value), std::move(shape), source);
}

void transpose(Operator& node) {
    const Shape from = node.input_shape(0);
    std::vector<std::size_t> order;
    if (const auto given = node.integer_list("perm")) {
        for (const std::int64_t axis : *given) order.push_back(node.axis(axis, from.size()));
    } else {
        for (std::size_t axis = from.size(); axis-- > 0;) order.push_back(axis);
    }
    std::vector<std::size_t> sorted = order;
    std::ranges::sort(sorted);
    if (sorted.size() != from.size() || std::ranges::adjacent_find(sorted) != sorted.end())
        node.fail("attribute 'perm' is no permutation of the axes");
    const std::vector<std::size_t> own = strides_of(from);
    Shape shape;
    std::vector<std::size_t> strides;
    for (const std::size_t axis : order) {
        shape.push_back(from[axis]);
        strides.push_back(own[axis]);
    }
    node.network().charge(element_count(shape) / 2);
    const std::vector<std::uint32_t> source = strided(shape, strides, 0);
    node.set_output(rearranged(node.take(0), std::move(shape), source));
}

void split(Operator& node) {
    const Shape from = node.input_shape(0);
    const std::size_t axis = node.axis(node.integer("axis", 0), from.size());
    const auto parts = static_cast<std::size_t>(node.output_count());
    std::vector<std::int64_t> sizes;
    if (node.opset() < 13)
        sizes = node.integer_list("split").value_or(sizes);
    else if (node.has_input(1))
        sizes = node.integers(1);
    if (node.integer("num_outputs", static_cast<std::int64_t>(parts)) != static_cast<std::int64_t>(parts))
        node.fail("attribute 'num_outputs' is not the number of outputs");
    if (sizes.empty()) {
        const std::size_t each = (from[axis] + parts - 1) / parts;  // the last part may be smaller
        for (std::size_t i = 0; i < parts; ++i)
            sizes.push_back(static_cast<std::int64_t>(std::min(each, from[axis] - std::min(from[axis], i * each))));
        if (node.opset() < 18 && from[axis] % parts != 0) node.fail("the parts are not equal");
    }
    if (sizes.size() != parts) node.fail(fmt::format("{} sizes are given for {} outputs", sizes.size(), parts));
    const Value whole = node.take(0);
    std::size_t begin = 0;
    for (std::size_t i = 0; i < parts; ++i) {
        if (sizes[i] < 0 || static_cast<std::size_t>(sizes[i]) > from[axis] - begin)
            node.fail(fmt::format("the parts do not fit an extent of {}", from[axis]));
        std::vector<std::size_t> chosen;
        for (std::int64_t k = 0; k < sizes[i]; ++k) chosen.push_back(begin++);
        node.set_output(i, along_axis(node, whole, axis, chosen));
    }
    if (begin != from[axis]) node.fail(fmt::format("the parts do not fill an extent of {}", from[axis]));
}

namespace {
struct SliceRange {
    std::int64_t start, end, step;
};

/// The positions start, start + step, … before end in an axis of `extent`, by the rules of Slice: negative numbers
/// count from the end, everything is clamped to the axis.
std::vector<std::size_t> slice_positions(Operator& node, SliceRange range, std::size_t extent) {
    const auto n = static_cast<std::int64_t>(extent);
    if (range.step == 0) node.fail("a step of 0");
    const auto resolve = [n](std::int64_t at, std::int64_t low, std::int64_t high) {
        return std::clamp(at < 0 ? (at < -n ? std::int64_t{-1} : at + n) : at, low, high);
    };
    std::vector<std::size_t> result;
    if (range.step > 0) {
        const std::int64_t end = range.end < -n ? 0 : resolve(range.end, 0, n);
        const std::int64_t start = range.start < -n ? 0 : resolve(range.start, 0, n);
        for (std::int64_t at = start; at < end; at += std::min(range.step, n + 1))
            result.push_back(static_cast<std::size_t>(at));
    } else {
        const std::int64_t start = range.start < -n ? 0 : resolve(range.start, 0, n - 1);
        const std::int64_t end = resolve(range.end, -1, n - 1);
        for (std::int64_t at = start; at > end; at += std::max(range.step, -n - 1))
            result.push_back(static_cast<std::size_t>(at));
    }
    return result;
}
}  // namespace

void slice(Operator& node) {
    const bool attributes = node.opset() < 10;
    const auto list = [&](const char* attribute, std::size_t input) -> std::optional<std::vector<std::int64_t>> {
        if (attributes) return node.integer_list(attribute);
        if (!node.has_input(input)) return std::nullopt;
        return node.integers(input);
    };
    const auto starts = list("starts", 1);
    const auto ends = list("ends", 2);
    const auto axes = list("axes", 3);
    const auto steps = attributes ? std::nullopt : list("steps", 4);
    if (!starts || !ends || starts->size() != ends->size() || (axes && axes->size() != starts->size()) ||
        (steps && steps->size() != starts->size()))
        node.fail("starts, ends, axes and steps do not have the same length");
    Value value = node.take(0);
    const std::size_t rank = shape_of(value).size();
    if (!axes && starts->size() > rank) node.fail("more slices than axes");
    for (std::size_t i = 0; i < starts->size(); ++i) {
        const std::size_t axis = node.axis(axes ? (*axes)[i] : static_cast<std::int64_t>(i), rank);
        const SliceRange range = {(*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1};
        const std::vector<std::size_t> chosen = slice_positions(node, range, shape_of(value)[axis]);
        value = along_axis(node, std::move(value), axis, chosen);
    }
    node.set_output(std::move(value));
}

void gather(Operator& node) {
    const Shape from = node.input_shape(0);
    const std::size_t axis = node.axis(node.integer("axis", 0), from.size());
    std::vector<std::size_t> chosen;
    for (const std::int64_t index : node.integers(1)) chosen.push_back(node.axis(index, from[axis]));
    Shape shape(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(axis));
    const Shape& indices = node.input_shape(1);
    shape.insert(shape.end(), indices.begin(), indices.end());
    shape.insert(shape.end(), from.begin() + static_cast<std::ptrdiff_t>(axis) + 1, from.end());
    node.set_output(reshaped(along_axis(node, node.take(0), axis, chosen), std::move(shape)));
}

void expand(Operator& node) {
    Shape wanted;
    for (const std::int64_t extent : node.integers(1)) {
        if (extent < 0) node.fail(fmt::format("an extent of {}", extent));
        wanted.push_back(static_cast<std::size_t>(extent));
    }
    const std::optional<Shape> shape = broadcast_shape(node.input_shape(0), wanted);
    if (!shape) node.fail("the shapes do not fit");
    if (element_count(*shape) != 0 || !node.is_constant(0)) node.check_size(*shape);
    node.network().charge(element_count(*shape));
    const std::vector<std::uint32_t> source = broadcast_indices(node.input_shape(0), *shape);
    node.set_output(rearranged(node.take(0), *shape, source));
}

Constant joined_constants(Operator& node, std::vector<Constant> parts, Shape shape,
                          const std::vector<std::uint32_t>& source) {
    Constant all;
    all.type = parts[0].type;
    all.data_type = parts[0].data_type;
    std::vector<double> nearest;
    std::vector<std::pair<std::size_t, Rational>> inexact;
    std::size_t begin = 0;
    for (Constant& part : parts) {
        if (part.type != all.type) node.fail("constants of different types");
        for (const auto& [at, sign] : part.infinite) all.infinite.emplace(begin + at, sign);
        all.integers.insert(all.integers.end(), part.integers.begin(), part.integers.end());
        const model::NearestNumbers numbers = part.reals.nearest();
        nearest.insert(nearest.end(), numbers.begin(), numbers.end());
        if (!part.reals.all_doubles())
            for (std::size_t i = 0; i < numbers.size(); ++i)
                if (!part.reals.holds_double(i)) inexact.emplace_back(begin + i, part.reals.exact(i));
        begin += element_count(part.shape);
    }
    all.reals = model::NumberArray(std::move(nearest));
    for (const auto& [at, value] : inexact) all.reals.set(at, value);
    return std::get<Constant>(rearranged(std::move(all), std::move(shape), source));
}

namespace {
/// Tensors joined: a view where all look at one source, else a layer with one sparse term a part.
Tensor joined(Operator& node, std::vector<Tensor> parts, Shape shape, const std::vector<std::uint32_t>& source) {
    std::vector<std::pair<std::size_t, std::uint32_t>> element;  // part and component, parts laid end to end
    bool one_source = true;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        one_source = one_source && parts[p].source == parts[0].source;
        const std::size_t count = element_count(parts[p].shape);
        for (std::size_t i = 0; i < count; ++i) element.emplace_back(p, parts[p].component(i));
    }
    if (one_source) {
        Tensor result{std::move(shape), parts[0].source, {}};
        for (const std::uint32_t at : source) result.selection.push_back(element[at].second);
        return result;
    }
    std::vector<SparseRows> maps;
    for (const Tensor& part : parts) maps.emplace_back(part.source->size, source.size());
    node.network().charge(source.size() * (parts.size() + 1));
    for (const std::uint32_t at : source) {
        maps[element[at].first].add(element[at].second, 1.0);
        for (SparseRows& map : maps) map.end_row();
    }
    model::AffineLayer layer;
    layer.bias = model::NumberArray(source.size());
    for (std::size_t p = 0; p < parts.size(); ++p) {
        model::LinearMap map = maps[p].take();
        layer.terms.emplace_back(node.network().layer(parts[p]), std::move(map));
    }
    return node.network().affine(node.name(), std::move(shape), std::move(layer));
}
}  // namespace

void concat(Operator& node) {
    if (node.input_count() == 0) node.fail("nothing to join");
    Shape shape = node.input_shape(0);
    const std::size_t axis = node.axis(node.integer("axis", node.opset() < 4 ? 1 : 0), shape.size());
    bool all_constant = true;
    for (std::size_t i = 0; i < node.input_count(); ++i) {
        Shape rest = node.input_shape(i);
        if (rest.size() == shape.size()) rest[axis] = shape[axis];
        if (rest != shape)
            node.fail(fmt::format("shapes {} and {} do not fit", to_string(shape), to_string(node.input_shape(i))));
        all_constant = all_constant && node.is_constant(i);
    }
    // Element numbers over all parts laid end to end, in the order of the result.
    const auto inner_of = [&](const Shape& of) {
        return element_count(Shape(of.begin() + static_cast<std::ptrdiff_t>(axis), of.end()));
    };
    const std::size_t outer = element_count(Shape(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis)));
    std::vector<std::pair<std::size_t, std::size_t>> blocks;  // where a part begins, its elements for one outer index
    std::size_t total = 0;
    shape[axis] = 0;
    for (std::size_t i = 0; i < node.input_count(); ++i) {
        blocks.emplace_back(total, inner_of(node.input_shape(i)));
        total += element_count(node.input_shape(i));
        shape[axis] += node.input_shape(i)[axis];
    }
    if (!all_constant) node.check_size(shape);
    node.network().charge(2 * total);
    std::vector<std::uint32_t> source;
    for (std::size_t o = 0; o < outer; ++o)
        for (const auto& [begin, block] : blocks)
            for (std::size_t i = 0; i < block; ++i) source.push_back(static_cast<std::uint32_t>(begin + o * block + i));
    std::vector<std::size_t> inputs(node.input_count());
    std::iota(inputs.begin(), inputs.end(), std::size_t{0});
    node.set_output(joined_elements(node, inputs, std::move(shape), source));
}

Value joined_elements(Operator& node, const std::vector<std::size_t>& inputs, Shape shape,
                      const std::vector<std::uint32_t>& source) {
    const bool all_constant = std::ranges::all_of(inputs, [&](std::size_t i) { return node.is_constant(i); });
    if (all_constant) {
        std::vector<Constant> parts;
        for (const std::size_t i : inputs) parts.push_back(node.take_extended(i));
        return joined_constants(node, std::move(parts), std::move(shape), source);
    }
    std::vector<Tensor> parts;
    for (const std::size_t i : inputs) parts.push_back(node.take_tensor(i));
    const bool is_integer =
        std::ranges::all_of(parts, [](const Tensor& part) { return part.type == ElementType::integer; });
    const int data_type = parts[0].data_type;
    Tensor result = joined(node, std::move(parts), std::move(shape), source);
    result.type = is_integer ? ElementType::integer : ElementType::real;
    result.data_type = data_type;
    return result;
}

namespace {
/// How many elements are added before and after each axis; negative numbers cut.
std::vector<std::pair<std::int64_t, std::int64_t>> read_pads(Operator& node, std::size_t rank) {
    std::vector<std::int64_t> pads;
    if (node.opset() < 2)
        pads = node.integer_list("paddings").value_or(pads);
    else if (node.opset() < 11)
        pads = node.integer_list("pads").value_or(pads);
    else
        pads = node.integers(1);
    std::vector<std::size_t> axes;
    if (node.has_input(3)) {
        for (const std::int64_t axis : node.integers(3)) axes.push_back(node.axis(axis, rank));
    } else {
        for (std::size_t axis = 0; axis < rank; ++axis) axes.push_back(axis);
    }
    if (pads.size() != 2 * axes.size()) node.fail(fmt::format("{} paddings for {} axes", pads.size(), axes.size()));
    constexpr std::int64_t most = std::int64_t{1} << 30;
    std::vector<std::pair<std::int64_t, std::int64_t>> result(rank, {0, 0});
    for (std::size_t i = 0; i < axes.size(); ++i) {
        result[axes[i]] = {pads[i], pads[axes.size() + i]};
        for (const std::int64_t pad : {pads[i], pads[axes.size() + i]})
            if (pad < -most || pad > most) node.fail("a padding is out of range");
    }
    return result;
}

/// The input position that a padded position shows: absent where it shows the padding value.
std::optional<std::size_t> shown(const std::string& mode, std::int64_t at, std::size_t extent) {
    const auto n = static_cast<std::int64_t>(extent);
    if (at >= 0 && at < n) return static_cast<std::size_t>(at);
    if (mode == "edge") return at < 0 ? 0 : extent - 1;
    if (mode == "reflect" && n > 1) {
        const std::int64_t period = 2 * (n - 1);
        const std::int64_t folded = ((at % period) + period) % period;
        return static_cast<std::size_t>(folded < n ? folded : period - folded);
    }
    return std::nullopt;
}
}  // namespace

void pad(Operator& node) {
    const Shape from = node.input_shape(0);
    const std::string mode = node.text("mode", "constant");
    if (mode != "constant" && mode != "edge" && mode != "reflect")
        node.fail(fmt::format("padding of mode '{}' is not supported", mode.substr(0, 40)));
    const auto pads = read_pads(node, from.size());
    Rational value = 0;
    if (node.opset() < 11)
        value = node.real("value", 0);
    else if (node.has_input(2))
        value = node.scalar(2);
    Shape shape;
    for (std::size_t axis = 0; axis < from.size(); ++axis) {
        const std::int64_t extent = static_cast<std::int64_t>(from[axis]) + pads[axis].first + pads[axis].second;
        if (extent < 1) node.fail("nothing is left");
        shape.push_back(static_cast<std::size_t>(extent));
    }
    node.check_size(shape);
    node.network().charge(3 * element_count(shape));
    // Row by row over the result: the element shown, or none.
    constexpr std::uint32_t none = 0xffffffffU;
    std::vector<std::uint32_t> source(element_count(shape), 0);
    const std::vector<std::size_t> own = strides_of(from);
    const std::vector<std::size_t> strides = strides_of(shape);
    bool complete = true;
    for (std::size_t axis = 0; axis < from.size(); ++axis) {
        for (std::size_t k = 0; k < source.size(); ++k) {
            const auto at = static_cast<std::int64_t>(k / strides[axis] % shape[axis]) - pads[axis].first;
            const auto position = shown(mode, at, from[axis]);
            complete = complete && position.has_value();
            if (!position)
                source[k] = none;
            else if (source[k] != none)
                source[k] += static_cast<std::uint32_t>(*position * own[axis]);
        }
    }
    if (complete) {
        node.set_output(rearranged(node.take(0), std::move(shape), source));
        return;
    }
    if (mode != "constant") node.fail("an axis of one element cannot be reflected");
    Tensor tensor = node.take_tensor(0);
    SparseRows map(tensor.source->size, source.size());
    if (!is_double(value)) node.fail("the padding value is no double");
    std::vector<double> bias(source.size(), 0.0);
    const double nearest = to_nearest(value);
    for (std::size_t k = 0; k < source.size(); ++k) {
        if (source[k] == none)
            bias[k] = nearest;
        else
            map.add(tensor.component(source[k]), 1.0);
        map.end_row();
    }
    node.set_output(
        node.network().map(node.name(), std::move(shape), tensor, map.take(), model::NumberArray(std::move(bias))));
}

}  // namespace sinew::read::onnx
