// SPDX-License-Identifier: Apache-2.0
// Every kernel of every instruction set that this processor has, bit for bit against plain loops: all fused ones equal
// each other so, also on machines of different kinds. Then the error bound that callers count on, against rationals.
#include "bounds/kernels.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "exact/rational.hpp"
#include "kernel_trial.hpp"

namespace sinew::bounds {
namespace {

/// The running sums of a block of rows.
struct Sums {
    Array constant, absolute;
    Sums(std::size_t stride, Numbers kind, Random& random)
        : constant(stride, kind, random), absolute(stride, kind, random) {}
    Lanes lanes(std::size_t stride) { return {constant.data(), absolute.data(), stride}; }
    void expect_same(const Sums& expected) const {
        constant.expect_same(expected.constant, "constant");
        absolute.expect_same(expected.absolute, "absolute");
    }
};

std::size_t some_stride(Random& random) {
    return lane_multiple * (1 + random.below(9));
}

TEST(Kernels, DenseProducts) {
    for_all([](InstructionSet set, Arithmetic arithmetic, Numbers kind, Random& random) {
        const std::size_t stride = some_stride(random);
        const std::size_t rows = random.below(12);
        const std::size_t columns = random.below(30);
        const Array weights(rows * columns, kind, random), from(rows * stride, kind, random);
        Array to(columns * stride, kind, random);
        const reference::DenseProduct product{weights.data(), columns, some_of(rows, random), some_of(columns, random)};
        for (const bool accumulate : {false, true}) {
            Array expected = to;
            reference::dense(arithmetic, product, from.data(), expected.data(), stride, accumulate);
            kernels(set).dense(weights.data(), columns, product.rows.data(), product.rows.size(),
                               product.chosen_columns.data(), product.chosen_columns.size(), from.data(), to.data(),
                               stride, accumulate);
            to.expect_same(expected, "to");
        }
    });
}

TEST(Kernels, DenseProductsWithFloatsHaveTheSameBits) {
    for_all([](InstructionSet set, Arithmetic, Numbers kind, Random& random) {
        const std::size_t stride = some_stride(random);
        const std::size_t rows = random.below(12);
        const std::size_t columns = random.below(30);
        std::vector<float> floats;
        for (std::size_t i = 0; i < rows * columns; ++i) floats.push_back(static_cast<float>(random.uniform(-3, 3)));
        const std::vector<double> doubles(floats.begin(), floats.end());
        const Array from(rows * stride, kind, random);
        const Indices chosen_rows = some_of(rows, random), chosen_columns = some_of(columns, random);
        Array to(columns * stride, kind, random);
        for (const bool accumulate : {false, true}) {
            Array expected = to;
            const auto run = [&](const auto kernel, const auto& weights, Array& target) {
                kernel(weights.data(), columns, chosen_rows.data(), chosen_rows.size(), chosen_columns.data(),
                       chosen_columns.size(), from.data(), target.data(), stride, accumulate);
            };
            run(kernels(set).dense, doubles, expected);
            run(kernels(set).dense_floats, floats, to);
            to.expect_same(expected, "to");
        }
    });
}

TEST(Kernels, ScatteredProducts) {
    for_all([](InstructionSet set, Arithmetic arithmetic, Numbers kind, Random& random) {
        const std::size_t stride = some_stride(random);
        const std::size_t columns = 1 + random.below(20);
        const Indices column = some_of(columns, random);
        const Array weight(column.size(), kind, random);
        Array from(stride, kind, random), to(columns * stride, kind, random);
        if (random.chance(0.2)) std::fill_n(from.data(), stride, 0.0);
        Array expected = to;
        reference::scatter(arithmetic, column, weight.data(), from.data(), expected.data(), stride);
        kernels(set).scatter(column.data(), weight.data(), column.size(), from.data(), to.data(), stride);
        to.expect_same(expected, "to");
    });
}

TEST(Kernels, GatheredProducts) {
    for_all([](InstructionSet set, Arithmetic arithmetic, Numbers kind, Random& random) {
        const std::size_t stride = some_stride(random);
        const std::size_t from_size = 1 + random.below(12);
        const std::size_t to_size = 1 + random.below(30);
        const Array weights(400, kind, random), from(from_size * stride, kind, random);
        Array to(to_size * stride, kind, random);
        const Indices outputs = some_of(to_size, random);
        Indices terms, output_weights, term_weights;
        for (std::size_t i = 0; i < outputs.size(); ++i)
            output_weights.push_back(static_cast<std::uint32_t>(random.below(200)));
        for (std::size_t i = random.below(30); i-- > 0;) {
            terms.push_back(static_cast<std::uint32_t>(random.below(from_size)));
            term_weights.push_back(static_cast<std::uint32_t>(random.below(200)));
        }
        const GatherList written{outputs.data(), output_weights.data(), outputs.size()};
        const GatherList read{terms.data(), term_weights.data(), terms.size()};
        Array expected = to;
        reference::gather(arithmetic, weights.data(), from.data(), expected.data(), written, read, stride);
        kernels(set).gather(weights.data(), from.data(), to.data(), written, read, stride);
        to.expect_same(expected, "to");
    });
}

TEST(Kernels, LinesAndIdentities) {
    for_all([](InstructionSet set, Arithmetic arithmetic, Numbers kind, Random& random) {
        const std::size_t stride = some_stride(random);
        const std::size_t size = 1 + random.below(12);
        const Indices index = some_of(size, random);
        const Array lines[] = {{size, kind, random}, {size, kind, random}, {size, kind, random}, {size, kind, random}};
        const LineArrays arrays{lines[0].data(), lines[1].data(), lines[2].data(), lines[3].data()};
        const Array magnitude(size, kind, random), from(size * stride, kind, random);
        Array to(size * stride, kind, random);
        Sums sums(stride, kind, random);
        Array expected_to = to;
        Sums expected = sums;
        for (const bool accumulate : {false, true}) {
            reference::relax(arithmetic, index, arrays, magnitude.data(), from.data(), expected_to.data(),
                             expected.lanes(stride), accumulate);
            kernels(set).relax(index.data(), index.size(), arrays, magnitude.data(), from.data(), to.data(),
                               sums.lanes(stride), accumulate);
            to.expect_same(expected_to, "to");
            sums.expect_same(expected);
        }
        reference::pass(arithmetic, index, magnitude.data(), from.data(), expected_to.data(), expected.lanes(stride));
        kernels(set).pass(index.data(), index.size(), magnitude.data(), from.data(), to.data(), sums.lanes(stride));
        to.expect_same(expected_to, "to, the identity");
        sums.expect_same(expected);
    });
}

TEST(Kernels, ConstantsAndEnds) {
    for_all([](InstructionSet set, Arithmetic arithmetic, Numbers kind, Random& random) {
        const std::size_t stride = some_stride(random);
        const std::size_t size = 1 + random.below(12);
        const Indices index = some_of(size, random);
        const Array first(size, kind, random), second(size, kind, random), from(size * stride, kind, random);
        Sums sums(stride, kind, random);
        Sums expected = sums;
        reference::bias(arithmetic, index, first.data(), second.data(), from.data(), expected.lanes(stride));
        kernels(set).bias(index.data(), index.size(), first.data(), second.data(), from.data(), sums.lanes(stride));
        sums.expect_same(expected);
        reference::concretise(size, first.data(), second.data(), from.data(), expected.lanes(stride));
        kernels(set).concretise(size, first.data(), second.data(), from.data(), sums.lanes(stride));
        sums.expect_same(expected);
    });
}

TEST(Kernels, Pooling) {
    for_all([](InstructionSet set, Arithmetic arithmetic, Numbers kind, Random& random) {
        const std::size_t stride = some_stride(random);
        const Array from(stride, kind, random);
        Array to(stride, kind, random);
        Sums sums(stride, kind, random);
        const double upper = number(kind, random);
        const double magnitude = number(kind, random);
        for (const bool dominates : {false, true}) {
            Array expected_to = to;
            Sums expected = sums;
            reference::pool(arithmetic, from.data(), expected_to.data(), upper, dominates, magnitude,
                            expected.lanes(stride));
            kernels(set).pool(from.data(), to.data(), upper, dominates, magnitude, sums.lanes(stride));
            to.expect_same(expected_to, "to");
            sums.expect_same(expected);
        }
    });
}

TEST(Kernels, ErrorsStayWithinTheBudgetOfTheirSums) {
    for (const InstructionSet set : usable_instruction_sets()) {
        SCOPED_TRACE(to_string(set));
        Random random(3);
        for (int trial = 0; trial < 20; ++trial) {
            const std::size_t rows = 1 + random.below(40);
            const std::size_t stride = lane_multiple;
            Array weights(rows, Numbers::ordinary, random), from(rows * stride, Numbers::ordinary, random);
            // Pairs that nearly cancel: the sum is small beside the magnitudes that its error is a multiple of.
            for (std::size_t r = 1; r < rows; r += 2) {
                weights[r] = -weights[r - 1];
                for (std::size_t l = 0; l < stride; ++l)
                    from[r * stride + l] = from[(r - 1) * stride + l] * (1 + 1e-15 * static_cast<double>(l));
            }
            Indices all(rows);
            std::iota(all.begin(), all.end(), 0U);
            const Indices only{0};
            std::vector<double> to(stride);
            kernels(set).dense(weights.data(), 1, all.data(), rows, only.data(), 1, from.data(), to.data(), stride,
                               false);
            for (std::size_t l = 0; l < stride; ++l) {
                Rational exact, magnitudes;
                for (std::size_t r = 0; r < rows; ++r) {
                    const Rational term = to_rational(weights[r]) * to_rational(from[r * stride + l]);
                    exact += term;
                    magnitudes += abs(term);
                }
                const Rational roundings = 2 * to_rational(static_cast<double>(rows)) * to_rational(0x1p-53);
                EXPECT_LE(abs(to_rational(to[l]) - exact), roundings / (1 - roundings) * magnitudes) << l;
            }
        }
    }
}

}  // namespace
}  // namespace sinew::bounds
