// SPDX-License-Identifier: Apache-2.0
// Integer coordinates: forms that are added are triangular in them, and they stay unimodular.
#include "exact/integer_coordinates.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew {
namespace {

using Vector = IntegerCoordinates::Vector;

Integer coefficient(const Vector& vector, std::size_t index) {
    for (const IntegerTerm& term : vector)
        if (term.index == index) return term.coefficient;
    return 0;
}

void expect_unimodular(const IntegerCoordinates& coordinates) {
    for (std::size_t i = 0; i < coordinates.dimension(); ++i) {
        for (std::size_t j = 0; j < coordinates.dimension(); ++j) {
            Integer sum;
            for (const IntegerTerm& term : coordinates.form(i))
                sum += term.coefficient * coefficient(coordinates.direction(j), term.index);
            ASSERT_EQ(sum, i == j ? 1 : 0);
        }
    }
}

Vector random_form(Random& random, std::size_t dimension, int size) {
    Vector form;
    for (std::size_t i = 0; i < dimension; ++i)
        if (const std::int64_t coefficient = random.integer(-size, size); coefficient != 0)
            form.push_back({i, Integer(coefficient)});
    return form;
}

TEST(IntegerCoordinates, FormsAddedAreCombinationsOfTheFirstCoordinates) {
    Random random(1);
    for (int round = 0; round < 300; ++round) {
        const std::size_t dimension = static_cast<std::size_t>(random.integer(1, 6));
        IntegerCoordinates coordinates(dimension);
        for (int k = 0; k < 5; ++k) {
            const Vector form = random_form(random, dimension, random.chance(0.2) ? 1'000'000 : 9);
            const std::size_t before = coordinates.rank();
            const Vector coefficients = coordinates.add(form);
            ASSERT_LE(coordinates.rank(), before + 1);
            ASSERT_TRUE(coordinates.rank() == before || coefficients.back().coefficient > 0);
            Vector sum;
            for (const IntegerTerm& term : coefficients) {
                ASSERT_LT(term.index, coordinates.rank());
                add_multiple(sum, coordinates.form(term.index), term.coefficient);
            }
            ASSERT_EQ(sum, form);
        }
        expect_unimodular(coordinates);
    }
}

}  // namespace
}  // namespace sinew
