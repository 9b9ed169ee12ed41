// SPDX-License-Identifier: Apache-2.0
// The kernels on sixteen lanes, as kernels_test.cpp has the others: bit for bit against plain loops.
#include "bounds/lane_kernel_table.hpp"

#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "kernel_trial.hpp"

namespace sinew::bounds {
namespace {

/// A list with its indices, or the one without that means all of them.
struct Chosen {
    Indices indices;
    LaneList list;
    Chosen(std::size_t size, Random& random) : indices(some_of(size, random)) {
        const bool all = random.chance(0.3);
        if (all) {
            indices.resize(size);
            std::iota(indices.begin(), indices.end(), 0U);
        }
        list = {all ? nullptr : indices.data(), indices.size()};
    }
    Chosen(const Chosen&) = delete;
    Chosen& operator=(const Chosen&) = delete;
};

TEST(LaneKernelTable, Products) {
    for_all([](InstructionSet set, Arithmetic arithmetic, Numbers kind, Random& random) {
        const std::size_t rows = 1 + random.below(30);
        const std::size_t columns = 1 + random.below(30);
        const Array weight(rows * columns, kind, random);
        for (const bool transposed : {false, true}) {
            const std::size_t output_count = transposed ? columns : rows;
            const std::size_t term_count = transposed ? rows : columns;
            const std::size_t i_stride = transposed ? 1 : columns;
            const std::size_t k_stride = transposed ? columns : 1;
            const Chosen outputs(output_count, random), terms(term_count, random);
            const Array from(term_count * lanes, kind, random);
            Array to(output_count * lanes, kind, random);
            Array expected = to;
            reference::product(arithmetic, weight.data(), i_stride, k_stride, from.data(), expected.data(),
                               outputs.indices, terms.indices);
            lane_kernels(set).dense(weight.data(), i_stride, k_stride, from.data(), to.data(), outputs.list,
                                    terms.list);
            to.expect_same(expected, transposed ? "transposed" : "forward");
        }
    });
}

TEST(LaneKernelTable, Products_with_floats_have_the_same_bits) {
    for_all([](InstructionSet set, Arithmetic, Numbers kind, Random& random) {
        const std::size_t rows = 1 + random.below(random.chance(0.1) ? 300 : 30);
        const std::size_t columns = 1 + random.below(random.chance(0.1) ? 300 : 30);
        std::vector<float> floats;
        for (std::size_t i = 0; i < rows * columns; ++i) floats.push_back(static_cast<float>(random.uniform(-3, 3)));
        const std::vector<double> doubles(floats.begin(), floats.end());
        for (const bool transposed : {false, true}) {
            const std::size_t output_count = transposed ? columns : rows;
            const std::size_t term_count = transposed ? rows : columns;
            const std::size_t i_stride = transposed ? 1 : columns;
            const std::size_t k_stride = transposed ? columns : 1;
            const Chosen outputs(output_count, random), terms(term_count, random);
            const Array from(term_count * lanes, kind, random);
            Array to(output_count * lanes, kind, random);
            Array expected = to;
            lane_kernels(set).dense(doubles.data(), i_stride, k_stride, from.data(), expected.data(), outputs.list,
                                    terms.list);
            lane_kernels(set).dense_floats(floats.data(), i_stride, k_stride, from.data(), to.data(), outputs.list,
                                           terms.list);
            to.expect_same(expected, transposed ? "transposed" : "forward");
        }
    });
}

TEST(LaneKernelTable, SparseProducts) {
    for_all([](InstructionSet set, Arithmetic arithmetic, Numbers kind, Random& random) {
        const std::size_t rows = 1 + random.below(10);
        const std::size_t columns = 1 + random.below(10);
        std::vector<std::size_t> begin{0};
        Indices column;
        for (std::size_t r = 0; r < rows; ++r) {
            for (const std::uint32_t c : some_of(columns, random)) column.push_back(c);
            begin.push_back(column.size());
        }
        const Array weight(column.size(), kind, random);
        const SparseRows map{begin.data(), column.data(), weight.data()};
        const Chosen chosen(rows, random);
        Array in(columns * lanes, kind, random), out(rows * lanes, kind, random);
        Array expected = out;
        reference::sparse(arithmetic, map, chosen.indices, false, in.data(), expected.data());
        lane_kernels(set).sparse(map, chosen.list, in.data(), out.data());
        out.expect_same(expected, "forward");
        expected = in;
        reference::sparse(arithmetic, map, chosen.indices, true, out.data(), expected.data());
        lane_kernels(set).sparse_transposed(map, chosen.list, out.data(), in.data());
        in.expect_same(expected, "transposed");
    });
}

/// A layer of ReLUs with all that the passes read and write; copies are independent of each other.
struct Layer {
    std::size_t size;
    Array post, in, pre, slope, upper_slope, upper_intercept, shift, role, mean, square, constant, absolute;

