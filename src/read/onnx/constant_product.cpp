// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/constant_product.hpp"

#include <bit>
#include <cmath>
#include <optional>

#include "base/limit_scope.hpp"
#include "read/onnx/numbers.hpp"

namespace sinew::read::onnx {

namespace {
__extension__ using Wide = __int128;
__extension__ using WideSize = unsigned __int128;

/// number = whole · 2^-shift for all numbers of an array.
struct WholeNumbers {
    std::vector<std::int64_t> whole;
    int shift = 0;
    int bits = 0;  ///< of the longest
};

std::optional<WholeNumbers> whole_numbers(const model::NumberArray& numbers) {
    constexpr int longest = 62;
    if (!numbers.all_doubles()) return std::nullopt;
    int lowest = 2000;  // exponent of the last bit that is 1
    int highest = -2000;
    for (const double number : numbers.nearest()) {
        if (number == 0) continue;
        int exponent = 0;
        const double significand = std::frexp(number, &exponent);
        const auto digits = static_cast<std::uint64_t>(std::fabs(std::ldexp(significand, 53)));
        lowest = std::min(lowest, exponent - 53 + std::countr_zero(digits));
        highest = std::max(highest, exponent);
    }
    WholeNumbers result;
    result.whole.resize(numbers.size());
    if (highest < lowest) return result;
    if (highest - lowest > longest) return std::nullopt;
    result.shift = -lowest;
    result.bits = highest - lowest;
    for (std::size_t i = 0; i < result.whole.size(); ++i)
        result.whole[i] = static_cast<std::int64_t>(std::ldexp(numbers.nearest()[i], result.shift));
    return result;
}

Rational rational_of(Wide value, int shift) {
    const bool is_negative = value < 0;
    auto size = is_negative ? -static_cast<WideSize>(value) : static_cast<WideSize>(value);
    Integer number = static_cast<unsigned long>(size >> 64U);
    number <<= 64U;
    number += static_cast<unsigned long>(size);
    Rational result(is_negative ? Integer(-number) : number);
    if (shift >= 0)
        mpq_div_2exp(result.get_mpq_t(), result.get_mpq_t(), static_cast<mp_bitcnt_t>(shift));
    else
        mpq_mul_2exp(result.get_mpq_t(), result.get_mpq_t(), static_cast<mp_bitcnt_t>(-shift));
    return result;
}
}  // namespace

model::NumberArray multiplied(const model::NumberArray& left, const model::NumberArray& right,
                              const ConstantProduct& product) {
    const auto& [m, k, n, left_block, right_block] = product;
    model::NumberArray result(left_block.size() * m * n);
    const std::optional<WholeNumbers> l = whole_numbers(left);
    const std::optional<WholeNumbers> r = whole_numbers(right);
    constexpr int longest = 126;
    const bool is_short = l && r && l->bits + r->bits + static_cast<int>(std::bit_width(k)) <= longest;
    std::vector<Wide> row(n);
    for (std::size_t b = 0, out = 0; b < left_block.size(); ++b) {
        for (std::size_t i = 0; i < m; ++i, out += n) {
            check_limits();
            const std::size_t left_row = left_block[b] * m * k + i * k;
            const std::size_t right_begin = right_block[b] * k * n;
            if (!is_short) {
                for (std::size_t c = 0; c < k; ++c)
                    for (std::size_t j = 0; j < n; ++j)
                        add_product(left, left_row + c, right, right_begin + c * n + j, result, out + j);
                continue;
            }
            std::fill(row.begin(), row.end(), Wide{0});
            for (std::size_t c = 0; c < k; ++c) {
                const Wide factor = l->whole[left_row + c];
                if (factor == 0) continue;
                for (std::size_t j = 0; j < n; ++j) row[j] += factor * r->whole[right_begin + c * n + j];
            }
            for (std::size_t j = 0; j < n; ++j)
                if (row[j] != 0) result.set(out + j, rational_of(row[j], l->shift + r->shift));
        }
    }
    return result;
}

}  // namespace sinew::read::onnx
