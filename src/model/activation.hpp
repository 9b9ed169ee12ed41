// SPDX-License-Identifier: Apache-2.0
// What an activation function is, exactly. Piecewise-linear ones are lists of pieces, and everything that reasons about
// them (encoding, bounds, evaluation, export) reads the pieces.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exact/rational.hpp"

namespace sinew::model {

enum class ActivationKind {
    identity,    ///< s (purelin)
    relu,        ///< max(s, 0)
    leaky_relu,  ///< s if s > 0, else slope·s
    clip,        ///< min(max(s, lower), upper): HardTanh, ONNX Clip, satlin, satlins, ReLU6
    sign,        ///< 1 if s >= 0, else -1 (binarized networks)
    signum,      ///< 1, 0 or -1 as s > 0, s = 0, s < 0 (ONNX Sign)
    hardlim,     ///< 1 if s >= 0, else 0
    sigmoid,     ///< 1/(1 + exp(-s))
    tanh,        ///< tansig
    power,       ///< s^slope for an integer that is neither 0 nor 1; no value at 0 where it is negative
    exp,         ///< e^s
    log,         ///< of s > 0; no value elsewhere
    sqrt,        ///< of s >= 0; no value elsewhere
    sin,
    cos,
    erf,       ///< 2/√π · ∫ exp(-t²) dt from 0 to s
    softplus,  ///< log(1 + exp(s))
};

/// An activation with its parameters. Parameters that the kind does not use stay as they are by default.
struct Activation {
    ActivationKind kind = ActivationKind::relu;
    Rational slope = 0;             ///< leaky_relu; the exponent of power
    std::optional<Rational> lower;  ///< clip; absent: unbounded below
    std::optional<Rational> upper;  ///< clip; absent: unbounded above
    friend bool operator==(const Activation&, const Activation&) = default;
};

/// One piece: on its part of the line the function is slope·s + intercept.
struct Piece {
    /// Where the piece begins; absent for the first. The piece before ends here.
    std::optional<Rational> begin;
    /// Whether `begin` itself belongs to this piece ([begin, …) or (begin, …)).
    bool begin_closed = false;
    Rational slope;
    Rational intercept;
};

/// The pieces of a piecewise-linear activation from left to right, at least one; empty for the others.
std::vector<Piece> pieces(const Activation& activation);
bool is_piecewise_linear(const Activation& activation);
/// Neither piecewise linear nor tanh nor sigmoid: what bounds, boxes and attacks know, and no other engine.
bool is_curved(const Activation& activation);
/// True iff s <= t implies act(s) <= act(t).
bool is_monotone(const Activation& activation);

/// The index of the piece that holds at `s`.
std::size_t piece_at(std::span<const Piece> pieces, const Rational& s);
/// act(s) for a piecewise-linear activation or a power with a positive exponent (ContractBreach for the others).
Rational apply(const Activation& activation, const Rational& s);
/// act(s) in double arithmetic, for attacks and hints: no verdict may rest on it.
double apply(const Activation& activation, double s);
/// The derivative of a curved activation in double arithmetic, for hints.
double derivative(const Activation& activation, double s);
/// act(s) in float32, as an ONNX runtime computes it.
float apply_float32(const Activation& activation, float s);

/// The name used in the `dnn` format: relu, hardlim, purelin, sign, tansig, sigmoid, satlin, satlins,
/// leaky_relu(1/100), clip(0, 6), …; power(2), exp, … are not in that format.
std::string to_string(const Activation& activation);
/// The activation of a `dnn` name without parameters (aliases included: purelin, identity, tanh, tansig, logsig,
/// sigmoid, …).
std::optional<Activation> activation_named(std::string_view name);

}  // namespace sinew::model
