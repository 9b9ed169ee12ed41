// SPDX-License-Identifier: Apache-2.0
#include "bounds/lane_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/instruction_set.hpp"
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

/// Any kernel and image that go together, the kernel also wider than the image.
model::ConvolutionMap random_convolution(Random& random) {
    model::ConvolutionMap map;
    const bool is_depthwise = random.chance(0.2);
    map.groups = is_depthwise ? 1 + random.below(5) : 1 + random.below(3);
    map.in_channels = map.groups * (is_depthwise ? 1 : 1 + random.below(3));
    map.out_channels = map.groups * (1 + random.below(random.chance(0.2) ? 20 : 3));
    const bool is_flat = random.chance(0.2);
    map.in_height = is_flat ? 1 : 1 + random.below(8);
    map.in_width = 1 + random.below(8);
    map.kernel_height = is_flat ? 1 : 1 + random.below(4);
    map.kernel_width = 1 + random.below(4);
    map.stride_height = 1 + random.below(3);
    map.stride_width = 1 + random.below(3);
    map.dilation_height = 1 + random.below(3);
    map.dilation_width = 1 + random.below(3);
    map.pad_top = random.below(map.kernel_height * map.dilation_height);
    map.pad_left = random.below(map.kernel_width * map.dilation_width);
    map.out_height = is_flat ? 1 : 1 + random.below(6);
    map.out_width = 1 + random.below(6);
    map.kernel =
        random_numbers(map.out_channels * map.in_channels / map.groups * map.kernel_height * map.kernel_width, random);
    return map;
}

TEST(LaneKernels, ConvolutionsWithPadsStridesDilationsAndGroups) {
    Random random(2);
    for (int trial = 0; trial < 300; ++trial) check_against_entries(random_convolution(random), random);
}

TEST(LaneKernels, TransposedConvolutions) {
    Random random(7);
    for (int trial = 0; trial < 300; ++trial)
        check_against_entries(model::TransposedConvolutionMap{random_convolution(random)}, random);
}

TEST(LaneKernels, DenseMapsOfFloatsHaveTheBitsOfDoubles) {
    Random random(8);
    const std::size_t rows = 700;
    const std::size_t columns = 900;
    std::vector<float> floats(rows * columns);
    for (float& number : floats) number = static_cast<float>(random.uniform(-1, 1));
    const std::vector<double> doubles(floats.begin(), floats.end());
    const model::LinearMap narrow = model::DenseMap{rows, columns, model::NumberArray(floats)};
    const model::LinearMap wide = model::DenseMap{rows, columns, model::NumberArray(doubles)};
    std::vector<std::uint32_t> some_rows, some_columns;
    for (std::uint32_t r = 0; r < rows; ++r)
        if (random.chance(0.3)) some_rows.push_back(r);
    for (std::uint32_t c = 0; c < columns; ++c)
        if (random.chance(0.6)) some_columns.push_back(c);
    for (const Selection& selection : {Selection{}, Selection{some_rows, some_columns}}) {
        for (const bool transposed : {false, true}) {
            LaneMatrix from(columns), narrow_to(columns), wide_to(columns);
            from.fill(0);
            for (std::size_t k = 0; k < columns; ++k)
                for (std::size_t l = 0; l < lanes; ++l) from.row(k)[l] = random.uniform(-1, 1);
            narrow_to.fill(0.25);
            wide_to.fill(0.25);
            const auto product = transposed ? multiply_transposed : multiply;
            product(narrow, from.row(0), narrow_to.row(0), selection);
            product(wide, from.row(0), wide_to.row(0), selection);
            for (std::size_t i = 0; i < columns * lanes; ++i)
                ASSERT_EQ(narrow_to.row(0)[i], wide_to.row(0)[i]) << i << (transposed ? " transposed" : " forward");
        }
    }
}

/// Components of a box (of an image with these rows), or any.
std::vector<std::uint32_t> some_components(std::size_t size, std::size_t height, std::size_t width, Random& random) {
    std::vector<std::uint32_t> chosen;
    const bool is_box = random.chance(0.5);
    const double share = random.chance(0.5) ? 1.0 : random.uniform(0, 1);
    const std::size_t top = random.below(height);
    const std::size_t bottom = top + random.below(height - top);
    const std::size_t left = random.below(width);
    const std::size_t right = left + random.below(width - left);
    for (std::size_t k = 0; k < size; ++k) {
        const std::size_t x = k % width;
        const std::size_t y = k / width % height;
        const bool inside = x >= left && x <= right && y >= top && y <= bottom;
        if ((!is_box || inside) && random.chance(share)) chosen.push_back(static_cast<std::uint32_t>(k));
    }
    return chosen;
}

/// A list that is empty is not the one without data, which means all.
std::span<const std::uint32_t> list_of(const std::vector<std::uint32_t>& chosen) {
    static constexpr std::uint32_t none = 0;
    return {chosen.empty() ? &none : chosen.data(), chosen.size()};
}

