// SPDX-License-Identifier: Apache-2.0
#include "bounds/lane_kernels.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew::bounds {
namespace {

/// Small integers: every sum is exact, so any order of summation gives the same double.
double small_integer(Random& random) {
    return static_cast<double>(random.integer(-9, 9));
}

void fill_random(LaneMatrix& matrix, Random& random) {
    for (std::size_t r = 0; r < matrix.rows(); ++r)
        for (std::size_t j = 0; j < lanes; ++j) matrix.row(r)[j] = small_integer(random);
}

void check_against_entries(const model::LinearMap& map, Random& random) {
    const std::size_t rows = model::rows(map);
    const std::size_t columns = model::columns(map);
    LaneMatrix in(columns), out(rows), back(columns);
    fill_random(in, random);
    fill_random(out, random);
    fill_random(back, random);
    LaneMatrix expected_out(rows), expected_back(columns);
    for (std::size_t j = 0; j < lanes; ++j) {
        for (std::size_t c = 0; c < columns; ++c) expected_back.row(c)[j] = back.row(c)[j];
        for (std::size_t r = 0; r < rows; ++r) {
            expected_out.row(r)[j] = out.row(r)[j];
            model::for_each_entry(map, r, [&](std::size_t c, std::size_t w) {
                const double weight = model::weights(map).nearest()[w];
                expected_back.row(c)[j] += weight * out.row(r)[j];
                expected_out.row(r)[j] += weight * in.row(c)[j];
            });
        }
    }
    multiply_transposed(map, out.row(0), back.row(0));
    multiply(map, in.row(0), out.row(0));
    for (std::size_t j = 0; j < lanes; ++j) {
        for (std::size_t r = 0; r < rows; ++r) ASSERT_EQ(out.row(r)[j], expected_out.row(r)[j]) << r << " " << j;
        for (std::size_t c = 0; c < columns; ++c) ASSERT_EQ(back.row(c)[j], expected_back.row(c)[j]) << c << " " << j;
    }
}

model::NumberArray random_numbers(std::size_t size, Random& random) {
    std::vector<double> numbers(size);
    for (double& number : numbers) number = small_integer(random);
    return model::NumberArray(std::move(numbers));
}

TEST(LaneKernels, DenseMapsOfEverySize) {
    Random random(1);
    for (std::size_t rows = 1; rows < 20; ++rows)
        for (const std::size_t columns : {1, 3, 8, 13, 29})
            check_against_entries(model::DenseMap{rows, columns, random_numbers(rows * columns, random)}, random);
}

TEST(LaneKernels, ConvolutionsWithPadsStridesAndGroups) {
    Random random(2);
    for (int trial = 0; trial < 40; ++trial) {
        model::ConvolutionMap map;
        map.groups = 1 + random.below(2);
        map.in_channels = map.groups * (1 + random.below(2));
        map.out_channels = map.groups * (1 + random.below(2));
        map.kernel_height = 1 + random.below(3);
        map.kernel_width = 1 + random.below(3);
        map.stride_height = 1 + random.below(2);
        map.stride_width = 1 + random.below(2);
        map.dilation_height = 1 + random.below(2);
        map.dilation_width = 1 + random.below(2);
        map.pad_top = random.below(map.kernel_height);
        map.pad_left = random.below(map.kernel_width);
        map.in_height = 5 + random.below(3);
        map.in_width = 5 + random.below(3);
        map.out_height = 1 + random.below(4);
        map.out_width = 1 + random.below(4);
        map.kernel = random_numbers(
            map.out_channels * map.in_channels / map.groups * map.kernel_height * map.kernel_width, random);
        check_against_entries(map, random);
    }
}

TEST(LaneKernels, SparseMaps) {
    Random random(3);
    model::SparseMap map;
    map.columns = 11;
    for (int r = 0; r < 9; ++r) {
        for (std::uint32_t c = 0; c < 11; ++c) {
            if (!random.chance(0.4)) continue;
            map.column.push_back(c);
            map.weight.push_back(Rational(static_cast<long>(random.integer(-5, 5))));
        }
        map.row_begin.push_back(map.column.size());
    }
    check_against_entries(map, random);
}

TEST(LaneKernels, SelectedColumnsAndRowsSkipTheRest) {
    Random random(4);
    const model::LinearMap map = model::DenseMap{10, 12, random_numbers(120, random)};
    const std::vector<std::uint32_t> chosen{1, 4, 7};
    LaneMatrix in(12), out(10), all(10);
    in.fill(0);
    for (const std::uint32_t c : chosen)
        for (std::size_t j = 0; j < lanes; ++j) in.row(c)[j] = small_integer(random);
    out.fill(0);
    all.fill(0);
    multiply(map, in.row(0), all.row(0));
    multiply(map, in.row(0), out.row(0), {{}, chosen});
    for (std::size_t r = 0; r < 10; ++r)
        for (std::size_t j = 0; j < lanes; ++j) ASSERT_EQ(out.row(r)[j], all.row(r)[j]);
    LaneMatrix back(12), back_all(12);
    out.fill(0);
    back.fill(0);
    back_all.fill(0);
    for (const std::uint32_t r : chosen)
        for (std::size_t j = 0; j < lanes; ++j) out.row(r)[j] = small_integer(random);
    multiply_transposed(map, out.row(0), back_all.row(0));
    multiply_transposed(map, out.row(0), back.row(0), {chosen, {}});
    for (std::size_t c = 0; c < 12; ++c)
        for (std::size_t j = 0; j < lanes; ++j) ASSERT_EQ(back.row(c)[j], back_all.row(c)[j]);
}

}  // namespace
}  // namespace sinew::bounds
