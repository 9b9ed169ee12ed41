// SPDX-License-Identifier: Apache-2.0
// Maxima and minima: element by element, over axes, and where they are.
#include <fmt/core.h>

#include "read/onnx/broadcast.hpp"
#include "read/onnx/operators.hpp"
#include "read/onnx/steps.hpp"

namespace sinew::read::onnx {

namespace {
model::NumberArray one_number(double value) {
    return model::NumberArray(std::vector<double>{value});
}

Tensor negated(Operator& node, Tensor tensor) {
    const Shape shape = tensor.shape;
    return scaled(node, std::move(tensor), real_constant(-1), shape, Arithmetic::multiply);
}

/// The greater one of two values: max(a, b) = b + max(0, a - b), or a clip where b is one number; and least ones.
Value greater_of(Operator& node, Value left, Value right, bool is_max) {
    Builder& network = node.network();
    if (std::holds_alternative<Constant>(left)) std::swap(left, right);
    const Shape shape = common_shape(node, shape_of(left), shape_of(right));
    if (auto* constant = std::get_if<Constant>(&right)) {
        if (!constant->infinite.empty()) {
            // All of it gives way: max(x, -inf).
            for (const auto& [at, sign] : constant->infinite)
                if ((sign > 0) == is_max) node.fail("an operand is infinite");
            if (constant->infinite.size() != element_count(constant->shape)) node.fail("some operands are infinite");
            return broadcast(std::get<Tensor>(std::move(left)), shape);
        }
        *constant = as_reals(std::move(*constant));
        const Rational first = constant->reals.exact(0);
        bool is_one = true;
        for (std::size_t i = 1; i < constant->reals.size(); ++i) is_one = is_one && constant->reals.exact(i) == first;
        if (is_one) {
            model::Activation activation;
            activation.kind = is_max && first == 0 ? model::ActivationKind::relu : model::ActivationKind::clip;
            if (activation.kind == model::ActivationKind::clip) (is_max ? activation.lower : activation.upper) = first;
            return network.activation(node.name(), broadcast(std::get<Tensor>(std::move(left)), shape), activation);
        }
    }
    // min(a, b) = b - max(0, b - a)
    Value difference =
        is_max ? sum(node, left, right, Arithmetic::subtract) : sum(node, right, left, Arithmetic::subtract);
    Tensor positive = network.activation(node.name() + "_relu", std::get<Tensor>(std::move(difference)), {});
    if (auto* tensor = std::get_if<Tensor>(&right))
        return weighted_sum(
            node, shape, {{std::move(*tensor), one_number(1)}, {std::move(positive), one_number(is_max ? 1 : -1)}}, {});
    if (!is_max) positive = negated(node, std::move(positive));
    return sum(node, std::move(positive), std::move(right), Arithmetic::add);
}

/// The greatest of two constants, element by element.
Constant greater_of(Operator& node, const Constant& left, const Constant& right, bool is_max) {
    const Shape shape = common_shape(node, left.shape, right.shape);
    if (left.type != right.type) node.fail("constants of different types");
    const std::vector<std::uint32_t> l = broadcast_indices(left.shape, shape);
    const std::vector<std::uint32_t> r = broadcast_indices(right.shape, shape);
    const auto end = [](const Constant& of, std::size_t i) {
        const auto found = of.infinite.find(i);
        return found == of.infinite.end() ? 0 : found->second;
    };
    std::vector<std::uint32_t> source;
    const auto begin = static_cast<std::uint32_t>(element_count(left.shape));
    for (std::size_t i = 0; i < l.size(); ++i) {
        int side = end(left, l[i]) - end(right, r[i]);
        if (side == 0 && left.type == ElementType::integer) side = left.integers[l[i]] < right.integers[r[i]] ? -1 : 1;
        if (side == 0) side = cmp(left.reals.exact(l[i]), right.reals.exact(r[i]));
        source.push_back((side >= 0) == is_max ? l[i] : begin + r[i]);
    }
    return joined_constants(node, {left, right}, shape, source);
}
}  // namespace

void extremum(Operator& node) {
    const bool is_max = node.type() == "Max";
    if (node.input_count() == 0) node.fail("nothing to compare");
    const auto operand = [&](std::size_t i) -> Value {
        if (!node.is_constant(i)) return node.take_tensor(i);
        Constant constant = node.take_extended(i);
        if (constant.type == ElementType::integer && !node.is_folding()) constant = as_reals(std::move(constant));
        return constant;
    };
    Value result = operand(0);
    for (std::size_t i = 1; i < node.input_count(); ++i) {
        Value next = operand(i);
        const auto* l = std::get_if<Constant>(&result);
        const auto* r = std::get_if<Constant>(&next);
        if (l != nullptr && r != nullptr)
            result = greater_of(node, *l, *r, is_max);
        else
            result = greater_of(node, std::move(result), std::move(next), is_max);
    }
    node.set_output(std::move(result));
}

Tensor maximum_over(Operator& node, Tensor tensor, Shape shape,
                    const std::vector<std::vector<std::uint32_t>>& members) {
    model::MaxPoolLayer pool;
    for (const std::vector<std::uint32_t>& window : members) {
        pool.member.insert(pool.member.end(), window.begin(), window.end());
        pool.begin.push_back(pool.member.size());
    }
    node.network().charge(pool.member.size() / 2 + 1);
    return node.network().max_pool(node.name(), std::move(shape), std::move(tensor), std::move(pool));
}

/// How many k > 0 there are with max(x_k, ...) > max(..., x_(k-1)): so many steps before the first maximum. With
/// select_last_index the comparison is >=.
void arg_max(Operator& node) {
    const Shape shape = node.input_shape(0);
    const std::size_t axis = node.axis(node.integer("axis", 0), shape.size());
    const bool keep = node.integer("keepdims", 1) != 0;
    const bool last = node.integer("select_last_index", 0) != 0;
    Tensor tensor = node.take_ordered(0);
    const std::size_t extent = shape[axis];
    const std::size_t inner = strides_of(shape)[axis];
    const std::size_t outer = element_count(shape) / (inner * extent);
    const std::size_t count = outer * inner;
    Shape result = shape;
    if (keep)
        result[axis] = 1;
    else
        result.erase(result.begin() + static_cast<std::ptrdiff_t>(axis));
    const auto element = [&](std::size_t o, std::size_t k, std::size_t i) {
        return static_cast<std::uint32_t>((o * extent + k) * inner + i);
    };
    if (tensor.order) {
        for (std::size_t o = 0; o < outer; ++o)
            for (std::size_t i = 0; i < inner; ++i)
                for (std::size_t k = 1; k < extent; ++k)
                    if ((*tensor.order)[tensor.component(element(o, k, i))] !=
                        (*tensor.order)[tensor.component(element(o, 0, i))])
                        node.fail("it compares elements of a softmax that do not belong together");
        tensor.order = nullptr;
    }
    if (node.type() == "ArgMin") tensor = negated(node, std::move(tensor));
    if (extent == 1) {
        Constant zeros;
        zeros.shape = result;
        zeros.type = ElementType::integer;
        zeros.integers.assign(count, 0);
        node.set_output(std::move(zeros));
        return;
    }
    // Windows before and from each k, for all groups.
    std::vector<std::vector<std::uint32_t>> before;
    std::vector<std::vector<std::uint32_t>> from;
    node.network().charge(count * extent * extent);
    for (std::size_t o = 0; o < outer; ++o) {
        for (std::size_t i = 0; i < inner; ++i) {
            for (std::size_t k = 1; k < extent; ++k) {
                before.emplace_back();
                from.emplace_back();
                for (std::size_t m = 0; m < extent; ++m)
                    (m < k ? before : from).back().push_back(tensor.component(element(o, m, i)));
            }
        }
    }
    const Shape windows{count * (extent - 1)};
    Tensor first;
    Tensor second;
    if (extent == 2) {  // no maxima of one element each
        first = second = tensor;
        first.shape = second.shape = windows;
        first.selection.clear();
        second.selection.clear();
        for (std::size_t w = 0; w < windows[0]; ++w) {
            first.selection.push_back(before[w][0]);
            second.selection.push_back(from[w][0]);
        }
    } else {
        first = maximum_over(node, tensor, windows, before);
        second = maximum_over(node, tensor, windows, from);
    }
    if (last) std::swap(first, second);
    // 1 - [first >= second], or with `last` [second side >= first side].
    Tensor jumps = not_negative(node, std::get<Tensor>(sum(node, first, second, Arithmetic::subtract)));
    SparseRows sums(jumps.source->size, count);
    for (std::size_t g = 0; g < count; ++g) {
        for (std::size_t k = 0; k + 1 < extent; ++k) sums.add(jumps.component(g * (extent - 1) + k), last ? 1.0 : -1.0);
        sums.end_row();
    }
    model::NumberArray base(std::vector<double>(count, last ? 0.0 : static_cast<double>(extent - 1)));
    Tensor index = node.network().map(node.name(), std::move(result), jumps, sums.take(), std::move(base));
    index.type = ElementType::integer;
    index.data_type = TensorProto::INT64;
    node.set_output(std::move(index));
}

/// off + (on - off)·[index = class], with [index = c] = [index >= c] - [index >= c + 1].
void one_hot(Operator& node) {
    const Rational depth_given = node.scalar(1);
    if (depth_given.get_den() != 1 || depth_given < 1 || depth_given > static_cast<long>(largest_tensor))
        node.fail(fmt::format("a depth of {}", depth_given.get_str()));
    const std::size_t depth = depth_given.get_num().get_ui();
    Constant values = node.take_constant(2);
    const bool is_integer = values.type == ElementType::integer;
    const int data_type = data_type_of(values);
    values = as_reals(std::move(values));
    if (values.reals.size() != 2) node.fail("the values are not two");
    const Rational off = values.reals.exact(0);
    const Rational height = values.reals.exact(1) - off;
    const Shape from = node.input_shape(0);
    const std::int64_t given = node.integer("axis", -1);
    const std::size_t axis = node.axis(given, from.size() + 1);
    Shape shape = from;
    shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), depth);
    node.check_size(shape);
    Tensor index = node.take_tensor(0);
    if (index.type == ElementType::real && !node.is_folding()) node.fail("the indices are no integers");
    const std::size_t count = element_count(from);
    const std::size_t inner = axis < from.size() ? strides_of(from)[axis] * from[axis] : 1;
    const std::vector<Interval> intervals = node.network().intervals(index, node.domains());
    const double classes = static_cast<double>(depth);
    // For each index its possible values [low, high], cut to what a class has.
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
    std::size_t steps = 0;
    bool is_linear = true;
    for (const Interval& interval : intervals) {
        const double low = std::ceil(std::max(interval.lower, -classes - 1));
        const double high = std::floor(std::min(interval.upper, classes));
        ranges.emplace_back(static_cast<std::int64_t>(low), static_cast<std::int64_t>(std::max(low, high)));
        steps += static_cast<std::size_t>(ranges.back().second - ranges.back().first);
        is_linear = is_linear && interval.lower >= 0 && interval.upper <= interval.lower + 1;
    }
    node.network().charge(8 * steps + 8 * count * depth);
    const std::int64_t n = static_cast<std::int64_t>(depth);
    // Sources of the indicators: the indices themselves where these have two values, else their steps.
    Tensor source = index;
    std::vector<std::size_t> first_step;
    if (!is_linear) {
        SparseRows places(index.source->size, steps);
        model::NumberArray bias(steps);
        std::size_t at = 0;
        for (std::size_t i = 0; i < count; ++i) {
            first_step.push_back(at);
            for (std::int64_t k = ranges[i].first + 1; k <= ranges[i].second; ++k, ++at) {
                places.add(index.component(i), 1.0);
                places.end_row();
                bias.set_double(at, static_cast<double>(-k));
            }
        }
        source = not_negative(
            node, node.network().map(node.name() + "_place", {steps}, index, places.take(), std::move(bias)));
    }
    SparseRows rows(source.source->size, count * depth);
    model::NumberArray bias(count * depth);
    model::NumberArray weight(1);
    const std::size_t outer = count / inner;
    std::size_t row = 0;
    for (std::size_t o = 0; o < outer; ++o) {
        for (std::int64_t c = 0; c < n; ++c) {
            for (std::size_t j = 0; j < inner; ++j, ++row) {
                const std::size_t i = o * inner + j;
                Rational constant = 0;  // of the indicator
                const auto add = [&](std::uint32_t component, int sign) {
                    weight.set(0, Rational(sign * height));
                    rows.add(component, weight, 0);
                };
                const auto& [low, high] = ranges[i];
                if (is_linear && low != high) {
                    if (c == low) constant = 1 + Rational(static_cast<long>(low));
                    if (c == high) constant = -Rational(static_cast<long>(low));
                    if (c == low) add(source.component(i), -1);
                    if (c == high) add(source.component(i), 1);
                } else {
                    for (const std::int64_t value : {c, c - n}) {  // negative indices count from the end
                        if (value < low || value > high) continue;
                        const auto step_at = [&](std::int64_t k) {
                            return source.component(first_step[i] + static_cast<std::size_t>(k - low - 1));
                        };
                        if (value == low)
                            constant += 1;
                        else
                            add(step_at(value), 1);
                        if (value < high) add(step_at(value + 1), -1);
                    }
                }
                rows.end_row();
                bias.set(row, Rational(off + height * constant));
            }
        }
    }
    Tensor result = node.network().map(node.name(), shape, source, rows.take(), std::move(bias));
    result.type = is_integer ? ElementType::integer : ElementType::real;
    result.data_type = data_type;
    node.set_output(std::move(result));
}

}  // namespace sinew::read::onnx