TEST(LaneKernels, SelectedComponentsOfConvolutionsSkipTheRest) {
    Random random(5);
    for (int trial = 0; trial < 400; ++trial) {
        const model::ConvolutionMap map = random_convolution(random);
        const auto rows = some_components(map.rows(), map.out_height, map.out_width, random);
        const auto columns = some_components(map.columns(), map.in_height, map.in_width, random);
        const Selection selection{list_of(rows), list_of(columns)};
        LaneMatrix in(map.columns()), out(map.rows()), back(map.columns()), to(map.rows());
        fill_random(to, random);
        fill_random(back, random);
        in.fill(0);
        out.fill(0);
        for (const std::uint32_t c : columns)
            for (std::size_t j = 0; j < lanes; ++j) in.row(c)[j] = small_integer(random);
        for (const std::uint32_t r : rows)
            for (std::size_t j = 0; j < lanes; ++j) out.row(r)[j] = small_integer(random);
        std::vector<double> expected_to(to.row(0), to.row(map.rows()));
        std::vector<double> expected_back(back.row(0), back.row(map.columns()));
        for (const std::uint32_t r : rows) {
            model::for_each_entry(model::LinearMap(map), r, [&](std::size_t c, std::size_t w) {
                const bool chosen = std::binary_search(columns.begin(), columns.end(), c);
                for (std::size_t j = 0; chosen && j < lanes; ++j) {
                    expected_to[r * lanes + j] += map.kernel.nearest()[w] * in.row(c)[j];
                    expected_back[c * lanes + j] += map.kernel.nearest()[w] * out.row(r)[j];
                }
            });
        }
        multiply(map, in.row(0), to.row(0), selection);
        multiply_transposed(map, out.row(0), back.row(0), selection);
        ASSERT_TRUE(std::equal(expected_to.begin(), expected_to.end(), to.row(0))) << trial;
        ASSERT_TRUE(std::equal(expected_back.begin(), expected_back.end(), back.row(0))) << trial;
    }
}

/// The order of a sum is a promise: rounding must not depend on the instruction set, or on how many are dead. Sums
/// over the components of a row, and of a column, sorted as ConvolutionWalk says.
TEST(LaneKernels, SumsOfConvolutionsHaveOneOrder) {
    Random random(6);
    const bool is_fused = instruction_set() != InstructionSet::baseline;
    for (int trial = 0; trial < 60; ++trial) {
        model::ConvolutionMap map = random_convolution(random);
        if (random.chance(0.3)) {  // more than a block of channels
            map.groups = 1;
            map.in_channels = 1 + random.below(20);
            map.kernel = model::NumberArray(map.out_channels * map.in_channels * map.kernel_height * map.kernel_width);
        }
        std::vector<double> numbers(map.kernel.size());
        for (double& number : numbers) number = random.uniform(-1, 1);
        map.kernel = model::NumberArray(numbers);
        std::vector<std::vector<std::pair<std::size_t, double>>> of_row(map.rows()), of_column(map.columns());
        for (std::size_t r = 0; r < map.rows(); ++r)
            model::for_each_entry(model::LinearMap(map), r, [&](std::size_t c, std::size_t w) {
                of_row[r].emplace_back(c, numbers[w]);
                of_column[c].emplace_back(r, numbers[w]);
            });
        const auto check = [&](bool transposed) {
            const std::size_t plane = transposed ? map.out_height * map.out_width : map.in_height * map.in_width;
            const std::size_t group = (transposed ? map.out_channels : map.in_channels) / map.groups;
            auto& sums = transposed ? of_column : of_row;
            const std::size_t sources = transposed ? map.rows() : map.columns();
            LaneMatrix from(sources), to(sums.size());
            for (std::size_t k = 0; k < sources; ++k)
                for (std::size_t j = 0; j < lanes; ++j) from.row(k)[j] = random.uniform(-1, 1);
            const auto chosen = some_components(sources, transposed ? map.out_height : map.in_height,
                                                transposed ? map.out_width : map.in_width, random);
            to.fill(0);
            if (transposed)
                multiply_transposed(map, from.row(0), to.row(0), {list_of(chosen), {}});
            else
                multiply(map, from.row(0), to.row(0), {{}, list_of(chosen)});
            for (std::size_t t = 0; t < sums.size(); ++t) {
                std::stable_sort(sums[t].begin(), sums[t].end(), [&](const auto& a, const auto& b) {
                    const auto key = [&](std::size_t k) {
                        return std::tuple(k / plane % group / 8, k % plane, k / plane);
                    };
                    return key(a.first) < key(b.first);
                });
                for (std::size_t j = 0; j < lanes; ++j) {
                    double sum = 0;
                    for (const auto& [k, weight] : sums[t]) {
                        if (!std::binary_search(chosen.begin(), chosen.end(), k)) continue;
                        sum = is_fused ? std::fma(weight, from.row(k)[j], sum) : weight * from.row(k)[j] + sum;
                    }
                    ASSERT_EQ(to.row(t)[j], sum) << trial << ": " << t << " " << j;
                }
            }
        };
        check(false);
        check(true);
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

TEST(LaneMatrix, GrowsToZerosAndForgets) {
    for (const std::size_t rows : {std::size_t{3}, std::size_t{20000}}) {  // allocated, and mapped
        LaneMatrix matrix(rows);
        const auto is_zero = [&] {
            return std::all_of(matrix.row(0), matrix.row(rows), [](double value) { return value == 0; });
        };
        EXPECT_TRUE(is_zero());
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(matrix.row(0)) % 64, 0U);
        matrix.fill(3);
        EXPECT_EQ(matrix.row(rows - 1)[lanes - 1], 3);
        matrix.forget(1, rows - 2);
        EXPECT_EQ(matrix.row(0)[0], 3);
        EXPECT_EQ(matrix.row(rows - 1)[lanes - 1], 3);
        matrix.forget();
        EXPECT_TRUE(is_zero());
        matrix.fill(4);
        matrix.resize(rows - 1);
        EXPECT_EQ(matrix.row(rows - 2)[0], 4);
        LaneMatrix moved = std::move(matrix);
        EXPECT_EQ(moved.row(0)[0], 4);
    }
}

}  // namespace
}  // namespace sinew::bounds
