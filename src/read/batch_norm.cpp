#include "read/batch_norm.hpp"

#include <utility>

namespace sinew::read {

namespace {
/// sqrt(square) if it is rational, else a rational within a relative error of 2^-120 of it; square > 0.
std::pair<Rational, bool> square_root(const Rational& square) {
    Integer numerator;
    Integer denominator;
    if (mpz_perfect_square_p(square.get_num_mpz_t()) != 0 && mpz_perfect_square_p(square.get_den_mpz_t()) != 0) {
        mpz_sqrt(numerator.get_mpz_t(), square.get_num_mpz_t());
        mpz_sqrt(denominator.get_mpz_t(), square.get_den_mpz_t());
        return {Rational(numerator, denominator), true};
    }
    // sqrt(n / d) = sqrt(n · d) / d; n · d is given 2^240 more to take the root of.
    const Integer radicand = (square.get_num() * square.get_den()) << 240;
    mpz_sqrt(numerator.get_mpz_t(), radicand.get_mpz_t());
    Rational root(numerator, square.get_den() << 120);
    root.canonicalize();
    return {root, false};
}

Rational normalising_factor(const Rational& scale, const Rational& variance) {
    const auto [root, exact] = square_root(variance);
    const Rational factor = scale / root;
    return exact ? factor : to_rational(to_nearest(factor));
}
}  // namespace

std::optional<BatchNormLine> batch_norm_line(const Rational& scale, const Rational& bias, const Rational& mean,
                                             const Rational& variance, const Rational& epsilon) {
    const Rational square = variance + epsilon;
    if (square <= 0) return std::nullopt;
    BatchNormLine line;
    line.factor = normalising_factor(scale, square);
    line.shift = bias - line.factor * mean;
    return line;
}

}  // namespace sinew::read
