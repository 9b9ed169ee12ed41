// Batch normalisation as one line a channel.
//
// y = scale · (x - mean) / sqrt(variance + epsilon) + bias. The factor scale / sqrt(variance + epsilon) is irrational
// in general: it is taken as the double nearest to it (exactly where it is rational), relative error at most 2^-53,
// while float32 runtimes compute it with a relative error near 2^-23. All else is exact.
#include <cmath>

#include <fmt/format.h>

#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

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

Constant channel_parameter(Operator& node, std::size_t input, std::size_t channels) {
    Constant parameter = node.take_constant(input);
    if (parameter.type != ElementType::real || element_count(parameter.shape) != channels)
        node.fail(
            fmt::format("input {} of shape {} does not fit {} channels", input, to_string(parameter.shape), channels));
    return parameter;
}
}  // namespace

void batch_normalization(Operator& node) {
    const Shape shape = node.input_shape(0);
    const std::size_t channels = shape.size() < 2 ? 1 : shape[1];
    const Rational epsilon = node.real("epsilon", to_rational(static_cast<double>(1e-5F)));
    for (const char* attribute : {"momentum", "is_test", "consumed_inputs"}) node.ignore(attribute);
    if (node.integer("training_mode", 0) != 0) node.fail("training mode is not supported");
    if (node.integer("spatial", 1) == 0 && shape.size() > 2) node.fail("normalisation by element is not supported");
    const Constant scale = channel_parameter(node, 1, channels);
    const Constant bias = channel_parameter(node, 2, channels);
    const Constant mean = channel_parameter(node, 3, channels);
    const Constant variance = channel_parameter(node, 4, channels);
    Constant factors;
    Constant shifts;
    factors.shape = {channels};
    for (std::size_t axis = 2; axis < shape.size(); ++axis) factors.shape.push_back(1);
    shifts.shape = factors.shape;
    for (std::size_t c = 0; c < channels; ++c) {
        const Rational square = variance.reals.exact(c) + epsilon;
        if (square <= 0) node.fail(fmt::format("the variance of channel {} is not positive", c));
        const Rational factor = normalising_factor(scale.reals.exact(c), square);
        factors.reals.push_back(factor);
        shifts.reals.push_back(bias.reals.exact(c) - factor * mean.reals.exact(c));
    }
    Tensor tensor = node.take_tensor(0);
    tensor = scaled(node, std::move(tensor), factors, shape, Arithmetic::multiply);
    node.set_output(sum(node, std::move(tensor), std::move(shifts), Arithmetic::add));
}

}  // namespace sinew::read::onnx