    Layer(std::size_t count, Numbers kind, Random& random)
        : size(count),
          post(count * lanes, kind, random),
          in(count * lanes, kind, random),
          pre(count * lanes, kind, random),
          slope(count * lanes, kind, random),
          upper_slope(count * lanes, kind, random),
          upper_intercept(count * lanes, kind, random),
          shift(count * lanes, kind, random),
          role(count * lanes, kind, random),
          mean(count * lanes, kind, random),
          square(count * lanes, kind, random),
          constant(lanes, kind, random),
          absolute(lanes, kind, random) {
        const double roles[] = {0, 1, 2, -2};
        for (std::size_t i = 0; i < count * lanes; ++i) role[i] = roles[random.below(4)];
    }
    ReluLines lines() { return {slope.data(), upper_slope.data(), upper_intercept.data(), shift.data()}; }
    void expect_same(const Layer& expected) const {
        pre.expect_same(expected.pre, "pre");
        slope.expect_same(expected.slope, "slope");
        shift.expect_same(expected.shift, "shift");
        mean.expect_same(expected.mean, "mean");
        square.expect_same(expected.square, "square");
        constant.expect_same(expected.constant, "constant");
        absolute.expect_same(expected.absolute, "absolute");
    }
};

TEST(LaneKernelTable, ReluPasses) {
    for_all([](InstructionSet set, Arithmetic arithmetic, Numbers kind, Random& random) {
        const LaneKernels& table = lane_kernels(set);
        Layer layer(1 + random.below(9), kind, random);
        const Indices list = some_of(layer.size, random);
        const LaneList passed{list.data(), list.size()};
        const Array first(layer.size, kind, random), second(layer.size, kind, random);
        Layer expected = layer;
        const auto both = [&](auto kernel, auto plain) {
            kernel(layer);
            plain(expected);
            layer.expect_same(expected);
        };
        both(
            [&](Layer& l) {
                table.relax_backward(passed, l.post.data(), l.pre.data(), l.lines(), first.data(), l.constant.data(),
                                     l.absolute.data());
            },
            [&](Layer& l) {
                reference::relax_backward(arithmetic, list, l.post.data(), l.pre.data(), l.lines(), first.data(),
                                          l.constant.data(), l.absolute.data());
            });
        both([&](Layer& l) { table.relax_forward(passed, l.post.data(), l.in.data(), l.pre.data(), l.lines()); },
             [&](Layer& l) {
                 reference::relax_forward(arithmetic, list, l.post.data(), l.in.data(), l.pre.data(), l.lines());
             });
        both(
            [&](Layer& l) {
                table.add_bias(passed, l.post.data(), first.data(), second.data(), l.constant.data(),
                               l.absolute.data());
            },
            [&](Layer& l) {
                reference::bias(arithmetic, list, first.data(), second.data(), l.post.data(),
                                {l.constant.data(), l.absolute.data(), lanes});
            });
        both(
            [&](Layer& l) {
                table.concretise(l.size, l.post.data(), first.data(), second.data(), l.constant.data(),
                                 l.absolute.data(), l.pre.data());
            },
            [&](Layer& l) {
                reference::concretise_lanes(l.size, l.post.data(), first.data(), second.data(), l.constant.data(),
                                            l.absolute.data(), l.pre.data());
            });
    });
}

TEST(LaneKernelTable, Ascent) {
    for_all([](InstructionSet set, Arithmetic arithmetic, Numbers kind, Random& random) {
        Layer layer(1 + random.below(9), kind, random);
        const Indices list = some_of(layer.size, random);
        const Array rate(lanes, kind, random);
        AscentStep step;
        step.slope_rate = number(kind, random);
        step.square_correction = random.uniform(1, 3);
        step.multiplier_rate = rate.data();
        Layer expected = layer;
        for (int turn = 0; turn < 3; ++turn) {
            lane_kernels(set).ascend({list.data(), list.size()}, layer.post.data(), layer.in.data(), layer.lines(),
                                     {layer.role.data(), layer.mean.data(), layer.square.data()}, step);
            reference::ascend(arithmetic, list, expected.post.data(), expected.in.data(), expected.lines(),
                              {expected.role.data(), expected.mean.data(), expected.square.data()}, step);
            layer.expect_same(expected);
        }
    });
}

}  // namespace
}  // namespace sinew::bounds
