// SPDX-License-Identifier: Apache-2.0
// Rows of the three matrix forms; convolutions against their definition, tap by tap.
#include "model/linear_map.hpp"

#include <map>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "model/network.hpp"

namespace sinew::model {
namespace {

std::vector<std::vector<Rational>> matrix_of(const LinearMap& map) {
    std::vector<std::vector<Rational>> matrix(rows(map), std::vector<Rational>(columns(map), 0));
    for (std::size_t row = 0; row < matrix.size(); ++row)
        for_each_entry(map, row, [&](std::size_t column, std::size_t weight) {
            matrix.at(row).at(column) += weights(map).exact(weight);
        });
    return matrix;
}

NumberArray random_numbers(sinew::Random& random, std::size_t size) {
    NumberArray numbers;
    for (std::size_t i = 0; i < size; ++i)
        numbers.push_back(Rational(random.integer(-9, 9)) / Rational(random.integer(1, 3)));
    return numbers;
}

/// out[o][y][x] = Σ kernel[o][i][ky][kx] · in[group(o) + i][y·stride + ky·dilation - pad][…], outside is 0.
std::vector<Rational> convolve(const ConvolutionMap& m, const std::vector<Rational>& image) {
    std::vector<Rational> result;
    const std::size_t in_group = m.in_channels / m.groups;
    const auto pixel = [&](std::size_t channel, long y, long x) -> Rational {
        if (y < 0 || x < 0 || y >= static_cast<long>(m.in_height) || x >= static_cast<long>(m.in_width)) return 0;
        return image[(channel * m.in_height + static_cast<std::size_t>(y)) * m.in_width + static_cast<std::size_t>(x)];
    };
    for (std::size_t o = 0; o < m.out_channels; ++o)
        for (std::size_t y = 0; y < m.out_height; ++y)
            for (std::size_t x = 0; x < m.out_width; ++x) {
                Rational sum = 0;
                for (std::size_t i = 0; i < in_group; ++i)
                    for (std::size_t ky = 0; ky < m.kernel_height; ++ky)
                        for (std::size_t kx = 0; kx < m.kernel_width; ++kx) {
                            const std::size_t group = o / (m.out_channels / m.groups);
                            sum += m.kernel.exact(((o * in_group + i) * m.kernel_height + ky) * m.kernel_width + kx) *
                                   pixel(group * in_group + i,
                                         static_cast<long>(y * m.stride_height + ky * m.dilation_height) -
                                             static_cast<long>(m.pad_top),
                                         static_cast<long>(x * m.stride_width + kx * m.dilation_width) -
                                             static_cast<long>(m.pad_left));
                        }
                result.push_back(sum);
            }
    return result;
}

TEST(LinearMap, convolution_rows_agree_with_the_definition) {
    sinew::Random random(1);
    const auto count = [&](std::int64_t low, std::int64_t high) {
        return static_cast<std::size_t>(random.integer(low, high));
    };
    for (int round = 0; round < 300; ++round) {
        ConvolutionMap m;
        m.groups = count(1, 2);
        m.in_channels = m.groups * count(1, 2);
        m.out_channels = m.groups * count(1, 2);
        m.in_height = count(1, 4);
        m.in_width = count(1, 5);
        m.kernel_height = count(1, 3);
        m.kernel_width = count(1, 3);
        m.stride_height = count(1, 2);
        m.stride_width = count(1, 3);
        m.dilation_height = count(1, 2);
        m.dilation_width = count(1, 2);
        m.pad_top = count(0, 2);
        m.pad_left = count(0, 2);
        m.out_height = count(1, 4);
        m.out_width = count(1, 4);
        m.kernel =
            random_numbers(random, m.out_channels * (m.in_channels / m.groups) * m.kernel_height * m.kernel_width);
        std::vector<Rational> image;
        for (std::size_t i = 0; i < m.columns(); ++i) image.emplace_back(random.integer(-5, 5));
        const std::vector<Rational> expected = convolve(m, image);
        const auto matrix = matrix_of(m);
        ASSERT_EQ(matrix.size(), expected.size());
        for (std::size_t row = 0; row < matrix.size(); ++row) {
            Rational sum = 0;
            for (std::size_t c = 0; c < image.size(); ++c) sum += matrix[row][c] * image[c];
            ASSERT_EQ(sum, expected[row]) << "round " << round << " row " << row;
        }
    }
}

TEST(LinearMap, a_transposed_convolution_has_the_columns_of_the_convolution_as_rows) {
    sinew::Random random(2);
    const auto count = [&](std::int64_t low, std::int64_t high) {
        return static_cast<std::size_t>(random.integer(low, high));
    };
    for (int round = 0; round < 300; ++round) {
        ConvolutionMap m;
        m.groups = count(1, 2);
        m.in_channels = m.groups * count(1, 2);
        m.out_channels = m.groups * count(1, 3);
        m.in_height = count(1, 5);
        m.in_width = count(1, 5);
        m.kernel_height = count(1, 3);
        m.kernel_width = count(1, 3);
        m.stride_height = count(1, 3);
        m.stride_width = count(1, 2);
        m.dilation_height = count(1, 2);
        m.dilation_width = count(1, 3);
        m.pad_top = count(0, 2);
        m.pad_left = count(0, 2);
        m.out_height = count(1, 4);
        m.out_width = count(1, 4);
        m.kernel = random_numbers(random, m.out_channels * m.in_channels / m.groups * m.kernel_height * m.kernel_width);
        const LinearMap convolution = m;
        const LinearMap transposed = TransposedConvolutionMap{m};
        ASSERT_EQ(rows(transposed), columns(convolution));
        ASSERT_EQ(columns(transposed), rows(convolution));
        EXPECT_EQ(multiplications(transposed), multiplications(convolution));
        const auto forward = matrix_of(convolution);
        const auto back = matrix_of(transposed);
        for (std::size_t r = 0; r < rows(transposed); ++r)
            for (std::size_t c = 0; c < columns(transposed); ++c) ASSERT_EQ(back[r][c], forward[c][r]);
    }
}

TEST(LinearMap, dense_sparse_identity_and_selection) {
    DenseMap dense{2, 3, {}};
    for (const Rational& weight : {Rational(1, 3), Rational(0), Rational(2), Rational(-1), Rational(5, 7), Rational(0)})
        dense.weights.push_back(weight);
    EXPECT_EQ(matrix_of(dense), (std::vector<std::vector<Rational>>{{Rational(1, 3), 0, 2}, {-1, Rational(5, 7), 0}}));
    EXPECT_EQ(matrix_of(identity_map(2)), (std::vector<std::vector<Rational>>{{1, 0}, {0, 1}}));
    EXPECT_EQ(matrix_of(selection_map(3, {2, 0, 2})),
              (std::vector<std::vector<Rational>>{{0, 0, 1}, {1, 0, 0}, {0, 0, 1}}));
}

TEST(NumberArray, keeps_what_no_double_holds) {
    NumberArray numbers;
    numbers.push_back(Rational(1, 3));
    numbers.push_back(Rational(1, 2));
    EXPECT_FALSE(numbers.all_doubles());
    EXPECT_EQ(numbers.exact(0), Rational(1, 3));
    EXPECT_EQ(numbers.nearest()[0], 1.0 / 3);
    EXPECT_EQ(numbers.exact(1), Rational(1, 2));
    numbers.set(0, 4);
    EXPECT_EQ(numbers.exact(0), 4);
    EXPECT_TRUE(numbers.all_doubles());
    numbers.set(1, Rational(2, 7));
    EXPECT_EQ(numbers.exact(1), Rational(2, 7));
}

TEST(NumberArray, floats_become_doubles_when_they_are_changed) {
    NumberArray numbers(std::vector<float>{0.1F, -2.5F, 3.0e38F, 1e-45F});
    EXPECT_EQ(numbers.size(), 4U);
    EXPECT_NE(numbers.nearest().floats(), nullptr);
    EXPECT_EQ(numbers.exact(0), Rational(static_cast<double>(0.1F)));
    EXPECT_EQ(numbers.nearest()[3], static_cast<double>(1e-45F));
    EXPECT_TRUE(numbers.all_doubles());
    NumberArray copy = numbers;
    EXPECT_EQ(copy.nearest().floats(), numbers.nearest().floats()) << "copies share";
    copy.set(1, Rational(1, 3));
    EXPECT_EQ(copy.nearest().floats(), nullptr);
    EXPECT_EQ(copy.exact(1), Rational(1, 3));
    EXPECT_EQ(copy.exact(2), numbers.exact(2));
    EXPECT_EQ(numbers.exact(1), Rational(-5, 2)) << "the other copy is as it was";
    copy.push_back(7);
    EXPECT_EQ(copy.size(), 5U);
    EXPECT_EQ(numbers.size(), 4U);
    numbers.widen();
    EXPECT_EQ(numbers.nearest().data()[0], static_cast<double>(0.1F));
    std::vector<double> listed(numbers.nearest().begin(), numbers.nearest().end());
    EXPECT_EQ(listed, (std::vector<double>{static_cast<double>(0.1F), -2.5, static_cast<double>(3.0e38F),
                                           static_cast<double>(1e-45F)}));
}

TEST(NumberArray, copies_are_shared_until_one_is_changed) {
    NumberArray first;
    first.push_back(Rational(1, 3));
    first.push_back(2);
    NumberArray second = first;
    EXPECT_EQ(first.nearest().data(), second.nearest().data());
    second.set_double(0, 5);
    EXPECT_EQ(first.exact(0), Rational(1, 3));
    EXPECT_EQ(second.exact(0), 5);
    EXPECT_EQ(second.exact(1), 2);
    const NumberArray third = std::move(first);
    EXPECT_EQ(third.exact(0), Rational(1, 3));
    EXPECT_EQ(first.size(), 0U);  // NOLINT: a moved array is an empty one
    first.push_back(9);
    EXPECT_EQ(first.exact(0), 9);
    EXPECT_EQ(third.size(), 2U);
}

TEST(Network, knows_its_components) {
    Network network;
    const LayerId in = network.add_input("x", {2});
    const LayerId none = network.add_input("nothing", {0});
    AffineLayer affine;
    DenseMap dense{3, 2, {}};
    for (int i = 0; i < 6; ++i) dense.weights.push_back(i);
    affine.terms.push_back({in, dense});
    affine.terms.push_back({in, selection_map(2, {1, 1, 0})});
    for (int i = 0; i < 3; ++i) affine.bias.push_back(Rational(i) / 3);
    const LayerId middle = network.add_affine("a", {3}, affine);
    const LayerId out = network.add_activation("n", middle, {});
    EXPECT_EQ(network.variable_count(), 8U);
    for (std::size_t l = 0; l < network.layer_count(); ++l)
        for (std::size_t i = 0; i < network.layer(LayerId(l)).size; ++i) {
            const Component component = network.component(network.variable(LayerId(l), i));
            EXPECT_EQ(component.layer, LayerId(l));
            EXPECT_EQ(component.index, i);
        }
    EXPECT_EQ(network.layer(none).size, 0U);
    EXPECT_EQ(network.input_variables(), (std::vector<Variable>{Variable(0), Variable(1)}));
    EXPECT_TRUE(network.is_input(Variable(1)));
    EXPECT_FALSE(network.is_input(network.variable(out, 0)));
    EXPECT_EQ(network.affine_form(middle, 1), LinearForm({{Variable(0), 2}, {Variable(1), 4}}, Rational(1, 3)));
    EXPECT_EQ(network.affine_form(middle, 0), LinearForm({{Variable(1), 2}}, 0)) << "0·x0 is no term";
}

/// Else a row would be longer than what it reads, which neither buffers nor bounds of rounding errors allow for.
TEST(Network, merges_entries_in_the_same_column) {
    Random random(4);
    for (int trial = 0; trial < 50; ++trial) {
        SparseMap map;
        map.columns = 1 + random.below(4);
        std::vector<std::vector<Rational>> expected;
        for (std::size_t r = 0; r < 5; ++r) {
            std::vector<Rational>& row = expected.emplace_back(map.columns, 0);
            for (std::size_t k = random.below(12); k > 0; --k) {
                const Rational weight(static_cast<long>(random.integer(-9, 9)), random.chance(0.5) ? 3 : 4);
                map.column.push_back(static_cast<std::uint32_t>(random.below(map.columns)));
                map.weight.push_back(weight);
                row[map.column.back()] += weight;
            }
            map.row_begin.push_back(map.column.size());
        }
        Network network;
        AffineLayer affine;
        affine.terms.push_back({network.add_input("x", {map.columns}), map});
        affine.bias = NumberArray(5);
        const LayerId layer = network.add_affine("sum", {5}, std::move(affine));
        const LinearMap& made = std::get<AffineLayer>(network.layer(layer).operation).terms[0].map;
        EXPECT_EQ(matrix_of(made), expected);
        const auto& merged = std::get<SparseMap>(made);
        for (std::size_t r = 0; r < 5; ++r) EXPECT_LE(merged.row_begin[r + 1] - merged.row_begin[r], map.columns);
    }
}

}  // namespace
}  // namespace sinew::model
