// SPDX-License-Identifier: Apache-2.0
#include "threshold/half_plane.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace sinew::threshold {

namespace {
/// p · x + q · y >= bound with 0 <= q <= p, over the points that another half-plane of that kind holds.
class Shortening {
  public:
    Shortening(const Integer& p, const Integer& q, const Integer& bound, std::int64_t largest) : largest_(largest) {
        first_.reserve(static_cast<std::size_t>(2 * largest + 1));
        Integer first;
        for (std::int64_t y = -largest; y <= largest; ++y) {
            const Integer rest = bound - q * static_cast<long>(y);
            mpz_cdiv_q(first.get_mpz_t(), rest.get_mpz_t(), p.get_mpz_t());
            first_.push_back(first > static_cast<long>(largest)    ? largest + 1
                             : first < -static_cast<long>(largest) ? -largest
                                                                   : first.get_si());
        }
    }

    /// The bound with which factors p and q hold the same points, if there is one.
    std::optional<std::int64_t> bound_for(std::int64_t p, std::int64_t q) const {
        constexpr std::int64_t infinity = std::numeric_limits<std::int64_t>::max();
        std::int64_t least_inside = infinity;
        std::int64_t greatest_outside = -infinity;
        for (std::int64_t y = -largest_; y <= largest_; ++y) {
            const std::int64_t first = first_[static_cast<std::size_t>(y + largest_)];
            if (first <= largest_) least_inside = std::min(least_inside, p * first + q * y);
            if (first > -largest_) greatest_outside = std::max(greatest_outside, p * (first - 1) + q * y);
        }
        if (least_inside <= greatest_outside) return std::nullopt;
        return least_inside == infinity ? greatest_outside + 1 : least_inside;
    }

  private:
    std::int64_t largest_;
    std::vector<std::int64_t> first_;  ///< by y: the least x of a point inside
};
}  // namespace

HalfPlane short_half_plane(const Integer& x_factor, const Integer& y_factor, const Integer& bound,
                           std::int64_t largest) {
    Integer p = abs(x_factor);
    Integer q = abs(y_factor);
    const bool swapped = p < q;
    if (swapped) std::swap(p, q);
    const Shortening points(p, q, bound, largest);
    const auto result = [&](std::int64_t large, std::int64_t small, std::int64_t limit) {
        if (swapped) std::swap(large, small);
        return HalfPlane{sgn(x_factor) * large, sgn(y_factor) * small, limit};
    };
    // The slopes q / p that do are an open interval around the true one. Its ends are quotients of differences of
    // points, with denominators up to 2 · largest, so that among the convergents of the true slope, or between the last
    // two of them, there is one inside by the time that denominators are larger.
    std::int64_t h0 = 1;
    std::int64_t k0 = 0;
    std::int64_t h1 = 0;
    std::int64_t k1 = 1;
    Integer above = p;  // q / p = 0 + 1 / (above / below)
    Integer below = q;
    while (true) {
        if (const std::optional<std::int64_t> limit = points.bound_for(k1, h1)) return result(k1, h1, *limit);
        require(below != 0, "the slope itself decides as it does");
        const Integer quotient = above / below;
        const Integer rest = above - quotient * below;
        above = below;
        below = rest;
        const std::int64_t enough = (2 * largest - k0) / k1 + 1;
        const std::int64_t steps = quotient < static_cast<long>(enough) ? quotient.get_si() : enough;
        h0 = std::exchange(h1, h0 + steps * h1);
        k0 = std::exchange(k1, k0 + steps * k1);
    }
}

}  // namespace sinew::threshold
